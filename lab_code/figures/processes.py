"""Drawings of trainings in several processes."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from lab_code.figures import NETWORK_COLOURS


def shared_training(losses: pd.DataFrame) -> Figure:
    """Draw the losses of one training, by one process and by several that share it.

    Parameters
    ----------
    losses : DataFrame
        One row for each epoch, and two columns.

    Examples
    --------
    >>> from textwrap import fill
    >>> import pandas as pd
    >>> from lab_code.figures.processes import shared_training
    >>> losses = pd.DataFrame({"one process": [1.5, 1.0], "two processes": [1.5, 1.0]})
    >>> print(fill(shared_training(losses).get_label(), 80))
    The training losses of one process and of two processes are at most 0e+00 apart,
    while they go from 1.50 to 1.00.
    """
    figure, axis = plt.subplots(figsize=(6, 2.8))
    for (name, curve), style in zip(losses.items(), ("-", "o"), strict=True):
        axis.plot(curve, style, color=NETWORK_COLOURS["GRU"], label=name)
    axis.set(xlabel="epoch", ylabel="training loss", title="One training, shared")
    axis.legend()
    apart = losses.diff(axis=1).iloc[:, 1].abs().max()
    figure.set_label(
        f"The training losses of {' and of '.join(losses)} are at most {apart:.0e} apart, while "
        f"they go from {losses.iloc[0, 0]:.2f} to {losses.iloc[-1, 0]:.2f}."
    )
    return figure


def grid(trials: pd.DataFrame) -> Figure:
    """Draw the accuracy in validation of a grid of trials.

    Parameters
    ----------
    trials : DataFrame
        One row for each trial: its ``"units"``, of two numbers at most, its ``"learning rate"``,
        and its ``"accuracy"`` in validation, from 0 to 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from lab_code.figures.processes import grid
    >>> trials = {"units": [16, 16, 64, 64], "learning rate": [0.001, 0.01, 0.001, 0.01]}
    >>> figure = grid(pd.DataFrame(trials | {"accuracy": [0.5, 0.6, 0.55, 0.7]}))
    >>> print(figure.get_label())
    Accuracy in validation of 4 trials, 50% to 70%; best with 64 units and a learning rate of 0.01.
    """
    figure, axis = plt.subplots(figsize=(6, 2.8))
    for marker, (units, rows) in zip("os", trials.groupby("units"), strict=False):
        axis.semilogx(rows["learning rate"], rows["accuracy"], marker + "-", label=f"{units} units")
    axis.set(xlabel="learning rate", ylabel="accuracy", title="A grid, side by side")
    axis.yaxis.set_major_formatter("{x:.0%}")
    axis.legend()
    of_all = trials["accuracy"]
    best = trials.loc[of_all.idxmax()]
    figure.set_label(
        f"Accuracy in validation of {len(trials)} trials, {of_all.min():.0%} to "
        f"{of_all.max():.0%}; best with {best['units']:.0f} units and a learning rate of "
        f"{best['learning rate']:g}."
    )
    return figure
