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

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

from lab_code import figures, record
from lab_code.figures import memory as draw
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
    return torch.stack([numbers, marks], dim=2), (numbers * marks).sum(dim=1)


# %%
# One example, and what guessing would give. The best guess is always 1, the
# mean of the sum of two such numbers; its mean squared error is their
# variance, 1/6. A network below that has remembered something.

set_seed(0)
sequences, sums = adding_problem(1, 8)
print(sequences[0].T)
print("sum:", sums)
_, sums = adding_problem(100_000, 8)
GUESSING = ((sums - 1) ** 2).mean().item()
print(f"mean squared error of guessing: {GUESSING:.3f}")

# %%
# Train each cell on each length
# ------------------------------
# 32 hidden units, 1200 batches of 50 new sequences each, so that nothing can
# be learnt by heart, and the same learning rate for all.

STEPS = 1200


def train(cell, n_steps):
    """Return the error on each batch, before it was learnt from."""
    set_seed(0)
    recurrent, answer = cell(2, 32, batch_first=True), nn.Linear(32, 1)
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


# %%
# Each point is the mean of 40 batches. Written down are the error at the end,
# and after how many batches it was half that of guessing.

CELLS = {"simple RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}
AT_A_TIME = min(40, STEPS)
curves = {}
for n_steps in (10, 30, 100):
    curves[n_steps], last, halved = {}, {}, {}
    for name, cell in CELLS.items():
        errors = train(cell, n_steps).reshape(-1, AT_A_TIME).mean(axis=1)
        curves[n_steps][name] = errors
        key = name.lower().replace(" ", "_")
        last[key] = errors[-3:].mean()
        below = np.append(np.flatnonzero(errors < GUESSING / 2), len(errors))
        halved[key] = below[0] * AT_A_TIME
        print(
            f"{n_steps} steps, {name}: {last[key] / GUESSING:.1%} of guessing"
        )
    record.note(f"long_memory/error_{n_steps}", **last, guessing=GUESSING)
    record.note(f"long_memory/batches_{n_steps}", **halved, guessing=GUESSING)
draw.errors_by_length(curves, GUESSING, STEPS)
plt.show()

# %%
# What to conclude
# ----------------
# - Over ten steps every cell learns to remember
#   :holds:`long_memory/error_10 simple_rnn < 0.3 * long_memory/error_10
#   guessing`, the gated ones sooner
#   :holds:`long_memory/batches_10 simple_rnn > 1.2 * long_memory/batches_10
#   lstm, long_memory/batches_10 simple_rnn > 1.2 * long_memory/batches_10
#   gru`. Over thirty the simple network stays at guessing, and so it does over
#   a hundred
#   :holds:`long_memory/error_30 simple_rnn > 0.8 * long_memory/error_30
#   guessing, long_memory/error_100 simple_rnn > 0.8 * long_memory/error_100
#   guessing`. How little of the gradient arrives from so far back, and from
#   which starts more does, :doc:`the_start_matters` measures.
# - The LSTM and the GRU solve all three
#   :holds:`long_memory/error_100 lstm < 0.1 * long_memory/error_100 guessing,
#   long_memory/error_100 gru < 0.1 * long_memory/error_100 guessing`. The
#   longer the way, the longer they guess first; here the GRU finds it sooner
#   than the LSTM
#   :holds:`long_memory/batches_100 lstm > 1.2 * long_memory/batches_100 gru`.
# - It is not that a simple network *could* not hold two numbers. It does not
#   find out that it should. This is one seed and one start; the next lab has
#   more of both.
