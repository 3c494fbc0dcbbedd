"""What a layer costs in training: time of the processor, and what is kept for the way back."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import Tensor


def milliseconds(forward: Callable[[Tensor], Tensor], x: Tensor, repeats: int = 4) -> float:
    """Return how long the processor works to go forward and back, the shortest of some times.

    Parameters
    ----------
    forward : callable
        Returns the states of sequences; a tuple, as of `torch.nn.GRU`, begins with them.
    x : Tensor, shape (batch, step, feature)
    repeats : int

    Examples
    --------
    >>> import torch
    >>> from lab_code.costs import milliseconds
    >>> milliseconds(torch.nn.GRU(1, 8, batch_first=True), torch.randn(1, 178, 1)) > 0
    True
    """
    took = []
    for _ in range(repeats):
        begin = time.process_time()
        _states(forward, x).square().mean().backward()
        took.append(time.process_time() - begin)
    return 1000 * min(took)


def megabytes(forward: Callable[[Tensor], Tensor], x: Tensor) -> float:
    """Return the size of all that is kept for the way back, each piece of memory counted once.

    Parameters
    ----------
    forward : callable
        As for `milliseconds`.
    x : Tensor, shape (batch, step, feature)

    Examples
    --------
    >>> import torch
    >>> from lab_code.costs import megabytes
    >>> x, w = torch.ones(1, 1000, 1), torch.ones(1, requires_grad=True)
    >>> megabytes(lambda x: torch.tanh(w * x), x)  # x and the tanh, 1000 numbers each
    0.008
    """
    kept = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage  # held, so that no other takes its place
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        _states(forward, x)
    return sum(storage.nbytes() for storage in kept.values()) / 1e6


def _states(forward, x):
    states = forward(x)
    return states[0] if isinstance(states, tuple) else states
