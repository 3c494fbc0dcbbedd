"""
Long memory: who can add two numbers a hundred steps apart?
===========================================================

A task made to need memory, by Hochreiter and Schmidhuber (1997): a sequence
of random numbers goes by, two of them are marked, and at the end the network
has to say their sum. Nothing but memory helps. The sequence is then made
longer.

**What you will learn**

- where the simple network gives up, and what the gated ones still can do;
- to compare a loss with what guessing would give;
- that able to remember is not the same as quick to learn it.

**Before you start**: read :doc:`/chapters/vanishing_gradients` and
:doc:`/chapters/gated_units`, and do the lab :doc:`vanishing_gradient`.
"""

# %%
# The adding problem
# ------------------
# Each step has two features: a number between 0 and 1, and a mark that is 1 at
# two steps, one in each half, and 0 elsewhere. The target is the sum of the
# two marked numbers.

import time

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

from lab_code import figures, record
from lab_code.seeds import set_seed

figures.use_style()


def adding_problem(n_sequences, n_steps):
    """Return sequences (batch, step, 2) and their sums (batch,)."""
    numbers = torch.rand(n_sequences, n_steps)
    marks = torch.zeros_like(numbers)
    half = n_steps // 2
    rows = torch.arange(n_sequences)
    marks[rows, torch.randint(half, (n_sequences,))] = 1
    marks[rows, torch.randint(half, n_steps, (n_sequences,))] = 1
    sequences = torch.stack([numbers, marks], dim=2)
    return sequences, (numbers * marks).sum(dim=1)


set_seed(0)
sequences, sums = adding_problem(1, 8)
print(sequences[0].T)
print("sum:", sums)

# %%
# What would guessing give? The best guess is always 1, the mean of the sum of
# two such numbers; its mean squared error is their variance, 1/6. A network
# below that has remembered something.

_, sums = adding_problem(100_000, 8)
GUESSING = ((sums - 1) ** 2).mean().item()
print(f"mean squared error of guessing: {GUESSING:.3f}")

# %%
# Train each cell on each length
# ------------------------------
# 32 hidden units, 1200 batches of 50 new sequences each, so that nothing can
# be learnt by heart, and the same learning rate for all.

STEPS = 1200
CELLS = {"simple RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}
LENGTHS = (10, 30, 100)


def train(cell, n_steps):
    """Return the error on each batch, before it was learnt from."""
    set_seed(0)
    recurrent = cell(2, 32, batch_first=True)
    answer = nn.Linear(32, 1)
    weights = [*recurrent.parameters(), *answer.parameters()]
    optimiser = torch.optim.Adam(weights, lr=0.01)
    errors = []
    for _ in range(STEPS):
        sequences, sums = adding_problem(50, n_steps)
        states, _ = recurrent(sequences)
        error = ((answer(states[:, -1])[:, 0] - sums) ** 2).mean()
        optimiser.zero_grad()
        error.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        errors.append(error.item())
    return np.array(errors)


def smooth(errors, width=40):
    """Return the mean of every `width` errors."""
    width = min(width, len(errors))
    return (
        errors[: len(errors) // width * width].reshape(-1, width).mean(axis=1)
    )


figure, axes = plt.subplots(3, 1, figsize=(6, 6.4), sharex=True, sharey=True)
last, halved = {}, {}
for axis, n_steps in zip(axes, LENGTHS, strict=True):
    for name, cell in CELLS.items():
        start = time.perf_counter()
        errors = smooth(train(cell, n_steps))
        seconds = time.perf_counter() - start
        last[name, n_steps] = errors[-3:].mean()
        below = np.append(np.flatnonzero(errors < GUESSING / 2), len(errors))
        halved[name, n_steps] = float(below[0] * STEPS / len(errors))
        axis.semilogy(
            np.linspace(0, STEPS, len(errors)),
            errors,
            color=figures.NETWORK_COLOURS[name],
            label=name,
        )
        print(
            f"{n_steps:>3} steps, {name:>10}: error {last[name, n_steps]:.4f} "
            f"({last[name, n_steps] / GUESSING:.0%} of guessing) "
            f"in {seconds:.0f} s"
        )
    axis.axhline(GUESSING, color=figures.INK, lw=0.8, ls=":", label="guessing")
    axis.set_title(f"{n_steps} steps")
axes[1].set_ylabel("mean squared error")
axes[2].set_xlabel("batches learnt from")
figure.legend(
    *axis.get_legend_handles_labels(), loc="outside lower center", ncols=4
)
said = "; ".join(
    f"{n_steps} steps: "
    + ", ".join(
        f"{name} {last[name, n_steps] / GUESSING:.0%}" for name in CELLS
    )
    for n_steps in LENGTHS
)
figure.set_label(f"Error at the end, in percent of guessing. {said}.")
plt.show()
for n_steps in LENGTHS:  # the error, and how many batches halved it
    for what, found in {"error": last, "batches": halved}.items():
        record.note(
            f"long_memory/{what}_{n_steps}",
            simple_rnn=float(found["simple RNN", n_steps]),
            lstm=float(found["LSTM", n_steps]),
            gru=float(found["GRU", n_steps]),
            guessing=GUESSING,
        )

# %%
# What to conclude
# ----------------
# - Over ten steps every cell learns to remember
#   :holds:`long_memory/error_10 simple_rnn < 0.3 * long_memory/error_10
#   guessing`,
#   the gated ones sooner :holds:`long_memory/batches_10 simple_rnn > 1.2 *
#   long_memory/batches_10 lstm, long_memory/batches_10 simple_rnn > 1.2 *
#   long_memory/batches_10 gru`.
#   Over thirty the simple network stays at guessing, and so it does over a
#   hundred
#   :holds:`long_memory/error_30 simple_rnn > 0.8 * long_memory/error_30
#   guessing, long_memory/error_100 simple_rnn > 0.8 * long_memory/error_100
#   guessing`:
#   the gradient that would teach it does not arrive.
# - The LSTM and the GRU solve all three
#   :holds:`long_memory/error_100 lstm < 0.1 * long_memory/error_100 guessing,
#   long_memory/error_100 gru < 0.1 * long_memory/error_100 guessing`.
#   The longer the way, the longer they guess first; here the GRU finds it
#   sooner than the LSTM
#   :holds:`long_memory/batches_100 lstm > 1.2 * long_memory/batches_100 gru`.
# - It is not that a simple network *could* not hold two numbers. It does not
#   find out that it should. Try a smaller learning rate, an orthogonal start
#   or another seed before you believe one figure: this is one seed.
