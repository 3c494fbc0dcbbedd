"""The training loop."""

from __future__ import annotations

import copy
import math
import time

import pandas as pd
import torch
from torch import nn
from torch.utils.data import Dataset, TensorDataset
from tqdm import tqdm

from lab_code.processes import Processes


def choose_device() -> torch.device:
    """Return the fastest device available: a CUDA GPU, Apple's (mps), or the CPU.

    Examples
    --------
    >>> from lab_code.training import choose_device
    >>> choose_device().type in ("cuda", "mps", "cpu")
    True
    """
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
        The same, for the validation part. None if the network is to be trained on everything: it
        then keeps its last weights.
    epochs : int
        Passes through the training part, at most.
    batch_size : int
    learning_rate : float
        The highest learning rate: it rises to this during the first third of the epochs and then
        falls to nearly zero (a "one-cycle" schedule).
    weight_decay : float
        Of AdamW.
    label_smoothing : float
        Share of each target that is spread evenly over all classes, in training.
    max_norm : float
        Gradients longer than this are scaled down to it (clipping).
    patience : int
        Stop after this many epochs in which the validation loss did not fall below its best.
    seed : int
        Decides the order of the training sequences.
    device : torch.device, optional
        Where to train; by default the fastest available. The network ends on the CPU.
    progress : bool
        Show a progress bar on stderr.

    Returns
    -------
    DataFrame
        One row per epoch: ``epoch`` (from 1, the index), ``train_loss``, ``train_accuracy``
        (both averaged while the weights changed), ``validation_loss``,
        ``validation_accuracy`` (these two only with a validation part) and ``seconds`` since the
        start.

    Raises
    ------
    FloatingPointError
        If the loss is no longer a finite number. The network then has the best weights so far.

    Notes
    -----
    Several processes can train one network together; see `lab_code.processes`. `batch_size` is
    then that of all together, and the losses are those of one process, apart from rounding.

    Examples
    --------
    >>> import torch
    >>> from torch.utils.data import TensorDataset
    >>> from lab_code.networks import RecurrentClassifier
    >>> from lab_code.seeds import set_seed
    >>> from lab_code.training import fit
    >>> set_seed(0)
    >>> sequences = torch.randn(200, 10, 1)
    >>> targets = (sequences.sum(dim=(1, 2)) > 0).long()  # is the sum of ten numbers positive?
    >>> network = RecurrentClassifier(input_size=1, hidden_size=8, n_classes=2)
    >>> history = fit(network, TensorDataset(sequences, targets), None, epochs=15, batch_size=20)
    >>> list(history)
    ['train_loss', 'train_accuracy', 'seconds']
    >>> bool(history["train_accuracy"].iloc[-1] > 0.8)
    True
    """
    processes = Processes()
    device = device or choose_device()
    network.to(device)
    trained = processes.prepare(network)
    optimiser = torch.optim.AdamW(network.parameters(), learning_rate, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, learning_rate, epochs=epochs, steps_per_epoch=-(-len(train) // batch_size)
    )
    shuffle = torch.Generator().manual_seed(seed)
    history, start = [], time.perf_counter()
    shown = progress and processes.rank == 0
    with _progress_bar(epochs, shown) as bar, _Best(network) as best:
        for epoch in bar:
            network.train()
            seen = torch.zeros(3, device=device)
            batches = torch.randperm(len(train), generator=shuffle).split(batch_size)
            for batch, size in processes.share(batches):
                x, y = (part.to(device) for part in train[batch])
                scores = trained(x)
                losses = _losses(scores, y, label_smoothing)
                optimiser.zero_grad()
                processes.mean(losses, size * y[0].numel()).backward()
                nn.utils.clip_grad_norm_(network.parameters(), max_norm)
                optimiser.step()
                schedule.step()
                seen += _count(losses, scores, y)
            row = {"epoch": epoch, **_means(processes.add_up(seen))}
            if validation is not None:
                row |= _validate(network, validation)
            if not all(map(math.isfinite, row.values())):
                raise FloatingPointError(
                    f"the loss is not finite in epoch {epoch}. "
                    f"Try a lower learning_rate or max_norm, and look for NaN in the data."
                )
            history.append(row | {"seconds": time.perf_counter() - start})
            bar.set_postfix_str(f"{list(row)[-1].replace('_', ' ')} {list(row.values())[-1]:.1%}")
            best.update(epoch, row.get("validation_loss"))
            if epoch - best.epoch >= patience:
                break
    return pd.DataFrame(history).set_index("epoch")


def predict(network: nn.Module, sequences: torch.Tensor, batch_size: int = 1024) -> torch.Tensor:
    """Return the class scores of many sequences, batch by batch.

    Parameters
    ----------
    network : Module
        Is put into evaluation mode.
    sequences : Tensor, shape (batch, step, feature)
    batch_size : int
        Sequences in memory at once.

    Returns
    -------
    Tensor, shape (batch, class) or (batch, step, class)
        On the CPU.

    Examples
    --------
    >>> import torch
    >>> from lab_code.networks import RecurrentClassifier
    >>> from lab_code.training import predict
    >>> network = RecurrentClassifier(input_size=4, hidden_size=8, n_classes=5)
    >>> scores = predict(network, torch.randn(100, 44, 4), batch_size=32)
    >>> scores.shape
    torch.Size([100, 5])
    >>> scores.softmax(dim=1).sum(dim=1).allclose(torch.ones(100))  # as probabilities
    True
    """
    network.eval()
    device = next(network.parameters()).device
    with torch.inference_mode():
        return torch.cat([network(batch.to(device)).cpu() for batch in sequences.split(batch_size)])


class _Best:
    """The weights that did best in validation so far, or the last ones without validation.

    The network has them when the training ends, however it ends.
    """

    def __init__(self, network: nn.Module):
        self.network, self.loss = network, math.inf
        self.epoch, self.weights = 0, copy.deepcopy(network.state_dict())

    def update(self, epoch: int, loss: float | None) -> None:
        if loss is None or loss < self.loss:
            self.loss, self.epoch = loss, epoch
            self.weights = copy.deepcopy(self.network.state_dict())

    def __enter__(self) -> _Best:
        return self

    def __exit__(self, *error) -> None:
        self.network.load_state_dict(self.weights)
        self.network.cpu()


def _progress_bar(epochs: int, shown: bool) -> tqdm:
    """Count epochs on stderr, unless the environment variable TQDM_DISABLE forbids it."""
    switch = {} if shown else {"disable": True}
    return tqdm(range(1, epochs + 1), desc="training", unit="epoch", **switch)


def _losses(scores, targets, label_smoothing=0.0) -> torch.Tensor:
    """Return the cross-entropy of every answer, one per sequence or one per step."""
    return nn.functional.cross_entropy(
        scores.flatten(0, -2),
        targets.flatten(),
        reduction="none",
        label_smoothing=label_smoothing,
    )


def _count(losses, scores, targets) -> torch.Tensor:
    """Return the sum of losses, how many answers were right, and how many there were, (3,)."""
    n_right = (scores.argmax(dim=-1) == targets).sum()
    return torch.stack([losses.detach().sum(), n_right, n_right.new_tensor(targets.numel())])


def _means(seen: torch.Tensor) -> dict[str, float]:
    loss, n_right, n_answers = seen.tolist()
    return {"train_loss": loss / n_answers, "train_accuracy": n_right / n_answers}


def _validate(network: nn.Module, validation: TensorDataset) -> dict[str, float]:
    """Return loss and accuracy on the validation part."""
    x, y = validation.tensors
    scores = predict(network, x)
    return {
        "validation_loss": _losses(scores, y).mean().item(),
        "validation_accuracy": (scores.argmax(dim=-1) == y).float().mean().item(),
    }
