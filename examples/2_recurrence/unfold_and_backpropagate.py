"""
Unfold and back-propagate: the gradient by hand
===============================================

A recurrent network is a feed-forward network that uses the same weights again
at every step. Unfold it over time and ordinary back-propagation gives its
gradient: *back-propagation through time*. Here it is written out by hand.

**What you will learn**

- the forward pass of a recurrent network, and its gradient, step by step;
- what is lost when one stops going back after a few steps (*truncation*).

**Before you start**: read :doc:`/chapters/recurrence` and
:doc:`/chapters/backpropagation_through_time`. You need the chain rule, softmax
and cross-entropy. The notation is that of Goodfellow et al. (2016, ch. 10).
"""

# %%
# The task
# --------
# Read a seizure, four samples a step, and say after each whether the mean of
# the next is higher: *many-to-many*, an answer and a loss at every step.

import matplotlib.pyplot as plt
import torch
from torch.nn.functional import cross_entropy, one_hot

from lab_code import figures, record, seeds, sources
from lab_code.figures import gradients as draw
from lab_code.sequences import Scaling, to_sequences

figures.use_style()
seeds.set_seed(0)
seconds = sources.load().seconds()
samples = seconds.samples[seconds.labels == 1]
sequences = to_sequences(Scaling.fit(samples)(samples), 4).double()
inputs = sequences[:, :-1]  # (batch, step, feature)
targets = (sequences.mean(dim=2).diff(dim=1) > 0).long()  # (batch, step)

# %%
# Forward
# -------
# The state is :math:`h_t = \tanh(U x_t + W h_{t-1} + b)`, the output
# :math:`s_t = V h_t + d`, and the loss is the sum of the cross-entropies of
# all steps. The same weights serve at every step.

U = 0.3 * torch.randn(16, 4, dtype=torch.float64)
W = 0.2 * torch.randn(16, 16, dtype=torch.float64)
V = 0.3 * torch.randn(2, 16, dtype=torch.float64)
weights = U, W, V, b, d = U, W, V, U.new_zeros(16), U.new_zeros(2)


def forward(x, y):
    """Return the states h_0, h_1, ..., the outputs, and the loss."""
    h, s, loss = [x.new_zeros(*x.shape[1:-1], 16)], [], 0.0
    for x_t, y_t in zip(x, y, strict=True):
        h.append(torch.tanh(x_t @ U.T + h[-1] @ W.T + b))
        s.append(h[-1] @ V.T + d)
        loss = loss + cross_entropy(s[-1], y_t)
    return torch.stack(h), torch.stack(s), loss


# %%
# Backward
# --------
# A state touches the loss through the output of its own step and through the
# next state: its gradient is a sum of two, computed from the last step to the
# first. Before the tanh it is :math:`\delta_t = (1 - h_t^2) \odot (V^\top
# (\mathrm{softmax}(s_t) - y_t) + W^\top \delta_{t+1})`. Each weight was used
# at every step: its gradient is a sum over all steps. Autograd agrees.


def backward(x, y):
    """Return the gradients of U, W, V, b and d."""
    h, s, _ = forward(x, y)
    ds = torch.softmax(s, dim=1) - one_hot(y, 2)
    delta = torch.zeros_like(h)  # after the last step: zero
    for t in reversed(range(len(x))):  # h[t + 1] is the state after x[t]
        delta[t] = (1 - h[t + 1] ** 2) * (V.T @ ds[t] + W.T @ delta[t + 1])
    delta = delta[:-1]
    return delta.T @ x, delta.T @ h[:-1], ds.T @ h[1:], delta.sum(0), ds.sum(0)


by_hand = backward(inputs[0], targets[0])
for weight in weights:
    weight.requires_grad_()
automatic = torch.autograd.grad(forward(inputs[0], targets[0])[2], weights)
for name, ours, theirs in zip("UWVbd", by_hand, automatic, strict=True):
    print(f"d{name}: largest difference {(ours - theirs).abs().max():.0e}")
    assert torch.allclose(ours, theirs, rtol=0, atol=1e-10)

# %%
# Truncation
# ----------
# To go back to the first step for every loss takes time and memory.
# *Truncated* back-propagation stops after :math:`k` steps. What is lost of the
# gradient of :math:`W`? Take the parts that go back exactly 0, 1, ... steps.


@torch.no_grad()
def lost(x, y):
    """Return the share of dW that is lost, for each truncation: (step,)."""
    h, s, _ = forward(x, y)
    parts = torch.zeros(len(x), *W.shape, dtype=W.dtype)
    for t in range(len(x)):
        dh = V.T @ (torch.softmax(s[t], dim=0) - one_hot(y[t], 2))
        for lag in range(t + 1):
            delta = (1 - h[t - lag + 1] ** 2) * dh
            parts[lag] += torch.outer(delta, h[t - lag])
            dh = W.T @ delta
    whole = parts.sum(dim=0)
    return (parts.cumsum(dim=0) - whole).norm(dim=(1, 2)) / whole.norm()


# %%
# Measure it before training and after, on the mean of some twenty seconds. The
# more steps back, the less is lost; how much depends on the weights.

curves, some = {}, range(0, len(inputs), len(inputs) // 20)
optimiser = torch.optim.Adam(weights, lr=0.01)
for when, n_batches in (("before", 0), ("after", 300)):
    for _ in range(n_batches):
        batch = torch.randint(len(inputs), (64,))
        steps = inputs[batch].transpose(0, 1), targets[batch].T  # steps first
        optimiser.zero_grad()
        (forward(*steps)[2] / inputs.shape[1]).backward()
        optimiser.step()
    loss = forward(inputs.transpose(0, 1), targets.T)[2] / inputs.shape[1]
    print(f"{when} training: loss of a step {loss:.3f}")
    each = torch.stack([lost(inputs[i], targets[i]) for i in some])
    curves[when] = each.mean(dim=0)
    shares = {str(k): curves[when][k].item() for k in (2, 10, 20)}
    record.note(f"unfold_and_backpropagate/{when}_training", lost=shares)
draw.lost_by_truncation(curves)
plt.show()

# %%
# What to conclude
# ----------------
# - Unfolded over time, a recurrent network is a deep network whose layers
#   share their weights: their gradient is the sum of those at all steps.
# - Steps further back add less: the share that truncation loses falls fast
#   :holds:`unfold_and_backpropagate/after_training lost.2 > 3 *
#   unfold_and_backpropagate/after_training lost.10,
#   unfold_and_backpropagate/after_training lost.10 > 3 *
#   unfold_and_backpropagate/after_training lost.20`. Cut off after a few
#   steps, the trained network loses more than the new one, having learnt to
#   use what came before :holds:`unfold_and_backpropagate/after_training lost.2
#   > 1.5 * unfold_and_backpropagate/before_training lost.2`.
