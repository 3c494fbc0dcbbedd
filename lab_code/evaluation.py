"""Scores with their uncertainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import bootstrap
from sklearn.metrics import accuracy_score, confusion_matrix

from lab_code.recordings import CLASSES

CONFIDENCE = 0.95
N_RESAMPLES = 2000


@dataclass(frozen=True)
class Accuracy:
    """A share of right answers, with its confidence interval.

    Parameters
    ----------
    value, low, high : float
        From 0 to 1; 95 of 100 such intervals hold the accuracy on all recordings of this kind.
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.1%} ({self.low:.1%} to {self.high:.1%})"


@dataclass(frozen=True, eq=False)
class Scores:
    """How well labels were predicted.

    Parameters
    ----------
    accuracy : Accuracy
        Over all items.
    per_class : dict of str to Accuracy
        Over the items of each class: what the course lab calls the accuracy of a class, and
        scikit-learn its recall.
    confusion : DataFrame of int, shape (class, class)
        Items of each true class (row) that were given each class (column).
    """

    accuracy: Accuracy
    per_class: dict[str, Accuracy]
    confusion: pd.DataFrame

    def to_table(self) -> pd.DataFrame:
        """Return one row for each class and one for all: accuracy and interval, in percent."""
        rows = {**self.per_class, "all": self.accuracy}
        table = pd.DataFrame({name: vars(accuracy) for name, accuracy in rows.items()}).T * 100
        return table.set_axis(["accuracy (%)", "from", "to"], axis=1).round(1)


def score(
    labels: np.ndarray,
    predicted: np.ndarray,
    recording: np.ndarray,
    *,
    classes: dict[int, str] = CLASSES,
    seed: int = 0,
) -> Scores:
    """Compare predicted labels with the true ones.

    The intervals come from a bootstrap over recordings: whole recordings are drawn with
    replacement, since seconds of one recording are alike and drawing them one by one would
    promise too much. Where all answers are right, or all wrong, there is nothing to resample and
    the interval is a point; it then says less than it seems to.

    Parameters
    ----------
    labels, predicted : ndarray of int, shape (item,)
        Keys of `classes`.
    recording : ndarray of int, shape (item,)
        The recording that each item was cut from.
    classes : dict of int to str
        The labels that there are, and their names; by default the five of the recordings.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Scores
        Classes without an item are left out of `Scores.per_class`.

    Raises
    ------
    ValueError
        If the arrays are empty or differ in length, or a label is no key of `classes`.
    """
    labels, predicted, recording = map(np.asarray, (labels, predicted, recording))
    if not len(labels) == len(predicted) == len(recording) > 0:
        raise ValueError(
            f"labels, predicted and recording need one entry an item, not "
            f"{len(labels)}, {len(predicted)} and {len(recording)}"
        )
    if not np.isin([labels, predicted], list(classes)).all():
        raise ValueError(f"labels and predicted must be among {list(classes)}")
    names = list(classes.values())
    return Scores(
        accuracy=_accuracy(labels, predicted, recording, seed),
        per_class={
            name: _accuracy(labels[of], predicted[of], recording[of], seed)
            for label, name in classes.items()
            if (of := labels == label).any()
        },
        confusion=pd.DataFrame(
            confusion_matrix(labels, predicted, labels=list(classes)), index=names, columns=names
        ),
    )


def _accuracy(labels, predicted, recording, seed) -> Accuracy:
    value = float(accuracy_score(labels, predicted))
    right = pd.Series(labels == predicted).groupby(recording).agg(["sum", "count"])
    if len(right) == 1 or value in (0.0, 1.0):
        return Accuracy(value, value, value)  # every resample is the same
    interval = bootstrap(
        (right["sum"].to_numpy(), right["count"].to_numpy()),
        lambda right, count, axis: right.sum(axis=axis) / count.sum(axis=axis),
        n_resamples=N_RESAMPLES,
        confidence_level=CONFIDENCE,
        paired=True,
        vectorized=True,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Accuracy(value, float(interval.low), float(interval.high))
