"""A site's files depend on the book alone: on a book of one lab and two pages."""

import os
import re
import time
from pathlib import Path

from conftest import ROOT
from sphinx.cmd.build import main

CONF = """
import os, sys
os.environ["SOURCE_DATE_EPOCH"] = "0"
sys.path.insert(0, {ext!r})
extensions = [
    "_ext.reproducible", "_ext.themed_figures",
    "_ext.exercises", "myst_nb", "sphinx_gallery.gen_gallery",
]
source_suffix = {{".rst": "restructuredtext", ".md": "myst-nb"}}
nb_execution_mode = "force"
exclude_patterns = ["_build", "labs/**/*.ipynb"]
html_copy_source = False
suppress_warnings = ["config.cache", "toc.not_included"]
sphinx_gallery_conf = {{
    "examples_dirs": "../examples",
    "gallery_dirs": "labs",
    "filename_pattern": r"\\.py$",
    "image_scrapers": ("_ext.themed_figures.scrape",),
    "min_reported_time": 1000,
    "download_all_examples": False,
    "write_computation_times": False,
}}
"""

DRAWING = """
import matplotlib.pyplot as plt
plt.rcParams["svg.hashsalt"] = "book"
lines = plt.plot([1, {number}])
"""

PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
---

# Title

```{{code-cell}} python
%config InlineBackend.figure_formats = ['svg']
{drawing}
```

```{{exercise}}
:label: why{number}
Why?
```
"""


class Book:
    def __init__(self, folder: Path):
        self.docs, self.out = folder / "docs", folder / "out"
        self.section = folder / "examples" / "1_first"
        self.section.mkdir(parents=True)
        self.docs.mkdir()
        for header in (self.section, self.section.parent):
            (header / "GALLERY_HEADER.rst").write_text("Title\n=====\n")
        (self.docs / "conf.py").write_text(CONF.format(ext=str(ROOT / "docs")))
        self.page("index", 1)
        self.page("other", 2)
        self.lab("a_lab", 3)

    def page(self, name: str, number: int) -> None:
        text = PAGE.format(drawing=DRAWING.format(number=number), number=number)
        (self.docs / f"{name}.md").write_text(text)

    def lab(self, name: str, number: int) -> None:
        text = f'"""\nTitle\n=====\n"""\n{DRAWING.format(number=number)}'
        (self.section / f"{name}.py").write_text(text)

    def files(self) -> dict[str, bytes]:
        """Build, and return what is in the site's files."""
        assert main(["-q", "-b", "html", str(self.docs), str(self.out)]) == 0
        return {
            path.relative_to(self.out).as_posix(): path.read_bytes()
            for path in sorted(self.out.rglob("*"))
            if path.is_file() and not path.relative_to(self.out).as_posix().startswith(".")
        }


def assert_whole(files: dict[str, bytes]) -> None:
    """Every figure and download that a page links is there, and no other."""
    linked = set()
    for name, content in files.items():
        if name.endswith(".html") and not name.startswith("_static/"):
            for link in re.findall(
                r'(?:src|href)="([^":]*_(?:images|downloads)/[^"]*)"', str(content)
            ):
                linked.add(os.path.normpath(Path(name).parent / link))
    there = {name for name in files if name.startswith(("_images/", "_downloads/"))}
    assert linked == there
    assert "_images/sphx_glr_a_lab_001.svg" in there


def assert_same(one: dict[str, bytes], other: dict[str, bytes]) -> None:
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []


def test_site_depends_on_the_book_alone(tmp_path):
    first, second = Book(tmp_path / "first"), Book(tmp_path / "second")
    cold = first.files()
    assert_whole(cold)
    assert re.search(rb"mystnb\.[0-9a-f]+\.css\?v=", cold["index.html"])
    time.sleep(2.1)  # what is in files to the second, in zip files to two
    assert_same(second.files(), cold)

    # what was built before leaves nothing behind
    first.page("index", 4)
    first.page("more", 5)
    first.lab("more", 6)
    changed = first.files()
    assert {"more.html", "labs/1_first/more.html"} <= set(changed)
    assert_whole(changed)
    first.page("index", 1)
    (first.docs / "more.md").unlink()
    for file in [first.section / "more.py", *first.docs.glob("labs/1_first/more.*")]:
        file.unlink()
    assert_same(first.files(), cold)


def test_search_finds_index_entries_after_a_small_change(tmp_path):
    docs, out = tmp_path / "docs", tmp_path / "out"
    docs.mkdir()
    conf = f"import sys\nsys.path.insert(0, {str(ROOT / 'docs')!r})\n"
    conf += "extensions = ['_ext.reproducible']\nsuppress_warnings = ['toc.not_included']\n"
    (docs / "conf.py").write_text(conf)
    for name in ("index", "other"):
        (docs / f"{name}.rst").write_text(f"Title\n=====\n\n.. index:: word of {name}\n")

    def index():
        assert main(["-q", "-b", "html", str(docs), str(out)]) == 0
        return (out / "searchindex.js").read_text()

    cold = index()
    assert "word of other" in cold
    text = (docs / "index.rst").read_text()
    (docs / "index.rst").write_text(text + "\nPassing.\n")
    assert "pass" in index()
    (docs / "index.rst").write_text(text)
    assert index() == cold
