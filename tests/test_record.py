import json
import os
import subprocess

import jsonschema
import numpy as np
import pytest
from conftest import SCHEMA

import lab_code
from lab_code import record
from lab_code.answers import Answers
from lab_code.long import kept
from lab_code.protocol import ONE_SECOND
from lab_code.record import book, provenance, store


@pytest.fixture(autouse=True)
def no_long_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "FILE", tmp_path / "kept.json")


@pytest.fixture
def write(simulation):
    four = np.arange(4)
    answers = Answers(four * 0, four, four, four, [1, 1, 2, 3], [1, 2, 2, 3])

    def write(name="lab/gru", **other):
        entry = {
            "method": "gru",
            "task": ONE_SECOND,
            "split": "by second",
            "seed": 3,
            "seconds": 12.345,
            "parameters": {"hidden_size": 64},
            "n_parameters": 100,
            "answers": answers,
            "recordings": simulation,
        }
        return record.write(name, **(entry | other))

    return write


def test_what_is_written_can_be_read(write, simulation):
    write()
    entry = record.read("lab/gru")
    assert entry["seconds"] == 12.3
    assert entry["metrics"]["accuracy"]["value"] == 0.75
    assert set(entry["metrics"]["accuracy"]) == {"value", "low", "high"}
    assert entry["metrics"]["accuracy_per_class"]["S"]["value"] == 0.5
    assert entry["metrics"]["n_test"] == 4
    assert entry["data"] == {"source": "simulated", "digest": simulation.digest}


def test_the_schema_describes_what_is_written(write):
    write()
    entry = record.read("lab/gru")
    jsonschema.validate(entry, {"$ref": "#/$defs/experiment", "$defs": SCHEMA["$defs"]})
    described = SCHEMA["$defs"]["experiment"]["properties"]
    assert set(entry) <= set(described)
    assert set(entry["metrics"]) <= set(described["metrics"]["properties"])


@pytest.mark.parametrize("name", ["accuracy", "n_test"])
def test_a_metric_of_a_lab_does_not_replace_one_of_all_labs(write, name):
    with pytest.raises(ValueError, match=f"lab/gru: {name} comes from the answers"):
        write(**{name: 0.5})
    assert record.read_all() == []


def test_the_last_run_counts(write):
    write(seed=1)
    write(seed=2)
    assert [entry["seed"] for entry in record.read_all()] == [2]


def test_folder_can_be_chosen(write, tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_RECORD", str(tmp_path / "here"))
    assert write().parent == tmp_path / "here"


def test_an_unknown_name_lists_the_known(write):
    write()
    with pytest.raises(KeyError, match="no experiment 'lab/lstm'; it has: lab/gru"):
        record.read("lab/lstm")


@pytest.mark.parametrize("name", ["gru", "../gru", "Lab/Gru", "lab/gru--x", "lab/", "/lab/gru"])
def test_names_have_one_form(write, name):
    with pytest.raises(ValueError, match="name is like"):
        write(name)


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("method", "magic"),
        ("variant", "best"),
        ("task", "many-to-one"),
        ("split", "by heart"),
        ("split", "5-fold"),
    ],
)
def test_what_the_protocol_does_not_know_is_refused(write, what, value):
    with pytest.raises(ValueError, match=rf"{what} '{value}'; .* (has|are): "):
        write(**{what: value})


def test_entries_say_what_they_are_and_keep_their_answers(write):
    write("lab/gru_in_folds", variant="averaged", split="5-fold by moment")
    entry = record.read("lab/gru_in_folds")
    assert (entry["lab"], entry["method"], entry["variant"]) == ("lab", "gru", "averaged")
    assert record.answers_of(entry).predicted.tolist() == [1, 2, 2, 3]
    del entry["answers"]
    with pytest.raises(ValueError, match="keeps no answers"):
        record.answers_of(entry)


