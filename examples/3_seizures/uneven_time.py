"""
When samples are missing: zeros, the last value, or time?
=========================================================

Electrodes come loose, patients miss visits, a laboratory measures when a
doctor asks. In healthcare, steps hardly ever follow evenly.

**What you will learn**

- four ways to tell of gaps, one of them GRU-D (Che et al. 2018);
- how gaps that have a reason give the answer away.

**Before you start**: read :doc:`/chapters/gated_units` and
:doc:`/chapters/training_in_practice`, and do the lab :doc:`many_to_one`.
"""

# %%
# Seconds with holes
# ------------------
# Of each second, 44 steps of four samples, a share is lost, in bursts of ten
# steps on average. No recording here has such gaps: they are drawn.

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

from lab_code import figures, protocol, record
from lab_code.answers import Answers
from lab_code.figures import gaps as draw
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_labels, to_sequences, to_targets
from lab_code.sources import load
from lab_code.splits import five_folds
from lab_code.tasks.gaps import WithGaps, facts, last_value, time_since
from lab_code.training import fit, predict

figures.use_style()
seconds = load().seconds()
draw.what_arrives(seconds.samples[seconds.labels == 1][300], share=0.6)
plt.show()

# %%
# Four ways to tell
# -----------------
# *Zeros*, which are the mean, since samples are scaled. The *last value*.
# *Mask and time*: zeros, and as features whether a step arrived and how long
# ago the last one did. *GRU-D* gets the last value, which fades to the mean by
# a learnt factor that falls with the time since; and so does the state.


def read_and_fade(gru, x, keep):
    h, states = torch.zeros(1, len(x), keep.shape[2]), []
    for t in range(x.shape[1]):
        state, h = gru(x[:, t : t + 1], keep[:, t] * h)
        states.append(state)
    return torch.cat(states, dim=1)


# %%
# All four read with a GRU, and choose by mean and maximum of its states.


class Reader(nn.Module):
    def __init__(self, way, n=32):
        super().__init__()
        self.way = way
        features = {"mask and time": 6, "GRU-D": 5}.get(way, 4)
        self.gru = nn.GRU(features, n, batch_first=True)
        self.fade_input, self.fade_state = nn.Linear(1, 4), nn.Linear(1, n)
        self.classify = nn.Linear(2 * n, 5)

    def forward(self, sequences):
        x, seen = sequences[:, :, :4], sequences[:, :, 4:]
        since = time_since(seen[:, :, 0] > 0) / 10
        if self.way in ("last value", "GRU-D"):
            x = last_value(x, seen[:, :, 0] > 0)
        if self.way == "mask and time":
            x = torch.cat([x, seen, since], dim=2)
        if self.way != "GRU-D":
            states, _ = self.gru(x)
        else:
            faded = x * torch.exp(-self.fade_input(since).relu())
            x = torch.cat([torch.where(seen > 0, x, faded), seen], dim=2)
            keep = torch.exp(-self.fade_state(since).relu())
            states = read_and_fade(self.gru, x, keep)
        return self.classify(torch.cat([states.mean(1), states.amax(1)], 1))


# %%
# With gaps in training, and without
# ----------------------------------
# One network never meets a gap in training; four do, others in each batch. The
# last is on a ward where they have a reason: in a seizure the patient moves,
# and 90 % is lost, at other times 50 %.

EPOCHS = 1
WAYS = "zeros", "last value", "mask and time", "GRU-D"
targets, n = to_targets(seconds.labels), len(seconds)
LOST = {share: np.full((n, 1), share) for share in (0.5, 0.7, 0.9)}
ANY = np.concatenate([*LOST.values()], axis=1)
WARD = np.where(seconds.labels == 1, 0.9, 0.5)[:, None]
MET = {"zeros, never met gaps": ("zeros", np.zeros((n, 1)))}
MET |= {way: (way, ANY) for way in WAYS} | {"ward": ("mask and time", WARD)}
tests = {**LOST, "ward": WARD}
answers = {where: {name: [] for name in MET} for where in tests}
for seed, split in enumerate(five_folds(seconds, protocol.BY_MOMENT)):
    scaled = Scaling.fit(seconds.samples[split.train])(seconds.samples)
    sequences, old, new = to_sequences(scaled, 4), split.train, split.test[::3]
    for name, (way, met) in MET.items():
        set_seed(seed)
        network = Reader(way)
        data = WithGaps(sequences[old], targets[old], met[old], 10, seed)
        fit(network, data, None, epochs=EPOCHS, learning_rate=0.01, seed=seed)
        for where, lost in tests.items():
            test = WithGaps(sequences[new], targets[new], lost[new], 10, seed)
            said = to_labels(predict(network, test[torch.arange(len(new))][0]))
            answers[where][name].append(Answers.of(seconds, new, said))

# %%
# Their answers at new moments (dotted: guessing):

for where, by_name in answers.items():
    by_name |= {name: Answers.join(of) for name, of in by_name.items()}
    fact = where if where == "ward" else f"lost_{100 * where:.0f}"
    record.note(f"uneven_time/{fact}", **facts(by_name, "zeros", WAYS[1:]))
draw.accuracy_by_share({share: answers[share] for share in LOST})
plt.show()

# %%
# What to conclude
# ----------------
# - A network has to meet gaps in training: one that never did is far behind
#   :holds:`uneven_time/lost_90 ahead_of_zeros_never_met_gaps.low > 0.05`.
# - How they are told hardly matters here: whatever is lost, no way is five
#   points from zeros :holds:`uneven_time/lost_50 most_apart < 0.05,
#   uneven_time/lost_70 most_apart < 0.05, uneven_time/lost_90 most_apart <
#   0.05`. How large and how rough a second is, its rest can tell.
# - Gaps with a reason are an answer. On its ward the last network finds nearly
#   all seizures :holds:`uneven_time/ward ward.found > 0.9`. Where 90 % is lost
#   for other reasons, it takes most of the rest for a seizure
#   :holds:`uneven_time/lost_90 ward.false > 0.5`.
