"""The commands ``homework`` and ``check``."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lab_code.homework.exercises import EXERCISES
from lab_code.homework.handout import SUFFIXES, write
from lab_code.homework.marking import Report, mark
from lab_code.homework.sandbox import printable

COLUMNS = ("file", "exercise", "student", "points", "out_of", "why")


def list_exercises() -> None:
    """Print the name, chapter, points and title of each exercise."""
    width = max(map(len, EXERCISES))
    places = max(len(exercise.chapter) for exercise in EXERCISES.values())
    for name, one in EXERCISES.items():
        print(f"{name:{width}}  {one.chapter:{places}}  {one.points:2} points  {one.title}")


def hand_out(name: str, student: str, folder: Path, form: str) -> int:
    """Write an exercise for one student; return the exit status."""
    try:
        if name not in EXERCISES:
            raise ValueError(f"there is no exercise {name!r}; there are {', '.join(EXERCISES)}")
        print(write(EXERCISES[name], student, folder, form))
    except FileExistsError as error:
        print(f"error: {error.filename} exists, and is left as it is", file=sys.stderr)
        return 1
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def check(paths: list[Path], form: str) -> int:
    """Mark files, or all in a folder; return 0 if each gets all points.

    Parameters
    ----------
    paths : list of Path
    form : {"text", "json", "csv"}
        With ``"json"``, one object on a line for each file.
    """
    files = [file for path in paths for file in answers_in(path)]
    if not files:
        print("error: there are no scripts or notebooks here", file=sys.stderr)
        return 1
    table = csv.writer(sys.stdout, lineterminator="\n")
    if form == "csv":
        table.writerow(COLUMNS)
    complete, seen = True, {}
    for file in files:
        report = noted(mark(file), seen)
        complete &= 0 < report.most == report.points
        if form == "json":
            print(json.dumps(report.to_json(), ensure_ascii=False))
        elif form == "csv":
            table.writerow(map(in_a_table, row(report)))
        else:
            print(report.to_text())
        sys.stdout.flush()
    return 0 if complete else 1


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


def row(report: Report) -> list[object]:
    """Return the line of a report in a table."""
    why = [report.error, *(f"{one.what}: {one.why}" for one in report.results if one.why)]
    why += report.notes
    known = (report.file, report.exercise, report.student, report.points, report.most)
    return [*known, "; ".join(filter(None, why))]


def in_a_table(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    if not isinstance(value, str):
        return value
    value = printable(value, 2000)
    return f"'{value}" if value.startswith(("=", "+", "-", "@")) else value
