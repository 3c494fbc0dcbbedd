"""The sources that recordings come from, one module each; `load` chooses."""

from __future__ import annotations

import hashlib
import logging
import os
from dataclasses import replace
from pathlib import Path

from lab_code.recordings import DataError, Recordings
from lab_code.sources import bonn, cache, download, published, simulated, uci

log = logging.getLogger(__name__)

FILES = {
    "bonn": f"{bonn.ONE_ZIP}, or all of {', '.join(bonn.FIVE_ZIPS)}, or the same files unpacked",
    "uci": "the UCI table as a .csv file",
}
"""What a folder must hold to be read as each source."""

SOURCES = ("auto", *FILES, "simulated")


def load(source: str | None = None) -> Recordings:
    """Load the recordings, and say on stderr which they are and why.

    Parameters
    ----------
    source : str, optional
        One of `SOURCES`; by default what the environment variable ``LAB_SOURCE`` says, else
        ``"auto"``: the folder ``LAB_DATA`` if it is set, then the cache, then a download, then
        simulated recordings. The others use that source or fail.

    Returns
    -------
    Recordings

    Raises
    ------
    DataError
        If the recordings are missing or damaged, or the source has no such name. A folder
        ``LAB_DATA`` that is empty or damaged is an error too: the next source is not tried.

    Examples
    --------
    >>> from lab_code.sources import load
    >>> recordings = load("simulated")
    >>> len(recordings), recordings.source, recordings.origin
    (500, 'simulated', 'as asked for')
    """
    if source is None:
        source = os.environ.get("LAB_SOURCE") or "auto"
    if source not in SOURCES:
        raise DataError(f"there is no source {source!r}. Use one of {', '.join(SOURCES)}.")
    if source == "simulated":
        recordings, origin = _simulated(), "as asked for"
    elif (folder := data_folder()) is not None:
        recordings, origin = _from_folder(folder, source)
    elif source in ("auto", "bonn"):
        recordings, origin = _from_cache_or_web(source)
    else:
        raise DataError(
            f"the source {source!r} is never downloaded. Set LAB_DATA to a folder that holds "
            f"{FILES[source]}."
        )
    log.info("recordings: %s, %s", recordings.source, origin)
    return replace(recordings, origin=origin)


def data_folder() -> Path | None:
    """Return the folder that ``LAB_DATA`` names, or None if it is not set.

    Raises
    ------
    DataError
        If it is set but empty, or does not name a folder that can be read.

    Examples
    --------
    >>> from lab_code.sources import data_folder
    >>> data_folder() is None  # LAB_DATA is not set
    True
    """
    name = os.environ.get("LAB_DATA")
    if name is None:
        return None
    if not name:
        raise DataError("LAB_DATA is set but empty. Name a folder, or unset it.")
    folder = Path(name).absolute()
    if not os.path.isdir(folder):  # noqa: PTH112 - the path's own method may raise
        raise DataError(
            f"LAB_DATA names {folder}, which is not a folder. Correct the path, or unset LAB_DATA."
        )
    if not os.access(folder, os.R_OK | os.X_OK):
        raise DataError(f"LAB_DATA names {folder}, which cannot be read. Change its permissions.")
    return folder


def _from_folder(folder: Path, source: str) -> tuple[Recordings, str]:
    tables = uci.tables_in(folder)
    if source in ("auto", "bonn") and bonn.is_in(folder):
        recordings = bonn.read(folder)
        cache.write("bonn", recordings, only_if_missing=True)
        return recordings, f"from {folder} (LAB_DATA is set)"
    if source in ("auto", "uci") and tables:
        if len(tables) > 1:
            raise DataError(
                f"{folder} holds several tables: {', '.join(path.name for path in tables[:5])}"
                f"{' …' if len(tables) > 5 else ''}. "
                f"Leave only the UCI table there."
            )
        return uci.read(tables[0]), f"from {tables[0]} (LAB_DATA is set)"
    wanted = ", or ".join(FILES.values()) if source == "auto" else FILES[source]
    zips = sorted(path.name for path in folder.glob("*.[zZ][iI][pP]"))
    misnamed = zips and source in ("auto", "bonn")
    hint = f" If {zips[0]} has all five sets, name it {bonn.ONE_ZIP}." if misnamed else ""
    raise DataError(
        f"LAB_DATA names {folder}, which holds no recordings. Put there {wanted}; "
        f"or unset LAB_DATA.{hint}"
    )


def _from_cache_or_web(source: str) -> tuple[Recordings, str]:
    kept = cache.read("bonn", "bonn")
    if kept is not None:
        where = f"the cache {cache.cache_folder()}"
        try:
            return published.check(kept, where), f"from {where}"
        except DataError as error:
            log.warning("recordings: ignoring %s", error)
    try:
        recordings, place = download.download()
    except DataError:
        if source != "auto":
            raise
        return _simulated(), (
            "because LAB_DATA is not set, nothing is in the cache, and no download succeeded"
        )
    cache.write("bonn", recordings)
    return recordings, f"downloaded from {place}"


def _simulated() -> Recordings:
    # the code is part of the key, so that a changed model is never served from the cache
    code = hashlib.sha256(Path(simulated.__file__).read_bytes()).hexdigest()[:12]
    key = f"simulated-{code}"
    recordings = cache.read(key, "simulated")
    if recordings is None:
        recordings = simulated.simulate()
        cache.write(key, recordings)
    return recordings
