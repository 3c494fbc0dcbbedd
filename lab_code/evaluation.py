"""Scores with their uncertainty, and the difference between two on the same items.

The uncertainty measured here is how far a score would move if other moments of the same people had
been recorded and the networks were the same. It does not cover other people, other moments to learn
from, other folds or other seeds. Moments are resampled with replacement, each with all its items (a
*bootstrap* by moment): items of one moment tend to be right or wrong together, and resampling them
one by one would promise too much. Each class keeps its number of moments, as splits keep its share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import betaincinv, ndtri, stdtrit

from lab_code.recordings import CLASSES

CONFIDENCE = 0.95
N_RESAMPLES = 2000

DECISIVE = 6
"""Moments in which two results must differ before they can be told apart: five would all go the
same way by chance in one case of 16."""


@dataclass(frozen=True)
class Accuracy:
    """A share of right answers, with its confidence interval.

    Parameters
    ----------
    value, low, high : float
        From 0 to 1; about 95 of 100 such intervals contain the accuracy of these networks, as
        they are trained, on other moments like these.

    Examples
    --------
    >>> from lab_code.evaluation import Accuracy
    >>> print(Accuracy(value=0.75, low=0.6, high=0.87))
    75.0% (60.0% to 87.0%)
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.1%} ({self.low:.1%} to {self.high:.1%})"


@dataclass(frozen=True)
class Difference:
    """How far one share of right answers is above another, with its confidence interval.

    Parameters
    ----------
    value, low, high : float
        From -1 to 1. If the whole interval is above 0, or below it, the two methods, as trained
        here, can be told apart.

    Examples
    --------
    >>> from lab_code.evaluation import Difference
    >>> ahead = Difference(value=0.05, low=0.01, high=0.09)
    >>> print(ahead)
    +5.0 points (+1.0 to +9.0)
    >>> ahead.low > 0  # the first is better
    True
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        value, low, high = (f"{100 * part:+.1f}" for part in (self.value, self.low, self.high))
        return f"{value} points ({low} to {high})"


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
        Number of items of each true class (row) that were predicted as each class (column).

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.evaluation import score
    >>> labels = np.array([1, 1, 1, 1, 5, 5, 5, 5])
    >>> predicted = np.array([1, 1, 1, 5, 5, 5, 5, 5])
    >>> scores = score(labels, predicted, moment=np.arange(8))
    >>> scores.per_class["seizure"].value
    0.75
    >>> scores.to_table()["accuracy (%)"]
    seizure       75.0
    eyes open    100.0
    all           87.5
    Name: accuracy (%), dtype: float64
    >>> int(scores.confusion.loc["seizure", "eyes open"])
    1
    """

    accuracy: Accuracy
    per_class: dict[str, Accuracy]
    confusion: pd.DataFrame

    def to_table(self) -> pd.DataFrame:
        """Return one row for each class and one for all: accuracy and interval, in percent."""
        rows = {**self.per_class, "all": self.accuracy}
        table = pd.DataFrame({name: vars(accuracy) for name, accuracy in rows.items()}).T * 100
        return table.set_axis(["accuracy (%)", "from", "to"], axis=1).round(1)

    def mixed_up(self) -> pd.DataFrame:
        """Return how often each two classes are taken for each other.

        Returns
        -------
        DataFrame of float, shape (class, class)
            The share of the row's class that was given the column's, plus the share of the
            column's that was given the row's; symmetric. The diagonal tells nothing of use.
        """
        shares = self.confusion.div(self.confusion.sum(axis=1), axis=0)
        return shares + shares.T


