"""Trained networks in files: what is kept can be used again, and nothing else is taken for it."""

import json
import pickle
import struct
from contextlib import suppress
from importlib.metadata import version

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab_code import record
from lab_code.cross_validation import to_record, train_on
from lab_code.evaluation import Accuracy
from lab_code.models import cards, files, trained
from lab_code.protocol import BY_MOMENT, BY_SECOND, ONE_SECOND
from lab_code.recordings import CLASSES, DataError
from lab_code.sequences import to_labels, to_sequences
from lab_code.splits import Split, split_by_moment, split_by_second
from lab_code.training import predict

NAME = "many_to_one/gru_by_moment"
NETWORK = {"input_size": 8, "hidden_size": 6, "n_classes": 5, "cell": "gru", "readout": "mean_max"}
HOW = {"samples_per_step": 8, "network": NETWORK, "training": {"epochs": 1}}


@pytest.fixture(scope="module")
def split(simulation):
    """A few seconds to learn from; the test part is whole."""
    full = split_by_moment(simulation.seconds())
    return Split(full.train[::20], full.validation[::20], full.test)


@pytest.fixture(scope="module")
def trial(simulation, split):
    return train_on(simulation.seconds(), split, **HOW)


@pytest.fixture
def write(simulation):
    def write(name, trial, way=BY_MOMENT):
        about = {**to_record([trial]), "seed": 0, "parameters": HOW, "split": way}
        record.write(name, method="gru", task=ONE_SECOND, recordings=simulation, **about)

    return write


@pytest.fixture
def kept(simulation, trial, write):
    write(NAME, trial)
    return trained.keep(NAME, trial, simulation)


def test_a_network_that_was_kept_gives_the_same_answers(simulation, trial, split, kept):
    again = trained.load(kept)
    of_test = simulation.seconds().samples[split.test]
    probabilities = again.ask(of_test)
    sequences = to_sequences(trial.scaling(of_test), 8)
    assert torch.equal(predict(trial.network, sequences), predict(again.network, sequences))
    assert probabilities.sum(axis=1) == pytest.approx(1)
    named = [trained.NAMES[again.classes[place]] for place in probabilities.argmax(axis=1)]
    assert named == [CLASSES[label] for label in trial.answers.predicted]
    assert (to_labels(torch.from_numpy(probabilities)) == trial.answers.predicted).all()


def test_its_file_says_what_it_needs(simulation, trial, kept):
    about = trained.load(kept).about
    assert about["data"] == {"source": "simulated", "digest": simulation.digest}
    assert about["accuracy"] == record.read(NAME)["metrics"]["accuracy"]
    assert about["sampling_rate"] == 173.61
    assert about["scaling"] == {"mean": trial.scaling.mean, "std": trial.scaling.std}
    assert about["versions"]["torch"] == version("torch")
    tested = {simulation.names[one] for one in trial.answers.recording}
    assert set(about["not_trained_on"]) == tested


def test_a_split_by_second_leaves_no_recording_unheard(simulation, write):
    seconds = simulation.seconds()
    parts = split_by_second(seconds)
    trial = train_on(seconds, Split(*(part[::20] for part in parts)), **HOW)
    write("many_to_one/gru_by_second", trial, BY_SECOND)
    path = trained.keep("many_to_one/gru_by_second", trial, simulation)
    assert trained.load(path).about["not_trained_on"] == []


def test_the_same_network_makes_the_same_file(simulation, trial, kept):
    first = kept.read_bytes()
    kept.unlink()
    assert trained.keep(NAME, trial, simulation).read_bytes() == first
    about, weights = files.read(kept)
    shuffled = dict(sorted(about.items(), reverse=True))
    files.write(kept, shuffled, weights)
    assert kept.read_bytes() == first


def test_it_is_forgotten_with_the_record_of_its_lab(kept):
    record.store.forget("many_to_one")
    assert not kept.exists()


def test_only_the_network_of_the_entry_is_kept(simulation, trial, split, write):
    with pytest.raises(KeyError, match="no experiment"):
        trained.keep(NAME, trial, simulation)
    write(NAME, train_on(simulation.seconds(), split, seed=1, **HOW))
    with pytest.raises(ValueError, match="answers of another network"):
        trained.keep(NAME, trial, simulation)


# Files that are damaged, or mean harm


def refused(path):
    with pytest.raises(DataError) as error:
        trained.load(path)
    (line,) = str(error.value).splitlines()
    assert str(path) in line
    assert len(line) < 500
    return line


@pytest.mark.parametrize("share", [0, 0.001, 0.1, 0.5, 0.99])
def test_a_file_that_is_cut_off_is_refused(kept, share):
    content = kept.read_bytes()
    kept.write_bytes(content[: int(share * len(content))])
    assert "damaged" in refused(kept)


class Harm:
    def __reduce__(self):
        return (pytest.fail, ("a pickle was run",))


def with_header(header: bytes, length=None) -> bytes:
    return struct.pack("<Q", len(header) if length is None else length) + header


