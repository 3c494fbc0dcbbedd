"""The starts of a lab are those of the recorded runs, and the runs are what they say."""

import ast

import pytest
import torch
from conftest import ROOT
from torch import nn

from lab_code.long import starts

LAB = (ROOT / "examples/2_recurrence/the_start_matters.py").read_text()


def shown():
    """The starts that the lab shows, as functions."""
    wanted = [one for one in ast.parse(LAB).body if isinstance(one, ast.FunctionDef)]
    place = {"torch": torch, "nn": nn}
    exec(compile(ast.Module(wanted, []), "lab", "exec"), place)
    return {name: place[name] for name in starts.STARTS if name in place}


def test_the_lab_shows_the_starts_that_were_run():
    assert len(shown()) == 4
    for name, own in shown().items():
        torch.manual_seed(3)
        theirs = starts.STARTS[name].make(40)
        torch.manual_seed(3)
        mine = own(40)
        assert type(mine) is type(theirs)
        assert mine.mode == theirs.mode
        for one, other in zip(mine.parameters(), theirs.parameters(), strict=True):
            torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_chrono_keeps_up_to_the_length_and_identity_holds():
    bias = starts.chrono(400).bias_ih_l0.detach()
    keeps = 1 + bias[32:64].exp()
    assert keeps.min() >= 2
    assert 200 < keeps.max() <= 400
    torch.testing.assert_close(bias[:32], -bias[32:64])
    holds = starts.identity(10)
    h = torch.rand(1, 1, 32)
    torch.testing.assert_close(holds(torch.zeros(1, 7, 2), h)[1], h)


@pytest.mark.parametrize("n_steps", [4, 11])
def test_sums_are_those_of_the_two_marked(n_steps):
    sequences, sums = starts.adding_problem(20, n_steps)
    marks = sequences[..., 1]
    assert (marks.sum(dim=1) == 2).all()
    assert (marks[:, : n_steps // 2].sum(dim=1) == 1).all()
    torch.testing.assert_close((sequences[..., 0] * marks).sum(dim=1), sums)


def test_a_training_that_learns_ends_early_and_one_that_does_not_runs_on():
    seen = []
    learnt = starts.train("gru", 4, 0, 400, watch=lambda batch, *_: seen.append(batch))
    assert learnt["learnt"]
    assert learnt["error"] < starts.LEARNT
    assert seen == list(range(learnt["batches"]))
    assert len(seen) < 400
    short = starts.train("default", 30, 0, 8)
    assert not short["learnt"]
    assert short["batches"] == 8


def test_an_error_that_is_no_number_ends_a_training(monkeypatch):
    def broken(n_steps):
        recurrent = starts.default(n_steps)
        nn.init.constant_(recurrent.weight_ih_l0, float("nan"))
        return recurrent

    monkeypatch.setitem(starts.STARTS, "default", starts.Start(broken))
    run = starts.train("default", 4, 0, 100)
    assert (run["learnt"], run["batches"], run["error"]) == (False, 1, None)


def test_rates_count_each_training_once(monkeypatch):
    run = {"start": "gru", "n_steps": 30, "seed": 0, "learnt": True, "batches": 80}
    others = [run | {"learnt": False, "batches": 1200}, run | {"start": "lstm"}]
    monkeypatch.setattr(starts, "read_all", lambda: [run, *others])
    rates = starts.rates()
    assert list(rates) == ["lstm", "gru"]  # the order of the starts
    assert rates["gru"][30][:2] == (1, 2)
    assert rates["gru"][30].low < 0.5 < rates["gru"][30].high
    assert (rates["gru"][30].soonest, rates["gru"][30].latest) == (80, 1200)


def test_only_what_is_missing_is_run(monkeypatch, tmp_path):
    monkeypatch.setattr(starts, "FILE", tmp_path / "starts.json")
    monkeypatch.setattr(starts, "LENGTHS", (10, 400))
    monkeypatch.setattr(starts, "SEEDS", range(2))
    ran = []

    def train(start, n_steps, seed):
        ran.append((start, n_steps, seed))
        about = {"start": start, "n_steps": n_steps, "seed": seed}
        return about | {"learnt": start == "gru", "batches": 40, "error": 0.5}

    monkeypatch.setattr(starts, "train", train)
    starts.run_missing(["gru", "default"])
    short = [(name, 10, seed) for seed in range(2) for name in ("gru", "default")]
    assert ran == [*short, ("gru", 400, 0), ("gru", 400, 1)]  # default learnt nothing at 10
    starts.run_missing(["gru", "default"])
    assert len(ran) == 6
    assert len(starts.read_all()) == 6
