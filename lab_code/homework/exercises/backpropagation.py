"""Back-propagation through time by hand, compared with autograd."""

import numpy as np

from lab_code.homework import expect
from lab_code.homework.exercise import Exercise, Wrong, check

TASK = """
A simple recurrent network without biases reads one sequence `x` of the shape (step, input_size):
`h_t = tanh(U @ x_t + W @ h_(t-1))` from `h_0 = 0`, and `o_t = V @ h_t`. The loss is the *sum* over
the steps of the cross-entropy of `softmax(o_t)` and the true class `y_t`, counted from 0.

1. Write `gradients(U, W, V, x, y)`, which returns the gradients of the loss with respect to `U`,
   `W` and `V`, in this order. Go back through the steps yourself, with NumPy alone.
2. Set `dW` to the gradient with respect to `W` of your own numbers.
"""

START = '''
import numpy as np

# %%
def gradients(U, W, V, x, y):
    """Return the gradients of the loss with respect to U, W and V, each of its matrix's shape."""
    raise NotImplementedError


# %%
dW = ...
'''


def _draw(rng, steps, features, hidden, classes):
    """Draw a network and a sequence."""
    return {
        "U": rng.normal(0, 1, (hidden, features)).round(2),
        "W": rng.normal(0, 0.7, (hidden, hidden)).round(2),
        "V": rng.normal(0, 1, (classes, hidden)).round(2),
        "x": rng.normal(0, 1, (steps, features)).round(2),
        "y": rng.integers(classes, size=steps),
    }


def _numbers(rng):
    """Draw a network with two units, and a sequence of four steps."""
    return _draw(rng, steps=4, features=2, hidden=2, classes=3)


def _autograd(U, W, V, x, y, how=""):
    """Return the three gradients, from torch; `how` makes a common mistake."""
    import torch

    U, W, V = (torch.tensor(matrix, requires_grad=True) for matrix in (U, W, V))
    h, loss = torch.zeros(len(W), dtype=W.dtype), 0
    for x_t, y_t in zip(torch.tensor(x), torch.tensor(y), strict=True):
        before = h.detach() if how == "one step" else h
        a = U @ x_t + W @ before
        # the same value, but a slope of 1
        h = a + (torch.tanh(a) - a).detach() if how == "no slope" else torch.tanh(a)
        loss = loss + torch.nn.functional.cross_entropy(V @ h, y_t)
    return [gradient.numpy() for gradient in torch.autograd.grad(loss, (U, W, V))]


def _mistakes(place, case):
    """Return what common mistakes give for one of the three gradients."""
    right = _autograd(**case)[place]
    return {
        "the way back stops after one step: add what comes back from h_(t+1), W.T @ delta": (
            _autograd(**case, how="one step")[place]
        ),
        "the slope of the tanh, 1 - h**2, is left out": _autograd(**case, how="no slope")[place],
        "the losses are averaged over the steps: add them up": right / len(case["y"]),
    }


def _compare(answer, case, place, name):
    """Compare one of the three gradients with that of torch."""
    found = answer.call("gradients", *case.values())
    if not isinstance(found, list) or len(found) != 3:
        raise Wrong("`gradients` should return three arrays: `return dU, dW, dV`")
    right = _autograd(**case)[place]
    what = f"the gradient of {name}"
    expect.same(found[place], right, what, _mistakes(place, case) if place < 2 else {})


@check("`dW`, of your own numbers", points=3)
def own_gradient(answer, own, rng):
    """Compare with torch."""
    expect.same(answer.value("dW"), _autograd(**own)[1], "`dW`", _mistakes(1, own))


@check("`gradients` of another network: V agrees with autograd", points=1)
def of_v(answer, own, rng):
    """Compare with torch; no state goes through V, so this one is easy."""
    _compare(answer, _draw(rng, 6, 3, 4, 2), 2, "V")


@check("`gradients` of another network: U agrees with autograd", points=3)
def of_u(answer, own, rng):
    """Compare with torch."""
    _compare(answer, _draw(rng, 6, 3, 4, 2), 0, "U")


@check("`gradients` of another network: W agrees with autograd", points=3)
def of_w(answer, own, rng):
    """Compare with torch, and for one step with zero: W has no state yet to act on."""
    _compare(answer, _draw(rng, 6, 3, 4, 2), 1, "W")
    one = _draw(rng, 1, 3, 4, 2)
    found = expect.array(answer.call("gradients", *one.values())[1], (4, 4), "the gradient of W")
    if np.abs(found).max() > 0:
        raise Wrong("with one step, the gradient of W should be 0, since h_0 = 0")


EXERCISE = Exercise(
    name="backpropagation",
    chapter="backpropagation_through_time",
    title="Back-propagation through time by hand",
    task=TASK,
    numbers=_numbers,
    start=START,
    checks=(own_gradient, of_v, of_u, of_w),
)
