"""
A patient's visits: when does the order count?
==============================================

Visits go in; out comes whether the heart will fail. Is a recurrent network
worth it, or will counts of diagnoses and drugs do? No patient in this lab is
real: they are simulated, so that the best possible answer is known.

**What you will learn**

- to read visits with a GRU: several codes each, at irregular times;
- when it gains over counts, and how many patients that takes;
- to follow a hidden stage, beside the exact answer.

**Before you start**: read :doc:`/chapters/sequences` and
:doc:`/chapters/training_in_practice`. On real patients: Choi et al. (2016,
2017), with visits, and Lipton et al. (2016), with measurements.
"""

# %%
# Patients of whom all is known
# -----------------------------
# At each visit some of 30 codes are given: a *multi-hot* vector. A hidden
# stage never goes back; in later ones some codes are more frequent, and visits
# closer together. All rules are made up (``lab_code/tasks/visits.py``).

from itertools import product

import matplotlib.pyplot as plt
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from lab_code import figures, record
from lab_code.figures import visits as draw
from lab_code.seeds import set_seed
from lab_code.tasks.readers import best_possible, in_pairs, learn
from lab_code.tasks.visits import N_CODES, STAGES, WORLDS, Patients

figures.use_style()
test = Patients.draw(4_000, seed=1)
draw.one_patient(test, 1620)
plt.show()

# %%
# Two worlds
# ----------
# A risk decides who falls ill: in the *world of counts*, from how often there
# was each code; in the *world of order* the diagnosis adds to it, and a drug
# takes that away, but only if it comes later. *AUC* is how often, of two of
# whom one falls ill, that one is given the higher risk. The best possible is
# the true risk; from counts, the mean risk of all who have the same counts.

truth = {world: test.outcome(world, seed=2) for world in WORLDS}
best = best_possible(test, truth)  # from all, and from counts alone

# %%
# Reading visits
# --------------
# A linear layer adds up a vector for each code, an *embedding* of the visit.
# Beside it stands the time since the last one. *Packed*, each patient is read
# up to the last visit and no further.


class Reader(nn.Module):
    def __init__(self, n_answers, each_visit=False, timed=True, n=32):
        super().__init__()
        self.each_visit, self.timed = each_visit, timed
        self.embed = nn.Linear(N_CODES, 16, bias=False)
        self.gru = nn.GRU(17, n, batch_first=True)
        self.say = nn.Linear(n, n_answers)

    def forward(self, patients):
        since = patients.gaps[:, :, None].log1p() * self.timed
        x = torch.cat([self.embed(patients.codes), since], dim=2)
        how = {"batch_first": True, "enforce_sorted": False}
        h, last = self.gru(pack_padded_sequence(x, patients.lengths, **how))
        if self.each_visit:
            h, _ = pad_packed_sequence(h, batch_first=True)
            return self.say(h).transpose(1, 2)  # (patient, answer, visit)
        return self.say(last[0])


# %%
# How many patients it takes
# --------------------------
# Beside it, two logistic regressions: on counts, and on these and all 900
# pairs of codes, "this one, and later that one". Four seeds, each with its own
# simulated patients; bars are 95 % intervals of the mean, after Student.

STEPS = 300
GIVEN = {"counts": Patients.counts, "counts and pairs": Patients.with_pairs}
asked = {name: given(test) for name, given in GIVEN.items()}
scores = {world: [] for world in WORLDS}
for world, n, seed in product(WORLDS, (250, 1000, 8000), range(4)):
    patients = Patients.draw(n, seed=10 + seed)
    ill, said = patients.outcome(world, seed), {}
    for name, given in GIVEN.items():
        model = LogisticRegression(C=0.03, max_iter=500)
        model.fit(given(patients), ill)
        said[name] = model.decision_function(asked[name])
    set_seed(seed)
    network = learn(Reader(n_answers=2), patients, ill, STEPS, seed)
    with torch.no_grad():
        said["GRU"] = network(test).diff(dim=1)[:, 0]
    auc = {m: roc_auc_score(truth[world], risk) for m, risk in said.items()}
    scores[world].append({"patients": n, **auc})
for name, facts in in_pairs(scores, best).items():
    record.note(f"a_patients_visits/{name}", **facts)
draw.learning_curves(scores, best)
plt.show()

# %%
# A stage at each visit
# ---------------------
# *Many-to-many*: which stage is it now? The rules are a *hidden Markov model*;
# its *forward algorithm* has the exact probabilities, given all visits so far.
# No causal answer is right more often. Of two GRUs, one is not told the time.

told, right = {"exact": test.filtered()}, {"GRU": [], "GRU without time": []}
for name, seed in product(right, range(3)):
    set_seed(seed)
    network = Reader(len(STAGES), each_visit=True, timed=name == "GRU")
    learn(network, Patients.draw(4_000, seed=10 + seed), None, STEPS, seed)
    with torch.no_grad():
        told[name] = network(test).softmax(1).transpose(1, 2).numpy()
    right[name].append(test.right(told[name]))
least, most = min(right["GRU"]), max(right["GRU without time"])
exact = test.right(told["exact"])
record.note("a_patients_visits/stages", exact=exact, gru=least, untimed=most)
draw.told_stages(test, 1620, told)
plt.show()

# %%
# What to conclude
# ----------------
# - Count first. Where counts decide, regression is ahead with 250 patients
#   :holds:`a_patients_visits/counts_250 over_counts.high < 0`; with 8,000 a
#   GRU gains nothing :holds:`a_patients_visits/counts_8000 over_counts.value
#   < 0.005`.
# - Where order decides, it passes what counts can reach with 8,000 patients
#   :holds:`a_patients_visits/order_8000 over_best_from_counts.value > 0`, not
#   with 250 :holds:`a_patients_visits/order_250 over_counts.high < 0`. Pairs
#   lead with 1,000 :holds:`a_patients_visits/order_1000 over_pairs.high < 0`.
# - It follows a hidden stage nearly as well as the exact answer
#   :holds:`a_patients_visits/stages gru > 0.96 * a_patients_visits/stages
#   exact`; told when patients come, it is right more often
#   :holds:`a_patients_visits/stages gru > a_patients_visits/stages untimed`.
