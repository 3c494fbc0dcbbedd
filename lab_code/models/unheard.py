"""Seconds that a kept network never heard, for a page in which readers guess against it.

Beside them stands a threshold on the standard deviation, fitted on the part that the network was
trained on. All is put in when a page is built: the project has no recordings.
"""

from __future__ import annotations

import base64
from collections import Counter

import numpy as np

from lab_code.detection.joined import SEIZURE, Joined
from lab_code.detection.threshold import DeviationThreshold
from lab_code.protocol import BY_MOMENT, CODES
from lab_code.recordings import CLASSES, Recordings, Seconds
from lab_code.splits import Split, split_by_moment


def split_of(about: dict, recordings: Recordings) -> Split:
    """Return the split, by moment, of the training that a network comes from.

    Parameters
    ----------
    about : dict
        What the network's file says.
    recordings : Recordings

    Raises
    ------
    ValueError
        If the network was not trained on these recordings with that split.

    Examples
    --------
    >>> from lab_code.models.unheard import split_of
    >>> from lab_code.sources import load
    >>> recordings = load("simulated")
    >>> try:
    ...     split_of({"split": "by second", "not_trained_on": []}, recordings)
    ... except ValueError as error:
    ...     print(error)
    it was split by second: its test part has moments that it heard
    """
    if about["split"] != BY_MOMENT:
        raise ValueError(f"it was split {about['split']}: its test part has moments that it heard")
    seconds = recordings.seconds()
    split = split_by_moment(seconds, seed=0)
    tested = {recordings.names[one] for one in seconds.recording[split.test]}
    if tested != set(about["not_trained_on"]):
        raise ValueError("its test part is not that of the split by moment of these recordings")
    return split


def choose(seconds: Seconds, part: np.ndarray, n: int, seed: int = 0) -> np.ndarray:
    """Choose seconds, as many of each class, of as many moments and recordings as there are.

    Parameters
    ----------
    seconds : Seconds
    part : ndarray of int
        The numbers of those to choose from.
    n : int
        How many of each class.
    seed : int
        The same seed chooses the same seconds.

    Returns
    -------
    ndarray of int
        Their numbers, class by class.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.models.unheard import choose
    >>> from lab_code.sources import load
    >>> seconds = load("simulated").seconds()
    >>> chosen = choose(seconds, np.arange(len(seconds)), n=2)
    >>> seconds.labels[chosen]
    array([1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
    """
    rng = np.random.default_rng(seed)
    chosen = []
    for label in CLASSES:
        left = list(rng.permutation(part[seconds.labels[part] == label]))
        moments, recordings = Counter(), Counter()
        for _ in range(n):
            one = min(left, key=lambda i: (moments[seconds.moment[i]], recordings[_of(seconds, i)]))
            left.remove(one)
            moments[seconds.moment[one]] += 1
            recordings[_of(seconds, one)] += 1
            chosen.append(one)
    return np.array(chosen)


def _of(seconds: Seconds, one: int) -> int:
    return int(seconds.recording[one])


def threshold(seconds: Seconds, split: Split) -> float:
    """Return the standard deviation of a second above which a threshold says *seizure*.

    Parameters
    ----------
    seconds : Seconds
    split : Split
        It is fitted on the training part.

    Returns
    -------
    float
        In counts.

    Examples
    --------
    >>> from lab_code.models.unheard import threshold
    >>> from lab_code.sources import load
    >>> from lab_code.splits import split_by_moment
    >>> seconds = load("simulated").seconds()
    >>> above = threshold(seconds, split_by_moment(seconds))
    >>> seizures = seconds.samples[seconds.labels == 1].std(axis=1) > above
    >>> bool(seizures.mean() > 0.8)
    True
    """
    parts = []
    for part in (split.train, split.validation):
        about = (seconds.labels[part] == SEIZURE).astype(int), seconds.recording[part]
        rows = (one[:, None] for one in (*about, seconds.moment[part]))
        parts.append(Joined(seconds.samples[part], *rows))  # each second is one step
    model = DeviationThreshold(*parts, windows=(1,)).model
    return float(np.expm1(-model.intercept_[0] / model.coef_[0, 0]))


def for_page(about: dict, recordings: Recordings, n: int) -> dict:
    """Return seconds and threshold, ready for JSON, beside what a page knows of the network.

    Parameters
    ----------
    about : dict
        What the network's file says.
    recordings : Recordings
    n : int
        How many seconds of each class.

    Returns
    -------
    dict
        ``samples``, base64 of whole numbers of 16 bits, one second after the other; ``truth``, the
        place of each second's class among the network's; ``names`` of recording and second;
        ``threshold``, in counts; and whether the recordings are ``real``.

    Examples
    --------
    >>> from lab_code.models.unheard import for_page
    >>> from lab_code.protocol import CODES
    >>> from lab_code.sources import load
    >>> from lab_code.splits import split_by_moment
    >>> recordings = load("simulated")
    >>> seconds = recordings.seconds()
    >>> tested = set(seconds.recording[split_by_moment(seconds).test])
    >>> about = {
    ...     "split": "by moment",
    ...     "not_trained_on": [recordings.names[one] for one in tested],
    ...     "classes": list(CODES.values()),
    ... }
    >>> page = for_page(about, recordings, n=3)
    >>> len(page["truth"]), page["real"]
    (15, False)
    """
    split = split_of(about, recordings)
    seconds = recordings.seconds()
    chosen = choose(seconds, split.test, n)
    places = [about["classes"].index(CODES[CLASSES[one]]) for one in seconds.labels[chosen]]
    samples = seconds.samples[chosen].astype("<i2").tobytes()
    return {
        "samples": base64.b64encode(samples).decode("ascii"),
        "truth": places,
        "names": [f"{recordings.names[_of(seconds, one)]}, {seconds.chunk[one]}" for one in chosen],
        "threshold": threshold(seconds, split),
        "real": recordings.is_real,
    }
