"""A small transformer that looks back only: attention in place of a state (Vaswani et al. 2017)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention


class CausalTransformer(nn.Module):
    """Layers of causal attention: each step looks at itself and at all steps before it.

    Parameters
    ----------
    input_size : int
    width : int
        Numbers by which each step is described, a multiple of `n_heads` and even.
    n_layers, n_heads : int

    Notes
    -----
    What a recurrent network has in its state, this has in the keys and values of all steps so far,
    its cache. The layers are normalised before and not after attention, as is usual today.

    Examples
    --------
    >>> import torch
    >>> from lab_code.attention import CausalTransformer
    >>> network = CausalTransformer(input_size=4, width=16).eval()
    >>> sequences = torch.randn(2, 44, 4)
    >>> seen = network(sequences)
    >>> seen.shape
    torch.Size([2, 44, 16])
    >>> cache = network.start(batch=2)
    >>> for x in sequences.unbind(dim=1):  # as samples come
    ...     last, cache = network.step(x, cache)
    >>> torch.allclose(last, seen[:, -1], atol=1e-5)
    True
    >>> cache[0].shape  # keys and values of the first layer, of all steps
    torch.Size([2, 2, 4, 44, 4])
    """

    def __init__(self, input_size: int, width: int, n_layers: int = 1, n_heads: int = 4):
        super().__init__()
        self.width, self.n_heads = width, n_heads
        self.embed = nn.Linear(input_size, width)
        self.layers = nn.ModuleList(_Layer(width, n_heads) for _ in range(n_layers))

    def forward(self, x: Tensor) -> Tensor:
        """Return what is found at each step, (batch, step, width), of (batch, step, input_size)."""
        x = self.embed(x) + self._places(torch.arange(x.shape[1]))
        for layer in self.layers:
            x, _ = layer(x)
        return x

    def start(self, batch: int) -> list[Tensor]:
        """Return the cache before the first step: no keys and no values."""
        size = self.width // self.n_heads
        return [torch.zeros(2, batch, self.n_heads, 0, size) for _ in self.layers]

    def step(self, x: Tensor, cache: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """Take one more step.

        Parameters
        ----------
        x : Tensor, shape (batch, input_size)
        cache : list of Tensor, shape (2, batch, head, step, width / head)
            Keys and values of each layer, from `start` or the step before.

        Returns
        -------
        Tensor, shape (batch, width)
        list of Tensor
            The cache, which has one step more.
        """
        x = self.embed(x[:, None]) + self._places(torch.tensor([cache[0].shape[3]]))
        longer = []
        for layer, before in zip(self.layers, cache, strict=True):
            x, after = layer(x, before)
            longer.append(after)
        return x[:, 0], longer

    def _places(self, t: Tensor) -> Tensor:
        """Return sines and cosines that tell the place of each step, (step, width)."""
        rates = torch.exp(-math.log(10_000) * torch.arange(0, self.width, 2) / self.width)
        angles = t[:, None] * rates
        return torch.cat([angles.sin(), angles.cos()], dim=1)


class _Layer(nn.Module):
    """Attention, and then two linear layers for each step by itself; each adds to its input."""

    def __init__(self, width: int, n_heads: int):
        super().__init__()
        self.n_heads = n_heads
        self.before, self.after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.ask = nn.Linear(width, 3 * width)
        self.join = nn.Linear(width, width)
        self.think = nn.Sequential(
            nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width)
        )

    def forward(self, x: Tensor, cache: Tensor | None = None) -> tuple[Tensor, Tensor]:
        queries, *found = self.ask(self.before(x)).chunk(3, dim=2)
        queries, keys, values = (
            part.unflatten(2, (self.n_heads, -1)).transpose(1, 2) for part in (queries, *found)
        )
        if cache is not None:  # the one new step may look at all of them
            keys, values = (
                torch.cat(pair, dim=2) for pair in zip(cache, (keys, values), strict=True)
            )
        seen = scaled_dot_product_attention(queries, keys, values, is_causal=cache is None)
        x = x + self.join(seen.transpose(1, 2).flatten(2))
        return x + self.think(self.after(x)), torch.stack([keys, values])
