"""Drawings of a loss with a cliff: its surface, what happens on either side, and descents."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap, to_rgba
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from lab_code.figures import INK, QUANTITY_COLOURS, QUIET, SEIZURE_COLOUR, VALIDATION_COLOUR

SHADES = ListedColormap(plt.get_cmap("cividis")(np.linspace(0, 0.72, 256)))
"""Of the loss: dark where it is low, and nowhere so light that a white path is lost on it."""

ANGLE = {"elev": 32, "azim": 38}
"""From where the surface is looked at: the low plain in front, so that nothing hides the cliff."""

SIDES = (SEIZURE_COLOUR, VALIDATION_COLOUR)


def surface(w: ArrayLike, b: ArrayLike, loss: ArrayLike) -> Figure:
    """Draw a loss of two numbers as a surface.

    Parameters
    ----------
    w, b, loss : array_like, shape (w, b)
        As from ``torch.meshgrid(..., indexing="ij")``.

    Examples
    --------
    >>> import torch
    >>> from lab_code.figures.cliff import surface
    >>> w, b = torch.meshgrid(torch.arange(3.0), torch.arange(4.0), indexing="ij")
    >>> surface(w, b, loss=(b > 1) * w).get_label()
    'Loss over w from 0 to 2 and b from 0 to 3: from 0.00 to 2.00.'
    """
    w, b, loss = (np.asarray(one) for one in (w, b, loss))
    figure, axis = plt.subplots(figsize=(6.4, 4.2), subplot_kw={"projection": "3d"})
    corners = np.stack([loss[:-1, :-1], loss[1:, :-1], loss[:-1, 1:], loss[1:, 1:]])
    shade = corners.mean(axis=0) / loss.max()
    shade[np.ptp(corners, axis=0) > loss.max() / 3] = 0.5  # a wall is one face, without stripes
    axis.plot_surface(
        *(w, b, loss),
        facecolors=SHADES(shade),
        **{"rstride": 1, "cstride": 1, "shade": False},
        antialiased=False,
        rasterized=True,
    )
    axis.view_init(**ANGLE)
    axis.set_box_aspect((1.2, 1, 0.6), zoom=1.1)
    axis.set(xlabel="w", ylabel="b", zlabel="loss")
    for one in (axis.xaxis, axis.yaxis, axis.zaxis):
        one.set_pane_color((1, 1, 1, 0))
        one._axinfo["grid"].update(color=to_rgba(QUIET, 0.3), linewidth=0.6)
        one.line.set_color(INK)
    figure.set_label(
        f"Loss over w from {w.min():.3g} to {w.max():.3g} and b from {b.min():.3g} to "
        f"{b.max():.3g}: from {loss.min():.2f} to {loss.max():.2f}."
    )
    return figure


def two_sides(fed: ArrayLike, states: Mapping[str, ArrayLike]) -> Figure:
    """Draw the states of one unit that begins on either side of a cliff.

    Parameters
    ----------
    fed : array_like, shape (step,)
        What the input adds at each step.
    states : mapping of str to array_like, shape (step,)
        Of two sides.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.figures.cliff import two_sides
    >>> apart = np.linspace(0, 1, 8) ** 4
    >>> two_sides(np.zeros(8), {"above": apart, "below": -apart}).get_label()
    'State by step. Further than 0.1 apart from step 5 on; at the end above 1.00, below -1.00.'
    """
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(6.4, 3.6), sharex=True, height_ratios=(3, 1)
    )
    step = np.arange(1, len(fed) + 1)
    for colour, style, (name, state) in zip(SIDES, ("-", "--"), states.items(), strict=True):
        above.plot(step, state, style, color=colour, label=name)
    above.set(ylabel="state", ylim=(-1.08, 1.08), yticks=(-1, 0, 1))
    above.set_title("The same second, twice")
    above.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    below.plot(step, fed, color=QUANTITY_COLOURS["input"], lw=1)
    below.set(xlabel="step", ylabel="input")
    first, second = (np.asarray(one) for one in states.values())
    apart = np.abs(first - second) > 0.1
    when = f"from step {step[apart][0]} on" if apart.any() else "at no step"
    ends = ", ".join(f"{name} {np.asarray(one)[-1]:.2f}" for name, one in states.items())
    figure.set_label(f"State by step. Further than 0.1 apart {when}; at the end {ends}.")
    return figure


def descents(w: ArrayLike, b: ArrayLike, loss: ArrayLike, paths: Mapping[str, ArrayLike]) -> Figure:
    """Draw paths of gradient descent over the loss, seen from above.

    Parameters
    ----------
    w, b, loss : array_like, shape (w, b)
    paths : mapping of str to array_like, shape (step, path, 2)
        The same starts, treated in two ways; each place is (w, b).

    Examples
    --------
    >>> from textwrap import fill
    >>> import torch
    >>> from lab_code.figures.cliff import descents
    >>> w, b = torch.meshgrid(torch.arange(3.0), torch.arange(4.0), indexing="ij")
    >>> slow = torch.tensor([[[1.0, 1.0]], [[1.0, 1.5]], [[1.0, 2.0]]])
    >>> figure = descents(w, b, (b > 1) * w, {"as it is": 3 * slow, "clipped": slow})
    >>> print(fill(figure.get_label(), 80))
    Paths of gradient descent, 1 in each panel, over the loss. as it is: longest
    step 1.5, 1 leave the picture; clipped: longest step 0.5, 0 leave the picture.
    """
    w, b, loss = (np.asarray(one) for one in (w, b, loss))
    figure, axes = plt.subplots(1, len(paths), figsize=(7.6, 3.8), sharey=True)
    low, high = np.array([w.min(), b.min()]), np.array([w.max(), b.max()])
    said = []
    for axis, (name, path) in zip(axes, paths.items(), strict=True):
        path = np.asarray(path)
        axis.pcolormesh(w, b, loss, cmap=SHADES, shading="auto", rasterized=True)
        for one in path.swapaxes(0, 1):
            axis.plot(*one.T, color="white", lw=0.9, alpha=0.9)
            axis.plot(*one[0], "o", color="white", ms=3)
        axis.set(xlabel="w", title=name, xlim=(low[0], high[0]), ylim=(low[1], high[1]))
        longest = np.linalg.norm(np.diff(path, axis=0), axis=2).max(initial=0)
        left = ((path < low) | (path > high)).any(axis=(0, 2)).sum()
        said.append(f"{name}: longest step {longest:.2g}, {left} leave the picture")
    axes[0].set_ylabel("b")
    figure.set_label(
        f"Paths of gradient descent, {path.shape[1]} in each panel, over the loss. "
        f"{'; '.join(said)}."
    )
    return figure
