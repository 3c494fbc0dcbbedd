"""A bootstrap interval by moment."""

import numpy as np

from lab_code.homework import expect
from lab_code.homework.exercise import Exercise, Wrong, check

TASK = """
A network was tested on some recordings. `right` says of each whether the answer was right (1) or
wrong (0), and `moment` at which moment it was recorded. Recordings of one moment tend to be right
or wrong together.

1. Write `interval(right, moment, seed)`, which returns the lower and the upper end of a 95 %
   interval of the accuracy, from a bootstrap by moment with 2000 resamples: draw as many moments as
   there are, with replacement, each with all its recordings, and take the accuracy over all
   recordings drawn. The interval goes from the 2.5 % to the 97.5 % quantile. The same seed gives
   the same interval.
2. Set `own_interval` to the interval of your own answers.
"""

START = '''
import numpy as np

# %%
def interval(right, moment, seed):
    """Return the two ends of a 95 % interval of the accuracy."""
    raise NotImplementedError


# %%
own_interval = ...
'''

WIDE = 2 * 1.96
"""Standard errors from one end of a 95 % interval to the other."""


def _draw(rng, n_moments=40, easy=0.75):
    """Draw answers; of one moment nearly all are right, or nearly all wrong."""
    size = rng.integers(2, 9, n_moments)
    moment = np.repeat(rng.permutation(n_moments), size)
    chance = np.where(rng.random(n_moments) < easy, 0.97, 0.05)
    return {"right": (rng.random(len(moment)) < np.repeat(chance, size)) * 1, "moment": moment}


def _compare(found, right, moment, what):
    """Compare an interval with what linearisation says, without resampling."""
    low, high = expect.array(found, (2,), what)
    if not low < right.mean() < high:
        raise Wrong(
            f"{what} goes from {low:.3f} to {high:.3f}, and should contain the accuracy, "
            f"{right.mean():.3f}"
        )
    error = expect.standard_error(right, moment)
    mistakes = {
        "recordings are drawn one by one: draw whole moments": (
            WIDE * right.std() / len(right) ** 0.5
        ),
        "the ends are one standard error from the accuracy, not at the quantiles": 2 * error,
        "the quantiles are 0.5 % and 99.5 %": 2 * 2.576 * error,
        "the quantiles are 5 % and 95 %": 2 * 1.645 * error,
    }
    expect.width(high - low, WIDE * error, what, mistakes)


@check("`own_interval`, of your own answers", points=3)
def own_answers(answer, own, rng):
    """Compare its width with linearisation."""
    _compare(answer.value("own_interval"), **own, what="`own_interval`")


@check("`interval` of other answers is as wide as it should be", points=5)
def other_answers(answer, own, rng):
    """Two networks, one better than the other."""
    for easy in (0.6, 0.8):
        case = _draw(rng, 60, easy)
        _compare(answer.call("interval", *case.values(), 1), **case, what="`interval`")


@check("`interval` depends on the seed, and on nothing else", points=2)
def seeds(answer, own, rng):
    """Use one seed twice, and then three others."""
    one, again, *others = (
        expect.array(answer.call("interval", *own.values(), seed), (2,), "`interval`")
        for seed in (1, 1, 2, 3, 4)
    )
    if (one != again).any():
        raise Wrong("the same seed gives two intervals: `rng = np.random.default_rng(seed)`")
    if all((one == other).all() for other in others):
        raise Wrong("another seed gives the same interval")


EXERCISE = Exercise(
    name="bootstrap_interval",
    chapter="training_in_practice",
    title="An interval by moment",
    task=TASK,
    numbers=_draw,
    start=START,
    checks=(own_answers, other_answers, seeds),
)
