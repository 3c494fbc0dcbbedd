"""
Compare cells: simple RNN, LSTM, GRU, and networks without a state
==================================================================

Five networks of the same size read the same second of EEG. Three have a state
that they carry from step to step: the simple recurrent network, the LSTM and
the GRU. Two have none: a feed-forward network, which gets the whole second as
one long vector, and a convolutional network.

**What you will learn**

- how to compare networks fairly: same parameters, same folds, in pairs;
- what gates are worth on a short sequence, and what they cost;
- what a network loses that takes a sequence for one long vector.

**Before you start**: read :doc:`/chapters/recurrence` and
:doc:`/chapters/gated_units`, and do the lab :doc:`many_to_one`. You need to
know what a convolution is. The first two comparisons are the exercises of the
course notebook.
"""

# %%
# Five networks of one size
# -------------------------
# Sixteen samples are one step here, so a second has 11 steps: quick to train.
# The sizes are chosen so that each network has about 15,000 parameters.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from torch import nn

from lab_code import figures, protocol, record
from lab_code.figures.scores import differences
from lab_code.networks import RecurrentClassifier, n_parameters
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_labels, to_sequences
from lab_code.sources import load
from lab_code.training import predict
from lab_code.trial import pool, train_and_test

figures.use_style()
recordings = load()
seconds = recordings.seconds()
SAMPLES_PER_STEP = 16


class Convolutional(nn.Module):
    """Filters that slide along the samples, and their mean and maximum."""

    def __init__(self):
        super().__init__()
        self.one = nn.Conv1d(1, 16, kernel_size=7, stride=4)
        self.two = nn.Conv1d(16, 32, kernel_size=7, stride=2)
        self.three = nn.Conv1d(32, 48, kernel_size=7, stride=2)
        self.classify = nn.Linear(96, 5)

    def forward(self, sequences):
        found = sequences.flatten(1).unsqueeze(1)
        for filters in (self.one, self.two, self.three):
            found = filters(found).relu()
        return self.classify(torch.cat([found.mean(2), found.amax(2)], 1))


def feed_forward():
    """All steps beside each other: one long vector, no time."""
    layers = nn.Linear(176, 82), nn.ReLU(), nn.Linear(82, 5)
    return nn.Sequential(nn.Flatten(), *layers)


# %%
HIDDEN_SIZE = {"rnn": 109, "lstm": 52, "gru": 61}
METHODS = "rnn", "lstm", "gru", "feed_forward", "cnn"  # and as in figures:
NAMES = dict(zip(METHODS, figures.NETWORK_COLOURS, strict=True))


def build(method):
    if method in HIDDEN_SIZE:
        size = SAMPLES_PER_STEP, HIDDEN_SIZE[method], 5
        return RecurrentClassifier(*size, cell=method, readout="mean_max")
    return feed_forward() if method == "feed_forward" else Convolutional()


for method, name in NAMES.items():
    print(f"{name:>12}: {n_parameters(build(method)):,} parameters")

# %%
# The same training for all
# -------------------------
# Five folds by moment make five trainings of each, and in the end each second
# has been answered once by each network, to which its moment was new. Each
# fold has its own seed, the same for all networks: how far the five lie apart
# is owed to fold and seed together. The learning rate suits them all; tuning
# it for each would be fairer still, and is left to you.

TRAINING = {"epochs": 4, "batch_size": 128, "learning_rate": 6e-3}
HOW = {"samples_per_step": SAMPLES_PER_STEP, **TRAINING}
splits = protocol.folds(seconds, protocol.BY_MOMENT)
trials = {method: [] for method in NAMES}
for method, of in trials.items():
    for seed, split in enumerate(splits):
        set_seed(seed)
        network = build(method)
        of.append(train_and_test(network, seconds, split, seed=seed, **HOW))
    record.write(
        f"compare_cells/{method}",
        method=method,
        task=protocol.ONE_SECOND,
        split=protocol.in_folds(protocol.BY_MOMENT),
        seed=range(len(splits)),
        seconds=sum(trial.seconds for trial in of),
        parameters=HOW | {"hidden_size": HIDDEN_SIZE.get(method)},
        n_parameters=n_parameters(network),
        answers=pool(of),
        recordings=recordings,
    )

