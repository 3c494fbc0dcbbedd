"""Seizures that are rare, and what alarms for them are worth."""

import numpy as np
import pytest

from lab_code.figures import rare as figures_of_rare
from lab_code.tasks.rare import benefit, share_right, thin

RNG = np.random.default_rng(0)
MOMENT = np.repeat(np.arange(400), 5)  # of five seconds each
SEIZURE = MOMENT < 100
ROWS = RNG.permutation(len(MOMENT))[:1600]


@pytest.mark.parametrize("share", [0.02, 0.05, 0.1])
def test_few_moments_of_seizures_are_kept_as_a_whole(share):
    kept = thin(ROWS, SEIZURE, MOMENT, share, seed=1)
    assert 0 <= SEIZURE[kept].mean() - share < 0.005
    assert np.array_equal(kept[~SEIZURE[kept]], ROWS[~SEIZURE[ROWS]])
    assert np.array_equal(kept, ROWS[np.isin(ROWS, kept)])  # in their order
    for moment in np.unique(MOMENT[kept[SEIZURE[kept]]]):
        assert np.isin(ROWS[MOMENT[ROWS] == moment], kept).all()


def test_the_seed_decides_which():
    first, same, other = (thin(ROWS, SEIZURE, MOMENT, 0.05, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


def test_all_are_kept_if_that_is_not_enough():
    assert np.array_equal(thin(ROWS, SEIZURE, MOMENT, 0.9, seed=0), ROWS)


def test_benefit_counts_false_alarms_by_the_odds_of_the_threshold():
    said, seizure = np.array([0.3, 0.3, 0.1, 0.1]), np.array([True, False, True, False])
    assert benefit(said, seizure, at=0.2).tolist() == [1, -0.25, 0, 0]
    assert benefit(said, seizure, at=0.3).tolist() == [0, 0, 0, 0]  # above it, not at it


def test_who_believes_a_calibrated_probability_gains_most_at_its_own_threshold():
    """At each threshold, no other cut of calibrated probabilities gives a larger net benefit."""
    said = RNG.random(200_000)
    seizure = RNG.random(len(said)) < said
    for at in (0.1, 0.3, 0.5):
        odds = at / (1 - at)
        worth = {c: np.where(said > c, np.where(seizure, 1, -odds), 0).mean() for c in (0.05, 0.7)}
        assert benefit(said, seizure, at).mean() > max(worth.values())


def test_alarms_that_are_right_by_counting():
    seizure = np.arange(100_000) < 1000
    alarm = np.where(seizure, np.arange(100_000) < 900, np.arange(100_000) % 100 == 0)
    found, false = alarm[seizure].mean(), alarm[~seizure].mean()
    assert share_right(0.01, found, false) == pytest.approx(seizure[alarm].mean())
    assert share_right(0.01, found=0, false=0) == 0  # none is


def test_the_figures_tell_what_they_show():
    said = {name: np.where(SEIZURE, 0.8, 0.2) for name in figures_of_rare.LOOKS}
    figure = figures_of_rare.trust_and_worth(said, SEIZURE, np.ones(len(SEIZURE)))
    left, right = figure.axes
    lines = [line.get_xydata() for line in left.lines[1:]]
    assert np.allclose(lines, [[[0.2, 0], [0.8, 1]]] * 3)
    assert len(right.lines) == len(said) + 2
    worth = right.lines[0].get_ydata()[figures_of_rare.THRESHOLDS > 0.2]
    assert np.allclose(worth, SEIZURE.mean())  # all are found, and nothing else
    label = figures_of_rare.right_by_share(found=1, false=0).get_label()
    assert label.count("100%") == 2
