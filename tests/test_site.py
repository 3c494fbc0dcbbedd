"""The local Sphinx extensions, on a book of one page."""

import json
import re
import shutil
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from _ext import (
    accessible,
    lab_record,
    letters,
    mathml,
    reading_time,
    simulated_banner,
    themed_figures,
)
from conftest import ROOT
from docutils import nodes
from fontTools.ttLib import TTFont
from sphinx.cmd.build import main

from lab_code import record
from lab_code.answers import Answers
from lab_code.figures import INK, use_style
from lab_code.freshness.environment import environment
from lab_code.long import kept
from lab_code.protocol import ONE_SECOND
from lab_code.record import book as record_of_book
from lab_code.record import store

CONF = """
import sys
sys.path.insert(0, {ext!r})
extensions = ["_ext.fresh", "_ext.holds", "myst_parser", "_ext.lab_record", "_ext.simulated_banner"]
lab_data = {{"source": {source!r}, "digest": "abc" * 21 + "a"}}
"""

PAGE = """# Title

It is {record}`many_to_one/gru metrics.accuracy.value .1%`.
"""


@pytest.fixture
def build(tmp_path, monkeypatch, capsys, simulation):
    """Build a book; return Sphinx's exit status, what it complained of, and the page."""
    monkeypatch.setenv("LAB_RECORD", str(tmp_path / "record"))
    book = tmp_path / "book"
    book.mkdir()
    (tmp_path / "requirements.lock").write_text("")
    lab = tmp_path / "examples" / "3_seizures" / "many_to_one.py"
    lab.parent.mkdir(parents=True)
    lab.write_text("")

    def write(accuracy, name="many_to_one/gru"):
        item = np.arange(1000)
        said = np.where(item % 200 < 200 * accuracy, 1, 2)
        answers = Answers(item * 0, item, item, item, item * 0 + 1, said)
        record.write(
            name,
            method="gru",
            task=ONE_SECOND,
            split="by second",
            seed=0,
            seconds=1,
            parameters={},
            n_parameters=1,
            answers=answers,
            recordings=simulation,
        )

    def build(page=PAGE, source="bonn", accuracy=0.625, more=""):
        if accuracy is not None:
            write(accuracy)
        (book / "conf.py").write_text(CONF.format(ext=str(ROOT / "docs"), source=source) + more)
        if not (book / "index.md").exists() or (book / "index.md").read_text() != page:
            (book / "index.md").write_text(page)
        capsys.readouterr()
        status = main(["-W", "-b", "html", str(book), str(tmp_path / "out")])
        html = tmp_path / "out" / "index.html"
        return status, capsys.readouterr().err, html.read_text() if html.exists() else ""

    build.out = tmp_path / "out"
    build.write = write
    return build


def test_a_number_comes_from_the_record(build):
    status, complaint, html = build()
    assert status == 0, complaint
    assert "62.5%" in html
    assert simulated_banner.TITLE not in html


def test_a_page_follows_its_record_when_only_that_changed(build):
    build(accuracy=0.625)
    status, complaint, html = build(accuracy=0.75)
    assert status == 0, complaint
    assert "75.0%" in html


def test_a_page_with_a_long_run_is_read_again_only_when_a_lab_writes_that_number(
    build, tmp_path, monkeypatch
):
    build.write(0.25, "many_to_one/long")
    (run,) = record.read_all()
    store.path_of("many_to_one/long").unlink()
    monkeypatch.setattr(kept, "FILE", tmp_path / "kept.json")
    entry = run | {"commit": None, "environment": environment()}
    kept.FILE.write_text(json.dumps([entry]))
    page = "# Title\n\n{record}`many_to_one/long metrics.accuracy.value .1%`\n"
    assert "25.0%" in build(page)[2]
    html = build.out / "index.html"
    written = html.stat().st_mtime_ns
    build(page)
    assert html.stat().st_mtime_ns == written
    build.write(0.75, "many_to_one/long")
    assert "75.0%" in build(page, accuracy=None)[2]


