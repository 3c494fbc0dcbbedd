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
- what the activation, the start and the training do to it;
- how long trained networks depend on their first input.

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
# Take 64 hidden units that read a second of a seizure, sample by sample.

import matplotlib.pyplot as plt
import pandas as pd
import torch
from matplotlib.colors import LogNorm

from lab_code import figures, record
from lab_code.gradients import norms_by_lag, state_jacobians
from lab_code.networks import RecurrentClassifier
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_sequences
from lab_code.sources import load
from lab_code.splits import split_by_moment
from lab_code.trial import train_and_test

figures.use_style()
set_seed(0)
seconds = load().seconds()
split = split_by_moment(seconds, seed=0)
scaled = Scaling.fit(seconds.samples[split.train])(seconds.samples)
seizure = split.test[seconds.labels[split.test] == 1][11]
x = to_sequences(scaled[[seizure]])[0].double()  # (step, feature)

HIDDEN = 64
U = torch.randn(HIDDEN, 1, dtype=torch.float64) / 20  # weak input at first
random = torch.randn(HIDDEN, HIDDEN, dtype=torch.float64)
random = random / torch.linalg.eigvals(random).abs().max()  # radius 1
orthogonal, _ = torch.linalg.qr(torch.randn_like(random))  # radius 1 as well
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

RADII = (0.5, 0.9, 1.0, 1.1, 1.5, 4.0)
starts = {
    "tanh": (random, "tanh"),
    "sigmoid": (random, "sigmoid"),
    "ReLU": (random, "ReLU"),
    "tanh, orthogonal start": (orthogonal, "tanh"),
}
shades = plt.get_cmap("plasma")(torch.linspace(0.3, 0.85, len(RADII)).numpy())
figure, axes = plt.subplots(2, 2, figsize=(6, 5), sharex=True, sharey=True)
after_50 = {radius: {} for radius in RADII}
for axis, (name, (W, activation)) in zip(
    axes.flat, starts.items(), strict=True
):
    for radius, shade in zip(RADII, shades, strict=True):
        curve = norms(radius * W, activation)
        axis.semilogy(curve, color=shade, label=f"{radius:g}")
        after_50[radius][name] = curve[50].item()
    axis.axhline(1, color=figures.INK, lw=0.6)
    axis.set(title=name, ylim=(1e-15, 1e15), yticks=[1e-10, 1, 1e10])
for axis in axes[1]:
    axis.set_xlabel("steps back (k)")
for axis in axes[:, 0]:
    axis.set_ylabel("norm of the gradient")
figure.legend(
    *axis.get_legend_handles_labels(),
    title="spectral radius",
    ncols=len(RADII),
    loc="outside lower center",
    columnspacing=1,
    handlelength=1.2,
)
table = pd.DataFrame(after_50)
said = "; ".join(
    f"{name}: {row[0.5]:.0e} at radius 0.5, {row[4.0]:.0e} at 4"
    for name, row in table.iterrows()
)
figure.set_label(f"Norm of the gradient 50 steps back. {said}.")
plt.show()

# %%
# The same 50 steps back, in numbers; the columns are the spectral radius:

sigmoid = {f"{10 * r:.0f}": norm for r, norm in table.loc["sigmoid"].items()}
record.note("vanishing_gradient/sigmoid", after_50=sigmoid)
table.map("{:.0e}".format)

# %%
# The input has a say as well. Made ten times as strong, it drives the tanh
# into its flat ends, where the slope is next to nothing:

back = [norms(1.1 * random, "tanh", s * x)[50].item() for s in (1, 10)]
for strength, norm in zip((1, 10), back, strict=True):
    print(
        f"input times {strength:>2}: "
        f"tanh, radius 1.1, 50 steps back: {norm:.0e}"
    )
record.note("vanishing_gradient/input", weak=back[0], strong=back[1])

# %%
# Before and after training
# -------------------------
# Start values are one thing, trained networks another. Train the three kinds
# of cell to name the class of a second from their *last* state, four samples a
# step, and measure again, on the mean over twenty seconds of the test part.


