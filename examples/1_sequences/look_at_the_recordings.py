"""
Look at the recordings: what does a seizure look like?
======================================================

Before a network is trained, look at what it will be given. A doctor reads an
EEG by eye, and some of what the network has to find can be seen: how large the
waves are, how fast, how regular.

**What you will learn**

- what the five classes look like, side by side;
- how to put size and speed of a signal into numbers;
- which classes these two numbers tell apart, and which they do not.

**Before you start**: read :doc:`/chapters/seizure_recordings`, which says
where the recordings come from. You need Python and pandas.
"""

# %%
# Three of each
# -------------
# Two seconds of three recordings of each class, first all on one scale, then
# each class on its own. Recordings of one class differ: judge by three at
# least, never by one.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.signal import spectrogram, welch

from lab_code import figures, record
from lab_code.figures import first_look as draw
from lab_code.protocol import CODES
from lab_code.recordings import CLASSES
from lab_code.sources import load

figures.use_style()
recordings = load()
draw.some_of_each(recordings, [9, 49, 89])
draw.some_of_each(recordings, [9, 49, 89], own_scale=True)
plt.show()

# %%
# A seizure over time
# -------------------
# A *spectrogram* cuts a signal into short pieces and shows, for each piece,
# how much power lies at which frequency: bright is much. With closed eyes, the
# alpha rhythm is a bright band all the time. This seizure has two stripes, one
# above the other. A wave that repeats itself but is no smooth sine has power
# at multiples of its frequency as well, this one at twice. And both stripes
# sink: towards its end the seizure slows down. What it looks like depends on
# when you look.

power = {}
for label in (4, 1):  # eyes closed, seizure
    one = recordings.samples[recordings.labels == label][49]
    frequency, when, power[CLASSES[label]] = spectrogram(
        one, recordings.sampling_rate, nperseg=256, noverlap=192
    )
draw.spectrograms(when, frequency, power)
plt.show()

# %%
# Two numbers for a recording
# ---------------------------
# *Size*: the standard deviation. *Speed*: the frequency below which half of
# the power lies.

frequency, power = welch(
    recordings.samples, recordings.sampling_rate, nperseg=512
)
share = power.cumsum(axis=1) / power.sum(axis=1, keepdims=True)
table = pd.DataFrame(
    {
        "class": [CLASSES[label] for label in recordings.labels],
        "size": recordings.samples.std(axis=1),
        "speed": frequency[(share >= 0.5).argmax(axis=1)],
    },
    index=recordings.names,
)
print(table.groupby("class", sort=False).median().round(1))

# %%
# One dot for each recording.

draw.size_and_speed(table)
plt.show()

# sphinx_gallery_thumbnail_number = 3

# %%
# How far do they get?
# --------------------
# Give each recording the class of most of its ten nearest neighbours, by these
# two numbers alone. Neighbours from its own moment do not count: those are
# electrodes that heard the same (:doc:`/chapters/seizure_recordings`). This
# knows nothing of the order of the samples but what is in the speed. The share
# of right answers, in percent:

place = np.log(table[["size", "speed"]].clip(lower=0.1)).to_numpy()
place = (place - place.mean(axis=0)) / place.std(axis=0)
distance = np.linalg.norm(place[:, None] - place[None], axis=-1)
distance[recordings.moment[:, None] == recordings.moment] = np.inf
nearest = distance.argsort(axis=1)[:, :10]
votes = table["class"].to_numpy()[nearest]
table["neighbours say"] = pd.DataFrame(votes).mode(axis=1)[0].to_numpy()
right = table["class"] == table["neighbours say"]
of_class = right.groupby(table["class"], sort=False).mean()
print((100 * of_class).round(0))
print(f"all: {right.mean():.0%} of {len(right)} recordings right")
record.note(
    "look_at_the_recordings/neighbours",
    **{CODES[name]: float(share) for name, share in of_class.items()},
)

# %%
# What to conclude
# ----------------
# - A seizure can be seen: it is large and repeats itself. Two numbers tell
#   most of them from the rest
#   :holds:`look_at_the_recordings/neighbours S > 0.8`; that is what a network
#   has to beat.
# - The two places in the patients' brains lie in one cloud: the neighbours are
#   right less often there than about seizures
#   :holds:`look_at_the_recordings/neighbours S >
#   look_at_the_recordings/neighbours F by 0.1,
#   look_at_the_recordings/neighbours S > look_at_the_recordings/neighbours N
#   by 0.1`.
#   If a network tells them apart, it is by something finer than size and
#   speed.
# - The volunteers' EEG was recorded on the scalp, the patients' in the brain.
#   A network that tells the two groups apart may have learnt to tell
#   electrodes apart, and nothing in these data can say which.
