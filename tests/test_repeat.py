"""What is in the record can be run again, whoever ran it."""

import json
import textwrap

import joblib
import pytest
from conftest import ROOT

from lab_code import record
from lab_code.__main__ import main
from lab_code.freshness.environment import environment
from lab_code.long import experiments
from lab_code.record import provenance, repeat
from lab_code.record.book import gather

LAB = """
import sys
import numpy as np
from lab_code import record
from lab_code.answers import Answers
from lab_code.protocol import BY_MOMENT, ONE_SECOND
from lab_code.sources import load

recordings = load()
part = np.arange(50) * 10
for name, shift in (("one", 0), ("two", 1)):
    record.write(
        f"small/{name}", method="gru", task=ONE_SECOND, split=BY_MOMENT, seed=0, seconds=1,
        parameters={"shift": shift}, n_parameters=1, recordings=recordings,
        answers=Answers.of(recordings, part, (recordings.labels[part] + shift) % 5 + 1),
    )
"""


@pytest.fixture
def book(use_simulation, tmp_path, monkeypatch, simulation):
    """A book with one lab, its chapter of the same words, and the record of a build."""
    root = tmp_path / "book"
    lab = root / "examples" / "1_first" / "small.py"
    lab.parent.mkdir(parents=True)
    (root / "docs" / "chapters").mkdir(parents=True)
    lab.write_text(LAB)
    monkeypatch.setattr(repeat, "ROOT", root)
    exec(LAB, {})
    file = tmp_path / "record.json"
    gather(file, provenance.describe(simulation), None)
    monkeypatch.setenv("LAB_RECORD", str(tmp_path / "must stay empty"))
    yield lab, file
    assert not (tmp_path / "must stay empty").exists()


def test_all_of_a_build_agrees(book, capsys):
    _, file = book
    assert main(["record", "verify", str(file), "--all"]) == 0
    told = capsys.readouterr().out
    assert "small/one: agrees to the last digit" in told
    assert "small/two: agrees to the last digit" in told


def test_a_chapter_is_run_like_a_lab(book, capsys):
    lab, file = book
    chapter = repeat.ROOT / "docs" / "chapters" / "small.md"
    chapter.write_text(f"# Small\n\n```{{code-cell}} python\n%config x\n{LAB}\n```\n")
    lab.unlink()
    assert main(["record", "verify", str(file), "--experiment", "small/two"]) == 0
    assert "small/one" not in capsys.readouterr().out


def test_what_differs_is_told(book, capsys):
    lab, file = book
    lab.write_text(LAB.replace('("two", 1)', '("two", 2)'))
    assert main(["record", "verify", str(file), "--all", "--json"]) == 1
    one, two = json.loads(capsys.readouterr().out)["experiments"]
    assert one["agrees"]
    assert not two["agrees"]
    assert "parameters: recorded {'shift': 1}, now {'shift': 2}" in two["differences"]
    assert "answers: 50 of 50 differ" in two["differences"]


def test_one_changed_answer_is_told(book):
    _, file = book
    (one, _) = json.loads(file.read_text())["experiments"]
    answers = record.answers_of(one)
    predicted = answers.predicted.copy()
    predicted[7] = 6 - predicted[7] if predicted[7] != 3 else 4
    changed = type(answers)(
        *(getattr(answers, name) for name in list(one["answers"])[:-1]), predicted
    )
    assert repeat.differences(one, one) == []
    found = repeat.differences(one, one | {"answers": changed.pack()})
    assert found == ["answers: 1 of 50 differ"]


@pytest.mark.parametrize(
    ("change", "name", "complaint"),
    [
        ("gone", "small/one", "Run this in a clone of the book"),
        ("fails", "small/one", "small.py failed: ZeroDivisionError"),
        ("others", "small/one", "other recordings"),
        (None, "small/three", "no experiment 'small/three'"),
    ],
)
def test_what_cannot_be_verified(book, capsys, change, name, complaint):
    lab, file = book
    if change == "gone":
        lab.unlink()
    elif change == "fails":
        lab.write_text("1 / 0\n")
    elif change == "others":
        text = file.read_text()
        digest = json.loads(text)["data"]["digest"]
        file.write_text(text.replace(digest, "0" * 64))
    assert main(["record", "verify", str(file), "--experiment", name]) == 1
    assert complaint in capsys.readouterr().err


def test_an_experiment_that_is_no_longer_written_is_told(book, capsys):
    lab, file = book
    lab.write_text(LAB.replace('("one", 0)', '("other", 0)'))
    assert main(["record", "verify", str(file), "--experiment", "small/one"]) == 1
    assert "small no longer writes it" in capsys.readouterr().out


@pytest.mark.parametrize("where", ["threading", pytest.param("loky", marks=pytest.mark.trust)])
def test_a_long_experiment_is_run_as_such(
    where, use_simulation, simulation, capsys, tmp_path, monkeypatch
):
    name = "whole_by_recording_logistic_regression"
    one_fold = experiments.EXPERIMENTS[name]._replace(folds=(0,))
    monkeypatch.setitem(experiments.EXPERIMENTS, name, one_fold)
    entries = experiments.entries(name, simulation, n_jobs=1)
    file = tmp_path / "record.json"
    kept = [one | {"environment": environment()} for one in entries]
    gather(file, provenance.describe(simulation), None, kept)
    with joblib.parallel_config(where):
        assert main(["record", "verify", str(file), "--experiment", entries[0]["name"]]) == 0
    assert "agrees to the last digit" in capsys.readouterr().out


def test_every_experiment_of_the_book_can_be_found():
    """What is written by a lab or chapter has its name, so that it can be run again."""
    for path in [*ROOT.glob("examples/*/*.py"), *ROOT.glob("docs/chapters/*.md")]:
        text = textwrap.dedent(path.read_text())
        if "record.write(" in text:
            assert f"{path.stem}/" in text or "{LAB}/" in text, path
