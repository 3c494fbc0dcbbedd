"""Drawing of how far networks follow something that is turned over and over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lab_code.figures import INK, NETWORK_COLOURS
from lab_code.figures.step_costs import LOOKS


def right_by_step(right: Mapping[str, Sequence[np.ndarray]], learnt: int) -> Figure:
    """Draw the share of right answers at each step.

    Parameters
    ----------
    right : mapping of str to sequence of ndarray, shape (step,)
        For each network, one curve a seed.
    learnt : int
        Steps of the sequences that the networks have learnt from.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.figures.presses import right_by_step
    >>> right = {"simple RNN": [np.ones(400)], "minGRU": [np.full(400, 0.5)]}
    >>> print(right_by_step(right, learnt=16).get_label())
    Share of right answers by step. At the last quarter: simple RNN 100%; minGRU 50%.
    """
    figure, axis = plt.subplots(figsize=(5.6, 3.2))
    said = []
    for name, curves in right.items():
        colour = LOOKS[name][0] if name in LOOKS else NETWORK_COLOURS[name]
        steps = np.arange(1, len(curves[0]) + 1)
        for seed, curve in enumerate(curves):
            label = None if seed else name
            axis.semilogx(steps, curve, color=colour, lw=1, label=label)
        late = (f"{curve[-len(curve) // 4 :].mean():.0%}" for curve in curves)
        said.append(f"{name} {', '.join(late)}")
    axis.axvline(learnt, color=INK, lw=0.8, ls=":")
    ticks = [1, learnt, len(steps)]
    axis.set(xlabel="step", xticks=ticks, xticklabels=[f"{n}" for n in ticks], ylim=(0.4, 1.03))
    axis.minorticks_off()
    axis.set_title("Right about the pump")
    axis.yaxis.set_major_formatter("{x:.0%}")
    axis.legend(loc="lower left")
    figure.set_label(f"Share of right answers by step. At the last quarter: {'; '.join(said)}.")
    return figure
