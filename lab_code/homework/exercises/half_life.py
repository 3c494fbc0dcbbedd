"""How far a gradient gets: powers of a recurrent weight."""

import math

import numpy as np

from lab_code.homework import expect
from lab_code.homework.exercise import Exercise, Wrong, check

TASK = """
In a linear network without inputs, `h_t = W @ h_(t-1)`, the gradient that comes back over k steps
is multiplied by the k-th power of `W`.

1. One unit: `W` is the number `w`. Write `half_life(w)`, the number of steps, not rounded, after
   which half of the gradient's size is left. `w` may be negative, but not 0. If the size never
   falls, return `math.inf`.
2. Several units: write `steps_until(W, share)`, the smallest whole number k from 1 for which the
   spectral norm of the k-th power of `W` is at most `share`.
3. Set `steps` to the k of your own `W` and a share of 0.01.
"""

START = '''
import math

import numpy as np

# %%
def half_life(w):
    """Return the number of steps after which half of the gradient is left."""
    raise NotImplementedError


def steps_until(W, share):
    """Return the smallest k for which the spectral norm of the k-th power is at most share."""
    raise NotImplementedError


# %%
steps = ...
'''


def _draw(rng, size):
    """Draw a matrix that stretches some vectors before it lets them shrink."""
    W = np.triu(rng.uniform(1.5, 3.0, (size, size)), 1)
    return (W + np.diag(rng.uniform(0.6, 0.93, size))).round(2)


def _numbers(rng):
    """Draw a matrix of two units."""
    return {"W": _draw(rng, 2)}


def _norm(W):
    """Return the spectral norm."""
    return np.linalg.norm(W, 2)


def _first(size_after, share):
    """Return the first k after which a size is at most a share; 0 if that takes too long."""
    return next((k for k in range(1, 2000) if size_after(k) <= share), 0)


def _mistakes(W, share):
    """Return what common mistakes give."""
    radius, power = np.abs(np.linalg.eigvals(W)).max(), np.linalg.matrix_power
    return {
        "the spectral radius is taken for the norm: a power of W can first grow": (
            _first(lambda k: radius**k, share)
        ),
        "the Frobenius norm is taken, not the spectral norm, `np.linalg.norm(W, 2)`": (
            _first(lambda k: np.linalg.norm(power(W, k)), share)
        ),
    }


def _compare(found, W, share, what):
    """Compare a number of steps with the right one."""
    right = _first(lambda k: _norm(np.linalg.matrix_power(W, k)), share)
    wrong = {words: k for words, k in _mistakes(W, share).items() if k != right}
    expect.same(found, right, what, wrong)


@check("`half_life` of positive and negative weights", points=3)
def one_unit(answer, own, rng):
    """Compare with the equation |w|**k = 1/2."""
    for sign in (1, -1):
        w = float(sign * rng.uniform(0.3, 0.98))
        right = math.log(0.5) / math.log(abs(w))
        wrong = {
            "the logarithm is taken the other way round": 1 / right,
            "the result is rounded": round(right),
            "the result is rounded up": math.ceil(right),
        }
        expect.same(answer.call("half_life", w), right, f"`half_life({w:.3f})`", wrong)


@check("`half_life` of a weight of 1 or more is infinite", points=2)
def never(answer, own, rng):
    """Take weights that do not make the gradient smaller, and one that does."""
    for w in (1.0, float(-rng.uniform(1.1, 2)), 0.9):
        what = f"`half_life({w:.3f})`"
        found = expect.array(answer.call("half_life", w), (), what, finite=False)
        if np.isinf(found) != (abs(w) >= 1):
            raise Wrong(f"{what} is {found:.3g}; it should be math.inf if nothing is ever lost")


@check("`steps_until` of other matrices", points=3)
def several_units(answer, own, rng):
    """Compare with the powers themselves."""
    for size in (2, 4):
        W, share = _draw(rng, size), float(rng.uniform(0.05, 0.5))
        what = f"`steps_until` of {size} units and a share of {share:.3f}"
        _compare(answer.call("steps_until", W, share), W, share, what)


@check("`steps`, of your own matrix", points=2)
def own_steps(answer, own, rng):
    """Compare with the powers themselves."""
    _compare(answer.value("steps"), own["W"], 0.01, "`steps`")


EXERCISE = Exercise(
    name="half_life",
    chapter="vanishing_gradients",
    title="How far a gradient gets",
    task=TASK,
    numbers=_numbers,
    start=START,
    checks=(one_unit, never, several_units, own_steps),
)