# %%
# Beside the accuracy of each stands what matters: how far it is above or below
# the GRU, second by second. Hard recordings are hard for all of them, which
# cancels in that difference; its interval is the one to look at. The small
# marks in the figure are the five folds one by one.

answers = {NAMES[method]: pool(of) for method, of in trials.items()}
differences(answers, reference="GRU")
plt.show()
*recurrent, last, _ = (of.right.mean() for of in answers.values())
record.note(
    "compare_cells/gaps",
    among_recurrent=max(recurrent) - min(recurrent),
    to_feed_forward=min(recurrent) - last,
)

# %%
pd.DataFrame(
    {
        "accuracy": {n: of.scores().accuracy for n, of in answers.items()},
        "minus the GRU": {
            n: of.minus(answers["GRU"])
            for n, of in answers.items()
            if n != "GRU"
        },
    }
).fillna("").astype(str)

# %%
# Time thrown away
# ----------------
# Nobody tells when a second begins: cut a few samples later, it is the same
# EEG. A feed-forward network has other weights for every sample, so a wave
# that comes a little later is a new pattern for it. Move the window and count
# how many answers change.

SHIFTS = (0, 2, 4, 8, 16, 24, 32)


def ask(network, split, shift):
    """Return the labels given to the test part's seconds, cut later."""
    test = np.unique(seconds.recording[split.test])
    # 22 seconds: the last would run over the end
    moved = recordings.samples[test, shift : shift + 22 * 178]
    scaled = Scaling.fit(seconds.samples[split.train])(moved.reshape(-1, 178))
    return to_labels(predict(network, to_sequences(scaled, SAMPLES_PER_STEP)))


figure, axis = plt.subplots(figsize=(6, 4))
for (method, of), marker in zip(trials.items(), "os^Dv", strict=True):
    in_fold = []
    for trial, split in zip(of, splits, strict=True):
        labels = [ask(trial.network, split, shift) for shift in SHIFTS]
        in_fold.append([(later != labels[0]).mean() for later in labels])
    share = np.mean(in_fold, axis=0)
    look = {"color": figures.NETWORK_COLOURS[NAMES[method]], "ms": 4}
    axis.plot(SHIFTS, share, f"{marker}-", label=NAMES[method], **look)
    by = {f"by_{s}": float(of) for s, of in zip(SHIFTS, share, strict=True)}
    record.note(f"compare_cells/changed_{method}", **by)
axis.set(
    xlabel="samples by which the window is moved (173.61 a second)",
    title="Answers that change when the EEG is cut later",
)
axis.yaxis.set_major_formatter("{x:.0%}")
figure.legend(loc="outside lower center", ncols=3)
said = ", ".join(
    f"{line.get_label()} {line.get_ydata()[4]:.0%}" for line in axis.lines
)
figure.set_label(f"Answers that change when moved by 16 samples: {said}.")
plt.show()

# %%
# What to conclude
# ----------------
# - The network without any notion of time is behind all others
#   :holds:`compare_cells/feed_forward < compare_cells/rnn,
#   compare_cells/feed_forward < compare_cells/lstm, compare_cells/feed_forward
#   < compare_cells/gru, compare_cells/feed_forward < compare_cells/cnn`. To it
#   each sample is a feature of its own; it knows no before and after.
# - What the gates are worth on eleven steps is little: the three recurrent
#   networks are closer to each other than to the feed-forward one
#   :holds:`compare_cells/gaps among_recurrent <
#   compare_cells/gaps to_feed_forward`. Five trainings, each of another fold
#   and seed, cannot say more. Where memory is needed, they differ
#   (:doc:`../2_recurrence/long_memory`).
# - Moved by one step, the feed-forward network changes more answers than the
#   others :holds:`compare_cells/changed_feed_forward by_16 >
#   1.5 * compare_cells/changed_rnn by_16,
#   compare_cells/changed_feed_forward by_16 >
#   1.5 * compare_cells/changed_cnn by_16`. Moved by two steps, the GRU changes
#   fewer than by one and a half: it reads steps, not samples
#   :holds:`compare_cells/changed_gru by_32 < compare_cells/changed_gru by_24`.
