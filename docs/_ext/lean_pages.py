"""Pages that are no labs do without what sphinx-gallery adds to every page for labs alone."""

from pathlib import PurePosixPath

FOR_LABS = {"sg_gallery-rendered-html.css", "sg_gallery-binder.css", "sg-tags.js"}


def leave_out(app, pagename, templatename, context, doctree):
    if not pagename.startswith("labs/"):
        for kind in ("css_files", "script_files"):
            needed = [
                file
                for file in context.get(kind, ())
                if PurePosixPath(str(file.filename)).name not in FOR_LABS
            ]
            context[kind][:] = needed  # in place: Sphinx goes on with this list


def setup(app):
    app.connect("html-page-context", leave_out, priority=950)  # when all files have been added
    return {"parallel_read_safe": True, "parallel_write_safe": True}
