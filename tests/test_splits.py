import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab_code.recordings import Recordings, Seconds
from lab_code.splits import (
    folds_by_control,
    folds_by_group,
    folds_by_moment,
    folds_by_recording,
    folds_by_second,
    split_by_moment,
    split_by_recording,
    split_by_second,
)


def overlap(sides):
    """Whether something is in two of three sets."""
    return bool(sides[0] & sides[1] or sides[0] & sides[2] or sides[1] & sides[2])


def parts_are_whole(split, n):
    """Whether each item is in exactly one part."""
    return (np.sort(np.concatenate(split)) == np.arange(n)).all()


@pytest.mark.parametrize("split", [split_by_second, split_by_recording])
def test_shares_and_strata(simulation, split):
    seconds = simulation.seconds()
    parts = split(seconds)
    assert parts_are_whole(parts, 11_500)
    assert [len(part) for part in parts] == [7360, 1840, 2300]
    for part in parts:
        counts = np.bincount(seconds.labels[part])[1:]
        assert (counts == len(part) / 5).all()


def test_no_recording_is_in_two_parts(simulation):
    seconds = simulation.seconds()
    sides = [set(seconds.recording[part]) for part in split_by_recording(seconds)]
    assert [len(side) for side in sides] == [320, 80, 100]
    assert not overlap(sides)


def test_by_second_recordings_are_in_several_parts(simulation):
    seconds = simulation.seconds()
    split = split_by_second(seconds)
    train, test = set(seconds.recording[split.train]), set(seconds.recording[split.test])
    assert len(test & train) / len(test) > 0.99


def test_recordings_and_their_seconds_are_split_alike(simulation):
    seconds = simulation.seconds()
    whole, cut = split_by_recording(simulation), split_by_recording(seconds)
    for recordings, part in zip(whole, cut, strict=True):
        assert set(recordings) == set(seconds.recording[part])


@pytest.mark.parametrize("split", [split_by_second, split_by_recording, split_by_moment])
def test_seed_decides(simulation, split):
    seconds = simulation.seconds()
    assert (split(seconds, seed=3).test == split(seconds, seed=3).test).all()
    assert (split(seconds, seed=3).test != split(seconds, seed=4).test).any()


def test_each_recording_is_tested_in_one_fold(simulation):
    seconds = simulation.seconds()
    folds = list(folds_by_recording(seconds, k=5))
    tested = np.concatenate([fold.test for fold in folds])
    assert (np.sort(tested) == np.arange(11_500)).all()
    for fold in folds:
        assert parts_are_whole(fold, 11_500)
        assert [len(part) for part in fold] == [7360, 1840, 2300]
        sides = [set(seconds.recording[part]) for part in fold]
        assert not overlap(sides)


def test_folds_by_second_test_each_second_once(simulation):
    seconds = simulation.seconds()
    folds = list(folds_by_second(seconds, k=5))
    tested = np.concatenate([fold.test for fold in folds])
    assert (np.sort(tested) == np.arange(11_500)).all()
    for fold in folds:
        assert parts_are_whole(fold, 11_500)
        assert [len(part) for part in fold] == [7360, 1840, 2300]
        train, test = (set(seconds.recording[part]) for part in (fold.train, fold.test))
        assert len(train & test) > 490  # the flattering one: recordings on both sides
    again = next(folds_by_second(seconds, k=5, seed=1))
    assert not np.array_equal(again.test, folds[0].test)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1000),
    per_class=st.integers(10, 30),
    chunks=st.integers(1, 4),
    first=st.integers(0, 100),
)
def test_any_seconds_in_any_order_can_be_split(seed, per_class, chunks, first):
    """Also when some recordings are missing, and the rows are shuffled."""
    rng = np.random.default_rng(seed)
    recording = np.repeat(np.arange(first, first + 5 * per_class), chunks)
    order = rng.permutation(len(recording))
    seconds = Seconds(
        samples=np.zeros((len(recording), 178), np.int16),
        labels=(recording[order] - first) // per_class + 1,
        recording=recording[order],
        chunk=np.tile(np.arange(chunks), 5 * per_class)[order],
    )
    split = split_by_recording(seconds, seed)
    assert parts_are_whole(split, len(seconds))
    sides = [set(seconds.recording[part]) for part in split]
    assert not overlap(sides)
    assert set(seconds.labels[split.test]) == {1, 2, 3, 4, 5}


def test_by_moment_parts_are_nearly_even(simulation):
    for items in (simulation, simulation.seconds()):
        for fold in folds_by_moment(items, k=5):
            assert parts_are_whole(fold, len(items))
            assert not overlap([set(items.moment[part]) for part in fold])
            shares = [len(part) / len(items) for part in fold]
            assert shares == pytest.approx([0.64, 0.16, 0.20], abs=0.03)
            counts = np.bincount(items.labels[fold.test])[1:] / len(fold.test)
            assert counts == pytest.approx(np.full(5, 0.2), abs=0.04)
        tested = np.concatenate([fold.test for fold in folds_by_moment(items, k=5)])
        assert (np.sort(tested) == np.arange(len(items))).all()
        first = next(folds_by_moment(items, k=5, seed=3))
        assert all((a == b).all() for a, b in zip(split_by_moment(items, 3), first, strict=True))


def test_recordings_and_their_seconds_are_split_alike_by_moment(simulation):
    seconds = simulation.seconds()
    whole, cut = split_by_moment(simulation), split_by_moment(seconds)
    for recordings, part in zip(whole, cut, strict=True):
        assert set(recordings) == set(seconds.recording[part])


def test_any_groups_can_be_kept_together(simulation):
    group = np.random.default_rng(0).integers(60, size=500)
    for fold in folds_by_group(simulation, group):
        assert parts_are_whole(fold, 500)
        assert not overlap([set(group[part]) for part in fold])


@pytest.mark.parametrize("kind", ["recordings", "seconds"])
def test_the_control_has_the_sizes_of_the_moments_and_not_the_moments(simulation, kind):
    items = simulation.seconds() if kind == "seconds" else simulation
    control, honest = list(folds_by_control(items)), list(folds_by_moment(items))
    assert (np.sort(np.concatenate([fold.test for fold in control])) == np.arange(len(items))).all()
    for fold in control:
        assert not overlap([set(items.recording[part]) for part in fold])
        assert len(set(items.moment[fold.train]) & set(items.moment[fold.test])) > 5
    # the same groups are dealt to folds of seconds as to folds of recordings
    recordings = [sorted(set(items.recording[fold.test])) for fold in control]
    assert recordings == [fold.test.tolist() for fold in folds_by_control(simulation)]
    sizes = [len(fold.test) for fold in honest]
    assert max(np.abs(np.subtract(sizes, [len(fold.test) for fold in control]))) < len(items) / 20


def test_seconds_without_their_recordings_know_no_moments(simulation):
    seconds = simulation.seconds()
    lone = Seconds(seconds.samples, seconds.labels, seconds.recording, seconds.chunk)
    with pytest.raises(ValueError, match="take seconds from"):
        split_by_moment(lone)


def test_real_recordings_are_split_as_simulated_ones(real_recordings, simulation):
    assert isinstance(real_recordings, Recordings)
    for real, like in zip(
        split_by_recording(real_recordings), split_by_recording(simulation), strict=True
    ):
        assert (real == like).all()
