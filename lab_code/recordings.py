"""The EEG recordings that the book trains on, and the seconds they are cut into."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from lab_code import moments

SAMPLING_RATE = 173.61
"""Samples per second, in hertz (Andrzejak et al. 2001)."""

N_SAMPLES = 4097
"""Samples in a whole recording (23.6 s)."""

SECONDS_PER_RECORDING = 23
SAMPLES_PER_SECOND = 178
"""A "second" of the course lab and the UCI table has 178 samples: 1.025 s."""

SAMPLE_RANGE = (-2048, 2047)
"""The 12-bit converter's range."""

CLASSES = {
    1: "seizure",
    2: "epileptogenic zone",
    3: "opposite hippocampus",
    4: "eyes closed",
    5: "eyes open",
}
"""The labels of the UCI table, and what this book calls them."""

UCI_NAMES = {
    1: "seizure",
    2: "tumour area",
    3: "healthy area",
    4: "eyes closed",
    5: "eyes open",
}
"""What the UCI table and the course lab call them."""

SETS = {"Z": 5, "O": 4, "N": 3, "F": 2, "S": 1}
"""The label of each of the five sets of recordings, in the order of publication."""

NAMES = tuple(f"{letter}{number:03d}" for letter in SETS for number in range(1, 101))
"""Names of the 500 recordings, Z001 to S100, in the order in which digests are computed."""

LABELS = tuple(SETS[name[0]] for name in NAMES)
"""The label of each."""


class DataError(Exception):
    """Recordings are missing or damaged; the message says what is wrong and what to do.

    It is one line: control characters, which a file's name may contain, are escaped.

    Examples
    --------
    >>> from lab_code.recordings import DataError
    >>> from lab_code.sources import load
    >>> try:
    ...     load("a hospital")
    ... except DataError as error:
    ...     print(error)
    there is no source 'a hospital'. Use one of auto, bonn, uci, simulated.
    """

    def __init__(self, message: str):
        escaped = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in message)
        super().__init__("".join(escaped))


