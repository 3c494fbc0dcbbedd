"""A linear recurrence whose state holds the last samples (Voelker et al. 2019; Gu et al. 2020)."""

from __future__ import annotations

import numpy as np
from numpy.polynomial.legendre import legvander
from scipy.signal import cont2discrete


def recurrence(n: int, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the recurrence that keeps Legendre coefficients of the last samples up to date.

    Parameters
    ----------
    n : int
        Numbers in the state.
    window : int
        Samples that it is to hold.

    Returns
    -------
    matrix : ndarray, shape (n, n)
    weights : ndarray, shape (n,)
        One step is ``h = matrix @ h + weights * x``.

    Examples
    --------
    >>> from lab_code.legendre import recurrence
    >>> matrix, weights = recurrence(n=8, window=100)
    >>> matrix.shape, weights.shape
    ((8, 8), (8,))
    """
    i, j = np.arange(n)[:, None], np.arange(n)
    matrix = np.where(i < j, -1.0, (-1.0) ** (i - j + 1)) * (2 * i + 1) / window
    weights = (-1.0) ** i * (2 * i + 1) / window
    matrix, weights, *_ = cont2discrete((matrix, weights, np.eye(n), 0 * weights), 1.0)
    return matrix, weights[:, 0]


def rebuild(samples: np.ndarray, n: int, window: int) -> np.ndarray:
    """Read samples one by one into a state, and rebuild the last of them from it.

    Parameters
    ----------
    samples : ndarray, shape (recording, time)
    n, window : int
        As for `recurrence`.

    Returns
    -------
    ndarray, shape (recording, window)
        From the oldest to the newest.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.legendre import rebuild
    >>> wave = np.sin(np.arange(1000) / 20)[None]
    >>> bool(np.abs(rebuild(wave, n=16, window=200) - wave[:, -200:])[0, 20:].max() < 0.05)
    True
    """
    matrix, weights = recurrence(n, window)
    h = np.zeros((len(samples), n))
    for x in samples.T:
        h = h @ matrix.T + x[:, None] * weights
    back = (np.arange(window)[::-1] + 0.5) / window  # the middle of each sample's step
    return h @ legvander(2 * back - 1, n - 1).T