def score(
    labels: np.ndarray,
    predicted: np.ndarray,
    moment: np.ndarray,
    *,
    classes: dict[int, str] = CLASSES,
    seed: int = 0,
) -> Scores:
    """Compare predicted labels with the true ones.

    Parameters
    ----------
    labels, predicted : ndarray of int, shape (item,)
        Keys of `classes`.
    moment : ndarray of int, shape (item,)
        The moment at which each item was recorded.
    classes : dict of int to str
        The labels and their names; by default the five of the recordings.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    Scores
        Classes without items are left out of `Scores.per_class`.

    Raises
    ------
    ValueError
        If the arrays are empty or differ in length, or a label is not a key of `classes`.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.evaluation import score
    >>> labels = np.repeat([1, 2], 50)
    >>> predicted = np.where(np.arange(100) % 5 == 0, 3, labels)  # every fifth is wrong
    >>> alone = score(labels, predicted, moment=np.arange(100)).accuracy
    >>> alone.value
    0.8
    >>> alone.low < 0.8 < alone.high
    True
    >>> tens = score(labels, predicted, moment=np.arange(100) // 10).accuracy
    >>> tens.high - tens.low > alone.high - alone.low  # ten moments tell less than a hundred
    True
    """
    labels, predicted, moment = map(np.asarray, (labels, predicted, moment))
    if not len(labels) == len(predicted) == len(moment) > 0:
        raise ValueError(
            f"labels, predicted and moment need one entry per item, not "
            f"{len(labels)}, {len(predicted)} and {len(moment)}"
        )
    if not np.isin([labels, predicted], list(classes)).all():
        raise ValueError(f"labels and predicted must be among {list(classes)}")
    confusion = pd.crosstab(labels, predicted)
    confusion = confusion.reindex(index=list(classes), columns=list(classes), fill_value=0)
    names = list(classes.values())
    return Scores(
        accuracy=_accuracy(labels, predicted, moment, seed),
        per_class={
            name: _accuracy(labels[of], predicted[of], moment[of], seed)
            for label, name in classes.items()
            if (of := labels == label).any()
        },
        confusion=confusion.set_axis(names).set_axis(names, axis=1),
    )


def difference(
    first: np.ndarray,
    second: np.ndarray,
    labels: np.ndarray,
    moment: np.ndarray,
    *,
    seed: int = 0,
) -> Difference:
    """Compare two predictions of the same items, item by item.

    An accuracy is uncertain mostly because other moments might have been recorded, and these would
    move both accuracies in the same way. Here this cancels; between two intervals it does not.

    Parameters
    ----------
    first, second : ndarray of bool or float, shape (item,)
        Whether each item was answered correctly, or in what share of several trials it was.
    labels, moment : ndarray of int, shape (item,)
        The true label of each item, and the moment at which it was recorded.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    Difference
        `first` minus `second`.

    Raises
    ------
    ValueError
        If the arrays are empty or differ in length.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.evaluation import difference
    >>> moment, labels = np.arange(100), np.ones(100, dtype=int)
    >>> first, second = moment % 10 != 0, moment % 5 != 0  # right 90 and 80 times
    >>> ahead = difference(first, second, labels, moment)
    >>> round(ahead.value, 2)
    0.1
    >>> bool(ahead.low > 0)
    True
    """
    first, second, labels, moment = map(np.asarray, (first, second, labels, moment))
    if not len(first) == len(second) == len(labels) == len(moment) > 0:
        raise ValueError(
            f"all four arrays need one entry per item, not "
            f"{len(first)}, {len(second)}, {len(labels)} and {len(moment)}"
        )
    apart = first.astype(float) - second.astype(float)
    value, spread, n, freedom = _bootstrap(apart, labels, moment, seed)
    if freedom < 1:  # one moment per class: nothing is known about others
        return Difference(value, -1.0, 1.0)
    if spread == 0:  # all moments agree; how many unseen ones might not?
        reach = 1 - ((1 - CONFIDENCE) / 2) ** (1 / n)
    else:
        reach = stdtrit(freedom, (1 + CONFIDENCE) / 2) * spread
    low, high = max(value - reach, -1.0), min(value + reach, 1.0)
    if len(np.unique(moment[apart != 0])) < DECISIVE:
        low, high = min(low, 0.0), max(high, 0.0)
    return Difference(value, low, high)


class Mean(NamedTuple):
    """The mean of a few independent values, and its 95 % interval.

    Parameters
    ----------
    value, low, high : float

    Examples
    --------
    >>> from lab_code.evaluation import Mean
    >>> Mean(value=0.8, low=0.55, high=1.05)._asdict()
    {'value': 0.8, 'low': 0.55, 'high': 1.05}
    """

    value: float
    low: float
    high: float


