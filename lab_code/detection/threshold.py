"""A threshold on the standard deviation: what a network has to be better than."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from lab_code.detection.joined import Joined


class DeviationThreshold:
    """A threshold on the standard deviation of the last few steps, which a seizure exceeds.

    It is a logistic regression of the logarithm, so that it gives a probability as well. How many
    steps it looks at is decided by which does best in validation.

    Parameters
    ----------
    train, validation : Joined
    windows : sequence of int
        The numbers of steps to choose from.

    Examples
    --------
    >>> from lab_code.detection import DeviationThreshold, join_parts
    >>> from lab_code.sources import load
    >>> from lab_code.splits import split_by_moment
    >>> recordings = load("simulated")
    >>> how = {"n_steps": 200, "samples_per_step": 16, "seed": 0}
    >>> parts = join_parts(recordings, split_by_moment(recordings), (8, 4, 4), **how)
    >>> large = DeviationThreshold(parts["train"], parts["validation"])
    >>> probability = large(parts["test"])
    >>> probability.shape
    (4, 200)
    >>> bool(((probability > 0.5) == parts["test"].states).mean() > 0.8)
    True
    """

    n_parameters = 2

    def __init__(self, train: Joined, validation: Joined, windows: Sequence[int] = (1, 2, 4, 8)):
        best = -1.0
        for n_steps in windows:
            model = LogisticRegression().fit(_deviation(train, n_steps), train.states.ravel())
            right = model.score(_deviation(validation, n_steps), validation.states.ravel())
            if right > best:
                best, self.n_steps, self.model = right, n_steps, model

    def __call__(self, joined: Joined) -> np.ndarray:
        """Return the probability of a seizure at each step, (sequence, step)."""
        probability = self.model.predict_proba(_deviation(joined, self.n_steps))[:, 1]
        return probability.reshape(joined.states.shape)


def _deviation(joined: Joined, n_steps: int) -> np.ndarray:
    """Return the logarithm of the deviation over the last steps, (sequence x step, 1)."""
    steps = joined.samples.reshape(*joined.states.shape, -1).astype(float)
    n = np.minimum(np.arange(1, steps.shape[1] + 1), n_steps) * joined.samples_per_step

    def mean(values):
        sums = values.sum(axis=2).cumsum(axis=1)
        before = np.pad(sums, ((0, 0), (n_steps, 0)))[:, :-n_steps]
        return (sums - before) / n

    variance = np.maximum(mean(steps**2) - mean(steps) ** 2, 0)
    return np.log(1 + np.sqrt(variance)).reshape(-1, 1)
