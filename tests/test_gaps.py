"""Steps that are lost in bursts, and what is told of them."""

import numpy as np
import pytest
import torch

from lab_code.answers import Answers
from lab_code.tasks.gaps import WithGaps, facts, last_value, lose_in_bursts, time_since


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_as_much_is_lost_and_in_bursts_as_long_as_asked_for(share):
    mask = lose_in_bursts(200, 3000, share, 10, np.random.default_rng(0)).numpy()
    assert np.isclose(1 - mask.mean(), share, atol=0.01)
    ends = (~mask[:, :-1] & mask[:, 1:]).sum()
    assert np.isclose((~mask).sum() / ends, 10, rtol=0.05)


def test_each_sequence_loses_its_own_share_and_keeps_a_step():
    shares = np.array([0.0, 0.9] * 500)
    mask = lose_in_bursts(1000, 20, shares, 10, np.random.default_rng(0))
    assert mask[::2].all()
    assert 0.05 < mask[1::2].float().mean() < 0.2
    assert mask.any(dim=1).all()


def test_short_bursts_cannot_lose_nearly_everything():
    with pytest.raises(ValueError, match="bursts of 2 steps can lose at most 67%, not 90%"):
        lose_in_bursts(3, 20, 0.9, 2, np.random.default_rng(0))


def test_time_and_value_are_those_of_the_last_that_arrived():
    mask = torch.tensor([[False, False, True, False, True], [True] * 5])
    values = torch.tensor([[9.0, 9.0, 3.0, 9.0, 5.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
    assert time_since(mask)[:, :, 0].tolist() == [[0, 1, 2, 1, 2], [0, 1, 1, 1, 1]]
    given = last_value(torch.stack([-values, values], dim=2), mask)
    assert given[:, :, 1].tolist() == [[0, 0, 3, 3, 5], [1, 2, 3, 4, 5]]  # nothing of what was lost
    assert given[0, :, 0].tolist() == [0, 0, -3, 3, -5]  # the last sample of a step goes on


def test_gaps_are_new_each_time_and_the_mask_tells_them():
    data = WithGaps(torch.ones(50, 44, 4), torch.arange(50), np.full((50, 1), 0.7), 10)
    rows = torch.arange(40, 50)
    first, targets = data[rows]
    second, _ = data[rows]
    assert targets.tolist() == rows.tolist()
    assert first.shape == (10, 44, 5)
    assert not torch.equal(first, second)
    assert torch.equal(first[:, :, :4], first[:, :, 4:].expand(-1, -1, 4))


def test_each_sequence_loses_one_of_its_own_shares():
    shares = np.where(np.arange(60)[:, None] < 30, [0.0, 0.0], [0.0, 0.9])
    data = WithGaps(torch.ones(60, 200, 1), torch.zeros(60), shares, 10)
    lost = 1 - data[torch.arange(60)][0][:, :, 1].mean(dim=1)
    assert (lost[:30] == 0).all()
    assert 5 < (lost[30:] > 0.5).sum() < 25


def test_facts_are_of_seizures_and_of_the_rest(simulation):
    test = np.arange(500)
    right = Answers.of(simulation, test, simulation.labels)
    half = Answers.of(simulation, test, np.where(test < 450, 1, 5))
    noted = facts({"right": right, "half a seizure": half}, "right", ["half a seizure"])
    assert noted["right"] == {"accuracy": 1.0, "found": 1.0, "false": 0.0}
    assert noted["half_a_seizure"] == {"accuracy": 0.1, "found": 0.5, "false": 1.0}
    assert noted["ahead_of_half_a_seizure"]["value"] == pytest.approx(0.9)
    assert noted["most_apart"] == pytest.approx(0.9)
