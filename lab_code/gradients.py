"""How far a gradient reaches back: Jacobians of the state, and the influence of an input."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lab_code import cells


def state_jacobians(recurrent: nn.RNNBase, sequence: Tensor) -> Tensor:
    r"""Return how each state depends on the one before, :math:`\partial s_t/\partial s_{t-1}`.

    Parameters
    ----------
    recurrent : RNN, LSTM or GRU
        Its first layer is used, in the forward direction.
    sequence : Tensor, shape (step, input_size)

    Returns
    -------
    Tensor, shape (step, state_size, state_size)
        The state of an LSTM is its hidden and its cell state, so `state_size` is twice its
        `hidden_size`; otherwise it is the `hidden_size`.

    Examples
    --------
    >>> import torch
    >>> from lab_code.gradients import state_jacobians
    >>> state_jacobians(torch.nn.GRU(4, 8), torch.randn(10, 4)).shape
    torch.Size([10, 8, 8])
    >>> state_jacobians(torch.nn.LSTM(4, 8), torch.randn(10, 4)).shape
    torch.Size([10, 16, 16])
    """
    start = cells.start(recurrent, sequence[None])
    names = ("hidden", "cell")[: len(start)]

    def next_state(x, *state):
        after = cells.step(recurrent, x[None], tuple(part[None] for part in state))
        return torch.cat([after[name][0] for name in names])

    with torch.no_grad():
        unrolled = cells.unroll(recurrent, sequence[None])
        before = [
            torch.cat([first, unrolled[name][0, :-1]])
            for first, name in zip(start, names, strict=True)
        ]
        by_state = torch.func.jacrev(next_state, argnums=tuple(range(1, len(names) + 1)))
        return torch.cat(torch.func.vmap(by_state)(sequence, *before), dim=2)


def norms_by_lag(jacobians: Tensor) -> Tensor:
    r"""Return how much the last state still depends on earlier ones.

    The product of the Jacobians is the effect of a state on a later one,
    :math:`\partial s_T/\partial s_{T-k} = J_T J_{T-1} \cdots J_{T-k+1}`.

    Parameters
    ----------
    jacobians : Tensor, shape (step, state_size, state_size)

    Returns
    -------
    Tensor, shape (step + 1,)
        The spectral norm of the product for the lags k = 0 (which gives 1) to the number of
        steps: the largest factor by which a small change of the earlier state can grow.

    Examples
    --------
    >>> import torch
    >>> from lab_code.gradients import norms_by_lag
    >>> halved = 0.5 * torch.eye(2).repeat(4, 1, 1)  # four steps; each halves the state
    >>> [round(norm, 4) for norm in norms_by_lag(halved).tolist()]
    [1.0, 0.5, 0.25, 0.125, 0.0625]
    """
    product = torch.eye(jacobians.shape[-1], dtype=jacobians.dtype)
    norms = [torch.linalg.matrix_norm(product, ord=2)]
    for jacobian in jacobians.flip(0):
        product = product @ jacobian
        norms.append(torch.linalg.matrix_norm(product, ord=2))
    return torch.stack(norms)


def influence(network: nn.Module, sequences: Tensor, classes: Tensor) -> Tensor:
    """Return how much a class's score depends on each step of the input.

    Parameters
    ----------
    network : Module
        Takes (batch, step, feature), returns class scores (batch, class).
    sequences : Tensor, shape (batch, step, feature)
    classes : Tensor of int64, shape (batch,)
        The class to explain for each sequence, counted from 0.

    Returns
    -------
    Tensor, shape (batch, step)
        Norm of the gradient of the score with respect to the features of each step.

    Examples
    --------
    >>> import torch
    >>> from lab_code.gradients import influence
    >>> from lab_code.networks import RecurrentClassifier
    >>> network = RecurrentClassifier(input_size=4, hidden_size=8, n_classes=5)
    >>> by_step = influence(network, torch.randn(2, 44, 4), classes=torch.tensor([0, 0]))
    >>> by_step.shape
    torch.Size([2, 44])
    """
    network.eval()
    sequences = sequences.detach().requires_grad_()
    scores = network(sequences).gather(1, classes[:, None]).sum()
    (gradient,) = torch.autograd.grad(scores, sequences)
    return gradient.norm(dim=2)


def rank_correlation(first: Tensor, second: Tensor) -> float:
    """Return how far two quantities of each step go together, whatever their sizes.

    Parameters
    ----------
    first, second : Tensor, shape (batch, step)
        Steps of equal value are ranked in no particular order.

    Returns
    -------
    float
        The mean over the sequences of Spearman's coefficient, from -1 to 1.

    Examples
    --------
    >>> import torch
    >>> from lab_code.gradients import rank_correlation
    >>> steps = torch.tensor([[1.0, 2.0, 3.0, 4.0]])
    >>> round(rank_correlation(steps, steps**3), 2)
    1.0
    >>> round(rank_correlation(steps, -steps), 2)
    -1.0
    """
    ranks = [of.argsort(dim=1).argsort(dim=1).double() for of in (first, second)]
    a, b = (of - of.mean(dim=1, keepdim=True) for of in ranks)
    return ((a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1))).mean().item()
