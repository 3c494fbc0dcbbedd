"""The exercises: what is handed out, the solutions, and mistakes that students make."""

import csv
import io
import json
import warnings
from dataclasses import replace

import nbformat
import numpy as np
import pytest
from conftest import ROOT

from lab_code.__main__ import main
from lab_code.homework import child, expect, handout, marking
from lab_code.homework.exercise import Wrong, chance
from lab_code.homework.exercises import EXERCISES
from lab_code.homework.sandbox import Sandbox
from lab_code.homework.source import Source

SOLUTIONS = ROOT / "tests" / "homework"
STUDENTS = ("ada", "2017-0042", "o.b@uni")
ONE_FUNCTION = [name for name in EXERCISES if name != "beat_the_baseline"]


class Inside(Sandbox):
    """The same without a process, for answers that can be trusted: it takes no time to start."""

    def _start(self):
        self.process, self.served = True, child.Served()

    def _exchange(self, request, seconds):
        return json.loads(self.served.reply(json.loads(json.dumps(request | {"seconds": 0}))))

    def _kill(self):
        self.process = None


def solved(name, student):
    """Return the file of a student who has written the reference solution."""
    exercise = replace(EXERCISES[name], start=(SOLUTIONS / f"{name}.py").read_text())
    return handout.to_script(handout.to_cells(exercise, student, "x.py"))


def results(text):
    name, student = Source(text).mark
    with Inside(Source(text)) as answer, warnings.catch_warnings(action="ignore"):
        try:
            answer.run()
        except Wrong as wrong:
            pytest.fail(str(wrong))
        return marking.judge(EXERCISES[name], student, answer)


def points(found):
    return [result.points for result in found]


def most(name):
    return [check.points for check in EXERCISES[name].checks]


def test_every_exercise_has_ten_points_a_chapter_and_a_solution_that_is_not_in_the_package():
    assert {path.stem for path in SOLUTIONS.glob("*.py")} == set(EXERCISES)
    assert len(EXERCISES) >= 10
    for exercise in EXERCISES.values():
        assert exercise.points == 10
        assert (ROOT / "docs" / "chapters" / f"{exercise.chapter}.md").is_file()


@pytest.mark.parametrize("student", STUDENTS)
@pytest.mark.parametrize("name", ONE_FUNCTION)
def test_a_solution_gets_all_points(name, student):
    found = results(solved(name, student))
    assert points(found) == most(name), found


@pytest.mark.parametrize("name", EXERCISES)
def test_what_is_handed_out_gets_no_points_and_says_what_is_missing(name, use_simulation):
    exercise = EXERCISES[name]
    found = results(handout.to_script(handout.to_cells(exercise, "ada", "x.py")))
    assert sum(points(found)) == 0
    assert all("is still `...`" in one.why or "not been written yet" in one.why for one in found)


