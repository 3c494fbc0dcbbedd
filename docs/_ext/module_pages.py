"""Each module that docs/api.md lists has a page, in docs/api, which says who uses the module.

``sphinx.ext.autosummary`` could make them, but imports every module for it in every build, and so
torch. A page holds only the module's name; autodoc does the rest, when Sphinx reads the page.
"""

import re

from _ext.lab_order import path
from lab_code.freshness import code_behind

LISTED = re.compile(r"^   (lab_code[\w.]*)$", re.MULTILINE)
PAGE = "{title}\n{line}\n\n{used}.. automodule:: {name}\n   :members:\n"


def imports_of_pages(app):
    """Return what each chapter and lab imports, in reading order."""
    imports = {}
    for chapter, labs in path().items():
        files = {f"chapters/{chapter}": app.srcdir / "chapters" / f"{chapter}.md"}
        files |= {f"labs/{lab}": app.srcdir.parent / "examples" / f"{lab}.py" for lab in labs}
        for page, file in files.items():
            imports[page] = code_behind.names_imported(code_behind.code_of(file))
    return imports


def used(module, imports, listed):
    """Say which chapters and labs import a module, and which of its names."""
    said = []
    for page, names in imports.items():
        if module in names:
            inside = (name.removeprefix(f"{module}.") for name in names - set(listed))
            own = sorted(f"``{name}``" for name in inside if "." not in name)
            said.append(f":doc:`/{page}`" + (f" ({', '.join(own)})" if own else ""))
    if len(said) > len(imports) / 2:
        return "Used in most chapters and labs.\n\n"
    return f"Used in {'; '.join(said)}.\n\n" if said else ""


def write_pages(app):
    """Write the pages that are missing or differ, and remove those of modules no longer listed."""
    folder = app.srcdir / "api"
    folder.mkdir(exist_ok=True)
    listed = LISTED.findall((app.srcdir / "api.md").read_text("utf-8"))
    pages, imports = {}, imports_of_pages(app)
    for name in listed:
        title = name.replace("_", r"\_")
        pages[folder / f"{name}.rst"] = PAGE.format(
            title=title, line="=" * len(title), used=used(name, imports, listed), name=name
        )
    for file in set(folder.glob("*.rst")) - set(pages):
        file.unlink()
    for file, text in pages.items():
        if not file.is_file() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")


def setup(app):
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
