"""Events and their words: sentences with a known answer."""

import numpy as np
import pytest
import torch

from lab_code.splits import split_by_moment
from lab_code.tasks.events import SAMPLES, STEPS, WORDS, Events


@pytest.fixture
def split(simulation):
    return split_by_moment(simulation)


@pytest.fixture
def events(simulation, split):
    return Events.cut(simulation, split.train)


def test_a_word_is_the_quarter_of_the_training_part_that_a_size_is_in(events, split):
    counts = torch.bincount(events.words[split.train].flatten(), minlength=len(WORDS))
    assert counts.max() - counts.min() <= 1
    size = events.samples.std(axis=-1)
    for word in range(len(WORDS) - 1):
        assert size[events.words == word].max() <= size[events.words == word + 1].min()


def test_the_test_part_changes_neither_words_nor_scale(simulation, events, split):
    other = Events.cut(simulation, split.train[::2])
    assert not torch.equal(other.features, events.features)
    features = events.features[split.train]
    assert torch.allclose(features.mean(dim=(0, 1, 2)), torch.zeros(2), atol=1e-4)
    assert torch.allclose(features.std(dim=(0, 1, 2)), torch.ones(2), atol=1e-3)


def test_an_event_is_cut_where_it_is(simulation, events):
    length = STEPS * SAMPLES
    assert (events.samples[7, 2] == simulation.samples[7, 2 * length : 3 * length]).all()


def test_a_sentence_has_features_words_and_signal_of_the_same_events(events, split):
    sequences, words = events.sentences(split.test, 1, 5, np.random.default_rng(3))
    signal, its_words = events.example(split.test, 5, np.random.default_rng(3))
    assert words[0].tolist() == its_words
    place = [
        np.argwhere((events.samples == one).all(axis=2))[0] for one in signal
    ]  # where each was cut
    assert all(recording in split.test for recording, _ in place)
    assert words[0].tolist() == [events.words[tuple(at)].item() for at in place]
    first, last = (events.features[tuple(place[at])] for at in (0, -1))
    assert torch.equal(sequences[0, :STEPS], first)
    assert torch.equal(sequences[0, -STEPS:], last)
