"""Layers on top of each other, one way and both, and residual connections: what each buys.

``python -m lab_code.long.stacks`` trains what ``stacks.json`` beside this module lacks, and adds
each training to it as soon as it ends. Rounds come one after the other, each with every network in
every fold; only rounds that are complete are read.
"""

from __future__ import annotations

import base64
import json
import logging
import sys
import time
import zlib
from collections.abc import Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.utils.data import TensorDataset

from lab_code.answers import Answers
from lab_code.evaluation import Difference
from lab_code.files import write_json
from lab_code.freshness.environment import environment
from lab_code.networks import n_parameters
from lab_code.protocol import BY_MOMENT, N_FOLDS
from lab_code.record import provenance
from lab_code.recordings import Seconds
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_labels, to_sequences, to_targets
from lab_code.splits import five_folds
from lab_code.training import fit, predict

log = logging.getLogger(__name__)

FILE = Path(__file__).with_name("stacks.json")
SAMPLES_PER_STEP, EPOCHS = 8, 8
TRAINING = {"batch_size": 128, "learning_rate": 6e-3}
ROUNDS = 1

EPOCHS_ALIKE, TIME_ALIKE = "equal epochs", "equal time"
"""How long a network may learn: as many epochs as all, or about as many seconds."""

LIMITS = EPOCHS_ALIKE, TIME_ALIKE

AS_LONG_AS = "one"
"""The network whose seconds the others get for `TIME_ALIKE`."""


