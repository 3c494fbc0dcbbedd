"""What commands print: on a terminal, to a reader that has gone, and on a full disk."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_comparison import record_of

from lab_code.__main__ import main
from lab_code.console import FAULT, printable, run

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="only Linux has /dev/full")


def test_what_a_terminal_shows_stays_as_it_is():
    text = "μV, 95\xa0%, café, 漢字, 👍, →"
    assert printable(text) == text


@pytest.mark.parametrize(
    "c", ["\x1b", "\x9b", "\x00", "\r", "\u202e", "\u2028", "\udc80", "\U000e0001"]
)
def test_what_a_terminal_obeys_is_written_out_as_in_json(c):
    assert printable(c).isascii()
    assert printable(c).isprintable()
    assert json.loads(f'"{printable(c)}"') == c


def test_it_is_one_line_of_bounded_length():
    assert printable("a\nb\tc") == r"a\nb\tc"
    assert printable("a" * 10, longest=10) == "a" * 10
    assert printable("\x1b" * 10, longest=10) == r"\u001b\u0…"


def test_lines_of_a_command_stay_lines(capsys):
    assert run(lambda: print("one\ttwo\nthree\x1b[2J") or 3) == 3
    assert capsys.readouterr().out == "one\ttwo\nthree\\u001b[2J\n"


def test_a_file_that_cannot_be_used_is_told_on_one_line(capsys):
    def fails():
        raise OSError(errno.ENOSPC, "No space left on device", "a\x1b[2J.svg")

    assert run(fails) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")
    assert "No space left on device" in line
    assert line.isprintable()


def test_an_error_of_the_program_is_not_hidden(capsys):
    assert run(lambda: 1 // 0) == FAULT
    assert "Traceback" in capsys.readouterr().err


@pytest.fixture(scope="module")
def content(simulation):
    return json.dumps(record_of(simulation))


@pytest.fixture
def commands(tmp_path, content, use_simulation):
    """Each command, with what it needs to print something."""
    record = tmp_path / "record.json"
    record.write_text(content)
    (tmp_path / "answer.py").write_text("answer = 1\n")
    return {
        "data": ["data"],
        "experiments": ["experiments", "--help"],
        "record show": ["record", "show", str(record)],
        "record show --json": ["record", "show", "--json", str(record)],
        "record compare": ["record", "compare", str(record), str(record)],
        "record verify": ["record", "verify", "--help"],
        "homework": ["homework"],
        "check": ["check", str(tmp_path / "answer.py")],
        "check --csv": ["check", "--csv", str(tmp_path / "answer.py")],
        "predict": ["predict", "--help"],
    }


NAMES = (
    *("data", "experiments", "record show", "record show --json", "record compare"),
    *("record verify", "homework", "check", "check --csv", "predict"),
)


def into(stream, arguments):
    """Run a command that prints into a stream; return its status."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        try:
            return main(arguments)
        except SystemExit as ended:
            return ended.code


@needs_full
@pytest.mark.parametrize("name", NAMES)
def test_a_full_disk_is_told(commands, name, capfd):
    with FULL.open("w") as stream:
        assert into(stream, commands[name]) == 1
    assert capfd.readouterr().err == (
        "error: the output cannot be written: [Errno 28] No space left on device\n"
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_reader_that_has_gone_is_no_error(commands, name, capfd):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        assert into(stream, commands[name]) == 141
    assert capfd.readouterr().err == ""


def test_output_that_the_shell_has_closed_is_no_error(commands, capfd):
    assert into(None, commands["record show"]) == 0
    assert capfd.readouterr().err == ""


def shell(command, **settings):
    return subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, **settings
    )


@needs_full
def test_as_a_shell_has_it(commands):
    book = f"{sys.executable} -m lab_code"
    show = f"{book} record show {commands['record show'][-1]}"
    for command, status in (
        (f"{show} | head -1", 0),
        (f"{show} > /dev/full 2> /dev/full", 1),
    ):
        ran = shell(command, cwd=Path(__file__).parents[1])
        assert ran.returncode == status, (command, ran.stderr)
        assert ran.stderr == ""
