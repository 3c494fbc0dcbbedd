"""Models without a network: logistic regression on the spectrum, or on one number."""

from __future__ import annotations

import time

import numpy as np
from scipy.signal import welch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lab_code.long.trial import LongTrial
from lab_code.recordings import SAMPLING_RATE, Recordings, Seconds
from lab_code.seeds import set_seed

WINDOW = 128
"""Samples in a window of the spectrum."""


def logistic_regression(
    items: Recordings | Seconds, train: np.ndarray, test: np.ndarray, seed: int
) -> LongTrial:
    """Tell the class of an item by the spectrum of the whole item."""
    _, power = welch(items.samples.astype(float), SAMPLING_RATE, nperseg=WINDOW)
    return _fit(np.log(power[:, 1:] + 1), items.labels, train, test, seed)  # without the mean


def deviation(
    items: Recordings | Seconds, train: np.ndarray, test: np.ndarray, seed: int
) -> LongTrial:
    """Tell the class by the standard deviation alone; for a seizure, this is a threshold."""
    features = np.log(items.samples.astype(float).std(axis=1, keepdims=True) + 1)
    return _fit(features, items.labels, train, test, seed)


def _fit(features, labels, train, test, seed) -> LongTrial:
    set_seed(seed)
    start = time.perf_counter()
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
    model.fit(features[train], labels[train])
    seconds = time.perf_counter() - start
    return LongTrial(model.predict_proba(features[test]), seconds, model[-1].coef_.size)
