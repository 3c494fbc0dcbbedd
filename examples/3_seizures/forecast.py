"""
Forecast: what will the signal do next?
=======================================

A network has heard a second of EEG. Now it goes on alone: one state goes in,
half a second comes out, step by step, and each step is made of the one before.
That is *one-to-many*, as in a report that is written word by word.

**What you will learn**

- to train a network that will feed on its own outputs: *teacher forcing* and
  *scheduled sampling* (Bengio et al. 2015);
- how the error grows with the *horizon*, beside something much simpler;
- why a forecast that looks like EEG is worse than one that does not.

**Before you start**: read :doc:`/chapters/backpropagation_through_time`,
:doc:`/chapters/gated_units` and :doc:`/chapters/training_in_practice`.
"""

# %%
# A past and a future
# -------------------
# Pieces with eyes closed, full of alpha waves, and of seizures, in units of
# their past (mean 0, standard deviation 1): who forecasts 0, *the mean*, is
# wrong by about 1, squared, however far ahead.

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

from lab_code import figures, protocol, record
from lab_code.figures import forecasts as draw
from lab_code.seeds import set_seed
from lab_code.sources import load
from lab_code.splits import five_folds
from lab_code.tasks.forecasts import Forecasts, simple_forecasts, stretches

figures.use_style()
recordings = load()
PAST, AHEAD, SAMPLES = 44, 22, 4  # steps before and after; samples a step
rng = np.random.default_rng(0)


def cut(rows):  # pieces (batch, step, feature)
    return stretches(recordings, rows, PAST, AHEAD, SAMPLES, rng)


# %%
# Whose output does it read?
# --------------------------
# At each step the network says the next one. With *teacher forcing* it reads
# the true signal: one call of the GRU gives all its answers. But in use there
# is no truth to read, and the network runs *free*, on what it said itself.
# *Scheduled sampling* comes closer to that: at each step a coin decides
# between truth and own output, ever oftener for the latter.


class Forecaster(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(SAMPLES, 32, batch_first=True)
        self.say = nn.Linear(32, SAMPLES)

    def go_on(self, past, truth=None, own=1.0):
        states, h = self.gru(past)
        said = [self.say(states[:, -1:])]
        for t in range(AHEAD - 1):
            fed = said[-1]
            if own < 1:
                is_own = torch.rand(len(past), 1, 1) < own
                fed = torch.where(is_own, fed, truth[:, t : t + 1])
            states, h = self.gru(fed, h)
            said.append(self.say(states))
        return torch.cat(said, dim=1)


# %%
# The two trainings differ in what is said, and so in what it is compared with.

STEPS = 120


def train(rows, way, seed):
    set_seed(seed)
    network = Forecaster()
    optimiser = torch.optim.Adam(network.parameters(), lr=0.01)
    for batch in range(STEPS):
        pieces = cut(rng.choice(rows, 48))
        past, truth = pieces[:, :PAST], pieces[:, PAST:]
        if way == "teacher forcing":
            states, _ = network.gru(pieces[:, :-1])
            said, truth = network.say(states), pieces[:, 1:]
        else:
            said = network.go_on(past, truth, min(1.5 * batch / STEPS, 1))
        loss = ((said - truth) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return network


# %%
# Five folds by moment, each with its seed. Beside the networks stands a linear
# *autoregression*: a sample is a weighted sum of the last 40, some of them its
# own forecasts. *The same again* repeats the last period.

WAYS = "teacher forcing", "scheduled sampling"
LABELS = {"eyes closed": 4, "seizure": 1}
folds = {state: [] for state in LABELS}
for seed, split in enumerate(five_folds(recordings, protocol.BY_MOMENT)):
    rows = [p[np.isin(recordings.labels[p], (4, 1))] for p in split]
    networks = {way: train(rows[0], way, seed) for way in WAYS}
    for state, label in LABELS.items():
        part = [p[recordings.labels[p] == label].repeat(5) for p in rows]
        before, after = cut(part[2]).split([PAST, AHEAD], dim=1)
        past, future = before.flatten(1), after.flatten(1)
        with torch.no_grad():
            said = {w: networks[w].go_on(before).flatten(1) for w in WAYS}
        said |= simple_forecasts(cut(part[0]).flatten(1), past, 88)
        about = recordings.moment[part[2]], past, future, said
        folds[state].append(Forecasts(*about))
tests = {state: Forecasts.join(parts) for state, parts in folds.items()}
draw.examples(tests, number=3, but=["scheduled sampling", "last value"])
plt.show()

draw.error_by_horizon(tests)
plt.show()
for state, test in tests.items():
    record.note(f"forecast/{state.replace(' ', '_')}", **test.facts())

# %%
# What to conclude
# ----------------
# - The first hundredths of a second can be said
#   :holds:`forecast/eyes_closed at_once.high < -0.3, forecast/seizure
#   at_once.high < -0.3`. From a tenth on, neither network nor weighted sum is
#   ahead of the mean by a twentieth :holds:`forecast/eyes_closed later.value >
#   -0.05, forecast/seizure later.value > -0.05, forecast/eyes_closed
#   linear_later.value > -0.05, forecast/seizure linear_later.value > -0.05`.
# - *The same again* looks like EEG, is right at times, and on average is far
#   worse than the mean :holds:`forecast/eyes_closed the_same_again > 1.3 *
#   forecast/eyes_closed the_mean, forecast/seizure the_same_again > 1.2 *
#   forecast/seizure the_mean`. Punished for squares, one learns silence.
# - A weighted sum of forty samples does as well as the network
#   :holds:`forecast/eyes_closed to_linear.value > -0.02, forecast/seizure
#   to_linear.value > -0.02`; scheduled sampling gains next to nothing
#   :holds:`forecast/eyes_closed scheduled.value > -0.04, forecast/seizure
#   scheduled.value > -0.04`. What limits both is the signal.
