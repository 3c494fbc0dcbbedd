"""
Unequal lengths: what padding does when nobody looks
====================================================

Sequences of unequal length are filled up to make one tensor. Five mistakes
with this raise no error. Here they are made on purpose, on real recordings.

**What you will learn**

- padding, packing and masks; five mistakes, what each costs, and a check;
- what it saves to put pieces of about the same length together.

**Before you start**: read :doc:`/chapters/recurrence` and
:doc:`/chapters/training_in_practice`, and do the lab :doc:`many_to_many`.
"""

# %%
# Pieces of unequal length
# ------------------------
# Of each recording a piece of 0.7 to 12 s, in steps of 32 samples. What fills
# up the batch is *padding* (grey); it is zeros.

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import rnn

from lab_code import figures, protocol, record
from lab_code.figures import lengths as draw
from lab_code.sources import load
from lab_code.splits import five_folds
from lab_code.tasks import lengths as task

figures.use_style()
folds = five_folds(recordings := load(), protocol.BY_MOMENT)[:3]
cut = task.Pieces(recordings, folds[0].train)
draw.batch(cut(folds[0].train[::33], np.random.default_rng(0)))
plt.show()

# %%
# Reading, right and wrong
# ------------------------
# *Packed*, a GRU stops at the end of each piece. Mistakes: (i) to read the
# last column; (iii) to begin the backward direction in the padding; (iv) a
# mean with padding in it; (v) to sort by length, and not to put back in order.


def packed(gru, x, n):
    packs = rnn.pack_padded_sequence(x, n, True, enforce_sorted=False)
    states, last = gru(packs)
    states, _ = rnn.pad_packed_sequence(states, batch_first=True)
    return states, torch.cat(tuple(last), dim=1)  # last: of both directions


def from_padding(gru, x, n):
    forward, backward = gru(x)[0].chunk(2, dim=2)
    return torch.cat([forward[torch.arange(len(x)), n - 1], backward[:, 0]], 1)


def not_put_back(gru, x, n):
    order = n.argsort(descending=True)
    return packed(gru, x[order], n[order])[1]


# %%

WAYS = {
    "last state": lambda gru, x, n: packed(gru, x, n)[1],
    "(v) not put back": not_put_back,
    "(i) last column": lambda gru, x, n: gru(x)[0][:, -1],
    "(iii) from padding": from_padding,
    "mean": lambda gru, x, n: packed(gru, x, n)[0].sum(1) / n[:, None],
    "(iv) mean with padding": lambda gru, x, n: packed(gru, x, n)[0].mean(1),
}


class Reader(nn.Module):
    def __init__(self, read, n=16):
        super().__init__()
        self.gru = nn.GRU(32, n, batch_first=True, bidirectional=True)
        self.read, self.say = read, nn.Linear(2 * n, 5)

    def forward(self, pieces):
        n = torch.tensor([len(piece) for piece in pieces])
        x = rnn.pad_sequence(pieces, batch_first=True)
        return self.say(self.read(self.gru, x, n))


# %%
# One check for all
# -----------------
# *Alone, a piece is given the same answer as in a batch.* Each network learns
# with its mistake, on three folds by moment; (v) is made when it is asked.

STEPS = 75
found = task.compare(Reader, WAYS, recordings, folds, STEPS)
for name, facts in task.facts(found).items():
    record.note(f"unequal_lengths/{name}", **facts)
    print(f"{found[name]['name']:>22}: scores {facts['apart']:.0e} apart")
draw.mistakes(found)
plt.show()

# %%
# (ii) A loss over padding
# ------------------------
# With an answer for each step, targets are padded too: with 0, which is a
# class, seizure; or with -100, which torch's ``cross_entropy`` leaves out. How
# often is each network right, counted over all steps, and over real ones?

for name, filler in {"padding": 0, "masked": -100}.items():

    def of_steps(network, pieces, classes, filler=filler):
        pairs = zip(classes, pieces, strict=True)
        truth = [one.expand(len(piece)) for one, piece in pairs]
        truth = rnn.pad_sequence(truth, True, filler)
        return cross_entropy(network(pieces).transpose(1, 2), truth)

    network = Reader(lambda *of: packed(*of)[0])
    task.learn(network, recordings, folds[0], of_steps, STEPS)
    shares = task.right_at_steps(network, recordings, folds[0])
    record.note(f"unequal_lengths/{name}", **shares)
    print(name, shares)

# %%
# Pieces of like length together
# ------------------------------
# One pass over 1,000 pieces, there and back; the faster of two.

ways = {"padded": WAYS["(iii) from padding"], "packed": WAYS["last state"]}
seconds, padding = task.passes(Reader, ways, recordings, folds[0])
record.note("unequal_lengths/seconds", **seconds)
draw.seconds_of_a_pass(seconds, padding)
plt.show()

# %%
# What to conclude
# ----------------
# - Alone or in a batch, what is right answers alike, to rounding
#   :holds:`unequal_lengths/last_state apart < 0.0001, unequal_lengths/mean
#   apart < 0.0001`. With a mistake, answers hang on the rest of the batch
#   :holds:`unequal_lengths/i changed > 0.1, unequal_lengths/iii changed >
#   0.01, unequal_lengths/iv changed > 0.01, unequal_lengths/v changed > 0.3`.
# - Some cost much :holds:`unequal_lengths/i behind.low > 0.1,
#   unequal_lengths/v behind.low > 0.2`. (iii) and (iv) can hide in a score.
# - Counted over padding, a score is too good :holds:`unequal_lengths/padding
#   counted > unequal_lengths/padding real by 0.05`.
# - By length, a pass takes less time :holds:`unequal_lengths/seconds
#   padded_by_length < unequal_lengths/seconds padded_in_any_order`.
