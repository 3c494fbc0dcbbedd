"""Processes that train one network together: each takes its share of every batch.

They are started by ``torchrun``, and have called `torch.distributed.init_process_group`. The
gradients are averaged by `DistributedDataParallel`. A single process takes the whole of each batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel


class Processes:
    """The processes that exist when the training begins.

    Attributes
    ----------
    rank, number : int
        Which process this is, and how many there are.

    Examples
    --------
    >>> import torch
    >>> from lab_code.processes import Processes
    >>> processes = Processes()
    >>> processes.rank, processes.number  # not started by torchrun
    (0, 1)
    >>> batches = torch.arange(6).split(4)
    >>> [(share.tolist(), size) for share, size in processes.share(batches)]
    [([0, 1, 2, 3], 4), ([4, 5], 2)]
    """

    def __init__(self):
        self.rank, self.number = 0, 1
        if distributed.is_available() and distributed.is_initialized():
            self.rank, self.number = distributed.get_rank(), distributed.get_world_size()

    def prepare(self, network: nn.Module) -> nn.Module:
        """Return the network, wrapped so that gradients are averaged over the processes."""
        return DistributedDataParallel(network) if self.number > 1 else network

    def share(self, batches: Iterable[torch.Tensor]) -> Iterator[tuple[torch.Tensor, int]]:
        """Return this process's share of each batch, and the size of the whole batch.

        A last batch that is too small to be shared is left out.

        Parameters
        ----------
        batches : iterable of Tensor of int, shape (item,)
        """
        for batch in batches:
            if len(batch) >= self.number:
                yield batch[self.rank :: self.number], len(batch)

    def mean(self, losses: torch.Tensor, n_answers: int) -> torch.Tensor:
        """Return the loss to back-propagate: averaged, its gradients are those of the mean loss.

        Parameters
        ----------
        losses : Tensor, shape (answer,)
            Losses of this process's share.
        n_answers : int
            Answers in the whole batch.
        """
        return losses.sum() / n_answers * self.number

    def add_up(self, total: torch.Tensor) -> torch.Tensor:
        """Return the sum over all processes."""
        if self.number > 1:
            distributed.all_reduce(total)
        return total
