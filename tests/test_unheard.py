"""Seconds of a page that its network never heard, and the threshold beside them."""

import base64
import json
from collections import Counter

import numpy as np
import pytest

from lab_code.detection.joined import Joined
from lab_code.detection.threshold import DeviationThreshold
from lab_code.models import unheard
from lab_code.models.trained import NAMES
from lab_code.recordings import SAMPLES_PER_SECOND
from lab_code.sources import load
from lab_code.splits import split_by_moment


@pytest.fixture(scope="module")
def recordings():
    return load("simulated")


@pytest.fixture(scope="module")
def seconds(recordings):
    return recordings.seconds()


@pytest.fixture(scope="module")
def split(seconds):
    return split_by_moment(seconds)


@pytest.fixture(scope="module")
def about(recordings, seconds, split):
    tested = {recordings.names[one] for one in seconds.recording[split.test]}
    return {"split": "by moment", "classes": list(NAMES), "not_trained_on": sorted(tested)}


def test_they_are_of_moments_that_were_in_no_other_part(seconds, split, about, recordings):
    page = unheard.for_page(about, recordings, 6)
    recording = [recordings.names.index(name.split(", ")[0]) for name in page["names"]]
    heard = np.concatenate([split.train, split.validation])
    assert not np.isin(recordings.moment[recording], seconds.moment[heard]).any()
    assert {recordings.names[one] for one in recording} <= set(about["not_trained_on"])


def test_the_page_has_the_samples_and_the_truth_of_the_seconds_that_it_names(about, recordings):
    page = json.loads(json.dumps(unheard.for_page(about, recordings, 6), allow_nan=False))
    samples = np.frombuffer(base64.b64decode(page["samples"]), "<i2").reshape(30, -1)
    for row, place, name in zip(samples, page["truth"], page["names"], strict=True):
        recording, number = name.split(", ")
        of = recordings.names.index(recording)
        second = slice((int(number) - 1) * SAMPLES_PER_SECOND, int(number) * SAMPLES_PER_SECOND)
        np.testing.assert_array_equal(row, recordings.samples[of, second])
        assert about["classes"][place] == recording[0]
    assert Counter(page["truth"]) == dict.fromkeys(range(5), 6)
    assert not page["real"]


def test_a_seed_chooses_the_same_and_another_chooses_others(seconds, split):
    one, again, other = (unheard.choose(seconds, split.test, 5, seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, again)
    assert len(set(one) & set(other)) < len(one) / 2
    assert len(set(one)) == 25
    assert np.isin(one, split.test).all()


def test_moments_have_their_turn_before_one_comes_again(seconds, split):
    chosen = unheard.choose(seconds, split.test, 8)
    for label in range(1, 6):
        there = set(seconds.moment[split.test[seconds.labels[split.test] == label]])
        often = Counter(seconds.moment[chosen[seconds.labels[chosen] == label]].tolist())
        assert len(often) == min(8, len(there))
        assert max(often.values()) - min(often.values()) <= 1


def test_the_threshold_says_what_the_books_own_says(seconds, split):
    """Each second as a sequence of one step."""

    def joined(part):
        states = (seconds.labels[part] == 1).astype(np.int64)[:, None]
        return Joined(seconds.samples[part], states, states, states)

    model = DeviationThreshold(joined(split.train), joined(split.validation), windows=(1,))
    said = model(joined(split.test))[:, 0] > 0.5
    above = unheard.threshold(seconds, split)
    np.testing.assert_array_equal(seconds.samples[split.test].std(axis=1) > above, said)
    assert 0 < said.mean() < 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"split": "by second"}, "it was split by second"),
        ({"not_trained_on": ["Z001"]}, "not that of the split by moment"),
    ],
)
def test_seconds_of_another_training_are_refused(about, recordings, change, says):
    with pytest.raises(ValueError, match=says):
        unheard.for_page(about | change, recordings, 2)
