"""Drawings of Lyapunov exponents: over training, and all of a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from torch import Tensor

from lab_code.figures import CLASS_COLOURS, INK, NETWORK_COLOURS, QUIET

RADIUS = "log radius"

TITLES = {"rnn": "simple RNN", "lstm": "LSTM", "gru": "GRU"}


def over_training(found: Mapping[str, Sequence[Mapping[int, Mapping[str, Tensor]]]]) -> Figure:
    """Draw largest exponents over training, beside the logarithm of the spectral radius.

    Parameters
    ----------
    found : mapping of str to sequence of mapping of int to mapping of str to Tensor
        For each cell (a key of `TITLES`) and seed, by the step of training: all exponents on
        recordings of a class, by its name, or the ``"log radius"``.

    Examples
    --------
    >>> from textwrap import fill
    >>> import torch
    >>> from lab_code.figures.lyapunov import over_training
    >>> new = {"log radius": torch.tensor(-0.4), "seizure": torch.tensor([-0.6, -0.9])}
    >>> trained = {"log radius": torch.tensor(0.3), "seizure": torch.tensor([-0.5, -2.0])}
    >>> figure = over_training({"gru": [{0: new, 800: trained}]})
    >>> print(fill(figure.get_label(), 80))
    Logarithm of the factor per step, before training and after 800 steps of it.
    GRU: log radius -0.40 and 0.30, seizure -0.60 and -0.50.
    """
    figure, axes = plt.subplots(1, len(found), figsize=(7.2, 3.4), sharey=True, squeeze=False)
    said = []
    for axis, (cell, runs) in zip(axes.flat, found.items(), strict=True):
        network = TITLES[cell]
        axis.axhline(0, color=INK, lw=0.8, ls=":")
        steps, ends = list(runs[0]), []
        for name in runs[0][0]:
            seeds = np.array([[run[step][name].max().item() for step in steps] for run in runs])
            colour, style = CLASS_COLOURS.get(name, INK), "--" if name == RADIUS else "-"
            axis.plot(seeds.mean(axis=0), style, color=colour, label=name)
            axis.plot(seeds.T, "o", color=colour, ms=3)
            ends.append("{} {:.2f} and {:.2f}".format(name, *seeds.mean(axis=0)[[0, -1]]))
        axis.set(xlabel="step of training", title=network)
        axis.set_xticks(range(len(steps)), steps)
        said.append(f"{network}: {', '.join(ends)}")
    axes[0, 0].set_ylabel("logarithm of the factor per step")
    axes[0, -1].legend(loc="center left", bbox_to_anchor=(1, 0.5))
    figure.set_label(
        f"Logarithm of the factor per step, before training and after {steps[-1]} steps of it. "
        f"{'; '.join(said)}."
    )
    return figure


def spectra(
    found: Mapping[str, Sequence[Mapping[int, Mapping[str, Tensor]]]], name: str, n_steps: int
) -> Figure:
    """Draw all exponents of networks, before training and after.

    Parameters
    ----------
    found : mapping
        As for `over_training`.
    name : str
        The class of the recordings.
    n_steps : int
        The label tells how many directions keep more than 1/e over so many steps.

    Examples
    --------
    >>> from textwrap import fill
    >>> import torch
    >>> from lab_code.figures.lyapunov import spectra
    >>> new, trained = {"seizure": torch.tensor([-0.4, -0.5])}, {"seizure": torch.tensor([0, -0.7])}
    >>> figure = spectra({"gru": [{0: new, 800: trained}]}, "seizure", n_steps=44)
    >>> print(fill(figure.get_label(), 80))
    All exponents, seizure, mean over seeds. Those that keep more than 1/e over 44
    steps: GRU 0 of 2 before training, 1 after.
    """
    figure, axes = plt.subplots(1, len(found), figsize=(7.2, 3.2), sharey=True, squeeze=False)
    said = []
    for axis, (cell, runs) in zip(axes.flat, found.items(), strict=True):
        first, *_, last = runs[0]
        network = TITLES[cell]
        own = NETWORK_COLOURS[network]
        looks = (first, "before training", QUIET, "--"), (last, "after", own, "-")
        kept = []
        for step, label, colour, style in looks:
            mean = np.mean([run[step][name].numpy() for run in runs], axis=0)
            axis.plot(range(1, len(mean) + 1), mean, style, color=colour, label=label)
            kept.append((mean > -1 / n_steps).sum())
        axis.axhline(0, color=INK, lw=0.8, ls=":")
        axis.set(xlabel="number of the exponent", title=network)
        axis.legend(loc="lower left")
        said.append(f"{network} {kept[0]} of {len(mean)} before training, {kept[1]} after")
    axes[0, 0].set_ylabel("logarithm of the factor per step")
    figure.set_label(
        f"All exponents, {name}, mean over seeds. Those that keep more than 1/e over {n_steps} "
        f"steps: {'; '.join(said)}."
    )
    return figure
