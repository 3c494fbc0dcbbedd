"""
Unfold and back-propagate: the gradient by hand
===============================================

A recurrent network is a feed-forward network that uses the same weights again
at every step. Unfold it over time and ordinary back-propagation gives its
gradient: *back-propagation through time*. Here it is written out, without
autograd, and then compared with autograd.

**What you will learn**

- the forward pass of a recurrent network, step by step;
- its gradient, from the last step back to the first;
- what is lost when one stops going back after a few steps (*truncation*).

**Before you start**: read :doc:`/chapters/recurrence` and
:doc:`/chapters/backpropagation_through_time`. You need the chain rule, matrix
products, softmax and cross-entropy. The notation is that of Goodfellow, Bengio
and Courville, *Deep Learning* (2016), chapter 10.
"""

# %%
# The task
# --------
# Predict the next move of an EEG: read a seizure, four samples a step, and say
# after every step whether the mean of the next one will be higher or lower.
# This is *many-to-many*: there is an answer, and a loss, at every step.

import matplotlib.pyplot as plt
import torch
from torch.nn.functional import cross_entropy, one_hot

from lab_code import figures, record
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_sequences
from lab_code.sources import load

figures.use_style()
set_seed(0)
seconds = load().seconds()
samples = seconds.samples[seconds.labels == 1]
sequences = to_sequences(Scaling.fit(samples)(samples), 4).double()
rises = sequences.mean(dim=2).diff(dim=1) > 0
inputs, targets = sequences[:, :-1], rises.long()
print("inputs (batch, step, feature):", tuple(inputs.shape))
print("targets (batch, step):        ", tuple(targets.shape))

# %%
# Forward
# -------
# At step :math:`t` the network reads :math:`x_t` and its own state
# :math:`h_{t-1}`, and computes a new state, an output and a loss:
#
# .. math::
#
#    h_t &= \tanh(U x_t + W h_{t-1} + b) \\
#    o_t &= V h_t + d \\
#    L &= \sum_t L_t, \qquad L_t = \text{cross-entropy}(o_t, y_t)
#
# The same :math:`U`, :math:`W` and :math:`V` serve at every step.

n_features, n_hidden, n_classes = 4, 16, 2
U = 0.3 * torch.randn(n_hidden, n_features, dtype=torch.float64)
W = 0.2 * torch.randn(n_hidden, n_hidden, dtype=torch.float64)
V = 0.3 * torch.randn(n_classes, n_hidden, dtype=torch.float64)
b = torch.zeros(n_hidden, dtype=torch.float64)
d = torch.zeros(n_classes, dtype=torch.float64)


def forward(x, y):
    """Return the states h_0, h_1, ..., the outputs, and the loss."""
    h = [torch.zeros(n_hidden, dtype=torch.float64)]
    o, loss = [], 0.0
    for x_t, y_t in zip(x, y, strict=True):
        h.append(torch.tanh(U @ x_t + W @ h[-1] + b))
        o.append(V @ h[-1] + d)
        loss = loss + cross_entropy(o[-1], y_t)
    return h, o, loss


x, y = inputs[0], targets[0]
h, o, loss = forward(x, y)
print(f"{len(x)} steps, loss {loss:.3f}")

# %%
# Backward
# --------
# A state touches the loss in two ways: through the output of its own step, and
# through the next state. So its gradient is a sum of two, and has to be
# computed from the last step to the first:
#
# .. math::
#
#    \frac{\partial L}{\partial o_t} &= \mathrm{softmax}(o_t) - y_t \\
#    \frac{\partial L}{\partial h_t} &= V^\top \frac{\partial L}{\partial o_t}
#      + W^\top \delta_{t+1} \\
#    \delta_t &= (1 - h_t^2) \odot \frac{\partial L}{\partial h_t}
#
# where :math:`\delta_t` is the gradient before the tanh. Each weight was used
# at every step, so its gradient is a sum over all steps.


def backward(x, y, h, o):
    """Return the gradients of U, W, V, b and d."""
    dU, dW, dV = (torch.zeros_like(matrix) for matrix in (U, W, V))
    db, dd = torch.zeros_like(b), torch.zeros_like(d)
    delta_next = torch.zeros(n_hidden, dtype=torch.float64)
    for t in reversed(range(len(x))):
        state, before = h[t + 1], h[t]
        do = torch.softmax(o[t], dim=0) - one_hot(y[t], n_classes)
        dh = V.T @ do + W.T @ delta_next
        delta = (1 - state**2) * dh
        dU += torch.outer(delta, x[t])
        dW += torch.outer(delta, before)
        dV += torch.outer(do, state)
        db += delta
        dd += do
        delta_next = delta
    return dU, dW, dV, db, dd


by_hand = backward(x, y, h, o)

# %%
# Autograd does the same. The two agree but for rounding:

