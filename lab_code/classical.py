"""Models of scikit-learn, which have no state, asked about each item in turn."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from lab_code.answers import Answers
from lab_code.recordings import Recordings, Seconds
from lab_code.splits import Split


def nearest_neighbour() -> Pipeline:
    """Return a model that gives each item the class of the most similar that it was fitted to.

    Features are scaled first, each to mean 0 and deviation 1 over the items it was fitted to.

    Examples
    --------
    >>> from lab_code.classical import nearest_neighbour
    >>> model = nearest_neighbour().fit([[0.0], [1.0], [5.0]], ["calm", "calm", "seizure"])
    >>> print(*model.predict([[0.4], [4.0]]))
    calm seizure
    """
    return make_pipeline(StandardScaler(), KNeighborsClassifier(1, algorithm="brute"))


def ask_in_folds(
    model: BaseEstimator,
    features: np.ndarray,
    items: Recordings | Seconds,
    splits: Iterable[Split],
    targets: np.ndarray | None = None,
) -> Answers:
    """Fit a model anew in each fold, and ask it about the fold's test part.

    Nothing is chosen in validation, so the model learns from the validation part too.

    Parameters
    ----------
    model : BaseEstimator
        A classifier of scikit-learn. It is left as it is: copies of it are fitted.
    features : ndarray, shape (item, feature)
    items : Recordings or Seconds
    splits : iterable of Split
    targets : ndarray of int, shape (item,), optional
        What is asked of each item, as from `lab_code.protocol.targets_of`. Items with 0 are left
        out, from training too. By default the labels of the items.

    Returns
    -------
    Answers
        One training a fold.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.classical import ask_in_folds, nearest_neighbour
    >>> from lab_code.protocol import BY_MOMENT
    >>> from lab_code.sources import load
    >>> from lab_code.splits import five_folds
    >>> recordings = load("simulated")
    >>> size = np.log(recordings.samples.std(axis=1, keepdims=True))  # one feature
    >>> splits = five_folds(recordings, BY_MOMENT)
    >>> answers = ask_in_folds(nearest_neighbour(), size, recordings, splits)
    >>> len(answers), answers.n_trials
    (500, 5)
    >>> answers.scores().accuracy.value > 0.2  # better than guessing
    True
    """
    targets = items.labels if targets is None else targets
    asked = targets > 0
    answers = []
    for train, validation, test in splits:
        known = np.concatenate([train, validation])
        known, test = known[asked[known]], test[asked[test]]
        fitted = clone(model).fit(features[known], targets[known])
        answers.append(Answers.of(items, test, fitted.predict(features[test]), targets))
    return Answers.join(answers)


def n_coefficients(model: BaseEstimator) -> int:
    """Return how many coefficients a fitted model has learnt.

    Parameters
    ----------
    model : BaseEstimator
        A linear model, or a feed-forward network.

    Raises
    ------
    TypeError
        If it is another model.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from lab_code.classical import n_coefficients
    >>> model = LogisticRegression().fit([[0.0, 1.0], [1.0, 0.0]], ["no", "yes"])
    >>> n_coefficients(model)  # one a feature, and one more
    3
    """
    if hasattr(model, "coefs_"):  # those of a network, layer by layer
        return sum(layer.size for layer in model.coefs_ + model.intercepts_)
    if hasattr(model, "coef_"):
        return model.coef_.size + model.intercept_.size
    raise TypeError(f"{type(model).__name__} has no coefficients, or is not fitted")
