"""Seizures that are rare, and what an alarm for them is worth."""

from __future__ import annotations

import numpy as np


def thin(
    rows: np.ndarray, seizure: np.ndarray, moment: np.ndarray, share: float, seed: int
) -> np.ndarray:
    """Keep all that is not from a seizure, and few moments of seizures, each as a whole.

    Parameters
    ----------
    rows : ndarray of int
        Numbers of seconds, of a training part.
    seizure : ndarray of bool, shape (second,)
        Of all seconds.
    moment : ndarray of int, shape (second,)
    share : float
        Of what is kept, that from seizures: at least this, if there are so many, and at most by
        one moment more.
    seed : int
        Decides which moments are kept.

    Returns
    -------
    ndarray of int
        Some of the rows, in their order.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.tasks.rare import thin
    >>> seizure, moment = np.arange(100) < 50, np.arange(100) // 2
    >>> kept = thin(np.arange(100), seizure, moment, share=0.1, seed=0)
    >>> int(seizure[kept].sum()), int((~seizure[kept]).sum())
    (6, 50)
    """
    rare = np.unique(moment[rows[seizure[rows]]])
    rare = np.random.default_rng(seed).permutation(rare)
    n = np.cumsum([(moment[rows] == one).sum() for one in rare])
    enough = share / (1 - share) * (~seizure[rows]).sum()
    kept = rare[: np.searchsorted(n, enough) + 1]
    return rows[~seizure[rows] | np.isin(moment[rows], kept)]


def benefit(probability: np.ndarray, seizure: np.ndarray, at: float) -> np.ndarray:
    """Return the net benefit of an alarm above a threshold (Vickers and Elkin 2006), by second.

    Parameters
    ----------
    probability : ndarray, shape (second,)
        Of a seizure.
    seizure : ndarray of bool, shape (second,)
    at : float
        The threshold, below 1. Who sets it to 0.1 takes nine false alarms for one seizure.

    Returns
    -------
    ndarray, shape (second,)
        1 for a seizure that is found, minus the odds of the threshold for a false alarm, and 0
        without an alarm.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.tasks.rare import benefit
    >>> probability, seizure = np.array([0.9, 0.9, 0.1]), np.array([True, False, True])
    >>> benefit(probability, seizure, at=0.5)
    array([ 1., -1.,  0.])
    """
    return (probability > at) * np.where(seizure, 1.0, -at / (1 - at))


def share_right(share: float | np.ndarray, found: float, false: float) -> float | np.ndarray:
    """Return the share of alarms that are right, by Bayes' rule; 0 if there is no alarm at all.

    Parameters
    ----------
    share : float or ndarray
        Of seconds that are from a seizure.
    found, false : float
        The share of these with an alarm, and that of the others.

    Examples
    --------
    >>> from lab_code.tasks.rare import share_right
    >>> float(share_right(share=0.001, found=0.9, false=0.01).round(3))
    0.083
    """
    right, alarms = share * found, share * found + (1 - share) * false
    return np.divide(right, alarms, out=np.zeros_like(alarms), where=alarms > 0)[()]
