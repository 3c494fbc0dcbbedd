import copy
import json

import numpy as np
import pytest

from lab_code import comparison
from lab_code.__main__ import main
from lab_code.answers import Answers
from lab_code.freshness.environment import environment
from lab_code.protocol import ONE_SECOND
from lab_code.record import entries, provenance


def experiment(recordings, name="lab/gru", right=0.7, seconds=10.0, **parameters):
    item, labels = np.arange(1000), np.repeat([1, 2, 3, 4, 5], 200)
    predicted = np.where(np.arange(1000) % 10 < 10 * right, labels, labels % 5 + 1)
    return entries.entry(
        name,
        method="gru",
        task=ONE_SECOND,
        split="by recording",
        seed=0,
        seconds=seconds,
        parameters={"hidden_size": 64, **parameters},
        n_parameters=5,
        answers=Answers(item * 0, item, item // 2, item // 10, labels, predicted),
        recordings=recordings,
    )


def record_of(recordings):
    return {
        "version": "0.1.0",
        "commit": "a" * 40,
        "data": provenance.describe(recordings),
        "environment": environment(),
        "experiments": [experiment(recordings), experiment(recordings, "lab/lstm")],
        "long_runs": [],
    }


@pytest.fixture
def before(simulation):
    return record_of(simulation)


def test_nothing_changed(before):
    found = comparison.compare(before, copy.deepcopy(before))
    for what in ("data", "environment", "added", "removed", "settings", "moved"):
        assert not found[what]
    assert found["changed_within_interval"] == 0
    assert found["seconds"] == [20.0, 20.0]
    assert "no metric moved" in comparison.to_text(found)


def test_just_the_change_is_told(before, simulation):
    after = copy.deepcopy(before)
    after["experiments"][0] = experiment(simulation, right=0.9, hidden_size=96)
    found = comparison.compare(before, after)
    assert found["settings"] == {"lab/gru": {"hidden_size": [64, 96]}}
    assert {one["experiment"] for one in found["moved"]} == {"lab/gru"}
    assert found["moved"][0]["metric"] == "accuracy"
    text = comparison.to_text(found)
    assert "settings of lab/gru: hidden_size 64 -> 96" in text
    assert "70.0%" in text
    assert "90.0%" in text
    assert "lab/lstm" not in text


def test_what_moves_within_its_interval_is_only_counted(before):
    after = copy.deepcopy(before)
    after["experiments"][0]["metrics"]["accuracy"]["value"] += 0.001
    found = comparison.compare(before, after)
    assert not found["moved"]
    assert found["changed_within_interval"] == 1


def test_added_removed_packages_recordings(before, simulation):
    after = copy.deepcopy(before)
    after["experiments"][1]["name"] = "lab/new"
    after["environment"]["packages"]["torch"] = "99"
    after["data"]["digest"] = "0" * 64
    found = comparison.compare(before, after)
    assert found["added"] == ["lab/new"]
    assert found["removed"] == ["lab/lstm"]
    torch = before["environment"]["packages"]["torch"]
    assert found["environment"] == {"packages torch": [torch, "99"]}
    assert list(found["data"]) == ["digest"]
    assert f"environment: packages torch {torch} -> 99" in comparison.to_text(found)


# Commands


@pytest.fixture
def site(tmp_path, monkeypatch, before):
    monkeypatch.chdir(tmp_path)
    for version, right in (("0.1.0", 0.7), ("0.2.0", 0.9)):
        made = copy.deepcopy(before) | {"version": version}
        made["experiments"][0]["metrics"]["accuracy"]["value"] = right
        folder = tmp_path / "site" / version
        folder.mkdir(parents=True)
        (folder / "record.json").write_text(json.dumps(made))
    return tmp_path / "site"


def test_compare_by_version_and_by_file(site, capsys):
    assert main(["record", "compare", "0.1.0", str(site / "0.2.0" / "record.json")]) == 0
    assert "0.1.0 (aaaaaaaaaa) -> 0.2.0" in capsys.readouterr().out
    assert main(["record", "compare", "0.1.0", "0.2.0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["moved"][0]["after"]["value"] == 0.9


def test_records_are_compared_with_those_that_have_no_date(before):
    after = copy.deepcopy(before) | {"date": "2026-11-23T18:05:00+00:00"}
    text = comparison.to_text(comparison.compare(before, after))
    assert text.startswith("0.1.0 (aaaaaaaaaa) -> 0.1.0 (aaaaaaaaaa of 2026-11-23)\n")
    assert "aa of 2026-11-23) -> 0.1.0 (aa" in comparison.to_text(comparison.compare(after, before))


def test_show(site, capsys):
    assert main(["record", "show", "0.1.0"]) == 0
    out = capsys.readouterr().out
    assert "lab/lstm" in out
    assert "70.0%" in out


@pytest.mark.parametrize(
    ("where", "complaint"),
    [("0.9.9", "neither a file nor a version"), ("bad", "is not the record")],
)
def test_what_is_no_record(site, capsys, where, complaint):
    (site / "bad").mkdir()
    (site / "bad" / "record.json").write_text("[1, 2")
    assert main(["record", "show", where]) == 1
    assert complaint in capsys.readouterr().err


@pytest.fixture
def two(tmp_path, monkeypatch, before, simulation):
    monkeypatch.chdir(tmp_path)
    before["experiments"] = [
        experiment(simulation, right=0.8),
        experiment(simulation, "lab/lstm", right=0.7),
        experiment(simulation, "lab/old"),
    ]
    del before["experiments"][2]["answers"]
    file = tmp_path / "docs" / "_build" / "html" / "record.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(before))
    return file


def test_two_experiments_are_compared_in_pairs(two, capsys):
    assert main(["record", "compare", "lab/gru", "lab/lstm"]) == 0
    assert "item by item: +10.0 points (" in capsys.readouterr().out
    arguments = ["record", "compare", "lab/lstm", "lab/gru", "--record", str(two), "--json"]
    assert main(arguments) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["experiments"] == ["lab/lstm", "lab/gru"]
    assert found["difference"]["value"] == pytest.approx(-0.1)
    assert found["difference"]["low"] <= found["difference"]["high"] < 0


@pytest.mark.parametrize(
    ("pair", "complaint"),
    [(("lab/gru", "lab/none"), "no experiment"), (("lab/gru", "lab/old"), "keeps no answers")],
)
def test_what_cannot_be_compared_in_pairs(two, capsys, pair, complaint):
    assert main(["record", "compare", *pair]) == 1
    assert complaint in capsys.readouterr().err
