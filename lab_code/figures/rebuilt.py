"""Drawing of what a state of fixed size holds of the last seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lab_code.figures import CELL_COLOUR, INK, QUANTITY_COLOURS, QUIET


def from_states(
    signal: np.ndarray,
    rebuilt: Mapping[int, np.ndarray],
    explained: Mapping[str, Sequence[float]],
    sizes: Sequence[int],
    rate: float,
) -> Figure:
    """Draw a signal as two states rebuild it, and how much of others larger states explain.

    Parameters
    ----------
    signal : ndarray, shape (time,)
    rebuilt : mapping of int to ndarray, shape (time,)
        By the numbers in the state, two of them, the smaller first.
    explained : mapping of str to sequence of float
        For each window, the share of variance explained by each of `sizes`.
    sizes : sequence of int
    rate : float
        Samples a second.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.figures.rebuilt import from_states
    >>> wave = np.sin(np.arange(100) / 5)
    >>> both = {16: 0.5 * wave, 64: wave}
    >>> figure = from_states(wave, both, {"last 1 s": [0.2, 0.9]}, sizes=[16, 64], rate=100)
    >>> figure.get_label()[-46:]
    'the numbers in the state: last 1 s 20% to 90%.'
    """
    figure, (above, below) = plt.subplots(2, 1, figsize=(5.6, 5.2))
    seconds = (np.arange(len(signal)) - len(signal)) / rate
    above.plot(seconds, signal, color=QUIET, lw=3.5, alpha=0.5, label="recording")
    colours = (QUANTITY_COLOURS["hidden state"], CELL_COLOUR)
    for (n, values), colour in zip(rebuilt.items(), colours, strict=True):
        above.plot(seconds, values, color=colour, lw=1.2, label=f"{n} numbers")
    above.set(xlabel="seconds", yticks=[], title="Rebuilt from the state")
    top = max(signal.max(), *(values.max() for values in rebuilt.values()))
    above.set_ylim(None, top + 0.3 * (top - signal.min()))
    above.legend(loc="upper left", ncols=3, handlelength=1.2)
    for (window, shares), style in zip(explained.items(), ("o-", "s--", "D:"), strict=False):
        below.plot(sizes, shares, style, ms=4, color=INK, label=window)
    below.set(xlabel="numbers in the state", xticks=sizes, ylim=(-0.03, 1.03))
    below.set_title("Share of the variance, median")
    below.yaxis.set_major_formatter("{x:.0%}")
    below.legend()
    few, many = rebuilt
    said = "; ".join(f"{window} {v[0]:.0%} to {v[-1]:.0%}" for window, v in explained.items())
    figure.set_label(
        f"Above, the end of a recording, and what states of {few} and {many} numbers hold of it: "
        "the larger follows it more closely. Below, the share of the variance against the numbers "
        f"in the state: {said}."
    )
    return figure
