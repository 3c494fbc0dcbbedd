"""Drawings of an ablation: what a part's removal does inside a cell, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from lab_code.figures import INK, NETWORK_COLOURS, QUANTITY_COLOURS

NAMES = {
    "full": "the full cell",
    "input_gate": "no input gate",
    "forget_gate": "no forget gate",
    "output_gate": "no output gate",
    "input_activation": "no input activation",
    "output_activation": "no output activation",
    "peepholes": "no peepholes",
    "apart": "coupled gates",
}
"""What figures call each cell."""

STYLES = {
    "full": {"color": INK, "ls": "-"},
    "input_gate": {"color": QUANTITY_COLOURS["input gate"], "ls": "--"},
    "forget_gate": {"color": QUANTITY_COLOURS["forget gate"], "ls": "-"},
    "output_activation": {"color": QUANTITY_COLOURS["hidden state"], "ls": "-."},
    "apart": {"color": QUANTITY_COLOURS["update gate"], "ls": ":"},
}
"""Of cells whose inside is drawn."""


def inside(cells: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> Figure:
    """Draw how large the cell state is, and how far back the gradient reaches.

    Parameters
    ----------
    cells : mapping of str to tuple
        For each cell, a key of `STYLES`, how large its cell state is after each step, and the
        influence of a step on the last state, by steps back; each of shape (step,).

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.figures.ablation import inside
    >>> figure = inside({"full": (np.ones(9), 0.5 ** np.arange(9))})
    >>> print(figure.get_label().partition(". ")[2])
    At the ends, the full cell: state 1, influence 4e-03.
    """
    figure, axes = plt.subplots(1, 2, figsize=(6.8, 3.6))
    said = []
    for name, (size, influence) in cells.items():
        axes[0].plot(range(1, len(size) + 1), size, **STYLES[name])
        axes[1].semilogy(influence, label=NAMES[name], **STYLES[name])
        said.append(f"{NAMES[name]}: state {size[-1]:.2g}, influence {influence[-1]:.0e}")
    axes[0].set(xlabel="step", title="Size of the cell state")
    axes[1].set(xlabel="steps back (k)", title="Influence on the last state")
    figure.legend(loc="outside lower center", ncols=3, fontsize="small")
    figure.set_label(
        "Size of the cell state by step, and influence of a step on the last state by steps back. "
        f"At the ends, {'; '.join(said)}."
    )
    return figure


MEASURES = {
    "adding": ("adding problem", "more batches until learnt", 1, "at twice the learning rate"),
    "eeg": ("five classes of EEG", "more points of accuracy", 100, "after a third of the training"),
}
"""Of each task its title, what is measured, by what that is multiplied, and its second setting."""


def missed(tables: Mapping[str, Mapping[str, tuple]]) -> Figure:
    """Draw by how much cells that lack a part differ from the full one, with intervals.

    Parameters
    ----------
    tables : mapping of str to mapping of str to tuple
        For each task, a key of `MEASURES`, alone or with ``"_again"`` for its second setting,
        and each cell, a key of `NAMES`: its mean, the difference and the ends of its interval.

    Examples
    --------
    >>> from lab_code.figures.ablation import missed
    >>> adding = {"full": (400, 0, 0, 0), "peepholes": (410, 10, -9, 29)}
    >>> print(missed({"adding": adding}).get_label().partition(": ")[2])
    no peepholes +10 (-9 to +29).
    """
    names = [name for name in next(iter(tables.values())) if name != "full"]
    tasks = [task for task in MEASURES if task in tables]
    figure, axes = plt.subplots(
        1, len(tasks), figsize=(6.8, 1.2 + 0.4 * len(names)), sharey=True, squeeze=False
    )
    told = []
    for axis, task in zip(axes[0], tasks, strict=True):
        title, measure, times, otherwise = MEASURES[task]
        axis.axvline(0, color=INK, lw=0.8, ls=":")
        for again, mark in enumerate("os"):
            table = tables.get(task + again * "_again")
            if table is None:
                continue
            said = []
            for row, name in enumerate(names):
                gap, low, high = (times * number for number in table[name][1:])
                look = {"color": NETWORK_COLOURS["LSTM"], "alpha": 1 - 0.5 * again}
                at = row + 0.3 * again
                axis.plot([low, high], [at, at], lw=2, **look)
                axis.plot(gap, at, mark, ms=5, **look)
                said.append(f"{NAMES[name]} {gap:+.3g} ({low:+.3g} to {high:+.3g})")
            when = again * f", {otherwise}"
            told.append(f"{title}, {measure}{when}: {', '.join(said)}")
        axis.set(title=title, xlabel=measure)
    axes[0, 0].set_yticks(range(len(names)), [NAMES[name] for name in names])
    axes[0, 0].invert_yaxis()
    figure.set_label(f"Differences to the full cell. {'; '.join(told)}.")
    return figure
