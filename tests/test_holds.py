"""The marks behind sentences that were checked."""

import pytest
from _ext.holds import leave_no_space
from docutils import nodes


@pytest.mark.parametrize("before", ["It is higher ", "It is higher\n", "It is higher"])
def test_no_line_breaks_before_a_mark(before):
    mark = nodes.inline("", "✓")
    paragraph = nodes.paragraph("", "", nodes.Text(before), mark, nodes.Text(". So"))
    leave_no_space(mark)
    assert paragraph.astext() == "It is higher✓. So"
    assert all(child.parent is paragraph for child in paragraph)


def test_a_mark_may_be_the_first():
    paragraph = nodes.paragraph("", "", nodes.inline("", "✓"))
    leave_no_space(paragraph[0])
    assert paragraph.astext() == "✓"
