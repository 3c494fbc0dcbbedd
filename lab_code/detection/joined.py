"""Recordings joined end to end, so that their state changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch.utils.data import TensorDataset

from lab_code.answers import Answers
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

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.detection.joined import join
    >>> from lab_code.sequences import Scaling
    >>> from lab_code.sources import load
    >>> recordings = load("simulated")
    >>> how = {"shape": (3, 200), "samples_per_step": 16, "seed": 0}
    >>> joined = join(recordings, np.arange(500), **how)
    >>> joined.samples.shape
    (3, 3200)
    >>> joined.states[:, 0]  # each begins between seizures
    array([0, 0, 0])
    >>> sequences, states = joined.dataset(Scaling.fit(recordings.samples)).tensors
    >>> sequences.shape, states.shape
    (torch.Size([3, 200, 16]), torch.Size([3, 200]))
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
            trial=np.repeat(np.arange(n_trials), self.states.size // n_trials),
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

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.detection.joined import join
    >>> from lab_code.sources import load
    >>> recordings = load("simulated")
    >>> how = {"shape": (20, 200), "samples_per_step": 16, "seed": 0}
    >>> joined = join(recordings, np.arange(500), **how)
    >>> bool(0 < joined.states.mean() < 0.5)  # the share of seizures
    True
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

    Examples
    --------
    >>> from lab_code.detection.joined import join_parts
    >>> from lab_code.sources import load
    >>> from lab_code.splits import Split, split_by_moment
    >>> recordings = load("simulated")
    >>> split, n_sequences = split_by_moment(recordings), Split(8, 2, 2)
    >>> parts = join_parts(recordings, split, n_sequences, n_steps=200, samples_per_step=16, seed=0)
    >>> {name: part.states.shape for name, part in parts.items()}
    {'train': (8, 200), 'validation': (2, 200), 'test': (2, 200)}
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


def join_folds(
    recordings: Recordings, splits: Iterable[Split], n_sequences: Split, **cut
) -> list[dict[str, Joined]]:
    """Join the recordings of each part of several splits; no two parts have one seed.

    Parameters
    ----------
    recordings : Recordings
    splits : iterable of Split
        The number of each is its seed.
    n_sequences : Split or tuple of int
        How many of each part.
    **cut
        ``n_steps`` and ``samples_per_step``, as for `join_parts`.

    Returns
    -------
    list of dict of str to Joined

    Examples
    --------
    >>> from lab_code.detection.joined import join_folds
    >>> from lab_code.protocol import BY_MOMENT
    >>> from lab_code.sources import load
    >>> from lab_code.splits import five_folds
    >>> recordings = load("simulated")
    >>> splits = five_folds(recordings, BY_MOMENT)
    >>> folds = join_folds(recordings, splits, (8, 2, 2), n_steps=200, samples_per_step=16)
    >>> len(folds), folds[0]["train"].states.shape
    (5, (8, 200))
    """
    return [
        join_parts(recordings, split, n_sequences, seed=fold, **cut)
        for fold, split in enumerate(splits)
    ]
