"""Signals that are read from files, and brought to the rate of the recordings."""

import edfio
import numpy as np
import pytest

from lab_code.models import signals
from lab_code.recordings import SAMPLING_RATE, DataError

RATE, UNIT = 256.0, "uV"


@pytest.fixture
def samples():
    return np.random.default_rng(0).normal(0, 50, 4 * 256).round(2)


def write_edf(path, *channels, rate=RATE, unit=UNIT, labels="abc"):
    signal = [
        edfio.EdfSignal(one, rate, label=label, physical_dimension=unit)
        for one, label in zip(channels, labels, strict=False)
    ]
    edfio.Edf(signal).write(path)
    return path


def write_text(path, lines, end="\n"):
    path.write_bytes("".join(f"{line}{end}" for line in lines).encode())
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_text_is_read_back(tmp_path, samples, end):
    path = write_text(tmp_path / "a.txt", [*samples, ""], end)
    signal = signals.read(path, RATE, UNIT)
    assert signal.samples.tolist() == samples.tolist()
    assert (signal.rate, signal.unit, signal.seconds) == (256, "uV", 4)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("channel", ["Fz", "2"])
def test_a_column_is_read_back(tmp_path, samples, delimiter, channel):
    rows = [f"{i}{delimiter}{one}" for i, one in enumerate(samples)]
    path = write_text(tmp_path / "a.csv", [f"time{delimiter} Fz", *rows])
    signal = signals.read(path, RATE, UNIT, channel)
    assert signal.samples.tolist() == samples.tolist()
    assert signal.channel == "Fz"


def test_columns_need_no_names(tmp_path, samples):
    path = write_text(tmp_path / "a.csv", [f"{one},{-one}" for one in samples])
    assert signals.read(path, RATE, UNIT, "2").samples.tolist() == (-samples).tolist()
    path = write_text(tmp_path / "one.csv", samples)
    assert signals.read(path, RATE, UNIT).samples.tolist() == samples.tolist()


def test_edf_is_read_back_with_its_rate_and_unit(tmp_path, samples):
    path = write_edf(tmp_path / "a.edf", -samples, samples)
    step = np.ptp(samples) / 65535
    for channel in ("b", "2"):
        signal = signals.read(path, channel=channel)
        assert np.abs(signal.samples - samples).max() <= step
        assert (signal.rate, signal.unit, signal.channel) == (256, "uV", "b")
    assert signals.read(write_edf(tmp_path / "B.EDF", samples)).seconds == 4


@pytest.mark.parametrize(("unit", "microvolts"), [("uV", 1), ("mV", 1e3), ("V", 1e6)])
def test_units_become_microvolts(tmp_path, samples, unit, microvolts):
    path = write_edf(tmp_path / "a.edf", samples / microvolts, unit=unit)
    step = np.ptp(samples) / 65535
    assert np.abs(signals.read(path).samples - samples).max() <= step
    path = write_text(tmp_path / "a.txt", samples)
    assert signals.read(path, RATE, unit).samples == pytest.approx(samples * microvolts)


def test_the_microsign_is_read(tmp_path, samples):
    """Many EDF files have it, although the format does not allow it."""
    path = write_edf(tmp_path / "a.edf", samples)
    content = path.read_bytes()
    assert content.count(b"uV") == 1
    path.write_bytes(content.replace(b"uV", "µV".encode("latin-1")))
    assert signals.read(path).unit == "uV"


# What is wrong


def refused(path, *how, **named):
    with pytest.raises(DataError) as error:
        signals.read(path, *how, **named)
    (line,) = str(error.value).splitlines()
    assert len(line) < 500
    return line


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"1\n2\nnan\n4\n", "line 3 is not a finite number: nan"),
        (b"1\n-inf\n", "line 2 is not a finite number: -inf"),
        (b"1\n1e999\n", "line 2 is not a finite number"),
        (b"1\n\n2\n", "line 2 is not a number: ''"),
        (b"1\n2 3\n", "line 2 is not a number: '2 3'"),
        (b"1\n2,5\n", "line 2 is not a number: '2,5'"),
        (b"1\n1_0\n", "line 2 is not a number: '1_0'"),
        (b"1\nabc" + b"x" * 9999, "line 2 is not a number: 'abcx"),
        (b"1\n2\n1e300\n", "a sample is larger than 1,000 V: is its unit uV?"),
        (b"1\n" * 15_000_001, "larger than 30 MB"),
        (b"", "has no samples"),
        (b"\n \n", "has no samples"),
        (b"7\n7\n7\n", "all 3 samples are the same"),
        (b"0       \xff\xfe", "is not text"),
        (bytes(100), "line 1 is not a number"),
    ],
)
def test_bad_text_is_refused(tmp_path, content, reason):
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    assert reason in refused(path, RATE, UNIT)


@pytest.mark.parametrize(
    ("content", "channel", "reason"),
    [
        ("a,b\n1,2\n3,4\n", None, "has 2 channels: choose one with --channel (1 a, 2 b)"),
        ("a,b\n1,2\n3,4\n", "c", "no channel 'c'; it has: 1 a, 2 b"),
        ("a,b\n1,2\n3,4\n", "0", "no channel '0'"),
        ("a,b\n1,2\n3,4\n", "3", "no channel '3'"),
        ("a,a\n1,2\n3,4\n", "a", "2 times channel 'a'"),
        ("a,b\n1,2\n3\n", "a", "line 3 has 1 columns, not 2"),
        ("a,b\n1,2\nx,4\n", "a", "line 3 is not a number: 'x'"),
        ("a,b\n1,2\n,4\n", "a", "line 3 is not a number: ''"),
        ('a,b\n1,"2\n', "a", "is not a table"),
        ("", None, "has 0 channels"),
        ("a\n", None, "has no samples"),
    ],
)
def test_a_bad_table_is_refused(tmp_path, content, channel, reason):
    path = tmp_path / "a.csv"
    path.write_text(content)
    assert reason in refused(path, RATE, UNIT, channel)


