"""
Which gate matters?
===================

Take away one part of an LSTM at a time, train what is left, and see what is
missed, as Greff et al. (2017) did on speech, handwriting and music.

**What you will learn**

- what a missing gate does to the cell state and to the gradient;
- which part two tasks miss, compared seed by seed.

**Before you start**: read :doc:`/chapters/gated_units`, do :doc:`long_memory`.
"""

# %%
# A cell that can lack a part
# ---------------------------
# *Peepholes* let the gates see the cell state, each unit its own (Gers and
# Schmidhuber 2000; Gers et al. 2002). A gate that is taken away is open
# throughout. *Coupled gates* are not *apart*: f = 1 - i.

import matplotlib.pyplot as plt
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

# %%


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
lstm, peepholes = nn.LSTM(4, 16, batch_first=True), torch.rand(3, 16) / 4
x = torch.randn(8, 44, 4)
ours, theirs = unroll(x, lstm, peepholes, "peepholes")[0], lstm(x)[0]
print(f"largest difference: {(ours - theirs).abs().max().item():.0e}")

# %%
# What a missing part does inside
# -------------------------------
# New cells with the same weights read seizures, four samples a step. Without
# a forget gate the cell state is only added to; the gradient stays.

seconds = load().seconds()
split = split_by_moment(seconds)
scaling = Scaling.fit(seconds.samples[split.train])
sequences = to_sequences(scaling(seconds.samples), samples_per_step=4)
seizures = sequences[split.test][seconds.labels[split.test] == 1][:100]


def look(lstm, peepholes, lacks):
    x = seizures.clone().requires_grad_()
    hidden, cell = unroll(x, lstm, peepholes, lacks)
    (by,) = torch.autograd.grad(hidden[:, -1].sum(), x)
    size = cell.detach().square().mean(dim=(0, 2)).sqrt()
    return size.numpy(), by.norm(dim=2).mean(dim=0).flip(0).numpy()


inside = {name: look(lstm, peepholes, name) for name in draw.STYLES}
for name, (size, by) in inside.items():
    record.note(f"which_gate_matters/new_{name}", size=size[-1], by=by[-1])
draw.inside(inside)
plt.show()

# %%
# Two of them learn to tell a seizure from the rest, from the last state:


def train(lacks, updates=150):
    set_seed(0)
    lstm, answer = nn.LSTM(4, 16, batch_first=True), nn.Linear(16, 2)
    peepholes = nn.Parameter(torch.rand(3, 16) / 4)
    weights = [*lstm.parameters(), peepholes, *answer.parameters()]
    optimiser = torch.optim.Adam(weights, lr=0.01)
    for _ in range(updates):
        rows = split.train[torch.randint(len(split.train), (64,))]
        states, _ = unroll(sequences[rows], lstm, peepholes, lacks)
        right = torch.from_numpy(seconds.labels[rows] == 1).long()
        loss = nn.functional.cross_entropy(answer(states[:, -1]), right)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return look(lstm, peepholes, lacks)[0][-1]


for name in ("full", "forget_gate"):
    print(f"{draw.NAMES[name]}: cell state {train(name):.1f} at the end")

# %%
# Which part is missed
# --------------------
# Recorded: five seeds, the same first weights and batches for all; on EEG each
# in its own fold. Lines: 95 % intervals of paired differences. The adding
# problem (30 steps) is learnt at a tenth of the error of guessing. Squares:
# twice the learning rate; on EEG, instead, a third of the batches.

tables = ablation.tables()
for name, table in tables.items():
    for cell, paired in table.items():
        record.note(f"which_gate_matters/{name}_{cell}", **paired._asdict())
draw.missed(tables)
plt.show()

# %%
# What to conclude
# ----------------
# - The adding problem misses the input gate, at both learning rates
#   :holds:`which_gate_matters/adding_input_gate low > 100,
#   which_gate_matters/adding_again_input_gate low > 100`. It does not miss the
#   forget gate :holds:`which_gate_matters/adding_forget_gate high < 0,
#   which_gate_matters/adding_again_forget_gate high < 50`: there is nothing to
#   forget, and a gate taken away is open from the start
#   :holds:`which_gate_matters/new_forget_gate by > 1e-3,
#   which_gate_matters/new_full by < 1e-6`. Coupled gates learn soonest
#   :holds:`which_gate_matters/adding_again_apart high < 0`.
# - Greff et al. missed the forget gate and the output activation most. On EEG
#   the latter, barely :holds:`which_gate_matters/eeg_output_activation high <
#   0`; of seven intervals one may by chance. After a third of the batches it
#   hindered :holds:`which_gate_matters/eeg_again_output_activation low > 0`:
#   an ablation also depends on when you stop.
