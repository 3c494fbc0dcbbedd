"""Clip a gradient by its norm."""

import numpy as np

from lab_code.homework import expect
from lab_code.homework.exercise import Exercise, Wrong, check

TASK = """
`gradients` is a list of arrays, the gradient of each parameter of a network. Its norm is that of
all their numbers together, as if they stood in one long vector.

1. Write `clip(gradients, max_norm)`. If the norm is larger than `max_norm`, it returns the
   gradients scaled down so that their norm is `max_norm`, else the gradients as they are: a list
   of arrays of the same shapes. Use NumPy alone.
2. Set `norm` to the norm of your own gradients.
"""

START = '''
import numpy as np

# %%
def clip(gradients, max_norm):
    """Return the gradients, scaled down if their norm is larger than max_norm."""
    raise NotImplementedError


# %%
norm = ...
'''


def _draw(rng):
    """Draw the gradients of the parameters U, W and b."""
    return [rng.normal(0, 2, shape).round(2) for shape in ((2, 3), (2, 2), (2,))]


def _numbers(rng):
    """Draw gradients."""
    return {"gradients": _draw(rng)}


def _norm_of(gradients):
    """Return the norm of all together."""
    return float(np.sqrt(sum((gradient**2).sum() for gradient in gradients)))


def _compare(answer, gradients, max_norm, mistakes=None):
    """Compare clipped gradients with the right ones."""
    found = answer.call("clip", gradients, max_norm)
    if not isinstance(found, list) or len(found) != len(gradients):
        raise Wrong(f"`clip` should return a list of {len(gradients)} arrays")
    for number, gradient in enumerate(gradients):
        expect.array(found[number], gradient.shape, f"array {number} of `clip`")
    right = _join(gradients) * min(1, max_norm / max(_norm_of(gradients), 1e-12))
    expect.same(_join(found), right, "`clip`, as one long vector,", mistakes)


def _join(gradients):
    """Put all numbers into one long vector."""
    return np.concatenate([np.ravel(gradient) for gradient in gradients])


@check("`norm`, of your own gradients", points=2)
def own_norm(answer, own, rng):
    """Compare with the norm of the long vector."""
    gradients = own["gradients"]
    mistakes = {
        "the norms of the arrays are added up": sum(map(np.linalg.norm, gradients)),
        "the square root is left out": _norm_of(gradients) ** 2,
    }
    expect.same(answer.value("norm"), _norm_of(gradients), "`norm`", mistakes)


@check("`clip` shortens long gradients, and keeps their direction", points=4)
def long_ones(answer, own, rng):
    """Take a limit below the norm of each array, so that mistakes show."""
    gradients = _draw(rng)
    limit = 0.5 * min(map(np.linalg.norm, gradients))
    mistakes = {
        "each array is clipped by its own norm: that changes the direction": _join(
            [gradient * limit / np.linalg.norm(gradient) for gradient in gradients]
        ),
        "each number is clipped by itself: that changes the direction": np.clip(
            _join(gradients), -limit, limit
        ),
        "the gradient is divided by its norm, but not multiplied by max_norm": (
            _join(gradients) / _norm_of(gradients)
        ),
    }
    _compare(answer, gradients, float(limit), mistakes)


@check("`clip` leaves short gradients as they are", points=2)
def short_ones(answer, own, rng):
    """Take a limit above the norm."""
    gradients = _draw(rng)
    limit = 3 * _norm_of(gradients)
    longer = {"short gradients are made longer: only clip long ones": 3 * _join(gradients)}
    _compare(answer, gradients, limit, longer)


@check("`clip` of gradients that are all zero", points=2)
def zeros(answer, own, rng):
    """See that nothing is divided by their norm."""
    _compare(answer, [np.zeros((2, 2)), np.zeros(3)], 1.0)


EXERCISE = Exercise(
    name="clipping",
    chapter="vanishing_gradients",
    title="Clip a gradient by its norm",
    task=TASK,
    numbers=_numbers,
    start=START,
    checks=(own_norm, long_ones, short_ones, zeros),
)
