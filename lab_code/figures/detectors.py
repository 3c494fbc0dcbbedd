"""Drawings of detectors of seizures."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lab_code.detection import Bedside, calibration_error, share_right
from lab_code.figures import INK, NETWORK_COLOURS, QUIET, SEIZURE_COLOUR

LOOKS = (
    {"color": INK, "ls": ":"},
    {"color": NETWORK_COLOURS["GRU"], "ls": "-"},
    {"color": QUIET, "ls": "--"},
)
"""How detectors are drawn, in their order."""


def joined_sequence(detectors: dict[str, Bedside], sampling_rate: float) -> Figure:
    """Draw a joined recording of two seizures, and below it what detectors say at each step.

    Parameters
    ----------
    detectors : dict of str to Bedside
        What to call each detector, and what it said; as many as `LOOKS`.
    sampling_rate : float
        Samples a second.

    Examples
    --------
    >>> from lab_code.detection import Bedside, fit_thresholds, join_folds
    >>> from lab_code.figures.detectors import joined_sequence
    >>> from lab_code.protocol import BY_MOMENT
    >>> from lab_code.sources import load
    >>> from lab_code.splits import five_folds
    >>> recordings = load("simulated")
    >>> splits = five_folds(recordings, BY_MOMENT)[:2]
    >>> folds = join_folds(recordings, splits, (8, 4, 4), n_steps=200, samples_per_step=16)
    >>> worth = Bedside.of(fit_thresholds(folds), folds, recordings.sampling_rate / 16, 60)
    >>> figure = joined_sequence({"deviation": worth}, recordings.sampling_rate)
    >>> [axis.get_xlabel() for axis in figure.axes]
    ['', 'seconds']
    """
    joined = next(iter(detectors.values())).test
    row = int(np.argmax((np.diff(joined.states) == 1).sum(axis=1) == 2))
    colour = SEIZURE_COLOUR
    signal, states = joined.samples[row], joined.states[row]
    time = np.arange(len(signal)) / sampling_rate
    in_seizure = np.repeat(states == 1, joined.samples_per_step)
    figure, axes = plt.subplots(2, 1, figsize=(6, 4.2), sharex=True)
    axes[0].plot(time, np.where(in_seizure, np.nan, signal), color=QUIET, lw=0.8)
    axes[0].plot(time, np.where(in_seizure, signal, np.nan), color=colour, lw=0.8)
    axes[0].set(ylabel="counts", title="Joined recordings; seizures in colour")
    axes[1].fill_between(time, in_seizure, color=colour, alpha=0.2, lw=0)
    heard = np.arange(1, len(states) + 1) * joined.samples_per_step / sampling_rate
    right = {}
    for look, (name, of) in zip(LOOKS, detectors.items(), strict=False):
        axes[1].plot(heard, of.probability[row], label=name, **look)
        right[name] = ((of.probability[row] > 0.5) == states).mean()
    axes[1].set(xlabel="seconds", title="Probability of a seizure, at every step")
    figure.legend(loc="outside lower center", ncols=len(detectors))
    shares = ", ".join(f"{name} {share:.0%}" for name, share in right.items())
    n_seizures = int((np.diff(states, prepend=0) == 1).sum())
    figure.set_label(
        f"A joined recording of {time[-1]:.0f} seconds; it has {n_seizures} seizures. Share of "
        f"the steps at which each detector is right: {shares}."
    )
    return figure


def alarms(detectors: dict[str, Bedside], allowed: float) -> Figure:
    """Draw the share of seizures that are announced against the false alarms an hour.

    Parameters
    ----------
    detectors : dict of str to Bedside
        What to call each detector, and what it was worth; as many as `LOOKS`.
    allowed : float
        The false alarms an hour that thresholds were set for beforehand.

    Examples
    --------
    >>> from lab_code.detection import Bedside, fit_thresholds, join_folds
    >>> from lab_code.figures.detectors import alarms
    >>> from lab_code.protocol import BY_MOMENT
    >>> from lab_code.sources import load
    >>> from lab_code.splits import five_folds
    >>> recordings = load("simulated")
    >>> splits = five_folds(recordings, BY_MOMENT)[:2]
    >>> folds = join_folds(recordings, splits, (8, 4, 4), n_steps=200, samples_per_step=16)
    >>> worth = Bedside.of(fit_thresholds(folds), folds, recordings.sampling_rate / 16, 60)
    >>> figure = alarms({"deviation": worth}, allowed=60)
    >>> figure.axes[0].get_xlabel()
    'false alarms an hour'
    """
    figure, axis = plt.subplots(figsize=(6, 3.8))
    axis.axvline(allowed, color=INK, lw=0.8, ls=":")
    sizes = (13, 8, 8)  # marks that may lie over each other
    for look, size, (name, of) in zip(LOOKS, sizes, detectors.items(), strict=False):
        points = of.curve.sort_values("false_per_hour")
        best = points["sensitivity"].cummax()
        axis.step(points["false_per_hour"], best, where="post", label=name, **look)
        found = of.beforehand
        mark = {"mfc": "none", "mew": 2, "ms": size, "color": look["color"]}
        axis.plot(found.false_per_hour, found.sensitivity, "o", **mark)
    axis.set(
        xscale="log",
        xlim=(1, 200),
        ylim=(0, 1),
        xlabel="false alarms an hour",
        title="Seizures that are announced",
    )
    axis.yaxis.set_major_formatter("{x:.0%}")
    axis.xaxis.set_major_formatter("{x:.0f}")
    axis.legend(loc="lower right")
    said = "; ".join(
        f"{name} {of.beforehand.sensitivity:.0%} with {of.beforehand.false_per_hour:.0f} an hour"
        for name, of in detectors.items()
    )
    figure.set_label(
        f"Share of seizures announced against false alarms an hour. With thresholds set "
        f"beforehand for {allowed:.0f} an hour: {said}."
    )
    return figure


def trust(detectors: dict[str, Bedside]) -> Figure:
    """Draw what share of alarms is right when seizures are rare, and whether probabilities hold.

    Parameters
    ----------
    detectors : dict of str to Bedside
        What to call each detector, and what it was worth; as many as `LOOKS`.

    Examples
    --------
    >>> from lab_code.detection import Bedside, fit_thresholds, join_folds
    >>> from lab_code.figures.detectors import trust
    >>> from lab_code.protocol import BY_MOMENT
    >>> from lab_code.sources import load
    >>> from lab_code.splits import five_folds
    >>> recordings = load("simulated")
    >>> splits = five_folds(recordings, BY_MOMENT)[:2]
    >>> folds = join_folds(recordings, splits, (8, 4, 4), n_steps=200, samples_per_step=16)
    >>> worth = Bedside.of(fit_thresholds(folds), folds, recordings.sampling_rate / 16, 60)
    >>> figure = trust({"deviation": worth})
    >>> [axis.get_xlabel() for axis in figure.axes]
    ['seizures a day', 'probability said']
    """
    figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.4))
    per_day = np.geomspace(0.03, 1000, 100)
    axes[1].plot([0, 1], [0, 1], color=INK, lw=0.8, ls=":")
    daily = {}
    for look, (name, of) in zip(LOOKS, detectors.items(), strict=False):
        found = of.beforehand.sensitivity, of.beforehand.false_per_hour
        axes[0].plot(per_day, share_right(*found, per_day), **look)
        table = of.reliability
        axes[1].plot(table["said"], table["came"], marker="o", ms=4, label=name, **look)
        daily[name] = share_right(*found, 1)
    axes[0].set(xscale="log", yscale="log", xlabel="seizures a day", title="Alarms that are right")
    axes[0].yaxis.set_major_formatter(lambda share, _: f"{100 * share:g}%")
    axes[1].set(xlim=(0, 1), ylim=(0, 1), xlabel="probability said", title="How often it came true")
    axes[1].xaxis.set_major_formatter("{x:.0%}")
    axes[1].yaxis.set_major_formatter("{x:.0%}")
    figure.legend(loc="outside lower center", ncols=len(detectors))
    rare = ", ".join(f"{name} {share:.1%}" for name, share in daily.items())
    off = ", ".join(
        f"{name} {100 * calibration_error(of.reliability):.1f}" for name, of in detectors.items()
    )
    figure.set_label(
        f"Left, alarms that are right at one seizure a day: {rare}. Right, by how many points the "
        f"probabilities are off on average: {off}."
    )
    return figure
