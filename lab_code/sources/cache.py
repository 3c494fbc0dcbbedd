"""Recordings kept on this machine, so that they are simulated or downloaded only once."""

from __future__ import annotations

import logging

import numpy as np

from lab_code.files import cache_folder, write_whole
from lab_code.recordings import LABELS, N_SAMPLES, NAMES, Recordings

log = logging.getLogger(__name__)


def write(key: str, recordings: Recordings, only_if_missing: bool = False) -> None:
    """Keep recordings under a key; by default they replace what was kept there.

    The file appears whole or not at all, even when two programs write at once. If the cache cannot
    be written to, a warning on stderr says so; nothing else happens.
    """
    if only_if_missing and read(key, recordings.source) is not None:
        return
    try:
        with write_whole(cache_folder() / f"{key}.npz") as file:
            np.savez_compressed(file, samples=recordings.samples)
    except OSError as error:
        log.warning("recordings: could not be kept in the cache: %s", error)


def read(key: str, source: str) -> Recordings | None:
    """Return the recordings kept under a key, or None if there are none or they are damaged."""
    path = cache_folder() / f"{key}.npz"
    try:
        with path.open("rb") as file, np.load(file) as kept:
            recordings = Recordings(kept["samples"], LABELS, NAMES, source)
            if not recordings.is_whole:
                raise ValueError(f"{recordings.n_samples} samples instead of {N_SAMPLES}")
            return recordings
    except FileNotFoundError:
        return None
    except Exception as error:  # a damaged file can raise almost anything
        log.warning("recordings: ignoring the damaged %s: %s", path, error)
        return None
