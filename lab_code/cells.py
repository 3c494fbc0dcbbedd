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

    Examples
    --------
    >>> import torch
    >>> from lab_code.cells import Weights, elman_step
    >>> one = torch.ones(1, 1)  # one input, one unit
    >>> w = Weights(W_x=one, W_h=0.5 * one, b_x=torch.zeros(1), b_h=torch.zeros(1))
    >>> round(elman_step(x=0 * one, h=one, w=w)["hidden"].item(), 3)  # the tanh of 0.5
    0.462
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

    Examples
    --------
    >>> import torch
    >>> from lab_code.cells import elman_step, weights_of
    >>> rnn = torch.nn.RNN(input_size=3, hidden_size=4, batch_first=True)
    >>> x, h = torch.randn(2, 3), torch.zeros(2, 4)
    >>> new = elman_step(x, h, weights_of(rnn))["hidden"]
    >>> states, _ = rnn(x[:, None])  # torch, one step
    >>> torch.allclose(new, states[:, 0], atol=1e-6)
    True
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

    Examples
    --------
    >>> import torch
    >>> from lab_code.cells import lstm_step, weights_of
    >>> lstm = torch.nn.LSTM(input_size=3, hidden_size=4)
    >>> x, zeros = torch.randn(2, 3), torch.zeros(2, 4)
    >>> new = lstm_step(x, zeros, zeros, weights_of(lstm))
    >>> list(new)
    ['hidden', 'cell', 'input', 'forget', 'candidate', 'output']
    >>> bool(((new["forget"] > 0) & (new["forget"] < 1)).all())
    True
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

    Examples
    --------
    >>> import torch
    >>> from lab_code.cells import gru_step, weights_of
    >>> gru = torch.nn.GRU(input_size=3, hidden_size=4)
    >>> x, h = torch.randn(2, 3), torch.rand(2, 4)
    >>> new = gru_step(x, h, weights_of(gru))
    >>> z = new["update"]
    >>> torch.allclose(new["hidden"], (1 - z) * new["candidate"] + z * h)
    True
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

    Examples
    --------
    >>> import torch
    >>> from lab_code.cells import weights_of
    >>> w = weights_of(torch.nn.GRU(input_size=3, hidden_size=4))
    >>> w.W_h.shape  # of the reset gate, the update gate and the candidate
    torch.Size([12, 4])
    >>> update = w.W_h.chunk(3)[1]
    >>> update.shape
    torch.Size([4, 4])
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

    Examples
    --------
    >>> import torch
    >>> from lab_code.cells import start, step
    >>> gru = torch.nn.GRU(input_size=3, hidden_size=4)
    >>> sequences = torch.randn(2, 10, 3)
    >>> after = step(gru, sequences[:, 0], start(gru, sequences))
    >>> list(after)
    ['hidden', 'reset', 'update', 'candidate']
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

    Examples
    --------
    >>> import torch
    >>> from lab_code.cells import start
    >>> lstm = torch.nn.LSTM(input_size=3, hidden_size=4)
    >>> hidden, cell = start(lstm, torch.randn(2, 10, 3))
    >>> hidden.shape
    torch.Size([2, 4])
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

    Examples
    --------
    >>> import torch
    >>> from lab_code.cells import unroll
    >>> gru = torch.nn.GRU(input_size=3, hidden_size=4, batch_first=True)
    >>> sequences = torch.randn(2, 10, 3)
    >>> kept = unroll(gru, sequences)
    >>> {name: tuple(of.shape) for name, of in kept.items()}
    {'hidden': (2, 10, 4), 'reset': (2, 10, 4), 'update': (2, 10, 4), 'candidate': (2, 10, 4)}
    >>> torch.allclose(kept["hidden"], gru(sequences)[0], atol=1e-6)
    True
    """
    state, kept = start(recurrent, sequences), []
    for x in sequences.unbind(dim=1):
        kept.append(step(recurrent, x, state))
        state = tuple(kept[-1][name] for name in ("hidden", "cell")[: len(state)])
    return {name: torch.stack([one[name] for one in kept], dim=1) for name in kept[0]}
