"""Decks of slides, which show parts of other pages."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from sphinx.cmd.build import main

DECKS = sorted((ROOT / "docs" / "slides").glob("*.md"))
LESSONS = re.split(r"^\(lesson-\d\)=$", (ROOT / "docs" / "teach.md").read_text(), flags=re.M)[1:]


def rows(lesson, column):
    table = re.search(rf"^\| {column} \|.*\n\|[-|]+\n((?:\|.*\n)+)", lesson, re.MULTILINE)
    return len(table[1].splitlines())


@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.stem)
def test_a_deck_follows_the_whole_plan_of_its_lesson(deck):
    text, lesson = deck.read_text(), LESSONS[int(deck.stem[-1]) - 1]
    plan = [int(one) for one in re.findall(r"^```\{plan\} (\d+)", text, re.MULTILINE)]
    assert plan == list(range(1, rows(lesson, "minutes") + 1))
    asked = [int(one) for one in re.findall(r"^```\{ask\} (\d+)", text, re.MULTILINE)]
    assert sorted(asked) == list(range(1, rows(lesson, "question") + 1))
    assert len(re.findall(r"^## .*[a-z]", text, re.MULTILINE)) > 15


def test_each_lesson_has_a_deck():
    assert [deck.stem for deck in DECKS] == [f"lesson_{number}" for number in (1, 2, 3)]


@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.stem)
def test_no_number_of_an_experiment_is_typed(deck):
    """Percentages of a plan's question aside, they come from the record."""
    words = re.sub(r"\{record\}`[^`]*`|95 % interval|98 %", "", deck.read_text())
    assert re.findall(r"\d ?%", words) == []


CONF = """
import sys
sys.path.insert(0, {docs!r})
extensions = ["myst_parser", "_ext.slides"]
templates_path = [{docs!r} + "/_templates"]
html_static_path = [{docs!r} + "/_static"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
solutions = {solutions!r}
html_theme = "basic"
"""
CHAPTER = """
# Chapter

## First

$$
a = b
$$

See {doc}`other` and [the web](https://doi.org/1).

- one {doc}`deep link <other>`
- two

```{exercise} Why?
:label: why

What is it?
```

```{solution} why
It is so.
```
"""
TEACH = """
# Teach

(lesson-1)=
## Lesson

**Afterwards**

- a goal
- {doc}`another <chapters/one>`

| minutes | what | where |
|---|---|---|
| 10 | Show it. | {doc}`chapters/one` |
| 80 | Ask them. | here |

### Ask

| question | an answer to expect | a wrong answer |
|---|---|---|
| *Is* it so? | Yes, it is. | "No." It is new. |

### What goes wrong

- **It breaks.** Mend it.

### Homework

- Read {doc}`chapters/one`.

```{toctree}
chapters/one
chapters/other
slides/lesson_1
```
"""
DECK = """
# Deck

For a class.

```{goals}
```

## A slide

```{show} equation chapters/one: First
```

```{show} list chapters/one
```

```{plan} 2
```

```{trouble} 1
```

```{ask} 1
```

```{task} chapters/one: why
```

## The last

```{homework}
```
"""


def write(folder: Path, solutions="folded", **changed):
    docs = folder / "docs"
    pages = {
        "index": "# Book\n\n```{toctree}\nteach\n```\n",
        "teach": TEACH,
        "chapters/one": CHAPTER,
        "chapters/other": "# Other\n",
        "slides/lesson_1": DECK,
    }
    for name, text in (pages | changed).items():
        file = docs / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.is_file() or file.read_text() != text:
            file.write_text(text)
    (docs / "conf.py").write_text(CONF.format(docs=str(ROOT / "docs"), solutions=solutions))
    return docs


def build(docs, *options):
    out = docs.parent / "out"
    status = main(["-q", *options, "-b", "html", str(docs), str(out)])
    page = (out / "slides" / "lesson_1.html").read_text() if status == 0 else ""
    return status, BeautifulSoup(page, "html.parser")


@pytest.fixture
def deck(tmp_path):
    status, page = build(write(tmp_path), "-W", "-n")
    assert status == 0
    return page


