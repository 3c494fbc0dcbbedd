"""Sequences of which steps are lost, as by electrodes that come loose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch.utils.data import Dataset

from lab_code.answers import Answers


def lose_in_bursts(
    n_sequences: int,
    n_steps: int,
    share: float | np.ndarray,
    burst: float,
    rng: np.random.Generator,
) -> torch.Tensor:
    """Draw which steps of sequences arrive, when they are lost in bursts.

    Whether a step is lost depends on the one before it alone; so the lengths of bursts, and those
    of what lies between, are geometric.

    Parameters
    ----------
    n_sequences, n_steps : int
    share : float or ndarray, shape (n_sequences,)
        The share of steps that are lost on average, of all sequences or of each.
    burst : float
        Mean length of a burst, in steps.
    rng : Generator

    Returns
    -------
    Tensor of bool, shape (n_sequences, n_steps)
        True where a step arrives. Of each sequence at least one does, drawn at random if need be.

    Raises
    ------
    ValueError
        If bursts as short as this cannot lose so much: what lies between is at least one step.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.tasks.gaps import lose_in_bursts
    >>> mask = lose_in_bursts(1000, 44, share=0.7, burst=10, rng=np.random.default_rng(0))
    >>> mask.shape
    torch.Size([1000, 44])
    >>> round(1 - mask.float().mean().item(), 1)
    0.7
    """
    share = np.broadcast_to(share, (n_sequences,))
    if (share < 0).any() or burst < 1 or (share > burst * (1 - share)).any():
        raise ValueError(
            f"bursts of {burst:g} steps can lose at most {burst / (burst + 1):.0%}, "
            f"not {share.max():.0%}"
        )
    begins, ends = share / (1 - share) / burst, 1 / burst
    arrives = np.empty((n_sequences, n_steps), dtype=bool)
    lost = rng.random(n_sequences) < share
    for t in range(n_steps):
        arrives[:, t] = ~lost
        chance = rng.random(n_sequences)
        lost = np.where(lost, chance >= ends, chance < begins)
    empty = np.flatnonzero(~arrives.any(axis=1))
    arrives[empty, rng.integers(n_steps, size=len(empty))] = True
    return torch.from_numpy(arrives)


def time_since(mask: torch.Tensor) -> torch.Tensor:
    """Return at each step how many steps ago the last one before it arrived.

    Parameters
    ----------
    mask : Tensor of bool, shape (batch, step)
        True where a step arrives.

    Returns
    -------
    Tensor of float32, shape (batch, step, 1)
        At the first step 0; before the first arrival, the number of steps so far.

    Examples
    --------
    >>> import torch
    >>> from lab_code.tasks.gaps import time_since
    >>> mask = torch.tensor([[True, False, False, True, True]])
    >>> time_since(mask)[:, :, 0]
    tensor([[0., 1., 2., 3., 1.]])
    """
    since = torch.zeros(mask.shape)
    for t in range(1, mask.shape[1]):
        since[:, t] = torch.where(mask[:, t - 1], 1.0, since[:, t - 1] + 1)
    return since[:, :, None]


def last_value(sequences: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Fill steps that did not arrive with the last sample that did.

    Parameters
    ----------
    sequences : Tensor, shape (batch, step, feature)
        The features of a step are samples, in order.
    mask : Tensor of bool, shape (batch, step)

    Returns
    -------
    Tensor, shape (batch, step, feature)
        Before the first arrival, zeros.

    Examples
    --------
    >>> import torch
    >>> from lab_code.tasks.gaps import last_value
    >>> mask = torch.tensor([[False, True, False, True]])
    >>> last_value(torch.arange(1, 9).reshape(1, 4, 2), mask)[0]
    tensor([[0, 0],
            [3, 4],
            [4, 4],
            [7, 8]])
    """
    arrived = mask[:, :, None]
    steps = torch.arange(mask.shape[1]).expand(mask.shape)
    latest = torch.where(mask, steps, 0).cummax(dim=1).values
    samples = (sequences * arrived)[:, :, -1].gather(1, latest)
    return torch.where(arrived, sequences, samples[:, :, None])


