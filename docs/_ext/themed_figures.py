"""Figures that follow the reader's theme.

Figures are SVG files shown by ``<img>``. In such a file the media query ``prefers-color-scheme``
follows the page that shows it, so one file serves light and dark: the figures' ink becomes the
theme's, and white paper becomes see-through.
"""

import re
from pathlib import Path

from sphinx_gallery.scrapers import matplotlib_scraper

from lab_code.figures import INK

PAPER = "#ffffff"
STYLE = (
    "<style>:root{color:#1f2328}"
    "@media(prefers-color-scheme:dark){:root{color:#ced6dd}}"
    "@media print{:root{color:#1f2328}}</style>"
)


def scrape(block, block_vars, gallery_conf, **kwargs):
    """Save the figures of a lab as SVG; a figure's label becomes its alternative text."""
    import matplotlib.pyplot as plt  # late: most builds run no lab

    labels = iter([plt.figure(number).get_label() for number in plt.get_fignums()])
    rst = matplotlib_scraper(block, block_vars, gallery_conf, format="svg", **kwargs)
    # sphinx-gallery has put the titles there
    return re.sub(r"(?<=:alt: ).*", lambda match: next(labels) or match[0], rst)


def themed(svg: str) -> str:
    """Return a figure of Matplotlib that follows the theme; one that already does is unchanged."""
    if STYLE in svg or "Matplotlib" not in svg:
        return svg
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)  # it holds the date
    svg = svg.replace(INK.lower(), "currentColor").replace(f"fill: {PAPER}", "fill: none")
    return re.sub(r"(<svg[^>]*>)", lambda match: match[1] + STYLE, svg, count=1)


def theme_figures(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    for path in (Path(app.outdir) / "_images").glob("*.svg"):
        path.write_text(themed(path.read_text("utf-8")), "utf-8")


def setup(app):
    app.connect("build-finished", theme_figures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
