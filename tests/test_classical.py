import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier

from lab_code.classical import ask_in_folds, n_coefficients, nearest_neighbour
from lab_code.protocol import BY_MOMENT, PLACE, targets_of
from lab_code.splits import five_folds


def test_each_item_is_answered_once_by_a_model_that_has_not_seen_it(simulation):
    """The nearest neighbour of an item that it was fitted to is that item."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(500, 3))  # they tell nothing
    splits = five_folds(simulation, BY_MOMENT)
    said = ask_in_folds(nearest_neighbour(), features, simulation, splits)
    assert sorted(said.item) == list(range(500))
    assert said.n_trials == 5
    assert 0.1 < said.right.mean() < 0.3


def test_a_model_learns_from_the_validation_part_too(simulation):
    split = five_folds(simulation, BY_MOMENT)[0]
    features = np.zeros((500, 1))
    features[split.validation[0]], features[split.test[0]] = 5.0, 5.1
    said = ask_in_folds(nearest_neighbour(), features, simulation, [split])
    assert said.predicted[0] == simulation.labels[split.validation[0]]


def test_items_that_are_not_asked_about_are_left_out(simulation):
    targets = targets_of(PLACE, simulation.labels)
    features = simulation.labels[:, None].astype(float)
    splits = five_folds(simulation, BY_MOMENT)
    said = ask_in_folds(nearest_neighbour(), features, simulation, splits, targets)
    assert sorted(said.item) == np.flatnonzero(targets).tolist()
    assert said.right.all()
    assert set(said.labels) == {2, 3}


def test_coefficients_are_counted():
    x, y = np.random.default_rng(0).normal(size=(50, 8)), np.arange(50) % 5
    assert n_coefficients(LogisticRegression().fit(x, y)) == 8 * 5 + 5
    network = MLPClassifier((32,), max_iter=300, tol=1.0, n_iter_no_change=1).fit(x, y)
    assert n_coefficients(network) == 8 * 32 + 32 + 32 * 5 + 5
    with pytest.raises(TypeError, match="KNeighborsClassifier has no coefficients"):
        n_coefficients(KNeighborsClassifier().fit(x, y))
