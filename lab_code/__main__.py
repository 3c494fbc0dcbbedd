"""What one types: ``python -m lab_code data``, and the other commands.

``data`` says which recordings a run here would use;
``experiments`` runs the long experiments, all or some, and keeps the results;
``record`` shows, compares and verifies what builds of the book measured;
``homework`` lists exercises, and writes one for a student or for a class;
``check`` marks answers to them;
``predict FILE`` says what a trained network says of a signal, for teaching only.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from lab_code import console

COMMANDS = ("data", "experiments", "record", "homework", "check", "predict")
"""The modules of `lab_code.commands`."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    return console.run(lambda: _run(arguments))


def _run(arguments: list[str] | None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(prog="python -m lab_code")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    asked = [name for name in arguments[:1] if name in COMMANDS]
    for name in asked or COMMANDS:  # all of them, to list them
        import_module(f"lab_code.commands.{name}").register(commands)
    chosen = parser.parse_args(arguments)
    return chosen.run(chosen)


if __name__ == "__main__":
    sys.exit(main())
