import numpy as np
import pytest

from lab_code.spectra import in_bands, power_spectrum

RATE = 173.61


def tone(hertz, n=4097, height=100.0):
    return height * np.sin(2 * np.pi * hertz * np.arange(n) / RATE)


def test_a_tone_is_found_at_its_frequency_whatever_the_mean():
    hertz, power = power_spectrum(np.stack([tone(10) + 500, tone(30)]), RATE)
    assert power.shape == (2, len(hertz))
    assert hertz[power.argmax(axis=1)] == pytest.approx([10, 30], abs=0.05)


def test_power_is_in_the_band_of_the_tone():
    found = in_bands(np.stack([tone(3), tone(10)]), RATE, np.array([2.0, 4.0, 8.0, 16.0]))
    assert found.shape == (2, 3)
    assert found.argmax(axis=1).tolist() == [0, 2]


def test_a_band_without_a_frequency_is_left_out():
    edges = np.array([1.0, 1.01, 1.02, 20.0])  # a second has a frequency a hertz, about
    assert in_bands(tone(10, n=178)[None], RATE, edges).shape == (1, 1)
