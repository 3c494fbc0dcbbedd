from dataclasses import fields

import numpy as np
import pytest

from lab_code.answers import Answers
from lab_code.evaluation import difference
from lab_code.recordings import CLASSES


def made(predicted, labels=(1, 1, 2, 2), item=None, run=None):
    n = len(predicted)
    item = np.arange(n) if item is None else item
    return Answers(np.zeros(n) if run is None else run, item, item, item // 2, labels, predicted)


@pytest.mark.parametrize("what", ["seconds", "recordings"])
def test_answers_know_their_items(simulation, what):
    items = simulation.seconds() if what == "seconds" else simulation
    part = np.array([3, 40, 41, 499])
    answers = Answers.of(items, part, items.labels[part])
    assert answers.item.tolist() == part.tolist()
    assert (answers.recording == items.recording[part]).all()
    assert (answers.moment == items.moment[part]).all()
    assert answers.right.all()


def test_packed_answers_come_back_whole():
    rng = np.random.default_rng(0)
    columns = rng.integers(0, [[3], [11_500], [500], [173], [6], [6]], size=(6, 40_000))
    answers = Answers(*columns)
    packed = answers.pack()
    assert all(isinstance(text, str) for text in packed.values())
    back = Answers.unpack(packed)
    for name in packed:
        assert (getattr(back, name) == getattr(answers, name)).all()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda packed: packed | {"item": "not packed"},
        lambda packed: packed | {"item": packed["trial"][:8]},
        lambda packed: packed | {"item": made([1, 1, 2, 2, 1], (1,) * 5).pack()["item"]},
        lambda packed: packed | {"other": packed["item"]},
        lambda packed: {name: packed[name] for name in list(packed)[:-1]},
        lambda packed: packed | {"item": 3},
        lambda packed: None,
    ],
)
def test_damaged_answers_are_refused(spoil):
    with pytest.raises(ValueError, match=r"not the answers of a record|one number per answer"):
        Answers.unpack(spoil(made([1, 2, 2, 2]).pack()))


def test_a_difference_is_taken_item_by_item():
    rng = np.random.default_rng(0)
    labels = np.repeat([1, 2], 100)
    one = made(np.where(rng.random(200) < 0.8, labels, 3), labels)
    other = made(np.where(one.right & (rng.random(200) < 0.9), labels, 3), labels)
    apart = one.minus(other)
    assert apart.value == pytest.approx(one.right.mean() - other.right.mean())
    assert apart.low > 0
    # the order of the answers does not matter
    shuffled = rng.permutation(200)
    columns = (
        other.trial,
        other.item,
        other.recording,
        other.moment,
        other.labels,
        other.predicted,
    )
    assert one.minus(Answers(*(column[shuffled] for column in columns))) == apart


def test_several_trials_count_with_their_share():
    twice = Answers.join([made([1, 1, 2, 2]), made([1, 2, 2, 1])])
    assert twice.n_trials == 2
    assert twice.of_each_trial() == [1.0, 0.5]
    once = made([1, 1, 1, 1])
    expected = difference([1, 0.5, 1, 0.5], [1, 1, 0, 0], [1, 1, 2, 2], [0, 0, 1, 1])
    assert twice.minus(once) == expected


def test_only_folds_of_both_are_compared():
    """The folds of one were dealt out twice; the second time it was never right."""
    deal = [made([1], [1], item=np.array([0])), made([2], [2], item=np.array([1]))]
    again = made([3, 3], [1, 2], item=np.array([0, 1]))
    once, twice = Answers.join(deal), Answers.join([*deal, again])
    assert twice.right.mean() == 0.5
    assert twice.minus(once).value == once.minus(twice).value == 0
    # where no folds are shared, everything counts
    other = Answers.join([made([1], [1], item=np.array([0])), made([2], [2], item=np.array([1]))])
    both = made([1, 3], [1, 2], item=np.array([0, 1]))
    assert other.minus(both).value == pytest.approx(0.5)


@pytest.mark.parametrize(
    "other",
    [
        made([1, 1, 2, 2], item=np.array([0, 1, 2, 9])),
        made([1, 1, 2, 2], labels=(1, 1, 2, 3)),
        made([1, 1, 2], labels=(1, 1, 2)),
    ],
)
def test_answers_about_other_items_cannot_be_paired(other):
    with pytest.raises(ValueError, match="needs the same items"):
        made([1, 1, 2, 2]).minus(other)


def test_like_with_like():
    asked = made([1, 2, 2, 1]).ask([2])
    assert asked.item.tolist() == [2, 3]
    assert asked.scores().accuracy.value == 0.5


def test_seizure_or_not_takes_the_others_together():
    labels = [1, 2, 3, 4, 5]
    answers = made([1, 3, 2, 1, 4], labels).seizure_or_not()
    assert answers.labels.tolist() == [1, 2, 2, 2, 2]
    assert answers.predicted.tolist() == [1, 2, 2, 1, 2]


def test_answers_about_some_recordings_or_with_other_labels(simulation):
    seconds = simulation.seconds()
    part = np.arange(0, len(seconds), 7)
    which = simulation.labels == 3
    about = Answers.of(seconds, part, seconds.labels[part]).about(which)
    assert about.item.tolist() == [item for item in part if which[item // 23]]
    other = Answers.of(seconds, part, seconds.labels[part], labels=6 - seconds.labels)
    assert (other.labels == 6 - seconds.labels[part]).all()
    assert (other.right == (seconds.labels[part] == 3)).all()


def test_a_difference_is_taken_class_by_class():
    labels = np.repeat([1, 2], 20)
    right, wrong = made(labels, labels), made(np.where(labels == 1, 1, 3), labels)
    lost = right.minus_by_class(wrong)
    assert list(lost) == ["all", CLASSES[1], CLASSES[2]]
    assert [gap.value for gap in lost.values()] == [0.5, 0.0, 1.0]


@pytest.mark.parametrize("predicted", [[1, 1], [[1], [1], [1]], 1])
def test_a_column_of_another_length_is_refused(predicted):
    three = [1, 1, 1]
    with pytest.raises(ValueError, match="one number per answer"):
        Answers(
            **dict.fromkeys((field.name for field in fields(Answers)), three)
            | {"predicted": predicted}
        )
