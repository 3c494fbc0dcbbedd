"""
What the state remembers
========================

How much of what was read is still in the state? A linear map tries to read it
out: that is memory, measured. The gradient says how much the answer would
change if a step had been another. The two are easily taken for one.

**What you will learn**

- to measure what can be read out of a state;
- what training does to that, and what it does to the gradient.

**Before you start**: read :doc:`/chapters/gated_units`, and do the lab
:doc:`gradient_after_training`, whose networks are trained here again.
"""

# %%
# Read the past out of the last state
# -----------------------------------
# Each network reads a second in 44 steps of four samples.

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.linear_model import LinearRegression

from lab_code import figures, record
from lab_code.figures import remembered as draw
from lab_code.gradients import influence
from lab_code.networks import RecurrentClassifier
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_sequences
from lab_code.sources import load
from lab_code.splits import split_by_moment
from lab_code.trial import train_and_test

figures.use_style()
seconds = load().seconds()
split = split_by_moment(seconds, seed=0)
scaled = Scaling.fit(seconds.samples[split.train])(seconds.samples)
sequences = to_sequences(scaled, 4)
BACK = sequences.flip(1).numpy()  # (second, k steps back, sample)

# %%
# A linear map, fitted to the seconds that a network learnt from, is to find
# all samples of a second in its last state, 32 numbers.

KINDS = {"seizure": 1, "eyes closed": 4}
FIT, TEST = (
    {kind: of[seconds.labels[of] == label] for kind, label in KINDS.items()}
    for of in (np.concatenate([split.train, split.validation]), split.test)
)


def read(states, wanted, kind):
    reader = LinearRegression().fit(states[FIT[kind]], wanted[FIT[kind]])
    return reader.predict(states[TEST[kind]])


# %%
# On moments that the map has not seen, R² says which share of the variance is
# read: 1 for all of it, 0 for no more than the mean. The gradient is that of
# the right class's score by each step: its norm, relative to the largest.


def r_squared(states, wanted, kind):
    """Return R² of each of several things; wanted is (second, of, number)."""
    true = wanted[TEST[kind]]
    got = read(states, wanted.reshape(len(wanted), -1), kind)
    missed = ((true - got.reshape(true.shape)) ** 2).sum(axis=(0, 2))
    return 1 - missed / ((true - true.mean(axis=0)) ** 2).sum(axis=(0, 2))


def reach(network, kind):
    some = sequences[TEST[kind][::3]]
    classes = torch.full((len(some),), KINDS[kind] - 1)
    by_step = influence(network, some, classes).mean(dim=0).flip(0)
    return (by_step / by_step.max()).numpy()


# %%
# Before training and after
# -------------------------
# Three cells, two starts of each; seizures, and alpha waves of closed eyes.

CELLS = {"simple RNN": "rnn", "LSTM": "lstm", "GRU": "gru"}
WHEN, HOW = ("before", "after"), {"epochs": 8, "learning_rate": 6e-3}
states, found = {}, {}
for start, name in ((start, name) for start in (1, 0) for name in CELLS):
    set_seed(start)
    network = RecurrentClassifier(4, 32, 5, CELLS[name])
    for when in WHEN:
        if when == "after":
            train_and_test(network, seconds, split, samples_per_step=4, **HOW)
        with torch.inference_mode():
            last = network.recurrent(sequences)[0][:, -1].numpy()
        states[name, when] = last
        for kind in KINDS:
            both = r_squared(last, BACK, kind), reach(network, kind)
            found.setdefault((kind, name, when), []).append(both)

# %%
# Before training, the states hold a good copy of the last twenty samples:

whole, one = scaled[:, :176], len(TEST["seizure"]) // 2
of_one = {of: read(states[of], whole, "seizure")[one] for of in states}
draw.read_back(whole[TEST["seizure"][one]], of_one)
plt.show()

# %%
# All seconds, mean of two starts. Grey: a map from the last 32 samples, of as
# many numbers as a state; beyond them it has only the rhythm to go by.

alone = {kind: r_squared(scaled[:, 144:176], BACK, kind) for kind in KINDS}
draw.memory_and_gradient(found, alone)
plt.show()

# %%
# If no copy of the first steps is kept, what is? Read how *large* they were:

large = np.log((BACK[:, -4:] ** 2).mean(axis=(1, 2)) + 1e-3)[:, None, None]
for name, cell in CELLS.items():
    old, new = (np.array([found[k, name, w] for k in KINDS]) for w in WHEN)
    copy = new[:, :, 0, 4] / old[:, :, 0, 4]  # (kind, start)
    far = [(g[..., 22:].sum(-1) / g.sum(-1))[:, :, 1] for g in (old, new)]
    facts = {"copy": copy.mean(), "far": far[1].min(), "new": far[0].max()}
    for kind in KINDS:
        two = [r_squared(states[name, w], large, kind)[0] for w in WHEN]
        print(f"{name}, {kind}: size, R² {two[0]:.2f} and {two[1]:.2f}")
        facts[f"size_{kind[:4]}"] = two[1] - two[0]
    record.note(f"what_the_state_remembers/{cell}", **facts)

# %%
# What to conclude
# ----------------
# - Before training a state holds a short copy of the signal, and no gradient
#   comes from far back. Training turns both round. Less can be read four steps
#   back :holds:`what_the_state_remembers/rnn copy < 0.9,
#   what_the_state_remembers/lstm copy < 0.9, what_the_state_remembers/gru copy
#   < 0.9`, and more than a tenth of the gradient of LSTM and GRU is from the
#   farther half of the steps :holds:`what_the_state_remembers/lstm new < 0.01,
#   what_the_state_remembers/lstm far > 0.1, what_the_state_remembers/gru new <
#   0.01, what_the_state_remembers/gru far > 0.1`.
# - So what far steps change is not a copy. Out of a trained GRU one reads
#   better than before how large they were
#   :holds:`what_the_state_remembers/gru size_seiz > 0.03,
#   what_the_state_remembers/gru size_eyes > 0.03`, and little of their
#   samples: a summary for its task, no record.
# - A far gradient lets a network *learn* to remember; the task says what.
