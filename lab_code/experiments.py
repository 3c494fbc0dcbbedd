"""The long experiments: too long for every build of the book, so they are run once and recorded.

Each is a set of *runs* that need nothing of each other (seeds, or folds), so they go side by side
through joblib: on the cores of this machine, or on a cluster::

    with joblib.parallel_config("dask"):
        experiments.run(["best_1s_by_second"])

``python -m nox -s experiments`` runs all of them, ``-- NAME ...`` some. What comes of it goes into
``lab_code/long_runs.json``, with the commit, the data and the machine, and pages read it as they
read the record of the build.

The settings of the networks were chosen on validation parts: of the splits with seed 0, and of the
first two folds.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from joblib import Memory, Parallel, delayed
from torch.utils.data import TensorDataset

from lab_code import long_runs, record
from lab_code.evaluation import score
from lab_code.networks import FrontEndClassifier, Spectrum, Wave, n_parameters
from lab_code.recordings import CLASSES, SAMPLES_PER_SECOND, Recordings
from lab_code.repetition import ONE_SECOND, SPLITS
from lab_code.reproducibility import set_seed
from lab_code.sequences import RandomWindows, Scaling, to_targets, windows_around
from lab_code.sources import load
from lab_code.sources.cache import cache_folder
from lab_code.splits import Split, folds_by_recording
from lab_code.training import fit, predict

log = logging.getLogger(__name__)

N_FOLDS = 5
SEEDS = (0, 1, 2)
SEIZURE_OR_NOT = {1: "seizure", 2: "no seizure"}

SECOND = {
    "front_end": {"channels": (32, 64, 128), "kernel_sizes": (9, 7, 5), "strides": (2, 2, 1)},
    "network": {"hidden_size": 96, "cell": "gru", "dropout": 0.2},
    "training": {
        "epochs": 60,
        "batch_size": 128,
        "learning_rate": 4e-3,
        "weight_decay": 0.01,
        "label_smoothing": 0.05,
        "patience": 60,
    },
}
"""The network that reads one second as a wave."""

WHOLE = {
    "front_end": {"hop": 16, "channels": 128},
    "windows": (128, 256, 128),  # one for each seed
    "network": {"hidden_size": 96, "cell": "lstm", "dropout": 0.4, "deviation": True},
    "training": {
        "epochs": 50,
        "batch_size": 64,
        "learning_rate": 4e-3,
        "weight_decay": 0.01,
        "label_smoothing": 0.1,
    },
    "length": 1024,
    "times": 8,
    "gain": 0.1,
}
"""The networks that read a recording as a spectrum, six seconds at a time.

