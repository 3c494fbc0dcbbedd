"""How good a detector of seizures is at a bedside: its alarms against what happened.

An alarm announces a seizure if it begins to sound during it. An alarm that begins between seizures
is false, even if it still sounds when a seizure begins: whoever came and found nothing has switched
it off. Packages that score events, such as timescoring, ask only whether alarm and seizure overlap;
where no alarm sounds at the beginning of a seizure, the counts are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
import torch
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.linear_model import LogisticRegression
from torch.utils.data import TensorDataset

from lab_code.answers import Answers
from lab_code.evaluation import Difference, difference
from lab_code.protocol import STATE_CLASSES
from lab_code.recordings import SAMPLES_PER_SECOND, SECONDS_PER_RECORDING, Recordings
from lab_code.sequences import Scaling, to_sequences
from lab_code.splits import Split

BETWEEN = (2, 3)
"""Labels of the recordings from inside the brain that show no seizure."""

SEIZURE = 1

SHARE_OF_SEIZURES = 0.4
"""Of the pieces that are joined."""

PIECE_SECONDS = (1.5, 6.0)
"""Shortest and longest piece; only the last of a sequence may be longer, up to the sum of both."""

WAIT = 0.5
"""Seconds for which a detector has to be sure before an alarm sounds."""


@dataclass(frozen=True, eq=False)
class Joined:
    """Recordings joined end to end, so that their state changes.

    Parameters
    ----------
    samples : ndarray of int16, shape (sequence, time)
        In counts.
    states : ndarray of int64, shape (sequence, step)
        1 during a seizure, else 0.
    recording, moment : ndarray of int64, shape (sequence, step)
        The numbers of the recording that each step was cut from, and of its moment.
    """

    samples: np.ndarray
    states: np.ndarray
    recording: np.ndarray
    moment: np.ndarray

    @property
    def samples_per_step(self) -> int:
        """Samples of one step."""
        return self.samples.shape[1] // self.states.shape[1]

    def dataset(self, scaling: Scaling) -> TensorDataset:
        """Return what a network is trained on.

        Parameters
        ----------
        scaling : Scaling

        Returns
        -------
        TensorDataset
            Of sequences (sequence, step, feature) and states (sequence, step).
        """
        sequences = to_sequences(scaling(self.samples), self.samples_per_step)
        return TensorDataset(sequences, torch.from_numpy(self.states))

    @classmethod
    def stack(cls, several: Sequence[Joined]) -> Joined:
        """Put the sequences of several test parts together."""
        return cls(
            *(np.concatenate([getattr(one, f.name) for one in several]) for f in fields(cls))
        )

    def answers(self, predicted: np.ndarray, n_trials: int) -> Answers:
        """Collect what was said of every step.

        Parameters
        ----------
        predicted : ndarray of int or bool, shape (sequence, step)
        n_trials : int
            How many trainings answered, each the same number of sequences.
        """
        return Answers(
            run=np.repeat(np.arange(n_trials), self.states.size // n_trials),
            item=np.arange(self.states.size),
            recording=self.recording.ravel(),
            moment=self.moment.ravel(),
            labels=self.states.ravel(),
            predicted=predicted.ravel(),
        )


def join(
    recordings: Recordings,
    part: np.ndarray,
    *,
    shape: tuple[int, int],
    samples_per_step: int,
    seed: int | tuple[int, ...],
) -> Joined:
    """Join pieces of recordings from inside the brain, of seizures and of the time between.

    Each sequence begins between seizures. What follows is drawn piece by piece, so that many joins
    have the same state on both sides and a join by itself gives nothing away.

    Parameters
    ----------
    recordings : Recordings
    part : ndarray of int
        The numbers of the recordings that may be used.
    shape : tuple of int
        How many sequences, and how many steps in each.
    samples_per_step : int
    seed : int or tuple of int
        Another one for each part: the same seed gives the same course of states, whatever the part.

    Returns
    -------
    Joined
    """
    rng = np.random.default_rng(seed)
    n_sequences, n_steps = shape
    between = part[np.isin(recordings.labels[part], BETWEEN)]
    seizure = part[recordings.labels[part] == SEIZURE]
    shortest, longest = (s * recordings.sampling_rate / samples_per_step for s in PIECE_SECONDS)
    n_samples = SECONDS_PER_RECORDING * SAMPLES_PER_SECOND  # what every layout has
    samples = np.empty((n_sequences, n_steps * samples_per_step), dtype=np.int16)
    states, recording = np.empty((2, n_sequences, n_steps), dtype=np.int64)
    for row in range(n_sequences):
        step = 0
        while step < n_steps:
            length = int(rng.uniform(shortest, longest))
            if n_steps - step - length < shortest:
                length = n_steps - step
            state = int(step > 0 and rng.random() < SHARE_OF_SEIZURES)
            cut_from = rng.choice(seizure if state else between)
            first = rng.integers(n_samples - length * samples_per_step + 1)
            piece = recordings.samples[cut_from, first : first + length * samples_per_step]
            samples[row, step * samples_per_step :][: len(piece)] = piece
            states[row, step : step + length] = state
            recording[row, step : step + length] = cut_from
            step += length
    return Joined(samples, states, recording, recordings.moment[recording])


def join_parts(
    recordings: Recordings,
    split: Split,
    n_sequences: Split,
    *,
    n_steps: int,
    samples_per_step: int,
    seed: int,
) -> dict[str, Joined]:
    """Join the recordings of each part of a split, each part with a seed of its own.

    Parameters
    ----------
    recordings : Recordings
    split : Split
    n_sequences : Split or tuple of int
        How many of each part.
    n_steps, samples_per_step, seed : int

    Returns
    -------
    dict of str to Joined
        ``train``, ``validation`` and ``test``.
    """
    return {
        name: join(
            recordings,
            part,
            shape=(n, n_steps),
            samples_per_step=samples_per_step,
            seed=(seed, number),
        )
        for number, (name, part, n) in enumerate(
            zip(Split._fields, split, n_sequences, strict=True)
        )
    }


class DeviationThreshold:
    """A threshold on the standard deviation of the last few steps, which a seizure exceeds.

    It is a logistic regression of the logarithm, so that it gives a probability as well. How many
    steps it looks at is decided by which does best in validation.

    Parameters
    ----------
    train, validation : Joined
    windows : sequence of int
        The numbers of steps to choose from.
    """

    n_parameters = 2

    def __init__(self, train: Joined, validation: Joined, windows: Sequence[int] = (1, 2, 4, 8)):
        best = -1.0
        for n_steps in windows:
            model = LogisticRegression().fit(_deviation(train, n_steps), train.states.ravel())
            right = model.score(_deviation(validation, n_steps), validation.states.ravel())
            if right > best:
                best, self.n_steps, self.model = right, n_steps, model

    def __call__(self, joined: Joined) -> np.ndarray:
        """Return the probability of a seizure at each step, (sequence, step)."""
        probability = self.model.predict_proba(_deviation(joined, self.n_steps))[:, 1]
        return probability.reshape(joined.states.shape)


def _deviation(joined: Joined, n_steps: int) -> np.ndarray:
    """Return the logarithm of the deviation over the last steps, (sequence x step, 1)."""
    steps = joined.samples.reshape(*joined.states.shape, -1).astype(float)
    n = np.minimum(np.arange(1, steps.shape[1] + 1), n_steps) * joined.samples_per_step

    def mean(values):
        sums = values.sum(axis=2).cumsum(axis=1)
        before = np.pad(sums, ((0, 0), (n_steps, 0)))[:, :-n_steps]
        return (sums - before) / n

    variance = np.maximum(mean(steps**2) - mean(steps) ** 2, 0)
    return np.log(1 + np.sqrt(variance)).reshape(-1, 1)


def lasting(probability: np.ndarray, steps_per_second: float, wait: float = WAIT) -> np.ndarray:
    """Return how sure a detector was at the least over the last while.

    An alarm sounds where this is above its threshold: it waits for so long, lest a single step
    sets it off.

    Parameters
    ----------
    probability : ndarray of float, shape (sequence, step)
        Of a seizure.
    steps_per_second : float
    wait : float
        Seconds.

    Returns
    -------
    ndarray of float, shape (sequence, step)
        Minus infinity at the first steps of each sequence, which have too few before them.
    """
    n_steps = max(round(wait * steps_per_second), 1)
    waiting = np.full((len(probability), n_steps - 1), -np.inf)
    padded = np.concatenate([waiting, probability], axis=1)
    return sliding_window_view(padded, n_steps, axis=1).min(axis=2)


@dataclass(frozen=True, eq=False)
class Detections:
    """What a detector made of the seizures.

    Parameters
    ----------
    sequence, onset : ndarray of int, shape (seizure,)
        Where each seizure begins: the sequence and the step.
    delay : ndarray of float, shape (seizure,)
        Seconds from there to the end of the step at which an alarm began; NaN if none did.
    n_false : int
        Alarms that began between seizures.
    hours : float
        Time between seizures.
    """

    sequence: np.ndarray
    onset: np.ndarray
    delay: np.ndarray
    n_false: int
    hours: float

    @property
    def announced(self) -> np.ndarray:
        """Ndarray of bool, shape (seizure,): whether an alarm began during each seizure."""
        return np.isfinite(self.delay)

    @property
    def sensitivity(self) -> float:
        """The share of seizures that were announced."""
        return float(self.announced.mean())

    @property
    def false_per_hour(self) -> float:
        """False alarms in an hour between seizures."""
        return self.n_false / self.hours


def judge(alarm: np.ndarray, states: np.ndarray, steps_per_second: float) -> Detections:
    """Compare alarms with seizures.

    Parameters
    ----------
    alarm : ndarray of bool, shape (sequence, step)
        Whether the alarm sounds.
    states : ndarray of int, shape (sequence, step)
        1 during a seizure, else 0.
    steps_per_second : float

    Returns
    -------
    Detections
    """
    seizure = np.asarray(states) == 1
    begins, onsets = _beginnings(np.asarray(alarm, dtype=bool)), _beginnings(seizure)
    sequence, onset = np.nonzero(onsets)
    number = onsets.cumsum().reshape(onsets.shape) - 1  # of the seizure that began last
    row, step = np.nonzero(begins & seizure)
    announced, first = np.unique(number[row, step], return_index=True)
    delay = np.full(len(onset), np.nan)
    delay[announced] = (step[first] - onset[announced] + 1) / steps_per_second
    hours = float((~seizure).sum() / steps_per_second / 3600)
    return Detections(sequence, onset, delay, int((begins & ~seizure).sum()), hours)


def sweep(
    sure: np.ndarray, states: np.ndarray, steps_per_second: float, n_thresholds: int = 100
) -> pd.DataFrame:
    """Judge a detector at many thresholds.

    Parameters
    ----------
    sure : ndarray of float, shape (sequence, step)
        From `lasting`; the alarm sounds where it is above the threshold.
    states : ndarray of int, shape (sequence, step)
    steps_per_second : float
    n_thresholds : int
        At most; they lie closest where an alarm is rare.

    Returns
    -------
    DataFrame
        One row a threshold, from the lowest: ``threshold``, ``sensitivity``, ``false_per_hour``.
    """
    between = sure[(states == 0) & np.isfinite(sure)]
    # share of the steps between seizures above the threshold; none is above the highest
    above = np.append(0, np.geomspace(1 / len(between), 1, n_thresholds - 1))
    rows = []
    for threshold in np.unique(np.quantile(between, 1 - above)):
        found = judge(sure > threshold, states, steps_per_second)
        rows.append((threshold, found.sensitivity, found.false_per_hour))
    return pd.DataFrame(rows, columns=["threshold", "sensitivity", "false_per_hour"])


def threshold_for(points: pd.DataFrame, false_per_hour: float) -> float:
    """Return the threshold that announces most, of those with few enough false alarms.

    Parameters
    ----------
    points : DataFrame
        From `sweep`.
    false_per_hour : float
        How many are allowed.
    """
    allowed = points[points["false_per_hour"] <= false_per_hour]
    return float(allowed["threshold"][allowed["sensitivity"].idxmax()])


def share_right(
    sensitivity: float | np.ndarray,
    false_per_hour: float | np.ndarray,
    seizures_per_day: float | np.ndarray,
) -> float | np.ndarray:
    """Return the share of alarms that announce a seizure, by Bayes' theorem.

    Parameters
    ----------
    sensitivity : float or ndarray
        The share of seizures that are announced, each by one alarm.
    false_per_hour : float or ndarray
    seizures_per_day : float or ndarray
        Short ones: the day is taken to be time between seizures.
    """
    announced = sensitivity * seizures_per_day
    return announced / np.maximum(announced + 24 * false_per_hour, 1e-12)  # 0 without any alarm


def reliability(probability: np.ndarray, states: np.ndarray, n_bins: int = 10) -> pd.DataFrame:
    """Compare probabilities with how often what they say comes true.

    Parameters
    ----------
    probability : ndarray of float, any shape
        Of a seizure.
    states : ndarray of int, of the same shape
        1 during a seizure, else 0.
    n_bins : int
        Of equal width, from 0 to 1; empty ones are left out.

    Returns
    -------
    DataFrame
        One row a bin: the mean probability ``said``, the share of seizures that ``came``, and the
        number ``n`` of answers.
    """
    said, came = np.ravel(probability), np.ravel(states)
    bins = np.minimum((said * n_bins).astype(int), n_bins - 1)
    table = pd.DataFrame({"said": said, "came": came, "n": 1}).groupby(bins)
    return table.agg({"said": "mean", "came": "mean", "n": "sum"})


def calibration_error(table: pd.DataFrame) -> float:
    """Return by how much probabilities are off, on average over all answers.

    Parameters
    ----------
    table : DataFrame
        From `reliability`.
    """
    return float(np.average((table["said"] - table["came"]).abs(), weights=table["n"]))


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
        onset = np.maximum.accumulate(np.where(_beginnings(seizure), steps, 0), axis=1)
        return (seizure & (steps - onset < round(WAIT * self.steps_per_second))).ravel()


def _beginnings(on: np.ndarray) -> np.ndarray:
    """Return where something begins in each row: it is on, and was not a step before."""
    before = np.pad(on, ((0, 0), (1, 0)))[:, :-1]
    return on & ~before
