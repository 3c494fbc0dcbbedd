"""Which recordings are electrodes of one moment, found from the samples alone.

The recordings were cut from recordings of many electrodes at once, with a common reference
(Andrzejak et al. 2001), so two of them can show the same seconds of the same brain. Such recordings
resemble each other sample by sample, perhaps with a small shift; recordings of different moments do
not. Which recordings belong together was never published.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import fft
from scipy.sparse.csgraph import connected_components

from lab_code.files import cache_folder, open_regular, write_whole

log = logging.getLogger(__name__)

MAX_LAG = 300
"""Samples by which one recording may be shifted against the other: 1.7 s."""

THRESHOLD = 0.5
"""Recordings that correlate more than this count as electrodes of one moment.

Recordings of different states cannot be of one moment, except for the two places between seizures.
None of these impossible pairs exceeds 0.36, and no pair of one state exceeds 0.43 if one of the two
is played backwards: that is how far chance goes. Hundreds of pairs lie far above.
"""

N_COMPARED = 4094
"""Samples that are compared: as many as every layout of the recordings has."""


def correlations(samples: np.ndarray, max_lag: int = MAX_LAG) -> np.ndarray:
    """Return how much the two recordings of each pair resemble each other, at the best shift.

    Parameters
    ----------
    samples : ndarray of int, shape (recording, time)
    max_lag : int
        The largest shift of one against the other, in samples.

    Returns
    -------
    ndarray of float64, shape (recording, recording)
        From 0 to about 1: the largest absolute cross-correlation, each recording scaled to mean 0
        and deviation 1, each sum of products divided by the samples that overlap. Symmetric, with
        ones on the diagonal.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.moments import correlations
    >>> brain, other = np.random.default_rng(0).normal(size=(2, 1000))
    >>> later = -np.roll(brain, 5)  # by 5 samples, and turned over
    >>> (correlations(np.stack([brain, later, other])) > 0.5).astype(int)
    array([[1, 1, 0],
           [1, 1, 0],
           [0, 0, 1]])
    """
    scaled = samples[:, :N_COMPARED].astype(float)
    n, time = scaled.shape
    max_lag = min(max_lag, time - 1)
    scaled -= scaled.mean(axis=1, keepdims=True)
    # a recording that never changes resembles no other
    scaled /= np.maximum(scaled.std(axis=1, keepdims=True), 1e-12)
    size = fft.next_fast_len(time + max_lag, real=True)  # padded: the ends must not meet
    spectra = fft.rfft(scaled, size, axis=1)
    lags = np.arange(-max_lag, max_lag + 1)
    found = np.eye(n)
    for i in range(n - 1):
        products = fft.irfft(spectra[i].conj() * spectra[i + 1 :], size, axis=1, workers=-1)
        similar = np.abs(products[:, lags]) / (time - np.abs(lags))
        found[i, i + 1 :] = found[i + 1 :, i] = similar.max(axis=1)
    return found


def group(similar: np.ndarray, threshold: float = THRESHOLD) -> np.ndarray:
    """Group recordings by moment: those linked by correlations above a threshold share one.

    Parameters
    ----------
    similar : ndarray, shape (recording, recording)
        From `correlations`.
    threshold : float

    Returns
    -------
    ndarray of int64, shape (recording,)
        The moment of each recording, numbered from 0 in the order of their first recordings.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.moments import group
    >>> similar = np.array([[1.0, 0.9, 0.1], [0.9, 1.0, 0.2], [0.1, 0.2, 1.0]])
    >>> group(similar)
    array([0, 0, 1])
    >>> group(similar, threshold=0.15)  # linked by the one in the middle
    array([0, 0, 0])
    """
    _, linked = connected_components(similar > threshold, directed=False)
    return pd.factorize(linked)[0].astype(np.int64)


def correlations_backwards(samples: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Return how much each recording resembles those of its kind when they are played backwards.

    They have the same rhythms and no moment in common with it: that is how far chance goes.

    Parameters
    ----------
    samples : ndarray of int, shape (recording, time)
    kind : ndarray of int, shape (recording,)

    Returns
    -------
    ndarray of float64, shape (recording, recording)
        As from `correlations`: of each recording with each one backwards, itself too. Zero for
        two of different kinds.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.moments import correlations_backwards
    >>> samples = np.random.default_rng(0).normal(size=(3, 1000))
    >>> backwards = correlations_backwards(samples, kind=np.array([1, 1, 2]))
    >>> backwards.shape
    (3, 3)
    >>> bool(backwards.max() < 0.5)  # as far as chance goes
    True
    >>> float(backwards[0, 2])  # of another kind
    0.0
    """
    found = np.zeros((len(samples), len(samples)))
    for one in np.unique(kind):
        of = samples[kind == one]
        both = correlations(np.concatenate([of, of[:, ::-1]]))
        found[np.ix_(kind == one, kind == one)] = both[: len(of), len(of) :]
    return found


def closest(similar: np.ndarray, folds: Iterable[tuple[np.ndarray, ...]]) -> np.ndarray:
    """Return how much each recording resembles the one most like it of those to learn from.

    Parameters
    ----------
    similar : ndarray, shape (recording, recording)
        From `correlations`.
    folds : iterable of Split
        Of recordings. In each fold, those outside the test part are there to learn from.

    Returns
    -------
    ndarray of float64, shape (recording,)
        NaN for recordings that are in no test part.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.moments import closest
    >>> similar = np.array([[1.0, 0.9, 0.1], [0.9, 1.0, 0.2], [0.1, 0.2, 1.0]])
    >>> fold = np.array([1]), np.array([2]), np.array([0])  # training, validation, test
    >>> closest(similar, [fold])
    array([0.9, nan, nan])
    """
    found = np.full(len(similar), np.nan)
    for *known, test in folds:
        found[test] = similar[np.ix_(test, np.concatenate(known))].max(axis=1)
    return found


def kept_correlations(samples: np.ndarray) -> np.ndarray:
    """Return `correlations`, computed once on this machine and kept in the cache.

    A kept file is used only for the same samples and the same code. A damaged file is made again.
    If the cache cannot be written to, a warning says so, and the result is returned all the same.

    Parameters
    ----------
    samples : ndarray of int16, shape (recording, time)

    Examples
    --------
    >>> from lab_code.moments import group, kept_correlations
    >>> from lab_code.sources import load
    >>> recordings = load("simulated")
    >>> similar = kept_correlations(recordings.samples)
    >>> similar.shape
    (500, 500)
    >>> bool((group(similar) == recordings.moment).all())
    True
    """
    key = hashlib.sha256(Path(__file__).read_bytes())
    key.update(samples[:, :N_COMPARED].astype("<i2").tobytes())
    path = cache_folder() / f"correlations-{key.hexdigest()[:16]}.npy"
    upper = np.triu_indices(len(samples), 1)
    try:
        with open_regular(path) as file:
            kept = np.load(file, allow_pickle=False)
        if kept.shape != upper[0].shape or not ((kept >= 0) & (kept < 1.5)).all():
            raise ValueError("not what was kept")
        found = np.eye(len(samples))
        found[upper] = found[upper[::-1]] = kept
        return found
    except FileNotFoundError:
        pass
    except Exception as error:  # a damaged file can raise almost anything
        log.warning("moments: ignoring the damaged %s: %s", path, error)
    found = correlations(samples)
    try:
        with write_whole(path) as file:
            np.save(file, found[upper])
    except OSError as error:
        log.warning("moments: could not be kept in the cache: %s", error)
    return found
