"""Lyapunov exponents: how fast small changes of a state grow or shrink, step by step, for long."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lab_code.gradients import state_jacobians


def growth(jacobians: Tensor) -> Tensor:
    r"""Return by how much each step stretches directions that are at right angles.

    The columns of an orthogonal matrix go through the Jacobians. After each step a QR
    decomposition sets them at right angles again and takes out how much longer they have become,
    so that nothing grows too large or vanishes (Benettin et al. 1980).

    Parameters
    ----------
    jacobians : Tensor, shape (step, ..., state_size, state_size)
        :math:`\partial s_t / \partial s_{t-1}`, from the first step to the last; in double
        precision.

    Returns
    -------
    Tensor, shape (step, ..., state_size)
        Logarithms of the factors. A direction that a step forgets entirely has minus infinity.

    Examples
    --------
    >>> import torch
    >>> from lab_code.lyapunov import growth
    >>> halved = 0.5 * torch.eye(3).double().repeat(4, 1, 1)  # four steps, three units
    >>> growth(halved)[0]
    tensor([-0.6931, -0.6931, -0.6931], dtype=torch.float64)
    """
    directions = torch.eye(jacobians.shape[-1], dtype=jacobians.dtype).expand_as(jacobians[0])
    logarithms = []
    for jacobian in jacobians:
        directions, stretched = torch.linalg.qr(jacobian @ directions)
        logarithms.append(stretched.diagonal(dim1=-2, dim2=-1).abs().log())
    return torch.stack(logarithms)


def exponents(jacobians: Tensor, skip: int = 0) -> Tensor:
    """Return the Lyapunov exponents, from the largest to the smallest.

    Parameters
    ----------
    jacobians : Tensor, shape (step, ..., state_size, state_size)
        As for `growth`; a few hundred steps at least.
    skip : int
        Steps at the beginning that do not count: the directions need some to turn to where they
        grow most, and the state to forget its start.

    Returns
    -------
    Tensor, shape (..., state_size)
        Mean logarithm of the factor, per step.

    Raises
    ------
    ValueError
        If no step is left.

    Examples
    --------
    >>> import torch
    >>> from lab_code.lyapunov import exponents
    >>> W = torch.tensor([[0.5, 5.0], [0.0, 0.8]]).double()  # read by a linear network
    >>> exponents(W.repeat(400, 1, 1), skip=100).exp()  # its eigenvalues
    tensor([0.8000, 0.5000], dtype=torch.float64)
    """
    if not 0 <= skip < len(jacobians):
        raise ValueError(f"skip must be from 0 to {len(jacobians) - 1}, not {skip}")
    return growth(jacobians)[skip:].mean(dim=0).sort(descending=True).values


def along(recurrent: nn.RNNBase, sequences: Tensor, skip: int = 0) -> Tensor:
    """Return the Lyapunov exponents of a network that reads, mean over sequences.

    Parameters
    ----------
    recurrent : RNN, LSTM or GRU
        Its first layer is used, in the forward direction.
    sequences : Tensor, shape (batch, step, input_size)
    skip : int
        As for `exponents`.

    Returns
    -------
    Tensor of float64, shape (state_size,)
        From the largest to the smallest. An LSTM's state is its hidden and its cell state.

    Examples
    --------
    >>> import torch
    >>> from lab_code.lyapunov import along
    >>> found = along(torch.nn.GRU(4, 8), torch.randn(3, 200, 4), skip=44)
    >>> found.shape
    torch.Size([8])
    >>> bool(found[0] < 0)  # with its first weights, it forgets
    True
    """
    jacobians = [state_jacobians(recurrent, one).double() for one in sequences]
    return exponents(torch.stack(jacobians, dim=1), skip).mean(dim=0)
