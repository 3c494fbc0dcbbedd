from dataclasses import replace

import pytest
import torch

from lab_code.answers import Answers
from lab_code.networks import RecurrentClassifier, n_parameters
from lab_code.recordings import CLASSES
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
    assert (trial.answers.item == split.test).all()
    assert (trial.answers.labels == seconds.labels[split.test]).all()
    assert (trial.answers.moment == seconds.moment[split.test]).all()
    assert trial.scores.accuracy.value == trial.answers.right.mean() > 0.2
    assert trial.n_parameters == n_parameters(trial.network)
    assert trial.seconds == trial.history["seconds"].iloc[-1] > 0


def test_the_test_part_does_not_influence_the_training(split_and_seconds):
    split, seconds = split_and_seconds
    samples = seconds.samples.copy()
    samples[split.test] = 2047
    others = replace(seconds, samples=samples)
    one, other = run(seconds, split), run(others, split)
    for a, b in zip(one.network.parameters(), other.network.parameters(), strict=True):
        assert torch.equal(a, b)


def test_pooled():
    def trial(labels, predicted, item):
        run = [0] * len(item)
        return Trial(None, None, Answers(run, item, item, item, labels, predicted))

    trials = [trial([1, 2], [1, 1], [0, 1]), trial([1, 2, 3, 4], [1, 2, 3, 4], [0, 1, 2, 3])]
    answers = pool(trials)
    assert answers.trial.tolist() == [0, 0, 1, 1, 1, 1]
    assert answers.of_each_trial() == [0.5, 1.0]
    scores = answers.scores()
    assert scores.accuracy.value == pytest.approx(5 / 6)
    assert scores.per_class[CLASSES[2]].value == 0.5
