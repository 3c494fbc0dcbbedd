"""Experiments too long for a build of the book: run once and kept.

They are in ``kept.json`` beside this module, in the layout of the record, each with the commit and
the machine that it ran on. `lab_code.long.experiments` runs them.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path

from lab_code.answers import Answers
from lab_code.evaluation import Accuracy
from lab_code.files import write_json
from lab_code.freshness.environment import environment
from lab_code.protocol import WAYS, way_of
from lab_code.record import answers_of, provenance

log = logging.getLogger(__name__)

FILE = Path(__file__).with_name("kept.json")


def read_all() -> list[dict]:
    """Read the long experiments, in the order of their names."""
    return json.loads(FILE.read_text("utf-8")) if FILE.exists() else []


def answers(
    task: str, variant: str, methods: Sequence[str], ways: Sequence[str] = WAYS
) -> dict[str, dict[str, Answers]]:
    """Return what methods said in long experiments.

    Parameters
    ----------
    task, variant : str
        As in `lab_code.protocol.TASKS` and `lab_code.protocol.VARIANTS`.
    methods : sequence of str
        As in `lab_code.protocol.METHODS`. Those that have not been recorded are left out.
    ways : sequence of str
        Ways to split.

    Returns
    -------
    dict of str to dict of str to Answers
        For each method the answers by the way that the recordings were split, in the orders given.
    """
    kept = {
        (one["method"], way_of(one["split"])): answers_of(one)
        for one in read_all()
        if (one["task"], one["variant"]) == (task, variant)
    }
    found = {m: {way: kept[m, way] for way in ways if (m, way) in kept} for m in methods}
    return {method: of for method, of in found.items() if of}


def keep(experiment: dict) -> None:
    """Keep a long experiment; it replaces one of the same name.

    Parameters
    ----------
    experiment : dict
        From `lab_code.record.entries.entry`. The commit and the environment are added.
    """
    others = [one for one in read_all() if one["name"] != experiment["name"]]
    kept = experiment | {
        "commit": provenance.commit(Path(__file__).parent, but=FILE),
        "environment": environment(),
    }
    write_json(FILE, sorted([*others, kept], key=lambda one: one["name"]))
    log.info("kept: %s: accuracy %s", kept["name"], Accuracy(**kept["metrics"]["accuracy"]))
