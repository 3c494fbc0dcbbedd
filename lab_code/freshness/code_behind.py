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
    found, waiting, data_files = set(), _imported(code), _data_files()
    while waiting:
        module = waiting.pop()
        found.add(module)
        text = module.read_text("utf-8")
        found |= {path for path in data_files if path.name in text}
        waiting |= _imported(text) - found
    return found


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


def _imported(code: str) -> set[Path]:
    return {path for name in _names(code) for path in _module_files(name)}


@cache
def _names(code: str) -> frozenset[str]:
    """Return all names that code imports, including those of modules."""
    python = "\n".join("" if line.startswith(("%", "!")) else line for line in code.splitlines())
    names = set()
    for node in ast.walk(ast.parse(python)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # a name from a package may be one of its modules
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(names)


def _data_files() -> list[Path]:
    return [path for path in PACKAGE.rglob("*") if path.suffix in DATA_SUFFIXES]


def _module_files(name: str) -> set[Path]:
    """Return the file of a module, and those of the packages that it is in."""
    package, *parts = name.split(".")
    if package != PACKAGE.name:
        return set()
    files, folder = {PACKAGE / "__init__.py"}, PACKAGE
    for part in parts:
        if (folder / part / "__init__.py").is_file():
            folder /= part
            files.add(folder / "__init__.py")
        elif (folder / f"{part}.py").is_file():
            files.add(folder / f"{part}.py")
    return files
