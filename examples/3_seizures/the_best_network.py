"""
The best network: how far does a recurrent network go?
======================================================

There are few moments to learn from, and a large network soon knows them by
heart. Before you make a network larger, ask what its sequence should be: the
one of this lab reads a recording's *spectrum*, from low to high frequency, and
trains in seconds. Beside it stand methods without a state that a practitioner
might pick instead.

**What you will learn**

- that time is not the only thing a recurrent network can read along;
- to keep many recordings of one moment from counting too much;
- to compare methods in pairs, and what the split does to their order.

**Before you start**: read :doc:`/chapters/training_in_practice`, and do the
labs :doc:`many_to_one` and :doc:`electrodes_of_one_moment`. What the labs
found together is in :doc:`/chapters/results`.
"""

# %%
# A spectrum is a sequence too
# ----------------------------
# Cut a recording into short windows and measure how strong it is in 24 bands
# of frequency: from 1 to 60 Hz, each a little wider than the one below. That
# makes 63 windows of 24 numbers.

import matplotlib.pyplot as plt
import numpy as np
import torch

from lab_code import figures, record
from lab_code.answers import Answers
from lab_code.figures.scores import accuracy_by_way
from lab_code.long import kept
from lab_code.networks import Bands, SpectrumReader, n_parameters
from lab_code.protocol import (
    BY_MOMENT,
    BY_RECORDING,
    METHODS,
    ROCKETS,
    WHOLE_RECORDING,
    folds,
    in_folds,
    way_of,
)
from lab_code.recordings import CLASSES
from lab_code.seeds import set_seed
from lab_code.sequences import RandomStretches, to_labels, to_targets
from lab_code.sources import load
from lab_code.training import fit, predict

figures.use_style()
recordings = load()
bands = Bands()(torch.from_numpy(recordings.samples.astype(np.float32)))
print("log-power (recording, window, band):", tuple(bands.shape))

# %%
# Over the 23 seconds a band is strong at times and weak at others. Its median
# tells how strong it mostly is; how far the quantiles lie apart tells how much
# it varies. One recording of each class, by band, with half of its windows in
# the shaded part:

figure, axis = plt.subplots(figsize=(6, 3.6))
for label, name in CLASSES.items():
    first = int(np.flatnonzero(recordings.labels == label)[0])
    low, middle, high = np.quantile(bands[first], [0.25, 0.5, 0.75], axis=0)
    colour = figures.CLASS_COLOURS[name]
    axis.plot(np.arange(24), middle, color=colour, label=name)
    axis.fill_between(np.arange(24), low, high, color=colour, alpha=0.2, lw=0)
axis.set(xlabel="band, from 1 to 60 Hz", title="Log-power of five recordings")
axis.legend(fontsize=8)
figure.set_label(
    "Median and middle half of the log-power in 24 bands from 1 to 60 Hz, for "
    "one recording of each class."
)
plt.show()

# %%
# An LSTM that goes up in frequency
# ---------------------------------
# A step of the sequence is a band: its median, four differences of quantiles
# from it, and its place. An LSTM goes through the 24 steps from the lowest
# band to the highest, another the other way, and a linear layer sees all their
# states. What a bump at 10 Hz means depends on what lies below it, and that is
# what a state can carry.

set_seed(0)
network = SpectrumReader(n_bands=24, hidden_size=16)
steps = torch.randn(8, 24, 6)
states, _ = network.read(steps)
print("steps  (batch, band, feature):   ", tuple(steps.shape))
print("states (batch, band, 2 x hidden):", tuple(states.shape))
print(f"{n_parameters(network):,} parameters")

# %%
# Five trainings
# --------------
# Each time another fifth of the moments is held out. ``RandomStretches`` takes
# half of a recording, beginning anywhere, and draws a recording the less often
# the more others there are of its moment. Nothing is held out for validation:
# how long to train was chosen beforehand.

