"""The long experiments, made short: one epoch, on simulated recordings."""

import json
import sys
from functools import partial
from types import ModuleType

import joblib
import numpy as np
import pytest
from conftest import ROOT

from lab_code import experiments, long_runs, record
from lab_code.experiments import EXPERIMENTS, Answers, results
from lab_code.splits import folds_by_recording, split_by_recording, split_by_second


@pytest.fixture(autouse=True)
def short(monkeypatch, tmp_path):
    monkeypatch.setenv("LAB_SOURCE", "simulated")
    monkeypatch.setattr(long_runs, "FILE", tmp_path / "long_runs.json")
    for settings in (experiments.SECOND, experiments.WHOLE):
        monkeypatch.setitem(settings["training"], "epochs", 1)


def answers(right, n_items=20, seed=0):
    """Answers of a run that is right about some items: a share `right` of them."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n_items) % 5 + 1
    said = np.where(rng.permutation(n_items) < right * n_items, labels, labels % 5 + 1)
    return Answers(np.eye(5)[said - 1], labels, np.arange(n_items), 10.0, 7)


def fewer_seeds(monkeypatch, name, n):
    groups = [group[:n] for group in EXPERIMENTS[name].groups]
    fewer = EXPERIMENTS[name]._replace(seeds=range(n), groups=groups)
    monkeypatch.setitem(EXPERIMENTS, name, fewer)


def test_an_experiment_is_kept_with_where_it_comes_from(monkeypatch):
    fewer_seeds(monkeypatch, "best_1s_by_recording", 2)
    experiments.run(["best_1s_by_recording"], n_jobs=1)
    kept = json.loads(long_runs.FILE.read_text())
    names = ["ensemble", "seizure_or_not", "single"]
    assert [one["name"].split("/")[1] for one in kept] == names
    single = record.read("best_1s_by_recording/single", long_runs.read_all())
    assert single["seed"] == [0, 1]
    assert single["data"]["source"] == "simulated"
    assert single["metrics"]["n_test"] == 2 * 2300
    assert len(single["metrics"]["accuracy_of_each_run"]) == 2
    assert single["environment"]["processor"]
    assert single["commit"]


def test_whole_recordings_are_each_tested_once(monkeypatch):
    fewer_seeds(monkeypatch, "best_whole", 1)
    monkeypatch.setitem(experiments.WHOLE, "times", 1)
    experiments.run(["best_whole"], n_jobs=1)
    (kept,) = long_runs.read_all()
    assert kept["metrics"]["n_test"] == 500
    assert len(kept["metrics"]["accuracy_of_each_run"]) == 5


done, broken = [], []


def counted(number):
    """A run that can be broken off."""
    if number in broken:
        raise KeyboardInterrupt
    done.append(number)
    return answers(0.5, seed=number)


def test_a_run_that_is_done_is_not_done_again(monkeypatch):
    """Until something changes that it depends on."""
    name = "best_1s_by_second"
    three = [[partial(counted, number) for number in range(3)]]
    monkeypatch.setitem(EXPERIMENTS, name, EXPERIMENTS[name]._replace(groups=three))

    def run(commit):
        done.clear()
        monkeypatch.setattr(record, "commit", lambda folder, but=None: commit)
        experiments.run([name], n_jobs=1)
        return done

    broken[:] = [1]
    with pytest.raises(KeyboardInterrupt):
        run("a")
    assert done == [0]
    assert not long_runs.read_all()
    broken.clear()
    assert run("a") == [1, 2]
    assert (
        len(record.read(f"{name}/single", long_runs.read_all())["metrics"]["accuracy_of_each_run"])
        == 3
    )
    assert run("b") == [0, 1, 2]
    assert run("b-dirty") == run("b-dirty") == run(None) == [0, 1, 2]
    assert run("b") == []
    monkeypatch.setitem(experiments.SECOND["training"], "epochs", 2)
    assert run("b") == [0, 1, 2]


def test_runs_go_to_a_dask_cluster(monkeypatch):
    from distributed import Client

    few = EXPERIMENTS["best_1s_by_second"]._replace(groups=[[partial(answers, 0.5)] * 2])
    monkeypatch.setitem(EXPERIMENTS, "best_1s_by_second", few)
    with (
        Client(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None),
        joblib.parallel_config("dask"),
    ):
        experiments.run(["best_1s_by_second"])
    assert (
        record.read("best_1s_by_second/single", long_runs.read_all())["metrics"]["accuracy"][
            "value"
        ]
        == 0.5
    )


def test_runs_are_scored_together():
    experiment = EXPERIMENTS["best_whole"]
    groups = [[answers(1.0), answers(0.6), answers(1.0)], [answers(0.5), answers(0.5, seed=1)]]
    single, ensemble = results("lab/x", experiment, groups)
    assert single["metrics"]["accuracy_of_each_run"] == pytest.approx([1.0, 0.6, 1.0, 0.5, 0.5])
    assert single["metrics"]["accuracy"]["value"] == pytest.approx(0.72)
    # the first group agrees where two of three are right, so everywhere
    assert ensemble["metrics"]["n_test"] == 40
    assert ensemble["metrics"]["accuracy"]["value"] >= 0.75
    assert ensemble["seconds"] == 50


def test_seizure_or_not_takes_other_classes_together():
    one = answers(0.0)  # every label is taken for the next one, 5 for 1
    *_, two = results("lab/x", EXPERIMENTS["best_1s_by_second"], [[one]])
    assert two["name"] == "lab/x/seizure_or_not"
    # wrong are the seizures (1 for 2), and the fives taken for seizures
    assert two["metrics"]["accuracy"]["value"] == pytest.approx(0.6)


def test_an_unknown_name_lists_the_known():
    with pytest.raises(KeyError, match=r"no experiment 'best'; there are: best_1s_by_second"):
        experiments.run(["best_1s_by_second", "best"])
    assert not long_runs.FILE.exists()


def test_an_experiment_run_again_replaces_the_first():
    experiment = EXPERIMENTS["best_whole"]
    for right in (0.2, 0.8):
        (entry,) = results("lab/x", experiment, [[answers(right)]])
        long_runs.keep(entry)
    (kept,) = long_runs.read_all()
    assert kept["metrics"]["accuracy"]["value"] == pytest.approx(0.8)


def test_networks_read_only_what_is_not_tested(monkeypatch):
    """No sample of a test recording reaches the training."""
    seen = []
    fit = experiments.fit

    def watched(network, train, validation, **settings):
        seen.append(train)
        return fit(network, train, validation, **settings)

    monkeypatch.setattr(experiments, "fit", watched)
    monkeypatch.setitem(experiments.WHOLE, "times", 1)
    tested = experiments.read_recordings(fold=2, seed=0, window=128)
    (train,) = seen
    assert not set(train.recording.tolist()) & set(tested.recording.tolist())
    assert len(set(train.recording.tolist())) == 400


def test_rockets_are_in_a_group_of_their_own():
    assert "aeon" in (ROOT / "pyproject.toml").read_text()
    pytest.importorskip("aeon")
    found = experiments.read_with_rocket("MiniRocket", "whole", fold=0)
    assert found.probabilities.shape == (100, 5)


@pytest.mark.parametrize("split_name", ["by second", "by recording", "whole"])
@pytest.mark.parametrize("name", ["MiniRocket", "MultiRocket-Hydra"])
def test_rockets_get_the_splits_of_the_networks(name, split_name, simulation, monkeypatch):
    seen = {}

    class Rocket:
        def __init__(self, random_state, n_jobs):
            seen["kind"] = type(self).__name__

        def fit(self, samples, labels):
            seen["train"] = samples, labels

        def predict(self, samples):
            seen["test"] = samples
            return np.arange(len(samples)) % 5 + 1

    convolution_based = ModuleType("aeon.classification.convolution_based")
    for kind in ("MiniRocketClassifier", "MultiRocketHydraClassifier"):
        setattr(convolution_based, kind, type(kind, (Rocket,), {}))
    monkeypatch.setitem(sys.modules, convolution_based.__name__, convolution_based)

    seconds = simulation.seconds()
    fold = list(folds_by_recording(simulation, k=5, seed=0))[2]
    items, train, test = {
        "by second": (seconds, *split_by_second(seconds, seed=0)[::2]),
        "by recording": (seconds, *split_by_recording(seconds, seed=0)[::2]),
        # nothing is held out for validation
        "whole": (simulation, np.sort(np.concatenate([fold.train, fold.validation])), fold.test),
    }[split_name]
    found = experiments.read_with_rocket(name, split_name, fold=2)
    assert seen["kind"] == f"{name.replace('-', '')}Classifier"
    samples, labels = seen["train"]
    assert samples.dtype == seen["test"].dtype == np.float32
    # (item, channel, time)
    np.testing.assert_array_equal(samples, items.samples[train][:, None])
    np.testing.assert_array_equal(seen["test"], items.samples[test][:, None])
    np.testing.assert_array_equal(labels, items.labels[train])
    np.testing.assert_array_equal(found.labels, items.labels[test])
    np.testing.assert_array_equal(found.recording, items.recording[test])
    np.testing.assert_array_equal(found.probabilities, np.eye(5)[np.arange(len(test)) % 5])