def mean_norms(network):
    """Return the geometric mean of the norms, over seconds; (lag,)."""
    some = split.test[:: len(split.test) // 20][:20]
    sequences = to_sequences(scaled[some], 4)
    return torch.stack(
        [
            norms_by_lag(state_jacobians(network.recurrent, sequence)).log()
            for sequence in sequences
        ]
    ).mean(dim=0)


cells = {"simple RNN": "rnn", "LSTM": "lstm", "GRU": "gru"}
networks, curves, answers = {}, {}, {}
for name, cell in cells.items():
    set_seed(0)
    networks[name] = RecurrentClassifier(4, 32, 5, cell)
    before = mean_norms(networks[name])
    trial = train_and_test(
        networks[name],
        seconds,
        split,
        samples_per_step=4,
        epochs=8,
        learning_rate=6e-3,
    )
    curves[name] = before.exp(), mean_norms(networks[name]).exp()
    answers[name] = trial.answers
    accuracy = trial.scores.accuracy
    print(f"{name}: accuracy {accuracy} after {trial.seconds:.0f} s")
    before, after = curves[name]
    record.note(
        f"vanishing_gradient/{cell}",
        before=before[-1].item(),
        after=after[-1].item(),
    )

# %%
# The simple network against the two others, in pairs: on the same seconds.

for name in ("LSTM", "GRU"):
    behind = answers[name].minus(answers["simple RNN"])
    print(f"{name} minus simple RNN: {behind}")
    record.note(f"vanishing_gradient/{name.lower()}_ahead", **vars(behind))

figure, axis = plt.subplots(figsize=(6, 3.6))
for name, (before, after) in curves.items():
    colour = figures.NETWORK_COLOURS[name]
    axis.semilogy(before, ":", color=colour)
    axis.semilogy(after, color=colour, label=name)
axis.plot([], [], ":", color=figures.INK, label="before training")
axis.set(
    xlabel="steps back (k)",
    ylabel="norm of the gradient",
    title="Before and after training on seizures",
)
axis.legend(ncols=2)
said = "; ".join(
    f"{name} {before[-1]:.0e} before, {after[-1]:.0e} after"
    for name, (before, after) in curves.items()
)
figure.set_label(f"Norm of the gradient 44 steps back: {said}.")
plt.show()
print(said)

# %%
# How long is the first input remembered?
# ---------------------------------------
# The same in the manner of Graves (2012, chapter 4): the network unfolded,
# each node shaded by how much it depends on the first input, relative to the
# most. Graves drew the shades; these are measured.

one = to_sequences(scaled[[seizure]], 4)[:, :16]
figure, axis = plt.subplots(figsize=(6, 2.2))
said = []
for row, name in enumerate(cells):
    first = one[0, :1].clone().requires_grad_()

    def states(first, name=name):
        return networks[name].recurrent(torch.cat([first, one[0, 1:]]))[0]

    jacobian = torch.autograd.functional.jacobian(states, first)
    size = jacobian.flatten(1).norm(dim=1)
    shade = size / size.max()
    points = axis.scatter(
        range(1, 17),
        [row] * 16,
        s=180,
        c=shade,
        cmap="cividis_r",
        norm=LogNorm(1e-4, 1),
        edgecolors=figures.INK,
        lw=0.5,
    )
    last = int((shade > 0.01).nonzero().max()) + 1
    said.append(f"{name} until step {last}")
axis.set_yticks(range(3), cells)
axis.set(
    xlabel="step",
    ylim=(2.6, -0.6),
    title="How much each state depends on the first input",
)
figure.colorbar(points, label="relative")
said = "above 1% of its highest: " + ", ".join(said)
figure.set_label(f"Dependence of 16 hidden states on the first input, {said}.")
plt.show()
print(said)

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
# - Training moves the factors. Before it all three forget
#   :holds:`vanishing_gradient/rnn before < 1e-6, vanishing_gradient/lstm
#   before < 1e-6, vanishing_gradient/gru before < 1e-6`.
#   In the trained LSTM and GRU a state 44 steps back still counts much, in the
#   trained simple network far less
#   :holds:`vanishing_gradient/lstm after > 10 * vanishing_gradient/rnn after,
#   vanishing_gradient/gru after > 10 * vanishing_gradient/rnn after`,
#   and that network is less often right
#   :holds:`vanishing_gradient/lstm_ahead low > 0, vanishing_gradient/gru_ahead
#   low > 0`.
# - Against vanishing, a better cell helps. Against exploding there is a cheap
#   remedy: :doc:`clip_the_gradient`.
