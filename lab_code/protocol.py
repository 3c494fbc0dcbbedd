"""The protocol of the book: tasks, ways to split, methods, and scores that others published.

Each name is defined here and nowhere else. Entries of the record have the short name; pages show
the long one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from lab_code.recordings import CLASSES, SETS

# Tasks

ONE_SECOND = "many-to-one: one second, five classes"
ONE_SECOND_SEIZURE = "many-to-one: one second, seizure or not"
WHOLE_RECORDING = "many-to-one: a whole recording, five classes"
FEATURES = "one-to-one: eight features of a whole recording, five classes"
ELECTRODE = "many-to-one: a whole recording, scalp or depth electrode"
EYES = "many-to-one: a whole recording, eyes open or closed"
PLACE = f"many-to-one: a whole recording, {CLASSES[2]} or {CLASSES[3]}"
RECORDING_SEIZURE = "many-to-one: a whole recording of a patient, seizure or not"
STATES = "many-to-many: joined recordings, seizure or not at every step"
TASKS = (
    ONE_SECOND,
    ONE_SECOND_SEIZURE,
    WHOLE_RECORDING,
    FEATURES,
    ELECTRODE,
    EYES,
    PLACE,
    RECORDING_SEIZURE,
    STATES,
)

STATE_CLASSES = {0: "between seizures", 1: CLASSES[1]}
"""The labels of `STATES`."""

SEIZURE_OR_NOT = {1: CLASSES[1], 2: "no seizure"}
"""The labels of `ONE_SECOND_SEIZURE`."""

ELECTRODES = {1: "depth electrode", 2: "scalp electrode"}
"""The labels of `ELECTRODE`."""

CLASSES_OF = {
    STATES: STATE_CLASSES,
    ONE_SECOND_SEIZURE: SEIZURE_OR_NOT,
    RECORDING_SEIZURE: SEIZURE_OR_NOT,
    ELECTRODE: ELECTRODES,
}
"""The labels of each task that does not use the five labels of the recordings."""

QUESTIONS = {
    "classes": WHOLE_RECORDING,
    "electrode": ELECTRODE,
    "eyes": EYES,
    "place": PLACE,
    "seizure": RECORDING_SEIZURE,
}
"""Short names of what is asked about whole recordings."""


def targets_of(task: str, labels: np.ndarray) -> np.ndarray:
    """Return what a task asks of items of the five classes.

    Parameters
    ----------
    task : str
        One with a class for each item, so not `STATES`.
    labels : ndarray of int, shape (item,)
        Labels of the recordings.

    Returns
    -------
    ndarray of int, shape (item,)
        Labels of the task; 0 for items that it does not ask about.

    Raises
    ------
    ValueError
        If there is no such task.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.protocol import ELECTRODE, EYES, targets_of
    >>> labels = np.array([1, 2, 3, 4, 5])
    >>> targets_of(ELECTRODE, labels)
    array([1, 1, 1, 2, 2])
    >>> targets_of(EYES, labels)  # asked about volunteers alone
    array([0, 0, 0, 4, 5])
    """
    if task not in TASKS or task == STATES:
        raise ValueError(f"there is no task {task!r} with one class an item")
    if task == ELECTRODE:
        return np.where(np.isin(labels, (4, 5)), 2, 1)
    if task in (ONE_SECOND_SEIZURE, RECORDING_SEIZURE):
        seizure = np.where(labels == 1, 1, 2)
        return np.where(labels > 3, 0, seizure) if task == RECORDING_SEIZURE else seizure
    asked = {EYES: (4, 5), PLACE: (2, 3)}.get(task, tuple(CLASSES))
    return np.where(np.isin(labels, asked), labels, 0)


CODES = {CLASSES[label]: letter for letter, label in SETS.items()} | {
    "no seizure": "not_S",
    "between seizures": "N_F",
    "depth electrode": "depth",
    "scalp electrode": "scalp",
}
"""A short code for each class, which stays when its name changes: the letter of its set."""

# Ways to split


BY_SECOND, BY_RECORDING, BY_MOMENT = "by second", "by recording", "by moment"
WAYS = (BY_SECOND, BY_RECORDING, BY_MOMENT)
CONTROL = "by moments drawn at random"
"""Groups as large as the moments, with members drawn at random within each class."""

N_FOLDS = 5
_SPLIT = re.compile(rf"(\d+-fold )?({'|'.join([*WAYS, CONTROL])})")


def in_folds(way: str, k: int = N_FOLDS) -> str:
    """Return the name of a split in k folds: ``5-fold by moment``.

    Examples
    --------
    >>> from lab_code.protocol import BY_MOMENT, in_folds
    >>> in_folds(BY_MOMENT)
    '5-fold by moment'
    """
    return f"{k}-fold {way}"


def way_of(split: str) -> str:
    """Return the way behind a split: ``by moment`` for ``5-fold by moment``.

    Raises
    ------
    ValueError
        If there is no such split.

    Examples
    --------
    >>> from lab_code.protocol import way_of
    >>> way_of("5-fold by moment")
    'by moment'
    """
    if not (found := _SPLIT.fullmatch(split)):
        known = ", ".join([*WAYS, in_folds(BY_MOMENT)])
        raise ValueError(f"there is no split {split!r}; there are: {known}, …")
    return found[2]


# Methods

METHODS = {
    "recurrent": "recurrent network",
    "recurrent_chosen": "the same, settings chosen in each fold",
    "rnn": "simple RNN",
    "lstm": "LSTM",
    "gru": "GRU",
    "echo_state": "echo-state network",
    "feed_forward": "feed-forward network",
    "cnn": "1-D CNN",
    "minirocket": "MiniRocket",
    "multirocket_hydra": "MultiRocket-Hydra",
    "quant": "QUANT",
    "logistic_regression": "logistic regression",
    "linear_discriminant": "linear discriminant",
    "nearest_neighbour": "nearest neighbour",
    "deviation": "standard deviation alone",
}
"""Short names, as in the record, and what pages show; tables have this order."""

ROCKETS = ("minirocket", "multirocket_hydra", "quant")
"""Fixed features and a classifier without a state: what a practitioner might pick instead."""

VARIANTS = {
    "": "",
    "single": "one training",
    "averaged": "three trainings, averaged",
    "seizure": "one training, asked for seizures alone",
    "short": "trained for a minute",
    "forward": "forward",
    "bidirectional": "in both directions",
    "remembers": "remembers",
    "forgets": "forgets after each second",
    "amplitude": "amplitude alone",
    "above_42": "above 42 Hz",
    "above_42_no_hum": "above 42 Hz without hum",
    "up_to_40": "up to 40 Hz",
}
"""What tells experiments of one method apart."""


def name_of(method: str, variant: str = "") -> str:
    """Return what pages call a method and its variant.

    Examples
    --------
    >>> from lab_code.protocol import name_of
    >>> name_of("gru")
    'GRU'
    >>> name_of("gru", "forgets")
    'GRU, forgets after each second'
    """
    return ", ".join(filter(None, (METHODS[method], VARIANTS[variant])))


# What others published


class Published(NamedTuple):
    """A score that others published, and how it was measured.

    Parameters
    ----------
    who : str
        As named in a sentence.
    doi : str
        Empty for the course notebook.
    what : str
        Their method.
    task, split : str
        In words; in those of `TASKS` and `WAYS` if they are the same as this book's.
    accuracy : float
    per_class : dict of str to float
        By class name, where it was published.

    Examples
    --------
    >>> from lab_code.protocol import PUBLISHED
    >>> for one in PUBLISHED:
    ...     print(f"{one.who}: {one.accuracy:.1%}, {one.task}, split {one.split}")
    the course notebook: 68.5%, many-to-one: one second, five classes, split by second
    Xu et al. (2020): 82.0%, many-to-one: one second, five classes, split by second
    Xu et al. (2020): 99.4%, many-to-one: one second, seizure or not, split by second
    Zhao et al. (2020): 93.5%, pieces of recordings, five classes, split another protocol
    """

    who: str
    doi: str
    what: str
    task: str
    split: str
    accuracy: float
    per_class: Mapping[str, float] = MappingProxyType({})


COURSE_NOTEBOOK = Published(
    "the course notebook",
    "",
    "a GRU of two layers",
    ONE_SECOND,
    BY_SECOND,
    0.685,
    dict(zip(CLASSES.values(), (0.95, 0.67, 0.42, 0.77, 0.62), strict=True)),
)
XU_2020 = ("Xu et al. (2020)", "10.3389/fnins.2020.578126", "convolutions and an LSTM")
PUBLISHED = (
    COURSE_NOTEBOOK,
    Published(*XU_2020, ONE_SECOND, BY_SECOND, 0.8200),
    Published(*XU_2020, ONE_SECOND_SEIZURE, BY_SECOND, 0.9939),
    Published(
        "Zhao et al. (2020)",
        "10.1155/2020/9689821",
        "convolutions",
        "pieces of recordings, five classes",
        "another protocol",
        0.9355,
    ),
)
"""The scores nearest to this book's tasks, and a higher one under another protocol."""
