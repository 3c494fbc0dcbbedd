"""Equations as MathML, which browsers show by themselves, turned from TeX when the book is built.

MathJax does the same in each reader's browser, and is larger than all else on a page together. The
letters are those of STIX Two Math, which comes with ziamath, cut down to what a page may need.
"""

import hashlib
from html import escape
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from fontTools import subset
from math_core import LatexError, LatexToMathML
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

log = logging.getLogger(__name__)
FONT = "mathematics.woff"
CHARACTERS = [
    *range(0x20, 0x7F),  # of ASCII
    *range(0x391, 0x3CA),  # Greek
    *range(0x1D434, 0x1D468),  # italic letters
    *range(0x1D6E2, 0x1D71C),  # italic Greek
    *map(ord, "\N{NO-BREAK SPACE}±·×÷−∓∗∘∙/∕√‖∥|∣′″…⋮⋯⋱‥–"),
    *map(ord, "∀∂∃∇∈∉∏∑∞∝∧∨∩∪∫∼≃≈≠≡≤≥≪≫⊂⊆⊕⊗⊙⊤⊥⋅←→↔↦⇒⇔"),
    *map(ord, "⌈⌉⌊⌋⟨⟩⏞⏟ϵϕℂℎℓℕℝ"),
]

to_mathml = LatexToMathML(fancy_error=False)


def convert(node, block):
    tex = node.astext().strip()
    if ("&" in tex or r"\\" in tex) and r"\begin" not in tex:  # as Sphinx does for MathJax
        tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"
    try:
        return to_mathml.convert_with_local_state(tex, displaystyle=block)
    except LatexError as error:
        log.warning("math-core cannot turn %r into MathML: %s", tex, error, location=node)
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


def add_font(app, config):
    """Cut the font down, once, and have it copied to the site."""
    letters = hashlib.sha256(repr([version("ziamath"), CHARACTERS]).encode()).hexdigest()[:12]
    folder = Path(app.doctreedir).parent / "fonts" / letters
    if not (folder / FONT).is_file():
        folder.mkdir(parents=True, exist_ok=True)
        options = subset.Options(flavor="woff", layout_features=["dtls"], hinting=False)
        ziamath = Path(find_spec("ziamath").origin).parent  # not imported: it takes a while
        path = ziamath / "fonts" / "STIXTwoMath-Regular.ttf"
        with subset.load_font(path, options) as font:
            cutter = subset.Subsetter(options)
            cutter.populate(unicodes=CHARACTERS)
            cutter.subset(font)
            subset.save_font(font, folder / "new", options)
        (folder / "new").rename(folder / FONT)  # whole or not at all
    config.html_static_path.append(str(folder))


def setup(app):
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.connect("config-inited", add_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
