"""
How much memory buys: one second, or twenty-three?
==================================================

A doctor who is not sure listens on. Let a recurrent network do the same: it
reads a whole recording of 23 seconds and answers after every second, with all
it has heard so far. Beside it runs the same network without memory: its state
is set back to zero at the beginning of each second. Nothing else differs.

**What you will learn**

- how to train one network to answer at any time;
- how much accuracy a network gains by listening longer;
- how to isolate what the memory contributes to that.

**Before you start**: read :doc:`/chapters/recurrence` (on the state and the
read-outs) and :doc:`/chapters/training_in_practice`, and do the lab
:doc:`many_to_one`.
"""

# %%
# A network that answers after every second
# -----------------------------------------
# The read-out is the mean and the maximum of the hidden states, as before, but
# *running*: after each second it covers the steps up to there and none after.
# So one pass gives 23 answers.

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.utils.data import TensorDataset

from lab_code import figures, protocol, record
from lab_code.answers import Answers
from lab_code.figures.conditions import after_each_second
from lab_code.networks import n_parameters
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_labels, to_sequences, to_targets
from lab_code.sources import load
from lab_code.splits import five_folds
from lab_code.training import fit, predict

figures.use_style()
recordings = load()
SAMPLES_PER_STEP, HIDDEN_SIZE, SECONDS = 22, 32, 23

# %%
# Both networks pool their states in this way. The one that *remembers* also
# hands the state of its GRU from each second to the next; the one that
# *forgets* reads every second as if it were the first.


class Listener(nn.Module):
    """(batch, second, step, feature) -> scores after each second."""

    def __init__(self, remembers):
        super().__init__()
        self.remembers = remembers
        self.gru = nn.GRU(SAMPLES_PER_STEP, HIDDEN_SIZE, batch_first=True)
        self.classify = nn.Linear(2 * HIDDEN_SIZE, 5)

    def forward(self, sequences):
        # one sequence a recording, or one a second: a new one starts at zero
        batch, second, step, features = sequences.shape
        n_read = batch if self.remembers else batch * second
        states, _ = self.gru(sequences.reshape(n_read, -1, features))
        states = states.reshape(batch, second, step, -1)
        heard = torch.arange(1, second + 1)[:, None]
        mean = states.mean(dim=2).cumsum(dim=1) / heard
        maximum = states.amax(dim=2).cummax(dim=1).values
        return self.classify(torch.cat([mean, maximum], dim=2))


# %%
# Five trainings of each
# ----------------------
# Five folds by moment, one training of each network in each, with the same
# first weights, the same batches, and a loss after each of the 23 seconds.

TRAINING = {"epochs": 8, "batch_size": 16, "learning_rate": 1e-2}
VARIANTS = ("remembers", "forgets")
answers = {variant: [[] for _ in range(SECONDS)] for variant in VARIANTS}
spent = dict.fromkeys(VARIANTS, 0.0)
targets = to_targets(recordings.labels)[:, None].expand(-1, SECONDS)
for fold, split in enumerate(five_folds(recordings, protocol.BY_MOMENT)):
    scaling = Scaling.fit(recordings.samples[split.train])
    scaled = scaling(recordings.seconds().samples)
    sequences = to_sequences(scaled, SAMPLES_PER_STEP)
    sequences = sequences.unflatten(0, (-1, SECONDS))
    data = TensorDataset(sequences, targets)
    parts = [TensorDataset(*data[part]) for part in split[:2]]
    for variant in VARIANTS:
        set_seed(fold)
        network = Listener(remembers=variant == "remembers")
        history = fit(network, *parts, seed=fold, **TRAINING)
        spent[variant] += history["seconds"].iloc[-1]
        scores = predict(network, sequences[split.test])
        for second, of in enumerate(answers[variant]):
            labels = to_labels(scores[:, second])
            of.append(Answers.of(recordings, split.test, labels))

# %%
# Listening longer
# ----------------
# Above the accuracy of each after every second. Below the difference between
# the two, recording by recording, with its interval: what memory adds.

answers = {v: [Answers.join(of) for of in answers[v]] for v in VARIANTS}
after_each_second(**answers)
plt.show()
ABOUT = {"method": "gru", "task": protocol.WHOLE_RECORDING}
ABOUT |= {"split": protocol.in_folds(protocol.BY_MOMENT), "seed": range(5)}
SIZE = {"samples_per_step": SAMPLES_PER_STEP, "hidden_size": HIDDEN_SIZE}
ABOUT |= {"parameters": SIZE | TRAINING, "recordings": recordings}
for variant, after in answers.items():
    gain, late = after[-1].minus(after[0]), after[-1].minus(after[4])
    print(f"{variant}: {after[-1].scores().accuracy} after {SECONDS} seconds")
    print(f"    gained since the first second {gain}")
    print(f"    gained since the fifth {late}")
    gains = {"since_first": vars(gain), "since_fifth": vars(late)}
    record.note(f"how_much_memory_buys/{variant}_gains", **gains)
    about = {"variant": variant, "seconds": spent[variant], **ABOUT}
    about["accuracy_after_each_second"] = [of.right.mean() for of in after]
    about |= {"answers": after[-1], "n_parameters": n_parameters(network)}
    record.write(f"how_much_memory_buys/{variant}", **about)
last = [after[-1] for after in answers.values()]
print(f"added by memory after {SECONDS} seconds: {last[0].minus(last[1])}")

# %%
# What to conclude
# ----------------
# - Listening longer is worth a great deal
#   :holds:`how_much_memory_buys/remembers_gains since_first.low > 0,
#   how_much_memory_buys/forgets_gains since_first.low > 0`, most of it in the
#   first seconds :holds:`how_much_memory_buys/remembers_gains since_first > 2
#   * how_much_memory_buys/remembers_gains since_fifth,
#   how_much_memory_buys/forgets_gains since_first > 2 *
#   how_much_memory_buys/forgets_gains since_fifth`.
# - The gain is not the memory's: after 23 seconds no difference between the
#   two can be shown :holds:`how_much_memory_buys/remembers ~
#   how_much_memory_buys/forgets`. These recordings were chosen to be
#   stationary, so nothing that happens early has to be kept in mind to
#   understand what comes later. Where it does, see
#   :doc:`../2_recurrence/long_memory`.
# - Before you build memory into a network, try to do without.
