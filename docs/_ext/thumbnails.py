"""Small pictures of the labs without letters: at their size, letters are specks.

sphinx-gallery makes them from a lab's first figure. Here they lose text, legend and margin, so that
what is drawn is as large as it can be, with lines that can be seen.
"""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"
MARK = "thumbnail"
MARGIN = 8
"""Points around what is drawn."""

STRONGER = 1.8
"""By how much lines are thicker."""

ET.register_namespace("", SVG.strip("{}"))
ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def axes_of(root):
    return [g for g in root.iter(f"{SVG}g") if g.get("id", "").startswith("axes_")]


def corners(axes):
    """Return the corners of the paper of axes, which Matplotlib draws first; a surface has none."""
    first = axes.find(f"{SVG}g")
    if first is None or not first.get("id", "").startswith("patch_"):
        return []
    return re.findall(r"[ML] (-?[\d.]+) (-?[\d.]+)", first.find(f"{SVG}path").get("d"))


def without_letters(svg: str) -> str:
    """Return a figure of Matplotlib as a thumbnail; one that already is, unchanged."""
    root = ET.fromstring(svg)  # noqa: S314 - a figure of this build
    if root.get("class") == MARK or not axes_of(root):
        return svg
    for parent in list(root.iter()):
        for child in list(parent):
            if re.match("text_|legend_", child.get("id", "")):
                parent.remove(child)
    if places := [place for axes in axes_of(root) for place in corners(axes)]:
        x, y = ([float(place[axis]) for place in places] for axis in (0, 1))
        left, top = min(x) - MARGIN, min(y) - MARGIN
        width, height = max(x) + MARGIN - left, max(y) + MARGIN - top
        root.set("viewBox", f"{left:g} {top:g} {width:g} {height:g}")
        root.set("width", f"{width:g}pt")
        root.set("height", f"{height:g}pt")
    root.set("class", MARK)
    return re.sub(
        r"(?<=stroke-width: )[\d.]+",
        lambda width: f"{float(width[0]) * STRONGER:g}",
        ET.tostring(root, encoding="unicode"),
    )


def mend_thumbnails(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    for path in (Path(app.outdir) / "_images").glob("*_thumb.svg"):
        svg = path.read_text("utf-8")
        if f'class="{MARK}"' not in svg[:500]:
            path.write_text(without_letters(svg), "utf-8")


def setup(app):
    app.connect("build-finished", mend_thumbnails, priority=600)  # after the theme's colours
    return {"parallel_read_safe": True, "parallel_write_safe": True}
