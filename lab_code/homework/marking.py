"""Mark an answer: run it, judge it check by check, and say what was found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lab_code.homework.exercise import Answer, Exercise, Wrong, chance
from lab_code.homework.exercises import EXERCISES
from lab_code.homework.sandbox import Sandbox
from lab_code.homework.source import Source


@dataclass(frozen=True)
class Result:
    """What came of one check.

    Parameters
    ----------
    what : str
        What was checked.
    points, most : int
        Points given, and the most there are.
    passed : bool
    why : str
        What is wrong; empty if nothing is.
    """

    what: str
    points: int
    most: int
    passed: bool
    why: str = ""


@dataclass(frozen=True)
class Report:
    """What came of one file.

    Parameters
    ----------
    file, exercise, student : str
        Exercise and student as the file says; empty if it does not.
    results : tuple of Result
    error : str
        Why nothing could be checked; empty if something could.
    notes : tuple of str
        Limits that this system does not have, and what else is to be said.
    duplicate_of : str
        Another student's file that has the same text; empty if none has.
    """

    file: str
    exercise: str = ""
    student: str = ""
    results: tuple[Result, ...] = ()
    error: str = ""
    notes: tuple[str, ...] = ()
    duplicate_of: str = ""

    @property
    def points(self) -> int:
        """Points in all."""
        return sum(result.points for result in self.results)

    @property
    def most(self) -> int:
        """The most there are; 0 if it is not known which exercise this is."""
        return sum(result.most for result in self.results)

    def to_json(self) -> dict[str, Any]:
        """Return all of it as JSON can have it."""
        return asdict(self) | {"points": self.points, "most": self.most}

    def to_text(self) -> str:
        """Return what a student reads."""
        lines = [f"{self.file}: {self.exercise}, {self.student}" if self.exercise else self.file]
        lines += [f"  {self.error}"] * bool(self.error)
        for result in self.results:
            verdict = "passed" if result.passed else "failed"
            lines.append(f"  {verdict}  {result.points} of {result.most}  {result.what}")
            lines += [f"                  {result.why}"] * bool(result.why)
        lines += [f"  note: {note}" for note in self.notes]
        lines += [f"  note: the same text as {self.duplicate_of}"] * bool(self.duplicate_of)
        return "\n".join([*lines, f"  total   {self.points} of {self.most}"])


def mark(path: Path, source: Source | None = None) -> Report:
    """Run the answer in a file and judge it.

    Parameters
    ----------
    path : Path
        A script or a notebook that was handed out.
    source : Source, optional
        What it holds, if it has been read.
    """
    try:
        source = source or Source.read(path)
        name, student = source.mark
    except (OSError, ValueError) as error:
        return Report(str(path), error=getattr(error, "strerror", None) or str(error))
    if name not in EXERCISES:
        return Report(str(path), student=student, error=f"there is no exercise {name!r}")
    exercise = EXERCISES[name]
    with Sandbox(source, exercise.seconds, exercise.torch, exercise.arguments) as answer:
        try:
            answer.run()
            error, results = "", judge(exercise, student, answer)
        except Wrong as wrong:
            error, results = str(wrong), none_passed(exercise)
        notes = tuple(f"this system cannot limit {words}" for words in answer.unlimited)
    return Report(str(path), name, student, results, error, notes)


def judge(exercise: Exercise, student: str, answer: Answer) -> tuple[Result, ...]:
    """Judge an answer that runs.

    Parameters
    ----------
    exercise : Exercise
    student : str
        Whose numbers it should have.
    answer : Answer
    """
    results = []
    for check in exercise.checks:
        try:
            check.judge(answer, exercise.own(student), chance(exercise.name, student, check.what))
            results.append(Result(check.what, check.points, check.points, True))
        except Wrong as wrong:
            results.append(Result(check.what, 0, check.points, False, str(wrong)))
    return tuple(results)


def none_passed(exercise: Exercise) -> tuple[Result, ...]:
    """Return the results of an answer that does not run."""
    return tuple(Result(check.what, 0, check.points, False) for check in exercise.checks)
