import pytest
import torch

from lab_code.networks import RecurrentClassifier, n_parameters
from lab_code.reproducibility import set_seed


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("num_layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("readout", ["last", "mean", "max", "mean_max"])
def test_shapes(cell, num_layers, bidirectional, readout):
    network = RecurrentClassifier(
        3, 8, 5, cell, num_layers=num_layers, bidirectional=bidirectional, readout=readout
    )
    assert network(torch.randn(4, 11, 3)).shape == (4, 5)
    assert network(torch.randn(1, 1, 3)).shape == (1, 5)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_read_outs_are_what_they_are_called(cell):
    network = RecurrentClassifier(3, 8, 5, cell, bidirectional=True, num_layers=2)
    sequences = torch.randn(4, 11, 3)
    states, last = network.recurrent(sequences)
    forward, backward = states[..., :8], states[..., 8:]
    expected = {
        "last": torch.cat([forward[:, -1], backward[:, 0]], 1),
        "mean": states.mean(1),
        "max": states.max(1).values,
        "mean_max": torch.cat([states.mean(1), states.max(1).values], 1),
    }
    for readout, value in expected.items():
        network.readout = readout
        torch.testing.assert_close(network._read_out(states, last), value)


def test_one_direction_knows_nothing_of_what_follows():
    network = RecurrentClassifier(1, 8, 5, "gru")
    sequences = torch.randn(2, 11, 1)
    other_end = sequences.clone()
    other_end[:, 7:] += 1
    states, _ = network.recurrent(sequences)
    others, _ = network.recurrent(other_end)
    torch.testing.assert_close(states[:, :7], others[:, :7])
    assert not torch.allclose(states[:, 7:], others[:, 7:])


def test_seed_decides_the_first_weights():
    def weights(seed):
        set_seed(seed)
        return torch.cat([p.flatten() for p in RecurrentClassifier(1, 8, 5).parameters()])

    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))


def test_parameters_are_counted_as_on_paper():
    # a GRU has three gates, each with W (h x d), U (h x h) and, in torch, two biases
    d, h, classes = 4, 64, 5
    expected = 3 * (h * d + h * h + 2 * h) + classes * (2 * h + 1)
    network = RecurrentClassifier(d, h, classes, "gru", readout="mean_max")
    assert n_parameters(network) == expected == 14_085


@pytest.mark.parametrize("wrong", [{"cell": "transformer"}, {"readout": "first"}])
def test_unknown_names_are_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        RecurrentClassifier(1, 8, 5, **wrong)
