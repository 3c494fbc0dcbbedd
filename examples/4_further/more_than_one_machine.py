"""
More than one machine
=====================

The recordings of this book fit on any laptop. A hospital's do not, and neither
does a search over a hundred settings. With more processes, on one machine or
on many, share *one* training among them, or give each a training of its *own*.

**What you will learn**

- data-parallel training: each process takes its share of every batch;
- a grid of trials, side by side; and which of the two to choose.

**Before you start**: read :doc:`/chapters/training_in_practice`, and do the
lab :doc:`../3_seizures/many_to_one`.
"""

# %%
# One training, two processes
# ---------------------------
# Every process has a copy of the network. Of each batch one takes the even
# seconds and one the odd ones; each computes the gradient of its share, and
# before the step these are averaged (``DistributedDataParallel``). ``fit``
# does so by itself where ``init_process_group`` has connected the processes.

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from joblib import Parallel, delayed

from lab_code import figures, networks, seeds, sources, splits, trial
from lab_code.figures import processes as draw

EPOCHS = 6
RUN = ["-m", "torch.distributed.run"]  # which is torchrun
TORCHRUN = [*RUN, "--standalone", "--nproc-per-node=2"]
figures.use_style()

# %%
# This is what each of them runs. ``torchrun`` starts them.

TRAINING_SCRIPT = """
import os, sys
from torch import distributed
from lab_code import networks, seeds, sources, splits, trial
if "RANK" in os.environ:  # started by torchrun, not by itself
    distributed.init_process_group("gloo")
seconds = sources.load().seconds()
seeds.set_seed(0)  # the same first weights in every process
done = trial.train_and_test(
    networks.RecurrentClassifier(16, 64, 5, "gru", readout="mean_max"),
    seconds,
    splits.split_by_moment(seconds, seed=0),
    samples_per_step=16,
    anew=True,  # the time is taken
    batch_size=128,
    epochs=int(sys.argv[2]),
    progress=False,
)
if os.environ.get("RANK", "0") == "0":
    done.history.to_csv(sys.argv[1])
if distributed.is_initialized():
    distributed.destroy_process_group()
"""

# %%
# The losses are the same, but for rounding. Is it faster? Two processes on one
# machine share its cores and its memory, and have to wait for each other after
# every batch. For a small network the waiting can cost more than the sharing
# saves. It pays when a batch takes long.

losses = pd.DataFrame()
with tempfile.TemporaryDirectory() as folder:
    script, table = Path(folder, "train.py"), Path(folder, "history.csv")
    script.write_text(TRAINING_SCRIPT)
    for name, start in {"one process": [], "two processes": TORCHRUN}.items():
        command = [sys.executable, *start, script, table, str(EPOCHS)]
        subprocess.run(command, check=True, capture_output=True)
        history = pd.read_csv(table, index_col="epoch")
        losses[name] = history["train_loss"]
        print(f"{name}: {history['seconds'].iloc[-1]:.1f} s of training")
print(losses.round(6))
assert abs(losses.iloc[0, 1] - losses.iloc[0, 0]) < 1e-4
draw.shared_training(losses)
plt.show()

# %%
# Several machines run the same script, each by ``torchrun --nnodes=2
# --rdzv-backend=c10d --rdzv-endpoint=first-machine:29500 ...``, and with
# ``"nccl"`` for ``"gloo"`` if they have GPUs.
#
# Many trainings, two processes
# -----------------------------
# Which size, which learning rate? Each trial of a grid is a function of its
# settings and needs no other. joblib runs them side by side: in processes
# (``"loky"``), since threads would draw their first weights from one generator
# of random numbers, each time in another order.


def accuracy_of(size, rate):
    """Train one network; return its accuracy in validation, and seconds."""
    seconds = sources.load().seconds()
    split = splits.split_by_moment(seconds, seed=0)
    seeds.set_seed(0)
    net = networks.RecurrentClassifier(16, size, 5, "gru", readout="mean_max")
    settings = {"epochs": EPOCHS, "learning_rate": rate, "progress": False}
    history = trial.train_and_test(
        net, seconds, split, samples_per_step=16, anew=True, **settings
    ).history
    best = history.loc[history["validation_loss"].idxmin()]
    return best["validation_accuracy"], history["seconds"].iloc[-1]


# %%
# Two at a time do not take half the time: each process has to start and to
# import torch first, which can take as long as one of these short trainings.

grid = [(size, rate) for size in (16, 64) for rate in (1e-3, 6e-3, 3e-2)]
begin = time.perf_counter()
side_by_side = Parallel(n_jobs=2, backend="loky", idle_worker_timeout=5)
found = side_by_side(delayed(accuracy_of)(*settings) for settings in grid)
trials = pd.DataFrame(grid, columns=["units", "learning rate"])
trials[["accuracy", "seconds"]] = found
print(trials.round(3))
spent, elapsed = trials["seconds"].sum(), time.perf_counter() - begin
print(f"{spent:.0f} s of training in {elapsed:.0f} s")
draw.grid(trials)
plt.show()

# %%
# On a cluster the grid is the same; one line says where it runs (here Dask).
# The long experiments of this book, ``nox -s experiments``, are such a grid.
#
# .. code-block:: python
#
#    client = dask.distributed.Client("address-of-the-cluster:8786")
#    with joblib.parallel_config("dask"):
#        found = Parallel()(delayed(accuracy_of)(*pair) for pair in grid)
#
# What to conclude
# ----------------
# - Sharing one training changes who computes, and not what is learnt, but for
#   rounding. It pays with large networks, long sequences and large batches.
# - Begin with trials that need nothing of each other: seeds, folds and grids.
#   As many run at once as there are cores, or machines.
