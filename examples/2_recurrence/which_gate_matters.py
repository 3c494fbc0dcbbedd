"""
Which gate matters?
===================

An LSTM has three gates and two tanh, and some have peepholes. Are all of them
needed? Take away one part at a time, train what is left, and see what is
missed: an *ablation*, as Greff et al. (2017) did on speech, writing and music.

**What you will learn**

- how to take a cell apart, and how to compare what is left, seed by seed;
- what a missing gate does to the cell state and to the gradient;
- which part is missed here, and that it depends on the task.

**Before you start**: read :doc:`/chapters/gated_units`, do :doc:`long_memory`.
"""

# %%
# A cell that can lack a part
# ---------------------------
# *Peepholes* let the gates see the cell state, each unit its own (Gers and
# Schmidhuber 2000; Gers et al. 2002). A gate that is taken away is open
# throughout. *Coupled gates* are not *apart*: f = 1 - i.

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

from lab_code import cells, figures, record
from lab_code.figures import ablation as draw
from lab_code.long import ablation
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_sequences
from lab_code.sources import load
from lab_code.splits import split_by_moment

figures.use_style()


def unroll(x, lstm, peepholes, lacks=None):
    w, hidden, cell = cells.weights_of(lstm), [], []
    h = c = torch.zeros(len(x), lstm.hidden_size)
    p_i, p_f, p_o = peepholes * (lacks != "peepholes")
    for x_t in x.unbind(dim=1):
        sums = x_t @ w.W_x.T + w.b_x + h @ w.W_h.T + w.b_h
        i, f, g, o = sums.chunk(4, dim=1)
        i = 1 if lacks == "input_gate" else torch.sigmoid(i + p_i * c)
        f = 1 - i if lacks == "apart" else torch.sigmoid(f + p_f * c)
        f = 1 if lacks == "forget_gate" else f
        g = g if lacks == "input_activation" else torch.tanh(g)
        c = f * c + i * g
        o = 1 if lacks == "output_gate" else torch.sigmoid(o + p_o * c)
        h = o * (c if lacks == "output_activation" else torch.tanh(c))
        hidden.append(h)
        cell.append(c)
    return torch.stack(hidden, dim=1), torch.stack(cell, dim=1)


# %%
# Without peepholes it has to be the LSTM of torch:

set_seed(0)
lstm = nn.LSTM(4, 16, batch_first=True)
peepholes = torch.rand(3, 16) / 2 - 1 / 4  # drawn as torch draws the others
x = torch.randn(8, 44, 4)
states, _ = unroll(x, lstm, peepholes, lacks="peepholes")
difference = (states - lstm(x)[0]).abs().max().item()
print(f"largest difference: {difference:.0e}")
assert difference < 1e-5

# %%
# What a missing part does inside
# -------------------------------
# New cells with the same weights read seizures, four samples a step. Without
# a forget gate nothing is ever taken out of the cell state. It grows, and the
# gradient comes back as far as you like.

seconds = load().seconds()
split = split_by_moment(seconds)
scaling = Scaling.fit(seconds.samples[split.train])
sequences = to_sequences(scaling(seconds.samples), samples_per_step=4)
seizures = sequences[split.test][seconds.labels[split.test] == 1][:100]


def look(lstm, peepholes, lacks):
    """Return the size of the cell state, and the influence on the last h."""
    x = seizures.clone().requires_grad_()
    hidden, cell = unroll(x, lstm, peepholes, lacks)
    (by,) = torch.autograd.grad(hidden[:, -1].sum(), x)
    size = cell.detach().square().mean(dim=(0, 2)).sqrt()
    return size.numpy(), by.norm(dim=2).mean(dim=0).flip(0).numpy()


sizes, gradients = {}, {}
for name in draw.STYLES:
    sizes[name], gradients[name] = look(lstm, peepholes, name)
    inside = {"size": sizes[name][-1], "first": gradients[name][-1]}
    record.note(f"which_gate_matters/new_{name}", **inside)
draw.inside(sizes, gradients)
plt.show()

# %%
# The full cell and the one without a forget gate learn to tell a seizure from
# the rest, from the last state:


def train(lacks, updates=150):
    set_seed(0)
    drawn = np.random.default_rng(0)
    lstm, answer = nn.LSTM(4, 16, batch_first=True), nn.Linear(16, 2)
    peepholes = nn.Parameter(torch.rand(3, 16) / 2 - 1 / 4)
    weights = [*lstm.parameters(), peepholes, *answer.parameters()]
    optimiser = torch.optim.Adam(weights, lr=0.01)
    for _ in range(updates):
        rows = drawn.choice(split.train, 64)
        states, _ = unroll(sequences[rows], lstm, peepholes, lacks)
        said = answer(states[:, -1])
        right = torch.from_numpy(seconds.labels[rows] == 1).long()
        loss = nn.functional.cross_entropy(said, right)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
    return look(lstm, peepholes, lacks)[0][-1]


for name in ("full", "forget_gate"):
    size = train(name)
    print(f"{draw.NAMES[name]}: cell state {size:.1f} at the end")
    record.note(f"which_gate_matters/trained_{name}", size=size)

# %%
# Which part is missed
# --------------------
# Recorded trainings: five seeds of each cell, the same first weights and
# batches for all. On EEG each seed has a fold of its own. A line is the 95 %
# interval of the paired difference, so of five numbers.

tables = {}
for task, measure in (("adding", "batches"), ("eeg", "accuracy")):
    for rate in ablation.RATES[task]:
        found = ablation.paired(task, measure, rate)
        tables[task, rate] = found
        for name, cell in found.items():
            fact = f"which_gate_matters/{task}_{rate:g}_{name}"
            record.note(fact.replace("0.", ""), **cell._asdict())
draw.missed({"x": tables["adding", 0.01], "y": tables["eeg", 0.01]})
plt.show()
