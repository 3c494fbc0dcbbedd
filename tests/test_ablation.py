"""Cells that lack a part are what the lab shows, and the runs are what they say."""

import ast

import pytest
import torch
from conftest import ROOT
from torch import nn

from lab_code import cells
from lab_code.long import ablation
from lab_code.long.ablation import VARIANTS, Parts, Weights

LAB = (ROOT / "examples/2_recurrence/which_gate_matters.py").read_text()


def shown():
    """The cell that the lab shows."""
    (unroll,) = (
        one
        for one in ast.parse(LAB).body
        if isinstance(one, ast.FunctionDef) and one.name == "unroll"
    )
    place = {"torch": torch, "cells": cells}
    exec(compile(ast.Module([unroll], []), "lab", "exec"), place)
    return place["unroll"]


def of_torch(lstm, peepholes):
    """The weights of a module of torch, as one network of the batch."""
    b = lstm.bias_ih_l0 + lstm.bias_hh_l0
    p = torch.cat(list(peepholes))
    rest = torch.zeros(1, lstm.hidden_size, 1), torch.zeros(1, 1, 1)
    return Weights(
        lstm.weight_ih_l0.T[None], lstm.weight_hh_l0.T[None], b[None, None], p[None, None], *rest
    )


@pytest.fixture
def lstm():
    torch.manual_seed(0)
    return nn.LSTM(3, 6, batch_first=True)


def gradients(states, lstm):
    weights = list(lstm.parameters())
    return torch.autograd.grad(states.square().sum(), weights)


def test_without_peepholes_it_is_the_lstm_of_torch(lstm):
    x, peepholes = torch.randn(4, 20, 3), torch.rand(3, 6)
    theirs, _ = lstm(x)
    ours = ablation.unroll(x[None], of_torch(lstm, peepholes), Parts(peepholes=False))
    torch.testing.assert_close(ours["hidden"][0], theirs, rtol=0, atol=1e-6)
    pairs = zip(gradients(ours["hidden"], lstm), gradients(theirs, lstm), strict=True)
    for mine, other in pairs:
        torch.testing.assert_close(mine, other, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", VARIANTS)
def test_the_lab_shows_the_cells_that_were_run(lstm, name):
    x, peepholes = torch.randn(4, 20, 3), torch.rand(3, 6)
    hidden, cell = shown()(x, lstm, peepholes, name)
    ours = ablation.unroll(x[None], of_torch(lstm, peepholes), VARIANTS[name])
    torch.testing.assert_close(ours["hidden"][0], hidden, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(ours["cell"][0], cell, rtol=1e-5, atol=1e-6)
    full, _ = shown()(x, lstm, peepholes)
    assert torch.equal(full, hidden) == (name == "full")


def test_networks_side_by_side_do_not_touch_each_other():
    first = [ablation.first_weights(2, 1) for _ in range(2)]
    w, has = ablation.side_by_side([VARIANTS["full"], VARIANTS["apart"]], first)
    x = torch.rand(4, 3, 7, 2)
    together = ablation.answers(x, w, has)
    for row, (name, seed) in enumerate([("full", 0), ("full", 1), ("apart", 0), ("apart", 1)]):
        alone = ablation.answers(x[[row]], first[seed], VARIANTS[name])
        torch.testing.assert_close(together[[row]], alone, rtol=1e-5, atol=1e-6)


def test_each_network_is_clipped_by_itself():
    w, _ = ablation.side_by_side([Parts()], [ablation.first_weights(2, 1) for _ in range(2)])
    before = w.W_y.detach().clone()
    losses = torch.stack([100 * w.W_y[0].sum(), 0.01 * w.W_y[1].sum()])
    for tensor in w:
        tensor.grad = torch.zeros_like(tensor)
    losses = losses + 0 * sum(tensor.sum() for tensor in w)
    ablation.update(torch.optim.SGD(w, lr=1.0), w, losses)
    moved = (before - w.W_y.detach()).flatten(1)
    assert moved[0].norm().item() == pytest.approx(1, abs=1e-4)
    torch.testing.assert_close(moved[1], torch.full((16,), 0.01), rtol=1e-3, atol=1e-6)


def test_a_short_training_counts_its_batches_and_seeds():
    ended = ablation.adding(["full", "apart"], batches=ablation.AT_A_TIME)
    assert [(run["variant"], run["seed"]) for run in ended] == [
        (name, seed) for name in ("full", "apart") for seed in ablation.SEEDS
    ]
    assert all(run["batches"] == ablation.AT_A_TIME and not run["learnt"] for run in ended)
    assert len({run["error"] for run in ended}) == len(ended)


def test_differences_are_those_of_the_same_seed(monkeypatch):
    rate, updates = ablation.SETTINGS["eeg"][1]
    how = {"task": "eeg", "rate": rate, "updates": updates}
    runs = [
        how | {"variant": name, "seed": seed, "loss": 10.0 * seed + ahead}
        for ahead, name in enumerate(VARIANTS)
        for seed in ablation.SEEDS
    ]
    other = runs[0] | {"updates": updates + 1, "loss": 1e6}
    monkeypatch.setattr(ablation, "read_all", lambda: [*runs, other])
    found = ablation.paired("eeg", "loss", again=True)
    for ahead, name in enumerate(VARIANTS):
        assert found[name] == pytest.approx((20 + ahead, ahead, ahead, ahead))


def test_only_what_is_missing_is_run(monkeypatch, tmp_path):
    monkeypatch.setattr(ablation, "FILE", tmp_path / "ablation.json")
    ran = []

    def task(names, *setting):
        ran.append(setting)
        return [{"variant": name, "seed": 0} for name in names]

    monkeypatch.setattr(ablation, "TASKS", {"adding": task})
    ablation.run_missing(["adding"])
    ablation.run_missing(["adding"])
    assert ran == list(ablation.SETTINGS["adding"])
    assert len(ablation.read_all()) == len(VARIANTS) * len(ran)


def test_every_training_is_kept():
    kept = {
        (run["task"], run["rate"], run["updates"], run["variant"], run["seed"])
        for run in ablation.read_all()
    }
    assert kept == {
        (task, *setting, name, seed)
        for task, settings in ablation.SETTINGS.items()
        for setting in settings
        for name in VARIANTS
        for seed in ablation.SEEDS
    }
