"""The lab record: what ran, on which data, with what result.

Each experiment of a build is one JSON file in a folder; `gather` makes one ``record.json`` of them.
"""

from __future__ import annotations

import json
import logging
import os
import platform
import re
import subprocess
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd
import torch

from lab_code import __version__
from lab_code.evaluation import Accuracy, Scores
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


def entry(
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
    **metrics: float | Sequence[float],
) -> dict:
    """Describe one experiment, in the layout of the record.

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
    **metrics : float or sequence of float
        What else was measured on the test part.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If the name is not of that form.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"an experiment's name is like many_to_one/gru_by_second, not {name!r}")
    return {
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
        If the name is not of the right form, or a value is no finite number.
    """
    path = path_of(name)
    write_json(path, entry(name, **experiment))
    log.info("record: %s: accuracy %s in %s", name, experiment["scores"].accuracy, path)
    return path


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
        If there is none of that name; the message lists those that there are.
    """
    experiments = {one["name"]: one for one in (read_all() if among is None else among)}
    if name not in experiments:
        known = ", ".join(experiments) or "none"
        raise KeyError(f"the record has no experiment {name!r}; it has: {known}")
    return experiments[name]


def read_all() -> list[dict]:
    """Read all experiments of the build, in the order of their names."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder().glob("*--*.json"))]


def to_table(experiments: Sequence[dict]) -> pd.DataFrame:
    """Put experiments into a table for readers.

    Parameters
    ----------
    experiments : sequence of dict
        In the layout of the record.

    Returns
    -------
    DataFrame
        One row each: its name, task, split, how many seeds, accuracy with its interval, number
        of parameters and seconds of training.
    """
    rows = [
        {
            "experiment": one["name"],
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
    """Remove a lab's experiments, before it runs anew."""
    for path in folder().glob(f"{lab}--*.json"):
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
        From `lab_code.long_runs.read_all`.
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
    }
    write_json(target, record)


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
        "processor": _processor(),
        "cpu_count": os.cpu_count(),
        "threads": THREADS,
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "packages": packages,
    }


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


def _processor() -> str:
    """Return what the processor calls itself."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


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
