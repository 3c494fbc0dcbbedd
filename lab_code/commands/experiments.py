"""The command ``experiments``: run the long experiments, all or some, and keep the results."""

from __future__ import annotations

import argparse

from lab_code.commands import add
from lab_code.console import say_error


def register(commands) -> None:
    """Add the command's parser."""
    does = "run the long experiments"
    parser = add(commands, "experiments", does, "experiments whole_by_moment_minirocket")
    parser.add_argument("names", nargs="*", help="all by default")
    parser.add_argument("--jobs", type=int, default=-1, help="trials at the same time")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Run experiments."""
    from lab_code.long import experiments
    from lab_code.recordings import DataError

    try:
        experiments.run(chosen.names or tuple(experiments.EXPERIMENTS), n_jobs=chosen.jobs)
    except (DataError, KeyError) as error:
        say_error(error.args[0])
        return 1
    return 0
