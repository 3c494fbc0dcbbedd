"""Whether two students' answers are the same text, but for what tells nothing."""

from __future__ import annotations

import ast
import hashlib
import warnings

from lab_code.homework.exercise import Exercise


def essence(code: str, exercise: Exercise, student: str) -> str:
    """Return a digest of what a student has written; empty if that is nothing.

    Comments, docstrings, spaces, imports and the cell of the student's own numbers do not count.
    A name that was changed does.

    Parameters
    ----------
    code : str
        Of the file that was handed in.
    exercise : Exercise
    student : str
    """
    text = _written(code, {"HOMEWORK", "STUDENT", *exercise.own(student)})
    if text == _written(exercise.start, set()):
        return ""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _written(code: str, given: set[str]) -> str:
    """Return the code without what tells nothing; as it is, if it is no Python."""
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(code)
        tree.body = [node for node in tree.body if not _tells_nothing(node, given)]
        for node in ast.walk(tree):
            inner = getattr(node, "body", None)
            if isinstance(inner, list) and len(inner) > 1 and _is_text(inner[0]):
                node.body = inner[1:]
        return ast.dump(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return " ".join(code.split())


def _tells_nothing(node: ast.stmt, given: set[str]) -> bool:
    """Whether a line is an import, a lone text, or one of the student's own numbers."""
    if isinstance(node, ast.Import | ast.ImportFrom) or _is_text(node):
        return True
    if not isinstance(node, ast.Assign):
        return False
    targets = [name for target in node.targets for name in ast.walk(target)]
    return {name.id for name in targets if isinstance(name, ast.Name)} <= given


def _is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
