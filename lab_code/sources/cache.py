"""Recordings kept on this machine, so that they are made or downloaded once."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import numpy as np
import pooch

from lab_code.files import write_whole
from lab_code.recordings import LABELS, NAMES, Recordings

log = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Return the folder of the cache: ``LAB_CACHE`` if set, else the usual place for caches."""
    return Path(os.environ.get("LAB_CACHE") or pooch.os_cache("recurrent-lab-book"))


def write(key: str, recordings: Recordings, only_if_missing: bool = False) -> None:
    """Keep recordings under a key, by default in place of what was kept there.

    The file appears whole or not at all, also when two programs write at once. A cache that
    cannot be written to is reported on stderr and otherwise does no harm.
    """
    path = cache_folder() / f"{key}.npz"
    if only_if_missing and path.is_file():
        return
    try:
        with write_whole(path) as file:
            np.savez_compressed(file, samples=recordings.samples)
    except OSError as error:
        log.warning("recordings: not kept for the next time: %s", error)


def read(key: str, source: str) -> Recordings | None:
    """Return the recordings kept under a key, or None if there are none or they are damaged."""
    path = cache_folder() / f"{key}.npz"
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file, np.load(file) as kept:
            return Recordings(kept["samples"], LABELS, NAMES, source)
    except Exception as error:  # a damaged file can raise almost anything
        log.warning("recordings: ignoring the damaged %s: %s", path, error)
        return None
