"""The page that compares the versions of a site."""

import copy
import json
import sys

import pytest
from conftest import ROOT
from test_comparison import before  # noqa: F401

sys.path.insert(0, str(ROOT / "docs" / "_versions"))

import changes


@pytest.fixture
def versions(tmp_path, before):  # noqa: F811
    """The folders of three versions, newest first; one accuracy moved between the last two."""
    folders = []
    for version, accuracy in (("0.1.0", 0.7), ("0.2.0", 0.7), ("dev", 0.9)):
        made = copy.deepcopy(before) | {"version": version}
        made["experiments"][0]["metrics"]["accuracy"]["value"] = accuracy
        folder = tmp_path / version
        folder.mkdir()
        (folder / "record.json").write_text(json.dumps(made))
        folders.insert(0, folder)
    return folders


def page(folders):
    target = folders[0].parent / "changes.html"
    changes.write_changes(target, folders, "")
    return target.read_text()


def test_each_neighbouring_pair_is_compared(versions):
    html = page(versions)
    newest, oldest = html.split("<pre>")[1:]
    assert newest.startswith("0.2.0 (")
    assert "-&gt; dev (" in newest
    assert "moved: lab/gru, accuracy: 70.0%" in newest
    assert oldest.startswith("0.1.0 (")
    assert "no metric moved" in oldest


def test_each_accuracy_is_drawn_for_all_versions(versions):
    html = page(versions)
    assert html.count("<svg") == 2  # two experiments
    gru = html[html.index("<span>lab/gru</span>") :]
    assert gru.split("</svg>")[0].count("<circle") == 3
    assert "Accuracy of lab/gru by version. 0.1.0: 70.0%" in gru
    assert gru.split("</svg>")[1].startswith("<span>90.0%")


@pytest.mark.parametrize("content", [None, "{}", "[1", '{"experiments": [{"name": 1}]}'])
def test_a_version_without_a_record_of_this_layout_is_passed_over(versions, content):
    (versions[1] / "record.json").unlink()
    if content is not None:
        (versions[1] / "record.json").write_text(content)
    (only,) = page(versions).split("<pre>")[1:]
    assert only.startswith("0.1.0 (")
    assert "-&gt; dev (" in only


def test_one_version_has_nothing_to_compare(versions):
    assert "nothing to compare" in page(versions[:1])
