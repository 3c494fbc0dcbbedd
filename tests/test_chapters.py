"""The chapters: their equations, their exercises, and what they link to."""

import re

import pytest
import torch
from _ext import lab_order
from conftest import ROOT
from torch import nn

CHAPTERS = {path.stem: path.read_text() for path in (ROOT / "docs/chapters").glob("*.md")}
LABS = {path.stem: path for path in (ROOT / "examples").rglob("*.py")}
NOT_TAUGHT = {"index", "results", "glossary", "notation"}
TAUGHT = sorted(set(CHAPTERS) - NOT_TAUGHT)


# The equations that a student reads are evaluated as they stand, and compared with torch.

PYTHON = [
    (r"\\sigma", "torch.sigmoid"),
    (r"\\tanh", "torch.tanh"),
    (r"\\odot", "*"),
    (r"_\{t-1\}", "_before"),
    (r"&=|\\\\", lambda match: "=" if match[0] == "&=" else ""),
    (r"([UW](?:_\w)?) ([xh]_\w+)", r"\1 @ \2"),
]


def to_python(equation):
    for pattern, replacement in PYTHON:
        equation = re.sub(pattern, replacement, equation)
    return equation.strip()


def equations(chapter, heading):
    """Return the equations of a section, from a table or a display, as Python."""
    section = re.search(rf"^## {heading}\n(.*?)^## ", CHAPTERS[chapter], re.M | re.S)[1]
    in_table = re.findall(r"^\| [\w ]+ \| \$([^$]+)\$ \| `", section, re.MULTILINE)
    displayed = re.findall(r"^h_t &= .*$", section, re.MULTILINE)
    return [to_python(one) for one in in_table + displayed]


def run(lines, weights, x, h, c):
    """Go through a sequence with the equations; return the hidden states."""
    states = []
    for x_t in x:
        place = weights | {"torch": torch, "x_t": x_t, "h_before": h, "c_before": c}
        for line in lines:
            exec(line, place)
        h, c = place["h_t"], place.get("c_t")
        states.append(h)
    return torch.stack(states)


def weights_of(module, gates):
    weights = {}
    for letter, matrix in (("U", module.weight_ih_l0), ("W", module.weight_hh_l0)):
        weights |= dict(
            zip((f"{letter}_{g}" for g in gates), matrix.chunk(len(gates)), strict=True)
        )
    both = module.bias_ih_l0 + module.bias_hh_l0
    weights |= dict(zip((f"b_{g}" for g in gates), both.chunk(len(gates)), strict=True))
    return weights


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_equations_of_the_chapters_are_those_of_torch(kind):
    torch.manual_seed(0)
    module = getattr(nn, kind)(3, 5).double()
    x, zeros = torch.randn(12, 3, dtype=torch.float64), torch.zeros(5, dtype=torch.float64)
    if kind == "RNN":
        lines = equations("recurrence", "The simple recurrent network")
        weights = {name[0]: value for name, value in weights_of(module, "h").items()}
    elif kind == "LSTM":
        lines = equations("gated_units", "The LSTM")
        weights = weights_of(module, "ifgo")
    else:
        lines = equations("gated_units", "The GRU")
        weights = weights_of(module, "rzn")
        weights["b_n"] = module.bias_ih_l0.chunk(3)[2]
        weights["b_m"] = module.bias_hh_l0.chunk(3)[2]
    torch.testing.assert_close(
        run(lines, weights, x, zeros, zeros), module(x)[0], rtol=0, atol=1e-12
    )


def test_code_beside_the_equations_is_that_of_the_cells():
    beside = re.findall(r"\$ \| `([^`]+)` \|$", CHAPTERS["gated_units"], re.M)
    source = (ROOT / "lab_code/cells.py").read_text().splitlines()
    assert len(beside) == 10
    assert [line for line in beside if f"    {line}" not in source] == []


# Numbers


@pytest.mark.parametrize("name", TAUGHT)
def test_each_figure_and_table_has_a_caption(name):
    text = CHAPTERS[name]
    cells = re.findall(r"^```\{code-cell\} python\n(.*?)^```$", text, re.M | re.S)
    shows = r"\n    alt: |Slider\(|cells_in_steps\.\w+\("
    drawn = [cell for cell in cells if re.search(shows, cell)]
    assert [cell for cell in drawn if "\n    caption: " not in cell] == []
    assert re.findall(r"\n\n\|.*", re.sub(r"\{table\} .*\n:name: .*\n\n\|", "", text)) == []
    assert "```{image}" not in text