@pytest.mark.parametrize(
    "text", ["no_lab/gru seed d", "many_to_one/gru metrics.precision .1%", "many_to_one/gru seed"]
)
def test_a_number_that_is_not_there_fails_the_build(build, text):
    status, complaint, _ = build(page=f"# Title\n\n{{record}}`{text}`\n")
    assert status != 0
    assert "no number for record role" in complaint
    assert text in complaint


CLAIM = """# Title

First something else. The *GRU* is ahead of the LSTM
{holds}`many_to_one/gru > many_to_one/lstm by 0.05`. Then more.
"""


def test_a_sentence_that_holds_has_a_mark(build):
    build.write(0.5, "many_to_one/lstm")
    status, complaint, html = build(CLAIM)
    assert status == 0, complaint
    (mark,) = re.findall(r'<span class="holds"[^>]*>', html)
    assert "Checked in this build: +12.5 points" in mark
    assert 'role="img"' in mark


def test_a_mark_is_there_when_a_page_is_written_again_but_not_read(build):
    build.write(0.5, "many_to_one/lstm")
    build(CLAIM)
    status, complaint, html = build(CLAIM, more="html_title = 'Another'")
    assert status == 0, complaint
    assert "Another" in html
    assert 'class="holds"' in html


def test_a_sentence_that_does_not_hold_stops_the_build_and_is_named(build):
    build.write(0.5, "many_to_one/lstm")
    assert build(CLAIM)[0] == 0
    for _ in range(2):  # as long as it does not hold, though the page has not changed
        status, complaint, _ = build(CLAIM, accuracy=0.51)
        assert status != 0
        assert "index: “The GRU is ahead of the LSTM” does not hold" in complaint
        assert "measured: +1.0 points" in complaint
        assert "index.md:3" in complaint
    assert build(CLAIM, accuracy=0.625)[0] == 0


def test_a_fact_that_changed_stops_the_build(build):
    record.note("many_to_one/size", mean=5)
    page = "# Title\n\nSeizures are large {holds}`many_to_one/size mean > 4`.\n"
    assert build(page)[0] == 0
    record.note("many_to_one/size", mean=3)
    status, complaint, _ = build(page)
    assert status != 0
    assert "“Seizures are large” does not hold" in complaint


@pytest.mark.parametrize(
    ("claim", "complaint"),
    [
        ("many_to_one/gru > many_to_one/none", "the record has no 'many_to_one/none'"),
        ("better than ever", "a claim must look like"),
    ],
)
def test_a_claim_that_cannot_be_checked_stops_the_build(build, claim, complaint):
    status, complained, _ = build(f"# Title\n\nIt is best {{holds}}`{claim}`.\n")
    assert status != 0
    assert "“It is best” cannot be checked" in complained
    assert complaint in complained


def test_on_simulated_recordings_nothing_is_claimed(build):
    page = "# Title\n\nIt is best {holds}`many_to_one/gru > 0.99`.\n"
    status, complaint, html = build(page, source="simulated")
    assert status == 0, complaint
    assert 'class="holds"' not in html


def test_a_fault_is_told_until_it_is_mended(build):
    page = "# Title\n\n{record}`many_to_one/lstm metrics.accuracy.value .1%`\n"
    assert build(page)[0] != 0
    status, complaint, _ = build(page)
    assert status != 0
    assert "no experiment 'many_to_one/lstm'" in complaint
    build.write(0.5, "many_to_one/lstm")
    status, complaint, html = build(page)
    assert status == 0, complaint
    assert "50.0%" in html
    assert "problematic" not in html


def test_a_warning_is_told_until_it_is_mended(build):
    page = "# Title\n\n{nowhere}`x`\n"
    assert build(page)[0] != 0
    status, complaint, _ = build(page)
    assert status != 0
    assert "nowhere" in complaint
    assert build()[0] == 0


KILLED = """
import os
from sphinx.builders import Builder
from sphinx.cmd.build import main
Builder.write = lambda *arguments, **keywords: os._exit(9)
main(["-q", "-b", "html", {book!r}, {out!r}])
"""


