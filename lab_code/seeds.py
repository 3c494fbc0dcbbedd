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
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS asks for it
    torch.set_num_threads(THREADS)
    threadpool_limits(THREADS)  # of NumPy and scikit-learn
    torch.use_deterministic_algorithms(True, warn_only=True)
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - libraries may draw from it
    torch.manual_seed(seed)
