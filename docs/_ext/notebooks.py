"""Each chapter and lab is also a notebook, beside its page, that runs where the book is not.

sphinx-gallery's notebooks of the labs show roles as they are in the source, and stop at the first
import of ``lab_code``. These are made from what the pages say, and their first cell gets the
package: from the wheel beside it, or from the site.

A page that is not written again keeps its notebook.
"""

import json
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

from _ext.in_markdown import Markdown, is_code
from _ext.lab_order import path
from _ext.to_take_away import ZIP, put_wheel, wheel_name, write_zip
from _ext.undocumented.myst_nb import read_notebook
from _versions.released import site_address

FIRST = '''\
# Run this cell first. Where the book's package, lab_code, is missing, it installs it.
import importlib.util
from pathlib import Path

WHEEL = "{wheel}"{site}
if importlib.util.find_spec("lab_code") is None:
    found = [place for place in (WHEEL, f"../{{WHEEL}}") if Path(place).is_file()]{or_site}
    if found:
        %pip install --quiet "{{found[0]}}"
        importlib.invalidate_caches()
    if importlib.util.find_spec("lab_code") is None:
        raise ModuleNotFoundError(
            f"The package lab_code is missing: download {{WHEEL}} from {run_it}, "
            "put it into the folder of this notebook, and run this cell again."
        )'''
HIDDEN = {"hide-input", "remove-input", "remove-cell"}
"""Tags of a chapter's cells whose code a page hides; a notebook folds it."""


def pages():
    """Return the pages that are also notebooks."""
    for chapter, labs in path().items():
        yield f"chapters/{chapter}"
        yield from (f"labs/{lab}" for lab in labs)


def note_address(app, config):
    """Note where this version of the site will be found, if that is known."""
    if address := site_address():
        version = "dev" if "dev" in config.release else config.release
        config.notebooks_address = f"{address}/{version}/"


def first_cell(config):
    wheel, address = wheel_name(config), config.notebooks_address
    return FIRST.format(
        wheel=wheel,
        site=f'\nSITE = "{address}"' if address else "",
        or_site=" or [SITE + WHEEL]" if address else "",
        run_it="{SITE}run_it.html" if address else "the page “Run it” of the book",
    )


def text(said):
    return {"cell_type": "markdown", "metadata": {}, "source": "\n\n".join(said)}


def code(source, folded=False):
    metadata = {"jupyter": {"source_hidden": True}} if folded else {}
    empty = {"execution_count": None, "outputs": []}
    return {"cell_type": "code", "metadata": metadata, "source": source, **empty}


def cells_of_chapter(app, docname):
    """Return the code cells of a chapter by their place among all its cells.

    The page itself lacks those that are tagged ``remove-cell``.
    """
    file = Path(app.env.doc2path(docname))
    extensions = app.config.myst_enable_extensions
    cells = read_notebook(file.read_text("utf-8"), extensions, file).cells
    return {
        place: code(cell.source, bool(HIDDEN & set(cell.metadata.get("tags", ()))))
        for place, cell in enumerate(cells)
        if cell.cell_type == "code"
    }


def cells_of(app, doctree, docname):
    """Yield the cells of a page: what it says, and its code."""
    address = app.config.notebooks_address
    page = address and address + app.builder.get_target_uri(docname)
    of_chapter = cells_of_chapter(app, docname) if docname.startswith("chapters/") else {}
    shown = {int(cell["cell_index"]) for cell in doctree.findall(nodes.container) if is_code(cell)}
    removed = [place for place in of_chapter if place not in shown]
    said = []
    for part in Markdown(page, app.config.notebooks_solutions).parts(doctree):
        if isinstance(part, str):
            said.append(part)
            continue
        yield text(said)
        said = []
        if docname.startswith("labs/"):
            yield code(part.astext())
            continue
        here = int(part["cell_index"])
        while removed and removed[0] < here:
            yield of_chapter[removed.pop(0)]
        yield of_chapter[here]
    yield text(said)


def write(app, doctree, docname):
    """Write the notebook of a page, and have the page offer it."""
    if app.builder.format != "html" or docname not in pages():
        return
    cells = [code(first_cell(app.config))]
    cells += [cell for cell in cells_of(app, doctree, docname) if cell["source"].strip()]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    target = notebook_of(app, docname)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")
    offer(doctree, target.name)


def notebook_of(app, docname):
    return Path(app.outdir, docname).with_suffix(".ipynb")


def offer(doctree, name):
    """Link the notebook: in place of sphinx-gallery's, or at the end of a chapter."""
    words = nodes.literal("", f"Download Jupyter notebook: {name}", classes=["download"])
    link = addnodes.download_reference("", "", words, refuri=name)
    for others in list(doctree.findall(addnodes.download_reference)):
        if others["reftarget"] == name:
            others.replace_self(link)
            return
    of_notebook = nodes.container("", nodes.paragraph("", "", link))
    of_notebook["classes"] = ["sphx-glr-download", "sphx-glr-download-jupyter"]
    footer = nodes.container("", of_notebook, classes=["sphx-glr-footer"])
    doctree.append(footer)


def finish(app, exception):
    """Put the package, and all in one file, at the root of the site; remove old notebooks."""
    if exception is not None or app.builder.format != "html":
        return
    kept = [notebook_of(app, page) for page in pages() if page in app.env.found_docs]
    for notebook in set(Path(app.outdir).glob("*/**/*.ipynb")).difference(kept):
        notebook.unlink()
    wheel = put_wheel(app)
    write_zip(Path(app.outdir, ZIP), wheel, kept, app.srcdir.parent / "examples")


def name_wheel(app, docname, source):
    """Put the name of the wheel, which has the version in it, into the page that offers it."""
    if docname == "run_it":
        source[0] = source[0].replace("WHEEL", wheel_name(app.config))


def setup(app):
    app.add_config_value("notebooks_address", "", "html")
    app.add_config_value("notebooks_solutions", True, "html")
    app.connect("config-inited", note_address, priority=200)  # _versions has checked the address
    app.connect("source-read", name_wheel)
    app.connect("doctree-resolved", write, priority=900)  # after claims and banners
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
