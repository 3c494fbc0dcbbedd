"""Equations in a line of text."""

import pytest
from _ext.mathml import keep_together
from docutils import nodes


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("the state ", ": it", "m:"),
        ("the state ", " is", "m"),
        ("the state (", "), of", "(m),"),
        ("the ", "-th step", "m-"),
        ("the ", "th step", "mth"),
        ("a–", "", "m"),
    ],
)
def test_an_equation_stays_with_what_touches_it(before, after, kept):
    math = nodes.math("m", "m")
    text = [nodes.Text(before), math, *([nodes.Text(after)] if after else [])]
    paragraph = nodes.paragraph("", "", *text, nodes.emphasis("", "!"))
    keep_together(math)
    assert paragraph.astext() == f"{before}m{after}!"
    assert all(child.parent is paragraph for child in paragraph.children)
    boxes = [one.astext() for one in paragraph.findall(nodes.inline)]
    assert boxes == ([kept] if kept != "m" else [])
    assert (math.parent is paragraph) == (kept == "m")


def test_two_equations_share_what_is_between_them():
    first, second = nodes.math("a", "a"), nodes.math("b", "b")
    paragraph = nodes.paragraph("", "", first, nodes.Text(", "), second, nodes.Text("."))
    keep_together(first)
    keep_together(second)
    assert [one.astext() for one in paragraph.findall(nodes.inline)] == ["a,", "b."]
    assert paragraph.astext() == "a, b."