def test_a_killed_build_leaves_no_old_page(build, tmp_path):
    """Killed when Sphinx has remembered the new pages but not written them."""
    build(accuracy=0.625)
    build.write(0.75)
    code = KILLED.format(book=str(tmp_path / "book"), out=str(tmp_path / "out"))
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    status, complaint, html = build(accuracy=None)
    assert status == 0, complaint
    assert "75.0%" in html


def test_a_lab_that_is_killed_runs_again(build, tmp_path):
    """Its records are gone, so sphinx-gallery must not take it for done."""
    build.write(0.5)
    mark = tmp_path / "labs" / "3_seizures" / "many_to_one.py.md5"
    other = mark.with_name("many_to_many.py.md5")
    mark.parent.mkdir(parents=True)
    mark.touch()
    other.touch()
    lab_record.forget_lab({"src_dir": str(tmp_path)}, str(tmp_path / "many_to_one.py"), "before")
    assert record.read_all() == []
    assert not mark.exists()
    assert other.exists()


def test_simulated_results_are_announced(build):
    status, complaint, html = build(source="simulated")
    assert status == 0, complaint
    assert html.count(simulated_banner.TITLE) == 1
    assert html.index("<h1>Title") < html.index(simulated_banner.TITLE) < html.index("It is")


def test_a_page_without_results_needs_no_announcement(build):
    *_, html = build(page="# Title\n\nNo number.\n", source="simulated")
    assert simulated_banner.TITLE not in html


def test_record_is_at_the_root_of_the_site(build):
    build()
    gathered = json.loads((build.out / "record.json").read_text())
    assert gathered["data"] == {"source": "bonn", "digest": "abc" * 21 + "a"}
    assert gathered["experiments"][0]["metrics"]["accuracy"]["value"] == 0.625


def test_what_a_removed_lab_wrote_is_forgotten(build, tmp_path):
    (tmp_path / "record").mkdir()
    (tmp_path / "record" / "old_lab--gru.json").write_text('{"name": "old_lab/gru"}')
    build()
    gathered = json.loads((build.out / "record.json").read_text())
    assert [entry["name"] for entry in gathered["experiments"]] == ["many_to_one/gru"]


def test_the_record_of_another_book_is_left_alone(build, tmp_path, tmp_path_factory, monkeypatch):
    elsewhere = tmp_path_factory.mktemp("another_book")
    monkeypatch.setenv("LAB_RECORD", str(elsewhere))
    (elsewhere / "its_lab--gru.json").write_text('{"name": "its_lab/gru"}')
    build("# Title\n", accuracy=None)
    assert (elsewhere / "its_lab--gru.json").exists()


# Others' pages, mended


def test_tables_can_be_scrolled_and_have_no_empty_header():
    table = (
        '<div class="output_subarea output_html"><table><tr><th></th>'
        '<th class="blank">&nbsp;</th><th>mean</th><thead>'
    )
    assert accessible.mend(table) == (
        '<div class="output_subarea pst-scrollable-table-container output_html"><table><tr>'
        '<td></td><td class="blank"></td><th>mean</th><thead>'
    )


def test_each_button_of_the_side_bar_says_what_it_shows():
    item = '<li><a class="x" href="#">{}</a>{}</li>'
    toggle = "<details{}><summary><span></span></summary></details>"
    navigation = (
        item.format("One", "")
        + item.format('<code>Two</code> &amp; "three"', toggle.format(""))
        + item.format("Four", toggle.format(' open="open"'))
    )
    named = accessible.name_toggles(navigation)
    assert named.count("aria-label") == 2
    assert '<summary aria-label="Pages of Two &amp; &quot;three&quot;">' in named
    assert '<details open="open"><summary aria-label="Pages of Four">' in named
    assert re.sub(' aria-label="[^"]*"', "", named) == navigation


# Reading time

LONG = """# Title

{prose}

$$x^2$$

```python
{code}
```
"""


FOLDED = """# Title

```{{exercise}} Try
:label: here

Do it.
```

```{{{}
{}
```
"""


