import json

import numpy as np
import pytest

import lab_code
from lab_code import long_runs, record
from lab_code.evaluation import score


@pytest.fixture(autouse=True)
def no_long_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(long_runs, "FILE", tmp_path / "long_runs.json")


@pytest.fixture
def write(simulation):
    scores = score(np.array([1, 1, 2, 3]), np.array([1, 2, 2, 3]), np.arange(4))

    def write(name="lab/gru", **other):
        entry = {
            "task": "many-to-one",
            "split": "by second",
            "seed": 3,
            "seconds": 12.345,
            "parameters": {"hidden_size": 64},
            "n_parameters": 100,
            "scores": scores,
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
    assert entry["metrics"]["accuracy_per_class"]["seizure"]["value"] == 0.5
    assert entry["metrics"]["n_test"] == 4
    assert entry["data"] == {"source": "simulated", "digest": simulation.digest}


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


def test_no_number_no_entry(write):
    write(seed=1)
    with pytest.raises(ValueError, match="JSON"):
        write(parameters={"learning_rate": float("nan")})
    assert record.read("lab/gru")["seed"] == 1
    assert len(list(record.folder().iterdir())) == 1


def test_a_lab_that_runs_anew_is_forgotten_first(write):
    write("lab/gru")
    write("lab/lstm")
    write("lab_two/gru")
    record.forget("lab")
    assert [entry["name"] for entry in record.read_all()] == ["lab_two/gru"]


def test_gathered(write, simulation, tmp_path):
    write("lab/lstm")
    write("lab/gru")
    record.gather(tmp_path / "record.json", record.describe(simulation), "abc")
    gathered = json.loads((tmp_path / "record.json").read_text())
    assert list(gathered) == [
        "version",
        "commit",
        "data",
        "environment",
        "experiments",
        "long_runs",
    ]
    assert gathered["version"] == lab_code.__version__
    assert gathered["commit"] == "abc"
    assert gathered["data"]["digest"] == simulation.digest
    assert gathered["environment"]["packages"]["torch"]
    assert [entry["name"] for entry in gathered["experiments"]] == ["lab/gru", "lab/lstm"]
    for key in ("name", "task", "split", "seed", "seconds", "parameters", "metrics"):
        assert key in gathered["experiments"][0]


def test_a_web_server_may_read_it(write, simulation, tmp_path):
    record.gather(tmp_path / "record.json", record.describe(simulation), None)
    (tmp_path / "plain").write_text("")
    assert (tmp_path / "record.json").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_long_runs_are_read_like_those_of_the_build(write, simulation, tmp_path):
    write("lab/gru")
    entry = json.loads(record.path_of("lab/gru").read_text())
    long_runs.keep(entry | {"name": "best/single", "seed": 7})
    assert record.read("best/single", long_runs.read_all())["seed"] == 7
    assert [one["name"] for one in record.read_all()] == ["lab/gru"]
    data = record.describe(simulation)
    record.gather(tmp_path / "record.json", data, None, long_runs.read_all())
    gathered = json.loads((tmp_path / "record.json").read_text())
    assert [one["name"] for one in gathered["long_runs"]] == ["best/single"]
    assert gathered["long_runs"][0]["environment"]["packages"]["torch"]
