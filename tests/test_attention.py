"""The causal transformer: it looks back only, and step by step it says the same."""

import pytest
import torch

from lab_code.attention import CausalTransformer


@pytest.fixture
def network():
    torch.manual_seed(0)
    return CausalTransformer(2, width=8, n_layers=2, n_heads=2).double()


def test_a_step_sees_itself_and_all_before_and_nothing_later(network):
    x = torch.randn(1, 20, 2, dtype=torch.float64, requires_grad=True)
    [gradient] = torch.autograd.grad(network(x)[:, 9].sum(), x)
    assert (gradient[:, 10:] == 0).all()
    assert (gradient[:, :10] != 0).all()


def test_step_by_step_is_all_at_once(network):
    x = torch.randn(3, 25, 2, dtype=torch.float64)
    cache, found = [one.double() for one in network.start(batch=3)], []
    for x_t in x.unbind(dim=1):
        seen, cache = network.step(x_t, cache)
        found.append(seen)
    torch.testing.assert_close(torch.stack(found, dim=1), network(x), rtol=0, atol=1e-6)
    assert [one.shape[3] for one in cache] == [25, 25]


def test_it_knows_the_order(network):
    """Without places, attention is an average that no order changes."""
    x = torch.randn(1, 10, 2, dtype=torch.float64)
    other = torch.cat([x[:, :9].flip(1), x[:, 9:]], dim=1)
    assert (network(x)[:, -1] - network(other)[:, -1]).abs().max() > 1e-3
