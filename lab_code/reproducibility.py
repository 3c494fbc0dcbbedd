"""Seeds, threads and deterministic algorithms, all set here; and what else a result hangs on."""

from __future__ import annotations

import os
import platform
import random
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import torch

THREADS = 1
"""Threads of every run.

Sums are rounded otherwise with another number of them. With one, a run takes the same time
whatever else the machine does, and as many runs as there are cores go side by side; with two, these
small networks train at most twice as fast on an idle machine, and many times slower on a busy one.
"""


PACKAGES = ("torch", "numpy", "scipy", "pandas", "scikit-learn", "matplotlib", "sphinx")
"""Packages whose versions the record holds."""


def set_seed(seed: int) -> None:
    """Make what follows give the same numbers each time on the same machine.

    Call it before a network is made: its first weights are drawn at random.

    Parameters
    ----------
    seed : int
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS asks for it
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True, warn_only=True)
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - libraries may draw from it
    torch.manual_seed(seed)


def environment() -> dict:
    """Return what a result may depend on beside code and data: versions and machine."""
    packages = {}
    for package in PACKAGES:
        try:
            packages[package] = version(package)
        except PackageNotFoundError:
            packages[package] = None
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cpu_count": os.cpu_count(),
        "threads": THREADS,
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "packages": packages,
    }


def _processor() -> str:
    """Return what the processor calls itself."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()
