"""Drawings of what a decoder looks at, and how far it gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lab_code.figures import INK, QUIET, VALIDATION_COLOUR
from lab_code.tasks.events import STEPS, WORDS

LOOKS = {"without attention": {"color": QUIET}, "attention": {"color": VALIDATION_COLOUR}}


def right_by_length(
    right: Mapping[str, Sequence[Sequence[float]]], lengths: Sequence[int], longest: int
) -> Figure:
    """Draw the share of right words against the length of the sentence.

    Parameters
    ----------
    right : mapping of str to sequence of sequence of float, shape (seed, length)
        For each network, as in `LOOKS`.
    lengths : sequence of int
        Events in a sentence.
    longest : int
        The longest sentence in training.

    Examples
    --------
    >>> from lab_code.figures.alignment import right_by_length
    >>> right = {"without attention": [[0.8, 0.5]], "attention": [[0.8, 0.7]]}
    >>> right_by_length(right, [1, 8], longest=8).get_label()
    'Share of right words, 1 and 8 events: without attention 80% and 50%; attention 80% and 70%.'
    """
    figure, axis = plt.subplots(figsize=(6, 3.4))
    said = []
    for name, seeds in right.items():
        for seed in seeds:
            axis.plot(lengths, seed, lw=0.7, alpha=0.6, **LOOKS[name])
        mean = np.mean(seeds, axis=0)
        axis.plot(lengths, mean, ".-", label=name, **LOOKS[name])
        said.append(f"{name} {mean[0]:.0%} and {mean[-1]:.0%}")
    axis.axhline(1 / len(WORDS), color=INK, lw=0.8, ls=":", label="guessing")
    axis.axvline(longest, color=INK, lw=0.6)
    axis.annotate(
        "longest in training",
        (longest, 0.97),
        xytext=(4, 0),
        textcoords="offset points",
        fontsize=8,
    )
    axis.set(
        xlabel="events in the sentence",
        ylabel="share of right words",
        ylim=(0, 1),
        title="Thin: each seed; thick: their mean",
    )
    figure.legend(loc="outside lower center", ncols=3)
    figure.set_label(
        f"Share of right words, {lengths[0]} and {lengths[-1]} events: {'; '.join(said)}."
    )
    return figure


def sentence(signal: np.ndarray, words: Sequence[int]) -> Figure:
    """Draw the events of a sentence and what they are called.

    Parameters
    ----------
    signal : ndarray, shape (event, time)
    words : sequence of int, shape (event,)
        Places in `lab_code.tasks.events.WORDS`.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.figures.alignment import sentence
    >>> signal = np.random.default_rng(0).normal(size=(3, 66))
    >>> sentence(signal, [0, 1, 3]).get_label()
    'Events, joined end to end: tiny, small, huge.'
    """
    figure, axis = plt.subplots(figsize=(6, 1.9))
    flat = signal - signal.mean(axis=1, keepdims=True)
    place = np.linspace(0, len(signal), flat.size, endpoint=False)
    axis.plot(place, flat.ravel() / np.abs(flat).max(), color=INK, lw=0.8)
    for event, word in enumerate(words):
        axis.text(event + 0.5, 1.1, WORDS[word], ha="center", fontsize=9)
        axis.axvline(event, color=QUIET, lw=0.5, ls=":")
    axis.set(xlabel="event", yticks=[], ylim=(-1.1, 1.3), xlim=(0, len(signal)))
    axis.set_xticks(np.arange(len(signal)) + 0.5, range(1, len(signal) + 1))
    axis.spines["left"].set_visible(False)
    figure.set_label(f"Events, joined end to end: {', '.join(WORDS[word] for word in words)}.")
    return figure


def alignment(weights: np.ndarray) -> Figure:
    """Draw where a decoder looks at each word that it writes.

    Parameters
    ----------
    weights : ndarray, shape (word, event * STEPS)
        Of the attention, of one sentence or the mean of many.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.figures.alignment import alignment
    >>> figure = alignment(np.repeat(np.eye(3)[::-1], 3, axis=1) / 3)
    >>> figure.get_label()
    'The event looked at most, counted from the first, at each of 3 words: 3, 2, 1.'
    """
    n_words, n_events = len(weights), weights.shape[1] // STEPS
    figure, axis = plt.subplots(figsize=(6, 3.6))
    extent = (0, n_events, n_words, 0)
    shown = axis.imshow(weights, aspect="auto", cmap="cividis", vmin=0, extent=extent)
    axis.set_yticks(np.arange(n_words) + 0.5, range(1, n_words + 1))
    axis.set_xticks(np.arange(n_events) + 0.5, range(1, n_events + 1))
    axis.set(xlabel="event that was read", ylabel="word that is written")
    figure.colorbar(shown, ax=axis, label="weight of a step")
    most = weights.reshape(n_words, n_events, STEPS).sum(axis=2).argmax(axis=1) + 1
    figure.set_label(
        f"The event looked at most, counted from the first, at each of {n_words} words: "
        f"{', '.join(map(str, most))}."
    )
    return figure
