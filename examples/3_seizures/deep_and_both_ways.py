"""
Deep and both ways: what layers, directions and residual connections buy
========================================================================

One recurrent layer, or three? From the start only, or from the end too? What
does it buy with as many parameters, and in as long a training?

**What you will learn**

- to stack layers, with residual connections between them;
- what becomes of the states, and of the gradient, from layer to layer;
- to compare networks at equal parameters and in equal time.

**Before you start**: :doc:`/chapters/recurrence`, and :doc:`compare_cells`.
"""

# %%
# A layer reads the layer below
# -----------------------------
# The states of one layer are a sequence, so another layer can read them. A
# *residual connection* adds what a layer has read to what it says (Wu et al.
# 2016). The first layer has none, as its input has another size.

import matplotlib.pyplot as plt
import torch
from torch import nn

from lab_code import figures, record
from lab_code.figures import stacks as draw
from lab_code.long import stacks
from lab_code.seeds import set_seed
from lab_code.sources import load

figures.use_style()
train, validation, _ = stacks.parts_of(load().seconds(), fold=0)


def new(sizes, n):
    return nn.ModuleList(nn.GRU(m, n, batch_first=True) for m in sizes)


def read(layers, below, residual=False):
    said = []
    for layer in layers:
        states, _ = layer(below)
        below = states + below if residual and said else states
        said.append(below)
    return said


# %%
# Three layers, trained
# ---------------------
# A second is 22 steps of 8 samples; its class is read out of the mean and the
# maximum of the top layer. How fast does each layer change? The mean square of
# its changes from step to step is a share of what it would be if states did
# not depend on each other.


def loss(said, classify, targets):
    seen = torch.cat([said[-1].mean(dim=1), said[-1].amax(dim=1)], dim=1)
    return nn.functional.cross_entropy(classify(seen), targets)


@torch.no_grad()
def speed(layers, x):
    return [
        (of.diff(dim=1).square().mean() / 2 / of.var(dim=(0, 1)).mean()).item()
        for of in read(layers, x)
    ]


# %%
# Five epochs:

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
top = {"before": before[-1] / before[0], "after": after[-1] / after[0]}
record.note("deep_and_both_ways/top", **top)
draw.speeds(before, after)
plt.show()

# %%
# What reaches the lowest layer
# -----------------------------
# The gradient at the states of twelve new layers of 16 units each.

x, targets = train[torch.arange(0, len(train), 60)]
norms = {}
for name in ("plain", "residual"):
    set_seed(0)
    said = read(new([8] + [16] * 11, 16), x, residual=name == "residual")
    wrong = loss(said, nn.Linear(32, 5), targets)
    at = [of.norm().item() for of in torch.autograd.grad(wrong, said)]
    record.note(f"deep_and_both_ways/{name}", lowest=at[0] / at[-1])
    norms[name] = at
draw.gradients(norms)
plt.show()

# %%
# What it buys
# ------------
# Recorded trainings: twelve networks of about 8,400 parameters, the deeper the
# thinner, and one of three layers that is not thinner, in five folds, each
# with a seed of its own. *Both ways* is ``bidirectional=True``; the next layer
# reads both states. All learn at one learning rate, for eight epochs or (grey)
# for about the seconds in which one layer reads eight. Below, one thing
# changed, compared in pairs.

answers = {limit: stacks.answers(limit) for limit in stacks.LIMITS}
costs = stacks.costs()
draw.scores(answers, costs["seconds"], stacks.EPOCHS)
plt.show()
draw.bought({limit: stacks.gaps(limit) for limit in stacks.LIMITS})
plt.show()
for fact, limit in zip(("epochs", "time"), stacks.LIMITS, strict=True):
    record.note(f"deep_and_both_ways/{fact}", **stacks.facts(limit))
costs.drop(columns="taken")

# %%
# What to conclude
# ----------------
# - Nothing here is ahead of one layer in one direction, in as many epochs or
#   in as much time :holds:`deep_and_both_ways/epochs best < 0,
#   deep_and_both_ways/time best < 0`. Six plain layers are behind
#   :holds:`deep_and_both_ways/epochs six_minus_one.high < 0`, in as much time
#   far behind :holds:`deep_and_both_ways/time six_minus_one.high < -0.1`.
# - Residual connections bring six layers forward, most of all in little time
#   :holds:`deep_and_both_ways/epochs six_residual_minus_six.low > 0,
#   deep_and_both_ways/time six_residual_minus_six.low > 0.05`. Without them
#   hardly any gradient gets to the lowest layers, with them all of it
#   :holds:`deep_and_both_ways/plain lowest < 0.01, deep_and_both_ways/residual
#   lowest > 1`.
# - Higher layers change more slowly, but so they do before training
#   :holds:`deep_and_both_ways/top before < 0.5, deep_and_both_ways/top after <
#   0.5`. It takes no learning.
