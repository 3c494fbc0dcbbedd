"""What others show of a link to the book: tags, a picture, a feed, an index in plain text."""

import html
import re
import time
from xml.etree import ElementTree

import numpy as np
import pytest
from _ext import plain_index, shared_picture
from _versions import feed
from conftest import ROOT
from matplotlib.image import imread
from sphinx.cmd.build import main

CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "docs")!r})
extensions = ["_ext.plain_index", "_ext.reading_time", "_versions.in_pages", "myst_parser"]
project = "Book"
release = "1.2.0"
suppress_warnings = ["toc.not_included"]
html_theme = "pydata_sphinx_theme"
"""
BOX = "```{note}\nA box.\n```\n\n"
PAGES = {
    "index": "# Book\n\nWhat <b>*it*</b> is about.\n",
    "chapters/one": f"{BOX}# One & <only>\n\n{BOX}- A list.\n\n"
    "See {doc}`two`, and\nmore.\n\nNot this.\n",
    "chapters/two": "# Two\n\n" + "word " * 100,
    "chapters/results": "# Results\n\n```{note}\nOnly a box.\n```\n",
    "labs/s/a": "# Lab\n\nTry it.\n",
    **dict.fromkeys(("chapters/glossary", "chapters/notation"), "# Other\n\nText.\n"),
    **dict.fromkeys((*plain_index.TO_USE, *plain_index.ABOUT), "# Other\n\nText.\n"),
}


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Build a book; return the folder of its pages."""
    monkeypatch.delenv("LAB_SITE_URL", raising=False)
    monkeypatch.setattr(plain_index.lab_order, "path", lambda: {"two": [], "one": ["s/a"]})
    for name, text in PAGES.items():
        page = tmp_path / f"{name}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text)

    def build(conf=CONF):
        (tmp_path / "conf.py").write_text(conf)
        out = tmp_path / "out"
        assert main(["-W", "-q", "-b", "html", str(tmp_path), str(out)]) == 0
        return out

    build.folder = tmp_path
    return build


def tags(out, page):
    text = (out / f"{page}.html").read_text()
    found = re.findall(r'<meta (?:property|name)="([\w:]+)" content="([^"]*)"', text)
    return {key: html.unescape(value) for key, value in found}


def test_a_page_has_a_title_and_its_first_paragraph(book):
    out = book()
    found = tags(out, "chapters/one")
    assert found["og:title"] == "One & <only>"
    assert found["og:site_name"] == "Book"
    assert found["og:description"] == found["description"] == "See Two, and more."
    shortened = tags(out, "chapters/two")["description"]
    assert 190 < len(shortened) <= 200
    assert shortened.endswith("word …")
    assert "description" not in tags(out, "chapters/results")


def test_without_an_address_nothing_absolute_is_written(book):
    out = book()
    for name in PAGES:
        assert not {"og:url", "og:image", "twitter:card"} & set(tags(out, name))
        assert "feed.xml" not in (out / f"{name}.html").read_text()


def test_with_an_address_a_page_has_a_picture_and_a_feed(book, monkeypatch):
    monkeypatch.setenv("LAB_SITE_URL", "http://localhost:8000/a&b")
    out = book()
    found = tags(out, "chapters/one")
    assert found["og:url"] == "http://localhost:8000/a&b/stable/chapters/one.html"
    assert found["og:image"] == f"http://localhost:8000/a&b/1.2.0/{shared_picture.NAME}"
    assert found["og:image:alt"]
    assert found["twitter:card"] == "summary_large_image"
    page = (out / "chapters/one.html").read_text()
    assert 'title="Versions of the book" href="http://localhost:8000/a&amp;b/feed.xml"' in page
    found = tags(book(CONF.replace("1.2.0", "1.3.0.dev0")), "chapters/one")
    assert found["og:image"] == f"http://localhost:8000/a&b/dev/{shared_picture.NAME}"


# The index in plain text


def test_the_plain_index_has_the_order_of_the_path(book):
    text = (book() / "llms.txt").read_text()
    assert text.startswith("# Book\n\n> What it is about.\n\n## Chapters")
    path = text.split("\n\n")[3].splitlines()
    assert path[0].startswith("- [Two](chapters/two.html): word word")
    assert path[1:] == [
        "- [One & <only>](chapters/one.html): See Two, and more.",
        "  - [Lab](labs/s/a.html): Try it.",
    ]
    assert "- [Results](chapters/results.html)\n- [Other]" in text
    for name in PAGES:
        assert name == "index" or f"]({name}.html)" in text


