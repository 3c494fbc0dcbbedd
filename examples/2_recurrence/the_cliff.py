"""
The cliff
=========

Why does one gradient explode, and the next one not? A loss has walls. Here is
a network whose whole loss can be drawn: one unit that reads a second of EEG.

**What you will learn**

- what the loss of a recurrent network looks like, and why it has a wall;
- what gradient descent does there, without clipping and with it.

**Before you start**: read :doc:`/chapters/vanishing_gradients`, and do the lab
:doc:`clip_the_gradient`. Pascanu, Mikolov and Bengio (2013) drew such a wall
for a unit without input.
"""

# %%
# One unit, one second
# --------------------
# The second has 44 steps, each the mean of four samples. The unit reads it,
# :math:`h_t = \tanh(w\,h_{t-1} + x_t / 2 + b)`, and is to end at 0.7: the loss
# is the square of what it misses that by. All pairs :math:`(w, b)` of a grid
# are computed side by side.

import math

import matplotlib.pyplot as plt
import torch

from lab_code import figures, record
from lab_code.figures import cliff
from lab_code.sequences import Scaling, to_sequences
from lab_code.sources import load
from lab_code.splits import split_by_moment

figures.use_style()
seconds = load().seconds()
split = split_by_moment(seconds, seed=0)
scaled = Scaling.fit(seconds.samples[split.train])(seconds.samples)
seizure = split.test[seconds.labels[split.test] == 1][100]
x = to_sequences(scaled[[seizure]], 4)[0].mean(dim=1).double()  # (step,)

# %%


def read(w, b):
    """Return the states, (step, ...); w and b have the same shape (...)."""
    h, states = torch.zeros_like(w), []
    for x_t in x:
        h = torch.tanh(w * h + x_t / 2 + b)
        states.append(h)
    return torch.stack(states)


def loss(w, b):
    return (read(w, b)[-1] - 0.7) ** 2


several_w = torch.linspace(-0.5, 3.5, 161).double()
several_b = torch.linspace(-1.5, 1.5, 161).double()
w, b = torch.meshgrid(several_w, several_b, indexing="ij")
cliff.surface(w, b, loss(w, b))
plt.show()

# %%
# At the wall
# -----------
# Where :math:`w` is large, the unit ends near 1 or near −1, and a wall stands
# between. Take :math:`w = 2`, find the edge by halving a piece of :math:`b`,
# and read the second a millionth above it and a millionth below.

two, low, high = torch.tensor([2.0, -1.0, 1.0]).double()
for _ in range(50):
    middle = (low + high) / 2
    above = read(two, middle)[-1] > 0
    low, high = (low, middle) if above else (middle, high)
sides = {"above the edge": 1e-6, "below the edge": -1e-6}
cliff.two_sides(x / 2, {n: read(two, high + by) for n, by in sides.items()})
plt.show()

# %%
# Both keep between the two places where the unit could stay, and then fall to
# different ones. A step multiplies a small difference by
# :math:`w\,(1 - h_t^2)`; the mean logarithm of that is the rate of growth.

for name, by in {"edge": 0.0, "above": 0.1, "below": -0.1}.items():
    here = (high + by).requires_grad_()
    (slope,) = torch.autograd.grad(loss(two, here), here)
    rate = (two * (1 - read(two, here) ** 2)).log().mean().item()
    record.note(f"the_cliff/{name}", rate=rate, slope=abs(slope.item()))
    print(f"{name}: each step times {math.exp(rate):.2f}, slope {slope:.0e}")

# %%
# Descent, without clipping and with it
# -------------------------------------
# Plain gradient descent from 165 pairs :math:`(w, b)`, side by side.

STEPS = 400
starts = torch.cartesian_prod(
    torch.linspace(0, 3.5, 15).double(), torch.linspace(-1, 1.5, 11).double()
)


def descend(limit, learning_rate=0.1, n_steps=STEPS):
    """Return the pairs after each step, (step, pair, 2)."""
    path = [starts]
    for _ in range(n_steps):
        pairs = path[-1].clone().requires_grad_()
        (gradient,) = torch.autograd.grad(loss(*pairs.T).sum(), pairs)
        length = gradient.norm(dim=1, keepdim=True)
        shortened = gradient * (limit / length).clamp(max=1)
        path.append(path[-1] - learning_rate * shortened)
    return torch.stack(path)


# %%

paths = {"as_it_is": descend(math.inf), "clipped": descend(1.0)}
paths["slower"] = descend(math.inf, 0.02, 5 * STEPS)
longest = {n: of.diff(dim=0).norm(dim=2).amax(0) for n, of in paths.items()}
leap = longest["as_it_is"] > 1
for name, path in paths.items():
    arrived = (loss(*path[-1, leap].T) < 0.01).sum().item()
    leaps, most = (longest[name] > 1).sum().item(), longest[name].max().item()
    facts = {"leaps": leaps, "longest": most, "arrived": arrived}
    record.note(f"the_cliff/{name}", **facts)
    print(f"{name}: {leaps} leap, longest step {most:.2g}, {arrived} arrive")
drawn = {n.replace("_", " "): paths[n][:, leap] for n in list(paths)[:2]}
cliff.descents(w, b, loss(w, b), drawn)
plt.show()

# %%
# Drawn are the pairs that *leap* without clipping: take a step longer than 1
# :holds:`the_cliff/as_it_is longest > 3, the_cliff/as_it_is leaps > 4`. They
# go along the edge until they meet the wall, and where they land is luck.
# Clipped, no step is longer than the learning rate, and more of them arrive at
# a loss below 0.01 :holds:`the_cliff/clipped arrived > the_cliff/as_it_is
# arrived`. A fifth of the learning rate, and five times the steps, do not help
# by themselves: there are leaps again :holds:`the_cliff/slower longest > 1`.
#
# What to conclude
# ----------------
# - A loss can have a wall between gentle slopes. There small differences grow
#   step by step, beside it they shrink :holds:`the_cliff/edge rate > 0.3,
#   the_cliff/edge slope > 1e6, the_cliff/above rate < 0, the_cliff/above slope
#   < 1, the_cliff/below rate < 0, the_cliff/below slope < 1`.
# - On a wall, a gradient says which way is down, and nothing about how far to
#   go. Clipping keeps the one and limits the other.
# - The growth in whole networks, while they learn: :doc:`lyapunov_exponents`.
