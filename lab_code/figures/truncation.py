"""Drawings of how far back training reaches, and of what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from lab_code.figures import INK, QUIET, VALIDATION_COLOUR

WAYS = {
    "back through time": {"color": QUIET, "marker": "o"},
    "real-time recurrent learning": {"color": VALIDATION_COLOUR, "marker": "^"},
}


def recalled(curves: Mapping[str, Mapping[int, float]]) -> Figure:
    """Draw how well networks recall a mark, against how far back their gradient went.

    Parameters
    ----------
    curves : mapping of str to mapping of int to float
        For each lesson, by the waits in it: the share of right answers, by the number of steps that
        the gradient went back, the same for all lessons.

    Examples
    --------
    >>> from textwrap import fill
    >>> from lab_code.figures.truncation import recalled
    >>> figure = recalled({"10": {1: 0.5, 20: 1}, "0 to 10": {1: 1, 20: 1}})
    >>> print(fill(figure.get_label(), 80))
    Share of marks recalled after ten steps, by the steps that the gradient went
    back. Taught waits of 10 steps: 50% at 1, 100% at 20; of 0 to 10 steps: 100% at
    1, 100% at 20.
    """
    figure, _ = plt.subplots(len(curves), 1, figsize=(6, 0.7 + 1.1 * len(curves)), sharex=True)
    said = []
    for axis, (lesson, shares) in zip(figure.axes, curves.items(), strict=True):
        places = range(len(shares))
        axis.axhline(0.5, color=INK, lw=0.8, ls=":")
        axis.plot(places, shares.values(), "o-", color=VALIDATION_COLOUR)
        axis.set(ylim=(0.42, 1.08), yticks=(0.5, 1), yticklabels=("guessing", "all right"))
        axis.set_title(f"taught waits of {lesson} steps")
        axis.set_xticks(places, shares)
        ends = (f"{share:.0%} at {k}" for k, share in shares.items())
        said.append(f"of {lesson} steps: {', '.join(ends)}")
    figure.axes[-1].set_xlabel("steps that the gradient goes back (k)")
    figure.set_label(
        "Share of marks recalled after ten steps, by the steps that the gradient went back. "
        f"Taught waits {'; '.join(said)}."
    )
    return figure


def cost(by_size: Mapping[int, Mapping[str, Sequence[float]]]) -> Figure:
    """Draw what a gradient costs back through time and forward, against the hidden units.

    Parameters
    ----------
    by_size : mapping of int to mapping of str to sequence of float, shape (2,)
        By the number of hidden units: how many ``"numbers"`` are kept, and how many
        ``"products"`` of two numbers are computed, back through time and in real-time recurrent
        learning.

    Examples
    --------
    >>> from textwrap import fill
    >>> from lab_code.figures.truncation import cost
    >>> by_size = {n: {"numbers": (10 * n, n**3), "products": (n**2, n**4)} for n in (8, 16)}
    >>> figure = cost(by_size)
    >>> print(fill(figure.get_label(), 80))
    With 16 hidden units: numbers kept, back through time 160, real-time recurrent
    learning 4,096; multiplications, back through time 256, real-time recurrent
    learning 65,536.
    """
    figure, axes = plt.subplots(1, 2, figsize=(6, 3), sharex=True)
    sizes, said = list(by_size), []
    titles = {"numbers": "numbers kept", "products": "multiplications"}
    for axis, (what, title) in zip(axes, titles.items(), strict=True):
        ends = []
        for place, (name, look) in enumerate(WAYS.items()):
            values = [by_size[size][what][place] for size in sizes]
            axis.loglog(sizes, values, label=name, **look)
            ends.append(f"{name} {values[-1]:,.0f}")
        axis.set(title=title, xlabel="hidden units")
        axis.set_xticks(sizes, sizes)
        axis.xaxis.set_minor_locator(NullLocator())
        said.append(f"{title}, {', '.join(ends)}")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    figure.set_label(f"With {sizes[-1]} hidden units: {'; '.join(said)}.")
    return figure
