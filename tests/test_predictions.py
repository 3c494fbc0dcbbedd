"""What a trained network says of a signal, from the command line and in the lab's pipeline."""

import json

import edfio
import numpy as np
import pytest

from lab_code import record
from lab_code.__main__ import main
from lab_code.cross_validation import to_record, train_on
from lab_code.evaluation import Accuracy
from lab_code.models import cards, files, predictions, signals, trained
from lab_code.protocol import BY_MOMENT, ONE_SECOND
from lab_code.recordings import CLASSES, SAMPLING_RATE, DataError
from lab_code.splits import Split, split_by_moment

NAME = "many_to_one/gru_by_moment"
NETWORK = {"input_size": 8, "hidden_size": 6, "n_classes": 5, "cell": "gru", "readout": "mean_max"}
HOW = {"samples_per_step": 8, "network": NETWORK, "training": {"epochs": 2}}


@pytest.fixture(scope="module")
def trial(simulation):
    full = split_by_moment(simulation.seconds())
    return train_on(simulation.seconds(), Split(*(part[::10] for part in full[:2]), full[2]), **HOW)


@pytest.fixture
def network(simulation, trial):
    about = {**to_record([trial]), "seed": 0, "parameters": HOW, "split": BY_MOMENT}
    record.write(NAME, method="gru", task=ONE_SECOND, recordings=simulation, **about)
    return trained.keep(NAME, trial, simulation)


@pytest.fixture
def as_text(simulation, tmp_path):
    """A recording as it was published, by its number."""

    def as_text(number):
        path = tmp_path / f"{simulation.names[number]}.txt"
        path.write_text("".join(f"{value}\r\n" for value in simulation.samples[number]))
        return path

    return as_text


@pytest.fixture
def run(network, capsys):
    """Run the command; return what it printed, or the one line of its error."""

    def run(path, *options, fails=False, network=network):
        status = main(["predict", str(path), "--network", str(network), *map(str, options)])
        out, err = capsys.readouterr()
        assert status == fails
        if fails:
            assert out == ""
            (line,) = err.splitlines()
            assert line.startswith("error: ")
            return line
        return out

    return run


COUNTS = ("--rate", SAMPLING_RATE, "--unit", "counts")


def test_a_recording_gets_the_answers_that_the_lab_has(simulation, trial, run, as_text):
    answers = trial.answers
    several = np.unique(answers.recording)[::15]
    named = set()
    for number in several:
        expected = answers.predicted[answers.recording == number]  # its seconds are in order
        result = json.loads(run(as_text(number), *COUNTS, "--json"))
        assert [one["name"] for one in result["seconds"]] == [CLASSES[one] for one in expected]
        assert result["signal"]["resampled_by"] == "1"
        named |= set(expected)
    assert len(named) > 1


def test_the_output_has_a_line_a_second_and_the_warnings(network, run, as_text):
    lines = run(as_text(401), *COUNTS).splitlines()
    about = trained.load(network).about
    assert lines[0].startswith(f"{NAME} says of the signal (23.6 s at 173.61 Hz, in counts)")
    assert [line.split()[0] for line in lines[2:25]] == [str(n) for n in range(1, 24)]
    assert lines[24].split()[1] == "22.56"
    assert lines[25] == f"warning: {cards.WARNING}"
    assert "simulated" in lines[26]
    assert str(Accuracy(**about["accuracy"])) in lines[28]
    assert "by moment" in lines[28]
    assert len(lines) == 29


def test_json_has_the_warnings_and_probabilities(run, as_text):
    result = json.loads(run(as_text(0), *COUNTS, "--json"))
    assert result["warnings"][0] == cards.WARNING
    assert result["network"]["name"] == NAME
    assert len(result["seconds"]) == 23
    for second in result["seconds"]:
        shares = second["probabilities"]
        assert sum(shares.values()) == pytest.approx(1)
        assert second["class"] == max(shares, key=shares.get)


def test_the_same_signal_in_three_kinds_of_file(run, tmp_path, simulation):
    samples = simulation.samples[450][:3900].astype(float)
    edf = edfio.EdfSignal(samples, 256, label="Fz", physical_dimension="uV")
    edfio.Edf([edf], data_record_duration=0.015625).write(tmp_path / "a.edf")
    text = "".join(f"{value}\n" for value in samples)
    (tmp_path / "a.txt").write_text(text)
    (tmp_path / "a.csv").write_text(f"Fz\n{text}")
    of_text = json.loads(run(tmp_path / "a.txt", "--rate", 256, "--unit", "uV", "--json"))
    of_table = json.loads(run(tmp_path / "a.csv", "--rate", 256, "--unit", "uV", "--json"))
    of_edf = json.loads(run(tmp_path / "a.edf", "--json"))
    assert of_text["signal"]["resampled_by"] == "59/87"
    assert of_text["seconds"] == of_table["seconds"]
    assert of_edf["signal"]["rate"] == 256
    assert len(of_edf["seconds"]) == int(3900 * 59 / 87 / 178) == 14
    for one, other in zip(of_text["seconds"], of_edf["seconds"], strict=True):
        shares = [list(row["probabilities"].values()) for row in (one, other)]
        assert shares[0] == pytest.approx(shares[1], abs=0.01)
    assert "resampled by 59/87, to 173.61 Hz" in run(tmp_path / "a.edf")


