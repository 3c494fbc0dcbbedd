"""
Prepare sequences: from a table to (batch, step, feature)
=========================================================

Most mistakes with recurrent networks are made before the network: an axis in
the wrong place, a scale that knows the test part. Few of them raise an error.
This lab makes them on purpose and shows how to notice.

**What you will learn**

- what the three axes of a recurrent network's input mean;
- what ``batch_first`` is for, and what happens without it;
- how many samples to put into one step;
- how to scale without peeking at the test part;
- how one recording becomes input for three kinds of task.

**Before you start**: read :doc:`/chapters/sequences`; how to cut, scale and
split is in :doc:`/chapters/training_in_practice`. You need Python, pandas, and
what a tensor is.
"""

# %%
# The table
# ---------
# One row is one second: 178 samples and a label. Rows of one recording share
# the number at the end of their id.

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

from lab_code import figures, record
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_sequences
from lab_code.sources import load
from lab_code.splits import split_by_moment

figures.use_style()
set_seed(0)
recordings = load()
table = recordings.to_table()
table.iloc[:4, [0, 1, 2, -3, -2, -1]]

# %%
# The extra axis
# --------------
# A batch of four rows has the shape (4, 178). But a recurrent network wants
# three axes: which sequence of the batch, which step, which feature of the
# step. Here a step has one feature, the sample, and that axis has to be added.

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
# Forget the extra axis, and choose ``input_size`` so that the error message
# goes away: torch takes the four rows for *one* sequence of four steps. Four
# seconds that have nothing to do with each other become one story. To notice,
# change the first row and see whether what is said of the others changes.


def follows(network, inputs):
    """Whether what is said of the others changes with the first row."""
    changed = inputs.clone()
    changed[0] += 1
    before, _ = network(inputs)
    after, _ = network(changed)
    return bool((before[1:] - after[1:]).abs().max() > 1e-6)


one_story = nn.RNN(input_size=178, hidden_size=8, batch_first=True)
print("right:              ", follows(rnn, batch / 100))
print("extra axis forgotten:", follows(one_story, rows / 100))

# %%
# The other silent mistake: without ``batch_first=True`` torch takes the first
# axis for the steps. The shapes fit, and again one row leaks into the next.

step_first = nn.RNN(input_size=1, hidden_size=8)  # batch_first=False
print("batch_first forgotten:", follows(step_first, batch / 100))

# %%
# How many samples in a step?
# ---------------------------
# One sample a step makes 178 steps, and the network has far to remember. All
# samples in one step makes no sequence at all: a feed-forward network. In
# between lies a choice. ``to_sequences`` cuts a row accordingly and leaves out
# samples at the end that fill no step.

seconds = recordings.seconds()
for samples_per_step in (1, 2, 4, 16, 178):
    sequences = to_sequences(seconds.samples, samples_per_step)
    print(f"{samples_per_step:>3} samples a step:", tuple(sequences.shape))

# %%
# The same second, as the network sees it: each column is one step, each row
# one feature.

seizure = np.flatnonzero(seconds.labels == 1)[11]
figure, axes = plt.subplots(3, 1, figsize=(6, 4.2), height_ratios=[1, 4, 16])
for axis, samples_per_step in zip(axes, (1, 4, 16), strict=True):
    one = to_sequences(seconds.samples[[seizure]], samples_per_step)
    one = one[0].numpy()  # (step, feature)
    axis.imshow(one.T, aspect="auto", cmap="cividis", interpolation="nearest")
    axis.set(title=f"{len(one)} steps of {one.shape[1]}", yticks=[])
axes[-1].set(xlabel="step", ylabel="feature")
figure.set_label(
    "One second of a seizure as 178 steps of one feature, as 44 steps of four "
    "and as 11 steps of sixteen: the picture gets shorter and taller."
)
plt.show()

# %%
# Scale without peeking
# ---------------------
# Subtract a mean and divide by a standard deviation: one number each for all
# recordings, so that a seizure stays larger than the rest, and measured on the
# training part alone. Measured on everything, the scale would already know the
# test part.

split = split_by_moment(seconds, seed=0)
fair = Scaling.fit(seconds.samples[split.train])
peeking = Scaling.fit(seconds.samples)
print(f"training part alone: mean {fair.mean:.1f}, std {fair.std:.1f}")
print(f"everything:          mean {peeking.mean:.1f}, std {peeking.std:.1f}")
record.note("prepare_sequences/scale", fair=fair.std, peeking=peeking.std)

# %%
# The two scales are close
# :holds:`prepare_sequences/scale fair > 0.9 * prepare_sequences/scale peeking,
# prepare_sequences/scale peeking > 0.9 * prepare_sequences/scale fair`:
# with hundreds of recordings in the training part, peeking would gain little.
# With a few, it could gain much, and nobody would see it.
#
# Why scale at all? Large samples drive the tanh of a simple recurrent network
# into its flat ends, near -1 and 1, where its gradient is next to nothing.
# And why not scale each row by itself? Because the size of a seizure would be
# gone.

scaled = fair(seconds.samples)
own_scale = scaled - scaled.mean(axis=1, keepdims=True)
own_scale /= own_scale.std(axis=1, keepdims=True)
versions = {
    "as measured": seconds.samples,
    "one scale": scaled,
    "row by row": own_scale,
}
flat_ends = {}
for name, values in versions.items():
    states, _ = rnn(to_sequences(values[::23]))
    flat = (states.abs() > 0.99).float().mean().item()
    flat_ends[name.replace(" ", "_")] = flat
    size = [values[seconds.labels == label].std() for label in (1, 5)]
    print(
        f"{name:>11}: {flat:4.0%} of the states in the flat ends, "
        f"a seizure {size[0] / size[1]:.1f} times as large as eyes open"
    )
record.note("prepare_sequences/flat_ends", **flat_ends)

# %%
# As measured, most states would stand in the flat ends; scaled, hardly any
# :holds:`prepare_sequences/flat_ends as_measured > 0.5,
# prepare_sequences/flat_ends one_scale < 0.05`.

# %%
# Three kinds of task
# -------------------
# The same 500 recordings, for three kinds of question.

whole = scaled.reshape(500, 23, 178)
features = np.stack([whole.std(axis=(1, 2)), whole.mean(axis=(1, 2))], axis=1)
per_second = np.repeat(recordings.labels[:, None], 23, axis=1)
print("one-to-one  ", features.shape, "->", recordings.labels.shape)
print("many-to-one ", tuple(to_sequences(scaled, 4).shape), "->", (11500,))
print("many-to-many", whole.shape, "->", per_second.shape)

# %%
# - *One-to-one*: a few numbers for each recording, one label. No sequence.
# - *Many-to-one*: a second is a sequence of steps, with one label at its end.
# - *Many-to-many*: a recording is a sequence of 23 seconds, with a label for
#   each.
#
# What to conclude
# ----------------
# - A recurrent network's input has three axes: (batch, step, feature). Write
#   ``batch_first=True`` and print the shape.
# - Shapes that fit prove nothing. Change one sequence: if what is said of
#   another changes, an axis is in the wrong place.
# - What is measured on data belongs to training: measure it on the training
#   part alone.
