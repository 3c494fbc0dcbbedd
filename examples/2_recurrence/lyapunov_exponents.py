"""
Lyapunov exponents of a network that learns
===========================================

The spectral radius belongs to a matrix, the Lyapunov exponent to a network at
work: how fast does a small change of its state grow or shrink, in the long
run? A simple network and a GRU are measured while they learn.

**What you will learn**

- how Lyapunov exponents are computed along a recording;
- what training does to them, and where the spectral radius says otherwise.

**Before you start**: read :doc:`/chapters/gated_units`, and do the lab
:doc:`gradient_after_training`. The method is Benettin's and others' (1980).
"""

# %%
# Push a small change through
# ---------------------------
# A small change of the state is multiplied by one Jacobian a step. Bring it
# back to length 1 after each, and take the mean logarithm of what its length
# was. The first second, 44 steps, does not count.

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from lab_code import figures, record
from lab_code.figures import lyapunov as draw
from lab_code.gradients import state_jacobians
from lab_code.lyapunov import along, exponents
from lab_code.networks import RecurrentClassifier
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_sequences, to_targets
from lab_code.sources import load
from lab_code.splits import split_by_moment

# %%


def largest(jacobians):
    """Return the exponent of factors (step, state_size, state_size)."""
    change, logarithms = torch.ones(jacobians.shape[-1]).double(), []
    for jacobian in jacobians:
        change = jacobian @ change
        logarithms.append(change.norm().log())
        change = change / change.norm()
    return torch.stack(logarithms[44:]).mean()


# %%
# Read, of the test part, three seizures and three recordings with eyes open.
# Where each factor is :math:`W`, the exponent is the radius's logarithm.

figures.use_style()
recordings = load()
seconds = recordings.seconds()
split = split_by_moment(seconds, seed=0)
scaling = Scaling.fit(seconds.samples[split.train])
whole = to_sequences(scaling(recordings.samples), 4)
test = np.unique(seconds.recording[split.test])
heard = {}
for name, k in {"seizure": 1, "eyes open": 5}.items():
    heard[name] = whole[test[recordings.labels[test] == k][:3]]


def log_radius(W):
    return torch.linalg.eigvals(W.detach()).abs().max().log()


set_seed(0)
new = nn.RNN(4, 32, batch_first=True)
W = new.weight_hh_l0.detach().double()
factors = state_jacobians(new, heard["seizure"][0]).double()
print(f"W alone {largest(W.repeat(1000, 1, 1)):.3f}, {log_radius(W):.3f}")
print(f"a seizure {largest(factors):.3f}, {exponents(factors, 44)[0]:.3f}")

# %%
# ``exponents`` sends as many changes as there are units, and after each step
# a :term:`QR decomposition` sets them at right angles: one exponent for each.
#
# Train, and measure on the way
# -----------------------------
# Both networks learn to name the class of a second from their last state. Of
# the GRU's three matrices :math:`W`, the radius is that of the candidate's.

STEPS = 800
sequences = to_sequences(scaling(seconds.samples), 4)
targets = to_targets(seconds.labels)


def train(cell, seed):
    """Return what was measured, by the step of training."""
    set_seed(seed)
    network, found = RecurrentClassifier(4, 32, 5, cell), {}
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    for step in range(STEPS + 1):
        if step in (0, 50, 200, STEPS):
            at = network.recurrent
            found[step] = {of: along(at, heard[of], 44) for of in heard}
            found[step]["log radius"] = log_radius(at.weight_hh_l0[-32:])
        batch = split.train[torch.randint(len(split.train), (64,))]
        loss = cross_entropy(network(sequences[batch]), targets[batch])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
    return found


# %%

found = {c: [train(c, seed) for seed in range(3)] for c in ("rnn", "gru")}
draw.over_training(found)
plt.show()

# %%
# Dots are seeds. All exponents, on the seizures:

draw.spectra(found, "seizure", 44)
plt.show()
for when, step in {"before": 0, "after": STEPS}.items():
    for cell, runs in found.items():
        for of in runs[0][step]:
            tops = [run[step][of].max().item() for run in runs]
            last = max(run[step][of].min().item() for run in runs)
            fact = f"lyapunov_exponents/{cell}_{of.replace(' ', '_')}_{when}"
            record.note(fact, lowest=min(tops), highest=max(tops), last=last)

# %%
# What to conclude
# ----------------
# - Training takes the radius above 1, and no exponent far above 0: in the long
#   run, little explodes :holds:`lyapunov_exponents/rnn_log_radius_after lowest
#   > 0, lyapunov_exponents/gru_log_radius_after lowest > 0,
#   lyapunov_exponents/rnn_eyes_open_after highest < 0,
#   lyapunov_exponents/rnn_seizure_after highest < 0,
#   lyapunov_exponents/gru_eyes_open_after highest < 0.05,
#   lyapunov_exponents/gru_seizure_after highest < 0.05`.
# - The same weights have other exponents on other inputs. Large samples
#   flatten the tanh :holds:`lyapunov_exponents/rnn_seizure_after highest <
#   lyapunov_exponents/rnn_eyes_open_after highest`.
# - The GRU's exponent rises towards 0, where memory is long
#   :holds:`lyapunov_exponents/gru_seizure_before highest < -0.3,
#   lyapunov_exponents/gru_seizure_after lowest > -0.1`; other directions are
#   forgotten faster :holds:`lyapunov_exponents/gru_seizure_after last <
#   lyapunov_exponents/gru_seizure_before last`.
