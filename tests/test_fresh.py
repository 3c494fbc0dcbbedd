"""What runs again, and what does not: on a book of two labs and two pages."""

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
    "sources/__init__": "from lab_code import recordings",
    "recordings": "",
    "figures": "STYLE = 'lab.mplstyle'",
    "training": "from lab_code.recordings import Recordings",
}


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book that can be built; it returns what has run in a build."""
    docs, log = tmp_path / "docs", tmp_path / "log"
    package = tmp_path / "lab_code"
    for name, text in MODULES.items():
        path = package / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (package / "lab.mplstyle").write_text("")
    (tmp_path / "requirements.lock").write_text("torch==2")
    section = tmp_path / "examples" / "1_first"
    section.mkdir(parents=True)
    for folder in (section, section.parent):
        (folder / "GALLERY_HEADER.rst").write_text("Title\n=====\n")
    docs.mkdir()
    monkeypatch.setattr(ahead.joblib, "cpu_count", lambda: 0)  # all in this process
    monkeypatch.setattr(code_behind, "PACKAGE", package)
    monkeypatch.setattr(code_behind, "SOURCES", package / "sources" / "__init__.py")
    monkeypatch.setenv("LAB_RECORD", str(tmp_path / "record"))

    def lab(name, imports=""):
        text = LAB.format(name=name, imports=imports, log=str(log))
        (section / f"{name}.py").write_text(text)

    def page(name, imports=""):
        text = PAGE.format(name=name, imports=imports, log=str(log))
        (docs / f"{name}.md").write_text(text)

    def ran(data="a", in_order=False, works=True):
        conf = CONF.format(
            ext=str(ROOT / "docs"),
            cache=str(docs / "_build" / "jupyter_cache"),
            data={"source": "bonn", "digest": data * 64},
        )
        (docs / "conf.py").write_text(conf)
        log.write_text("")
        status = main(["-q", "-W", "-b", "html", str(docs), str(tmp_path / "out")])
        assert (status == 0) == works
        return log.read_text().split() if in_order else sorted(log.read_text().split())

    lab("lab_of_cells", "from lab_code import cells")
    lab("lab_of_data", "import lab_code.training\nfrom lab_code.sources import load")
    page("index", "%config InlineBackend.figure_formats = ['svg']\nfrom lab_code import figures")
    page("page_of_data", "from lab_code.sources import load")
    ran.package, ran.docs, ran.section, ran.lab, ran.page = package, docs, section, lab, page
    return ran


ALL = ["index", "lab_of_cells", "lab_of_data", "page_of_data"]


def test_what_runs_again(book):
    """Each change in turn, on one book: a build takes seconds."""
    assert book() == ALL
    assert book() == []

    (book.package / "cells.py").write_text("x = 1")
    assert book() == ["lab_of_cells"]
    (book.package / "recordings.py").write_text("x = 1")  # imported by what they import
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

    (book.docs.parent / "requirements.lock").write_text("torch==3")
    assert book("b") == ALL


def test_labs_and_pages_run_in_one_queue_the_longest_first(book, monkeypatch, capsys):
    monkeypatch.setattr(ahead, "LONGEST", ("page_of_data", "lab_of_data"))
    assert book(in_order=True) == ["page_of_data", "lab_of_data", "index", "lab_of_cells"]


def test_workers_run_labs_and_pages(book, monkeypatch):
    """And the build says so of what fails, which is then run once more where it stands."""
    monkeypatch.setattr(ahead.joblib, "cpu_count", lambda: 1)
    assert book() == ALL
    book.lab("lab_of_cells", "1 / 0  # lab")
    book.page("index", "1 / 0  # page")
    assert book(works=False) == []
    book.lab("lab_of_cells", "from lab_code import cells")
    book.page("index")
    assert book() == ["index", "lab_of_cells"]


def test_another_machine_runs_all_again(book, monkeypatch):
    book()
    other = environment() | {"processor": "another"}
    monkeypatch.setattr(fresh, "environment", lambda: other)
    assert book() == ALL


def test_the_page_of_a_removed_lab_goes(book):
    book()
    (book.section / "lab_of_cells.py").unlink()
    assert book() == []
    assert not list((book.docs / "labs").rglob("lab_of_cells*"))
    assert list((book.docs / "labs").rglob("lab_of_data.rst"))


def test_a_build_killed_while_labs_run_runs_them_the_next_time(book, monkeypatch):
    book()
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
        "from pathlib import Path\nfrom lab_code.record import store\n"
        "# what marks a page that writes: record.write(\n"
        "folder = store.folder()\nfolder.mkdir(exist_ok=True)\n"
        '(folder / \'z_writer--x.json\').write_text(\'{"name": "z_writer/x", "n": NUMBER}\')'
    )
    book.page("z_writer", write.replace("NUMBER", "1"))
    book.page("a_reader", "from lab_code import record\nprint('n is', record.read_all()[0]['n'])")
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
