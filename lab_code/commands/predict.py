"""The command ``predict``: what a trained network says of a signal, for teaching only."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from lab_code.commands import add
from lab_code.console import say_error


def register(commands) -> None:
    """Add the command's parser."""
    does = "what a trained network says of a signal"
    parser = add(commands, "predict", does, "predict signal.csv --channel Fz --rate 256 --unit uV")
    parser.add_argument("file", type=Path, help="EDF, CSV, or text with one number a line")
    parser.add_argument("--rate", type=float, metavar="HERTZ", help="samples per second")
    parser.add_argument("--unit", help="uV, mV, V, or counts of the book's recordings")
    parser.add_argument("--channel", help="name of a signal or column, or its number from 1")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--model", metavar="NAME", help="of a network of the book; by default the one for a second"
    )
    which.add_argument("--network", type=Path, metavar="FILE", help="one that was downloaded")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="draw it: a name like out.svg")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Ask a network about a signal."""
    from lab_code.models import offered, predictions, signals, trained
    from lab_code.recordings import DataError

    try:
        network = trained.load(chosen.network or offered.find(chosen.model or offered.DEFAULT))
        signal = signals.read(chosen.file, chosen.rate, chosen.unit, chosen.channel)
        prediction = predictions.ask(network, signal)
        if chosen.figure:
            from lab_code.figures.predictions import save

            save(prediction, chosen.figure)
    except DataError as error:
        say_error(error)
        return 1
    print(json.dumps(prediction.to_dict(), indent=2) if chosen.json else prediction.to_text())
    return 0
