"""Read an answer, a script or a notebook, without running it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from lab_code.files import open_regular

MARK = re.compile(r"""^HOMEWORK, STUDENT = ["']([^"'\n]+)["'], ["']([^"'\n]+)["']""", re.MULTILINE)
"""The line of an answer that says which exercise it is, and whose."""

STUDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
"""What an ID may look like: it is part of a file's name, and of a table."""

LARGEST = 5_000_000


@dataclass(frozen=True)
class Source:
    """The code of an answer.

    Parameters
    ----------
    code : str
        All cells together.
    cells : tuple of int
        In a notebook, the line of `code` at which each cell of code begins, from 1.
    """

    code: str
    cells: tuple[int, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Source:
        """Read a script, or the code cells of a notebook.

        Raises
        ------
        ValueError
            If it is neither.
        OSError
            If it cannot be read.
        """
        with open_regular(path, LARGEST) as file:
            content = file.read()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValueError("this is not a text file in UTF-8") from None
        if path.suffix != ".ipynb":
            return cls(text)
        try:
            cells = [
                "".join(cell["source"])
                for cell in json.loads(text)["cells"]
                if cell["cell_type"] == "code"
            ]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise ValueError("this is not a notebook") from None
        code, begins = "", []
        for cell in cells:
            begins.append(code.count("\n") + 1)
            # lines that only Jupyter knows; each stays a line, so that the numbers are right
            code += re.sub(r"^[ \t]*[%!].*$", "pass", cell, flags=re.MULTILINE) + "\n"
        return cls(code, tuple(begins))

    @property
    def mark(self) -> tuple[str, str]:
        """The exercise and the student, as the file says.

        Raises
        ------
        ValueError
            If it does not say.
        """
        found = MARK.search(self.code)
        if found is None or not STUDENT.fullmatch(found[2]):
            raise ValueError(
                'the line HOMEWORK, STUDENT = "…", "…" is missing; it was in the file handed out'
            )
        return found[1], found[2]

    def where(self, line: object) -> str:
        """Say where a line of the code is: " (line 3)" or " (code cell 2, line 3)"."""
        if not isinstance(line, int) or not 0 < line <= self.code.count("\n") + 1:
            return ""
        if not self.cells:
            return f" (line {line})"
        cell = sum(begin <= line for begin in self.cells)
        return f" (code cell {cell}, line {line - self.cells[cell - 1] + 1})"
