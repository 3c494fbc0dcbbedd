"""Where an axis lies in the picture of a figure: for a question that is answered in the figure."""

from __future__ import annotations

from matplotlib import rcParams
from matplotlib.axes import Axes


def on_axis(axis: Axes, x: float) -> dict[str, float]:
    """Return a place on the x axis, and where the axis lies.

    Parameters
    ----------
    axis : Axes
        In a figure that is saved without its margins, as pages do.
    x : float
        The place.

    Returns
    -------
    dict of str to float
        ``x``; the limits of the axis, ``from`` and ``to``; and where these lie in the picture,
        ``left`` and ``right``, as parts of its width.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from lab_code.figures.place import on_axis
    >>> figure, axis = plt.subplots()
    >>> lines = axis.plot([0, 10], [0, 1])
    >>> place = on_axis(axis, 3)
    >>> bool(0 < place["left"] < place["right"] < 1)
    True
    """
    figure = axis.get_figure()
    figure.canvas.draw()
    picture = figure.get_tightbbox().padded(rcParams["savefig.pad_inches"])
    extent = axis.get_window_extent().transformed(figure.dpi_scale_trans.inverted())
    begin, end = axis.get_xlim()
    return {
        "x": float(x),
        "from": float(begin),
        "to": float(end),
        "left": (extent.x0 - picture.x0) / picture.width,
        "right": (extent.x1 - picture.x0) / picture.width,
    }
