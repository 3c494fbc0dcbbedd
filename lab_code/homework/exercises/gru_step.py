"""One step of a GRU."""

import numpy as np

from lab_code.homework import expect
from lab_code.homework.exercise import Exercise, check

TASK = """
Take one step of a GRU, as torch computes it. `x` is the input of the step, (batch, input_size), and
`h` the hidden state before it, (batch, hidden_size). The weights of the three gates are stacked in
the order reset, update, candidate: `W_x` has the shape (3 * hidden_size, input_size), `W_h`
(3 * hidden_size, hidden_size), and each of the biases `b_x` and `b_h` (3 * hidden_size,).

1. Write `gru_step(x, h, W_x, W_h, b_x, b_h)`, which returns the new hidden state, (batch,
   hidden_size). Use NumPy alone. An update gate of 1 keeps the old state.
2. Set `h_1` to the state after one step of your own numbers.
"""

START = '''
import numpy as np

# %%
def gru_step(x, h, W_x, W_h, b_x, b_h):
    """Return the hidden state after one step, (batch, hidden_size)."""
    raise NotImplementedError


# %%
h_1 = ...
'''


def _draw(rng, batch, features, hidden):
    """Draw a step's input, the state before it, and the weights."""
    return {
        "x": rng.normal(0, 1, (batch, features)).round(2),
        "h": rng.uniform(-0.9, 0.9, (batch, hidden)).round(2),
        "W_x": rng.normal(0, 1, (3 * hidden, features)).round(2),
        "W_h": rng.normal(0, 1, (3 * hidden, hidden)).round(2),
        "b_x": rng.normal(0, 1, 3 * hidden).round(2),
        "b_h": rng.normal(0, 1, 3 * hidden).round(2),
    }


def _numbers(rng):
    """Draw a step of one sequence, and a GRU with two units."""
    return _draw(rng, batch=1, features=3, hidden=2)


def _cell(x, h, *weights):
    """Return the state, the gates and the candidate, from the cells of the book."""
    import torch

    from lab_code.cells import Weights, gru_step

    x, h, *weights = map(torch.tensor, (x, h, *weights))
    return {name: part.numpy() for name, part in gru_step(x, h, Weights(*weights)).items()}


def _compare(found, case, what):
    """Compare a new state with that of the book's cell."""
    x, h, W_x, W_h, b_x, b_h = case.values()
    n = h.shape[1]
    right = _cell(*case.values())
    r, z, last = right["reset"], right["update"], slice(2 * n, None)
    inside = x @ W_x[last].T + b_x[last]
    swapped = np.r_[n : 2 * n, :n, 2 * n : 3 * n]
    mistakes = {
        "the update gate lets in what it should keep: the new state is (1 - z) * n + z * h": (
            z * right["candidate"] + (1 - z) * h
        ),
        "the reset gate multiplies h before W_h: torch computes r * (W_h @ h + b_h)": (
            (1 - z) * np.tanh(inside + (r * h) @ W_h[last].T + b_h[last]) + z * h
        ),
        "the reset gate is left out": (
            (1 - z) * np.tanh(inside + h @ W_h[last].T + b_h[last]) + z * h
        ),
        "reset and update gate are taken for each other: the order is reset, update, candidate": (
            _cell(x, h, *(part[swapped] for part in (W_x, W_h, b_x, b_h)))["hidden"]
        ),
    }
    expect.same(found, right["hidden"], what, mistakes)


@check("`h_1`, of your own numbers", points=3)
def own_state(answer, own, rng):
    """Compare with the book's cell."""
    _compare(answer.value("h_1"), own, "`h_1`")


@check("`gru_step` of another batch and another GRU", points=5)
def other_batch(answer, own, rng):
    """Compare with the book's cell."""
    case = _draw(rng, batch=5, features=2, hidden=4)
    _compare(answer.call("gru_step", *case.values()), case, "`gru_step`")


@check("`gru_step` keeps the state if the update gate is open", points=2)
def keeps(answer, own, rng):
    """Give the update gate a large bias."""
    case = _draw(rng, batch=3, features=2, hidden=2)
    case["b_x"][2:4] = 60
    _compare(answer.call("gru_step", *case.values()), case, "`gru_step` with z = 1")


EXERCISE = Exercise(
    name="gru_step",
    chapter="gated_units",
    title="One step of a GRU",
    task=TASK,
    numbers=_numbers,
    start=START,
    checks=(own_state, other_batch, keeps),
)
