"""Homework for many students at once: handed out, collected, compared."""

import csv
import io
import itertools
import json
import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest
from test_homework import SOLUTIONS, solved

from lab_code import files
from lab_code.__main__ import main
from lab_code.homework import handout, students
from lab_code.homework.alike import essence
from lab_code.homework.exercises import EXERCISES

IDS = ("ada", "2017-0042", "o.b@uni")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with a list of a class."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ids.txt").write_text("# the class\n" + "\n".join(IDS) + "\n\n", "utf-8")
    return tmp_path


def hand_out(*more, name="gru_step"):
    return main(["homework", name, "--student", "@ids.txt", "--into", "class", *more])


# Handed out


@pytest.mark.parametrize("form", handout.SUFFIXES)
def test_each_student_gets_the_file_that_one_alone_would_get(form, desk):
    assert hand_out("--format", form) == 0
    written = {path.name: path.read_bytes() for path in (desk / "class").iterdir()}
    assert len(written) == 3
    for student in IDS:
        alone = handout.write(EXERCISES["gru_step"], student, desk / "alone", form)
        assert written[alone.name] == alone.read_bytes()


def test_each_student_gets_a_folder(desk, capsys):
    assert hand_out("--folders") == 0
    for student in IDS:
        (path,) = (desk / "class" / student).iterdir()
        assert path.name == f"gru_step-{student}.ipynb"
    assert len(capsys.readouterr().out.splitlines()) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ada\n\nb b\n", "ids.txt, line 3: a student's ID has letters"),
        ("ada\n../ada\n", "ids.txt, line 2: a student's ID has letters"),
        ("ada\nbob\nada\n", "ids.txt, line 3: ada stands in line 1 already"),
        ("ada\nAda\n", "ids.txt, line 2: Ada stands in line 1 already"),
        ("# nobody\n\n", "ids.txt has no ID"),
        ("ada\n\xe4\n", "ids.txt, line 2: a student's ID has letters"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_written(text, said, desk, capsys):
    (desk / "ids.txt").write_text(text, "utf-8")
    assert hand_out() == 1
    assert said in capsys.readouterr().err
    assert not (desk / "class").exists()


def test_a_list_that_cannot_be_read_is_an_error(desk, capsys):
    (desk / "ids.txt").write_bytes(b"\xff\xfe")
    assert hand_out() == 1
    assert "not a text file in UTF-8" in capsys.readouterr().err
    (desk / "ids.txt").unlink()
    assert hand_out() == 1
    assert "ids.txt" in capsys.readouterr().err


def test_a_list_from_a_spreadsheet_on_windows_is_read(desk):
    (desk / "ids.txt").write_bytes("\ufeffada\r\nbob \r\n".encode())
    assert students.read_ids(desk / "ids.txt") == ["ada", "bob"]


def test_a_run_that_was_stopped_goes_on_and_leaves_answers_alone(desk, capsys):
    mine = desk / "class" / "gru_step-ada.ipynb"
    mine.parent.mkdir()
    mine.write_text("an answer")
    assert hand_out() == 0
    assert mine.read_text() == "an answer"
    assert f"{mine.relative_to(desk)} exists, and is left as it is" in capsys.readouterr().err
    assert len(list((desk / "class").iterdir())) == 3


def hand_out_slowly(folder):
    """Write one file after the other, each of them slowly."""
    os.chdir(folder)
    write = files.Path.write_bytes

    def in_halves(path, content):
        with path.open("wb") as file:
            file.write(content[:1000])
            file.flush()
            time.sleep(0.05)
            file.write(content[1000:])

    files.Path.write_bytes = in_halves
    try:
        hand_out()
    finally:
        files.Path.write_bytes = write


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("after", [0.02, 0.09, 0.16])
def test_whenever_it_is_killed_no_file_is_half_written(after, desk):
    (desk / "ids.txt").write_text("\n".join(f"student{n}" for n in range(20)))
    process = multiprocessing.get_context("fork").Process(target=hand_out_slowly, args=(desk,))
    process.start()
    time.sleep(after)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    there = list((desk / "class").glob("[!.]*")) if (desk / "class").exists() else []
    assert len(there) < 20
    for path in there:
        json.loads(path.read_text("utf-8"))
    assert hand_out() == 0
    assert len(list((desk / "class").glob("[!.]*"))) == 20


def test_a_new_file_replaces_none_without_links_too(tmp_path, monkeypatch):
    def no_links(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(files.os, "link", no_links)
    files.write_new(tmp_path / "a", b"one")
    with pytest.raises(FileExistsError):
        files.write_new(tmp_path / "a", b"two")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"one"


@pytest.mark.parametrize(
    ("arguments", "lacks"),
    [(["gru_step"], "--student is missing"), (["--student", "ada"], "the exercise is missing")],
)
def test_what_is_missing_on_the_command_line_is_named(arguments, lacks, capsys):
    with pytest.raises(SystemExit):
        main(["homework", *arguments])
    assert lacks in capsys.readouterr().err


def test_rows_of_numbers_lie_below_each_other():
    n_rows = 0
    for name in ("padding", "gru_step", "false_alarms", "honest_split"):
        own = handout.to_cells(EXERCISES[name], "ada", "x.py")[2][1].splitlines()
        for line, following in itertools.pairwise(own):
            if "[[" in line and following.lstrip().startswith("["):
                assert following.index("[") == line.index("[[") + 1
                assert following.index(",") == line.index(",")
                n_rows += 1
        assert max(map(len, own)) <= 100
    assert n_rows > 3


# Collected


@pytest.fixture
def answers(desk):
    """Of three students, two have handed in the same exercise, and one of these another too."""
    folder = desk / "answers"
    folder.mkdir()
    (folder / "1.py").write_text(solved("half_life", "ada"))
    (folder / "2.py").write_text(solved("half_life", "o.b@uni"))
    (folder / "3.py").write_text(solved("keep_a_value", "ada"))
    return folder


def table_of(printed):
    return list(csv.DictReader(io.StringIO(printed)))


def test_who_has_handed_in_nothing_has_a_row(answers, capsys):
    assert main(["check", "answers", "--ids", "ids.txt", "--csv"]) == 1
    rows = table_of(capsys.readouterr().out)
    nothing = [(one["exercise"], one["student"]) for one in rows if not one["file"]]
    assert nothing == [
        ("half_life", "2017-0042"),
        ("keep_a_value", "2017-0042"),
        ("keep_a_value", "o.b@uni"),
    ]
    for one in rows[3:]:
        assert (one["points"], one["out_of"], one["why"]) == ("0", "10", "nothing was handed in")


def test_who_has_handed_in_nothing_is_said_in_words_and_in_json(answers, capsys):
    (answers / "3.py").unlink()
    assert main(["check", "answers", "--ids", "ids.txt"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "half_life, 2017-0042: nothing was handed in"
    assert main(["check", "answers", "--ids", "ids.txt", "--json"]) == 1
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (last["student"], last["error"], last["most"]) == (
        "2017-0042",
        "nothing was handed in",
        10,
    )


def test_a_class_that_is_complete_is_told_by_the_exit_status(answers, desk, capsys):
    (answers / "3.py").unlink()
    (desk / "ids.txt").write_text("ada\no.b@uni\n")
    assert main(["check", "answers", "--ids", "ids.txt"]) == 0
    (desk / "ids.txt").write_text("o.b@uni\n")
    assert main(["check", "answers", "--ids", "ids.txt"]) == 0
    assert "ada is not in ids.txt" in capsys.readouterr().out
    (desk / "ids.txt").write_text("a b\n")
    assert main(["check", "answers", "--ids", "ids.txt"]) == 1
    assert "ids.txt, line 1" in capsys.readouterr().err


# Compared


def test_the_same_text_of_two_students_is_named(answers, capsys):
    changed = "# mine\n" + solved("half_life", "2017-0042").replace("k = W, 1", "k = W, 1  # !")
    (answers / "4.py").write_text(
        changed.replace("def half_life(w):", 'def half_life(w):\n    "Mine."')
    )
    (answers / "5.py").write_text(solved("half_life", "bob").replace("power", "p"))
    assert main(["check", "answers", "--csv"]) == 0
    rows = table_of(capsys.readouterr().out)
    first = str(Path("answers", "1.py"))
    assert [one["duplicate_of"] for one in rows] == ["", first, "", first, ""]
    assert main(["check", "answers/1.py", "answers/2.py", "--json"]) == 0
    _, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert second["duplicate_of"] == first
    assert main(["check", "answers/1.py", "answers/2.py"]) == 0
    assert f"note: the same text as {first}" in capsys.readouterr().out


def test_two_files_of_one_student_are_no_duplicates(answers, capsys):
    (answers / "2.py").write_text(solved("half_life", "ada"))
    main(["check", "answers", "--csv"])
    rows = table_of(capsys.readouterr().out)
    assert [one["duplicate_of"] for one in rows] == [""] * 3
    assert "has the same exercise and the same student" in rows[1]["why"]


@pytest.mark.parametrize("name", EXERCISES)
def test_an_answer_that_nobody_has_begun_is_not_compared(name):
    exercise = EXERCISES[name]
    given = handout.to_script(handout.to_cells(exercise, "ada", "x.py"))
    assert essence(given, exercise, "ada") == ""
    one, other = (essence(solved(name, student), exercise, student) for student in IDS[:2])
    assert one == other != ""


def test_what_is_no_python_is_compared_too():
    exercise, code = EXERCISES["half_life"], "def half_life(w:\n  pass\n"
    assert essence(code, exercise, "ada") == essence(code.replace("  ", "\t"), exercise, "bob")
    deep = "x = " + "+".join(["1"] * 20_000)
    assert essence(deep, exercise, "ada") != essence(code, exercise, "ada")


def test_solutions_are_where_they_are_looked_for():
    assert (SOLUTIONS / "half_life.py").is_file()
