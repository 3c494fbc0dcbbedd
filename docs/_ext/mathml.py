"""Equations as MathML, which browsers show by themselves, turned from TeX when the book is built.

MathJax does the same in each reader's browser, and is larger than all else on a page together.
"""

from html import escape

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

log = logging.getLogger(__name__)


def convert(node, block):
    tex = node.astext().strip()
    try:
        return tex2mathml(tex, as_block=block)
    except MathError as error:
        log.warning("docutils cannot turn %r into MathML: %s", tex, error, location=node)
        return f"<code>{escape(tex)}</code>"


def visit_inline(self, node):
    self.body.append(self.starttag(node, "span", "", CLASS="math"))
    self.body.append(f"{convert(node, block=False)}</span>")
    raise nodes.SkipNode


def visit_block(self, node):
    # under the second name the theme lets the keyboard scroll a wide equation
    self.body.append(self.starttag(node, "div", CLASS="math pst-scrollable-table-container"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(f"{convert(node, block=True)}</div>\n")
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
