"""Rules that keep the house in order."""

import ast
import re
import tomllib

import pytest
from conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ROOMS = [
    "files",
    "moments",
    "recordings",
    "sources",
    "splits",
    "protocol",
    "seeds",
    "sequences",
    "spectra",
    "cells",
    "networks",
    "gradients",
    "training",
    "evaluation",
    "answers",
    "classical",
    "detection",
    "freshness",
    "trial",
    "cross_validation",
    "comparison",
    "record",
    "long",
    "recorded",
    "figures",
    "__main__",
]
"""The modules of the package, from first to last."""


def room_of(path):
    relative = path.relative_to(ROOT / "lab_code").with_suffix("")
    return relative.parts[0]


MODULES = [
    path
    for path in sorted((ROOT / "lab_code").rglob("*.py"))
    if path.parts[-2:] != ("lab_code", "__init__.py")
]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_room_imports_a_later_one(path):
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            parts = name.split(".")
            if parts[0] == "lab_code" and len(parts) > 1 and parts[1] in ROOMS:
                assert ROOMS.index(parts[1]) <= ROOMS.index(room_of(path)), name


def test_every_module_is_in_a_room_and_on_the_page():
    page = (ROOT / "docs" / "api.md").read_text()
    for path in MODULES:
        assert room_of(path) in ROOMS
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if not name.endswith("__main__"):
            assert f"   {name}\n" in page


def test_lock_has_every_dependency_with_a_hash():
    lock = (ROOT / "requirements.lock").read_text()
    wanted = list(PROJECT["project"]["dependencies"]) + PROJECT["build-system"]["requires"]
    for group in PROJECT["dependency-groups"].values():
        wanted += group
    for requirement in wanted:
        name = re.match(r"[\w-]+", requirement)[0].replace("_", "-")
        assert re.search(rf"^{name}==\S+.*\\\n    --hash=sha256:", lock, re.MULTILINE), name


def test_lock_names_no_host():
    assert "://" not in (ROOT / "requirements.lock").read_text()


def test_labs_import_the_package_and_never_the_other_way_round():
    for path in MODULES:
        assert not re.search(r"^\s*(from|import) (docs|examples)\b", path.read_text(), re.MULTILINE)
