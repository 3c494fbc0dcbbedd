"""
Recurrence or attention: one size, one task, three ways to look back
====================================================================

A GRU goes through a recording step by step. A minGRU computes all its states
at once. In a transformer, which has no state, each step looks at all before.

**What you will learn**

- how to give a recurrent network and a transformer the same task;
- what one more step costs each of them when a patient is watched.

**Before you start**: read :doc:`/chapters/after_the_gates`, and do the lab
:doc:`../3_seizures/how_much_memory_buys`.
"""

# %%
# Three networks of one size
# --------------------------
# Two steps are a second.

from functools import partial
from timeit import repeat

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.utils.data import TensorDataset

from lab_code import cells, figures, protocol, record
from lab_code.answers import Answers
from lab_code.attention import CausalTransformer
from lab_code.figures import step_costs as draw
from lab_code.linear_recurrence import MinGRU
from lab_code.networks import n_parameters
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_labels, to_sequences, to_targets
from lab_code.sources import load
from lab_code.splits import five_folds
from lab_code.training import fit, predict

figures.use_style()
recordings, PER_STEP, SECONDS = load(), 89, 23

# %%
# What each network returns for a step depends on that step and those before.
# From its mean and maximum up to the end of a second the classes are scored.


class Listener(nn.Module):
    """(batch, step, feature) -> scores after each second."""

    def __init__(self, read, width):
        super().__init__()
        self.read, self.classify = read, nn.Linear(2 * width, 5)

    def forward(self, sequences):
        states = self.read(sequences)
        states = states[0] if isinstance(states, tuple) else states
        mean = states.cumsum(dim=1) / torch.arange(1, 2 * SECONDS + 1)[:, None]
        maximum = states.cummax(dim=1).values
        return self.classify(torch.cat([mean, maximum], dim=2)[:, 1::2])


def build(name):
    if name == "GRU":
        return Listener(nn.GRU(PER_STEP, 36, batch_first=True), 36)
    if name == "minGRU":
        two = nn.Sequential(MinGRU(PER_STEP, 48), MinGRU(48, 48))
        return Listener(two, 48)
    return Listener(CausalTransformer(PER_STEP, 36), 36)


# %%
# Five trainings of each
# ----------------------
# The same folds, batches and learning rate. The minGRU has two layers: the
# gates of the second see what the first has kept.

NAMES = ("GRU", "minGRU", "transformer")
TRAINING = {"epochs": 6, "batch_size": 16, "learning_rate": 1e-2}
answers = {name: [[] for _ in range(SECONDS)] for name in NAMES}
targets = to_targets(recordings.labels)[:, None].expand(-1, SECONDS)
samples = recordings.seconds().samples
for fold, split in enumerate(five_folds(recordings, protocol.BY_MOMENT)):
    scaled = Scaling.fit(recordings.samples[split.train])(samples)
    steps = to_sequences(scaled, PER_STEP).unflatten(0, (-1, SECONDS))
    sequences = steps.flatten(1, 2)
    parts = [TensorDataset(sequences[p], targets[p]) for p in split[:2]]
    for name in NAMES:
        set_seed(fold)
        network = build(name)
        fit(network, *parts, seed=fold, **TRAINING)
        scores = predict(network, sequences[split.test])
        for of, said in zip(answers[name], scores.unbind(dim=1), strict=True):
            of.append(Answers.of(recordings, split.test, to_labels(said)))
answers = {name: [Answers.join(of) for of in answers[name]] for name in NAMES}
draw.after_each_second(answers)
plt.show()
print({name: n_parameters(build(name)) for name in NAMES}, "parameters")
for name in ("minGRU", "transformer"):
    gap = answers[name][-1].minus(answers["GRU"][-1])
    record.note(f"recurrence_or_attention/{name.lower()}", **vars(gap))
    print(f"{name} minus GRU after {SECONDS} seconds: {gap}")

# %%
# One more step
# -------------
# A patient is watched, and an answer is wanted after each sample. To go on, a
# GRU and a minGRU need their last state; the transformer, its cache: the keys
# and values of all earlier samples.

x, h = torch.randn(1, 1), torch.zeros(1, 36)
weights = cells.weights_of(nn.GRU(1, 36))
minimal, attention = MinGRU(1, 36), CausalTransformer(1, 36)
heard, took, kept = (1, 6, 12, 23), {}, {}
for second in heard:
    cache = [torch.randn(2, 1, 4, 178 * second, 9)]  # of four heads
    for name, state, step in (
        ("GRU", h, lambda h: cells.gru_step(x, h, weights)),
        ("minGRU", h, lambda h: minimal.step(x, h)),
        ("transformer", cache, lambda cache: attention.step(x, cache)),
    ):
        with torch.inference_mode():
            times = repeat(partial(step, state), number=10, repeat=30)
        took.setdefault(name, []).append(100 * min(times))
        size = 4 * sum(map(torch.numel, state)) / 1000
        kept.setdefault(name, []).append(size)
draw.at_the_bedside(heard, took, kept)
plt.show()
for name, of in took.items():
    note = {"first": of[0], "last": of[-1], "kilobytes": kept[name][-1]}
    record.note(f"recurrence_or_attention/step_{name.lower()}", **note)

# %%
# What to conclude
# ----------------
# - With about as many parameters, none is far from the others after 23 seconds
#   :holds:`recurrence_or_attention/mingru low > -0.2,
#   recurrence_or_attention/mingru high < 0.2,
#   recurrence_or_attention/transformer low > -0.2,
#   recurrence_or_attention/transformer high < 0.2`. Five short trainings, not
#   tuned, cannot name a winner.
# - At the bedside they are far apart. What a GRU and a minGRU keep does not
#   grow; the cache does, with each sample, and so does the time for a step
#   :holds:`recurrence_or_attention/step_transformer last > 1.5 *
#   recurrence_or_attention/step_transformer first`. Cut it off, and what came
#   before is forgotten, all at once.
