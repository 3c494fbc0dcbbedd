"""Records from strangers: damaged, hostile, or only old."""

import base64
import copy
import json
import zlib

import pytest
from test_comparison import record_of

from lab_code import record_file
from lab_code.__main__ import main
from lab_code.record_file import layout

TERMINAL = "\x1b[2J\x1b]0;title\x07\x9b31m\u202eabc\r\b\x00"
"""Clears a terminal, sets its title, turns to red, and turns letters around."""

BOMB = base64.b64encode(zlib.compress(bytes(50_000_000), 9)).decode()


def nested(depth):
    return "[" * depth + "]" * depth


@pytest.fixture(scope="module")
def whole(simulation):
    return json.dumps(record_of(simulation))


@pytest.fixture
def kept(tmp_path, whole):
    """A record in a file, which a test damages."""

    class Kept:
        path = tmp_path / "record.json"
        content = json.loads(whole)

        def put(self, *where, value):
            """Set a value somewhere in the record."""
            place = self.content
            for key in where[:-1]:
                place = place[key]
            place[where[-1]] = value
            self.write(json.dumps(self.content))

        def write(self, text):
            self.path.write_bytes(text if isinstance(text, bytes) else text.encode())
            return self

        def refused(self, capsys, *commands):
            """Return the one line with which each command refuses it."""
            lines = set()
            for command in commands or (("show",), ("compare", str(self.path))):
                assert main(["record", *command, str(self.path)]) == 1
                out, err = capsys.readouterr()
                assert out == ""
                (line,) = err.splitlines()
                assert line.isprintable()
                assert len(line) <= len("error: ") + record_file.LONGEST
                lines.add(line)
            (line,) = lines
            return line

    return Kept()


FIRST = ("experiments", 0)
ACCURACY = (*FIRST, "metrics", "accuracy")
WRONG_VALUES = [
    *[((key,), 3) for key in ("version", "commit", "data", "environment", "experiments")],
    *[((key,), None) for key in ("version", "data", "environment", "experiments", "long_runs")],
    (("date",), ["2026"]),
    (("long_runs",), {"a": 1}),
    (("experiments",), {"a": 1}),
    (("experiments",), ["lab/gru"]),
    (("data", "digest"), 12),
    (FIRST, []),
    (FIRST, None),
    ((*FIRST, "name"), 4),
    ((*FIRST, "name"), "Lab/GRU"),
    ((*FIRST, "name"), "lab/gru\x1b[2J"),
    ((*FIRST, "name"), "lab/" + "x" * 100_000 + "!"),
    ((*FIRST, "lab"), "../../../tmp/lab"),
    ((*FIRST, "lab"), "/tmp/lab"),
    ((*FIRST, "method"), ["gru"]),
    ((*FIRST, "variant"), None),
    ((*FIRST, "seed"), "0"),
    ((*FIRST, "seed"), [0, "1"]),
    ((*FIRST, "seconds"), "10"),
    ((*FIRST, "seconds"), -1),
    ((*FIRST, "seconds"), 1e300),
    ((*FIRST, "n_parameters"), 1.5),
    ((*FIRST, "n_parameters"), True),
    ((*FIRST, "parameters"), [1]),
    ((*FIRST, "metrics"), []),
    ((*FIRST, "metrics", "accuracy_per_class"), [0.5]),
    ((*FIRST, "metrics", "accuracy_per_class"), {"S\x1b[2J": 0.5}),
    (ACCURACY, 0.5),
    (ACCURACY, {"value": 0.5}),
    ((*ACCURACY, "value"), 1.5),
    ((*ACCURACY, "low"), None),
    ((*ACCURACY, "high"), "1"),
    ((*FIRST, "data"), "bonn"),
    ((*FIRST, "environment"), "here"),
    ((*FIRST, "answers"), "eNo="),
    ((*FIRST, "answers", "item"), 7),
    ((*FIRST, "answers", "item"), "no base64!"),
    ((*FIRST, "answers", "item"), "AAAA"),
    ((*FIRST, "answers", "item"), base64.b64encode(zlib.compress(b"abc")).decode()),
    ((*FIRST, "answers", "item"), BOMB),
]


