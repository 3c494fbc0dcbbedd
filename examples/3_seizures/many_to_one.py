"""
Many to one: which state is this second of EEG from?
====================================================

A recurrent network reads one second of EEG, step after step, and answers one
question at its end: was this a seizure, one of two places in a patient's brain
between seizures, or a volunteer with closed or open eyes? A sequence goes in
and one class comes out. That is *many-to-one*, the same task as predicting
from a patient's visits whether the next one will be an emergency.

This lab follows the practice notebook on recurrent networks of a course, *Deep
Learning for Healthcare*, called *the course notebook* below.

**What you will learn**

- how a table of seconds becomes a tensor of shape (batch, step, feature);
- what a GRU returns, and how a class is read out of it;
- to look at the learning curve before you believe a score;
- how much of a score depends on what the network has already heard.

**Before you start**: read :doc:`/chapters/recurrence` and
:doc:`/chapters/training_in_practice`; the recordings are described in
:doc:`/chapters/seizure_recordings`. You need Python, pandas, and what a
feed-forward network and a softmax are.
"""

# %%
# The recordings
# --------------
# There are five classes with 100 recordings each. Every recording is cut into
# 23 pieces of 178 samples, about a second each, and every piece is one row of
# this table: 178 samples and the label. The samples are integers, the *counts*
# of the machine that measured them. Six of the 179 columns are shown.

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.utils.data import TensorDataset

from lab_code import figures, record
from lab_code.answers import Answers
from lab_code.figures.scores import (
    accuracies,
    confusion_matrix,
    learning_curve,
)
from lab_code.figures.signals import traces
from lab_code.networks import RecurrentClassifier, n_parameters
from lab_code.protocol import BY_MOMENT, BY_SECOND, COURSE_NOTEBOOK, ONE_SECOND
from lab_code.recordings import CLASSES
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_labels, to_sequences, to_targets
from lab_code.sources import load
from lab_code.splits import split_by_moment, split_by_second
from lab_code.training import fit, predict
from lab_code.trial import train_and_test

figures.use_style()
recordings = load()
recordings.to_table().iloc[:, [0, 1, 2, -3, -2, -1]]

# %%
# The beginning of one recording of each class, on one scale: the seizure is
# far larger than the others.

labels = recordings.labels.tolist()
first = {name: labels.index(label) for label, name in CLASSES.items()}
traces(recordings, first, seconds=2)
plt.show()

# %%
# From rows to sequences
# ----------------------
# A recurrent network takes a tensor of shape (batch, step, feature). Fed one
# sample a step, a second is 178 steps long. Here four samples are one step, so
# it is 44 steps long, and the last two samples are left out. A shorter
# sequence is faster to train on, and there is less far to remember. The
# scaling is measured on the training part alone: a network must not know
# anything of the test part.

SAMPLES_PER_STEP = 4
seconds = recordings.seconds()
split = split_by_second(seconds, seed=0)
scaling = Scaling.fit(seconds.samples[split.train])
sequences = to_sequences(scaling(seconds.samples), SAMPLES_PER_STEP)
targets = to_targets(seconds.labels)
print("sequences:", tuple(sequences.shape), " targets:", tuple(targets.shape))
print("training, validation, test:", *map(len, split))

# %%
# What a GRU returns
# ------------------
# A GRU (gated recurrent unit) is one kind of recurrent network. It goes
# through the steps and keeps a *hidden state*, here of 64 numbers, that each
# step changes. It returns the state after every step, and once more the last.

set_seed(0)
gru = nn.GRU(input_size=SAMPLES_PER_STEP, hidden_size=64, batch_first=True)
states, last = gru(sequences[:128])
print("states (batch, step, hidden):", tuple(states.shape))
print("last (layer, batch, hidden): ", tuple(last.shape))

# %%
# To choose a class, a linear layer looks at the states. It could look at the
# last one alone, but what happened at the beginning of the second has then to
# survive 43 steps. Here it looks at the mean and the maximum of each number
# over all steps.

readout = torch.cat([states.mean(dim=1), states.amax(dim=1)], dim=1)
class_scores = nn.Linear(128, 5)(readout)
print("read-out (batch, 2 x hidden):", tuple(readout.shape))
print("scores (batch, class):       ", tuple(class_scores.shape))

# %%
# Training
# --------
# ``RecurrentClassifier`` is these lines as a module: a GRU, the read-out, a
# linear layer. ``fit`` is a plain training loop: after each epoch it looks at
# the loss on the validation part, and at the end it goes back to the weights
# with which that was lowest.

NETWORK = {"input_size": SAMPLES_PER_STEP, "hidden_size": 64, "n_classes": 5}
NETWORK |= {"cell": "gru", "readout": "mean_max"}
TRAINING = {"epochs": 20, "batch_size": 128, "learning_rate": 6e-3}