@dataclass(frozen=True, eq=False, repr=False)
class Recordings:
    """Single-channel EEG recordings of equal length, each with one label; immutable.

    Parameters
    ----------
    samples : ndarray of int16, shape (recording, time)
        Amplitudes in counts of the 12-bit converter, about 1 µV each. A whole recording has
        4097 samples. The UCI table holds only the first 4094, and so do recordings read from
        it: nothing is filled in.
    labels : ndarray of int64, shape (recording,)
        The class of each recording, a key of `CLASSES`.
    names : sequence of str
        The name of each recording, Z001 to S100.
    source : str
        Where they come from, as in `lab_code.sources.SOURCES`.
    origin : str
        How this run got them, in words: from a folder, from the cache, by a download.
    sampling_rate : float
        Samples per second, in hertz.

    Raises
    ------
    ValueError
        If the shapes do not match, or the samples are not int16.

    Examples
    --------
    >>> from lab_code.sources import load
    >>> recordings = load("simulated")
    >>> recordings.samples.shape  # (recording, time)
    (500, 4097)
    >>> recordings.is_real
    False
    >>> recordings.samples[recordings.labels == 1].shape  # the seizures
    (100, 4097)
    >>> recordings.names[:3]
    ('Z001', 'Z002', 'Z003')
    """

    samples: np.ndarray
    labels: np.ndarray
    names: tuple[str, ...]
    source: str
    origin: str = ""
    sampling_rate: float = SAMPLING_RATE

    def __post_init__(self):
        samples = np.array(self.samples, order="C")
        labels = np.array(self.labels, dtype=np.int64)
        if samples.dtype != np.int16 or samples.ndim != 2:
            raise ValueError(
                f"samples must be int16 of shape (recording, time), "
                f"not {samples.dtype} of shape {samples.shape}"
            )
        if not len(samples) == len(labels) == len(self.names):
            raise ValueError(
                f"{len(samples)} recordings, {len(labels)} labels and {len(self.names)} names "
                f"do not match"
            )
        for array in (samples, labels):
            array.flags.writeable = False
        object.__setattr__(self, "samples", samples)
        object.__setattr__(self, "labels", labels)
        object.__setattr__(self, "names", tuple(self.names))

    def __len__(self) -> int:
        return len(self.samples)

    def __repr__(self) -> str:
        return (
            f"<{len(self)} recordings x {self.n_samples} samples at {self.sampling_rate} Hz, "
            f"{self.source}, {self.digest[:8]}>"
        )

    @property
    def n_samples(self) -> int:
        """Samples in each recording: 4097, or 4094 if they came from the UCI table."""
        return self.samples.shape[1]

    @property
    def is_whole(self) -> bool:
        """Whether each recording has all of its 4097 samples."""
        return self.n_samples == N_SAMPLES

    @property
    def is_real(self) -> bool:
        """Whether these are recordings of people rather than a simulation."""
        return self.source != "simulated"

    @property
    def recording(self) -> np.ndarray:
        """Ndarray of int64, shape (recording,): the number of each recording, from 0."""
        return np.arange(len(self))

    @cached_property
    def digest(self) -> str:
        """Sha256 of the content, the same wherever the recordings were read from.

        Computed from the samples as little-endian int16 in the order of `names`; for recordings
        without their last samples (the UCI table) it is `seconds_digest`.
        """
        if not self.is_whole:
            return self.seconds_digest
        return hashlib.sha256(self.samples.astype("<i2").tobytes()).hexdigest()

    @cached_property
    def seconds_digest(self) -> str:
        """Sha256 of the seconds' bytes, sorted and joined: it does not depend on their order."""
        rows = self.seconds().samples.astype("<i2")
        return hashlib.sha256(b"".join(sorted(row.tobytes() for row in rows))).hexdigest()

    @cached_property
    def moment(self) -> np.ndarray:
        """Ndarray of int64, shape (recording,): the number of each recording's moment, from 0.

        Recordings of one moment are electrodes that heard the same brain at the same time. Found
        from the samples; see `lab_code.moments`.
        """
        moment = moments.group(moments.kept_correlations(self.samples))
        moment.flags.writeable = False
        return moment

    def seconds(self) -> Seconds:
        """Cut every recording into its 23 seconds.

        Returns
        -------
        Seconds
            23 x 178 samples of each recording, in order; the last three samples of a whole
            recording belong to no second.
        """
        n = SECONDS_PER_RECORDING
        return Seconds(
            samples=self.samples[:, : n * SAMPLES_PER_SECOND].reshape(-1, SAMPLES_PER_SECOND),
            labels=np.repeat(self.labels, n),
            recording=np.repeat(self.recording, n),
            chunk=np.tile(np.arange(1, n + 1), len(self)),
            cut_from=self,
        )

    def to_table(self) -> pd.DataFrame:
        """Cut every recording into seconds, as a table in the layout of UCI.

        Returns
        -------
        DataFrame, shape (23 * recording, 179)
            Columns ``X1`` … ``X178`` (counts) and ``y`` (1 to 5). The index has ids like
            ``X21.V1.180``: second 21 of recording 180, counted from 1 in the order of
            `names` (UCI numbers the recordings differently).
        """
        seconds = self.seconds()
        table = pd.DataFrame(
            seconds.samples,
            columns=[f"X{i}" for i in range(1, SAMPLES_PER_SECOND + 1)],
            index=[
                f"X{chunk}.V1.{recording + 1}"
                for chunk, recording in zip(seconds.chunk, seconds.recording, strict=True)
            ],
        )
        table["y"] = seconds.labels
        return table


@dataclass(frozen=True, eq=False)
class Seconds:
    """The seconds of some recordings; immutable.

    Parameters
    ----------
    samples : ndarray of int16, shape (second, 178)
        Amplitudes in counts.
    labels : ndarray of int64, shape (second,)
        The class of each second, a key of `CLASSES`.
    recording : ndarray of int64, shape (second,)
        The number of the recording that each second was cut from, from 0.
    chunk : ndarray of int64, shape (second,)
        Its place in that recording, 1 to 23.
    cut_from : Recordings, optional
        The recordings themselves, from which the moments are found.

    Examples
    --------
    >>> from lab_code.sources import load
    >>> seconds = load("simulated").seconds()
    >>> seconds.samples.shape
    (11500, 178)
    >>> seconds.chunk[seconds.recording == 7]  # those of one recording
    array([ 1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,
           18, 19, 20, 21, 22, 23])
    """

    samples: np.ndarray
    labels: np.ndarray
    recording: np.ndarray
    chunk: np.ndarray
    cut_from: Recordings | None = None

    def __post_init__(self):
        for name in ("samples", "labels", "recording", "chunk"):
            array = np.array(getattr(self, name))
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def moment(self) -> np.ndarray:
        """Ndarray of int64, shape (second,): the number of each second's moment, from 0.

        Raises
        ------
        ValueError
            If `cut_from` is missing.
        """
        if self.cut_from is None:
            raise ValueError("moments need the recordings: take seconds from Recordings.seconds()")
        return self.cut_from.moment[self.recording]
