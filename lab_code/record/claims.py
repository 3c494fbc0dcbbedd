"""Sentences that compare, and whether the record bears them out.

After such a sentence, a page states what must hold, in a small language::

    compare_cells/gru > compare_cells/feed_forward

Each side is the name of an experiment in the record; one number of an experiment,
``many_to_many/forward delay_median``; a fact that a page noted, ``look_at_the_recordings/deviation
seizure``; or a plain number. A factor multiplies a number of the record: ``3 * lab/gru accuracy``.

Two experiments are compared in pairs: ``>`` and ``<`` mean that the interval of their difference
lies on that side of zero, ``~`` that it contains zero. With a class's code after both names
(``… S > … S``), only items of that class count. Numbers are compared as they are. ``by 0.05``
requires the measured difference to be at least that large (the interval decides only its sign), and
``in each trial`` the same order in each trial. Commas join several claims; all of them must hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from lab_code import record
from lab_code.protocol import CLASSES_OF, CODES
from lab_code.recordings import CLASSES

LABELS = {CODES[name]: label for label, name in CLASSES.items()}
_CLAUSE = re.compile(r"(.+?)\s+([<>~])\s+(.+?)(?:\s+by\s+([\d.]+))?(\s+in each trial)?")


class Checked(NamedTuple):
    """The result of a check.

    Parameters
    ----------
    holds : bool
    measured : str
        The numbers that decide it, as text.
    """

    holds: bool
    measured: str


def check(claim: str, experiments: Sequence[dict], facts: Sequence[dict] = ()) -> Checked:
    """Check a claim against the record.

    Parameters
    ----------
    claim : str
        In the language above.
    experiments, facts : sequence of dict
        In the layout of the record.

    Raises
    ------
    ValueError
        If the claim is not in that language, or names what the record lacks or has twice.
    """
    known = {one["name"]: one for one in [*experiments, *facts]}
    if len(known) < len(experiments) + len(facts):
        times = Counter(one["name"] for one in [*experiments, *facts])
        raise ValueError(f"the record has {times.most_common(1)[0][0]!r} twice; rename one")
    checked = [_clause(" ".join(clause.split()), known) for clause in claim.split(",")]
    return Checked(all(one.holds for one in checked), "; ".join(one.measured for one in checked))


def _clause(text: str, known: dict[str, dict]) -> Checked:
    found = _CLAUSE.fullmatch(text)
    if not found:
        raise ValueError(f"a claim must look like 'lab/gru > lab/lstm by 0.05', not {text!r}")
    left, operator, right, margin, each = found.groups()
    one, other = _side(left, known), _side(right, known)
    if isinstance(one, float) != isinstance(other, float) and not (
        _is_number(left) or _is_number(right)
    ):
        raise ValueError(
            f"{text!r} compares an experiment with a number of the record; use two of one kind"
        )
    if isinstance(one, float) or isinstance(other, float):
        if operator == "~" or each:
            raise ValueError(f"{text!r}: '~' and 'in each trial' need two experiments")
        return _of_numbers(_number(one), operator, _number(other), float(margin or 0))
    if operator == "~" and (margin or each):
        raise ValueError(f"{text!r}: ~ takes neither 'by' nor 'in each trial'")
    if each:
        return _of_trials(one, operator, other, float(margin or 0))
    return _of_pairs(one.minus(other), operator, float(margin or 0))


def _of_numbers(one: float, operator: str, other: float, margin: float) -> Checked:
    ahead = one - other if operator == ">" else other - one
    return Checked(ahead > 0 and ahead >= margin, f"{one:.4g} and {other:.4g}")


def _of_trials(one, operator, other, margin) -> Checked:
    ones, others = one.of_each_trial(), other.of_each_trial()
    if len(ones) != len(others):
        raise ValueError(f"{len(ones)} and {len(others)} trials cannot be compared one by one")
    if one.test_parts() != other.test_parts():
        raise ValueError("trials with different test parts cannot be compared one by one")
    sign = 1 if operator == ">" else -1
    apart = [sign * (one - other) for one, other in zip(ones, others, strict=True)]
    holds = all(one > 0 and one >= margin for one in apart)
    pairs = (f"{one:.1%} and {other:.1%}" for one, other in zip(ones, others, strict=True))
    return Checked(holds, ", ".join(pairs))


def _of_pairs(apart, operator, margin) -> Checked:
    if operator == "~":
        holds = apart.low <= 0 <= apart.high
    elif operator == ">":
        holds = apart.low > 0 and apart.value >= margin
    else:
        holds = apart.high < 0 and -apart.value >= margin
    return Checked(holds, str(apart))


def _side(text: str, known: dict[str, dict]):
    """Return a number, or the answers of an experiment."""
    if _is_number(text):
        return float(text)
    if " * " in text:
        factor, _, rest = text.partition(" * ")
        if not _is_number(factor):
            raise ValueError(f"{text!r}: only a number may stand before the *")
        return float(factor) * _number(_side(rest, known))
    name, _, path = text.partition(" ")
    if name not in known:
        raise ValueError(f"the record has no {name!r}")
    entry = known[name]
    if "values" not in entry and path in ("", *LABELS):
        if path and entry["task"] in CLASSES_OF:
            raise ValueError(f"{name!r} has other classes; {path!r} is none of them")
        answers = record.answers_of(entry)
        return answers.ask([LABELS[path]]) if path else answers
    value = entry.get("values", entry.get("metrics"))
    try:
        for key in path.split("."):
            value = value[int(key) if isinstance(value, list) else key]
        value = value["value"] if isinstance(value, dict) and "value" in value else value
        return float(value)
    except (KeyError, IndexError, TypeError, ValueError):
        raise ValueError(f"the record has no number {path!r} in {name!r}") from None


def _number(side) -> float:
    return side if isinstance(side, float) else side.right.mean()


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?[\d.]+(e-?\d+)?", text))
