"""The examples in docstrings: each does what it says, by itself, and none is missing."""

import doctest
import importlib
import inspect
import re

import pytest
from conftest import ROOT

from lab_code import record
from lab_code.cross_validation import to_record, train_on
from lab_code.models import trained
from lab_code.protocol import BY_MOMENT, ONE_SECOND
from lab_code.splits import Split, split_by_moment

PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")
IMPORTED = PAGE[PAGE.index("## What a lab imports") : PAGE.index("## What keeps the book true")]
MODULES = re.findall(r"^   (lab_code[\w.]*)$", IMPORTED, re.MULTILINE)
"""Those that students import, as the page of the package lists them."""

NETWORK = "many_to_one/gru_by_moment"
"""The trained network that examples load, as if it had been downloaded."""


def public(module):
    """Return the functions and classes that a module offers, by name."""
    names = getattr(module, "__all__", None) or [name for name in vars(module) if name[0] != "_"]
    found = {name: getattr(module, name) for name in names}
    return {
        name: one
        for name, one in found.items()
        if (inspect.isfunction(one) or inspect.isclass(one))
        and (hasattr(module, "__all__") or one.__module__ == module.__name__)
    }


@pytest.fixture(scope="module")
def network(simulation, tmp_path_factory):
    """The file of a network like the one that the site offers, and its entry in the record."""
    seconds = simulation.seconds()
    full = split_by_moment(seconds)
    split = Split(full.train[::20], full.validation[::20], full.test)
    sizes = {"input_size": 89, "hidden_size": 4, "n_classes": 5}
    how = {"samples_per_step": 89, "network": sizes, "training": {"epochs": 1}}
    trial = train_on(seconds, split, **how)
    about = {**to_record([trial]), "seed": 0, "parameters": how, "split": BY_MOMENT}
    folder = tmp_path_factory.mktemp("record")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAB_RECORD", str(folder))
        record.write(NETWORK, method="gru", task=ONE_SECOND, recordings=simulation, **about)
        return trained.keep(NETWORK, trial, simulation)


@pytest.fixture
def at_a_desk(network, use_simulation, style, tmp_path, monkeypatch):
    """A folder of one's own that the network was downloaded into, and a record of one's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LAB_SOURCE")  # examples say which recordings they take
    (tmp_path / network.name).write_bytes(network.read_bytes())
    (tmp_path / "record").mkdir()
    entry = network.with_suffix(".json")
    (tmp_path / "record" / entry.name).write_bytes(entry.read_bytes())


@pytest.mark.parametrize("name", MODULES)
def test_examples_do_what_they_say(name, at_a_desk):
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(verbose=False)
    said = []
    # nothing is imported for them: a reader may copy an example alone
    for test in finder.find(importlib.import_module(name), globs={}):
        runner.run(test, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)


@pytest.mark.parametrize("name", MODULES)
def test_each_function_and_class_has_an_example(name):
    without = [
        one
        for one, of in public(importlib.import_module(name)).items()
        if not re.search(r"^\s+Examples\n\s+-{8}\n\s+>>> ", of.__doc__ or "", re.MULTILINE)
    ]
    assert without == []


def test_they_are_found_where_students_look():
    assert {"lab_code.recordings", "lab_code.training", "lab_code.figures.slider"} <= set(MODULES)
    assert "fit" in public(importlib.import_module("lab_code.training"))
    assert "write" in public(importlib.import_module("lab_code.record"))
    assert "np" not in public(importlib.import_module("lab_code.moments"))
