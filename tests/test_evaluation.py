import numpy as np
import pytest

from lab_code.evaluation import difference, score
from lab_code.recordings import CLASSES

SEIZURE, ZONE, _, CLOSED, OPEN = CLASSES.values()


def test_counts_and_shares():
    labels = np.array([1, 1, 1, 1, 2, 2, 3, 5])
    predicted = np.array([1, 1, 2, 2, 2, 1, 3, 5])
    scores = score(labels, predicted, moment=np.arange(8))
    assert scores.accuracy.value == pytest.approx(5 / 8)
    assert scores.per_class[SEIZURE].value == pytest.approx(2 / 4)
    assert scores.per_class[ZONE].value == pytest.approx(1 / 2)
    assert scores.per_class[OPEN].value == 1
    assert CLOSED not in scores.per_class
    assert scores.confusion.loc[SEIZURE, ZONE] == 2  # rows are the true classes
    assert scores.confusion.loc[ZONE, SEIZURE] == 1
    assert scores.confusion.to_numpy().sum() == 8


def test_table():
    labels = np.array([1, 1, 2, 2])
    table = score(labels, np.array([1, 2, 2, 2]), moment=np.arange(4)).to_table()
    assert table.loc[SEIZURE, "accuracy (%)"] == 50
    assert table.loc["all", "accuracy (%)"] == 75
    assert (table["from"] <= table["accuracy (%)"]).all()
    assert (table["accuracy (%)"] <= table["to"]).all()


def simulate(rng, n_moments, share_of_moment, right=0.7):
    """23 seconds per moment; those of one moment tend to be right or wrong together."""
    moment = np.repeat(np.arange(n_moments), 23)
    together = rng.random(n_moments) < right
    each = rng.random(len(moment)) < right
    by_moment = rng.random(len(moment)) < share_of_moment
    said = np.where(np.where(by_moment, together[moment], each), 1, 2)
    return np.ones(len(moment), int), said, moment


def test_seconds_that_belong_together_widen_the_interval():
    rng = np.random.default_rng(0)
    labels, predicted, moment = simulate(rng, 100, share_of_moment=0.9)
    together = score(labels, predicted, moment).accuracy
    alone = score(labels, predicted, np.arange(len(labels))).accuracy
    assert together.value == alone.value
    assert (together.high - together.low) > 2.5 * (alone.high - alone.low)


@pytest.mark.parametrize(("n_moments", "right"), [(60, 0.7), (12, 0.7), (30, 0.95), (8, 0.95)])
def test_interval_holds_the_truth_as_often_as_it_says(n_moments, right):
    """Also for few moments, and where nearly all answers are right."""
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(100):
        labels, predicted, moment = simulate(rng, n_moments, 0.9, right)
        accuracy = score(labels, predicted, moment).accuracy
        inside += accuracy.low <= right <= accuracy.high
    assert inside >= 89


@pytest.mark.parametrize("n_moments", [60, 12])
def test_interval_of_a_difference_holds_the_truth_as_often_as_it_says(n_moments):
    rng = np.random.default_rng(2)
    inside, widths, unpaired = 0, [], []
    for _ in range(100):
        labels, one, moment = simulate(rng, n_moments, 0.9)
        other = np.where(rng.random(len(one)) < 0.1, 3 - one, one)  # a tenth answered differently
        apart = difference(one == 1, other == 1, labels, moment)
        # of 0.7 right, 0.07 are lost, and 0.03 won
        inside += apart.low <= 0.04 <= apart.high
        widths.append(apart.high - apart.low)
        accuracy = score(labels, one, moment).accuracy
        unpaired.append(accuracy.high - accuracy.low)
    assert 88 <= inside <= 99
    assert np.mean(widths) < 0.5 * np.mean(unpaired)  # what both have in common cancels


def test_a_difference_changes_its_sign_with_the_order():
    rng = np.random.default_rng(3)
    one, other = rng.random((2, 200)) < [[0.8], [0.6]]
    labels, moment = np.repeat([1, 2], 100), np.arange(200) // 4
    apart, back = difference(one, other, labels, moment), difference(other, one, labels, moment)
    assert (apart.value, apart.low) == pytest.approx((-back.value, -back.high))
    assert apart.low > 0
    assert str(apart).startswith("+")


def test_two_that_never_differed_may_still_differ():
    labels, moment = np.ones(100, int), np.arange(100)
    apart = difference(labels == 1, labels == 1, labels, moment)
    assert (apart.value, apart.low, apart.high) == pytest.approx((0, -0.0362, 0.0362), abs=1e-4)


def test_a_few_moments_decide_nothing():
    """However often they differ: five would all go the same way by chance in one case of 16."""
    labels, moment = np.ones(173, int), np.arange(173)
    for n in (4, 5, 6):
        apart = difference(moment < n, moment < 0, labels, moment)
        assert (apart.low > 0) == (n >= 6)
    always = difference([1, 1, 1], [0, 0, 0], [1, 1, 1], [0, 1, 2])
    assert (always.value, always.high) == (1, 1)
    assert always.low <= 0


