"""The networks that the labs train, from modules of `torch.nn`."""

from __future__ import annotations

from collections.abc import Sequence
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


class Wave(nn.Module):
    """Find shapes in a signal: convolutions over the samples and their differences.

    Parameters
    ----------
    channels : sequence of int
        Of each convolution.
    kernel_sizes, strides : sequence of int
        Of each; the product of the strides is the samples a step that come out.
    """

    def __init__(
        self,
        channels: Sequence[int] = (32, 64, 128),
        kernel_sizes: Sequence[int] = (9, 7, 5),
        strides: Sequence[int] = (2, 2, 1),
    ):
        super().__init__()
        self.n_features = channels[-1]
        self.convolutions = nn.Sequential(
            *(
                nn.Sequential(
                    nn.Conv1d(before, after, size, stride, padding=size // 2),
                    nn.BatchNorm1d(after),
                    nn.ReLU(),
                )
                for before, after, size, stride in zip(
                    (2, *channels), channels, kernel_sizes, strides, strict=False
                )
            )
        )

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        """Return features (batch, n_features, step) of samples (batch, time)."""
        # one large seizure must not drown the rest: asinh is linear up to about 1, then a log
        samples = torch.asinh(2 * samples) / 1.5
        differences = nn.functional.pad(samples.diff(dim=1), (1, 0))
        return self.convolutions(torch.stack([samples, 3 * differences], dim=1))


class Spectrum(nn.Module):
    """Find rhythms in a signal: the logarithm of its spectrum in windows that overlap.

    Parameters
    ----------
    window : int
        Samples of a window.
    hop : int
        Samples from one window to the next, which are the samples a step.
    channels : int
        Of the convolution over neighbouring windows.
    """

    def __init__(self, window: int = 128, hop: int = 16, channels: int = 128):
        super().__init__()
        self.window, self.hop, self.n_features = window, hop, channels
        self.n_frequencies = round(0.34 * window)  # up to 60 Hz at 173.61 Hz; hardly any above
        self.register_buffer("taper", torch.hann_window(window), persistent=False)
        self.scale = nn.BatchNorm1d(self.n_frequencies)
        self.convolution = nn.Sequential(
            nn.Conv1d(self.n_frequencies, channels, 3, padding=1),
            nn.BatchNorm1d(channels),
            nn.ReLU(),
        )

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        """Return features (batch, n_features, step) of samples (batch, time)."""
        spectrum = torch.stft(
            samples, self.window, self.hop, window=self.taper, return_complex=True
        )
        sizes = spectrum[:, 1 : 1 + self.n_frequencies].abs()  # without the mean
        return self.convolution(self.scale(torch.log(sizes + 0.05)))


class FrontEndClassifier(nn.Module):
    """Features of a signal, a bidirectional recurrent network over them, and a class.

    Parameters
    ----------
    front_end : Wave or Spectrum
        What the recurrent network reads.
    hidden_size : int
    n_classes : int
    cell : {"rnn", "lstm", "gru"}
    dropout : float
        Share of features, and of what the classifier sees, dropped during training.
    deviation : bool
        Read out also how much each number varies over the steps, its standard deviation.

    Notes
    -----
    ========================  ===================================================
    samples                   (batch, time, 1)
    features                  (batch, step, front_end.n_features)
    hidden states             (batch, step, 2 x hidden_size)
    read-out                  mean and maximum of hidden states and of features
    class scores              (batch, n_classes)
    ========================  ===================================================
    """

    def __init__(
        self,
        front_end: Wave | Spectrum,
        hidden_size: int = 96,
        n_classes: int = 5,
        cell: Literal["rnn", "lstm", "gru"] = "gru",
        dropout: float = 0.3,
        deviation: bool = False,
    ):
        super().__init__()
        self.deviation = deviation
        self.front_end = front_end
        self.recurrent = CELLS[cell](
            front_end.n_features, hidden_size, batch_first=True, bidirectional=True
        )
        self.drop = nn.Dropout(dropout)
        n_readout = (3 if deviation else 2) * (2 * hidden_size + front_end.n_features)
        self.classify = nn.Linear(n_readout, n_classes)

    def forward(self, sequences: torch.Tensor) -> torch.Tensor:
        """Return the score of each class, before the softmax.

        Parameters
        ----------
        sequences : Tensor, shape (batch, time, 1)

        Returns
        -------
        Tensor, shape (batch, class)
        """
        features = self.front_end(sequences[..., 0]).transpose(1, 2)
        states, _ = self.recurrent(self.drop(features))
        both = torch.cat([states, features], dim=2)
        readout = [both.mean(dim=1), both.amax(dim=1)]
        if self.deviation:
            readout.append(both.std(dim=1))
        return self.classify(self.drop(torch.cat(readout, dim=1)))


def n_parameters(network: nn.Module) -> int:
    """Return how many numbers of a network are trained."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad)
