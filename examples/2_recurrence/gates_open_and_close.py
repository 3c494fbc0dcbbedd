"""
Gates open and close
====================

An LSTM has three gates for each unit: one lets the new in, one lets the old
stay, one lets it be seen. A GRU has two. Each is a number between 0, shut, and
1, open, at every step. Watch them in trained networks: first on a task that
asks to keep one number, then on a second of a seizure.

**What you will learn**

- to read the gates out of a trained network, step by step;
- what is remembered while they stay shut, and what the gradient does then;
- that gates on real signals are less tidy than in textbooks.

**Before you start**: read :doc:`/chapters/gated_units`, which has the
equations of the LSTM and the GRU (:mod:`lab_code.cells` has them in code), and
do the lab :doc:`vanishing_gradient`.
"""

# %%
# Store and recall
# ----------------
# Numbers between -1 and 1 go by. When the *store* mark is set, remember the
# number; when, some steps later, the *recall* mark is set, say it. At all
# other steps say 0. With four units there is little room. The LSTM starts
# with its forget gates open (a bias of 3): what it holds then stays for a
# while from the beginning, and it can find out that this is of use (Gers et
# al. 2000). Leave that line out and see what it learns in the same time.

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

from lab_code import cells, figures, record
from lab_code.networks import RecurrentClassifier
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_sequences
from lab_code.sources import load
from lab_code.splits import split_by_moment
from lab_code.trial import train_and_test

figures.use_style()
N_STEPS = 25


def store_and_recall(n_sequences):
    """Return sequences (batch, step, 3) and targets (batch, step)."""
    rows = torch.arange(n_sequences)
    stored_at = torch.randint(1, 8, (n_sequences,))
    recalled_at = torch.randint(12, N_STEPS, (n_sequences,))
    sequences = torch.zeros(n_sequences, N_STEPS, 3)
    sequences[..., 0] = torch.rand(n_sequences, N_STEPS) * 2 - 1
    sequences[rows, stored_at, 1] = 1
    sequences[rows, recalled_at, 2] = 1
    targets = torch.zeros(n_sequences, N_STEPS)
    targets[rows, recalled_at] = sequences[rows, stored_at, 0]
    return sequences, targets


STEPS = 1500
networks = {}
for name, cell in {"LSTM": nn.LSTM, "GRU": nn.GRU}.items():
    set_seed(0)
    recurrent, answer = cell(3, 4, batch_first=True), nn.Linear(4, 1)
    if name == "LSTM":
        # four units for each gate: input, forget, cell, output
        recurrent.bias_ih_l0.data[4:8] = 3
    weights = [*recurrent.parameters(), *answer.parameters()]
    optimiser = torch.optim.Adam(weights, lr=0.02)
    for _ in range(STEPS):
        sequences, targets = store_and_recall(100)
        errors = (answer(recurrent(sequences)[0])[..., 0] - targets) ** 2
        optimiser.zero_grad()
        errors.mean().backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
    networks[name] = recurrent
    at_recall = sequences[..., 2] == 1
    guessing = targets[at_recall].var()
    print(
        f"{name}: squared error at recall {errors[at_recall].mean():.4f}, "
        f"always saying 0: {guessing:.3f}"
    )

# %%
# Watch one sequence
# ------------------
# This is Graves's second picture (2012, chapter 4), measured: gates that keep
# a memory, and the gradient that lives on with it.
#
# ``cells.unroll`` computes the same states as torch, equation by equation, and
# keeps the gates. Beside them stands how much the state still depends on the
# stored number: the norm of :math:`\partial s_t / \partial x`, where
# :math:`x` is the number at the step of storing.

sequences, _ = store_and_recall(1)
sequences[0, :, 1:] = 0
STORE, RECALL = 5, 19
sequences[0, STORE, 1] = sequences[0, RECALL, 2] = 1
sequences[0, STORE, 0] = 0.8


def kept(recurrent, number):
    """Return all states and gates, as a function of the stored number."""
    changed = torch.cat(
        [
            sequences[0, :STORE, 0],
            number[None],
            sequences[0, STORE + 1 :, 0],
        ]
    )
    inputs = torch.cat([changed[:, None], sequences[0, :, 1:]], dim=1)
    return cells.unroll(recurrent, inputs[None])


def remembered(recurrent):
    """Return the norm of the derivative of the state, step by step."""
    state = "cell" if isinstance(recurrent, nn.LSTM) else "hidden"
    derivative = torch.autograd.functional.jacobian(
        lambda number: kept(recurrent, number)[state][0], torch.tensor(0.8)
    )
    return derivative.norm(dim=1)


