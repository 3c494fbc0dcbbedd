"""The slides in a real Chromium: they fit, and are worked with keys, by touch and on paper."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

SLIDES = Path(__file__).parents[2] / "docs" / "_build" / "html" / "slides"
DECKS = sorted(SLIDES.glob("*.html"))


@pytest.fixture
def show(chromium):
    """Open a deck; fail on any error in its console."""
    faults, contexts = [], []

    def show(deck, width=1280, height=720, place=""):
        size = {"width": width, "height": height}
        contexts.append(chromium.new_context(viewport=size, offline=True))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(deck.as_uri() + place)
        page.wait_for_selector(".deck-bar")
        return page

    yield show
    for context in contexts:
        context.close()
    assert faults == []


def here(page):
    return page.locator(".deck-bar output").inner_text().split(" / ")[0]


def wait_until_at(page, place):
    expect(page.locator(".deck-bar output")).to_have_text(re.compile(rf"^{place} /"))


def number_of(page):
    return page.locator(".slide").count()


def test_there_is_a_deck_for_each_lesson():
    assert [deck.stem for deck in DECKS] == ["lesson_1", "lesson_2", "lesson_3"]


@pytest.mark.parametrize("size", [(1280, 720), (1024, 768), (1920, 1080)])
@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.stem)
def test_each_slide_fits_its_screen(show, deck, size):
    page = show(deck, *size)
    too_large = page.evaluate(
        """() => [...document.querySelectorAll(".slide")].filter((slide) =>
            slide.scrollHeight > innerHeight + 1 || slide.scrollWidth > innerWidth
            || [...slide.querySelectorAll("pre, table, img, .math, svg")].some(
                (part) => part.getBoundingClientRect().right > innerWidth)
            || Number(slide.style.getPropertyValue("--fit") || 1) < 0.5
        ).map((slide) => slide.id)"""
    )
    assert too_large == []


@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.stem)
def test_tall_figures_use_the_height_of_the_slide_and_stay_above_the_bar(show, deck):
    page = show(deck)
    found = page.evaluate(
        """() => [...document.querySelectorAll(".tall")].map((box) => {
            const top = box.closest(".slide").getBoundingClientRect().top;
            const bottom = (part) => part.getBoundingClientRect().bottom - top;
            const parts = [...box.querySelectorAll("img, svg, .slider-control")];
            const picture = box.querySelector("img, svg").getBoundingClientRect();
            return [Math.max(...parts.map(bottom)), picture.height, parts.length];
        })"""
    )
    assert len(found) > 4
    bar = page.locator(".deck-bar").bounding_box()["y"]
    for bottom, height, parts in found:
        assert bottom < bar
        assert height > (0.8 if parts == 1 else 0.6) * 720  # the rest is a slider's


@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.stem)
def test_keys_lead_from_slide_to_slide(show, deck):
    page = show(deck)
    last = str(number_of(page))
    for key, place in (
        *(("ArrowRight", "2"), ("PageDown", "3"), ("ArrowLeft", "2"), ("PageUp", "1")),
        *(("ArrowLeft", "1"), ("End", last), ("ArrowRight", last), ("Home", "1")),
    ):
        page.keyboard.press(key)
        assert here(page) == place, key
        slide = page.locator(".slide").nth(int(place) - 1)
        assert abs(slide.evaluate("slide => slide.getBoundingClientRect().top")) < 2
        assert slide.evaluate("slide => slide === document.activeElement")
        assert page.url.endswith("#" + slide.get_attribute("id"))


def test_a_link_to_a_slide_opens_it(show):
    page = show(DECKS[0], place="#which-kind")
    assert page.locator("#which-kind").evaluate("slide => slide === document.activeElement")


@pytest.mark.parametrize(("deck", "n_sliders"), [("lesson_1", 1), ("lesson_2", 3)])
def test_sliders_work_and_keep_their_keys(show, deck, n_sliders):
    page = show(SLIDES / f"{deck}.html")
    assert page.locator("figure.slider").count() == n_sliders
    for figure in page.locator("figure.slider").all():
        index = figure.evaluate(
            "figure => [...document.querySelectorAll('.slide')].indexOf(figure.closest('.slide'))"
        )
        page.locator(".slide").nth(index).evaluate("slide => slide.scrollIntoView()")
        place = str(index + 1)
        wait_until_at(page, place)
        figure.locator("input").focus()
        page.keyboard.press("Home")
        before = figure.locator("output").inner_text()
        page.keyboard.press("ArrowRight")
        assert figure.locator("output").inner_text() != before
        assert here(page) == place


@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.stem)
def test_notes_are_for_the_teacher(show, deck):
    page = show(deck)
    notes = page.locator("details.notes")
    assert notes.count() > 10
    assert page.locator("details.notes:visible").count() == 0
    page.keyboard.press("n")
    assert page.locator("details.notes[open]:visible").count() == notes.count()
    page.keyboard.press("n")
    assert page.locator("details.notes:visible").count() == 0


def test_a_second_window_goes_along(show):
    page = show(DECKS[0])
    with page.context.expect_page() as opened:
        page.keyboard.press("t")
    second = opened.value
    second.wait_for_selector("details.notes[open]")
    page.keyboard.press("ArrowRight")
    wait_until_at(second, "2")
    second.keyboard.press("ArrowRight")
    wait_until_at(page, "3")


@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.stem)
def test_paper_has_one_slide_a_page(show, deck):
    page = show(deck, width=360)
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\n", printed)) == number_of(page)


def test_a_phone_scrolls(show):
    page = show(DECKS[0], width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator(".slide").nth(4).evaluate("slide => slide.scrollIntoView()")
    wait_until_at(page, "5")
    page.get_by_label("Next slide").click()
    assert here(page) == "6"


def test_without_a_script_all_can_be_read(chromium):
    context = chromium.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(DECKS[0].as_uri())
    assert page.locator(".slide:visible").count() == page.locator(".slide").count()
    assert page.locator("details.notes summary").first.is_visible()
    context.close()
