"""Detectors trained anew in each fold, and what they say of its parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from torch import nn

from lab_code import training
from lab_code.detection.joined import Joined
from lab_code.detection.threshold import DeviationThreshold
from lab_code.networks import n_parameters
from lab_code.recordings import Recordings
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling
from lab_code.splits import Split


def train_detector(
    network: Callable[..., nn.Module],
    parameters: dict,
    recordings: Recordings,
    splits: Sequence[Split],
    folds: Sequence[dict[str, Joined]],
    **settings,
) -> tuple[list[dict[str, np.ndarray]], dict[str, float]]:
    """Train a new network in each fold, and ask it about all parts.

    Parameters
    ----------
    network : callable
        Returns a new network, which takes (batch, step, feature) and returns scores of the two
        states, (batch, step, 2).
    parameters : dict
        What it is called with.
    recordings : Recordings
    splits : sequence of Split
        The scaling is measured on the recordings of each training part.
    folds : sequence of dict of str to Joined
        The joined recordings of each split, from `lab_code.detection.join_folds`.
    **settings
        Handed to `lab_code.training.fit`, with the number of the fold as the seed.

    Returns
    -------
    said : list of dict of str to ndarray, shape (sequence, step)
        The probability of a seizure at each step of each part, fold by fold.
    kept : dict
        For the record: the ``seconds`` of all trainings together, and ``n_parameters``.

    Examples
    --------
    >>> from torch import nn
    >>> from lab_code.detection import join_folds, train_detector
    >>> from lab_code.protocol import BY_MOMENT
    >>> from lab_code.sources import load
    >>> from lab_code.splits import five_folds
    >>> recordings = load("simulated")
    >>> splits = five_folds(recordings, BY_MOMENT)[:2]
    >>> folds = join_folds(recordings, splits, (8, 2, 2), n_steps=200, samples_per_step=16)
    >>> how = {"in_features": 16, "out_features": 2}  # no state: each step by itself
    >>> said, kept = train_detector(nn.Linear, how, recordings, splits, folds, epochs=1)
    >>> len(said), said[0]["test"].shape
    (2, (2, 200))
    >>> kept["n_parameters"]
    34
    """
    said, seconds = [], 0.0
    for fold, (split, parts) in enumerate(zip(splits, folds, strict=True)):
        scaling = Scaling.fit(recordings.samples[split.train])
        data = {part: joined.dataset(scaling) for part, joined in parts.items()}
        set_seed(fold)
        new = network(**parameters)
        history = training.fit(new, data["train"], data["validation"], seed=fold, **settings)
        seconds += float(history["seconds"].iloc[-1])
        scores = {part: training.predict(new, of.tensors[0]) for part, of in data.items()}
        said.append({part: of.softmax(dim=2)[..., 1].numpy() for part, of in scores.items()})
    return said, {"seconds": seconds, "n_parameters": n_parameters(new)}


def fit_thresholds(folds: Sequence[dict[str, Joined]]) -> list[dict[str, np.ndarray]]:
    """Fit a `DeviationThreshold` in each fold, and ask it about all parts.

    Parameters
    ----------
    folds : sequence of dict of str to Joined

    Returns
    -------
    list of dict of str to ndarray, shape (sequence, step)
        As `said` of `train_detector`.

    Examples
    --------
    >>> from lab_code.detection import fit_thresholds, join_folds
    >>> from lab_code.protocol import BY_MOMENT
    >>> from lab_code.sources import load
    >>> from lab_code.splits import five_folds
    >>> recordings = load("simulated")
    >>> splits = five_folds(recordings, BY_MOMENT)[:2]
    >>> folds = join_folds(recordings, splits, (8, 2, 2), n_steps=200, samples_per_step=16)
    >>> said = fit_thresholds(folds)
    >>> list(said[0])
    ['train', 'validation', 'test']
    >>> said[0]["test"].shape
    (2, 200)
    """
    said = []
    for parts in folds:
        large = DeviationThreshold(parts["train"], parts["validation"])
        said.append({part: large(joined) for part, joined in parts.items()})
    return said
