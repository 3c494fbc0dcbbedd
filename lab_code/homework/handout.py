"""Write an exercise for one student, as a script or as a notebook."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import numpy as np

from lab_code.homework.exercise import Exercise
from lab_code.homework.source import STUDENT

SUFFIXES = {"notebook": ".ipynb", "script": ".py"}


def write(exercise: Exercise, student: str, folder: Path, form: str = "notebook") -> Path:
    """Write the file that a student gets.

    Parameters
    ----------
    exercise : Exercise
    student : str
        The student's ID.
    folder : Path
        Is created if missing.
    form : {"notebook", "script"}

    Returns
    -------
    Path
        The new file.

    Raises
    ------
    ValueError
        If the ID has characters that a file's name should not have.
    FileExistsError
        If there is such a file: it may hold someone's answer.
    """
    if not STUDENT.fullmatch(student):
        raise ValueError(
            f"a student's ID has letters, digits, and _ . @ - after the first, at most 64 "
            f"of them, unlike {student!r}"
        )
    path = folder / f"{exercise.name}-{student}{SUFFIXES[form]}"
    cells = to_cells(exercise, student, path.name)
    text = to_notebook(cells) if form == "notebook" else to_script(cells)
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
    return path


def to_cells(exercise: Exercise, student: str, file: str) -> list[tuple[str, str]]:
    """Return the cells of the file: of each, its kind (markdown or code) and its text."""
    task = (
        f"# {exercise.title}\n\n{exercise.task.strip()}\n\n"
        f"Replace each `...` and `raise NotImplementedError`, save, and check your answer in a "
        f"terminal:\n\n"
        f"    python -m lab_code check {file}\n\n"
        f"There are {exercise.points} points."
    )
    own = [
        "# Your own numbers. Leave them as they are: your answer is checked with them.",
        f'HOMEWORK, STUDENT = "{exercise.name}", "{student}"',
        *(f"{name} = {_literal(value)}" for name, value in exercise.own(student).items()),
    ]
    first, *rest = (cell.strip() for cell in exercise.start.split("# %%\n"))
    code = [first, "\n".join(own), *rest]
    return [("markdown", task), *(("code", cell) for cell in code)]


def to_script(cells: list[tuple[str, str]]) -> str:
    """Return a script whose cells begin with ``# %%``, as many editors know them."""
    parts = []
    for kind, text in cells:
        if kind == "markdown":
            lines = (f"# {line}".rstrip() for line in text.splitlines())
            parts.append("\n".join(["# %% [markdown]", *lines]))
        else:
            parts.append(f"# %%\n{text}")
    return "\n\n".join(parts) + "\n"


def to_notebook(cells: list[tuple[str, str]]) -> str:
    """Return a notebook of the format 4.5."""
    written = []
    for number, (kind, text) in enumerate(cells):
        cell = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": text}
        written.append(cell | ({"execution_count": None, "outputs": []} if kind == "code" else {}))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content = {
        "cells": written,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _literal(value: Any) -> str:
    """Return Python code for a value; it gives exactly the same value."""
    if isinstance(value, list):
        return "[\n" + "".join(f"    {_literal(one)},\n" for one in value) + "]"
    if not isinstance(value, np.ndarray):
        return repr(value)
    # NumPy breaks lines after whole numbers, and its digits are those of repr
    text = np.array2string(
        value, separator=", ", max_line_width=90, threshold=value.size + 1, floatmode="unique"
    )
    return f"np.array({textwrap.indent(text, ' ' * 9).strip()})"
