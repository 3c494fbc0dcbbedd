"""Releases and the site of all versions, on a small book with a git history of its own."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT
from filelock import FileLock
from sphinx.cmd.build import main as sphinx

TOOLS = ROOT / "docs" / "_versions"
sys.path.insert(0, str(TOOLS))
import build_site
import digests
import release
import released

NOX = '''
"""Stands in for nox, in a book whose pages are written by hand."""
import json, os, shutil, sys
from pathlib import Path

for session in sys.argv[sys.argv.index("-s") + 1 :]:
    if Path(f"{session}.fails").exists():
        sys.exit(f"{session} failed")
    with open(os.environ["RUNS"], "a") as file:
        told = {name: os.environ.get(name) for name in ("LAB_DATA", "LAB_SITE_URL")}
        file.write(json.dumps([session, os.getcwd(), told]) + "\\n")
    if session == "docs":
        shutil.rmtree("docs/_build/html", ignore_errors=True)
        shutil.copytree("docs/pages", "docs/_build/html")
        shutil.copy("lab_code/__init__.py", "docs/_build/html/version.txt")
'''


FINE = ("--checks", "fine")


class Book:
    """A repository that has what the tools look at, and nothing else."""

    def __init__(self, root):
        self.root = root
        self.site = root / "site"

    def start(self):
        self.write("lab_code/__init__.py", '"""Labs."""\n\n__version__ = "0.1.0.dev0"\n')
        self.write("CHANGELOG.md", "# Changes\n\n## Unreleased\n\n- All of it.\n")
        self.write("CITATION.cff", 'title: Book\nversion: "0.0.0"\ndate-released: "2026-01-01"\n')
        self.write("docs/_versions/switcher.json", "[]\n")
        self.write("docs/pages/index.html", "first")
        self.write("docs/pages/chapters/one.html", "one")
        self.write("docs/pages/_static/part.html", "no page")
        self.write("nox.py", NOX)
        self.write(".gitignore", "__pycache__/\n/docs/_build/\n/site/\n/.site/\n")
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "test")
        self.git("config", "user.email", "test@localhost")
        self.commit()
        return self

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def read(self, name):
        return (self.root / name).read_text()

    def git(self, *arguments):
        return released.git(self.root, *arguments)

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Work")

    def change(self, page="second"):
        """Commit a change that the changelog tells."""
        told = self.read("CHANGELOG.md").replace("## Unreleased\n", "## Unreleased\n\n- New.\n")
        self.write("CHANGELOG.md", told)
        self.write("docs/pages/index.html", page)
        self.commit()

    def release(self, version, *arguments):
        release.main([version, *(arguments or FINE)], root=self.root)

    def build(self):
        build_site.main([], root=self.root)

    def copy(self, root):
        shutil.copytree(self.root, root, symlinks=True)
        return Book(root)

    def state(self):
        """All that a release may change, and must not if it fails."""
        return (
            self.git("rev-parse", "HEAD", "main"),
            self.git("branch", "--show-current"),
            self.git("status", "--porcelain"),
            self.files(),
            self.leftovers(),
        )

    def files(self):
        names = self.git("ls-files", "--cached", "--others", "--exclude-standard").split()
        return {name: self.read(name) for name in names}

    def leftovers(self):
        """Worktrees and other traces of a run."""
        traces = [str(path) for path in self.root.glob(".site/*") if path.name != "lock"]
        return self.git("worktree", "list").splitlines()[1:] + traces


def contents(folder, times=False):
    """Each file's digest, and when it was written."""
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            times and path.stat().st_mtime_ns,
        )
        for path in folder.rglob("*")
        if path.is_file() and "stable" not in path.relative_to(folder).parts
    }


@pytest.fixture(autouse=True)
def runs(tmp_path, monkeypatch):
    """What the stand-in for nox was asked to run, where, and with which environment."""
    path = tmp_path / "runs"
    monkeypatch.setenv("RUNS", str(path))
    monkeypatch.delenv("LAB_SITE_URL", raising=False)

    def runs():
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return [
            SimpleNamespace(**dict(zip(("name", "folder", "told"), json.loads(line), strict=True)))
            for line in lines
        ]

    return runs


