"""
Many to many: when does the seizure begin?
==========================================

A patient is watched for hours. The question is no longer *which state is
this?* but *which state now?*: a sequence goes in and a sequence of states
comes out. That is *many-to-many*, as in following a disease over the years.

**What you will learn**

- how to train a network that answers at every step;
- what reading also from the end (*bidirectional*) gains, and why a monitor
  cannot have it;
- to judge a detector by its alarms, and beside something much simpler.

**Before you start**: read :doc:`/chapters/sequences` and
:doc:`/chapters/recurrence`, and do the lab :doc:`many_to_one`.
"""

# %%
# Recordings that change their state
# ----------------------------------
# No recording of these five sets contains the beginning of a seizure. So
# sequences are put together here, and one must say so: pieces of 1.5 to 6
# seconds from inside the brain, in seizures and between, are joined end to
# end. A join can be heard; so that it gives nothing away, many have the same
# state on both sides. No part of a split repeats the timeline of another.

import matplotlib.pyplot as plt
import torch
from torch import nn

from lab_code import detection, figures, protocol, record
from lab_code.figures import detectors as draw
from lab_code.sources import load
from lab_code.splits import five_folds

figures.use_style()
recordings = load()
CUT = {"n_steps": 128, "samples_per_step": 22}
splits = five_folds(recordings, protocol.BY_MOMENT)
folds = detection.join_folds(recordings, splits, (320, 160, 200), **CUT)

# %%
# An answer at every step
# -----------------------
# The linear layer sees the state of each step, not a summary of all. The GRU
# that reads forward knows what came before; the bidirectional one has a second
# from the end, and knows what comes. The loss is the mean over all steps.


class Tagger(nn.Module):
    """(batch, step, feature) -> scores of the two states at each step."""

    def __init__(self, hidden_size, bidirectional):
        super().__init__()
        how = {"batch_first": True, "bidirectional": bidirectional}
        self.gru = nn.GRU(CUT["samples_per_step"], hidden_size, **how)
        self.classify = nn.Linear(hidden_size * (1 + bidirectional), 2)

    def forward(self, sequences):
        states, _ = self.gru(sequences)
        return self.classify(states)


scores = Tagger(32, bidirectional=False)(torch.randn(4, 128, 22))
states = torch.zeros(4, 128, dtype=torch.int64)
loss = nn.functional.cross_entropy(scores.flatten(0, 1), states.flatten())
print("scores (batch, step, state):", tuple(scores.shape))

# %%
# Five trainings, and something much simpler
# ------------------------------------------
# ``train_detector`` calls ``fit`` in each fold. A seizure is large: so beside
# the networks stands a threshold on the standard deviation of the last steps.

TRAINING = {"epochs": 6, "batch_size": 32, "learning_rate": 8e-3}
ALLOWED = 30  # false alarms an hour
WHERE = recordings, splits, folds
HOW = folds, recordings.sampling_rate / CUT["samples_per_step"], ALLOWED
detectors, about = {}, {}
for name, size in {"bidirectional": 21, "forward": 32}.items():
    how = {"hidden_size": size, "bidirectional": name == "bidirectional"}
    said, kept = detection.train_detector(Tagger, how, *WHERE, **TRAINING)
    detectors[name] = detection.Bedside.of(said, *HOW)
    about[name] = {"method": "gru", "variant": name, **kept}
    about[name] |= {"parameters": CUT | how | TRAINING}
said = detection.fit_thresholds(folds)
detectors["deviation"] = detection.Bedside.of(said, *HOW)
about["deviation"] = {"method": "deviation", "parameters": CUT}
about["deviation"] |= {"seconds": 0, "n_parameters": 2}
draw.joined_sequence(detectors, recordings.sampling_rate)
plt.show()

# %%
# How good a detector?
# --------------------
# The share of right steps says little to a nurse. An *alarm* sounds when the
# probability was above a threshold for half a second. It announces a seizure
# if it begins during it; one that begins between seizures is false. A hospital
# says how many false alarms it can bear, here 30 an hour, and asks what share
# of the seizures is then announced: the *sensitivity*. Lines: all thresholds
# in test. Marks: those that kept to 30 in validation. Then, detectors in
# pairs.

draw.alarms(detectors, ALLOWED)
plt.show()
for pair, gaps in detection.in_pairs(detectors).items():
    noted = {what: vars(gap) for what, gap in gaps.items()}
    record.note(f"many_to_many/{pair}", **noted)
    print(pair, *(f"{what}: {gap}" for what, gap in gaps.items()), sep="\n  ")
detection.to_table(detectors)

# %%
# When seizures are rare
# ----------------------
# A third of the time here is seizure. A patient may have one a day, and the
# false alarms stay. The share of alarms that are right is then, by Bayes'
# theorem, the seizures announced in a day over these and the false alarms of a
# day. And can the probabilities be believed? Of the steps called a seizure
# with about 70 %, 70 % should be one (*calibration*).

draw.trust(detectors)
plt.show()
ABOUT = {"task": protocol.STATES, "recordings": recordings}
ABOUT |= {"split": protocol.in_folds(protocol.BY_MOMENT), "seed": range(5)}
for name, of in detectors.items():
    about[name] |= of.to_record() | ABOUT
    record.write(f"many_to_many/{name}", **about[name])

# %%
# What to conclude
# ----------------
# - In the first half second of a seizure the bidirectional network is far
#   ahead of the forward one: it has heard what comes next
#   :holds:`many_to_many/bidirectional_minus_forward at_first.low > 0.1`. A
#   report written afterwards can have that, a monitor cannot.
# - There the forward network is behind the threshold
#   :holds:`many_to_many/forward_minus_deviation at_first.high < -0.05`. Over
#   all steps they cannot be told apart :holds:`many_to_many/forward ~
#   many_to_many/deviation`, and neither network announces more seizures
#   :holds:`many_to_many/forward_minus_deviation announced.low < 0,
#   many_to_many/bidirectional_minus_deviation announced.low < 0`. Alone, each
#   looks good.
# - With one seizure a day, not one alarm in a hundred is right
#   :holds:`many_to_many/forward right_alarms_one_a_day < 0.01,
#   many_to_many/deviation right_alarms_one_a_day < 0.01`. And a threshold
#   promises little: on new moments the forward network rang oftener than in
#   validation :holds:`many_to_many/forward false_alarms_per_hour > 40`.
# - The beginnings here are joins, not those of real seizures.
