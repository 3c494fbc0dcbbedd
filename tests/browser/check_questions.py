"""Questions in a real Chromium: right and wrong answers, by keyboard and pointer, and progress."""

import json
import re

import pytest
from conftest import SITE

CHAPTERS = sorted(
    path.stem
    for path in (SITE / "chapters").glob("*.html")
    if "data-question" in path.read_text("utf-8")
)
FACTS = SITE.parent / "record"
KINDS = ("number", "choice", "order", "expression", "place")


def facts(chapter, name="questions"):
    return json.loads((FACTS / f"{chapter}--{name}.facts").read_text())["values"]


def source(chapter):
    """Return the fact that answers each question of a chapter, by its label."""
    text = (SITE.parents[2] / "docs" / "chapters" / f"{chapter}.md").read_text("utf-8")
    heads = re.findall(r"```\{question\} .*\n((?::.*\n)+)", text)
    options = [dict(re.findall(r"^:(\w+): (.*)$", head, re.MULTILINE)) for head in heads]
    found = {}
    for one in options:
        (kind,) = set(one) & set(KINDS)
        fact, key = one[kind].split()
        found[one["label"]] = facts(*fact.split("/"))[key]
    return found


def kind_of(question):
    return json.loads(question.get_attribute("data-question"))["kind"]


def check(question):
    question.get_by_role("button", name="Check").click()
    return question.locator(".question-says").inner_text()


def put_in(page, question, kind, value):
    """Answer a question with the keyboard alone."""
    if kind in ("number", "expression"):
        question.locator("input").focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(str(value))
    elif kind == "choice":
        question.locator(f"input[value='{value}']").focus()
        page.keyboard.press("Space")
    elif kind == "order":
        keys = list(value)
        wanted = sorted(range(len(keys)), key=[value[key] for key in keys].__getitem__)
        for place, item in enumerate(wanted):
            row = question.locator(f"li[data-place='{item + 1}']")
            while row.evaluate("row => [...row.parentElement.children].indexOf(row)") > place:
                row.get_by_role("button", name="Move up").focus()
                page.keyboard.press("Enter")
    else:
        slider = question.locator("input[type=range]")
        slider.focus()
        page.keyboard.press("Home")
        step = float(slider.get_attribute("step"))
        for _ in range(round((value["x"] - value["from"]) / step)):
            page.keyboard.press("ArrowRight")


EXPRESSIONS = {
    "far-back": "w^k",
    "new-state": "(1 - z) * n + z*h",
    "how-much-can-be-read": "w^(2*k) * (1 - w^2)",
    "two-steps-in-one": "p*b + a",
}
WRONG_EXPRESSIONS = {
    "far-back": "k*w",
    "new-state": "z*n + (1-z)*h",
    "how-much-can-be-read": "w^k * (1 - w^2)",
    "two-steps-in-one": "p*a + b",
}


def test_each_chapter_has_questions():
    sources = (SITE.parents[2] / "docs" / "chapters").glob("*.md")
    teach = {path.stem for path in sources if "```{exercise}" in path.read_text("utf-8")}
    assert set(CHAPTERS) == teach
    assert teach


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_right_answers_are_right_and_wrong_ones_get_a_reason(visit, chapter):
    page = visit(f"chapters/{chapter}.html")
    answers = source(chapter)
    questions = page.locator(".question")
    assert questions.count() == len(answers) >= 3
    for label, right in answers.items():
        question = page.locator(f"#{label}")
        kind = kind_of(question)
        wrong = {
            "number": 12345.6,
            "expression": WRONG_EXPRESSIONS.get(label),
            "choice": 1 if right != 1 else 2,
        }
        if kind in wrong:
            put_in(page, question, kind, wrong[kind])
        elif kind == "place":
            question.locator("input").evaluate(
                "input => { input.value = input.min; input.dispatchEvent(new Event('input')); }"
            )
        said = check(question)
        assert said.startswith("Not yet.")
        assert len(said) > 30
        put_in(page, question, kind, EXPRESSIONS.get(label, right))
        said = check(question)
        assert said.startswith("Right."), f"{label}: {right}"
        assert "answered" in question.get_attribute("class").split()
    assert (
        page.locator(".bd-sidebar-primary .current .progress-mark")
        .first.inner_text()
        .endswith("done")
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Write a number"), ("NaN", "Write a number"), ("1e999", "Write a number"),
        ("12 steps", "Write a number"), ("<b>1</b>", "Write a number"),
        ("4,288", "Write a number without commas"), ("13,513,000", "Write a number without"),
    ],
)  # fmt: skip
def test_what_is_no_number_gets_a_sentence(visit, typed, said):
    page = visit("chapters/gated_units.html")
    question = page.locator("#half-of-it")
    question.locator("input").fill(typed)
    assert check(question).startswith(said)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Something is missing"), ("w**", "Something is missing"), ("alert(1)", "“alert”"),
        ("(w", "A bracket"), ("w k", "“k” does not fit"), ("constructor", "“constructor”"),
        ("w" * 300, "This is too long"), ("log(w)", "Not yet."), ("w**k", "Right."),
    ],
)  # fmt: skip
def test_an_expression_is_arithmetic_alone(visit, typed, said):
    page = visit("chapters/vanishing_gradients.html")
    question = page.locator("#far-back")
    question.locator("input").fill(typed)
    assert check(question).startswith(said)


