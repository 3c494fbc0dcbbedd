"""The command ``data``: which recordings a run here would use."""

from __future__ import annotations

import argparse
import json

from lab_code.commands import add
from lab_code.console import say_error


def register(commands) -> None:
    """Add the command's parser."""
    parser = add(commands, "data", "which recordings a run here would use", "data --json")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Say which recordings these are; return 0 if they are whole."""
    from lab_code.recordings import CLASSES, DataError
    from lab_code.sources import load

    try:
        recordings = load()
    except DataError as error:
        say_error(error)
        return 1
    report = {
        "source": recordings.source,
        "origin": recordings.origin,
        "real": recordings.is_real,
        "digest": recordings.digest,
        "seconds_digest": recordings.seconds_digest,
        "recordings": len(recordings),
        "samples": recordings.n_samples,
        "sampling_rate": recordings.sampling_rate,
        "classes": {
            name: int((recordings.labels == label).sum()) for label, name in CLASSES.items()
        },
    }
    if chosen.json:
        print(json.dumps(report, indent=2))
        return 0
    for key, value in report.items():
        if isinstance(value, dict):
            value = ", ".join(f"{count} {name}" for name, count in value.items())
        print(f"{key:>14}  {value}")
    return 0