@pytest.mark.parametrize(("where", "value"), WRONG_VALUES, ids=lambda value: str(value)[:40])
def test_a_wrong_value_is_told_on_one_line(kept, capsys, where, value):
    kept.put(*where, value=value)
    line = kept.refused(capsys)
    assert line.startswith(f"error: {kept.path} is not the record of a build: ")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Expecting value"),
        ('{"a": [' + "[]," * 300_000 + "1]}", "no 'version'"),
        ("[1, 2", "Expecting"),
        ("[]", "no JSON object"),
        ("null", "no JSON object"),
        ('"a"', "no JSON object"),
        ("{}", "no 'version'"),
        ('{"a": ' + nested(13) + "}", "nested more than 12 deep"),
        (nested(900), "nested more than 12 deep"),
        (nested(200_000), "nested"),
        ('{"a":' * 100_000, "nested"),
        ('{"version": 1' + "0" * 30 + "}", "31 digits"),
        ('{"version": 1' + "0" * 9999 + "}", "10000 digits"),
        ('{"version": 1e999}', "1e999 is no finite number"),
        ('{"version": NaN}', "NaN is no finite number"),
        ('{"version": -Infinity}', "-Infinity is no finite number"),
        (b"\xff\xfe\x00", "can't decode"),
        (b"\xef\xbb\xbf{}", "BOM"),
        ('{"a": "\x1b[2J"}', "control character"),
        (b" " * (record_file.LARGEST + 1), "larger than 10 MB"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_record_is_told_on_one_line(kept, capsys, text, why):
    assert why in kept.write(text).refused(capsys)


@pytest.mark.parametrize("key", [key for key in layout._RECORD if not key.endswith("?")])
def test_what_a_record_lacks_is_told(kept, capsys, key):
    del kept.content[key]
    kept.write(json.dumps(kept.content))
    assert f"the record has no '{key}'" in kept.refused(capsys)


@pytest.mark.parametrize("key", [key for key in layout._EXPERIMENT if not key.endswith("?")])
def test_what_an_experiment_lacks_is_told(kept, capsys, key):
    del kept.content["experiments"][1][key]
    kept.write(json.dumps(kept.content))
    assert f"has no '{key}'" in kept.refused(capsys)


def test_what_old_records_lack_is_told_where_it_is_needed(kept, capsys):
    for key in ("method", "variant", "lab", "answers"):
        for one in kept.content["experiments"]:
            del one[key]
    kept.write(json.dumps(kept.content))
    assert main(["record", "compare", str(kept.path), str(kept.path)]) == 0
    assert "no metric moved" in capsys.readouterr().out
    assert "lab/gru has no 'method'" in kept.refused(capsys, ("show",))
    assert "lab/gru has no 'lab'" in kept.refused(capsys, ("verify", "--all"))


def test_an_unknown_method_is_told(kept, capsys):
    kept.put(*FIRST, "method", value="oracle")
    assert "this book knows no 'oracle'" in kept.refused(capsys, ("show",))


def test_columns_that_do_not_fit_are_told(kept, capsys):
    kept.content["experiments"][0]["answers"]["labels"] = base64.b64encode(
        zlib.compress(bytes(8))
    ).decode()
    kept.write(json.dumps(kept.content))
    arguments = ["record", "compare", "lab/gru", "lab/lstm", "--record", str(kept.path)]
    assert main(arguments) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")


def test_a_terminal_obeys_nothing_that_a_record_says(kept, tmp_path, capsys, use_simulation):
    other = tmp_path / "other.json"
    other.write_text(json.dumps(kept.content))
    changed = copy.deepcopy(kept.content)
    changed["version"] = changed["commit"] = changed["date"] = f"1{TERMINAL}\nforged"
    changed["data"]["source"] = changed["environment"]["python"] = TERMINAL
    changed["environment"][TERMINAL] = TERMINAL
    for one in changed["experiments"]:
        one["task"] = one["split"] = TERMINAL
        one["data"] = {"source": TERMINAL, "digest": TERMINAL}
        one["parameters"][TERMINAL] = TERMINAL
    kept.write(json.dumps(changed))
    for command in (["show"], ["compare", str(other)], ["verify", "--experiment", "lab/gru"]):
        for form in ([], ["--json"]):
            main(["record", *command[:1], *form, *command[1:], str(kept.path)])
            said = "".join(capsys.readouterr())
            assert all(line.isprintable() for line in said.splitlines()), command
            assert not any(line.startswith("forged") for line in said.splitlines())
            assert form or r"\u001b[2J" in said


def test_a_long_path_leaves_room_for_what_is_wrong(kept, capsys):
    folder = kept.path.parent / ("x" * 200) / ("y" * 200)
    folder.mkdir(parents=True)
    kept.path = folder / "record\x1b[2J.json"
    line = kept.write("{}").refused(capsys)
    assert r"record\u001b[2J.json is not the record of a build: the record has no 'version'" in line
