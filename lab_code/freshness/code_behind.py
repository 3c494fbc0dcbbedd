"""Which part of this package a lab or page depends on.

It runs again when something that it imports, directly or not, has changed, and only then.
"""

from __future__ import annotations

import ast
import hashlib
import re
from functools import cache
from importlib.util import resolve_name
from pathlib import Path, PurePosixPath

PACKAGE = Path(__file__).parents[1]
SOURCES = PACKAGE / "sources" / "__init__.py"  # code that imports this reads recordings
_IMPORTERS = {"import_module", "__import__", "run_module"}

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
        Modules, and other files: those that a module names, and those that stand beside it, as it
        may read them without naming them.

    Raises
    ------
    ValueError
        If what is imported cannot be known from the text, as in ``import_module(name)``.
    """
    there = _files()
    data_files = [PurePosixPath(name) for name in there if not name.endswith(".py")]
    found, waiting = set(), _imported(code, "", there)
    while waiting:
        module = PurePosixPath(waiting.pop())
        found.add(str(module))
        text = (PACKAGE / module).read_text("utf-8")
        found |= {
            str(file) for file in data_files if file.parent == module.parent or file.name in text
        }
        package = ".".join([PACKAGE.name, *module.parent.parts])
        try:
            waiting |= _imported(text, package, there) - found
        except ValueError as error:
            raise ValueError(f"{PACKAGE.name}/{module}: {error}") from None
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
    """Return the files of the package, by their paths in it, without those that Python makes."""
    return {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not path.name.startswith(".")
    }


def _imported(code: str, package: str, there: set[str]) -> set[str]:
    return {file for name in names_imported(code, package) for file in _module_files(name, there)}


@cache
def names_imported(code: str, package: str = "") -> frozenset[str]:
    """Return what code imports from this package: its modules, and names in them.

    ``from lab_code.training import fit`` gives ``lab_code.training`` and ``lab_code.training.fit``;
    so does ``import_module("lab_code.training")``.

    Parameters
    ----------
    code : str
    package : str
        The package that the code is in, where ``from .files import x`` looks.

    Raises
    ------
    ValueError
        If what is imported cannot be known from the text.
    """
    python = "\n".join("" if line.startswith(("%", "!")) else line for line in code.splitlines())
    names = set()
    for node in ast.walk(ast.parse(python)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (package or not node.level):
            module = resolve_name("." * node.level + (node.module or ""), package)
            # a name from a package may be one of its modules
            names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Call) and _name_of(node.func) in _IMPORTERS:
            names.add(_constant_import(node))
    return frozenset(name for name in names if name.split(".")[0] == PACKAGE.name)


def _name_of(function: ast.expr) -> str:
    return getattr(function, "id", getattr(function, "attr", ""))


def _constant_import(call: ast.Call) -> str:
    match call.args:
        case [ast.Constant(str(name))] if not name.startswith("."):
            return name
    raise ValueError(
        f"line {call.lineno}: what {ast.unparse(call)} imports cannot be known before it runs, so "
        "a change in it would go unnoticed. Import it by its name."
    )


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
