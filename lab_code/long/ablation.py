"""An LSTM of which one part is taken away: which part is missed most, and by which task.

A full cell and seven that lack one part each (after Greff et al. 2017) read two tasks: the adding
problem and one second of EEG. All networks of a task learn side by side, as one batch of networks
with weights of their own. ``python -m lab_code.long.ablation`` runs what ``ablation.json`` beside
this module lacks.
"""

from __future__ import annotations

import json
import logging
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from lab_code.evaluation import interval
from lab_code.files import write_json
from lab_code.freshness.environment import environment
from lab_code.long.starts import GUESSING, LEARNT, adding_problem
from lab_code.protocol import BY_MOMENT
from lab_code.record import provenance
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_sequences, to_targets
from lab_code.sources import load
from lab_code.splits import five_folds

log = logging.getLogger(__name__)

FILE = Path(__file__).with_name("ablation.json")
SEEDS = range(5)
HIDDEN_SIZE = 16
LEARNING_RATE = 0.01
N_STEPS, BATCH_SIZE, BATCHES, AT_A_TIME = 30, 50, 800, 40
"""Of the adding problem; its error is averaged over so many batches before it is judged."""

SAMPLES_PER_STEP, SECONDS_AT_ONCE, UPDATES = 4, 64, 600
"""Of the EEG: 44 steps a second, seconds in a batch, batches."""


class Parts(NamedTuple):
    """Which parts a cell has: True, or tensors of bool that broadcast, for a batch of networks.

    Parameters
    ----------
    input_gate, forget_gate, output_gate : bool or Tensor
        Without one, its gate is 1 throughout.
    input_activation, output_activation : bool or Tensor
        The tanh of the candidate, and that of the cell state where it is shown.
    peepholes : bool or Tensor
        Whether the gates see the cell state (Gers and Schmidhuber 2000).
    apart : bool or Tensor
        Whether input and forget gate are two; if not, f = 1 - i.

    Examples
    --------
    >>> from lab_code.long.ablation import Parts
    >>> Parts(forget_gate=False)._asdict()["forget_gate"]
    False
    """

    input_gate: bool | Tensor = True
    forget_gate: bool | Tensor = True
    output_gate: bool | Tensor = True
    input_activation: bool | Tensor = True
    output_activation: bool | Tensor = True
    peepholes: bool | Tensor = True
    apart: bool | Tensor = True


VARIANTS = {"full": Parts()} | {part: Parts(**{part: False}) for part in Parts._fields}
"""The cell of Greff et al., with peepholes, and those that lack one part."""


class Weights(NamedTuple):
    """Weights of a batch of networks of one layer and a linear read-out of the last state.

    Parameters
    ----------
    W_x : Tensor, shape (network, input_size, gate x hidden_size)
    W_h : Tensor, shape (network, hidden_size, gate x hidden_size)
    b : Tensor, shape (network, 1, gate x hidden_size)
        Gates: input, forget, candidate, output.
    p : Tensor, shape (network, 1, 3 x hidden_size)
        Peepholes of the three gates.
    W_y : Tensor, shape (network, hidden_size, output)
    b_y : Tensor, shape (network, 1, output)
    """

    W_x: Tensor
    W_h: Tensor
    b: Tensor
    p: Tensor
    W_y: Tensor
    b_y: Tensor


def first_weights(input_size: int, n_outputs: int, hidden_size: int = HIDDEN_SIZE) -> Weights:
    """Draw the weights of one network, all as torch draws those of an LSTM.

    Parameters
    ----------
    input_size, n_outputs, hidden_size : int

    Returns
    -------
    Weights
        Of one network.

    Examples
    --------
    >>> from lab_code.long.ablation import first_weights
    >>> first_weights(input_size=2, n_outputs=1).W_x.shape
    torch.Size([1, 2, 64])
    """
    n = hidden_size
    shapes = (input_size, 4 * n), (n, 4 * n), (1, 4 * n), (1, 3 * n), (n, n_outputs), (1, n_outputs)
    return Weights(*(torch.empty(1, *shape).uniform_(-(n**-0.5), n**-0.5) for shape in shapes))


