"""Splits into a training, a validation and a test part: 64, 16 and 20 % of all items.

Every function returns the numbers of the items in each part, so that
``items.samples[split.test]`` is the test part. All splits are stratified (each part has the same
share of each class, by moment as nearly as whole moments allow) and made by scikit-learn.

The book splits by moment: a network is then tested on what is new to it. Splits by second and by
recording are for comparison; both let it hear the test part's moments in training.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, train_test_split

from lab_code.protocol import BY_MOMENT, BY_RECORDING, BY_SECOND, CONTROL, N_FOLDS
from lab_code.recordings import Recordings, Seconds

TEST_SHARE = 0.2
VALIDATION_SHARE = 0.2
"""Share of what is left after the test part: 0.2 x 0.8 = 16 % of all."""

VALIDATION_FOLDS = round(1 / VALIDATION_SHARE)


class Split(NamedTuple):
    """Numbers of the items in each part, ascending.

    Parameters
    ----------
    train, validation, test : ndarray of int64

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.splits import Split
    >>> split = Split(train=np.array([0, 1, 4]), validation=np.array([2]), test=np.array([3]))
    >>> samples = np.array([10, 11, 12, 13, 14])
    >>> samples[split.train]
    array([10, 11, 14])
    >>> train, validation, test = split
    >>> samples[test]
    array([13])
    """

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def split_by_second(seconds: Seconds, seed: int = 0) -> Split:
    """Split seconds one by one, as the course lab does.

    Seconds of one recording land in several parts, so a network is tested on recordings of which
    it has heard other seconds. `split_by_moment` is the honest one.

    Parameters
    ----------
    seconds : Seconds
    seed : int
        The same seed gives the same split.

    Returns
    -------
    Split

    Examples
    --------
    >>> from lab_code.sources import load
    >>> from lab_code.splits import split_by_second
    >>> seconds = load("simulated").seconds()
    >>> [len(part) for part in split_by_second(seconds)]
    [7360, 1840, 2300]
    """
    return _three_parts(seconds.labels, seed)


def split_by_recording(items: Recordings | Seconds, seed: int = 0) -> Split:
    """Split so that no recording is in two parts.

    Many recordings are electrodes of one moment, and those land in several parts: a network is
    tested on moments that it has heard from the electrode next door. `split_by_moment` is the
    honest one.

    Parameters
    ----------
    items : Recordings or Seconds
    seed : int
        The same seed gives the same split.

    Returns
    -------
    Split

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.sources import load
    >>> from lab_code.splits import split_by_recording
    >>> recordings = load("simulated")
    >>> split = split_by_recording(recordings)
    >>> [len(part) for part in split]
    [320, 80, 100]
    >>> heard = np.isin(recordings.moment[split.test], recordings.moment[split.train])
    >>> bool(heard.any())  # at another electrode
    True
    """
    recordings, labels = _recordings_of(items)
    return _items_of(items, recordings, _three_parts(labels, seed))


def split_by_moment(items: Recordings | Seconds, seed: int = 0) -> Split:
    """Split so that no moment is in two parts.

    Parameters
    ----------
    items : Recordings or Seconds
    seed : int
        The same seed gives the same split.

    Returns
    -------
    Split
        The first of `folds_by_moment`.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.sources import load
    >>> from lab_code.splits import split_by_moment
    >>> recordings = load("simulated")
    >>> split = split_by_moment(recordings)
    >>> heard = np.isin(recordings.moment[split.test], recordings.moment[split.train])
    >>> bool(heard.any())
    False
    """
    return next(folds_by_moment(items, seed=seed))


def folds_by_second(seconds: Seconds, k: int = 5, seed: int = 0) -> Iterator[Split]:
    """Split k times second by second, so that each second is in the test part once.

    This is flattering, like `split_by_second`.

    Parameters
    ----------
    seconds : Seconds
    k : int
        Number of folds; the test part of each has 1 / k of the seconds.
    seed : int
        The same seed gives the same folds.

    Yields
    ------
    Split
        A fifth of what is not in the test part is for validation.

    Examples
    --------
    >>> from lab_code.sources import load
    >>> from lab_code.splits import folds_by_second
    >>> seconds = load("simulated").seconds()
    >>> [len(split.test) for split in folds_by_second(seconds, k=4)]
    [2875, 2875, 2875, 2875]
    """
    yield from _stratified_folds(seconds.labels, k, seed)


def folds_by_recording(items: Recordings | Seconds, k: int = 5, seed: int = 0) -> Iterator[Split]:
    """Split k times by recording, so that each recording is in the test part once.

    Parameters
    ----------
    items : Recordings or Seconds
    k : int
        Number of folds; the test part of each has 1 / k of the recordings.
    seed : int
        The same seed gives the same folds.

    Yields
    ------
    Split
        A fifth of what is not in the test part is for validation.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.sources import load
    >>> from lab_code.splits import folds_by_recording
    >>> recordings = load("simulated")
    >>> folds = list(folds_by_recording(recordings))
    >>> [len(split.test) for split in folds]
    [100, 100, 100, 100, 100]
    >>> tested = np.concatenate([split.test for split in folds])
    >>> sorted(tested.tolist()) == list(range(500))  # each once
    True
    """
    recordings, labels = _recordings_of(items)
    for split in _stratified_folds(labels, k, seed):
        yield _items_of(items, recordings, split)


def folds_by_moment(items: Recordings | Seconds, k: int = 5, seed: int = 0) -> Iterator[Split]:
    """Split k times by moment, so that each moment is in the test part once.

    Parameters
    ----------
    items : Recordings or Seconds
    k : int
        Number of folds; the test part of each has about 1 / k of the recordings.
    seed : int
        The same seed gives the same folds.

    Yields
    ------
    Split
        About a fifth of what is not in the test part is for validation.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.sources import load
    >>> from lab_code.splits import folds_by_moment
    >>> recordings = load("simulated")
    >>> for train, validation, test in folds_by_moment(recordings, k=3):
    ...     known = recordings.moment[np.concatenate([train, validation])]
    ...     print(np.isin(recordings.moment[test], known).any())
    False
    False
    False
    """
    yield from folds_by_group(items, items.moment, k, seed)


def folds_by_control(items: Recordings | Seconds, k: int = 5, seed: int = 0) -> Iterator[Split]:
    """Split k times by groups as large as the moments, with members drawn at random in each class.

    Where folds by moment differ from these, it is due to the moments, not to their uneven sizes.

    Parameters
    ----------
    items : Recordings or Seconds
    k : int
        Number of folds.
    seed : int
        The same seed gives the same folds. The groups are always the same.

    Yields
    ------
    Split
        As `folds_by_moment`.

    Examples
    --------
    >>> from lab_code.sources import load
    >>> from lab_code.splits import folds_by_control
    >>> recordings = load("simulated")
    >>> folds = list(folds_by_control(recordings))
    >>> sum(len(split.test) for split in folds)
    500
    """
    recordings, first = np.unique(items.recording, return_index=True)
    labels, drawn = items.labels[first], items.moment[first]
    rng = np.random.default_rng(0)
    for label in np.unique(labels):
        drawn[labels == label] = rng.permutation(drawn[labels == label])
    yield from folds_by_group(items, drawn[np.searchsorted(recordings, items.recording)], k, seed)


def folds_by_group(
    items: Recordings | Seconds, group: np.ndarray, k: int = 5, seed: int = 0
) -> Iterator[Split]:
    """Split k times so that no group is in two parts, whatever the groups are.

    Parameters
    ----------
    items : Recordings or Seconds
    group : ndarray of int, shape (item,)
        The group of each item; all items of one recording must be in the same group.
    k : int
        Number of folds.
    seed : int
        The same seed gives the same folds.

    Yields
    ------
    Split
        As `folds_by_moment`.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.sources import load
    >>> from lab_code.splits import folds_by_group
    >>> recordings = load("simulated")
    >>> ward = np.arange(500) % 50  # ten recordings of each of 50 wards
    >>> split = next(folds_by_group(recordings, ward))
    >>> np.intersect1d(ward[split.train], ward[split.test]).size
    0
    """
    recordings, first = np.unique(items.recording, return_index=True)
    labels, groups = items.labels[first], group[first]
    for rest, test in _group_folds(labels, groups, k, seed):
        inner, held_out = next(_group_folds(labels[rest], groups[rest], VALIDATION_FOLDS, seed))
        yield _items_of(items, recordings, Split(rest[inner], rest[held_out], test))


def five_folds(items: Recordings | Seconds, way: str, seed: int = 0) -> list[Split]:
    """Split five times, in one of the ways that `lab_code.protocol` names.

    Parameters
    ----------
    items : Recordings or Seconds
    way : str
        One of `lab_code.protocol.WAYS`, or `lab_code.protocol.CONTROL`.
    seed : int
        The same seed gives the same folds.

    Returns
    -------
    list of Split
        One for each fold; each item is in the test part of one of them.

    Examples
    --------
    >>> from lab_code.protocol import BY_MOMENT
    >>> from lab_code.sources import load
    >>> from lab_code.splits import five_folds
    >>> splits = five_folds(load("simulated"), BY_MOMENT)
    >>> len(splits)
    5
    >>> sum(len(split.test) for split in splits)
    500
    """
    return list(_BY_WAY[way](items, k=N_FOLDS, seed=seed))


_BY_WAY = {
    BY_SECOND: folds_by_second,
    BY_RECORDING: folds_by_recording,
    BY_MOMENT: folds_by_moment,
    CONTROL: folds_by_control,
}


def _group_folds(labels, groups, k, seed):
    return StratifiedGroupKFold(k, shuffle=True, random_state=seed).split(labels, labels, groups)


def _stratified_folds(labels, k, seed) -> Iterator[Split]:
    folds = StratifiedKFold(k, shuffle=True, random_state=seed)
    for rest, test in folds.split(labels, labels):
        yield Split(*_two_parts(rest, labels, VALIDATION_SHARE, seed), test)


def _recordings_of(items):
    recordings, first = np.unique(items.recording, return_index=True)
    return recordings, items.labels[first]


def _items_of(items, recordings, split: Split) -> Split:
    return Split(*(np.flatnonzero(np.isin(items.recording, recordings[part])) for part in split))


def _three_parts(labels, seed) -> Split:
    rest, test = _two_parts(np.arange(len(labels)), labels, TEST_SHARE, seed)
    train, validation = _two_parts(rest, labels, VALIDATION_SHARE, seed)
    return Split(train, validation, test)


def _two_parts(numbers, labels, share, seed):
    parts = train_test_split(numbers, test_size=share, stratify=labels[numbers], random_state=seed)
    return tuple(np.sort(part) for part in parts)
