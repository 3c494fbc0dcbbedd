"""One trial: a network trained on one part of the recordings and tested on another."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from torch import nn
from torch.utils.data import TensorDataset

from lab_code.answers import Answers
from lab_code.evaluation import Scores
from lab_code.freshness.trained import train_once
from lab_code.networks import n_parameters
from lab_code.recordings import Recordings, Seconds
from lab_code.sequences import BandScaling, Scaling, to_labels, to_sequences, to_targets
from lab_code.splits import Split
from lab_code.training import fit, predict


@dataclass(frozen=True, eq=False)
class Trial:
    """What a trained network said of the test part.

    Parameters
    ----------
    network : Module
        The trained network.
    history : DataFrame
        From `lab_code.training.fit`.
    answers : Answers
        What it said of each item of the test part.
    scaling : Scaling or BandScaling, optional
        Of the training part; the network takes samples that are scaled with it.

    Examples
    --------
    >>> from lab_code.networks import RecurrentClassifier
    >>> from lab_code.sources import load
    >>> from lab_code.splits import split_by_moment
    >>> from lab_code.trial import train_and_test
    >>> recordings = load("simulated")
    >>> split = split_by_moment(recordings)
    >>> network = RecurrentClassifier(input_size=178, hidden_size=8, n_classes=5)
    >>> trial = train_and_test(network, recordings, split, samples_per_step=178, epochs=1)
    >>> len(trial.answers) == len(split.test)
    True
    >>> trial.n_parameters
    4557
    >>> 0 <= trial.scores.accuracy.value <= 1
    True
    """

    network: nn.Module
    history: pd.DataFrame
    answers: Answers
    scaling: Scaling | BandScaling | None = None

    @property
    def scores(self) -> Scores:
        """The scores on the test part."""
        return self.answers.scores()

    @property
    def seconds(self) -> float:
        """Training time, in seconds."""
        return float(self.history["seconds"].iloc[-1])

    @property
    def n_parameters(self) -> int:
        """The number of parameters that were trained."""
        return n_parameters(self.network)


def train_and_test(
    network: nn.Module,
    items: Recordings | Seconds,
    split: Split,
    *,
    samples_per_step: int,
    anew: bool = False,
    **training,
) -> Trial:
    """Scale and cut the items, train a network on one part and test it on another.

    Parameters
    ----------
    network : Module
        Takes (batch, step, samples_per_step), returns class scores (batch, 5). It is trained in
        place.
    items : Recordings or Seconds
    split : Split
        The scaling is measured on its training part.
    samples_per_step : int
    anew : bool
        Train even if another lab has trained the same network: for a lab that measures the time.
    **training
        Passed to `lab_code.training.fit`.

    Returns
    -------
    Trial

    Examples
    --------
    >>> from lab_code.networks import RecurrentClassifier
    >>> from lab_code.seeds import set_seed
    >>> from lab_code.sources import load
    >>> from lab_code.splits import split_by_moment
    >>> from lab_code.trial import train_and_test
    >>> recordings = load("simulated")
    >>> set_seed(0)
    >>> network = RecurrentClassifier(input_size=178, hidden_size=8, n_classes=5, readout="mean")
    >>> split = split_by_moment(recordings)
    >>> trial = train_and_test(network, recordings, split, samples_per_step=178, epochs=3)
    >>> trial.history.index.tolist()  # the epochs
    [1, 2, 3]
    >>> trial.answers.predicted.shape == split.test.shape
    True
    """
    scaling = Scaling.fit(items.samples[split.train])
    sequences = to_sequences(scaling(items.samples), samples_per_step)
    targets = to_targets(items.labels)
    train, validation = (
        TensorDataset(sequences[part], targets[part]) for part in (split.train, split.validation)
    )

    def fit_it() -> pd.DataFrame:
        return fit(network, train, validation, **training)

    about = hashlib.sha256(repr([samples_per_step, sorted(training.items())]).encode())
    for part in (sequences.numpy(), items.labels, *split):
        about.update(part.tobytes())
    history = fit_it() if anew else train_once(network, fit_it, about.digest())
    predicted = to_labels(predict(network, sequences[split.test]))
    return Trial(network, history, Answers.of(items, split.test, predicted), scaling)


def pool(trials: Sequence[Trial]) -> Answers:
    """Join the answers of several trials: other seeds, or other folds.

    The interval of their scores says how far the mean accuracy would move if other moments were
    recorded. It does not say how far seeds differ; look at that as well.

    Parameters
    ----------
    trials : sequence of Trial

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.answers import Answers
    >>> from lab_code.sources import load
    >>> from lab_code.trial import Trial, pool
    >>> recordings, test = load("simulated"), np.arange(100)
    >>> always = {kind: Answers.of(recordings, test, np.full(100, kind)) for kind in (4, 5)}
    >>> both = pool([Trial(None, None, answers) for answers in always.values()])
    >>> both.n_trials
    2
    >>> both.of_each_trial()  # the first hundred have the eyes open
    [0.0, 1.0]
    """
    return Answers.join([trial.answers for trial in trials])