set_seed(0)
network = RecurrentClassifier(**NETWORK)
data = TensorDataset(sequences, targets)
train, validation = (TensorDataset(*data[of]) for of in split[:2])
history = fit(network, train, validation, seed=0, **TRAINING)
predicted = to_labels(predict(network, sequences[split.test]))
answers = Answers.of(seconds, split.test, predicted)
scores = answers.scores()
took = history["seconds"].iloc[-1]
print(f"{n_parameters(network):,} numbers trained in {took:.0f} seconds")
print(f"by second: {scores.accuracy} of the test part right")

# %%
# Look at the learning curve first. In the beginning both losses fall together.
# Later the training loss falls further and the validation loss hardly does:
# what the network still learns helps little on seconds that it has not heard.
# If the validation loss rose again, the network would be learning the
# training seconds by heart.

learning_curve(history)
plt.show()

# %%
# How good is it?
# ---------------
# On seconds that it has not heard, class by class. The interval says how far
# the accuracy would move with other moments in the test part
# (:doc:`/chapters/training_in_practice`). It does not say how far another seed
# or another split would move it.

print(scores.to_table())

# %%
# Which classes are taken for which? The two places in the patients' brains are
# confused with each other most
# :holds:`many_to_one/confused inside > many_to_one/confused scalp`, a seizure
# with hardly anything
# :holds:`many_to_one/confused seizure < 0.2 * many_to_one/confused inside`.

confusion_matrix(scores, "True and predicted class, by second")
plt.show()
shares = scores.confusion.div(scores.confusion.sum(axis=1), axis=0)
mixed = (shares + shares.T).to_numpy()  # either taken for the other
facts = {"inside": mixed[1, 2], "scalp": mixed[3, 4], "seizure": mixed[0, 1:]}
record.note("many_to_one/confused", **{k: v.max() for k, v in facts.items()})

# %%
# The same, split by moment
# -------------------------
# So far the seconds were dealt out one by one, as in the course notebook. Then
# nearly every recording in the test part has other seconds in the training
# part. And many recordings are electrodes of one *moment*: they heard the same
# brain at the same time (:doc:`electrodes_of_one_moment` shows it). Does the
# network do as well on a moment that it has never heard? Now each moment, with
# all its recordings, is on one side alone. ``train_and_test`` scales, trains
# and asks, just as above.

set_seed(0)
trial = train_and_test(
    RecurrentClassifier(**NETWORK),
    seconds,
    split_by_moment(seconds, seed=0),
    samples_per_step=SAMPLES_PER_STEP,
    **TRAINING,
)
print(f"by moment: {trial.scores.accuracy} of the test part right")

# %%
# Both in one picture, beside what the course notebook reports after its 15
# epochs (a GRU of two layers of 32 units, split by second).

reported = COURSE_NOTEBOOK.per_class | {"all": COURSE_NOTEBOOK.accuracy}
accuracies(
    {"split by second": scores, "split by moment": trial.scores},
    reported={"course notebook": reported},
)
plt.show()

# sphinx_gallery_thumbnail_number = 3

# %%
# Into the book's record, from which every page takes its numbers:

experiments = {BY_SECOND: (answers, took)}
experiments |= {BY_MOMENT: (trial.answers, trial.seconds)}
settings = {"samples_per_step": SAMPLES_PER_STEP}
settings |= {"network": NETWORK, "training": TRAINING}
for way, (said, time) in experiments.items():
    record.write(
        f"many_to_one/gru_{way.replace(' ', '_')}",
        method="gru",
        task=ONE_SECOND,
        split=way,
        seed=0,
        seconds=time,
        parameters=settings,
        n_parameters=n_parameters(network),
        answers=said,
        recordings=recordings,
    )

# %%
# The network is right less often on new moments
# :holds:`many_to_one/gru_by_second accuracy > many_to_one/gru_by_moment
# accuracy by 0.03`.
# The intervals are wider too: there are only some thirty moments to test on.
# Look at the classes before you make much of it: some fall far and some may
# rise, because these are other recordings than before. One split tells little.
# To say how much the split is worth takes several of them
# (:doc:`split_matters`).
#
# What to conclude
# ----------------
# - A second of EEG is a sequence of 44 steps; a GRU and a linear layer on its
#   states name its class.
# - Seizures are easy: they are large and rhythmic
#   :holds:`many_to_one/gru_by_second accuracy_per_class.S > 0.9`. The two
#   places in the patients' brains are hard to tell apart.
# - Always say how the data were split. A score by second is for recordings of
#   which the network has heard a part; the one by moment is for new moments.
#   Neither is for new *patients*: which segment is whose was never published.
