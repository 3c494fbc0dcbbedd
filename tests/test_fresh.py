"""What runs again, and what does not: on a book of two labs and two pages."""

import shutil
import threading

import pytest
from _ext import ahead, fresh, lab_record
from conftest import ROOT
from sphinx.cmd.build import main

from lab_code.freshness import code_behind
from lab_code.freshness.environment import environment

CONF = """
import sys
sys.path.insert(0, {ext!r})
extensions = [
    "_ext.fresh", "_ext.ahead", "_ext.lab_record", "myst_nb", "sphinx_gallery.gen_gallery",
]
source_suffix = {{".rst": "restructuredtext", ".md": "myst-nb"}}
nb_execution_cache_path = {cache!r}
nb_execution_mode = "cache"
exclude_patterns = ["_build", "labs/**/*.ipynb"]
suppress_warnings = ["config.cache", "toc.not_included"]
lab_data = {data!r}
sphinx_gallery_conf = {{
    "examples_dirs": "../examples",
    "gallery_dirs": "labs",
    "filename_pattern": r"\\.py$",
    "reset_modules": ("_ext.lab_record.forget_lab",),
    "write_computation_times": False,
}}
"""

LAB = """\"\"\"
Title of {name}
=====================
\"\"\"
from pathlib import Path

{imports}

with Path({log!r}).open("a") as log:
    log.write("{name} ")
"""

PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
---

# Title of {name}

```{{code-cell}} python
---
tags: [remove-input]
---
from pathlib import Path

{imports}

with Path({log!r}).open("a") as log:
    log.write("{name} ")
```
"""

MODULES = {
    "__init__": "",
    "cells": "",
    "sources/__init__": "from lab_code import recordings\nload = None",
    "recordings": "Recordings = None",
    "figures": "STYLE = 'lab.mplstyle'",
    "training": "from lab_code.recordings import Recordings",
}
"""Stands in for the book's package: what is digested, and what kernels import, in no time."""


class Book:
    """A book that can be built; the call returns what has run in the build."""

    def __init__(self, root):
        self.root, self.log = root, root / "log"
        self.docs, self.package = root / "docs", root / "lab_code"
        self.section = root / "examples" / "1_first"

    def start(self):
        for name, text in MODULES.items():
            path = self.package / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (self.package / "lab.mplstyle").write_text("")
        (self.root / "requirements.lock").write_text("torch==2")
        self.section.mkdir(parents=True)
        for folder in (self.section, self.section.parent):
            (folder / "GALLERY_HEADER.rst").write_text("Title\n=====\n")
        self.docs.mkdir()
        self.lab("lab_of_cells", "from lab_code import cells")
        self.lab("lab_of_data", "import lab_code.training\nfrom lab_code.sources import load")
        self.page(
            "index",
            "%config InlineBackend.figure_formats = ['svg']\nfrom lab_code import figures",
        )
        self.page("page_of_data", "from lab_code.sources import load")

    def take_part(self, patch):
        """Let the extensions, and the kernels, see this book; run all in this process."""
        patch.setattr(ahead.joblib, "cpu_count", lambda: 0)
        patch.setattr(code_behind, "PACKAGE", self.package)
        patch.setattr(code_behind, "SOURCES", self.package / "sources" / "__init__.py")
        patch.setenv("LAB_RECORD", str(self.root / "record"))
        patch.setenv("PYTHONPATH", str(self.root))

    def lab(self, name, imports=""):
        text = LAB.format(name=name, imports=imports, log=str(self.log))
        (self.section / f"{name}.py").write_text(text)

    def page(self, name, imports=""):
        text = PAGE.format(name=name, imports=imports, log=str(self.log))
        (self.docs / f"{name}.md").write_text(text)

    def __call__(self, data="a", in_order=False, works=True):
        conf = CONF.format(
            ext=str(ROOT / "docs"),
            cache=str(self.docs / "_build" / "jupyter_cache"),
            data={"source": "bonn", "digest": data * 64},
        )
        (self.docs / "conf.py").write_text(conf)
        self.log.write_text("")
        status = main(["-q", "-W", "-b", "html", str(self.docs), str(self.root / "out")])
        assert (status == 0) == works
        ran = self.log.read_text().split()
        return ran if in_order else sorted(ran)


@pytest.fixture(scope="module")
def built_once(tmp_path_factory):
    """A book after its first build, a copy of it, and what has run."""
    book = Book(tmp_path_factory.mktemp("fresh") / "book")
    book.start()
    with pytest.MonkeyPatch.context() as patch:
        book.take_part(patch)
        ran = book()
    kept = book.root.with_name("kept")
    shutil.copytree(book.root, kept)
    return book, kept, ran


@pytest.fixture
def book(built_once, monkeypatch):
    """The book as it was after its first build, at the same place, which Sphinx remembers."""
    book, kept, _ = built_once
    shutil.rmtree(book.root)
    shutil.copytree(kept, book.root)
    book.take_part(monkeypatch)
    return book


ALL = ["index", "lab_of_cells", "lab_of_data", "page_of_data"]


def test_what_runs_again(book, built_once):
    """Each change in turn, on one book: a build takes seconds."""
    assert built_once[-1] == ALL
    assert book() == []

    (book.package / "cells.py").write_text("x = 1")
    assert book() == ["lab_of_cells"]
    (book.package / "recordings.py").write_text("Recordings = 1")  # imported by what they import
    assert book() == ["lab_of_data", "page_of_data"]
    (book.package / "lab.mplstyle").write_text("x: 1")  # a file that figures.py names
    assert book() == ["index"]
    (book.package / "new.py").write_text("x = 1")  # which nobody imports
    assert book() == []

    assert book("b") == ["lab_of_data", "page_of_data"]
    assert book("b") == []

    book.lab("lab_of_cells", "from lab_code import cells, figures")
    assert book("b") == ["lab_of_cells"]
    text = (book.docs / "index.md").read_text()
    (book.docs / "index.md").write_text(text + "\nA sentence more.\n")
    assert book("b") == []
    assert "A sentence more" in (book.docs.parent / "out" / "index.html").read_text()


