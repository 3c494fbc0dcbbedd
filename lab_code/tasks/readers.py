"""Networks that read simulated patients: their training, and how far they are from the best."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import torch
from sklearn.metrics import roc_auc_score
from torch import nn
from torch.nn.functional import cross_entropy

from lab_code.evaluation import interval
from lab_code.tasks.visits import Patients


def learn(
    network: nn.Module,
    patients: Patients,
    ill: np.ndarray | None = None,
    steps: int = 300,
    seed: int = 0,
) -> nn.Module:
    """Train a network in place; leave it with the weights that did best in validation.

    A fifth of the patients is the validation part, asked every 25 steps. After 150 steps without a
    lower loss there, training ends.

    Parameters
    ----------
    network : Module
        Takes `Patients`; returns scores, (patient, class), or with stages as targets (patient,
        stage, visit).
    patients : Patients
    ill : ndarray of bool, shape (patient,), optional
        The targets: who falls ill. Without them, they are the stages.
    steps : int
        Updates at most, each from 64 patients, with Adam.
    seed : int
        Decides which patients are in a batch.

    Returns
    -------
    Module
        The same network.

    Examples
    --------
    >>> import torch
    >>> from lab_code.tasks.readers import learn
    >>> from lab_code.tasks.visits import N_CODES, Patients
    >>> class Counting(torch.nn.Linear):
    ...     def forward(self, patients):
    ...         return super().forward(patients.codes.sum(dim=1))
    >>> patients = Patients.draw(500, seed=0)
    >>> network = learn(Counting(N_CODES, 2), patients, patients.outcome("counts", seed=0))
    >>> network(patients).shape
    torch.Size([500, 2])
    """
    rng, n = np.random.default_rng(seed), len(patients) * 4 // 5
    held, optimiser = patients[n:], torch.optim.Adam(network.parameters(), lr=0.01)
    lowest, best, kept = math.inf, 0, network.state_dict()
    truth = patients.stages if ill is None else torch.from_numpy(ill).long()
    for step in range(1, steps + 1):
        rows = torch.from_numpy(rng.integers(n, size=64))
        few = patients[rows]
        loss = cross_entropy(network(few), few.stages if ill is None else truth[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 25 == 0 or step == steps:
            with torch.inference_mode():
                loss = cross_entropy(network(held), held.stages if ill is None else truth[n:])
            if loss < lowest:
                lowest, best, kept = loss.item(), step, copy.deepcopy(network.state_dict())
            if step >= best + 150:
                break
    network.load_state_dict(kept)
    return network


def best_possible(
    patients: Patients, ill: Mapping[str, np.ndarray]
) -> dict[str, tuple[float, float]]:
    """Return the AUC of the true risk, and of the best that can be said from counts.

    Parameters
    ----------
    patients : Patients
    ill : mapping of str to ndarray of bool, shape (patient,)
        For each world, who falls ill.

    Examples
    --------
    >>> from lab_code.tasks.readers import best_possible
    >>> from lab_code.tasks.visits import Patients
    >>> patients = Patients.draw(4000, seed=1)
    >>> best = best_possible(patients, {"order": patients.outcome("order", seed=2)})
    >>> [round(auc, 2) for auc in best["order"]]
    [0.92, 0.86]
    """
    return {
        world: (
            float(roc_auc_score(truth, patients.risk(world))),
            float(roc_auc_score(truth, patients.risk_from_counts(world))),
        )
        for world, truth in ill.items()
    }


def in_pairs(
    scores: Mapping[str, Sequence[Mapping[str, float]]], best: Mapping[str, Sequence[float]]
) -> dict[str, dict[str, dict[str, float]]]:
    """Return by how much a GRU is ahead of others, each time with the same patients.

    Parameters
    ----------
    scores : mapping of str to sequence of mapping of str to float
        For each world one row a training: ``"patients"``, how many there were to learn from, and
        the AUC of ``"GRU"``, ``"counts"`` and ``"counts and pairs"``.
    best : mapping of str to sequence of two float
        From `best_possible`.

    Returns
    -------
    dict
        By world and number of patients, such as ``"order_250"``: for each comparison the mean with
        its `lab_code.evaluation.interval`.

    Examples
    --------
    >>> from lab_code.tasks.readers import in_pairs
    >>> rows = [
    ...     {"patients": 250, "GRU": 0.7, "counts": 0.6, "counts and pairs": 0.7},
    ...     {"patients": 250, "GRU": 0.8, "counts": 0.7, "counts and pairs": 0.8},
    ... ]
    >>> facts = in_pairs({"order": rows}, best={"order": (0.9, 0.8)})
    >>> round(facts["order_250"]["over_counts"]["low"], 3)
    0.1
    """
    facts = {}
    for world, rows in scores.items():
        for n, of in pd.DataFrame(rows).groupby("patients"):
            gru = of["GRU"]
            apart = {
                "over_counts": gru - of["counts"],
                "over_pairs": gru - of["counts and pairs"],
                "over_best_from_counts": gru - best[world][1],
                "below_best": best[world][0] - gru,
            }
            facts[f"{world}_{n}"] = {
                name: interval(values)._asdict() for name, values in apart.items()
            }
    return facts