def test_the_plain_index_follows_its_pages_and_is_else_left_alone(book, monkeypatch):
    out = book()
    index = out / "llms.txt"
    before = index.stat().st_mtime_ns
    time.sleep(0.01)
    book()
    assert index.stat().st_mtime_ns == before
    (book.folder / "labs/s/a.md").write_text("# Lab\n\nSomething else.\n")
    book()
    assert "(labs/s/a.html): Something else.\n" in index.read_text()
    monkeypatch.setenv("LAB_SITE_URL", "http://localhost:8000")
    book()
    assert "(http://localhost:8000/1.2.0/labs/s/a.html)" in index.read_text()


def test_every_page_that_it_names_is_in_the_book():
    for name in (*plain_index.TO_LOOK_UP, *plain_index.TO_USE, *plain_index.ABOUT):
        assert (ROOT / "docs" / f"{name}.md").is_file()


# The picture

PICTURE = f"""
import sys
sys.path.insert(0, {str(ROOT / "docs")!r})
extensions = ["_ext.fresh", "_ext.shared_picture"]
project = "Book"
lab_data = {{"source": "simulated", "digest": "DIGEST"}}
"""


def test_the_picture_is_drawn_once_and_again_for_other_recordings(tmp_path, use_simulation):
    docs, out = tmp_path / "docs", tmp_path / "out"
    docs.mkdir()
    (tmp_path / "requirements.lock").touch()
    (docs / "index.rst").write_text("Title\n=====\n")

    def picture(digest):
        (docs / "conf.py").write_text(PICTURE.replace("DIGEST", 64 * digest))
        assert main(["-q", "-b", "html", str(docs), str(out)]) == 0
        return out / shared_picture.NAME

    drawn = picture("a")
    height, width, _ = (pixels := imread(drawn)).shape
    assert (width, height) == shared_picture.SIZE
    ink = np.unique((pixels[..., :3] * 255).round().astype(int).reshape(-1, 3), axis=0).tolist()
    assert [0xD5, 0x5E, 0x00] in ink  # the colour of a seizure
    assert drawn.stat().st_size < 300_000
    was, when = drawn.read_bytes(), drawn.stat().st_mtime_ns
    assert picture("a").stat().st_mtime_ns == when
    assert picture("b").read_bytes() != was
    assert picture("a").read_bytes() == was


# The feed

ATOM = "{http://www.w3.org/2005/Atom}"
CHANGES = """# Changes

## Unreleased

- Not yet.

## 0.2.0 (2026-02-03)

- A & B: `c` is
  new.
- D.

## 0.1.0 (2026-01-01)

- All of it.
"""


def entries(tmp_path, versions):
    released = [
        {"name": version, "version": version, "url": f"{version}/", "date": date}
        for version, date in versions.items()
    ]
    (tmp_path / "CHANGELOG.md").write_text(CHANGES)
    target = tmp_path / "feed.xml"
    feed.write_feed(target, released, tmp_path / "CHANGELOG.md", "http://localhost/book")
    root = ElementTree.parse(target).getroot()
    assert root.find(f"{ATOM}id").text == "http://localhost/book/"
    return root, root.findall(f"{ATOM}entry")


def test_the_feed_says_what_is_new_in_each_version(tmp_path):
    root, (second, first) = entries(tmp_path, {"0.2.0": "2026-02-03", "0.1.0": "2026-01-01"})
    assert root.find(f"{ATOM}updated").text == "2026-02-03T00:00:00Z"
    assert second.find(f"{ATOM}title").text == "Version 0.2.0"
    assert second.find(f"{ATOM}link").get("href") == "http://localhost/book/0.2.0/index.html"
    content = second.find(f"{ATOM}content")
    assert content.get("type") == "html"
    assert content.text == "<ul><li>A &amp; B: `c` is new.</li><li>D.</li></ul>"
    assert first.find(f"{ATOM}content").text == "<ul><li>All of it.</li></ul>"
    for one in (root, first, second):  # what Atom asks for
        for name in ("id", "title", "updated"):
            assert one.find(f"{ATOM}{name}").text


def test_a_site_without_a_release_has_an_empty_feed(tmp_path):
    root, none = entries(tmp_path, {})
    assert none == []
    assert root.find(f"{ATOM}updated").text


# In the book itself


def test_the_icon_is_a_drawing_of_its_own():
    icon = ElementTree.parse(ROOT / "docs/_static/favicon.svg").getroot()
    assert icon.get("viewBox") == "0 0 16 16"
    assert '"_static/favicon.svg"' in (ROOT / "docs" / "conf.py").read_text()
