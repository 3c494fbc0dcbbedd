"""Drawings of batches of unequal length, and of what padding does to answers and to time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.figure import Figure

from lab_code.figures import INK, NETWORK_COLOURS, QUIET
from lab_code.recordings import CLASSES, SAMPLING_RATE

WRONG = NETWORK_COLOURS["simple RNN"]


def batch(pieces: Sequence[torch.Tensor]) -> Figure:
    """Draw pieces as the rows of a batch, with the padding that fills them up.

    Parameters
    ----------
    pieces : sequence of Tensor, shape (step, feature)
        The features of a step are samples, in order.

    Examples
    --------
    >>> import torch
    >>> from lab_code.figures.lengths import batch
    >>> batch([torch.randn(5, 4), torch.randn(10, 4)]).get_label()
    'A batch of 2 pieces, 5 to 10 steps long: 25% of it is padding.'
    """
    lengths = [len(piece) for piece in pieces]
    figure, axis = plt.subplots(figsize=(6.4, 3.6))
    longest, width = max(lengths), pieces[0].shape[1]
    for row, piece in enumerate(pieces):
        second = width / SAMPLING_RATE
        signal = piece.flatten().numpy()
        size = 0.42 / max(np.abs(signal).max(), 1e-9)
        seconds = np.arange(len(signal)) / SAMPLING_RATE
        axis.plot(seconds, row - size * signal, color=INK, lw=0.6)
        left = len(piece) * second
        axis.barh(row, longest * second - left, left=left, height=0.8, color=QUIET, alpha=0.35)
    axis.set(xlabel="seconds", yticks=[], ylim=(len(pieces) - 0.4, -0.6))
    axis.set_ylabel("one piece a row")
    padding = 1 - sum(lengths) / (len(pieces) * longest)
    figure.set_label(
        f"A batch of {len(pieces)} pieces, {min(lengths)} to {longest} steps long: "
        f"{padding:.0%} of it is padding."
    )
    return figure


def mistakes(found: Mapping[str, Mapping]) -> Figure:
    """Draw how often each way to read is right, and how often its answer hangs on the batch.

    Parameters
    ----------
    found : mapping of str to mapping
        From `lab_code.tasks.lengths.compare`.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.answers import Answers
    >>> from lab_code.figures.lengths import mistakes
    >>> from lab_code.sources import load
    >>> always = Answers.of(load("simulated"), np.arange(500), np.ones(500))
    >>> found = {"iv": {"name": "(iv) mean", "answers": always, "apart": 0.3, "changed": 0.1}}
    >>> mistakes(found).get_label()
    'Accuracy of each way to read, and how many answers are others alone: (iv) mean 20%, 10%.'
    """
    figure, (axis, beside) = plt.subplots(
        1, 2, figsize=(7, 0.9 + 0.42 * len(found)), sharey=True, width_ratios=[3, 2]
    )
    said = []
    for row, one in enumerate(found.values()):
        accuracy = one["answers"].scores().accuracy
        colour = WRONG if one["name"].startswith("(") else NETWORK_COLOURS["GRU"]
        reach = [[accuracy.value - accuracy.low], [accuracy.high - accuracy.value]]
        axis.errorbar(accuracy.value, row, xerr=reach, fmt="o", color=colour, ms=5, elinewidth=1)
        beside.barh(row, one["changed"], color=colour, height=0.5)
        beside.annotate(
            f"{one['changed']:.0%}",
            (one["changed"], row),
            (4, 0),
            textcoords="offset points",
            va="center",
        )
        said.append(f"{one['name']} {accuracy.value:.0%}, {one['changed']:.0%}")
    axis.axvline(1 / len(CLASSES), color=INK, lw=0.8, ls=":")
    axis.set_yticks(range(len(found)), [one["name"] for one in found.values()])
    axis.set(xlabel="accuracy, in batches", ylim=(len(found) - 0.5, -0.5))
    beside.set(xlabel="answers that change alone", xlim=(0, 1.1))
    for each in (axis, beside):
        each.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    figure.set_label(
        f"Accuracy of each way to read, and how many answers are others alone: {'; '.join(said)}."
    )
    return figure


def seconds_of_a_pass(seconds: Mapping[str, float], padding: Mapping[str, float]) -> Figure:
    """Draw how long one pass over all pieces takes, and how much of it is padding.

    Parameters
    ----------
    seconds : mapping of str to float
    padding : mapping of str to float
        The share of all steps that are padding and are computed.

    Examples
    --------
    >>> from lab_code.figures.lengths import seconds_of_a_pass
    >>> seconds_of_a_pass({"padded": 0.5}, {"padded": 0.7}).get_label()
    'Seconds of one pass: padded 0.50 (70% padding).'
    """
    figure, axis = plt.subplots(figsize=(6.4, 0.9 + 0.42 * len(seconds)))
    for row, (how, time) in enumerate(seconds.items()):
        axis.barh(row, time, color=NETWORK_COLOURS["GRU"], height=0.6)
        axis.barh(row, time * padding[how], color=QUIET, height=0.6)
    axis.set_yticks(range(len(seconds)), [how.replace("_", " ") for how in seconds])
    axis.set(xlabel="seconds for one pass (grey: padding)", ylim=(len(seconds) - 0.4, -0.6))
    said = (f"{how} {time:.2f} ({padding[how]:.0%} padding)" for how, time in seconds.items())
    figure.set_label(f"Seconds of one pass: {'; '.join(said)}.")
    return figure
