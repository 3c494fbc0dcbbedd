"""The simple (Elman), LSTM and GRU cells, written out as their equations.

One step of each is a function of the input, the previous state and the weights; `unroll` takes the
weights of a torch module, trained or not, and keeps what torch throws away: the gates of every
step. The equations, their names and the order of the gates are those of `torch.nn.RNN`,
`torch.nn.LSTM` and `torch.nn.GRU`, and so are the results, apart from rounding.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn


class Weights(NamedTuple):
    """The weights of one recurrent layer; the rows of the gates are stacked.

    Parameters
    ----------
    W_x : Tensor, shape (gate x hidden_size, input_size)
        From the input: *U* in Goodfellow et al. (2016).
    W_h : Tensor, shape (gate x hidden_size, hidden_size)
        From the previous hidden state: *W* there.
    b_x, b_h : Tensor, shape (gate x hidden_size,)
        Torch has two where one would do, except for the candidate of a GRU.
    """

    W_x: Tensor
    W_h: Tensor
    b_x: Tensor
    b_h: Tensor


def elman_step(x: Tensor, h: Tensor, w: Weights) -> dict[str, Tensor]:
    """Take one step of a simple recurrent network (Elman 1990).

    Parameters
    ----------
    x : Tensor, shape (batch, input_size)
    h : Tensor, shape (batch, hidden_size)
        The previous hidden state.
    w : Weights

    Returns
    -------
    dict of str to Tensor, shape (batch, hidden_size)
        ``"hidden"``, the new state.
    """
    return {"hidden": torch.tanh(x @ w.W_x.T + w.b_x + h @ w.W_h.T + w.b_h)}


def lstm_step(x: Tensor, h: Tensor, c: Tensor, w: Weights) -> dict[str, Tensor]:
    """Take one step of an LSTM (Hochreiter and Schmidhuber 1997; Gers et al. 2000).

    Parameters
    ----------
    x : Tensor, shape (batch, input_size)
    h, c : Tensor, shape (batch, hidden_size)
        The previous hidden state and cell state.
    w : Weights

    Returns
    -------
    dict of str to Tensor, shape (batch, hidden_size)
        The new ``"hidden"`` and ``"cell"`` state, the ``"input"``, ``"forget"`` and ``"output"``
        gates, each between 0 (shut) and 1 (open), and the ``"candidate"``.
    """
    i, f, g, o = (x @ w.W_x.T + w.b_x + h @ w.W_h.T + w.b_h).chunk(4, dim=1)
    i = torch.sigmoid(i)
    f = torch.sigmoid(f)
    g = torch.tanh(g)
    o = torch.sigmoid(o)
    c = f * c + i * g
    h = o * torch.tanh(c)
    return {"hidden": h, "cell": c, "input": i, "forget": f, "candidate": g, "output": o}


def gru_step(x: Tensor, h: Tensor, w: Weights) -> dict[str, Tensor]:
    """Take one step of a GRU (Cho et al. 2014).

    Parameters
    ----------
    x : Tensor, shape (batch, input_size)
    h : Tensor, shape (batch, hidden_size)
        The previous hidden state.
    w : Weights

    Returns
    -------
    dict of str to Tensor, shape (batch, hidden_size)
        The new ``"hidden"`` state, the ``"reset"`` and ``"update"`` gates, and the
        ``"candidate"``. As in torch, an update gate of 1 keeps the old state.
    """
    x_r, x_z, x_n = (x @ w.W_x.T + w.b_x).chunk(3, dim=1)
    h_r, h_z, h_n = (h @ w.W_h.T + w.b_h).chunk(3, dim=1)
    r = torch.sigmoid(x_r + h_r)
    z = torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    h = (1 - z) * n + z * h
    return {"hidden": h, "reset": r, "update": z, "candidate": n}


def weights_of(recurrent: nn.RNNBase) -> Weights:
    """Return the weights of a torch module's first layer, in the forward direction.

    Parameters
    ----------
    recurrent : RNN, LSTM or GRU
        With biases.
    """
    return Weights(
        recurrent.weight_ih_l0, recurrent.weight_hh_l0, recurrent.bias_ih_l0, recurrent.bias_hh_l0
    )


def step(recurrent: nn.RNNBase, x: Tensor, state: tuple[Tensor, ...]) -> dict[str, Tensor]:
    """Take one step with the weights of a torch module's first layer.

    Parameters
    ----------
    recurrent : RNN, LSTM or GRU
        With tanh, if an RNN.
    x : Tensor, shape (batch, input_size)
    state : tuple of Tensor, shape (batch, hidden_size)
        The hidden state, and for an LSTM the cell state after it.

    Returns
    -------
    dict of str to Tensor, shape (batch, hidden_size)
        What `elman_step`, `lstm_step` or `gru_step` returns.

    Raises
    ------
    ValueError
        If the module is none of the three, or an RNN without tanh.
    """
    steps = {"RNN_TANH": elman_step, "LSTM": lstm_step, "GRU": gru_step}
    if recurrent.mode not in steps:
        raise ValueError(f"there are no equations for {recurrent.mode}; use one of {list(steps)}")
    return steps[recurrent.mode](x, *state, weights_of(recurrent))


def start(recurrent: nn.RNNBase, sequences: Tensor) -> tuple[Tensor, ...]:
    """Return the state before the first step: zeros, as in torch.

    Parameters
    ----------
    recurrent : RNN, LSTM or GRU
    sequences : Tensor, shape (batch, step, input_size)

    Returns
    -------
    tuple of Tensor, shape (batch, hidden_size)
        The hidden state, and for an LSTM the cell state after it.
    """
    zeros = sequences.new_zeros(len(sequences), recurrent.hidden_size)
    return (zeros, zeros) if recurrent.mode == "LSTM" else (zeros,)


def unroll(recurrent: nn.RNNBase, sequences: Tensor) -> dict[str, Tensor]:
    """Go through sequences step by step and keep every state and gate.

    Parameters
    ----------
    recurrent : RNN, LSTM or GRU
        Its first layer is used, in the forward direction.
    sequences : Tensor, shape (batch, step, input_size)

    Returns
    -------
    dict of str to Tensor, shape (batch, step, hidden_size)
        ``"hidden"`` equals what the module returns, if it has one layer and one direction; the
        other names are those of `lstm_step` and `gru_step`.
    """
    state, kept = start(recurrent, sequences), []
    for x in sequences.unbind(dim=1):
        kept.append(step(recurrent, x, state))
        state = tuple(kept[-1][name] for name in ("hidden", "cell")[: len(state)])
    return {name: torch.stack([one[name] for one in kept], dim=1) for name in kept[0]}
