"""The command line: each command is listed, and importing one does not import the others."""

import importlib
import subprocess
import sys

import pytest
from conftest import ROOT

from lab_code import console
from lab_code.__main__ import COMMANDS, main

HEAVY = ("torch", "pandas", "scipy", "sklearn", "matplotlib")


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_what_it_does(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith(f"usage: python -m lab_code {name} ")
    with pytest.raises(SystemExit):
        main(["--help"])
    assert f"    {name}" in capsys.readouterr().out


PARSERS = [*([name] for name in COMMANDS), *(["record", x] for x in ("show", "compare", "verify"))]


@pytest.mark.parametrize("names", PARSERS, ids=" ".join)
def test_each_help_has_an_example_that_can_be_typed(names, capsys, monkeypatch):
    with pytest.raises(SystemExit):
        main([*names, "--help"])
    said = " ".join(capsys.readouterr().out.split())
    example = said.partition("example: python -m lab_code ")[2].split()
    assert example[: len(names)] == names
    module = importlib.import_module(f"lab_code.commands.{names[0]}")
    monkeypatch.setattr(module, "run", lambda chosen: 0)
    assert main(example) == 0


def test_a_fault_of_the_book_has_a_status_of_its_own(monkeypatch, capsys):
    from lab_code.commands import data

    def fails(chosen):
        raise ZeroDivisionError("not expected")

    monkeypatch.setattr(data, "run", fails)
    assert main(["data"]) == console.FAULT
    error = capsys.readouterr().err
    assert "ZeroDivisionError: not expected" in error
    assert error.splitlines()[-1].startswith("error: this is a fault of the book")


def test_an_interrupted_command_says_nothing(monkeypatch, capsys):
    from lab_code.commands import data

    def interrupted(chosen):
        raise KeyboardInterrupt

    monkeypatch.setattr(data, "run", interrupted)
    assert main(["data"]) == 130
    assert capsys.readouterr().err == ""


def test_each_file_of_a_command_is_listed_and_described():
    files = {path.stem for path in (ROOT / "lab_code" / "commands").glob("[a-z]*.py")}
    assert files == set(COMMANDS)
    text = (ROOT / "lab_code" / "__main__.py").read_text("utf-8")
    assert all(f"\n``{name}" in text.split('"""')[1] for name in COMMANDS)


@pytest.mark.parametrize("arguments", [[], ["no_such"], ["homework", "--student", "ada"]])
def test_what_is_wrong_on_the_command_line_is_one_error(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "error: " in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["homework"]])
def test_what_needs_no_package_imports_none(arguments):
    code = (
        "import sys; sys.argv[1:] = sys.argv[2:]; from lab_code.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print('loaded:', *({HEAVY!r} & sys.modules.keys()))"
    ).replace(f"{HEAVY!r} &", f"set({HEAVY!r}) &")
    run = [sys.executable, "-c", code, "-", *arguments]
    printed = subprocess.run(run, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    assert printed.splitlines()[-1].split(":")[1].split() == []
