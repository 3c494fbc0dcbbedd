"""A model without a network: the logarithm of the spectrum, and logistic regression."""

from __future__ import annotations

import time

import numpy as np
from scipy.signal import welch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lab_code.long.run import Run
from lab_code.recordings import SAMPLING_RATE, Recordings, Seconds
from lab_code.reproducibility import set_seed

WINDOW = 128
"""Samples of a window of the spectrum."""


def logistic_regression(
    items: Recordings | Seconds, train: np.ndarray, test: np.ndarray, seed: int
) -> Run:
    """Read off the spectrum of an item as a whole which class it is of."""
    set_seed(seed)
    start = time.perf_counter()
    _, power = welch(items.samples.astype(float), SAMPLING_RATE, nperseg=WINDOW)
    features = np.log(power[:, 1:] + 1)  # without the mean
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
    model.fit(features[train], items.labels[train])
    seconds = time.perf_counter() - start
    return Run(model.predict_proba(features[test]), seconds, model[-1].coef_.size)
