"""The training loop."""

from __future__ import annotations

import copy
import time

import pandas as pd
import torch
from torch import nn
from torch.utils.data import TensorDataset
from tqdm import tqdm


def choose_device() -> torch.device:
    """Return the fastest device at hand: a CUDA GPU, Apple's (mps), or the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def fit(
    network: nn.Module,
    train: TensorDataset,
    validation: TensorDataset,
    *,
    epochs: int = 20,
    batch_size: int = 128,
    learning_rate: float = 6e-3,
    weight_decay: float = 0.0,
    max_norm: float = 1.0,
    patience: int = 10,
    seed: int = 0,
    device: torch.device | None = None,
    progress: bool = True,
) -> pd.DataFrame:
    """Train a network in place and leave it with the weights that did best in validation.

    Parameters
    ----------
    network : Module
        Takes (batch, step, feature), returns class scores (batch, class).
    train, validation : TensorDataset
        Sequences (batch, step, feature) and targets (batch,), classes counted from 0.
    epochs : int
        Times the training part is gone through, at most.
    batch_size : int
    learning_rate : float
        The highest: it rises to this during the first third and then falls to nearly nothing
        (a "one-cycle" schedule).
    weight_decay : float
        Of AdamW.
    max_norm : float
        Gradients longer than this are scaled down to it (clipping).
    patience : int
        Stop after so many epochs in which the validation loss did not fall below its best.
    seed : int
        Decides the order of the training sequences.
    device : torch.device, optional
        Where to train; by default the fastest at hand. The network ends on the CPU.
    progress : bool
        Show a progress bar on stderr.

    Returns
    -------
    DataFrame
        One row an epoch: ``epoch`` (from 1, the index), ``train_loss``, ``train_accuracy``
        (both averaged while the weights changed), ``validation_loss``,
        ``validation_accuracy`` and ``seconds`` since the start.

    Raises
    ------
    FloatingPointError
        If the loss is no longer a finite number. The network then has the best weights so far.
    """
    device = device or choose_device()
    network.to(device)
    x, y = (tensor.to(device) for tensor in train.tensors)
    optimiser = torch.optim.AdamW(network.parameters(), learning_rate, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, learning_rate, epochs=epochs, steps_per_epoch=-(-len(x) // batch_size)
    )
    shuffle = torch.Generator().manual_seed(seed)
    best_loss, best_weights, best_epoch = float("inf"), copy.deepcopy(network.state_dict()), 0
    history = []
    start = time.perf_counter()
    # switched off by `progress`, or from outside by the environment variable TQDM_DISABLE
    switch = {} if progress else {"disable": True}
    bar = tqdm(range(1, epochs + 1), desc="training", unit="epoch", **switch)
    try:
        for epoch in bar:
            network.train()
            total_loss = n_correct = 0.0
            for batch in torch.randperm(len(x), generator=shuffle).split(batch_size):
                scores = network(x[batch])
                loss = nn.functional.cross_entropy(scores, y[batch])
                optimiser.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(network.parameters(), max_norm)
                optimiser.step()
                schedule.step()
                total_loss += loss.item() * len(batch)
                n_correct += (scores.argmax(dim=1) == y[batch]).sum().item()

            validation_loss, validation_accuracy = _validate(network, validation)
            if not torch.isfinite(torch.tensor([total_loss, validation_loss])).all():
                raise FloatingPointError(
                    f"the loss is not finite in epoch {epoch}. "
                    f"Try a lower learning_rate or max_norm, and look for NaN in the data."
                )
            history.append(
                {
                    "epoch": epoch,
                    "train_loss": total_loss / len(x),
                    "train_accuracy": n_correct / len(x),
                    "validation_loss": validation_loss,
                    "validation_accuracy": validation_accuracy,
                    "seconds": time.perf_counter() - start,
                }
            )
            bar.set_postfix_str(f"validation accuracy {validation_accuracy:.1%}")
            if validation_loss < best_loss:
                best_loss, best_epoch = validation_loss, epoch
                best_weights = copy.deepcopy(network.state_dict())
            elif epoch - best_epoch >= patience:
                break
    finally:
        bar.close()
        network.load_state_dict(best_weights)
        network.cpu()
    return pd.DataFrame(history).set_index("epoch")


def predict(network: nn.Module, sequences: torch.Tensor, batch_size: int = 1024) -> torch.Tensor:
    """Return the class scores of many sequences, batch by batch.

    Parameters
    ----------
    network : Module
        Is put into evaluation mode.
    sequences : Tensor, shape (batch, step, feature)
    batch_size : int
        How many are in memory at once.

    Returns
    -------
    Tensor, shape (batch, class)
        On the CPU.
    """
    network.eval()
    device = next(network.parameters()).device
    with torch.inference_mode():
        return torch.cat([network(batch.to(device)).cpu() for batch in sequences.split(batch_size)])


def _validate(network: nn.Module, validation: TensorDataset) -> tuple[float, float]:
    """Return loss and accuracy on the validation part."""
    x, y = validation.tensors
    scores = predict(network, x)
    loss = nn.functional.cross_entropy(scores, y).item()
    return loss, (scores.argmax(dim=1) == y).float().mean().item()
