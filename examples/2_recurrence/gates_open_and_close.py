"""
Gates open and close
====================

An LSTM has three gates for each unit: one lets the new in, one lets the old
stay, one lets it be seen. A GRU has two. Each is a number between 0, shut, and
1, open, at every step. Watch them in trained networks, on a task that asks to
keep one number.

**What you will learn**

- to read the gates out of a trained network, step by step;
- what is remembered while they stay shut, and what the gradient does then.

**Before you start**: read :doc:`/chapters/gated_units`, which has the
equations of the LSTM and the GRU (:mod:`lab_code.cells` has them in code), and
do the lab :doc:`vanishing_gradient`.
"""

# %%
# Store and recall
# ----------------
# Numbers between -1 and 1 go by. When the *store* mark is set, remember the
# number; when, some steps later, the *recall* mark is set, say it. At all
# other steps say 0.

import matplotlib.pyplot as plt
import torch
from torch import nn

from lab_code import cells, figures, record
from lab_code.figures import gates as draw
from lab_code.seeds import set_seed

figures.use_style()


def store_and_recall(n_sequences, n_steps=25):
    """Return sequences (batch, step, 3) and targets (batch, step)."""
    rows = torch.arange(n_sequences)
    stored_at = torch.randint(1, 8, (n_sequences,))
    recalled_at = torch.randint(12, n_steps, (n_sequences,))
    sequences = torch.zeros(n_sequences, n_steps, 3)
    sequences[..., 0] = torch.rand(n_sequences, n_steps) * 2 - 1
    sequences[rows, stored_at, 1] = 1
    sequences[rows, recalled_at, 2] = 1
    targets = torch.zeros(n_sequences, n_steps)
    targets[rows, recalled_at] = sequences[rows, stored_at, 0]
    return sequences, targets


# %%
# With four units there is little room. The LSTM starts with its forget gates
# open (a bias of 3): what it holds then stays for a while from the beginning,
# and it can find out that this is of use (Gers et al. 2000). Leave that line
# out and see what it learns in the same time.

STEPS = 1500
networks = {}
for name, cell in {"LSTM": nn.LSTM, "GRU": nn.GRU}.items():
    set_seed(0)
    recurrent, answer = cell(3, 4, batch_first=True), nn.Linear(4, 1)
    if name == "LSTM":  # four units for each gate: input, forget, cell, output
        recurrent.bias_ih_l0.data[4:8] = 3
    weights = [*recurrent.parameters(), *answer.parameters()]
    optimiser = torch.optim.Adam(weights, lr=0.02)
    for _ in range(STEPS):
        sequences, targets = store_and_recall(100)
        errors = (answer(recurrent(sequences)[0])[..., 0] - targets) ** 2
        optimiser.zero_grad()
        errors.mean().backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
    networks[name] = recurrent
    at_recall = sequences[..., 2] == 1
    guessing = targets[at_recall].var()
    print(
        f"{name}: squared error at recall {errors[at_recall].mean():.4f}, "
        f"always saying 0: {guessing:.3f}"
    )

# %%
# Watch one sequence
# ------------------
# ``cells.unroll`` computes the same states as torch, equation by equation, and
# keeps the gates. The norm of :math:`\partial s_t / \partial x`, where
# :math:`x` is the number at the step of storing, says how much the state still
# depends on it.

sequence = store_and_recall(1)[0][0]
sequence[:, 1:] = 0
STORE, RECALL = 5, 19
sequence[STORE, 1] = sequence[RECALL, 2] = 1
NUMBER = torch.tensor(0.8)


def watch(recurrent, number):
    """Return all states and gates, as a function of the stored number."""
    inputs = sequence.clone()
    inputs[STORE, 0] = number
    unrolled = cells.unroll(recurrent, inputs[None])
    return {name: steps[0] for name, steps in unrolled.items()}


def remembered(recurrent):
    """Return the norm of the derivative of the state, step by step."""
    state = "cell" if isinstance(recurrent, nn.LSTM) else "hidden"
    derivative = torch.autograd.functional.jacobian(
        lambda number: watch(recurrent, number)[state], NUMBER
    )
    return derivative.norm(dim=1)


# %%
# This is Graves's second picture (2012, chapter 4), measured: gates that keep
# a memory, and the gradient that lives on with it.

with torch.no_grad():
    gates = {name: watch(of, NUMBER) for name, of in networks.items()}
counts = {name: remembered(of) for name, of in networks.items()}
draw.store_and_recall(gates, counts, STORE, RECALL)
plt.show()
left = {name: of[RECALL - 1] / of[STORE] for name, of in counts.items()}
print("just before recall, relative to storing:")
print(", ".join(f"{name} {share:.0%}" for name, share in left.items()))
record.note(
    "gates_open_and_close/before_recall", lstm=left["LSTM"], gru=left["GRU"]
)

# %%
# What to conclude
# ----------------
# - Trained gates can work as the textbooks say, though here units share the
#   work: the input gate of one opens at *store* and is nearly shut before and
#   after, forget gates that stay open hold the number, and the output gate of
#   another opens at *recall*. The gradient of the stored number lives as long
#   as the number: at each step it is multiplied by nearly one
#   :holds:`gates_open_and_close/before_recall lstm > 0.8,
#   gates_open_and_close/before_recall gru > 0.8`.
# - The GRU does the same with two gates. One unit holds the number: its update
#   gate is open throughout and shuts for the one step at which it stores.
# - On a real signal gates are less tidy: :doc:`gates_on_a_seizure`.
