"""The long experiments: too long for every build of the book, so they are run once and recorded.

Each is a set of trials, one for each fold and seed. No trial needs another, so joblib runs them in
parallel: on the cores of this machine, or on a cluster::

    with joblib.parallel_config("dask"):
        experiments.run(["whole_by_moment_minirocket"])

``python -m nox -s experiments`` runs all experiments, and with ``-- NAME ...`` only some. The
results go into ``lab_code/long/kept.json``, with the commit, the data and the machine, and pages
read them as they read the record of the build.

All methods learn from the same recordings: everything that is not in the test part.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np
from joblib import Memory, Parallel, delayed

from lab_code.answers import Answers
from lab_code.files import cache_folder
from lab_code.freshness import code_behind
from lab_code.freshness.environment import environment
from lab_code.long import baselines, kept, networks, rockets
from lab_code.long.trial import LongTrial
from lab_code.protocol import (
    BY_MOMENT,
    BY_RECORDING,
    CONTROL,
    METHODS,
    N_FOLDS,
    ONE_SECOND,
    ONE_SECOND_SEIZURE,
    WHOLE_RECORDING,
    in_folds,
)
from lab_code.record.entries import entry
from lab_code.recordings import Recordings, Seconds
from lab_code.sources import load
from lab_code.splits import five_folds

log = logging.getLogger(__name__)

LAB = "the_best_network"
"""The lab that shows the long experiments; their names begin with it."""


class Method(NamedTuple):
    """Something that learns from some items and answers about others.

    Parameters
    ----------
    train_and_ask : callable
        Takes items, the numbers of those to train on and of those to test on, and a seed.
    parameters : dict
        Its settings, for the record.
    """

    train_and_ask: Callable[[Recordings | Seconds, np.ndarray, np.ndarray, int], LongTrial]
    parameters: dict


class Experiment(NamedTuple):
    """One method at one task, on some folds of a split, with some seeds.

    Parameters
    ----------
    task, way : str
        As in `lab_code.protocol`.
    method : str
        A key of `lab_code.protocol.METHODS`.
    what : Method
    fold_seeds : sequence of int
        Each deals out the folds in another way.
    folds : sequence of int
        The folds that are run. If some are left out, the split is named after the way alone.
    seeds : sequence of int
        Seeds of the method. If there are several, their scores on a fold are also averaged.
    """

    task: str
    way: str
    method: str
    what: Method
    fold_seeds: Sequence[int] = (0,)
    folds: Sequence[int] = range(N_FOLDS)
    seeds: Sequence[int] = (0, 1, 2)

    @property
    def split(self) -> str:
        """The split, as the record calls it."""
        return in_folds(self.way) if len(self.folds) == N_FOLDS else self.way


def _experiments() -> dict[str, Experiment]:
    """Return all experiments by their names."""
    packaged = {
        "minirocket": Method(rockets.minirocket, {"package": "aeon"}),
        "quant": Method(rockets.quant, {"package": "aeon"}),
        "multirocket_hydra": Method(rockets.multirocket_hydra, {"package": "aeon"}),
        "logistic_regression": Method(
            baselines.logistic_regression, {"window": baselines.WINDOW, "C": 0.1}
        ),
    }
    whole = {
        "recurrent": Method(networks.read_recordings, networks.WHOLE),
        "feed_forward": Method(networks.read_without_recurrence, networks.WHOLE),
        **packaged,
    }
    second = {
        "recurrent": Method(networks.read_seconds, networks.SECOND),
        **packaged,
        "deviation": Method(baselines.deviation, {"C": 0.1}),
    }
    without_chance, slow = {"logistic_regression", "deviation"}, {"multirocket_hydra"}
    found = {}
    for method, what in whole.items():
        for way in (BY_MOMENT, BY_RECORDING):
            name = f"whole_{_key(way)}_{method}"
            # there are fewer moments than recordings, so their folds are dealt out three times
            fold_seeds = (0,) if method in slow or way == BY_RECORDING else (0, 1, 2)
            once = method in without_chance or (method in slow and way == BY_RECORDING)
            seeds = (0,) if once else (0, 1, 2)
            found[name] = Experiment(WHOLE_RECORDING, way, method, what, fold_seeds, seeds=seeds)
    chosen = {"changes": list(networks.CHOICES), **networks.WHOLE}
    found["whole_by_moment_recurrent_chosen"] = Experiment(
        *(WHOLE_RECORDING, BY_MOMENT, "recurrent_chosen"),
        Method(networks.choose_and_read_recordings, chosen),
        fold_seeds=(0, 1, 2),
    )
    found["whole_by_control_minirocket"] = Experiment(
        WHOLE_RECORDING, CONTROL, "minirocket", whole["minirocket"]
    )
    for method, what in second.items():
        seeds = (0,) if method in without_chance | slow else (0, 1, 2)
        name = f"second_{_key(BY_MOMENT)}_{method}"
        found[name] = Experiment(ONE_SECOND, BY_MOMENT, method, what, seeds=seeds)
    # now, and not after hours, when the results are described for the record
    if unknown := {one.method for one in found.values()} - METHODS.keys():
        raise ValueError(f"METHODS of lab_code.protocol has no {', '.join(sorted(unknown))}")
    return found


def _key(way: str) -> str:
    """Return a way to split as it is written in a name."""
    return way.replace(" ", "_")


EXPERIMENTS = _experiments()


def folds_of(
    experiment: Experiment, items: Recordings | Seconds
) -> list[tuple[int, int, np.ndarray, np.ndarray]]:
    """Return the folds of an experiment.

    Returns
    -------
    list of tuple
        Fold seed, number of the fold, the items to train on, and those to test on.
    """
    found = []
    for fold_seed in experiment.fold_seeds:
        splits = five_folds(items, experiment.way, fold_seed)
        for fold in experiment.folds:
            split = splits[fold]
            train = np.sort(np.concatenate([split.train, split.validation]))
            found.append((fold_seed, fold, train, split.test))
    return found


def run(names: Sequence[str] = tuple(EXPERIMENTS), n_jobs: int = -1) -> None:
    """Run experiments, and record each as soon as it is done.

    Each finished trial is kept in the cache, so that if you start again after a failure, only the
    others run. It is reused only with the same code, settings, recordings, versions and machine.

    Parameters
    ----------
    names : sequence of str
        Keys of `EXPERIMENTS`.
    n_jobs : int
        Trials at the same time; -1 means one for each core. `joblib.parallel_config` around this
        function chooses where they run.

    Raises
    ------
    KeyError
        If there is no experiment of this name.
    """
    recordings = load()
    for name in names:
        for one in entries(name, recordings, n_jobs):
            kept.keep(one)


def entries(name: str, recordings: Recordings, n_jobs: int = -1, anew: bool = False) -> list[dict]:
    """Run one experiment, and describe it for the record.

    Parameters
    ----------
    name : str
        A key of `EXPERIMENTS`.
    recordings : Recordings
    n_jobs : int
    anew : bool
        Run every trial, even if it is in the cache.

    Returns
    -------
    list of dict
        From `results`.

    Raises
    ------
    KeyError
        If there is no experiment of this name.
    """
    if name not in EXPERIMENTS:
        raise KeyError(f"no experiment {name!r}; there are: {', '.join(EXPERIMENTS)}")
    experiment = EXPERIMENTS[name]
    log.info("experiment: %s", name)
    items = recordings.seconds() if experiment.task == ONE_SECOND else recordings
    parts = folds_of(experiment, items)
    once = delayed(Memory(None if anew else cache_folder() / "runs", verbose=0).cache(_trial))
    code = f"import {experiment.what.train_and_ask.__module__}, lab_code.splits"
    around = code_behind.digest(
        code, recordings.digest, json.dumps([environment(), experiment.what.parameters])
    )
    trials = Parallel(n_jobs=n_jobs)(
        once(name, fold_seed, fold, seed, around)
        for (fold_seed, fold, *_), seed in product(parts, experiment.seeds)
    )
    n = len(experiment.seeds)
    groups = [trials[n * i : n * (i + 1)] for i in range(len(parts))]
    return results(name, items, [part[-1] for part in parts], groups, recordings)


def behind(name: str) -> str | None:
    """Return the long experiment that wrote an entry of this name, or None if none did."""
    lab, _, rest = name.partition("/")
    found, _, _ = rest.rpartition("_")
    return found if lab == LAB and found in EXPERIMENTS else None


def _trial(name: str, fold_seed: int, fold: int, seed: int, around: str) -> LongTrial:
    """Run one trial; `around` is what else it depends on, as joblib caches by the arguments."""
    experiment = EXPERIMENTS[name]
    recordings = _recordings()
    items = recordings.seconds() if experiment.task == ONE_SECOND else recordings
    parts = {part[:2]: part[2:] for part in folds_of(experiment, items)}
    return experiment.what.train_and_ask(items, *parts[fold_seed, fold], seed)


@cache
def _recordings() -> Recordings:
    """Load the recordings once per process, not once per trial."""
    return load()


def results(
    name: str,
    items: Recordings | Seconds,
    tests: Sequence[np.ndarray],
    groups: Sequence[Sequence[LongTrial]],
    recordings: Recordings,
) -> list[dict]:
    """Describe the results of all trials of an experiment.

    Parameters
    ----------
    name : str
        A key of `EXPERIMENTS`.
    items : Recordings or Seconds
    tests : sequence of ndarray of int
        The test part of each fold.
    groups : sequence of sequence of LongTrial
        For each fold, its trials, one for each seed.
    recordings : Recordings

    Returns
    -------
    list of dict
        Entries of the record: ``…_single``, each trial by itself; with several seeds
        ``…_averaged``, the mean of their scores; and for single seconds ``…_seizure``, the same
        trials asked only whether there is a seizure.
    """
    experiment = EXPERIMENTS[name]
    trials = [one for group in groups for one in group]
    common = {
        "method": experiment.method,
        "task": experiment.task,
        "split": experiment.split,
        "seed": experiment.seeds,
        "seconds": sum(one.seconds for one in trials),
        "parameters": {"fold_seeds": list(experiment.fold_seeds), **experiment.what.parameters},
        "n_parameters": trials[0].n_parameters,
        "recordings": recordings,
    }
    single = Answers.join(
        [
            Answers.of(items, test, one.predicted)
            for test, group in zip(tests, groups, strict=True)
            for one in group
        ]
    )

    def described(variant, answers, **other):
        title = f"{LAB}/{name}_{variant}"
        return entry(title, variant=variant, answers=answers, **common | other)

    found = [described("single", single, accuracy_of_each_trial=single.of_each_trial())]
    if len(experiment.seeds) > 1:
        means = [
            group[0]._replace(scores=np.mean([one.scores for one in group], axis=0))
            for group in groups
        ]
        averaged = Answers.join(
            [
                Answers.of(items, test, mean.predicted)
                for test, mean in zip(tests, means, strict=True)
            ]
        )
        found.append(
            described("averaged", averaged, accuracy_of_each_trial=averaged.of_each_trial())
        )
    if experiment.task == ONE_SECOND:
        found.append(described("seizure", single.seizure_or_not(), task=ONE_SECOND_SEIZURE))
    return found
