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
from torch import nn

from lab_code import figures, networks, protocol, record
from lab_code.cross_validation import share_changed, to_record
from lab_code.figures.influence import changed_when_moved
from lab_code.figures.scores import differences
from lab_code.seeds import set_seed
from lab_code.sources import load
from lab_code.splits import five_folds
from lab_code.trial import train_and_test

figures.use_style()
recordings = load()
seconds = recordings.seconds()
NAMES = {"rnn": "simple RNN", "lstm": "LSTM", "gru": "GRU"}
NAMES |= {"feed_forward": "feed-forward", "cnn": "1-D CNN"}

# %%
# To the feed-forward network, all steps are one long vector. Filters of the
# convolutional one slide along the samples; it sees their mean and maximum.

HIDDEN_SIZE = {"rnn": 109, "lstm": 52, "gru": 61}


def build(method):
    if method == "feed_forward":
        layers = nn.Linear(176, 82), nn.ReLU(), nn.Linear(82, 5)
        return nn.Sequential(nn.Flatten(), *layers)
    if method == "cnn":
        return networks.ConvolutionalClassifier()
    how = {"cell": method, "readout": "mean_max"}
    return networks.RecurrentClassifier(16, HIDDEN_SIZE[method], 5, **how)


for method, name in NAMES.items():
    print(f"{name:>12}: {networks.n_parameters(build(method)):,} parameters")

# %%
# The same training for all
# -------------------------
# Each second is answered once by each network, to which its moment was new.
# Each of the five folds has its own seed, the same for all networks: how far
# the five lie apart is owed to fold and seed together. The learning rate suits
# them all; tuning it for each would be fairer still, and is left to you.

TRAINING = {"epochs": 4, "batch_size": 128, "learning_rate": 6e-3}
HOW = {"samples_per_step": 16, **TRAINING}
ABOUT = {"split": protocol.in_folds(protocol.BY_MOMENT)}
ABOUT |= {"task": protocol.ONE_SECOND, "recordings": recordings}
splits = five_folds(seconds, protocol.BY_MOMENT)
trials, answers = {method: [] for method in NAMES}, {}
for method, of in trials.items():
    for seed, split in enumerate(splits):
        set_seed(seed)
        network = build(method)
        of.append(train_and_test(network, seconds, split, seed=seed, **HOW))
    kept = to_record(of)
    how = HOW | {"hidden_size": HIDDEN_SIZE.get(method)}
    about = {"method": method, "parameters": how, **kept, **ABOUT}
    record.write(f"compare_cells/{method}", **about)
    answers[NAMES[method]] = kept["answers"]

# %%
# What matters is how far each is above or below the GRU, second by second.
# Hard recordings are hard for all of them, which cancels in that difference.
# The small marks are the five folds one by one.

differences(answers, reference="GRU")
plt.show()
for name, of in answers.items():
    gap = "" if name == "GRU" else f", minus GRU {of.minus(answers['GRU'])}"
    print(f"{name}: {of.scores().accuracy}{gap}")
*recurrent, last, _ = (of.right.mean() for of in answers.values())
gaps = {"among_recurrent": max(recurrent) - min(recurrent)}
gaps |= {"to_feed_forward": min(recurrent) - last}
record.note("compare_cells/gaps", **gaps)

# %%
# Time thrown away
# ----------------
# Nobody tells when a second begins: cut a few samples later, it is the same
# EEG. A feed-forward network has other weights for every sample, so a wave
# that comes a little later is new to it. Move the window and count how many
# answers change.

SHIFTS = (0, 2, 4, 8, 16, 24, 32)
changed = {}
for method, of in trials.items():
    share = share_changed(of, splits, recordings, SHIFTS, samples_per_step=16)
    changed[NAMES[method]] = share
    by = {f"by_{shift}": one for shift, one in share.items()}
    record.note(f"compare_cells/changed_{method}", **by)
changed_when_moved(changed)
plt.show()

# %%
# What to conclude
# ----------------
# - The network without any notion of time is behind all others
#   :holds:`compare_cells/feed_forward < compare_cells/rnn,
#   compare_cells/feed_forward < compare_cells/lstm, compare_cells/feed_forward
#   < compare_cells/gru, compare_cells/feed_forward < compare_cells/cnn`. To it
#   each sample is a feature of its own, with no before and after.
# - What the gates are worth on eleven steps is little: the three recurrent
#   networks are closer to each other than to the feed-forward one
#   :holds:`compare_cells/gaps among_recurrent < compare_cells/gaps
#   to_feed_forward`. Five trainings cannot say more. Where memory is needed,
#   they differ (:doc:`../2_recurrence/long_memory`).
# - Moved by one step, the feed-forward network changes more answers than the
#   others :holds:`compare_cells/changed_feed_forward by_16 > 1.5 *
#   compare_cells/changed_rnn by_16, compare_cells/changed_feed_forward by_16 >
#   1.5 * compare_cells/changed_cnn by_16`. Moved by two steps, the GRU changes
#   fewer than by one and a half: it reads steps, not samples
#   :holds:`compare_cells/changed_gru by_32 < compare_cells/changed_gru by_24`.
