"""The training loop.

It runs in one process, or in several that share each batch: see `fit`.
"""

from __future__ import annotations

import copy
import math
import time

import pandas as pd
import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import Dataset, TensorDataset
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
    train: Dataset,
    validation: TensorDataset | None,
    *,
    epochs: int = 20,
    batch_size: int = 128,
    learning_rate: float = 6e-3,
    weight_decay: float = 0.0,
    label_smoothing: float = 0.0,
    max_norm: float = 1.0,
    patience: int = 10,
    seed: int = 0,
    device: torch.device | None = None,
    progress: bool = True,
) -> pd.DataFrame:
    """Train a network in place; leave it with the weights that did best in validation.

    Parameters
    ----------
    network : Module
        Takes (batch, step, feature), returns class scores: (batch, class) for many-to-one,
        (batch, step, class) for many-to-many.
    train : Dataset
        Indexed with the numbers of a batch (a Tensor), it gives sequences (batch, step, feature)
        and targets, (batch,) or (batch, step), classes counted from 0. A `TensorDataset` does
        this, and so does `lab_code.sequences.RandomStretches`.
    validation : TensorDataset
        The same, for the validation part. None if all there is shall be trained on: the network
        then keeps its last weights.
    epochs : int
        Times the training part is gone through, at most.
    batch_size : int
    learning_rate : float
        The highest: it rises to this during the first third and then falls to nearly nothing
        (a "one-cycle" schedule).
    weight_decay : float
        Of AdamW.
    label_smoothing : float
        Share of each target that is spread evenly over all classes, in training.
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
        ``validation_accuracy`` (these two only with a validation part) and ``seconds`` since the
        start.

    Raises
    ------
    FloatingPointError
        If the loss is no longer a finite number. The network then has the best weights so far.

    Notes
    -----
    Started by ``torchrun`` in several processes that have called
    `torch.distributed.init_process_group`, each process takes its share of every batch, and the
    gradients are averaged (`DistributedDataParallel`): `batch_size` is that of all processes
    together, and the losses are those of one process but for rounding.
    """
    rank, n_processes = 0, 1
    if distributed.is_available() and distributed.is_initialized():
        rank, n_processes = distributed.get_rank(), distributed.get_world_size()
    device = device or choose_device()
    network.to(device)
    trained = DistributedDataParallel(network) if n_processes > 1 else network
    optimiser = torch.optim.AdamW(network.parameters(), learning_rate, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, learning_rate, epochs=epochs, steps_per_epoch=-(-len(train) // batch_size)
    )
    shuffle = torch.Generator().manual_seed(seed)
    best_loss, best_weights, best_epoch = float("inf"), copy.deepcopy(network.state_dict()), 0
    history = []
    start = time.perf_counter()
    # switched off by `progress`, or from outside by the environment variable TQDM_DISABLE
    switch = {} if progress and rank == 0 else {"disable": True}
    bar = tqdm(range(1, epochs + 1), desc="training", unit="epoch", **switch)
    try:
        for epoch in bar:
            network.train()
            total = torch.zeros(3, device=device)  # loss, right answers, answers
            for batch in torch.randperm(len(train), generator=shuffle).split(batch_size):
                if len(batch) < n_processes:
                    continue  # a last batch too small to be shared
                x, y = (part.to(device) for part in train[batch[rank::n_processes]])
                scores = trained(x)
                losses = _losses(scores, y, label_smoothing)
                # the mean over the whole batch, of which this process may have a share
                share = losses.sum() / (len(batch) * y.shape[1:].numel()) * n_processes
                optimiser.zero_grad()
                share.backward()
                nn.utils.clip_grad_norm_(network.parameters(), max_norm)
                optimiser.step()
                schedule.step()
                n_right = (scores.argmax(dim=-1) == y).sum()
                total += torch.stack(
                    [losses.detach().sum(), n_right, n_right.new_tensor(y.numel())]
                )
            if n_processes > 1:
                distributed.all_reduce(total)
            total_loss, n_right, n_answers = total.tolist()

            row = {
                "epoch": epoch,
                "train_loss": total_loss / n_answers,
                "train_accuracy": n_right / n_answers,
            }
            if validation is not None:
                row["validation_loss"], row["validation_accuracy"] = _validate(network, validation)
            if not all(math.isfinite(value) for value in row.values()):
                raise FloatingPointError(
                    f"the loss is not finite in epoch {epoch}. "
                    f"Try a lower learning_rate or max_norm, and look for NaN in the data."
                )
            history.append(row | {"seconds": time.perf_counter() - start})
            bar.set_postfix_str(f"{list(row)[-1].replace('_', ' ')} {list(row.values())[-1]:.1%}")
            if validation is None or row["validation_loss"] < best_loss:
                best_loss, best_epoch = row.get("validation_loss"), epoch
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
    Tensor, shape (batch, class) or (batch, step, class)
        On the CPU.
    """
    network.eval()
    device = next(network.parameters()).device
    with torch.inference_mode():
        return torch.cat([network(batch.to(device)).cpu() for batch in sequences.split(batch_size)])


def _losses(scores, targets, label_smoothing=0.0) -> torch.Tensor:
    """Return the cross-entropy of every answer, whether one a sequence or one a step."""
    return nn.functional.cross_entropy(
        scores.flatten(0, -2),
        targets.flatten(),
        reduction="none",
        label_smoothing=label_smoothing,
    )


def _validate(network: nn.Module, validation: TensorDataset) -> tuple[float, float]:
    """Return loss and accuracy on the validation part."""
    x, y = validation.tensors
    scores = predict(network, x)
    accuracy = (scores.argmax(dim=-1) == y).float().mean().item()
    return _losses(scores, y).mean().item(), accuracy
