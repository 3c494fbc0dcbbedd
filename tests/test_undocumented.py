"""What the book uses of its dependencies without their documentation saying that it may."""

import importlib
from pathlib import Path

import pytest
from _ext import undocumented
from _ext.undocumented import sphinx as undocumented_sphinx
from conftest import ROOT
from sphinx import search
from sphinx.application import Sphinx
from sphinx.search import IndexBuilder
from sphinx.util.docutils import docutils_namespace

MODULES = [path.stem for path in Path(undocumented.__file__).parent.glob("[!_]*.py")]


def instance(name, tmp_path):
    """Return a module, or for ``module:Class`` an instance of the class."""
    if ":" not in name:
        return importlib.import_module(name)
    (tmp_path / "conf.py").touch()
    app = Sphinx(tmp_path, tmp_path, tmp_path / "out", tmp_path, "dummy", None, warning=None)
    return app if name.endswith(":Sphinx") else IndexBuilder(app.env, "en", {}, None)


@pytest.mark.parametrize("module", MODULES)
def test_dependencies_still_have_it(module, tmp_path):
    names = importlib.import_module(f"_ext.undocumented.{module}").NAMES
    assert names
    for place, wanted in names.items():
        with docutils_namespace():  # as Sphinx's own command does: other tests build books too
            missing = set(wanted) - set(dir(instance(place, tmp_path)))
        assert not missing, (
            f"{place} no longer has {missing}: mend docs/_ext/undocumented/{module}.py"
        )


def test_the_search_of_the_book_still_fits_that_of_sphinx():
    script = Path(search.__file__).parents[1] / "themes" / "basic" / "static" / "searchtools.js"
    text = script.read_text()
    missing = [name for name in undocumented_sphinx.IN_SEARCH_SCRIPT if name not in text]
    assert not missing, "mend docs/_static/search.js"


def test_private_names_stand_nowhere_else():
    names = ("_warncount", "_mapping", "_titles", "_index_entries", "get_md5sum", "ZIP_DOWNLOAD")
    for path in [*ROOT.glob("docs/_ext/*.py"), *ROOT.glob("lab_code/**/*.py")]:
        found = [name for name in names if f".{name}" in path.read_text()]
        assert not found, path
