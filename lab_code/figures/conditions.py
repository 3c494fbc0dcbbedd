"""Drawings of accuracy under several conditions: how it was split, and what was heard."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lab_code.answers import Answers
from lab_code.figures import CELL_COLOUR, CLASS_COLOURS, INK, NETWORK_COLOURS, QUIET
from lab_code.protocol import BY_MOMENT, BY_RECORDING, VARIANTS
from lab_code.recordings import CLASSES


def by_split(answers: dict[str, Answers]) -> Figure:
    """Draw the accuracy of each class and of all, and of each fold, under several splits.

    Parameters
    ----------
    answers : dict of str to Answers
        What a network said under each way to split.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.answers import Answers
    >>> from lab_code.figures.conditions import by_split
    >>> from lab_code.sources import load
    >>> recordings, every = load("simulated"), np.arange(500)
    >>> wrong = {"by second": 5, "by moment": 30}  # of a hundred
    >>> said = {
    ...     way: Answers.of(recordings, every, np.roll(recordings.labels, n))
    ...     for way, n in wrong.items()
    ... }
    >>> figure = by_split(said)
    >>> [tick.get_text() for tick in figure.axes[0].get_xticklabels()]
    ['split by second', 'split by moment']
    """
    scores = {way: of.scores() for way, of in answers.items()}
    last = len(scores) - 1
    end = {"xytext": (10, -3), "textcoords": "offset points"}
    figure, axis = plt.subplots(figsize=(6, 4))
    for name in CLASSES.values():
        values = [of.per_class[name].value for of in scores.values()]
        axis.plot(values, "o-", lw=1, color=CLASS_COLOURS[name])
        axis.annotate(name, (last, values[-1]), **end)
    for x, (way, of) in enumerate(scores.items()):
        each = answers[way].of_each_trial()
        axis.plot(np.full(len(each), x - 0.06), each, "_", ms=10, color=INK)
        axis.plot([x, x], [of.accuracy.low, of.accuracy.high], lw=4, color=INK)
    values = [of.accuracy.value for of in scores.values()]
    axis.plot(values, "s-", lw=2, color=INK)
    axis.annotate("all", (last, values[-1]), **end)
    axis.set_xticks(range(len(scores)), [f"split {way}" for way in scores])
    axis.set(xlim=(-0.3, last + 0.9), title="The same network, three ways to test it")
    axis.yaxis.set_major_formatter("{x:.0%}")
    said = "; ".join(f"{way} {of.accuracy}" for way, of in scores.items())
    figure.set_label(f"Accuracy of the same network, five folds: {said}.")
    return figure


def by_likeness(likeness: np.ndarray, group: np.ndarray, answers: dict[str, Answers]) -> Figure:
    """Draw how accurate a method is on recordings that are more and more like one it has heard.

    Parameters
    ----------
    likeness : ndarray of float, shape (recording,)
        How alike each recording is to the most similar one in training, split `BY_RECORDING`.
    group : ndarray of int, shape (recording,)
        Recordings of about the same likeness, numbered from the least.
    answers : dict of str to Answers
        What was said of all recordings, or of their seconds, split `BY_RECORDING` and `BY_MOMENT`.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.answers import Answers
    >>> from lab_code.figures.conditions import by_likeness
    >>> from lab_code.protocol import BY_MOMENT, BY_RECORDING
    >>> from lab_code.sources import load
    >>> recordings, every = load("simulated"), np.arange(500)
    >>> said = {BY_RECORDING: recordings.labels, BY_MOMENT: np.roll(recordings.labels, 25)}
    >>> said = {way: Answers.of(recordings, every, labels) for way, labels in said.items()}
    >>> figure = by_likeness(likeness=every / 500, group=every // 250, answers=said)
    >>> print(figure.get_label())
    By recording it is ahead by 30, 20 points.
    """
    groups = [group == one for one in np.unique(group)]
    x = [likeness[of].mean() for of in groups]
    figure, axis = plt.subplots(figsize=(6, 3))
    values = {}
    for way, style, colour in ((BY_RECORDING, "o-", CELL_COLOUR), (BY_MOMENT, "s--", INK)):
        found = [answers[way].about(of).scores().accuracy for of in groups]
        values[way] = np.array([one.value for one in found])
        axis.plot(x, values[way], style, color=colour, label=f"split {way}")
        axis.vlines(x, *np.transpose([(f.low, f.high) for f in found]), color=colour, alpha=0.5)
    axis.set(xlabel="highest correlation with one to learn from", ylim=(0, 1))
    axis.set_title("Accuracy on the same seconds, split in two ways")
    axis.yaxis.set_major_formatter("{x:.0%}")
    axis.legend(loc="lower left")
    ahead = values[BY_RECORDING] - values[BY_MOMENT]
    points = ", ".join(str(round(100 * one)) for one in ahead)
    figure.set_label(f"By recording it is ahead by {points} points.")
    return figure


def by_question(answers: dict[str, dict[str, Answers]]) -> Figure:
    """Draw how accurately several questions are answered from several parts of the spectrum.

    Parameters
    ----------
    answers : dict of str to dict of str to Answers
        For each question, what was said by each variant of `lab_code.protocol.VARIANTS`. The
        variants are the same for each.

    Examples
    --------
    >>> from textwrap import fill
    >>> import numpy as np
    >>> from lab_code.answers import Answers
    >>> from lab_code.figures.conditions import by_question
    >>> from lab_code.sources import load
    >>> recordings, every = load("simulated"), np.arange(500)
    >>> said = {
    ...     "": Answers.of(recordings, every, recordings.labels),
    ...     "up_to_40": Answers.of(recordings, every, np.roll(recordings.labels, 50)),
    ... }
    >>> figure = by_question({"classes": said, "seizure": said})
    >>> print(fill(figure.get_label(), 80))
    Accuracy of a linear discriminant told all bands, up to 40 Hz: classes 100%,
    50%; seizure 100%, 50%.
    """
    variants = next(iter(answers.values()))
    names = [VARIANTS[variant] or "all bands" for variant in variants]
    figure, axes = plt.subplots(1, len(answers), figsize=(7.5, 2.6), sharey=True)
    said = []
    for axis, (question, of) in zip(axes, answers.items(), strict=True):
        found = [of[variant].scores().accuracy for variant in variants]
        values = [one.value for one in found]
        counts = np.unique_counts(next(iter(of.values())).labels).counts
        axis.axvline(counts.max() / counts.sum(), color=INK, ls=":")
        ends = np.transpose([(one.low, one.high) for one in found])
        axis.hlines(range(len(found)), *ends, color=INK)
        axis.plot(values, range(len(found)), "o", color=INK)
        axis.set(title=question, xlim=(0, 1.04), xticks=[0, 1])
        axis.xaxis.set_major_formatter("{x:.0%}")
        said.append(f"{question} {', '.join(f'{value:.0%}' for value in values)}")
    axes[0].set_yticks(range(len(names)), names)
    axes[0].invert_yaxis()
    figure.set_label(
        f"Accuracy of a linear discriminant told {', '.join(names)}: {'; '.join(said)}."
    )
    return figure


def after_each_second(remembers: Sequence[Answers], forgets: Sequence[Answers]) -> Figure:
    """Draw how accurate two networks are after each second, and the difference between them.

    Parameters
    ----------
    remembers, forgets : sequence of Answers
        What each said after the first second, the second, and so on.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.answers import Answers
    >>> from lab_code.figures.conditions import after_each_second
    >>> from lab_code.sources import load
    >>> recordings, every = load("simulated"), np.arange(500)
    >>> wrong = [np.roll(recordings.labels, n) for n in (60, 40, 20)]  # fewer after each second
    >>> better = [Answers.of(recordings, every, labels) for labels in wrong]
    >>> figure = after_each_second(remembers=better, forgets=[better[0]] * 3)
    >>> figure.axes[1].get_xlabel()
    'seconds heard'
    """
    green, seconds = NETWORK_COLOURS["GRU"], np.arange(1, len(remembers) + 1)
    figure, (above, below) = plt.subplots(2, 1, figsize=(6, 5), sharex=True)
    looks = (("remembers", remembers, green, "o-"), ("forgets", forgets, QUIET, "s-"))
    for name, answers, colour, style in looks:
        right = [100 * of.right.mean() for of in answers]
        above.plot(seconds, right, style, ms=4, color=colour, label=name)
    above.set(title="Accuracy on new moments, after each second (%)")
    above.legend(loc="lower right")
    added = [one.minus(other) for one, other in zip(remembers, forgets, strict=True)]
    low, value, high = 100 * np.transpose([(gap.low, gap.value, gap.high) for gap in added])
    below.axhline(0, color=INK, lw=0.8, ls=":")
    below.plot(seconds, value, "o-", ms=4, color=green)
    below.fill_between(seconds, low, high, color=green, alpha=0.15, lw=0)
    below.set(xlabel="seconds heard", title="What memory adds (points)")
    figure.set_label(
        f"Accuracy against seconds heard, and what memory adds to it: {added[0]} after one second, "
        f"{added[-1]} after {len(added)}."
    )
    return figure
