"""Drawings of starts: how far the first gradient reaches, and how often each start learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from lab_code.figures import NETWORK_COLOURS

STYLES = {
    "default": ("simple RNN", "-", "o"),
    "orthogonal": ("simple RNN", "--", "s"),
    "identity": ("simple RNN", ":", "D"),
    "lstm": ("LSTM", "-", "o"),
    "forget_one": ("LSTM", "--", "s"),
    "chrono": ("LSTM", ":", "D"),
    "gru": ("GRU", "-", "o"),
}
"""The network of each start, whose colour it has, its line and its mark."""

NAMES = {
    "default": "simple RNN, as torch starts it",
    "orthogonal": "W orthogonal",
    "identity": "ReLU, W = I",
    "lstm": "LSTM, as torch starts it",
    "forget_one": "forget bias 1",
    "chrono": "chrono start",
    "gru": "GRU, as torch starts it",
}
"""What figures call each start."""


def reach(gradients: Mapping[str, Sequence[float]]) -> Figure:
    """Draw how much an untrained network's answer depends on each earlier step.

    Parameters
    ----------
    gradients : mapping of str to sequence of float, shape (step,)
        For each start, as in `NAMES`, by steps back from the last, relative to the largest.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.figures.starts import reach
    >>> figure = reach({"default": 0.5 ** np.arange(11), "identity": np.ones(11)})
    >>> print(figure.get_label().partition(". ")[2])
    simple RNN, as torch starts it 1e-03; ReLU, W = I 1e+00.
    """
    figure, axis = plt.subplots(figsize=(6.4, 3.4))
    said = []
    for start, curve in gradients.items():
        network, line, _ = STYLES[start]
        axis.semilogy(curve, line, color=NETWORK_COLOURS[network], label=NAMES[start])
        said.append(f"{NAMES[start]} {curve[-1]:.0e}")
    axis.set(
        xlabel="steps back (k)",
        ylabel="relative influence",
        ylim=(1e-12, 3),
        title="Before training: influence of a step on the last state",
    )
    axis.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize="small")
    figure.set_label(
        f"Influence of the first of {len(curve)} steps on the last state, relative to the largest "
        f"of all steps, before training. {'; '.join(said)}."
    )
    return figure


def success(rates: Mapping[str, Mapping[int, tuple]]) -> Figure:
    """Draw how often each start has learnt, by the number of steps.

    Parameters
    ----------
    rates : mapping of str to mapping of int to tuple
        For each start, as in `NAMES`, and each number of steps: how many trainings learnt, how
        many there were, and the interval of the rate; more is not drawn.

    Examples
    --------
    >>> from lab_code.figures.starts import success
    >>> rates = {"default": {10: (5, 5, 0.57, 1.0), 30: (0, 5, 0.0, 0.43)}}
    >>> success(rates).get_label()
    'Trainings that learnt. simple RNN, as torch starts it: 5 of 5 over 10 steps, 0 of 5 over 30.'
    """
    lengths = sorted({n_steps for by in rates.values() for n_steps in by})
    height = 0.8 + 0.42 * len(rates)
    figure, axes = plt.subplots(
        1, len(lengths), figsize=(6.4, height), sharex=True, sharey=True, squeeze=False
    )
    rows = {start: row for row, start in enumerate(rates)}
    for axis, n_steps in zip(axes[0], lengths, strict=True):
        for start, by in rates.items():
            if n_steps not in by:
                axis.text(0.5, rows[start], "not tried", ha="center", va="center", size="small")
                continue
            learnt, n, low, high, *_ = by[n_steps]
            network, _, mark = STYLES[start]
            colour, rate = NETWORK_COLOURS[network], learnt / n
            axis.plot([low, high], [rows[start]] * 2, color=colour, lw=2)
            axis.plot(rate, rows[start], mark, color=colour, ms=6)
        axis.set(title=f"{n_steps} steps", xlim=(-0.06, 1.06), xticks=[0, 0.5, 1])
    axes[0, 0].set_yticks(range(len(rates)), [NAMES[start] for start in rates])
    axes[0, 0].invert_yaxis()
    figure.supxlabel("rate of trainings that learnt", size="medium")
    said = []
    for start, by in rates.items():
        (first, (learnt, n, *_)), *others = by.items()
        told = [f"{learnt} of {n} over {first} steps"]
        told += [f"{learnt} of {n} over {n_steps}" for n_steps, (learnt, n, *_) in others]
        said.append(f"{NAMES[start]}: {', '.join(told)}")
    figure.set_label(f"Trainings that learnt. {'; '.join(said)}.")
    return figure
