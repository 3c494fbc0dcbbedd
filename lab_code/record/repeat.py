"""Run a recorded experiment again, and say whether its results are the same.

The record names the lab or chapter that ran it. This is run as a whole, with its present settings,
and writes a record of its own. The two entries are then compared: their settings, their scores and
every answer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from lab_code.freshness import code_behind
from lab_code.record.entries import answers_of
from lab_code.recordings import Recordings

ROOT = code_behind.PACKAGE.parent
COMPARED = ("method", "variant", "task", "split", "seed", "parameters", "n_parameters")


class CannotRepeat(ValueError):
    """The lab or chapter of an experiment is missing or fails."""


def repeat(experiment: dict, recordings: Recordings) -> list[dict]:
    """Run the lab or chapter of an experiment again.

    Parameters
    ----------
    experiment : dict
        From the record.
    recordings : Recordings

    Returns
    -------
    list of dict
        All entries that it writes, in the layout of the record.

    Raises
    ------
    CannotRepeat
        If there is no lab or chapter of that name here, or it fails.
    """
    lab = experiment["lab"]
    found = [*ROOT.glob(f"examples/*/{lab}.py"), *ROOT.glob(f"docs/chapters/{lab}.md")]
    if len(found) != 1:
        raise CannotRepeat(
            f"{experiment['name']} was run by {lab}, which is neither in {ROOT / 'examples'} nor "
            f"in {ROOT / 'docs' / 'chapters'}. Run this in a clone of the book"
        )
    with tempfile.TemporaryDirectory() as folder:
        _run(found[0], Path(folder))
        paths = sorted(Path(folder).glob("record/*.json"))
        return [json.loads(path.read_text("utf-8")) for path in paths]


def differences(before: dict, after: dict) -> list[str]:
    """List how a repeated experiment differs from the recorded one, apart from its seconds.

    Parameters
    ----------
    before, after : dict
        Entries of the record.
    """
    now = json.loads(json.dumps(after))  # as it would be read back: with lists instead of tuples
    found = [
        f"{key}: recorded {before[key]}, now {now[key]}"
        for key in COMPARED
        if before[key] != now[key]
    ]
    was, is_now = before["metrics"]["accuracy"]["value"], now["metrics"]["accuracy"]["value"]
    if was != is_now:
        found.append(f"accuracy: recorded {was:.2%}, now {is_now:.2%}")
    found += [
        f"{key}: recorded {value}, now {now['metrics'].get(key)}"
        for key, value in before["metrics"].items()
        if key != "accuracy" and now["metrics"].get(key) != value
    ]
    if before["answers"] != now["answers"]:
        one, other = answers_of(before), answers_of(now)
        if len(one) == len(other) and np.array_equal(one.item, other.item):
            n = int((one.predicted != other.predicted).sum())
            found.append(f"answers: {n} of {len(one)} differ")
        else:
            found.append("answers: about different items")
    return found


def _run(path: Path, folder: Path) -> None:
    """Run a lab, or the code of a chapter, into a record below a folder."""
    lines = code_behind.code_of(path).splitlines()
    script = folder / f"{path.stem}.py"
    script.write_text("\n".join(line for line in lines if not line.startswith("%")), "utf-8")
    settings = {"LAB_RECORD": str(folder / "record"), "MPLBACKEND": "agg", "TQDM_DISABLE": "1"}
    env = {key: value for key, value in os.environ.items() if key != "LAB_TRAINED"}
    run = subprocess.run(
        [sys.executable, script], env=env | settings, capture_output=True, text=True, check=False
    )
    if run.returncode:
        last = run.stderr.strip().splitlines()[-1:] or ["it printed no error"]
        raise CannotRepeat(f"{path.relative_to(ROOT)} failed: {last[0]}")
