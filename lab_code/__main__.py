"""Commands.

``python -m lab_code data`` says which recordings a run here would use;
``python -m lab_code experiments`` runs the long experiments, all or some, and keeps the results;
``python -m lab_code record`` shows, compares and verifies what builds of the book measured;
``python -m lab_code homework`` lists exercises, and writes one for a student;
``python -m lab_code check`` marks answers to them;
``python -m lab_code predict FILE`` says what a trained network says of a signal, for teaching only.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from lab_code import console, record_file
from lab_code.recordings import CLASSES, DataError, Recordings
from lab_code.sources import load

BUILD = "docs/_build/html/record.json"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    return console.run(lambda: _run(arguments))


def _run(arguments: list[str] | None) -> int:
    parser = argparse.ArgumentParser(prog="python -m lab_code")
    commands = parser.add_subparsers(dest="command", required=True)
    data = commands.add_parser("data", help="which recordings a run here would use")
    data.add_argument("--json", action="store_true", help="print JSON")
    long = commands.add_parser("experiments", help="run the long experiments")
    long.add_argument("names", nargs="*", help="all by default")
    long.add_argument("--jobs", type=int, default=-1, help="trials at the same time")
    records = commands.add_parser("record", help="what a build of the book measured")
    records = records.add_subparsers(dest="action", required=True)
    where = f"a version in site/, or a file; by default {BUILD}"
    show = records.add_parser("show", help="all experiments, in a table")
    show.add_argument("record", nargs="?", default=BUILD, help=where)
    compare = records.add_parser(
        "compare", help="what changed between two records, or how two experiments of one differ"
    )
    compare.add_argument("before", help=f"{where}; or the name of an experiment")
    compare.add_argument("after", nargs="?", default=BUILD, help="the same")
    compare.add_argument("--record", default=BUILD, help=f"the record of two experiments: {where}")
    verify = records.add_parser("verify", help="run experiments again and compare every answer")
    verify.add_argument("record", nargs="?", default=BUILD, help=where)
    which = verify.add_mutually_exclusive_group(required=True)
    which.add_argument("--experiment", help="one, like many_to_one/gru_by_second")
    which.add_argument("--all", action="store_true", help="all that the build ran")
    for command in (show, compare, verify):
        command.add_argument("--json", action="store_true", help="print JSON")
    homework = commands.add_parser("homework", help="list exercises, or write one for a student")
    homework.add_argument("name", nargs="?", help="of an exercise; without it, all are listed")
    homework.add_argument(
        "--student", metavar="ID", help="whose numbers; @FILE for a class, with one ID a line"
    )
    homework.add_argument("--into", type=Path, default=Path(), metavar="FOLDER")
    homework.add_argument("--folders", action="store_true", help="a folder for each student")
    homework.add_argument("--format", choices=("notebook", "script"), default="notebook")
    check = commands.add_parser("check", help="mark answers to exercises")
    check.add_argument("paths", nargs="+", type=Path, help="files, or folders of them")
    check.add_argument(
        "--ids", type=Path, metavar="FILE", help="one ID a line: say who handed in nothing"
    )
    form = check.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print a line of JSON for each file")
    form.add_argument("--csv", action="store_true", help="print a table for a spreadsheet")
    ask = commands.add_parser("predict", help="what a trained network says of a signal")
    ask.add_argument("file", type=Path, help="EDF, CSV, or text with one number a line")
    ask.add_argument("--rate", type=float, metavar="HERTZ", help="samples per second")
    ask.add_argument("--unit", help="uV, mV, V, or counts of the book's recordings")
    ask.add_argument("--channel", help="name of a signal or column, or its number from 1")
    which = ask.add_mutually_exclusive_group()
    which.add_argument(
        "--model", metavar="NAME", help="of a network of the book; by default the one for a second"
    )
    which.add_argument("--network", type=Path, metavar="FILE", help="one that was downloaded")
    ask.add_argument("--figure", type=Path, metavar="FILE", help="draw it: a name like out.svg")
    ask.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args(arguments)
    if chosen.command == "predict":
        return _predict(chosen)
    if chosen.command == "homework":
        if chosen.name and not chosen.student:
            homework.error("--student is missing: ID, or @FILE for a class")
        if chosen.student and not chosen.name:
            homework.error("the name of the exercise is missing; without --student all are listed")
        return _homework(chosen)
    if chosen.command == "check":
        from lab_code.homework import checking

        form = "json" if chosen.json else "csv" if chosen.csv else "text"
        return checking.check(chosen.paths, form, chosen.ids)
    if chosen.command == "data":
        return _data(chosen.json)
    if chosen.command == "experiments":
        return _experiments(chosen)
    return _record(chosen)


def _homework(chosen: argparse.Namespace) -> int:
    from lab_code.homework import handing_out

    if chosen.name:
        return handing_out.hand_out(
            chosen.name, chosen.student, chosen.into, chosen.format, chosen.folders
        )
    handing_out.list_exercises()
    return 0


def _record(chosen: argparse.Namespace) -> int:
    try:
        if chosen.action == "show":
            found = _find(chosen.record, "method", "variant")
            experiments = [*found["experiments"], *found["long_runs"]]
            text = _table(experiments)
            result = found
        elif chosen.action == "compare":
            result, text = _compare(chosen)
        else:
            needed = ("lab", "method", "variant", "answers")
            return _verify(_find(chosen.record, *needed), chosen.experiment, chosen.json)
    except (DataError, KeyError, OSError, ValueError) as error:
        console.say_error(error.args[0] if isinstance(error, KeyError) else error)
        return 1
    print(json.dumps(result, indent=2) if chosen.json else text)
    return 0


def _table(experiments: list[dict]) -> str:
    from lab_code.record import book

    try:
        return book.to_table(experiments).to_string(index=False)
    except KeyError as error:  # a method or variant
        raise ValueError(f"this book knows no {error}, which the record names") from None


def _compare(chosen: argparse.Namespace) -> tuple[dict, str]:
    """Compare two records, or two experiments of one; return the result and what to print."""
    from lab_code import comparison, record
    from lab_code.record import entries

    pair = [chosen.before, chosen.after]
    if not all(entries.is_name(one) and not Path(one).exists() for one in pair):
        result = comparison.compare(*map(_find, pair))
        return result, comparison.to_text(result)
    found = _find(chosen.record)
    one, other = (record.read(name, [*found["long_runs"], *found["experiments"]]) for name in pair)
    apart = record.answers_of(one).minus(record.answers_of(other))
    text = [f"{of['name']}: {comparison.said(of['metrics']['accuracy'])}" for of in (one, other)]
    text.append(f"the first minus the second, item by item: {apart}")
    return {"experiments": pair, "difference": vars(apart)}, "\n".join(text)


def _verify(found: dict, name: str | None, as_json: bool) -> int:
    """Say whether experiments give the same results again; return 0 if they do."""
    from lab_code import record
    from lab_code.freshness.environment import environment
    from lab_code.record import repeat

    known = [*found["long_runs"], *found["experiments"]]
    wanted = [record.read(name, known)] if name else found["experiments"]
    recordings = load()
    for one in wanted:
        if recordings.digest != one["data"]["digest"]:
            raise ValueError(
                f"{one['name']} ran on other recordings: {one['data']['source']}, digest "
                f"{one['data']['digest'][:12]}; here are {recordings.source}, "
                f"{recordings.digest[:12]}. Set LAB_DATA or LAB_SOURCE"
            )
    here, there = environment(), found["environment"]
    if name:
        there = wanted[0].get("environment", there)  # a long experiment has its own
    elsewhere = [key for key in here if here[key] != there.get(key)]
    report, again = [], {}
    for one in wanted:
        if one["name"] not in again:
            again |= {now["name"]: now for now in _run_again(one, recordings)}
        if one["name"] in again:
            differs = repeat.differences(one, again[one["name"]])
        else:
            differs = [f"{one['lab']} no longer writes it"]
        report.append({"experiment": one["name"], "agrees": not differs, "differences": differs})
        if not as_json:
            verdict = "does NOT agree" if differs else "agrees to the last digit"
            print(f"{one['name']}: {verdict}")
            print("".join(f"    {line}\n" for line in differs), end="", flush=True)
    if as_json:
        print(json.dumps({"experiments": report, "environment_differs": elsewhere}, indent=2))
    elif elsewhere:
        print(f"recorded in another environment: {', '.join(elsewhere)} differ")
    return 0 if all(one["agrees"] for one in report) else 1


def _run_again(one: dict, recordings: Recordings) -> list[dict]:
    """Run what wrote an entry of the record; return all entries that it writes."""
    from lab_code.long import experiments  # it takes a while to import
    from lab_code.record import repeat

    if long := experiments.behind(one["name"]):
        return experiments.entries(long, recordings, anew=True)
    return repeat.repeat(one, recordings)


def _find(where: str, *needed: str) -> dict:
    """Return the record in a file, or that of a version in ``site/``; see `record_file.read`."""
    path = Path(where)
    if not path.is_file():
        path = Path("site") / where / "record.json"
    if not path.is_file():
        raise ValueError(
            f"no record {where!r}: it is neither a file nor a version in "
            f"{Path('site').absolute()}; "
            f"python -m nox -s docs writes {BUILD}, and -s site writes one for each version"
        )
    return record_file.read(path, needed)


def _experiments(chosen: argparse.Namespace) -> int:
    from lab_code.long import experiments  # it takes a while to import

    try:
        experiments.run(chosen.names or tuple(experiments.EXPERIMENTS), n_jobs=chosen.jobs)
    except (DataError, KeyError) as error:
        console.say_error(error.args[0])
        return 1
    return 0


def _predict(chosen: argparse.Namespace) -> int:
    from lab_code.models import offered, predictions, signals, trained  # they import torch

    try:
        network = trained.load(chosen.network or offered.find(chosen.model or offered.DEFAULT))
        signal = signals.read(chosen.file, chosen.rate, chosen.unit, chosen.channel)
        prediction = predictions.ask(network, signal)
        if chosen.figure:
            from lab_code.figures.predictions import save

            save(prediction, chosen.figure)
    except DataError as error:
        console.say_error(error)
        return 1
    if chosen.json:
        print(json.dumps(prediction.to_dict(), indent=2))
    else:
        print(prediction.to_text())
    return 0


def _data(as_json: bool) -> int:
    try:
        recordings = load()
    except DataError as error:
        console.say_error(error)
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
