"""The lab record: what ran, on which data, with what result.

Each experiment of a build is one JSON file in a folder; `gather` makes one ``record.json`` of them.
"""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from lab_code import __version__
from lab_code.answers import Answers
from lab_code.evaluation import Accuracy
from lab_code.files import cache_folder, write_whole
from lab_code.protocol import CLASSES_OF, CODES, METHODS, TASKS, VARIANTS, name_of, way_of
from lab_code.recordings import CLASSES, Recordings
from lab_code.reproducibility import environment

log = logging.getLogger(__name__)

FACTS = ".facts"
"""Ending of the files of facts, beside the ``.json`` of experiments."""

_NAME = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)+")


def folder() -> Path:
    """Return where experiments are written: ``LAB_RECORD`` if set, else in the cache."""
    return Path(os.environ.get("LAB_RECORD") or cache_folder() / "record")


def entry(
    name: str,
    *,
    method: str,
    variant: str = "",
    task: str,
    split: str,
    seed: int | Sequence[int],
    seconds: float,
    parameters: dict,
    n_parameters: int,
    answers: Answers,
    recordings: Recordings,
    **metrics: float | Sequence[float],
) -> dict:
    """Describe one experiment, in the layout of the record.

    Parameters
    ----------
    name : str
        The lab's file name without ``.py``, a slash, and what tells its experiments apart:
        ``many_to_one/gru_by_second``.
    method, variant : str
        What answered: keys of `lab_code.protocol.METHODS` and `VARIANTS`.
    task : str
        What is predicted from what: one of `lab_code.protocol.TASKS`.
    split : str
        How training and test part were told apart: ``by moment``, ``5-fold by moment``; see
        `lab_code.protocol.way_of`.
    seed : int or sequence of int
        Several, if several trainings were scored together.
    seconds : float
        Time of training, of all of them.
    parameters : dict
        Every setting of the network and of its training.
    n_parameters : int
        How many parameters were trained.
    answers : Answers
        What was said of each item of the test part.
    recordings : Recordings
    **metrics : float or sequence of float
        What else was measured on the test part.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If the name is not of that form, or the protocol does not know the method, the variant,
        the task or the split.
    """
    if not is_name(name):
        raise ValueError(f"an experiment's name is like many_to_one/gru_by_second, not {name!r}")
    for what, value, known in (
        ("method", method, METHODS),
        ("variant", variant, VARIANTS),
        ("task", task, TASKS),
    ):
        if value not in known:
            raise ValueError(
                f"{name}: lab_code.protocol has no {what} {value!r}; it has: "
                f"{', '.join(map(repr, known))}"
            )
    way_of(split)
    scores = answers.scores(CLASSES_OF.get(task, CLASSES))
    return {
        "name": name,
        "lab": name.split("/")[0],
        "method": method,
        "variant": variant,
        "task": task,
        "split": split,
        "seed": seed if isinstance(seed, int) else list(seed),
        "seconds": round(seconds, 1),
        "parameters": parameters,
        "n_parameters": n_parameters,
        "metrics": {
            "accuracy": vars(scores.accuracy),
            "accuracy_per_class": {
                CODES[of]: vars(accuracy) for of, accuracy in scores.per_class.items()
            },
            "n_test": len(answers),
            **metrics,
        },
        "answers": answers.pack(),
        "data": describe(recordings),
    }


def is_name(text: str) -> bool:
    """Whether a text has the form of an experiment's name."""
    return bool(_NAME.fullmatch(text))


def write(name: str, **experiment) -> Path:
    """Write one experiment into the record, in place of an earlier one of the same name.

    The file appears whole or not at all.

    Parameters
    ----------
    name : str
    **experiment
        As for `entry`.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ValueError
        As `entry`, or if a value is no finite number.
    """
    path, written = path_of(name), entry(name, **experiment)
    write_json(path, written)
    accuracy = Accuracy(**written["metrics"]["accuracy"])
    log.info("record: %s: accuracy %s in %s", name, accuracy, path)
    return path


