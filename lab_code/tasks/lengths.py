"""Pieces of recordings that are cut to unequal length, and what is made of them in batches."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from lab_code.answers import Answers
from lab_code.recordings import Recordings
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_labels, to_sequences, to_targets
from lab_code.splits import Split


class Pieces:
    """Cuts pieces of random length out of recordings, at random places.

    Parameters
    ----------
    recordings : Recordings
    rows : ndarray of int
        The recordings of the training part, by which samples are scaled.
    samples_per_step : int
    fewest, most : int
        Steps of a piece. The logarithm of the length is drawn evenly, so many are short.

    Raises
    ------
    ValueError
        If a recording is shorter than the longest piece.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.sources import load
    >>> from lab_code.tasks.lengths import Pieces
    >>> cut = Pieces(load("simulated"), np.arange(400))
    >>> pieces = cut([7, 8, 9], np.random.default_rng(0))
    >>> [tuple(piece.shape) for piece in pieces]
    [(23, 32), (8, 32), (4, 32)]
    """

    def __init__(
        self,
        recordings: Recordings,
        rows: np.ndarray,
        samples_per_step: int = 32,
        fewest: int = 4,
        most: int = 64,
    ):
        samples = recordings.samples
        available = samples.shape[1] // samples_per_step
        if most > available:
            raise ValueError(f"recordings have {available} steps, which is fewer than {most}")
        self.steps = to_sequences(Scaling.fit(samples[rows])(samples), samples_per_step)
        self.fewest, self.most = fewest, most

    def __call__(self, rows: Sequence[int], rng: np.random.Generator) -> list[torch.Tensor]:
        """Cut a piece, (step, samples_per_step), out of each of some recordings."""
        logarithms = rng.uniform(np.log(self.fewest), np.log(self.most + 1), len(rows))
        lengths = np.exp(logarithms).astype(int).clip(self.fewest, self.most)
        starts = (rng.random(len(rows)) * (self.steps.shape[1] - lengths + 1)).astype(int)
        return [
            self.steps[row, start : start + length]
            for row, start, length in zip(rows, starts, lengths, strict=True)
        ]


def batches(
    lengths: Sequence[int], size: int, rng: np.random.Generator, *, by_length: bool = False
) -> Iterator[torch.Tensor]:
    """Deal out the numbers of all pieces in batches, each piece once.

    Parameters
    ----------
    lengths : sequence of int, shape (piece,)
    size : int
        Pieces in a batch.
    rng : Generator
        Decides the order.
    by_length : bool
        Put pieces of about the same length together (buckets). Which of the pieces that are equally
        long are together is random, and so is the order of the batches.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.tasks.lengths import batches
    >>> dealt = batches([9, 2, 8, 1], 2, np.random.default_rng(0), by_length=True)
    >>> sorted(sorted(batch.tolist()) for batch in dealt)
    [[0, 2], [1, 3]]
    """
    order = rng.permutation(len(lengths))
    if by_length:
        order = order[np.argsort(np.asarray(lengths)[order], kind="stable")]
    dealt = torch.from_numpy(order).split(size)
    for number in rng.permutation(len(dealt)):
        yield dealt[number]


def alone_and_in_batch(network: nn.Module, pieces: Sequence[torch.Tensor]) -> tuple[float, float]:
    """Compare the answers to pieces in one batch with the answers to each alone.

    Parameters
    ----------
    network : callable
        Takes a list of pieces; returns class scores, (piece, class).
    pieces : sequence of Tensor, shape (step, feature)

    Returns
    -------
    apart : float
        The largest difference of two scores.
    changed : float
        The share of pieces that are given another class.

    Examples
    --------
    >>> import torch
    >>> from torch.nn.utils.rnn import pad_sequence
    >>> from lab_code.tasks.lengths import alone_and_in_batch
    >>> pieces = [torch.tensor([[0.0, 1.0]]), torch.tensor([[3.0, 0.0]] * 2)]
    >>> alone_and_in_batch(lambda them: pad_sequence(them, batch_first=True)[:, -1], pieces)
    (1.0, 0.5)
    >>> alone_and_in_batch(lambda them: torch.stack([one[-1] for one in them]), pieces)
    (0.0, 0.0)
    """
    with torch.no_grad():
        together = network(list(pieces))
        alone = torch.cat([network([one]) for one in pieces])
    changed = together.argmax(dim=1) != alone.argmax(dim=1)
    return float((together - alone).abs().max()), float(changed.float().mean())


def of_each(network: nn.Module, pieces: list[torch.Tensor], classes: torch.Tensor) -> torch.Tensor:
    """Return the cross-entropy of one answer for each piece.

    Parameters
    ----------
    network : Module
        Takes a list of pieces; returns class scores, (piece, class).
    pieces : list of Tensor, shape (step, feature)
    classes : Tensor of int64, shape (piece,)

    Examples
    --------
    >>> import torch
    >>> from lab_code.tasks.lengths import of_each
    >>> pieces = [torch.ones(3, 1), torch.ones(5, 1)]
    >>> of_each(lambda pieces: torch.zeros(len(pieces), 5), pieces, torch.tensor([0, 4]))
    tensor(1.6094)
    """
    return cross_entropy(network(pieces), classes)


def learn(
    network: nn.Module,
    recordings: Recordings,
    split: Split,
    loss_of: Callable = of_each,
    steps: int = 75,
    seed: int = 0,
) -> nn.Module:
    """Train a network in place on pieces of the training part, cut anew for each update.

    Parameters
    ----------
    network : Module
        Takes a list of pieces.
    recordings : Recordings
    split : Split
    loss_of : callable
        Takes the network, pieces, and the class of each, from 0; returns the loss.
    steps : int
        Updates, each from 50 pieces, with Adam.
    seed : int

    Returns
    -------
    Module
        The same network.

    Examples
    --------
    >>> import torch
    >>> from lab_code.sources import load
    >>> from lab_code.splits import split_by_moment
    >>> from lab_code.tasks.lengths import learn
    >>> class Size(torch.nn.Linear):
    ...     def forward(self, pieces):
    ...         return super().forward(torch.stack([one.std()[None] for one in pieces]))
    >>> recordings = load("simulated")
    >>> network = learn(Size(1, 5), recordings, split_by_moment(recordings), steps=10)
    >>> network.weight.shape
    torch.Size([5, 1])
    """
    rng, optimiser = np.random.default_rng(seed), torch.optim.Adam(network.parameters(), lr=0.01)
    cut, targets = Pieces(recordings, split.train), to_targets(recordings.labels)
    for _ in range(steps):
        rows = rng.choice(split.train, 50, replace=False)
        loss = loss_of(network, cut(rows, rng), targets[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return network


def compare(
    reader: Callable[[Callable], nn.Module],
    ways: Mapping[str, Callable],
    recordings: Recordings,
    splits: Sequence[Split],
    steps: int = 75,
) -> dict[str, dict]:
    """Train a network for each way to read, on each split, and ask it in batches and alone.

    Parameters
    ----------
    reader : callable
        Makes a network that has a way to read, as its attribute `read`.
    ways : mapping of str to callable
        The names of mistakes begin with their number; each follows the right way that it is held
        against. What is called ``"(v) …"`` is not trained: the network before it is asked so.
    recordings : Recordings
    splits : sequence of Split
    steps : int
        Updates of each training.

    Returns
    -------
    dict
        By a name such as ``"last_state"`` or ``"iv"``: ``name``, ``answers``, ``apart`` and
        ``changed`` (see `alone_and_in_batch`; the largest, and the mean, of all splits), and
        ``behind``, a `Difference`: the right way before it minus this one.

    Examples
    --------
    >>> import torch
    >>> from lab_code.sources import load
    >>> from lab_code.splits import split_by_moment
    >>> from lab_code.tasks.lengths import compare
    >>> class Reader(torch.nn.Linear):
    ...     def __init__(self, read):
    ...         super().__init__(32, 5)
    ...         self.read = read
    ...
    ...     def forward(self, pieces):
    ...         return super().forward(torch.stack([self.read(one) for one in pieces]))
    >>> recordings, ways = load("simulated"), {"mean": lambda piece: piece.mean(dim=0)}
    >>> found = compare(Reader, ways, recordings, [split_by_moment(recordings)], steps=2)
    >>> found["mean"]["changed"]
    0.0
    """
    answers, checks = {way: [] for way in ways}, {way: [] for way in ways}
    for seed, split in enumerate(splits):
        cut = Pieces(recordings, split.train)
        for way, read in ways.items():
            if not way.startswith("(v)"):
                set_seed(seed)
                network = learn(reader(read), recordings, split, steps=steps, seed=seed)
            network.read = read
            for number in range(4):
                pieces = cut(split.test, np.random.default_rng(number))
                with torch.no_grad():
                    said = to_labels(network(pieces))
                answers[way].append(Answers.of(recordings, split.test, said))
            checks[way].append(alone_and_in_batch(network, pieces))
    found, right = {}, None
    for way in ways:
        joined = Answers.join(answers[way])
        right = right if way.startswith("(") else joined
        number = re.match(r"\((\w+)\)", way)
        apart, changed = zip(*checks[way], strict=True)
        found[number[1] if number else way.replace(" ", "_")] = {
            "name": way,
            "answers": joined,
            "apart": max(apart),
            "changed": float(np.mean(changed)),
            "behind": right.minus(joined),
        }
    return found


def facts(found: Mapping[str, Mapping]) -> dict[str, dict]:
    """Return of each way what the record keeps of what `compare` has found.

    Parameters
    ----------
    found : mapping of str to mapping

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.answers import Answers
    >>> from lab_code.sources import load
    >>> from lab_code.tasks.lengths import facts
    >>> always = Answers.of(load("simulated"), np.arange(500), np.ones(500))
    >>> one = {"answers": always, "apart": 0.1, "changed": 0.2, "behind": always.minus(always)}
    >>> facts({"iv": one})["iv"]["accuracy"]
    0.2
    """
    return {
        name: {
            "accuracy": one["answers"].scores().accuracy.value,
            "apart": one["apart"],
            "changed": one["changed"],
            "behind": vars(one["behind"]),
        }
        for name, one in found.items()
    }


def right_at_steps(
    network: nn.Module, recordings: Recordings, split: Split, seed: int = 0
) -> dict[str, float]:
    """Return how often a network is right about the steps of pieces of the test part.

    Parameters
    ----------
    network : Module
        Takes a list of pieces; returns scores for each step, (piece, step, class).
    recordings : Recordings
    split : Split
    seed : int

    Returns
    -------
    dict
        ``counted``: over all steps of the batch, with the class 0 as the truth of padding, as
        someone counts who forgets it; ``real``: over real steps.

    Examples
    --------
    >>> import torch
    >>> from lab_code.sources import load
    >>> from lab_code.splits import split_by_moment
    >>> from lab_code.tasks.lengths import right_at_steps
    >>> recordings = load("simulated")
    >>> def seizure(pieces):
    ...     return torch.tensor([1.0, 0, 0, 0, 0]).expand(len(pieces), max(map(len, pieces)), 5)
    >>> shares = right_at_steps(seizure, recordings, split_by_moment(recordings))
    >>> shares["counted"] > 0.6 > shares["real"]
    True
    """
    pieces = Pieces(recordings, split.train)(split.test, np.random.default_rng(seed))
    classes = to_targets(recordings.labels)[split.test]
    with torch.no_grad():
        said = network(pieces).argmax(dim=2)
    lengths = torch.tensor([len(piece) for piece in pieces])
    real = torch.arange(said.shape[1]) < lengths[:, None]
    right = said == torch.where(real, classes[:, None], 0)
    return {"counted": float(right.float().mean()), "real": float(right[real].float().mean())}


def passes(
    reader: Callable[[Callable], nn.Module],
    ways: Mapping[str, Callable],
    recordings: Recordings,
    split: Split,
    n: int = 1000,
) -> tuple[dict[str, float], dict[str, float]]:
    """Measure the time of a pass over pieces, there and back, in any order and by length.

    Parameters
    ----------
    reader : callable
        Makes a network from a way to read.
    ways : mapping of str to callable
        One that is called ``"packed"`` computes no padding.
    recordings : Recordings
    split : Split
    n : int
        How many pieces, in batches of 50.

    Returns
    -------
    seconds : dict of str to float
        By names such as ``"padded_by_length"``: the faster of two, which take turns.
    padding : dict of str to float
        The share of the steps computed that are padding.

    Examples
    --------
    >>> import torch
    >>> from lab_code.sources import load
    >>> from lab_code.splits import split_by_moment
    >>> from lab_code.tasks.lengths import passes
    >>> class Reader(torch.nn.Linear):
    ...     def __init__(self, read):
    ...         super().__init__(32, 5)
    ...
    ...     def forward(self, pieces):
    ...         return super().forward(torch.stack([one.mean(dim=0) for one in pieces]))
    >>> recordings = load("simulated")
    >>> split = split_by_moment(recordings)
    >>> seconds, padding = passes(Reader, {"padded": None}, recordings, split, n=100)
    >>> padding["padded_by_length"] < padding["padded_in_any_order"]
    True
    """
    rows = np.random.default_rng(0).choice(split.train, n)
    pieces = Pieces(recordings, split.train)(rows, np.random.default_rng(1))
    classes, lengths = to_targets(recordings.labels)[rows], np.array([len(one) for one in pieces])
    seconds, padding = {}, {}
    for _ in range(2):
        for order in ("in_any_order", "by_length"):
            for way, read in ways.items():
                network, computed, start = reader(read), 0, time.perf_counter()
                dealt = batches(
                    lengths, 50, np.random.default_rng(2), by_length=order == "by_length"
                )
                for batch in dealt:
                    of_each(network, [pieces[one] for one in batch], classes[batch]).backward()
                    computed += len(batch) * lengths[batch].max()
                took, name = time.perf_counter() - start, f"{way}_{order}"
                seconds[name] = min(took, seconds.get(name, took))
                padding[name] = 0.0 if way == "packed" else float(1 - lengths.sum() / computed)
    return seconds, padding
