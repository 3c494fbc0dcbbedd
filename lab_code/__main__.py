"""Commands.

``python -m lab_code data`` says which recordings a run here would use;
``python -m lab_code experiments`` runs the long experiments, all or some, and keeps the results.
"""

from __future__ import annotations

import argparse
import json
import sys

from lab_code.recordings import CLASSES, DataError
from lab_code.sources import load


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    # the name of a folder may have letters that the terminal does not know
    sys.stdout.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(prog="python -m lab_code")
    commands = parser.add_subparsers(dest="command", required=True)
    data = commands.add_parser("data", help="which recordings a run here would use")
    data.add_argument("--json", action="store_true", help="for machines")
    long = commands.add_parser("experiments", help="run the long experiments")
    long.add_argument("names", nargs="*", help="by default all")
    long.add_argument("--jobs", type=int, default=-1, help="runs at the same time")
    chosen = parser.parse_args(arguments)
    return _data(chosen.json) if chosen.command == "data" else _experiments(chosen)


def _experiments(chosen: argparse.Namespace) -> int:
    from lab_code import experiments  # it takes a while to import

    try:
        experiments.run(chosen.names or tuple(experiments.EXPERIMENTS), n_jobs=chosen.jobs)
    except (DataError, KeyError) as error:
        print(f"error: {error.args[0]}", file=sys.stderr)
        return 1
    return 0


def _data(as_json: bool) -> int:
    try:
        recordings = load()
    except DataError as error:
        print(f"error: {error}", file=sys.stderr)
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
    if as_json:
        print(json.dumps(report, indent=2))
    else:
        for key, value in report.items():
            if isinstance(value, dict):
                value = ", ".join(f"{count} {name}" for name, count in value.items())
            print(f"{key:>14}  {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
