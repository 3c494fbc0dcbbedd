"""Recurrences without gates that look at the state, so that all steps can be computed at once.

In a simple network, an LSTM or a GRU, what happens at a step depends on the state before it, so a
step has to wait for the one before. If the state is only multiplied by something and added to
something, neither of which depends on it, the recurrence is linear in the state, and a scan
computes all states in a few passes over the whole sequence.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn


def in_loop(keep: Tensor, add: Tensor) -> Tensor:
    """Go through a linear recurrence step by step: ``h = keep * h + add``, from zero.

    Parameters
    ----------
    keep, add : Tensor, shape (batch, step, hidden_size)
        What each state is multiplied by, and what is then added, at each step. A factor that is
        the same in the whole batch may have the shape (1, step, hidden_size).

    Returns
    -------
    Tensor, shape (batch, step, hidden_size)
        All states.

    Examples
    --------
    >>> import torch
    >>> from lab_code.linear_recurrence import in_loop
    >>> keep, add = torch.full((1, 4, 1), 0.5), torch.ones(1, 4, 1)
    >>> in_loop(keep, add).flatten()
    tensor([1.0000, 1.5000, 1.7500, 1.8750])
    """
    h, states = torch.zeros_like(add[:, 0]), []
    for keep_t, add_t in zip(keep.unbind(dim=1), add.unbind(dim=1), strict=True):
        h = keep_t * h + add_t
        states.append(h)
    return torch.stack(states, dim=1)


def in_parallel(keep: Tensor, add: Tensor) -> Tensor:
    """Do the same for all steps at once, by a scan: equal to `in_loop`, but for rounding.

    After each pass, `add` has what a state gathers from twice as many steps, and `keep` how much of
    an older state is left after them. So 4097 steps take 13 passes.

    Parameters
    ----------
    keep, add : Tensor, shape (batch, step, hidden_size)
        As for `in_loop`.

    Returns
    -------
    Tensor, shape (batch, step, hidden_size)
        All states.

    Examples
    --------
    >>> import torch
    >>> from lab_code.linear_recurrence import in_loop, in_parallel
    >>> keep, add = torch.rand(2, 178, 8), torch.randn(2, 178, 8)
    >>> torch.allclose(in_parallel(keep, add), in_loop(keep, add), atol=1e-5)
    True
    """
    back = 1
    while back < add.shape[1]:
        later, factor = add[:, back:] + keep[:, back:] * add[:, :-back], keep[:, back:]
        add = torch.cat([add[:, :back], later], dim=1)
        keep = torch.cat([keep[:, :back], factor * keep[:, :-back]], dim=1)
        back *= 2
    return add


class MinGRU(nn.Module):
    """A GRU whose gate and candidate see the input alone (Feng et al. 2024).

    Parameters
    ----------
    input_size : int
    hidden_size : int

    Notes
    -----
    An update gate of 1 keeps the old state, as in torch's GRU and in this book; Feng et al. write
    it the other way round.

    Examples
    --------
    >>> import torch
    >>> from lab_code.linear_recurrence import MinGRU, in_loop
    >>> layer = MinGRU(input_size=4, hidden_size=8)
    >>> sequences = torch.randn(2, 44, 4)
    >>> states = layer(sequences)
    >>> states.shape
    torch.Size([2, 44, 8])
    >>> torch.allclose(states, layer(sequences, scan=in_loop), atol=1e-6)
    True
    >>> h = torch.zeros(2, 8)
    >>> for x in sequences.unbind(dim=1):  # as samples come
    ...     h = layer.step(x, h)
    >>> torch.allclose(h, states[:, -1], atol=1e-6)
    True
    """

    def __init__(self, input_size: int, hidden_size: int):
        super().__init__()
        self.update = nn.Linear(input_size, hidden_size)
        self.candidate = nn.Linear(input_size, hidden_size)

    def keep_and_add(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return what the state is multiplied by, and what is added, for inputs of any number."""
        z = torch.sigmoid(self.update(x))
        n = self.candidate(x)
        return z, (1 - z) * n

    def forward(self, x: Tensor, scan: Callable[[Tensor, Tensor], Tensor] = in_parallel) -> Tensor:
        """Return the states (batch, step, hidden_size) of sequences (batch, step, input_size)."""
        return scan(*self.keep_and_add(x))

    def step(self, x: Tensor, h: Tensor) -> Tensor:
        """Return the state after one more step: (batch, hidden_size)."""
        z = torch.sigmoid(self.update(x))
        n = self.candidate(x)
        return z * h + (1 - z) * n


class DiagonalRecurrence(nn.Module):
    """A linear recurrence with one fixed complex factor for each unit (Orvieto et al. 2023).

    Parameters
    ----------
    input_size : int
    hidden_size : int
        Complex units, each of which is two numbers.
    shortest, longest : float
        The smallest and the largest absolute value of the factors of a new layer, below 1.

    Notes
    -----
    The absolute value of a factor says how long the unit remembers, its angle how fast it turns. It
    stays below 1 whatever training does to `decay`. The input is scaled so that inputs without a
    pattern give each unit the same size.

    Examples
    --------
    >>> import torch
    >>> from lab_code.linear_recurrence import DiagonalRecurrence
    >>> layer = DiagonalRecurrence(input_size=4, hidden_size=8)
    >>> layer(torch.randn(2, 44, 4)).shape  # real and imaginary parts
    torch.Size([2, 44, 16])
    >>> bool((layer.factor().abs() < 1).all())
    True
    """

    def __init__(
        self, input_size: int, hidden_size: int, shortest: float = 0.5, longest: float = 0.99
    ):
        super().__init__()
        size = shortest + (longest - shortest) * torch.rand(hidden_size)
        self.decay = nn.Parameter((-size.log()).log())
        self.turn = nn.Parameter(math.pi * torch.rand(hidden_size))
        self.read = nn.Linear(input_size, 2 * hidden_size, bias=False)

    def factor(self) -> Tensor:
        """Return the factor of each unit, complex, (hidden_size,)."""
        return torch.exp(torch.complex(-self.decay.exp(), self.turn))

    def forward(self, x: Tensor, scan: Callable[[Tensor, Tensor], Tensor] = in_parallel) -> Tensor:
        """Return the states, (batch, step, 2 x hidden_size), of (batch, step, input_size)."""
        kappa = self.factor()
        add = (1 - kappa.abs() ** 2).sqrt() * self._read(x)
        states = scan(kappa.expand(1, x.shape[1], -1), add)
        return torch.view_as_real(states).flatten(2)

    def step(self, x: Tensor, h: Tensor) -> Tensor:
        """Return the complex state after one more step: (batch, hidden_size)."""
        kappa, read = self.factor(), self._read(x)
        return kappa * h + (1 - kappa.abs() ** 2).sqrt() * read

    def _read(self, x: Tensor) -> Tensor:
        return torch.view_as_complex(self.read(x).unflatten(-1, (-1, 2)))
