import time

import numpy as np
import pytest
from scipy.signal import welch

from lab_code.recordings import CLASSES, SAMPLE_RANGE
from lab_code.sources.simulated import REGIMES, simulate

SEIZURE, ZONE, HIPPOCAMPUS, CLOSED, OPEN = CLASSES.values()


@pytest.fixture(scope="module")
def spectra(simulation):
    """Frequencies, and the mean power spectrum of each class."""
    spectra = {}
    for label, name in CLASSES.items():
        rows = simulation.samples[simulation.labels == label]
        frequency, power = welch(rows, simulation.sampling_rate, nperseg=1024)
        spectra[name] = power.mean(axis=0)
    return frequency, spectra


def test_shape_rate_and_range(simulation):
    assert simulation.samples.shape == (500, 4097)
    assert simulation.sampling_rate == 173.61
    assert (np.bincount(simulation.labels)[1:] == 100).all()
    assert simulation.samples.min() >= SAMPLE_RANGE[0]
    assert simulation.samples.max() <= SAMPLE_RANGE[1]
    assert simulation.source == "simulated"


@pytest.mark.parametrize("label", REGIMES)
def test_size_of_each_class_is_the_real_one(simulation, label):
    rows = simulation.samples[simulation.labels == label]
    assert rows.std() == pytest.approx(REGIMES[label].std, rel=0.02)
    assert rows.mean() == pytest.approx(REGIMES[label].mean, abs=1)


def test_real_sizes_are_what_the_regimes_say(real_recordings):
    for label, regime in REGIMES.items():
        rows = real_recordings.samples[real_recordings.labels == label]
        assert rows.std() == pytest.approx(regime.std, abs=0.01)
        assert rows.mean() == pytest.approx(regime.mean, abs=0.01)


def test_eyes_closed_have_an_alpha_rhythm(spectra):
    frequency, power = spectra
    assert 8 < frequency[power[CLOSED].argmax()] < 13


def test_a_seizure_is_rhythmic_and_largest(spectra, simulation):
    frequency, power = spectra
    assert 2 < frequency[power[SEIZURE].argmax()] < 7
    deviation = simulation.samples.std(axis=1)
    seizure = simulation.labels == 1
    assert np.median(deviation[seizure]) > 3 * np.median(deviation[~seizure])


def test_between_seizures_activity_is_slow(spectra):
    frequency, power = spectra

    def median_frequency(name):
        share = np.cumsum(power[name]) / power[name].sum()
        return frequency[np.searchsorted(share, 0.5)]

    assert median_frequency(HIPPOCAMPUS) < 4
    assert median_frequency(ZONE) < 4
    assert median_frequency(OPEN) > 4


def test_spikes_are_sporadic_in_the_tumour_area_alone(simulation):
    deviations = {
        name: (np.abs(rows - np.median(rows, axis=1, keepdims=True)) / rows.std(axis=1)[:, None])
        for label, name in CLASSES.items()
        if (rows := simulation.samples[simulation.labels == label].astype(float)).any()
    }
    with_spikes = {name: (d.max(axis=1) > 5.5).mean() for name, d in deviations.items()}
    assert 0.1 < with_spikes.pop(ZONE) < 0.9
    assert max(with_spikes.values()) < 0.05


def test_recordings_of_a_class_differ(simulation):
    correlation = np.corrcoef(simulation.samples)
    assert np.abs(correlation[~np.eye(500, dtype=bool)]).max() < 0.99  # twins are alike, not equal
    assert len({row.tobytes() for row in simulation.samples}) == 500


def test_seed_decides(simulation):
    start = time.perf_counter()
    again = simulate(seed=0)
    assert time.perf_counter() - start < 15
    assert again.digest == simulation.digest
    assert simulate(seed=1).digest != simulation.digest
