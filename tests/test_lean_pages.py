"""What pages do without."""

from types import SimpleNamespace

import pytest
from _ext.lean_pages import FOR_DESIGN, FOR_LABS, leave_out


@pytest.mark.parametrize(("page", "left"), [("labs/s/a", True), ("chapters/one", False)])
def test_only_labs_have_what_is_for_labs(page, left):
    names = ["_static/theme.css", *(f"_static/{name}" for name in sorted(FOR_LABS))]
    files = [SimpleNamespace(filename=name) for name in names]
    styles, scripts = list(files), list(files)
    leave_out(None, page, "", {"css_files": styles, "script_files": scripts}, None)
    for given in (styles, scripts):
        assert [file.filename for file in given] == (names if left else names[:1])


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ('<div class="sd-card docutils">', True),
        ('<p class="a sd-b">', True),
        ("<p>sd-card</p>", False),
    ],
)
def test_only_pages_with_cards_have_what_is_for_cards(body, left):
    names = ["_static/theme.css", *(f"_static/{name}" for name in sorted(FOR_DESIGN))]
    files = [SimpleNamespace(filename=name) for name in names]
    styles, scripts = list(files), list(files)
    leave_out(None, "a", "", {"body": body, "css_files": styles, "script_files": scripts}, None)
    for given in (styles, scripts):
        assert [file.filename for file in given] == (names if left else names[:1])
