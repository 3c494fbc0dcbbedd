"""
Deep and both ways: what layers, directions and residual connections buy
========================================================================

One recurrent layer, or three? From the start only, or from the end too? Each
costs time, so the question is what it buys with as many parameters, and in as
many seconds.

**What you will learn**

- to stack layers, with residual connections between them;
- what becomes of the states, and of the gradient, from layer to layer;
- to compare networks at equal parameters and in equal time.

**Before you start**: read :doc:`/chapters/training_in_practice`, do
:doc:`compare_cells`.
"""

# %%
# A layer reads the layer below
# -----------------------------
# The states of one layer are a sequence, so another layer can read them. A
# *residual connection* adds what a layer has read to what it says (Wu et al.
# 2016). The first layer has none, as its input has another size.

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


def new(sizes, hidden_size, both=False):
    how = {"batch_first": True, "bidirectional": both}
    return nn.ModuleList(nn.GRU(size, hidden_size, **how) for size in sizes)


def read(layers, below, residual=False):
    said = []
    for layer in layers:
        states, _ = layer(below)
        below = states + below if residual and said else states
        said.append(below)
    return said


def loss(said, classify, targets):
    seen = torch.cat([said[-1].mean(dim=1), said[-1].amax(dim=1)], dim=1)
    return nn.functional.cross_entropy(classify(seen), targets)


# %%
# Three layers, trained
# ---------------------
# A second is 22 steps of 8 samples. How fast does each layer change? The mean
# square of its changes from step to step is a share of what it would be if
# states did not depend on each other.


def speed(layers, x):
    with torch.no_grad():
        said = read(layers, x)
    return [
        (of.diff(dim=1).square().mean() / 2 / of.var(dim=(0, 1)).mean()).item()
        for of in said
    ]


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
for when, of in {"before": before, "after": after}.items():
    record.note(f"deep_and_both_ways/{when}", top=of[-1] / of[0])
draw.speeds(before, after)
plt.show()

# %%
# What reaches the lowest layer
# -----------------------------
# The gradient at the states of twelve new layers of 16 units each.

x, targets = train[torch.arange(0, len(train), 60)]
norms = {}
for both, residual in product((False, True), repeat=2):
    set_seed(0)
    width = 32 if both else 16
    said = read(new([8] + [width] * 11, 16, both), x, residual)
    wrong = loss(said, nn.Linear(2 * width, 5), targets)
    name = ("residual" if residual else "plain") + ", both ways" * both
    at = [of.norm().item() for of in torch.autograd.grad(wrong, said)]
    norms[name] = at
    fact = name.replace(", both ways", "_both")
    record.note(f"deep_and_both_ways/{fact}", lowest=at[0] / at[-1])
draw.gradients(norms)
plt.show()

# %%
# What it buys
# ------------
# Recorded trainings: twelve networks of about 8,400 parameters, the deeper the
# thinner, and one of three layers that is not thinner; in five folds, with ten
# seeds. They learn for eight epochs, or (grey) for as many as take the seconds
# of two layers.

LIMITS = stacks.EPOCHS_ALIKE, stacks.TIME_ALIKE
answers, costs = {of: stacks.answers(of) for of in LIMITS}, stacks.costs()
draw.scores(answers, costs["seconds"], stacks.EPOCHS)
plt.show()
costs.drop(columns="taken")

# %%
# With one thing changed, compared second by second:

gaps = {limit: stacks.gaps(limit) for limit in LIMITS}
draw.bought(gaps)
plt.show()
for limit, by in gaps.items():
    fact = "deep_and_both_ways/" + limit.replace(" ", "_")
    of = {"_minus_".join(stacks.PAIRS[p]): vars(gap) for p, gap in by.items()}
    record.note(fact, **of)
