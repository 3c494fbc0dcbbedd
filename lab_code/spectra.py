"""How the power of a signal spreads over frequencies."""

from __future__ import annotations

import numpy as np


def power_spectrum(samples: np.ndarray, sampling_rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the power of signals at each frequency, each as a whole under one Hann window.

    Parameters
    ----------
    samples : ndarray, shape (signal, time)
        Their mean is taken off.
    sampling_rate : float
        Samples a second, in hertz.

    Returns
    -------
    hertz : ndarray of float, shape (frequency,)
        From 0 to half the sampling rate.
    power : ndarray of float, shape (signal, frequency)
    """
    n = samples.shape[1]
    centred = samples - samples.mean(axis=1, keepdims=True)
    power = np.abs(np.fft.rfft(centred * np.hanning(n))) ** 2
    return np.fft.rfftfreq(n, 1 / sampling_rate), power
