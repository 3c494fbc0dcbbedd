"""
The vanishing gradient, measured
================================

A network learns from the past only what its gradient brings back from there.
On the way back the gradient is multiplied by one matrix a step. Fifty factors
a little below one make nearly nothing, fifty a little above one a great deal:
the gradient *vanishes* or *explodes*. Textbooks draw this; here it is
measured.

**What you will learn**

- how the gradient between two states changes with the steps between them;
- what the activation, the start and the input do to it.

**Before you start**: read :doc:`/chapters/vanishing_gradients`, and do the lab
:doc:`unfold_and_backpropagate`. You need eigenvalues and norms.
"""

# %%
# One factor a step
# -----------------
# For :math:`h_t = \varphi(U x_t + W h_{t-1})` the chain rule gives
#
# .. math::
#
#    \frac{\partial h_T}{\partial h_{T-k}} = J_T J_{T-1} \cdots J_{T-k+1},
#    \qquad
#    J_t = \mathrm{diag}\bigl(\varphi'(U x_t + W h_{t-1})\bigr)\, W .
#
# Each factor has two parts: the slope of the activation, which is at most 1
# for tanh and ReLU and at most 1/4 for the sigmoid, and the matrix :math:`W`.
# The *spectral radius* of :math:`W`, its largest eigenvalue in absolute value,
# says how much :math:`W` alone stretches in the long run.
#
# The input is a second of a seizure, sample by sample.

import matplotlib.pyplot as plt
import pandas as pd
import torch

from lab_code import figures, record
from lab_code.figures import gradients as draw
from lab_code.gradients import norms_by_lag
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_sequences
from lab_code.sources import load
from lab_code.splits import split_by_moment

figures.use_style()
set_seed(0)
seconds = load().seconds()
split = split_by_moment(seconds, seed=0)
scaling = Scaling.fit(seconds.samples[split.train])
seizure = split.test[seconds.labels[split.test] == 1][11]
second = scaling(seconds.samples[[seizure]])
x = to_sequences(second)[0].double()  # (step, feature)

# %%
# It is read by 64 hidden units, with one of three activations.

HIDDEN = 64
U = torch.randn(HIDDEN, 1, dtype=torch.float64) / 20  # weak input at first
activations = {
    "tanh": (torch.tanh, lambda a: 1 - torch.tanh(a) ** 2),
    "sigmoid": (torch.sigmoid, lambda a: torch.sigmoid(a) * torch.sigmoid(-a)),
    "ReLU": (torch.relu, lambda a: (a > 0).double()),
}


def norms(W, activation, x=x):
    """Return the norm of dh_T / dh_(T-k) for k = 0, 1, ..., 100."""
    phi, slope = activations[activation]
    h, jacobians = torch.zeros(HIDDEN, dtype=torch.float64), []
    for x_t in x[:100]:
        a = U @ x_t + W @ h
        h = phi(a)
        jacobians.append(slope(a)[:, None] * W)
    return norms_by_lag(torch.stack(jacobians))


# %%
# Four panels, one line for each spectral radius. The scale is logarithmic: a
# straight line is decay, or growth, by the same factor with every step.

random = torch.randn(HIDDEN, HIDDEN, dtype=torch.float64)
random = random / torch.linalg.eigvals(random).abs().max()  # radius 1
orthogonal, _ = torch.linalg.qr(torch.randn_like(random))  # radius 1 as well
starts = {
    "tanh": (random, "tanh"),
    "sigmoid": (random, "sigmoid"),
    "ReLU": (random, "ReLU"),
    "tanh, orthogonal start": (orthogonal, "tanh"),
}
RADII = (0.5, 0.9, 1.0, 1.1, 1.5, 4.0)
curves = {
    name: {radius: norms(radius * W, activation) for radius in RADII}
    for name, (W, activation) in starts.items()
}
draw.norms_by_radius(curves)
plt.show()

# %%
# What is left 50 steps back, in numbers; the columns are the spectral radius:

left = {
    name: {r: c[50].item() for r, c in of.items()}
    for name, of in curves.items()
}
record.note(
    "vanishing_gradient/sigmoid",
    after_50={f"{10 * r:.0f}": norm for r, norm in left["sigmoid"].items()},
)
pd.DataFrame(left).T.map("{:.0e}".format)

# %%
# The input has a say as well. Made ten times as strong, it drives the tanh
# into its flat ends, where the slope is next to nothing:

weak, strong = (norms(1.1 * random, "tanh", s * x)[50] for s in (1, 10))
print(f"tanh, radius 1.1, 50 steps back: {weak:.0e}")
print(f"with ten times the input:        {strong:.0e}")
record.note("vanishing_gradient/input", weak=weak, strong=strong)

# %%
# What to conclude
# ----------------
# - On its way back a gradient is multiplied by one factor a step: it decays or
#   grows exponentially, and only a narrow band of start values does neither.
# - The spectral radius alone does not decide. The slope of the activation
#   counts too: the sigmoid's is so small that even a radius of 4 decays
#   :holds:`vanishing_gradient/sigmoid after_50.40 < 1e-4`, a ReLU that
#   is off passes nothing back, and strong input flattens the tanh
#   :holds:`vanishing_gradient/input weak > 100 * vanishing_gradient/input
#   strong`.
# - Against exploding there is a cheap remedy: :doc:`clip_the_gradient`.
#   Against vanishing, a better cell helps: :doc:`gradient_after_training`.
