"""The layout of a record: what commands use of ``docs/record.schema.json``, in all releases."""

from __future__ import annotations

import base64
import re
import zlib
from inspect import isfunction
from typing import Any

from lab_code.console import printable

MOST_ANSWERS = 10_000_000

_NAME = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)+")
_WORD = re.compile(r"[a-z0-9_]+")


def expect(holds: bool, else_: str) -> None:
    """Raise ValueError, saying `else_`, unless something holds."""
    if not holds:
        raise ValueError(else_)


def check(found: Any) -> None:
    """Check a record.

    Parameters
    ----------
    found : Any
        What a file of JSON holds.

    Raises
    ------
    ValueError, zlib.error
        If it is not the record of a build; the message says where.
    """
    expect(isinstance(found, dict), "it is no JSON object")
    _check(found, "the record", _RECORD)
    _check(found["data"], "the record: data", _DATA)
    for key in ("experiments", "long_runs"):
        for number, one in enumerate(found.get(key, ()), 1):
            _check_experiment(one, f"{key}, number {number}")


def _check_experiment(one: Any, where: str) -> None:
    expect(isinstance(one, dict), f"{where} is no object")
    _check(one, where, _EXPERIMENT)
    where = one["name"]
    _check(one["data"], f"{where}: data", _DATA)
    metrics = one["metrics"]
    _check(metrics, f"{where}: metrics", _METRICS)
    for of, accuracy in metrics.get("accuracy_per_class", {}).items():
        expect(_is_accuracy(accuracy), f"{where}: the accuracy of {printable(of, 40)} is none")
    for column, text in one.get("answers", {}).items():
        _check_answers(text, f"{where}: answers: {printable(column, 40)}")


def _check(of: dict, where: str, fields: dict) -> None:
    """Check the fields of an object by type or function; one that ends in ``?`` may be missing."""
    for field, rule in fields.items():
        key = field.rstrip("?")
        expect(key in of or field != key, f"{where} has no {key!r}")
        if key in of:
            of_type = isinstance(of[key], rule) if not isfunction(rule) else rule(of[key])
            expect(of_type, f"{where}: {key!r} is damaged")


def _check_answers(text: Any, where: str) -> None:
    """Check that a column of answers can be unpacked, and that it is no bomb."""
    expect(isinstance(text, str), f"{where} is no text")
    unpacking = zlib.decompressobj()
    unpacked = unpacking.decompress(base64.b64decode(text), 4 * MOST_ANSWERS)
    expect(unpacking.eof and len(unpacked) % 4 == 0, f"{where} cannot be unpacked")


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(_NAME.fullmatch(value))


def _is_word(value: Any) -> bool:
    """Whether it is the name of a file, which is looked for in the folders of the book."""
    return isinstance(value, str) and bool(_WORD.fullmatch(value))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1e15


def _is_seeds(value: Any) -> bool:
    return all(map(_is_count, value)) if isinstance(value, list) else _is_count(value)


def _is_seconds(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12


def _is_accuracy(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"value", "low", "high"}
        and all(_is_seconds(share) and share <= 1 for share in value.values())
    )


_DATA = {"source": str, "digest": str}
_METRICS = {"accuracy": _is_accuracy, "accuracy_per_class?": dict}
_RECORD = {
    "version": str,
    "commit": str | None,
    "date?": str | None,
    "data": dict,
    "environment": dict,
    "experiments": list,
    "long_runs?": list,
}
_EXPERIMENT = {
    "name": _is_name,
    "lab?": _is_word,
    "method?": _is_word,
    "variant?": str,
    "answers?": dict,
    "task": str,
    "split": str,
    "seed": _is_seeds,
    "seconds": _is_seconds,
    "parameters": dict,
    "n_parameters": _is_count,
    "metrics": dict,
    "data": dict,
    "commit?": str | None,
    "environment?": dict,
}
