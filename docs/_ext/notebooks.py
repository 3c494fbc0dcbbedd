"""Each chapter and lab is also a notebook, beside its page, that runs where the book is not.

sphinx-gallery's notebooks of the labs show roles as they are in the source, and stop at the first
import of ``lab_code``. These are made from what the pages say, and their first cell gets the
package: from the wheel beside it, or from the site.

A page that is not written again keeps its notebook.
"""

import json
from pathlib import Path

from _versions.released import site_address
from docutils import nodes
from sphinx import addnodes

from _ext.lab_order import path
from _ext.notebook_cells import cells_of, first_cell
from _ext.to_take_away import ZIP, put_wheel, wheel_name, write_zip


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


def write_missing(app):
    """Have a page whose notebook is missing written again."""
    for page in pages() if app.builder.format == "html" else ():
        if not notebook_of(app, page).is_file():
            notebook_of(app, page).with_suffix(".html").unlink(missing_ok=True)


def write(app, doctree, docname):
    """Write the notebook of a page, and have the page offer it."""
    if app.builder.format != "html" or docname not in pages():
        return
    page = cells_of(app, doctree, docname)
    cells = [first_cell(app.config), *(cell for cell in page if cell["source"].strip())]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # not by chance, as it usually is
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
    next(doctree.findall(nodes.section)).append(footer)


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
    app.setup_extension("_ext.exercises")  # which says what is done with solutions
    app.add_config_value("notebooks_address", "", "html")
    app.connect("config-inited", note_address, priority=200)  # _versions has checked the address
    app.connect("builder-inited", write_missing)
    app.connect("source-read", name_wheel)
    app.connect("doctree-resolved", write, priority=900)  # after claims and banners
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