@pytest.mark.parametrize(
    ("name", "page", "expected"),
    [
        ("chapters/one", "# Title\n\nShort.\n", "1 minute"),
        ("chapters/one", LONG.format(prose="word " * 1000, code=""), "5 minutes"),
        ("chapters/one", LONG.format(prose="word", code="x = 1\n" * 90), "3 minutes"),
        ("chapters/one", "# Title\n\n" + "$$x^2$$\n\n" * 16, "4 minutes"),
        ("chapters/one", FOLDED.format("container} any", 600 * "word "), "3 minutes"),
        ("chapters/one", FOLDED.format("solution} here", 600 * "word "), "1 minute"),
        ("chapters/glossary", "# Title\n\nShort.\n", None),
        ("other/one", "# Title\n\nShort.\n", None),
    ],
)
def test_a_chapter_says_how_long_it_takes_to_read(tmp_path, name, page, expected):
    path = tmp_path / f"{name}.md"
    path.parent.mkdir()
    path.write_text(page)
    (tmp_path / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT / 'docs')!r})\n"
        "extensions = ['myst_parser', '_ext.exercises', '_ext.reading_time']\n"
        "myst_enable_extensions = ['dollarmath']\n"
        f"root_doc = {name!r}\n"
    )
    out = tmp_path / "out"
    assert main(["-W", "-q", "-b", "html", str(tmp_path), str(out)]) == 0
    html = (out / f"{name}.html").read_text()
    assert (" to read</p>" in html) == (expected is not None)
    if expected:
        rest = html.split("</h1>", 1)[1]
        assert rest.strip().startswith(f'<p class="reading-time">{expected} to read</p>')


def test_code_that_is_folded_is_not_read():
    code = nodes.literal_block("", "x = 1\n" * 90)
    cell = nodes.container("", code, classes=["cell", "tag_hide-input"])
    assert reading_time.seconds(cell) == 0
    cell["classes"].remove("tag_hide-input")
    assert reading_time.seconds(cell) == 90 * reading_time.CODE_LINE


# Equations


@pytest.fixture
def build_equation(tmp_path, capsys):
    def build_equation(tex):
        (tmp_path / "conf.py").write_text(
            f"import sys\nsys.path.insert(0, {str(ROOT / 'docs')!r})\n"
            "extensions = ['myst_parser', '_ext.mathml']\nhtml_math_renderer = 'mathml'\n"
            "myst_enable_extensions = ['dollarmath']\nexclude_patterns = ['build', 'out']\n"
        )
        (tmp_path / "index.md").write_text(f"# Title\n\nHere $h_t$ is:\n\n$$ {tex} $$ (state)\n")
        doctrees = str(tmp_path / "build" / "doctrees")
        status = main(["-Wqb", "html", "-d", doctrees, str(tmp_path), str(tmp_path / "out")])
        html = tmp_path / "out" / "index.html"
        return status, capsys.readouterr().err, html.read_text()

    return build_equation


def test_equations_need_no_script(build_equation):
    status, complaint, html = build_equation(r"h_t = \tanh(W x_t)")
    assert status == 0, complaint
    assert html.count("<math") == 2
    assert html.count('<math display="block">') == 1
    assert "(1)" in html
    assert "mathjax.js" not in html.lower()


def test_aligned_equations_stand_below_each_other(build_equation):
    status, complaint, html = build_equation(r"h &= 1 \\ o &= 2")
    assert status == 0, complaint
    assert html.count("<mtr>") == 2


def test_the_font_has_the_letters_that_it_is_said_to_have():
    font = TTFont(letters.FONT)
    assert set(letters.CHARACTERS) <= set(font.getBestCmap())
    assert font["name"].getDebugName(1) == "Book Mathematics"
    assert letters.FONT.stat().st_size < 50_000


def test_the_font_has_all_that_the_book_needs():
    chapters = (ROOT / "docs").glob("chapters/*.md")
    code = [*(ROOT / "examples").rglob("*.py"), *(ROOT / "lab_code").rglob("*.py")]
    dollars = re.compile(r"\$\$(.*?)\$\$|\$([^$\n`]+)\$", re.DOTALL)
    roles = re.compile(r"\.\. math::\n((?:#? *\n|#?  +.*\n)+)|:math:`([^`]+)`")
    needed = {}
    for form, paths in ((dollars, chapters), (roles, code)):
        for path in paths:
            for block, inline in form.findall(path.read_text()):
                tex = re.sub("^# ?", "", block or inline, flags=re.MULTILINE)
                shown = mathml.to_mathml(tex, block=bool(block))
                needed[path.suffix, tex] = mathml.without_letter(shown)
    assert {suffix for suffix, _ in needed} == {".md", ".py"}
    assert {equation: missing for equation, missing in needed.items() if missing} == {}


