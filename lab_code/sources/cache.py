"""Recordings kept on this machine, so that they are made or downloaded once."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pooch

from lab_code.recordings import Recordings


def cache_folder() -> Path:
    """Return the folder of the cache: ``LAB_CACHE`` if set, else the usual place for caches."""
    return Path(os.environ.get("LAB_CACHE") or pooch.os_cache("recurrent-lab-book"))


def write(key: str, recordings: Recordings, only_if_missing: bool = False) -> None:
    """Keep recordings under a key, by default in place of what was kept there.

    The file appears whole or not at all, also when two programs write at once. A cache that
    cannot be written to is reported on stderr and otherwise does no harm.
    """
    folder = cache_folder()
    path = folder / f"{key}.npz"
    if only_if_missing and path.is_file():
        return
    temporary = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".tmp", delete=False) as file:
            temporary = Path(file.name)
            np.savez_compressed(
                file,
                samples=recordings.samples,
                labels=recordings.labels,
                names=np.array(recordings.names),
                digest=recordings.digest,
            )
        temporary.replace(path)
    except OSError as error:
        print(f"recordings: not kept for the next time: {error}", file=sys.stderr)
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def read(key: str, source: str) -> Recordings | None:
    """Return the recordings kept under a key, or None if there are none or they are damaged."""
    path = cache_folder() / f"{key}.npz"
    if not path.is_file():
        return None
    try:
        with np.load(path) as kept:
            recordings = Recordings(
                kept["samples"], kept["labels"], tuple(kept["names"].tolist()), source
            )
            if recordings.digest != str(kept["digest"]):
                raise ValueError("its content is not what was written")
    except Exception as error:  # a damaged file can raise almost anything
        print(f"recordings: ignoring the damaged {path}: {error}", file=sys.stderr)
        return None
    return recordings
