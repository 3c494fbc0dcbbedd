"""Drawings of what an answer hangs on: steps of the input, features, and where a second begins."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from torch import Tensor

from lab_code.figures import INK, NETWORK_COLOURS, SEIZURE_COLOUR, VALIDATION_COLOUR
from lab_code.recordings import SAMPLING_RATE


def steps_of_one(sequence: Tensor, influences: dict[str, Tensor]) -> Figure:
    """Draw a second of a seizure, once for each network, and how much each step counts to it.

    Parameters
    ----------
    sequence : Tensor, shape (step, feature)
    influences : dict of str to Tensor, shape (step,)
        From `lab_code.gradients.influence`, for each network: as in `NETWORK_COLOURS`, and what
        sets it apart behind a comma.

    Examples
    --------
    >>> import torch
    >>> from lab_code.figures.influence import steps_of_one
    >>> from lab_code.gradients import influence
    >>> from lab_code.networks import RecurrentClassifier
    >>> sequence = torch.randn(1, 44, 4)
    >>> found = {}
    >>> for name in ("GRU", "LSTM"):
    ...     network = RecurrentClassifier(4, 8, n_classes=5, cell=name.lower())
    ...     found[name] = influence(network, sequence, torch.tensor([0]))[0]
    >>> figure = steps_of_one(sequence[0], found)
    >>> len(figure.axes)
    2
    """
    trace, width = sequence.flatten().numpy(), sequence.shape[1]
    low, high = trace.min(), trace.max()
    figure, axes = plt.subplots(len(influences), 1, figsize=(6, 5), sharex=True)
    for axis, (name, of) in zip(axes, influences.items(), strict=True):
        seconds = np.arange(len(trace)) / SAMPLING_RATE
        axis.plot(seconds, trace, color=SEIZURE_COLOUR, lw=1)
        axis.bar(
            _middle_of_steps(*sequence.shape),
            (of / of.max()).numpy() * (high - low),
            bottom=low,
            width=width / SAMPLING_RATE,
            color=_look(name)["color"],
            alpha=0.45,
            lw=0,
        )
        axis.set(yticks=[], title=name)
    axes[-1].set_xlabel("seconds")
    said = ", ".join(
        f"{name} {of.argmax() * width / SAMPLING_RATE:.2f} s" for name, of in influences.items()
    )
    figure.set_label(
        f"A second of a seizure; bars show how much each step counts. Largest: {said}."
    )
    return figure


def share_by_step(shares: dict[str, Tensor], samples_per_step: int) -> Figure:
    """Draw how much each step of a second counts on average, for several networks.

    Parameters
    ----------
    shares : dict of str to Tensor, shape (step,)
        The shares of each network, which sum to one. Names are as for `steps_of_one`.
    samples_per_step : int

    Examples
    --------
    >>> import torch
    >>> from lab_code.figures.influence import share_by_step
    >>> late = torch.arange(1.0, 45)
    >>> figure = share_by_step({"GRU": late / late.sum(), "LSTM": torch.ones(44) / 44}, 4)
    >>> print(figure.get_label())
    Share of the influence of the last tenth of the second: GRU: 17%; LSTM: 9%.
    """
    figure, axis = plt.subplots(figsize=(6, 3.6))
    for name, share in shares.items():
        seconds = _middle_of_steps(len(share), samples_per_step)
        axis.semilogy(seconds, share, label=name, **_look(name))
    axis.axhline(1 / len(share), color=INK, lw=0.8, ls=":")
    axis.set(xlabel="seconds", ylabel="share of the whole")
    axis.set_title("How much each step counts, mean over seizures")
    figure.legend(loc="outside lower center", ncols=2)
    said = "; ".join(
        f"{name}: {share[-round(len(share) / 10) :].sum():.0%}" for name, share in shares.items()
    )
    figure.set_label(f"Share of the influence of the last tenth of the second: {said}.")
    return figure


def changed_when_moved(changed: dict[str, dict[int, float]]) -> Figure:
    """Draw how many answers change when a second is cut later.

    Parameters
    ----------
    changed : dict of str to dict of int to float
        For each of at most five networks, named as in `NETWORK_COLOURS`: the share of the answers
        that change, by how many samples later the second is cut. One of these is 16.

    Examples
    --------
    >>> from lab_code.figures.influence import changed_when_moved
    >>> changed = {"GRU": {0: 0.0, 16: 0.1, 89: 0.2}, "1-D CNN": {0: 0.0, 16: 0.05, 89: 0.1}}
    >>> print(changed_when_moved(changed).get_label())
    Answers that change when moved by 16 samples: GRU 10%, 1-D CNN 5%.
    """
    figure, axis = plt.subplots(figsize=(6, 4))
    for (name, share), marker in zip(changed.items(), "os^Dv", strict=False):
        look = {"color": NETWORK_COLOURS[name], "ms": 4}
        axis.plot(list(share), list(share.values()), f"{marker}-", label=name, **look)
    axis.set_xlabel(f"samples by which the window is moved ({SAMPLING_RATE} a second)")
    axis.set_title("Answers that change when the EEG is cut later")
    axis.yaxis.set_major_formatter("{x:.0%}")
    figure.legend(loc="outside lower center", ncols=3)
    said = ", ".join(f"{name} {share[16]:.0%}" for name, share in changed.items())
    figure.set_label(f"Answers that change when moved by 16 samples: {said}.")
    return figure


def lost_when_shuffled(lost: pd.Series) -> Figure:
    """Draw how much accuracy is lost when one feature is shuffled among the items.

    Parameters
    ----------
    lost : Series of float
        The share of right answers that is lost, by feature, in the order to draw from below.

    Examples
    --------
    >>> import pandas as pd
    >>> from lab_code.figures.influence import lost_when_shuffled
    >>> lost = pd.Series({"mean": 0.01, "standard deviation": 0.35})
    >>> print(lost_when_shuffled(lost).get_label())
    Points of accuracy lost when a feature is shuffled: mean 1, standard deviation 35.
    """
    figure, axis = plt.subplots(figsize=(6, 2.8))
    axis.barh(lost.index, 100 * lost, color=VALIDATION_COLOUR)
    axis.set_xlabel("points of accuracy lost when it is shuffled")
    axis.set_title("What the feed-forward network leans on")
    said = ", ".join(f"{name} {100 * points:.0f}" for name, points in lost.items())
    figure.set_label(f"Points of accuracy lost when a feature is shuffled: {said}.")
    return figure


def _middle_of_steps(n_steps: int, samples_per_step: int) -> np.ndarray:
    """Return the second in which the middle of each step is."""
    middle = np.arange(n_steps) * samples_per_step + (samples_per_step - 1) / 2
    return middle / SAMPLING_RATE


def _look(name: str) -> dict[str, str]:
    """Return how a network is drawn: dotted, if something sets it apart from one drawn solid."""
    cell, apart, _ = name.partition(",")
    return {"color": NETWORK_COLOURS[cell], "ls": ":" if apart else "-"}
