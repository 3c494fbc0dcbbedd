"""
Deep and both ways: what layers, directions and residual steps buy
==================================================================

One recurrent layer, or three? From the start only, or from the end too? Each
costs time, so the question is what it buys: with as many parameters, and in as
many seconds.

**What you will learn**

- to stack layers, and to add what a layer has read to what it says;
- what a layer higher up does that the first does not;
- to compare at equal parameters and in equal time, and to believe the result.

**Before you start**: read :doc:`/chapters/gated_units` and
:doc:`/chapters/training_in_practice`, do :doc:`compare_cells`.
"""

# %%
# A layer reads the layer below
# -----------------------------
# The states of one layer are a sequence, so another can read them. With a
# *residual* step a layer adds what it has read to what it says (Wu et al.
# 2016): it only has to say what is new. The first cannot, as its input has
# another size. Eight samples are one step here, and a second has 22.

from itertools import product

import matplotlib.pyplot as plt
import torch
from torch import nn

from lab_code import figures, record
from lab_code.figures import stacks as draw
from lab_code.long import stacks
from lab_code.seeds import set_seed
from lab_code.sources import load

figures.use_style()


def read(layers, below, residual=False):
    said = []
    for layer in layers:
        states, _ = layer(below)
        below = states + below if residual and said else states
        said.append(below)
    return said


def new(sizes, hidden_size, both=False):
    how = {"batch_first": True, "bidirectional": both}
    return nn.ModuleList(nn.GRU(size, hidden_size, **how) for size in sizes)


def loss(said, classify, targets):
    seen = torch.cat([said[-1].mean(dim=1), said[-1].amax(dim=1)], dim=1)
    return nn.functional.cross_entropy(classify(seen), targets)


# %%
# Three layers, trained
# ---------------------
# How fast does each layer change? The mean square of its change from step to
# step, as a share of what it would be if states did not depend on each other.


def speed(layers, x):
    with torch.no_grad():
        said = read(layers, x)
    changes = [of.diff(dim=1).square().mean() for of in said]
    spread = [of.var(dim=(0, 1)).mean() for of in said]
    return [(c / 2 / s).item() for c, s in zip(changes, spread, strict=True)]


train, validation, _ = stacks.parts_of(load().seconds(), fold=0)
set_seed(0)
layers, classify = new((8, 22, 22), 22), nn.Linear(44, 5)
before = speed(layers, validation.tensors[0])
weights = [*layers.parameters(), *classify.parameters()]
optimiser = torch.optim.AdamW(weights, lr=3e-3)
EPOCHS = 5
for _ in range(EPOCHS):
    for batch in torch.randperm(len(train)).split(128):
        x, targets = train[batch]
        wrong = loss(read(layers, x), classify, targets)
        optimiser.zero_grad()
        wrong.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
after = speed(layers, validation.tensors[0])
record.note("deep_and_both_ways/speed", before=before, after=after)
draw.speeds(before, after)
plt.show()

# %%
# What reaches the lowest layer
# -----------------------------
# Twelve new layers of 16 units: the gradient at the states of each. A residual
# step lets it through as it is.

x, targets = train[torch.arange(0, len(train), 60)]
norms = {}
for both, residual in product((False, True), repeat=2):
    set_seed(0)
    width = 32 if both else 16
    layers = new([8] + [width] * 11, 16, both)
    said = read(layers, x, residual)
    wrong = loss(said, nn.Linear(2 * width, 5), targets)
    at = [of.norm().item() for of in torch.autograd.grad(wrong, said)]
    name = "residual" if residual else "plain"
    norms[name + ", both ways" * both] = at
    fact = name + "_both" * both
    record.note(f"deep_and_both_ways/{fact}", lowest=at[0] / at[-1])
draw.gradients(norms)
plt.show()

# %%
# What it buys
# ------------
# Recorded trainings: twelve networks of about 8,400 parameters, the deeper the
# thinner, each in five folds and with ten seeds. They learn for eight epochs,
# or (grey) for as many as fit into the seconds of two layers.

LIMITS = stacks.EPOCHS_ALIKE, stacks.TIME_ALIKE
answers = {limit: stacks.answers(limit) for limit in LIMITS}
costs = stacks.costs()
draw.scores(answers, costs["seconds"], stacks.EPOCHS)
plt.show()
costs

# %%
# One thing changed, and compared second by second:

gaps = {limit: stacks.gaps(limit) for limit in LIMITS}
draw.bought(gaps)
plt.show()
for limit, by in gaps.items():
    for pair, gap in by.items():
        one, other = stacks.PAIRS[pair]
        fact = f"{one}_minus_{other}_in_{limit.replace(' ', '_')}"
        record.note(f"deep_and_both_ways/{fact}", **vars(gap))
        print(f"{limit}, {pair}: {gap}")

# %%
# What to conclude
# ----------------
# - Todo.
