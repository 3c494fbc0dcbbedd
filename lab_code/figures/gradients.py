"""Drawings of gradients: how they vanish, explode, are clipped and are cut off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lab_code.figures import INK, NETWORK_COLOURS, QUIET, VALIDATION_COLOUR
from lab_code.recordings import CLASSES

FAR = 50
"""How many steps back a figure's label tells of."""


def lost_by_truncation(curves: Mapping[str, Sequence[float]], highest: int = 30) -> Figure:
    """Draw which share of a gradient is lost if it goes back only so many steps.

    Parameters
    ----------
    curves : mapping of str to sequence of float, shape (step,)
        The share lost at each truncation, ``"before"`` training and ``"after"``; more than ten.
    highest : int
        How many truncations to draw.

    Examples
    --------
    >>> from textwrap import fill
    >>> import numpy as np
    >>> from lab_code.figures.gradients import lost_by_truncation
    >>> k = np.arange(20)
    >>> figure = lost_by_truncation({"before": 0.5**k, "after": 0.9**k})
    >>> print(fill(figure.get_label(), 80))
    Share of the gradient that is lost: before training 25.0% at k = 2, 0.1% at k =
    10; after training 81.0% at k = 2, 34.9% at k = 10.
    """
    figure, axis = plt.subplots(figsize=(6, 3.4))
    said = []
    for colour, (when, curve) in zip((QUIET, VALIDATION_COLOUR), curves.items(), strict=True):
        name, drawn = f"{when} training", curve[:highest]
        axis.semilogy(range(len(drawn)), drawn, ".-", color=colour, label=name)
        said.append(f"{name} {curve[2]:.1%} at k = 2, {curve[10]:.1%} at k = 10")
    axis.set(
        xlabel="steps that the gradient goes back (k)",
        ylabel="share lost of the gradient of W",
        title="What truncation loses, mean over seizure seconds",
    )
    axis.legend()
    figure.set_label(f"Share of the gradient that is lost: {'; '.join(said)}.")
    return figure


def norms_by_radius(curves: Mapping[str, Mapping[float, Sequence[float]]]) -> Figure:
    """Draw the norm of the gradient on its way back, for several spectral radii.

    Parameters
    ----------
    curves : mapping of str to mapping of float to sequence of float, shape (lag,)
        For each of four networks, the norm after 0, 1, ... steps back, by the spectral radius
        that it starts with; more than `FAR` steps.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.figures.gradients import norms_by_radius
    >>> k = np.arange(60)
    >>> curves = {radius: radius**k for radius in (0.9, 1.0, 1.1)}
    >>> names = "linear", "simple RNN", "LSTM", "GRU"
    >>> figure = norms_by_radius({name: curves for name in names})
    >>> len(figure.axes)
    4
    """
    figure, axes = plt.subplots(2, 2, figsize=(6, 5), sharex=True, sharey=True)
    said = []
    for axis, (name, by_radius) in zip(axes.flat, curves.items(), strict=True):
        shades = plt.get_cmap("plasma")(np.linspace(0.3, 0.85, len(by_radius)))
        for shade, (radius, curve) in zip(shades, by_radius.items(), strict=True):
            axis.semilogy(curve, color=shade, label=f"{radius:g}")
        axis.axhline(1, color=INK, lw=0.6)
        axis.set(title=name, ylim=(1e-15, 1e15), yticks=[1e-10, 1, 1e10])
        extremes = min(by_radius), max(by_radius)
        ends = (f"{by_radius[radius][FAR]:.0e} at radius {radius:g}" for radius in extremes)
        said.append(f"{name}: {', '.join(ends)}")
    for axis in axes[1]:
        axis.set_xlabel("steps back (k)")
    for axis in axes[:, 0]:
        axis.set_ylabel("norm of the gradient")
    figure.legend(
        *axis.get_legend_handles_labels(),
        title="spectral radius",
        ncols=len(by_radius),
        loc="outside lower center",
        columnspacing=1,
        handlelength=1.2,
    )
    figure.set_label(f"Norm of the gradient {FAR} steps back. {'; '.join(said)}.")
    return figure


def before_and_after(curves: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> Figure:
    """Draw the norm of the gradient on its way back, before training and after.

    Parameters
    ----------
    curves : mapping of str to (sequence of float, sequence of float), shape (lag,)
        For each network, as in `NETWORK_COLOURS`, the norm after 0, 1, ... steps back: before
        training, and after.

    Examples
    --------
    >>> from textwrap import fill
    >>> import numpy as np
    >>> from lab_code.figures.gradients import before_and_after
    >>> k = np.arange(41)
    >>> figure = before_and_after({"simple RNN": (0.7**k, 0.9**k), "GRU": (0.8**k, 0.99**k)})
    >>> print(fill(figure.get_label(), 80))
    Norm of the gradient 40 steps back: simple RNN 6e-07 before, 1e-02 after; GRU
    1e-04 before, 7e-01 after.
    """
    figure, axis = plt.subplots(figsize=(6, 3.6))
    said = []
    for name, (before, after) in curves.items():
        axis.semilogy(before, ":", color=NETWORK_COLOURS[name])
        axis.semilogy(after, color=NETWORK_COLOURS[name], label=name)
        said.append(f"{name} {before[-1]:.0e} before, {after[-1]:.0e} after")
    axis.plot([], [], ":", color=INK, label="before training")
    axis.set(
        xlabel="steps back (k)",
        ylabel="norm of the gradient",
        title="Before and after training on seizures",
    )
    axis.legend(ncols=2)
    figure.set_label(f"Norm of the gradient {len(after) - 1} steps back: {'; '.join(said)}.")
    return figure


def clipping(
    lengths: Mapping[str, Sequence[float]], losses: Mapping[str, Sequence[float]]
) -> Figure:
    """Draw the length of the gradient and the loss at each step of training, of two trainings.

    Parameters
    ----------
    lengths, losses : mapping of str to sequence of float, shape (step,)
        For a training without a limit, and for one with clipping.

    Examples
    --------
    >>> from textwrap import fill
    >>> import numpy as np
    >>> from lab_code.figures.gradients import clipping
    >>> loss = np.linspace(1.6, 0.4, 100)
    >>> lengths = {"no limit": np.geomspace(1, 1e4, 100), "clipped": np.ones(100)}
    >>> figure = clipping(lengths, {"no limit": loss + 1, "clipped": loss})
    >>> print(fill(figure.get_label(), 80))
    Length of the gradient, and loss. no limit: longest gradient 1e+04, mean loss of
    the last 50 steps 1.70; clipped: longest gradient 1e+00, mean loss of the last
    50 steps 0.70.
    """
    figure, axes = plt.subplots(2, 1, figsize=(6, 4.8), sharex=True)
    said = []
    for colour, name in zip((QUIET, VALIDATION_COLOUR), lengths, strict=True):
        axes[0].semilogy(lengths[name], lw=0.8, color=colour)
        axes[1].plot(losses[name], lw=0.8, color=colour, label=name)
        said.append(
            f"{name}: longest gradient {max(lengths[name]):.0e}, "
            f"mean loss of the last 50 steps {np.mean(losses[name][-50:]):.2f}"
        )
    axes[0].set_title("Length of the gradient")
    axes[1].axhline(log(len(CLASSES)), color=INK, lw=0.8, ls=":", label="guessing")
    axes[1].set(xlabel="step of training", title="Loss")
    axes[1].legend()
    figure.set_label(f"Length of the gradient, and loss. {'; '.join(said)}.")
    return figure
