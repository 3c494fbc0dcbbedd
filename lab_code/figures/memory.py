"""Drawings of what networks remember."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from lab_code.figures import INK, NETWORK_COLOURS


def first_input(dependence: Mapping[str, np.ndarray]) -> Figure:
    """Draw networks unfolded, each state shaded by how much it depends on the first input.

    Parameters
    ----------
    dependence : mapping of str to ndarray, shape (step,)
        For each network, how much each of its states depends on the first input, in any unit.

    Examples
    --------
    >>> from textwrap import fill
    >>> import numpy as np
    >>> from lab_code.figures.memory import first_input
    >>> k = np.arange(12)
    >>> figure = first_input({"simple RNN": 0.5**k, "LSTM": 0.95**k})
    >>> print(fill(figure.get_label(), 80))
    Dependence of 12 hidden states on the first input; above 1% of its highest:
    simple RNN until step 7, LSTM until step 12.
    """
    figure, axis = plt.subplots(figsize=(6, 2.2))
    said = []
    for row, (name, size) in enumerate(dependence.items()):
        shade = np.asarray(size) / np.max(np.asarray(size))
        steps = np.arange(1, len(shade) + 1)
        nodes = axis.scatter(
            steps,
            np.full(len(steps), row),
            s=180,
            c=shade,
            cmap="cividis_r",
            norm=LogNorm(1e-4, 1),
            edgecolors=INK,
            lw=0.5,
        )
        said.append(f"{name} until step {steps[shade > 0.01].max()}")
    axis.set_yticks(range(len(dependence)), dependence)
    axis.set(
        xlabel="step",
        ylim=(len(dependence) - 0.4, -0.6),
        title="How much each state depends on the first input",
    )
    figure.colorbar(nodes, label="relative")
    figure.set_label(
        f"Dependence of {len(steps)} hidden states on the first input; above 1% of its highest: "
        f"{', '.join(said)}."
    )
    return figure


def errors_by_length(
    curves: Mapping[int, Mapping[str, np.ndarray]], guessing: float, n_batches: int
) -> Figure:
    """Draw the error of networks while they learn sequences of several lengths.

    Parameters
    ----------
    curves : mapping of int to mapping of str to ndarray, shape (place,)
        For each number of steps, two or more, and each network, as in `NETWORK_COLOURS`: its mean
        squared error over the course of training.
    guessing : float
        The error of the best guess.
    n_batches : int
        How many batches each network learnt from.

    Examples
    --------
    >>> from textwrap import fill
    >>> import numpy as np
    >>> from lab_code.figures.memory import errors_by_length
    >>> learns, guesses = np.geomspace(0.16, 0.016, 20), np.full(20, 0.16)
    >>> short = {"simple RNN": learns, "LSTM": learns}
    >>> long = {"simple RNN": guesses, "LSTM": learns}
    >>> figure = errors_by_length({50: short, 200: long}, guessing=0.16, n_batches=1000)
    >>> print(fill(figure.get_label(), 80))
    Error at the end, in percent of guessing. 50 steps: simple RNN 11%, LSTM 11%;
    200 steps: simple RNN 100%, LSTM 11%.
    """
    size = {"figsize": (6, 0.4 + 2 * len(curves)), "sharex": True, "sharey": True}
    figure, axes = plt.subplots(len(curves), 1, **size)
    said = []
    for axis, (n_steps, by_network) in zip(axes, curves.items(), strict=True):
        for name, errors in by_network.items():
            batches = np.linspace(0, n_batches, len(errors))
            axis.semilogy(batches, errors, color=NETWORK_COLOURS[name], label=name)
        axis.axhline(guessing, color=INK, lw=0.8, ls=":", label="guessing")
        axis.set_title(f"{n_steps} steps")
        ends = (f"{name} {e[-3:].mean() / guessing:.0%}" for name, e in by_network.items())
        said.append(f"{n_steps} steps: {', '.join(ends)}")
    axes[len(curves) // 2].set_ylabel("mean squared error")
    axes[-1].set_xlabel("batches learnt from")
    handles = axis.get_legend_handles_labels()
    figure.legend(*handles, loc="outside lower center", ncols=len(by_network) + 1)
    figure.set_label(f"Error at the end, in percent of guessing. {'; '.join(said)}.")
    return figure
