import numpy as np
import pytest

from lab_code.evaluation import score


def test_counts_and_shares():
    labels = np.array([1, 1, 1, 1, 2, 2, 3, 5])
    predicted = np.array([1, 1, 2, 2, 2, 1, 3, 5])
    scores = score(labels, predicted, recording=np.arange(8))
    assert scores.accuracy.value == pytest.approx(5 / 8)
    assert scores.per_class["seizure"].value == pytest.approx(2 / 4)
    assert scores.per_class["tumour area"].value == pytest.approx(1 / 2)
    assert scores.per_class["eyes open"].value == 1
    assert "eyes closed" not in scores.per_class
    assert scores.confusion.loc["seizure", "tumour area"] == 2  # rows are the true classes
    assert scores.confusion.loc["tumour area", "seizure"] == 1
    assert scores.confusion.to_numpy().sum() == 8


def test_table():
    labels = np.array([1, 1, 2, 2])
    table = score(labels, np.array([1, 2, 2, 2]), recording=np.arange(4)).to_table()
    assert table.loc["seizure", "accuracy (%)"] == 50
    assert table.loc["all", "accuracy (%)"] == 75
    assert (table["from"] <= table["accuracy (%)"]).all()
    assert (table["accuracy (%)"] <= table["to"]).all()


def simulate(rng, n_recordings, share_of_recording):
    """100 recordings of 23 seconds; seconds of one are right or wrong together to some extent."""
    recording = np.repeat(np.arange(n_recordings), 23)
    together = rng.random(n_recordings) < 0.7
    each = rng.random(len(recording)) < 0.7
    by_recording = rng.random(len(recording)) < share_of_recording
    right = np.where(by_recording, together[recording], each)
    return np.ones(len(recording), int), np.where(right, 1, 2), recording


def test_seconds_that_belong_together_widen_the_interval():
    rng = np.random.default_rng(0)
    labels, predicted, recording = simulate(rng, 100, share_of_recording=0.9)
    together = score(labels, predicted, recording).accuracy
    alone = score(labels, predicted, np.arange(len(labels))).accuracy
    assert together.value == alone.value
    assert (together.high - together.low) > 2.5 * (alone.high - alone.low)


def test_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(100):
        labels, predicted, recording = simulate(rng, 60, share_of_recording=0.9)
        accuracy = score(labels, predicted, recording).accuracy
        inside += accuracy.low <= 0.7 <= accuracy.high
    assert 88 <= inside <= 99


def test_seed_decides():
    labels, predicted, recording = simulate(np.random.default_rng(2), 40, 0.9)
    assert (
        score(labels, predicted, recording).accuracy == score(labels, predicted, recording).accuracy
    )
    other = score(labels, predicted, recording, seed=1).accuracy
    assert other != score(labels, predicted, recording).accuracy


def test_all_right():
    scores = score(np.array([1, 2]), np.array([1, 2]), np.array([0, 1]))
    assert (scores.accuracy.low, scores.accuracy.value, scores.accuracy.high) == (1, 1, 1)


@pytest.mark.parametrize(("labels", "predicted"), [([0, 1], [1, 1]), ([1, 2], [1, 6])])
def test_labels_that_are_none_are_refused(labels, predicted):
    with pytest.raises(ValueError, match="must be among"):
        score(labels, predicted, [0, 1])


@pytest.mark.parametrize("arrays", [([], [], []), ([1], [1, 2], [0]), ([1], [1], [0, 1])])
def test_arrays_that_do_not_fit_are_refused(arrays):
    with pytest.raises(ValueError, match="one entry an item"):
        score(*map(np.array, arrays))


def test_other_classes():
    states = {0: "between", 1: "seizure"}
    scores = score(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), np.arange(4), classes=states)
    assert scores.accuracy.value == 0.75
    assert list(scores.per_class) == ["between", "seizure"]
    assert scores.confusion.loc["between", "seizure"] == 1
    with pytest.raises(ValueError, match=r"among \[0, 1\]"):
        score(np.array([0, 2]), np.array([0, 1]), np.arange(2), classes=states)
