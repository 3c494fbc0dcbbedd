"""Commands.

``python -m lab_code data`` says which recordings a run here would use;
``python -m lab_code experiments`` runs the long experiments, all or some, and keeps the results;
``python -m lab_code record`` shows, compares and verifies what builds of the book measured.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from lab_code.recordings import CLASSES, DataError
from lab_code.sources import load

BUILD = "docs/_build/html/record.json"


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
    records = commands.add_parser("record", help="what a build of the book measured")
    records = records.add_subparsers(dest="action", required=True)
    where = f"a version in site/, or a file; by default {BUILD}"
    show = records.add_parser("show", help="all experiments, in a table")
    show.add_argument("record", nargs="?", default=BUILD, help=where)
    compare = records.add_parser("compare", help="what changed between two")
    compare.add_argument("before", help=where)
    compare.add_argument("after", nargs="?", default=BUILD, help=where)
    verify = records.add_parser("verify", help="run an experiment again, from its record")
    verify.add_argument("record", nargs="?", default=BUILD, help=where)
    verify.add_argument("--experiment", required=True, help="its name: many_to_one/gru_by_second")
    for command in (show, compare, verify):
        command.add_argument("--json", action="store_true", help="for machines")
    chosen = parser.parse_args(arguments)
    if chosen.command == "data":
        return _data(chosen.json)
    if chosen.command == "experiments":
        return _experiments(chosen)
    return _record(chosen)


def _record(chosen: argparse.Namespace) -> int:
    from lab_code import comparison, record

    try:
        if chosen.action == "show":
            found = _find(chosen.record)
            experiments = [*found["experiments"], *found["long_runs"]]
            text = record.to_table(experiments).to_string(index=False)
            result = found
        elif chosen.action == "compare":
            result = comparison.compare(_find(chosen.before), _find(chosen.after))
            text = comparison.to_text(result)
        else:
            return _verify(_find(chosen.record), chosen.experiment, chosen.json)
    except (DataError, KeyError, OSError, ValueError) as error:
        print(f"error: {error.args[0] if isinstance(error, KeyError) else error}", file=sys.stderr)
        return 1
    print(json.dumps(result, indent=2) if chosen.json else text)
    return 0


def _verify(found: dict, name: str, as_json: bool) -> int:
    """Say whether an experiment gives its recorded metrics again; 0 if it does."""
    from lab_code import record, repetition

    experiment = record.read(name, [*found["long_runs"], *found["experiments"]])
    recordings = load()
    if recordings.digest != experiment["data"]["digest"]:
        raise ValueError(
            f"{name} ran on other recordings: {experiment['data']['source']}, digest "
            f"{experiment['data']['digest'][:12]}; here are {recordings.source}, "
            f"{recordings.digest[:12]}. Set LAB_DATA or LAB_SOURCE"
        )
    here, there = record.environment(), found["environment"]
    other = [key for key in here if here[key] != there.get(key)]
    differs = repetition.differences(experiment, repetition.repeat(experiment, recordings))
    if as_json:
        report = {"experiment": name, "agrees": not differs, "differences": differs}
        print(json.dumps(report | {"environment_differs": other}, indent=2))
    else:
        for metric, (before, now) in differs.items():
            print(f"{metric}: recorded {before:.2%}, now {now:.2%}")
        print(f"{name}: " + ("does NOT agree" if differs else "agrees to the last digit"))
        if other:
            print(f"recorded elsewhere: {', '.join(other)} differ")
    return 1 if differs else 0


def _find(where: str) -> dict:
    """Return a record: that of a file, or of a version in ``site/``."""
    path = Path(where)
    if not path.is_file():
        path = Path("site") / where / "record.json"
    if not path.is_file():
        raise ValueError(
            f"no record {where!r}: it is neither a file nor a version in "
            f"{Path('site').absolute()}; "
            f"python -m nox -s docs writes {BUILD}, and -s site one for each version"
        )
    try:
        found = json.loads(path.read_text("utf-8"))
        list(found["experiments"])
        return {"long_runs": []} | found
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no record of a build: {error}") from None


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