def test_each_section_is_a_slide_and_so_is_what_stands_before_them(deck):
    slides = deck.select(".deck > .slide")
    assert [slide.find(["h1", "h2"]).get_text().strip("¶") for slide in slides] == [
        *("Deck", "A slide", "Is it so?", "An answer to expect"),
        *("Exercise 1: Why?", "Solution to exercise 1", "The last"),
    ]
    assert deck.select(".slide .slide") == []
    assert len({slide["id"] for slide in slides}) == len(slides)
    assert "slides.js" in str(deck.head)
    assert deck.find("main")["data-plan"] == "../teach.html"


def test_slides_show_what_stands_elsewhere(deck):
    intro, first, question, answer, exercise, solution, last = deck.select(".slide")
    assert [item.get_text() for item in intro.find_all("li")] == ["a goal", "another"]
    assert "a = b" in first.find(class_="math").get_text()
    assert "Yes, it is." in answer.get_text()
    assert "Yes" not in question.get_text()
    assert "What is it?" in exercise.get_text()
    assert "It is so." in solution.get_text()
    assert "It is so" not in exercise.get_text()
    assert "Read" in last.get_text()


def test_notes_come_from_the_plan(deck):
    notes = [one.get_text(" ", strip=True) for one in deck.select("details.notes")]
    assert "80 minutes. Ask them. Where: here" in notes[0]
    assert "It breaks. Mend it." in notes[0]
    assert "A wrong answer: “No.” It is new." in notes[1]


def test_links_lead_where_they_led(deck):
    links = {a.get_text(): a["href"] for a in deck.select(".slide a") if a.get_text() != "¶"}
    assert links["deep link"] == "../chapters/other.html"
    assert links["another"] == "../chapters/one.html"
    assert links["Chapter"] == "../chapters/one.html"


def test_an_edition_without_solutions_has_none_on_slides(tmp_path):
    _, page = build(write(tmp_path, solutions="none"), "-W")
    text = page.get_text()
    assert "What is it?" in text
    assert "It is so." not in text
    assert "Solution to" not in text


def test_a_deck_is_written_again_when_what_it_shows_changes(tmp_path):
    build(write(tmp_path))
    _, page = build(write(tmp_path, **{"chapters/one": CHAPTER.replace("a = b", "a = c")}))
    assert "a = c" in page.get_text()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("```{show} table chapters/one: First\n```", "there is no table number 1 in chapters/one"),
        ("```{ask} 2\n```", "the plan of lesson-1 has no ask number 2"),
        ("```{task} chapters/one: whence\n```", "chapters/one has no exercise whence"),
        ("```{trouble} 4\n```", "the plan of lesson-1 has no trouble number 4"),
        ("```{show} dance chapters/one\n```", "write KIND PAGE: PLACE"),
    ],
)
def test_what_is_not_there_is_reported(tmp_path, wrong, said, capsys):
    text = DECK.replace("## The last", f"## Wrong\n\n{wrong}\n\n## The last")
    status, _ = build(write(tmp_path, **{"slides/lesson_1": text}), "-W")
    assert status != 0
    assert said in capsys.readouterr().err


CODE = """
## Code

```{code-block} Python
import torch

def train(x):
    return x
```
"""


@pytest.mark.parametrize(("start", "found"), [("def train", True), ("def test", False)])
def test_code_begins_where_a_slide_says(tmp_path, start, found, capsys):
    shown = f"\n## Shown\n\n```{{show}} code chapters/one: Code\n:from: {start}\n```\n"
    docs = write(tmp_path, **{"chapters/one": CHAPTER + CODE, "slides/lesson_1": DECK + shown})
    _, page = build(docs)
    code = page.select(".deck pre")[-1].get_text().split("\n")
    assert code[0] == ("def train(x):" if found else "import torch")
    assert ("begins with 'def test'" in capsys.readouterr().err) != found


def test_what_is_tall_says_so(tmp_path):
    shown = "\n## Shown\n\n```{show} equation chapters/one: First\n:tall:\n```\n"
    _, page = build(write(tmp_path, **{"slides/lesson_1": DECK + shown}), "-W")
    assert [box.parent["id"] for box in page.select(".shown.tall")] == ["shown"]
