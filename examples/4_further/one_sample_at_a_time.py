"""
One sample at a time: from a batch to the bedside
=================================================

A network is trained on a batch of sequences that lie ready from beginning to
end. At the bedside samples come one by one, from many electrodes, and the
machine may not have torch. Here the forward detector of *many to many* moves
from the one to the other, and has to give the same answers.

**What you will learn**

- to feed a causal network sample by sample, and what to keep between steps;
- to write a network to a file that runs by itself, and to check it;
- to measure latency, by median and 99th percentile, and memory by channel.

**Before you start**: read :doc:`/chapters/after_the_gates`, and do the lab
:doc:`../3_seizures/many_to_many`, from which the network comes.
"""

# %%
# A network that looks back only
# ------------------------------
# A GRU of 32 units reads 22 samples at a step and says after each whether this
# is a seizure. It is *causal*: what it says depends on nothing later. Here it
# is trained again, on the first of the five folds.

import tempfile
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

from lab_code import cells, figures, networks, record
from lab_code.detection.forward import train_forward
from lab_code.figures import step_costs as draw
from lab_code.sources import load
from lab_code.training import predict

figures.use_style()
EPOCHS = 6
recordings = load()
network, sequences, states = train_forward(recordings, EPOCHS)
batch = predict(network, sequences).numpy()
print(f"right steps: {(batch.argmax(2) == states.numpy()).mean():.1%}")
PER_STEP, UNITS = sequences.shape[2], network.gru.hidden_size

# %%
# Sample by sample
# ----------------
# One step is a function of 22 samples and of the state before. Until the 22
# have come, they wait. Both together are all that is kept of a channel.


class Step(nn.Module):
    """One step of the trained network, of many channels at once."""

    def forward(self, x, h):
        h = cells.gru_step(x, h, cells.weights_of(network.gru))["hidden"]
        return network.classify(h), h


def listen(step, samples, of=torch.from_numpy):
    """Hear (channel, time) one by one; return scores, and ms a step."""
    h, waiting = of(np.zeros((len(samples), UNITS), np.float32)), []
    found, took = [], []
    for now in samples.T:  # one sample of each channel
        waiting.append(now)
        if len(waiting) == PER_STEP:
            begin = time.perf_counter()
            scores, h = step(of(np.stack(waiting, axis=1)), h)
            took.append(1000 * (time.perf_counter() - begin))
            found.append(np.asarray(scores))
            waiting.clear()
    return np.stack(found, axis=1), np.array(took)


# %%
# In a file, with torch and without
# ---------------------------------
# ``torch.export`` writes the operations of a step with their weights; to load
# the file one needs torch, and not this book. The number of channels is open.
# Without torch, weights and :ref:`equations <table-gru>` do, here in NumPy.

folder = tempfile.TemporaryDirectory()
step, table = (Path(folder.name, name) for name in ("step.pt2", "step.npz"))
two = torch.zeros(2, PER_STEP), torch.zeros(2, UNITS)
many = {0: torch.export.Dim("channels", min=1, max=100_000)}
shapes = {"dynamic_shapes": (many, many)}
torch.export.save(torch.export.export(Step(), two, **shapes), step)
from_file = torch.export.load(step).module()
np.savez(table, **network.state_dict())
U, W, b, b_h, V, d = np.load(table).values()


def in_numpy(x, h):
    x_r, x_z, x_n = np.split(x @ U.T + b, 3, axis=1)
    h_r, h_z, h_n = np.split(h @ W.T + b_h, 3, axis=1)
    r, z = (1 / (1 + np.exp(-a)) for a in (x_r + h_r, x_z + h_z))
    h = (1 - z) * np.tanh(x_n + r * h_n) + z * h
    return h @ V.T + d, h


# %%
# The same answers, and how late
# ------------------------------
# Each hears the test part sample by sample, all channels at once; then twelve
# of them one by one, with a watch. The first sample of a step waits for 21.

STEP_MS = 1000 * PER_STEP / recordings.sampling_rate
ways = {
    "torch": [Step()],
    "file": [from_file],
    "numpy": [in_numpy, np.asarray],
}
signals, took = sequences.flatten(1).numpy(), {}
with torch.inference_mode():
    for name, (step, *of) in ways.items():
        apart = np.abs(listen(step, signals, *of)[0] - batch).max()
        each = [listen(step, one[None], *of)[1] for one in signals[:12]]
        took[name] = np.concatenate(each)
        median, late = np.quantile(took[name], [0.5, 0.99])
        about = {"apart": apart, "median": median, "late": late}
        record.note(f"one_sample_at_a_time/{name}", **about)
        print(f"{name}: {apart:.0e} from the batch, {median:.3f} ms a step")
    thousand = signals[np.arange(1000) % len(signals), :528]
    of_thousand = np.median(listen(Step(), thousand)[1])
print(f"{of_thousand:.3f} ms for a step of 1000 channels at once")
record.note("one_sample_at_a_time/channels", thousand=of_thousand)
weights = 4 * networks.n_parameters(network)
print(f"bytes: {4 * (UNITS + PER_STEP)} a channel, {weights} for all of them")
draw.latencies(took, STEP_MS)
plt.show()

# %%
# What to conclude
# ----------------
# - Sample by sample, from its file or in NumPy, it says what it says of the
#   batch :holds:`one_sample_at_a_time/torch apart < 1e-5,
#   one_sample_at_a_time/file apart < 1e-5, one_sample_at_a_time/numpy apart <
#   1e-5`. Check that before anything else.
# - A step takes less than a tenth of the time that it lasts
#   :holds:`one_sample_at_a_time/torch median < 12, one_sample_at_a_time/file
#   median < 12, one_sample_at_a_time/numpy median < 12`: an answer waits for
#   samples. The slowest steps fall when the machine does something else.
# - A thousand channels at once take nothing like a thousand times as long as
#   one :holds:`one_sample_at_a_time/channels thousand < 100 *
#   one_sample_at_a_time/torch median`.
