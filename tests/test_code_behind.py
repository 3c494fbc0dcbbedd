import pytest
from conftest import ROOT

from lab_code.freshness import code_behind
from lab_code.freshness.code_behind import PACKAGE, files_behind

PAGE = """---
file_format: mystnb
---

# Title

```{code-cell} python
:tags: [remove-cell]

%config one
```

Text with `code` and

```python
import not_run
```

```{code-cell} python
---
mystnb:
  image:
    alt: x
---
from lab_code import cells
```

```{solution} x
```

```{code-cell} python
three = 3
```
"""


def names(code):
    return {path.relative_to(PACKAGE).as_posix() for path in files_behind(code)}


def test_the_code_of_a_page_is_that_of_its_cells(tmp_path):
    (tmp_path / "page.md").write_text(PAGE)
    lines = code_behind.code_of(tmp_path / "page.md").split("\n")
    assert [line for line in lines if line] == [
        "%config one",
        "from lab_code import cells",
        "three = 3",
    ]


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs").glob("chapters/*.md")), ids=lambda p: p.stem
)
def test_all_cells_of_each_page_are_found(page):
    text = page.read_text()
    cells = [match[2].strip() for match in code_behind._CELL.finditer(text)]
    assert len(cells) == text.count("```{code-cell}")
    assert all(cells)
    assert not any("```" in cell or cell.startswith((":", "---")) for cell in cells)


def test_the_code_of_a_lab_is_its_text(tmp_path):
    (tmp_path / "lab.py").write_text("x = 1\n")
    assert code_behind.code_of(tmp_path / "lab.py") == "x = 1\n"


def test_imports_of_every_form_are_followed():
    assert names("import torch") == set()
    assert names("import lab_code.files") == {"__init__.py", "files.py"}
    assert names("from lab_code import files") == {"__init__.py", "files.py"}
    assert names("from lab_code.files import write_whole") == {"__init__.py", "files.py"}
    assert "cells.py" in names("from lab_code.gradients import influence")
    assert "sources/fingerprints.csv" in names("from lab_code.sources import load")
    assert "figures/lab.mplstyle" in names("%config x\nfrom lab_code import figures")
    assert "long/kept.json" not in names("from lab_code import record")
    assert "long/kept.json" in names("from lab_code.long import kept")


def test_a_digest_follows_what_the_code_uses():
    uses, other = "from lab_code.sources import load", "from lab_code import files"
    for code, follows in ((uses, True), (other, False)):
        one, two = (code_behind.digest(code, recordings) for recordings in "ab")
        assert (one != two) == follows
    assert code_behind.digest(other, "", "a") != code_behind.digest(other, "", "b")
    assert code_behind.digest(other) != code_behind.digest(other + " ")


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of a few modules; the call returns the files behind a piece of code."""
    folder = tmp_path / "lab_code"
    texts = {
        "__init__.py": "",
        "shallow.py": "from .room.deep import X",
        "room/__init__.py": "",
        "room/deep.py": "from ..far import Y",
        "room/numbers.txt": "1 2 3",
        "far.py": "open('named.bin')",
        "elsewhere/__init__.py": "",
        "elsewhere/named.bin": "",
        "elsewhere/not_named.bin": "",
        "loads.py": "from importlib import import_module\nimport_module('lab_code.far')",
        "hides.py": "import importlib\n\nimportlib.import_module('lab_code.' + 'far')",
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    monkeypatch.setattr(code_behind, "PACKAGE", folder)
    return lambda code: {file.relative_to(folder).as_posix() for file in files_behind(code)}


def test_relative_imports_are_followed_from_where_they_stand(package):
    found = package("import lab_code.shallow")
    assert {"shallow.py", "room/__init__.py", "room/deep.py", "far.py"} < found


def test_data_files_count_whatever_they_are_called(package):
    """Those beside a module, which it may read by a pattern, and those that it names."""
    assert "room/numbers.txt" in package("from lab_code.room import deep")
    assert "elsewhere/named.bin" in package("import lab_code.far")
    assert "elsewhere/not_named.bin" not in package("import lab_code.far")
    assert package("import lab_code.elsewhere") >= {"elsewhere/not_named.bin"}


def test_imports_by_name_are_followed(package):
    assert "far.py" in package("import importlib\nimportlib.import_module('lab_code.far')")
    assert "far.py" in package("import lab_code.loads")


@pytest.mark.parametrize("call", ["import_module(name)", "importlib.import_module('.far', 'x')"])
def test_an_import_that_cannot_be_known_is_refused(package, call):
    with pytest.raises(ValueError, match=r"line 2: what .*import_module.* Import it by its name"):
        package(f"x = 1\n{call}")


def test_a_module_with_an_unknown_import_is_named(package):
    with pytest.raises(ValueError, match=r"lab_code/hides.py: line 3"):
        package("import lab_code.hides")
