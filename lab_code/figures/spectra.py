"""Drawings of spectra, class by class."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lab_code.figures import CLASS_COLOURS, INK
from lab_code.recordings import CLASSES


def spectra_by_class(
    hertz: np.ndarray, power: np.ndarray, labels: np.ndarray, hum: np.ndarray
) -> Figure:
    """Draw the median spectrum of each class, and where the hum of the mains must be.

    Parameters
    ----------
    hertz : ndarray of float, shape (frequency,)
    power : ndarray of float, shape (recording, frequency)
        From `lab_code.spectra.power_spectrum`.
    labels : ndarray of int, shape (recording,)
    hum : ndarray of float, shape (tone,)
        The frequencies of the hum, in hertz.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.figures.spectra import spectra_by_class
    >>> from lab_code.sources import load
    >>> from lab_code.spectra import power_spectrum
    >>> recordings = load("simulated")
    >>> hertz, power = power_spectrum(recordings.samples, recordings.sampling_rate)
    >>> figure = spectra_by_class(hertz, power, recordings.labels, hum=np.array([50.0]))
    >>> len(figure.axes[0].lines)  # five classes, and the hum
    6
    """
    figure, axis = plt.subplots(figsize=(6, 3.8))
    for label, name in CLASSES.items():
        of_class = np.median(power[labels == label], axis=0)
        axis.semilogy(hertz, of_class, lw=0.8, color=CLASS_COLOURS[name], label=name)
    for tone in hum:
        axis.axvline(tone, ymax=0.7, color=INK, lw=0.6, ls=":")
    axis.set(xlabel="hertz", ylabel="power", xlim=(0, hertz[-1]))
    axis.set_title("The spectrum falls to 50 Hz; beyond are a floor and hum")
    axis.legend(ncols=2, loc="upper right")
    at = ", ".join(f"{tone:.2f}" for tone in sorted(hum))
    figure.set_label(
        f"Spectrum of each class: it falls up to 50 hertz and is flat beyond, with narrow peaks at "
        f"or near {at} hertz."
    )
    return figure


def bands_by_class(bands: np.ndarray, labels: np.ndarray) -> Figure:
    """Draw the log-power of the first recording of each class: its median, and its middle half.

    Parameters
    ----------
    bands : ndarray or Tensor of float, shape (recording, window, band)
        From `lab_code.networks.Bands`.
    labels : ndarray of int, shape (recording,)

    Examples
    --------
    >>> import torch
    >>> from lab_code.figures.spectra import bands_by_class
    >>> from lab_code.networks import Bands
    >>> from lab_code.sources import load
    >>> recordings = load("simulated")
    >>> bands = Bands(n_bands=12)(torch.tensor(recordings.samples, dtype=torch.float32))
    >>> figure = bands_by_class(bands, recordings.labels)
    >>> len(figure.axes[0].lines)  # a median each
    5
    """
    figure, axis = plt.subplots(figsize=(6, 3.6))
    places = np.arange(bands.shape[2])
    for label, name in CLASSES.items():
        first = int(np.flatnonzero(labels == label)[0])
        low, middle, high = np.quantile(bands[first], [0.25, 0.5, 0.75], axis=0)
        axis.plot(places, middle, color=CLASS_COLOURS[name], label=name)
        axis.fill_between(places, low, high, color=CLASS_COLOURS[name], alpha=0.2, lw=0)
    axis.set(xlabel="band, from 1 to 60 Hz", title="Log-power of five recordings")
    axis.legend(fontsize=8)
    figure.set_label(
        f"Median and middle half of the log-power in {len(places)} bands from 1 to 60 Hz, for one "
        f"recording of each class."
    )
    return figure