class WithGaps(Dataset):
    """Sequences that lose steps in bursts, other ones each time; the mask is their last feature.

    Parameters
    ----------
    sequences : Tensor, shape (batch, step, feature)
    targets : Tensor of int64, shape (batch,)
    shares : ndarray, shape (batch, choice)
        What share of its steps a sequence loses on average: one of these, drawn each time.
    burst : float
        Mean length of a burst, in steps.
    seed : int

    Examples
    --------
    >>> import numpy as np
    >>> import torch
    >>> from lab_code.tasks.gaps import WithGaps
    >>> sequences, targets = torch.ones(100, 44, 4), torch.zeros(100, dtype=torch.int64)
    >>> data = WithGaps(sequences, targets, np.tile([0.5, 0.9], (100, 1)), burst=10)
    >>> drawn, _ = data[torch.arange(100)]
    >>> drawn.shape  # four features and the mask
    torch.Size([100, 44, 5])
    >>> bool((drawn[:, :, 0] == drawn[:, :, 4]).all())  # what was lost is 0
    True
    """

    def __init__(
        self,
        sequences: torch.Tensor,
        targets: torch.Tensor,
        shares: np.ndarray,
        burst: float,
        seed: int = 0,
    ):
        self.sequences, self.targets, self.shares = sequences, targets, np.asarray(shares)
        self.burst, self.random = burst, np.random.default_rng(seed)

    def __len__(self) -> int:
        return len(self.sequences)

    def __getitem__(self, batch: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        whole, choices = self.sequences[batch], self.shares[batch.numpy()]
        choice = self.random.integers(choices.shape[1], size=len(batch))
        share = choices[np.arange(len(batch)), choice]
        mask = lose_in_bursts(len(batch), whole.shape[1], share, self.burst, self.random)
        seen = mask[:, :, None].float()
        return torch.cat([whole * seen, seen], dim=2), self.targets[batch]


def facts(
    answers: Mapping[str, Answers], first: str, alike: Sequence[str] = ()
) -> dict[str, float | dict[str, float]]:
    """Return what the record keeps of answers to the same items.

    Parameters
    ----------
    answers : mapping of str to Answers
        By the name of a network.
    first : str
        The one that others are taken from.
    alike : sequence of str
        Of these, `most_apart` says by how much at most the first is ahead or behind.

    Returns
    -------
    dict
        Of each, its accuracy, the share of seizures that it found, and the share of other items
        that it called one; of each but the first, by how much the first is ahead of it.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.answers import Answers
    >>> from lab_code.tasks.gaps import facts
    >>> from lab_code.sources import load
    >>> recordings, test = load("simulated"), np.arange(500)
    >>> always = Answers.of(recordings, test, np.ones(500))
    >>> never = Answers.of(recordings, test, np.full(500, 5))
    >>> noted = facts({"GRU-D": always, "last value": never}, first="GRU-D")
    >>> noted["gru_d"]
    {'accuracy': 0.2, 'found': 1.0, 'false': 1.0}
    >>> noted["ahead_of_last_value"]["value"]
    0.0
    """
    noted = {}
    for name, of in answers.items():
        seizure, called = of.labels == 1, of.predicted == 1
        key = name.lower().replace(",", "").replace(" ", "_").replace("-", "_")
        noted[key] = {
            "accuracy": float(of.right.mean()),
            "found": float(called[seizure].mean()),
            "false": float(called[~seizure].mean()),
        }
        if name != first:
            noted[f"ahead_of_{key}"] = vars(answers[first].minus(of))
    gaps = [abs(answers[first].minus(answers[name]).value) for name in alike]
    return noted | ({"most_apart": max(gaps)} if gaps else {})