class Stack(nn.Module):
    """GRUs on top of each other, and a linear layer on the mean and maximum of the top states.

    Parameters
    ----------
    input_size, hidden_size : int
        Features of a step; units of each layer and direction.
    num_layers : int
    bidirectional : bool
        Every layer also reads from the end, and puts its two states of a step side by side.
    residual : bool
        Add to what a layer says what it has read. Not in the first, whose input has another size.
    n_classes : int

    Examples
    --------
    >>> import torch
    >>> from lab_code.long.stacks import Stack
    >>> network = Stack(8, 13, num_layers=3, bidirectional=True)
    >>> [tuple(states.shape) for states in network.read(torch.randn(4, 22, 8))]
    [(4, 22, 26), (4, 22, 26), (4, 22, 26)]
    >>> network(torch.randn(4, 22, 8)).shape
    torch.Size([4, 5])
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bidirectional: bool = False,
        residual: bool = False,
        n_classes: int = 5,
    ):
        super().__init__()
        width = hidden_size * (2 if bidirectional else 1)
        self.residual = residual
        self.layers = nn.ModuleList(
            nn.GRU(size, hidden_size, batch_first=True, bidirectional=bidirectional)
            for size in [input_size] + [width] * (num_layers - 1)
        )
        self.classify = nn.Linear(2 * width, n_classes)

    def read(self, sequences: Tensor) -> list[Tensor]:
        """Return what each layer says, (batch, step, hidden_size x directions)."""
        below, said = sequences, []
        for layer in self.layers:
            states, _ = layer(below)
            below = states + below if self.residual and said else states
            said.append(below)
        return said

    def forward(self, sequences: Tensor) -> Tensor:
        """Return the score of each class (batch, class) of sequences (batch, step, feature)."""
        top = self.read(sequences)[-1]
        return self.classify(torch.cat([top.mean(dim=1), top.amax(dim=1)], dim=1))


class Shape(NamedTuple):
    """What `Stack` is told, but for the size of its input.

    Parameters
    ----------
    num_layers : int
    hidden_size : int
        Such that all shapes but the one that is called wide have about as many parameters.
    bidirectional, residual : bool
    """

    num_layers: int
    hidden_size: int
    bidirectional: bool = False
    residual: bool = False


SHAPES = {
    "one": Shape(1, 47),
    "two": Shape(2, 28),
    "two_residual": Shape(2, 28, residual=True),
    "three": Shape(3, 22),
    "three_residual": Shape(3, 22, residual=True),
    "three_wide": Shape(3, 47),
    "six": Shape(6, 15),
    "six_residual": Shape(6, 15, residual=True),
    "one_both": Shape(1, 31, bidirectional=True),
    "two_both": Shape(2, 17, bidirectional=True),
    "two_both_residual": Shape(2, 17, bidirectional=True, residual=True),
    "three_both": Shape(3, 13, bidirectional=True),
    "three_both_residual": Shape(3, 13, bidirectional=True, residual=True),
}

PAIRS = {
    "2 layers instead of 1": ("two", "one"),
    "3 layers instead of 1": ("three", "one"),
    "6 layers instead of 1": ("six", "one"),
    "3, none of them thinner": ("three_wide", "one"),
    "both ways, 1 layer": ("one_both", "one"),
    "both ways, 2 layers": ("two_both", "two"),
    "both ways, 3 layers": ("three_both", "three"),
    "residual, 2 layers": ("two_residual", "two"),
    "residual, 3 layers": ("three_residual", "three"),
    "residual, 6 layers": ("six_residual", "six"),
    "residual, 2 both ways": ("two_both_residual", "two_both"),
    "residual, 3 both ways": ("three_both_residual", "three_both"),
}
"""What is changed, and the networks that show it: with it, and without."""


def build(name: str) -> Stack:
    """Return a new network.

    Parameters
    ----------
    name : str
        A key of `SHAPES`.

    Examples
    --------
    >>> from lab_code.long.stacks import SHAPES, build
    >>> from lab_code.networks import n_parameters
    >>> sizes = [n_parameters(build(name)) for name in SHAPES if name != "three_wide"]
    >>> min(sizes), max(sizes)
    (8251, 8512)
    """
    return Stack(SAMPLES_PER_STEP, **SHAPES[name]._asdict())


class Parts(NamedTuple):
    """Sequences and targets of one fold.

    Parameters
    ----------
    train, validation : TensorDataset
    test : Tensor, shape (item, step, feature)
    """

    train: TensorDataset
    validation: TensorDataset
    test: Tensor


def parts_of(seconds: Seconds, fold: int) -> Parts:
    """Return the scaled parts of a fold, split by moment."""
    split = five_folds(seconds, BY_MOMENT)[fold]
    scaling = Scaling.fit(seconds.samples[split.train])
    sequences = to_sequences(scaling(seconds.samples), SAMPLES_PER_STEP)
    targets = to_targets(seconds.labels)
    train, validation = (
        TensorDataset(sequences[part], targets[part]) for part in (split.train, split.validation)
    )
    return Parts(train, validation, sequences[split.test])


def train(
    name: str, parts: Parts, seed: int, epochs: int = EPOCHS, **training
) -> tuple[np.ndarray, float]:
    """Train one network, and ask it about the test part.

    Parameters
    ----------
    name : str
        A key of `SHAPES`.
    parts : Parts
    seed, epochs : int
    **training
        Handed to `lab_code.training.fit`, in place of `TRAINING`.

    Returns
    -------
    predicted : ndarray of int, shape (item,)
        Labels from 1.
    seconds : float
        Of the processor, so that they hang less on what else it does.
    """
    set_seed(seed)
    network = build(name)
    begin = time.process_time()
    how = {**TRAINING, **training}
    fit(network, parts.train, parts.validation, epochs=epochs, seed=seed, progress=False, **how)
    seconds = time.process_time() - begin
    return to_labels(predict(network, parts.test)), seconds


def epochs_in_time(runs: Sequence[dict]) -> dict[str, int]:
    """Return how many epochs each network gets for `TIME_ALIKE`, at least one.

    Parameters
    ----------
    runs : sequence of dict
        Those of the first round with `EPOCHS_ALIKE` say how long a network takes.
    """
    seconds = {
        name: np.mean([r["seconds"] for r in runs if _of(r) == (0, EPOCHS_ALIKE, name)])
        for name in SHAPES
    }
    return {
        name: max(1, round(EPOCHS * seconds[AS_LONG_AS] / taken)) for name, taken in seconds.items()
    }


@cache
def _kept() -> dict:
    return json.loads(FILE.read_text("utf-8")) if FILE.exists() else {"tests": [], "runs": []}


def _of(run: dict) -> tuple:
    return run["round"], run["how_long"], run["network"]


def _complete(how_long: str) -> dict[str, list[dict]]:
    """Return the runs of each network, in the order of `SHAPES`, of rounds that are complete."""
    found = {}
    for one in range(ROUNDS):
        runs = [r for r in _kept()["runs"] if (r["round"], r["how_long"]) == (one, how_long)]
        if len(runs) == len(SHAPES) * N_FOLDS:
            for name in SHAPES:
                found.setdefault(name, []).extend(r for r in runs if r["network"] == name)
    return found


def answers(how_long: str) -> dict[str, Answers]:
    """Return what each network said, in the order of `SHAPES`.

    Parameters
    ----------
    how_long : str
        `EPOCHS_ALIKE` or `TIME_ALIKE`.

    Returns
    -------
    dict of str to Answers
        About each second as often as there are rounds, each time from a network to which its
        moment was new. A trial is one seed in one fold.

    Examples
    --------
    >>> from lab_code.long import stacks
    >>> found = stacks.answers(stacks.EPOCHS_ALIKE)
    >>> list(found) == list(stacks.SHAPES)
    True
    >>> found["one"].n_trials
    5
    """
    tests = [Answers.unpack(test) for test in _kept()["tests"]]
    return {
        name: Answers.join([_answers(tests[run["fold"]], run["predicted"]) for run in runs])
        for name, runs in _complete(how_long).items()
    }


def costs() -> pd.DataFrame:
    """Return what each network costs.

    Returns
    -------
    DataFrame
        One row a network: ``parameters``; ``seconds``, the mean of a training of `EPOCHS`; and
        ``epochs`` and ``taken``, the epochs and mean seconds of a training with `TIME_ALIKE`.

    Examples
    --------
    >>> from lab_code.long import stacks
    >>> costs = stacks.costs()
    >>> bool(costs["seconds"]["six"] > costs["seconds"]["one"])
    True
    >>> bool(costs["epochs"]["six"] < costs["epochs"]["one"])
    True
    """
    runs, timed = _complete(EPOCHS_ALIKE), _complete(TIME_ALIKE)
    return pd.DataFrame(
        {
            "parameters": {name: n_parameters(build(name)) for name in runs},
            "seconds": {name: _seconds(of) for name, of in runs.items()},
            "epochs": {name: of[0]["epochs"] for name, of in timed.items()},
            "taken": {name: _seconds(of) for name, of in timed.items()},
        }
    )


def gaps(how_long: str) -> dict[str, Difference]:
    """Return by how much more often the first of each of `PAIRS` is right than the second.

    Parameters
    ----------
    how_long : str
        `EPOCHS_ALIKE` or `TIME_ALIKE`.

    Examples
    --------
    >>> from lab_code.long import stacks
    >>> found = stacks.gaps(stacks.EPOCHS_ALIKE)
    >>> list(found)[0]
    '2 layers instead of 1'
    """
    said = answers(how_long)
    return {pair: said[one].minus(said[other]) for pair, (one, other) in PAIRS.items()}


def facts(how_long: str) -> dict:
    """Return what a page says of the differences.

    Parameters
    ----------
    how_long : str
        `EPOCHS_ALIKE` or `TIME_ALIKE`.

    Returns
    -------
    dict
        For each of `PAIRS`, as in ``two_minus_one``, the value and the interval; and ``best``, the
        highest lower end of the intervals of all differences to one layer.

    Examples
    --------
    >>> from lab_code.long import stacks
    >>> sorted(stacks.facts(stacks.EPOCHS_ALIKE)["two_minus_one"])
    ['high', 'low', 'value']
    """
    one, *others = answers(how_long).values()
    pairs = {"_minus_".join(PAIRS[pair]): vars(gap) for pair, gap in gaps(how_long).items()}
    return pairs | {"best": max(other.minus(one).low for other in others)}


def _seconds(runs: Sequence[dict]) -> float:
    return round(float(np.mean([run["seconds"] for run in runs])), 1)


def _answers(test: Answers, predicted: str) -> Answers:
    said = np.frombuffer(zlib.decompress(base64.b64decode(predicted)), np.uint8)
    columns = {name: getattr(test, name) for name in ("trial", "item", "recording", "moment")}
    return Answers(**columns, labels=test.labels, predicted=said)


def _packed(predicted: np.ndarray) -> str:
    return base64.b64encode(zlib.compress(predicted.astype(np.uint8).tobytes(), 9)).decode()


def run_missing(seconds: Seconds, digest: str, rounds: int = ROUNDS) -> None:
    """Run the trainings that are not in the file, round by round, and keep each at once.

    Parameters
    ----------
    seconds : Seconds
    digest : str
        Of the recordings, for the file.
    rounds : int
        Each has another seed in every fold.
    """
    if not FILE.exists():
        splits = five_folds(seconds, BY_MOMENT)
        tests = [Answers.of(seconds, s.test, seconds.labels[s.test]).pack() for s in splits]
        write_json(FILE, {"tests": tests, "runs": []})
    for one, how_long, fold in product(range(rounds), LIMITS, range(N_FOLDS)):
        parts = parts_of(seconds, fold)
        for name in SHAPES:
            kept = json.loads(FILE.read_text("utf-8"))
            runs = kept["runs"]
            if any((*_of(r), r["fold"]) == (one, how_long, name, fold) for r in runs):
                continue
            epochs = EPOCHS if how_long == EPOCHS_ALIKE else epochs_in_time(runs)[name]
            seed = N_FOLDS * one + fold
            about = {"network": name, "round": one, "fold": fold, "seed": seed, "epochs": epochs}
            same = [r for r in runs if about.items() <= r.items()]
            run = (same[0] if same else about | _trained(name, parts, seed, epochs)) | {
                "how_long": how_long
            }
            around = {
                "commit": provenance.commit(Path(__file__).parent, but=FILE),
                "environment": environment(),
                "recordings": digest,
                "tests": kept["tests"],
            }
            write_json(FILE, around | {"runs": [*runs, run]})
            _kept.cache_clear()
            log.info("kept: %s, %s", how_long, {what: run[what] for what in (*about, "seconds")})


def _trained(name: str, parts: Parts, seed: int, epochs: int) -> dict:
    predicted, taken = train(name, parts, seed, epochs)
    return {"seconds": round(taken, 2), "predicted": _packed(predicted)}


if __name__ == "__main__":
    from lab_code.sources import load

    logging.basicConfig(level=logging.INFO)
    recordings = load()
    run_missing(recordings.seconds(), recordings.digest, *map(int, sys.argv[1:]))
