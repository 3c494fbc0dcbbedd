"""The lab record: what ran, on which data, with what result.

Each experiment is one JSON file in a folder; `gather` makes one ``record.json`` of them.
"""

from __future__ import annotations

import json
import logging
import os
import platform
import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

from lab_code import __version__
from lab_code.evaluation import Scores
from lab_code.files import write_whole
from lab_code.recordings import Recordings
from lab_code.reproducibility import THREADS
from lab_code.sources.cache import cache_folder

log = logging.getLogger(__name__)

PACKAGES = ("torch", "numpy", "scipy", "pandas", "scikit-learn", "matplotlib", "sphinx")
"""Packages whose versions the record holds."""

_NAME = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)+")


def folder() -> Path:
    """Return where experiments are written: ``LAB_RECORD`` if set, else in the cache."""
    return Path(os.environ.get("LAB_RECORD") or cache_folder() / "record")


def write(
    name: str,
    *,
    task: str,
    split: str,
    seed: int | Sequence[int],
    seconds: float,
    parameters: dict,
    n_parameters: int,
    scores: Scores,
    recordings: Recordings,
    **metrics: float,
) -> Path:
    """Write one experiment into the record, in place of an earlier one of the same name.

    The file appears whole or not at all.

    Parameters
    ----------
    name : str
        The lab's file name without ``.py``, a slash, and what tells its experiments apart:
        ``many_to_one/gru_by_second``.
    task : str
        What is predicted from what.
    split : str
        How training and test part were told apart.
    seed : int or sequence of int
        Several, if several trainings were scored together.
    seconds : float
        Time of training, of all of them.
    parameters : dict
        What is needed to run it again: every setting of the network and of its training.
    n_parameters : int
        How many numbers were trained.
    scores : Scores
        On the test part.
    recordings : Recordings
    **metrics : float
        What else was measured on the test part.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ValueError
        If the name is not of that form, or a value is no finite number.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"an experiment's name is like many_to_one/gru_by_second, not {name!r}")
    experiment = {
        "name": name,
        "task": task,
        "split": split,
        "seed": seed if isinstance(seed, int) else list(seed),
        "seconds": round(seconds, 1),
        "parameters": parameters,
        "n_parameters": n_parameters,
        "metrics": {
            "accuracy": vars(scores.accuracy),
            "accuracy_per_class": {
                label: vars(accuracy) for label, accuracy in scores.per_class.items()
            },
            "n_test": int(scores.confusion.to_numpy().sum()),
            **metrics,
        },
        "data": describe(recordings),
    }
    path = path_of(name)
    _write(path, experiment)
    log.info("record: %s: accuracy %s in %s", name, scores.accuracy, path)
    return path


def path_of(name: str) -> Path:
    """Return the file of an experiment."""
    return folder() / f"{name.replace('/', '--')}.json"


def read(name: str) -> dict:
    """Read one experiment.

    Raises
    ------
    KeyError
        If there is none of that name; the message lists those that there are.
    """
    experiments = {experiment["name"]: experiment for experiment in read_all()}
    if name not in experiments:
        known = ", ".join(experiments) or "none"
        raise KeyError(f"the record has no experiment {name!r}; it has: {known}")
    return experiments[name]


def read_all() -> list[dict]:
    """Read all experiments, in the order of their names."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder().glob("*--*.json"))]


def forget(lab: str) -> None:
    """Remove a lab's experiments, before it runs anew."""
    for path in folder().glob(f"{lab}--*.json"):
        path.unlink()


def gather(target: Path, data: dict, commit: str | None) -> None:
    """Write ``record.json``: every experiment, and what they have in common.

    Parameters
    ----------
    target : Path
        The file to write.
    data : dict
        What the book was built on; see `describe`.
    commit : str or None
        The commit of the book's source, ending in ``-dirty`` if files were changed since.
    """
    record = {
        "version": __version__,
        "commit": commit,
        "data": data,
        "environment": environment(),
        "experiments": read_all(),
    }
    _write(target, record)


def describe(recordings: Recordings) -> dict:
    """Return source and digest of recordings."""
    return {"source": recordings.source, "digest": recordings.digest}


def environment() -> dict:
    """Return what a result may depend on beside code and data: versions and machine."""
    packages = {}
    for package in PACKAGES:
        try:
            packages[package] = version(package)
        except PackageNotFoundError:
            packages[package] = None
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "cpu_count": os.cpu_count(),
        "threads": THREADS,
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "packages": packages,
    }


def _write(path: Path, content: dict) -> None:
    text = json.dumps(content, indent=2, allow_nan=False) + "\n"
    with write_whole(path) as file:
        file.write(text.encode())
