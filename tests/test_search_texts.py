"""What the search shows of each page: on a book of three pages."""

import json
import re

import pytest
from _ext import search_texts
from conftest import ROOT
from sphinx.cmd.build import main

CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "docs")!r})
extensions = ["_ext.exercises", "_ext.search_texts", "myst_parser", "sphinx.ext.autodoc"]
myst_enable_extensions = ["dollarmath"]
suppress_warnings = ["toc.not_included"]
"""
PAGES = {
    "index": "# Title\n\nFirst {doc}`other`, then\n$\\tanh(x\\sigma)$.\n\n```python\ncode\n```\n\n"
    "```{admonition} Before\n:class: need\nA head.\n```\n\n## A section\n\n- One.\n- Two.\n\n"
    "$$x$$\n\n```{exercise}\n:label: why\nWhy?\n```\n\n```{solution} why\nSecret.\n```\n",
    "other": "# The other\n\n```{glossary}\ngate\n  A number.\n\nloss\n  Another.\n```\n",
    "module": "# Module\n\n```{eval-rst}\n.. py:function:: f()\n\n   Return nothing.\n\n"
    "   >>> f()\n```\n",
}


@pytest.fixture
def book(tmp_path):
    """Build the book; return the texts of its pages, as they are in the file."""
    docs, out = tmp_path / "docs", tmp_path / "out"
    docs.mkdir()
    (docs / "conf.py").write_text(CONF)
    for name, text in PAGES.items():
        (docs / f"{name}.md").write_text(text)

    def build():
        assert main(["-W", "-q", "-b", "html", str(docs), str(out)]) == 0
        return (out / search_texts.NAME).read_text()

    build.docs, build.file = docs, out / search_texts.NAME
    return build


def texts(content):
    found = re.fullmatch(r"const SEARCH_TEXTS = (\{.*\});\n", content)
    return json.loads(found[1])


def test_each_part_has_its_anchor_and_its_text(book):
    found = texts(book())
    assert found == {
        "index": [
            ["title", "First The other, then tanh(x sigma)."],
            ["a-section", "One. Two. … Why?"],
        ],
        "module": [["f", "Return nothing."]],
        "other": [["term-gate", "gate A number.", "gate"], ["term-loss", "loss Another.", "loss"]],
    }


def test_a_mark_leaves_no_space_before_a_full_stop():
    assert search_texts.tidy("It holds .  Then\n3 .5 , and .") == "It holds. Then 3 .5, and."


def test_a_page_that_is_not_written_again_keeps_its_text(book):
    cold = book()
    (book.docs / "other.md").write_text("# The other\n\nChanged.\n")
    changed = texts(book())
    assert changed["other"] == [["the-other", "Changed."]]
    assert changed["index"] == texts(cold)["index"]
    (book.docs / "other.md").write_text(PAGES["other"])
    assert book() == cold


def test_an_unchanged_build_leaves_the_file_alone(book):
    book()
    before = book.file.stat().st_mtime_ns
    book()
    assert book.file.stat().st_mtime_ns == before


def test_a_page_that_is_gone_has_no_text(book):
    (book.docs / "more.md").write_text("# More\n\nMore.\n")
    assert "more" in texts(book())
    (book.docs / "more.md").unlink()
    assert "more" not in texts(book())


@pytest.mark.parametrize("damage", [lambda file: file.unlink(), lambda file: file.write_text("{")])
def test_a_file_that_is_lost_or_damaged_is_written_again(book, damage):
    cold = book()
    damage(book.file)
    assert book() == cold


def test_synonyms_lead_to_words_of_the_glossary():
    script = (ROOT / "docs" / "_static" / "synonyms.js").read_text()
    found = dict(re.findall(r'^  "([^"]+)": "([^"]+)",$', script, re.MULTILINE))
    assert len(found) == script.count("\n") - 3
    assert list(found) == sorted(found)
    glossary = (ROOT / "docs" / "chapters" / "glossary.md").read_text()
    terms = {term.lower() for term in re.findall(r"^(\w.*)\n  ", glossary, re.MULTILINE)}
    assert {word for word in found.values() if word.lower() not in terms} == set()
    assert not {word for word in found if word in terms}
