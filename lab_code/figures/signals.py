"""Drawings of recordings, and of how alike they are."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lab_code.figures import CELL_COLOUR, CLASS_COLOURS, INK, QUIET
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

    Examples
    --------
    >>> from lab_code.figures.signals import traces
    >>> from lab_code.recordings import CLASSES
    >>> from lab_code.sources import load
    >>> recordings = load("simulated")
    >>> first = {CLASSES[label]: int((recordings.labels == label).argmax()) for label in (1, 5)}
    >>> figure = traces(recordings, first, seconds=2)
    >>> [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    ['seizure', 'eyes open']
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


def most_alike(recordings: Recordings, similar: np.ndarray) -> Figure:
    """Draw the first 500 samples of the two recordings that are most alike over each other.

    Parameters
    ----------
    recordings : Recordings
    similar : ndarray of float, shape (recording, recording)
        The correlation of each with each other; 0 with itself.

    Examples
    --------
    >>> from lab_code.figures.signals import most_alike
    >>> from lab_code.moments import correlations
    >>> from lab_code.sources import load
    >>> recordings = load("simulated")
    >>> similar = correlations(recordings.samples[:10])
    >>> similar[range(10), range(10)] = 0
    >>> figure = most_alike(recordings, similar)
    >>> len(figure.axes[0].lines)
    2
    """
    pair = np.unravel_index(similar.argmax(), similar.shape)
    figure, axis = plt.subplots(figsize=(6, 2.6))
    for number, style, colour in zip(pair, ("-", "--"), (INK, CELL_COLOUR), strict=True):
        trace, name = recordings.samples[number, :500], recordings.names[number]
        time = np.arange(len(trace)) / recordings.sampling_rate
        axis.plot(time, trace, style, color=colour, label=name)
    axis.set(xlabel="seconds", ylabel="counts", ylim=(None, 2 * trace.max()))  # room for the legend
    axis.set_title(f"Two recordings; their correlation is {similar.max():.3f}")
    axis.legend(loc="upper right", ncols=2)
    figure.set_label("Two traces over each other, alike in each of their swings.")
    return figure


def highest_correlations(similar: np.ndarray, backwards: np.ndarray, threshold: float) -> Figure:
    """Draw how alike each recording is to the one most like it, as it is and played backwards.

    Parameters
    ----------
    similar, backwards : ndarray of float, shape (recording, recording)
        Correlations with each other recording, and with each played backwards.
    threshold : float
        Above this, two recordings are called electrodes of one moment.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.figures.signals import highest_correlations
    >>> similar = np.array([[0.0, 0.9], [0.9, 0.0]])
    >>> figure = highest_correlations(similar, backwards=similar / 3, threshold=0.5)
    >>> figure.axes[0].get_xlabel()
    'highest correlation'
    """
    as_it_is, reversed_ = similar.max(axis=1), backwards.max(axis=1)
    figure, axis = plt.subplots(figsize=(6, 3))
    style = {"bins": np.arange(0, 1.01, 0.025), "alpha": 0.7}
    axis.hist(reversed_, **style, color=QUIET)
    axis.hist(as_it_is, **style, color=CELL_COLOUR)
    axis.text(0.22, 5, "backwards", ha="center")
    axis.text(0.9, 5, "as it is", ha="center")
    axis.axvline(threshold, color=INK, ls=":")
    axis.set_title("Few recordings have no other that is like them")
    axis.set(xlabel="highest correlation", ylabel="recordings")
    figure.set_label(
        f"Histograms of each recording's highest correlation with another: half are above "
        f"{np.median(as_it_is):.2f}; with one played backwards, none is above "
        f"{reversed_.max():.2f}."
    )
    return figure


def steps(sequences: Sequence[np.ndarray]) -> Figure:
    """Draw one signal as a network sees it, cut into steps in several ways; bright is high.

    Parameters
    ----------
    sequences : sequence of ndarray, shape (step, feature)
        Two or more; the last has the most features.

    Examples
    --------
    >>> from lab_code.figures.signals import steps
    >>> from lab_code.sequences import to_sequences
    >>> from lab_code.sources import load
    >>> second = load("simulated").seconds().samples[:1]
    >>> figure = steps([to_sequences(second, n)[0].numpy() for n in (4, 16)])
    >>> print(figure.get_label())
    One signal cut into 44 steps of 4, into 11 steps of 16: shorter and taller each time.
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
