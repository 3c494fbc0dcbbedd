"""A recurrent network that is better than a baseline."""

from functools import cache

import numpy as np

from lab_code.homework import expect
from lab_code.homework.exercise import Exercise, Wrong, check

TASK = """
Train a recurrent network on simulated recordings of the classes 3, 4 and 5, and be better than a
logistic regression of how large they are (the logarithm of their standard deviation).

1. Write `train_and_predict(train_samples, train_labels, test_samples)`, which trains a network and
   returns the predicted label (3, 4 or 5) of each test recording, (recording,). Samples come as
   int16, (recording, time), of 1024 samples each; the split is by moment. It may take a minute on
   one core, and may use torch and `lab_code`: `fit` and `predict` of `lab_code.training`,
   `RecurrentClassifier` of `lab_code.networks`, `Scaling` and `to_sequences` of
   `lab_code.sequences`. Many samples in one step make it fast.
2. How many parameters does a network have that is one GRU layer, `nn.GRU(input_size, hidden_size)`,
   and a linear layer from its last hidden state to three classes? Set `n_parameters` to the number
   for your own sizes.

To try it out: `lab_code.sources.load("simulated")` gives recordings, and
`lab_code.splits.split_by_moment` splits them.
"""

START = '''
import numpy as np
import torch
from torch import nn

# %%
def train_and_predict(train_samples, train_labels, test_samples):
    """Train a network; return the predicted label of each test recording."""
    raise NotImplementedError


# %%
n_parameters = ...
'''

LABELS = (3, 4, 5)
N_SAMPLES = 1024


def _numbers(rng):
    """Draw the sizes of a network."""
    return {"input_size": int(rng.integers(2, 20)), "hidden_size": int(rng.integers(20, 99))}


@cache
def _recordings():
    """Return the simulated recordings; they are simulated once and kept in the cache."""
    from lab_code.sources import load

    return load("simulated")


def _draw(rng):
    """Cut a stretch out of each recording, and split by moment."""
    from lab_code.splits import split_by_moment

    every = _recordings()
    split = split_by_moment(every, seed=int(rng.integers(1000)))
    begin = rng.integers(every.n_samples - N_SAMPLES, size=(len(every), 1))
    samples = np.take_along_axis(every.samples, begin + np.arange(N_SAMPLES), axis=1)
    asked = np.isin(every.labels, LABELS)
    parts = (np.concatenate([split.train, split.validation]), split.test)
    train, test = (part[asked[part]] for part in parts)
    return samples, every.labels, every.moment, train, test


def _baseline(samples, labels, train, test):
    """Predict from the standard deviation."""
    from sklearn.linear_model import LogisticRegression

    size = np.log(1 + samples.std(axis=1))[:, None]
    return LogisticRegression().fit(size[train], labels[train]).predict(size[test])


@check("`train_and_predict` is better than the baseline, with the whole interval", points=7)
def better(answer, own, rng):
    """Take the difference in pairs, by moment."""
    from lab_code.evaluation import difference

    samples, labels, moment, train, test = _draw(rng)
    what = "`train_and_predict`"
    given = answer.call("train_and_predict", samples[train], labels[train], samples[test])
    predicted = expect.array(given, (len(test),), what)
    if not np.isin(predicted, LABELS).all():
        classes = set(np.unique(predicted)) <= {0, 1, 2}
        raise Wrong(
            f"{what} should return labels, 3, 4 or 5"
            + (", not classes counted from 0" if classes else "")
        )
    right = predicted == labels[test]
    simple = _baseline(samples, labels, train, test) == labels[test]
    apart = difference(right, simple, labels[test], moment[test])
    if apart.low <= 0:
        raise Wrong(
            f"{right.mean():.0%} of its answers are right, {simple.mean():.0%} of the "
            f"baseline's; the difference is {apart}, and its interval should be above 0"
        )


@check("`n_parameters`, of your own sizes", points=3)
def count(answer, own, rng):
    """Count those of torch's modules."""
    m, n = own["input_size"], own["hidden_size"]
    gates = n * (m + n)
    right = 3 * (gates + 2 * n) + 3 * n + 3
    mistakes = {
        "torch's second bias is left out": right - 3 * n,
        "there are four gates, as in an LSTM": right + gates + 2 * n,
        "there is one gate, as in a simple network": right - 2 * (gates + 2 * n),
        "the linear layer is left out": right - 3 * n - 3,
        "the bias of the linear layer is left out": right - 3,
    }
    expect.same(answer.value("n_parameters"), right, "`n_parameters`", mistakes)


EXERCISE = Exercise(
    name="beat_the_baseline",
    chapter="recurrence",
    title="Better than a baseline",
    task=TASK,
    numbers=_numbers,
    start=START,
    checks=(better, count),
    seconds=60.0,
    torch=True,
)
