"""Which recordings are of one moment; and that no split by moment has one on two sides."""

import numpy as np
import pytest
from conftest import LAYOUTS, write_uci
from scipy.fft import irfft, rfft
from scipy.signal import correlate, correlation_lags

from lab_code import moments
from lab_code.files import cache_folder
from lab_code.protocol import BY_RECORDING
from lab_code.recordings import Recordings
from lab_code.sources import bonn, uci
from lab_code.splits import five_folds, folds_by_moment, split_by_moment


def by_scipy(one, other, max_lag=moments.MAX_LAG):
    """The largest correlation of two signals, summed up directly and without any padding."""
    n = moments.N_COMPARED
    one, other = ((x[:n] - x[:n].mean()) / x[:n].std() for x in (one.astype(float), other))
    lags = correlation_lags(n, n)
    near = np.abs(lags) <= max_lag
    products = correlate(other, one, method="direct")[near]
    return (np.abs(products) / (n - np.abs(lags[near]))).max()


def check_pairs(recordings, rng, n=20):
    found = moments.correlations(recordings.samples)
    related = np.argwhere(np.triu(found > moments.THRESHOLD, 1))
    some = [*rng.permutation(related)[:n], *rng.integers(len(recordings), size=(n, 2))]
    for i, j in some:
        if i != j:
            expected = by_scipy(recordings.samples[i], recordings.samples[j])
            assert found[i, j] == pytest.approx(expected, abs=1e-9)
    assert (found == found.T).all()
    assert (np.diag(found) == 1).all()


def test_correlations_are_those_of_scipy(simulation):
    check_pairs(simulation, np.random.default_rng(0))


def test_real_correlations_are_those_of_scipy(real_recordings):
    check_pairs(real_recordings, np.random.default_rng(1))


def test_the_simulated_recordings_have_twins(simulation):
    found = moments.correlations(simulation.samples)
    for label in (2, 3, 4, 5):
        of = simulation.labels == label
        assert 20 < (np.triu(found[np.ix_(of, of)], 1) > 0.75).sum() < 70
    volunteers, patients = simulation.labels >= 4, simulation.labels <= 3
    assert found[np.ix_(volunteers, patients)].max() < 0.4


def test_moments_of_the_real_recordings(real_recordings):
    moment, labels = real_recordings.moment, real_recordings.labels
    assert len(np.unique(moment)) == 173
    assert np.bincount(moment).max() == 18
    assert [len(set(moment[labels == label])) for label in range(1, 6)] == [33, 27, 26, 30, 67]
    names = np.array(real_recordings.names)
    assert moment[names == "S042"] == moment[names == "S094"]
    # nothing hangs by a hair: other arithmetic rounds in the fifteenth digit
    found = moments.kept_correlations(real_recordings.samples)
    assert np.abs(found - moments.THRESHOLD).min() > 1e-4


@pytest.fixture(params=["one zip", "folders", "uci"])
def layout(request, stand_in, text_files, simulated_once, tmp_path, monkeypatch):
    """The same recordings, read from three of their layouts.

    Correlations are kept by the samples: they are found again if these come out the same.
    """
    monkeypatch.setenv("LAB_CACHE", str(simulated_once))
    if request.param == "uci":
        write_uci(tmp_path / "data", stand_in)
        return uci.read(tmp_path / "data" / "seizures.csv")
    return bonn.read(LAYOUTS[request.param](tmp_path / "data", text_files))


@pytest.fixture(scope="module")
def related(simulation):
    return related_by_scipy(simulation.samples)


def related_by_scipy(samples):
    """Which pairs exceed the threshold: every lag of every pair, by the longest transform."""
    n, longest, size = moments.N_COMPARED, moments.MAX_LAG, 8192
    x = samples[:, :n].astype(np.float32)
    x = (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)
    spectra = rfft(x, size, axis=1)
    lags = np.arange(-longest, longest + 1)
    related = np.eye(len(x), dtype=bool)
    for i, spectrum in enumerate(spectra):
        products = irfft(spectra[i:] * spectrum.conj(), axis=1)[:, lags]
        related[i, i:] = (np.abs(products) / (n - np.abs(lags)) > moments.THRESHOLD).any(axis=1)
    return related | related.T


