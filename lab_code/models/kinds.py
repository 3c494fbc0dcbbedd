"""The kinds of network that can be kept: what each reads at once, and how samples become steps."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

import numpy as np
import torch
from torch import Tensor, nn

from lab_code.networks import Bands, RecurrentClassifier, SpectrumReader
from lab_code.recordings import Recordings, Seconds
from lab_code.sequences import BandScaling, Scaling, to_sequences

LARGEST = 1024
"""The largest size that a file may ask for, so that a bad one cannot fill the memory."""

LONGEST = 8192
"""The most samples that a network may read at once."""


class Kind(ABC):
    """A kind of network: its class, and what a file has to say of it.

    Attributes
    ----------
    network : type
        Of the network itself.
    piece, pieces : str
        What of a signal it answers about, one and several.

    Examples
    --------
    >>> from lab_code.models.kinds import KINDS
    >>> {name: kind.piece for name, kind in KINDS.items()}
    {'RecurrentClassifier': 'second', 'SpectrumReader': 'stretch'}
    """

    network: type[nn.Module]
    piece: str
    pieces: str

    @abstractmethod
    def cut(self, recordings: Recordings) -> Recordings | Seconds:
        """Return what of recordings it reads."""

    @abstractmethod
    def describe(self, parameters: dict, scaling: Scaling | BandScaling) -> dict:
        """Return what the file says of the scaling and of the steps.

        Parameters
        ----------
        parameters : dict
            Those of the entry in the record.
        scaling : Scaling or BandScaling
        """

    @abstractmethod
    def check(self, about: dict) -> Scaling | BandScaling:
        """Check what a file says of sizes and scaling; return the scaling.

        Raises
        ------
        KeyError, TypeError, ValueError
            If something is missing or does not fit.
        """

    @abstractmethod
    def steps(self, samples: np.ndarray, scaling: Scaling | BandScaling, about: dict) -> Tensor:
        """Return what the network reads (piece, step, feature) of samples (piece, time)."""


class OneSecond(Kind):
    """A `RecurrentClassifier`, which reads a second, one sample or a few at a time.

    Examples
    --------
    >>> from lab_code.models.kinds import OneSecond
    >>> from lab_code.sources import load
    >>> OneSecond().cut(load("simulated")).samples.shape
    (11500, 178)
    """

    network, piece, pieces = RecurrentClassifier, "second", "seconds"

    def cut(self, recordings: Recordings) -> Seconds:
        """Return the seconds of recordings."""
        return recordings.seconds()

    def describe(self, parameters: dict, scaling: Scaling) -> dict:
        """Return the samples of a step, and the scaling, two numbers."""
        return {"samples_per_step": parameters["samples_per_step"], "scaling": vars(scaling)}

    def check(self, about: dict) -> Scaling:
        """Check sizes and scaling."""
        how, width = about["network"]["parameters"], about["samples_per_step"]
        _check_sizes([about["n_samples"], width, *how.values()], LARGEST)
        if how["input_size"] != width or not 1 <= width <= about["n_samples"]:
            raise ValueError("the samples of a step do not fit its network")
        scaling = Scaling(**about["scaling"])
        if not math.isfinite(scaling.mean) or not 0 < scaling.std < math.inf:
            raise ValueError("its scaling is not a number in range")
        return scaling

    def steps(self, samples: np.ndarray, scaling: Scaling, about: dict) -> Tensor:
        """Return scaled samples, cut into steps."""
        return to_sequences(scaling(samples), about["samples_per_step"])


class WholeRecording(Kind):
    """A `SpectrumReader`, which reads the spectrum of a recording from low to high frequency.

    Examples
    --------
    >>> import torch
    >>> from lab_code.models.kinds import WholeRecording
    >>> from lab_code.sequences import BandScaling
    >>> from lab_code.sources import load
    >>> samples = load("simulated").samples[:2]
    >>> about = {"network": {"parameters": {"n_bands": 24}}}
    >>> scaling = BandScaling(torch.zeros(24), torch.ones(24))
    >>> WholeRecording().steps(samples, scaling, about).shape
    torch.Size([2, 63, 24])
    """

    network, piece, pieces = SpectrumReader, "stretch", "stretches"

    def cut(self, recordings: Recordings) -> Recordings:
        """Return the recordings themselves."""
        return recordings

    def describe(self, parameters: dict, scaling: BandScaling) -> dict:
        """Return the scaling, two numbers a band."""
        return {"scaling": {name: of.tolist() for name, of in vars(scaling).items()}}

    def check(self, about: dict) -> BandScaling:
        """Check sizes and scaling."""
        how = about["network"]["parameters"]
        _check_sizes([how["n_bands"], *how.values()], LARGEST)
        _check_sizes([about["n_samples"]], LONGEST)
        numbers = [about["scaling"][of] for of in ("mean", "std")]
        if not all(len(of) == how["n_bands"] for of in numbers):
            raise ValueError("its scaling does not have two numbers a band")
        if not all(isinstance(one, float) for of in numbers for one in of):
            raise TypeError("its scaling is not of numbers")
        mean, std = (torch.tensor(of) for of in numbers)
        if not (torch.cat([mean, std]).isfinite().all() and (std > 0).all()):
            raise ValueError("its scaling is not a number in range")
        return BandScaling(mean, std)

    def steps(self, samples: np.ndarray, scaling: BandScaling, about: dict) -> Tensor:
        """Return the scaled power in each band, window by window."""
        bands = Bands(about["network"]["parameters"]["n_bands"])
        return scaling(bands(torch.from_numpy(samples.astype(np.float32))))


def _check_sizes(values: list, largest: int) -> None:
    sizes = [size for size in values if isinstance(size, int)]
    if not isinstance(values[0], int) or min(sizes) < 0 or max(sizes) > largest:
        raise ValueError(f"its sizes are not whole numbers from 0 to {largest}")


KINDS: dict[str, Kind] = {kind.network.__name__: kind for kind in (OneSecond(), WholeRecording())}
"""Each kind by the name of its network."""
