"""An LSTM whose gates are set by hand."""

from itertools import permutations

import numpy as np

from lab_code.homework import expect
from lab_code.homework.exercise import Exercise, Wrong, check

TASK = """
Set the weights of an LSTM with one unit and two inputs by hand. At each step one input is a number
between -0.2 and 0.2, and the other, the mark, is 1 or 0. The mark is input number `mark`, counted
from 0. Whenever the mark is 1, the hidden state has to become the other input, whatever it was
before. While the mark is 0 it must not take in anything, and lose what it has so slowly that half
is left after `half_life` steps.

Set `weight_ih` (4, 2), `weight_hh` (4, 1) and `bias` (4,), the sum of torch's two, as NumPy arrays.
Their rows are those of torch, in the order input gate, forget gate, candidate, output gate. Large
weights make gates that are nearly 0 or 1.
"""

START = """
import numpy as np

# %%
weight_ih = ...
weight_hh = ...
bias = ...
"""


def _numbers(rng):
    """Draw which input is the mark, and how long to keep a value."""
    return {"mark": int(rng.integers(2)), "half_life": int(rng.integers(20, 400))}


def _weights(answer):
    """Return the weights of the answer, if they have the right shapes."""
    return [
        expect.array(answer.value("weight_ih"), (4, 2), "`weight_ih`"),
        expect.array(answer.value("weight_hh"), (4, 1), "`weight_hh`"),
        expect.array(answer.value("bias"), (4,), "`bias`"),
    ]


def _states(weights, own, values, marks):
    """Return the hidden state of an LSTM after each step, (step,)."""
    import torch

    lstm = torch.nn.LSTM(2, 1, batch_first=True).double()
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0")
    sequence = np.empty((1, len(values), 2))
    sequence[0, :, own["mark"]], sequence[0, :, 1 - own["mark"]] = marks, values
    with torch.no_grad():
        lstm.bias_hh_l0.zero_()
        for name, weight in zip(names, weights, strict=True):
            getattr(lstm, name)[:] = torch.tensor(weight.copy())
        return lstm(torch.tensor(sequence))[0][0, :, 0].numpy()


def _stores(weights, own, rng):
    """Say what is wrong with how values are stored; nothing if all is well."""
    values = rng.uniform(0.05, 0.2, 6) * [1, -1, 1, -1, 1, -1]
    h = _states(weights, own, values, np.ones(6))
    if np.abs(h - values).max() < 0.02:
        return ""
    if abs(h[0] - values[0]) < 0.02:
        return "the first value is stored, but not the second: the forget gate must shut at a mark"
    return f"after a mark with {values[0]:.3f} the hidden state is {h[0]:.3f}"


@check("a marked value is stored, and replaces the one before", points=4)
def at_a_mark(answer, own, rng):
    """Give a mark at each step."""
    given = _weights(answer)
    if not (wrong := _stores(given, own, rng)):
        return
    for order in permutations(range(4)):
        if not _stores([weight[list(order)] for weight in given], own, rng):
            wrong += ": the rows are in the wrong order; it is input, forget, candidate, output"
            break
    if not _stores([given[0][:, ::-1], *given[1:]], own, rng):
        wrong += f": here the mark is input number {own['mark']}"
    raise Wrong(wrong)


@check("half of it is left after `half_life` steps", points=4)
def half_is_left(answer, own, rng):
    """Give one mark, and then nothing."""
    n = own["half_life"]
    h = _states(_weights(answer), own, [0.2] + [0.0] * n, [1.0] + [0.0] * n)
    left = h[-1] / h[0] if abs(h[0]) > 0.01 else 0.0
    if abs(left - 0.5) < 0.03:
        return
    said = f"{left:.0%} is left after {n} steps, not half"
    if abs(left) < 0.01:
        said += ": without a mark the forget gate f has to be nearly 1, so that f**half_life = 1/2"
    elif left > 0.95:
        said += ": the forget gate is so close to 1 that nothing is lost"
    raise Wrong(said)


@check("nothing gets in without a mark", points=2)
def shut(answer, own, rng):
    """Give numbers, and no mark."""
    h = _states(_weights(answer), own, np.full(200, 0.2), np.zeros(200))
    if np.abs(h).max() > 0.005:
        raise Wrong(
            f"without any mark, the hidden state reaches {np.abs(h).max():.3f}: the input gate "
            f"must be shut"
        )
    h = _states(_weights(answer), own, [0.2, 0.0], [1.0, 0.0])
    if np.abs(h).max() < 0.01:
        raise Wrong("nothing gets in with a mark either")


EXERCISE = Exercise(
    name="keep_a_value",
    chapter="gated_units",
    title="Gates that keep a value",
    task=TASK,
    numbers=_numbers,
    start=START,
    checks=(at_a_mark, half_is_left, shut),
)
