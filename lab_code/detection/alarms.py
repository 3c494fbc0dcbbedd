"""Alarms, against what happened.

An alarm announces a seizure if it begins to sound during it. An alarm that begins between seizures
is false, even if it still sounds when a seizure begins: whoever came and found nothing has switched
it off. Packages that score events, such as timescoring, ask only whether alarm and seizure overlap;
where no alarm sounds at the beginning of a seizure, the counts are the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

WAIT = 0.5
"""Seconds for which a detector has to be sure before an alarm sounds."""


def lasting(probability: np.ndarray, steps_per_second: float, wait: float = WAIT) -> np.ndarray:
    """Return how sure a detector was at the least over the last while.

    An alarm sounds where this is above its threshold: it waits for so long, lest a single step
    sets it off.

    Parameters
    ----------
    probability : ndarray of float, shape (sequence, step)
        Of a seizure.
    steps_per_second : float
    wait : float
        Seconds.

    Returns
    -------
    ndarray of float, shape (sequence, step)
        Minus infinity at the first steps of each sequence, which have too few before them.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.detection.alarms import lasting
    >>> probability = np.array([[0.1, 0.9, 0.2, 0.8, 0.9, 0.9]])
    >>> lasting(probability, steps_per_second=4)  # half a second is two steps
    array([[-inf,  0.1,  0.2,  0.2,  0.8,  0.9]])
    """
    n_steps = max(round(wait * steps_per_second), 1)
    waiting = np.full((len(probability), n_steps - 1), -np.inf)
    padded = np.concatenate([waiting, probability], axis=1)
    return sliding_window_view(padded, n_steps, axis=1).min(axis=2)


@dataclass(frozen=True, eq=False)
class Detections:
    """What a detector made of the seizures.

    Parameters
    ----------
    sequence, onset : ndarray of int, shape (seizure,)
        Where each seizure begins: the sequence and the step.
    delay : ndarray of float, shape (seizure,)
        Seconds from there to the end of the step at which an alarm began; NaN if none did.
    n_false : int
        Alarms that began between seizures.
    hours : float
        Time between seizures.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.detection.alarms import judge
    >>> states = np.array([[0, 0, 1, 1, 1, 0, 1, 1]])
    >>> alarm = np.array([[1, 0, 0, 1, 1, 0, 0, 0]])
    >>> found = judge(alarm, states, steps_per_second=1)
    >>> found.delay  # from the beginning to the end of the step of the alarm
    array([ 2., nan])
    >>> found.sensitivity
    0.5
    >>> found.n_false
    1
    """

    sequence: np.ndarray
    onset: np.ndarray
    delay: np.ndarray
    n_false: int
    hours: float

    @property
    def announced(self) -> np.ndarray:
        """Ndarray of bool, shape (seizure,): whether an alarm began during each seizure."""
        return np.isfinite(self.delay)

    @property
    def sensitivity(self) -> float:
        """The share of seizures that were announced."""
        return float(self.announced.mean())

    @property
    def false_per_hour(self) -> float:
        """False alarms in an hour between seizures."""
        return self.n_false / self.hours


def judge(alarm: np.ndarray, states: np.ndarray, steps_per_second: float) -> Detections:
    """Compare alarms with seizures.

    Parameters
    ----------
    alarm : ndarray of bool, shape (sequence, step)
        Whether the alarm sounds.
    states : ndarray of int, shape (sequence, step)
        1 during a seizure, else 0.
    steps_per_second : float

    Returns
    -------
    Detections

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.detection.alarms import judge
    >>> states = np.array([[0, 0, 1, 1]])
    >>> judge(np.array([[0, 1, 1, 1]]), states, steps_per_second=1).announced  # it began too early
    array([False])
    >>> judge(np.array([[0, 0, 1, 1]]), states, steps_per_second=1).announced
    array([ True])
    """
    seizure = np.asarray(states) == 1
    begins, onsets = beginnings(np.asarray(alarm, dtype=bool)), beginnings(seizure)
    sequence, onset = np.nonzero(onsets)
    number = onsets.cumsum().reshape(onsets.shape) - 1  # of the seizure that began last
    row, step = np.nonzero(begins & seizure)
    announced, first = np.unique(number[row, step], return_index=True)
    delay = np.full(len(onset), np.nan)
    delay[announced] = (step[first] - onset[announced] + 1) / steps_per_second
    hours = float((~seizure).sum() / steps_per_second / 3600)
    return Detections(sequence, onset, delay, int((begins & ~seizure).sum()), hours)


def sweep(
    sure: np.ndarray, states: np.ndarray, steps_per_second: float, n_thresholds: int = 100
) -> pd.DataFrame:
    """Judge a detector at many thresholds.

    Parameters
    ----------
    sure : ndarray of float, shape (sequence, step)
        From `lasting`; the alarm sounds where it is above the threshold.
    states : ndarray of int, shape (sequence, step)
    steps_per_second : float
    n_thresholds : int
        At most; they lie closest where an alarm is rare.

    Returns
    -------
    DataFrame
        One row a threshold, from the lowest: ``threshold``, ``sensitivity``, ``false_per_hour``.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.detection.alarms import sweep
    >>> states = np.array([[0, 0, 0, 1, 1, 0]])
    >>> sure = np.array([[0.1, 0.6, 0.1, 0.5, 0.9, 0.1]])
    >>> points = sweep(sure, states, steps_per_second=1, n_thresholds=10)
    >>> bool(points["sensitivity"].iloc[-1] == 1)
    True
    >>> bool(points["false_per_hour"].iloc[-1] == 0)  # at the highest threshold
    True
    """
    between = sure[(states == 0) & np.isfinite(sure)]
    # share of the steps between seizures above the threshold; none is above the highest
    above = np.append(0, np.geomspace(1 / len(between), 1, n_thresholds - 1))
    rows = []
    for threshold in np.unique(np.quantile(between, 1 - above)):
        found = judge(sure > threshold, states, steps_per_second)
        rows.append((threshold, found.sensitivity, found.false_per_hour))
    return pd.DataFrame(rows, columns=["threshold", "sensitivity", "false_per_hour"])


def threshold_for(points: pd.DataFrame, false_per_hour: float) -> float:
    """Return the threshold that announces most, of those with few enough false alarms.

    Parameters
    ----------
    points : DataFrame
        From `sweep`.
    false_per_hour : float
        How many are allowed.

    Examples
    --------
    >>> import pandas as pd
    >>> from lab_code.detection.alarms import threshold_for
    >>> points = {"threshold": [0.2, 0.5, 0.9], "sensitivity": [1.0, 0.9, 0.5]}
    >>> points = pd.DataFrame(points | {"false_per_hour": [40.0, 3.0, 0.0]})
    >>> threshold_for(points, false_per_hour=5)
    0.5
    """
    allowed = points[points["false_per_hour"] <= false_per_hour]
    return float(allowed["threshold"][allowed["sensitivity"].idxmax()])


def share_right(
    sensitivity: float | np.ndarray,
    false_per_hour: float | np.ndarray,
    seizures_per_day: float | np.ndarray,
) -> float | np.ndarray:
    """Return the share of alarms that announce a seizure, by Bayes' theorem.

    Parameters
    ----------
    sensitivity : float or ndarray
        The share of seizures that are announced, each by one alarm.
    false_per_hour : float or ndarray
    seizures_per_day : float or ndarray
        Short ones: the day is taken to be time between seizures.

    Examples
    --------
    >>> from lab_code.detection.alarms import share_right
    >>> share = share_right(sensitivity=0.98, false_per_hour=1, seizures_per_day=1)
    >>> f"{share:.0%}"  # one alarm in 25, of a detector that misses one seizure in 50
    '4%'
    """
    announced = sensitivity * seizures_per_day
    return announced / np.maximum(announced + 24 * false_per_hour, 1e-12)  # 0 without any alarm


def beginnings(on: np.ndarray) -> np.ndarray:
    """Return where something begins in each row: it is on, and was not a step before.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.detection.alarms import beginnings
    >>> beginnings(np.array([[True, True, False, True]]))
    array([[ True, False, False,  True]])
    """
    before = np.pad(on, ((0, 0), (1, 0)))[:, :-1]
    return on & ~before
