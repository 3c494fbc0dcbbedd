"""Data-flow drawings in steps: what is computed later is pale until its step has come.

Quantities are boxes with their symbol and number. A round box holds any number; a box with sharp
corners is a gate, filled as far as it is open. Circles between them are operations.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.artist import Artist
from matplotlib.patches import Circle, FancyBboxPatch, Patch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text

from lab_code.figures import INK, QUANTITY_COLOURS
from lab_code.figures.diagrams import Point, canvas, write

BOX = (78.0, 30.0)
"""Width and height of a quantity's box, in points."""

SIGN = 10.0
"""Radius of an operation, in points."""

LETTERS, DIGITS = 16.0, 15.0
"""Sizes of symbols and of numbers: on a phone a point is about a pixel."""


class DataFlow:
    r"""A drawing, and what of it is shown at each of its steps.

    Parameters
    ----------
    width, height : float
        In points, of the drawing and of its coordinates.
    n_steps : int

    Attributes
    ----------
    figure : Figure
    shown : list of list of Artist
        For each step, what to show then.
    pale : list of Artist
        What is pale before its step; all else appears with its step.

    Examples
    --------
    >>> from lab_code.figures.data_flow import DataFlow
    >>> flow = DataFlow(width=300, height=80, n_steps=2)
    >>> flow.quantity(0, (60, 40), "x_t", 0.5, "input")
    >>> flow.operation(1, (150, 40), r"\tanh")
    >>> flow.quantity(1, (240, 40), "h_t", 0.46, "hidden state")
    >>> flow.line(1, "input", (100, 40), (130, 40))
    >>> [len(artists) for artists in flow.shown]  # more with each step
    [4, 12]
    """

    def __init__(self, width: float, height: float, n_steps: int):
        self.figure, axes = plt.subplots(figsize=(width / 72, height / 72))
        axes.set_position((0, 0, 1, 1))
        self.axes = canvas(axes, width, height)
        self.shown: list[list[Artist]] = [[] for _ in range(n_steps)]
        self.pale: list[Artist] = []

    def quantity(self, step: int, at: Point, symbol: str, value: float, name: str) -> None:
        """Draw a quantity as a box with its symbol and, from its step on, its value.

        Parameters
        ----------
        step : int
            At which it becomes known.
        at : tuple of float
            The middle of its box.
        symbol : str
            In TeX.
        value : float
        name : str
            A key of `lab_code.figures.QUANTITY_COLOURS`; that of a gate ends in "gate".
        """
        colour, gate = QUANTITY_COLOURS[name], name.endswith("gate")
        edge = at[0] - BOX[0] / 2
        tint = 0.12 if gate else 0.28
        known = [self._write((edge + BOX[0] - 7, at[1]), f"${value:.2f}$", DIGITS, ha="right")]
        if gate:
            size = (value * BOX[0], BOX[1])
            known.append(Rectangle((edge, at[1] - BOX[1] / 2), *size, fc=(colour, 0.4), zorder=1.5))
        self._show(
            step,
            pale=[
                box(at, gate, facecolor=(colour, tint), edgecolor=colour, linewidth=1.4),
                self._write((edge + 7, at[1]), f"${symbol}$", ha="left"),
            ],
            known=known,
            halo=[box(at, gate, 3.5, facecolor=(colour, 0.25), edgecolor="none", zorder=0)],
        )

    def operation(self, step: int, at: Point, sign: str = "") -> None:
        """Draw an operation around its sign, in TeX; "" is a product, a circle with a dot."""
        look = {"facecolor": "none", "edgecolor": INK, "linewidth": 1.2}
        wide = len(sign) > 1
        ring = pill(at, 4 * SIGN, 2 * SIGN, SIGN, **look) if wide else Circle(at, SIGN, **look)
        dot = Circle(at, 2.2, facecolor=INK, linewidth=0)
        self._show(step, pale=[ring, self._write(at, f"${sign}$") if sign else dot])

    def line(self, step: int, name: str, *points: Point, arrow: bool = True) -> None:
        """Draw a line with round corners through points.

        Parameters
        ----------
        step : int
        name : str
            The quantity that flows along it and gives it its colour; "" is ink.
        *points : tuple of float
        arrow : bool
            Whether it ends in an arrow.
        """
        colour = QUANTITY_COLOURS.get(name, INK)
        points, heads = list(points), []
        if arrow:
            before, tip = points[-2:]
            points[-1] = base = _towards(tip, before, 7)
            across = (0.4 * (tip[1] - base[1]), 0.4 * (tip[0] - base[0]))
            wings = [(base[0] + side * across[0], base[1] + side * across[1]) for side in (1, -1)]
            heads = [Polygon([tip, *wings], facecolor=colour, linewidth=0)]
        look = {"fill": False, "capstyle": "butt", "joinstyle": "round"}
        path = rounded(points)
        self._show(
            step,
            pale=[PathPatch(path, edgecolor=colour, linewidth=1.4, **look), *heads],
            halo=[PathPatch(path, edgecolor=(colour, 0.25), linewidth=8, zorder=0, **look)],
        )

    def number(self, step: int, at: Point, value: float) -> None:
        """Write a number beside a line."""
        self._show(step, known=[self._write(at, f"${value:.2f}$", DIGITS)])

    def equation(self, step: int, at: Point, text: str, name: str) -> None:
        """Write an equation after a mark in the colour of the quantity `name`."""
        (x, y), colour = at, QUANTITY_COLOURS[name]
        corner = 1 if name.endswith("gate") else 5
        mark = pill((x + 5, y - 1), 10, 10, corner, facecolor=colour, linewidth=0)
        width = self.axes.get_xlim()[1] - 2 * x + 12
        band = pill((x - 6 + width / 2, y), width, 24, 3, fc=(colour, 0.22), ec="none", zorder=0)
        words = self._write((x + 18, y), f"${text}$", ha="left")
        self._show(step, pale=[mark, words], halo=[band])

    def _write(self, at: Point, text: str, size: float = LETTERS, **style) -> Text:
        style |= {"fontsize": size, "math_fontfamily": "stix", "va": "center_baseline"}
        # in an index the minus gets no room around it
        return write(self.axes, at, text.replace("t-1", "t{-}1"), **style)

    def _show(self, step: int, pale: Sequence = (), known: Sequence = (), halo: Sequence = ()):
        """Show `pale` and `known` from a step on, and `halo` at that step only."""
        from_now, now = slice(step, None), slice(step, step + 1)
        self.pale += pale
        for artists, when in ((pale, from_now), (known, from_now), (halo, now)):
            for artist in artists:
                if isinstance(artist, Patch):
                    self.axes.add_patch(artist)
                artist.set_clip_on(False)
                for shown in self.shown[when]:
                    shown.append(artist)