def test_exercises_have_the_numbers_of_their_chapters():
    """The order of the path, which numbers exercises, is that of the table of contents."""
    numbered = re.search(r":numbered: 1\n\n(.*?)\n```", CHAPTERS["index"], re.DOTALL)[1].split()
    assert list(lab_order.path()) == numbered[: len(lab_order.path())]


# Exercises


@pytest.mark.parametrize("name", TAUGHT)
def test_chapter_has_exercises_with_solutions(name):
    text = CHAPTERS[name]
    labels = re.findall(r"\{exercise\}.*\n:label: ([\w-]+)", text)
    solved = re.findall(r"\{solution\} ([\w-]+)", text)
    assert len(labels) >= 3
    assert labels == solved


@pytest.mark.parametrize("name", TAUGHT)
def test_chapter_has_questions_of_several_kinds(name):
    kinds = re.findall(r"^:(number|choice|order|expression|place): ", CHAPTERS[name], re.MULTILINE)
    assert len(kinds) >= 3
    assert len(set(kinds)) >= 2


@pytest.mark.parametrize("name", TAUGHT)
def test_each_goal_is_reached_in_its_chapter_or_in_a_lab_that_follows_it(name):
    text = CHAPTERS[name]
    box = r"^:::\n\n:::\{admonition\} After this chapter you can\n:class: goals\n- (.*?)^:::"
    goals = re.search(box, text, re.M | re.S)[1].split("\n- ")
    assert 3 <= len(goals) <= 5
    headings = re.findall(r"^## (.*)$", text.replace("`", ""), re.MULTILINE)
    exercises = re.findall(r"\{exercise\}.*\n:label: ([\w-]+)", text)
    for goal in goals:
        goal = " ".join(goal.split())
        sections = re.findall(r"section \*([^*]+)\*", goal)
        practised = re.findall(r"\{ref\}`([\w-]+)`", goal)
        labs = re.findall(r"\{doc\}`/labs/(\w+/\w+)`", goal)
        assert sections + practised + labs
        assert set(sections) <= set(headings)
        assert set(practised) <= set(exercises)
        assert set(labs) <= set(lab_order.path()[name])


# Links


@pytest.mark.parametrize("lab", sorted(LABS))
def test_lab_and_chapter_point_at_each_other(lab):
    chapters = re.findall(r"</?chapters/(\w+)>|`/chapters/(\w+)`", LABS[lab].read_text())
    chapters = {one or other for one, other in chapters}
    assert chapters & set(TAUGHT)
    back = any(f"/{lab}" in CHAPTERS[chapter] for chapter in chapters)
    assert back, f"none of these chapters links the lab: {', '.join(sorted(chapters))}"


def test_every_term_of_the_glossary_is_linked():
    terms = re.findall(r"^(\w[\w ,-]+)$\n  \S", CHAPTERS["glossary"], re.MULTILINE)
    assert len(terms) > 50
    text = " ".join(re.sub(r"\s+", " ", CHAPTERS[name]) for name in TAUGHT)
    linked = re.findall(r"\{term\}`([^`<]+?)(?: <([^>]+)>)?`", text)
    linked = {(target or shown).lower() for shown, target in linked}
    assert set(map(str.lower, terms)) == linked


def test_every_source_is_cited():
    keys = re.findall(r"^@\w+\{(\w+),", (ROOT / "docs/references.bib").read_text(), re.MULTILINE)
    cited = " ".join(CHAPTERS.values())
    cited += " ".join(path.read_text() for path in LABS.values())
    missing = [key for key in keys if key not in cited and not named(key, cited)]
    assert missing == []


def named(key, text):
    """Whether a source is named with its year: Graves (2012), Dempster et al. 2021."""
    name, year = re.fullmatch(r"([a-z]+)(\d+)", key).groups()
    return re.search(rf"{name}[^.]{{0,60}}{year}", text, re.IGNORECASE) is not None
