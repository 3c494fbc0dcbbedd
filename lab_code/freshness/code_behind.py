"""Which part of this package a lab or page depends on.

It runs again when something that it imports, directly or not, has changed, and only then.
"""

from __future__ import annotations

import ast
import hashlib
import re
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
DATA_SUFFIXES = {".csv", ".json", ".mplstyle"}
SOURCES = PACKAGE / "sources" / "__init__.py"  # code that imports this reads recordings

_CELL = re.compile(
    r"^(`{3,})\{code-cell\}[^\n]*\n(?:---\n.*?^---\n|(?::[^\n]*\n)*)(.*?)^\1$",
    re.MULTILINE | re.DOTALL,
)


def files_behind(code: str) -> set[Path]:
    """Return the files of this package that code depends on, directly or not.

    Parameters
    ----------
    code : str
        Python; lines that only IPython knows (``%config``) are skipped.

    Returns
    -------
    set of Path
        Modules, and the data files that they name.
    """
    there = _files()
    data_files = {name for name in there if Path(name).suffix in DATA_SUFFIXES}
    found, waiting = set(), _imported(code, there)
    while waiting:
        module = waiting.pop()
        found.add(module)
        text = (PACKAGE / module).read_text("utf-8")
        found |= {name for name in data_files if Path(name).name in text}
        waiting |= _imported(text, there) - found
    return {PACKAGE / name for name in found}


def code_of(path: Path) -> str:
    """Return the code of a script, or of the cells of a MyST page."""
    text = path.read_text("utf-8")
    return text if path.suffix == ".py" else "\n".join(cell[2] for cell in _CELL.finditer(text))


def digest(code: str, recordings: str = "", environment: str = "") -> str:
    """Return a digest of everything that the results of a lab or page can depend on.

    Parameters
    ----------
    code : str
        Its own code.
    recordings : str
        The digest of the recordings; it counts only if the code reads any.
    environment : str
        Versions and machine, as text.
    """
    behind = files_behind(code)
    total = hashlib.sha256(f"{code}\0{environment}\0".encode())
    if SOURCES in behind:
        total.update(recordings.encode())
    for path in sorted(behind):
        total.update(f"{path.relative_to(PACKAGE).as_posix()}\0".encode() + path.read_bytes())
    return total.hexdigest()


def _files() -> set[str]:
    """Return the files of the package, by their paths in it."""
    return {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", *DATA_SUFFIXES}
    }


def _imported(code: str, there: set[str]) -> set[str]:
    return {file for name in names_imported(code) for file in _module_files(name, there)}


@cache
def names_imported(code: str) -> frozenset[str]:
    """Return what code imports from this package: its modules, and names in them.

    ``from lab_code.training import fit`` gives ``lab_code.training`` and ``lab_code.training.fit``.
    """
    python = "\n".join("" if line.startswith(("%", "!")) else line for line in code.splitlines())
    names = set()
    for node in ast.walk(ast.parse(python)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # a name from a package may be one of its modules
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(name for name in names if name.split(".")[0] == PACKAGE.name)


def _module_files(name: str, there: set[str]) -> set[str]:
    """Return the file of a module, and those of the packages that it is in."""
    files, folder = {"__init__.py"}, ""
    for part in name.split(".")[1:]:
        if f"{folder}{part}/__init__.py" in there:
            folder += f"{part}/"
            files.add(f"{folder}__init__.py")
        elif f"{folder}{part}.py" in there:
            files.add(f"{folder}{part}.py")
    return files
