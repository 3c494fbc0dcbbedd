"""A build that fails says why in one line, and leaves the site as it was."""

import pytest
from _ext.first_problem import MAX_LENGTH, in_one_line
from small_book import ALL

FAILS = {
    "a lab": (
        lambda book: book.lab("lab_of_cells", "def f():\n    return 1 / 0\n\nf()"),
        "examples/1_first/lab_of_cells.py:9: ZeroDivisionError: division by zero",
    ),
    "a page": (
        lambda book: book.page("index", "x = 2\n1 / 0"),
        "docs/index.md:16: ZeroDivisionError: division by zero",
    ),
    "a lab that warns": (
        lambda book: book.lab("lab_of_cells", "import warnings\nwarnings.warn('so so')"),
        "examples/1_first/lab_of_cells.py:9: UserWarning: so so",
    ),
    "a page that warns": (
        lambda book: book.page("index", "import warnings\nwarnings.warn('so so')"),
        "docs/index.md:16: UserWarning: so so",
    ),
    "a link": (
        lambda book: (book.docs / "page.md").write_text("# A page\n\n{doc}`nowhere`\n"),
        "docs/page.md:3: unknown document: 'nowhere'",
    ),
}


def content(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".buildinfo")
    }


@pytest.mark.parametrize("what", FAILS)
def test_the_site_stays_and_one_line_says_why(book, monkeypatch, what):
    monkeypatch.setenv("PYTHONWARNINGS", "error::UserWarning")  # as docs/conf.py does
    site, problem = book.root / "site", book.docs / "_build" / "problem.txt"
    before = content(site)
    spoil, line = FAILS[what]
    spoil(book)
    assert "index" not in book(works=False)
    assert problem.read_text() == f"{line}\n"
    assert content(site) == before


def test_the_site_is_what_was_built_last(book):
    site = book.root / "site"
    assert content(site) == content(book.root / "out")
    text = (book.docs / "index.md").read_text()
    (book.docs / "index.md").write_text(f"{text}\n[a link to nothing](nowhere.md)\n")
    book(works=False)
    assert "a link to nothing" not in (site / "index.html").read_text()
    (book.docs / "index.md").write_text(f"{text}\nOne sentence.\n")
    assert book() == []
    assert "One sentence." in (site / "index.html").read_text()
    assert content(site) == content(book.root / "out")
    assert not (book.docs / "_build" / "problem.txt").exists()


def test_a_site_that_was_tampered_with_is_mended(book, count):
    count("tampering", "site")
    site = book.root / "site"
    before = content(site)
    (site / "index.html").write_text("tampered")
    (site / "page_of_data.html").unlink()
    (site / "new.html").write_text("new")
    for left in ("site.new", "site.old"):  # by a build that was killed
        (book.root / left).mkdir()
    assert book() == []
    assert content(site) == before
    assert {path.name for path in book.root.glob("site*")} == {"site"}


@pytest.mark.parametrize("text", ["x" * 9999, "Traceback\n" + "E" * 9999 + "Error: \x1b[2J"])
def test_the_line_is_short_and_harmless(tmp_path, text):
    line = in_one_line(text, "docs/page.md:3", tmp_path)
    assert line.startswith("docs/page.md:3: ")
    assert len(line) <= MAX_LENGTH
    assert line.isprintable()


def test_all_ran_once_again(book):
    """What is left of a failed build does not stop the next."""
    for spoil, _ in FAILS.values():
        spoil(book)
    book(works=False)
    book.lab("lab_of_cells", "from lab_code import cells")
    book.page("index", "from lab_code import figures")
    (book.docs / "page.md").unlink()
    assert set(book()) <= set(ALL)
    assert book() == []
