"""Fixed features and a classifier without a state: what a practitioner might pick instead.

As implemented in the package aeon, with its defaults, on one thread.
"""

from __future__ import annotations

import time

import numpy as np

from lab_code.long.trial import LongTrial
from lab_code.recordings import Recordings, Seconds
from lab_code.seeds import set_seed


def minirocket(
    items: Recordings | Seconds, train: np.ndarray, test: np.ndarray, seed: int
) -> LongTrial:
    """Ten thousand convolutions with fixed kernels, and ridge regression (Dempster et al. 2021)."""
    from aeon.classification.convolution_based import MiniRocketClassifier

    classifier = MiniRocketClassifier(random_state=seed, n_jobs=1)
    return _fit(classifier, lambda: classifier.estimator_, items, train, test, seed)


def multirocket_hydra(
    items: Recordings | Seconds, train: np.ndarray, test: np.ndarray, seed: int
) -> LongTrial:
    """Two sets of random convolutions, and ridge regression (Dempster et al. 2023)."""
    from aeon.classification.convolution_based import MultiRocketHydraClassifier

    classifier = MultiRocketHydraClassifier(random_state=seed, n_jobs=1)
    return _fit(classifier, lambda: classifier.classifier, items, train, test, seed)


def quant(items: Recordings | Seconds, train: np.ndarray, test: np.ndarray, seed: int) -> LongTrial:
    """Quantiles of intervals of the signal, and random trees (Dempster et al. 2024)."""
    from aeon.classification.interval_based import QUANTClassifier

    classifier = QUANTClassifier(random_state=seed)
    return _fit(classifier, None, items, train, test, seed)


def _fit(classifier, ridge, items, train, test, seed) -> LongTrial:
    set_seed(seed)
    samples = items.samples[:, None].astype(np.float32)  # (item, channel, time)
    start = time.perf_counter()
    classifier.fit(samples[train], items.labels[train])
    seconds = time.perf_counter() - start
    if ridge is None:
        return LongTrial(classifier.predict_proba(samples[test]), seconds, 0)
    # aeon would return 1 for the chosen class; the scores behind the choice are taken instead, so
    # that several trials can be averaged as those of a network are
    ridge().predict = ridge().decision_function
    return LongTrial(classifier.predict(samples[test]), seconds, 0)
