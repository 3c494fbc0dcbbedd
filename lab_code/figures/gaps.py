"""Drawings of sequences with gaps, and of what is lost with them."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lab_code.answers import Answers
from lab_code.figures import INK, NETWORK_COLOURS, QUIET
from lab_code.recordings import CLASSES, SAMPLING_RATE
from lab_code.sequences import Scaling, to_sequences
from lab_code.tasks.gaps import last_value, lose_in_bursts, time_since

LOOKS = {
    "zeros, never met gaps": {"color": QUIET, "ls": ":", "marker": "x"},
    "zeros": {"color": QUIET, "marker": "o"},
    "last value": {"color": NETWORK_COLOURS["simple RNN"], "marker": "v"},
    "mask and time": {"color": NETWORK_COLOURS["feed-forward"], "marker": "s"},
    "GRU-D": {"color": NETWORK_COLOURS["GRU"], "marker": "D"},
}
"""How each way to tell of gaps is drawn."""


WIDTH = 4
"""Samples of a step in the figure of one second."""


def what_arrives(samples: np.ndarray, share: float, seed: int = 8) -> Figure:
    """Draw a second, what of it arrives, and what networks are told in its place.

    Parameters
    ----------
    samples : ndarray, shape (time,)
    share : float
        The share of steps, of four samples, that is lost on average, in bursts of ten.
    seed : int

    Examples
    --------
    >>> from lab_code.figures.gaps import what_arrives
    >>> from lab_code.sources import load
    >>> figure = what_arrives(load("simulated").seconds().samples[0], share=0.6)
    >>> figure.get_label().split(",")[0]
    'One second'
    """
    samples = samples[None].astype(float)
    sequence = to_sequences(Scaling.fit(samples)(samples), WIDTH)[0]
    n_steps, width = sequence.shape
    mask = lose_in_bursts(1, n_steps, share, 10, np.random.default_rng(seed))[0]
    rows = {
        "last value": last_value(sequence[None], mask[None])[0],
        "mask": mask[:, None],
        "time since": time_since(mask[None])[0],
    }
    figure, axes = plt.subplots(4, 1, figsize=(6, 5), sharex=True, height_ratios=[2, 2, 1, 1])
    seconds = np.arange(sequence.numel()) / SAMPLING_RATE
    signal, arrives = sequence.flatten().numpy(), np.repeat(mask.numpy(), width)
    axes[0].plot(seconds, signal, color=QUIET, lw=0.8, ls=":")
    axes[0].plot(seconds, np.where(arrives, signal, np.nan), color=INK, lw=1.4)
    axes[0].set(title="what arrives, and what is lost (dotted)", yticks=[])
    for axis, (name, values) in zip(axes[1:], rows.items(), strict=True):
        each = np.repeat(values.numpy(), width // values.shape[1], axis=1).flatten()
        axis.plot(seconds, each, color=INK, lw=1)
        axis.set(title=name, yticks=[])
    axes[-1].set_xlabel("seconds")
    pieces = int(mask[0]) + int((mask[1:] & ~mask[:-1]).sum())
    figure.set_label(
        f"One second, of which {int(mask.sum())} of {n_steps} steps arrive, in {pieces} pieces; "
        "and what networks are given."
    )
    return figure


def accuracy_by_share(answers: Mapping[float, Mapping[str, Answers]]) -> Figure:
    """Draw the accuracy against the share of steps that are lost.

    Parameters
    ----------
    answers : mapping of float to mapping of str to Answers
        For each share, and each way as in `LOOKS`; others are not drawn.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.answers import Answers
    >>> from lab_code.figures.gaps import accuracy_by_share
    >>> from lab_code.sources import load
    >>> recordings, test = load("simulated"), np.arange(500)
    >>> always = Answers.of(recordings, test, np.ones(500))
    >>> accuracy_by_share({0.5: {"zeros": always}, 0.9: {"zeros": always}}).get_label()
    'Accuracy where 50% and 90% are lost: zeros 20% and 20%.'
    """
    figure, axis = plt.subplots(figsize=(6, 3.8))
    said, shares = [], list(answers)
    drawn = [name for name in LOOKS if name in answers[shares[0]]]
    for number, name in enumerate(drawn):
        scores = [answers[share][name].scores().accuracy for share in shares]
        values = np.array([[one.value, one.low, one.high] for one in scores])
        at = 100 * np.array(shares) + number - (len(drawn) - 1) / 2
        reach = np.abs(values[:, 1:].T - values[:, 0])
        how = {"lw": 1.2, "ms": 4, "elinewidth": 0.7, "label": name}
        axis.errorbar(at, values[:, 0], yerr=reach, **how, **LOOKS[name])
        said.append(f"{name} {values[0, 0]:.0%} and {values[-1, 0]:.0%}")
    axis.set(xlabel="steps that are lost (%)", ylabel="accuracy, five classes", ylim=(0, None))
    axis.axhline(1 / len(CLASSES), color=INK, lw=0.8, ls=":")
    figure.legend(loc="outside lower center", ncols=3)
    figure.set_label(
        f"Accuracy where {shares[0]:.0%} and {shares[-1]:.0%} are lost: {'; '.join(said)}."
    )
    return figure