@pytest.fixture(scope="module")
def new_book(tmp_path_factory):
    """The book that each test has a copy of."""
    return Book(tmp_path_factory.mktemp("new") / "book").start()


@pytest.fixture(scope="module")
def released_twice(new_book, tmp_path_factory):
    book = new_book.copy(tmp_path_factory.mktemp("released") / "book")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNS", os.devnull)
        book.release("0.1.0")
        book.change()
        book.release("0.2.0")
    return book


@pytest.fixture
def book(new_book, tmp_path):
    return new_book.copy(tmp_path / "book")


@pytest.fixture
def two_releases(released_twice, tmp_path):
    return released_twice.copy(tmp_path / "book")


@pytest.fixture(params=["some", pytest.param("every", marks=pytest.mark.trust)])
def steps(request):
    """The steps at which a command is disturbed: all of them with ``nox -s trust``."""
    if request.param == "every":
        return range(100)
    return range(zlib.crc32(request.node.originalname.encode()) % 5, 100, 5)


# Releases


def test_a_release_is_committed_and_listed(book, runs, capsys):
    start = book.git("rev-parse", "HEAD")
    book.release("0.1.0")
    listing, releasing, before = book.git("log", "--format=%H", "-3").split()
    assert before == start
    assert '__version__ = "0.1.0"\n' in book.git("show", f"{releasing}:lab_code/__init__.py") + "\n"
    assert book.git("show", f"{releasing}:docs/_versions/switcher.json") == "[]"
    assert book.git("log", "-1", "--format=%s", releasing) == "Release 0.1.0"
    (entry,) = json.loads(book.read("docs/_versions/switcher.json"))
    date = entry.pop("date")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", date)
    assert entry == {
        "name": "0.1.0",
        "version": "0.1.0",
        "url": "0.1.0/",
        "commit": releasing,
        "preferred": True,
    }
    assert book.read("lab_code/__init__.py").endswith('\n__version__ = "0.2.0.dev0"\n')
    assert book.read("CHANGELOG.md") == (
        f"# Changes\n\n## Unreleased\n\n## 0.1.0 ({date})\n\n- All of it.\n"
    )
    citation = f'title: Book\nversion: "0.1.0"\ndate-released: "{date}"\n'
    assert book.git("show", f"{releasing}:CITATION.cff") + "\n" == citation
    assert book.read("CITATION.cff") == citation
    assert book.git("status", "--porcelain") == ""
    assert book.leftovers() == []
    (check,) = runs()
    assert check.name == "fine"
    assert check.folder != str(book.root)
    assert f"git tag v0.1.0 {releasing}" in capsys.readouterr().out
    assert listing == book.git("rev-parse", "main")


def test_only_the_newest_release_is_preferred(two_releases):
    entries = released.read_list(two_releases.root)
    assert [entry["version"] for entry in entries] == ["0.2.0", "0.1.0"]
    assert [entry.get("preferred") for entry in entries] == [True, None]
    changes = two_releases.read("CHANGELOG.md")
    headings = re.findall("^## (.*?)(?: \\(.*)?$", changes, re.MULTILINE)
    assert headings == ["Unreleased", "0.2.0", "0.1.0"]


def test_the_checks_are_those_of_the_book_unless_told_otherwise(book, runs):
    book.release("0.1.0", "--no-venv")
    assert [run.name for run in runs()] == ["lint", "tests", "trust", "docs"]


def dirty(book):
    book.write("docs/pages/index.html", "changed")


def not_in_git(book):
    book.write("docs/pages/new.html", "new")


def no_branch(book):
    book.git("switch", "--quiet", "--detach")


def empty_changelog(book):
    book.write("CHANGELOG.md", "# Changes\n\n## Unreleased\n\n## 0.1.0 (2026-01-01)\n\n- Old.\n")
    book.commit()


def no_section(book):
    book.write("CHANGELOG.md", "# Changes\n\n- Something.\n")
    book.commit()


