"""The gradient of cross-entropy with a softmax: what the network said minus what is true."""

import numpy as np

from lab_code.homework import expect
from lab_code.homework.exercise import Exercise, Wrong, check

TASK = """
A network has answered a batch: `scores` has the shape (batch, class), before the softmax, and `y`
the true class of each sequence, counted from 0. The loss is the *mean* over the batch of the
cross-entropy.

1. Write `gradient(scores, y)`, which returns the gradient of the loss with respect to the scores,
   of the shape (batch, class). Use NumPy alone. It has to survive scores of 1000.
2. Set `loss` to the loss of your own numbers.
"""

START = '''
import numpy as np

# %%
def gradient(scores, y):
    """Return the gradient of the mean cross-entropy with respect to the scores, (batch, class)."""
    raise NotImplementedError


# %%
loss = ...
'''


def _numbers(rng):
    """Draw the scores of four sequences and three classes."""
    return {"scores": rng.normal(0, 2, (4, 3)).round(2), "y": rng.integers(3, size=4)}


def _autograd(scores, y):
    """Return the loss and its gradient, from torch."""
    import torch

    scores = torch.tensor(scores, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(scores, torch.tensor(y))
    loss.backward()
    return loss.item(), scores.grad.numpy()


@check("`loss`, of your own numbers", points=3)
def own_loss(answer, own, rng):
    """Compare with torch."""
    loss, _ = _autograd(**own)
    mistakes = {"the losses are added up: take their mean over the batch": 4 * loss}
    expect.same(answer.value("loss"), loss, "`loss`", mistakes)


@check("`gradient` of other scores agrees with autograd", points=4)
def other_scores(answer, own, rng):
    """Compare with torch."""
    scores, y = rng.normal(0, 2, (6, 5)), rng.integers(5, size=6)
    _, right = _autograd(scores, y)
    true = np.eye(5)[y] / 6
    mistakes = {
        "the gradients of the sequences are not divided by their number": 6 * right,
        "the true class is not subtracted": right + true,
        "it is what is true minus what the network said: change the sign": -right,
    }
    expect.same(answer.call("gradient", scores, y), right, "`gradient`", mistakes)


@check("`gradient` of scores of 1000 is finite", points=3)
def large_scores(answer, own, rng):
    """Take numbers for which `exp` overflows."""
    scores, y = 1000 * rng.choice([-1.0, 1.0], (3, 4)), rng.integers(4, size=3)
    _, right = _autograd(scores, y)
    try:
        expect.same(answer.call("gradient", scores, y), right, "`gradient`")
    except Wrong as wrong:
        raise Wrong(f"{wrong}. Subtract the largest score of each row before `exp`") from None


EXERCISE = Exercise(
    name="softmax_gradient",
    chapter="backpropagation_through_time",
    title="What the network said minus what is true",
    task=TASK,
    numbers=_numbers,
    start=START,
    checks=(own_loss, other_scores, large_scores),
)
