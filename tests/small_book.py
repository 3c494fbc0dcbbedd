"""A book of two labs and two pages, which builds in seconds, for tests of how a build goes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from _ext import ahead
from conftest import ROOT
from sphinx.cmd.build import main

from lab_code.freshness import code_behind

CONF = """
import sys
sys.path.insert(0, {ext!r})
extensions = [
    "_ext.first_problem", "_ext.fresh", "_ext.whole", "_ext.ahead", "_ext.lab_record",
    "_ext.publish", "myst_nb", "sphinx_gallery.gen_gallery",
]
source_suffix = {{".rst": "restructuredtext", ".md": "myst-nb"}}
nb_execution_cache_path = {cache!r}
nb_execution_mode = "cache"
exclude_patterns = ["_build", "labs/**/*.ipynb"]
suppress_warnings = ["config.cache", "toc.not_included"]
lab_data = {data!r}
published = "../site"
sphinx_gallery_conf = {{
    "examples_dirs": "../examples",
    "gallery_dirs": "labs",
    "filename_pattern": r"\\.py$",
    "reset_modules": ("_ext.lab_record.forget_lab",),
    "write_computation_times": False,
}}
"""

LAB = """\"\"\"
Title of {name}
=====================
\"\"\"
import os
from pathlib import Path

{imports}

with Path({log!r}).open("a") as log:
    log.write("{name} ")
record = Path(os.environ["LAB_RECORD"])
record.mkdir(exist_ok=True)
fact = '{{"name": "{name}/ran", "lab": "{name}", "values": {{}}}}'
(record / "{name}--ran.facts").write_text(fact)
"""

PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
---

# Title of {name}

```{{code-cell}} python
---
tags: [remove-input]
---
from pathlib import Path

{imports}

with Path({log!r}).open("a") as log:
    log.write("{name} ")
```
"""

MODULES = {
    "__init__": "",
    "cells": "",
    "sources/__init__": "from lab_code import recordings\nload = None",
    "recordings": "Recordings = None",
    "figures/__init__": "STYLE = 'lab.mplstyle'",
    "training": "from lab_code.recordings import Recordings",
}
"""Stands in for the book's package: what is digested, and what kernels import, in no time."""


class Book:
    """A book that can be built; the call returns what has run in the build."""

    def __init__(self, root):
        self.root, self.log = root, root / "log"
        self.docs, self.package = root / "docs", root / "lab_code"
        self.section = root / "examples" / "1_first"

    def start(self):
        for name, text in MODULES.items():
            path = self.package / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (self.package / "figures" / "lab.mplstyle").write_text("")
        (self.root / "requirements.lock").write_text("torch==2")
        self.section.mkdir(parents=True)
        for folder in (self.section, self.section.parent):
            (folder / "GALLERY_HEADER.rst").write_text("Title\n=====\n")
        self.docs.mkdir()
        self.lab("lab_of_cells", "from lab_code import cells")
        self.lab("lab_of_data", "import lab_code.training\nfrom lab_code.sources import load")
        self.page(
            "index",
            "%config InlineBackend.figure_formats = ['svg']\nfrom lab_code import figures",
        )
        self.page("page_of_data", "from lab_code.sources import load")

    def take_part(self, patch):
        """Let the extensions, and the kernels, see this book; run all in this process."""
        patch.setattr(ahead.joblib, "cpu_count", lambda: 0)
        patch.setattr(code_behind, "PACKAGE", self.package)
        patch.setattr(code_behind, "SOURCES", self.package / "sources" / "__init__.py")
        patch.setenv("LAB_RECORD", str(self.root / "record"))
        patch.setenv("PYTHONPATH", str(self.root))

    def lab(self, name, imports=""):
        text = LAB.format(name=name, imports=imports, log=str(self.log))
        (self.section / f"{name}.py").write_text(text)

    def page(self, name, imports=""):
        text = PAGE.format(name=name, imports=imports, log=str(self.log))
        (self.docs / f"{name}.md").write_text(text)

    def __call__(self, data="a", in_order=False, works=True, quiet=True):
        assert self.build(data, quiet) == works
        ran = self.log.read_text().split()
        return ran if in_order else sorted(ran)

    def start_apart(self, *before, **how):
        """Start a build in a process of its own, which a test can limit or kill."""
        path = os.pathsep.join([str(ROOT / "docs"), str(ROOT)])
        env = os.environ | {"PYTHONPATH": path}
        command = [*before, sys.executable, __file__, str(self.root)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(command, env=env, **quiet, **how)

    def build(self, data="a", quiet=True):
        """Build it; return whether that went well."""
        conf = CONF.format(
            ext=str(ROOT / "docs"),
            cache=str(self.docs / "_build" / "jupyter_cache"),
            data={"source": "bonn", "digest": data * 64},
        )
        (self.docs / "conf.py").write_text(conf)
        self.log.write_text("")
        how = ["-q"] if quiet else []
        how += ["-W", "-b", "html", "-d", str(self.root / "doctrees")]
        return main([*how, str(self.docs), str(self.root / "out")]) == 0


ALL = ["index", "lab_of_cells", "lab_of_data", "page_of_data"]


if __name__ == "__main__":
    book = Book(Path(sys.argv[1]))
    book.take_part(pytest.MonkeyPatch())
    sys.exit(0 if book.build() else 1)
