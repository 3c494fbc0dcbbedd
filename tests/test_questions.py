"""Questions that answer: what a page holds of them, and what a writer is told."""

import ast
import base64
import json
import re

import pytest
from _ext import questions
from conftest import ROOT
from sphinx.cmd.build import main

from lab_code import record
from lab_code.record import book

CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "docs")!r})
extensions = ["myst_parser", "_ext.questions"]
myst_enable_extensions = ["dollarmath"]
html_copy_source = False
"""
PAGE = """# Title

```{{question}} How *far*?
:label: how-far
{options}
:hint: Use `log`.

Say how far.
{items}
+++
Because $x = 1$.
```
"""
CHOICES = """
- near

  No: it is far.
- far

  Secretly so.
"""


@pytest.fixture
def ask(tmp_path, monkeypatch, capsys):
    """Build a page with a question; return the exit status, the complaint, and the page."""
    monkeypatch.setenv("LAB_RECORD", str(tmp_path / "record"))

    def ask(options, items="", conf="", **facts):
        record.note("index/questions", **facts)
        source = tmp_path / "book"
        source.mkdir(exist_ok=True)
        (source / "conf.py").write_text(CONF + conf)
        (source / "index.md").write_text(PAGE.format(options=options, items=items))
        capsys.readouterr()
        status = main(["-WqEab", "html", str(source), str(tmp_path / "out")])
        page = tmp_path / "out" / "index.html"
        return status, capsys.readouterr().err, page.read_text() if page.exists() else ""

    return ask


def held(page):
    """Return what a page holds of its question: for the check, and what is said."""
    data = re.search(r'data-question="([^"]*)"', page)[1].replace("&quot;", '"')
    told = re.search(r'data-told="([^"]*)"', page)[1]
    return json.loads(data), json.loads(base64.b64decode(told))


def test_a_page_does_not_say_the_right_answer(ask):
    status, complaint, page = ask(":choice: index/questions right", CHOICES, right=2)
    assert status == 0, complaint
    data, told = held(page)
    assert data["right"] == [questions.hashed("how-far:2")]
    assert "Secretly" not in page
    assert "Because" not in page
    assert told["1"] == "<p>No: it is far.</p>"
    assert "Secretly" in told["2"]
    assert "log" in told["hint"]
    assert "questions.js" in page
    assert '<ol class="question-items" type="a"><li data-place="1">near</li>' in page


def test_numbers_are_compared_on_a_grid(ask):
    _, _, page = ask(":number: index/questions far\n:tolerance: 0.5\n:unit: m", far=13.51)
    data, _ = held(page)
    assert data["unit"] == "m"
    assert data["step"] == 0.1
    assert data["apart"] * data["step"] == 0.5
    assert data["right"] == [questions.hashed("how-far:135")]


def test_an_order_is_that_of_the_numbers(ask):
    _, _, page = ask(":order: index/questions far", "- a\n- b\n- c", far={"a": 3, "b": -1, "c": 2})
    data, _ = held(page)
    assert data["right"] == [questions.hashed("how-far:2 3 1")]


def test_an_expression_is_compared_at_points(ask):
    _, _, page = ask(":expression: index/questions f", f={"x=2 k=3": 8, "x=0.5 k=1": -0.5})
    data, _ = held(page)
    assert data["points"] == [{"x": 2, "k": 3}, {"x": 0.5, "k": 1}]
    expected = [questions.hashed(f"how-far:{text}") for text in ("8.0000e+0", "-5.0000e-1")]
    assert data["right"] == expected


def test_an_edition_without_solutions_holds_no_answer(ask, tmp_path):
    status, complaint, page = ask(
        ":choice: index/questions right", CHOICES, "solutions = 'none'", right=2
    )
    assert status == 0, complaint
    data, told = held(page)
    assert "right" not in data
    assert told == {}
    assert "near" in page
    for file in (tmp_path / "out").rglob("*.*"):
        if file.suffix in {".html", ".js"}:
            assert "ecretly" not in file.read_text("utf-8"), file


def test_a_record_for_readers_has_no_answers(ask, tmp_path):
    ask(":number: index/questions far\n:tolerance: 1", far=3)
    record.note("index/other", seen=1)
    book.gather(tmp_path / "record.json", data={}, commit=None)
    facts = json.loads((tmp_path / "record.json").read_text())["facts"]
    assert [one["name"] for one in facts] == ["index/other"]


@pytest.mark.parametrize(
    ("options", "items", "facts", "complaint"),
    [
        ("", "", {"a": 1}, "one of: number, choice, order, expression, place"),
        (":number: index/questions a", "", {"a": 1}, "has a tolerance above zero"),
        (":number: index/questions a\n:tolerance: 0", "", {"a": 1}, "a tolerance above zero"),
        (":number: index/questions b\n:tolerance: 1", "", {"a": 1}, "has no right answer: 'b'"),
        (":choice: index/questions a", "Say.", {"a": 1}, "ends with a list of two items or more"),
        (":choice: index/questions a", "- x\n- y", {"a": 1}, "below each choice why"),
        (":choice: index/questions a", CHOICES, {"a": 3}, "2 choices, and the right one is 3"),
        (":order: index/questions a", "- x\n- y", {"a": {"x": 1}}, "2 items, and 1 numbers"),
        (":order: index/questions a", "- x\n- y", {"a": 1}, "cannot have the answer 1"),
        (
            ":order: index/questions a",
            "- x\n- y",
            {"a": {"x": 1, "y": 2}},
            "the right order already",
        ),
    ],
)
def test_a_writer_is_told_what_is_wrong(ask, options, items, facts, complaint):
    status, said, _ = ask(options, items, **facts)
    assert status != 0
    assert complaint in said


def test_numbers_are_written_as_in_javascript():
    # from JavaScript's toExponential(4)
    assert [questions.short(x) for x in (0.000123456, 123456.0, -0.5, 0.0)] == [
        *("1.2346e-4", "1.2346e+5", "-5.0000e-1", "0.0000e+0")
    ]


CELL = re.compile(
    r"^```\{code-cell\} python\n(?:---\n.*?^---\n|(?::[^\n]*\n)*)(.*?)^```$", re.M | re.S
)
ASKING = [
    path
    for path in sorted((ROOT / "docs/chapters").glob("*.md"))
    if "```{question}" in path.read_text()
]


def names(tree, context):
    """Return the names that are stored or loaded, outside of functions and comprehensions."""
    return {
        one.id
        for one in ast.walk(tree)
        if isinstance(one, ast.Name) and isinstance(one.ctx, context)
    }


def bound(cell):
    """Return the names that a cell gives a value to, in itself and not in its functions."""
    plain = [one for one in ast.parse(cell).body if not isinstance(one, ast.FunctionDef)]
    return set().union(*(names(one, ast.Store) for one in plain)) if plain else set()


@pytest.mark.parametrize("path", ASKING, ids=lambda path: path.stem)
def test_a_right_answer_does_not_hang_on_a_name_that_is_used_twice(path):
    """An answer is computed last: a name that a later cell took for something else is no answer."""
    cells = [re.sub(r"^%.*$", "", cell, flags=re.M) for cell in CELL.findall(path.read_text())]
    (answers,) = [cell for cell in cells if "def right_answers" in cell]
    before = [bound(cell) for cell in cells[: cells.index(answers)]]
    (function,) = [one for one in ast.parse(answers).body if isinstance(one, ast.FunctionDef)]
    used = names(function, ast.Load) - names(function, ast.Store)
    assert not {name for name in used if sum(name in one for one in before) > 1}
