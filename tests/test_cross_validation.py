import numpy as np
import pytest
import torch
from torch import nn

from lab_code.cross_validation import share_changed, to_record, train_in_folds, train_on
from lab_code.networks import RecurrentClassifier
from lab_code.protocol import BY_MOMENT
from lab_code.seeds import set_seed
from lab_code.splits import five_folds
from lab_code.trial import Trial, train_and_test

NETWORK = {"input_size": 16, "hidden_size": 4, "n_classes": 5, "cell": "gru"}
TRAINING = {"epochs": 1, "batch_size": 512, "progress": False}
HOW = {"samples_per_step": 16, "network": NETWORK, "training": TRAINING}


@pytest.fixture(scope="module")
def trials(simulation):
    return train_in_folds(simulation.seconds(), BY_MOMENT, **HOW)


def test_each_fold_is_a_training_with_its_own_seed(simulation, trials):
    seconds = simulation.seconds()
    splits = five_folds(seconds, BY_MOMENT)
    assert [set(t.answers.item) for t in trials] == [set(s.test) for s in splits]
    set_seed(3)
    by_hand = RecurrentClassifier(**NETWORK)
    train_and_test(by_hand, seconds, splits[3], samples_per_step=16, seed=3, **TRAINING)
    same = train_on(seconds, splits[3], seed=3, **HOW).network
    for one, other, third in zip(
        by_hand.parameters(), same.parameters(), trials[3].network.parameters(), strict=True
    ):
        assert torch.equal(one, other)
        assert torch.equal(one, third)
    assert not torch.equal(one, list(trials[2].network.parameters())[-1])


def test_the_record_is_told_of_all_folds(trials):
    told = to_record(trials)
    assert list(told["seed"]) == [0, 1, 2, 3, 4]
    assert told["seconds"] == pytest.approx(sum(t.seconds for t in trials))
    assert told["n_parameters"] == 3 * 4 * (16 + 4 + 2) + 4 * 5 + 5
    assert sorted(told["answers"].item) == list(range(500 * 23))


class FirstSample(nn.Module):
    """Answer with the sign of the first sample."""

    def __init__(self):
        super().__init__()
        self.none = nn.Parameter(torch.zeros(1))

    def forward(self, sequences):
        first = sequences[:, 0, 0]
        return torch.stack([first, -first], dim=1)


def test_answers_that_change_are_counted(simulation, trials):
    seconds = simulation.seconds()
    split = five_folds(seconds, BY_MOMENT)[0]
    trial = Trial(FirstSample(), trials[0].history, trials[0].answers)
    share = share_changed([trial], [split], simulation, (0, 5), samples_per_step=16)
    mean = seconds.samples[split.train].mean()
    test = simulation.samples[np.unique(seconds.recording[split.test])]
    at = np.arange(22) * 178
    expected = ((test[:, at] > mean) != (test[:, at + 5] > mean)).mean()
    assert share == {0: 0.0, 5: pytest.approx(expected)}
    assert 0 < expected < 1
