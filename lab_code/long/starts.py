"""The adding problem from several starts: which of them learns it, over how many steps.

It needs no recordings, so it has no answers by moment and no entry among the other long
experiments. ``python -m lab_code.long.starts`` runs what ``starts.json`` beside this module lacks,
all or some starts by their names, and adds each training to it as soon as it ends.
"""

from __future__ import annotations

import json
import logging
import math
import sys
import time
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

import torch
from scipy.stats import binomtest
from torch import Tensor, nn

from lab_code.files import write_json
from lab_code.freshness.environment import environment
from lab_code.record import provenance
from lab_code.seeds import set_seed

log = logging.getLogger(__name__)

FILE = Path(__file__).with_name("starts.json")
LENGTHS = (10, 30, 100, 400)
SEEDS = range(5)
HIDDEN_SIZE, BATCH_SIZE, BATCHES = 32, 50, 1200
GUESSING = 1 / 6
"""The mean squared error of always answering 1: the variance of the sum of two such numbers."""

AT_A_TIME = 40
"""Batches over which the error is averaged before it is judged."""

LEARNT = 0.1
"""A network has learnt when its error is below this share of that of guessing."""


def adding_problem(n_sequences: int, n_steps: int) -> tuple[Tensor, Tensor]:
    """Return sequences (batch, step, 2) of numbers and marks, and sums of the marked (batch,)."""
    numbers = torch.rand(n_sequences, n_steps)
    marks = torch.zeros_like(numbers)
    half, rows = n_steps // 2, torch.arange(n_sequences)
    marks[rows, torch.randint(half, (n_sequences,))] = 1
    marks[rows, torch.randint(half, n_steps, (n_sequences,))] = 1
    return torch.stack([numbers, marks], dim=2), (numbers * marks).sum(dim=1)


def default(n_steps: int) -> nn.RNN:
    """Return a simple network as torch starts it."""
    return nn.RNN(2, HIDDEN_SIZE, batch_first=True)


def orthogonal(n_steps: int) -> nn.RNN:
    """Return a simple network whose W turns and stretches nothing (Saxe et al. 2014)."""
    recurrent = nn.RNN(2, HIDDEN_SIZE, batch_first=True)
    nn.init.orthogonal_(recurrent.weight_hh_l0)
    return recurrent


def identity(n_steps: int) -> nn.RNN:
    """Return a network of ReLUs whose W is the identity matrix (Le, Jaitly and Hinton 2015)."""
    recurrent = nn.RNN(2, HIDDEN_SIZE, nonlinearity="relu", batch_first=True)
    nn.init.eye_(recurrent.weight_hh_l0)
    nn.init.zeros_(recurrent.bias_ih_l0)
    nn.init.zeros_(recurrent.bias_hh_l0)
    return recurrent


def lstm(n_steps: int) -> nn.LSTM:
    """Return an LSTM as torch starts it."""
    return nn.LSTM(2, HIDDEN_SIZE, batch_first=True)


def forget_one(n_steps: int) -> nn.LSTM:
    """Return an LSTM whose forget gates have a bias of one (Jozefowicz et al. 2015)."""
    recurrent = nn.LSTM(2, HIDDEN_SIZE, batch_first=True)
    forget = slice(HIDDEN_SIZE, 2 * HIDDEN_SIZE)
    nn.init.ones_(recurrent.bias_ih_l0[forget])
    nn.init.zeros_(recurrent.bias_hh_l0[forget])
    return recurrent


def chrono(n_steps: int) -> nn.LSTM:
    """Return an LSTM whose gates keep for up to the length (Tallec and Ollivier 2018)."""
    recurrent = nn.LSTM(2, HIDDEN_SIZE, batch_first=True)
    bias = torch.empty(HIDDEN_SIZE).uniform_(1, n_steps - 1).log()
    with torch.no_grad():
        recurrent.bias_ih_l0[: 2 * HIDDEN_SIZE] = torch.cat([-bias, bias])
        recurrent.bias_hh_l0[: 2 * HIDDEN_SIZE] = 0
    return recurrent


def gru(n_steps: int) -> nn.GRU:
    """Return a GRU as torch starts it."""
    return nn.GRU(2, HIDDEN_SIZE, batch_first=True)


class Start(NamedTuple):
    """How a network begins.

    Parameters
    ----------
    make : callable
        Takes the number of steps, returns the recurrent layer.
    learning_rate : float
        The one of 0.01, 0.003 and 0.001 that learnt over 100 steps soonest with seed 100, which is
        none of `SEEDS`; 0.01 where none did. The two with tanh learnt with none of them, over 30
        steps either.
    """

    make: Callable[[int], nn.RNNBase]
    learning_rate: float = 0.01