MISTAKES = [
    ("padding", "lengths - 1]", "-1]", 3, "padding for all but the longest"),
    ("padding", "mask.sum(axis=1)[:, None]", "mask.shape[1]", 2, "padding counts as real steps"),
    (
        "padding",
        "batch[number, : len(sequence)]",
        "batch[number, steps - len(sequence) :]",
        3,
        "the zeros stand before",
    ),
    ("softmax_gradient", " / len(y)", "", 7, "not divided by their number"),
    ("softmax_gradient", "scores - scores.max(axis=1, keepdims=True)", "scores", 3, "NaN"),
    ("backpropagation", "V.T @ do + future", "V.T @ do", 9, "way back stops after one step"),
    ("backpropagation", "(1 - h[t] ** 2) * dh", "dh", 9, "slope of the tanh"),
    ("half_life", "np.linalg.norm(power, 2)", "abs(np.linalg.eigvals(power)).max()", 5, "radius"),
    ("half_life", "    if abs(w) >= 1:\n        return math.inf\n", "", 2, "ZeroDivisionError"),
    ("half_life", "math.log(abs(w))", "math.log(w)", 3, "raises ValueError"),
    (
        "clipping",
        "[gradient * max_norm / norm for gradient in gradients]",
        "[gradient * max_norm / np.linalg.norm(gradient) for gradient in gradients]",
        4,
        "each array is clipped by its own norm",
    ),
    ("clipping", "norm <= max_norm", "norm == 0", 2, "short gradients are made longer"),
    ("gru_step", "(1 - z) * n + z * h", "z * n + (1 - z) * h", 10, "lets in what it should keep"),
    ("gru_step", "x_n + r * h_n", "x_n + h_n", 8, "reset gate is left out"),
    (
        "gru_step",
        "r = sigmoid(x_r + h_r)\n    z = sigmoid(x_z + h_z)",
        "z = sigmoid(x_r + h_r)\n    r = sigmoid(x_z + h_z)",
        10,
        "the order is reset, update, candidate",
    ),
    ("keep_a_value", "40, -40, 0, 0", "40, 0, 0, 0", 4, "the forget gate must shut at a mark"),
    ("keep_a_value", "np.log(keep / (1 - keep))", "0", 4, "so that f**half_life = 1/2"),
    (
        "keep_a_value",
        "weight_hh = ",
        "weight_ih = weight_ih[:, ::-1]\nweight_hh = ",
        10,
        "here the mark is input number",
    ),
    (
        "keep_a_value",
        "weight_hh = ",
        "weight_ih = weight_ih[[1, 0, 2, 3]]\nweight_hh = ",
        10,
        "the rows are in the wrong order",
    ),
    (
        "honest_split",
        "in rng.permutation(np.unique(moment[of_class])):\n"
        "            members = of_class[moment[of_class] == drawn]",
        "in rng.permutation(of_class):\n            members = [drawn]",
        10,
        "draw moments, not recordings",
    ),
    ("honest_split", "0.22 *", "0.1 *", 5, "of the recordings of class"),
    (
        "bootstrap_interval",
        "groups = [right[moment == one] for one in np.unique(moment)]",
        "groups = right[:, None]",
        8,
        "recordings are drawn one by one",
    ),
    ("bootstrap_interval", "[0.025, 0.975]", "[0.05, 0.95]", 8, "are 5 % and 95 %"),
    ("bootstrap_interval", "default_rng(seed)", "default_rng()", 2, "same seed gives two"),
    ("bootstrap_interval", "default_rng(seed)", "default_rng(7)", 2, "another seed gives the same"),
    (
        "paired_comparison",
        "differences = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)",
        "a = np.array([right_a[moment == one].sum() for one in np.unique(moment)])\n"
        "    again = rng.integers(len(groups), size=(2000, len(groups)))\n"
        "    differences = a[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)\n"
        "    differences -= (a - sums)[again].sum(axis=1) / sizes[again].sum(axis=1)",
        10,
        "each network gets moments of its own",
    ),
    ("paired_comparison", "right_a - right_b", "right_b - right_a", 10, "b minus a"),
    ("false_alarms", "(begins & (seizure == 0))", "(alarm & (seizure == 0))", 5, "each step above"),
    (
        "false_alarms",
        "(seizure == 0).sum() *",
        "seizure.size *",
        8,
        "seizures does not count",
    ),
    ("beat_the_baseline", "torch.manual_seed(0)", "return 0 * train_labels[:60]", 7, "from 0"),
    (
        "beat_the_baseline",
        "torch.manual_seed(0)",
        "return np.full(len(test_samples), 4)",
        7,
        "its interval should be above 0",
    ),
]


@pytest.mark.parametrize(("name", "right", "wrong", "lost", "words"), MISTAKES)
def test_a_mistake_costs_points_and_is_named(name, right, wrong, lost, words, use_simulation):
    solution = solved(name, "ada")
    assert right in solution
    found = results(solution.replace(right, wrong))
    assert 10 - sum(points(found)) == lost, found
    assert any(words in result.why for result in found if not result.passed), found


@pytest.mark.parametrize("name", EXERCISES)
def test_the_answer_of_another_student_is_not_enough(name, use_simulation):
    """Whoever copies a file and changes the name in it keeps the other's numbers."""
    copied = solved(name, "bob").replace(f'"{name}", "bob"', f'"{name}", "ada"')
    copied = copied.replace("torch.manual_seed(0)", "return np.zeros(1)")  # no need to train
    whose = [one for one in results(copied) if "own" in one.what or name == "keep_a_value"]
    assert any(not one.passed for one in whose), whose


WEIRD = [
    *(None, True, 0, -1, 10**30, 1e300, float("nan"), float("inf"), "", "1", "x", Ellipsis),
    *([], [[]], [None], [1, [2]], [[1], [2, 3]], ["a", "b"], [0, 0], [0.5, 1.5], [0, 1, 2]),
    *([[1.0, 2.0]] * 2, [[[]], [[]]], [10**30] * 3, ["x", None, [1]]),
    *(np.zeros(0), np.ones((2, 0)), np.ones(10**5), np.full((3, 3), np.nan), np.ones((1,) * 9)),
    *([np.zeros((2, 2))] * 3, [np.full(4, np.inf)] * 2, np.arange(7, dtype="u1"), np.array(True)),
]


@pytest.mark.parametrize("name", EXERCISES)
def test_no_result_is_too_weird_to_be_judged(name, use_simulation):
    class Same:
        def __init__(self, result):
            self.value = self.call = lambda *_: result

    some = 6 if name == "beat_the_baseline" else 1  # it splits the recordings each time
    for result in WEIRD[::some]:
        with warnings.catch_warnings(action="ignore"):
            found = marking.judge(EXERCISES[name], "ada", Same(result))
        assert sum(points(found)) == 0, result


def test_numbers_depend_on_exercise_and_student_alone():
    drawn = [str(EXERCISES[name].own(student)) for name in EXERCISES for student in STUDENTS]
    assert len(set(drawn)) == len(drawn)
    # those of a student must not change from one version of the book to the next
    assert chance("gru_step", "ada").integers(10**6) == 760860


