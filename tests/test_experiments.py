"""The long experiments, made short: one epoch, on simulated recordings."""

import json
import sys
from functools import cache
from types import ModuleType

import joblib
import numpy as np
import pytest
from conftest import ROOT

from lab_code import record
from lab_code.long import baselines, experiments, kept, networks, rockets
from lab_code.long.experiments import EXPERIMENTS, Experiment, Method, entries, folds_of, results
from lab_code.long.trial import LongTrial
from lab_code.protocol import BY_MOMENT, METHODS, ONE_SECOND, WHOLE_RECORDING
from lab_code.splits import five_folds


@pytest.fixture(scope="module")
def dealt(simulation):
    """The five folds of the recordings, or of the seconds, each dealt out once."""
    items = {len(one): one for one in (simulation, simulation.seconds())}
    return cache(lambda n, way, seed: five_folds(items[n], way, seed))


@pytest.fixture(autouse=True)
def short(use_simulation, dealt, monkeypatch, tmp_path):
    assert experiments.five_folds is five_folds
    monkeypatch.setattr(
        experiments, "five_folds", lambda items, way, seed=0: dealt(len(items), way, seed)
    )
    monkeypatch.setattr(experiments, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(kept, "FILE", tmp_path / "kept.json")
    for settings in (networks.SECOND, networks.WHOLE):
        monkeypatch.setitem(settings["training"], "epochs", 1)


done, broken = [], []


def counted(items, train, test, seed):
    """A method that is right about half of the items, and can be broken off."""
    if len(done) in broken:
        raise KeyboardInterrupt
    done.append(seed)
    labels = items.labels[test]
    said = np.where(np.arange(len(test)) % 2, labels, labels % 5 + 1)
    return LongTrial(np.eye(5)[said - 1], 10.0, 7)


@pytest.fixture
def half(monkeypatch):
    """An experiment that takes no time."""
    done.clear()
    broken.clear()
    experiment = Experiment(
        WHOLE_RECORDING, BY_MOMENT, "gru", Method(counted, {"epochs": 3}), folds=(0, 1)
    )
    monkeypatch.setitem(EXPERIMENTS, "half", experiment)
    return experiment


def test_an_experiment_is_kept_with_where_it_comes_from(half):
    experiments.run(["half"], n_jobs=1)
    averaged, single = json.loads(kept.FILE.read_text())
    assert single["name"] == "the_best_network/half_single"
    assert averaged["variant"] == "averaged"
    assert (single["lab"], single["method"]) == ("the_best_network", "gru")
    assert single["seed"] == [0, 1, 2]
    assert single["seconds"] == 60
    assert single["parameters"] == {"fold_seeds": [0], "epochs": 3}
    assert single["data"]["source"] == "simulated"
    assert single["metrics"]["accuracy"]["value"] == pytest.approx(0.5, abs=0.01)
    assert len(single["metrics"]["accuracy_of_each_trial"]) == 6
    assert record.answers_of(single).n_trials == 6
    assert single["environment"]["processor"]
    assert single["commit"]


@pytest.mark.parametrize("name", ["whole_by_moment_recurrent", "second_by_moment_recurrent"])
def test_the_networks_learn_and_answer(name, simulation, monkeypatch):
    """One fold of each, one epoch."""
    few = EXPERIMENTS[name]._replace(folds=(0,), seeds=(0,))
    monkeypatch.setitem(EXPERIMENTS, name, few)
    found = entries(name, simulation, n_jobs=1)
    assert found[0]["metrics"]["accuracy"]["value"] > 0.25
    assert found[0]["n_parameters"] > 100
    if name.startswith("second"):
        assert found[-1]["name"].endswith("recurrent_seizure")
        assert set(found[-1]["metrics"]["accuracy_per_class"]) == {"S", "not_S"}


def test_a_run_that_is_done_is_not_done_again(half, monkeypatch, simulation):
    """Until something changes that it depends on."""

    def run(digest="a", **other):
        done.clear()
        monkeypatch.setattr(experiments.code_behind, "digest", lambda *around: digest)
        entries("half", simulation, n_jobs=1, **other)
        return done

    broken[:] = [1]
    with pytest.raises(KeyboardInterrupt):
        run()
    assert done == [0]
    broken.clear()
    assert run() == [1, 2, 0, 1, 2]
    assert run() == []
    assert run(anew=True) == [0, 1, 2, 0, 1, 2]
    assert run("b") == [0, 1, 2, 0, 1, 2]


def test_runs_depend_on_code_data_settings_and_machine(half, monkeypatch, simulation):
    told = []
    monkeypatch.setattr(
        experiments.code_behind, "digest", lambda *around: told.append(around) or str(len(told))
    )
    entries("half", simulation, n_jobs=1)
    ((code, data, around),) = told
    assert code.startswith(f"import {counted.__module__}")
    assert data == simulation.digest
    assert json.loads(around)[1] == {"epochs": 3}
    assert "torch" in json.loads(around)[0]["packages"]


def test_runs_go_to_a_dask_cluster(half):
    from distributed import Client

    with (
        Client(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None),
        joblib.parallel_config("dask"),
    ):
        experiments.run(["half"])
    single = record.read("the_best_network/half_single", kept.read_all())
    assert single["metrics"]["accuracy"]["value"] == pytest.approx(0.5, abs=0.01)


def test_averages_are_taken_of_scores(half, simulation):
    """Two of three are sure of the right class; the third is surer of another."""
    tests = [np.arange(5)]
    right = np.eye(5)[simulation.labels[:5] - 1]
    wrong = np.roll(right, 1, axis=1)

    def described(weight):
        runs = [
            [LongTrial(right, 1.0, 0), LongTrial(right, 1.0, 0), LongTrial(weight * wrong, 1.0, 0)]
        ]
        return results("half", simulation, tests, runs, simulation)

    single, averaged = described(1.5)
    assert single["metrics"]["accuracy"]["value"] == pytest.approx(2 / 3)
    assert averaged["metrics"]["accuracy"]["value"] == 1
    assert described(2.5)[1]["metrics"]["accuracy"]["value"] == 0


def test_seizure_or_not_is_asked_of_the_same_answers(simulation):
    seconds = simulation.seconds()
    test = np.array([0, 3 * 23, 499 * 23])  # eyes open twice, a seizure
    scores = np.eye(5)[[3, 0, 0]]  # eyes closed, seizure, seizure
    found = results(
        "second_by_moment_minirocket", seconds, [test], [[LongTrial(scores, 1.0, 0)]], simulation
    )
    assert found[-1]["metrics"]["accuracy"]["value"] == pytest.approx(2 / 3)
    assert found[0]["metrics"]["accuracy"]["value"] == pytest.approx(1 / 3)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_folds_are_those_of_the_protocol_with_nothing_held_out(name, simulation, dealt):
    experiment = EXPERIMENTS[name]
    items = simulation.seconds() if experiment.task == ONE_SECOND else simulation
    for fold_seed, fold, train, test in folds_of(experiment, items):
        split = dealt(len(items), experiment.way, fold_seed)[fold]
        assert (train == np.sort(np.concatenate([split.train, split.validation]))).all()
        assert (test == split.test).all()
    assert experiment.split == f"5-fold {experiment.way}"


def test_a_method_without_a_name_is_refused_before_it_runs(monkeypatch):
    monkeypatch.delitem(METHODS, "quant")
    with pytest.raises(ValueError, match=r"METHODS of .* has no quant"):
        experiments._experiments()


def test_an_unknown_name_lists_the_known():
    with pytest.raises(KeyError, match=r"no experiment 'best'; there are: whole_by_moment"):
        experiments.run(["best"])
    assert not kept.FILE.exists()


def test_an_experiment_run_again_replaces_the_first(half):
    for _ in range(2):
        experiments.run(["half"], n_jobs=1)
    assert len(kept.read_all()) == 2


@pytest.mark.parametrize("kind", ["recordings", "seconds"])
def test_networks_hear_only_what_is_not_tested(kind, simulation, monkeypatch):
    """Whatever the test part is, the same network comes of it."""
    items = simulation.seconds() if kind == "seconds" else simulation
    read = networks.read_seconds if kind == "seconds" else networks.read_recordings
    train = np.flatnonzero(items.recording % 5 == 0)
    seen = []
    fit = networks.fit
    monkeypatch.setattr(
        networks,
        "fit",
        lambda network, *args, **kw: seen.append(network) or fit(network, *args, **kw),
    )
    for other in (1, 2):
        read(items, train, np.flatnonzero(items.recording % 5 == other)[:20], seed=0)
    one, other = (network.state_dict() for network in seen)
    assert all((one[name] == other[name]).all() for name in one)


def test_settings_are_chosen_where_nothing_is_tested(simulation, monkeypatch):
    """By moment, inside the training part; what did best there is trained on all of it."""
    recordings = simulation
    train = np.flatnonzero(recordings.moment % 5 > 0)
    test = np.flatnonzero(recordings.moment % 5 == 0)
    number = {one.tobytes(): i for i, one in enumerate(recordings.samples)}
    calls = []

    def read(recordings, learnt, samples, settings, seed, recurrent=True):
        asked = np.array([number[one.tobytes()] for one in samples])
        calls.append((learnt, asked, settings))
        labels = recordings.labels[asked]
        right = settings["network"]["hidden_size"] == 32
        return LongTrial(np.eye(5)[labels - 1 if right else labels % 5], 1.0, 7)

    monkeypatch.setattr(networks, "_read", read)
    found = networks.choose_and_read_recordings(recordings, train, test, seed=0)
    assert found.seconds == len(networks.CHOICES) + 1
    *trials, (learnt, asked, settings) = calls
    assert (learnt == train).all()
    assert (asked == test).all()
    assert settings == networks.WHOLE | {"network": networks.WHOLE["network"] | {"hidden_size": 32}}
    for learnt, asked, _ in trials:
        assert sorted([*learnt, *asked]) == train.tolist()
        assert not set(recordings.moment[learnt]) & set(recordings.moment[asked])


def test_seconds_of_a_recording_in_both_parts_are_refused(simulation):
    seconds = simulation.seconds()
    with pytest.raises(ValueError, match="seconds in both parts; split by moment"):
        networks.read_seconds(seconds, np.arange(100), np.arange(100, 120), seed=0)


def test_the_deviation_is_a_threshold_for_seizures(simulation):
    seconds = simulation.seconds()
    train, test = np.flatnonzero(seconds.recording % 2), np.flatnonzero(seconds.recording % 2 == 0)
    called = baselines.deviation(seconds, train, test, seed=0).predicted == 1
    size = seconds.samples[test].std(axis=1)
    assert called.any()
    assert size[called].min() > size[~called].max()


def test_rockets_are_in_a_group_of_their_own(simulation):
    assert "aeon" in (ROOT / "pyproject.toml").read_text()
    pytest.importorskip("aeon")
    found = rockets.minirocket(simulation, np.arange(0, 500, 5), np.arange(1, 500, 50), seed=0)
    assert found.scores.shape == (10, 5)


class Ridge:
    def decision_function(self, samples):
        return np.full((len(samples), 5), 0.5)


@pytest.mark.parametrize("name", ["minirocket", "multirocket_hydra", "quant"])
def test_rockets_get_what_the_networks_get(name, simulation, monkeypatch):
    seen = {}

    class Rocket:
        def __init__(self, random_state, n_jobs=None):
            seen["seed"] = random_state
            self.classifier = self.estimator_ = Ridge()

        def fit(self, samples, labels):
            seen["train"] = samples, labels

        def predict(self, samples):
            seen["test"] = samples
            return self.classifier.predict(samples)

        def predict_proba(self, samples):
            seen["test"] = samples
            return np.full((len(samples), 5), 0.2)

    for module, kinds in (
        ("convolution_based", ("MiniRocketClassifier", "MultiRocketHydraClassifier")),
        ("interval_based", ("QUANTClassifier",)),
    ):
        stand_in = ModuleType(f"aeon.classification.{module}")
        for kind in kinds:
            setattr(stand_in, kind, Rocket)
        monkeypatch.setitem(sys.modules, stand_in.__name__, stand_in)
    train, test = np.arange(0, 500, 5), np.arange(1, 500, 50)
    found = getattr(rockets, name)(simulation, train, test, seed=4)
    assert seen["seed"] == 4
    samples, labels = seen["train"]
    assert samples.dtype == seen["test"].dtype == np.float32
    # (item, channel, time)
    np.testing.assert_array_equal(samples, simulation.samples[train][:, None])
    np.testing.assert_array_equal(seen["test"], simulation.samples[test][:, None])
    np.testing.assert_array_equal(labels, simulation.labels[train])
    # scores, not choices: the mean of several is taken of them
    assert (found.scores == (0.2 if name == "quant" else 0.5)).all()


def test_kept_answers_are_small():
    """All that is kept has its answers, and is a file that a clone can carry."""
    path = ROOT / "lab_code" / "long" / "kept.json"
    assert path.stat().st_size < 500_000
    for one in json.loads(path.read_text()):
        assert len(record.answers_of(one)) == one["metrics"]["n_test"]
