"""
Encoder and decoder: the same events, last one first
====================================================

In the morning a ward asks for the events of the night, the last one first.
Nothing can be said before all has been heard, and the order is another.

**What you will learn**

- to join an *encoder*, which reads, to a *decoder*, which writes;
- what passing all through one state costs, and what *attention* does about it.

**Before you start**: read :doc:`/chapters/gated_units` and do the lab
:doc:`long_memory`. After Sutskever et al. (2014) and Bahdanau et al. (2015).
"""

# %%
# Sentences of which the answer is known
# --------------------------------------
# An event is 0.4 s of a recording, three steps; its word says how large it is
# among all. Those of a sentence are joined; the answer is its words, the last
# one first. Those of the test are from moments of their own.

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from lab_code import figures, record
from lab_code.figures import alignment as draw
from lab_code.seeds import set_seed
from lab_code.sources import load
from lab_code.splits import split_by_moment
from lab_code.tasks.events import WORDS, Events

figures.use_style()
split = split_by_moment(recordings := load())
events = Events.cut(recordings, split.train)
draw.sentence(*events.example(split.test, 6, np.random.default_rng(2)))
plt.show()

# %%
# Read everything, then write
# ---------------------------
# The last state of the encoder is the first of the decoder, which then reads
# its own words; in training, the true ones (*teacher forcing*). With
# *attention* it also sees a mean of all states of the encoder, by weights: a
# small network compares its state with each, a softmax makes them sum to 1.


class Translator(nn.Module):
    def __init__(self, attention, n=32):
        super().__init__()
        self.attention, more = attention, n if attention else 0
        self.encoder = nn.GRU(2, n, batch_first=True)
        self.embed = nn.Embedding(len(WORDS) + 1, 8)
        self.decoder = nn.GRUCell(8 + more, n)
        self.say = nn.Linear(n + more, len(WORDS))
        self.of_state, self.of_query = nn.Linear(n, n), nn.Linear(n, n)
        self.compare = nn.Linear(n, 1)

    def forward(self, sequences, n_words, truth=None):
        (states, (h,)), said, looked = self.encoder(sequences), [], []
        word = torch.full((len(sequences),), len(WORDS))  # begin
        for t in range(n_words):
            seen = h[:, :0]  # nothing
            if self.attention:
                both = self.of_state(states) + self.of_query(h)[:, None]
                weights = self.compare(both.tanh()).softmax(dim=1)
                seen = (weights * states).sum(dim=1)
                looked.append(weights[:, :, 0])
            h = self.decoder(torch.cat([self.embed(word), seen], dim=1), h)
            said.append(self.say(torch.cat([h, seen], dim=1)))
            word = said[-1].argmax(1) if truth is None else truth[:, t]
        return torch.stack(said, dim=1), looked


# %%
# The longer the sentence
# -----------------------
# Both learn from one to six events. Free, they are asked for longer ones too.

STEPS = 600
LENGTHS = 1, 2, 4, 6, 8, 10


def train(network, rng):
    optimiser = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(STEPS):
        n = int(rng.integers(1, 7))
        sequences, words = events.sentences(split.train, 64, n, rng)
        truth = words.flip(1)
        said, _ = network(sequences, n, truth)
        loss = cross_entropy(said.flatten(0, 1), truth.flatten())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return network


# %%
# Asked are 500 new sentences.


def ask(network, n, rng):
    sequences, words = events.sentences(split.test, 500, n, rng)
    with torch.no_grad():
        said, looked = network(sequences, n)
    right = said.argmax(dim=2) == words.flip(1)
    return right.float().mean().item(), looked


shares = {"without attention": [], "attention": []}
for name, of in shares.items():
    for seed in range(3):
        set_seed(seed)
        rng = np.random.default_rng(seed)
        network = train(Translator(name == "attention"), rng)
        of.append([ask(network, n, rng)[0] for n in LENGTHS])
draw.right_by_length(shares, LENGTHS, longest=6)
plt.show()
without, attention = (np.array(of) for of in shares.values())
noted = {"without": without.mean(0), "attention": attention.mean(0)}
noted["ahead"] = (attention - without).min(0)  # of three seeds, the least
for name, of in noted.items():
    by_length = {f"events_{n}": x for n, x in zip(LENGTHS, of, strict=True)}
    record.note(f"encoder_and_decoder/{name}", **by_length)

# %%
# Where does it look? Weights of the last network, mean of 500 sentences:

weights = torch.stack(ask(network, 6, rng)[1], dim=1).mean(dim=0).numpy()
draw.alignment(weights)
plt.show()
first, *_, last = weights @ np.arange(18) / 3  # the centre, in events
record.note("encoder_and_decoder/centre", first=first, last=last)

# %%
# What to conclude
# ----------------
# - What has to pass through one state suffers with the length
#   :holds:`encoder_and_decoder/without events_6 < encoder_and_decoder/without
#   events_1 by 0.06`. With attention less is lost, mean of three seeds
#   :holds:`encoder_and_decoder/attention events_6 >
#   encoder_and_decoder/without events_6 by 0.01`.
# - Longer sentences remain harder :holds:`encoder_and_decoder/attention
#   events_10 < encoder_and_decoder/attention events_1 by 0.1`.
# - Nobody said where to look: it learnt it :holds:`encoder_and_decoder/centre
#   last < encoder_and_decoder/centre first by 0.4`, ever further back.
