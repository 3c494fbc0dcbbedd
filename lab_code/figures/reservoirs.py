"""Drawings of echo-state networks: how a start is forgotten, and what the spectral radius does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lab_code.answers import Answers
from lab_code.figures import INK, QUANTITY_COLOURS, QUIET


def start_forgotten(apart: Mapping[float, Sequence[float]]) -> Figure:
    """Draw how far two states stay apart that began differently and read the same.

    Parameters
    ----------
    apart : mapping of float to sequence of float, shape (step,)
        For each spectral radius, the distance at each step, relative to the first.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.figures.reservoirs import start_forgotten
    >>> k = np.arange(44)
    >>> figure = start_forgotten({0.5: 0.5**k, 0.9: 0.9**k})
    >>> figure.get_label()
    'Distance of two states after 44 steps, by spectral radius: 0.5: 1e-13; 0.9: 1e-02.'
    """
    figure, axis = plt.subplots(figsize=(6, 3))
    shades = plt.get_cmap("plasma")(np.linspace(0.3, 0.85, len(apart)))
    for shade, (radius, curve) in zip(shades, apart.items(), strict=True):
        axis.semilogy(np.maximum(curve, 1e-12), color=shade, label=f"{radius:g}")
    axis.set(
        xlabel="step",
        ylabel="distance, relative to the first",
        title="Two starts, the same second of a seizure",
        ylim=(1e-6, 3),
    )
    axis.legend(title="spectral radius", loc="center left", bbox_to_anchor=(1, 0.5))
    said = (f"{radius:g}: {curve[-1]:.0e}" for radius, curve in apart.items())
    figure.set_label(
        f"Distance of two states after {len(curve)} steps, by spectral radius: {'; '.join(said)}."
    )
    return figure


def by_radius(
    found: Mapping[str, Mapping[float, Sequence[Answers]]], beside: Mapping[str, Answers]
) -> Figure:
    """Draw the accuracy by spectral radius.

    Parameters
    ----------
    found : mapping of str to mapping of float to sequence of Answers
        For each of one or two read-outs and each radius, the answers with each reservoir.
    beside : mapping of str to Answers
        Those of other methods.

    Examples
    --------
    >>> from textwrap import fill
    >>> import numpy as np
    >>> from lab_code.answers import Answers
    >>> from lab_code.figures.reservoirs import by_radius
    >>> from lab_code.sources import load
    >>> recordings, test = load("simulated"), np.arange(500)
    >>> guessed = Answers.of(recordings, test, predicted=np.ones(500))
    >>> perfect = Answers.of(recordings, test, predicted=recordings.labels)
    >>> figure = by_radius({"last state": {0.5: [perfect], 0.9: [guessed]}}, {"QUANT": perfect})
    >>> print(fill(figure.get_label(), 80))
    Accuracy by spectral radius. last state: 100% at 0.5, 20% at 0.9. Beside them
    QUANT 100%.
    """
    figure, axis = plt.subplots(figsize=(6.4, 3.2))
    said = []
    colours = QUANTITY_COLOURS["output"], QUANTITY_COLOURS["hidden state"]
    for colour, (name, by) in zip(colours, found.items(), strict=False):
        right = {radius: [one.right.mean() for one in of] for radius, of in by.items()}
        axis.plot(list(right), [np.mean(of) for of in right.values()], color=colour, label=name)
        for radius, of in right.items():
            axis.plot([radius] * len(of), of, "o", color=colour, ms=4)
        ends = (f"{np.mean(of):.0%} at {radius:g}" for radius, of in right.items())
        said.append(f"{name}: {', '.join(ends)}")
    others = {name: answers.right.mean() for name, answers in beside.items()}
    for style, (name, value) in zip(("-", "--", "-."), others.items(), strict=False):
        axis.axhline(value, color=QUIET, ls=style, lw=1, label=name)
    axis.axhline(0.2, color=INK, lw=0.8, ls=":", label="guessing")
    axis.set(xlabel="spectral radius", ylabel="accuracy", ylim=(0.15, 0.8))
    axis.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    told = ", ".join(f"{name} {value:.0%}" for name, value in others.items())
    figure.set_label(f"Accuracy by spectral radius. {'; '.join(said)}. Beside them {told}.")
    return figure
