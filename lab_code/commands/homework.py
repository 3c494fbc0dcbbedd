"""The command ``homework``: list the exercises, or write one for a student or for a class."""

from __future__ import annotations

import argparse
from pathlib import Path

from lab_code.commands import add


def register(commands) -> None:
    """Add the command's parser."""
    does = "list exercises, or write one for a student or a class"
    parser = add(commands, "homework", does, "homework gru_step --student ada")
    parser.add_argument("name", nargs="?", help="of an exercise; without it, all are listed")
    parser.add_argument(
        "--student", metavar="ID", help="whose numbers; @FILE for a class, with one ID a line"
    )
    parser.add_argument("--into", type=Path, default=Path(), metavar="FOLDER")
    parser.add_argument("--folders", action="store_true", help="a folder for each student")
    parser.add_argument("--format", choices=("notebook", "script"), default="notebook")
    parser.set_defaults(run=run, error=parser.error)


def run(chosen: argparse.Namespace) -> int:
    """List exercises, or hand one out."""
    from lab_code.homework import handing_out

    if chosen.name and not chosen.student:
        chosen.error("--student is missing: ID, or @FILE for a class")
    if chosen.student and not chosen.name:
        chosen.error("the name of the exercise is missing; without --student all are listed")
    if not chosen.name:
        handing_out.list_exercises()
        return 0
    return handing_out.hand_out(
        chosen.name, chosen.student, chosen.into, chosen.format, chosen.folders
    )
