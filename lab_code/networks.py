"""The networks that the labs train, from modules of `torch.nn`."""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import nn

from lab_code.recordings import SAMPLING_RATE

CELLS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
"""The recurrent module of each kind of cell. `lab_code.cells` has the equations of each."""


class RecurrentClassifier(nn.Module):
    """Read a sequence with a recurrent network, then choose a class.

    Parameters
    ----------
    input_size : int
        Features of one step.
    hidden_size : int
        Size of the hidden state, of each layer and direction.
    n_classes : int
    cell : str
        Kind of recurrent cell, a key of `CELLS`: ``"rnn"`` is the simple, or Elman, network, with
        tanh.
    num_layers : int
        Recurrent layers, each reading the hidden states of the one below.
    bidirectional : bool
        Also read each sequence from its end.
    dropout : float
        Share of the hidden state that is dropped between layers in training; for two layers or
        more.
    readout : {"last", "mean", "max", "mean_max"}
        What the classifier sees of the hidden states: the last one (of each direction, the
        last that it computes), their mean over all steps, their maximum, or mean and maximum
        side by side.

    Notes
    -----
    ========================  =====================================================
    sequences                 (batch, step, input_size)
    hidden states             (batch, step, hidden_size x directions)
    read-out                  (batch, hidden_size x directions), twice for mean_max
    class scores              (batch, n_classes)
    ========================  =====================================================

    Examples
    --------
    >>> import torch
    >>> from lab_code.networks import RecurrentClassifier
    >>> network = RecurrentClassifier(input_size=4, hidden_size=8, n_classes=5, readout="mean_max")
    >>> network(torch.randn(2, 44, 4)).shape  # two seconds of 44 steps
    torch.Size([2, 5])
    >>> network.recurrent
    GRU(4, 8, batch_first=True)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        n_classes: int,
        cell: str = "gru",
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


class ConvolutionalClassifier(nn.Module):
    """Filters that slide along the samples, and a linear layer on their mean and maximum.

    It has no state. What it sees of the sequence at once is as long as its filters.

    Parameters
    ----------
    n_classes : int
    channels : tuple of int
        Filters of each of the three layers.

    Examples
    --------
    >>> import torch
    >>> from lab_code.networks import ConvolutionalClassifier
    >>> network = ConvolutionalClassifier(n_classes=5)
    >>> network(torch.randn(2, 178, 1)).shape
    torch.Size([2, 5])
    >>> network(torch.randn(2, 44, 4)).shape  # the same signal in longer steps
    torch.Size([2, 5])
    """

    def __init__(self, n_classes: int = 5, channels: tuple[int, int, int] = (16, 32, 48)):
        super().__init__()
        first, second, third = channels
        self.one = nn.Conv1d(1, first, kernel_size=7, stride=4)
        self.two = nn.Conv1d(first, second, kernel_size=7, stride=2)
        self.three = nn.Conv1d(second, third, kernel_size=7, stride=2)
        self.classify = nn.Linear(2 * third, n_classes)

    def forward(self, sequences: torch.Tensor) -> torch.Tensor:
        """Return the score of each class, before the softmax.

        Parameters
        ----------
        sequences : Tensor, shape (batch, step, feature)
            The features of a step are samples, in order: it makes one signal of all steps.

        Returns
        -------
        Tensor, shape (batch, class)
        """
        found = sequences.flatten(1).unsqueeze(1)
        for filters in (self.one, self.two, self.three):
            found = filters(found).relu()
        return self.classify(torch.cat([found.mean(2), found.amax(2)], dim=1))


class Bands(nn.Module):
    """Measure how strong a signal is in frequency bands, which are wider at higher frequencies.

    Parameters
    ----------
    n_bands : int
    window, hop : int
        Samples in a window, and from the start of one to the start of the next.
    low, high : float
        The lowest and the highest frequency, in hertz.

    Examples
    --------
    >>> import torch
    >>> from lab_code.networks import Bands
    >>> noise = torch.randn(2, 4097)
    >>> Bands(n_bands=24)(noise).shape
    torch.Size([2, 63, 24])
    """

    def __init__(
        self,
        n_bands: int = 24,
        window: int = 128,
        hop: int = 64,
        low: float = 1.0,
        high: float = 60.0,
    ):
        super().__init__()
        self.window, self.hop = window, hop
        self.register_buffer("taper", torch.hann_window(window), persistent=False)
        frequencies = torch.fft.rfftfreq(window, 1 / SAMPLING_RATE)
        places = torch.logspace(math.log10(low), math.log10(high), n_bands + 2)
        apart = (frequencies.clamp(min=1e-3).log() - places[1:-1, None].log()).abs()
        weights = (1 - apart / (places[1] / places[0]).log()).clamp(min=0)
        narrow = weights.sum(dim=1) < 1e-3  # narrower than a step: take the nearest
        nearest = (frequencies - places[1:-1, None]).abs().argmin(dim=1)
        weights[narrow] = nn.functional.one_hot(nearest[narrow], len(frequencies)).float()
        weights /= weights.sum(dim=1, keepdim=True)
        self.register_buffer("weights", weights, persistent=False)

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        """Return half the logarithm of the power (batch, frame, band) of samples (batch, time)."""
        spectrum = torch.stft(
            samples, self.window, self.hop, window=self.taper, center=False, return_complex=True
        )
        power = spectrum.abs() ** 2 / self.window
        return torch.log(torch.einsum("kf,bft->btk", self.weights, power) + 0.3) / 2


class SpectrumReader(nn.Module):
    """Read a spectrum from low to high frequency with an LSTM, and choose a class.

    The steps of the sequence are not in time here: each is a frequency band, described by how
    strong it usually is and how much this varies over time.

    Parameters
    ----------
    n_bands : int
    hidden_size : int
        Size of the hidden state, of each direction.
    n_classes : int
    dropout : float
        Share of the classifier's input that is dropped during training.
    recurrent : bool
        If false, a linear layer with tanh replaces the LSTM, so that bands meet only in the
        classifier: this shows what the recurrence is worth.

    Notes
    -----
    ========================  ===================================================
    log-power                 (batch, frame, n_bands)
    steps                     (batch, n_bands, 6): quantiles over the frames, place
    hidden states             (batch, n_bands, 2 x hidden_size)
    class scores              (batch, n_classes)
    ========================  ===================================================

    Examples
    --------
    >>> import torch
    >>> from lab_code.networks import Bands, SpectrumReader
    >>> bands = Bands(n_bands=24)(torch.randn(2, 4097))
    >>> network = SpectrumReader(n_bands=24, hidden_size=16)
    >>> network(bands).shape
    torch.Size([2, 5])
    """

    def __init__(
        self,
        n_bands: int = 24,
        hidden_size: int = 16,
        n_classes: int = 5,
        dropout: float = 0.5,
        recurrent: bool = True,
    ):
        super().__init__()
        if recurrent:
            self.read = nn.LSTM(6, hidden_size, batch_first=True, bidirectional=True)
        else:
            self.read = nn.Sequential(nn.Linear(6, 2 * hidden_size), nn.Tanh())
        self.drop = nn.Dropout(dropout)
        self.classify = nn.Linear(2 * hidden_size * n_bands, n_classes)
        self.register_buffer("place", torch.linspace(-1.7, 1.7, n_bands), persistent=False)

    def forward(self, bands: torch.Tensor) -> torch.Tensor:
        """Return the score of each class, before the softmax.

        Parameters
        ----------
        bands : Tensor, shape (batch, frame, n_bands)
            From `Bands`, scaled.

        Returns
        -------
        Tensor, shape (batch, class)
        """
        ranked, n_frames = bands.sort(dim=1).values, bands.shape[1]
        lowest, low, middle, high, highest = (
            ranked[:, int(n_frames * share)] for share in (0.05, 0.25, 0.5, 0.75, 0.95)
        )
        spread = [2 * (low - middle), 2 * (high - middle), lowest - middle, highest - middle]
        steps = torch.stack([middle, *spread, self.place.expand_as(middle)], dim=2)
        states = self.read(steps)
        states = states[0] if isinstance(states, tuple) else states
        return self.classify(self.drop(states.flatten(1)))


def n_parameters(network: nn.Module) -> int:
    """Return the number of trainable parameters of a network.

    Examples
    --------
    >>> from torch import nn
    >>> from lab_code.networks import n_parameters
    >>> n_parameters(nn.RNN(input_size=4, hidden_size=8))
    112
    >>> 4 * 8 + 8 * 8 + 8 + 8  # from the input, from the state, and two biases
    112
    >>> n_parameters(nn.GRU(input_size=4, hidden_size=8))  # three times as many
    336
    """
    return sum(p.numel() for p in network.parameters() if p.requires_grad)
