"""Events cut from recordings, each with a word for its size: sentences with a known answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from lab_code.recordings import Recordings

WORDS = ("tiny", "small", "large", "huge")
"""What an event is called, by the quarter of the training part's events that its size is in."""

STEPS, SAMPLES = 3, 22
"""Steps of an event, and samples of a step: an event lasts 0.4 s."""


@dataclass(frozen=True, eq=False)
class Events:
    """All events of some recordings.

    Parameters
    ----------
    features : Tensor of float32, shape (recording, event, step, 2)
        Of each step the logarithms of the standard deviation and of the mean change from sample to
        sample, scaled by the training part.
    words : Tensor of int64, shape (recording, event)
        Places in `WORDS`.
    samples : ndarray, shape (recording, event, time)

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.tasks.events import Events
    >>> from lab_code.sources import load
    >>> from lab_code.splits import split_by_moment
    >>> recordings = load("simulated")
    >>> split = split_by_moment(recordings)
    >>> events = Events.cut(recordings, split.train)
    >>> sequences, words = events.sentences(split.test, 10, 8, np.random.default_rng(0))
    >>> sequences.shape, words.shape  # ten sentences of eight events, of three steps each
    (torch.Size([10, 24, 2]), torch.Size([10, 8]))
    """

    features: torch.Tensor
    words: torch.Tensor
    samples: np.ndarray

    @classmethod
    def cut(cls, recordings: Recordings, train: np.ndarray) -> Events:
        """Cut recordings into events; scale them and set the limits of words by the training part.

        Parameters
        ----------
        recordings : Recordings
        train : ndarray of int
            Recordings of the training part.
        """
        n_events = recordings.samples.shape[1] // (STEPS * SAMPLES)
        whole = recordings.samples[:, : n_events * STEPS * SAMPLES].astype(float)
        steps = whole.reshape(len(whole), n_events, STEPS, SAMPLES)
        change = np.abs(np.diff(steps, axis=-1)).mean(axis=-1)
        features = np.log1p(np.stack([steps.std(axis=-1), change], axis=-1))
        scaled = features - features[train].mean(axis=(0, 1, 2))
        scaled /= features[train].std(axis=(0, 1, 2))
        samples = steps.reshape(len(whole), n_events, -1)
        size = samples.std(axis=-1)
        limits = np.quantile(size[train], [0.25, 0.5, 0.75])
        words = torch.from_numpy(np.searchsorted(limits, size))
        return cls(torch.from_numpy(scaled).float(), words, samples)

    def sentences(
        self, rows: np.ndarray, n: int, n_events: int, rng: np.random.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Draw events of these recordings, and join them end to end.

        Parameters
        ----------
        rows : ndarray of int
            The recordings to draw from.
        n, n_events : int
            How many sentences, and how many events has each.
        rng : Generator

        Returns
        -------
        sequences : Tensor of float32, shape (n, n_events * STEPS, 2)
        words : Tensor of int64, shape (n, n_events)
            In the order of the events.
        """
        recording, event = self._draw(rows, n, n_events, rng)
        return self.features[recording, event].flatten(1, 2), self.words[recording, event]

    def example(
        self, rows: np.ndarray, n_events: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, list[int]]:
        """Return the samples (event, time) and the words of one sentence, drawn in the same way."""
        recording, event = (of[0] for of in self._draw(rows, 1, n_events, rng))
        return self.samples[recording, event], self.words[recording, event].tolist()

    def _draw(self, rows, n, n_events, rng):
        return rng.choice(rows, (n, n_events)), rng.integers(
            self.words.shape[1], size=(n, n_events)
        )
