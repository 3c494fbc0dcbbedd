"""The command line: each command is listed, and importing one does not import the others."""

import subprocess
import sys

import pytest
from conftest import ROOT

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
