"""The recordings as published: 500 text files in five sets, zipped or not."""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np

from lab_code.console import printable
from lab_code.files import open_regular
from lab_code.recordings import LABELS, N_SAMPLES, NAMES, SAMPLE_RANGE, SETS, DataError, Recordings
from lab_code.sources import published

ONE_ZIP = "bonn-eeg.zip"
FIVE_ZIPS = tuple(f"{letter}.zip" for letter in SETS)

MAX_ZIP = 10_000_000
"""Bytes of an archive; that of all recordings has three million."""

MAX_MEMBERS = 2_000
"""Members of an archive; the recordings are 500 files in five folders."""

MAX_UNPACKED = 100_000_000
"""Unpacked bytes that an archive may declare; the recordings have nine million."""

MAX_FILE = 100_000
"""Bytes of a recording's file that are read; 4097 lines have at most 29 thousand."""

MAX_DEPTH = 3
"""How many levels of folders are searched, from the given one down."""

_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the other ways unpack without a limit
_FILE_NAME = re.compile(r"([ZONFS]\d{3})\.txt", re.IGNORECASE)
_INTEGER = rb"[ \t]{0,9}[-+]?\d{1,9}[ \t]{0,9}"
_INTEGERS = re.compile(rb"(?:%s(?:\r\n|\r|\n|\Z))*" % _INTEGER)


class TextFile(NamedTuple):
    """The file of one recording: where it is (for messages), the recording's name, the bytes."""

    origin: str
    name: str
    content: bytes


def is_in(folder: Path) -> bool:
    """Whether a folder holds the recordings, or some of them, in a known layout."""
    return bool(_zips_in(folder)) or any(_text_paths(folder))


def read(folder: Path) -> Recordings:
    """Read the recordings from a folder.

    Parameters
    ----------
    folder : Path
        Holds ``bonn-eeg.zip`` (all sets in one, in folders of any name), or ``Z.zip``,
        ``O.zip``, ``N.zip``, ``F.zip`` and ``S.zip``, or the same unpacked.

    Returns
    -------
    Recordings
        Of shape (500, 4097), checked against the published digest.

    Raises
    ------
    DataError
        If something is missing, damaged or not the published content.
    """
    zips = _zips_in(folder)
    if zips:
        return read_zips(zips)
    return parse((_read_text(path) for path in _text_paths(folder)), str(folder))


def read_zips(paths: Iterable[Path]) -> Recordings:
    """Read the recordings from zip files, whatever their names; see `read`."""
    paths = list(paths)
    missing = [path.name for path in paths if not os.path.lexists(path)]
    if missing:
        raise DataError(
            f"{paths[0].parent}: {', '.join(missing)} missing. The recordings come in "
            f"{', '.join(FIVE_ZIPS)}, or all in {ONE_ZIP}: add what is missing."
        )
    where = str(paths[0] if len(paths) == 1 else paths[0].parent)
    return parse((file for path in paths for file in _unzip(path)), where)


def parse(files: Iterable[TextFile], where: str) -> Recordings:
    """Turn the 500 text files, in any order, into recordings; see `read`."""
    found: dict[str, TextFile] = {}
    samples = {}
    for file in files:
        if file.name in found:
            raise DataError(
                f"{where}: recording {file.name} is there twice, as {found[file.name].origin} "
                f"and as {file.origin}. Remove one of them."
            )
        found[file.name] = file
        samples[file.name] = _parse_samples(file)
    _check_complete(samples, where)
    recordings = Recordings(
        samples=np.stack([samples[name] for name in NAMES]),
        labels=LABELS,
        names=NAMES,
        source="bonn",
    )
    return published.check(recordings, where)


def _check_complete(samples: dict, where: str) -> None:
    missing = [name for name in NAMES if name not in samples]
    if not missing:
        return
    whole_sets = [letter for letter in SETS if not any(name.startswith(letter) for name in samples)]
    rest = [name for name in missing if name[0] not in whole_sets]
    parts = [f"set {letter} ({letter}001 to {letter}100)" for letter in whole_sets]
    parts += rest[:5] + ([f"{len(rest) - 5} more"] if len(rest) > 5 else [])
    raise DataError(
        f"{where}: {len(missing)} of the 500 recordings missing: {', '.join(parts)}. "
        f"Add what is missing; all five sets are needed."
    )


