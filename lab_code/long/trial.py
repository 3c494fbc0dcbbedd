"""What one long training returns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class LongTrial(NamedTuple):
    """What one training said of its test part.

    Parameters
    ----------
    scores : ndarray, shape (item, class)
        The higher, the more a class is believed. Probabilities, where a method gives them; means
        over several trainings are taken of these.
    seconds : float
        Time of training.
    n_parameters : int
        Trained by gradient descent; 0 of a method that has none.
    """

    scores: np.ndarray
    seconds: float
    n_parameters: int

    @property
    def predicted(self) -> np.ndarray:
        """Ndarray of int, shape (item,): the label with the highest score."""
        return self.scores.argmax(axis=1) + 1
