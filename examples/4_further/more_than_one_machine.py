"""
More than one machine
=====================

The recordings of this book fit on any laptop. A hospital's do not, and neither
does a search over a hundred settings. There are two ways to use more
processes, on one machine or on many: share *one* training among them, or give
each a training of its *own*. Both run here, on two processes.

**What you will learn**

- data-parallel training: each process takes its share of every batch, and the
  losses are those of one process;
- to run a grid of trials side by side, here or on a cluster;
- which of the two to choose.

**Before you start**: read :doc:`/chapters/training_in_practice`, and do the
lab :doc:`../3_seizures/many_to_one`.
"""

# %%
# One training, two processes
# ---------------------------
# Every process has a copy of the network. Of each batch of 128 seconds the
# first takes the even ones and the second the odd ones; each computes the
# gradient of its share, and before the step the gradients are averaged
# (``DistributedDataParallel``). ``fit`` does this by itself when the processes
# know of each other, which is what ``init_process_group`` is for. ``torchrun``
# starts them; this is what each of them runs:

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from lab_code import figures
from lab_code.networks import RecurrentClassifier
from lab_code.seeds import set_seed
from lab_code.sources import load
from lab_code.splits import split_by_moment
from lab_code.trial import train_and_test

TRAINING_SCRIPT = """
import os
import sys

from torch import distributed

from lab_code.networks import RecurrentClassifier
from lab_code.seeds import set_seed
from lab_code.sources import load
from lab_code.splits import split_by_moment
from lab_code.trial import train_and_test

if "RANK" in os.environ:  # started by torchrun, not by itself
    distributed.init_process_group("gloo")
seconds = load().seconds()
set_seed(0)  # the same first weights in every process
trial = train_and_test(
    RecurrentClassifier(16, 64, 5, "gru", readout="mean_max"),
    seconds,
    split_by_moment(seconds, seed=0),
    samples_per_step=16,
    anew=True,  # the time is taken
    batch_size=128,
    epochs=int(sys.argv[2]),
    progress=False,
)
if os.environ.get("RANK", "0") == "0":
    trial.history.to_csv(sys.argv[1])
if distributed.is_initialized():
    distributed.destroy_process_group()
"""

EPOCHS = 6
torchrun = [
    "-m",
    "torch.distributed.run",
    "--standalone",
    "--nproc-per-node=2",
]
histories = {}
with tempfile.TemporaryDirectory() as folder:
    script, table = Path(folder, "train.py"), Path(folder, "history.csv")
    script.write_text(TRAINING_SCRIPT)
    for name, start in {"one process": [], "two processes": torchrun}.items():
        command = [sys.executable, *start, script, table, str(EPOCHS)]
        subprocess.run(command, check=True, capture_output=True)
        histories[name] = pd.read_csv(table, index_col="epoch")
losses = pd.DataFrame(
    {name: history["train_loss"] for name, history in histories.items()}
)
print(losses.round(6))

# %%
# The same losses, but for rounding.

difference = losses.diff(axis=1).iloc[:, 1].abs()
print(f"largest difference: {difference.max():.1e}")
assert difference.iloc[0] < 1e-4

# %%
# Was it faster? Two processes on one machine share its cores and its memory,
# and have to wait for each other after every batch. For a network this small
# the waiting can cost more than the sharing saves. It pays when a batch takes
# long: a larger network, longer sequences, larger batches.

for name, history in histories.items():
    print(f"{name}: {history['seconds'].iloc[-1]:.1f} s of training")

# %%
# Several machines run the same script, each by ``torchrun --nnodes=2
# --rdzv-backend=c10d --rdzv-endpoint=first-machine:29500 ...``, and with
# ``"nccl"`` for ``"gloo"`` if they have GPUs.
#
# Many trainings, two processes
# -----------------------------
# Which size, which learning rate? Each trial of a grid is a function of its
# settings and needs no other. joblib runs such functions side by side: in
# processes (``"loky"``), since threads would draw their first weights from one
# generator of random numbers, each time in another order.


def accuracy_of(hidden_size, learning_rate):
    """Train one network; return its accuracy in validation, and seconds."""
    seconds = load().seconds()
    set_seed(0)
    trial = train_and_test(
        RecurrentClassifier(16, hidden_size, 5, "gru", readout="mean_max"),
        seconds,
        split_by_moment(seconds, seed=0),
        samples_per_step=16,
        anew=True,
        epochs=EPOCHS,
        learning_rate=learning_rate,
        progress=False,
    )
    best = trial.history["validation_loss"].idxmin()
    return trial.history["validation_accuracy"][best], trial.seconds


SIZES, RATES = (16, 64), (1e-3, 6e-3, 3e-2)
grid = [(size, rate) for size in SIZES for rate in RATES]
begin = time.perf_counter()
side_by_side = Parallel(n_jobs=2, backend="loky", idle_worker_timeout=5)
found = side_by_side(delayed(accuracy_of)(*settings) for settings in grid)
elapsed = time.perf_counter() - begin
accuracies = np.array([accuracy for accuracy, _ in found]).reshape(2, 3)
alone = sum(seconds for _, seconds in found)
print(pd.DataFrame(accuracies, SIZES, RATES).round(3))
print(f"{alone:.0f} s of training in {elapsed:.0f} s")

# %%
# Two at a time do not take half the time: each process has to start and to
# import torch first, which can take as long as one of these short trainings.
#
# On a cluster the grid is the same, and one line says where it runs (Dask is
# one of joblib's backends; so is Ray):
#
# .. code-block:: python
#
#    client = dask.distributed.Client("address-of-the-cluster:8786")
#    with joblib.parallel_config("dask"):
#        found = Parallel()(delayed(accuracy_of)(*pair) for pair in grid)
#
# ``python -m nox -s experiments``, which runs the long experiments of this
# book, is such a grid.

figures.use_style()
figure, axes = plt.subplots(2, 1, figsize=(6, 5.4))
for (name, curve), style in zip(losses.items(), ("-", "o"), strict=True):
    axes[0].plot(
        curve, style, color=figures.NETWORK_COLOURS["GRU"], label=name
    )
axes[0].set(
    xlabel="epoch", ylabel="training loss", title="One training, shared"
)
axes[0].legend()
for size, row, marker in zip(SIZES, accuracies, "os", strict=True):
    axes[1].semilogx(RATES, row, marker + "-", label=f"{size} units")
axes[1].set(xlabel="learning rate", title="A grid, side by side")
axes[1].yaxis.set_major_formatter("{x:.0%}")
axes[1].legend()
figure.set_label(
    f"Above: the training losses of one and of two processes lie on each "
    f"other, from {losses.iloc[0, 0]:.2f} to {losses.iloc[-1, 0]:.2f}. Below: "
    f"accuracy in validation of six trials, {accuracies.min():.0%} to "
    f"{accuracies.max():.0%}."
)
plt.show()

# %%
# What to conclude
# ----------------
# - Sharing one training changes nothing in what is learnt, but for rounding;
#   only who computes it. It pays when one batch takes long.
# - Trials that need nothing of each other are the easy case: as many at once
#   as there are cores, or machines. Seeds, folds and grids are of this kind,
#   so begin there.
