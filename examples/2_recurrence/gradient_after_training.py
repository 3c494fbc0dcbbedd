"""
After training: how far back does the gradient reach?
=====================================================

Start values are one thing, trained networks another. A simple network, an LSTM
and a GRU learn to name the class of a second of EEG from their *last* state.
How much of the gradient comes back to the first steps, before training and
after? And how long does what they read first still count?

**What you will learn**

- what training does to the gradient, in three kinds of cell;
- how long trained networks depend on their first input.

**Before you start**: read :doc:`/chapters/vanishing_gradients` and
:doc:`/chapters/gated_units`, and do the lab :doc:`vanishing_gradient`.
"""

# %%
# Before and after
# ----------------
# As in :doc:`vanishing_gradient`, the gradient is multiplied by one Jacobian a
# step. A second has 44 steps of four samples. ``state_jacobians`` computes the
# factors for any of the three cells, ``norms_by_lag`` the norm of their
# product; take the mean over twenty seconds of the test part.

import matplotlib.pyplot as plt
import torch

from lab_code import figures, record
from lab_code.figures import gradients, memory
from lab_code.gradients import norms_by_lag, state_jacobians
from lab_code.networks import RecurrentClassifier
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_sequences
from lab_code.sources import load
from lab_code.splits import split_by_moment
from lab_code.trial import train_and_test

figures.use_style()
seconds = load().seconds()
split = split_by_moment(seconds, seed=0)
scaled = Scaling.fit(seconds.samples[split.train])(seconds.samples)
some = to_sequences(scaled[split.test[:: len(split.test) // 20][:20]], 4)


def mean_norms(network):
    """Return the geometric mean of the norms, over seconds; (lag,)."""
    jacobians = [state_jacobians(network.recurrent, one) for one in some]
    norms = torch.stack([norms_by_lag(factors) for factors in jacobians])
    return norms.log().mean(dim=0).exp()


# %%
# Measure, train, and measure again. ``train_and_test`` trains a network on the
# training part and asks it about the test part.

CELLS = {"simple RNN": "rnn", "LSTM": "lstm", "GRU": "gru"}
networks, curves, answers = {}, {}, {}
for name, cell in CELLS.items():
    set_seed(0)
    network = networks[name] = RecurrentClassifier(4, 32, 5, cell)
    before = mean_norms(network)
    trial = train_and_test(
        network,
        seconds,
        split,
        samples_per_step=4,
        epochs=8,
        learning_rate=6e-3,
    )
    curves[name] = before, mean_norms(network)
    first, last = (curve[-1].item() for curve in curves[name])
    record.note(f"gradient_after_training/{cell}", before=first, after=last)
    answers[name] = trial.answers
    print(f"{name}: accuracy {trial.scores.accuracy}")
gradients.before_and_after(curves)
plt.show()

# %%
# What does it bring? The simple network against the two others, in pairs: on
# the same seconds.

for name in ("LSTM", "GRU"):
    ahead = answers[name].minus(answers["simple RNN"])
    print(f"{name} minus simple RNN: {ahead}")
    fact = f"gradient_after_training/{CELLS[name]}_ahead"
    record.note(fact, **vars(ahead))

# %%
# How long is the first input remembered?
# ---------------------------------------
# The same in the manner of Graves (2012, chapter 4): the network unfolded,
# each node shaded by how much it depends on the first input, relative to the
# most. Graves drew the shades; these are measured on a second of a seizure.

seizure = split.test[seconds.labels[split.test] == 1][11]
one = to_sequences(scaled[[seizure]], 4)[0, :16]


def dependence(network):
    """Return how much each state depends on the first input: (step,)."""

    def states(first):
        return network.recurrent(torch.cat([first, one[1:]]))[0]

    jacobian = torch.autograd.functional.jacobian(states, one[:1])
    return jacobian.flatten(1).norm(dim=1)


drawn = memory.first_input({n: dependence(of) for n, of in networks.items()})
print(*drawn.get_label().split("; "), sep="\n")
plt.show()

# %%
# What to conclude
# ----------------
# - Training moves the factors. Before it all three forget
#   :holds:`gradient_after_training/rnn before < 1e-6,
#   gradient_after_training/lstm before < 1e-6, gradient_after_training/gru
#   before < 1e-6`.
#   In the trained LSTM and GRU a state 44 steps back still counts much, in the
#   trained simple network far less
#   :holds:`gradient_after_training/lstm after > 10 *
#   gradient_after_training/rnn after, gradient_after_training/gru after > 10 *
#   gradient_after_training/rnn after`,
#   and that network is less often right
#   :holds:`gradient_after_training/lstm_ahead low > 0,
#   gradient_after_training/gru_ahead low > 0`.
# - Against vanishing, a better cell helps. What it does for a task that needs
#   memory is measured in :doc:`long_memory`.
