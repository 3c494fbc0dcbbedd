"""
How much memory buys: one second, or twenty-three?
==================================================

A doctor who is not sure listens on. Let a recurrent network do the same: it
reads a whole recording of 23 seconds and answers after every second, with all
it has heard so far. Beside it runs a network that forgets: it answers each
second by itself, and the answers are added up.

**What you will learn**

- how to train one network to answer at any time;
- what accuracy rises to when a network listens longer;
- whether the gain comes from memory or from asking more often.

**Before you start**: read :doc:`/chapters/recurrence` (on the state and the
read-outs) and :doc:`/chapters/training_in_practice`, and do the lab
:doc:`many_to_one`.
"""

# %%
# A network that answers after every second
# -----------------------------------------
# Eight samples are one step. The read-out is the mean and the maximum of the
# hidden states, as before, but *running*: after second :math:`s` it covers the
# steps up to there and none after. One pass gives 23 answers.

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.utils.data import TensorDataset

from lab_code import figures, record
from lab_code.evaluation import score
from lab_code.networks import n_parameters
from lab_code.reproducibility import set_seed
from lab_code.sequences import Scaling, to_labels, to_sequences, to_targets
from lab_code.sources import load
from lab_code.splits import split_by_recording
from lab_code.training import fit, predict

figures.use_style()
recordings = load()
SAMPLES_PER_STEP = 8


class Listener(nn.Module):
    """(batch, step, feature) -> scores after each second."""

    def __init__(self, hidden_size=64):
        super().__init__()
        self.gru = nn.GRU(SAMPLES_PER_STEP, hidden_size, batch_first=True)
        self.classify = nn.Linear(2 * hidden_size, 5)

    def forward(self, sequences):
        states, _ = self.gru(sequences)
        n_steps = torch.arange(1, states.shape[1] + 1)[:, None]
        mean = states.cumsum(dim=1) / n_steps
        maximum = states.cummax(dim=1).values
        # a second has 178 samples; 22 whole steps are 176 of them
        n_seconds = states.shape[1] * SAMPLES_PER_STEP // 176
        ends = torch.arange(1, n_seconds + 1) * 178 // SAMPLES_PER_STEP - 1
        return self.classify(torch.cat([mean, maximum], dim=2)[:, ends])


# %%
# Two trainings
# -------------
# The one that remembers is trained on whole recordings, with a loss after each
# of the 23 seconds. The one that forgets is trained on the same recordings cut
# into seconds. Both are split by recording: 320 to train, 80 to validate, 100
# to test.

split = split_by_recording(recordings, seed=0)
scaled = Scaling.fit(recordings.samples[split.train])(recordings.samples)
whole = to_sequences(scaled[:, :4094], SAMPLES_PER_STEP)
cut = scaled[:, :4094].reshape(-1, 178)
seconds = to_sequences(cut, SAMPLES_PER_STEP).unflatten(0, (-1, 23))
targets = to_targets(recordings.labels)
print("whole recordings:", tuple(whole.shape))
print("seconds of each: ", tuple(seconds.shape))


def train(sequences, targets, **training):
    set_seed(0)
    network = Listener()
    # seconds (recording, second, step, feature) become one long batch
    parts = (
        TensorDataset(
            sequences[part].flatten(0, -3), targets[part].flatten(0, -2)
        )
        for part in (split.train, split.validation)
    )
    history = fit(network, *parts, **training)
    return network, history["seconds"].iloc[-1]


TRAINING = {
    "remembers": {"epochs": 25, "batch_size": 16, "learning_rate": 6e-3},
    "forgets": {"epochs": 10, "batch_size": 128, "learning_rate": 6e-3},
}
after_each = targets[:, None].expand(-1, 23)
remembers, time_remembers = train(whole, after_each, **TRAINING["remembers"])
forgets, time_forgets = train(
    seconds, after_each[..., None], **TRAINING["forgets"]
)

# %%
# Listening longer
# ----------------
# Adding up: the logarithms of the probabilities that the forgetful network
# gives to each class are summed over the seconds heard so far, as if the
# seconds were independent.

test = split.test
labels = recordings.labels[test]
running = predict(remembers, whole[test])
single = predict(forgets, seconds[test].flatten(0, 1)).reshape(-1, 23, 5)
added_up = single.log_softmax(dim=2).cumsum(dim=1)


def accuracy_after_each_second(scores):
    return [
        score(labels, to_labels(scores[:, second]), test).accuracy
        for second in range(23)
    ]


curves = {
    "remembers": accuracy_after_each_second(running),
    "forgets, answers added up": accuracy_after_each_second(added_up),
}
looks = {
    "remembers": (figures.NETWORK_COLOURS["GRU"], "o"),
    "forgets, answers added up": (figures.QUIET, "s"),
}
figure, axis = plt.subplots(figsize=(6, 3.8))
heard = np.arange(1, 24)
for name, curve in curves.items():
    colour, marker = looks[name]
    low, value, high = (
        [getattr(accuracy, part) for accuracy in curve]
        for part in ("low", "value", "high")
    )
    axis.plot(heard, value, marker, ls="-", ms=4, color=colour, label=name)
    axis.fill_between(heard, low, high, color=colour, alpha=0.15, lw=0)
axis.set(
    xlabel="seconds heard",
    title="Accuracy on new recordings, after each second",
)
axis.yaxis.set_major_formatter("{x:.0%}")
axis.legend(loc="lower right")
said = "; ".join(
    f"{name}: {curve[0]} after 1 second, {curve[-1]} after 23"
    for name, curve in curves.items()
)
figure.set_label(f"Accuracy against seconds heard. {said}.")
plt.show()
print(said.replace("; ", "\n"))
print(f"trained in {time_remembers:.0f} s and {time_forgets:.0f} s")

# %%
# A hundred recordings make wide bands. Pair by pair it is clearer:

for name, scores in (("remembers", running), ("forgets, added up", added_up)):
    right = to_labels(scores.flatten(0, 1)).reshape(-1, 23) == labels[:, None]
    gained = (right[:, -1] & ~right[:, 0]).sum()
    lost = (right[:, 0] & ~right[:, -1]).sum()
    print(
        f"{name}: of {len(right)} recordings {gained} are right after 23 "
        f"seconds and were not after one; {lost} the other way round"
    )
for name, curve, spent in (
    ("remembers", curves["remembers"], time_remembers),
    ("forgets", curves["forgets, answers added up"], time_forgets),
):
    record.write(
        f"how_much_memory_buys/{name}",
        task="many-to-one: a whole recording, five classes",
        split="by recording",
        seed=0,
        seconds=spent,
        parameters={
            "samples_per_step": SAMPLES_PER_STEP,
            "hidden_size": 64,
            "training": TRAINING[name],
        },
        n_parameters=n_parameters(remembers),
        scores=score(
            labels,
            to_labels((running if name == "remembers" else added_up)[:, -1]),
            test,
        ),
        recordings=recordings,
        accuracy_after_one_second=curve[0].value,
    )

# %%
# What to conclude
# ----------------
# - Listening longer is worth a great deal, most of it in the first seconds.
# - The gain is not the state's. A network that forgets everything after each
#   second and adds up its answers does as well: these recordings were chosen
#   to be stationary, so nothing that happens early has to be kept in mind to
#   understand what comes later. Where it does, see
#   :doc:`../2_recurrence/long_memory`.
# - Before you build memory into a network, try to do without.
