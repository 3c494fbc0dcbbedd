"""The stack of a lab is that of the recorded trainings, and these are read as they were run."""

import ast
import json

import numpy as np
import pytest
import torch
from conftest import ROOT
from torch import nn

from lab_code.answers import Answers
from lab_code.long import stacks
from lab_code.networks import n_parameters
from lab_code.protocol import BY_MOMENT, N_FOLDS
from lab_code.splits import five_folds

LAB = (ROOT / "examples/3_seizures/deep_and_both_ways.py").read_text()


@pytest.fixture
def own():
    """The functions of the lab that build a stack and read with it."""
    wanted = [one for one in ast.parse(LAB).body if isinstance(one, ast.FunctionDef)]
    place = {"torch": torch, "nn": nn}
    exec(compile(ast.Module(wanted, []), "lab", "exec"), place)
    return place


@pytest.fixture
def file(monkeypatch, tmp_path):
    """A file of trainings that is not there yet."""
    path = tmp_path / "stacks.json"
    monkeypatch.setattr(stacks, "FILE", path)
    stacks._kept.cache_clear()
    yield path
    stacks._kept.cache_clear()


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("residual", [False, True])
def test_the_lab_reads_as_the_recorded_networks_do(own, both, residual):
    network = stacks.Stack(8, 6, 3, bidirectional=both, residual=residual)
    sequences = torch.randn(4, 22, 8)
    mine, theirs = own["read"](network.layers, sequences, residual), network.read(sequences)
    for one, other in zip(mine, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_the_lab_trains_a_stack_as_they_are(own):
    torch.manual_seed(3)
    theirs = stacks.Stack(8, 6, 3).layers
    torch.manual_seed(3)
    assert str(own["new"]((8, 6, 6), 6)) == str(theirs)


@pytest.mark.parametrize("both", [False, True])
def test_without_residual_steps_it_is_what_torch_stacks(both):
    network = stacks.Stack(8, 6, 3, bidirectional=both)
    whole = nn.GRU(8, 6, 3, batch_first=True, bidirectional=both)
    for number, layer in enumerate(network.layers):
        for name, weight in layer.named_parameters():
            getattr(whole, name.replace("_l0", f"_l{number}")).data = weight.data
    sequences = torch.randn(4, 22, 8)
    torch.testing.assert_close(network.read(sequences)[-1], whole(sequences)[0])


def test_a_residual_step_adds_what_was_read():
    network = stacks.Stack(8, 6, 2, residual=True)
    for weight in network.layers[1].parameters():
        nn.init.zeros_(weight)  # the second layer says nothing
    first, second = network.read(torch.randn(4, 22, 8))
    torch.testing.assert_close(second, first)


def test_all_have_about_the_same_number_of_parameters():
    sizes = [n_parameters(stacks.build(name)) for name in stacks.SHAPES if name != "three_wide"]
    assert max(sizes) < 1.04 * min(sizes)


def test_pairs_differ_in_one_thing():
    for one, other in stacks.PAIRS.values():
        one, other = (stacks.SHAPES[name]._asdict() for name in (one, other))
        changed = {what for what in one if one[what] != other[what]} - {"hidden_size"}
        assert len(changed) == 1
        assert ("residual" in changed) <= (one["hidden_size"] == other["hidden_size"])


def test_one_training_learns(simulation):
    seconds = simulation.seconds()
    parts, split = stacks.parts_of(seconds, 1), five_folds(seconds, BY_MOMENT)[1]
    assert len(parts.test) == len(split.test)
    predicted, taken = stacks.train("two_both_residual", parts, 0, epochs=1)
    assert (predicted == seconds.labels[split.test]).mean() > 0.3
    assert taken > 0


def test_only_what_is_missing_is_run_and_only_complete_rounds_are_read(
    monkeypatch, file, simulation
):
    seconds = simulation.seconds()
    splits = five_folds(seconds, BY_MOMENT)
    monkeypatch.setattr(
        stacks, "parts_of", lambda _, fold: stacks.Parts(None, None, splits[fold].test)
    )
    labels = {split.test.tobytes(): seconds.labels[split.test] for split in splits}
    ran = []

    def train(name, parts, seed, epochs):
        ran.append((name, seed, epochs))
        right = labels[parts.test.tobytes()]
        return (right % 5 + 1, 2.0 * epochs) if name == "six" else (right, 1.0 * epochs)

    monkeypatch.setattr(stacks, "train", train)
    monkeypatch.setattr(stacks.provenance, "commit", lambda *_, **__: "commit")
    stacks.run_missing(seconds, "digest", rounds=1)
    every = len(stacks.SHAPES) * N_FOLDS
    assert len(set(ran[:every])) == every
    assert {epochs for *_, epochs in ran[:every]} == {stacks.EPOCHS}
    assert ran[every:] == [("six", fold, stacks.EPOCHS // 2) for fold in range(N_FOLDS)]
    stacks.run_missing(seconds, "digest", rounds=1)
    assert len(ran) == every + N_FOLDS

    said = stacks.answers(stacks.TIME_ALIKE)
    assert list(said) == list(stacks.SHAPES)
    assert said["one"].n_trials == N_FOLDS
    assert sorted(said["one"].item) == list(range(len(seconds)))
    assert said["one"].right.all()
    assert not said["six"].right.any()
    assert stacks.gaps(stacks.EPOCHS_ALIKE)["6 layers instead of 1"].value == -1
    assert stacks.costs()["seconds"]["six"] == 2 * stacks.EPOCHS

    kept = json.loads(file.read_text())
    assert kept["recordings"] == "digest"
    file.write_text(json.dumps(kept | {"runs": kept["runs"][1:]}))
    stacks._kept.cache_clear()
    assert stacks.answers(stacks.EPOCHS_ALIKE) == {}
    assert len(stacks.answers(stacks.TIME_ALIKE)) == len(stacks.SHAPES)


@pytest.mark.parametrize("how_long", [stacks.EPOCHS_ALIKE, stacks.TIME_ALIKE])
def test_what_is_kept_has_every_second_once_a_round(how_long):
    kept = stacks.answers(how_long)
    assert list(kept) == list(stacks.SHAPES)
    for said in kept.values():
        assert isinstance(said, Answers)
        assert said.n_trials == stacks.ROUNDS * N_FOLDS
        items, counts = np.unique(said.item, return_counts=True)
        assert len(items) == 11_500
        assert set(counts) == {stacks.ROUNDS}
    costs = stacks.costs()
    assert ((costs["taken"] / costs["taken"]["one"] - 1).abs() < 0.4).all()