def test_the_figure(run, as_text, tmp_path, style):
    def draw(name, *options, **how):
        return run(as_text(3), *COUNTS, "--figure", tmp_path / name, *options, **how)

    out = draw("a.svg")
    first = (tmp_path / "a.svg").read_bytes()
    assert b"<svg" in first
    assert draw("a.svg") == out
    assert (tmp_path / "a.svg").read_bytes() == first
    draw("a.PNG")
    assert (tmp_path / "a.PNG").read_bytes().startswith(b"\x89PNG")
    assert "must end in one of" in draw("a.exe", fails=True)
    assert "must end in one of" in draw("a", fails=True)
    (tmp_path / "file").touch()
    assert "cannot write" in draw("file/a.svg", fails=True)


def test_the_drawing_shows_every_share(network, style, simulation):
    from lab_code.figures.predictions import by_second

    signal = signals.Signal(simulation.samples[0].astype(float), SAMPLING_RATE, "counts")
    prediction = predictions.ask(trained.load(network), signal)
    figure = by_second(prediction)
    above, below = figure.axes
    assert (above.lines[0].get_ydata() == signal.samples).all()
    drawn = [patch.get_data() for patch in below.patches]
    heights = np.array([one.values - one.baseline for one in drawn])
    assert pytest.approx(prediction.probabilities) == heights.T
    assert drawn[0].edges[-1] == pytest.approx(23 * 178 / SAMPLING_RATE)
    counts = [f"{prediction.said.count(code)}" for code in set(prediction.said)]
    assert all(f"in {count}" in figure.get_label() for count in counts)


# What is unusual, and what is wrong


@pytest.fixture
def ask(network, simulation):
    """Ask about a recording that was made larger, moved or cut off."""

    def ask(factor=1.0, offset=0.0, n=4097, rate=SAMPLING_RATE, flat=0):
        samples = simulation.samples[0][:n] * factor + offset
        samples[:flat] = 7
        return predictions.ask(trained.load(network), signals.Signal(samples, rate, "uV"))

    return ask


def test_nothing_is_unusual_about_a_recording(ask):
    assert ask().notes == []
    assert len(ask(n=178).probabilities) == len(ask(n=355).probabilities) == 1


def test_a_signal_shorter_than_a_second_is_refused(ask):
    with pytest.raises(DataError, match=r"is 1.02 s long; the network needs 1.025 s"):
        ask(n=177)
    with pytest.raises(DataError, match=r"is 0.00 s long"):
        ask(n=0)


@pytest.mark.parametrize("factor", [1e-3, 1e3, 1e6])
def test_an_absurd_amplitude_is_refused(ask, factor):
    with pytest.raises(DataError, match="is the unit right"):
        ask(factor)


def test_an_unusual_amplitude_is_told(ask, network):
    lowest, highest = trained.load(network).about["deviations"]
    (note,) = ask(0.1).notes
    assert note.startswith("23 of 23 seconds are smaller or larger")
    assert f"({lowest:.0f} to {highest:.0f} µV" in note
    (note,) = ask(flat=400).notes
    assert note.startswith("2 of 23 seconds")


def test_an_offset_and_a_low_rate_are_told(ask):
    (note,) = ask(offset=5000).notes
    assert "µV from zero" in note
    (note,) = ask(rate=128.0).notes
    assert note.startswith("At 128 Hz the signal has nothing above 64 Hz; the recordings reach 87")


def test_a_recording_of_the_book_is_known(network, stand_in):
    about, weights = files.read(network)
    about["data"]["source"] = "bonn"
    files.write(network, about, weights)
    again = trained.load(network)
    for number, name in enumerate(stand_in.names[::50]):
        samples = stand_in.samples[50 * number].astype(float)
        notes = predictions.ask(again, signals.Signal(samples, SAMPLING_RATE, "counts")).notes
        new = name in about["not_trained_on"]
        assert f"recording {name} of the book, which was {'neither ' if new else ''}in" in notes[0]
    samples[7] += 0.5
    assert predictions.ask(again, signals.Signal(samples, SAMPLING_RATE, "counts")).notes == []


def test_errors_are_one_line(run, as_text, tmp_path, network):
    path = as_text(0)
    assert "add --rate" in run(path, fails=True)
    assert "add --unit" in run(path, "--rate", 256, fails=True)
    assert "No such file" in run(tmp_path / "none.edf", fails=True)
    assert "is the unit right" in run(path, "--rate", 256, "--unit", "V", fails=True)
    network.write_bytes(network.read_bytes()[:99])
    assert "is damaged" in run(path, *COUNTS, fails=True)
    assert "No such file" in run(path, *COUNTS, network=tmp_path / "none", fails=True)


def test_without_a_network_it_says_how_to_get_one(as_text, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["predict", str(as_text(0)), "--rate", "256", "--unit", "uV"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "python -m nox -s docs trains it" in line
    assert "--network" in line
