"""What runs again, and what does not: on a book of two labs and two pages."""

import threading

import pytest
from _ext import ahead, fresh, lab_record
from small_book import ALL

from lab_code.freshness.environment import environment


def test_what_runs_again(book, built_once):
    """Each change in turn, on one book: a build takes seconds."""
    assert built_once[-1] == ALL
    assert book() == []

    (book.package / "cells.py").write_text("x = 1")
    assert book() == ["lab_of_cells"]
    (book.package / "recordings.py").write_text("Recordings = 1")  # imported by what they import
    assert book() == ["lab_of_data", "page_of_data"]
    (book.package / "figures" / "lab.mplstyle").write_text("x: 1")  # a file of figures
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
    (book.package / "figures" / "__init__.py").write_text(
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


def test_a_section_that_is_gone_leaves_nothing(book):
    """Nor does a page: Sphinx by itself leaves both in the site."""
    second = book.section.with_name("2_second")
    book.section.rename(second)
    (book.docs / "page_of_data.md").unlink()
    assert book() == ["lab_of_cells", "lab_of_data"]
    assert not (book.docs / "labs" / "1_first").exists()
    shown = {path.name for path in (book.root / "out" / "labs").iterdir()}
    assert "2_second" in shown
    assert not list(book.root.glob("out/labs/1_first/*.html"))
    assert not (book.root / "out" / "page_of_data.html").exists()


def test_two_labs_of_one_name_are_refused_by_name(book, capsys):
    second = book.section.with_name("2_second")
    second.mkdir()
    (second / "GALLERY_HEADER.rst").write_text("Title\n=====\n")
    (second / "lab_of_cells.py").write_text((book.section / "lab_of_cells.py").read_text())
    assert book(works=False) == []
    places = "examples/1_first/lab_of_cells.py and examples/2_second/lab_of_cells.py"
    assert f"two are called lab_of_cells: {places}" in capsys.readouterr().err


def test_what_cannot_be_known_is_an_error_with_its_place(book, capsys):
    book.lab("lab_of_cells", "import importlib\nimportlib.import_module('lab_code.' + 'cells')")
    assert book(works=False) == []
    assert "examples/1_first/lab_of_cells.py: line" in capsys.readouterr().err


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
        "import json, os\n(one,) = Path(os.environ['LAB_RECORD']).glob('*.json')\n"
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
