"""Checks that recordings are the published ones, by their content and not by their files.

``fingerprints.csv`` holds, for each of the 500 recordings, the beginning of the sha256 of its
first 4094 samples as little-endian int16. It shows which recording is damaged if the digest of the
whole set is wrong. It also gives the recordings of the UCI table, which numbers them differently,
their published names.
"""

from __future__ import annotations

import csv
import hashlib
from functools import cache
from importlib.resources import files

import numpy as np

from lab_code.recordings import (
    SAMPLES_PER_SECOND,
    SECONDS_PER_RECORDING,
    DataError,
    Recordings,
)

DIGEST = "efe5209941d98d5807941a0bb8ab94d8bc4a8f7705882e602d1779bd9dc13cc8"
"""`Recordings.digest` of the 500 published recordings."""

SECONDS_DIGEST = "8c76d43aa2f4c4ab4770eabe2d91ba6c970eedddb04c3c8dd06f41f7ddeacee1"
"""`Recordings.seconds_digest` of the 500 published recordings, and of the UCI table."""


@cache
def fingerprints() -> dict[str, str]:
    """Return the name of each published recording by its `fingerprint`."""
    with files("lab_code.sources").joinpath("fingerprints.csv").open() as lines:
        return {row["fingerprint"]: row["name"] for row in csv.DictReader(lines)}


def fingerprint(samples: np.ndarray) -> str:
    """Return the first 16 hexadecimal digits of the sha256 of a recording's first 4094 samples.

    Parameters
    ----------
    samples : ndarray of int16, shape (time,)
    """
    cut = samples[: SECONDS_PER_RECORDING * SAMPLES_PER_SECOND]
    return hashlib.sha256(cut.astype("<i2").tobytes()).hexdigest()[:16]


def check(recordings: Recordings, origin: str) -> Recordings:
    """Return the recordings if their content is the published one.

    Parameters
    ----------
    recordings : Recordings
    origin : str
        Where they were read from, for the message.

    Raises
    ------
    DataError
        If the digest differs; the message names the recordings that differ.
    """
    expected = DIGEST if recordings.is_whole else SECONDS_DIGEST
    if recordings.digest == expected:
        return recordings
    known = fingerprints()
    wrong = [
        name
        for name, samples in zip(recordings.names, recordings.samples, strict=True)
        if known.get(fingerprint(samples)) != name
    ]
    if wrong:
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        what = f"these recordings differ: {', '.join(wrong[:5])}{more}"
    else:
        what = "they differ in the last three samples"
    raise DataError(
        f"{origin}: this is not the content of the published recordings; {what}. "
        f"(Digest {recordings.digest[:12]}…, expected {expected[:12]}….) "
        f"Replace them with a fresh copy of the published files."
    )