def test_a_place_is_marked_by_a_click_in_the_figure(visit):
    page = visit("chapters/recurrence.html", width=360)
    place = facts("recurrence")["swings"]
    picture = page.locator("#back-and-forth img")  # which stands beside it, on a phone too
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    part = (place["x"] - place["from"]) / (place["to"] - place["from"])
    at = place["left"] + part * (place["right"] - place["left"])
    picture.click(position={"x": at * box["width"], "y": box["height"] / 2})
    assert page.locator(".question-place").is_visible()
    mark = page.locator(".question-place").bounding_box()
    seen = picture.bounding_box()
    assert mark["x"] == pytest.approx(seen["x"] + at * seen["width"], abs=4)
    slider = page.locator("#back-and-forth input").bounding_box()
    assert slider["y"] - picture.bounding_box()["y"] < 500
    assert check(page.locator("#back-and-forth")).startswith("Right.")


def test_a_page_that_is_only_read_has_its_title_in_the_list(visit):
    page = visit("labs/2_recurrence/the_cliff.html")
    page.get_by_role("button", name="Mark as read").click()
    page.goto((SITE / "progress.html").as_uri())
    assert page.locator("#progress-list").inner_text() == "The cliff: read"


def test_progress_is_kept_saved_and_erased(visit, tmp_path):
    page = visit("chapters/gated_units.html")
    question = page.locator("#half-of-it")
    put_in(page, question, "number", facts("gated_units")["half"])
    assert check(question).startswith("Right.")
    page.get_by_role("button", name="Mark as read").click()
    assert page.get_by_role("button", name="Read").get_attribute("aria-pressed") == "true"
    page.reload()
    assert "answered" in page.locator("#half-of-it").get_attribute("class").split()
    page.goto((SITE / "progress.html").as_uri())
    assert "Gated units" in page.locator("#progress-list").inner_text()
    with page.expect_download() as download:
        page.locator("#progress-export").click()
    file = tmp_path / "progress.json"
    download.value.save_as(file)
    saved = json.loads(file.read_text())
    assert saved["chapters/gated_units.html"]["right"] == ["half-of-it"]
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#progress-erase").click()
    assert page.locator("#progress-list li").count() == 0
    page.locator("#progress-import").set_input_files(file)
    page.locator("#progress-list li").wait_for()
    hostile = tmp_path / "hostile.json"
    for text in ("", "[1]", '{"javascript:alert(1)": {"right": []}}', '{"a.html": {"right": 1}}'):
        hostile.write_text(text)
        page.locator("#progress-says").evaluate("says => (says.textContent = '')")
        page.locator("#progress-import").set_input_files(hostile)
        page.get_by_text("This is no file of progress").wait_for()
    assert page.locator("#progress-list li").count() == 1


def test_without_a_script_a_question_is_text(chromium):
    context = chromium.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto((SITE / "chapters/gated_units.html").as_uri())
    for question in page.locator(".question").all():
        assert question.locator(".question-answer").is_hidden()
        assert len(question.inner_text()) > 60
    assert page.locator("#wide-open li").count() == 3
    context.close()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_what_is_touched_is_large_enough(visit, chapter):
    page = visit(f"chapters/{chapter}.html", width=360)
    touched = ".question :is(button, label:has(input), input[type=text], input[type=range])"
    for part in page.locator(f"{touched}, .slider-control input").all():
        assert part.bounding_box()["height"] >= 43.5
