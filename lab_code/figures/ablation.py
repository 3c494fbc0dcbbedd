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


def inside(
    sizes: Mapping[str, Sequence[float]], gradients: Mapping[str, Sequence[float]]
) -> Figure:
    """Draw how large the cell state is, and how far back the gradient reaches.

    Parameters
    ----------
    sizes : mapping of str to sequence of float, shape (step,)
        For each cell, a key of `STYLES`, how large its cell state is after each step.
    gradients : mapping of str to sequence of float, shape (step,)
        For each cell, the influence of a step on the last state, by steps back.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.figures.ablation import inside
    >>> figure = inside({"full": np.ones(9)}, {"full": 0.5 ** np.arange(9)})
    >>> print(figure.get_label().partition(". ")[2])
    the full cell: state 1, influence 4e-03.
    """
    figure, axes = plt.subplots(1, 2, figsize=(6.8, 3.6))
    said = []
    for name, size in sizes.items():
        axes[0].plot(range(1, len(size) + 1), size, **STYLES[name])
        axes[1].semilogy(gradients[name], label=NAMES[name], **STYLES[name])
        said.append(f"{NAMES[name]}: state {size[-1]:.2g}, influence {gradients[name][-1]:.0e}")
    axes[0].set(xlabel="step", title="Size of the cell state")
    axes[1].set(xlabel="steps back (k)", title="Influence on the last state")
    figure.legend(loc="outside lower center", ncols=3, fontsize="small")
    figure.set_label(
        "Size of the cell state by step, and influence of a step on the last state by steps back. "
        f"At the ends, {'; '.join(said)}."
    )
    return figure


def missed(tasks: Mapping[str, Mapping[str, tuple]]) -> Figure:
    """Draw by how much cells that lack a part differ from the full one, with intervals.

    Parameters
    ----------
    tasks : mapping of str to mapping of str to tuple
        For each measure, what to call it, and for each cell, a key of `NAMES`: its mean, the
        difference and the ends of its interval.

    Examples
    --------
    >>> from lab_code.figures.ablation import missed
    >>> missed({"points": {"full": (90, 0, 0, 0), "peepholes": (91, 1, -1, 3)}}).get_label()
    'Differences to the full cell. points: no peepholes +1 (-1 to +3).'
    """
    names = [name for name in next(iter(tasks.values())) if name != "full"]
    figure, axes = plt.subplots(
        1, len(tasks), figsize=(6.8, 0.9 + 0.36 * len(names)), sharey=True, squeeze=False
    )
    told = []
    for axis, (measure, cells) in zip(axes[0], tasks.items(), strict=True):
        axis.axvline(0, color=INK, lw=0.8, ls=":")
        said = []
        for row, name in enumerate(names):
            _, difference, low, high = cells[name]
            axis.plot([low, high], [row, row], color=NETWORK_COLOURS["LSTM"], lw=2)
            axis.plot(difference, row, "o", color=NETWORK_COLOURS["LSTM"], ms=6)
            said.append(f"{NAMES[name]} {difference:+.3g} ({low:+.3g} to {high:+.3g})")
        axis.set(xlabel=measure)
        told.append(f"{measure}: {', '.join(said)}")
    axes[0, 0].set_yticks(range(len(names)), [NAMES[name] for name in names])
    axes[0, 0].invert_yaxis()
    figure.set_label(f"Differences to the full cell. {'; '.join(told)}.")
    return figure
