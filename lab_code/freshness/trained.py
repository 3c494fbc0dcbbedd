"""Networks that several labs train in the same way are trained once in a build of the book."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import torch
from torch import distributed, nn

from lab_code.files import write_whole
from lab_code.freshness import code_behind
from lab_code.freshness.environment import environment


def train_once(network: nn.Module, train: Callable[[], pd.DataFrame], about: bytes) -> pd.DataFrame:
    """Train a network, or reuse one that was trained from the same start in the same way.

    Networks are reused only if ``LAB_TRAINED`` names a folder for them, as in a build of the book;
    a lab that is run by itself trains all its networks. If two labs ask at the same time, one
    waits. Processes that share one training all take part in it, and reuse nothing.

    Parameters
    ----------
    network : Module
        Trained in place.
    train : callable
        Trains it and returns its history.
    about : bytes
        What the training depends on besides the network, this package's code, the installed
        versions, the machine, and the state of torch's random numbers.

    Returns
    -------
    DataFrame
        The history. The network's weights and torch's random numbers are then the same, whether
        it was trained here or not.
    """
    together = distributed.is_available() and distributed.is_initialized()
    if together or not os.environ.get("LAB_TRAINED"):
        return train()
    from filelock import FileLock  # only a build needs it

    key = hashlib.sha256(about + repr(network).encode() + torch.get_rng_state().numpy().tobytes())
    around = json.dumps(environment())  # another torch, or another machine, trains another network
    key.update(code_behind.digest("from lab_code import trial", environment=around).encode())
    for weights in network.state_dict().values():
        key.update(weights.numpy().tobytes())
    path = Path(os.environ["LAB_TRAINED"]) / f"{key.hexdigest()[:32]}.pt"
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        if path.is_file():
            kept = torch.load(path, weights_only=True)
            network.load_state_dict(kept["weights"])
            torch.set_rng_state(kept["random"])
            return pd.DataFrame(kept["history"], index=pd.Index(**kept["index"]))
        history = train()
        index = {"data": history.index.tolist(), "name": history.index.name}
        kept = {
            "weights": network.state_dict(),
            "history": history.to_dict("list"),
            "index": index,
            "random": torch.get_rng_state(),
        }
        with write_whole(path) as file:
            torch.save(kept, file)
        return history
