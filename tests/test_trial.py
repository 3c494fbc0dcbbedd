import numpy as np
import pytest
import torch

from lab_code.networks import RecurrentClassifier, n_parameters
from lab_code.recordings import Seconds
from lab_code.splits import Split, split_by_recording
from lab_code.trial import Trial, pool, train_and_test


@pytest.fixture
def split_and_seconds(simulation):
    seconds = simulation.seconds()
    split = split_by_recording(seconds)
    return Split(*(part[::10] for part in split)), seconds


def run(seconds, split):
    torch.manual_seed(0)
    network = RecurrentClassifier(16, 8, 5, "gru")
    return train_and_test(
        network, seconds, split, samples_per_step=16, epochs=2, device=torch.device("cpu")
    )


def test_a_trial(split_and_seconds):
    split, seconds = split_and_seconds
    trial = run(seconds, split)
    assert (trial.labels == seconds.labels[split.test]).all()
    assert (trial.recording == seconds.recording[split.test]).all()
    assert trial.scores.accuracy.value == (trial.labels == trial.predicted).mean() > 0.2
    assert trial.n_parameters == n_parameters(trial.network)
    assert trial.seconds == trial.history["seconds"].iloc[-1] > 0


def test_the_test_part_has_no_say_in_the_training(split_and_seconds):
    split, seconds = split_and_seconds
    samples = seconds.samples.copy()
    samples[split.test] = 2047
    others = Seconds(samples, seconds.labels, seconds.recording, seconds.chunk)
    one, other = run(seconds, split), run(others, split)
    for a, b in zip(one.network.parameters(), other.network.parameters(), strict=True):
        assert torch.equal(a, b)


def test_pooled():
    def trial(labels, predicted, recording):
        return Trial(None, None, *map(np.array, (labels, predicted, recording)))

    trials = [trial([1, 2], [1, 1], [0, 1]), trial([1, 2, 3, 4], [1, 2, 3, 4], [0, 1, 2, 3])]
    scores = pool(trials)
    assert scores.accuracy.value == pytest.approx(5 / 6)
    assert scores.per_class["tumour area"].value == 0.5
    assert scores.accuracy.high == 1.0
