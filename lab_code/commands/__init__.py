"""The commands of ``python -m lab_code``, one file each.

Each has ``register``, which adds its parser, and ``run``. What takes a while to import is imported
when a command runs.
"""

import argparse
from typing import Any


def add(commands: Any, name: str, does: str, example: str) -> argparse.ArgumentParser:
    """Add the parser of a command.

    Parameters
    ----------
    commands : object
        What `argparse.ArgumentParser.add_subparsers` returns.
    name : str
    does : str
        What the command does, in a few words.
    example : str
        What one types after ``python -m lab_code``, shown under its help.
    """
    epilog = f"example: python -m lab_code {example}"
    return commands.add_parser(name, help=does, description=f"{name}: {does}.", epilog=epilog)
