"""The students of a class: a list of their IDs, one a line."""

from __future__ import annotations

from pathlib import Path

from lab_code.files import open_regular
from lab_code.homework.source import LARGEST, STUDENT


def check_id(student: str) -> str:
    """Return an ID if it can be one.

    Raises
    ------
    ValueError
        If it has characters that a file's name should not have.
    """
    if not STUDENT.fullmatch(student):
        raise ValueError(
            f"a student's ID has letters, digits, and _ . @ - after the first, at most 64 "
            f"of them, unlike {student!r}"
        )
    return student


def read_ids(path: Path) -> list[str]:
    r"""Read the IDs of a class.

    Parameters
    ----------
    path : Path
        One ID a line. Empty lines are skipped, and those that begin with ``#``.

    Raises
    ------
    ValueError
        If a line is no ID, or stands there twice; the message names the line. If there is none.
    OSError
        If it cannot be read.

    Examples
    --------
    >>> from pathlib import Path
    >>> from lab_code.homework.students import read_ids
    >>> _ = Path("ids.txt").write_text("# my class\nada\n\n2017-0042\n")
    >>> read_ids(Path("ids.txt"))
    ['ada', '2017-0042']
    """
    with open_regular(path, LARGEST) as file:
        content = file.read()
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not a text file in UTF-8") from None
    found, first = [], {}
    for number, line in enumerate(lines, 1):
        student = line.strip()
        if not student or student.startswith("#"):
            continue
        try:
            found.append(check_id(student))
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: {error}") from None
        # on many systems two names that differ in capital letters alone are one file
        before = first.setdefault(student.casefold(), number)
        if before != number:
            raise ValueError(f"{path}, line {number}: {student} stands in line {before} already")
    if not found:
        raise ValueError(f"{path} has no ID; it should have one a line")
    return found