weights = (U, W, V, b, d)
for weight in weights:
    weight.requires_grad_()
automatic = torch.autograd.grad(forward(x, y)[2], weights)
for name, ours, theirs in zip("UWVbd", by_hand, automatic, strict=True):
    difference = (ours - theirs).abs().max().item()
    print(f"d{name}: largest difference {difference:.0e}")
    assert difference < 1e-10

# %%
# Truncation
# ----------
# Going back to the first step for every loss takes time and memory that grow
# with the sequence. *Truncated* back-propagation stops after :math:`k` steps.
# How much of the gradient is lost? Take the part of
# :math:`\partial L / \partial W` that goes back exactly :math:`0, 1, 2, ...`
# steps, each on its own:


@torch.no_grad()
def parts_of_dW(x, y):
    """Return the gradient of W by lag: (step, hidden, hidden)."""
    h, o, _ = forward(x, y)
    parts = torch.zeros(len(x), n_hidden, n_hidden, dtype=torch.float64)
    for t in range(len(x)):
        dh = V.T @ (torch.softmax(o[t], dim=0) - one_hot(y[t], n_classes))
        for lag in range(t + 1):
            delta = (1 - h[t - lag + 1] ** 2) * dh
            parts[lag] += torch.outer(delta, h[t - lag])
            dh = W.T @ delta
    return parts


parts = parts_of_dW(x, y)
assert (parts.sum(dim=0) - by_hand[1]).abs().max() < 1e-10


def lost(parts):
    """Return the share of the gradient that is lost, for each truncation."""
    whole = parts.sum(dim=0)
    kept = parts.cumsum(dim=0)
    return (kept - whole).norm(dim=(1, 2)) / whole.norm()


# %%
# Before training, and after: train all weights for a while, with autograd, on
# batches of seizures.


def batch_loss(x, y):
    """Return the mean loss of a step; x is (batch, step, feature)."""
    h, loss = torch.zeros(len(x), n_hidden, dtype=torch.float64), 0.0
    for x_t, y_t in zip(x.unbind(1), y.unbind(1), strict=True):
        h = torch.tanh(x_t @ U.T + h @ W.T + b)
        loss = loss + cross_entropy(h @ V.T + d, y_t)
    return loss / x.shape[1]


examples = range(0, len(inputs), len(inputs) // 20)


def mean_lost():
    return torch.stack(
        [lost(parts_of_dW(inputs[i], targets[i])) for i in examples]
    ).mean(dim=0)


curves = {"before training": mean_lost()}
optimiser = torch.optim.Adam(weights, lr=0.01)
first = batch_loss(inputs, targets).item()
for _ in range(300):
    batch = torch.randint(len(inputs), (64,))
    optimiser.zero_grad()
    batch_loss(inputs[batch], targets[batch]).backward()
    optimiser.step()
print(f"loss of a step: {first:.3f}, then {batch_loss(inputs, targets):.3f}")
curves["after training"] = mean_lost()

# %%
# The more steps back, the less is lost; how much depends on the weights.

figure, axis = plt.subplots(figsize=(6, 3.4))
colours = ["#8C8C8C", "#0072B2"]
for (name, curve), colour in zip(curves.items(), colours, strict=True):
    axis.semilogy(range(30), curve[:30], ".-", color=colour, label=name)
axis.set(
    xlabel="steps that the gradient goes back (k)",
    ylabel="share lost of the gradient of W",
    title="What truncation loses, mean over seizure seconds",
)
axis.legend()
said = [
    f"{name}: {curve[2]:.1%} lost at k = 2, {curve[10]:.1%} at k = 10"
    for name, curve in curves.items()
]
figure.set_label(f"Share of the gradient lost. {'; '.join(said)}.")
plt.show()
print("\n".join(said))
for name, curve in curves.items():
    record.note(
        f"unfold_and_backpropagate/{name.replace(' ', '_')}",
        lost={str(k): curve[k].item() for k in (2, 10, 20)},
    )

# %%
# What to conclude
# ----------------
# - Unfolded over time, a recurrent network is a deep network whose layers
#   share their weights. The gradient of a shared weight is the sum of its
#   gradients at all steps.
# - It takes few lines, and autograd gives the same but for rounding.
# - Steps further back add less: the share that truncation loses falls fast
#   :holds:`unfold_and_backpropagate/after_training lost.2 > 3 *
#   unfold_and_backpropagate/after_training lost.10,
#   unfold_and_backpropagate/after_training lost.10 > 3 *
#   unfold_and_backpropagate/after_training lost.20`.
#   Cut off after a few steps, the trained network loses more than the new one
#   :holds:`unfold_and_backpropagate/after_training lost.2 > 1.5 *
#   unfold_and_backpropagate/before_training lost.2`:
#   it has learnt to use what came before.
