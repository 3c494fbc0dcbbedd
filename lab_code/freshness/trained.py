"""Networks that several labs train in the same way are trained once in a build of the book."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import torch
from torch import distributed, nn

from lab_code.files import open_regular, write_whole
from lab_code.freshness import code_behind
from lab_code.freshness.environment import environment

log = logging.getLogger(__name__)
SEAL_BYTES = 32


def _seal(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


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
        if path.exists():
            try:
                weights, random, history = _read(path, like=network.state_dict())
            except Exception as error:  # as many kinds as there are ways to damage a file
                log.warning("%s is damaged, and made again: %s", path, error)
            else:
                network.load_state_dict(weights)
                torch.set_rng_state(random)
                return history
        history = train()
        index = {"data": history.index.tolist(), "name": history.index.name}
        kept = {
            "weights": network.state_dict(),
            "history": history.to_dict("list"),
            "index": index,
            "random": torch.get_rng_state(),
        }
        content = io.BytesIO()
        torch.save(kept, content)
        with write_whole(path) as file:
            file.write(_seal(content.getvalue()) + content.getvalue())
        return history


def _read(
    path: Path, like: dict[str, torch.Tensor]
) -> tuple[dict[str, torch.Tensor], torch.Tensor, pd.DataFrame]:
    """Return weights, the state of random numbers, and history; all or nothing."""
    with open_regular(path) as file:
        seal, content = file.read(SEAL_BYTES), file.read()
    if seal != _seal(content):  # torch would load weights in which a bit has changed
        raise ValueError("its digest is another")
    kept = torch.load(io.BytesIO(content), weights_only=True)
    weights, random = kept["weights"], kept["random"]
    if [*weights] != [*like] or any(weights[name].shape != like[name].shape for name in like):
        raise ValueError("it has the weights of another network")
    if random.shape != torch.get_rng_state().shape:
        raise ValueError("it has no state of random numbers")
    return weights, random, pd.DataFrame(kept["history"], index=pd.Index(**kept["index"]))
