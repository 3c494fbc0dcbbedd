"""What a result may depend on besides code and data: versions and machine."""

from __future__ import annotations

import os
import platform
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

THREADS = 1
"""Threads of every training.

Another number of threads would round sums differently. With one, a training takes the same time
whatever else the machine does, and as many trainings as there are cores can run in parallel. With
two, these small networks train at most twice as fast on an idle machine, and many times more slowly
on a busy one.
"""

PACKAGES = ("torch", "numpy", "scipy", "pandas", "scikit-learn", "matplotlib", "sphinx")
"""Packages whose versions the record holds."""

GPU_DRIVERS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
"""What Linux has if there is a driver for a GPU: of NVIDIA, of AMD, or of Windows below it."""


def environment() -> dict:
    """Return what a result may depend on besides code and data: versions and machine."""
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cpu_count": os.cpu_count(),
        "threads": THREADS,
        "gpu": _gpu(),
        "packages": {package: _version(package) for package in PACKAGES},
    }


@cache
def _version(package: str) -> str | None:
    """Return the version of a package, or None if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


@cache
def _gpu() -> str | None:
    """Return the name of the processor for graphics that torch uses, if it uses one."""
    if sys.platform == "linux" and not any(map(os.path.exists, GPU_DRIVERS)):
        return None  # known without torch, whose import takes half the time of an unchanged build
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else None


@cache
def _processor() -> str:
    """Return the model name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()
