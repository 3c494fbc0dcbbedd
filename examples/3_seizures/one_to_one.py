"""
One to one: how far do a few numbers get?
=========================================

Before a network reads a recording sample by sample, let a simple model have a
few numbers that sum it up. One vector goes in and one class comes out, as in
predicting a diagnosis from a blood test: *one-to-one*, no sequence at all. It
trains fast, and what it reaches is what a recurrent network has to beat.

**What you will learn**

- how to sum up a recording in a handful of features;
- what logistic regression and a small feed-forward network make of them;
- which features matter.

**Before you start**: read :doc:`/chapters/sequences`, which says what
one-to-one is among the kinds of task. You need logistic regression, and what a
feed-forward network is.
"""

# %%
# Eight numbers for a recording
# -----------------------------
# *Amplitude* is the standard deviation. *Line length* is how far the curve
# travels from sample to sample: large for what is both high and fast.
# *Kurtosis* is large when a few spikes stand out. *Band powers* are the power
# in the bands that doctors name: delta, theta, alpha, beta, gamma. All but the
# kurtosis are above zero and can be many times larger in one recording than in
# another, so their logarithm is taken.

import time

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.signal import welch
from scipy.stats import kurtosis
from sklearn.base import clone
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lab_code import figures, protocol, record
from lab_code.answers import Answers
from lab_code.figures.scores import accuracies
from lab_code.sources import load

figures.use_style()
recordings = load()

# %%
samples = recordings.samples.astype(float)
frequency, power = welch(samples, recordings.sampling_rate, nperseg=512)
bands = {
    "delta": (0.5, 4),
    "theta": (4, 8),
    "alpha": (8, 13),
    "beta": (13, 30),
    "gamma": (30, 60),
}
features = pd.DataFrame(
    {
        "amplitude": np.log(samples.std(axis=1)),
        "line length": np.log(np.abs(np.diff(samples)).mean(axis=1)),
        "kurtosis": kurtosis(samples, axis=1),
    },
    index=recordings.names,
)
for name, (low, high) in bands.items():
    inside = (frequency >= low) & (frequency < high)
    features[name] = np.log(power[:, inside].sum(axis=1))
print(features.iloc[[0, 100, 200, 300, 400]].round(2))

# %%
# Two models
# ----------
# Logistic regression draws straight borders between the classes, a
# feed-forward network with one hidden layer can bend them. Both want features
# of about the same size; the scaling is a part of the model, so it is measured
# on the training part alone.
#
# There are only 500 recordings, so each is tested once: five times, another
# fifth is the test part (*cross-validation*), and the answers are put
# together. The folds are split by moment, so what is tested is new to the
# models. Neither of them needs a validation part, so they learn from it too.

models = {
    "logistic_regression": LogisticRegression(max_iter=1000),
    "feed_forward": MLPClassifier(
        hidden_layer_sizes=(32,), alpha=0.1, max_iter=2000, random_state=0
    ),
}
folds = protocol.folds(recordings, protocol.BY_MOMENT)
answers, pipelines, seconds = {}, {}, {}
for method, model in models.items():
    start = time.perf_counter()
    pipelines[method], said = [], []
    for fold in folds:
        train = np.concatenate([fold.train, fold.validation])
        pipeline = make_pipeline(StandardScaler(), clone(model))
        pipeline.fit(features.iloc[train], recordings.labels[train])
        predicted = pipeline.predict(features.iloc[fold.test])
        said.append(Answers.of(recordings, fold.test, predicted))
        pipelines[method].append(pipeline)
    seconds[method] = time.perf_counter() - start
    answers[method] = Answers.join(said)

# %%
# Each goes into the book's record, and the two are compared recording by
# recording: most of what makes one accuracy uncertain moves the other as well.


def count_weights(model):
    """Return how many numbers a model of scikit-learn has learnt."""
    if isinstance(model, LogisticRegression):
        return model.coef_.size + model.intercept_.size
    return sum(matrix.size for matrix in model.coefs_ + model.intercepts_)


for method, model in models.items():
    record.write(
        f"one_to_one/{method}",
        method=method,
        task=protocol.FEATURES,
        split=protocol.in_folds(protocol.BY_MOMENT),
        seed=0,
        seconds=seconds[method],
        parameters=model.get_params(),
        n_parameters=count_weights(pipelines[method][0][-1]),
        answers=answers[method],
        recordings=recordings,
    )

# %%
results = {
    protocol.name_of(method): of.scores() for method, of in answers.items()
}
for name, scores in results.items():
    print(f"{name}: {scores.accuracy} of the recordings right")
gain = answers["feed_forward"].minus(answers["logistic_regression"])
print("feed-forward network minus logistic regression:", gain)
accuracies(results, reported={})
plt.show()

# %%
# Which features matter?
# ----------------------
# Shuffle one feature among the recordings of the test part: how much accuracy
# is lost? What can be read off other features as well loses little.

importance = [
    permutation_importance(
        pipeline,
        features.iloc[fold.test],
        recordings.labels[fold.test],
        n_repeats=10,
        random_state=0,
    ).importances_mean
    for pipeline, fold in zip(pipelines["feed_forward"], folds, strict=True)
]
loss = pd.Series(np.mean(importance, axis=0), index=features.columns)
loss = loss.sort_values()
figure, axis = plt.subplots(figsize=(6, 2.8))
axis.barh(loss.index, 100 * loss, color=figures.VALIDATION_COLOUR)
axis.set(
    xlabel="points of accuracy lost when it is shuffled",
    title="What the feed-forward network leans on",
)
said = ", ".join(f"{name} {100 * lost:.0f}" for name, lost in loss.items())
figure.set_label(
    f"Points of accuracy lost when a feature is shuffled: {said}."
)
plt.show()
print(said)

# %%
# What to conclude
# ----------------
# - A handful of numbers and a small model name most recordings
#   :holds:`one_to_one/logistic_regression accuracy > 0.5`. Whoever trains a
#   recurrent network on whole recordings has this to beat.
# - Bent borders do better than straight ones here
#   :holds:`one_to_one/feed_forward > one_to_one/logistic_regression`. The two
#   intervals overlap all the same; the difference, recording by recording, is
#   what tells.
# - Both models are least often right about the two places in the patients'
#   brains :holds:`one_to_one/feed_forward accuracy_per_class.F <
#   one_to_one/feed_forward accuracy_per_class.O,
#   one_to_one/feed_forward accuracy_per_class.N <
#   one_to_one/feed_forward accuracy_per_class.O,
#   one_to_one/logistic_regression accuracy_per_class.F <
#   one_to_one/logistic_regression accuracy_per_class.O,
#   one_to_one/logistic_regression accuracy_per_class.N <
#   one_to_one/logistic_regression accuracy_per_class.O`. The features know
#   nothing of when something happened; whether the order of the samples tells
#   more is what the other labs ask.