def check_sides(related, recordings):
    for seed in range(5):
        for split in (
            split_by_moment(recordings, seed),
            *folds_by_moment(recordings, k=5, seed=seed),
        ):
            for a, b in ((0, 1), (0, 2), (1, 2)):
                assert not related[np.ix_(split[a], split[b])].any()


def test_no_related_pair_is_on_two_sides(layout, simulation, related):
    n = moments.N_COMPARED
    assert (layout.samples[:, :n] == simulation.samples[:, :n]).all()  # so related, too
    assert related[np.triu_indices(500, 1)].sum() > 100
    check_sides(related, layout)


def test_no_related_pair_of_real_recordings_is_on_two_sides(real_recordings):
    related = related_by_scipy(real_recordings.samples)
    assert related[np.triu_indices(500, 1)].sum() == 802
    check_sides(related, real_recordings)
    by_recording = five_folds(real_recordings, BY_RECORDING)[0]
    assert related[np.ix_(by_recording.train, by_recording.test)].any()


def test_a_shift_is_found_and_a_chain_is_one_moment():
    rng = np.random.default_rng(0)
    source, other = rng.normal(size=(2, 5000))
    near = source[7:4104] + 0.5 * other[:4097]
    far = 0.6 * other[:4097] + 0.3 * near + 0.1 * rng.normal(size=4097)
    signals = np.stack([source[:4097], near, far, rng.normal(size=4097)])
    recordings = Recordings((100 * signals).astype(np.int16), [1, 1, 2, 3], list("abcd"), "bonn")
    found = moments.correlations(recordings.samples)
    assert found[0, 1] > 0.8
    assert found[0, 2] < 0.5 < found[1, 2]
    assert recordings.moment.tolist() == [0, 0, 0, 1]
    assert recordings.seconds().moment.tolist() == [0] * 69 + [1] * 23


def test_a_flat_recording_resembles_no_other():
    samples = np.zeros((3, 4097), np.int16)
    samples[2] = np.random.default_rng(0).normal(0, 100, 4097)
    assert moments.group(moments.correlations(samples)).tolist() == [0, 1, 2]


def test_correlations_are_kept_and_a_damaged_file_is_made_again(simulation, monkeypatch, caplog):
    samples = simulation.samples[:20]
    first = moments.kept_correlations(samples)
    (file,) = cache_folder().glob("correlations-*.npy")
    calls = []
    compute = moments.correlations
    monkeypatch.setattr(moments, "correlations", lambda s: calls.append(1) or compute(s))
    assert (moments.kept_correlations(samples) == first).all()
    assert not calls
    whole = file.read_bytes()
    for damaged in (b"", b"damaged", whole[:-8], whole[:-8] + b"\xff" * 8):
        file.write_bytes(damaged)
        calls.clear()
        caplog.clear()
        assert (moments.kept_correlations(samples) == first).all()
        assert calls
        assert file.name in caplog.text
        assert file.read_bytes() == whole
    calls.clear()
    moments.kept_correlations(samples[::-1])  # other recordings
    assert calls


def test_a_cache_that_cannot_be_written_does_no_harm(simulation, monkeypatch, tmp_path, caplog):
    (tmp_path / "file").touch()
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "file"))
    assert moments.kept_correlations(simulation.samples[:5]).shape == (5, 5)
    assert "could not be kept" in caplog.text


def test_a_recording_is_compared_with_its_kind_backwards():
    rng = np.random.default_rng(0)
    samples = rng.normal(0, 100, size=(4, 1000))
    samples[1] = samples[0, ::-1]
    samples[3] = samples[2, ::-1]
    found = moments.correlations_backwards(samples, np.array([1, 1, 1, 2]))
    assert found[[0, 1], [1, 0]] == pytest.approx(1)
    assert found[2, 3] == 0  # of another kind
    assert found[0, 0] < 0.3  # nothing is like itself backwards


def test_the_closest_is_one_to_learn_from():
    similar = np.array(
        [[1, 0.9, 0.2, 0.4], [0.9, 1, 0.3, 0.1], [0.2, 0.3, 1, 0.8], [0.4, 0.1, 0.8, 1]]
    )
    parts = [np.array([3]), np.array([2]), np.array([0, 1])]
    assert moments.closest(similar, [parts])[:2].tolist() == [0.4, 0.3]
    assert np.isnan(moments.closest(similar, [parts])[2:]).all()
