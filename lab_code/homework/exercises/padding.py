"""Sequences of unequal length in one batch."""

import numpy as np

from lab_code.homework import expect
from lab_code.homework.exercise import Exercise, Wrong, check

TASK = """
`sequences` is a list of arrays of the shape (step, feature), of unequal length. Batches have the
batch first.

1. Write `pad(sequences)`, which returns two arrays: the batch, (batch, step, feature), as long as
   the longest sequence and filled up with zeros at the *end* of each; and the mask, (batch, step),
   1 for real steps and 0 for padding.
2. Write `last_states(states, mask)`, which takes the hidden states of a network, (batch, step,
   hidden_size), and returns the state after the last *real* step of each sequence, (batch,
   hidden_size).
3. Set `means` to the mean of each of your own sequences over its real steps, (batch, feature).
"""

START = '''
import numpy as np

# %%
def pad(sequences):
    """Return the batch, (batch, step, feature), and its mask, (batch, step)."""
    raise NotImplementedError


def last_states(states, mask):
    """Return the state after the last real step of each sequence, (batch, hidden_size)."""
    raise NotImplementedError


# %%
means = ...
'''


def _draw(rng, n=3, features=2):
    """Draw sequences of unequal length; the longest is not the last."""
    lengths = rng.permutation(np.arange(2, 2 + 2 * n, 2))
    if lengths[-1] == lengths.max():
        lengths = lengths[::-1]
    return [rng.normal(1, 1, (length, features)).round(2) for length in lengths]


def _numbers(rng):
    """Draw three sequences."""
    return {"sequences": _draw(rng)}


def _padded(sequences):
    """Return the batch and the mask."""
    import torch

    tensors = [torch.tensor(one) for one in sequences]
    batch = torch.nn.utils.rnn.pad_sequence(tensors, batch_first=True).numpy()
    lengths = np.array([len(one) for one in sequences])
    return batch, np.arange(batch.shape[1]) < lengths[:, None]


def _called(answer, sequences, place):
    """Return the batch (0) or the mask (1) of an answer."""
    found = answer.call("pad", sequences)
    if not isinstance(found, list) or len(found) != 2:
        raise Wrong("`pad` should return two arrays: `return batch, mask`")
    return found[place]


@check("`pad`: the batch", points=3)
def batch(answer, own, rng):
    """Compare with torch."""
    sequences = _draw(rng, 5, 3)
    right, _ = _padded(sequences)
    found = expect.array(_called(answer, sequences, 0), (None, None, None), "the batch of `pad`")
    if found.shape == right.swapaxes(0, 1).shape != right.shape:
        raise Wrong(f"the batch of `pad` has the shape {found.shape}: the batch should come first")
    front = np.zeros_like(right)
    for row, one in zip(front, sequences, strict=True):
        row[len(row) - len(one) :] = one
    before = {"the zeros stand before each sequence, not after it": front}
    expect.same(found, right, "the batch of `pad`", before)


@check("`pad`: the mask", points=2)
def mask(answer, own, rng):
    """Compare with the lengths."""
    sequences = _draw(rng, 5, 3)
    _, right = _padded(sequences)
    inverted = {"it is 1 for padding and 0 for real steps": ~right}
    expect.same(_called(answer, sequences, 1), right, "the mask of `pad`", inverted)


@check("`last_states`: the state after the last real step", points=3)
def last(answer, own, rng):
    """Compare with each sequence by itself."""
    _, real = _padded(_draw(rng, 5, 3))
    states, lengths = rng.normal(0, 1, (*real.shape, 4)), real.sum(axis=1)
    right = states[np.arange(len(states)), lengths - 1]
    mistakes = {
        "the last step is taken, which is padding for all but the longest": states[:, -1],
        "it is one step too far": (
            states[np.arange(len(states)), np.minimum(lengths, real.shape[1] - 1)]
        ),
        "it is one step too early": states[np.arange(len(states)), lengths - 2],
    }
    expect.same(answer.call("last_states", states, real), right, "`last_states`", mistakes)


@check("`means`, of your own sequences", points=2)
def own_means(answer, own, rng):
    """Compare with each sequence by itself."""
    right = np.array([one.mean(axis=0) for one in own["sequences"]])
    mistakes = {"padding counts as real steps": _padded(own["sequences"])[0].mean(axis=1)}
    expect.same(answer.value("means"), right, "`means`", mistakes)


EXERCISE = Exercise(
    name="padding",
    chapter="sequences",
    title="Sequences of unequal length in one batch",
    task=TASK,
    numbers=_numbers,
    start=START,
    checks=(batch, mask, last, own_means),
)
