"""Each module that docs/api.md lists has a page, in docs/api.

``sphinx.ext.autosummary`` could make them, but imports every module for it in every build, and so
torch. A page holds only the module's name; autodoc does the rest, when Sphinx reads the page.
"""

import re

LISTED = re.compile(r"^   (lab_code[\w.]*)$", re.MULTILINE)
PAGE = "{title}\n{line}\n\n.. automodule:: {name}\n   :members:\n"


def write_pages(app):
    """Write the pages that are missing or differ, and remove those of modules no longer listed."""
    folder = app.srcdir / "api"
    folder.mkdir(exist_ok=True)
    listed = LISTED.findall((app.srcdir / "api.md").read_text("utf-8"))
    pages = {}
    for name in listed:
        title = name.replace("_", r"\_")
        pages[folder / f"{name}.rst"] = PAGE.format(title=title, line="=" * len(title), name=name)
    for path in set(folder.glob("*.rst")) - set(pages):
        path.unlink()
    for path, text in pages.items():
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def setup(app):
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
