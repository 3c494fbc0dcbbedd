"""
Clip the gradient
=================

Where gradients explode, one step is enough to ruin a network: the weights are
thrown to where nothing can be learnt. The remedy is one line: when a gradient
is longer than some limit, scale it down to that, and keep its direction.

**What you will learn**

- what one long gradient does to a network;
- what clipping does about it, and what not.

**Before you start**: read :doc:`/chapters/vanishing_gradients`, and do the lab
:doc:`vanishing_gradient`. Clipping is from Pascanu, Mikolov and Bengio (2013).
"""

# %%
# A network that explodes
# -----------------------
# A ReLU has no flat end: nothing keeps its states from growing. Start such a
# network with a spectral radius of 1.6, let it read seconds of EEG, four
# samples a step, and name their class from the last state.

import math

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from lab_code import figures, record
from lab_code.figures import gradients as draw
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_sequences, to_targets
from lab_code.sources import load
from lab_code.splits import split_by_moment

figures.use_style()
seconds = load().seconds()
split = split_by_moment(seconds, seed=0)
scaled = Scaling.fit(seconds.samples[split.train])(seconds.samples)
sequences = to_sequences(scaled, 4)
targets = to_targets(seconds.labels)
to_learn = torch.from_numpy(split.train)

# %%
# Train it by plain gradient descent. Clipping is the line that also returns
# how long the gradient was.

STEPS = 150


def train(limit, seed):
    """Return gradients' lengths before clipping, and losses, by step."""
    set_seed(seed)
    recurrent = nn.RNN(4, 32, nonlinearity="relu", batch_first=True)
    classify = nn.Linear(32, 5)
    W = recurrent.weight_hh_l0.data
    W *= 1.6 / torch.linalg.eigvals(W).abs().max()
    weights = [*recurrent.parameters(), *classify.parameters()]
    optimiser = torch.optim.SGD(weights, lr=0.02)
    lengths, losses = [], []
    for _ in range(STEPS):
        batch = to_learn[torch.randint(len(to_learn), (64,))]
        states, _ = recurrent(sequences[batch])
        loss = cross_entropy(classify(states[:, -1]), targets[batch])
        optimiser.zero_grad()
        loss.backward()
        lengths.append(nn.utils.clip_grad_norm_(weights, limit).item())
        losses.append(loss.item())
        optimiser.step()
    return lengths, losses


# %%
# Train from eight starts, each twice, on the same batches: once with the
# gradient as it is, once clipped to a length of 1. One start is drawn.
# *Guessing* is the logarithm of five: there are five classes.

limits = {"as it is": float("inf"), "clipped": 1.0}
runs = {
    name: [train(limit, seed) for seed in range(8)]
    for name, limit in limits.items()
}
lengths, losses = ({n: of[1][k] for n, of in runs.items()} for k in (0, 1))
draw.clipping(lengths, losses)
plt.show()

# %%
# Of each start: how long was the longest step, which is the learning rate
# times the gradient? Is the loss still a number? And is it, over the last 50
# steps, clearly below guessing?

for name, of_starts in runs.items():
    steps, ends = [], []
    for lengths, losses in of_starts:
        finite = [length for length in lengths if math.isfinite(length)]
        steps.append(0.02 * min(max(finite), limits[name]))
        ends.append(sum(losses[-50:]) / 50)
    facts = {
        "shortest": min(steps),
        "longest": max(steps),
        "broken": sum(not math.isfinite(end) for end in ends),
        "learnt": sum(end < 1.5 for end in ends),
    }
    record.note(f"clip_the_gradient/{name.replace(' ', '_')}", **facts)
    print(
        f"{name}: longest steps {min(steps):.2g} to {max(steps):.2g}; of 8 "
        f"starts, {facts['broken']} break and {facts['learnt']} learn"
    )

# %%
# Without the limit each start takes a step more than five times as long as any
# with it :holds:`clip_the_gradient/as_it_is shortest > 5 *
# clip_the_gradient/clipped longest`. Some break: the weights are thrown so far
# that the loss is *nan*, not a number, for good. With the limit none does
# :holds:`clip_the_gradient/as_it_is broken > 1, clip_the_gradient/clipped
# broken < 1`, and more of them learn :holds:`clip_the_gradient/clipped learnt
# > clip_the_gradient/as_it_is learnt`, though not all.
#
# What to conclude
# ----------------
# - A single long gradient can throw a network to where it learns no more.
# - Clipping bounds the step and keeps its direction. It is one line, and
#   :func:`lab_code.training.fit` has it.
# - It does nothing for a gradient that has vanished: what is not there cannot
#   be scaled. Where long gradients come from: :doc:`the_cliff`.
