"""
Many to many: when does the seizure begin?
==========================================

A patient is watched for hours. The question is no longer *which state is
this?* but *which state now?*, at every step: a sequence goes in and a sequence
of states comes out. That is *many-to-many*, the same task as following the
course of a disease from visit to visit.

**What you will learn**

- how to train a network that answers at every step;
- what reading also from the end (*bidirectional*) gains, and why a monitor
  cannot have it;
- to judge a detector by its delay and by its false alarms.

**Before you start**: read :doc:`/chapters/sequences` and
:doc:`/chapters/recurrence` (on read-outs and directions), and do the lab
:doc:`many_to_one`.
"""

# %%
# Recordings that change their state
# ----------------------------------
# No recording of these five sets contains the beginning of a seizure: each
# shows one state. So sequences are put together here, and one must say so:
# pieces of 1.5 to 6 seconds of recordings from inside the brain, of seizures
# and of the time between, are joined end to end. A join can be heard. So that
# it gives nothing away, many joins have the same state on both sides.
#
# The recordings are split first. Pieces of one recording never occur both in
# training and in test.

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.utils.data import TensorDataset

from lab_code import figures, record
from lab_code.evaluation import score
from lab_code.networks import n_parameters
from lab_code.reproducibility import set_seed
from lab_code.sequences import Scaling, to_sequences
from lab_code.sources import load
from lab_code.splits import split_by_recording
from lab_code.training import fit, predict

figures.use_style()
recordings = load()
STATES = {0: "between seizures", 1: "seizure"}
SAMPLES_PER_STEP = 16
STEPS_PER_SECOND = recordings.sampling_rate / SAMPLES_PER_STEP
split = split_by_recording(recordings, seed=0)


def join(part, n_sequences, n_steps, seed):
    """Return samples (sequence, time) and the true state of every step."""
    rng = np.random.default_rng(seed)
    between = part[np.isin(recordings.labels[part], [2, 3])]
    seizure = part[recordings.labels[part] == 1]
    samples = np.empty((n_sequences, n_steps * SAMPLES_PER_STEP))
    states = np.empty((n_sequences, n_steps), dtype=np.int64)
    for row in range(n_sequences):
        step = 0
        while step < n_steps:
            length = int(rng.uniform(1.5, 6) * STEPS_PER_SECOND)
            length = min(length, n_steps - step)
            state = int(rng.random() < 0.4)
            recording = rng.choice(seizure if state else between)
            first = rng.integers(4000 - length * SAMPLES_PER_STEP)
            piece = slice(first, first + length * SAMPLES_PER_STEP)
            here = slice(
                step * SAMPLES_PER_STEP, (step + length) * SAMPLES_PER_STEP
            )
            samples[row, here] = recordings.samples[recording, piece]
            states[row, step : step + length] = state
            step += length
    return samples, states


scaling = Scaling.fit(recordings.samples[split.train])
data, n_steps = {}, 256
for part, n_sequences in {"train": 400, "validation": 80, "test": 120}.items():
    samples, states = join(getattr(split, part), n_sequences, n_steps, seed=7)
    sequences = to_sequences(scaling(samples), SAMPLES_PER_STEP)
    data[part] = TensorDataset(sequences, torch.from_numpy(states))
test_sequences, test_states = data["test"].tensors
print("sequences (batch, step, feature):", tuple(test_sequences.shape))
print("states (batch, step):            ", tuple(test_states.shape))

# %%
# An answer at every step
# -----------------------
# The linear layer sees the hidden state of each step instead of a summary of
# all. The GRU that reads forward knows at each step what came before; the
# bidirectional one has a second GRU that comes from the end, and knows what
# will come as well.


class Tagger(nn.Module):
    """(batch, step, feature) -> scores of the two states at each step."""

    def __init__(self, hidden_size, bidirectional):
        super().__init__()
        self.gru = nn.GRU(
            SAMPLES_PER_STEP,
            hidden_size,
            batch_first=True,
            bidirectional=bidirectional,
        )
        self.classify = nn.Linear(hidden_size * (1 + bidirectional), 2)

    def forward(self, sequences):
        states, _ = self.gru(sequences)
        return self.classify(states)


TRAINING = {"epochs": 15, "batch_size": 32, "learning_rate": 6e-3}
SETTINGS = {
    "forward": {"hidden_size": 48, "bidirectional": False},
    "bidirectional": {"hidden_size": 32, "bidirectional": True},
}
networks, probability, seconds = {}, {}, {}
for name, settings in SETTINGS.items():
    set_seed(0)
    network = networks[name] = Tagger(**settings)
    history = fit(network, data["train"], data["validation"], **TRAINING)
    seconds[name] = history["seconds"].iloc[-1]
    scores = predict(network, test_sequences)
    probability[name] = scores.softmax(dim=2)[..., 1].numpy()
    print(
        f"{name}: {n_parameters(network):,} parameters, {seconds[name]:.0f} s"
    )

# %%
# One sequence, tagged
# --------------------
# Above the EEG, with the seizures in colour; below, what the two networks
# think at each step.

