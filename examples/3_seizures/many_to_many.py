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
- to judge a detector by its alarms, and beside something much simpler.

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
# The recordings are split first, in five folds by moment. Each part of each
# fold has its own seed, so no part repeats the timeline of another.

from itertools import combinations

import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn

from lab_code import detection, figures, protocol, record
from lab_code.figures import detectors as draw
from lab_code.networks import n_parameters
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling
from lab_code.sources import load
from lab_code.training import fit, predict

figures.use_style()
recordings = load()
CUT = {"n_steps": 128, "samples_per_step": 22}
splits = protocol.folds(recordings, protocol.BY_MOMENT)
folds = [
    detection.join_parts(recordings, split, (320, 160, 200), seed=fold, **CUT)
    for fold, split in enumerate(splits)
]

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
        how = {"batch_first": True, "bidirectional": bidirectional}
        self.gru = nn.GRU(CUT["samples_per_step"], hidden_size, **how)
        self.classify = nn.Linear(hidden_size * (1 + bidirectional), 2)

    def forward(self, sequences):
        states, _ = self.gru(sequences)
        return self.classify(states)


# %%
# The loss is the mean of the losses at all steps: to the cross-entropy, a
# batch of sequences is one long list of steps.

scores = Tagger(32, bidirectional=False)(torch.randn(4, 128, 22))
states = torch.zeros(4, 128, dtype=torch.int64)
loss = nn.functional.cross_entropy(scores.flatten(0, 1), states.flatten())
print("scores (batch, step, state):", tuple(scores.shape))

# %%
# Five trainings, and something much simpler
# ------------------------------------------
# A seizure is large. So beside the networks stands one number, the standard
# deviation of the last steps: a threshold on it is fitted to the training
# part, and validation decides how many steps it looks at.

TRAINING = {"epochs": 6, "batch_size": 32, "learning_rate": 8e-3}
NETWORKS = {
    "bidirectional": {"hidden_size": 21, "bidirectional": True},
    "forward": {"hidden_size": 32, "bidirectional": False},
}
said = {"bidirectional": [], "forward": [], "deviation": []}
seconds = dict.fromkeys(said, 0.0)
for fold, (split, parts) in enumerate(zip(splits, folds, strict=True)):
    scaling = Scaling.fit(recordings.samples[split.train])
    data = {part: joined.dataset(scaling) for part, joined in parts.items()}
    for name, settings in NETWORKS.items():
        set_seed(fold)
        network = Tagger(**settings)
        both = data["train"], data["validation"]
        history = fit(network, *both, seed=fold, **TRAINING)
        seconds[name] += history["seconds"].iloc[-1]
        said[name].append({})
        for part, of in data.items():
            scores = predict(network, of.tensors[0])
            said[name][fold][part] = scores.softmax(dim=2)[..., 1].numpy()
    large = detection.DeviationThreshold(parts["train"], parts["validation"])
    said["deviation"].append({part: large(of) for part, of in parts.items()})

# %%
ALLOWED = 30  # false alarms an hour
HOW = folds, recordings.sampling_rate / CUT["samples_per_step"], ALLOWED
detectors = {n: detection.Bedside.of(of, *HOW) for n, of in said.items()}
draw.joined_sequence(detectors, recordings.sampling_rate)
plt.show()

# %%
# How good a detector?
# --------------------
# The share of right steps says little to a nurse. An *alarm* sounds when the
# probability was above a threshold for half a second. It announces a seizure
# if it begins during it; one that begins between seizures is false, even if it
# still sounds when the next one comes. A hospital says how many false alarms
# it can bear, here 30 an hour, and asks what share of the seizures is then
# announced: the *sensitivity*. Lines: all thresholds in test. Marks: those
# that kept to 30 in validation.

draw.alarms(detectors, ALLOWED)
plt.show()
pd.DataFrame.from_dict(
    {name: of.row() for name, of in detectors.items()}, orient="index"
)

# %%
# In pairs, with intervals by moment: over all steps, at first (the first half
# second of each seizure), and in what is announced at 30 false alarms an hour.

for one, other in combinations(detectors, 2):
    gaps = detectors[one].minus(detectors[other])
    print(one, "minus", other)
    print("".join(f"    {what}: {gap}\n" for what, gap in gaps.items()))
    noted = {what: vars(gap) for what, gap in gaps.items()}
    record.note(f"many_to_many/{one}_minus_{other}", **noted)

# %%
# When seizures are rare
# ----------------------
# A third of the time here is seizure. A patient may have one a day, or one a
# month, and the false alarms stay. The share of alarms that are right is then,
# by Bayes' theorem, the seizures announced in a day over these and the false
# alarms of a day. And can the probabilities be believed? Of the steps that are
# said to be a seizure with about 70 %, 70 % should be one (*calibration*).

draw.trust(detectors)
plt.show()
for name, of in detectors.items():
    settings = NETWORKS.get(name)
    record.write(
        f"many_to_many/{name}",
        method="gru" if settings else name,
        variant=name if settings else "",
        task=protocol.STATES,
        split=protocol.in_folds(protocol.BY_MOMENT),
        seed=range(len(folds)),
        seconds=seconds[name],
        parameters=CUT | (settings | TRAINING if settings else {}),
        n_parameters=n_parameters(Tagger(**settings)) if settings else 2,
        answers=of.answers,
        recordings=recordings,
        **of.metrics(),
    )

# %%
# What to conclude
# ----------------
# - In the first half second of a seizure the bidirectional network is far
#   ahead of the forward one: it has heard what comes next
#   :holds:`many_to_many/bidirectional_minus_forward at_first.low > 0.1`. A
#   report written afterwards can have that, a monitor cannot.
# - The forward network is behind the threshold there
#   :holds:`many_to_many/forward_minus_deviation at_first.high < -0.05`. Over
#   all steps the two cannot be told apart
#   :holds:`many_to_many/forward ~ many_to_many/deviation`, and at 30 false
#   alarms an hour neither network announces more than the threshold
#   :holds:`many_to_many/forward_minus_deviation announced.low < 0,
#   many_to_many/bidirectional_minus_deviation announced.low < 0`. By itself,
#   each would have looked good.
# - With one seizure a day, not one alarm in a hundred is right
#   :holds:`many_to_many/forward right_alarms_one_a_day < 0.01,
#   many_to_many/deviation right_alarms_one_a_day < 0.01`. And a threshold
#   promises little: on new moments the forward network rang oftener than in
#   validation :holds:`many_to_many/forward false_alarms_per_hour > 40`.
# - The beginnings here are joins. How a real seizure begins, these recordings
#   do not show.
