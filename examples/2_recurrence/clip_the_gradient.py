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


def train(limit):
    """Return gradients' lengths, losses, and the last states of a batch."""
    set_seed(1)
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
    return lengths, losses, states[:, -1]


# %%
# Train it twice, from the same start and on the same batches: once with the
# gradient as it is, once clipped to a length of 1. *Guessing* is the logarithm
# of five: there are five classes. *Spread* is the standard deviation over the
# seconds of the last batch, mean of the units.

lengths, losses = {}, {}
for name, limit in {"as it is": float("inf"), "clipped": 1.0}.items():
    lengths[name], losses[name], last = train(limit)
    longest, loss = max(lengths[name]), sum(losses[name][-50:]) / 50
    spread = last.std(dim=0).mean().item()
    print(
        f"{name}: longest gradient {longest:.0e}; last 50 steps: "
        f"mean loss {loss:.2f}, spread of states {spread:.2f}"
    )
    fact = f"clip_the_gradient/{name.replace(' ', '_')}"
    record.note(fact, longest=longest, loss=loss, spread=spread)
draw.clipping(lengths, losses)
plt.show()

# %%
# One long gradient was enough: without the limit, that step carried the
# weights to where the last state is nearly the same whatever was read
# :holds:`clip_the_gradient/clipped spread > 10 * clip_the_gradient/as_it_is
# spread`, and the loss stays close to guessing
# :holds:`clip_the_gradient/as_it_is loss > 1.5`. With the limit the long
# gradients come as well :holds:`clip_the_gradient/clipped longest > 10`, and
# do no such harm :holds:`clip_the_gradient/clipped loss < 1.45`.
#
# What to conclude
# ----------------
# - A single long gradient can throw a network to where it learns no more.
# - Clipping bounds the step and keeps its direction. It is one line, and
#   :func:`lab_code.training.fit` has it.
# - It does nothing for a gradient that has vanished: what is not there cannot
#   be scaled.
