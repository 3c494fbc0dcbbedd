"""
Where it looks: which moments of a second decide?
=================================================

A network has called a second of EEG a seizure. Which moments made it say so?
Nudge the input at one step: the more the score of the class changes, the more
that step counts. The size of this change is a gradient, and one backward pass
gives it for all steps at once.

**What you will learn**

- to ask a trained network what a decision hangs on;
- how far back the simple network, the LSTM and the GRU look;
- what the read-out changes.

**Before you start**: read :doc:`/chapters/recurrence` (on read-outs) and
:doc:`/chapters/vanishing_gradients`, and do the labs :doc:`many_to_one` and
:doc:`../2_recurrence/gradient_after_training`. The idea of comparing cells
like this is that of Madsen (2019), who did it for text.
"""

# %%
# Four networks
# -------------
# Three answer from their *last* hidden state: whatever happened before has to
# be remembered to count. The fourth, a GRU as well, answers from the mean and
# the maximum of all its states.

import matplotlib.pyplot as plt
import numpy as np

from lab_code import figures, record
from lab_code.gradients import influence
from lab_code.networks import RecurrentClassifier
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_sequences, to_targets
from lab_code.sources import load
from lab_code.splits import split_by_moment
from lab_code.trial import train_and_test

figures.use_style()
SAMPLES_PER_STEP = 4
seconds = load().seconds()
split = split_by_moment(seconds, seed=0)
kinds = {
    "simple RNN": ("rnn", "last"),
    "LSTM": ("lstm", "last"),
    "GRU": ("gru", "last"),
    "GRU, mean and maximum": ("gru", "mean_max"),
}
looks = {
    name: (
        figures.NETWORK_COLOURS[name.split(",")[0]],
        ":" if "," in name else "-",
    )
    for name in kinds
}
networks = {}
for name, (cell, readout) in kinds.items():
    set_seed(0)
    networks[name] = RecurrentClassifier(
        SAMPLES_PER_STEP, 48, 5, cell, readout=readout
    )
    trial = train_and_test(
        networks[name],
        seconds,
        split,
        samples_per_step=SAMPLES_PER_STEP,
        epochs=8,
        learning_rate=6e-3,
    )
    print(f"{name}: {trial.scores.accuracy}, {trial.seconds:.0f} s")

# %%
# One second of a seizure
# -----------------------
# The gradient of the score *seizure* with respect to the four samples of each
# step, as one length; each row relative to its largest.

scaled = Scaling.fit(seconds.samples[split.train])(seconds.samples)
sequences = to_sequences(scaled[split.test], SAMPLES_PER_STEP)
targets = to_targets(seconds.labels[split.test])
seizures = targets == 0
size = {
    name: influence(network, sequences[seizures], targets[seizures])
    for name, network in networks.items()
}
example = 11
figure, axes = plt.subplots(4, 1, figsize=(6, 5), sharex=True)
trace = sequences[seizures][example].flatten().numpy()
time = np.arange(len(trace)) / 173.61
step_time = (np.arange(44) * SAMPLES_PER_STEP + 1.5) / 173.61
for axis, (name, of) in zip(axes, size.items(), strict=True):
    relative = (of[example] / of[example].max()).numpy()
    axis.plot(time, trace, color=figures.CLASS_COLOURS["seizure"], lw=1)
    low, high = trace.min(), trace.max()
    axis.bar(
        step_time,
        relative * (high - low),
        bottom=low,
        width=SAMPLES_PER_STEP / 173.61,
        color=looks[name][0],
        alpha=0.45,
        lw=0,
    )
    axis.set(yticks=[], title=name)
axes[-1].set_xlabel("seconds")
said = ", ".join(
    f"{name} {of[example].argmax() * SAMPLES_PER_STEP / 173.61:.2f} s"
    for name, of in size.items()
)
figure.set_label(
    f"A second of a seizure; bars show how much each step counts. "
    f"Largest: {said}."
)
plt.show()

# %%
# All seizures of the test part
# -----------------------------
# The mean share of each step, over all seizure seconds that the networks have
# not heard. If all steps counted alike, each would have one part in 44.

share = {
    name: (of / of.sum(dim=1, keepdim=True)).mean(dim=0)
    for name, of in size.items()
}
figure, axis = plt.subplots(figsize=(6, 3.6))
for name, curve in share.items():
    colour, style = looks[name]
    axis.semilogy(step_time, curve, style, color=colour, label=name)
axis.axhline(1 / 44, color=figures.INK, lw=0.8, ls=":")
axis.set(
    xlabel="seconds",
    ylabel="share of the whole",
    title="How much each step counts, mean over seizures",
)
axis.legend(loc="lower right")
last = round(0.1 * 44)
said = "; ".join(
    f"{name}: {curve[-last:].sum():.0%}" for name, curve in share.items()
)
figure.set_label(
    f"Share of the influence of the last tenth of the second: {said}."
)
plt.show()
print("share of the last tenth of the second\n" + said.replace("; ", "\n"))
KEYS = dict(zip(kinds, ("rnn", "lstm", "gru", "pooled"), strict=True))
for name, curve in share.items():
    record.note(
        f"where_it_looks/share_{KEYS[name]}",
        first_tenth=curve[:last].sum().item(),
        first_half=curve[:22].sum().item(),
        last_tenth=curve[-last:].sum().item(),
    )

# %%
# Is it the spikes?
# -----------------
# Does a network look where the signal is large, or where it is steep? The rank
# correlation between how much a step counts and what the signal does there,
# over the seizures.


def rank_correlation(a, b):
    """Return the mean over sequences of Spearman's coefficient."""
    ranks = [x.argsort(dim=1).argsort(dim=1).double() for x in (a, b)]
    a, b = (x - x.mean(dim=1, keepdim=True) for x in ranks)
    return ((a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1))).mean().item()


height = sequences[seizures].mean(dim=2).abs()
steepness = sequences[seizures].diff(dim=2).abs().sum(dim=2)
for name, of in size.items():
    with_height, with_steepness = (
        rank_correlation(of, what) for what in (height, steepness)
    )
    record.note(
        f"where_it_looks/goes_with_{KEYS[name]}",
        most=max(abs(with_height), abs(with_steepness)),
    )
    print(
        f"{name}: with height {with_height:+.2f}, "
        f"with steepness {with_steepness:+.2f}"
    )

# %%
# What to conclude
# ----------------
# - From its last state, the simple network decides mainly by the end of the
#   second :holds:`where_it_looks/share_rnn last_tenth > 0.6`. The LSTM and the
#   GRU look further back
#   :holds:`where_it_looks/share_rnn last_tenth > where_it_looks/share_lstm
#   last_tenth by 0.1, where_it_looks/share_rnn last_tenth >
#   where_it_looks/share_gru last_tenth by 0.1`,
#   the GRU here even to the very beginning
#   :holds:`where_it_looks/share_gru first_tenth > 2 *
#   where_it_looks/share_lstm first_tenth`.
# - The read-out matters as much as the cell. With mean and maximum nothing has
#   to survive to the end, and the last steps count less than the others
#   :holds:`where_it_looks/share_pooled last_tenth < 0.06`: they had no time
#   to change the states that follow.
# - "It looks at the spikes" would be a nice story. Over all seizures, how much
#   a step counts hardly goes with how high or how steep the signal is there
#   :holds:`where_it_looks/goes_with_rnn most < 0.25,
#   where_it_looks/goes_with_lstm most < 0.25, where_it_looks/goes_with_gru
#   most < 0.25, where_it_looks/goes_with_pooled most < 0.25`.
#   A gradient says what a small nudge would change, no more.
