"""
Prepare sequences: from a table to (batch, step, feature)
=========================================================

Most mistakes with recurrent networks are made before the network: an axis in
the wrong place, a scale that knows the test part. Few of them raise an error.
This lab makes them on purpose and shows how to notice.

**What you will learn**

- what the three axes of the input mean, and what ``batch_first`` is for;
- how many samples to put into one step, and how to scale them;
- how one recording becomes input for three kinds of task.

**Before you start**: read :doc:`/chapters/seizure_recordings` (on the split),
:doc:`/chapters/sequences` and :doc:`/chapters/recurrence`. You need Python,
pandas, and what a tensor is.
"""

# %%
# The extra axis
# --------------
# In the table one row is one second: 178 samples and a label. A batch of four
# rows has the shape (4, 178). A recurrent network wants three axes: which
# sequence of the batch, which step, which feature of the step. Here a step has
# one feature, the sample, and that axis has to be added.

import matplotlib.pyplot as plt
import torch
from torch import nn

from lab_code import figures, record
from lab_code.figures import signals as draw
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_sequences
from lab_code.sources import load
from lab_code.splits import split_by_moment

figures.use_style()
set_seed(0)
recordings = load()
table = recordings.to_table()
print(table.iloc[:4, [0, 1, 2, -3, -2, -1]])
rows = torch.tensor(table.iloc[:4, :178].to_numpy(), dtype=torch.float32)
batch = rows[:, :, None]  # (batch, step, feature)
rnn = nn.RNN(input_size=1, hidden_size=8, batch_first=True)
states, last = rnn(batch / 100)
print("batch ", tuple(batch.shape))
print("states", tuple(states.shape), " one hidden state for each step")
print("last  ", tuple(last.shape), "  the one after the last step")

# %%
# What goes wrong without an error
# --------------------------------
# Forget the extra axis, and choose an ``input_size`` that raises no error:
# torch takes the four rows for *one* sequence of four steps. Or forget
# ``batch_first=True``: torch takes the first axis for the steps. The shapes
# fit, but one row leaks into the next. To notice, change the first row: the
# states of the other rows must stay as they are.


def leaks(network, inputs):
    """Whether the states of the other rows change with the first row."""
    changed = inputs.clone()
    changed[0] += 1
    before, after = network(inputs)[0], network(changed)[0]
    return not torch.allclose(before[1:], after[1:], atol=1e-6)


one_story = nn.RNN(input_size=178, hidden_size=8, batch_first=True)
step_first = nn.RNN(input_size=1, hidden_size=8)  # batch_first=False
print("done right, leaks:    ", leaks(rnn, batch / 100))
print("no extra axis, leaks: ", leaks(one_story, rows / 100))
print("no batch_first, leaks:", leaks(step_first, batch / 100))

# %%
# How many samples in a step?
# ---------------------------
# One sample a step makes 178 steps, and the network has far to remember. All
# in one step make no sequence: that is a feed-forward network. The choice lies
# between. ``to_sequences`` cuts, and leaves out samples at the end that fill
# no step. A second of a seizure: each column is a step, each row a feature.

seconds = recordings.seconds()
seizure = seconds.samples[seconds.labels == 1][[11]]
draw.steps([to_sequences(seizure, n)[0].numpy() for n in (1, 4, 16)])
plt.show()

# %%
# Scale without peeking
# ---------------------
# Subtract a mean and divide by a standard deviation: one number each for all
# recordings, so that a seizure stays larger than the rest, and measured on the
# training part alone. Otherwise the scale would already know the test part.

split = split_by_moment(seconds, seed=0)
fair = Scaling.fit(seconds.samples[split.train])
peeking = Scaling.fit(seconds.samples)
print(f"training part alone: mean {fair.mean:.1f}, std {fair.std:.1f}")
print(f"everything:          mean {peeking.mean:.1f}, std {peeking.std:.1f}")
record.note("prepare_sequences/scale", fair=fair.std, peeking=peeking.std)

# %%
# The two scales are close :holds:`prepare_sequences/scale fair > 0.9 *
# prepare_sequences/scale peeking, prepare_sequences/scale peeking > 0.9 *
# prepare_sequences/scale fair`: with hundreds of recordings to learn from,
# peeking gains little. With a few, it can gain much, and nobody would see it.
#
# Why scale at all? Large samples drive the tanh of a simple recurrent network
# into its flat ends, near -1 and 1, where its gradient is next to nothing. And
# why not scale each row by itself? The size of a seizure would be gone.

scaled = fair(seconds.samples)
own = (scaled - scaled.mean(1, keepdims=True)) / scaled.std(1, keepdims=True)
scales = {"as measured": seconds.samples, "one scale": scaled}
open_eyes, seizures = seconds.labels == 5, seconds.labels == 1
flat_ends = {}
for name, values in (scales | {"row by row": own}).items():
    states, _ = rnn(to_sequences(values[::23]))
    flat = (states.abs() > 0.99).float().mean().item()
    flat_ends[name.replace(" ", "_")] = flat
    ratio = values[seizures].std() / values[open_eyes].std()
    print(f"{name:>11}: {flat:4.0%} flat, seizure / eyes open {ratio:.1f}")
record.note("prepare_sequences/flat_ends", **flat_ends)

# %%
# As measured, most states would stand in the flat ends; scaled, hardly any
# :holds:`prepare_sequences/flat_ends as_measured > 0.5,
# prepare_sequences/flat_ends one_scale < 0.05`.
#
# Three kinds of task
# -------------------
# *One-to-one*: one or a few numbers for a recording, one label, no sequence.
# *Many-to-one*: a second is a sequence of steps, with one label at its end.
# *Many-to-many*: a recording is a sequence of 23 seconds, each with a label.

whole = scaled.reshape(500, 23, 178)
size, each = whole.std(axis=(1, 2))[:, None], recordings.labels.repeat(23)
print("one-to-one  ", size.shape, "->", recordings.labels.shape)
print("many-to-one ", tuple(to_sequences(scaled, 4).shape), "->", each.shape)
print("many-to-many", whole.shape, "->", each.reshape(500, 23).shape)

# %%
# What to conclude
# ----------------
# - Write ``batch_first=True``, print the shape, and know what each of its
#   three axes is: (batch, step, feature).
# - Shapes that fit prove nothing. Change one sequence: if the states of
#   another change, an axis is in the wrong place.
# - What is measured on data is measured on the training part alone.