@pytest.mark.parametrize("name", EXERCISES)
def test_the_numbers_in_the_file_are_exactly_those_that_are_checked(name):
    exercise, names = EXERCISES[name], {}
    cells = handout.to_cells(exercise, "ada", "x.py")
    exec("import numpy as np\n" + cells[2][1], names)
    for key, value in exercise.own("ada").items():
        np.testing.assert_equal(names[key], value)
        assert type(names[key]) is type(value)


def test_a_notebook_is_one_and_is_never_overwritten(tmp_path, capsys):
    arguments = ["homework", "gru_step", "--student", "ada", "--into", str(tmp_path / "new")]
    assert main(arguments) == 0
    path = tmp_path / "new" / "gru_step-ada.ipynb"
    nbformat.validate(nbformat.read(path, as_version=4))
    before = path.read_bytes()
    assert main(arguments) == 1
    assert "exists, and is left as it is" in capsys.readouterr().err
    assert path.read_bytes() == before


@pytest.mark.parametrize("student", ["", "../ada", "a/b", "=1+1", "a" * 65, "a\nb", 'a"'])
def test_an_id_that_is_no_file_name_is_refused(student, tmp_path):
    with pytest.raises(ValueError, match="a student's ID"):
        handout.write(EXERCISES["gru_step"], student, tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_list_has_every_exercise(capsys):
    assert main(["homework"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed and one.title in printed for name, one in EXERCISES.items())


def test_an_exercise_needs_a_student_and_must_exist(capsys):
    with pytest.raises(SystemExit):
        main(["homework", "gru_step"])
    assert main(["homework", "no_such", "--student", "ada"]) == 1
    assert "there is no exercise 'no_such'" in capsys.readouterr().err


def test_a_folder_gives_one_line_for_each_file(tmp_path, capsys, monkeypatch):
    """Notebooks and scripts, in folders of their own; what is no answer is said to be none."""
    gru, ada = EXERCISES["gru_step"], tmp_path / "ada"
    handout.write(gru, "ada", ada)
    notebook = json.loads((ada / "gru_step-ada.ipynb").read_text())
    code = (SOLUTIONS / "gru_step.py").read_text().split("# %%\n")
    notebook["cells"][1]["source"] = "%matplotlib inline\n" + code[0]
    for cell, text in zip(notebook["cells"][3:], code[1:], strict=True):
        cell["source"] = text.splitlines(keepends=True)
    (ada / "gru_step-ada.ipynb").write_text(json.dumps(notebook))
    (tmp_path / ".ipynb_checkpoints").mkdir()
    (tmp_path / ".ipynb_checkpoints" / "gru_step-ada.ipynb").write_text("")
    (tmp_path / "bob.py").write_text('HOMEWORK, STUDENT = "gru_step", "ada"\nh_1 = 1 / 0\n')
    (tmp_path / "=cyd.py").write_text("print('points: 10')\n")
    (tmp_path / "dee.ipynb").write_text("[]")
    (tmp_path / "eve.ipynb.txt").write_text("from a browser")

    assert main(["check", str(tmp_path), "--csv"]) == 1
    printed = capsys.readouterr()
    assert printed.err.splitlines() == [
        f"not checked, as it is no script or notebook: {tmp_path / 'eve.ipynb.txt'}"
    ]
    table = list(csv.DictReader(io.StringIO(printed.out)))
    assert [row["points"] for row in table] == ["0", "10", "0", "0"]
    assert [row["out_of"] for row in table] == ["0", "10", "10", "0"]
    assert "the line HOMEWORK, STUDENT" in table[0]["why"]
    assert "raises ZeroDivisionError (line 2)" in table[2]["why"]
    assert "gru_step-ada.ipynb has the same exercise and the same student" in table[2]["why"]
    assert table[3]["why"] == "this is not a notebook"

    monkeypatch.chdir(tmp_path)
    assert main(["check", "=cyd.py", "--csv"]) == 1
    assert capsys.readouterr().out.splitlines()[1].startswith("'=cyd.py,")  # no formula

    assert main(["check", str(ada), "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    report = json.loads(line)
    assert (report["points"], report["most"], report["student"]) == (10, 10, "ada")
    assert [result["passed"] for result in report["results"]] == [True] * 3


def test_what_is_right_is_not_told():
    """Else it could be typed in."""
    with pytest.raises(Wrong, match=r"^`steps` is 5, which is not right$"):
        expect.same(5, 82, "`steps`")
    with pytest.raises(Wrong, match=r"^`own` is 0\.100 wide, which is too narrow$"):
        expect.width(0.1, 0.2, "`own`", {})
    with pytest.raises(Wrong, match=r"^`own` is 0\.400 wide, which is too wide$"):
        expect.width(0.4, 0.2, "`own`", {})
    with pytest.raises(Wrong, match=r"^`own` is 0\.100 wide, which is what .* drawn one by one$"):
        expect.width(0.1, 0.2, "`own`", {"items are drawn one by one": 0.1})


def test_a_network_is_trained_in_the_sandbox(tmp_path, use_simulation):
    """The one answer with torch, which needs more memory, and this package."""
    (tmp_path / "x.py").write_text(solved("beat_the_baseline", "ada"))
    report = marking.mark(tmp_path / "x.py")
    assert report.points == 10, report.to_text()
