"""What pages do without."""

from types import SimpleNamespace

import pytest
from _ext.lean_pages import FOR_CLASSES, FOR_LABS, leave_out


@pytest.mark.parametrize(("page", "left"), [("labs/s/a", True), ("chapters/one", False)])
def test_only_labs_have_what_is_for_labs(page, left):
    names = ["_static/theme.css", *(f"_static/{name}" for name in sorted(FOR_LABS))]
    files = [SimpleNamespace(filename=name) for name in names]
    styles, scripts = list(files), list(files)
    leave_out(None, page, "", {"css_files": styles, "script_files": scripts}, None)
    for given in (styles, scripts):
        assert [file.filename for file in given] == (names if left else names[:1])


CARDS, TABS, THUMBNAILS = FOR_CLASSES


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ('<div class="sd-card docutils">', {CARDS}),
        ('<p class="a sd-b">', {CARDS}),
        ('<div class="sd-tab-set docutils">', {CARDS, TABS}),
        ('<div class="sphx-glr-thumbnails">', {THUMBNAILS}),
        ("<p>sd-card sphx-glr-thumbnails</p>", set()),
    ],
)
def test_only_pages_with_such_elements_have_what_is_for_them(body, left):
    names = [f"_static/{name}" for name in FOR_CLASSES]
    files = [SimpleNamespace(filename=name) for name in ("_static/theme.css", *names)]
    styles, scripts = list(files), list(files)
    leave_out(None, "a", "", {"body": body, "css_files": styles, "script_files": scripts}, None)
    for given in (styles, scripts):
        expected = ["_static/theme.css", *(name for name in names if name[8:] in left)]
        assert [file.filename for file in given] == expected
