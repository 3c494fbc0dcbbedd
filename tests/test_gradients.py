import pytest
import torch
from scipy.stats import spearmanr

from lab_code.gradients import influence, norms_by_lag, rank_correlation, state_jacobians
from lab_code.networks import CELLS, RecurrentClassifier


def state_after(module, sequence, state):
    """Run torch's own module from a state (one vector) through a sequence."""
    parts = state[None, None].split(module.hidden_size, dim=2)
    _, last = module(sequence[None], parts if len(parts) == 2 else parts[0])
    return torch.cat(last, dim=2)[0, 0] if isinstance(last, tuple) else last[0, 0]


@pytest.mark.parametrize("name", CELLS)
def test_product_of_jacobians_is_autograds_jacobian_over_many_steps(name):
    torch.manual_seed(0)
    module = CELLS[name](2, 3, batch_first=True).double()
    sequence = torch.randn(6, 2, dtype=torch.float64)
    jacobians = state_jacobians(module, sequence)
    size = 6 if name == "lstm" else 3
    assert jacobians.shape == (6, size, size)
    zeros = torch.zeros(size, dtype=torch.float64)
    expected = torch.func.jacrev(lambda state: state_after(module, sequence, state))(zeros)
    torch.testing.assert_close(
        torch.linalg.multi_dot(list(jacobians.flip(0))), expected, rtol=0, atol=1e-12
    )
    norms = norms_by_lag(jacobians)
    assert norms.shape == (7,)
    assert norms[0] == 1
    assert norms[-1].item() == pytest.approx(torch.linalg.matrix_norm(expected, ord=2).item())


def test_norms_go_back_from_the_last_state():
    # the first step forgets everything, the two after it double what they are given
    jacobians = torch.stack([torch.zeros(2, 2), 2 * torch.eye(2), 2 * torch.eye(2)])
    assert norms_by_lag(jacobians).tolist() == [1, 2, 4, 0]


def test_influence_is_the_change_of_the_score():
    torch.manual_seed(0)
    network = RecurrentClassifier(1, 4, 3, "gru", dropout=0.0).double()
    sequences = torch.randn(2, 5, 1, dtype=torch.float64)
    classes = torch.tensor([2, 0])
    found = influence(network, sequences, classes)
    assert found.shape == (2, 5)
    nudge = 1e-6
    for item in range(2):
        for step in range(5):
            moved = sequences.clone()
            moved[item, step, 0] += nudge
            change = (network(moved) - network(sequences))[item, classes[item]] / nudge
            assert found[item, step].item() == pytest.approx(abs(change.item()), abs=1e-6)


def test_influence_has_no_dropout_in_it():
    torch.manual_seed(0)
    network = RecurrentClassifier(1, 8, 2, "gru", num_layers=2, dropout=0.9).train()
    sequences, classes = torch.randn(2, 5, 1), torch.zeros(2, dtype=torch.int64)
    assert torch.equal(
        influence(network, sequences, classes), influence(network, sequences, classes)
    )


def test_rank_correlation_is_spearmans():
    first, second = torch.randn(2, 6, 20)
    expected = [spearmanr(*pair).statistic for pair in zip(first, second, strict=True)]
    assert rank_correlation(first, second) == pytest.approx(sum(expected) / 6)
    assert rank_correlation(first, 3 * first.exp()) == pytest.approx(1)