def failing(book):
    book.write("fine.fails", "")
    book.commit()


def tagged(book):
    book.git("tag", "v0.3.0")


def no_citation(book):
    book.write("CITATION.cff", "title: Book\n")
    book.commit()


def no_version(book):
    book.write("lab_code/__init__.py", "")
    book.commit()


def damaged(book):
    book.write("docs/_versions/switcher.json", "{")
    book.commit()


@pytest.mark.parametrize(
    ("prepare", "version", "says"),
    [
        (None, "0.3", "'0.3' is not a version. It must look like 1.2.0."),
        (None, "v0.3.0", "'v0.3.0' is not a version"),
        (None, "0.3.0.dev0", "'0.3.0.dev0' is not a version"),
        (None, "0.2.0", "0.2.0 is not higher than 0.2.0, which is released"),
        (None, "0.1.9", "0.1.9 is not higher than 0.2.0, which is released"),
        (tagged, "0.3.0", "the tag v0.3.0 exists already"),
        (dirty, "0.3.0", "M docs/pages/index.html"),
        (not_in_git, "0.3.0", "?? docs/pages/new.html"),
        (no_branch, "0.3.0", "no branch is checked out"),
        (empty_changelog, "0.3.0", "CHANGELOG.md says nothing under '## Unreleased'"),
        (no_section, "0.3.0", "CHANGELOG.md says nothing under '## Unreleased'"),
        (failing, "0.3.0", "fine did not succeed in a clean checkout"),
        (no_version, "0.3.0", "lab_code/__init__.py must have one line like"),
        (no_citation, "0.3.0", "CITATION.cff must have one line like version:"),
        (damaged, "0.3.0", "docs/_versions/switcher.json is damaged"),
    ],
)
def test_a_release_is_refused_and_nothing_changes(two_releases, prepare, version, says):
    two_releases.change("third")
    if prepare:
        prepare(two_releases)
    before = two_releases.state()
    with pytest.raises(SystemExit, match=r"^release: ") as error:
        two_releases.release(version)
    assert says in str(error.value)
    assert two_releases.state() == before


def test_a_release_does_not_overwrite_what_was_committed_meanwhile(book):
    book.write(
        "nox.py", NOX + f"\nos.system('git -C {book.root} commit -q --allow-empty -m More')\n"
    )
    book.commit()
    with pytest.raises(SystemExit, match=r"git merge"):
        book.release("0.1.0")
    assert book.git("log", "-1", "--format=%s") == "More"
    assert book.git("status", "--porcelain") == ""
    assert released.read_list(book.root) == []


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, {tools!r})
import {tool} as tool

left = {count}

def watch(event, arguments):
    global left
    if event in ("subprocess.Popen", "os.rename", "os.symlink", "shutil.copytree"):
        left -= 1
        if left < 0:
            os._exit(9)

