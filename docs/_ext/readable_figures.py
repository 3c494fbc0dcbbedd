"""Figures whose letters can be read on a phone: there they shrink less, and scroll sideways.

A figure as wide as a page's text would be shrunk to half on a phone, and its letters with it. Here
each figure learns how wide it must be for its smallest letters to have 11 pixels, and gets a box to
scroll in; ``_static/narrow.css`` uses both. A page that has such a box loads ``enlarge.js``, which
opens its figure in a dialog.
"""

import math
import re
from functools import cache
from pathlib import Path

SMALLEST = 11
"""Pixels of the smallest letters."""

PIXELS = 4 / 3
"""Of a point, in which Matplotlib measures."""

WIDTH = re.compile(r'<svg\b[^>]*?\bviewBox="0 0 ([\d.]+) ')
LETTERS = re.compile(r"<g\b[^>]*scale\((0?\.\d+) -[\d.]+\)")
"""A text in a figure of Matplotlib: letters of 100 points, made smaller, and upright again."""

# A thumbnail loses its letters (thumbnails.py) and fits its card: it needs no box.
IMAGE = re.compile(r'<img\b[^>]*\bsrc="[^"]*_images/(?P<name>[^"/]+(?<!_thumb)\.svg)"[^>]*>')
SLIDER = re.compile(
    r'<div role="img" aria-label="[^"]*">(?P<svg><svg\b.*?</svg>)\s*</div>', re.DOTALL
)


def readable_width(svg: str) -> int | None:
    """Return how wide a figure has to be, in pixels; None if it has no letters of Matplotlib."""
    width, sizes = WIDTH.search(svg), LETTERS.findall(svg)
    if not width or not sizes:
        return None
    smallest = 100 * min(map(float, sizes)) * PIXELS
    return math.ceil(float(width[1]) * PIXELS * SMALLEST / smallest)


def box(figure: str, width: int | None, tag: str = "span") -> str:
    """Return a figure in a box to scroll in, to which the theme gives the keyboard's focus."""
    if width is None:
        return figure
    kind = "readable-figure pst-scrollable-table-container"
    return f'<{tag} class="{kind}" style="--readable: {width}px">{figure}</{tag}>'


@cache
def width_of(path: Path) -> int | None:
    return readable_width(path.read_text("utf-8"))


@cache
def sources_of_labs(folder: Path) -> dict[str, Path]:
    """Return the figures of labs, which sphinx-gallery copies by itself."""
    return {path.name: path for path in folder.glob("*/images/*.svg")}


def in_boxes(body: str, sources: dict[str, Path]) -> str:
    """Return a page's content with its figures in boxes; `sources` has the files, by name."""

    def boxed(image):
        path = sources.get(image["name"])
        return box(image[0], path and width_of(path))

    def boxed_slider(figure):
        return box(figure[0], readable_width(figure["svg"]), "div")

    return SLIDER.sub(boxed_slider, IMAGE.sub(boxed, body))


def box_figures(app, pagename, templatename, context, doctree):
    if app.builder.name == "html" and "body" in context:
        sources = {name: app.srcdir / source for source, name in app.builder.images.items()}
        sources |= sources_of_labs(app.srcdir / "labs")
        context["body"] = in_boxes(context["body"], sources)
        if "readable-figure" in context["body"] and not pagename.startswith("slides/"):
            app.add_css_file("enlarge.css")
            app.add_js_file("enlarge.js", defer="defer")


def setup(app):
    app.connect("html-page-context", box_figures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
