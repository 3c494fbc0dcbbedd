"""Pages do without what extensions add to every page, and only some pages need.

sphinx-gallery's styles are for labs and their thumbnails, sphinx-design's for pages with cards,
grids or tabs.
"""

import re
from pathlib import PurePosixPath

FOR_LABS = {"sg_gallery-rendered-html.css", "sg_gallery-binder.css", "sg-tags.js"}
FOR_CLASSES = {
    "sphinx-design.min.css": "sd-",
    "design-tabs.js": "sd-tab",
    "sg_gallery.css": "sphx-glr-",
}
"""What is for elements whose class begins so."""


def leave_out(app, pagename, templatename, context, doctree):
    unneeded = set() if pagename.startswith("labs/") else set(FOR_LABS)
    body = context.get("body", "")
    for name, begins in FOR_CLASSES.items():
        if not re.search(rf'class="(?:[^"]* )?{begins}', body):
            unneeded.add(name)
    for kind in ("css_files", "script_files"):
        needed = [
            file
            for file in context.get(kind, ())
            if PurePosixPath(str(file.filename)).name not in unneeded
        ]
        context[kind][:] = needed  # in place: Sphinx goes on with this list


def setup(app):
    app.connect("html-page-context", leave_out, priority=950)  # when all files have been added
    return {"parallel_read_safe": True, "parallel_write_safe": True}
