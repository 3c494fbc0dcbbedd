"""Drawings of networks: nodes, arrows between them, and the graph of a network over time."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch
from matplotlib.text import Text

from lab_code.figures import INK, QUANTITY_COLOURS

RADIUS = 0.32

Point = tuple[float, float]


def canvas(axes: Axes, width: float, height: float) -> Axes:
    """Make room for a drawing, from 0 to `width` and `height`, one unit as long both ways.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from lab_code.figures.diagrams import canvas
    >>> figure, axes = plt.subplots()
    >>> axes = canvas(axes, width=6, height=2)
    >>> axes.axison  # only what is drawn
    False
    """
    axes.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    axes.set_axis_off()
    return axes


def node(axes: Axes, at: Point, text: str, quantity: str, radius: float = RADIUS) -> list:
    """Draw a quantity as a circle with its symbol.

    Parameters
    ----------
    axes : Axes
    at : tuple of float
        The middle.
    text : str
    quantity : str
        A key of `lab_code.figures.QUANTITY_COLOURS`.
    radius : float

    Returns
    -------
    list of Artist

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from lab_code.figures.diagrams import canvas, node
    >>> figure, axes = plt.subplots()
    >>> disc, symbol = node(canvas(axes, 6, 2), at=(1, 1), text="$h_1$", quantity="hidden state")
    >>> symbol.get_text(), disc.center
    ('$h_1$', (1, 1))
    """
    colour = QUANTITY_COLOURS[quantity]
    disc = Circle(at, radius, facecolor=(colour, 0.25), edgecolor=colour, linewidth=1.6)
    axes.add_patch(disc)
    return [disc, write(axes, at, text)]


def arrow(
    axes: Axes,
    start: Point,
    end: Point,
    text: str = "",
    *,
    beside: Point = (0.16, 0.0),
    bend: float = 0.0,
    radius: float = RADIUS,
    colour: str = INK,
    dashed: bool = False,
) -> list:
    """Draw an arrow from one node to another.

    Parameters
    ----------
    axes : Axes
    start, end : tuple of float
        The middles of the nodes.
    text : str
        Written at the middle of the arrow, moved by `beside`.
    beside : tuple of float
    bend : float
        0 is straight; a positive arrow turns to its right.
    radius : float
        How far from the middles the arrow begins and ends.
    colour : str
    dashed : bool

    Returns
    -------
    list of Artist

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from lab_code.figures.diagrams import arrow, canvas, node
    >>> figure, axes = plt.subplots()
    >>> axes, places = canvas(axes, 6, 2), [(1, 1), (3, 1)]
    >>> for number, at in enumerate(places):
    ...     symbol = node(axes, at, f"$h_{number}$", "hidden state")
    >>> line, name = arrow(axes, *places, "$W$", beside=(0, 0.25))
    >>> name.get_position()
    (2.0, 1.25)
    """
    (x0, y0), (x1, y1) = start, end
    length = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 1e-9)
    step_x, step_y = radius * (x1 - x0) / length, radius * (y1 - y0) / length
    line = FancyArrowPatch(
        (x0 + step_x, y0 + step_y),
        (x1 - step_x, y1 - step_y),
        arrowstyle="-|>",
        mutation_scale=11,
        shrinkA=1,
        shrinkB=1,
        connectionstyle=f"arc3,rad={bend}",
        linestyle="--" if dashed else "-",
        color=colour,
        linewidth=1.2,
    )
    axes.add_patch(line)
    if not text:
        return [line]
    middle = ((x0 + x1) / 2 + beside[0], (y0 + y1) / 2 + beside[1])
    return [line, write(axes, middle, text)]


def loop(axes: Axes, at: Point, text: str = "") -> list:
    """Draw an arrow that leaves a node to the right, and comes back to it from below.

    Parameters
    ----------
    axes : Axes
    at : tuple of float
        The middle of the node.
    text : str

    Returns
    -------
    list of Artist

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from lab_code.figures.diagrams import canvas, loop
    >>> figure, axes = plt.subplots()
    >>> line, name = loop(canvas(axes, 4, 2), at=(1, 1), text="$W$")
    >>> name.get_text()
    '$W$'
    """
    x, y = at
    line = FancyArrowPatch(
        (x + RADIUS * 0.8, y + RADIUS * 0.6),
        (x + RADIUS * 0.8, y - RADIUS * 0.6),
        arrowstyle="-|>",
        mutation_scale=11,
        shrinkA=1,
        shrinkB=1,
        connectionstyle="arc3,rad=-3.4",
        color=INK,
        linewidth=1.2,
    )
    axes.add_patch(line)
    return [line, write(axes, (x + 1.2, y), text)]


def write(axes: Axes, at: Point, text: str, **style) -> Text:
    """Write a text around a point.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from lab_code.figures.diagrams import canvas, write
    >>> figure, axes = plt.subplots()
    >>> write(canvas(axes, 6, 2), (3, 1), "time", style="italic").get_position()
    (3, 1)
    """
    return axes.text(*at, text, **{"ha": "center", "va": "center"} | style)
