# /// script
# dependencies = ["fonttools==4.68.0", "ziamath==0.13"]
# ///
"""The characters that equations may have, and the font that is cut down to them.

``docs/_static/fonts/mathematics.woff`` is STIX Two Math, which the package ziamath carries, cut
down to what a page may need. After you change the list, cut it again: ``uv run
docs/_ext/letters.py``. The cut font has a name of its own, as STIX is a trademark; its licence is
beside it.
"""

from importlib.util import find_spec
from pathlib import Path

FONT = Path(__file__).parents[1] / "_static" / "fonts" / "mathematics.woff"
CHARACTERS = [
    *range(0x20, 0x7F),  # of ASCII
    *range(0x391, 0x3A2),  # Greek
    *range(0x3A3, 0x3CA),
    *range(0x1D434, 0x1D455),  # italic letters, except h
    *range(0x1D456, 0x1D468),
    *range(0x1D6E2, 0x1D71C),  # italic Greek
    *map(ord, "\N{NO-BREAK SPACE}±·×÷−∓∗∘∙/∕√‖∥|∣′″…⋮⋯⋱‥–"),
    *map(ord, "∀∂∃∇∈∉∏∑∞∝∧∨∩∪∫∼≃≈≠≡≤≥≪≫⊂⊆⊕⊗⊙⊤⊥⋅←→↔↦⇒⇔"),
    *map(ord, "⌈⌉⌊⌋⟨⟩⏞⏟ϵϕℂℎℓℕℝ"),
]


def cut():
    from fontTools import subset  # here, as the book itself does not need it

    options = subset.Options(
        flavor="woff", layout_features=["dtls"], hinting=False, name_IDs=[0, 1, 2, 4, 5, 6, 13, 14]
    )
    whole = Path(find_spec("ziamath").origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"
    with subset.load_font(whole, options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=CHARACTERS)
        cutter.subset(font)
        for name in font["name"].names:
            if name.nameID in (1, 4, 6):
                name.string = "BookMathematics" if name.nameID == 6 else "Book Mathematics"
        subset.save_font(font, FONT, options)


if __name__ == "__main__":
    cut()
