"""A split by moment."""

import numpy as np

from lab_code.homework import expect
from lab_code.homework.exercise import Exercise, Wrong, check

TASK = """
`moment` says of each recording at which moment it was recorded, and `label` which class it has.
Recordings of one moment are electrodes of the same seconds of the same brain; all of them have the
same class.

1. Write `split(moment, label)`, which returns the numbers of the recordings of the test part, from
   0. It has to be new to the network by moment: no moment may have recordings in the test part and
   others outside. The test part should have 15 to 25 % of the recordings of *each class*.
2. Set `test` to the test part of your own recordings.
"""

START = '''
import numpy as np

# %%
def split(moment, label):
    """Return the numbers of the recordings of the test part."""
    raise NotImplementedError


# %%
test = ...
'''


def _draw(rng, n_moments=(25, 22, 20)):
    """Draw the moments of three classes, each with one to four recordings, in no order."""
    label = np.repeat(np.arange(1, len(n_moments) + 1), n_moments)
    size = rng.choice([1, 2, 3, 4], len(label), p=[0.4, 0.3, 0.2, 0.1])
    moment = np.repeat(rng.permutation(len(label)), size)
    order = rng.permutation(len(moment))
    return {"moment": moment[order], "label": np.repeat(label, size)[order]}


def _whole_moments(test, moment, label):
    """Raise `Wrong` if a moment is on both sides."""
    inside = np.zeros(len(moment), dtype=bool)
    inside[test] = True
    both = np.intersect1d(moment[inside], moment[~inside])
    if len(both):
        raise Wrong(
            f"moment {both[0]} has recordings in the test part and outside, and so have "
            f"{len(both) - 1} more: draw moments, not recordings"
        )


def _shares(test, moment, label):
    """Raise `Wrong` if a class has too few or too many recordings in the test part."""
    for one in np.unique(label):
        share = np.mean(np.isin(np.flatnonzero(label == one), test))
        if not 0.15 <= share <= 0.25:
            raise Wrong(f"{share:.0%} of the recordings of class {one} are in the test part")


def _called(answer, case):
    """Split other recordings."""
    return expect.numbers_of_items(
        answer.call("split", *case.values()), len(case["moment"]), "`split`"
    )


@check("`test`: no moment of your own recordings is on both sides", points=2)
def own_moments(answer, own, rng):
    """Look for moments with recordings in the test part and outside."""
    test = expect.numbers_of_items(answer.value("test"), len(own["moment"]), "`test`")
    _whole_moments(test, **own)


@check("`test`: the right share of each class", points=2)
def own_shares(answer, own, rng):
    """Look for 15 to 25 %, of a split by moment."""
    test = expect.numbers_of_items(answer.value("test"), len(own["moment"]), "`test`")
    _shares(test, **own)
    _whole_moments(test, **own)


@check("`split` of other recordings: no moment is on both sides", points=3)
def other_moments(answer, own, rng):
    """Split three times."""
    for _ in range(3):
        case = _draw(rng)
        _whole_moments(_called(answer, case), **case)


@check("`split` of other recordings: the right share of each class", points=3)
def other_shares(answer, own, rng):
    """Split three times; shares count only if the split is by moment."""
    for _ in range(3):
        case = _draw(rng, (40, 20, 60))
        test = _called(answer, case)
        _shares(test, **case)
        _whole_moments(test, **case)


EXERCISE = Exercise(
    name="honest_split",
    chapter="training_in_practice",
    title="A split by moment",
    task=TASK,
    numbers=_draw,
    start=START,
    checks=(own_moments, own_shares, other_moments, other_shares),
)
