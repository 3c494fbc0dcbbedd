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

from lab_code import figures, record
from lab_code.figures.influence import share_by_step, steps_of_one
from lab_code.gradients import influence, rank_correlation
from lab_code.networks import RecurrentClassifier
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_sequences, to_targets
from lab_code.sources import load
from lab_code.splits import split_by_moment
from lab_code.trial import train_and_test

figures.use_style()
seconds = load().seconds()
split = split_by_moment(seconds, seed=0)
KINDS = {"simple RNN": "rnn", "LSTM": "lstm", "GRU": "gru"}
KINDS["GRU, mean and maximum"] = "pooled"

# %%
# All four are trained on the same seconds, in the same way.

SAMPLES_PER_STEP = 4
HOW = {"samples_per_step": SAMPLES_PER_STEP, "epochs": 8}
networks = {}
for name, kind in KINDS.items():
    cell, readout = ("gru", "mean_max") if kind == "pooled" else (kind, "last")
    set_seed(0)
    network = RecurrentClassifier(4, 48, 5, cell, readout=readout)
    trial = train_and_test(network, seconds, split, learning_rate=6e-3, **HOW)
    print(f"{name}: {trial.scores.accuracy}, {trial.seconds:.0f} s")
    networks[name] = network

# %%
# One second of a seizure
# -----------------------
# The gradient of the score *seizure* with respect to the four samples of each
# step, as one length; each row relative to its largest.

scaled = Scaling.fit(seconds.samples[split.train])(seconds.samples)
sequences = to_sequences(scaled[split.test], SAMPLES_PER_STEP)
targets = to_targets(seconds.labels[split.test])
seizures = sequences[targets == 0], targets[targets == 0]
size = {name: influence(of, *seizures) for name, of in networks.items()}
one = 11
steps_of_one(seizures[0][one], {name: of[one] for name, of in size.items()})
plt.show()

# %%
# All seizures of the test part
# -----------------------------
# The mean share of each step, over all seizure seconds that the networks have
# not heard. If all steps counted alike, each would have one part in 44.

share = {}
for name, of in size.items():
    share[name] = (of / of.sum(dim=1, keepdim=True)).mean(dim=0)
    parts = {"first_tenth": share[name][:4], "first_half": share[name][:22]}
    parts["last_tenth"] = share[name][-4:]
    parts = {part: steps.sum().item() for part, steps in parts.items()}
    record.note(f"where_it_looks/share_{KINDS[name]}", **parts)
    print(f"{name}: {parts['last_tenth']:.0%} in the last tenth of the second")
share_by_step(share, SAMPLES_PER_STEP)
plt.show()

# %%
# Is it the spikes?
# -----------------
# Does a network look where the signal is large, or where it is steep? The rank
# correlation between how much a step counts and what the signal does there,
# over the seizures.

height = seizures[0].mean(dim=2).abs()
steepness = seizures[0].diff(dim=2).abs().sum(dim=2)
for name, of in size.items():
    high, steep = (rank_correlation(of, by) for by in (height, steepness))
    most = max(abs(high), abs(steep))
    record.note(f"where_it_looks/goes_with_{KINDS[name]}", most=most)
    print(f"{name}: with height {high:+.2f}, with steepness {steep:+.2f}")

# %%
# What to conclude
# ----------------
# - From its last state, the simple network decides mainly by the end of the
#   second :holds:`where_it_looks/share_rnn last_tenth > 0.6`. The LSTM and the
#   GRU look further back :holds:`where_it_looks/share_rnn last_tenth >
#   where_it_looks/share_lstm last_tenth by 0.1, where_it_looks/share_rnn
#   last_tenth > where_it_looks/share_gru last_tenth by 0.1`, the GRU here even
#   to the very beginning :holds:`where_it_looks/share_gru first_tenth > 2 *
#   where_it_looks/share_lstm first_tenth`.
# - The read-out matters as much as the cell. With mean and maximum nothing has
#   to survive to the end, and the last steps count less than the others
#   :holds:`where_it_looks/share_pooled last_tenth < 0.06`: they had no time to
#   change the states that follow.
# - "It looks at the spikes" would be a nice story. Over all seizures, how much
#   a step counts hardly goes with how high or how steep the signal is there
#   :holds:`where_it_looks/goes_with_rnn most < 0.25,
#   where_it_looks/goes_with_lstm most < 0.25, where_it_looks/goes_with_gru
#   most < 0.25, where_it_looks/goes_with_pooled most < 0.25`. A gradient says
#   what a small nudge would change, no more.