def unroll(x: Tensor, w: Weights, has: Parts) -> dict[str, Tensor]:
    """Read sequences with each of a batch of networks.

    Parameters
    ----------
    x : Tensor, shape (network, batch, step, input_size)
    w : Weights
    has : Parts

    Returns
    -------
    dict of str to Tensor, shape (network, batch, step, hidden_size)
        The ``"hidden"`` and the ``"cell"`` state.

    Examples
    --------
    >>> import torch
    >>> from lab_code.long.ablation import Parts, first_weights, unroll
    >>> w = first_weights(input_size=2, n_outputs=1)
    >>> unroll(torch.rand(1, 8, 5, 2), w, Parts(peepholes=False))["cell"].shape
    torch.Size([1, 8, 5, 16])
    """
    has = Parts(*(torch.as_tensor(part) for part in has))
    p_i, p_f, p_o = (w.p * has.peepholes).chunk(3, dim=2)
    from_input = (x.flatten(1, 2) @ w.W_x + w.b).unflatten(1, x.shape[1:3]).unbind(2)
    h = c = torch.zeros(*x.shape[:2], w.W_h.shape[1], dtype=x.dtype)
    hidden, cell = [], []
    for from_x in from_input:
        i, f, g, o = (from_x + h @ w.W_h).chunk(4, dim=2)
        i = torch.where(has.input_gate, torch.sigmoid(i + p_i * c), 1.0)
        f = torch.where(has.apart, torch.sigmoid(f + p_f * c), 1.0 - i)
        f = torch.where(has.forget_gate, f, 1.0)
        g = torch.where(has.input_activation, torch.tanh(g), g)
        c = f * c + i * g
        o = torch.where(has.output_gate, torch.sigmoid(o + p_o * c), 1.0)
        h = o * torch.where(has.output_activation, torch.tanh(c), c)
        hidden.append(h)
        cell.append(c)
    return {"hidden": torch.stack(hidden, dim=2), "cell": torch.stack(cell, dim=2)}


def answers(x: Tensor, w: Weights, has: Parts) -> Tensor:
    """Return what each network says after the last step (network, batch, output)."""
    return unroll(x, w, has)["hidden"][:, :, -1] @ w.W_y + w.b_y


def side_by_side(parts: Sequence[Parts], weights: Sequence[Weights]) -> tuple[Weights, Parts]:
    """Return each kind of network with each weights, as one batch: those of one kind in a row."""
    w = Weights(*(torch.cat(same).repeat(len(parts), 1, 1) for same in zip(*weights, strict=True)))
    for tensor in w:
        tensor.requires_grad_()
    has = []
    for same in zip(*parts, strict=True):
        has.append(torch.tensor(same).repeat_interleave(len(weights)).view(-1, 1, 1))
    return w, Parts(*has)


def update(optimiser: torch.optim.Optimizer, w: Weights, losses: Tensor) -> None:
    """Take one step with each network, its gradient clipped to a length of 1 by itself."""
    optimiser.zero_grad()
    losses.sum().backward()
    length = sum(tensor.grad.square().sum(dim=(1, 2), keepdim=True) for tensor in w).sqrt()
    for tensor in w:
        tensor.grad *= (1 / (length + 1e-6)).clamp(max=1)
    optimiser.step()