def test_rate_and_unit_must_be_told(tmp_path, samples):
    path = write_text(tmp_path / "a.txt", samples)
    assert "add --rate" in refused(path, unit=UNIT)
    assert "add --unit" in refused(path, RATE)
    assert "no unit 'kV'; there are: uV, mV, V, counts" in refused(path, RATE, "kV")
    assert "no channel '1'" in refused(path, RATE, UNIT, "1")
    for rate in (0.0, -256.0, float("nan"), float("inf"), 1.0):
        assert "the rate must be from 20 to 50000 Hz" in refused(path, rate, UNIT)


def test_what_an_edf_file_says_is_not_contradicted(tmp_path, samples):
    path = write_edf(tmp_path / "a.edf", samples)
    assert signals.read(path, RATE, UNIT).rate == 256
    assert "says that its rate is 256 Hz" in refused(path, rate=250.0)
    assert "says that its unit is uV" in refused(path, unit="mV")
    other = write_edf(tmp_path / "b.edf", samples, unit="mmHg")
    assert "'a' has the unit 'mmHg'" in refused(other)
    assert signals.read(other, unit="uV").unit == "uV"


@pytest.mark.parametrize("length", [0, 100, 255, 300, 1000, -1])
def test_an_edf_file_that_is_cut_off_is_refused(tmp_path, samples, length):
    path = write_edf(tmp_path / "a.edf", samples)
    path.write_bytes(path.read_bytes()[:length])
    assert "is not an EDF file, or is damaged" in refused(path)


@pytest.mark.parametrize(
    ("place", "field"),
    [
        (252, b"-1  "),  # number of signals
        (252, b"9999"),
        (236, b"-7      "),  # number of records
        (236, b"99999999"),
        (244, b"0       "),  # seconds of a record
        (256 + 104, b"abc     "),  # smallest value, in its unit
        (256 + 120, b"32767   "),  # smallest value, in numbers: that of the largest
        (256 + 216, b"-1      "),  # samples of a record
        (256 + 216, b"99999999"),
    ],
)
def test_an_edf_file_with_a_bad_header_is_refused(tmp_path, samples, place, field):
    path = write_edf(tmp_path / "a.edf", samples)
    content = bytearray(path.read_bytes())
    content[place : place + len(field)] = field
    path.write_bytes(content)
    refused(path)


def test_an_edf_file_with_gaps_is_refused(tmp_path, samples):
    signal = edfio.EdfSignal(samples, RATE, label="a", physical_dimension=UNIT)
    path = tmp_path / "a.edf"
    edfio.Edf([signal], annotations=[edfio.EdfAnnotation(0, None, "x")]).write(path)
    content = path.read_bytes().replace(b"EDF+C", b"EDF+D")
    path.write_bytes(content)
    assert signals.read(path).seconds == 4  # it could have gaps, and has none
    third = content.index(b"+2\x14\x14")
    path.write_bytes(content[:third] + b"+7" + content[third + 2 :])
    assert "has gaps (EDF+D)" in refused(path)


def test_what_is_no_file_is_refused(tmp_path):
    for name in ("none.txt", "none.csv", "none.edf"):
        assert "No such file" in refused(tmp_path / name, RATE, UNIT)
    (tmp_path / "folder.edf").mkdir()
    assert "not a regular file" in refused(tmp_path / "folder.edf")


# Resampling


@pytest.mark.parametrize("rate", [100.0, 200.0, 250.0, 256.0, 512.0, 1000.0, 44_100.0])
def test_a_sine_keeps_its_frequency_and_height(rate):
    time = np.arange(int(20 * rate)) / rate
    signal = signals.Signal(30 + 50 * np.sin(2 * np.pi * 10 * time), rate, "uV")
    again, ratio = signals.resample(signal, SAMPLING_RATE)
    assert again.rate == pytest.approx(SAMPLING_RATE, rel=1e-3)
    assert again.rate == pytest.approx(rate * ratio.numerator / ratio.denominator)
    middle = again.samples[200:-200] - again.samples[200:-200].mean()
    power = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 2**17))
    # on the axis of the recordings: this is what the network takes for time
    assert power.argmax() * SAMPLING_RATE / 2**17 == pytest.approx(10, abs=0.02)
    assert middle.std() == pytest.approx(50 / np.sqrt(2), rel=0.01)
    assert again.samples.mean() == pytest.approx(30, abs=1)


def test_what_the_new_rate_cannot_show_is_not_folded_back():
    time = np.arange(20 * 1000) / 1000
    signal = signals.Signal(np.sin(2 * np.pi * 150 * time), 1000.0, "uV")
    again, _ = signals.resample(signal, SAMPLING_RATE)
    assert again.samples[100:-100].std() < 0.01


def test_at_their_own_rate_samples_stay_as_they_are(samples):
    signal = signals.Signal(samples, SAMPLING_RATE, "uV")
    assert signals.resample(signal, SAMPLING_RATE) == (signal, 1)
