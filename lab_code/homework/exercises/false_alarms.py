"""A threshold that keeps false alarms rare."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from lab_code.homework import expect
from lab_code.homework.exercise import Exercise, Wrong, check

TASK = """
A detector gives the `probability` of a seizure at each step of several sequences, (sequence, step).
`seizure` is 1 during a seizure and else 0, of the same shape. A step lasts `step_seconds`. The
alarm sounds while the probability is *above* a threshold. It *begins* at a step where it sounds and
did not sound at the step before, or at the first step of a sequence. It is false if it begins where
there is no seizure, and announces the seizure in which it begins.

1. Write `threshold(probability, seizure, step_seconds, most)`, which returns a threshold with at
   most `most` false alarms per hour *between seizures*, and, of all thresholds that have no more,
   one that announces most seizures.
2. Set `own_threshold` to that of your own detector, with the numbers below.
"""

START = '''
import numpy as np

# %%
def threshold(probability, seizure, step_seconds, most):
    """Return the threshold that announces most, with at most so many false alarms per hour."""
    raise NotImplementedError


# %%
own_threshold = ...
'''


def _draw(rng, n_sequences=2, n_steps=180, n_false=(2, 6)):
    """Draw a detector that sees most seizures, and is often wrong in between."""
    step_seconds = int(rng.choice([5, 10, 15]))
    seizure = np.zeros((n_sequences, n_steps), dtype=int)
    for row in seizure:
        for begin in rng.choice(np.arange(5, n_steps - 20, 30), 3, replace=False):
            row[begin : begin + rng.integers(6, 15)] = 1
    noise = rng.normal(0, 1, (n_sequences, n_steps + 5))
    smooth = sliding_window_view(noise, 6, axis=1).sum(axis=2) / 6**0.5
    strength = np.repeat(rng.uniform(0, 3, (n_sequences, n_steps // 30 + 1)), 30, axis=1)
    logit = smooth - 1.5 + strength[:, :n_steps] * seizure
    probability = (1 / (1 + np.exp(-logit))).round(2)
    hours = (seizure == 0).sum() * step_seconds / 3600
    most = round(float((rng.integers(*n_false) + 0.5) / hours), 1)
    return {
        "probability": probability,
        "seizure": seizure,
        "step_seconds": step_seconds,
        "most": most,
    }


def _outcomes(probability, seizure, step_seconds):
    """Return each threshold that makes a difference, with what the book's judge says of it."""
    from lab_code.detection.alarms import judge

    candidates = np.r_[-1.0, np.unique(probability)]
    return {one: judge(probability > one, seizure, 1 / step_seconds) for one in candidates}


def _best(probability, seizure, hours, most, alarms_of):
    """Return the lowest threshold with few enough of what a mistake takes for false alarms."""
    candidates = np.unique(probability)
    return next(one for one in candidates if alarms_of(probability > one) / hours <= most)


def _compare(found, probability, seizure, step_seconds, most, what):
    """Judge a threshold with the book's own judge of alarms."""
    from lab_code.detection.alarms import judge

    found = float(expect.array(found, (), what))
    mine = judge(probability > found, seizure, 1 / step_seconds)
    if mine.false_per_hour > most:
        said = f"with {what}, {found:.3g}, there are {mine.false_per_hour:.1f} an hour"
        hours = seizure.size * step_seconds / 3600
        if mine.n_false / hours <= most:
            said += " (the time of the seizures does not count)"
        raise Wrong(f"{said}; {most} false alarms an hour are allowed")
    allowed = [
        one.sensitivity
        for one in _outcomes(probability, seizure, step_seconds).values()
        if one.false_per_hour <= most
    ]
    if mine.sensitivity < max(allowed):
        n = len(mine.delay)
        said = (
            f"with {what}, {found:.3g}, {round(mine.sensitivity * n)} of {n} seizures are "
            f"announced; {round(max(allowed) * n)} could be"
        )
        by_step = _best(
            probability, seizure, mine.hours, most, lambda on: (on & (seizure == 0)).sum()
        )
        if found >= by_step:
            said += ". Is each step above the threshold counted as an alarm of its own?"
        raise Wrong(said)


@check("`own_threshold`, of your own detector", points=3)
def own_detector(answer, own, rng):
    """Allow few enough false alarms, and announce as many seizures as that allows."""
    _compare(answer.value("own_threshold"), **own, what="`own_threshold`")


@check("`threshold` of other detectors", points=5)
def other_detectors(answer, own, rng):
    """Take five of them."""
    for _ in range(5):
        case = _draw(rng, 4, 240, (6, 10))
        _compare(answer.call("threshold", *case.values()), **case, what="`threshold`")


@check("`threshold` if no false alarm is allowed", points=2)
def none_allowed(answer, own, rng):
    """Set the limit to 0."""
    case = _draw(rng, 3, 240) | {"most": 0.0}
    _compare(answer.call("threshold", *case.values()), **case, what="`threshold`")


EXERCISE = Exercise(
    name="false_alarms",
    chapter="training_in_practice",
    title="A threshold that keeps false alarms rare",
    task=TASK,
    numbers=_draw,
    start=START,
    checks=(own_detector, other_detectors, none_allowed),
)
