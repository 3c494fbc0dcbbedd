import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lab_code import cells
from lab_code.networks import CELLS


@pytest.mark.parametrize("name", CELLS)
@settings(max_examples=20, deadline=None)
@given(
    batch=st.integers(1, 4),
    steps=st.integers(1, 12),
    inputs=st.integers(1, 5),
    hidden=st.integers(1, 7),
    seed=st.integers(0, 99),
)
def test_equal_to_torch(name, batch, steps, inputs, hidden, seed):
    torch.manual_seed(seed)
    module = CELLS[name](inputs, hidden, batch_first=True).double()
    x = 3 * torch.randn(batch, steps, inputs, dtype=torch.float64)
    states, last = module(x)
    ours = cells.unroll(module, x)
    torch.testing.assert_close(ours["hidden"], states, rtol=0, atol=1e-12)
    if name == "lstm":
        torch.testing.assert_close(ours["cell"][:, -1], last[1][0], rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_gates_lie_between_shut_and_open(name):
    torch.manual_seed(0)
    module = CELLS[name](2, 3, batch_first=True)
    kept = cells.unroll(module, 10 * torch.randn(4, 9, 2))
    gates = {"lstm": ["input", "forget", "output"], "gru": ["reset", "update"]}[name]
    for gate in gates:
        assert kept[gate].shape == (4, 9, 3)
        assert (kept[gate] >= 0).all()
        assert (kept[gate] <= 1).all()
        assert kept[gate].std() > 0.1


def test_an_lstm_whose_gates_are_shut_keeps_its_cell():
    module = nn.LSTM(1, 1, batch_first=True)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
        module.bias_ih_l0[:] = torch.tensor([-30.0, 30.0, 0.0, 30.0])  # input, forget, -, output
    kept = cells.lstm_step(
        torch.ones(1, 1), torch.zeros(1, 1), torch.full((1, 1), 0.7), cells.weights_of(module)
    )
    assert kept["cell"].item() == pytest.approx(0.7)


def test_an_update_gate_of_one_keeps_the_state():
    module = nn.GRU(1, 1, batch_first=True)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
        module.bias_ih_l0[1] = 30.0
    kept = cells.gru_step(torch.ones(1, 1), torch.full((1, 1), 0.7), cells.weights_of(module))
    assert kept["hidden"].item() == pytest.approx(0.7)


def test_no_equations_for_relu():
    module = nn.RNN(1, 1, nonlinearity="relu", batch_first=True)
    with pytest.raises(ValueError, match="no equations for RNN_RELU"):
        cells.unroll(module, torch.zeros(1, 1, 1))
