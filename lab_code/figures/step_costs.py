"""Drawings of what a network costs: by length, by channel, and when samples come one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lab_code.answers import Answers
from lab_code.figures import INK, NETWORK_COLOURS, QUIET

LOOKS = {
    "GRU": (NETWORK_COLOURS["GRU"], "o-"),
    "minGRU": ("#9A6FB0", "s-"),
    "minGRU, step by step": ("#9A6FB0", "s:"),
    "diagonal": ("#BB8800", "D-"),
    "transformer": ("#6688CC", "^-"),
}
"""Colour, marker and line of each kind of network; none of the colours is that of a class."""


def by_length(
    milliseconds: Mapping[str, Sequence[float]],
    megabytes: Mapping[str, Sequence[float]],
    lengths: Sequence[int],
) -> Figure:
    """Draw time and memory against the number of steps, both axes logarithmic.

    Parameters
    ----------
    milliseconds, megabytes : mapping of str to sequence of float
        For each network of `LOOKS`, one number for each length.
    lengths : sequence of int
        Numbers of steps.

    Examples
    --------
    >>> from textwrap import fill
    >>> from lab_code.figures.step_costs import by_length
    >>> time, memory = {"GRU": [20, 600], "minGRU": [2, 30]}, {"GRU": [1, 20]}
    >>> figure = by_length(time, memory, lengths=[178, 4097])
    >>> print(fill(figure.get_label(), 80))
    Time and memory against length, logarithmic. Milliseconds for 178 and 4097
    steps: GRU 20, 600; minGRU 2, 30. Megabytes: GRU 1, 20.
    """
    figure, axes = plt.subplots(2, 1, figsize=(5.6, 5.4), sharex=True)
    titles = ("Time, forward and back (ms)", "Kept for the way back (MB)")
    said = []
    for axis, title, curves in zip(axes, titles, (milliseconds, megabytes), strict=True):
        for name, values in curves.items():
            colour, style = LOOKS[name]
            axis.loglog(lengths, values, style, ms=4, color=colour, label=name)
        axis.set_title(title)
        said.append("; ".join(f"{name} {v[0]:.2g}, {v[-1]:.3g}" for name, v in curves.items()))
    axes[1].set(xlabel="steps", xticks=lengths, xticklabels=[f"{n}" for n in lengths])
    axes[1].minorticks_off()
    handles = axes[0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside lower center", ncols=2)
    figure.set_label(
        f"Time and memory against length, logarithmic. Milliseconds for {lengths[0]} and "
        f"{lengths[-1]} steps: {said[0]}. Megabytes: {said[1]}."
    )
    return figure


def after_each_second(answers: Mapping[str, Sequence[Answers]]) -> Figure:
    """Draw how accurate networks are after each second that they have heard.

    Parameters
    ----------
    answers : mapping of str to sequence of Answers
        For each network of `LOOKS`, what it said after the first second, the second, and so on.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.answers import Answers
    >>> from lab_code.figures.step_costs import after_each_second
    >>> from lab_code.sources import load
    >>> recordings, every = load("simulated"), np.arange(500)
    >>> wrong = [np.roll(recordings.labels, n) for n in (60, 40)]  # fewer after each second
    >>> better = [Answers.of(recordings, every, labels) for labels in wrong]
    >>> figure = after_each_second({"GRU": better, "transformer": better[::-1]})
    >>> print(figure.get_label())
    Accuracy after 1 and 2 seconds: GRU 40%, 60%; transformer 60%, 40%.
    """
    figure, axis = plt.subplots(figsize=(6, 3.4))
    said = []
    for name, after in answers.items():
        right = [of.right.mean() for of in after]
        colour, style = LOOKS[name]
        axis.plot(range(1, len(right) + 1), right, style, ms=4, color=colour, label=name)
        said.append(f"{name} {right[0]:.0%}, {right[-1]:.0%}")
    axis.yaxis.set_major_formatter("{x:.0%}")
    axis.set(xlabel="seconds heard", title="Accuracy on new moments")
    axis.legend(loc="lower right")
    figure.set_label(f"Accuracy after 1 and {len(right)} seconds: {'; '.join(said)}.")
    return figure


def at_the_bedside(
    heard: Sequence[float],
    milliseconds: Mapping[str, Sequence[float]],
    kilobytes: Mapping[str, Sequence[float]],
) -> Figure:
    """Draw what one more step costs, and what has to be kept for it, after more and more seconds.

    Parameters
    ----------
    heard : sequence of float
        Seconds heard before the step.
    milliseconds, kilobytes : mapping of str to sequence of float
        For each network of `LOOKS`, one number for each of `heard`.

    Examples
    --------
    >>> from textwrap import fill
    >>> from lab_code.figures.step_costs import at_the_bedside
    >>> time = {"GRU": [0.1, 0.1], "transformer": [0.3, 0.9]}
    >>> memory = {"GRU": [0.2, 0.2], "transformer": [50, 1200]}
    >>> figure = at_the_bedside([1, 23], time, memory)
    >>> print(fill(figure.get_label(), 80))
    One more step after 1 and 23 seconds. Milliseconds: GRU 0.10, 0.10; transformer
    0.30, 0.90. Kilobytes kept: GRU 0.2, 0.2; transformer 50.0, 1200.0.
    """
    figure, axes = plt.subplots(2, 1, figsize=(6, 5), sharex=True)
    for axis, curves in zip(axes, (milliseconds, kilobytes), strict=True):
        for name, values in curves.items():
            colour, style = LOOKS[name]
            axis.plot(heard, values, style, ms=4, color=colour, label=name)
    axes[0].set(title="One more step (ms)", ylim=(0, None))
    axes[1].set(title="Kept for it (kB)", xlabel="seconds heard", yscale="log")
    axes[0].legend(loc="upper left")
    time, memory = (
        "; ".join(f"{name} {v[0]:.{digits}f}, {v[-1]:.{digits}f}" for name, v in of.items())
        for of, digits in ((milliseconds, 2), (kilobytes, 1))
    )
    figure.set_label(
        f"One more step after {heard[0]:g} and {heard[-1]:g} seconds. Milliseconds: {time}. "
        f"Kilobytes kept: {memory}."
    )
    return figure


def latencies(milliseconds: Mapping[str, np.ndarray], step: float) -> Figure:
    """Draw which share of the steps took at most how long, beside how long a step lasts.

    Parameters
    ----------
    milliseconds : mapping of str to ndarray, shape (step,)
        For each way to run a network, four at most, how long each step took.
    step : float
        How long a step of the signal lasts, in milliseconds.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.figures.step_costs import latencies
    >>> figure = latencies({"torch": np.linspace(0.1, 0.2, 101)}, step=127)
    >>> print(figure.get_label())
    A step of the signal lasts 127 ms. Median and 99th percentile: torch 0.150 and 0.199 ms.
    """
    figure, axis = plt.subplots(figsize=(6, 3))
    colours = (NETWORK_COLOURS["GRU"], "#6688CC", "#BB8800", QUIET)
    said = []
    for (name, took), colour in zip(milliseconds.items(), colours, strict=False):
        axis.semilogx(np.sort(took), np.linspace(0, 1, len(took)), color=colour, label=name)
        middle, late = np.quantile(took, [0.5, 0.99])
        axis.plot([middle, late], [0.5, 0.99], "o", ms=5, color=colour)
        said.append(f"{name} {middle:.3f} and {late:.3f} ms")
    axis.axvline(step, color=INK, lw=0.8, ls=":")
    axis.annotate(
        "the next step is due", (step, 0.5), (-4, 0), textcoords="offset points",
        rotation=90, ha="right", va="center", fontsize="small",
    )  # fmt: skip
    axis.yaxis.set_major_formatter("{x:.0%}")
    axis.set(xlabel="milliseconds", title="Share of steps that took at most so long")
    axis.legend(loc="center")
    figure.set_label(
        f"A step of the signal lasts {step:.0f} ms. Median and 99th percentile: {'; '.join(said)}."
    )
    return figure
