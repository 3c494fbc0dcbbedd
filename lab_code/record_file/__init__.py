"""A ``record.json`` from elsewhere: read, and checked before anything is made of it.

It needs nothing but Python, as the site of all versions is put together where little is installed.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lab_code.console import printable
from lab_code.record_file.layout import check, expect

LARGEST = 10_000_000
"""Bytes of a file; the book's own has one million."""

DEEPEST = 12
"""How many objects and lists may stand in each other; in the book's own it is 5."""

MOST_DIGITS = 20
LONGEST = 300
"""Characters of what is said of a damaged record."""


class Damaged(ValueError):
    """A file is not the record of a build; the message says why, on one short line."""


def read(path: Path, needed: Sequence[str] = ()) -> dict:
    """Read a record.

    Parameters
    ----------
    path : Path
    needed : sequence of str
        What each experiment must have besides what experiments of all releases have.

    Returns
    -------
    dict
        The record, with ``long_runs``; its texts can be printed.

    Raises
    ------
    Damaged
        If it is not the record of a build, or an experiment lacks what is needed.
    OSError
        If it cannot be read.
    """
    try:
        found = _parse(path)
        check(found)
        found = {"long_runs": []} | _printable(found)
        for one in [*found["experiments"], *found["long_runs"]]:
            for key in needed:
                expect(key in one, f"{one['name']} has no {key!r}; releases before 0.2 have none")
    except (ValueError, RecursionError, zlib.error) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else error
        where = printable(path)
        where = where if len(where) <= LONGEST // 2 else f"…{where[1 - LONGEST // 2 :]}"
        raise Damaged(printable(f"{where} is not the record of a build: {why}", LONGEST)) from None
    return found


def _parse(path: Path) -> Any:
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    expect(len(content) <= LARGEST, f"it is larger than {LARGEST // 1_000_000} MB")
    found = json.loads(
        content.decode("utf-8"), parse_int=_whole, parse_float=_finite, parse_constant=_finite
    )
    level = [found]
    for _ in range(DEEPEST):
        inside = (list(one.values()) if isinstance(one, dict) else one for one in level)
        level = [each for one in inside if isinstance(one, list) for each in one]
    expect(not level, f"it is nested more than {DEEPEST} deep")
    return found


def _whole(digits: str) -> int:
    expect(len(digits) <= MOST_DIGITS, f"it has a number of {len(digits)} digits")
    return int(digits)


def _finite(text: str) -> float:
    expect(math.isfinite(float(text)), f"{printable(text, 40)} is no finite number")
    return float(text)


def _printable(value: Any) -> Any:
    """Return the same, with texts that a terminal shows and does not obey."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [_printable(each) for each in value]
    if isinstance(value, dict):
        return {printable(key): _printable(each) for key, each in value.items()}
    return value
