"""Reading the built site in a real Chromium: previews of links, and a phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from check_site import PAGES
from conftest import SITE
from playwright.sync_api import expect

PHONE = {"width": 360, "has_touch": True, "is_mobile": True}
CHAPTER = "chapters/recurrence.html"
TERM = "article a[href='glossary.html#term-unfolding']"
MEANING = "Drawing every step of a recurrent network by itself"
EQUATION = "article p a[href='#equation-elman']"
CITATION = "article a[href='../references.html#id12']"
WITH_PREVIEWS = [name for name in PAGES if "<template data-for" in (SITE / name).read_text("utf-8")]


def inspect(page):
    violations = Axe().run(
        page, "#preview", options={"resultTypes": ["violations"], "preload": False}
    )
    assert violations.violations_count == 0, violations.generate_report()


@pytest.fixture
def chapter(visit):
    return visit(CHAPTER)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_pointer_on_a_term_shows_what_it_means(visit, theme):
    page = visit(CHAPTER, theme)
    preview = page.locator("#preview")
    expect(preview).to_be_hidden()
    page.hover(TERM)
    expect(preview).to_contain_text(MEANING)
    inspect(page)
    # a pointer can go to the preview, and away from both
    preview.hover()
    page.wait_for_timeout(600)
    expect(preview).to_be_visible()
    page.mouse.move(5, 5)
    expect(preview).to_be_hidden()


def test_escape_closes_a_preview_while_the_pointer_stays(chapter):
    chapter.hover(TERM)
    expect(chapter.locator("#preview")).to_be_visible()
    chapter.keyboard.press("Escape")
    expect(chapter.locator("#preview")).to_be_hidden()
    chapter.wait_for_timeout(600)
    expect(chapter.locator("#preview")).to_be_hidden()


def test_a_pointer_that_passes_shows_nothing(chapter):
    chapter.locator(TERM).first.scroll_into_view_if_needed()
    shown = chapter.evaluate(
        """selector => {
            let shown = 0;
            new MutationObserver(() => shown++).observe(
                document.querySelector("#preview"), { attributeFilter: ["hidden"] });
            const pass = place => place.dispatchEvent(
                new PointerEvent("pointerover", { bubbles: true, pointerType: "mouse" }));
            pass(document.querySelector(selector));
            setTimeout(() => pass(document.body), 50);
            return new Promise(resolve => setTimeout(() => resolve(shown), 800));
        }""",
        TERM,
    )
    assert shown == 0


def test_the_focus_of_the_keyboard_shows_a_preview_and_describes_the_link(chapter):
    link, preview = chapter.locator(TERM).first, chapter.locator("#preview")
    link.focus()
    chapter.keyboard.press("Shift+Tab")
    chapter.keyboard.press("Tab")
    expect(link).to_be_focused()
    expect(preview).to_contain_text(MEANING)
    expect(preview).to_have_role("tooltip")
    expect(link).to_have_attribute("aria-describedby", "preview")
    assert preview.locator("a, button").count() == 0  # nothing that the keyboard cannot reach
    chapter.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    expect(link).to_be_focused()
    assert link.get_attribute("aria-describedby") is None
    chapter.keyboard.press("Enter")
    chapter.wait_for_url("**/glossary.html#term-unfolding")


def test_an_equation_is_shown_and_not_read_out(chapter):
    link = chapter.locator(EQUATION).first
    link.focus()
    expect(chapter.locator("#preview math[display=block]")).to_be_visible()
    assert link.get_attribute("aria-describedby") is None


def test_a_citation_shows_the_reference_once(chapter):
    link = chapter.locator(CITATION).first
    link.hover()
    expect(chapter.locator("#preview")).to_contain_text("Finding structure in time")
    assert not link.get_attribute("title")  # else the browser shows it too


def test_a_reference_to_an_exercise_shows_its_task(visit):
    page = visit("teach.html")
    page.locator("article a[href='chapters/recurrence.html#a-counter']").first.hover()
    expect(page.locator("#preview")).to_contain_text("Leave out the tanh")


def test_a_tap_shows_a_preview_with_the_way_there(visit):
    page = visit(CHAPTER, **PHONE)
    link, preview = page.locator(TERM).first, page.locator("#preview")
    before = page.url
    link.tap()
    expect(preview).to_contain_text(MEANING)
    expect(preview).to_be_focused()  # so that a screen reader reads it
    assert page.url == before
    box = preview.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    for control in preview.locator(".preview-foot > *").all():
        assert control.bounding_box()["height"] >= 24
    inspect(page)
    preview.get_by_role("button", name="Close").tap()
    expect(preview).to_be_hidden()
    expect(link).to_be_focused()
    link.tap()
    expect(preview).to_be_visible()
    page.locator("article h1").tap()
    expect(preview).to_be_hidden()
    link.tap()
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    link.tap()
    preview.get_by_role("link", name="Go there").tap()
    page.wait_for_url("**/glossary.html#term-unfolding")


def test_a_second_tap_follows_the_link(visit):
    page = visit(CHAPTER, **PHONE)
    page.locator(TERM).first.tap()
    expect(page.locator("#preview")).to_be_visible()
    page.locator(TERM).first.tap()
    page.wait_for_url("**/glossary.html#term-unfolding")


def test_a_link_without_a_preview_is_a_link(visit):
    page = visit(CHAPTER, **PHONE)
    link = page.locator("article p a.reference.internal[href$='.html']").first
    assert page.locator(f"template[data-for='{link.get_attribute('href')}']").count() == 0
    link.focus()
    expect(page.locator("#preview")).to_be_hidden()
    link.tap()
    page.wait_for_url(lambda url: CHAPTER not in url)


def test_a_preview_is_not_printed(chapter):
    chapter.locator(TERM).first.focus()
    expect(chapter.locator("#preview")).to_be_visible()
    chapter.emulate_media(media="print")
    shown = "() => [preview.hidden, getComputedStyle(preview).display]"
    assert chapter.evaluate(shown) == [False, "none"]


def test_each_preview_has_a_link_and_only_then_a_script():
    for name in PAGES:
        text = (SITE / name).read_text("utf-8")
        kept = re.findall(r'<template data-for="([^"]*)">(.*?)</template>', text, re.DOTALL)
        assert ("_static/previews.js" in text) == bool(kept), name
        assert len({href for href, _ in kept}) == len(kept), name
        for href, shown in kept:
            assert f'href="{href}"' in text, name
            assert not re.search(r" id=|<a ", shown), name
            for source in re.findall(r'src="([^"]*)"', shown):
                assert ((SITE / name).parent / source).exists(), name


def test_the_script_of_previews_is_small():
    assert (SITE / "_static" / "previews.js").stat().st_size < 4096
    assert WITH_PREVIEWS


# A phone


def smallest_letters(svg):
    """Return the size of the smallest letters in a figure, as a share of its width."""
    width = float(re.search(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+)', svg)[1])
    sizes = re.findall(r"<g\b[^>]*scale\((0?\.\d+) -", svg)
    return min(map(float, sizes), default=None) and 100 * min(map(float, sizes)) / width


WITH_FIGURES = [
    name for name in PAGES if re.search('_images/|class="slider"', (SITE / name).read_text("utf-8"))
]


@pytest.mark.parametrize("name", WITH_FIGURES)
def test_letters_of_figures_can_be_read_on_a_phone(visit, name):
    page = visit(name, **PHONE)
    for image in page.locator("article img[src*='_images/'][src$='.svg']").all():
        source = image.get_attribute("src")
        letters = smallest_letters((SITE / name).parent.joinpath(source).read_text("utf-8"))
        if letters:
            assert letters * image.evaluate("image => image.clientWidth") >= 10.95, source
    for figure in page.locator("figure.slider svg").all():
        letters = smallest_letters(figure.evaluate("svg => svg.outerHTML"))
        assert letters * figure.evaluate("svg => svg.getBoundingClientRect().width") >= 10.95
    check_hints(page, ".readable-figure")


def check_hints(page, kind):
    """What is wider than its box can be scrolled, by the keyboard too, and a shadow says so."""
    for box in page.locator(f"article {kind}").all():
        seen = box.evaluate(
            "box => [box.scrollWidth > box.clientWidth, box.tabIndex,"
            " getComputedStyle(box).overflowX, getComputedStyle(box).backgroundAttachment]"
        )
        if seen[0]:
            assert seen[1:] == [0, "auto", "local, local, scroll, scroll"]


@pytest.mark.parametrize(
    "name", [name for name in PAGES if "<table" in (SITE / name).read_text("utf-8")]
)
def test_tables_fit_a_phone_or_say_that_they_scroll(visit, name):
    page = visit(name, **PHONE)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.wait_for_timeout(400)  # the theme looks again at what scrolls
    for table in page.locator("article table.cards").all():
        assert table.evaluate("table => table.getBoundingClientRect().right") <= 360
        for cell in table.locator("tbody tr:first-child [data-label]:visible").all():
            label = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
            assert cell.get_attribute("data-label") in label
            assert cell.evaluate("cell => cell.scrollWidth <= cell.clientWidth + 1")
    check_hints(page, ".pst-scrollable-table-container")
    check_hints(page, ".cell_output > .output")


@pytest.mark.parametrize("name", [CHAPTER, "labs/3_seizures/many_to_one.html"])
def test_long_lines_say_that_they_scroll(visit, name):
    page = visit(name, **PHONE)
    assert page.locator("article .highlight pre").count() > 3
    check_hints(page, ".highlight pre")


def test_the_large_tables_are_cards_on_a_phone_alone(visit):
    heads = "article table.dataframe thead"
    page = visit("chapters/results.html", **PHONE)
    cards = page.locator("article table.dataframe").count()
    assert cards == page.locator("article table.cards").count() > 10
    assert page.locator(heads).first.bounding_box()["width"] <= 1
    wide = visit("chapters/results.html")
    assert wide.locator(heads).first.bounding_box()["width"] > 400
    assert wide.locator("article table.cards td").first.get_attribute("role") == "cell"


@pytest.mark.parametrize("width", [360, 800, 1400])
def test_values_and_intervals_stay_whole(visit, width):
    page = visit("chapters/results.html", width=width)
    parts = page.locator("article table :is(.value, .interval)")
    assert parts.count() > 100
    lines = parts.evaluate_all("parts => parts.map(part => part.getClientRects().length)")
    assert set(lines) == {1}
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [360, 411, 1400])
def test_equations_stay_with_what_touches_them(visit, width):
    page = visit("chapters/vanishing_gradients.html", width=width)
    boxes = page.locator("article p .unbroken:visible")
    assert boxes.count() > 10
    tops = """boxes => boxes.map(box => {
        const range = document.createRange();
        range.selectNodeContents(box.lastChild);
        const sign = range.getBoundingClientRect();
        const equation = box.querySelector("math").getBoundingClientRect();
        return sign.bottom < equation.top || sign.top > equation.bottom;
    })"""
    assert not any(boxes.evaluate_all(tops))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
