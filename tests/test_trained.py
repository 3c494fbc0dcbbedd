import os
import threading
import zlib

import numpy as np
import pytest
import torch
from pandas.testing import assert_frame_equal

from lab_code import trial
from lab_code.freshness import trained
from lab_code.networks import RecurrentClassifier
from lab_code.seeds import set_seed
from lab_code.splits import split_by_recording


@pytest.fixture
def fits(monkeypatch):
    """One mark for each training."""
    fits, fit = [], trial.fit

    def counted(*arguments, **settings):
        fits.append("fit")
        return fit(*arguments, **settings)

    monkeypatch.setattr(trial, "fit", counted)
    return fits


@pytest.fixture
def run(simulation):
    items = simulation.seconds()
    split = split_by_recording(items, seed=0)

    def run(seed=0, hidden_size=4, split=split, **training):
        set_seed(seed)
        network = RecurrentClassifier(89, hidden_size, 5, "rnn", num_layers=2, dropout=0.2)
        settings = {"samples_per_step": 89, "epochs": 1, "progress": False} | training
        done = trial.train_and_test(network, items, split, **settings)
        return done, torch.rand(3)

    run.items = items
    return run


@pytest.fixture
def shared(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_TRAINED", str(tmp_path / "trained"))


def test_a_reused_network_equals_a_trained_one(run, fits, shared):
    first, random = run()
    again, random_again = run()
    assert fits == ["fit"]
    assert_frame_equal(first.history, again.history)
    for one, other in zip(first.network.parameters(), again.network.parameters(), strict=True):
        assert torch.equal(one, other)
    assert (first.answers.predicted == again.answers.predicted).all()
    assert torch.equal(random, random_again)


def test_by_itself_a_lab_trains_all_its_networks(run, fits):
    run()
    run()
    assert len(fits) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 1},
        {"hidden_size": 5},
        {"learning_rate": 0.1},
        {"samples_per_step": 89, "epochs": 2},
    ],
)
def test_another_training_is_another_network(run, fits, shared, other):
    run()
    run(**other)
    assert len(fits) == 2


def test_another_split_is_another_network(run, fits, shared):
    run()
    run(split=split_by_recording(run.items, seed=1))
    assert len(fits) == 2


def test_other_code_is_another_network(run, fits, shared, monkeypatch):
    run()
    monkeypatch.setattr(trained.code_behind, "digest", lambda code, environment: "other")
    run()
    assert len(fits) == 2


@pytest.mark.parametrize("what", ["processor", "packages"])
def test_another_machine_or_torch_is_another_network(run, fits, shared, monkeypatch, what):
    run()
    around = trained.environment()
    monkeypatch.setattr(trained, "environment", lambda: around | {what: "another"})
    run()
    assert len(fits) == 2


def test_a_lab_that_measures_the_time_trains_again(run, fits, shared):
    run()
    run(anew=True)
    assert len(fits) == 2


def test_processes_that_share_one_training_all_take_part(shared, monkeypatch):
    """And none waits for a lock while another waits for its gradients."""
    monkeypatch.setattr(trained.distributed, "is_initialized", lambda: True)
    network, done = torch.nn.Linear(1, 1), []

    def train():
        done.append("fit")
        return trained.pd.DataFrame({"seconds": [1.0]})

    for _ in range(2):
        trained.train_once(network, train, b"x")
    assert len(done) == 2


def test_of_two_labs_at_once_one_waits(shared):
    network, began, go_on, done = torch.nn.Linear(1, 1), threading.Event(), threading.Event(), []

    def train():
        began.set()
        go_on.wait(10)
        done.append("fit")
        return trained.pd.DataFrame({"seconds": [1.0]})

    threads = [
        threading.Thread(target=trained.train_once, args=(network, train, b"x")) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    assert began.wait(10)
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert done == ["fit"]


def flipped(content, rng):
    place = rng.integers(len(content))
    return content[:place] + bytes([content[place] ^ 1 << rng.integers(8)]) + content[place + 1 :]


DAMAGE = {
    "empty": lambda content, rng: b"",
    "text": lambda content, rng: b"not weights",
    "half": lambda content, rng: content[: len(content) // 2],
    "a bit": flipped,
    "another bit": flipped,
    "one more bit": flipped,
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_network_is_trained_again(run, fits, shared, tmp_path, kind):
    first, random = run()
    (path,) = (tmp_path / "trained").glob("*.pt")
    path.write_bytes(
        DAMAGE[kind](path.read_bytes(), np.random.default_rng(zlib.crc32(kind.encode())))
    )
    again, random_again = run()
    assert first.history.drop(columns="seconds").equals(again.history.drop(columns="seconds"))
    for one, other in zip(first.network.parameters(), again.network.parameters(), strict=True):
        assert torch.equal(one, other)
    assert torch.equal(random, random_again)
    assert fits == ["fit", "fit"]


def test_the_file_of_another_network_is_not_taken(run, fits, shared, tmp_path):
    run(hidden_size=5)
    (other,) = (tmp_path / "trained").glob("*.pt")
    first, _ = run()
    (path,) = set((tmp_path / "trained").glob("*.pt")) - {other}
    path.write_bytes(other.read_bytes())
    again, _ = run()
    assert len(fits) == 3
    assert first.history.drop(columns="seconds").equals(again.history.drop(columns="seconds"))


def test_a_pipe_in_the_place_of_a_network_does_not_hang(run, fits, shared, tmp_path):
    run()
    (path,) = (tmp_path / "trained").glob("*.pt")
    path.unlink()
    os.mkfifo(path)
    run()
    assert path.is_file()
