"""Sequences of which steps are lost, as by electrodes that come loose."""

from __future__ import annotations

import numpy as np
import torch


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
    >>> from lab_code.gaps import lose_in_bursts
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
