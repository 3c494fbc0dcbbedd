import math

import pytest
import torch

from lab_code.networks import (
    CELLS,
    Bands,
    ConvolutionalClassifier,
    RecurrentClassifier,
    SpectrumReader,
    n_parameters,
)
from lab_code.seeds import set_seed


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("num_layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("readout", ["last", "mean", "max", "mean_max"])
def test_shapes(cell, num_layers, bidirectional, readout):
    network = RecurrentClassifier(
        3, 8, 5, cell, num_layers=num_layers, bidirectional=bidirectional, readout=readout
    )
    assert network(torch.randn(4, 11, 3)).shape == (4, 5)
    assert network(torch.randn(1, 1, 3)).shape == (1, 5)


@pytest.mark.parametrize("cell", CELLS)
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


@pytest.mark.parametrize("hertz", [5.0, 10.0, 40.0])
def test_bands_find_the_rhythm(hertz):
    """For a sine, the band that holds its frequency is the strongest."""
    bands = Bands(n_bands=24)
    found = bands(100 * torch.sin(2 * torch.pi * hertz / 173.61 * torch.arange(4097.0))[None])
    assert found.shape == (1, 63, 24)
    places = torch.logspace(0, math.log10(60), 26)
    band = found.mean(dim=1).argmax().item()
    assert places[band] <= hertz * 1.05
    assert hertz <= places[band + 2] * 1.05


def test_each_band_is_a_mean_of_the_spectrum():
    for n_bands in (8, 24, 40):
        weights = Bands(n_bands).weights
        assert torch.allclose(weights.sum(dim=1), torch.ones(n_bands))
        assert (weights >= 0).all()


def test_a_spectrum_reader_hears_how_bands_lie_beside_each_other():
    """Without recurrence, the state at a band depends on that band alone."""
    torch.manual_seed(0)
    bands = torch.randn(2, 31, 24)
    other = bands.clone()
    other[:, :, 12] += 1
    for recurrent in (True, False):
        network = SpectrumReader(recurrent=recurrent).eval()
        assert network(bands).shape == (2, 5)
        states = []
        network.drop.register_forward_hook(lambda *seen, into=states: into.append(seen[1][0]))
        network(bands), network(other)
        one, two = (found.reshape(2, 24, -1) for found in states)
        changed = (one != two).any(dim=2).any(dim=0)
        assert changed.all() if recurrent else changed.nonzero().flatten().tolist() == [12]


def test_a_convolutional_network_reads_all_steps_as_one_signal():
    network = ConvolutionalClassifier()
    signal = torch.randn(4, 176)
    scores = network(signal.view(4, 11, 16))
    assert scores.shape == (4, 5)
    assert torch.allclose(scores, network(signal.view(4, 22, 8)))
    assert n_parameters(network) == 16 * 8 + 32 * (16 * 7 + 1) + 48 * (32 * 7 + 1) + 96 * 5 + 5
