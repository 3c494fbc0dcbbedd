import json

import pytest

from lab_code import long_runs, record, repetition
from lab_code.__main__ import main
from lab_code.networks import RecurrentClassifier
from lab_code.reproducibility import set_seed
from lab_code.splits import folds_by_recording, split_by_second
from lab_code.trial import pool, train_and_test

NETWORK = {"input_size": 89, "hidden_size": 4, "n_classes": 5, "cell": "rnn"}
TRAINING = {"epochs": 1, "learning_rate": 0.01}


def run(recordings, split, splits, seeds):
    items = recordings.seconds()
    trials = []
    for seed, one in zip(seeds, splits(items), strict=False):
        set_seed(seed)
        network = RecurrentClassifier(**NETWORK)
        trials.append(
            train_and_test(
                network, items, one, samples_per_step=89, seed=seed, progress=False, **TRAINING
            )
        )
    return record.entry(
        "lab/rnn",
        task=repetition.ONE_SECOND,
        split=split,
        seed=seeds if len(seeds) > 1 else seeds[0],
        seconds=1,
        parameters={"samples_per_step": 89, "network": NETWORK, "training": TRAINING},
        n_parameters=1,
        scores=pool(trials),
        recordings=recordings,
    )


@pytest.fixture(scope="module")
def one(simulation):
    return run(simulation, "by second", lambda items: [split_by_second(items, seed=0)], [3])


def test_the_same_parameters_give_the_same_metrics(one, simulation):
    assert repetition.differences(one, repetition.repeat(one, simulation)) == {}


def test_folds_each_have_their_seed(simulation):
    several = run(
        simulation,
        "three of five folds by recording",
        lambda items: folds_by_recording(items, k=5),
        [0, 1],
    )
    assert repetition.differences(several, repetition.repeat(several, simulation)) == {}


def test_other_parameters_give_others(one, simulation):
    other = json.loads(json.dumps(one))
    other["parameters"]["training"]["learning_rate"] = 0.1
    assert "all" in repetition.differences(one, repetition.repeat(other, simulation))


def test_what_the_record_cannot_repeat(one, simulation):
    with pytest.raises(repetition.CannotRepeat, match=r"examples/\*/lab.py"):
        repetition.repeat(one | {"parameters": {"alpha": 1}}, simulation)


@pytest.mark.parametrize("run", long_runs.read_all(), ids=lambda run: run["name"])
def test_a_long_run_is_not_taken_for_a_short_one(run, simulation):
    with pytest.raises(repetition.CannotRepeat, match="nox -s experiments"):
        repetition.repeat(run, simulation)


@pytest.fixture
def written(one, simulation, tmp_path):
    def written(**changes):
        content = {
            "version": "0",
            "commit": None,
            "data": one["data"],
            "environment": record.environment(),
            "experiments": [one | changes],
            "long_runs": [],
        }
        (tmp_path / "record.json").write_text(json.dumps(content))
        return str(tmp_path / "record.json")

    return written


@pytest.fixture(autouse=True)
def use_simulation(monkeypatch):
    monkeypatch.setenv("LAB_SOURCE", "simulated")


def test_verify_says_that_it_agrees(written, capsys):
    assert main(["record", "verify", written(), "--experiment", "lab/rnn"]) == 0
    assert "lab/rnn: agrees to the last digit" in capsys.readouterr().out


def test_verify_says_that_it_does_not(written, one, capsys):
    metrics = json.loads(json.dumps(one["metrics"]))
    metrics["accuracy"]["value"] = 0.99
    file = written(metrics=metrics)
    assert main(["record", "verify", file, "--experiment", "lab/rnn", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert not report["agrees"]
    assert report["differences"]["all"][0] == 0.99


@pytest.mark.parametrize(
    ("changes", "name", "complaint"),
    [
        ({}, "lab/lstm", "no experiment 'lab/lstm'"),
        ({"data": {"source": "bonn", "digest": "0" * 64}}, "lab/rnn", "other recordings"),
    ],
)
def test_what_cannot_be_verified(written, capsys, changes, name, complaint):
    assert main(["record", "verify", written(**changes), "--experiment", name]) == 1
    assert complaint in capsys.readouterr().err
