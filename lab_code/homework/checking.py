"""The command ``check``: mark the files of a class, and say who is missing."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from lab_code.console import say_error
from lab_code.homework.alike import essence
from lab_code.homework.exercises import EXERCISES
from lab_code.homework.handout import SUFFIXES
from lab_code.homework.marking import Report, mark, none_passed
from lab_code.homework.sandbox import printable
from lab_code.homework.source import Source
from lab_code.homework.students import read_ids

COLUMNS = ("file", "exercise", "student", "points", "out_of", "why", "duplicate_of")

NOTHING = "nothing was handed in"


def check(paths: list[Path], form: str, ids: Path | None = None) -> int:
    """Mark files, or all in a folder; return 0 if each gets all points and nobody is missing.

    Parameters
    ----------
    paths : list of Path
    form : {"text", "json", "csv"}
        With ``"json"``, one object on a line for each file.
    ids : Path, optional
        The IDs of the class, one a line: those who handed in nothing are named at the end.
    """
    try:
        students = read_ids(ids) if ids else []
    except (OSError, ValueError) as error:
        say_error(error)
        return 1
    files = [file for path in paths for file in answers_in(path)]
    if not files:
        say_error("there are no scripts or notebooks here")
        return 1
    table = csv.writer(sys.stdout, lineterminator="\n")
    if form == "csv":
        table.writerow(COLUMNS)
    seen, written, reports = {}, {}, []
    for file in files:
        source = read_once(file)
        report = with_twin(noted(mark(file, source), seen), source, written)
        if students and report.student and report.student not in students:
            report = replace(report, notes=(*report.notes, f"{report.student} is not in {ids}"))
        reports.append(report)
        show(report, form, table)
    absent = list(missing(students, reports))
    for report in absent:
        show(report, form, table)
    return 0 if not absent and all(0 < one.most == one.points for one in reports) else 1


def read_once(file: Path) -> Source | None:
    """Read a file, or return None: an answer that runs can change its file, or take it away."""
    with suppress(OSError, ValueError):
        return Source.read(file)
    return None


def show(report: Report, form: str, table) -> None:
    """Print a report: as text, as a line of JSON, or as a row of a table."""
    if form == "json":
        print(json.dumps(report.to_json(), ensure_ascii=False))
    elif form == "csv":
        table.writerow(map(in_a_table, row(report)))
    elif report.error == NOTHING:
        print(f"{report.exercise}, {report.student}: {NOTHING}")
    else:
        print(report.to_text())
    sys.stdout.flush()


def answers_in(path: Path) -> Iterator[Path]:
    """Yield a file, or the scripts and notebooks in a folder and those in it; name the others."""
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if hidden or file.is_dir():
            continue
        if file.suffix in SUFFIXES.values():
            yield file
        else:
            name = printable(file, 200)
            print(f"not checked, as it is no script or notebook: {name}", file=sys.stderr)


def noted(report: Report, seen: dict[tuple[str, str], str]) -> Report:
    """Note it if another file is the same student's answer to the same exercise."""
    key = (report.exercise, report.student)
    if all(key) and key in seen:
        note = f"{seen[key]} has the same exercise and the same student"
        return replace(report, notes=(*report.notes, note))
    seen[key] = report.file
    return report


def with_twin(
    report: Report, source: Source | None, written: dict[tuple[str, str], tuple[str, str]]
) -> Report:
    """Name the file of another student that has the same text as this one.

    Parameters
    ----------
    report : Report
    source : Source or None
        What was marked; None if it could not be read.
    written : dict of (str, str) to (str, str)
        By exercise and text, the student and the file that had it first; this one is added.
    """
    if source is None or report.exercise not in EXERCISES:
        return report
    text = essence(source.code, EXERCISES[report.exercise], report.student)
    key, this = (report.exercise, text), (report.student, report.file)
    student, first = written.setdefault(key, this) if text else this
    return report if student == report.student else replace(report, duplicate_of=first)


def missing(students: Sequence[str], reports: Sequence[Report]) -> Iterator[Report]:
    """Yield a report for each student of whom no file came, exercise by exercise.

    Which exercises are due is seen from what others have handed in.
    """
    came = {(report.exercise, report.student) for report in reports}
    due = {exercise for exercise, _ in came}
    for exercise in (one for one in EXERCISES.values() if one.name in due):
        for student in students:
            if (exercise.name, student) not in came:
                yield Report("", exercise.name, student, none_passed(exercise), NOTHING)


def row(report: Report) -> list[object]:
    """Return the line of a report in a table."""
    why = [report.error, *(f"{one.what}: {one.why}" for one in report.results if one.why)]
    why += report.notes
    known = (report.file, report.exercise, report.student, report.points, report.most)
    return [*known, "; ".join(filter(None, why)), report.duplicate_of]


def in_a_table(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    if not isinstance(value, str):
        return value
    value = printable(value, 2000)
    return f"'{value}" if value.startswith(("=", "+", "-", "@")) else value
