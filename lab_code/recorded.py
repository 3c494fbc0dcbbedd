"""What recorded runs said: experiments too long for a build of the book."""

from __future__ import annotations

from collections.abc import Sequence

from lab_code import record
from lab_code.answers import Answers
from lab_code.long import kept
from lab_code.protocol import way_of


def recorded_answers(
    task: str, variant: str, methods: Sequence[str]
) -> dict[str, dict[str, Answers]]:
    """Return what methods said in recorded runs.

    Parameters
    ----------
    task, variant : str
        As in `lab_code.protocol.TASKS` and `lab_code.protocol.VARIANTS`.
    methods : sequence of str
        As in `lab_code.protocol.METHODS`. Those that have not been recorded are left out.

    Returns
    -------
    dict of str to dict of str to Answers
        For each method, in the order given, the answers by the way that the recordings were split.
    """
    runs = {method: {} for method in methods}
    for run in kept.read_all():
        if (run["task"], run["variant"]) == (task, variant) and run["method"] in runs:
            runs[run["method"]][way_of(run["split"])] = record.answers_of(run)
    return {method: of for method, of in runs.items() if of}
