"""Drawings of stacked layers: how fast they change, what gradient reaches them, what they buy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from lab_code.answers import Answers
from lab_code.evaluation import Difference
from lab_code.figures import INK, NETWORK_COLOURS, QUIET

COLOUR = NETWORK_COLOURS["GRU"]

NAMES = {
    "one": "1 layer",
    "two": "2 layers",
    "two_residual": "2 layers, residual",
    "three": "3 layers",
    "three_residual": "3 layers, residual",
    "three_wide": "3 layers, not thinner",
    "six": "6 layers",
    "six_residual": "6 layers, residual",
    "one_both": "1 layer, both ways",
    "two_both": "2 layers, both ways",
    "two_both_residual": "2, both ways, residual",
    "three_both": "3 layers, both ways",
    "three_both_residual": "3, both ways, residual",
}
"""What figures call each network of `lab_code.long.stacks.SHAPES`."""


def speeds(before: Sequence[float], after: Sequence[float]) -> Figure:
    """Draw how much the states of each layer change from step to step.

    Parameters
    ----------
    before, after : sequence of float, shape (layer,)
        Before training and after it, the lowest layer first: the mean square of a change, as a
        share of what it would be if states did not depend on those before.

    Examples
    --------
    >>> from lab_code.figures.stacks import speeds
    >>> print(speeds([0.4, 0.2], [0.3, 0.1]).get_label().partition(". ")[2])
    Before training, from the lowest layer up: 40%, 20%; after it: 30%, 10%.
    """
    figure, axis = plt.subplots(figsize=(4.8, 2.8))
    places = np.arange(1, len(before) + 1)
    axis.plot(places, before, "o--", color=QUIET, label="before training")
    axis.plot(places, after, "o-", color=COLOUR, label="after it")
    axis.set(
        xlabel="layer, from the input up",
        ylabel="change per step",
        title="Higher layers change more slowly",
        xticks=places,
        ylim=(0, None),
    )
    axis.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axis.legend()
    said = [", ".join(f"{share:.0%}" for share in of) for of in (before, after)]
    figure.set_label(
        "How much the states of each layer change from step to step, relative to states that do "
        f"not depend on each other. Before training, from the lowest layer up: {said[0]}; after "
        f"it: {said[1]}."
    )
    return figure


def gradients(norms: Mapping[str, Sequence[float]]) -> Figure:
    """Draw which part of the gradient at the top layer reaches each layer below it.

    Parameters
    ----------
    norms : mapping of str to sequence of float, shape (layer,)
        Norms of the gradient at the states of each layer, the lowest first. What begins with
        ``residual`` is drawn in colour, what does not in grey.

    Examples
    --------
    >>> from lab_code.figures.stacks import gradients
    >>> figure = gradients({"plain": [0.01, 0.1, 1.0], "residual": [4.0, 2.0, 2.0]})
    >>> print(figure.get_label().partition(". ")[2])
    At the lowest layer, relative to the top: plain 0.01, residual 2.
    """
    figure, axis = plt.subplots(figsize=(4.8, 3))
    said = []
    for name, of in norms.items():
        share = np.divide(of, of[-1])
        look = {"color": COLOUR} if name.startswith("residual") else {"color": QUIET, "ls": "--"}
        axis.semilogy(range(1, len(of) + 1), share, marker="o", label=name, ms=4, **look)
        said.append(f"{name} {share[0]:.1g}")
    axis.set(
        xlabel="layer, from the input up",
        ylabel="gradient, relative to the top",
        title=f"What reaches each of {len(of)} new layers",
        xticks=range(1, len(of) + 1),
    )
    axis.legend()
    figure.set_label(
        "Norm of the gradient at the states of each layer of a new stack, relative to that at the "
        f"top layer. At the lowest layer, relative to the top: {', '.join(said)}."
    )
    return figure


def scores(
    answers: Mapping[str, Mapping[str, Answers]], seconds: Mapping[str, float], epochs: int
) -> Figure:
    """Draw the accuracy of each network with its interval, and how long one training takes.

    Parameters
    ----------
    answers : mapping of str to mapping of str to Answers
        For each way to limit the training, the first in colour, what each network said: a key of
        `NAMES`.
    seconds : mapping of str to float
        Of one training of so many epochs.
    epochs : int

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.answers import Answers
    >>> from lab_code.figures.stacks import scores
    >>> from lab_code.sources import load
    >>> recordings, every = load("simulated"), np.arange(500)
    >>> said = {"one": Answers.of(recordings, every, recordings.labels)}
    >>> figure = scores({"equal epochs": said, "equal time": said}, {"one": 4.0}, 8)
    >>> print(figure.get_label().partition(". ")[2])
    1 layer: 100.0% with equal epochs, 100.0% with equal time, 4.0 s.
    """
    first = next(iter(answers.values()))
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(7.2, 1.1 + 0.36 * len(first)), sharey=True, width_ratios=(2.2, 1)
    )
    said = {name: [] for name in first}
    for (how_long, by), shift in zip(answers.items(), (-0.16, 0.16), strict=True):
        look = {"color": COLOUR} if by is first else {"color": QUIET, "mfc": "none"}
        for row, (name, of) in enumerate(by.items()):
            accuracy = of.scores().accuracy
            label = how_long if row == 0 else None
            left.plot([accuracy.low, accuracy.high], [row + shift] * 2, color=look["color"])
            left.plot(accuracy.value, row + shift, "o", ms=5, label=label, **look)
            said[name].append(f"{accuracy.value:.1%} with {how_long}")
    lengths = [seconds[name] for name in first]
    right.barh(range(len(first)), lengths, height=0.5, color=COLOUR)
    left.set_yticks(range(len(first)), [NAMES[name] for name in first])
    left.invert_yaxis()
    left.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    left.xaxis.set_major_locator(MultipleLocator(0.05))
    left.set(xlabel="accuracy on new moments", title="Accuracy")
    right.set(xlabel="seconds", title=f"{epochs} epochs")
    figure.legend(loc="outside lower left", ncols=2)
    told = [f"{NAMES[name]}: {', '.join(of)}, {seconds[name]:.1f} s" for name, of in said.items()]
    figure.set_label(
        f"Accuracy of each network, and seconds of a training of {epochs} epochs. "
        f"{'; '.join(told)}."
    )
    return figure


def bought(gaps: Mapping[str, Mapping[str, Difference]]) -> Figure:
    """Draw what each change of the network buys, in points, with intervals.

    Parameters
    ----------
    gaps : mapping of str to mapping of str to Difference
        For each way to limit the training, the first in colour: what is compared, and the paired
        difference.

    Examples
    --------
    >>> from lab_code.evaluation import Difference
    >>> from lab_code.figures.stacks import bought
    >>> gap = {"2 layers instead of 1": Difference(0.01, -0.01, 0.03)}
    >>> print(bought({"equal epochs": gap, "equal time": gap}).get_label().split(". ")[1])
    With equal epochs: 2 layers instead of 1 +1.0 points (-1.0 to +3.0)
    """
    first = next(iter(gaps.values()))
    figure, axis = plt.subplots(figsize=(6.2, 1.3 + 0.34 * len(first)))
    axis.axvline(0, color=INK, lw=0.8, ls=":")
    for (how_long, by), shift in zip(gaps.items(), (-0.16, 0.16), strict=True):
        look = {"color": COLOUR} if by is first else {"color": QUIET, "mfc": "none"}
        for row, gap in enumerate(by.values()):
            label = how_long if row == 0 else None
            axis.plot([100 * gap.low, 100 * gap.high], [row + shift] * 2, color=look["color"])
            axis.plot(100 * gap.value, row + shift, "o", ms=5, label=label, **look)
    axis.set_yticks(range(len(first)), first)
    axis.invert_yaxis()
    axis.set(xlabel="points of accuracy", title="With it, minus without it")
    axis.xaxis.set_major_locator(MultipleLocator(5))
    figure.legend(loc="outside lower left", ncols=2)
    said = [
        f"With {how_long}: {'; '.join(f'{name} {gap}' for name, gap in by.items())}."
        for how_long, by in gaps.items()
    ]
    figure.set_label(f"Paired differences of accuracy. {' '.join(said)}")
    return figure