def adding(names: Sequence[str], rate: float = LEARNING_RATE, batches: int = BATCHES) -> list[dict]:
    """Train variants on the adding problem; those of one seed read the same sequences.

    Parameters
    ----------
    names : sequence of str
        Keys of `VARIANTS`.
    rate : float
        The learning rate.
    batches : int

    Returns
    -------
    list of dict
        Of each variant and seed the ``error`` of the last `AT_A_TIME` batches relative to that of
        guessing, and after how many ``batches`` it was below `LEARNT`: all, if it never was.
    """
    first = []
    for seed in SEEDS:
        set_seed(seed)
        first.append(first_weights(2, 1))
    w, has = side_by_side([VARIANTS[name] for name in names], first)
    optimiser, errors = torch.optim.Adam(w, lr=rate), []
    for batch in range(batches):
        drawn = []
        for seed in SEEDS:
            set_seed(1000 * (batch + 1) + seed)
            drawn.append(adding_problem(BATCH_SIZE, N_STEPS))
        x = torch.stack([sequences for sequences, _ in drawn]).repeat(len(names), 1, 1, 1)
        sums = torch.stack([sums for _, sums in drawn]).repeat(len(names), 1)
        error = ((answers(x, w, has)[..., 0] - sums) ** 2).mean(dim=1)
        update(optimiser, w, error)
        errors.append(error.detach() / GUESSING)
        if batch % AT_A_TIME == 0:
            log.info("adding %d: %s", batch, errors[-1].view(len(names), -1).mean(1).tolist())
    means = torch.stack(errors).unflatten(0, (-1, AT_A_TIME)).mean(dim=1).T
    ended = []
    for row, curve in enumerate(means):
        below = torch.nonzero(curve < LEARNT).flatten().tolist()
        read = (below[0] + 1) * AT_A_TIME if below else batches
        error = curve[-1].item()
        about = {"variant": names[row // len(SEEDS)], "seed": row % len(SEEDS)}
        kept = error if math.isfinite(error) else None
        ended.append(about | {"error": kept, "batches": read, "learnt": bool(below)})
    return ended


def eeg(names: Sequence[str], rate: float = LEARNING_RATE, updates: int = UPDATES) -> list[dict]:
    """Train variants on seconds of EEG; each seed has its fold, in which moments stay together.

    Parameters
    ----------
    names : sequence of str
        Keys of `VARIANTS`.
    rate : float
        The learning rate.
    updates : int

    Returns
    -------
    list of dict
        Of each variant and seed the ``accuracy`` among five classes on the test part of the fold,
        the ``seizure`` accuracy, seizure or not, and the ``loss`` on the last batches.
    """
    seconds = load().seconds()
    splits, first, sequences, draws = five_folds(seconds, BY_MOMENT), [], [], []
    targets = to_targets(seconds.labels)
    for seed in SEEDS:
        set_seed(seed)
        first.append(first_weights(SAMPLES_PER_STEP, 5))
        scaling = Scaling.fit(seconds.samples[splits[seed].train])
        sequences.append(to_sequences(scaling(seconds.samples), SAMPLES_PER_STEP))
        draws.append(np.random.default_rng(seed))
    w, has = side_by_side([VARIANTS[name] for name in names], first)
    optimiser = torch.optim.Adam(w, lr=rate)
    recent = []
    for at in range(updates):
        drawn = [
            draw.choice(split.train, SECONDS_AT_ONCE)
            for draw, split in zip(draws, splits, strict=True)
        ]
        x = torch.stack([of[rows] for of, rows in zip(sequences, drawn, strict=True)])
        y = torch.stack([targets[rows] for rows in drawn]).repeat(len(names), 1)
        said = answers(x.repeat(len(names), 1, 1, 1), w, has)
        loss = torch.nn.functional.cross_entropy(said.mT, y, reduction="none").mean(dim=1)
        update(optimiser, w, loss)
        recent = [*recent, loss.detach()][-AT_A_TIME:]
        if at % AT_A_TIME == 0:
            log.info("eeg %d: %s", at, loss.view(len(names), -1).mean(1).tolist())
    ended = []
    with torch.no_grad():
        for row in range(len(names) * len(SEEDS)):
            name, seed = names[row // len(SEEDS)], row % len(SEEDS)
            own, test = Weights(*(tensor[[row]] for tensor in w)), splits[seed].test
            right = targets[test]
            said = answers(sequences[seed][None, test], own, VARIANTS[name])[0].argmax(dim=1)
            scores = {
                "accuracy": (said == right).float().mean().item(),
                "seizure": ((said == 0) == (right == 0)).float().mean().item(),
                "loss": torch.stack(recent)[:, row].mean().item(),
            }
            ended.append({"variant": name, "seed": seed} | scores)
    return ended


TASKS = {"adding": adding, "eeg": eeg}
SETTINGS = {
    "adding": ((LEARNING_RATE, BATCHES), (2 * LEARNING_RATE, BATCHES)),
    "eeg": ((LEARNING_RATE, UPDATES), (LEARNING_RATE, UPDATES // 3)),
}
"""Learning rate and number of updates. The second asks whether the first alone says so."""


def read_all() -> list[dict]:
    """Return of each training its task, learning rate, updates, and what the task measured."""
    return json.loads(FILE.read_text("utf-8"))["runs"] if FILE.exists() else []


class Paired(NamedTuple):
    """A measure of one variant, and how much it differs from that of the full cell.

    Parameters
    ----------
    mean : float
        Over seeds.
    difference, low, high : float
        Mean of the differences to the full cell with the same seed, and their 95 % interval by
        Student's t.
    """

    mean: float
    difference: float
    low: float
    high: float


def paired(task: str, measure: str, again: bool = False) -> dict[str, Paired]:
    """Compare each variant with the full cell, seed by seed.

    Parameters
    ----------
    task : str
        A key of `TASKS`.
    measure : str
        A number that the task measures.
    again : bool
        Whether with the second of its `SETTINGS`.

    Examples
    --------
    >>> from lab_code.long import ablation
    >>> full = ablation.paired("adding", "batches")["full"]
    >>> full.difference, full.low, full.high
    (0.0, 0.0, 0.0)
    """
    by = {}
    for run in read_all():
        if (run["task"], run["rate"], run["updates"]) == (task, *SETTINGS[task][again]):
            by.setdefault(run["variant"], {})[run["seed"]] = run[measure]
    found = {}
    for name in VARIANTS:
        values = np.array([by[name][seed] for seed in SEEDS])
        apart = values - np.array([by["full"][seed] for seed in SEEDS])
        found[name] = Paired(float(values.mean()), *interval(apart))
    return found


def tables() -> dict[str, dict[str, Paired]]:
    """Return what `paired` says of each task: batches until learnt, and accuracy on EEG.

    Returns
    -------
    dict of str to dict of str to Paired
        With the first of `SETTINGS`, and as ``"adding_again"`` and ``"eeg_again"`` with the second.

    Examples
    --------
    >>> from lab_code.long import ablation
    >>> list(ablation.tables()["adding"])[:3]
    ['full', 'input_gate', 'forget_gate']
    """
    measures = {"adding": "batches", "eeg": "accuracy"}
    return {
        task + again * "_again": paired(task, measure, again)
        for task, measure in measures.items()
        for again in (False, True)
    }


def run_missing(tasks: Sequence[str] = tuple(TASKS)) -> None:
    """Run the tasks and settings that are not in the file, and keep each at once.

    Parameters
    ----------
    tasks : sequence of str
        Keys of `TASKS`.
    """
    for task in tasks:
        for rate, updates in SETTINGS[task]:
            runs, how = read_all(), {"task": task, "rate": rate, "updates": updates}
            if any(how.items() <= run.items() for run in runs):
                continue
            begin = time.process_time()
            ended = TASKS[task](list(VARIANTS), rate, updates)
            log.info("%s took %.0f s", task, time.process_time() - begin)
            runs += [how | run for run in ended]
            about = {
                "commit": provenance.commit(Path(__file__).parent, but=FILE),
                "environment": environment(),
            }
            write_json(FILE, about | {"runs": runs})


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    run_missing(sys.argv[1:] or tuple(TASKS))
