"""Whether probabilities can be believed."""

from __future__ import annotations

import numpy as np
import pandas as pd


def reliability(probability: np.ndarray, states: np.ndarray, n_bins: int = 10) -> pd.DataFrame:
    """Compare probabilities with how often what they say comes true.

    Parameters
    ----------
    probability : ndarray of float, any shape
        Of a seizure.
    states : ndarray of int, of the same shape
        1 during a seizure, else 0.
    n_bins : int
        Of equal width, from 0 to 1; empty ones are left out.

    Returns
    -------
    DataFrame
        One row a bin: the mean probability ``said``, the share of seizures that ``came``, and the
        number ``n`` of answers.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.detection.calibration import reliability
    >>> probability = np.array([0.1, 0.1, 0.9, 0.9, 0.9, 0.9])
    >>> states = np.array([0, 0, 1, 1, 1, 0])
    >>> print(reliability(probability, states, n_bins=2).round(2))
       said  came  n
    0   0.1  0.00  2
    1   0.9  0.75  4
    """
    said, came = np.ravel(probability), np.ravel(states)
    bins = np.minimum((said * n_bins).astype(int), n_bins - 1)
    table = pd.DataFrame({"said": said, "came": came, "n": 1}).groupby(bins)
    return table.agg({"said": "mean", "came": "mean", "n": "sum"})


def calibration_error(table: pd.DataFrame) -> float:
    """Return by how much probabilities are off, on average over all answers.

    Parameters
    ----------
    table : DataFrame
        From `reliability`.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.detection.calibration import calibration_error, reliability
    >>> boast = np.full(10, 0.9)  # sure each time, and right every other time
    >>> round(calibration_error(reliability(boast, np.arange(10) % 2)), 2)
    0.4
    """
    return float(np.average((table["said"] - table["came"]).abs(), weights=table["n"]))