def _parse_samples(file: TextFile) -> np.ndarray:
    advice = "Replace it with a fresh copy."
    if len(file.content) > MAX_FILE:
        raise DataError(
            f"{file.origin}: more than {MAX_FILE:,} bytes, but a recording has {N_SAMPLES} short "
            f"lines. {advice}"
        )
    lines = file.content.splitlines()
    if not lines:
        raise DataError(f"{file.origin}: the file is empty. {advice}")
    if len(lines) != N_SAMPLES:
        raise DataError(
            f"{file.origin}: {len(lines)} lines, but a recording has {N_SAMPLES}. {advice}"
        )
    if not _INTEGERS.fullmatch(file.content):
        wrong = (i for i, line in enumerate(lines) if not re.fullmatch(_INTEGER, line))
        number = next(wrong)
        shown = lines[number][:20].decode("ascii", "backslashreplace")
        raise DataError(f"{file.origin}, line {number + 1}: {shown!r} is not an integer. {advice}")
    values = np.fromstring(file.content, dtype=np.int64, sep=" ")  # any white space
    low, high = SAMPLE_RANGE
    outside = np.flatnonzero((values < low) | (values > high))
    if len(outside):
        raise DataError(
            f"{file.origin}, line {outside[0] + 1}: {values[outside[0]]} is outside the "
            f"converter's 12 bits ({low} to {high}). {advice}"
        )
    return values.astype(np.int16)


def _zips_in(folder: Path) -> list[Path]:
    one = folder / ONE_ZIP
    if os.path.lexists(one):  # even a link that leads nowhere, which is an error
        return [one]
    five = [folder / name for name in FIVE_ZIPS]
    there = [os.path.lexists(path) for path in five]
    # if the zips were unpacked and one of them was kept, the unpacked files count
    return five if all(there) or (any(there) and not any(_text_paths(folder))) else []


def _text_paths(folder: Path) -> Iterator[Path]:
    seen = set()
    for parent, folders, names in os.walk(folder, onerror=_refuse_unreadable, followlinks=True):
        real = os.path.realpath(parent)
        if real in seen or len(Path(parent).relative_to(folder).parts) >= MAX_DEPTH:
            folders.clear()
        if real not in seen:
            yield from (Path(parent, name) for name in sorted(names) if _FILE_NAME.fullmatch(name))
        seen.add(real)
        folders.sort()


def _refuse_unreadable(error: OSError) -> None:
    raise DataError(
        f"{error.filename}: cannot be read ({error.strerror}). Check it and its permissions."
    ) from None


def _read_text(path: Path) -> TextFile:
    try:
        with open_regular(path) as file:
            return TextFile(str(path), _name(path.name), file.read(MAX_FILE + 1))
    except OSError as error:
        _refuse_unreadable(error)


def _name(file_name: str) -> str:
    return _FILE_NAME.fullmatch(file_name)[1].upper()


def _unzip(path: Path) -> Iterator[TextFile]:
    try:
        with open_regular(path, MAX_ZIP) as opened, zipfile.ZipFile(opened) as archive:
            members = archive.infolist()
            _check_members(path, members)
            for member in members:
                name = PurePosixPath(member.filename.replace("\\", "/")).name
                if _FILE_NAME.fullmatch(name) and not member.is_dir():
                    with archive.open(member) as file:
                        content = file.read(MAX_FILE + 1)
                    yield TextFile(f"{path}:{_shown(member)}", _name(name), content)
    except OSError as error:
        if error.filename is not None:
            _refuse_unreadable(error)
        raise _no_zip(path, error) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        raise _no_zip(path, error) from None


def _shown(member: zipfile.ZipInfo) -> str:
    """Return the end of a member's name, which can be as long as a book."""
    name = member.filename
    return printable(name if len(name) <= 60 else f"…{name[-60:]}")


def _no_zip(path: Path, error: Exception) -> DataError:
    return DataError(
        f"{path}: not a complete zip file ({printable(error, 100)}). It may have been cut short: "
        f"replace it with a fresh copy."
    )


def _check_members(path: Path, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise DataError(
            f"{path}: {len(members):,} members, but the recordings are 500 files. This is not the "
            f"published file: replace it."
        )
    for member in members:
        if member.flag_bits & 1 or member.compress_type not in _PACKED:
            raise DataError(
                f"{path}: member '{_shown(member)}' is encrypted, or compressed in an unknown way "
                f"(only stored and deflated are known). This is not the published file: replace it."
            )
    declared = sum(member.file_size for member in members)
    if declared > MAX_UNPACKED:
        raise DataError(
            f"{path}: declares {declared / 1e6:,.0f} MB unpacked, more than the "
            f"{MAX_UNPACKED / 1e6:.0f} MB allowed here (the recordings have 9 MB). "
            f"This is not the published file: replace it."
        )
    for member in members:
        # a backslash separates folders on Windows
        parts = member.filename.replace("\\", "/").split("/")
        if parts[0] == "" or ".." in parts or re.fullmatch(r"[A-Za-z]:", parts[0]):
            raise DataError(
                f"{path}: member '{_shown(member)}' points outside the archive. "
                f"This is not the published file: replace it."
            )
