"""Files written whole or not at all, and read only if they are regular files; the cache folder."""

from __future__ import annotations

import errno
import glob
import json
import os
import stat
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import pooch


def cache_folder() -> Path:
    """Return the folder of the cache: ``LAB_CACHE`` if set, else the usual place for caches."""
    if os.environ.get("LAB_CACHE"):
        return Path(os.environ["LAB_CACHE"]).expanduser()
    try:
        return Path(pooch.os_cache("recurrent-lab-book"))
    except RuntimeError:  # a user without a home folder
        return Path(tempfile.gettempdir()) / "recurrent-lab-book"


@contextmanager
def write_whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing; it replaces `path` if all goes well.

    Readers see the old file or the new one, never a part of one, even when two programs write
    at once or one is killed.

    Parameters
    ----------
    path : Path
        Its folder is created if missing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with temporary.open("wb") as file:
            yield file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Remove what killed programs left when they wrote this file, an hour ago or earlier."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > 3600:
                left.unlink()


def write_new(path: Path, content: bytes) -> None:
    """Write a file that was not there; it appears whole or not at all.

    Parameters
    ----------
    path : Path
        Its folder is created if missing.
    content : bytes

    Raises
    ------
    FileExistsError
        If there is such a file. It is left as it is.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        temporary.write_bytes(content)
        try:
            os.link(temporary, path)  # unlike a new name, this never replaces a file
        except FileExistsError:
            raise FileExistsError(errno.EEXIST, "exists", str(path)) from None
        except OSError:  # a file system without links
            if path.exists():
                raise FileExistsError(errno.EEXIST, "exists", str(path)) from None
            temporary.rename(path)
    finally:
        temporary.unlink(missing_ok=True)


def open_regular(path: Path, max_bytes: int = 100_000_000) -> BinaryIO:
    """Open a file for reading, unless it is a pipe or a device, or huge.

    Parameters
    ----------
    path : Path
    max_bytes : int

    Raises
    ------
    OSError
        If it is missing, not a regular file, or larger than `max_bytes`.
    """
    _refuse(path.stat(), path, max_bytes)  # before it is opened: to open a device can do harm
    # a pipe that has taken its place meanwhile is not waited for
    file = os.fdopen(os.open(path, os.O_RDONLY | _NO_WAITING), "rb")
    try:
        _refuse(os.fstat(file.fileno()), path, max_bytes)
    except OSError:
        file.close()
        raise
    return file


_NO_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # Windows has the latter


def _refuse(status: os.stat_result, path: Path, max_bytes: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    if status.st_size > max_bytes:
        raise OSError(errno.EFBIG, f"larger than {max_bytes / 1e6:.0f} MB", str(path))


def write_json(path: Path, content: dict | list) -> None:
    """Write JSON; the file appears whole or not at all.

    Raises
    ------
    ValueError
        If a value is not a finite number.
    """
    text = json.dumps(content, indent=2, allow_nan=False) + "\n"
    with write_whole(path) as file:
        file.write(text.encode())
