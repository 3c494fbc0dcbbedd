"""Two networks on the same recordings, compared in pairs, by moment."""

import numpy as np

from lab_code.homework import expect
from lab_code.homework.exercise import Exercise, Wrong, check

TASK = """
Two networks, a and b, were tested on the same recordings. `right_a` and `right_b` say of each
recording whether the answer was right (1) or wrong (0), and `moment` at which moment it was
recorded.

1. Write `compare(right_a, right_b, moment, seed)`, which returns three numbers: the accuracy of a
   minus that of b, and the lower and the upper end of the 95 % interval of this difference. Take
   them from a bootstrap by moment with 2000 resamples, *in pairs*: each resample has the same
   moments for both networks.
2. Set `own_difference` to the three numbers of your own answers.
"""

START = '''
import numpy as np

# %%
def compare(right_a, right_b, moment, seed):
    """Return the difference of the accuracies, and the two ends of its 95 % interval."""
    raise NotImplementedError


# %%
own_difference = ...
'''

WIDE = 2 * 1.96


def _draw(rng, n_moments=40):
    """Draw answers: moments are hard or easy for both networks, and a is a little better."""
    size = rng.integers(2, 8, n_moments)
    moment = np.repeat(rng.permutation(n_moments), size)
    easy = rng.random(n_moments) < 0.65
    right_b = np.repeat(easy, size) * 1
    right_a = np.where(np.repeat(rng.random(n_moments) < 0.12, size), 1, right_b)
    slips = rng.random((2, len(moment))) < 0.04
    return {
        "right_a": np.where(slips[0], 1 - right_a, right_a),
        "right_b": np.where(slips[1], 1 - right_b, right_b),
        "moment": moment,
    }


def _judge(found, right_a, right_b, moment, what):
    """Compare a difference and its interval with what linearisation says."""
    value, low, high = expect.array(found, (3,), what)
    apart = right_a - right_b
    if abs(value - apart.mean()) > 1e-9:
        if abs(value + apart.mean()) < 1e-9:
            raise Wrong(f"{what} is b minus a: change the sign")
        raise Wrong(f"{what}: the difference is {value:.4f}, which is not right")
    if not low <= value <= high:
        raise Wrong(f"{what}: the interval, {low:.3f} to {high:.3f}, does not contain {value:.3f}")
    errors = [expect.standard_error(of, moment) for of in (right_a, right_b)]
    mistakes = {
        "each network gets moments of its own: draw the same ones for both": (
            WIDE * np.hypot(*errors)
        ),
        "recordings are drawn one by one: draw whole moments": (
            WIDE * apart.std() / len(apart) ** 0.5
        ),
    }
    right = WIDE * expect.standard_error(apart, moment)
    expect.width(high - low, right, f"the interval of {what}", mistakes)


@check("`own_difference`, of your own answers", points=3)
def own_answers(answer, own, rng):
    """Compare its width with linearisation."""
    _judge(answer.value("own_difference"), **own, what="`own_difference`")


@check("`compare` of other networks", points=5)
def other_answers(answer, own, rng):
    """Compare two pairs."""
    for _ in range(2):
        case = _draw(rng, 60)
        _judge(answer.call("compare", *case.values(), 1), **case, what="`compare`")


@check("`compare` the other way round", points=2)
def swapped(answer, own, rng):
    """Take b minus a."""
    b, a, moment = own.values()
    _judge(answer.call("compare", a, b, moment, 1), a, b, moment, "`compare`")


EXERCISE = Exercise(
    name="paired_comparison",
    chapter="training_in_practice",
    title="Two networks on the same recordings",
    task=TASK,
    numbers=_draw,
    start=START,
    checks=(own_answers, other_answers, swapped),
)