def test_an_equation_with_a_letter_that_the_font_lacks_fails_the_build(build_equation):
    status, complaint, _ = build_equation(r"\aleph + x")
    assert status != 0
    assert "the font of equations lacks ℵ" in complaint


def test_an_equation_that_cannot_be_turned_fails_the_build(build_equation):
    status, complaint, html = build_equation(r"\nosuchcommand < x")
    assert status != 0
    assert "nosuchcommand" in complaint
    assert r"<code>\nosuchcommand &lt; x</code>" in html


# Figures


@pytest.fixture
def svg(tmp_path):
    with plt.rc_context():
        use_style()
        figure, axes = plt.subplots()
        axes.plot([1, 2], color="#D55E00")
        figure.savefig(tmp_path / "figure.svg")
        plt.close(figure)
    return (tmp_path / "figure.svg").read_text()


def test_ink_and_paper_follow_the_theme(svg):
    assert INK.lower() in svg
    themed = themed_figures.themed(svg)
    assert INK.lower() not in themed
    assert "#ffffff" not in themed
    assert "currentColor" in themed
    assert "prefers-color-scheme:dark" in themed
    assert "#d55e00" in themed  # colours with a meaning stay


def test_themed_once_is_enough(svg):
    themed = themed_figures.themed(svg)
    assert themed_figures.themed(themed) == themed


def test_other_svg_files_stay_as_they_are():
    icon = f'<svg xmlns="http://www.w3.org/2000/svg"><path fill="{INK.lower()}"/></svg>'
    assert themed_figures.themed(icon) == icon


# Exercises


EXERCISES = """---
file_format: mystnb
kernelspec: {name: python3}
---

# Title

```{exercise} Why *not*?
:label: why

Ask.
```

```{solution} why
Because *so*.
```

```{exercise}
:label: count
Count.
```

```{solution} count
```

Like this:

```{code-cell} python
print(6 * 7)
```

```{exercise} Open
No solution.
```

## After

See {ref}`why`, {ref}`count` and {ref}`the answer <count-solution>`.
"""


@pytest.fixture
def build_exercises(tmp_path, capsys):
    """Build a book; return Sphinx's exit status, what it complained of, and its first page."""

    def build_exercises(*pages, parallel=1, solutions="folded"):
        book = tmp_path / "book"
        book.mkdir()
        (book / "conf.py").write_text(
            f"import sys\nsys.path.insert(0, {str(ROOT / 'docs')!r})\n"
            "extensions = ['myst_nb', '_ext.exercises']\nnb_execution_mode = 'force'\n"
            "suppress_warnings = ['toc.not_included']\nnitpicky = True\n"
            "source_suffix = {'.rst': 'restructuredtext', '.md': 'myst-nb'}\n"
            f"html_copy_source = False\nsolutions = {solutions!r}\n"
        )
        for name, page in zip(["index", *map(str, range(len(pages)))], pages, strict=False):
            (book / f"{name}.md").write_text(page)
        capsys.readouterr()
        status = main(["-Wqb", "html", f"-j{parallel}", str(book), str(tmp_path / "out")])
        html = (tmp_path / "out" / "index.html").read_text()
        return status, capsys.readouterr().err, html[html.index("<h1") : html.index("</section>")]

    build_exercises.out = tmp_path / "out"
    return build_exercises


def test_solutions_fold_away_with_their_cells(build_exercises):
    status, complaint, html = build_exercises(EXERCISES)
    assert status == 0, complaint
    folded = re.findall(r'<details class="solution">(.*?)</details>', html, re.DOTALL)
    assert len(folded) == 2
    assert "<summary>Solution to exercise 1</summary>" in folded[0]
    assert "Because <em>so</em>." in folded[0]
    assert "Ask." not in folded[0]
    assert "Like this:" in folded[1]
    assert "<span></span>42\n" in folded[1]
    assert "No solution." not in folded[1]
    titles = re.findall(r'<p class="admonition-title">(.*?)</p>', html)
    assert titles == ["Exercise 1: Why <em>not</em>?", "Exercise 2", "Exercise 3: Open"]


