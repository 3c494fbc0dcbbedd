"""Drawings of recordings."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lab_code.figures import CLASS_COLOURS, INK
from lab_code.recordings import Recordings


def traces(recordings: Recordings, examples: dict[str, int], seconds: float = 5) -> Figure:
    """Draw the beginning of one recording of each class, below each other on one scale.

    Parameters
    ----------
    recordings : Recordings
    examples : dict of str to int
        The number of the recording to draw for each class name.
    seconds : float
        How much of each.
    """
    n = round(seconds * recordings.sampling_rate)
    time = np.arange(n) / recordings.sampling_rate
    rows = [recordings.samples[number, :n].astype(float) for number in examples.values()]
    height_of = np.array([np.ptp(row) for row in rows])
    gap = np.concatenate([[0.0], 1.1 * (height_of[:-1] + height_of[1:]) / 2])
    figure, axes = plt.subplots(figsize=(6, 4.2))
    ticks = -np.cumsum(gap)
    for name, row, middle in zip(examples, rows, ticks, strict=True):
        centred = row - (row.max() + row.min()) / 2
        axes.plot(time, centred + middle, color=CLASS_COLOURS[name], linewidth=1)
    axes.set_yticks(ticks, list(examples))
    axes.tick_params(left=False)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("seconds")
    axes.set_xlim(0, seconds)
    axes.plot([seconds * 1.01] * 2, [ticks[0], ticks[0] - 500], color=INK, clip_on=False)
    axes.text(seconds * 1.02, ticks[0] - 250, "500 counts", rotation=90, va="center")
    axes.set_title(f"{seconds} seconds of each class")
    swings = zip(examples, height_of, strict=True)
    said = ", ".join(f"{name} swings over {height:.0f} counts" for name, height in swings)
    figure.set_label(f"{seconds} seconds of EEG of each class, on one scale: {said}.")
    return figure


def steps(sequences: Sequence[np.ndarray]) -> Figure:
    """Draw one signal as a network sees it, cut into steps in several ways; bright is high.

    Parameters
    ----------
    sequences : sequence of ndarray, shape (step, feature)
        Two or more; the last has the most features.
    """
    shapes = [sequence.shape for sequence in sequences]
    heights = [n_features for _, n_features in shapes]
    figure, axes = plt.subplots(len(shapes), 1, figsize=(6, 4.2), height_ratios=heights)
    for axis, sequence, (n_steps, n_features) in zip(axes, sequences, shapes, strict=True):
        axis.imshow(sequence.T, aspect="auto", cmap="cividis", interpolation="nearest")
        axis.set(title=f"{n_steps} steps of {n_features}", yticks=[])
    axes[-1].set(xlabel="step", ylabel="feature")
    said = (f"{n_steps} steps of {n_features}" for n_steps, n_features in shapes)
    figure.set_label(f"One signal cut into {', into '.join(said)}: shorter and taller each time.")
    return figure
