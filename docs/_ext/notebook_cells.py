"""The cells of a notebook: the first, and those of a page."""

from collections import ChainMap
from pathlib import Path

from docutils import nodes

from _ext.in_markdown import Markdown, is_code
from _ext.to_take_away import wheel_name
from _ext.undocumented.myst_nb import read_notebook

FIRST = """\
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
        )"""
HIDDEN = {"hide-input", "remove-input", "remove-cell"}
"""Tags of a chapter's cells whose code a page hides; a notebook folds it."""

ANSWERS = "answers"
"""Tag of a cell that computes the answers to questions; a notebook lacks it."""


def first_cell(config):
    wheel, address = wheel_name(config), config.notebooks_address
    source = FIRST.format(
        wheel=wheel,
        site=f'\nSITE = "{address}"' if address else "",
        or_site=" or [SITE + WHEEL]" if address else "",
        run_it="{SITE}run_it.html" if address else "the page “Run it” of the book",
    )
    return code(source)


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
    tagged = [set(cell.metadata.get("tags", ())) for cell in cells]
    return {
        place: code(cell.source, bool(HIDDEN & tags))
        for place, (cell, tags) in enumerate(zip(cells, tagged, strict=True))
        if cell.cell_type == "code" and ANSWERS not in tags
    }


def cells_of(app, doctree, docname):
    """Yield the cells of a page: what it says, and its code."""
    address = app.config.notebooks_address
    page = address and address + app.builder.get_target_uri(docname)
    of_chapter = cells_of_chapter(app, docname) if docname.startswith("chapters/") else {}
    shown = {int(cell["cell_index"]) for cell in doctree.findall(nodes.container) if is_code(cell)}
    removed = [place for place in of_chapter if place not in shown]
    said = []
    numbers = ChainMap(*app.env.toc_fignumbers.get(docname, {}).values())
    markdown = Markdown(page, app.config.solutions != "none", numbers)
    for part in markdown.parts(doctree):
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
        said = [markdown.write(caption) for caption in part.findall(nodes.caption)]
    yield text(said)