STARTS = {
    "default": Start(default),
    "orthogonal": Start(orthogonal),
    "identity": Start(identity, 0.003),
    "lstm": Start(lstm),
    "forget_one": Start(forget_one),
    "chrono": Start(chrono),
    "gru": Start(gru),
}


def train(
    start: str,
    n_steps: int,
    seed: int,
    batches: int = BATCHES,
    watch: Callable[[int, nn.RNNBase, float], None] | None = None,
) -> dict:
    """Train one network on new sequences until it has learnt, or for so many batches.

    Parameters
    ----------
    start : str
        A key of `STARTS`.
    n_steps, seed, batches : int
    watch : callable, optional
        Called before each update with the number of the batch, from 0, the recurrent layer, and
        the error relative to that of guessing.

    Returns
    -------
    dict
        The arguments; ``learnt``, whether the mean error of `AT_A_TIME` batches fell below
        `LEARNT` of guessing; ``batches``, how many were read; ``error``, the last mean error
        relative to that of guessing, None if it is no longer a number; and ``seconds``.
    """
    set_seed(seed)
    begin = time.process_time()
    recurrent, answer = STARTS[start].make(n_steps), nn.Linear(HIDDEN_SIZE, 1)
    weights = [*recurrent.parameters(), *answer.parameters()]
    optimiser = torch.optim.Adam(weights, lr=STARTS[start].learning_rate)
    errors = []
    for _ in range(batches):
        sequences, sums = adding_problem(BATCH_SIZE, n_steps)
        states, _ = recurrent(sequences)
        error = ((answer(states[:, -1])[:, 0] - sums) ** 2).mean()
        if watch:
            watch(len(errors), recurrent, error.item() / GUESSING)
        optimiser.zero_grad()
        error.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        errors.append(error.item() / GUESSING)
        mean = sum(errors[-AT_A_TIME:]) / len(errors[-AT_A_TIME:])
        if not math.isfinite(mean) or (len(errors) % AT_A_TIME == 0 and mean < LEARNT):
            break
    return {
        "start": start,
        "n_steps": n_steps,
        "seed": seed,
        "learnt": mean < LEARNT,
        "batches": len(errors),
        "error": mean if math.isfinite(mean) else None,
        "seconds": round(time.process_time() - begin, 1),
    }


def read_all() -> list[dict]:
    """Return what `train` returned of each training that was run."""
    return json.loads(FILE.read_text("utf-8"))["runs"] if FILE.exists() else []


class Rate(NamedTuple):
    """How often trainings from one start learnt sequences of one length.

    Parameters
    ----------
    learnt, of : int
        How many learnt, and how many there were.
    low, high : float
        Wilson's interval of the rate, with 95 % confidence.
    soonest, latest : int
        The fewest and the most batches that one of them read, whether it learnt or not.
    """

    learnt: int
    of: int
    low: float
    high: float
    soonest: int
    latest: int


def rates() -> dict[str, dict[int, Rate]]:
    """Return the rate of each start and length, in the orders of `STARTS` and `LENGTHS`.

    Examples
    --------
    >>> from lab_code.long import starts
    >>> starts.rates()["default"][10]._replace(soonest=0, latest=0)
    Rate(learnt=5, of=5, low=0.5655, high=1.0, soonest=0, latest=0)
    """
    found, kept = {}, read_all()
    for start, n_steps in product(STARTS, LENGTHS):
        runs = [run for run in kept if (run["start"], run["n_steps"]) == (start, n_steps)]
        if runs:
            learnt, read = sum(run["learnt"] for run in runs), [run["batches"] for run in runs]
            interval = binomtest(learnt, len(runs)).proportion_ci(method="wilson")
            low, high = (round(float(end), 4) for end in interval)
            found.setdefault(start, {})[n_steps] = Rate(
                learnt, len(runs), low, high, min(read), max(read)
            )
    return found


def run_missing(names: Sequence[str] = tuple(STARTS)) -> None:
    """Run the trainings that are not in the file, the shortest first, and keep each at once.

    The longest is tried only from starts that learnt the one before it at least once.

    Parameters
    ----------
    names : sequence of str
        Keys of `STARTS`.
    """
    for n_steps, seed, start in product(LENGTHS, SEEDS, names):
        runs = read_all()
        if any((start, n_steps, seed) == (r["start"], r["n_steps"], r["seed"]) for r in runs):
            continue
        if n_steps == LENGTHS[-1] and rates()[start][LENGTHS[-2]].learnt == 0:
            continue
        runs.append(train(start, n_steps, seed))
        about = {
            "commit": provenance.commit(Path(__file__).parent, but=FILE),
            "environment": environment(),
        }
        write_json(FILE, about | {"runs": runs})
        log.info("kept: %s", runs[-1])


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    run_missing(sys.argv[1:] or tuple(STARTS))
