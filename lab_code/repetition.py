"""Run a recorded experiment again, from what the record says of it."""

from __future__ import annotations

from itertools import islice

from lab_code.evaluation import Scores
from lab_code.networks import RecurrentClassifier
from lab_code.recordings import Recordings, Seconds
from lab_code.reproducibility import set_seed
from lab_code.splits import (
    Split,
    folds_by_recording,
    folds_by_second,
    split_by_recording,
    split_by_second,
)
from lab_code.trial import pool, train_and_test

ONE_SECOND = "many-to-one: one second, five classes"
NEEDED = {"network", "training", "samples_per_step"}
SPLITS = {"by second": split_by_second, "by recording": split_by_recording}
FOLDS = {
    "5-fold by second": folds_by_second,
    "5-fold by recording": folds_by_recording,
    "three of five folds by recording": folds_by_recording,
}


class CannotRepeat(ValueError):
    """The record does not say enough to run an experiment again."""


def repeat(experiment: dict, recordings: Recordings) -> Scores:
    """Train and test again, with the recorded network, training, split and seeds.

    Parameters
    ----------
    experiment : dict
        From the record. Its parameters hold ``network``, the arguments of `RecurrentClassifier`;
        ``training``, those of `lab_code.training.fit`; and ``samples_per_step``.
    recordings : Recordings

    Raises
    ------
    CannotRepeat
        If it is another kind of experiment.
    """
    parameters, name = experiment["parameters"], experiment["name"]
    if experiment["task"] != ONE_SECOND or set(parameters) != NEEDED:
        raise CannotRepeat(
            f"{name} cannot be run from its record alone: run its lab again, "
            f"examples/*/{name.split('/')[0]}.py, or for a long run "
            f"python -m nox -s experiments -- {name.split('/')[0]}, and compare the records"
        )
    items = recordings.seconds()
    seeds = experiment["seed"]
    seeds = [seeds] if isinstance(seeds, int) else seeds
    trials = []
    for seed, split in zip(seeds, _splits(experiment["split"], items, len(seeds)), strict=True):
        set_seed(seed)
        trials.append(
            train_and_test(
                RecurrentClassifier(**parameters["network"]),
                items,
                split,
                samples_per_step=parameters["samples_per_step"],
                seed=seed,
                progress=False,
                **parameters["training"],
            )
        )
    return pool(trials)


def differences(experiment: dict, scores: Scores) -> dict[str, list[float]]:
    """Return the accuracies that differ from the recorded ones, as pairs; best none.

    Parameters
    ----------
    experiment : dict
        From the record.
    scores : Scores
        From `repeat`.
    """
    recorded = experiment["metrics"]
    before = {"all": recorded["accuracy"], **recorded["accuracy_per_class"]}
    after = {"all": scores.accuracy, **scores.per_class}
    pairs = {name: [before[name]["value"], after[name].value] for name in before}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _splits(name: str, items: Seconds, n: int) -> list[Split]:
    if name in SPLITS:
        return [SPLITS[name](items, seed=0)] * n
    if name in FOLDS:
        return list(islice(FOLDS[name](items, k=5), n))  # fold i has seed i
    raise CannotRepeat(f"no split is called {name!r}")