Some have a spectrum of shorter windows, some of longer ones: what one sees well in time, the other
sees well in frequency.
"""


class Answers(NamedTuple):
    """What one run said of its test part.

    Parameters
    ----------
    probabilities : ndarray, shape (item, class)
        Of a method that gives none: 1 for the class it chose.
    labels, recording : ndarray of int, shape (item,)
        The true labels, and the recording that each item was cut from.
    seconds : float
        Time of training.
    n_parameters : int
    """

    probabilities: np.ndarray
    labels: np.ndarray
    recording: np.ndarray
    seconds: float
    n_parameters: int


def read_seconds(split_name: str, seed: int) -> Answers:
    """Train the network for one second (`SECOND`) on a split, with one seed, and test it.

    Parameters
    ----------
    split_name : {"by second", "by recording"}
    seed : int
        Of the network and its training; the split is always the one with seed 0.
    """
    recordings = load()
    seconds = recordings.seconds()
    split = SPLITS[split_name](seconds, seed=0)
    scaling = Scaling.fit(seconds.samples[split.train])
    targets = to_targets(seconds.labels)
    scaled = torch.from_numpy(scaling(seconds.samples)).unsqueeze(2)
    train = RandomWindows(
        scaling(recordings.samples),
        to_targets(recordings.labels),
        SAMPLES_PER_SECOND,
        *windows_around(seconds, split.train),
        seed=seed,
    )
    set_seed(seed)
    network = FrontEndClassifier(Wave(**SECOND["front_end"]), **SECOND["network"])
    validation = TensorDataset(scaled[split.validation], targets[split.validation])
    history = fit(network, train, validation, seed=seed, progress=False, **SECOND["training"])
    probabilities = predict(network, scaled[split.test]).softmax(dim=1).numpy()
    return Answers(
        probabilities,
        seconds.labels[split.test],
        seconds.recording[split.test],
        history["seconds"].iloc[-1],
        n_parameters(network),
    )


def read_recordings(fold: int, seed: int, window: int) -> Answers:
    """Train a network for whole recordings (`WHOLE`) on a fold, with one seed, and test it.

    It is trained on all that is not tested, with nothing held out for validation. It reads a test
    recording in stretches that overlap by half, and what it says of them is averaged.

    Parameters
    ----------
    fold, seed : int
    window : int
        Samples of a window of the spectrum.
    """
    recordings = load()
    train, test = _fold(recordings, fold)
    scaled = Scaling.fit(recordings.samples[train])(recordings.samples)
    length, times = WHOLE["length"], WHOLE["times"]
    last = recordings.n_samples - length
    items = np.repeat(train, times)
    windows = RandomWindows(
        scaled,
        to_targets(recordings.labels),
        length,
        items,
        np.zeros_like(items),
        np.full_like(items, last),
        gain=WHOLE["gain"],
        seed=seed,
    )
    set_seed(seed)
    network = FrontEndClassifier(Spectrum(window, **WHOLE["front_end"]), **WHOLE["network"])
    history = fit(network, windows, None, seed=seed, progress=False, **WHOLE["training"])
    begin = np.linspace(0, last, 2 * times - 1).astype(int)
    cut = np.lib.stride_tricks.sliding_window_view(scaled[test], length, axis=1)[:, begin]
    scores = predict(network, torch.from_numpy(cut.reshape(-1, length, 1)), batch_size=256)
    log_probabilities = scores.log_softmax(dim=1).unflatten(0, cut.shape[:2]).mean(dim=1)
    return Answers(
        log_probabilities.softmax(dim=1).numpy(),
        recordings.labels[test],
        test,
        history["seconds"].iloc[-1],
        n_parameters(network),
    )


def read_with_rocket(name: str, split_name: str, fold: int = 0) -> Answers:
    """Train a classifier of aeon's, with its defaults, and test it.

    Parameters
    ----------
    name : {"MiniRocket", "MultiRocket-Hydra"}
    split_name : {"by second", "by recording", "whole"}
        One second on one of the two splits, or a fold of whole recordings: as the networks.
    fold : int
        For whole recordings.
    """
    from aeon.classification.convolution_based import (
        MiniRocketClassifier,
        MultiRocketHydraClassifier,
    )

    recordings = load()
    if split_name == "whole":
        items, (train, test) = recordings, _fold(recordings, fold)
    else:
        items = recordings.seconds()
        train, _, test = SPLITS[split_name](items, seed=0)
    kinds = {"MiniRocket": MiniRocketClassifier, "MultiRocket-Hydra": MultiRocketHydraClassifier}
    set_seed(0)
    classifier = kinds[name](random_state=0, n_jobs=1)
    samples = items.samples[:, None].astype(np.float32)  # (item, channel, time)
    start = time.perf_counter()
    classifier.fit(samples[train], items.labels[train])
    seconds = time.perf_counter() - start
    chosen = np.asarray(classifier.predict(samples[test]), dtype=int)
    return Answers(
        np.eye(len(CLASSES))[chosen - 1], items.labels[test], items.recording[test], seconds, 0
    )


def _fold(recordings: Recordings, fold: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the recordings to train on and those to test on."""
    split: Split = list(folds_by_recording(recordings, k=N_FOLDS, seed=0))[fold]
    return np.sort(np.concatenate([split.train, split.validation])), split.test


class Experiment(NamedTuple):
    """Runs that are scored together.

    Parameters
    ----------
    task, split : str
        As in `lab_code.record.write`.
    parameters : dict
        As there.
    groups : sequence of sequence of callable
        Each group is tested on the same items (other seeds), or is one run. Groups are tested on
        other items (folds), or on the same.
    seeds : sequence of int
    """

    task: str
    split: str
    parameters: dict
    groups: Sequence[Sequence[Callable[[], Answers]]]
    seeds: Sequence[int] = (0,)


WHOLE_RECORDING = "many-to-one: a whole recording, five classes"
FOLDS = f"{N_FOLDS}-fold by recording"


def _experiments() -> dict[str, Experiment]:
    """Return all experiments by their names."""
    found = {}
    for split in SPLITS:
        runs = [partial(read_seconds, split, seed) for seed in SEEDS]
        found[f"best_1s_{_key(split)}"] = Experiment(ONE_SECOND, split, SECOND, [runs], SEEDS)
    folds = [
        [
            partial(read_recordings, fold, seed, window)
            for seed, window in zip(SEEDS, WHOLE["windows"], strict=True)
        ]
        for fold in range(N_FOLDS)
    ]
    found["best_whole"] = Experiment(WHOLE_RECORDING, FOLDS, WHOLE, folds, SEEDS)
    for rocket in ("MiniRocket", "MultiRocket-Hydra"):
        settings = {"classifier": rocket}
        for split in SPLITS:
            runs = [partial(read_with_rocket, rocket, split)]
            found[f"{_key(rocket)}_1s_{_key(split)}"] = Experiment(
                ONE_SECOND, split, settings, [runs]
            )
        folds = [[partial(read_with_rocket, rocket, "whole", fold)] for fold in range(N_FOLDS)]
        found[f"{_key(rocket)}_whole"] = Experiment(WHOLE_RECORDING, FOLDS, settings, folds)
    return found


