"""The answers about each item of a test part, from which all scores are computed.

The record keeps them, so that any two experiments on the same items can be compared in pairs later.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from lab_code.evaluation import Difference, Scores, difference, score
from lab_code.recordings import CLASSES, Recordings, Seconds


@dataclass(frozen=True, eq=False, repr=False)
class Answers:
    """The answers of one or more trials, one row per answer.

    Parameters
    ----------
    trial : ndarray of int, shape (answer,)
        The trial that each answer belongs to, from 0; trials differ in seed or fold.
    item : ndarray of int, shape (answer,)
        The number of the item: a recording, a second among all seconds, or a step.
    recording, moment : ndarray of int, shape (answer,)
        The recording that the item was cut from, and that recording's moment.
    labels, predicted : ndarray of int, shape (answer,)
        The true label, and the predicted one.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.answers import Answers
    >>> from lab_code.sources import load
    >>> recordings, test = load("simulated"), np.arange(0, 500, 10)
    >>> perfect = Answers.of(recordings, test, predicted=recordings.labels[test])
    >>> perfect
    <50 answers, 100.0% right>
    >>> always = Answers.of(recordings, test, predicted=np.ones(50))  # "a seizure", whatever comes
    >>> always.scores().accuracy.value
    0.2
    >>> always.seizure_or_not().ask([1])  # of the seizures, it misses none
    <10 answers, 100.0% right>
    >>> perfect.minus(always).value
    0.8
    """

    trial: np.ndarray
    item: np.ndarray
    recording: np.ndarray
    moment: np.ndarray
    labels: np.ndarray
    predicted: np.ndarray

    def __post_init__(self):
        lengths = set()
        for field in fields(self):
            column = np.array(getattr(self, field.name), dtype=np.int64)
            column.flags.writeable = False
            object.__setattr__(self, field.name, column)
            lengths.add(column.shape)
        if len(lengths) != 1 or len(lengths.pop()) != 1:
            raise ValueError("each column of answers needs one number per answer")

    def __len__(self) -> int:
        return len(self.item)

    def __repr__(self) -> str:
        right = f"{(self.labels == self.predicted).mean():.1%} right" if len(self) else "none"
        return f"<{len(self)} answers, {right}>"

    @classmethod
    def of(
        cls,
        items: Recordings | Seconds,
        part: np.ndarray,
        predicted: np.ndarray,
        labels: np.ndarray | None = None,
    ) -> Answers:
        """Collect what one trained network said of a part of the items.

        Parameters
        ----------
        items : Recordings or Seconds
        part : ndarray of int, shape (answer,)
            The numbers of the items that were tested.
        predicted : ndarray of int, shape (answer,)
            The label predicted for each.
        labels : ndarray of int, shape (item,), optional
            The true label of every item, if it is not the one of `items`.
        """
        return cls(
            trial=np.zeros(len(part)),
            item=part,
            recording=items.recording[part],
            moment=items.moment[part],
            labels=(items.labels if labels is None else labels)[part],
            predicted=predicted,
        )

    @classmethod
    def join(cls, several: Sequence[Answers]) -> Answers:
        """Join the answers of several trials: other seeds, or other folds."""
        columns = {
            field.name: np.concatenate([getattr(one, field.name) for one in several])
            for field in fields(cls)
        }
        offsets = np.cumsum([0, *(one.n_trials for one in several[:-1])])
        trials = [one.trial + offset for one, offset in zip(several, offsets, strict=True)]
        return cls(**columns | {"trial": np.concatenate(trials)})

    @property
    def n_trials(self) -> int:
        """The number of trials."""
        return int(self.trial.max()) + 1 if len(self) else 0

    @property
    def right(self) -> np.ndarray:
        """Ndarray of bool, shape (answer,): whether each answer is right."""
        return self.labels == self.predicted

    def scores(self, classes: dict[int, str] = CLASSES) -> Scores:
        """Score all answers together; see `lab_code.evaluation.score`."""
        return score(self.labels, self.predicted, self.moment, classes=classes)

    def of_each_trial(self) -> list[float]:
        """Return the share of right answers of each trial."""
        return pd.Series(self.right).groupby(self.trial).mean().tolist()

    def of_trial(self, number: int) -> Answers:
        """Return the answers of one trial by themselves."""
        of = self.trial == number
        return replace(self._keep(of), trial=np.zeros(of.sum()))

    def test_parts(self) -> list[bytes]:
        """Return the items that each trial was tested on, as bytes, to compare with others."""
        return [np.sort(self.item[self.trial == trial]).tobytes() for trial in range(self.n_trials)]

    def ask(self, labels: Sequence[int]) -> Answers:
        """Keep the answers about items of some classes, to compare like with like."""
        return self._keep(np.isin(self.labels, labels))

    def about(self, recordings: np.ndarray) -> Answers:
        """Keep the answers about some recordings.

        Parameters
        ----------
        recordings : ndarray of bool, shape (recording,)
            Which ones.
        """
        return self._keep(recordings[self.recording])

    def seizure_or_not(self) -> Answers:
        """Reduce the labels to 1 for a seizure and 2 for any other class."""
        two = {"labels": self.labels, "predicted": self.predicted}
        two = {name: np.where(column == 1, 1, 2) for name, column in two.items()}
        return replace(self, **two)

    def minus(self, other: Answers) -> Difference:
        """Return how much more often these answers are right than others, item by item.

        Parameters
        ----------
        other : Answers
            Answers about the same items. An item with answers from several trials counts with the
            share of them that is right. If one experiment dealt out the folds more often than the
            other, only the folds that both have count.

        Raises
        ------
        ValueError
            If the items are not the same.
        """
        mine, theirs = self._beside(other)._by_item(), other._beside(self)._by_item()
        known = ["moment", "label"]
        if not mine[known].equals(theirs[known]):
            shared = len(mine.index.intersection(theirs.index))
            raise ValueError(
                f"a paired difference needs the same items: {len(mine)} and {len(theirs)} items, "
                f"{shared} of them in both"
            )
        return difference(mine["right"], theirs["right"], mine["label"], mine["moment"])

    def minus_by_class(
        self, other: Answers, classes: dict[int, str] = CLASSES
    ) -> dict[str, Difference]:
        """Return by how much more often these are right, over all items and class by class.

        Parameters
        ----------
        other : Answers
            As for `minus`.
        classes : dict of int to str
            The labels and their names.

        Returns
        -------
        dict of str to Difference
            For ``"all"``, and for the name of each class that has items.
        """
        of_class = {
            name: self.ask([label]).minus(other.ask([label]))
            for label, name in classes.items()
            if (self.labels == label).any()
        }
        return {"all": self.minus(other), **of_class}

    def _beside(self, other: Answers) -> Answers:
        """Keep the trials whose test part the other has too, if they cover all items."""
        theirs = set(other.test_parts())
        shared = np.array([part in theirs for part in self.test_parts()])[self.trial]
        covered = len(np.unique(self.item[shared])) == len(np.unique(self.item))
        return self._keep(shared) if covered else self

    def _keep(self, of: np.ndarray) -> Answers:
        return Answers(**{field.name: getattr(self, field.name)[of] for field in fields(self)})

    def _by_item(self) -> pd.DataFrame:
        columns = {"right": self.right, "moment": self.moment, "label": self.labels}
        table = pd.DataFrame(columns).groupby(self.item)
        return table.agg({"right": "mean", "moment": "first", "label": "first"})

    def pack(self) -> dict[str, str]:
        """Return the columns as text, for the record.

        Returns
        -------
        dict of str to str
            For each column, the differences from one answer to the next, which are small, as
            little-endian int32, compressed by zlib, in base64.
        """
        return {
            field.name: base64.b64encode(
                zlib.compress(np.diff(getattr(self, field.name), prepend=0).astype("<i4"), 9)
            ).decode()
            for field in fields(self)
        }

    @classmethod
    def unpack(cls, packed: dict[str, str]) -> Answers:
        """Return the answers that `pack` turned into text.

        Raises
        ------
        ValueError
            If the text does not hold such columns.
        """
        try:
            return cls(
                **{
                    name: np.frombuffer(zlib.decompress(base64.b64decode(text)), "<i4").cumsum()
                    for name, text in packed.items()
                }
            )
        except (TypeError, ValueError, AttributeError, zlib.error) as error:
            raise ValueError(f"these are not the answers of a record: {error}") from None
