"""From recordings to what a recurrent network takes: tensors of shape (batch, step, feature)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch.utils.data import Dataset

from lab_code.recordings import CLASSES


@dataclass(frozen=True)
class Scaling:
    """Subtract a mean and divide by a standard deviation, both single numbers.

    The same numbers for all recordings keep what tells them apart: a seizure stays several times
    larger than the rest.

    Parameters
    ----------
    mean, std : float
        In counts.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.sequences import Scaling
    >>> train = np.array([[0, 10], [20, 30]])
    >>> scaling = Scaling.fit(train)
    >>> scaling.mean
    15.0
    >>> scaling(train).std().round(3)
    np.float32(1.0)
    >>> scaling(np.array([[15, 15]]))  # what is tested has no say in it
    array([[0., 0.]], dtype=float32)
    """

    mean: float
    std: float

    @classmethod
    def fit(cls, samples: np.ndarray) -> Scaling:
        """Measure the scaling on samples, which should be those of the training part only.

        Parameters
        ----------
        samples : ndarray, any shape

        Raises
        ------
        ValueError
            If there are no samples, or they are all the same.
        """
        if samples.size == 0 or samples.min() == samples.max():
            raise ValueError("a scaling needs samples that differ from one another")
        return cls(float(samples.mean(dtype=np.float64)), float(samples.std(dtype=np.float64)))

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        """Return the scaled samples as float32, of the same shape."""
        return ((samples - self.mean) / self.std).astype(np.float32)


@dataclass(frozen=True, eq=False)
class BandScaling:
    """The same for the power in frequency bands, with two numbers a band.

    Parameters
    ----------
    mean, std : Tensor, shape (band,)

    Examples
    --------
    >>> import torch
    >>> from lab_code.networks import Bands
    >>> from lab_code.sequences import BandScaling
    >>> bands = Bands(n_bands=24)(torch.randn(8, 4097))
    >>> scaling = BandScaling.fit(bands[:6])  # of the training part
    >>> scaling.mean.shape
    torch.Size([24])
    >>> scaling(bands).shape
    torch.Size([8, 63, 24])
    """

    mean: torch.Tensor
    std: torch.Tensor

    @classmethod
    def fit(cls, bands: torch.Tensor) -> BandScaling:
        """Measure the scaling on bands, which should be those of the training part only.

        Parameters
        ----------
        bands : Tensor, shape (recording, window, band)
        """
        return cls(bands.mean(dim=(0, 1)), bands.std(dim=(0, 1)))

    def __call__(self, bands: torch.Tensor) -> torch.Tensor:
        """Return the scaled bands, of the same shape."""
        return (bands - self.mean) / self.std


def to_sequences(samples: np.ndarray, samples_per_step: int = 1) -> torch.Tensor:
    """Cut each row into steps of one or more samples.

    More samples per step make the sequence shorter, so a network trains faster and has fewer steps
    to remember.

    Parameters
    ----------
    samples : ndarray, shape (batch, time)
    samples_per_step : int
        Samples that the network takes in at once, from 1 to the length of a row.

    Returns
    -------
    Tensor of float32, shape (batch, step, feature)
        With ``time // samples_per_step`` steps of `samples_per_step` features. Samples at the
        end that do not fill a step are left out.

    Raises
    ------
    ValueError
        If `samples` is not two-dimensional, or `samples_per_step` is out of range.

    Examples
    --------
    >>> from lab_code.sequences import to_sequences
    >>> from lab_code.sources import load
    >>> seconds = load("simulated").seconds()
    >>> to_sequences(seconds.samples).shape
    torch.Size([11500, 178, 1])
    >>> to_sequences(seconds.samples, samples_per_step=4).shape
    torch.Size([11500, 44, 4])
    """
    if samples.ndim != 2:
        raise ValueError(f"samples must have the shape (batch, time), not {samples.shape}")
    batch, time = samples.shape
    if not 1 <= samples_per_step <= time:
        raise ValueError(f"samples_per_step must be from 1 to {time}, not {samples_per_step}")
    steps = time // samples_per_step
    cut = samples[:, : steps * samples_per_step].astype(np.float32)
    return torch.from_numpy(cut.reshape(batch, steps, samples_per_step))


def to_targets(labels: np.ndarray) -> torch.Tensor:
    """Turn labels, 1 to 5, into what a loss function takes: classes counted from 0.

    Parameters
    ----------
    labels : ndarray of int, shape (batch,)

    Returns
    -------
    Tensor of int64, shape (batch,)

    Raises
    ------
    ValueError
        If a label is not a key of `lab_code.recordings.CLASSES`.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.sequences import to_targets
    >>> to_targets(np.array([1, 5, 2]))
    tensor([0, 4, 1])
    """
    if not np.isin(labels, list(CLASSES)).all():
        raise ValueError(f"labels must be among {list(CLASSES)}")
    return torch.from_numpy(np.asarray(labels, dtype=np.int64) - 1)


def to_labels(scores: torch.Tensor) -> np.ndarray:
    """Return the label with the highest score, the inverse of `to_targets`.

    Parameters
    ----------
    scores : Tensor, shape (batch, class)

    Returns
    -------
    ndarray of int64, shape (batch,)
        Labels from 1.

    Examples
    --------
    >>> import torch
    >>> from lab_code.sequences import to_labels
    >>> scores = torch.tensor([[0.1, 2.0, -1.0], [3.0, 0.0, 1.0]])
    >>> to_labels(scores)
    array([2, 1])
    """
    return scores.argmax(dim=1).cpu().numpy() + 1


class RandomStretches(Dataset):
    """Stretches of sequences, drawn so that a moment counts by the square root of its recordings.

    Electrodes of one moment tell much the same. So if a moment has n recordings of one class, each
    is drawn with a weight of 1 / √n. Classes are drawn equally often, and each stretch begins at a
    random step.

    Parameters
    ----------
    sequences : Tensor, shape (recording, step, feature)
    targets : Tensor of int64, shape (recording,)
        Classes counted from 0.
    moment : ndarray of int, shape (recording,)
    length : int
        Steps in a stretch.
    seed : int
        Seed of the draws.

    Examples
    --------
    >>> import numpy as np
    >>> import torch
    >>> from lab_code.sequences import RandomStretches
    >>> sequences, targets = torch.randn(4, 100, 2), torch.tensor([0, 0, 0, 1])
    >>> moment = np.array([0, 0, 1, 2])
    >>> stretches = RandomStretches(sequences, targets, moment, length=30)
    >>> drawn, classes = stretches[torch.arange(8)]  # eight, whatever their numbers
    >>> drawn.shape
    torch.Size([8, 30, 2])
    >>> [round(weight, 2) for weight in stretches.weights.tolist()]  # two share a moment
    [0.29, 0.29, 0.41, 1.0]
    """

    def __init__(
        self,
        sequences: torch.Tensor,
        targets: torch.Tensor,
        moment: np.ndarray,
        length: int,
        seed: int = 0,
    ):
        if not 1 <= length <= sequences.shape[1]:
            raise ValueError(f"length must be from 1 to {sequences.shape[1]}, not {length}")
        self.sequences, self.targets, self.length = sequences, targets, length
        of = pd.DataFrame({"moment": moment, "target": targets})
        weight = of.groupby(["moment", "target"])["target"].transform("size") ** -0.5
        weight /= weight.groupby(of["target"]).transform("sum")
        self.weights = torch.tensor(weight.to_numpy())
        self.random = torch.Generator().manual_seed(seed)

    def __len__(self) -> int:
        return len(self.sequences)

    def __getitem__(self, batch: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        drawn = torch.multinomial(self.weights, len(batch), replacement=True, generator=self.random)
        last = self.sequences.shape[1] - self.length
        begin = torch.randint(last + 1, (len(batch), 1), generator=self.random)
        steps = begin + torch.arange(self.length)
        return self.sequences[drawn[:, None], steps], self.targets[drawn]