TRAINING = {
    "epochs": 60,
    "batch_size": 64,
    "learning_rate": 1e-2,
    "weight_decay": 0.01,
    "label_smoothing": 0.1,
}
FRAMES = 31
answers, seconds = [], 0.0
for seed, split in enumerate(folds(recordings, BY_MOMENT)):
    train = np.concatenate([split.train, split.validation])
    mean, std = bands[train].mean(dim=(0, 1)), bands[train].std(dim=(0, 1))
    scaled = (bands - mean) / std
    stretches = RandomStretches(
        scaled[train],
        to_targets(recordings.labels[train]),
        recordings.moment[train],
        FRAMES,
        seed=seed,
    )
    set_seed(seed)
    network = SpectrumReader(n_bands=24, hidden_size=16)
    history = fit(network, stretches, None, seed=seed, **TRAINING)
    seconds += history["seconds"].iloc[-1]
    predicted = to_labels(predict(network, scaled[split.test]))
    answers.append(Answers.of(recordings, split.test, predicted))

answers = Answers.join(answers)
record.write(
    "the_best_network/short",
    method="recurrent",
    variant="short",
    task=WHOLE_RECORDING,
    split=in_folds(BY_MOMENT),
    seed=range(5),
    seconds=seconds,
    parameters={"bands": 24, "hidden_size": 16, "training": TRAINING},
    n_parameters=n_parameters(network),
    answers=answers,
    recordings=recordings,
)
print(f"five trainings in {seconds:.0f} s")
print(answers.scores().to_table())

# %%
# Seizures are right nearly always, the two places between seizures far less
# often :holds:`the_best_network/short accuracy_per_class.S >
# the_best_network/short accuracy_per_class.F by 0.1, the_best_network/short
# accuracy_per_class.S > the_best_network/short accuracy_per_class.N by 0.1`.
#
# Beside methods without a state
# ------------------------------
# *Recorded* runs take longer than a build of this book and were run once, by
# ``python -m nox -s experiments``: the same network with three seeds on three
# draws of the folds; the same with a layer in place of the LSTM that cannot
# see from band to band; MiniRocket and MultiRocket-Hydra, thousands of fixed
# convolutions and a linear classifier; and QUANT, quantiles of the signal and
# random trees. All were given the same recordings to learn from. Each is
# tested twice: on recordings of which many were heard from the electrode next
# door, and on moments that are new.
# What has not been recorded yet is left out.

runs = {
    (run["method"], way_of(run["split"])): record.answers_of(run)
    for run in kept.read_all()
    if run["task"] == WHOLE_RECORDING and run["variant"] == "single"
}
shown = ["recurrent", "feed_forward", *ROCKETS, "logistic_regression"]
shown = [method for method in shown if (method, BY_MOMENT) in runs]
accuracies = {
    METHODS[method]: {
        way: runs[method, way].scores().accuracy
        for way in (BY_RECORDING, BY_MOMENT)
        if (method, way) in runs
    }
    for method in shown
}
accuracy_by_way(accuracies)
plt.show()

# sphinx_gallery_thumbnail_number = 2

# %%
# The intervals are wide, since other moments could have been recorded. That
# moves all methods alike, so it cancels when they are compared recording by
# recording. By moment, the recurrent network minus each other method:

for method in shown[1:]:
    ours, theirs = runs["recurrent", BY_MOMENT], runs[method, BY_MOMENT]
    print(f"{METHODS[method]}: {ours.minus(theirs)}")
    places = ours.ask([2, 3]).minus(theirs.ask([2, 3]))
    print(f"    in the two places between seizures: {places}")

# %%
# What to conclude
# ----------------
# - What the steps of a sequence are is a choice. Here it is frequency, and a
#   small network and some seconds of training are enough.
# - On recordings of which many were heard from the electrode next door,
#   MiniRocket is ahead
#   :holds:`the_best_network/whole_by_recording_minirocket_single >
#   the_best_network/whole_by_recording_recurrent_single`;
#   on new moments the recurrent network is
#   :holds:`the_best_network/whole_by_moment_recurrent_single >
#   the_best_network/whole_by_moment_minirocket_single by 0.04`.
#   Who is ahead can hang on the split. (The settings of the recurrent network
#   were chosen on these recordings, those of MiniRocket are its defaults.
#   Chosen anew inside each fold, it is ahead as well
#   :holds:`the_best_network/whole_by_moment_recurrent_chosen_single >
#   the_best_network/whole_by_moment_minirocket_single by 0.03`.)
# - Ask what each part is worth. The control without recurrence stands beside
#   the network, trained in the same way.
# - How to choose is part of the method. All settings that were compared, on
#   validation parts by moment, are in :doc:`/chapters/results`.
