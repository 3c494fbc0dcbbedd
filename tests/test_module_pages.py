"""What Sphinx does for the pages of modules, and what it must not import for them."""

import re
import subprocess
import sys
from types import SimpleNamespace

import pytest
from _ext import module_pages
from conftest import ROOT

SLOW = ("torch", "scipy.stats", "sklearn", "matplotlib.pyplot")


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setattr(module_pages, "path", dict)  # a book without chapters
    (tmp_path / "api.md").write_text(
        "```\n   :toctree: api\n\n   lab_code.seeds\n   lab_code\n```\n"
    )
    return SimpleNamespace(srcdir=tmp_path)


def test_each_listed_module_has_a_page(app):
    module_pages.write_pages(app)
    assert {path.name for path in app.srcdir.glob("api/*")} == {
        "lab_code.seeds.rst",
        "lab_code.rst",
    }
    page = (app.srcdir / "api" / "lab_code.seeds.rst").read_text()
    assert page.startswith("lab\\_code.seeds\n===============\n")
    assert ".. automodule:: lab_code.seeds\n" in page


def test_a_page_says_who_uses_the_module():
    imports = {
        "chapters/one": {"lab_code.training", "lab_code.training.fit", "lab_code.figures"},
        "labs/two": {"lab_code.training", "lab_code.figures.slider", "lab_code.figures"},
        "labs/three": {"lab_code.figures.slider.Slider", "lab_code.figures"},
    }
    listed = ["lab_code.training", "lab_code.figures", "lab_code.figures.slider"]
    training, figures, slider = (module_pages.used(name, imports, listed) for name in listed)
    assert figures == training == "Used in most chapters and labs.\n\n"
    assert slider == "Used in :doc:`/labs/two`.\n\n"
    assert module_pages.used("lab_code.moments", imports, listed) == ""
    few = imports | {f"labs/{number}": set() for number in range(3)}
    said = module_pages.used("lab_code.training", few, listed)
    assert said == "Used in :doc:`/chapters/one` (``fit``); :doc:`/labs/two`.\n\n"


def test_a_page_is_written_again_only_if_it_differs(app):
    module_pages.write_pages(app)
    page = app.srcdir / "api" / "lab_code.seeds.rst"
    before = page.stat().st_mtime_ns
    module_pages.write_pages(app)
    assert page.stat().st_mtime_ns == before
    page.write_text("damaged")
    module_pages.write_pages(app)
    assert "automodule" in page.read_text()


def test_the_page_of_a_module_that_is_no_longer_listed_goes(app):
    (app.srcdir / "api").mkdir()
    (app.srcdir / "api" / "lab_code.old.rst").touch()
    module_pages.write_pages(app)
    assert not (app.srcdir / "api" / "lab_code.old.rst").exists()


def test_extensions_import_nothing_slow():
    """A build in which nothing has changed would spend half its time on it."""
    conf = (ROOT / "docs" / "conf.py").read_text()
    names = re.findall(r"(?<=\")_\w+\.\w+(?=\",\n)", conf)
    assert "_ext.fresh" in names
    code = f"""
import sys
sys.path.append({str(ROOT / "docs")!r})
import lab_code.sources, {", ".join(names)}
print(set({SLOW}) & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
