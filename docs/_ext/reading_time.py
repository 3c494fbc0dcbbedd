"""Say under the title of a chapter how long it takes to read; elsewhere, where a role asks.

What is folded is not counted: code that draws a figure, and the solutions of exercises.
"""

from docutils import nodes
from sphinx.util.docutils import SphinxRole

from _ext.exercises import Solution

WORD = 60 / 200
"""Seconds for a word of prose."""

EQUATION = 15
"""Seconds for an equation on a line of its own; one in the text counts as a word."""

CODE_LINE = 2
"""Seconds for a line of code."""

FOLDED = {"cell_output", "tag_hide-input"}
"""Classes of what is not read: what code has printed, and code that is opened by those who ask."""

NOT_READ_THROUGH = {f"chapters/{name}" for name in ("index", "glossary", "notation", "results")}


def seconds(node) -> float:
    """Return how long it takes to read a part of a page through."""
    if isinstance(node, nodes.Text):
        return WORD * len(node.split())
    if isinstance(node, nodes.math):
        return WORD
    if isinstance(node, nodes.math_block):
        return EQUATION
    if isinstance(node, nodes.literal_block):
        return CODE_LINE * len(node.astext().splitlines())
    if isinstance(node, (nodes.Invisible, nodes.raw, nodes.field_list, Solution)):
        return 0
    if FOLDED.intersection(node.get("classes", ())):
        return 0
    return sum(map(seconds, node.children))


def add_reading_time(app, doctree):
    docname = app.env.docname
    if not docname.startswith("chapters/") or docname in NOT_READ_THROUGH:
        return
    minutes = max(1, round(seconds(doctree) / 60))
    text = f"{minutes} minute{'s' if minutes > 1 else ''} to read"
    app.env.metadata[docname]["minutes"] = text
    for title in doctree.findall(nodes.title):
        place = title.parent
        place.insert(place.index(title) + 1, nodes.paragraph("", text, classes=["reading-time"]))
        return


class Minutes(nodes.Inline, nodes.TextElement):
    """How long a chapter takes, known only when all chapters have been read."""


class MinutesRole(SphinxRole):
    def run(self):
        self.env.note_dependency(self.env.doc2path(f"chapters/{self.text}"))
        return [Minutes(chapter=self.text)], []


def fill_in(app, doctree, docname):
    for node in list(doctree.findall(Minutes)):
        text = app.env.metadata[f"chapters/{node['chapter']}"]["minutes"]
        node.replace_self(nodes.Text(text))


def setup(app):
    app.add_node(Minutes)
    app.add_role("minutes", MinutesRole())
    app.connect("doctree-read", add_reading_time)
    app.connect("doctree-resolved", fill_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
