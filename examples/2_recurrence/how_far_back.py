r"""
How far back does training reach?
=================================

A simple network has to recall a mark, while EEG goes by. What can it be taught
if the way back is cut after :math:`k` steps? And *real-time recurrent
learning* (Williams and Zipser, 1989) never goes back: what does that cost?

**What you will learn**

- what truncation keeps from being learnt, and what it does not;
- to compute the whole gradient forward, and what that costs.

**Before you start**: read :doc:`/chapters/backpropagation_through_time`, and
do the lab :doc:`unfold_and_backpropagate`.
"""

# %%
# Recall a mark
# -------------
# A second of EEG is 44 steps of four samples. A fifth feature is 0, but at one
# step it is a mark, 1 or -1. Which, is asked at the end, after a *wait*.

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as loss_of
from torch.utils.flop_counter import FlopCounterMode

from lab_code import figures, record
from lab_code.figures import truncation as draw
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_sequences
from lab_code.sources import load
from lab_code.splits import split_by_moment

figures.use_style()
seconds = load().seconds()
split = split_by_moment(seconds, seed=0)
scaling = Scaling.fit(seconds.samples[split.train])
eeg = to_sequences(scaling(seconds.samples), 4)
STEPS = 200

# %%
# The exam has seconds of other moments than the lessons.


def with_marks(items, n, waits):
    """Return sequences (batch, step, 5), and their marks as 0 or 1."""
    items = items[torch.randint(len(items), (n,)).numpy()]
    wait = torch.tensor(waits)[torch.randint(len(waits), (n,))]
    y, marks = torch.randint(2, (n,)).float(), torch.zeros(n, 44, 1)
    marks[torch.arange(n), 43 - wait, 0] = 2 * y - 1
    return torch.cat([eeg[items], marks], dim=2), y


# %%
# The state goes through all steps, the gradient through the last :math:`k`.


def train(k, waits):
    """Return a network that has learnt from gradients of k steps."""
    set_seed(0)
    recurrent, answer = nn.RNN(5, 16, batch_first=True), nn.Linear(16, 1)
    weights = [*recurrent.parameters(), *answer.parameters()]
    optimiser = torch.optim.Adam(weights, lr=0.01)
    for _ in range(STEPS):
        x, y = with_marks(split.train, 32, waits)
        h = recurrent(x[:, :-k])[1].detach() if k < 44 else None
        states, _ = recurrent(x[:, -k:], h)
        optimiser.zero_grad()
        loss_of(answer(states[:, -1])[:, 0], y).backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
    return lambda x: answer(recurrent(x)[0][:, -1])[:, 0]


# %%
# Three lessons: waits of ten steps, of five to ten, of none to ten. The exam
# is a wait of ten. If :math:`k` is ten or less, such a mark is behind the cut.

LESSONS = {"10": [10], "5 to 10": range(5, 11), "0 to 10": range(11)}
set_seed(1)
exam, marks = with_marks(split.test, 1000, [10])
curves = {lesson: {} for lesson in LESSONS}
for lesson, waits in LESSONS.items():
    for k in (1, 5, 10, 11, 44):
        right = (train(k, list(waits))(exam) > 0) == (marks == 1)
        curves[lesson][k] = right.float().mean().item()
    by_k = {f"k_{k}": curves[lesson][k] for k in curves[lesson]}
    record.note(f"how_far_back/{lesson}".replace(" ", "_"), **by_k)
draw.recalled(curves)
plt.show()

# %%
# Forward only
# ------------
# Let :math:`P_t = \partial h_t / \partial \theta`, with
# :math:`\theta = [W\ U\ b]`. A step adds what the weights do now; what they
# did before goes through :math:`W`. Each step has the gradient of its loss.


def real_time(theta, v, x, y):
    n, h, gradient = len(theta), x.new_zeros(1, len(theta)), 0
    P = x.new_zeros(n, *theta.shape)
    for x_t in x:
        z = torch.cat([h, x_t], dim=1)  # x_t has a 1 at its end, for b
        h = torch.tanh(z @ theta.T)
        P = torch.tensordot(theta[:, :n], P, 1)  # before: through W
        P[range(n), range(n)] += z  # now: row i of theta moves unit i
        P *= (1 - h[0] ** 2)[:, None, None]
        gradient += torch.tensordot((torch.sigmoid(h @ v) - y) * v, P, 1)
    return gradient, P.numel()


# %%
# Autograd goes back, and keeps at least the states. Is the gradient the same?

x = torch.cat([exam[0], torch.ones(44, 1)], dim=1).double()[:, None]
y, cost = marks[0].double(), {}
for n in (8, 16, 32, 64):
    theta = torch.randn(n, n + 6).double().div(n**0.5).requires_grad_()
    h, v = [x.new_zeros(1, n)], torch.randn(n).double()
    with FlopCounterMode(display=False) as back:
        for x_t in x:
            z = torch.cat([h[-1], x_t], dim=1)
            h.append(torch.tanh(z @ theta.T))
        loss_of(torch.cat(h[1:]) @ v, y.expand(44), reduction="sum").backward()
    with torch.no_grad(), FlopCounterMode(display=False) as ahead:
        gradient, kept = real_time(theta, v, x, y)
    off = ((gradient - theta.grad).norm() / gradient.norm()).item()
    print(f"{n} units: relative difference {off:.0e}")
    assert off < 1e-10
    products = [one.get_total_flops() / 2 for one in (back, ahead)]
    cost[n] = {"numbers": (44 * n, kept), "products": products}
record.note("how_far_back/products", back=products[0], ahead=products[1])
draw.cost(cost)
plt.show()

# %%
# What to conclude
# ----------------
# - Waits of ten alone are learnt with eleven steps back, and not with ten
#   :holds:`how_far_back/10 k_11 > 1.4 * how_far_back/10 k_10`.
# - Short waits teach it to keep, and what is kept lasts more than :math:`k`
#   steps. After waits of 0 to 10, one is enough :holds:`how_far_back/0_to_10
#   k_1 > 1.4 * how_far_back/10 k_10`; after 5 to 10, ten
#   :holds:`how_far_back/5_to_10 k_10 > 1.4 * how_far_back/10 k_10`.
# - Real-time recurrent learning has the same gradient and no past, at a price
#   :holds:`how_far_back/products ahead > 500 * how_far_back/products back`.
