"""Previews of what a link leads to, on a small book, and from the HTML of all that has one."""

import re
import shutil

import pytest
from _ext import previewed, previews
from conftest import ROOT
from sphinx.cmd.build import main

CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "docs")!r})
extensions = ["_ext.previews", "_ext.mathml", "myst_parser"]
html_math_renderer = "mathml"
html_static_path = [{str(ROOT / "docs" / "_static" / "previews.js")!r}]
html_theme = "basic"
templates_path = ["_templates"]
suppress_warnings = ["toc.not_included"]
"""
PAGE = """{% extends "!page.html" %}
{% block body %}<article class="bd-article">{{ super() }}</article>{% endblock %}
"""
PAGES = {
    "index": "# Book\n\nA {term}`gate`, and again a {term}`gate`. See {eq}`sum`.\n\n"
    "```{math}\n:label: sum\na = b + c\n```\n",
    "in/other": "# Other\n\nA {term}`gate`. See [there](#no-preview) and {doc}`/words`.\n\n"
    "(no-preview)=\n\n- A list.\n",
    "in/plain": "# Plain\n\nSee {doc}`/words`.\n",
    "words": "# Words\n\n```{glossary}\ngate\n  A number, see {term}`unit`.\n\n"
    "unit\n  A part.\n```\n",
}


@pytest.fixture
def book(tmp_path):
    """Build a book; return what each page keeps for previews."""
    (tmp_path / "conf.py").write_text(CONF)
    (tmp_path / "_templates").mkdir()
    (tmp_path / "_templates" / "page.html").write_text(PAGE)
    for name, text in PAGES.items():
        (tmp_path / f"{name}.md").parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.md").write_text(text)

    def build():
        assert main(["-W", "-q", "-b", "html", str(tmp_path), str(tmp_path / "out")]) == 0
        return {name: kept(page(name).read_text()) for name in PAGES}

    def page(name):
        return tmp_path / "out" / f"{name}.html"

    build.folder, build.page = tmp_path, page
    return build


def kept(html):
    return dict(re.findall(r'<template data-for="([^"]*)">(.*?)</template>', html, re.DOTALL))


def test_a_page_has_what_its_links_need_once_and_the_script_only_then(book):
    pages = book()
    assert set(pages["index"]) == {"words.html#term-gate", "#equation-sum"}
    assert set(pages["in/other"]) == {"../words.html#term-gate"}
    assert set(pages["words"]) == {"#term-unit"}
    assert pages["in/plain"] == {}
    assert pages["in/other"]["../words.html#term-gate"] == (
        '<p class="preview-title">gate</p><p>A number, see unit.</p>'
    )
    assert pages["index"]["#equation-sum"].startswith('<math display="block">')
    assert '<script defer src="../_static/previews.js?v=' in book.page("in/other").read_text()
    assert "previews.js" not in book.page("in/plain").read_text()


def test_a_preview_follows_what_it_shows_on_a_page_that_is_not_written_again(book):
    book()
    untouched = book.page("in/plain").stat().st_mtime_ns
    words = book.folder / "words.md"
    words.write_text(words.read_text().replace("A number", "A share"))
    pages = book()
    for name, href in (("index", "words.html#term-gate"), ("in/other", "../words.html#term-gate")):
        assert "A share" in pages[name][href]
        assert book.page(name).read_text().count("previews.js") == 1
    assert book.page("in/plain").stat().st_mtime_ns == untouched
    (book.folder / "index.md").write_text("# Book\n\nNo more.\n")
    assert book()["index"] == {}
    assert "previews" not in book.page("index").read_text()


def test_an_unchanged_build_reads_and_touches_no_page(book, monkeypatch):
    book()
    before = {name: book.page(name).stat().st_mtime_ns for name in PAGES}
    monkeypatch.setattr(previews, "read", None)
    book()
    assert {name: book.page(name).stat().st_mtime_ns for name in PAGES} == before


def test_previews_are_the_same_after_a_cold_build(book):
    book()
    words = book.folder / "words.md"
    words.write_text(words.read_text().replace("A number", "A share"))
    book()
    warm = {name: book.page(name).read_text() for name in PAGES}
    shutil.rmtree(book.folder / "out")
    book()
    assert {name: book.page(name).read_text() for name in PAGES} == warm


def offers(html, page="chapters/one.html"):
    text = f'<article class="bd-article">{html}</article>'
    return previewed.read(text, page)["offers"]


FIGURE = (
    '<figure class="align-default" id="fig"><a href="x.svg"><img alt="A long text." id="i" '
    'src="../_images/x.svg"/></a><figcaption><p><span class="caption-number">Fig. 1 </span>'
    '<span class="caption-text">A line.</span><a class="headerlink" href="#fig">#</a></p>'
    "</figcaption></figure>"
)


def test_a_figure_is_shown_small_with_its_caption():
    assert offers(FIGURE)["fig"] == (
        '<img alt="" src="{root}_images/x.svg"/><div><p>Fig. 1 A line.</p></div>'
    )


def test_a_table_is_shown_with_its_caption_and_first_rows():
    rows = "".join(f"<tr><td>{number}</td></tr>" for number in range(9))
    table = f'<table id="t"><caption>Table 1</caption><tbody>{rows}</tbody></table>'
    shown = offers(table)["t"]
    assert "Table 1" in shown
    assert shown.count("<tr>") == previewed.N_ROWS


def test_a_table_of_a_cell_is_shown_below_its_caption_and_once():
    table = "<div><table><tbody><tr><td>0</td></tr></tbody></table></div>"
    html = f'<figure id="t"><figcaption><p>Table 1 Text.</p>{table}</figcaption></figure>'
    assert offers(html)["t"] == (
        "<div><p>Table 1 Text.</p></div><table><tbody><tr><td>0</td></tr></tbody></table>"
    )


def test_an_exercise_and_a_section_show_their_beginning_and_a_solution_nothing():
    long = "<p>word word</p>" * 100
    html = (
        '<section id="s"><h2>Title<a class="headerlink" href="#s">#</a></h2><p>First.</p>'
        '<div class="exercise admonition" id="e"><p class="admonition-title">Exercise 1</p>'
        f"<p>Do <a href='y'>this</a>.</p>{long}</div>"
        '<details class="solution"><summary>Solution</summary><div id="e-solution"><p>It is 3.</p>'
        f"</div></details></section>"
    )
    found = offers(html)
    assert found["s"] == '<p class="preview-title">Title</p><p>First.</p>'
    assert found["e"].startswith('<p class="preview-title">Exercise 1</p><p>Do this.</p>')
    assert 400 < len(found["e"]) < 1200
    assert "e-solution" not in found


def test_a_label_before_something_is_a_name_of_it():
    assert (
        offers(f'<section><span id="label"></span>{FIGURE}</section>')["label"]
        == (offers(FIGURE)["fig"])
    )


def test_a_citation_shows_its_reference_and_a_signature_nothing():
    html = (
        '<div class="citation" id="id1" role="listitem"><span class="label">[1]</span>'
        '<p>A. Author. <em>Journal</em>.</p></div><dl class="py"><dt id="f">f()</dt><dd>x</dd></dl>'
    )
    assert offers(html) == {"id1": "<p>A. Author. <em>Journal</em>.</p>"}
