"""Each lab runs from top to bottom, as a script and as the notebook that a reader downloads.

Here with one epoch, or a few steps, and on simulated recordings.
"""

import ast
import os
import re
import runpy

import matplotlib.pyplot as plt
import pytest
from _ext.lab_order import ORDER
from conftest import ROOT
from jupyter_client.manager import start_new_kernel
from sphinx_gallery.gen_gallery import DEFAULT_GALLERY_CONF
from sphinx_gallery.notebook import jupyter_notebook
from sphinx_gallery.py_source_parser import split_code_and_text_blocks

from lab_code import record, training, trial

LABS = sorted((ROOT / "examples").rglob("*.py"))
IDS = [lab.stem for lab in LABS]
FEW = {"STEPS": 3, "EPOCHS": 1}
"""What a lab calls the length of a training loop of its own, and how long it is here."""

SETTINGS = ("LAB_SOURCE", "LAB_CACHE", "LAB_RECORD")

PRELUDE = """
from lab_code import training, trial

def short(*args, fit=training.fit, **settings):
    return fit(*args, **settings | {"epochs": 1, "progress": False})

training.fit = trial.fit = short
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


@pytest.mark.parametrize("lab", LABS, ids=IDS)
def test_lab_runs_as_a_script(lab, short, monkeypatch):
    fit = training.fit
    for module in (training, trial):
        monkeypatch.setattr(module, "fit", lambda *args, **kw: fit(*args, **kw | {"epochs": 1}))
    shown = []
    monkeypatch.setattr(plt, "show", lambda: shown.extend(plt.get_fignums()))
    with plt.rc_context():
        runpy.run_path(str(short), run_name="__main__")
    labels = [plt.figure(number).get_label() for number in plt.get_fignums()]
    plt.close("all")
    assert shown
    assert min(len(label) for label in labels) > 40, labels  # what a screen reader reads
    check_record(lab)


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
    _, blocks = split_code_and_text_blocks(str(short))
    notebook = jupyter_notebook(blocks, DEFAULT_GALLERY_CONF, str(tmp_path))
    execute(
        kernel,
        "%reset -f\n" + "\n".join(f"%env {name}={os.environ[name]}" for name in SETTINGS),
    )
    outputs = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            outputs += execute(kernel, "".join(cell["source"]))
    assert any("image/png" in output for output in outputs)
    check_record(lab)


def test_names_of_labs_tell_them_apart():
    assert len(set(IDS)) == len(IDS)  # their records are kept by name


def test_every_lab_has_its_place():
    assert sorted(ORDER) == sorted(IDS)
    sections = [lab.parent.name for lab in sorted(LABS, key=lambda lab: ORDER.index(lab.stem))]
    assert sections == sorted(sections)


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
def test_lab_links_its_chapters(lab):
    text = ast.get_docstring(ast.parse(lab.read_text()))
    before = text.split("**Before you start**")[1]
    chapters = re.findall(r":doc:`/(chapters/\w+)`", before)
    assert chapters
    missing = [chapter for chapter in chapters if not (ROOT / f"docs/{chapter}.md").exists()]
    assert not missing
