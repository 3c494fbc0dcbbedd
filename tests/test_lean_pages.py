"""What pages do without."""

from types import SimpleNamespace

import pytest
from _ext.lean_pages import FOR_LABS, leave_out


@pytest.mark.parametrize(("page", "left"), [("labs/s/a", True), ("chapters/one", False)])
def test_only_labs_have_what_is_for_labs(page, left):
    names = ["_static/theme.css", *(f"_static/{name}" for name in sorted(FOR_LABS))]
    files = [SimpleNamespace(filename=name) for name in names]
    styles, scripts = list(files), list(files)
    leave_out(None, page, "", {"css_files": styles, "script_files": scripts}, None)
    for given in (styles, scripts):
        assert [file.filename for file in given] == (names if left else names[:1])