def interval(values: Sequence[float]) -> Mean:
    """Return the mean of a few independent values, as of seeds, with its interval after Student.

    Parameters
    ----------
    values : sequence of float, shape (seed,)
        Two at least.

    Examples
    --------
    >>> from lab_code.evaluation import interval
    >>> [round(number, 2) for number in interval([0.7, 0.8, 0.9])]
    [0.8, 0.55, 1.05]
    """
    values = np.asarray(values, dtype=float)
    spread = values.std(ddof=1) / np.sqrt(len(values))
    reach = float(stdtrit(len(values) - 1, (1 + CONFIDENCE) / 2) * spread)
    mean = float(values.mean())
    return Mean(mean, mean - reach, mean + reach)


def _accuracy(labels, predicted, moment, seed) -> Accuracy:
    """Return the accuracy, with the exact binomial interval for its effective number of answers.

    The spread of the resamples tells how many independent answers the items are worth, after
    Korn and Graubard (1998), Survey Methodology 24, 193-201. The interval also allows for a kind of
    moment that is always answered wrongly and is not among these n: it may be as frequent as an
    exact interval for n of n allows, 3.6 % for 100 moments.
    """
    value = float(np.mean(labels == predicted))
    _, spread, n, freedom = _bootstrap((labels == predicted).astype(float), labels, moment, seed)
    tail = (1 - CONFIDENCE) / 2
    worth = float(n)
    if spread > 0:  # itself uncertain, and more so with fewer moments
        worth = min(value * (1 - value) / spread**2, len(labels))
        worth = max(worth * (ndtri(tail) / stdtrit(freedom, tail)) ** 2, 1.0)
    right, wrong = value * worth, (1 - value) * worth
    low = float(betaincinv(right, wrong + 1, tail)) if value > 0 else 0.0
    high = float(betaincinv(right + 1, wrong, 1 - tail)) if value < 1 else 1.0
    unseen = 1 - tail ** (1 / n)
    return Accuracy(value, min(low, value * (1 - unseen)), max(high, value + (1 - value) * unseen))


def _bootstrap(values, labels, moment, seed) -> tuple[float, float, int, float]:
    """Resample moments with replacement, as many of each class as there are.

    Returns
    -------
    mean, spread : float
        The mean of the values, and the standard deviation of the means of the resamples,
        corrected for the small number of moments.
    n_moments : int
        How many moments there are.
    freedom : float
        Degrees of freedom of the spread, after Satterthwaite (1946), Biometrics Bulletin 2,
        110-114: they are few if a class with few moments has much of the variance.
    """
    items = pd.DataFrame({"value": values, "label": labels}).groupby(moment)
    sums = items["value"].agg(["sum", "count"])
    # a moment with recordings of two classes counts for the more frequent one
    kind = items["label"].agg(lambda of: np.bincount(of).argmax()).to_numpy()
    rng = np.random.default_rng(seed)
    total, count = np.zeros(N_RESAMPLES), np.zeros(N_RESAMPLES)
    for one in np.unique(kind):
        of_class = sums[kind == one]
        n = len(of_class)
        drawn = rng.multinomial(n, np.full(n, 1 / n), size=N_RESAMPLES)
        total += drawn @ of_class["sum"].to_numpy()
        count += drawn @ of_class["count"].to_numpy()
    mean, n, left = float(np.mean(values)), len(sums), len(sums) - len(np.unique(kind))
    spread = float((total / count).std() * np.sqrt(n / left)) if left else 0.0
    apart = (sums["sum"] - mean * sums["count"]).groupby(kind)
    size, variance = apart.size(), apart.var().fillna(0.0)
    own = size * variance  # the share of each class in the variance of the mean
    known = (own**2 / (size - 1).clip(lower=1)).sum()
    freedom = float(own.sum() ** 2 / known) if known > 0 else float(left)
    return mean, spread if spread > 1e-12 else 0.0, n, freedom
