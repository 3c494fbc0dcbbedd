"""A figure with a slider under it: of what is drawn in it, the reader chooses what to see.

The figure is an SVG in the page, in which each artist can be shown or hidden
(``docs/_static/slider.js``). Where no script runs, all of it is shown.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
from collections.abc import Collection, Sequence

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from lab_code.figures import INK


class Slider:
    """Show some artists of a figure at a time.

    In a notebook, the last line of a cell.

    Parameters
    ----------
    figure : Figure
        Its label (``figure.set_label``) says in words what it shows.
    name : str
        What the slider changes.
    frames : sequence of (str, str, sequence of Artist)
        For each place of the slider: its value, one sentence on what is seen there, and the
        artists to show. An artist that is in no frame is always shown.
    start : int
        The place at which the slider stands at first.
    pale : collection of Artist
        What is pale, and not hidden, in a frame that does not show it.

    Raises
    ------
    ValueError
        If there are fewer than two frames, or no such start, or the figure has no label.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from lab_code.figures.slider import Slider
    >>> figure, axis = plt.subplots()
    >>> figure.set_label("What is left of a gradient after up to 20 steps, for three weights.")
    >>> k, frames = np.arange(20), []
    >>> for weight in (0.5, 0.9, 1.1):
    ...     (line,) = axis.plot(weight**k)
    ...     frames.append((f"{weight}", f"After 19 steps {weight**19:.0e} is left.", [line]))
    >>> slider = Slider(figure, "weight", frames, start=1)  # in a notebook, the last line of a cell
    >>> slider.says[0]
    'After 19 steps 2e-06 is left.'
    """

    def __init__(
        self,
        figure: Figure,
        name: str,
        frames: Sequence[tuple[str, str, Sequence[Artist]]],
        start: int = 0,
        pale: Collection[Artist] = (),
    ):
        if len(frames) < 2 or not 0 <= start < len(frames):
            raise ValueError(
                f"a slider needs two frames or more and a start among them; "
                f"there are {len(frames)}, and the start is {start}"
            )
        if not figure.get_label():
            raise ValueError("the figure has no label: say in words what it shows")
        self.figure, self.name, self.start = figure, name, start
        self.values = [value for value, _, _ in frames]
        self.says = [sentence for _, sentence, _ in frames]
        # the same on each build, and other than that of another slider
        mark = hashlib.sha256(f"{name}{figure.get_label()}".encode()).hexdigest()[:6]
        self.mark = f"slider-{mark}"
        numbers: dict[Artist, int] = {}
        self.shown = [
            [numbers.setdefault(artist, len(numbers)) for artist in artists]
            for _, _, artists in frames
        ]
        self.pale = [number for artist, number in numbers.items() if artist in pale]
        for artist, number in numbers.items():
            artist.set_gid(f"{self.mark}-{number}")
        plt.close(figure)  # else the page would show it a second time

    def _repr_html_(self) -> str:
        label, mark = html.escape(self.figure.get_label()), self.mark
        frames = {"values": self.values, "says": self.says, "shown": self.shown, "pale": self.pale}
        frames = json.dumps(frames, ensure_ascii=False, separators=(",", ":"))
        return (
            f'<figure class="slider" data-frames="{html.escape(frames)}">'
            f'<div role="img" aria-label="{label}">{self.svg()}</div>'
            f'<div class="slider-control" hidden>'
            f'<label for="{mark}">{html.escape(self.name)}: <output for="{mark}"></output></label>'
            f'<input id="{mark}" type="range" min="0" max="{len(self.values) - 1}" step="1"'
            f' value="{self.start}">'
            f'<p class="slider-says"></p></div></figure>'
        )

    def svg(self) -> str:
        """Return the figure as SVG for a page: it has the page's ink, and as much room as it."""
        file = io.StringIO()
        # Marks of parts (clip paths, glyphs) must differ from those of the page's other figures.
        with mpl.rc_context({"svg.hashsalt": self.mark}):
            self.figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
        svg = file.getvalue()
        svg = svg[svg.index("<svg") :]
        svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
        head, rest = svg.split(">", 1)
        width = re.search(r'width="([\d.]+)pt"', head)[1]
        head = re.sub(r' (?:width|height)="[^"]*"', "", head)
        head += f' style="width: 100%; max-width: {width}pt" aria-hidden="true" focusable="false"'
        rest = rest.replace(INK.lower(), "currentColor").replace("fill: #ffffff", "fill: none")
        # what matplotlib calls its groups, such as "axes_1", is the same in all figures
        rest = re.sub(r' id="[\w.]+_\d+"', "", rest)
        return f"{head}>{self._short(rest)}"

    def _short(self, svg: str) -> str:
        """Return the same picture in fewer letters: a page holds all of it."""
        svg = re.sub(r' d="[^"]*"|translate\([^)]*\)', _shorter, svg)
        svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
        svg = re.sub(r">\s+<", "><", svg)  # letters are paths: there is no text to keep
        svg = re.sub(r"<g( id=[^>]*)>(<path[^>]*?)/></g>", r"\2\1/>", svg)
        used = dict.fromkeys(re.findall(r'xlink:href="#([^"]*)"', svg))
        short = {name: f"{self.mark[7:]}_{number}" for number, name in enumerate(used)}
        svg = re.sub(r'(?<= id=")[^"]*', lambda name: short.get(name[0], name[0]), svg)
        return re.sub(r'xlink:href="#([^"]*)"', lambda name: f'href="#{short[name[1]]}"', svg)


def _shorter(path: re.Match) -> str:
    """Return a place or a line to a hundredth of a point, as fine as any screen, without breaks."""
    return re.sub(r"\s*\n", "", re.sub(r"(\.\d\d)\d+", r"\1", path[0]))
