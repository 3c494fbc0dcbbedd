"""The best recurrent networks of the book.

Both read a spectrum from low to high frequency: of a whole recording, or of one second.
"""

from __future__ import annotations

import numpy as np
import torch
from sklearn.model_selection import StratifiedGroupKFold

from lab_code.long.trial import LongTrial
from lab_code.networks import Bands, SpectrumReader, n_parameters
from lab_code.protocol import N_FOLDS
from lab_code.recordings import Recordings, Seconds
from lab_code.seeds import set_seed
from lab_code.sequences import BandScaling, RandomStretches, to_targets
from lab_code.training import fit, predict

WHOLE = {
    "bands": {"n_bands": 24, "window": 128, "hop": 64},
    "network": {"n_bands": 24, "hidden_size": 16, "dropout": 0.5},
    "training": {
        "epochs": 60,
        "batch_size": 64,
        "learning_rate": 1e-2,
        "weight_decay": 0.01,
        "label_smoothing": 0.1,
    },
    "frames": 31,
    "stretches": 3,
}
"""For whole recordings; the network hears half of one at a time."""

SECOND = {
    "bands": {"n_bands": 24, "window": 64, "hop": 19},
    "network": {"n_bands": 24, "hidden_size": 16, "dropout": 0.5},
    "training": {
        "epochs": 300,
        "batch_size": 100,
        "learning_rate": 1e-2,
        "weight_decay": 0.01,
        "label_smoothing": 0.1,
    },
    "frames": 7,
    "stretches": 1,
}
"""For one second, which has seven such frames."""


CHOICES = (
    {},
    {"bands": {"n_bands": 40}, "network": {"n_bands": 40}},
    {"bands": {"window": 256}},
    {"network": {"hidden_size": 8}},
    {"network": {"hidden_size": 32}},
    {"network": {"dropout": 0.3}},
    {"training": {"epochs": 30}},
    {"training": {"epochs": 120}},
)
"""What `choose_and_read_recordings` may change in `WHOLE`."""


def read_recordings(
    recordings: Recordings,
    train: np.ndarray,
    test: np.ndarray,
    seed: int,
    recurrent: bool = True,
) -> LongTrial:
    """Train the network for whole recordings (`WHOLE`), and test it.

    Its scores for a few stretches of a recording are averaged. If `recurrent` is false, a layer
    without a state replaces the LSTM.
    """
    return _read(recordings, train, recordings.samples[test], WHOLE, seed, recurrent)


def read_without_recurrence(
    recordings: Recordings, train: np.ndarray, test: np.ndarray, seed: int
) -> LongTrial:
    """Do the same without a state, to see what the recurrence is worth."""
    return read_recordings(recordings, train, test, seed, recurrent=False)


def choose_and_read_recordings(
    recordings: Recordings, train: np.ndarray, test: np.ndarray, seed: int
) -> LongTrial:
    """Choose the settings on a fifth of the moments of the training part, then train on all of it.

    `WHOLE` was chosen once, on the validation parts of all folds, so a recording that is tested in
    one fold influenced the choice through another. Here it does not.
    """
    labels, moment = recordings.labels[train], recordings.moment[train]
    folds = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=seed)
    learnt, held_out = next(folds.split(train, labels, moment))
    offered = [
        {
            part: of | change.get(part, {}) if isinstance(of, dict) else of
            for part, of in WHOLE.items()
        }
        for change in CHOICES
    ]
    asked = recordings.samples[train[held_out]]
    trials = [_read(recordings, train[learnt], asked, settings, seed) for settings in offered]
    right = [(trial.predicted == labels[held_out]).mean() for trial in trials]
    best = offered[int(np.argmax(right))]
    chosen = _read(recordings, train, recordings.samples[test], best, seed)
    return chosen._replace(seconds=chosen.seconds + sum(trial.seconds for trial in trials))


def read_seconds(seconds: Seconds, train: np.ndarray, test: np.ndarray, seed: int) -> LongTrial:
    """Train the network for one second (`SECOND`), and test it.

    Raises
    ------
    ValueError
        If a recording has seconds in both parts: training takes seconds from anywhere in a
        recording, so it would include those of the test part.
    """
    heard = np.unique(seconds.recording[train])
    if np.isin(seconds.recording[test], heard).any():
        raise ValueError("a recording has seconds in both parts; split by moment or by recording")
    return _read(seconds.cut_from, heard, seconds.samples[test], SECOND, seed)


def _read(
    recordings: Recordings,
    train: np.ndarray,
    asked: np.ndarray,
    settings: dict,
    seed: int,
    recurrent: bool = True,
) -> LongTrial:
    """Train on random stretches of some recordings, and test on samples (item, time)."""
    bands = Bands(**settings["bands"])
    log_power = bands(torch.from_numpy(recordings.samples[train].astype(np.float32)))
    scaling = BandScaling.fit(log_power)
    targets, moment = to_targets(recordings.labels[train]), recordings.moment[train]
    n_frames = settings["frames"]
    stretches = RandomStretches(scaling(log_power), targets, moment, n_frames, seed=seed)
    set_seed(seed)
    network = SpectrumReader(**settings["network"], recurrent=recurrent)
    history = fit(network, stretches, None, seed=seed, progress=False, **settings["training"])
    asked = scaling(bands(torch.from_numpy(asked.astype(np.float32))))
    starts = np.linspace(0, asked.shape[1] - n_frames, settings["stretches"]).astype(int)
    heard = [predict(network, asked[:, of : of + n_frames]) for of in starts]
    log_probabilities = torch.stack([scores.log_softmax(dim=1) for scores in heard]).mean(dim=0)
    probabilities = log_probabilities.softmax(dim=1).numpy()
    return LongTrial(probabilities, history["seconds"].iloc[-1], n_parameters(network))
