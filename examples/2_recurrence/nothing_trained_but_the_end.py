"""
Nothing trained but the end
===========================

Teaching a network through time is hard, so do not. In an *echo-state network*
(Jaeger 2001) the weights into the state, and from state to state, are drawn at
random and stay as they are. Only the last layer learns, by ridge regression:
no gradient goes back through a single step.

**What you will learn**

- to write an echo-state network: one equation, and one linear fit;
- what its spectral radius decides, and what training the rest is worth.

**Before you start**: read :doc:`/chapters/vanishing_gradients`, and do the lab
:doc:`vanishing_gradient`.
"""

# %%
# A reservoir
# -----------
# The update is the one you know, h = tanh(U x + W h), for two hundred units, a
# *reservoir*; W is scaled to a spectral radius. A second has 44 steps of four
# samples, divided by 100 counts: a number chosen, and not learnt from data.

import time

import matplotlib.pyplot as plt
import torch
from sklearn.linear_model import RidgeClassifier

from lab_code import figures, protocol, record
from lab_code.answers import Answers
from lab_code.classical import ask_in_folds
from lab_code.figures import reservoirs as draw
from lab_code.long import kept
from lab_code.seeds import set_seed
from lab_code.sequences import to_sequences
from lab_code.sources import load
from lab_code.splits import five_folds

figures.use_style()
recordings = load()
seconds = recordings.seconds()
sequences = to_sequences(seconds.samples / 100, 4)

# %%
# The weights come from a seed, and nothing changes them.

UNITS, RADII = 200, (0.1, 0.5, 0.9, 1.2, 2.0)


def states(sequences, radius, seed=0, h=0.0):
    """Yield the state after each step, (second, unit)."""
    set_seed(seed)
    U, W = 0.3 * torch.randn(UNITS, 4), torch.randn(UNITS, UNITS)
    W *= radius / torch.linalg.eigvals(W).abs().max()
    h = torch.full((len(sequences), UNITS), h)
    for x in sequences.unbind(dim=1):
        h = torch.tanh(x @ U.T + h @ W.T)
        yield h


# %%
# The state must be an *echo* of the input: where it began has to be forgotten.
# Start it at 0 and at 0.5, let both read the same second, and see how far
# apart they stay.

one = sequences[seconds.labels == 1][300:301]
apart = {}
for radius in RADII:
    both = [torch.cat([*states(one, radius, h=h)]) for h in (0.0, 0.5)]
    distance = (both[0] - both[1]).norm(dim=1)
    apart[radius] = (distance / distance[0]).tolist()
draw.start_forgotten(apart)
plt.show()

# %%
# The end
# -------
# Mean and maximum of each unit over the steps, and ridge regression on them,
# fitted anew in each of five folds by moment; two reservoirs for each radius.
# Beside it, the same from the last state alone.

READ_OUTS = ("mean and maximum", "last state")
splits = five_folds(seconds, protocol.BY_MOMENT)
model = RidgeClassifier(solver="cholesky")
found, begin = {name: {} for name in READ_OUTS}, time.perf_counter()
for radius, seed in ((radius, seed) for radius in RADII for seed in (0, 1)):
    total, most = 0.0, torch.tensor(-1.0)
    for h in states(sequences, radius, seed):
        total, most = total + h, torch.maximum(most, h)
    pooled = torch.cat([total / sequences.shape[1], most], dim=1)
    for name, of in zip(READ_OUTS, (pooled, h), strict=True):
        answers = ask_in_folds(model, of.numpy(), seconds, splits)
        found[name].setdefault(radius, []).append(answers)
spent = time.perf_counter() - begin

# %%
# Two methods beside it, from recorded runs on the same seconds, have fixed
# features as well: convolutions, and quantiles of intervals.

runs = kept.answers(protocol.ONE_SECOND, "single", ("minirocket", "quant"))
beside = {
    protocol.METHODS[m]: of[protocol.BY_MOMENT] for m, of in runs.items()
}
draw.by_radius(found, beside)
plt.show()
for name, by in found.items():
    right = {f"at_{10 * r:.0f}": Answers.join(of) for r, of in by.items()}
    means = {radius: answers.right.mean() for radius, answers in right.items()}
    record.note(f"nothing_trained_but_the_end/{name[:4]}", **means)

# %%
# Into the record goes the radius that is usual, a little below 1.

answers = Answers.join(found["mean and maximum"][0.9])
about = {"method": "echo_state", "task": protocol.ONE_SECOND, "seed": [0, 1]}
about |= {"split": protocol.in_folds(protocol.BY_MOMENT), "answers": answers}
about |= {"parameters": {"units": UNITS, "radius": 0.9, "samples_per_step": 4}}
about |= {"n_parameters": 5 * (2 * UNITS + 1), "recordings": recordings}
about |= {"seconds": spent / len(RADII)}
record.write("nothing_trained_but_the_end/echo_state", **about)
print(answers.scores().accuracy)

# %%
# What to conclude
# ----------------
# - Between two hundred random units with a linear layer and the recurrent
#   networks trained in :doc:`../3_seizures/compare_cells` no difference can be
#   shown on a second of EEG
#   :holds:`nothing_trained_but_the_end/echo_state ~ compare_cells/gru,
#   nothing_trained_but_the_end/echo_state ~ compare_cells/rnn`. MiniRocket and
#   QUANT are ahead of both
#   :holds:`nothing_trained_but_the_end/echo_state <
#   the_best_network/second_by_moment_minirocket_single,
#   nothing_trained_but_the_end/echo_state <
#   the_best_network/second_by_moment_quant_single`.
# - Between 0.1 and 1.2 the radius matters little here
#   :holds:`nothing_trained_but_the_end/mean at_9 < 1.1 *
#   nothing_trained_but_the_end/mean at_1, nothing_trained_but_the_end/mean
#   at_9 < 1.1 * nothing_trained_but_the_end/mean at_12`. At 2 the state never
#   forgets its start, and accuracy falls
#   :holds:`nothing_trained_but_the_end/mean at_20 <
#   nothing_trained_but_the_end/mean at_9 by 0.04`.
# - An echo fades: the last state alone tells little
#   :holds:`nothing_trained_but_the_end/last at_9 < 0.35`. What training makes
#   of a last state, :doc:`gradient_after_training` measures.