truth = test_states.numpy()
onsets = (np.diff(truth, axis=1) == 1).sum(axis=1)
row = int(np.flatnonzero(onsets >= 2)[0])
time = np.arange(n_steps) / STEPS_PER_SECOND
looks = {
    "forward": figures.NETWORK_COLOURS["GRU"],
    "bidirectional": figures.INK,
}
figure, axes = plt.subplots(2, 1, figsize=(6, 4.2), sharex=True)
signal = test_sequences[row].flatten().numpy() * scaling.std + scaling.mean
fine_time = np.arange(len(signal)) / recordings.sampling_rate
in_seizure = np.repeat(truth[row], SAMPLES_PER_STEP) == 1
for state, colour in (
    (False, figures.QUIET),
    (True, figures.CLASS_COLOURS["seizure"]),
):
    shown = np.where(in_seizure == state, signal, np.nan)
    axes[0].plot(fine_time, shown, color=colour, lw=0.8)
axes[0].set(ylabel="counts", title="Joined recordings; seizures in colour")
for name, colour in looks.items():
    style = "-" if name == "forward" else ":"
    axes[1].plot(time, probability[name][row], style, color=colour, label=name)
axes[1].fill_between(
    time,
    0,
    truth[row],
    step="mid",
    color=figures.CLASS_COLOURS["seizure"],
    alpha=0.2,
    lw=0,
)
axes[1].set(xlabel="seconds", title="Probability of a seizure, at every step")
axes[1].legend(loc="upper right")
right = {
    n: ((p[row] > 0.5) == truth[row]).mean() for n, p in probability.items()
}
figure.set_label(
    f"A joined recording of {time[-1]:.0f} seconds with {onsets[row]} "
    f"seizures. The forward network is right at {right['forward']:.0%} of the "
    f"steps, the bidirectional one at {right['bidirectional']:.0%}."
)
plt.show()

# %%
# How good a detector?
# --------------------
# The share of steps that are right says little to a nurse. An *alarm* sounds
# when half a second in a row is called a seizure. Two questions count: how
# long after its beginning is a seizure announced, and how often does the
# alarm sound for nothing? (Left out are seizures that a sequence begins with,
# and those that its end cuts off before they last a second.)

PATIENCE = round(0.5 * STEPS_PER_SECOND)


def sounding(probability):
    """Whether the alarm sounds at each step: the last half second is on."""
    on = torch.from_numpy(probability > 0.5)
    steady = on.unfold(1, PATIENCE, 1).all(dim=2).numpy()
    return np.pad(steady, ((0, 0), (PATIENCE - 1, 0)))


def judge(alarm, truth):
    """Return delays in seconds, and the number of missed and false alarms."""
    delays, missed, n_false = [], 0, 0
    for rings, state in zip(alarm, truth, strict=True):
        edges = np.flatnonzero(np.diff(state)) + 1
        pieces = np.split(np.arange(len(state)), edges)
        for piece in pieces:
            if state[piece[0]] == 0:
                # what still rings from a seizure just ended is no new alarm
                n_false += (np.diff(rings[piece].astype(int)) == 1).sum()
            elif piece[0] > 0 and len(piece) > STEPS_PER_SECOND:
                heard = np.flatnonzero(rings[piece])
                if len(heard):
                    # the step at which it rings has to be heard as well
                    delays.append((heard[0] + 1) / STEPS_PER_SECOND)
                else:
                    missed += 1
    return np.array(delays), missed, n_false


hours = (truth == 0).sum() / STEPS_PER_SECOND / 3600
delays = {}
for name in networks:
    alarm = sounding(probability[name])
    delays[name], missed, n_false = judge(alarm, truth)
    steps = score(
        truth.ravel(),
        (probability[name] > 0.5).ravel().astype(int),
        np.repeat(np.arange(len(truth)), n_steps),
        classes=STATES,
    )
    print(f"{name}:")
    print(f"  steps right:          {steps.accuracy}")
    print(f"  seizures announced:   {len(delays[name])}, missed: {missed}")
    print(f"  delay, median:        {np.median(delays[name]):.2f} s")
    print(f"  delay, nine in ten:   {np.quantile(delays[name], 0.9):.2f} s")
    print(
        f"  false alarms:         {n_false} in {hours * 60:.0f} minutes, "
        f"{n_false / hours:.0f} an hour"
    )
    record.write(
        f"many_to_many/{name}",
        task="many-to-many: joined recordings, seizure or not at every step",
        split="by recording",
        seed=0,
        seconds=seconds[name],
        parameters={
            "samples_per_step": SAMPLES_PER_STEP,
            "network": SETTINGS[name],
            "training": TRAINING,
        },
        n_parameters=n_parameters(networks[name]),
        scores=steps,
        recordings=recordings,
        delay_median=float(np.median(delays[name])),
        missed=missed,
        false_alarms_per_hour=float(n_false / hours),
    )

# %%
# The interval comes from drawing sequences anew. All of them are cut from the
# same 60 recordings, so it is narrower than it should be.
#
# What to conclude
# ----------------
# - To answer at every step, give the linear layer every state. The loss is the
#   mean over the steps.
# - The bidirectional network announces a seizure sooner and raises fewer false
#   alarms: it has heard what comes next. For a report written afterwards that
#   is fine. A monitor at the bedside cannot hear the future.
# - Most steps are right, and still no nurse would keep a detector switched on
#   that sounds for nothing so often. Most hours of a patient have no seizure,
#   so the false alarms decide whether a detector is of use.
# - The beginnings here are joins. How a real seizure begins, these recordings
#   do not show.
