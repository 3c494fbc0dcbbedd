"""Drawings of forecasts: beside what came, and how wrong they are the further they reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.figure import Figure

from lab_code.figures import CLASS_COLOURS, INK, NETWORK_COLOURS, QUIET
from lab_code.recordings import SAMPLING_RATE
from lab_code.tasks.forecasts import Forecasts

LOOKS = {
    "teacher forcing": {"color": NETWORK_COLOURS["GRU"]},
    "scheduled sampling": {"color": NETWORK_COLOURS["GRU"], "ls": "--"},
    "autoregression": {"color": "#7B68EE"},
    "the same again": {"color": QUIET, "lw": 1.2},
    "last value": {"color": QUIET, "lw": 1, "ls": ":"},
    "the mean": {"color": INK, "lw": 0.8},
}
"""How each forecast is drawn: the two networks in the GRU's colour."""

BEFORE = 87
"""Samples of the past that are drawn: half a second."""


def examples(forecasts: Mapping[str, Forecasts], number: int, but: Sequence[str] = ()) -> Figure:
    """Draw the end of a past, what came, and what was forecast.

    Parameters
    ----------
    forecasts : mapping of str to Forecasts
        For each state, two or more, named as in `lab_code.recordings.CLASSES`.
    number : int
        Which stretch of each to draw.
    but : sequence of str
        Forecasts that are not drawn.

    Examples
    --------
    >>> from textwrap import fill
    >>> import numpy as np
    >>> import torch
    >>> from lab_code.figures.forecasts import examples
    >>> from lab_code.tasks.forecasts import Forecasts
    >>> wave = torch.sin(torch.arange(264) / 3)[None]
    >>> past, future = wave.split([176, 88], dim=1)
    >>> one = Forecasts(np.arange(1), past, future, {"autoregression": 0.3 * future})
    >>> figure = examples({name: one for name in ("seizure", "eyes closed")}, number=0)
    >>> print(fill(figure.get_label(), 80))
    Spread of the last quarter of a forecast, that of what came being 1. seizure:
    autoregression 0.3; eyes closed: autoregression 0.3.
    """
    size = {"figsize": (6, 0.8 + 1.9 * len(forecasts)), "sharex": True}
    figure, axes = plt.subplots(len(forecasts), 1, **size)
    told = []
    for axis, (name, of) in zip(axes, forecasts.items(), strict=True):
        end, came = of.past[number, -BEFORE:], of.future[number]
        seconds = np.arange(-len(end), len(came)) / SAMPLING_RATE
        axis.plot(seconds, torch.cat([end, came]), color=CLASS_COLOURS[name], lw=1, label="_")
        late, spread = len(came) // 4, []
        for forecast, said in of.said.items():
            if forecast not in but:
                axis.plot(seconds[len(end) :], said[number], label=forecast, **LOOKS[forecast])
                share = said[number, -late:].std() / came[-late:].std()
                spread.append(f"{forecast} {share:.1f}")
        axis.axvline(0, color=INK, lw=0.6, ls=":")
        axis.set_title(name.capitalize())
        told.append(f"{name}: {', '.join(spread)}")
    figure.supylabel("in deviations of the past", fontsize=10)
    axes[-1].set_xlabel("seconds after the forecast begins")
    figure.legend(*axis.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    figure.set_label(
        f"Spread of the last quarter of a forecast, that of what came being 1. {'; '.join(told)}."
    )
    return figure


def error_by_horizon(forecasts: Mapping[str, Forecasts]) -> Figure:
    """Draw the error of forecasts against how far ahead they reach.

    Parameters
    ----------
    forecasts : mapping of str to Forecasts
        For each state, two or more; what they are called as in `LOOKS`.

    Examples
    --------
    >>> from textwrap import fill
    >>> import numpy as np
    >>> import torch
    >>> from lab_code.figures.forecasts import error_by_horizon
    >>> from lab_code.tasks.forecasts import Forecasts
    >>> past, future = torch.zeros(2, 88), torch.ones(2, 88)
    >>> one = Forecasts(np.arange(2), past, future, {"the mean": past, "last value": -future})
    >>> figure = error_by_horizon({name: one for name in ("eyes closed", "seizure")})
    >>> print(fill(figure.get_label(), 80))
    Mean squared error in the first 0.02 s and in the last 0.1 s. eyes closed: the
    mean 1.00 and 1.00, last value 4.00 and 4.00; seizure: the mean 1.00 and 1.00,
    last value 4.00 and 4.00.
    """
    size = {"figsize": (6, 0.8 + 2.1 * len(forecasts)), "sharex": True, "sharey": True}
    figure, axes = plt.subplots(len(forecasts), 1, **size)
    told = []
    for axis, (name, of) in zip(axes, forecasts.items(), strict=True):
        ends = []
        for forecast, curve in of.error_by_horizon().items():
            ahead = np.arange(1, len(curve) + 1) / SAMPLING_RATE
            axis.plot(ahead, curve, label=forecast, **LOOKS[forecast])
            ends.append(f"{forecast} {curve[:4].mean():.2f} and {curve[-17:].mean():.2f}")
        axis.set(title=name.capitalize(), ylim=(0, None))
        told.append(f"{name}: {', '.join(ends)}")
    figure.supylabel("mean squared error", fontsize=10)
    axes[-1].set_xlabel("seconds ahead")
    figure.legend(*axis.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    figure.set_label(
        f"Mean squared error in the first 0.02 s and in the last 0.1 s. {'; '.join(told)}."
    )
    return figure