sys.addaudithook(watch)
tool.main({arguments!r}, root=Path({root!r}))
"""


def killed(book, tmp_path, tool, arguments, steps):
    """Kill a command before each of these steps; yield the book it leaves, at last the whole."""
    for count in steps:
        copy = book.copy(tmp_path / f"copy {count}")
        values = {"tools": str(TOOLS), "tool": tool, "arguments": arguments, "root": str(copy.root)}
        code = KILLED.format(count=count, **values)
        status = subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL).returncode
        yield copy, status == 0
        shutil.rmtree(copy.root)
        if status == 0:
            assert count > 8
            return
        assert status == 9
    pytest.fail("the command never came to its end")


def test_a_release_that_is_killed_leaves_nothing_half_done(book, tmp_path, steps, count):
    before = book.state()
    for copy, done in killed(book, tmp_path, "release", ["0.1.0", *FINE], steps):
        if copy.git("rev-parse", "HEAD") == before[0].split()[0]:
            assert copy.state()[:4] == before[:4]
            copy.release("0.1.0")  # the next one finds what the killed one left, and removes it
        assert [entry["version"] for entry in released.read_list(copy.root)] == ["0.1.0"]
        assert copy.git("log", "--format=%s").count("Release 0.1.0") == 1
        assert copy.git("status", "--porcelain") == ""
        if not done:
            count("kills", "release")
            copy.change()
            copy.release("0.2.0")
        assert copy.leftovers() == []


def test_a_worktree_whose_making_was_killed_is_no_hindrance(book):
    """Git remembers it, and its folder is gone."""
    folder = book.root / ".site" / "work" / "release"
    book.git("worktree", "add", "--quiet", "--detach", str(folder))
    shutil.rmtree(folder)
    book.release("0.1.0")
    assert book.leftovers() == []


def interrupted(book, tmp_path, monkeypatch, command, steps):
    """Press Ctrl-C in each of these subprocesses of a command; yield the book it leaves."""
    run = subprocess.run
    for count in steps:
        copy = book.copy(tmp_path / f"copy {count}")
        left = [count]

        def interrupt(*arguments, left=left, **keywords):
            left[0] -= 1
            if left[0] == -1:
                raise KeyboardInterrupt
            return run(*arguments, **keywords)

        monkeypatch.setattr(released.subprocess, "run", interrupt)
        try:
            command(copy)
            assert count > 1
            return
        except KeyboardInterrupt:
            monkeypatch.setattr(released.subprocess, "run", run)
            yield copy
    pytest.fail("the command never came to its end")


def test_a_release_that_is_interrupted_leaves_no_trace(book, tmp_path, monkeypatch, steps):
    before = book.state()

    def command(copy):
        copy.release("0.1.0")

    for copy in interrupted(book, tmp_path, monkeypatch, command, steps):
        assert copy.state() == before


# The site


def test_the_site_has_every_release_and_dev(two_releases, runs):
    two_releases.write("docs/pages/index.html", "third")
    runs()
    two_releases.build()
    site = two_releases.site
    for version, page in {"0.1.0": "first", "0.2.0": "second", "dev": "third"}.items():
        assert (site / version / "index.html").read_text() == page
    assert '"0.1.0"' in (site / "0.1.0" / "version.txt").read_text()
    assert (site / "stable").readlink() == Path("0.2.0")
    folders = [run.folder for run in runs()]
    assert len(set(folders)) == 3
    assert folders[-1] == str(two_releases.root)
    assert two_releases.leftovers() == []
    assert 'content="0; url=stable/index.html"' in (site / "index.html").read_text()
    table = (site / "versions.html").read_text()
    assert re.findall('<a href="(.*?)"', table) == [
        "changes.html",
        "dev/index.html",
        "0.2.0/index.html",
        "0.1.0/index.html",
    ]
    for name in re.findall('<link .*?href="(.*?)"', table):
        assert (site / name).is_file()
    entries = json.loads((site / "switcher.json").read_text())
    assert [entry["name"] for entry in entries] == ["dev", "0.2.0 (stable)", "0.1.0"]
    script = (site / "versions.js").read_text()
    listed = json.loads(re.search(r"const versions = (\[.*\]);", script)[1])
    assert [entry["url"] for entry in listed] == ["dev/", "0.2.0/", "0.1.0/"]
    assert {tuple(entry["pages"]) for entry in listed} == {("chapters/one.html", "index.html")}
    assert 'dataset.version = "0.1.0"' in (site / "0.1.0" / "_static" / "site.js").read_text()


def test_without_a_release_the_site_is_dev(book, runs):
    book.build()
    book.build()
    assert [run.folder for run in runs()] == [str(book.root)] * 2
    assert not os.path.lexists(book.site / "stable")
    assert 'content="0; url=dev/index.html"' in (book.site / "index.html").read_text()
    assert (
        "<loc>http://localhost:8000/dev/index.html</loc>" in (book.site / "sitemap.xml").read_text()
    )


def test_the_stable_link_goes_when_no_release_is_left(two_releases):
    two_releases.build()
    two_releases.write("docs/_versions/switcher.json", "[]")
    two_releases.build()
    assert not os.path.lexists(two_releases.site / "stable")


def test_a_site_that_is_no_folder_is_told(book):
    book.write("site", "mine")
    with pytest.raises(SystemExit, match=r"^site: .*site is not a folder\. Move it away\."):
        book.build()
    assert book.read("site") == "mine"


def test_a_site_on_another_disk_is_told(book, runs):
    memory = Path("/dev/shm")
    if not memory.exists() or memory.stat().st_dev == book.root.stat().st_dev:
        pytest.skip("there is no other disk here")
    with tempfile.TemporaryDirectory(dir=memory) as elsewhere:
        book.site.symlink_to(elsewhere)
        with pytest.raises(SystemExit, match=r"^site: .* is on another disk"):
            book.build()
    assert runs() == []


def test_a_release_is_built_once(two_releases, runs):
    two_releases.build()
    before = contents(two_releases.site, times=True)
    two_releases.change("third")
    two_releases.release("0.3.0")
    runs()
    two_releases.build()
    after = contents(two_releases.site, times=True)
    assert len(runs()) == 2
    old = [name for name in before if name.startswith(("0.1.0/", "0.2.0/"))]
    assert len(old) == 10
    assert {name: after[name] for name in old} == {name: before[name] for name in old}
    assert after["dev/index.html"] != before["dev/index.html"]
    assert (two_releases.site / "stable").readlink() == Path("0.3.0")


@pytest.mark.parametrize("which", ["0.3.0", "the working tree"])
def test_a_build_that_fails_leaves_the_site_as_it_was(two_releases, which):
    two_releases.build()
    before = contents(two_releases.site, times=True)
    two_releases.write("docs.fails", "")
    two_releases.change("third")
    if which == "0.3.0":
        two_releases.release("0.3.0")
        two_releases.git("rm", "--quiet", "docs.fails")
        two_releases.commit()
    with pytest.raises(SystemExit, match=f"^site: the build of (version )?{which}.* failed"):
        two_releases.build()
    assert contents(two_releases.site, times=True) == before
    assert (two_releases.site / "stable").readlink() == Path("0.2.0")
    assert two_releases.leftovers() == []


def replaced_by_a_file(folder):
    shutil.rmtree(folder)
    folder.write_text("a file")


def replaced_by_a_link(folder):
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to(folder.with_name("elsewhere"))


TAMPERING = {
    "edited": (lambda folder: (folder / "index.html").write_text("edited"), "index.html differs"),
    "deleted": (lambda folder: (folder / "index.html").unlink(), "index.html is missing"),
    "added": (lambda folder: (folder / "a.html").write_text("added"), "a.html is new"),
    "emptied": (
        lambda folder: (shutil.rmtree(folder), folder.mkdir()),
        "_static/part.html is missing",
    ),
    "a file": (replaced_by_a_file, "it is no folder"),
    "a link": (replaced_by_a_link, "it is no folder"),
    "no list": (lambda folder: list_of(folder).unlink(), "nothing says what it was"),
    "damaged list": (
        lambda folder: list_of(folder).write_text("[" * 99_999),
        "the list of its digests is damaged",
    ),
    "other list": (lambda folder: list_of(folder).write_text("[]"), "_static/part.html is new"),
}


def list_of(folder):
    return digests.list_of(folder.parent, folder.name)


@pytest.mark.parametrize("what", TAMPERING)
def test_a_version_that_was_tampered_with_is_built_again(two_releases, runs, what, capsys, count):
    count("tampering", "released version")
    two_releases.build()
    before = contents(two_releases.site)
    tamper, says = TAMPERING[what]
    tamper(two_releases.site / "0.1.0")
    runs()
    capsys.readouterr()
    two_releases.build()
    assert f"version 0.1.0 in site/ has changed: {says}" in capsys.readouterr().out
    assert len(runs()) == 2  # it and dev; 0.2.0 stays
    after = contents(two_releases.site)
    assert {name: after[name] for name in before} == before
    assert two_releases.leftovers() == []


def test_a_version_that_cannot_be_built_again_stays(two_releases):
    """As it is: what is there may be all that there is."""
    two_releases.build()
    (two_releases.site / "0.1.0" / "index.html").write_text("edited")
    before = contents(two_releases.site)
    two_releases.write("docs.fails", "")
    with pytest.raises(SystemExit, match="failed"):
        two_releases.build()
    assert contents(two_releases.site) == before


def test_a_build_without_a_page_is_no_build(book):
    book.write("nox.py", "")
    with pytest.raises(SystemExit, match=r"left no docs/_build/html/index.html"):
        book.build()
    assert list(book.site.iterdir()) == []


def test_a_site_that_is_killed_is_never_half(two_releases, tmp_path, steps, count):
    """At each moment every version is whole or not there, and the next run completes the site."""
    two_releases.build()
    two_releases.change("third")
    two_releases.release("0.3.0")
    before = contents(two_releases.site)
    whole = two_releases.copy(tmp_path / "whole")
    whole.build()
    complete = contents(whole.site)
    for copy, done in killed(two_releases, tmp_path, "build_site", [], steps):
        left = contents(copy.site)
        for version in ("0.1.0", "0.2.0", "0.3.0", "dev"):
            part = {name: left[name] for name in left if name.startswith(f"{version}/")}
            assert part in [
                {name: at[name] for name in at if name.startswith(f"{version}/")}
                for at in (before, complete, {})
            ]
        assert (copy.site / "stable" / "index.html").exists()
        for entry in json.loads((copy.site / "switcher.json").read_text()):
            there = copy.site / entry["version"] / "index.html"
            # dev cannot be replaced in one step; the next run restores it, even if its build fails
            assert there.exists() or (copy.root / ".site" / "aside" / "dev" / "index.html").exists()
        if not done:
            count("kills", "site")
            broken = copy.copy(tmp_path / "broken")
            broken.write("docs.fails", "")
            with pytest.raises(SystemExit):
                broken.build()
            assert (broken.site / "dev" / "index.html").exists()
            shutil.rmtree(broken.root)
            copy.build()
        assert contents(copy.site) == complete
        assert copy.leftovers() == []


def test_a_site_that_is_interrupted_stays_as_it_was(two_releases, tmp_path, monkeypatch, steps):
    two_releases.build()
    two_releases.change("third")
    two_releases.release("0.3.0")
    before = contents(two_releases.site)
    for copy in interrupted(two_releases, tmp_path, monkeypatch, Book.build, steps):
        assert contents(copy.site) == before
        assert copy.leftovers() == []


def test_the_second_of_two_waits(book, monkeypatch):
    (book.root / ".site").mkdir()
    root = f"Path({str(book.root)!r})"
    code = f"from pathlib import Path; import build_site; build_site.main([], root={root})"
    monkeypatch.setenv("PYTHONPATH", str(TOOLS))
    with FileLock(book.root / ".site" / "lock"):
        second = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert "waiting for another" in second.stdout.readline()
        assert not book.site.exists()
    assert "The site is in" in second.communicate(timeout=60)[0]
    assert second.returncode == 0
    assert (book.site / "dev" / "index.html").exists()


def test_builds_are_told_where_things_are(two_releases, runs, monkeypatch):
    monkeypatch.setenv("LAB_DATA", "recordings")
    monkeypatch.setenv("LAB_SITE_URL", "http://localhost:8000/book/")
    runs()
    two_releases.build()
    told = {
        "LAB_DATA": str(two_releases.root / "recordings"),
        "LAB_SITE_URL": "http://localhost:8000/book",
    }
    assert [run.told for run in runs()] == [told] * 3
    for name, address in {
        "404.html": "http://localhost:8000/book/versions.html",
        "index.html": "http://localhost:8000/book/stable/index.html",
        "feed.xml": '<link href="http://localhost:8000/book/0.2.0/index.html" />',
        "sitemap.xml": "<loc>http://localhost:8000/book/stable/chapters/one.html</loc>",
        "switcher.json": '"http://localhost:8000/book/0.1.0/"',
    }.items():
        assert address in (two_releases.site / name).read_text()


def test_common_pages_have_a_policy_that_allows_their_style(two_releases):
    two_releases.build()
    for name in ("index.html", "versions.html", "404.html", "changes.html"):
        page = (two_releases.site / name).read_text()
        style = re.search("<style>(.*?)</style>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        (policy,) = re.findall('http-equiv="Content-Security-Policy" content="(.*?)"', page)
        assert f"style-src 'self' file: 'sha256-{digest}';" in policy
        assert "script-src 'self' file:;" in policy


def test_an_empty_lab_data_stays_an_error_of_the_build(book, runs, monkeypatch):
    monkeypatch.setenv("LAB_DATA", "")
    book.build()
    assert runs()[0].told["LAB_DATA"] == ""


@pytest.mark.parametrize(
    "address", ["", "localhost:8000", "ftp://localhost", "http://", "http://localhost?x=1"]
)
def test_a_wrong_address_is_refused(book, monkeypatch, address):
    monkeypatch.setenv("LAB_SITE_URL", address)
    with pytest.raises(SystemExit, match=f"^site: LAB_SITE_URL is {re.escape(repr(address))}"):
        book.build()
    assert not book.site.exists()


# Where a version's commit comes from


def test_a_clone_without_tags_has_every_release(two_releases, tmp_path):
    two_releases.git("tag", "v0.1.0", "HEAD")  # which the clone must not see
    released.git(tmp_path, "clone", "--quiet", "--no-tags", str(two_releases.root), "clone")
    clone = Book(tmp_path / "clone")
    clone.build()
    assert (clone.site / "0.1.0" / "index.html").read_text() == "first"


def forget_commit(book):
    """Let the list name a commit that is not there, as after a rewritten history."""
    entries = json.loads(book.read("docs/_versions/switcher.json"))
    commit = entries[1]["commit"]
    entries[1]["commit"] = "1" * 40
    book.write("docs/_versions/switcher.json", json.dumps(entries))
    book.commit()
    return commit


def test_a_tag_stands_in_for_a_commit_that_is_not_there(two_releases):
    commit = forget_commit(two_releases)
    two_releases.git("tag", "--annotate", "--message", "Release", "v0.1.0", commit)
    two_releases.build()
    assert (two_releases.site / "0.1.0" / "index.html").read_text() == "first"


def test_a_commit_that_nobody_has_is_an_error(two_releases, runs):
    forget_commit(two_releases)
    runs()
    with pytest.raises(SystemExit, match=r"commit 1{40} of version 0\.1\.0 is not in this clone"):
        two_releases.build()
    assert runs() == []


def test_a_tag_that_contradicts_the_list_is_an_error(two_releases, runs):
    two_releases.git("tag", "v0.1.0", "HEAD")
    runs()
    with pytest.raises(SystemExit, match=r"version 0.1.0 is commit \w{40} in .* by the tag v0.1.0"):
        two_releases.build()
    assert runs() == []


ENTRY = {
    "name": "0.1.0",
    "version": "0.1.0",
    "url": "0.1.0/",
    "date": "2026-01-01",
    "commit": "a" * 40,
    "preferred": True,
}
OTHER = ENTRY | {"version": "0.2.0", "url": "0.2.0/"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "damaged"),
        ("{}", "it must be a list"),
        ("[1]", "damaged"),
        ([{"version": "0.1.0"}], "an entry has no commit, date, name, url"),
        ([ENTRY | {"version": "../up"}], "'../up' is not a version"),
        ([ENTRY | {"version": 1}], "damaged"),
        ([ENTRY | {"url": "/0.1.0"}], "the url of a version must be its number and a slash"),
        ([ENTRY | {"preferred": False}], "the newest version, and no other, must be preferred"),
        ([OTHER, ENTRY], "the newest version, and no other, must be preferred"),
        ([ENTRY, OTHER | {"preferred": False}], "the newest version must come first"),
        ([ENTRY, ENTRY | {"preferred": False}], "each only once"),
        ([ENTRY | {"commit": "main"}], "a commit must be a full hash"),
        ([ENTRY | {"commit": "a" * 39}], "a commit must be a full hash"),
        ([ENTRY | {"date": None}], "of an entry must be texts"),
        ([ENTRY | {"date": "today"}], "a date must look like"),
        ("[" * 99_999, "damaged"),
        (" " * released.MAX_BYTES + "[]", "more than 1,000,000 bytes"),
        ([ENTRY | {"version": "x" * 9999}], "is not a version"),
    ],
)
def test_a_damaged_list_is_told(book, content, says):
    text = content if isinstance(content, str) else json.dumps(content)
    book.write("docs/_versions/switcher.json", text)
    with pytest.raises(
        SystemExit, match=r"^site: docs/_versions/switcher\.json is damaged"
    ) as error:
        book.build()
    assert says in str(error.value)
    assert len(str(error.value)) < 300
    assert "\n" not in str(error.value)


# What pages say of their version

CONF = """
import sys
sys.path.insert(0, {tools!r})
extensions = ["in_pages", "myst_parser"]
html_theme = "pydata_sphinx_theme"
html_theme_options = {{"navbar_end": ["version-menu"], "footer_center": ["book-version"]}}
html_context = {{"commit": {commit!r}, "date": {date!r}}}
release = {release!r}
"""


@pytest.fixture
def page(tmp_path):
    def page(release="1.2.0", commit="0123456789abcdef", date=None):
        (tmp_path / "conf.py").write_text(
            CONF.format(tools=str(TOOLS), commit=commit, date=date, release=release)
        )
        (tmp_path / "index.md").write_text("# Title\n")
        out = tmp_path / "out"
        assert sphinx(["-q", "-W", "-b", "html", str(tmp_path), str(out)]) == 0
        return (out / "index.html").read_text()

    return page


def foot(html):
    return " ".join(re.search(r'class="book-version">(.*?)</p>', html, re.DOTALL)[1].split())


def test_a_page_names_its_version_and_commit(page):
    assert foot(page()) == "Version 1.2.0, commit 0123456."
    assert (
        foot(page(commit="0123456789-dirty")) == "Version 1.2.0, commit 0123456 and changes since."
    )
    made = "2026-11-23T18:05:00+00:00"
    assert foot(page(date=made)) == "Version 1.2.0, commit 0123456 of 2026-11-23."
    assert foot(page("1.3.0.dev0", None)) == "Version 1.3.0.dev0."


def test_a_single_build_hides_the_menu_and_loads_nothing(page, tmp_path):
    html = page()
    assert re.search(r'<div hidden>(\s|<!--.*?-->)*<div class="version-switcher__container', html)
    assert "canonical" not in html
    script = (tmp_path / "out" / "_static" / "site.js").read_text()
    assert re.fullmatch(r"/\*[^*]*\*/\n", script)


def test_a_page_points_to_the_same_page_of_the_newest(page, monkeypatch):
    monkeypatch.setenv("LAB_SITE_URL", "http://localhost:8000/book")
    assert 'rel="canonical" href="http://localhost:8000/book/stable/index.html"' in page()
    place = "stable" if released.read_list(ROOT) else "dev"
    assert f'href="http://localhost:8000/book/{place}/index.html"' in page("1.3.0.dev0")


def test_a_wrong_address_stops_the_build(tmp_path, page, monkeypatch, capsys):
    monkeypatch.setenv("LAB_SITE_URL", "nowhere")
    with pytest.raises(AssertionError):
        page()
    assert "LAB_SITE_URL is 'nowhere'" in capsys.readouterr().err


# The book itself


def test_the_book_can_be_released(tmp_path):
    released.read_list(ROOT)
    assert "\n## Unreleased\n" in (ROOT / "CHANGELOG.md").read_text()
    (tmp_path / "lab_code").mkdir()
    shutil.copy(ROOT / "lab_code" / "__init__.py", tmp_path / "lab_code")
    release.write_version(tmp_path, "1.2.3")
    assert '\n__version__ = "1.2.3"\n' in (tmp_path / "lab_code" / "__init__.py").read_text()
    for session in ("lint", "tests", "docs", "site", "release"):
        assert f"\ndef {session}(session: nox.Session)" in (ROOT / "noxfile.py").read_text()
