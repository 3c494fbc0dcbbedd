"""Drawings of what can be read out of a state: the signal itself, and how well step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lab_code.figures import INK, NETWORK_COLOURS, QUIET

TOLD = 4
"""How many steps back a figure's label tells of."""


def read_back(
    signal: np.ndarray, read: Mapping[tuple[str, str], np.ndarray], n_samples: int = 64
) -> Figure:
    """Draw the end of a signal, and what a linear map reads of it out of the last state.

    Parameters
    ----------
    signal : ndarray, shape (time,)
        What a network has read, up to its last state.
    read : mapping of (str, str) to ndarray, shape (time,)
        For each network, as in `NETWORK_COLOURS`, and ``"before"`` training or ``"after"``: what is
        read out of its state.
    n_samples : int
        How many of the last samples are drawn.

    Examples
    --------
    >>> from textwrap import fill
    >>> import numpy as np
    >>> from lab_code.figures.remembered import read_back
    >>> signal = np.sin(np.arange(178) / 4)
    >>> fades = np.linspace(0, 1, 178)
    >>> read = {("GRU", "before"): fades * signal, ("GRU", "after"): 0.5 * fades * signal}
    >>> figure = read_back(signal, read)
    >>> print(fill(figure.get_label(), 80))
    The last 64 samples of a second, and what is read of them out of the last state.
    Mean distance from the signal, relative to its size: GRU before training 0.18;
    GRU after training 0.59.
    """
    figure, axes = plt.subplots(2, 1, figsize=(6, 4.4), sharex=True, sharey=True)
    back = np.arange(-n_samples + 1, 1)
    for axis, when in zip(axes, ("before", "after"), strict=True):
        axis.plot(back, signal[-n_samples:], color=INK, lw=1.2, label="signal")
        axis.set(title=f"Read out of the last state {when} training", yticks=[])
    size, said = np.abs(signal[-n_samples:]).mean(), []
    for (name, when), curve in read.items():
        axis = axes[0 if when == "before" else 1]
        axis.plot(back, curve[-n_samples:], color=NETWORK_COLOURS[name], label=name)
        apart = np.abs(curve - signal)[-n_samples:].mean() / size
        said.append(f"{name} {when} training {apart:.2f}")
    axes[1].set_xlabel("samples back from the end")
    handles = axes[1].get_legend_handles_labels()
    figure.legend(*handles, loc="outside lower center", ncols=4)
    figure.set_label(
        f"The last {n_samples} samples of a second, and what is read of them out of the last "
        f"state. Mean distance from the signal, relative to its size: {'; '.join(said)}."
    )
    return figure


def memory_and_gradient(
    found: Mapping[tuple[str, str, str], Sequence[tuple[np.ndarray, np.ndarray]]],
    samples_alone: Mapping[str, np.ndarray],
) -> Figure:
    """Draw how well a state tells of earlier steps, above how much an answer depends on them.

    Parameters
    ----------
    found : mapping of (str, str, str) to sequence of (ndarray, ndarray)
        For each class, each network, as in `NETWORK_COLOURS`, and ``"before"`` training or
        ``"after"``: of each of several starts, by steps back from the last, R² of a linear map and
        the relative influence of the step, both of shape (lag,).
    samples_alone : mapping of str to ndarray, shape (lag,)
        For each class, R² of a linear map from as many of the last samples as a state has numbers.

    Examples
    --------
    >>> from textwrap import fill
    >>> import numpy as np
    >>> from lab_code.figures.remembered import memory_and_gradient
    >>> k = np.arange(44)
    >>> found = {("seizure", "GRU", "before"): [(0.8**k, 0.6**k)]}
    >>> found["seizure", "GRU", "after"] = [(0.6**k, 0.99**k)]
    >>> figure = memory_and_gradient(found, {"seizure": k < 8})
    >>> print(fill(figure.get_label(), 80))
    4 steps back. seizure, GRU, before training: R² 0.41, influence 0.13; seizure,
    GRU, after training: R² 0.13, influence 0.96.
    """
    size = {"figsize": (6.4, 5.2), "sharex": True, "sharey": "row", "squeeze": False}
    figure, axes = plt.subplots(2, len(samples_alone), **size)
    of_class = dict(zip(samples_alone, axes.T, strict=True))
    for (above, below), (kind, curve) in zip(axes.T, samples_alone.items(), strict=True):
        above.plot(curve, color=QUIET, lw=1, label="the last 32 samples")
        above.set(title=kind, ylim=(-0.1, 1.05))
        below.set(xlabel="steps back (k)", yscale="log", ylim=(1e-5, 2))
    said = []
    for (kind, name, when), starts in found.items():
        memory, gradient = (np.mean([start[of] for start in starts], axis=0) for of in (0, 1))
        style = ":" if when == "before" else "-"
        label = None if when == "before" else name
        for axis, curve in zip(of_class[kind], (memory, gradient), strict=True):
            axis.plot(curve, style, color=NETWORK_COLOURS[name], label=label)
        told = f"R² {memory[TOLD]:.2f}, influence {gradient[TOLD]:.2f}"
        said.append(f"{kind}, {name}, {when} training: {told}")
    axes[0, 0].set_ylabel("memory: R² of what is read")
    axes[1, 0].set_ylabel("gradient: relative influence")
    axes[0, 0].plot([], [], ":", color=INK, label="before training")
    handles = axes[0, 0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside lower center", ncols=3)
    figure.set_label(f"{TOLD} steps back. {'; '.join(said)}.")
    return figure
