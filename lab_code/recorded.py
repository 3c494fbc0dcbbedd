"""What recorded runs said: experiments too long for a build of the book."""

from __future__ import annotations

from collections.abc import Sequence

from lab_code import record
from lab_code.answers import Answers
from lab_code.long import kept
from lab_code.protocol import WAYS, way_of


def recorded_answers(
    task: str, variant: str, methods: Sequence[str], ways: Sequence[str] = WAYS
) -> dict[str, dict[str, Answers]]:
    """Return what methods said in recorded runs.

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
    runs = {
        (run["method"], way_of(run["split"])): record.answers_of(run)
        for run in kept.read_all()
        if (run["task"], run["variant"]) == (task, variant)
    }
    found = {m: {way: runs[m, way] for way in ways if (m, way) in runs} for m in methods}
    return {method: of for method, of in found.items() if of}
