"""Each lab runs from top to bottom: as the notebook that a reader downloads, which is the script.

Here with one epoch on a few sequences, or a few steps, and a few simulated recordings. A lab runs
once, cell by cell in a kernel; a test beside it says that the script would do the same.
"""

import ast
import builtins
import os
import re
import symtable
from pathlib import Path

import pytest
from conftest import ROOT
from jupyter_client.manager import start_new_kernel
from sphinx_gallery.gen_gallery import DEFAULT_GALLERY_CONF
from sphinx_gallery.notebook import jupyter_notebook
from sphinx_gallery.py_source_parser import split_code_and_text_blocks

from lab_code import record

LABS = sorted((ROOT / "examples").rglob("*.py"))
IDS = [lab.stem for lab in LABS]
FEW = {"STEPS": 3, "EPOCHS": 1}
"""What a lab calls the length of a training loop of its own, and how long it is here."""

SETTINGS = ("LAB_SOURCE", "LAB_CACHE", "LAB_RECORD")

PRELUDE = f"""%matplotlib inline
import sys
sys.path.append({str(Path(__file__).parent)!r})
import lab_kernel
"""


@pytest.fixture
def short(lab, use_simulation, tmp_path):
    """The lab, made short, in a file of the same name."""
    text = lab.read_text()
    for name, value in FEW.items():
        text = re.sub(rf"^{name} = \d+$", f"{name} = {value}", text, flags=re.MULTILINE)
    path = tmp_path / lab.name
    path.write_text(text)
    return path


def check_record(lab):
    experiments = record.read_all()
    assert bool(experiments) == ("record.write(" in lab.read_text())
    for experiment in experiments:
        assert experiment["name"].startswith(f"{lab.stem}/")
        assert experiment["data"]["source"] == "simulated"


def cells_of(path, tmp_path):
    """The code of the notebook that sphinx-gallery makes of a lab, cell by cell."""
    _, blocks = split_code_and_text_blocks(str(path))
    notebook = jupyter_notebook(blocks, DEFAULT_GALLERY_CONF, str(tmp_path))
    return ["".join(one["source"]) for one in notebook["cells"] if one["cell_type"] == "code"]


@pytest.mark.parametrize("lab", LABS, ids=IDS)
def test_lab_is_the_same_as_a_script(lab, tmp_path):
    """What its notebook runs is the script, and needs nothing that only a notebook has."""
    script, cells = lab.read_text(), "\n".join(cells_of(lab, tmp_path))
    _, *body = ast.parse(script).body  # without the docstring, which is text
    assert [ast.dump(one) for one in ast.parse(cells).body] == [ast.dump(one) for one in body]
    assert unknown_names(symtable.symtable(script, lab.name, "exec")) == set()


def unknown_names(module):
    """Names that are neither defined in a module nor built in, such as IPython's display."""
    scopes = [module]
    for scope in scopes:
        scopes += scope.get_children()
    used = {s.get_name() for scope in scopes for s in scope.get_symbols() if s.is_global()}
    used |= {s.get_name() for s in module.get_symbols() if s.is_referenced()}
    defined = {s.get_name() for s in module.get_symbols() if s.is_assigned() or s.is_imported()}
    defined |= {child.get_name() for child in module.get_children()}
    return used - defined - set(dir(builtins)) - {"__name__"}


@pytest.fixture(scope="module")
def kernel():
    """A Jupyter kernel for all notebooks: starting one, and importing torch, takes a while."""
    manager, client = start_new_kernel(kernel_name="python3")
    execute(client, PRELUDE)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def execute(kernel, code):
    """Run a cell; return what it showed."""
    shown = []
    reply = kernel.execute_interactive(
        code, output_hook=lambda message: shown.append(message), timeout=300
    )
    content = reply["content"]
    assert content["status"] == "ok", "\n".join(content.get("traceback", [])) + code
    return [message["content"].get("data", {}) for message in shown]


@pytest.mark.parametrize("lab", LABS, ids=IDS)
def test_lab_runs_as_the_downloaded_notebook(lab, short, kernel, tmp_path):
    execute(
        kernel,
        "%reset -f\n" + "\n".join(f"%env {name}={os.environ[name]}" for name in SETTINGS),
    )
    about_the_data = lab.parent.name == "1_sequences"  # they name single recordings
    execute(kernel, f"import lab_kernel\nlab_kernel.take(few={not about_the_data})")
    outputs = [one for cell in cells_of(short, tmp_path) for one in execute(kernel, cell)]
    labels = [one["text/plain"] for one in outputs if "image/png" in one]
    assert labels
    assert min(len(label) for label in labels) > 40, labels  # what a screen reader reads
    check_record(lab)


def test_names_of_labs_tell_them_apart():
    assert len(set(IDS)) == len(IDS)  # their records are kept by name


def test_grids_run_in_processes():
    """In a build, which runs labs in processes, joblib would take threads if nobody tells."""
    calls = [
        call
        for lab in LABS
        for call in ast.walk(ast.parse(lab.read_text()))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Parallel"
    ]
    assert calls
    for call in calls:
        told = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
        assert told["backend"] == "loky"
        assert told["idle_worker_timeout"] < 10  # for so long a build would wait at its end


@pytest.mark.parametrize("lab", LABS, ids=IDS)
def test_lab_says_what_it_is_for(lab):
    text = lab.read_text()
    assert "What you will learn" in ast.get_docstring(ast.parse(text))
    assert "**Before you start**" in ast.get_docstring(ast.parse(text))
    assert "# What to conclude" in text


@pytest.mark.parametrize("lab", LABS, ids=IDS)
def test_lab_is_short(lab):
    """So that it can be read in class; what is drawn is in `lab_code.figures`."""
    _, blocks = split_code_and_text_blocks(str(lab))
    assert len(lab.read_text().splitlines()) <= 150
    assert max(len(text.strip().splitlines()) for kind, text, _ in blocks if kind == "code") <= 25


@pytest.mark.parametrize("lab", LABS, ids=IDS)
def test_lab_links_its_chapters(lab):
    text = ast.get_docstring(ast.parse(lab.read_text()))
    before = text.split("**Before you start**")[1]
    chapters = re.findall(r":doc:`/(chapters/\w+)`", before)
    assert chapters
    missing = [chapter for chapter in chapters if not (ROOT / f"docs/{chapter}.md").exists()]
    assert not missing