def note(name: str, **values: float | dict[str, float]) -> None:
    """Write down facts that are no scores, so that sentences about them can be checked.

    Parameters
    ----------
    name : str
        Of the same form as that of an experiment: ``look_at_the_recordings/deviation``.
    **values : float or dict of str to float

    Raises
    ------
    ValueError
        If the name is not of the right form, or a value is no finite number.
    """
    if not is_name(name):
        raise ValueError(f"a fact's name is like look_at_the_recordings/deviation, not {name!r}")
    path = path_of(name).with_suffix(FACTS)
    values = json.loads(json.dumps(values, default=float))  # also of NumPy and of torch
    write_json(path, {"name": name, "lab": name.split("/")[0], "values": values})


def path_of(name: str) -> Path:
    """Return the file of an experiment."""
    return folder() / f"{name.replace('/', '--')}.json"


def read(name: str, among: Sequence[dict] | None = None) -> dict:
    """Find an experiment by its name.

    Parameters
    ----------
    name : str
    among : sequence of dict, optional
        The experiments to look in; by default those of the build.

    Raises
    ------
    KeyError
        If there is none of that name; the message lists the known ones.
    """
    experiments = {one["name"]: one for one in (read_all() if among is None else among)}
    if name not in experiments:
        known = ", ".join(experiments) or "none"
        raise KeyError(f"the record has no experiment {name!r}; it has: {known}")
    return experiments[name]


def read_all() -> list[dict]:
    """Read all experiments of the build, in the order of their names."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder().glob("*--*.json"))]


def answers_of(experiment: dict) -> Answers:
    """Return the answers that an entry of the record keeps.

    Raises
    ------
    ValueError
        If it keeps none, as releases before 0.2 did.
    """
    if "answers" not in experiment:
        raise ValueError(f"{experiment['name']} keeps no answers; releases before 0.2 kept none")
    return Answers.unpack(experiment["answers"])


def read_facts() -> list[dict]:
    """Read all that labs and pages of the build noted, in the order of their names."""
    paths = sorted(folder().glob(f"*--*{FACTS}"))
    return [json.loads(path.read_text("utf-8")) for path in paths]


def to_table(experiments: Sequence[dict]) -> pd.DataFrame:
    """Put experiments into a table for readers.

    Parameters
    ----------
    experiments : sequence of dict
        In the layout of the record.

    Returns
    -------
    DataFrame
        One row each: its name, method, task, split, how many seeds, accuracy with its interval,
        number of parameters and seconds of training.
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


def forget(lab: str) -> None:
    """Remove a lab's experiments and facts, before it runs anew."""
    for path in folder().glob(f"{lab}--*"):
        path.unlink()


def gather(
    target: Path,
    data: dict,
    commit: str | None,
    long_runs: Sequence[dict] = (),
    code_of: Callable[[str], str] | None = None,
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
        Returns the digest of the code behind an experiment, given its name.
    """
    experiments = read_all()
    if code_of:
        experiments = [one | {"code": code_of(one["name"])} for one in experiments]
    record = {
        "version": __version__,
        "commit": commit,
        "data": data,
        "environment": environment(),
        "experiments": experiments,
        "long_runs": list(long_runs),
        "facts": read_facts(),
    }
    write_json(target, record)


def describe(recordings: Recordings) -> dict:
    """Return source and digest of recordings."""
    return {"source": recordings.source, "digest": recordings.digest}


def commit(folder: Path, but: Path | None = None) -> str | None:
    """Return the commit that a folder is at, or None outside a git clone.

    Parameters
    ----------
    folder : Path
    but : Path, optional
        A file that may have changed.

    Returns
    -------
    str or None
        Ends in ``-dirty`` if files were changed since.
    """
    git = ["git", "-C", os.fspath(folder)]
    how = {"check": True, "capture_output": True, "text": True}
    try:
        revision = subprocess.run([*git, "rev-parse", "HEAD"], **how).stdout.strip()
        status = ["status", "--porcelain", "--", ":/", *([f":!{but.name}"] if but else [])]
        changed = subprocess.run([*git, *status], **how).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
    return revision + ("-dirty" if changed else "")


def write_json(path: Path, content: dict | list) -> None:
    """Write JSON; the file appears whole or not at all.

    Raises
    ------
    ValueError
        If a value is no finite number.
    """
    text = json.dumps(content, indent=2, allow_nan=False) + "\n"
    with write_whole(path) as file:
        file.write(text.encode())
