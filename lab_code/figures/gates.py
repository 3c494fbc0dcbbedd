"""Drawings of the gates of trained networks, from shut (dark) to open (bright)."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from lab_code.figures import CELL_COLOUR, INK, SEIZURE_COLOUR

GATES = {"LSTM": ("input", "forget", "output"), "GRU": ("reset", "update")}
"""The gates of each cell, from the first to the last drawn."""


def opening(axis: Axes, gate: np.ndarray, title: str) -> AxesImage:
    """Draw how far a gate is open: one row a unit, one column a step.

    Parameters
    ----------
    axis : Axes
    gate : ndarray, shape (step, unit)
        From 0, shut, to 1, open.
    title : str

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import torch
    >>> from lab_code.cells import unroll
    >>> from lab_code.figures.gates import opening
    >>> kept = unroll(torch.nn.LSTM(1, 6), torch.randn(1, 20, 1))
    >>> figure, axis = plt.subplots()
    >>> image = opening(axis, kept["forget"][0].detach(), "Forget gate")
    >>> image.get_array().shape  # one row a unit, one column a step
    (6, 20)
    """
    axis.set(yticks=[], ylabel="unit", title=title)
    look = {"cmap": "cividis", "vmin": 0, "vmax": 1, "interpolation": "nearest"}
    return axis.imshow(np.asarray(gate).T, aspect="auto", **look)


def store_and_recall(
    gates: Mapping[str, Mapping[str, np.ndarray]],
    counts: Mapping[str, np.ndarray],
    store: int,
    recall: int,
) -> Figure:
    """Draw the gates while a number is stored and recalled, and how much it still counts.

    Parameters
    ----------
    gates : mapping of str to mapping of str to ndarray, shape (step, unit)
        For the cells of `GATES`, their gates at each step.
    counts : mapping of str to ndarray, shape (step,)
        For each cell, how much its state depends on the stored number.
    store, recall : int
        The steps of storing and of recall.

    Examples
    --------
    >>> import torch
    >>> from torch import nn
    >>> from lab_code.cells import unroll
    >>> from lab_code.figures.gates import store_and_recall
    >>> cells = {"LSTM": nn.LSTM(1, 6), "GRU": nn.GRU(1, 6)}
    >>> with torch.no_grad():
    ...     kept = {name: unroll(cell, torch.randn(1, 20, 1)) for name, cell in cells.items()}
    >>> gates = {name: {gate: of[0] for gate, of in one.items()} for name, one in kept.items()}
    >>> counts = {name: 0.9 ** torch.arange(20) for name in cells}
    >>> figure = store_and_recall(gates, counts, store=2, recall=15)
    >>> len(figure.axes)  # three gates and a curve, of each cell
    8
    """
    looks = {"sharex": True, "sharey": "row", "height_ratios": [1, 1, 1, 1.2]}
    figure, axes = plt.subplots(4, len(GATES), figsize=(6, 5.8), **looks)
    said = []
    for column, (name, names_of_gates) in zip(axes.T, GATES.items(), strict=True):
        for axis, gate in zip(column, names_of_gates, strict=False):
            opening(axis, gates[name][gate], f"{name}: {gate} gate")
        for axis in column[len(names_of_gates) : -1]:
            axis.set_axis_off()
        curve = counts[name]
        column[-1].plot(curve, color=CELL_COLOUR)
        column[-1].set(xlabel="step", title="how much the number still counts")
        for step, what in ((store, "store"), (recall, "recall")):
            column[-1].axvline(step, color=INK, lw=0.8, ls=":")
            column[-1].text(step + 0.2, 0.05, what, fontsize=9)
        said.append(f"{name}: {curve[recall - 1] / curve[store]:.0%}")
    figure.set_label(
        "Gates of a trained LSTM and GRU, dark is shut and bright is open. Of how much the number "
        f"counted when stored, it counts just before recall: {', '.join(said)}."
    )
    return figure


def over_a_second(signal: np.ndarray, gates: Mapping[str, np.ndarray]) -> Figure:
    """Draw a second of a seizure, and below it how far gates are open while it is read.

    Parameters
    ----------
    signal : ndarray, shape (sample,)
    gates : mapping of str to ndarray, shape (step, unit)
        What to call each gate, and how far it is open; one or more, all of as many steps. Units
        are drawn from the one most open to the one most shut.

    Examples
    --------
    >>> import torch
    >>> from lab_code.cells import unroll
    >>> from lab_code.figures.gates import over_a_second
    >>> from lab_code.sequences import to_sequences
    >>> from lab_code.sources import load
    >>> second = load("simulated").seconds().samples[-1:]
    >>> with torch.no_grad():
    ...     kept = unroll(torch.nn.GRU(4, 6), to_sequences(second, 4) / 300)
    >>> figure = over_a_second(second[0], {"update gate": kept["update"][0]})
    >>> figure.axes[1].get_xlabel()
    'step'
    """
    n_steps = len(next(iter(gates.values())))
    heights = [1] + [1.6] * len(gates)
    figure, axes = plt.subplots(
        len(heights), 1, figsize=(6, 5.2), sharex=True, height_ratios=heights
    )
    samples_per_step = len(signal) // n_steps
    read = signal[: n_steps * samples_per_step]
    step = np.arange(len(read)) / samples_per_step
    axes[0].plot(step, read, color=SEIZURE_COLOUR, lw=1)
    axes[0].set(title="The second, scaled", yticks=[])
    said = []
    for axis, (name, gate) in zip(axes[1:], gates.items(), strict=True):
        mean = np.asarray(gate).mean(axis=0)
        order = (-mean).argsort()
        image = opening(axis, gate[:, order], name)
        image.set_extent((0, n_steps, 0, len(order)))
        moves = np.asarray(gate).std(axis=0, ddof=1).mean()
        said.append(
            f"{name}: {mean.max():.2f} open in the unit most open, {mean.min():.2f} in the one "
            f"most shut; on average units move by {moves:.2f} (standard deviation over the steps)"
        )
    axes[-1].set_xlabel("step")
    figure.colorbar(image, ax=axes[1:], label="shut (0) to open (1)")
    figure.set_label(f"Gates while a seizure goes by. {'. '.join(said)}.")
    return figure
