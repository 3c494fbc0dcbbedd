"""What a detector of seizures is worth at a bedside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from lab_code.answers import Answers
from lab_code.detection.alarms import (
    WAIT,
    Detections,
    beginnings,
    judge,
    lasting,
    share_right,
    sweep,
    threshold_for,
)
from lab_code.detection.calibration import calibration_error, reliability
from lab_code.detection.joined import Joined
from lab_code.evaluation import Difference, difference
from lab_code.protocol import STATE_CLASSES


@dataclass(frozen=True, eq=False)
class Bedside:
    """What a detector was worth in several folds, each with its own training.

    Parameters
    ----------
    test : Joined
        The test parts of all folds.
    probability : ndarray of float, shape (sequence, step)
        Of a seizure, as it was said.
    answers : Answers
        Whether it was above one half, for each step.
    beforehand : Detections
        What came of the alarm, with the threshold of each fold set in validation for so many false
        alarms an hour.
    hindsight : Detections
        The same, with one threshold that keeps to them in the test parts.
    curve : DataFrame
        From `sweep`, over the test parts.
    reliability : DataFrame
        From `reliability`.
    steps_per_second : float

    Examples
    --------
    >>> from lab_code.detection import Bedside, fit_thresholds, join_folds
    >>> from lab_code.protocol import BY_MOMENT
    >>> from lab_code.sources import load
    >>> from lab_code.splits import five_folds
    >>> recordings = load("simulated")
    >>> splits = five_folds(recordings, BY_MOMENT)[:2]
    >>> folds = join_folds(recordings, splits, (8, 4, 4), n_steps=200, samples_per_step=16)
    >>> said = fit_thresholds(folds)
    >>> worth = Bedside.of(said, folds, recordings.sampling_rate / 16, false_per_hour=60)
    >>> sorted(worth.metrics())[:3]
    ['calibration_error', 'delay_median', 'false_alarms_per_hour']
    >>> list(worth.row())[:3]
    ['steps right', 'at first', 'announced']
    """

    test: Joined
    probability: np.ndarray
    answers: Answers
    beforehand: Detections
    hindsight: Detections
    curve: pd.DataFrame
    reliability: pd.DataFrame
    steps_per_second: float

    @classmethod
    def of(
        cls,
        said: Sequence[dict[str, np.ndarray]],
        folds: Sequence[dict[str, Joined]],
        steps_per_second: float,
        false_per_hour: float,
    ) -> Bedside:
        """Score what a detector said in each fold.

        Parameters
        ----------
        said : sequence of dict of str to ndarray, shape (sequence, step)
            For each fold, the probabilities in the parts ``validation`` and ``test``.
        folds : sequence of dict of str to Joined
            For each fold, its parts.
        steps_per_second : float
        false_per_hour : float
            How many false alarms are allowed.
        """
        test = Joined.stack([parts["test"] for parts in folds])
        alarms = []
        for fold, parts in zip(said, folds, strict=True):
            sure = lasting(fold["validation"], steps_per_second)
            points = sweep(sure, parts["validation"].states, steps_per_second)
            threshold = threshold_for(points, false_per_hour)
            alarms.append(lasting(fold["test"], steps_per_second) > threshold)
        probability = np.concatenate([fold["test"] for fold in said])
        sure = lasting(probability, steps_per_second)
        curve = sweep(sure, test.states, steps_per_second)
        best = sure > threshold_for(curve, false_per_hour)
        return cls(
            test=test,
            probability=probability,
            answers=test.answers(probability > 0.5, n_trials=len(folds)),
            beforehand=judge(np.concatenate(alarms), test.states, steps_per_second),
            hindsight=judge(best, test.states, steps_per_second),
            curve=curve,
            reliability=reliability(probability, test.states),
            steps_per_second=steps_per_second,
        )

    def metrics(self) -> dict[str, float]:
        """Return what else the record keeps of it."""
        found = self.beforehand
        delay = {"delay_median": float(np.nanmedian(found.delay))} if found.announced.any() else {}
        return delay | {
            "right_at_first": float(self.answers.right[self._at_first()].mean()),
            "sensitivity_hindsight": self.hindsight.sensitivity,
            "sensitivity": found.sensitivity,
            "missed": int((~found.announced).sum()),
            "false_alarms_per_hour": found.false_per_hour,
            "right_alarms_one_a_day": float(
                share_right(found.sensitivity, found.false_per_hour, 1.0)
            ),
            "calibration_error": calibration_error(self.reliability),
        }

    def to_record(self) -> dict:
        """Return what `lab_code.record.write` is told of it: the answers, and `metrics`."""
        return {"answers": self.answers, **self.metrics()}

    def row(self) -> dict[str, str]:
        """Return what a table for readers shows of it."""
        numbers = self.metrics()
        return {
            "steps right": str(self.answers.scores(STATE_CLASSES).accuracy),
            "at first": f"{numbers['right_at_first']:.0%}",
            "announced": f"{numbers['sensitivity']:.0%}",
            "delay (s)": f"{numbers.get('delay_median', np.nan):.2f}",
            "false alarms an hour": f"{numbers['false_alarms_per_hour']:.0f}",
            "right, at one seizure a day": f"{numbers['right_alarms_one_a_day']:.2%}",
        }

    def minus(self, other: Bedside) -> dict[str, Difference]:
        """Return by how much it is ahead of another on the same sequences, in pairs.

        Returns
        -------
        dict of str to Difference
            In ``steps`` that are right, in those ``at_first`` (the first half second of the
            seizures), and in the share of seizures that are ``announced`` (with hindsight).
        """
        found, first = self.hindsight, self._at_first()
        of = self.test.moment[found.sequence, found.onset]
        return {
            "steps": self.answers.minus(other.answers),
            "at_first": difference(
                self.answers.right[first],
                other.answers.right[first],
                self.answers.labels[first],
                self.answers.moment[first],
            ),
            "announced": difference(
                found.announced, other.hindsight.announced, np.ones(len(of), dtype=int), of
            ),
        }

    def _at_first(self) -> np.ndarray:
        """Return which answers are about the first half second of a seizure, (answer,)."""
        seizure = self.test.states == 1
        steps = np.arange(seizure.shape[1])
        onset = np.maximum.accumulate(np.where(beginnings(seizure), steps, 0), axis=1)
        return (seizure & (steps - onset < round(WAIT * self.steps_per_second))).ravel()


def to_table(detectors: Mapping[str, Bedside]) -> pd.DataFrame:
    """Return what a table for readers shows of several detectors, one a row.

    Examples
    --------
    >>> from lab_code.detection import Bedside, fit_thresholds, join_folds, to_table
    >>> from lab_code.protocol import BY_MOMENT
    >>> from lab_code.sources import load
    >>> from lab_code.splits import five_folds
    >>> recordings = load("simulated")
    >>> splits = five_folds(recordings, BY_MOMENT)[:2]
    >>> folds = join_folds(recordings, splits, (8, 4, 4), n_steps=200, samples_per_step=16)
    >>> of = folds, recordings.sampling_rate / 16, 60
    >>> table = to_table({"deviation": Bedside.of(fit_thresholds(folds), *of)})
    >>> table.shape
    (1, 6)
    """
    return pd.DataFrame({name: of.row() for name, of in detectors.items()}).T


def in_pairs(detectors: Mapping[str, Bedside]) -> dict[str, dict[str, Difference]]:
    """Compare each two detectors on the same sequences.

    Parameters
    ----------
    detectors : mapping of str to Bedside

    Returns
    -------
    dict of str to dict of str to Difference
        From `Bedside.minus`, for each pair: ``forward_minus_deviation``.

    Examples
    --------
    >>> from lab_code.detection import Bedside, fit_thresholds, in_pairs, join_folds
    >>> from lab_code.protocol import BY_MOMENT
    >>> from lab_code.sources import load
    >>> from lab_code.splits import five_folds
    >>> recordings = load("simulated")
    >>> splits = five_folds(recordings, BY_MOMENT)[:2]
    >>> folds = join_folds(recordings, splits, (8, 4, 4), n_steps=200, samples_per_step=16)
    >>> worth = Bedside.of(fit_thresholds(folds), folds, recordings.sampling_rate / 16, 60)
    >>> pairs = in_pairs({"one": worth, "other": worth})
    >>> pairs["one_minus_other"]["steps"].value  # from itself
    0.0
    """
    return {
        f"{one}_minus_{other}": detectors[one].minus(detectors[other])
        for one, other in combinations(detectors, 2)
    }
