from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lab_code.recordings import CLASSES, Recordings


def test_content_cannot_be_changed(simulation):
    with pytest.raises(ValueError, match="read-only"):
        simulation.samples[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        simulation.labels[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        simulation.seconds().samples[0, 0] = 1
    with pytest.raises(AttributeError):
        simulation.source = "bonn"


def test_content_is_not_the_callers_array(simulation):
    samples = simulation.samples.copy()
    recordings = Recordings(samples, simulation.labels, simulation.names, "bonn")
    samples[0, 0] += 1
    assert recordings.digest == simulation.digest


@pytest.mark.parametrize(
    ("samples", "labels", "message"),
    [
        (np.zeros((2, 5)), [1, 2], "int16"),
        (np.zeros(5, np.int16), [1, 2], "shape"),
        (np.zeros((3, 5), np.int16), [1, 2], "do not match"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(samples, labels, message):
    with pytest.raises(ValueError, match=message):
        Recordings(samples, labels, ("a", "b"), "bonn")


def test_table_is_in_the_layout_of_uci(simulation):
    table = simulation.to_table()
    assert table.shape == (11_500, 179)
    assert list(table.columns) == [f"X{i}" for i in range(1, 179)] + ["y"]
    assert table.index[20] == "X21.V1.1"
    assert table.index[23] == "X1.V1.2"
    assert (table.loc["X2.V1.3"].to_numpy()[:-1] == simulation.samples[2, 178:356]).all()
    assert table["y"].value_counts().to_dict() == dict.fromkeys(CLASSES, 2300)


def test_seconds_know_where_they_come_from(simulation):
    seconds = simulation.seconds()
    assert len(seconds) == 11_500
    for i in (0, 22, 23, 7_777, 11_499):
        start = (seconds.chunk[i] - 1) * 178
        recording = seconds.recording[i]
        assert (seconds.samples[i] == simulation.samples[recording, start : start + 178]).all()
        assert seconds.labels[i] == simulation.labels[recording]


def test_digest_is_of_the_content_and_its_order(simulation):
    samples, labels, names = simulation.samples, simulation.labels, simulation.names
    swapped = Recordings(samples[::-1], labels[::-1], names[::-1], "bonn")
    assert swapped.digest != simulation.digest
    assert swapped.seconds_digest == simulation.seconds_digest
    changed = samples.copy()
    changed[3, 100] += 1
    assert Recordings(changed, labels, names, "bonn").digest != simulation.digest
    assert Recordings(changed, labels, names, "bonn").seconds_digest != simulation.seconds_digest


def test_recordings_without_their_last_samples_say_so(simulation):
    cut = Recordings(simulation.samples[:, :4094], simulation.labels, simulation.names, "uci")
    assert simulation.is_whole
    assert not cut.is_whole
    assert cut.n_samples == 4094
    assert cut.digest == cut.seconds_digest == simulation.seconds_digest
    pd.testing.assert_frame_equal(cut.to_table(), simulation.to_table())


def test_real_recordings_have_the_published_first_second(real_recordings):
    # quoted in the description of the UCI table: chunk 21 of recording O080
    row = real_recordings.samples[real_recordings.names.index("O080"), 20 * 178 :][:9]
    assert row.tolist() == [135, 190, 229, 223, 192, 125, 55, -9, -33]


def test_seconds_that_were_cut_from_nothing_have_no_moments(simulation):
    seconds = replace(simulation.seconds(), cut_from=None)
    with pytest.raises(ValueError, match="moments need the recordings"):
        _ = seconds.moment
