"""One path through the book: nothing in it builds on what comes later."""

import ast
import re

import pytest
from _ext import reading_path
from _ext.lab_order import CHAPTERS, InOrder, head, path
from conftest import ROOT
from sphinx.cmd.build import main

PATH = path()
ORDER = list(PATH)
EXAMPLES = ROOT / "examples"
ON_THE_WAY = [lab for labs in PATH.values() for lab in labs]
FOLLOWS = {lab.split("/")[1]: chapter for chapter, labs in PATH.items() for lab in labs}
"""The chapter that each lab follows, in reading order."""


def test_each_lab_follows_one_chapter():
    labs = [lab.relative_to(EXAMPLES).with_suffix("") for lab in EXAMPLES.rglob("*.py")]
    assert sorted(ON_THE_WAY) == sorted(lab.as_posix() for lab in labs)


def test_the_gallery_has_the_order_of_the_chapters():
    """Its sections are sorted by name, and the labs of a section are placed."""
    place = InOrder("")

    def in_gallery(lab):
        section, name = lab.split("/")
        return section, place(f"{name}.py")

    assert sorted(ON_THE_WAY, key=in_gallery) == ON_THE_WAY


@pytest.mark.parametrize("lab", ON_THE_WAY)
def test_a_lab_follows_the_last_chapter_that_it_builds_on(lab):
    text = ast.get_docstring(ast.parse((EXAMPLES / f"{lab}.py").read_text()))
    before = text.split("**Before you start**")[1]
    chapters = re.findall(r":doc:`/chapters/(\w+)`", before)
    labs = re.findall(r":doc:`(?:\.\./\w+/)?(\w+)`", before)
    assert len(chapters) + len(labs) == before.count(":doc:")
    needed = {*chapters, *(FOLLOWS[one] for one in labs)}
    name = lab.split("/")[1]
    assert max(needed, key=ORDER.index) == FOLLOWS[name]
    way = list(FOLLOWS)
    assert [one for one in labs if way.index(one) >= way.index(name)] == []


@pytest.mark.parametrize("chapter", ORDER)
def test_a_chapter_builds_on_earlier_ones(chapter):
    needed = re.findall(r"\{doc\}`(\w+)`", head(chapter))
    assert set(needed) <= set(ORDER[: ORDER.index(chapter)])
    assert bool(needed) == (chapter != ORDER[0])


@pytest.mark.parametrize("chapter", ORDER)
def test_what_is_called_the_next_or_last_chapter_is_that(chapter):
    text = (CHAPTERS / f"{chapter}.md").read_text()
    place = ORDER.index(chapter)
    for which, target in re.findall(r"\b(next|last)\s+chapter\s+<(\w+)>`", text):
        assert ORDER.index(target) == place + (1 if which == "next" else -1)
    for link in re.findall(r"lab\s+of\s+the\s+next\s+chapter,\s+\{doc\}`([^`]+)`", text):
        lab = re.search(r"/(\w+)>?$", link)[1]
        assert FOLLOWS[lab] == ORDER[place + 1]
    for link in re.findall(r"\blater\s+lab,\s+\{doc\}`([^`]+)`", text):
        lab = re.search(r"/(\w+)>?$", link)[1]
        assert ORDER.index(FOLLOWS[lab]) > place


# On the site

PAGES = {
    "index": "# Home\n\n```{toctree}\nchapters/index\nlabs/s/a\n```\n",
    "chapters/index": "# Book\n\n```{reading-path}\n```\n\n"
    "```{toctree}\n:hidden:\n\none\ntwo\nresults\n```\n",
    "chapters/one": "# One & only\n\n" + "word " * 1000,
    "chapters/two": "# Two\n\nShort.\n",
    "chapters/results": "# Results\n",
    "labs/s/a": "# Lab\n",
}


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Build a book of two chapters, of which the first has a lab; return a page."""
    short = {"one": ["s/a"], "two": []}
    monkeypatch.setattr(reading_path, "path", lambda: short)
    for name, text in PAGES.items():
        page = tmp_path / f"{name}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text)
    (tmp_path / "conf.py").write_text("extensions = ['myst_parser', '_ext.reading_path']\n")

    def build():
        assert main(["-W", "-q", "-b", "html", str(tmp_path), str(tmp_path / "out")]) == 0
        return lambda name: (tmp_path / "out" / f"{name}.html").read_text()

    build.path, build.folder = short, tmp_path
    return build


def links(page):
    found = re.findall(r'<link rel="(next|prev)" title="([^"]+)" href="([^"]+)"', page)
    return {which: (title, link) for which, title, link in found}


def test_previous_and_next_follow_the_path(book):
    page = book()
    assert links(page("chapters/index"))["next"] == ("One &amp; only", "one.html")
    assert links(page("chapters/one")) == {
        "prev": ("Book", "index.html"),
        "next": ("Lab", "../labs/s/a.html"),
    }
    assert links(page("labs/s/a")) == {
        "prev": ("One &amp; only", "../../chapters/one.html"),
        "next": ("Two", "../../chapters/two.html"),
    }
    assert links(page("chapters/results"))["prev"] == ("Two", "two.html")
    book.path.update(one=[], two=["s/a"])
    page = book()
    assert links(page("chapters/results"))["prev"] == ("Lab", "../labs/s/a.html")


def test_the_path_is_a_list_with_minutes(book):
    def items():
        text = book()("chapters/index").split('id="book"')[1]
        return [re.sub("<[^>]+>", "", one) for one in re.findall(r"<li><p>(.*?)</p>", text)]

    assert items() == ["One &amp; only (5 minutes to read)", "Lab", "Two (1 minute to read)"]
    (book.folder / "chapters/two.md").write_text("# Two\n\n" + "word " * 600)
    assert items()[-1] == "Two (3 minutes to read)"


def test_minutes_on_another_page_follow_the_chapter(book):
    (book.folder / "teach.md").write_text("---\norphan: true\n---\n# Teach\n\n{minutes}`two`\n")
    assert "1 minute to read" in book()("teach")
    (book.folder / "chapters/two.md").write_text("# Two\n\n" + "word " * 600)
    assert "3 minutes to read" in book()("teach")
