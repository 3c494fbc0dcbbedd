"""Files of an earlier build that are damaged or missing are named, and made again."""

import hashlib
import json
import re
import shutil

import pytest
from small_book import ALL

from lab_code.record import store

WAYS = {
    "emptied": lambda path: path.write_bytes(b""),
    "overwritten": lambda path: path.write_bytes(b"\xff not what was here \x00"),
    "deleted": lambda path: path.unlink(),
}
VOLATILE = {".doctree", ".pickle", ".zip"}
"""What has another content each time that it is written."""
TIME = re.compile(rb"\d+ minutes [\d.]+ seconds")


def shown(book):
    """Return what the book shows, and what its labs wrote into the record."""
    folders = book.root / "out", book.root / "record"
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {
        str(path): hashlib.sha256(TIME.sub(b"", path.read_bytes())).hexdigest()
        for path in files
        if path.suffix not in VOLATILE and not path.name.startswith(".buildinfo")
    }


def left(book):
    return json.loads((book.docs / "_build" / "left.json").read_text())


def one_of_each_kind(book):
    """Return one file of each folder and suffix that the next build builds on."""
    kinds = {
        (path.rpartition("/")[0], path.rpartition(".")[2]): path for path in sorted(left(book))
    }
    return [book.root / path for path in kinds.values()]


@pytest.mark.parametrize("way", WAYS)
def test_damage_of_every_kind_at_once(book, way, count):
    before = shown(book)
    damaged = one_of_each_kind(book)
    count("tampering", "files of a build", len(damaged))
    assert len(damaged) > 25
    for path in damaged:
        WAYS[way](path)
    assert book() == ALL
    assert shown(book) == before
    assert book() == []


@pytest.mark.parametrize(
    ("file", "runs"),
    [
        ("record/lab_of_cells--ran.facts", ["lab_of_cells"]),
        ("docs/_build/labs/lab_of_cells", ["lab_of_cells"]),
        ("docs/labs/1_first/lab_of_cells.rst", ["lab_of_cells"]),
        ("docs/_build/pages/page_of_data", ["index", "page_of_data"]),
        ("docs/_build/jupyter_cache/global.db", ["index", "page_of_data"]),
        ("out/index.html", []),
        ("doctrees/index.doctree", []),
        ("doctrees/environment.pickle", []),
        ("docs/_build/left.json", ALL),
    ],
)
def test_only_what_made_a_damaged_file_runs_again(book, file, runs):
    before = shown(book)
    (book.root / file).write_bytes(b"\xff")
    assert book() == runs
    assert shown(book) == before


@pytest.mark.trust
@pytest.mark.parametrize("way", WAYS)
def test_damage_of_each_file_by_itself(book, way, count):
    before = shown(book)
    for path in left(book):
        count("tampering", "files of a build")
        WAYS[way](book.root / path)
        book()
        assert shown(book) == before, path


def test_a_build_that_was_killed_left_no_list_but_the_record_is_read(book):
    (book.docs / "_build" / "left.json").unlink()
    weights = book.root / "record" / "lab_of_cells--gru.safetensors"
    weights.write_bytes(b"weights, which are no JSON")
    fact = book.root / "record" / "lab_of_data--ran.facts"
    fact.write_text("")
    assert book() == ["lab_of_data"]
    assert fact.read_text()
    assert weights.exists()


def test_a_list_that_names_files_elsewhere_harms_none(book, tmp_path):
    """As after a change of LAB_RECORD, or by somebody who means ill."""
    mine = tmp_path / "mine.txt"
    mine.write_text("not of this book")
    listed = left(book) | {
        str(mine): "0",
        f"../{tmp_path.name}/mine.txt": "0",
        "docs/index.md": "0",
    }
    (book.docs / "_build" / "left.json").write_text(json.dumps(listed))
    assert book() == []
    assert mine.exists()
    assert (book.docs / "index.md").exists()


def test_a_copy_of_the_project_leaves_the_first_alone(book, monkeypatch):
    """Its files have the same names from its root, and are whole."""
    copy = shutil.copytree(book.root, book.root.with_name("copy"))
    before = shown(book)
    other = type(book)(copy)
    other.take_part(monkeypatch)
    other()
    assert shown(book) == before
    shutil.rmtree(copy)


def test_a_damaged_file_is_named(book, capsys):
    fact = book.root / "record" / "lab_of_data--ran.facts"
    fact.write_text("")
    book(quiet=False)
    assert f"{fact} is not as the last build left it" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "[]", "{", '{"name": "other/x"}', '{"name": 3}', "[" * 9999])
def test_a_record_that_cannot_be_read_is_named(tmp_path, monkeypatch, text):
    monkeypatch.setenv("LAB_RECORD", str(tmp_path))
    (tmp_path / "lab--x.json").write_text(text)
    with pytest.raises(ValueError, match=r"lab--x.json is damaged: delete it, and run its"):
        store.read_all()
