"""Write an exercise for one student, as a script or as a notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from lab_code.files import write_new
from lab_code.homework.exercise import Exercise
from lab_code.homework.students import check_id

SUFFIXES = {"notebook": ".ipynb", "script": ".py"}


def write(exercise: Exercise, student: str, folder: Path, form: str = "notebook") -> Path:
    """Write the file that a student gets; it appears whole or not at all.

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
    path = path_of(exercise, student, folder, form)
    write_new(path, content(exercise, student, path))
    return path


def path_of(exercise: Exercise, student: str, folder: Path, form: str) -> Path:
    """Return the file that a student gets; `ValueError` if the ID is none."""
    return folder / f"{exercise.name}-{check_id(student)}{SUFFIXES[form]}"


def content(exercise: Exercise, student: str, path: Path) -> bytes:
    """Return what the file that a student gets holds; its name says its form."""
    cells = to_cells(exercise, student, path.name)
    write_as = to_notebook if path.suffix == SUFFIXES["notebook"] else to_script
    return write_as(cells).encode()


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
        *(_assignment(name, value) for name, value in exercise.own(student).items()),
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


def _assignment(name: str, value: Any) -> str:
    """Return a line of Python, or some, that gives a name exactly this value."""
    if isinstance(value, list):
        inside = "".join(f"{_literal('    ', one)},\n" for one in value)
        return f"{name} = [\n{inside}]"
    return _literal(f"{name} = ", value)


def _literal(before: str, value: Any) -> str:
    """Return Python code for a value after what stands before it; rows lie below each other."""
    if not isinstance(value, np.ndarray):
        return f"{before}{value!r}"
    before += "np.array("
    text = np.array2string(
        value,
        separator=", ",
        prefix=before,
        max_line_width=96,
        threshold=value.size + 1,
        precision=17,  # enough to be exact
        floatmode="maxprec_equal",
    )
    return f"{before}{text})"
