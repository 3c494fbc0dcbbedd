"""The command ``check``: mark answers to exercises."""

from __future__ import annotations

import argparse
from pathlib import Path

from lab_code.commands import add


def register(commands) -> None:
    """Add the command's parser."""
    parser = add(commands, "check", "mark answers to exercises", "check gru_step-ada.ipynb")
    parser.add_argument("paths", nargs="+", type=Path, help="files, or folders of them")
    parser.add_argument(
        "--ids", type=Path, metavar="FILE", help="one ID a line: say who handed in nothing"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print a line of JSON for each file")
    form.add_argument("--csv", action="store_true", help="print a table for a spreadsheet")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Mark files."""
    from lab_code.homework import checking

    form = "json" if chosen.json else "csv" if chosen.csv else "text"
    return checking.check(chosen.paths, form, chosen.ids)