def pill(at: Point, width: float, height: float, corner: float, **look) -> FancyBboxPatch:
    """Return a box around its middle with round corners.

    Examples
    --------
    >>> from lab_code.figures.data_flow import pill
    >>> shape = pill(at=(50, 20), width=40, height=10, corner=5)
    >>> shape.get_x(), shape.get_y()  # its lower left corner
    (30.0, 15.0)
    """
    style = f"round,pad=0,rounding_size={corner}"
    return FancyBboxPatch((at[0] - width / 2, at[1] - height / 2), width, height, style, **look)


def box(at: Point, gate: bool, more: float = 0, **look) -> FancyBboxPatch:
    """Return a quantity's box, wider and higher by `more` on each side.

    Examples
    --------
    >>> from lab_code.figures.data_flow import BOX, box
    >>> state, gate = box((50, 20), gate=False), box((50, 20), gate=True, more=3)
    >>> (state.get_width(), state.get_height()) == BOX
    True
    >>> gate.get_width() - state.get_width()
    6.0
    """
    width, height = (side + 2 * more for side in BOX)
    return pill(at, width, height, 2 + more if gate else height / 2, **look)


def rounded(points: Sequence[Point], radius: float = 8) -> Path:
    """Return the path through points, with its corners rounded.

    Examples
    --------
    >>> from lab_code.figures.data_flow import rounded
    >>> path = rounded([(0, 0), (100, 0), (100, 50)], radius=10)
    >>> path.vertices.tolist()
    [[0.0, 0.0], [90.0, 0.0], [100.0, 0.0], [100.0, 10.0], [100.0, 50.0]]
    """
    vertices, codes = [points[0]], [Path.MOVETO]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        into, out = (_towards(corner, end, radius) for end in (before, after))
        vertices += [into, corner, out]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*vertices, points[-1]], [*codes, Path.LINETO])


def _towards(start: Point, end: Point, length: float) -> Point:
    whole = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
    return tuple(s + (e - s) * length / whole for s, e in zip(start, end, strict=True))


def number(value: float) -> str:
    """Return a number with two decimals, and with a minus, not a hyphen.

    Examples
    --------
    >>> from lab_code.figures.data_flow import number
    >>> number(0.5), number(-0.25)
    ('0.50', '−0.25')
    """
    return f"{value:.2f}".replace("-", "−")
