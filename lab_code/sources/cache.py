"""Recordings kept on this machine, so that they are simulated or downloaded only once."""

from __future__ import annotations

import logging
import zipfile

import numpy as np

from lab_code.files import cache_folder, open_regular, write_whole
from lab_code.recordings import LABELS, N_SAMPLES, NAMES, Recordings

log = logging.getLogger(__name__)

MAX_BYTES = 10_000_000
"""Bytes of a file, and of what it unpacks to; 500 recordings are four million."""


def write(key: str, recordings: Recordings, only_if_missing: bool = False) -> None:
    """Keep recordings under a key; by default they replace what was kept there.

    What is there is not read, so that nothing in the cache can disturb who does not need it.

    The file appears whole or not at all, even when two programs write at once. If the cache cannot
    be written to, a warning on stderr says so; nothing else happens.
    """
    path = cache_folder() / f"{key}.npz"
    try:
        if only_if_missing and path.is_file():
            return
        with write_whole(path) as file:
            np.savez_compressed(file, samples=recordings.samples)
    except OSError as error:
        log.warning("recordings: could not be kept in the cache: %s", error)


def read(key: str, source: str) -> Recordings | None:
    """Return the recordings kept under a key, or None if there are none or they are damaged."""
    path = cache_folder() / f"{key}.npz"
    try:
        with open_regular(path, MAX_BYTES) as file:
            unpacked = sum(member.file_size for member in zipfile.ZipFile(file).infolist())
            if unpacked > MAX_BYTES:
                raise ValueError(f"it unpacks to {unpacked / 1e6:,.0f} MB")
            file.seek(0)
            kept = np.load(file)
            recordings = Recordings(kept["samples"], LABELS, NAMES, source)
            if not recordings.is_whole:
                raise ValueError(f"{recordings.n_samples} samples instead of {N_SAMPLES}")
            return recordings
    except FileNotFoundError:
        return None
    except Exception as error:  # a damaged file can raise almost anything
        log.warning("recordings: ignoring the damaged %s: %s", path, error)
        return None
