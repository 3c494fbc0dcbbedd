"""The record of a whole book: one ``record.json`` with all that its labs and chapters wrote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from lab_code import __version__
from lab_code.evaluation import Accuracy
from lab_code.files import write_json
from lab_code.freshness.environment import environment
from lab_code.protocol import name_of
from lab_code.record.store import read_all, read_facts

ANSWERS = "/questions"
"""So are facts named that answer a page's questions: a record for readers lacks them."""


def gather(
    target: Path,
    data: dict,
    commit: str | None,
    long_runs: Sequence[dict] = (),
    code_of: Callable[[str], str] | None = None,
    date: str | None = None,
) -> None:
    """Write ``record.json``: every experiment, and what those of the build have in common.

    Parameters
    ----------
    target : Path
        The file to write.
    data : dict
        What the book was built on; see `describe`.
    commit : str or None
        The commit of the book's source, ending in ``-dirty`` if files were changed since.
    long_runs : sequence of dict
        From `lab_code.long.kept.read_all`.
    code_of : callable, optional
        Returns the digest of the code behind the experiments of a lab or page, given its name.
    date : str, optional
        When the commit was made.
    """
    experiments = read_all()
    if code_of:
        labs = {one["name"].split("/")[0] for one in experiments}
        code = {lab: code_of(lab) for lab in labs}
        experiments = [one | {"code": code[one["name"].split("/")[0]]} for one in experiments]
    record = {
        "version": __version__,
        "commit": commit,
        "date": date,
        "data": data,
        "environment": environment(),
        "experiments": experiments,
        "long_runs": list(long_runs),
        "facts": [one for one in read_facts() if not one["name"].endswith(ANSWERS)],
    }
    write_json(target, record)


def to_table(experiments: Sequence[dict]) -> pd.DataFrame:
    """Put experiments into a table for readers.

    Parameters
    ----------
    experiments : sequence of dict
        In the layout of the record.

    Returns
    -------
    DataFrame
        One row per experiment: name, method, task, split, number of seeds, accuracy with its
        interval, number of parameters, and training time in seconds.
    """
    rows = [
        {
            "experiment": one["name"],
            "method": name_of(one["method"], one["variant"]),
            "task": one["task"],
            "split": one["split"],
            "seeds": 1 if isinstance(one["seed"], int) else len(one["seed"]),
            "accuracy": str(Accuracy(**one["metrics"]["accuracy"])),
            "parameters": f"{one['n_parameters']:,}" if one["n_parameters"] else "",
            "seconds": f"{one['seconds']:,.1f}",
        }
        for one in experiments
    ]
    return pd.DataFrame(rows)