rows = {"LSTM": ["input", "forget", "output"], "GRU": ["reset", "update"]}
figure, axes = plt.subplots(
    4,
    2,
    figsize=(6, 5.8),
    sharex=True,
    sharey="row",
    height_ratios=[1, 1, 1, 1.2],
)
said, remains = [], {}
for column, (name, recurrent) in zip(axes.T, networks.items(), strict=True):
    with torch.no_grad():
        watched = kept(recurrent, torch.tensor(0.8))
    for axis, gate in zip(column, rows[name], strict=False):
        axis.imshow(
            watched[gate][0].T.numpy(),
            aspect="auto",
            cmap="cividis",
            vmin=0,
            vmax=1,
            interpolation="nearest",
        )
        axis.set(yticks=[], title=f"{name}: {gate} gate", ylabel="unit")
    curve = remembered(recurrent)
    column[3].plot(curve, color=figures.CELL_COLOUR)
    column[3].set(xlabel="step", title="how much the number still counts")
    for step, what in ((STORE, "store"), (RECALL, "recall")):
        column[3].axvline(step, color=figures.INK, lw=0.8, ls=":")
        column[3].text(step + 0.2, 0.05, what, fontsize=9)
    remains[name.lower()] = (curve[RECALL - 1] / curve[STORE]).item()
    said.append(f"{name}: {remains[name.lower()]:.0%}")
axes[2, 1].set_axis_off()
figure.set_label(
    "Gates of a trained LSTM and GRU, dark is shut and bright is open. Of "
    f"how much the number counted when stored, it counts just before recall: "
    f"{', '.join(said)}."
)
plt.show()
print("just before recall, relative to storing:", ", ".join(said))
record.note("gates_open_and_close/before_recall", **remains)

# %%
# A second of a seizure
# ---------------------
# Now the cells learn to name the class of a second of EEG from their last
# state, four samples a step, and read one second of a seizure that they have
# not heard. What decides how long a unit remembers is the forget gate of the
# LSTM and the update gate of the GRU: a unit whose gate is :math:`f` keeps the
# share :math:`f` of its state, so it forgets within about :math:`1 / (1 - f)`
# steps.

seconds = load().seconds()
split = split_by_moment(seconds, seed=0)
scaled = Scaling.fit(seconds.samples[split.train])(seconds.samples)
seizures = split.test[seconds.labels[split.test] == 1]
one = scaled[[seizures[11]]]
keeping = {"LSTM": "forget", "GRU": "update"}
figure, axes = plt.subplots(
    3, 1, figsize=(6, 5.2), sharex=True, height_ratios=[1, 1.6, 1.6]
)
axes[0].plot(
    np.arange(176) / 4,
    one[0, :176],
    color=figures.CLASS_COLOURS["seizure"],
    lw=1,
)
axes[0].set(title="The second, scaled", yticks=[])
height = to_sequences(one, 4)[0].mean(dim=1)
crest = height > height.quantile(0.8)  # the highest fifth of the steps
said = []
for axis, name in zip(axes[1:], keeping, strict=True):
    set_seed(0)
    network = RecurrentClassifier(4, 32, 5, name.lower())
    trial = train_and_test(
        network,
        seconds,
        split,
        samples_per_step=4,
        epochs=8,
        learning_rate=6e-3,
    )
    with torch.no_grad():
        gates = cells.unroll(network.recurrent, to_sequences(one, 4))
    gate = gates[keeping[name]][0]  # (step, unit)
    order = gate.mean(dim=0).argsort(descending=True)
    image = axis.imshow(
        gate[:, order].T.numpy(),
        aspect="auto",
        cmap="cividis",
        vmin=0,
        vmax=1,
        interpolation="nearest",
        extent=(0, 44, 0, 32),
    )
    axis.set(yticks=[], ylabel="unit", title=f"{name}: {keeping[name]} gate")
    memory = 1 / (1 - gate.mean(dim=0))
    moving = gate.std(dim=0)
    record.note(
        f"gates_open_and_close/{name.lower()}",
        median=memory.median().item(),
        longest=memory.max().item(),
        at_crests=gate[crest].mean().item(),
        elsewhere=gate[~crest].mean().item(),
    )
    said.append(
        f"{name}, {trial.scores.accuracy.value:.0%} right: the median unit "
        f"remembers {memory.median():.1f} steps, the longest "
        f"{memory.max():.0f}; its gates move by {moving.mean():.2f} on "
        f"average (standard deviation over the steps)"
    )
axes[2].set_xlabel("step")
figure.colorbar(image, ax=axes[1:], label="shut (0) to open (1)")
figure.set_label("Gates while a seizure goes by. " + ". ".join(said) + ".")
plt.show()
print("\n".join(said))

# %%
# Look below the crests of the seizure: there many of the GRU's update gates
# shut for a step or two, and what was held is thrown away; between the crests
# more of them are open
# :holds:`gates_open_and_close/gru elsewhere > gates_open_and_close/gru
# at_crests by 0.1`.
#
# What to conclude
# ----------------
# - Trained gates can work as the textbooks say, though here units share the
#   work: the input gate of one opens at *store* and is nearly shut before and
#   after, forget gates that stay open hold the number, and the output gate of
#   another opens at *recall*. The gradient of the stored number lives as long
#   as the number: at each step it is multiplied by nearly one
#   :holds:`gates_open_and_close/before_recall lstm > 0.8,
#   gates_open_and_close/before_recall gru > 0.8`.
# - The GRU does the same with two gates. One unit holds the number: its update
#   gate is open throughout and shuts for the one step at which it stores.
# - On a real signal gates are less tidy. Some units forget within a few steps,
#   others hold on much longer
#   :holds:`gates_open_and_close/lstm longest > 2 * gates_open_and_close/lstm
#   median, gates_open_and_close/gru longest > 2 * gates_open_and_close/gru
#   median`,
#   and many are reset by a wave.
