"""Drawings for a first look at recordings: their waves, and the size and speed of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from lab_code.figures import CLASS_COLOURS
from lab_code.recordings import CLASSES, Recordings


def some_of_each(
    recordings: Recordings, numbers: Sequence[int], seconds: float = 2, own_scale: bool = False
) -> Figure:
    """Draw the beginning of some recordings of each class.

    Parameters
    ----------
    recordings : Recordings
    numbers : sequence of int
        Which ones of each class, counted from 0 within the class; two or more.
    seconds : float
        How much of each.
    own_scale : bool
        Give each class a scale of its own, so that small waves can be seen; by default all have
        the same.

    Examples
    --------
    >>> from lab_code.figures.first_look import some_of_each
    >>> from lab_code.sources import load
    >>> figure = some_of_each(load("simulated"), [0, 10, 20])
    >>> len(figure.axes)  # three of each of five classes
    15
    """
    n = round(seconds * recordings.sampling_rate)
    time = np.arange(n) / recordings.sampling_rate
    scale = "row" if own_scale else True
    size = (len(CLASSES), len(numbers))
    figure, axes = plt.subplots(*size, figsize=(6, 6), sharex=True, sharey=scale)
    said = []
    for row, (label, name) in zip(axes, CLASSES.items(), strict=True):
        drawn = recordings.samples[recordings.labels == label][list(numbers), :n]
        for axis, trace in zip(row, drawn, strict=True):
            axis.plot(time, trace, color=CLASS_COLOURS[name], linewidth=0.8)
        row[0].set_title(name)
        said.append(f"{name} by {', '.join(f'{swing:.0f}' for swing in np.ptp(drawn, axis=1))}")
    axes[len(CLASSES) // 2, 0].set_ylabel("counts")
    axes[-1, len(numbers) // 2].set_xlabel("seconds")
    where = "each class on a scale of its own" if own_scale else "on one scale"
    figure.set_label(
        f"{seconds:g} seconds of {len(numbers)} recordings of each class, {where}. From its "
        f"lowest to its highest point each swings, in counts: {'; '.join(said)}."
    )
    return figure


def spectrograms(
    seconds: np.ndarray, frequency: np.ndarray, power: Mapping[str, np.ndarray], highest: float = 30
) -> Figure:
    """Draw how much power lies at which frequency, over time; bright is much.

    Parameters
    ----------
    seconds : ndarray, shape (piece,)
        The middle of each piece of the recordings.
    frequency : ndarray, shape (frequency,)
        In Hz.
    power : mapping of str to ndarray, shape (frequency, piece)
        What to call each recording, and its power, as from `scipy.signal.spectrogram`; two or more.
    highest : float
        The highest frequency to draw, in Hz.

    Examples
    --------
    >>> from scipy.signal import spectrogram
    >>> from lab_code.figures.first_look import spectrograms
    >>> from lab_code.sources import load
    >>> recordings = load("simulated")
    >>> samples = recordings.samples[[0, 400]].astype(float)
    >>> frequency, seconds, power = spectrogram(samples, recordings.sampling_rate)
    >>> named = dict(zip(["eyes open", "seizure"], power, strict=True))
    >>> figure = spectrograms(seconds, frequency, named)
    >>> [axis.get_ylabel() for axis in figure.axes]
    ['frequency (Hz)', 'frequency (Hz)']
    """
    low = frequency < highest
    figure, axes = plt.subplots(len(power), 1, figsize=(6, 5), sharex=True)
    said = []
    for axis, (name, of_one) in zip(axes, power.items(), strict=True):
        decibel = 10 * np.log10(of_one[low] + 1e-3)
        darkest = np.percentile(decibel, 20)
        axis.pcolormesh(seconds, frequency[low], decibel, vmin=darkest, rasterized=True)
        axis.set(title=name, ylabel="frequency (Hz)")
        thirds = np.array_split(of_one[low], 3, axis=1)
        peaks = [frequency[low][third.mean(axis=1).argmax()] for third in thirds]
        said.append(f"{name}: {', then '.join(f'{peak:.1f}' for peak in peaks)} Hz")
    axes[-1].set_xlabel("seconds")
    figure.set_label(
        f"Spectrograms of one recording each. Where most power lies in the first, the second and "
        f"the last third: {'; '.join(said)}."
    )
    return figure


def size_and_speed(table: pd.DataFrame) -> Figure:
    """Draw one dot for each recording: its size against its speed, in the colour of its class.

    Parameters
    ----------
    table : DataFrame
        The columns ``"class"``, ``"size"`` (standard deviation, in counts) and ``"speed"`` (in
        Hz); one row for each recording.

    Examples
    --------
    >>> import pandas as pd
    >>> from lab_code.figures.first_look import size_and_speed
    >>> table = {"class": ["seizure"] * 2 + ["eyes open"] * 2, "size": [350.0, 400.0, 45.0, 55.0]}
    >>> figure = size_and_speed(pd.DataFrame(table | {"speed": [5.0, 6.0, 8.0, 9.0]}))
    >>> [text.get_text() for text in figure.legends[0].get_texts()]
    ['seizure', 'eyes open']
    """
    figure, axis = plt.subplots(figsize=(6, 4.6))
    rng = np.random.default_rng(0)
    said = []
    for name, rows in table.groupby("class", sort=False):
        blur = rng.uniform(-0.15, 0.15, len(rows))  # speeds come in steps
        axis.plot(rows["speed"] + blur, rows["size"], ".", color=CLASS_COLOURS[name], label=name)
        size, speed = rows["size"].quantile([0.1, 0.9]), rows["speed"].quantile([0.1, 0.9])
        said.append(
            f"{name} {size[0.1]:.0f} to {size[0.9]:.0f} counts, "
            f"{speed[0.1]:.1f} to {speed[0.9]:.1f} Hz"
        )
    ticks = [20, 50, 100, 200, 500]
    axis.set(yscale="log", yticks=ticks, yticklabels=ticks)
    axis.set(
        xlabel="speed: half of the power lies below (Hz)",
        ylabel="size: standard deviation (counts)",
        title="Two numbers for each recording",
    )
    axis.minorticks_off()
    figure.legend(loc="outside lower center", ncols=3)
    figure.set_label(
        f"Size against speed, one dot a recording. Where four of five lie: {'; '.join(said)}."
    )
    return figure