def test_a_page_shows_what_its_code_gives_now(book):
    shown = book.root / "out" / "index.html"
    book.page("index", "from lab_code.figures import STYLE\nprint(STYLE)")
    assert book() == ["index"]
    assert "lab.mplstyle" in shown.read_text()
    (book.package / "figures.py").write_text(
        "STYLE = 'of tomorrow'"
    )  # the page itself is as it was
    assert book() == ["index"]
    assert "of tomorrow" in shown.read_text()

    (book.docs.parent / "requirements.lock").write_text("torch==3")
    assert book("b") == ALL


def test_labs_and_pages_run_in_one_queue_the_longest_first(book, monkeypatch, capsys):
    monkeypatch.setattr(ahead, "LONGEST", ("page_of_data", "lab_of_data"))
    (book.root / "requirements.lock").write_text("torch==3")
    assert book(in_order=True) == ["page_of_data", "lab_of_data", "index", "lab_of_cells"]


# a worker that has waited for minutes for work ends, and joblib starts another
@pytest.mark.filterwarnings("ignore:A worker stopped")
def test_workers_run_labs_and_pages(book, monkeypatch):
    """And the build says so of what fails, which is then run once more where it stands."""
    monkeypatch.setattr(ahead.joblib, "cpu_count", lambda: 1)
    (book.root / "requirements.lock").write_text("torch==3")
    assert book() == ALL
    book.lab("lab_of_cells", "1 / 0  # lab")
    book.page("index", "1 / 0  # page")
    assert book(works=False) == []
    book.lab("lab_of_cells", "from lab_code import cells")
    book.page("index")
    assert book() == ["index", "lab_of_cells"]


def test_another_machine_runs_all_again(book, monkeypatch):
    other = environment() | {"processor": "another"}
    monkeypatch.setattr(fresh, "environment", lambda: other)
    assert book() == ALL


def test_the_page_of_a_removed_lab_goes(book):
    (book.section / "lab_of_cells.py").unlink()
    assert book() == []
    assert not list((book.docs / "labs").rglob("lab_of_cells*"))
    assert list((book.docs / "labs").rglob("lab_of_data.rst"))


def test_a_lab_that_moved_has_one_page(book):
    second = book.section.with_name("2_second")
    second.mkdir()
    (second / "GALLERY_HEADER.rst").write_text("Title\n=====\n")
    (book.section / "lab_of_cells.py").rename(second / "lab_of_cells.py")
    assert book() == ["lab_of_cells"]
    pages = (book.docs / "labs").rglob("lab_of_cells.rst")
    assert [page.parent.name for page in pages] == ["2_second"]


def test_a_build_killed_while_labs_run_runs_them_the_next_time(book, monkeypatch):
    (book.package / "cells.py").write_text("x = 1")

    def killed(app):
        raise KeyboardInterrupt

    monkeypatch.setattr(ahead, "run_ahead", killed)  # after the stamps were written
    with pytest.raises((KeyboardInterrupt, AssertionError)):
        book()
    monkeypatch.undo()
    mark = book.docs / "labs" / "1_first" / "lab_of_cells.py.md5"
    assert not mark.exists()


# The parts


def test_a_second_build_waits_for_the_first(tmp_path):
    class App:
        srcdir = tmp_path

        def connect(self, event, handler, priority):
            self.end = lambda: handler(self, None)

    first, second = App(), App()
    fresh.take_turns(first)
    waiting = threading.Thread(target=fresh.take_turns, args=(second,), daemon=True)
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()
    first.end()
    waiting.join(5)
    assert not waiting.is_alive()


def test_pages_that_show_the_record_come_after_those_that_write_it(book, monkeypatch):
    """And are read anew in the same build, when what they show is measured anew."""
    monkeypatch.setattr(lab_record, "write_record", lambda app, exception: None)
    write = (
        "import os\nfrom pathlib import Path\n"
        "# what marks a page that writes: record.write(\n"
        "folder = Path(os.environ['LAB_RECORD'])\nfolder.mkdir(exist_ok=True)\n"
        '(folder / \'z_writer--x.json\').write_text(\'{"name": "z_writer/x", "n": NUMBER}\')'
    )
    book.page("z_writer", write.replace("NUMBER", "1"))
    read = (
        "import json, os\n(one,) = Path(os.environ['LAB_RECORD']).iterdir()\n"
        "print('n is', json.loads(one.read_text())['n'])"
    )
    book.page("a_reader", read)
    text = (book.docs / "a_reader.md").read_text()
    text = text.replace(
        "kernelspec:", "mystnb: {execution_mode: force}\nreads: record\nkernelspec:"
    )
    (book.docs / "a_reader.md").write_text(text.replace("tags: [remove-input]", ""))
    shown = book.docs.parent / "out" / "a_reader.html"

    assert "a_reader" in book()
    assert "n is 1" in shown.read_text()
    assert book() == []
    for number in "21":  # and back to what it was
        book.page("z_writer", write.replace("NUMBER", number))
        assert book() == ["a_reader", "z_writer"]
        assert f"n is {number}" in shown.read_text()
        assert book() == []