def test_uneven_classes_have_few_degrees_of_freedom():
    """A test part has many moments of one class and few of another; the few decide."""
    rng = np.random.default_rng(4)
    sizes = (4, 5, 3, 6, 14)  # moments of each class, each class with as many seconds
    labels = np.repeat(np.arange(1, 6), 420)
    moment = np.concatenate(
        [np.repeat(np.arange(n), 420 // n + 1)[:420] + 100 * i for i, n in enumerate(sizes)]
    )
    inside = 0
    for _ in range(150):
        effect = dict(zip(np.unique(moment), rng.normal(size=sum(sizes)), strict=True))
        one, other = np.zeros(len(labels)), np.array([effect[of] for of in moment]) / 4
        apart = difference(other, one, labels, moment)
        inside += apart.low <= 0 <= apart.high
    assert inside >= 0.90 * 150


def test_one_moment_says_nothing_about_others():
    labels, moment = np.array([1, 1, 2, 2]), np.array([0, 0, 1, 1])
    apart = difference([1, 1, 1, 1], [1, 0, 1, 1], labels, moment)
    assert (apart.value, apart.low, apart.high) == (0.25, -1, 1)
    accuracy = score(labels, np.array([1, 2, 2, 2]), moment).accuracy
    assert accuracy.low < 0.2
    assert accuracy.high > 0.95


def test_classes_keep_their_number_of_moments():
    """A difference between classes alone adds no uncertainty."""
    labels = np.repeat([1, 2], 200)
    predicted = np.ones(400, int)
    predicted[:20] = 2  # class 1 is nearly always right, class 2 never
    moment = np.arange(400) // 4  # right and wrong come by moment
    within = score(labels, predicted, moment).accuracy
    mixed = score(np.ones(400, int), np.where(labels == predicted, 1, 2), moment).accuracy
    assert within.value == mixed.value == 0.45
    assert within.high - within.low < 0.6 * (mixed.high - mixed.low)


def test_seed_decides():
    labels, predicted, recording = simulate(np.random.default_rng(2), 40, 0.9)
    assert (
        score(labels, predicted, recording).accuracy == score(labels, predicted, recording).accuracy
    )
    other = score(labels, predicted, recording, seed=1).accuracy
    assert other != score(labels, predicted, recording).accuracy


def test_all_right_is_not_certain():
    labels = np.ones(100, int)
    alone = score(labels, labels, np.arange(100)).accuracy
    assert (alone.value, alone.high) == (1, 1)
    assert alone.low == pytest.approx(0.025 ** (1 / 100))  # 96.4 %: the exact interval
    by_four = score(labels, labels, np.arange(100) // 4).accuracy
    assert by_four.low == pytest.approx(0.025 ** (1 / 25))
    none = score(labels, labels + 1, np.arange(100)).accuracy
    assert (none.low, none.high) == pytest.approx((0, 1 - 0.025 ** (1 / 100)))


@pytest.mark.parametrize(("labels", "predicted"), [([0, 1], [1, 1]), ([1, 2], [1, 6])])
def test_unknown_labels_are_refused(labels, predicted):
    with pytest.raises(ValueError, match="must be among"):
        score(labels, predicted, [0, 1])


@pytest.mark.parametrize("arrays", [([], [], []), ([1], [1, 2], [0]), ([1], [1], [0, 1])])
def test_arrays_that_do_not_fit_are_refused(arrays):
    with pytest.raises(ValueError, match="one entry per item"):
        score(*map(np.array, arrays))


def test_other_classes():
    states = {0: "between", 1: "seizure"}
    scores = score(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), np.arange(4), classes=states)
    assert scores.accuracy.value == 0.75
    assert list(scores.per_class) == ["between", "seizure"]
    assert scores.confusion.loc["between", "seizure"] == 1
    with pytest.raises(ValueError, match=r"among \[0, 1\]"):
        score(np.array([0, 2]), np.array([0, 1]), np.arange(2), classes=states)


def test_classes_that_are_taken_for_each_other():
    labels = np.array([1, 1, 1, 1, 2, 2, 3, 4, 5])
    predicted = np.array([1, 1, 1, 2, 2, 1, 3, 4, 5])
    mixed = score(labels, predicted, moment=np.arange(9)).mixed_up()
    assert mixed.loc[SEIZURE, ZONE] == pytest.approx(1 / 4 + 1 / 2)
    assert mixed.loc[ZONE, SEIZURE] == pytest.approx(1 / 4 + 1 / 2)
    assert mixed.loc[SEIZURE, OPEN] == 0


@pytest.mark.parametrize("which", range(4))
def test_arrays_of_another_length_have_no_difference(which):
    arrays = [np.ones(6) for _ in range(4)]
    arrays[which] = np.ones(5)
    with pytest.raises(ValueError, match="all four arrays need one entry per item"):
        difference(*arrays)
    with pytest.raises(ValueError, match="not 0, 0, 0 and 0"):
        difference([], [], [], [])
