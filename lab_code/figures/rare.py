"""Drawings of alarms for what is rare: whether to believe them, and what they are worth."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lab_code.figures import INK, NETWORK_COLOURS, QUIET, SEIZURE_COLOUR
from lab_code.tasks.rare import benefit, share_right

LOOKS = {
    "plain": {"color": NETWORK_COLOURS["GRU"], "ls": "-", "marker": "o"},
    "weighted": {"color": NETWORK_COLOURS["LSTM"], "ls": "--", "marker": "s"},
    "put back": {"color": NETWORK_COLOURS["feed-forward"], "ls": ":", "marker": "D"},
}
"""How networks with and without class weights are drawn."""

THRESHOLDS = np.linspace(0.01, 0.5, 50)
BINS = np.linspace(0, 1, 11)
POINTS = {"textcoords": "offset points", "ha": "right"}


def trust_and_worth(
    probability: Mapping[str, np.ndarray], seizure: np.ndarray, counts: np.ndarray
) -> Figure:
    """Draw how often what is said comes true, and the net benefit by threshold.

    Parameters
    ----------
    probability : mapping of str to ndarray, shape (second,)
        Of a seizure, from networks named as in `LOOKS`.
    seizure : ndarray of bool, shape (second,)
    counts : ndarray, shape (second,)
        How often each second counts; 1 on average.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.figures.rare import trust_and_worth
    >>> seizure = np.arange(100) < 20
    >>> said = {"plain": np.where(seizure, 0.9, 0.1)}
    >>> trust_and_worth(said, seizure, np.ones(100)).get_label().split(": ")[-1]
    'plain 20.0, an alarm always 11.1, never 0.'
    """

    def worth(of, at):
        return np.average(benefit(of, seizure, at), weights=counts)

    always = np.ones(len(seizure))
    figure, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.6))
    left.plot([0, 1], [0, 1], color=INK, lw=0.8, ls=(0, (1, 2)))
    for name, of in probability.items():
        bins = np.clip(np.digitize(of, BINS) - 1, 0, len(BINS) - 2)
        n, came, mean = (
            np.bincount(bins, counts * values, len(BINS) - 1) for values in (1, seizure, of)
        )
        some = np.bincount(bins, minlength=len(n)) >= 20
        left.plot(mean[some] / n[some], came[some] / n[some], ms=4, label=name, **LOOKS[name])
        line = [worth(of, at) for at in THRESHOLDS]
        right.plot(THRESHOLDS, line, label=name, **LOOKS[name] | {"marker": None})
    falling = np.array([worth(always, at) for at in THRESHOLDS])
    right.plot(THRESHOLDS, falling, color=QUIET, lw=1)
    right.axhline(0, color=QUIET, lw=1)
    top = np.average(seizure, weights=counts)
    right.set(ylim=(-top, 1.1 * top), xlabel="threshold", title="net benefit of alarms")
    place = THRESHOLDS[np.argmax(falling < -0.5 * top)]
    right.text(place - 0.01, -0.5 * top, "always", color=QUIET, ha="right")
    right.text(0.5, 0.02 * top, "never", color=QUIET, ha="right", va="bottom")
    left.set(xlabel="probability that is said", title="share that are seizures")
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    by_name = probability | {"an alarm always": always}
    said = [f"{name} {100 * worth(of, 0.1):.1f}" for name, of in by_name.items()]
    figure.set_label(
        "How often a seizure comes that is said to be so likely, and the net benefit by threshold. "
        f"In hundredths, at a threshold of 10 %: {', '.join(said)}, never 0."
    )
    return figure


def right_by_share(found: float, false: float) -> Figure:
    """Draw what share of alarms is right, by the share of seconds that are from a seizure.

    Parameters
    ----------
    found : float
        The share of seizures' seconds with an alarm.
    false : float
        That of the others.

    Examples
    --------
    >>> from lab_code.figures.rare import right_by_share
    >>> right_by_share(found=0.9, false=0.01).get_label()
    'Share of alarms that are right: 96% if 1 second in 5 is from a seizure, 8% if 1 in 1000 is.'
    """
    figure, axis = plt.subplots(figsize=(6, 3.2))
    shares = np.logspace(-4, 0, 200)
    axis.semilogx(shares, share_right(shares, found, false), color=SEIZURE_COLOUR)
    said = []
    for one_in in (5, 20, 100, 1000):
        value = share_right(1 / one_in, found, false)
        axis.plot(1 / one_in, value, "o", color=SEIZURE_COLOUR)
        axis.annotate(f"1 in {one_in}: {value:.0%}", (1 / one_in, value), (-6, 6), **POINTS)
        said.append(f"{value:.0%} if 1 {{}}in {one_in} is")
    axis.set(ylim=(0, 1.1), xlabel="share of seconds from a seizure", title="alarms that are right")
    axis.yaxis.set_major_formatter("{x:.0%}")
    figure.set_label(
        f"Share of alarms that are right: {said[0].format('second ')} from a seizure, "
        f"{said[3].format('')}."
    )
    return figure
