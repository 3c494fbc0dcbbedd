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

**Before you start**: read :doc:`/chapters/seizure_recordings`, and
:doc:`/chapters/sequences`, which says what one-to-one is among the kinds of
task. You need logistic regression, and what a feed-forward network is.
"""

# %%
# Eight numbers for a recording
# -----------------------------
# *Amplitude* is the standard deviation. *Line length* is how far the curve
# travels from sample to sample: large for what is both high and fast.
# *Kurtosis* is large when a few spikes stand out. *Band powers* are the power
# in the bands that doctors name: delta, theta, alpha, beta, gamma.

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
from lab_code.classical import n_coefficients
from lab_code.figures.influence import lost_when_shuffled
from lab_code.figures.scores import accuracies
from lab_code.sources import load
from lab_code.splits import five_folds

figures.use_style()
recordings = load()

# %%
# The logarithm is taken of all that can be many times larger in one recording
# than in another.

BANDS = {"delta": (0.5, 4), "theta": (4, 8), "alpha": (8, 13)}
BANDS |= {"beta": (13, 30), "gamma": (30, 60)}
samples = recordings.samples.astype(float)
features = pd.DataFrame(index=recordings.names)
features["amplitude"] = np.log(samples.std(axis=1))
features["line length"] = np.log(abs(np.diff(samples)).mean(axis=1))
features["kurtosis"] = kurtosis(samples, axis=1)
hertz, power = welch(samples, recordings.sampling_rate, nperseg=512)
for name, (low, high) in BANDS.items():
    inside = (hertz >= low) & (hertz < high)
    features[name] = np.log(power[:, inside].sum(axis=1))
print(features.iloc[[0, 100, 200, 300, 400]].round(2))

# %%
# Two models
# ----------
# Logistic regression draws straight borders between the classes; a
# feed-forward network with one hidden layer can bend them. Both want features
# of about one size. The scaling belongs to the model, so it is measured on the
# training part alone.
#
# There are only 500 recordings, so each is tested once: five times, another
# fifth of the moments is the test part (*cross-validation*). Neither model
# needs a validation part, so they learn from it too.

bent = MLPClassifier((32,), alpha=0.1, max_iter=2000, random_state=0)
straight = LogisticRegression(max_iter=1000)
models = {"logistic_regression": straight, "feed_forward": bent}
splits = five_folds(recordings, protocol.BY_MOMENT)
pipelines, answers = {method: [] for method in models}, {}
ABOUT = {"split": protocol.in_folds(protocol.BY_MOMENT), "seed": 0}
ABOUT |= {"task": protocol.FEATURES, "recordings": recordings}
for method, model in models.items():
    start, said = time.perf_counter(), []
    for train, validation, test in splits:
        known = np.concatenate([train, validation])
        pipeline = make_pipeline(StandardScaler(), clone(model))
        pipeline.fit(features.iloc[known], recordings.labels[known])
        predicted = pipeline.predict(features.iloc[test])
        said.append(Answers.of(recordings, test, predicted))
        pipelines[method].append(pipeline)
    seconds = time.perf_counter() - start
    answers[method] = Answers.join(said)
    n_parameters = n_coefficients(pipelines[method][0][-1])
    about = {"method": method, "parameters": model.get_params(), **ABOUT}
    about |= {"seconds": seconds, "n_parameters": n_parameters}
    record.write(f"one_to_one/{method}", answers=answers[method], **about)

# %%
# The two are compared recording by recording: most of what makes one accuracy
# uncertain moves the other as well.

scores = {protocol.name_of(m): said.scores() for m, said in answers.items()}
accuracies(scores, reported={})
plt.show()
for name, of in scores.items():
    print(f"{name}: {of.accuracy} of the recordings right")
gain = answers["feed_forward"].minus(answers["logistic_regression"])
print("feed-forward network minus logistic regression:", gain)

# %%
# Which features matter?
# ----------------------
# Shuffle one feature among the recordings of the test part: how much accuracy
# is lost? Little, if it can be read off other features as well.

lost = []
for pipeline, split in zip(pipelines["feed_forward"], splits, strict=True):
    asked = features.iloc[split.test], recordings.labels[split.test]
    how = {"n_repeats": 10, "random_state": 0}
    found = permutation_importance(pipeline, *asked, **how)
    lost.append(found.importances_mean)
lost = pd.Series(np.mean(lost, axis=0), features.columns).sort_values()
lost_when_shuffled(lost)
plt.show()
print((100 * lost).round(1))

# %%
# What to conclude
# ----------------
# - A handful of numbers and a small model name most recordings
#   :holds:`one_to_one/logistic_regression accuracy > 0.5`.
# - Compared in pairs, bent borders do better than straight ones here
#   :holds:`one_to_one/feed_forward > one_to_one/logistic_regression`.
# - Both models are least often right about the two places in the patients'
#   brains :holds:`one_to_one/feed_forward accuracy_per_class.F <
#   one_to_one/feed_forward accuracy_per_class.O, one_to_one/feed_forward
#   accuracy_per_class.N < one_to_one/feed_forward accuracy_per_class.O,
#   one_to_one/logistic_regression accuracy_per_class.F <
#   one_to_one/logistic_regression accuracy_per_class.O,
#   one_to_one/logistic_regression accuracy_per_class.N <
#   one_to_one/logistic_regression accuracy_per_class.O`. What the order of the
#   samples tells, which the features do not know, is what the other labs ask.
