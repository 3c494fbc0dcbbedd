"""
Rare and unequal: what is an alarm worth?
=========================================

Here one second in five is from a seizure. On a ward hardly any is, and the two
mistakes do not cost the same.

**What you will learn**

- what class weights do, and how to undo it;
- what share of alarms is right, if seizures are rare;
- to compare alarms by *net benefit* (Vickers and Elkin 2006).

**Before you start**: read :doc:`/chapters/training_in_practice`, and do the
lab :doc:`many_to_one`.
"""

# %%
# Make seizures rare
# ------------------
# In training only a few moments of seizures are kept: one second in twenty is
# from a seizure. Each second is scaled by its own size, as electrodes differ.

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

from lab_code import figures, protocol, record
from lab_code.evaluation import difference
from lab_code.figures import rare as draw
from lab_code.networks import RecurrentClassifier
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_sequences
from lab_code.sources import load
from lab_code.splits import five_folds
from lab_code.tasks.rare import benefit, share_right, thin

figures.use_style()
seconds = load().seconds()
seizure, moment = seconds.labels == 1, seconds.moment
own = np.stack([Scaling.fit(one)(one) for one in seconds.samples])
sequences = to_sequences(own, 4)
SHARE = 0.05

# %%
# With and without weights
# ------------------------
# A common remedy is to multiply the loss of each seizure by 19: both weigh the
# same. The network says one number, the log odds of a seizure.

STEPS = 200
WEIGHT = (1 - SHARE) / SHARE
WEIGHTS = {"plain": 1.0, "weighted": WEIGHT}
targets = torch.from_numpy(seizure).float()


def train(rows, weight, seed):
    set_seed(seed)
    network = RecurrentClassifier(4, 24, 1, "gru", readout="mean_max")
    loss_of = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(weight))
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-2)
    for _ in range(STEPS):
        batch = rows[torch.randint(len(rows), (128,))]
        loss = loss_of(network(sequences[batch])[:, 0], targets[batch])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return network


# %%
# Five folds by moment. An alarm is given where a seizure is called likelier
# than not; or above what 1 % of other seconds of the validation part exceed.

said, limit = np.empty((2, 2, len(seconds)))
for seed, split in enumerate(five_folds(seconds, protocol.BY_MOMENT)):
    rows = thin(split.train, seizure, moment, SHARE, seed)
    calm = split.validation[~seizure[split.validation]]
    for k, weight in enumerate(WEIGHTS.values()):
        network = train(rows, weight, seed)
        with torch.no_grad():
            said[k, split.test] = network(sequences[split.test])[:, 0]
            limit[k, split.test] = network(sequences[calm]).quantile(0.99)

rates = {}
for way, at in {"half": 0, "one_in_100": limit}.items():
    for name, alarm in zip(WEIGHTS, said > at, strict=True):
        found, false = alarm[seizure].mean(), alarm[~seizure].mean()
        print(f"{name}, {way}: {found:.0%} found, {false:.1%} false")
        record.note(f"rare_and_unequal/{name}_{way}", found=found, false=false)
        rates[name, way] = found, false

# %%
# Weights moved the threshold: more is found, with far more false alarms.
#
# Can the number be believed?
# ---------------------------
# Weights multiply the odds that are learnt. Divide by 19, and they are put
# back. Below, each second of the test parts counts as often as on a ward where
# one in twenty is from a seizure.

odds = dict(zip(WEIGHTS, said, strict=True))
odds["put back"] = odds["weighted"] - np.log(WEIGHT)
probability = {name: 1 / (1 + np.exp(-of)) for name, of in odds.items()}
share = seizure.mean()
counts = np.where(seizure, SHARE / share, (1 - SHARE) / (1 - share))
draw.trust_and_worth(probability, seizure, counts)
plt.show()

# %%
# On the right, *net benefit*: seizures found, minus false alarms times the
# odds of the threshold. Who sets it to 10 % takes nine false alarms for one
# seizure. *Off* is Brier's score: the error of a probability, squared.

of = seconds.labels, moment
worth = {n: counts * benefit(p, seizure, 0.1) for n, p in probability.items()}
off = {n: counts * (p - seizure) ** 2 for n, p in probability.items()}
for name in ("weighted", "put back"):
    worse = difference(off[name], off["plain"], *of)
    behind = difference(worth["plain"], worth[name], *of)
    print(f"{name}: off by {worse} more; net benefit behind by {behind}")
    fact = f"rare_and_unequal/{name.replace(' ', '_')}"
    record.note(f"{fact}_off", **vars(worse))
    record.note(f"{fact}_behind", **vars(behind))

# %%
# Rarer still
# -----------
# What share of alarms is right follows by Bayes' rule, with no new network:

rate = rates["plain", "one_in_100"]
draw.right_by_share(*rate)
plt.show()
record.note("rare_and_unequal/in_1000", right=share_right(1e-3, *rate))

# %%
# What to conclude
# ----------------
# - Weights find more by alarming more :holds:`rare_and_unequal/weighted_half
#   false > 4 * rare_and_unequal/plain_half false`. So does a lower threshold:
#   at one rate of false alarms, hardly more is found
#   :holds:`rare_and_unequal/weighted_one_in_100 found < 1.4 *
#   rare_and_unequal/plain_one_in_100 found`.
# - They spoil probabilities :holds:`rare_and_unequal/weighted_off low > 0.02`
#   and the net benefit :holds:`rare_and_unequal/weighted_behind low > 0.005`;
#   put back, hardly anything differs :holds:`rare_and_unequal/put_back_off
#   high < 0.02, rare_and_unequal/put_back_behind high < 0.01`.
# - At one in a thousand nearly every alarm is false
#   :holds:`rare_and_unequal/in_1000 right < 0.1`. Say how rare.
