"""Networks trained anew in each fold: what the record keeps of them, and what else they say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab_code.networks import RecurrentClassifier
from lab_code.recordings import (
    SAMPLES_PER_SECOND,
    SECONDS_PER_RECORDING,
    Recordings,
    Seconds,
)
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_labels, to_sequences
from lab_code.splits import Split, five_folds
from lab_code.training import predict
from lab_code.trial import Trial, pool, train_and_test


def train_on(
    items: Recordings | Seconds,
    split: Split,
    seed: int = 0,
    *,
    samples_per_step: int,
    network: dict,
    training: dict,
) -> Trial:
    """Train a new network on one split, and ask it about the test part.

    Parameters
    ----------
    items : Recordings or Seconds
    split : Split
    seed : int
        Of the first weights and of the batches.
    samples_per_step : int
    network : dict
        The parameters of a `lab_code.networks.RecurrentClassifier`.
    training : dict
        Handed to `lab_code.training.fit`.

    Returns
    -------
    Trial

    Examples
    --------
    >>> from lab_code.cross_validation import train_on
    >>> from lab_code.sources import load
    >>> from lab_code.splits import split_by_moment
    >>> recordings = load("simulated")
    >>> network = {"input_size": 178, "hidden_size": 8, "n_classes": 5}
    >>> how = {"samples_per_step": 178, "network": network, "training": {"epochs": 1}}
    >>> trial = train_on(recordings, split_by_moment(recordings), seed=1, **how)
    >>> len(trial.history)
    1
    """
    set_seed(seed)
    new = RecurrentClassifier(**network)
    settings = {"samples_per_step": samples_per_step, "seed": seed, **training}
    return train_and_test(new, items, split, **settings)


def train_in_folds(items: Recordings | Seconds, way: str, **settings) -> list[Trial]:
    """Train a new network in each fold, and ask it about the fold's test part.

    Parameters
    ----------
    items : Recordings or Seconds
    way : str
        How to split, as in `lab_code.protocol.WAYS`. The number of a fold is its seed.
    **settings
        As for `train_on`.

    Returns
    -------
    list of Trial

    Examples
    --------
    >>> from lab_code.cross_validation import train_in_folds
    >>> from lab_code.protocol import BY_MOMENT
    >>> from lab_code.sources import load
    >>> from lab_code.trial import pool
    >>> recordings = load("simulated")
    >>> network = {"input_size": 178, "hidden_size": 8, "n_classes": 5}
    >>> how = {"samples_per_step": 178, "network": network, "training": {"epochs": 1}}
    >>> trials = train_in_folds(recordings, BY_MOMENT, **how)
    >>> len(trials)
    5
    >>> len(pool(trials))  # each recording was asked about once
    500
    """
    return [
        train_on(items, split, seed, **settings)
        for seed, split in enumerate(five_folds(items, way))
    ]


def to_record(trials: Sequence[Trial]) -> dict:
    """Return what `lab_code.record.write` is told of trials in several folds.

    Parameters
    ----------
    trials : sequence of Trial
        One a fold, with the number of the fold as its seed.

    Returns
    -------
    dict
        The seeds, the seconds of all trainings together, the number of parameters of one network,
        and the answers.

    Examples
    --------
    >>> from lab_code.cross_validation import to_record, train_on
    >>> from lab_code.sources import load
    >>> from lab_code.splits import split_by_moment
    >>> recordings = load("simulated")
    >>> network = {"input_size": 178, "hidden_size": 8, "n_classes": 5}
    >>> how = {"samples_per_step": 178, "network": network, "training": {"epochs": 1}}
    >>> trial = train_on(recordings, split_by_moment(recordings), **how)
    >>> list(to_record([trial]))
    ['seed', 'seconds', 'n_parameters', 'answers']
    """
    return {
        "seed": range(len(trials)),
        "seconds": sum(trial.seconds for trial in trials),
        "n_parameters": trials[0].n_parameters,
        "answers": pool(trials),
    }


def share_changed(
    trials: Sequence[Trial],
    splits: Sequence[Split],
    recordings: Recordings,
    shifts: Sequence[int],
    samples_per_step: int,
) -> dict[int, float]:
    """Return how many answers change when the seconds of the test parts are cut later.

    Parameters
    ----------
    trials : sequence of Trial
        Trained on seconds of the recordings, one a fold.
    splits : sequence of Split
        Of the seconds, by recording or by moment.
    recordings : Recordings
    shifts : sequence of int
        By how many samples later, up to the length of a second. Answers are compared with those
        at the first of them.
    samples_per_step : int

    Returns
    -------
    dict of int to float
        The share of the answers that differ, by shift: the mean over the folds. The last second
        of a recording is left out, as it would run over the end.

    Examples
    --------
    >>> from lab_code.cross_validation import share_changed, train_on
    >>> from lab_code.sources import load
    >>> from lab_code.splits import split_by_moment
    >>> recordings = load("simulated")
    >>> seconds = recordings.seconds()
    >>> split = split_by_moment(seconds)
    >>> network = {"input_size": 89, "hidden_size": 8, "n_classes": 5}
    >>> how = {"samples_per_step": 89, "network": network, "training": {"epochs": 1}}
    >>> trials = [train_on(seconds, split, **how)]
    >>> changed = share_changed(trials, [split], recordings, [0, 40], samples_per_step=89)
    >>> changed[0]  # compared with themselves
    0.0
    >>> 0 < changed[40] < 1
    True
    """
    seconds, shares = recordings.seconds(), []
    n_samples = (SECONDS_PER_RECORDING - 1) * SAMPLES_PER_SECOND
    for trial, split in zip(trials, splits, strict=True):
        scaling = Scaling.fit(seconds.samples[split.train])
        test = np.unique(seconds.recording[split.test])
        labels = []
        for shift in shifts:
            moved = recordings.samples[test, shift : shift + n_samples]
            scaled = scaling(moved.reshape(-1, SAMPLES_PER_SECOND))
            labels.append(to_labels(predict(trial.network, to_sequences(scaled, samples_per_step))))
        shares.append([(later != labels[0]).mean() for later in labels])
    return dict(zip(shifts, np.mean(shares, axis=0).tolist(), strict=True))
