"""Tables that a cell makes, with a caption and a number as other tables have.

myst-nb makes a figure with a caption of what a cell shows. ``classes: table`` makes it a table::

    ---
    mystnb:
      figure:
        name: table-sizes
        caption: Size of the recordings by class.
        classes: table
    ---
"""

from docutils import nodes
from sphinx.transforms import SphinxTransform


class TableOfCell(nodes.General, nodes.Element):
    """What a cell shows, with its caption above it."""


class CaptionOfTable(nodes.caption):
    """That caption; docutils would end the one of a figure after the figure."""


class TellTables(SphinxTransform):
    default_priority = 205  # before Sphinx looks for what has a number

    def apply(self):
        for figure in list(self.document.findall(nodes.figure)):
            if "table" not in figure["classes"]:
                continue
            (caption,) = figure.findall(nodes.caption)
            shown = [child for child in figure if child is not caption]
            figure["classes"] = ["table-of-cell"]
            title = CaptionOfTable("", "", *caption.children)
            table = TableOfCell("", title, *shown, **figure.attributes)
            figure.replace_self(table)
            self.document.ids |= dict.fromkeys(table["ids"], table)  # what is behind references


def visit_table(self, node):
    self.body.append(self.starttag(node, "figure"))


def depart_table(self, node):
    self.body.append("</figure>\n")


def visit_caption(self, node):
    self.body.append("<figcaption>")
    self.add_fignumber(node.parent)
    self.body.append('<span class="caption-text">')


def depart_caption(self, node):
    self.body.append("</span></figcaption>\n")


def title(node):
    return next(node.findall(CaptionOfTable)).astext()


def setup(app):
    app.add_enumerable_node(TableOfCell, "table", title, html=(visit_table, depart_table))
    app.add_node(CaptionOfTable, html=(visit_caption, depart_caption))
    app.add_transform(TellTables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
