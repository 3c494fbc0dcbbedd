"""What an exercise is: a task, numbers of a student's own, starting code, and checks."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np


class Wrong(Exception):
    """A check failed; the message tells the student what is wrong and what to look at."""


class Answer(Protocol):
    """A student's answer, as checks see it."""

    def value(self, name: str) -> Any:
        """Return what a name of the answer stands for; `Wrong` if there is no such name."""

    def call(self, name: str, *arguments: Any) -> Any:
        """Call a function of the answer; `Wrong` if it is missing or raises an error."""


@dataclass(frozen=True)
class Check:
    """One thing that is checked.

    Parameters
    ----------
    what : str
        What is checked, in words.
    points : int
    judge : callable
        Takes the `Answer`, the student's own numbers, and a `numpy.random.Generator` for other
        numbers. It returns if all is well, and else raises `Wrong`.
    """

    what: str
    points: int
    judge: Callable[[Answer, dict[str, Any], np.random.Generator], None]


def check(what: str, points: int) -> Callable[[Callable], Check]:
    """Make a `Check` of the function below."""
    return lambda judge: Check(what, points, judge)


@dataclass(frozen=True)
class Exercise:
    """An exercise of the homework.

    Parameters
    ----------
    name : str
    chapter : str
        The chapter of the book that it belongs to, as in ``docs/chapters/<chapter>.md``.
    title : str
        One line.
    task : str
        What to do, in Markdown.
    numbers : callable
        Takes a `numpy.random.Generator`, and returns the student's own numbers: a dict of names to
        arrays, lists of arrays, or single values. They are rounded, so that the file that a student
        gets holds them exactly.
    start : str
        The code to start from; ``# %%`` begins a new cell.
    checks : tuple of Check
    seconds : float
        How long one check may take.
    torch : bool
        Whether the answer may import torch and this package; else NumPy has to do.
    """

    name: str
    chapter: str
    title: str
    task: str
    numbers: Callable[[np.random.Generator], dict[str, Any]]
    start: str
    checks: tuple[Check, ...]
    seconds: float = 10.0
    torch: bool = False

    @property
    def points(self) -> int:
        """The most that an answer can get."""
        return sum(check.points for check in self.checks)

    @property
    def arguments(self) -> dict[str, list[str]]:
        """The arguments of each function that is to be written."""
        functions = (one for one in ast.parse(self.start).body if isinstance(one, ast.FunctionDef))
        return {one.name: [argument.arg for argument in one.args.args] for one in functions}

    def own(self, student: str) -> dict[str, Any]:
        """Return the numbers of one student, always the same."""
        return self.numbers(chance(self.name, student))


def chance(*names: str) -> np.random.Generator:
    """Return a random generator that depends on some names alone.

    Parameters
    ----------
    names : str
        ``hash`` would do, were it not different each time Python starts.
    """
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))
