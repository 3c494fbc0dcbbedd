"""Where the record of a build is: one JSON file for each experiment, in a folder."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from lab_code.evaluation import Accuracy
from lab_code.files import cache_folder, write_json
from lab_code.record.entries import entry, is_name

log = logging.getLogger(__name__)

FACTS = ".facts"
"""Suffix of the files of facts; that of experiments is ``.json``."""


def folder() -> Path:
    """Return where experiments are written: ``LAB_RECORD`` if set, else in the cache."""
    return Path(os.environ.get("LAB_RECORD") or cache_folder() / "record")


def write(name: str, **experiment) -> Path:
    """Write one experiment into the record; it replaces an earlier one of the same name.

    The file appears whole or not at all.

    Parameters
    ----------
    name : str
    **experiment
        As for `lab_code.record.entries.entry`.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ValueError
        As for `entry`, or if a value is not a finite number.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code import record
    >>> from lab_code.answers import Answers
    >>> from lab_code.protocol import WHOLE_RECORDING
    >>> from lab_code.sources import load
    >>> recordings, test = load("simulated"), np.arange(500)
    >>> answers = Answers.of(recordings, test, predicted=np.ones(500))
    >>> about = {"method": "deviation", "task": WHOLE_RECORDING, "split": "by moment", "seed": 0}
    >>> about |= {"seconds": 0.1, "parameters": {}, "n_parameters": 0, "recordings": recordings}
    >>> path = record.write("my_lab/always_a_seizure", answers=answers, **about)
    >>> path.name
    'my_lab--always_a_seizure.json'
    >>> record.read("my_lab/always_a_seizure")["metrics"]["accuracy"]["value"]
    0.2
    """
    path, written = path_of(name), entry(name, **experiment)
    write_json(path, written)
    accuracy = Accuracy(**written["metrics"]["accuracy"])
    log.info("record: %s: accuracy %s in %s", name, accuracy, path)
    return path


def note(name: str, **values: float | dict[str, float]) -> None:
    """Write facts, numbers beside the scores, so that sentences about them can be checked.

    Parameters
    ----------
    name : str
        Of the same form as that of an experiment: ``look_at_the_recordings/deviation``.
    **values : float or dict of str to float

    Raises
    ------
    ValueError
        If the name is not of the right form, or a value is not a finite number.

    Examples
    --------
    >>> from lab_code import record
    >>> record.note("my_lab/size", seizure=341.2, eyes_open=48.3)
    >>> [fact["values"] for fact in record.read_facts() if fact["name"] == "my_lab/size"]
    [{'seizure': 341.2, 'eyes_open': 48.3}]
    """
    if not is_name(name):
        raise ValueError(f"a fact's name is like look_at_the_recordings/deviation, not {name!r}")
    path = path_of(name).with_suffix(FACTS)
    values = json.loads(json.dumps(values, default=float))  # also numbers of NumPy and torch
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
        If there is none of this name; the message lists the known names.

    Examples
    --------
    >>> from lab_code import record
    >>> known = [{"name": "my_lab/gru", "seed": 0}, {"name": "my_lab/lstm", "seed": 1}]
    >>> record.read("my_lab/lstm", among=known)["seed"]
    1
    """
    experiments = {one["name"]: one for one in (read_all() if among is None else among)}
    if name not in experiments:
        known = ", ".join(experiments) or "none"
        raise KeyError(f"the record has no experiment {name!r}; it has: {known}")
    return experiments[name]


def read_all() -> list[dict]:
    """Read all experiments of the build, in the order of their names.

    Examples
    --------
    >>> from lab_code import record
    >>> names = [one["name"] for one in record.read_all()]
    >>> names == sorted(names)
    True
    """
    return _read_each("*--*.json")


def read_facts() -> list[dict]:
    """Read all facts that labs and pages of the build noted, in the order of their names.

    Examples
    --------
    >>> from lab_code import record
    >>> record.note("my_lab/chance", classes=0.2)
    >>> facts = {fact["name"]: fact["values"] for fact in record.read_facts()}
    >>> facts["my_lab/chance"]
    {'classes': 0.2}
    """
    return _read_each(f"*--*{FACTS}")


def _read_each(pattern: str) -> list[dict]:
    """Read files in the order of their names; a lab that runs again may take one away meanwhile."""
    found = []
    for path in sorted(folder().glob(pattern)):
        with suppress(FileNotFoundError):
            found.append(_read(path))
    return found


def _read(path: Path) -> dict:
    """Return what a file of the record says, if it is whole and what its name says."""
    try:
        content = json.loads(path.read_text("utf-8"))
        if path_of(content["name"]).stem == path.stem:
            return content
    except FileNotFoundError:
        raise
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    raise ValueError(f"{path} is damaged: delete it, and run its lab again")


def is_whole(path: Path) -> bool:
    """Return whether a file of the record can be read, and is what its name says."""
    try:
        _read(path)
    except (FileNotFoundError, ValueError):
        return False
    return True


def forget(lab: str) -> None:
    """Remove a lab's experiments and facts, before it runs again."""
    for path in folder().glob(f"{lab}--*"):
        path.unlink(missing_ok=True)
