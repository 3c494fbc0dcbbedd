"""Drawings of simulated patients, and of how near networks come to the best possible answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lab_code.evaluation import interval
from lab_code.figures import INK, NETWORK_COLOURS, QUIET
from lab_code.tasks.visits import DIAGNOSIS, DRUG, N_CODES, STAGES, Patients

STAGE_COLOURS = ("#B8D4EA", "#5E97C7", "#1F5F99")
"""From no disease to the late stage."""

LOOKS = {
    "counts": {"color": QUIET, "marker": "o"},
    "counts and pairs": {"color": NETWORK_COLOURS["feed-forward"], "marker": "s"},
    "GRU": {"color": NETWORK_COLOURS["GRU"], "marker": "D"},
}
"""How each method is drawn."""

NOBODY = "Simulated patients"


def one_patient(patients: Patients, row: int) -> Figure:
    """Draw the visits of a patient: when each code was given, and the hidden stage.

    Parameters
    ----------
    patients : Patients
    row : int

    Examples
    --------
    >>> from lab_code.figures.visits import one_patient
    >>> from lab_code.tasks.visits import Patients
    >>> one_patient(Patients.draw(3, seed=0), 0).get_label().split(",")[0]
    'A simulated patient'
    """
    n = int(patients.lengths[row])
    months = patients.gaps[row, :n].cumsum(0).numpy()
    codes, stages = patients.codes[row, :n].numpy(), patients.stages[row, :n].numpy()
    figure, (band, axis) = plt.subplots(2, 1, figsize=(6.4, 4.6), sharex=True, height_ratios=[1, 9])
    for visit, month in enumerate(months):
        axis.axvline(month, color=QUIET, lw=0.5, alpha=0.5)
        end = months[visit + 1] if visit + 1 < n else month + 1
        band.axvspan(month, end, color=STAGE_COLOURS[stages[visit]], lw=0)
    for stage in np.unique(stages):
        of = np.flatnonzero(stages == stage)
        middle = (months[of[0]] + months[min(of[-1] + 1, n - 1)]) / 2
        band.annotate(
            STAGES[stage],
            (middle, 1.15),
            xycoords=("data", "axes fraction"),
            ha="center",
            fontsize=9,
        )
    figure.suptitle("One simulated patient", size=11)
    band.set(yticks=[], ylabel="stage")
    band.yaxis.label.set(rotation=0, ha="right", va="center")
    visit, code = np.nonzero(codes)
    named = np.isin(code, (DIAGNOSIS, DRUG))
    places = np.arange(N_CODES)
    places[[DIAGNOSIS, DRUG]] = -3, -1  # apart, so that their names fit
    axis.scatter(months[visit[~named]], places[code[~named]], s=16, color=QUIET, lw=0)
    axis.scatter(months[visit[named]], places[code[named]], s=42, color=INK, lw=0)
    axis.set(xlabel="months since the first visit", ylim=(N_CODES, -5))
    ticks = {"diagnosis": -3, "drug": -1, "code 10": 10, "code 20": 20, "code 29": 29}
    axis.set_yticks(list(ticks.values()), list(ticks))
    figure.set_label(
        f"A simulated patient, {n} visits in {months[-1]:.0f} months: at each, a few of {N_CODES} "
        f"codes; above, the hidden stage, which is {STAGES[stages[-1]]} at the end."
    )
    return figure


def learning_curves(
    scores: Mapping[str, Sequence[Mapping[str, float]]], best: Mapping[str, Sequence[float]]
) -> Figure:
    """Draw the AUC against the number of patients that were learnt from.

    Parameters
    ----------
    scores : mapping of str to sequence of mapping of str to float
        For each world, one row a training: ``"patients"``, how many there were, and the AUC of each
        method, as in `LOOKS`.
    best : mapping of str to sequence of two float
        For each world, the best possible AUC: from all, and from counts alone.

    Examples
    --------
    >>> from lab_code.figures.visits import learning_curves
    >>> rows = [{"patients": 250, "GRU": 0.7}, {"patients": 250, "GRU": 0.8}]
    >>> learning_curves({"order": rows}, {"order": (0.9, 0.85)}).get_label()
    'Simulated patients. AUC with 250 and 250 of them. Order: GRU 0.75 and 0.75; best 0.90.'
    """
    figure, axes = plt.subplots(1, len(scores), figsize=(7, 3.7), sharey=True, squeeze=False)
    said = []
    for axis, (world, rows) in zip(axes[0], scores.items(), strict=True):
        table = pd.DataFrame(rows)
        sizes = table["patients"].unique()
        curves = []
        for place, name in enumerate(table.columns.drop("patients")):
            beside = 1.05 ** (place - 1)
            means = table.groupby("patients")[name].agg(interval)
            values = np.array([one.value for one in means])
            reach = values - [one.low for one in means]
            how = {"lw": 1.2, "ms": 4.5, "elinewidth": 0.8, **LOOKS[name]}
            axis.errorbar(sizes * beside, values, yerr=reach, label=name, **how)
            curves.append(f"{name} {values[0]:.2f} and {values[-1]:.2f}")
        whole, counted = best[world]
        lines = {"best possible": (whole, "-"), "best from counts": (counted, ":")}
        for name, (at, style) in lines.items():
            if name == "best possible" or counted < whole:
                axis.axhline(at, color=INK, lw=1, ls=style)
                axis.annotate(name, (sizes[0], at), (0, 3), textcoords="offset points", size=9)
        axis.set_xscale("log")
        axis.set_xticks(sizes, [f"{n:,}" for n in sizes])
        axis.minorticks_off()
        axis.margins(y=0.1)
        axis.set(title=f"simulated world of {world}", xlabel="patients to learn from")
        said.append(f"{world.capitalize()}: {'; '.join(curves)}; best {whole:.2f}.")
    axes[0, 0].set_ylabel("AUC on other patients")
    figure.legend(*axis.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    figure.set_label(f"{NOBODY}. AUC with {sizes[0]:,} and {sizes[-1]:,} of them. {' '.join(said)}")
    return figure


def told_stages(patients: Patients, row: int, told: Mapping[str, np.ndarray]) -> Figure:
    """Draw how likely each stage is said to be, from visit to visit, of one patient.

    Parameters
    ----------
    patients : Patients
    row : int
    told : mapping of str to ndarray, shape (patient, visit, stage)

    Examples
    --------
    >>> from lab_code.figures.visits import told_stages
    >>> from lab_code.tasks.visits import Patients
    >>> patients = Patients.draw(3, seed=0)
    >>> told_stages(patients, 0, {"exact": patients.filtered()}).get_label().split(",")[0]
    'Simulated patients'
    """
    n = int(patients.lengths[row])
    months = np.append(patients.gaps[row, :n].cumsum(0).numpy(), np.nan)
    months[-1] = months[-2] + 1  # room for what is said at the last visit
    stages = patients.stages[row, :n].numpy()
    figure, axes = plt.subplots(
        len(told) + 1,
        1,
        figsize=(6.4, 1.4 + 1.4 * len(told)),
        sharex=True,
        height_ratios=[1] + [5] * len(told),
    )
    _stages(axes[0], months, np.eye(len(STAGES))[stages])
    axes[0].set(yticks=[], title="one simulated patient: the true stage")
    said = []
    for axis, (name, likely) in zip(axes[1:], told.items(), strict=True):
        _stages(axis, months, likely[row, :n])
        axis.set(title=name, yticks=[0, 0.5, 1], ylabel="probability")
        said.append(f"{name}: {likely[row, n - 1, -1]:.0%}")
    axes[-1].set_xlabel("months since the first visit")
    patches = [plt.Rectangle((0, 0), 1, 1, color=colour) for colour in STAGE_COLOURS]
    figure.legend(patches, STAGES, loc="outside lower center", ncols=3)
    figure.set_label(
        f"{NOBODY}, one of them: how likely each stage is said to be at each of {n} visits. "
        f"The late one at the last, which is {STAGES[stages[-1]]}: {'; '.join(said)}."
    )
    return figure


def _stages(axis: Axes, months: np.ndarray, likely: np.ndarray) -> None:
    """Draw probabilities, (visit, stage), one upon another, each until the next visit."""
    heights = np.concatenate([likely, likely[-1:]]).cumsum(axis=1)
    below = np.zeros(len(heights))
    for stage, colour in enumerate(STAGE_COLOURS):
        axis.fill_between(months, below, heights[:, stage], step="post", color=colour, lw=0)
        below = heights[:, stage]
    axis.set(ylim=(0, 1), xlim=(0, months[-1]))
