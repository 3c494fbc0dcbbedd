"""Rules that keep the house in order."""

import ast
import re
import tomllib

import pytest
import yaml
from conftest import ROOT

from lab_code.freshness import code_behind

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PICTURE = re.search(r"```text\n(.*?)```", (ROOT / "docs" / "api.md").read_text(), re.DOTALL)[1]
ROOMS = [room for line in PICTURE.splitlines()[:-1] for room in line[:36].split()]
"""The modules of the package, from first to last, as the picture on their page has them."""


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


def test_no_import_escapes_the_search_for_the_code_behind_a_lab(tmp_path):
    """A lab is in no package; within the package, lint forbids what is harder to read."""
    assert code_behind.files_behind("from .files import write_whole") == set()
    assert code_behind.files_behind("from lab_code.files import write_whole")
    assert "TID" in PROJECT["tool"]["ruff"]["lint"]["select"]
    assert PROJECT["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["ban-relative-imports"] == "all"
    for path in [*MODULES, *ROOT.glob("examples/*/*.py"), *ROOT.glob("docs/_*/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            assert not getattr(node, "level", 0), path


def test_the_picture_has_every_room_once_and_twelve_lines():
    assert sorted(ROOMS) == sorted({room_of(path) for path in MODULES})
    assert len(PICTURE.splitlines()) == 12


def test_every_module_is_on_the_page():
    page = (ROOT / "docs" / "api.md").read_text().splitlines()
    names = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in MODULES
    }
    assert names - {"lab_code.__main__"} - {line.strip() for line in page} == set()


def test_lock_has_every_dependency_with_a_hash():
    lock = (ROOT / "requirements.lock").read_text()
    wanted = list(PROJECT["project"]["dependencies"]) + PROJECT["build-system"]["requires"]
    for group in PROJECT["dependency-groups"].values():
        wanted += group
    for requirement in wanted:
        name = re.match(r"[\w-]+", requirement)[0].replace("_", "-")
        assert re.search(rf"^{name}==\S+.*\\\n    --hash=sha256:", lock, re.MULTILINE), name


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_read_and_nothing_else(path):
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert job["permissions"] == {"contents": "read"}
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False
            assert "${{ github" not in step.get("run", "")  # others choose what that says


def test_every_promised_python_is_tried():
    """Those of ``requires-python``, the session, and the workflow that runs it each week."""
    lowest, end = re.fullmatch(
        r">=3\.(\d+),<3\.(\d+)", PROJECT["project"]["requires-python"]
    ).groups()
    promised = [f"3.{minor}" for minor in range(int(lowest), int(end))]
    noxfile = (ROOT / "noxfile.py").read_text()
    assert f"@nox.session(python={promised})".replace("'", '"') in noxfile
    matrix = yaml.safe_load(WORKFLOWS[-1].read_text())["jobs"]["versions"]["strategy"]["matrix"]
    assert matrix == {"python": promised, "which": ["lowest", "newest"]}


def test_lock_names_no_host():
    assert "://" not in (ROOT / "requirements.lock").read_text()


def test_labs_import_the_package_and_never_the_other_way_round():
    for path in MODULES:
        assert not re.search(r"^\s*(from|import) (docs|examples)\b", path.read_text(), re.MULTILINE)
