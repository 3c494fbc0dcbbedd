"""The best recurrent networks of the book."""

from __future__ import annotations

import numpy as np
import torch

from lab_code.long.run import Run
from lab_code.networks import Bands, FrontEndClassifier, SpectrumReader, Wave, n_parameters
from lab_code.recordings import SAMPLES_PER_SECOND, Recordings, Seconds
from lab_code.reproducibility import set_seed
from lab_code.sequences import (
    RandomStretches,
    RandomWindows,
    Scaling,
    to_targets,
    windows_around,
)
from lab_code.training import fit, predict

SECOND = {
    "front_end": {"channels": (32, 64, 128), "kernel_sizes": (9, 7, 5), "strides": (2, 2, 1)},
    "network": {"hidden_size": 96, "cell": "gru", "dropout": 0.2},
    "training": {
        "epochs": 60,
        "batch_size": 128,
        "learning_rate": 4e-3,
        "weight_decay": 0.01,
        "label_smoothing": 0.05,
    },
}
"""The network that reads one second as a wave."""

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
"""The network that reads the spectrum of a recording from low to high frequency."""


def read_seconds(seconds: Seconds, train: np.ndarray, test: np.ndarray, seed: int) -> Run:
    """Train the network for one second (`SECOND`), and ask it."""
    recordings = seconds.cut_from
    scaling = Scaling.fit(seconds.samples[train])
    windows = RandomWindows(
        scaling(recordings.samples),
        to_targets(recordings.labels),
        SAMPLES_PER_SECOND,
        *windows_around(seconds, train),
        seed=seed,
    )
    set_seed(seed)
    network = FrontEndClassifier(Wave(**SECOND["front_end"]), **SECOND["network"])
    history = fit(network, windows, None, seed=seed, progress=False, **SECOND["training"])
    asked = torch.from_numpy(scaling(seconds.samples[test])).unsqueeze(2)
    probabilities = predict(network, asked).softmax(dim=1).numpy()
    return Run(probabilities, history["seconds"].iloc[-1], n_parameters(network))


def read_recordings(
    recordings: Recordings,
    train: np.ndarray,
    test: np.ndarray,
    seed: int,
    recurrent: bool = True,
) -> Run:
    """Train the network for whole recordings (`WHOLE`), and ask it.

    What it says of a few stretches of a recording is averaged. With `recurrent` false, a layer
    without a state stands in place of the LSTM.
    """
    bands = Bands(**WHOLE["bands"])(torch.from_numpy(recordings.samples.astype(np.float32)))
    mean, std = (getattr(bands[train], of)(dim=(0, 1)) for of in ("mean", "std"))
    bands = (bands - mean) / std
    targets = to_targets(recordings.labels[train])
    moment = recordings.moment[train]
    stretches = RandomStretches(bands[train], targets, moment, WHOLE["frames"], seed=seed)
    set_seed(seed)
    network = SpectrumReader(**WHOLE["network"], recurrent=recurrent)
    history = fit(network, stretches, None, seed=seed, progress=False, **WHOLE["training"])
    starts = np.linspace(0, bands.shape[1] - WHOLE["frames"], WHOLE["stretches"]).astype(int)
    heard = [predict(network, bands[test, of : of + WHOLE["frames"]]) for of in starts]
    log_probabilities = torch.stack([scores.log_softmax(dim=1) for scores in heard]).mean(dim=0)
    probabilities = log_probabilities.softmax(dim=1).numpy()
    return Run(probabilities, history["seconds"].iloc[-1], n_parameters(network))


def read_without_recurrence(
    recordings: Recordings, train: np.ndarray, test: np.ndarray, seed: int
) -> Run:
    """Do the same without a state, to see what the recurrence is worth."""
    return read_recordings(recordings, train, test, seed, recurrent=False)