def test_facts_are_noted_read_gathered_and_forgotten(simulation, tmp_path):
    record.note("lab/size", mean=3.5, of={"eyes open": 48.0})
    fact = {"name": "lab/size", "lab": "lab", "values": {"mean": 3.5, "of": {"eyes open": 48.0}}}
    assert record.read_facts() == [fact]
    assert record.read_all() == []
    book.gather(tmp_path / "record.json", provenance.describe(simulation), None)
    assert json.loads((tmp_path / "record.json").read_text())["facts"] == [fact]
    with pytest.raises(ValueError, match="JSON"):
        record.note("lab/size", mean=float("inf"))
    with pytest.raises(ValueError, match="name is like"):
        record.note("size", mean=1.0)
    assert record.read_facts() == [fact]
    store.forget("lab")
    assert record.read_facts() == []


def test_no_number_no_entry(write):
    write(seed=1)
    with pytest.raises(ValueError, match="JSON"):
        write(parameters={"learning_rate": float("nan")})
    assert record.read("lab/gru")["seed"] == 1
    assert len(list(store.folder().iterdir())) == 1


def test_a_lab_that_runs_again_is_forgotten_first(write):
    write("lab/gru")
    write("lab/lstm")
    write("lab_two/gru")
    store.forget("lab")
    assert [entry["name"] for entry in record.read_all()] == ["lab_two/gru"]


def test_gathered(write, simulation, tmp_path):
    write("lab/lstm")
    write("lab/gru")
    data, made = provenance.describe(simulation), "2026-11-23T18:05:00+00:00"
    book.gather(tmp_path / "record.json", data, "abc", date=made)
    gathered = json.loads((tmp_path / "record.json").read_text())
    assert list(gathered) == [
        "version",
        "commit",
        "date",
        "data",
        "environment",
        "experiments",
        "long_runs",
        "facts",
    ]
    assert gathered["version"] == lab_code.__version__
    assert gathered["commit"] == "abc"
    assert gathered["date"] == made
    assert gathered["data"]["digest"] == simulation.digest
    assert gathered["environment"]["packages"]["torch"]
    assert [entry["name"] for entry in gathered["experiments"]] == ["lab/gru", "lab/lstm"]
    for key in ("name", "task", "split", "seed", "seconds", "parameters", "metrics"):
        assert key in gathered["experiments"][0]


def test_a_commit_has_one_date_wherever_it_was_made(tmp_path):
    def git(*arguments):
        env = os.environ | {"GIT_COMMITTER_DATE": "1790000000 +0530"}
        name = ("-c", "user.name=test", "-c", "user.email=test@localhost")
        subprocess.run(["git", *name, *arguments], cwd=tmp_path, env=env, check=True)

    assert provenance.date(tmp_path) is None
    git("init", "--quiet")
    assert provenance.date(tmp_path) is None  # there is no commit yet
    (tmp_path / "file").touch()
    git("add", "--all")
    git("commit", "--quiet", "--message", "Work")
    assert provenance.date(tmp_path) == "2026-09-21T14:13:20+00:00"


def test_a_web_server_may_read_it(write, simulation, tmp_path):
    book.gather(tmp_path / "record.json", provenance.describe(simulation), None)
    (tmp_path / "plain").write_text("")
    assert (tmp_path / "record.json").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_long_runs_are_read_like_those_of_the_build(write, simulation, tmp_path):
    write("lab/gru")
    entry = json.loads(store.path_of("lab/gru").read_text())
    kept.keep(entry | {"name": "best/single", "seed": 7})
    assert record.read("best/single", kept.read_all())["seed"] == 7
    assert [one["name"] for one in record.read_all()] == ["lab/gru"]
    data = provenance.describe(simulation)
    book.gather(tmp_path / "record.json", data, None, kept.read_all())
    gathered = json.loads((tmp_path / "record.json").read_text())
    assert [one["name"] for one in gathered["long_runs"]] == ["best/single"]
    assert gathered["long_runs"][0]["environment"]["packages"]["torch"]


def test_a_file_of_the_record_that_is_no_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_RECORD", str(tmp_path))
    (tmp_path / "lab--x.json").mkdir()
    with pytest.raises(ValueError, match=r"lab--x\.json is damaged"):
        record.read_all()