DEEP = json.dumps({"__metadata__": {files.KEY: "[" * 100_000}}).encode()
FOREIGN = json.dumps({"__metadata__": {"format": "pt"}}).encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pickle.dumps(Harm()), "damaged"),
        (b"PK\x03\x04" + bytes(1000), "damaged"),
        (with_header(b"{}", 2**63), "damaged"),
        (with_header(b"{}", 10**9), "damaged"),
        (with_header(b'{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}'), "damaged"),
        (with_header(b'{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}') + bytes(4), "dam"),
        (with_header(b'{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}') + bytes(2), ""),
        (with_header(b"{}"), "does not say"),
        (with_header(FOREIGN), "does not say"),
        (with_header(DEEP), "does not say"),
        (with_header(b'{"__metadata__":{"lab_book":"[1]"}}'), "does not say"),
        (with_header(b'{"__metadata__":{"lab_book":"{}"}}'), "lacks 'format'"),
    ],
)
def test_what_is_no_network_is_refused(tmp_path, content, reason):
    path = tmp_path / "network.safetensors"
    path.write_bytes(content)
    assert reason in refused(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    assert "No such file" in refused(tmp_path / "none.safetensors")
    assert "not a regular file" in refused(tmp_path)


def changed(about, path, value):
    *way, last = path.split(".")
    inner = about
    for key in way:
        inner = inner[key]
    inner[last] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", 2),
        ("network", None),
        ("network.kind", "os.system"),
        ("network.parameters", []),
        ("network.parameters.hidden_size", 7),
        ("network.parameters.hidden_size", 10**9),
        ("network.parameters.hidden_size", "6"),
        ("network.parameters.num_layers", 10**9),
        ("network.parameters.num_layers", 2),
        ("network.parameters.cell", "lstm"),
        ("network.parameters.cell", "eval"),
        ("network.parameters.unknown", 1),
        ("samples_per_step", 0),
        ("samples_per_step", 4),
        ("n_samples", 10**9),
        ("n_samples", 4),
        ("scaling", {"mean": 0.0}),
        ("scaling", {"mean": 0.0, "std": 0.0}),
        ("scaling.mean", "0"),
        ("sampling_rate", 0),
        ("classes", ["S", "F", "N", "O"]),
        ("classes", ["S", "F", "N", "O", "X"]),
        ("classes", ["S", "F", "N", "O", "O"]),
        ("classes", 5),
        ("deviations", [1]),
        ("deviations", "ab"),
        ("accuracy", {"value": 1}),
        ("split", None),
        ("name", ["x"]),
        ("not_trained_on", 3),
        ("not_trained_on", [3]),
        ("data", {}),
    ],
)
def test_a_description_that_does_not_fit_is_refused(kept, path, value):
    about, weights = files.read(kept)
    trained.load(kept)
    changed(about, path, value)
    files.write(kept, about, weights)
    assert "does not hold a network that this version can use" in refused(kept)


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_numbers_that_are_not_finite_are_refused(kept, number):
    content = kept.read_bytes()
    mean = str(files.read(kept)[0]["scaling"]["mean"]).encode()
    assert content.count(mean) == 1
    kept.write_bytes(content.replace(mean, number.encode().ljust(len(mean))))
    assert "not a number in range" in refused(kept)


def test_weights_that_do_not_fit_are_refused(kept):
    about, weights = files.read(kept)
    last = weights["classify.bias"]
    for wrong in (last * np.nan, last.astype(np.float64), last[:2], last.reshape(1, 5)):
        files.write(kept, about, weights | {"classify.bias": wrong})
        assert "its weights" in refused(kept)
    files.write(kept, about, weights | {"more": last})
    assert "shapes" in refused(kept)


@given(st.data())
@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
def test_whatever_byte_is_damaged_it_is_one_error_or_none(kept, data):
    content = bytearray(kept.read_bytes())
    place = data.draw(st.integers(0, 3000))
    before = bytes(content)
    content[place] = data.draw(st.integers(0, 255))
    kept.write_bytes(content)
    try:
        with suppress(DataError):  # any other error, or a warning, fails the test
            trained.load(kept)
    finally:
        kept.write_bytes(before)


# The card


def test_the_card_has_the_numbers_of_the_record(trial, kept, write):
    entry, about = record.read(NAME), trained.load(kept).about
    card = cards.card(entry, about | {"version": "9.9"}, record.read_all(), commit="abc123")
    metrics = entry["metrics"]
    assert f"| all | {Accuracy(**metrics['accuracy'])} |" in card
    assert f"| seizure | {Accuracy(**metrics['accuracy_per_class']['S'])} |" in card
    assert f"{metrics['n_test']:,} seconds of {len(np.unique(trial.answers.recording))} rec" in card
    assert f"{len(np.unique(trial.answers.moment))} moments, none of which" in card
    assert f"{entry['n_parameters']:,} parameters" in card
    for text in ("Split **by moment**", entry["data"]["digest"], "`abc123`", "version 9.9"):
        assert text in card
    for text in (cards.WARNING, cards.SIMULATED, "No detector", "Amplitude", "Licence"):
        assert text in card
    assert "score to quote" not in card


def test_the_card_follows_the_record(kept):
    entry, about = record.read(NAME), trained.load(kept).about
    entry["metrics"]["accuracy"] = {"value": 0.123, "low": 0.1, "high": 0.2}
    entry["data"]["source"] = "bonn"
    card = cards.card(entry, about)
    assert "| all | 12.3% (10.0% to 20.0%) |" in card
    assert cards.SIMULATED not in card


def test_the_card_names_the_same_settings_under_another_split(kept):
    entry, about = record.read(NAME), trained.load(kept).about
    other = entry | {"name": "many_to_one/gru_by_second", "split": BY_SECOND}
    other["metrics"] = entry["metrics"] | {"accuracy": {"value": 0.9, "low": 0.8, "high": 1.0}}
    alike, unlike = "- split by second: 90.0% (80.0% to 100.0%)", other | {"method": "lstm"}
    card = cards.card(entry, about, [entry, other])
    assert alike in card
    assert "score to quote" in card
    assert alike not in cards.card(entry, about, [entry, unlike])
    # by second, the network had heard parts: that is not the score to quote
    assert "score to quote" not in cards.card(other, about, [entry, other])
