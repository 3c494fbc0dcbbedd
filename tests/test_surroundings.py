"""No git, no room, no right to write, another program beside: it works, or says why not."""

import errno
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from _ext import first_problem, publish, whole
from conftest import ROOT
from small_book import ALL
from test_whole import shown

from lab_code import files, moments, record
from lab_code.record import provenance, store

sys.path.insert(0, str(ROOT / "docs" / "_versions"))
import build_site
import release


def git(folder, *arguments):
    who = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def unpacked(tmp_path):
    """A book unpacked from an archive, in a clone of something else."""
    folder = tmp_path / "mine" / "book"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "conf.py").touch()
    git(folder.parent, "init", "--quiet")
    git(folder.parent, "commit", "--quiet", "--allow-empty", "--message", "Mine")
    return folder


def test_a_book_in_the_clone_of_something_else_has_no_commit(unpacked):
    assert provenance.commit(unpacked / "docs") is None
    assert provenance.date(unpacked / "docs") is None
    git(unpacked.parent, "add", "--all")
    git(unpacked.parent, "commit", "--quiet", "--message", "Ours")
    assert len(provenance.commit(unpacked / "docs")) == 40
    assert provenance.date(unpacked / "docs").startswith("20")


def test_without_git_there_is_no_commit(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert provenance.commit(ROOT) is provenance.date(ROOT) is None


@pytest.mark.parametrize("tool", ["site", "release"])
@pytest.mark.parametrize("lacks", ["git", "history"])
def test_old_versions_need_git(tmp_path, monkeypatch, tool, lacks):
    (tmp_path / "docs").mkdir()
    shutil.copytree(ROOT / "docs" / "_versions", tmp_path / "docs" / "_versions")
    if lacks == "git":
        monkeypatch.setenv("PATH", "")
    words = {"git": "git is not installed", "history": f"{tmp_path} is no git clone"}[lacks]
    with pytest.raises(SystemExit, match=rf"^{tool}: {words}\. .*old versions come from"):
        (build_site.main([], tmp_path) if tool == "site" else release.main(["9.9.9"], tmp_path))


def test_a_command_needs_no_git_and_no_clone(use_simulation, tmp_path):
    shutil.copytree(ROOT / "lab_code", tmp_path / "lab_code")
    command = [sys.executable, "-m", "lab_code", "data"]
    env = os.environ | {"PATH": ""}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0
    assert "500" in done.stdout


# No room, no right


def test_a_build_that_cannot_write_says_so(book, capsys):
    shutil.rmtree(book.docs / "_build")
    (book.docs / "_build").write_text("a file, where a folder must be")
    book(works=False)
    assert f"nothing can be built in {book.docs / '_build'}: File exists" in capsys.readouterr().err


@pytest.mark.parametrize("code", first_problem.NO_ROOM)
def test_a_full_disk_is_said(code):
    inner = OSError(code, os.strerror(code))
    for error in (inner, shutil.Error([("a", "b", str(inner))]), RuntimeError("disk is full")):
        outer = ValueError("the cache may need to be cleared")
        outer.__cause__ = error
        assert "no room" in first_problem.why_not_written(outer)
    assert first_problem.why_not_written(OSError(errno.ENOENT, "No such file")) is None
    assert first_problem.why_not_written(None) is None


@pytest.mark.trust
@pytest.mark.parametrize("most", [1_000, 5_000, 30_000, 100_000])
def test_a_build_without_room_leaves_the_site(book, most):
    """A limit on the size of a file stands for a full disk; what comes of it is the same."""
    site, before = book.root / "site", shown(book)
    kept = shutil.copytree(site, book.root / "kept")
    (book.root / "requirements.lock").write_text("torch==3")
    assert book.start_apart("prlimit", f"--fsize={most}").wait()
    assert not subprocess.run(["diff", "-r", kept, site]).returncode
    assert set(book()) <= set(ALL)
    assert shown(book) == before


def test_a_record_on_a_full_disk_keeps_the_old_one(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_RECORD", str(tmp_path))
    record.note("lab/fact", a=1)

    def full(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    opened = Path.open

    def without_room(path, mode="r", *more):
        file = opened(path, mode, *more)
        if "w" in mode:
            file.close()
            full(file)
        return file

    monkeypatch.setattr(Path, "open", without_room)
    with pytest.raises(OSError, match="No space left"):
        record.note("lab/fact", a=2)
    monkeypatch.undo()
    monkeypatch.setenv("LAB_RECORD", str(tmp_path))
    assert [fact["values"] for fact in record.read_facts()] == [{"a": 1}]
    assert len(list(tmp_path.iterdir())) == 1


def test_nobody_else_may_read_under_a_strict_umask(tmp_path):
    """And whoever writes may: the next run, and the next build."""
    before = os.umask(0o077)
    try:
        files.write_json(tmp_path / "a" / "b.json", {})
        files.write_new(tmp_path / "a" / "c", b"")
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "a").iterdir()}
    assert modes == {0o600}


# Another program beside


def test_a_lab_that_runs_again_while_the_record_is_read(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_RECORD", str(tmp_path))
    for name in ("lab/a", "lab/b"):
        record.note(name, a=1)
    read = Path.read_text

    def vanishes(path, *how):
        (tmp_path / "lab--b.facts").unlink(missing_ok=True)
        return read(path, *how)

    monkeypatch.setattr(Path, "read_text", vanishes)
    assert [fact["name"] for fact in record.read_facts()] == ["lab/a"]
    assert not store.is_whole(tmp_path / "lab--b.facts")
    monkeypatch.setattr(Path, "glob", lambda folder, pattern: [folder / "gone"])
    store.forget("lab")


def test_a_file_that_goes_while_digests_are_taken(book, monkeypatch):
    app = type("App", (), {"srcdir": book.docs, "doctreedir": "x", "outdir": "x"})
    before = whole.digests(app)
    gone = book.root / "record" / "lab_of_data--ran.facts"
    read = Path.read_bytes

    def vanishes(path):
        gone.unlink(missing_ok=True)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", vanishes)
    assert before.keys() - whole.digests(app).keys() == {"record/lab_of_data--ran.facts"}


def test_a_build_beside_a_script_that_writes_the_same_record(book):
    stop = threading.Event()

    def script():
        while not stop.wait(0.001):
            record.note("other/fact", a=1)
            (book.root / "record" / "other--fact.facts").unlink()

    beside = threading.Thread(target=script)
    beside.start()
    try:
        (book.root / "requirements.lock").write_text("torch==3")
        assert book() == ALL
    finally:
        stop.set()
        beside.join()
    assert book() == []


def test_a_build_leaves_what_a_script_is_just_writing(book):
    half, whole = (
        book.root / "record" / name for name in (".gone--a.facts.1.tmp", "gone--a.facts")
    )
    half.touch()
    record.note("gone/a", a=1)
    assert book() == []
    assert half.exists()
    assert not whole.exists()  # there is no such lab


def test_a_pipe_that_takes_the_place_of_a_file_is_not_waited_for(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_text("x")
    status = path.stat()
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr(Path, "stat", lambda path: status)
    with pytest.raises(OSError, match="not a regular file"):
        files.open_regular(path)


def test_a_pipe_in_the_place_of_kept_correlations_is_not_waited_for(tmp_path, monkeypatch, caplog):
    samples = np.random.default_rng(0).normal(0, 99, (3, 500)).astype(np.int16)
    found = moments.kept_correlations(samples)
    (kept,) = files.cache_folder().glob("correlations-*")
    kept.unlink()
    os.mkfifo(kept)
    assert (moments.kept_correlations(samples) == found).all()
    assert "not a regular file" in caplog.text


def test_a_build_that_was_killed_between_two_sites(book):
    site = book.root / "site"
    before = publish.content(site)
    site.rename(book.root / "site.old")
    book.page("page_of_data", "1 / 0")
    book(works=False)
    assert publish.content(site) == before
