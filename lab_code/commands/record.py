"""The command ``record``: show, compare and verify what builds of the book measured."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from lab_code import record_file
from lab_code.commands import add
from lab_code.console import say_error

BUILD = "docs/_build/html/record.json"
WHERE = f"a version in site/, or a file; by default {BUILD}"


def register(commands) -> None:
    """Add the command's parser, and those of what it does."""
    parser = add(commands, "record", "what a build of the book measured", "record show 0.1.0")
    parser.set_defaults(run=run)
    actions = parser.add_subparsers(dest="action", required=True)
    show = add(actions, "show", "all experiments, in a table", "record show 0.1.0")
    show.add_argument("record", nargs="?", default=BUILD, help=WHERE)
    does = "what changed between two records, or how two experiments of one differ"
    compare = add(actions, "compare", does, "record compare 0.1.0 dev")
    compare.add_argument("before", help=f"{WHERE}; or the name of an experiment")
    compare.add_argument("after", nargs="?", default=BUILD, help="the same")
    compare.add_argument("--record", default=BUILD, help=f"the record of two experiments: {WHERE}")
    does = "run experiments again and compare every answer"
    verify = add(actions, "verify", does, "record verify --experiment many_to_one/gru_by_second")
    verify.add_argument("record", nargs="?", default=BUILD, help=WHERE)
    which = verify.add_mutually_exclusive_group(required=True)
    which.add_argument("--experiment", help="one, like many_to_one/gru_by_second")
    which.add_argument("--all", action="store_true", help="all that the build ran")
    for action in (show, compare, verify):
        action.add_argument("--json", action="store_true", help="print JSON")


def run(chosen: argparse.Namespace) -> int:
    """Do what was asked for; return 0 if that went well."""
    from lab_code.recordings import DataError

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
        say_error(error.args[0] if isinstance(error, KeyError) else error)
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
    from lab_code.sources import load

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


def _run_again(one: dict, recordings) -> list[dict]:
    """Run what wrote an entry of the record; return all entries that it writes."""
    from lab_code.long import experiments
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
