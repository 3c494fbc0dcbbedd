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

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.spectra import power_spectrum
    >>> time = np.arange(1000) / 100  # ten seconds at 100 Hz
    >>> alpha = np.sin(2 * np.pi * 10 * time)
    >>> hertz, power = power_spectrum(alpha[None], sampling_rate=100)
    >>> float(hertz[power[0].argmax()])
    10.0
    """
    n = samples.shape[1]
    centred = samples - samples.mean(axis=1, keepdims=True)
    power = np.abs(np.fft.rfft(centred * np.hanning(n))) ** 2
    return np.fft.rfftfreq(n, 1 / sampling_rate), power


def in_bands(samples: np.ndarray, sampling_rate: float, edges: np.ndarray) -> np.ndarray:
    """Return the logarithm of the mean power of signals in bands that lie side by side.

    Parameters
    ----------
    samples, sampling_rate
        As for `power_spectrum`.
    edges : ndarray of float, shape (band + 1,)
        Where the bands begin and end, ascending, in hertz. A band so narrow that it holds no
        frequency is left out.

    Returns
    -------
    ndarray of float, shape (signal, band)
        One is added to the power, so that silence has a logarithm.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.spectra import in_bands
    >>> time = np.arange(1000) / 100
    >>> waves = np.sin(2 * np.pi * np.array([[2], [10]]) * time)  # 2 Hz, and 10 Hz
    >>> bands = in_bands(waves, 100, edges=np.array([1, 4, 8, 12]))
    >>> bands.shape
    (2, 3)
    >>> bands.argmax(axis=1)  # in which band each is strongest
    array([0, 2])
    """
    hertz, power = power_spectrum(samples, sampling_rate)
    band = np.digitize(hertz, edges)
    used = [one for one in np.unique(band) if 0 < one < len(edges)]
    return np.log([power[:, band == one].mean(axis=1) + 1 for one in used]).T
