"""Seeds, threads and deterministic algorithms, all set here."""

from __future__ import annotations

import os
import random

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from lab_code.freshness.environment import THREADS


def set_seed(seed: int) -> None:
    """Make what follows give the same numbers each time on the same machine.

    Call it before a network is made: its initial weights are drawn at random.

    Parameters
    ----------
    seed : int

    Examples
    --------
    >>> import torch
    >>> from lab_code.seeds import set_seed
    >>> set_seed(1)
    >>> first = torch.nn.GRU(4, 8).weight_hh_l0
    >>> set_seed(1)
    >>> torch.equal(torch.nn.GRU(4, 8).weight_hh_l0, first)
    True
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS asks for it
    torch.set_num_threads(THREADS)
    threadpool_limits(THREADS)  # of NumPy and scikit-learn
    torch.use_deterministic_algorithms(True, warn_only=True)
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - libraries may draw from it
    torch.manual_seed(seed)