def test_an_edition_can_show_solutions_or_have_none(build_exercises, tmp_path):
    status, complaint, html = build_exercises(EXERCISES, solutions="shown")
    assert status == 0, complaint
    assert html.count('<details class="solution" open>') == 2
    shutil.rmtree(tmp_path / "book")
    status, complaint, html = build_exercises(EXERCISES, solutions="none")
    assert status == 0, complaint
    assert "Exercise 1" in html
    assert "Ask." in html
    for file in build_exercises.out.rglob("*.*"):
        if file.suffix in {".html", ".js", ".txt"}:
            assert "Like this:" not in file.read_text("utf-8"), file
    shutil.rmtree(tmp_path / "book")
    status, complaint, _ = build_exercises(EXERCISES, solutions="hidden")
    assert status != 0
    assert "solutions cannot be 'hidden'. Use folded, shown, none." in complaint


def test_exercises_and_solutions_can_be_linked_and_found(build_exercises):
    status, complaint, html = build_exercises(EXERCISES)
    assert status == 0, complaint
    links = re.findall(r'<a class="reference internal" href="(.*?)">.*?>([^<]+)</span>', html)
    assert links == [
        ("#why", "Exercise 1: Why not?"),
        ("#count", "Exercise 2"),
        ("#count-solution", "the answer"),
    ]
    assert '<div class="exercise admonition" id="why">' in html
    # within the fold, where browsers open it for a link
    assert html.index("Solution to exercise 2</summary>") < html.index('<div id="count-solution">')
    found = (build_exercises.out / "searchindex.js").read_text()
    assert '"Exercise 1: Why not?":[[0,"why"]]' in found


APART = """# Title

```{exercise} One
:label: one
```

```{exercise} Two
:label: two
```

## Solutions

```{solution} one
First.
```

```{solution} two
Second.
```
"""


def test_a_solution_elsewhere_on_the_page_is_linked_both_ways(build_exercises):
    status, complaint, html = build_exercises(APART)
    assert status == 0, complaint
    for label, number in (("one", 1), ("two", 2)):
        assert f'href="#{label}-solution">Solution</a>' in html
        assert f'href="#{label}">Exercise {number}</a>' in html


def test_labels_hold_across_pages_that_are_read_in_parallel(build_exercises):
    others = [
        f"# Page\n\n```{{exercise}} E\n:label: e{number}\n```\n\n"
        f"{{ref}}`why`, {{ref}}`e{(number + 1) % 12}`\n"
        for number in range(12)
    ]
    status, complaint, _ = build_exercises(EXERCISES, *others, parallel=2)
    assert status == 0, complaint
    page = (build_exercises.out / "3.html").read_text()
    assert 'href="index.html#why"' in page
    assert 'href="4.html#e4"' in page
    assert "Exercise 1: E</p>" in page  # numbers begin anew on each page


@pytest.mark.parametrize(
    ("pages", "complaint"),
    [
        (["# Title\n\n```{solution} none\nSo.\n```\n"], "no exercise on this page has that label"),
        ([APART.replace("Second.\n", "")], "the solution of 'two' is empty"),
        ([APART.replace(": two", ": one")], 'Duplicate explicit target name: "one"'),
        ([APART, APART], "duplicate label"),
    ],
)
def test_a_mistake_in_an_exercise_fails_the_build(build_exercises, pages, complaint):
    status, complained, _ = build_exercises(*pages)
    assert status != 0
    assert complaint in complained


# The record's layout


@pytest.mark.parametrize("right", [True, False])
def test_a_record_of_another_layout_fails_the_build(build, monkeypatch, right):
    if not right:
        monkeypatch.setattr(record_of_book, "environment", lambda: {"python": 3})
    status, complaint, _ = build()
    assert (status == 0) == right
    assert ("required property" in complaint) == (not right)
