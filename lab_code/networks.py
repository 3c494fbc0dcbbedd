"""The networks that the labs train, from modules of `torch.nn`."""

from __future__ import annotations

from typing import Literal

import torch
from torch import nn

CELLS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


class RecurrentClassifier(nn.Module):
    """Read a sequence with a recurrent network, then choose a class.

    Parameters
    ----------
    input_size : int
        Features of one step.
    hidden_size : int
        Numbers in the hidden state, of each layer and direction.
    n_classes : int
    cell : {"rnn", "lstm", "gru"}
        Kind of recurrent cell: `torch.nn.RNN` (the simple, or Elman, network, with tanh),
        `torch.nn.LSTM` or `torch.nn.GRU`.
    num_layers : int
        Recurrent layers, each reading the hidden states of the one below.
    bidirectional : bool
        Read each sequence also from its end.
    dropout : float
        Share of hidden numbers dropped between layers during training; it needs two layers.
    readout : {"last", "mean", "max", "mean_max"}
        What the classifier sees of the hidden states: the last one (of each direction, the
        last that it computes), their mean over all steps, their maximum, or the last two
        beside each other.

    Notes
    -----
    ========================  =====================================================
    sequences                 (batch, step, input_size)
    hidden states             (batch, step, hidden_size x directions)
    read-out                  (batch, hidden_size x directions), twice for mean_max
    class scores              (batch, n_classes)
    ========================  =====================================================
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        n_classes: int,
        cell: Literal["rnn", "lstm", "gru"] = "gru",
        num_layers: int = 1,
        bidirectional: bool = False,
        dropout: float = 0.0,
        readout: Literal["last", "mean", "max", "mean_max"] = "last",
    ):
        super().__init__()
        if cell not in CELLS:
            raise ValueError(f"cell must be one of {', '.join(CELLS)}, not {cell!r}")
        if readout not in ("last", "mean", "max", "mean_max"):
            raise ValueError(f"readout must be last, mean, max or mean_max, not {readout!r}")
        self.readout = readout
        self.recurrent = CELLS[cell](
            input_size,
            hidden_size,
            num_layers,
            batch_first=True,
            dropout=dropout,
            bidirectional=bidirectional,
        )
        directions = 2 if bidirectional else 1
        poolings = 2 if readout == "mean_max" else 1
        self.classify = nn.Linear(hidden_size * directions * poolings, n_classes)

    def forward(self, sequences: torch.Tensor) -> torch.Tensor:
        """Return the score of each class, before the softmax.

        Parameters
        ----------
        sequences : Tensor, shape (batch, step, feature)

        Returns
        -------
        Tensor, shape (batch, class)
        """
        states, last = self.recurrent(sequences)
        return self.classify(self._read_out(states, last))

    def _read_out(self, states, last):
        if self.readout == "mean":
            return states.mean(dim=1)
        if self.readout == "max":
            return states.amax(dim=1)
        if self.readout == "mean_max":
            return torch.cat([states.mean(dim=1), states.amax(dim=1)], dim=1)
        hidden = last[0] if isinstance(last, tuple) else last  # an LSTM returns (h, c)
        directions = 2 if self.recurrent.bidirectional else 1
        # hidden: (layer x direction, batch, hidden_size); the top layer's directions come last
        return torch.cat(tuple(hidden[-directions:]), dim=1)


def n_parameters(network: nn.Module) -> int:
    """Return how many numbers of a network are trained."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad)
