"""A network trained anew in each fold, and what the record keeps of that."""

from __future__ import annotations

from collections.abc import Sequence

from lab_code.networks import RecurrentClassifier
from lab_code.protocol import folds
from lab_code.recordings import Recordings, Seconds
from lab_code.seeds import set_seed
from lab_code.trial import Trial, pool, train_and_test


def train_in_folds(
    items: Recordings | Seconds, way: str, *, samples_per_step: int, network: dict, training: dict
) -> list[Trial]:
    """Train a new network in each fold, and ask it about the fold's test part.

    Parameters
    ----------
    items : Recordings or Seconds
    way : str
        How to split, as in `lab_code.protocol.WAYS`. The number of a fold is the seed of its first
        weights and of its batches.
    samples_per_step : int
    network : dict
        The parameters of a `lab_code.networks.RecurrentClassifier`.
    training : dict
        Handed to `lab_code.training.fit`.

    Returns
    -------
    list of Trial
    """
    trials = []
    for seed, split in enumerate(folds(items, way)):
        set_seed(seed)
        new = RecurrentClassifier(**network)
        settings = {"samples_per_step": samples_per_step, "seed": seed, **training}
        trials.append(train_and_test(new, items, split, **settings))
    return trials


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
    """
    return {
        "seed": range(len(trials)),
        "seconds": sum(trial.seconds for trial in trials),
        "n_parameters": trials[0].n_parameters,
        "answers": pool(trials),
    }
