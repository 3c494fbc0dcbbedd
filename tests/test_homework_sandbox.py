"""Answers that fail, and answers that cheat."""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT

from lab_code.__main__ import main
from lab_code.homework import child, sandbox
from lab_code.homework.exercises import EXERCISES
from lab_code.homework.marking import mark
from lab_code.homework.sandbox import Sandbox
from lab_code.homework.source import Source

HERE = os.fsencode(tempfile.gettempdir())
MARK = 'HOMEWORK, STUDENT = "short", "ada"\n'


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """An exercise with one check, and a second for it."""
    exercise = replace(EXERCISES["half_life"], name="short", seconds=1.0)
    exercise = replace(exercise, checks=exercise.checks[:1])
    monkeypatch.setitem(EXERCISES, "short", exercise)
    monkeypatch.setattr(sandbox, "GRACE", 0.5)
    monkeypatch.setattr(sandbox, "MOST_RETURNED", 1_000_000)


@pytest.fixture
def report_of(tmp_path):
    def report(code):
        (tmp_path / "x.py").write_text(MARK + code)
        return mark(tmp_path / "x.py")

    return report


def function(*lines):
    return "def half_life(w):\n" + "".join(f"    {line}\n" for line in lines)


RETURNED = "`half_life"
HONEST = {
    "syntax error": ("def half_life(w:\n    pass\n", "no valid Python (line 2): "),
    "missing": ("half = 1\n", "`half_life` is missing"),
    "no function": ("half_life = 1\n", "`half_life` is not a function"),
    "nothing returned": (function("w = 1"), "is None: is a `return` missing?"),
    "wrong shape": (function("return [w, w]"), "has the shape (2,), not () (one number)"),
    "NaN": (function("return float('nan')"), "contains NaN"),
    "no number": (function("return {w}"), "is a value of type set"),
    "error": (function("", "return 1 / 0"), "raises ZeroDivisionError (line 4): division by zero"),
    "arguments": (
        "def half_life(): pass\n",
        "`half_life` does not take `w`; it should be `half_life(w)`",
    ),
    "more arguments": (
        "def half_life(w, share): pass\n",
        "missing 1 required positional argument: 'share'; it should be `half_life(w)`",
    ),
    "endless": (function("while True: pass"), "no result within 1 seconds (line 3)"),
    "recursion": (function("return half_life(w)"), "raises RecursionError (line 3)"),
    "memory": (function("return b'x' * 10**10"), "needs more than 1 GB of memory (line 3)"),
    "printing": (function("while True: print('x' * 999)"), "printed more than 1 MB"),
    "input": (function("return input()"), "raises EOFError (line 3)"),
    "exit": (function("import sys", "sys.exit()"), "calls exit (line 4)"),
    "torch": ("import torch\n", "imports torch (line 2); use NumPy alone"),
}


@pytest.mark.parametrize(("code", "words"), HONEST.values(), ids=HONEST)
def test_what_went_wrong_is_said_in_words(code, words, report_of):
    report = report_of(code)
    assert report.points == 0
    assert words in report.to_text()
    assert "Traceback" not in report.to_text()


DEEP = "x = []\nfor _ in range(10**5): x = [x]\n"
REPLY = """
import os
def half_life(w):
    for fd in range(3, 30):
        try:
            os.write(fd, {reply})
        except OSError:
            pass
    return 1
"""
HOSTILE = {
    "endless, and nothing stops it": (
        function("import signal", "signal.setitimer(signal.ITIMER_REAL, 0)", "while True: pass"),
        "no result within 1 seconds: does",
    ),
    "end": (function("import os", "os._exit(0)"), "ended the whole program (exit status 0)"),
    "kill": (function("import os", "os.kill(os.getpid(), 9)"), "ended by the system (SIGKILL)"),
    "crash": (function("import ctypes", "ctypes.string_at(0)"), "(SIGSEGV)"),
    "print a report": ("print('{\"points\": 10}')\n" + function("return 1"), "`half_life("),
    "write a reply": (REPLY.format(reply=r"""b'{"value": 1e9}\n' """), "`half_life("),
    "write no reply": (REPLY.format(reply=r"b'[1]\n'"), "no result: the answer wrote into"),
    "an object": (function("import numpy", "return numpy.array([w, {}])"), "an array of object"),
    "much": (function("import numpy", "return numpy.zeros(10**6)"), "returned more than 1 MB"),
    "deep": (DEEP + function("return x"), "raises RecursionError"),
    "long number": (function("return 10**5000"), "raises ValueError"),
    "an escape sequence": (function(r"raise ValueError('\x1b[2J')"), "ValueError (line 3): ?[2J"),
    "a crowd": (
        "import os, time\nfor _ in range(40):\n    if os.fork() == 0: time.sleep(60)\n"
        + function("while True: pass"),
        "no result within 1 seconds",
    ),
    "changes NumPy": (
        "import numpy\nnumpy.allclose = numpy.array_equal = lambda *_, **__: True\n"
        + function("return 1"),
        "`half_life(",
    ),
    "changes what serves it": (
        "import __main__\n__main__.pack = lambda value: {'points': 10}\n" + function("return 1"),
        "no result: the answer wrote into",
    ),
    "lies about equality": (
        "class Same(float):\n    __eq__ = __le__ = __ge__ = lambda self, other: True\n"
        + function("return Same(1)"),
        "`half_life(",
    ),
    "writes much": (function("open('x', 'wb').write(bytes(10**8))"), "raises OSError"),
    "a process that stays": (
        "import os, time\nif os.fork() == 0:\n    os.setsid(); time.sleep(4)\nos._exit(0)\n",
        "the file gave no result within 1 seconds",
    ),
}


