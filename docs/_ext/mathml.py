"""Equations as MathML, which browsers show without a script, made from TeX when the book is built.

MathJax does the same in each reader's browser, and is larger than everything else on a page.
"""

import re
from html import escape, unescape

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from _ext.letters import CHARACTERS

log = logging.getLogger(__name__)
KNOWN = {*map(chr, CHARACTERS), "\n", "\N{FUNCTION APPLICATION}", "\N{INVISIBLE TIMES}"}

OPENING = re.compile(r"[(\[“‘]+$")
FOLLOWING = re.compile(r"[^\s-]+-?|-")
"""What touches an equation: brackets before it; after it, signs and letters, as in "n-th:"."""

converter = LatexToMathML(fancy_error=False)


def to_mathml(tex: str, block: bool) -> str:
    if ("&" in tex or r"\\" in tex) and r"\begin" not in tex:  # as Sphinx does for MathJax
        tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"
    return converter.convert_with_local_state(tex, displaystyle=block)


def without_letter(mathml: str) -> set[str]:
    """Return the characters of an equation that its font lacks."""
    return set(unescape(re.sub("<[^>]*>", "", mathml))) - KNOWN


def convert(node, block):
    tex = node.astext().strip()
    try:
        mathml = to_mathml(tex, block)
    except LatexError as error:
        log.warning("math-core cannot turn %r into MathML: %s", tex, error, location=node)
        return f"<code>{escape(tex)}</code>"
    if missing := without_letter(mathml):
        say = "the font of equations lacks %s: add it in _ext/letters.py"
        log.warning(say, " ".join(sorted(missing)), location=node)
    return mathml


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


class KeepTogether(SphinxPostTransform):
    """An equation in a line of text stays with what touches it; browsers would part them."""

    default_priority = 900  # when what is shown of other pages is there
    formats = ("html",)

    def run(self):
        for math in list(self.document.findall(nodes.math)):
            keep_together(math)


def keep_together(math):
    """Put an equation into one box with what touches it before and after."""
    parent = math.parent
    place = parent.index(math)
    before, after = parent[:place], parent[place + 1 :]
    opening = OPENING.search(text_of(before[-1])) if before else None
    following = FOLLOWING.match(text_of(after[0])) if after else None
    if not opening and not following:
        return
    box = nodes.inline(classes=["unbroken"])
    if opening:
        before[-1] = nodes.Text(opening.string[: opening.start()])
        box += nodes.Text(opening[0])
    box += math
    if following:
        after[0] = nodes.Text(following.string[following.end() :])
        box += nodes.Text(following[0])
    parent.children = []
    parent.extend([*before, box, *after])


def text_of(node):
    return node.astext() if isinstance(node, nodes.Text) else ""


def setup(app):
    app.add_post_transform(KeepTogether)
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