def _key(name: str) -> str:
    """Return a name as it stands in the record."""
    return name.lower().replace(" ", "_").replace("-", "_")


EXPERIMENTS = _experiments()


def run(names: Sequence[str] = tuple(EXPERIMENTS), n_jobs: int = -1) -> None:
    """Run experiments, and record each as soon as it is done.

    A run that is done is kept in the cache, so that who starts again after a failure does only
    the others. It counts for the same settings, data and commit, and only if no file was changed
    since the commit: else nobody could say which code it came from.

    Parameters
    ----------
    names : sequence of str
        Keys of `EXPERIMENTS`.
    n_jobs : int
        Runs at the same time; -1 is one for each core. Around this function,
        `joblib.parallel_config` chooses where they run.

    Raises
    ------
    KeyError
        If there is no experiment of that name.
    """
    for name in names:
        if name not in EXPERIMENTS:
            raise KeyError(f"no experiment {name!r}; there are: {', '.join(EXPERIMENTS)}")
    digest = load().digest
    commit = record.commit(Path(__file__).parent, but=long_runs.FILE)
    clean = commit is not None and not commit.endswith("-dirty")
    memory = Memory(cache_folder() / "runs" if clean else None, verbose=0)
    once = delayed(memory.cache(_answer))
    for name in names:
        log.info("experiment: %s", name)
        experiment = EXPERIMENTS[name]
        runs = [one for group in experiment.groups for one in group]
        jobs = (once(one, experiment.parameters, digest, commit) for one in runs)
        answers = iter(Parallel(n_jobs=n_jobs)(jobs))
        groups = [[next(answers) for _ in group] for group in experiment.groups]
        for entry in results(name, experiment, groups):
            long_runs.keep(entry)


def _answer(one: Callable[[], Answers], settings: dict, digest: str, commit: str | None) -> Answers:
    """Do one run. What else it depends on is named, because joblib keeps the answers by it."""
    return one()


def results(name: str, experiment: Experiment, groups: Sequence[Sequence[Answers]]) -> list[dict]:
    """Score the answers of all runs of an experiment.

    Parameters
    ----------
    name : str
    experiment : Experiment
    groups : sequence of sequence of Answers
        In the layout of `Experiment.groups`.

    Returns
    -------
    list of dict
        Experiments in the layout of the record: ``NAME/single``, each run by itself; with
        several seeds ``NAME/ensemble``, the mean of their probabilities; and for single seconds
        ``NAME/seizure_or_not``, the single runs asked for less.
    """
    recordings = load()
    runs = [one for group in groups for one in group]
    common = {
        "task": experiment.task,
        "split": experiment.split,
        "seed": experiment.seeds,
        "seconds": sum(one.seconds for one in runs),
        "parameters": experiment.parameters,
        "n_parameters": runs[0].n_parameters,
        "recordings": recordings,
    }

    def chosen(one):
        return one.probabilities.argmax(axis=1) + 1

    def scored(answers, predicted, **kwargs):
        labels = np.concatenate([one.labels for one in answers])
        recording = np.concatenate([one.recording for one in answers])
        return score(labels, np.concatenate(predicted), recording, **kwargs)

    each = [float((chosen(one) == one.labels).mean()) for one in runs]
    entries = [
        record.entry(
            f"{name}/single",
            scores=scored(runs, [chosen(one) for one in runs]),
            accuracy_of_each_run=each,
            **common,
        )
    ]
    if len(groups[0]) > 1:
        means = [
            group[0]._replace(probabilities=np.mean([one.probabilities for one in group], axis=0))
            for group in groups
        ]
        entries.append(
            record.entry(
                f"{name}/ensemble", scores=scored(means, [chosen(one) for one in means]), **common
            )
        )
    if experiment.task == ONE_SECOND:
        two = [one._replace(labels=np.where(one.labels == 1, 1, 2)) for one in runs]
        entries.append(
            record.entry(
                f"{name}/seizure_or_not",
                scores=scored(
                    two,
                    [np.where(chosen(one) == 1, 1, 2) for one in runs],
                    classes=SEIZURE_OR_NOT,
                ),
                **common | {"task": "many-to-one: one second, seizure or not"},
            )
        )
    return entries
