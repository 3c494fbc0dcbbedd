"""Each lab runs from top to bottom; here with one epoch, and on simulated recordings."""

import ast
import runpy

import matplotlib.pyplot as plt
import pytest
from conftest import ROOT

from lab_code import record, training

LABS = sorted((ROOT / "examples").rglob("*.py"))
IDS = [lab.stem for lab in LABS]


@pytest.fixture
def one_epoch(monkeypatch):
    fit = training.fit
    monkeypatch.setattr(training, "fit", lambda *args, **kw: fit(*args, **(kw | {"epochs": 1})))


@pytest.mark.parametrize("lab", LABS, ids=IDS)
def test_lab_runs_as_a_script(lab, one_epoch, monkeypatch):
    monkeypatch.setenv("LAB_SOURCE", "simulated")
    shown = []
    monkeypatch.setattr(plt, "show", lambda: shown.extend(plt.get_fignums()))
    with plt.rc_context():
        runpy.run_path(str(lab), run_name="__main__")
    plt.close("all")
    assert shown
    experiments = record.read_all()
    assert bool(experiments) == ("record.write(" in lab.read_text())
    for experiment in experiments:
        assert experiment["name"].startswith(f"{lab.stem}/")
        assert experiment["data"]["source"] == "simulated"


def test_names_of_labs_tell_them_apart():
    assert len(set(IDS)) == len(IDS)  # their records are kept by name


@pytest.mark.parametrize("lab", LABS, ids=IDS)
def test_lab_says_what_it_is_for(lab):
    text = lab.read_text()
    assert "What you will learn" in ast.get_docstring(ast.parse(text))
    assert "**Before you start**" in ast.get_docstring(ast.parse(text))
    assert "# What to conclude" in text
