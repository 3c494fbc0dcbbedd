"""What one trial of a long experiment returns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class LongTrial(NamedTuple):
    """What one trained method said of its test part.

    Parameters
    ----------
    scores : ndarray, shape (item, class)
        Higher for a likelier class: probabilities, where a method gives them. They can be averaged
        over several trials.
    seconds : float
        Training time, in seconds.
    n_parameters : int
        Parameters trained by gradient descent; 0 for a method that has none.
    """

    scores: np.ndarray
    seconds: float
    n_parameters: int

    @property
    def predicted(self) -> np.ndarray:
        """Ndarray of int, shape (item,): the label with the highest score."""
        return self.scores.argmax(axis=1) + 1