@pytest.mark.skipif(os.name == "nt", reason="signals, limits and fork are those of POSIX")
@pytest.mark.parametrize(("code", "words"), HOSTILE.values(), ids=HOSTILE)
def test_who_cheats_gets_nothing_and_disturbs_nothing(code, words, report_of):
    start = time.monotonic()
    report = report_of(code)
    assert report.points == 0
    assert words in report.to_text()
    assert "\x1b" not in report.to_text()
    assert time.monotonic() - start < 4


@pytest.mark.parametrize("kind", ["O", "|O8", "<U1", "<c8", "<M8[s]", "", 1])
def test_only_arrays_of_numbers_come_back(kind):
    with pytest.raises((ValueError, TypeError)):
        child.unpack({"data": "AAAAAAAAAAA=", "dtype": kind, "shape": [1]})
    assert child.unpack({"data": "AAAAAAAAAAA=", "dtype": "<f8", "shape": [1]}) == [0.0]


def test_who_prints_and_is_right_gets_the_points(report_of):
    lines = ("print('half', flush=True)", "os.write(1, b'life')", "sys.stderr.write('!')")
    right = "return math.log(0.5) / math.log(abs(w))"
    report = report_of("import math, os, sys\n" + function(*lines, right))
    assert report.points == report.most == 3, report.to_text()


def test_what_an_answer_prints_is_not_in_the_report(tmp_path, capfd):
    (tmp_path / "x.py").write_text(MARK + "print('{\"points\": 10}')\n")
    assert main(["check", str(tmp_path / "x.py"), "--json"]) == 1
    printed = capfd.readouterr()
    assert json.loads(printed.out)["points"] == 0
    assert printed.err == ""


def test_an_answer_sees_no_secrets_and_leaves_no_files(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", "secret")
    monkeypatch.chdir(tmp_path)
    code = "import os\nseen = ' '.join(os.environ)\nhere = os.getcwd()\nopen('left', 'w').close()\n"
    with Sandbox(Source(code)) as answer:
        answer.run()
        assert "TOKEN" not in answer.value("seen")
        here = answer.value("here")
        assert os.path.exists(os.path.join(here, "left"))  # noqa: PTH110, PTH118
    assert not os.path.exists(here)  # noqa: PTH110
    assert not list(tmp_path.iterdir())


def test_after_a_crash_the_other_checks_go_on():
    code = "import os\ndef die(): os._exit(1)\ndef live(): return 3\n"
    with Sandbox(Source(code)) as answer:
        answer.run()
        with pytest.raises(sandbox.Wrong, match=r"ended the whole program \(exit status 1\)"):
            answer.call("die")
        assert answer.call("live") == 3


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux tells")
def test_no_process_stays(report_of):
    """Not even one that has left the group of the first, and the folder."""
    code = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    os.chdir('/')\n"
    code += "    if os.fork() == 0:\n        time.sleep(77)\n    time.sleep(77)\n"
    code += "time.sleep(0.5)\n"  # until they have left

    def others():
        for process in Path("/proc").glob("[1-9]*"):
            with suppress(OSError):
                if b"HOME=" + HERE + b"/homework-" in (process / "environ").read_bytes():
                    yield process.name

    before = set(others())
    report_of(code + function("return 1"))
    assert set(others()) <= before


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how many there are")
def test_an_answer_starts_only_so_many_processes():
    code = """
import os, resource, time
from lab_code.homework import child
if os.getuid() == 0:  # whom no limit binds
    os.setgid(65534), os.setuid(65534)
child.limit(4 * 10**9, 60, 10**6)
try:
    for started in range(1000):
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
except OSError:
    print(started, flush=True)
os.killpg(0, 9)
"""
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, start_new_session=True)
    assert 0 < int(done.stdout) <= child.MOST_STARTED


def test_an_answer_that_takes_its_file_away_is_marked_all_the_same(tmp_path, capsys):
    first, second = tmp_path / "a.py", tmp_path / "b.py"
    first.write_text(MARK + f"import os\nos.unlink({str(first)!r})\n" + function("return 1"))
    second.write_text(MARK.replace("ada", "bob") + function("return 1"))
    assert main(["check", str(first), str(second), "--json"]) == 1
    reports = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [report["student"] for report in reports] == ["ada", "bob"]


def test_half_a_letter_in_a_notebook_disturbs_nobody(tmp_path, capsys):
    """JSON can say what no file of text can hold."""
    cell = {"cell_type": "code", "source": [MARK, "# \ud800\n", function("return 1")]}
    (tmp_path / "x.ipynb").write_text(json.dumps({"cells": [cell]}))
    assert main(["check", str(tmp_path / "x.ipynb"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["points"] == 0
