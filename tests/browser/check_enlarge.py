"""Figures that open large, in a real Chromium: by pointer, finger and keyboard."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from check_site import PAGES
from conftest import SITE
from playwright.sync_api import expect

PHONE = {"width": 360, "has_touch": True, "is_mobile": True}
CHAPTER = "chapters/recurrence.html"
LAB = "labs/3_seizures/many_to_one.html"
PICTURES = [(CHAPTER, "Figure 3.1"), (LAB, "Accuracy of each class")]


def button(page, figure):
    return page.get_by_role("button", name=f"Enlarge {figure}")


def dialog_of(page):
    return page.locator("dialog.enlarged")


def inspect(page):
    violations = Axe().run(
        page, "dialog.enlarged", options={"resultTypes": ["violations"], "preload": False}
    )
    assert violations.violations_count == 0, violations.generate_report()


def width(picture):
    return picture.evaluate("picture => picture.getBoundingClientRect().width")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("name", "figure"), PICTURES)
def test_a_figure_opens_large_and_closes_with_the_keyboard(visit, name, figure, theme):
    page = visit(name, theme)
    opener, dialog = button(page, figure), dialog_of(page)
    expect(dialog).to_be_hidden()
    widths = [width(picture) for picture in page.locator(".readable-figure img:visible").all()]
    opener.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    expect(dialog).to_have_accessible_name(re.compile(figure))
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    picture = dialog.locator("img")
    assert width(picture) > 1.2 * max(widths)
    assert picture.evaluate("one => getComputedStyle(one).colorScheme") == theme
    dialog.get_by_text("In words").click()
    expect(dialog.locator("details p")).to_have_text(picture.get_attribute("alt"))
    inspect(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    assert dialog.locator("img").count() == 0


def test_a_click_on_a_figure_opens_it_and_one_beside_the_dialog_closes_it(visit):
    page = visit(LAB)
    dialog = dialog_of(page)
    page.locator("article .readable-figure img").first.click()
    expect(dialog).to_be_visible()
    dialog.locator("img").click()
    expect(dialog).to_be_visible()
    page.mouse.click(4, 4)
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize("name", [CHAPTER, LAB])
def test_on_a_phone_letters_are_large_and_the_rest_is_scrolled(visit, name):
    page = visit(name, **PHONE)
    dialog = dialog_of(page)
    page.locator("article .readable-figure img").first.tap()
    expect(dialog).to_be_visible()
    room = dialog.locator(".readable-figure")
    readable = room.evaluate("room => parseFloat(room.style.getPropertyValue('--readable'))")
    assert width(room.locator("img")) >= 1.5 * readable
    page.touchscreen.tap(180, 400)  # nothing happens to what is large already
    scrolled = room.evaluate("room => { room.scrollLeft = 100; return room.scrollLeft; }")
    assert scrolled == 100
    assert dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
    close = dialog.get_by_role("button", name="Close")
    box = close.bounding_box()
    assert min(box["width"], box["height"]) >= 44
    assert box["x"] + box["width"] <= 360
    inspect(page)
    close.tap()
    expect(dialog).to_be_hidden()


def page_around(figure):
    html = figure.evaluate("one => one.parentElement.outerHTML")
    return re.sub(r"; --ratio: [\d.]+;", "", html)


def test_a_slider_works_in_the_dialog_and_goes_back_to_its_place(visit):
    page = visit(CHAPTER)
    figure, dialog = page.locator("figure.slider"), dialog_of(page)
    small, before = width(figure.locator("svg")), page_around(figure)
    button(page, "Figure 3.2").click()
    expect(dialog.locator("figure.slider")).to_be_visible()
    assert width(figure.locator("svg")) > 1.2 * small
    inspect(page)
    slider = dialog.get_by_role("slider")
    slider.focus()
    page.keyboard.press("End")
    expect(figure.locator("output")).to_have_text("6 of 6")
    page.keyboard.press("Home")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert figure.evaluate("one => one.closest('dialog')") is None
    assert page_around(figure) == before


def test_pages_with_figures_load_it_and_others_do_not():
    for name in PAGES:
        text = (SITE / name).read_text("utf-8")
        has_figures = 'class="readable-figure' in text and not name.startswith("slides/")
        loaded = re.findall(r'(?:src|href)="[^"]*_static/enlarge\.(js|css)', text)
        assert sorted(loaded) == (["css", "js"] if has_figures else []), name


def test_each_button_has_a_name_of_its_own(visit):
    for name in (LAB, CHAPTER, "chapters/gated_units.html", "index.html"):
        names = (
            visit(name)
            .locator("button.enlarge")
            .evaluate_all("buttons => buttons.map(one => one.ariaLabel)")
        )
        assert len(set(names)) == len(names)
        assert all(len(one) > len("Enlarge ") + 5 for one in names)


def test_without_a_script_figures_are_as_they_are(chromium):
    context = chromium.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto((SITE / CHAPTER).as_uri())
    assert page.locator(".enlarged, .enlarge, .can-enlarge").count() == 0
    context.close()


def test_a_button_is_not_printed(visit):
    page = visit(CHAPTER)
    page.emulate_media(media="print")
    expect(page.locator("button.enlarge").first).to_be_hidden()
