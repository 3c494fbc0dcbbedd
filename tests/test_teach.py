"""The page for teachers: its minutes, and what it points at."""

import re

import pytest
from conftest import ROOT

PAGE = (ROOT / "docs/teach.md").read_text()
CHAPTERS = {path.stem: path.read_text() for path in (ROOT / "docs/chapters").glob("*.md")}
PLANS = re.findall(r"^\| minutes \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
SLIDER = r"slider \*([^*]+)\* at ([\d.]+(?:(?:, | and | to |, then )[\d.]+)*)"


def plain(heading):
    return heading.replace("`", "")


def test_there_are_three_lessons_and_one_lecture():
    assert len(PLANS) == 4


@pytest.mark.parametrize("plan", PLANS)
def test_the_minutes_of_a_lesson_add_up(plan):
    assert sum(map(int, re.findall(r"^\| (\d+) \|", plan, re.MULTILINE))) == 90


@pytest.mark.parametrize("chapter", sorted(CHAPTERS))
def test_the_sections_that_it_names_are_in_that_chapter(chapter):
    headings = {plain(one) for one in re.findall(r"^##+ (.*)$", CHAPTERS[chapter], re.MULTILINE)}
    named = set()
    for link, text in re.findall(r"\{doc\}`chapters/(\w+)`([^;|{]*)", PAGE):
        if link == chapter:
            text = re.sub(r"slider \*[^*]+\*", "", " ".join(text.split()))
            named |= set(re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", text))
    assert named <= headings


def test_the_sliders_have_the_places_that_it_names():
    found = {}
    for text in CHAPTERS.values():
        for name in re.findall(r'Slider\(figure, "([^"]+)"', text):
            # where the places are the steps themselves, the page counts them
            places = re.search(r"(?:RADII =|for f in) \(([\d., ]+)\)", text)
            inputs = re.search(r"inputs = torch.tensor\(\[([\d., ]+)\]\)", text)
            n_steps = len(inputs[1].split(",")) if inputs else 0
            values = places[1].split(",") if places else range(1, n_steps + 1)
            found[name] = {float(one) for one in values}
    named = re.findall(SLIDER, PAGE, re.IGNORECASE)
    assert {name for name, _ in named} == set(found)
    for name, places in named:
        assert {float(one) for one in re.findall(r"[\d.]+\d|\d", places)} <= found[name]
