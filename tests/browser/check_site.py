"""The built site in a real Chromium, from its folder, with the network off.

Run by ``python -m nox -s browser`` after ``python -m nox -s docs``.
"""

import io
import json
from urllib.parse import quote_plus

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import SITE
from PIL import Image

PAGES = sorted(
    str(path.relative_to(SITE)) for path in SITE.rglob("*.html") if "_static" not in path.parts
)
WIDTHS = (360, 1400)
FIRST_LAB = "labs/3_seizures/many_to_one.html"


@pytest.fixture(scope="session")
def experiments():
    record = json.loads((SITE / "record.json").read_text())
    return {experiment["name"]: experiment for experiment in record["experiments"]}


def test_there_is_a_site():
    assert "index.html" in PAGES, "build it first: python -m nox -s docs"


def looks():
    """Return each page with themes and widths; those of modules are of one make, so two do."""
    for name in PAGES:
        yield from ((name, "light", 360), (name, "dark", 1400))
        if not name.startswith("api/"):
            yield from ((name, "dark", 360), (name, "light", 1400))


@pytest.mark.parametrize(("name", "theme", "width"), list(looks()))
def test_page_has_no_fault(visit, name, theme, width):
    page = visit(name, theme, width)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for image in page.query_selector_all("main img[src*='_images/']"):
        assert image.evaluate("image => image.naturalWidth") > 0
        decorates_a_link = image.evaluate("image => !!image.closest('.sphx-glr-thumbcontainer')")
        if decorates_a_link:
            inside = "image => image.offsetWidth <= image.closest('div').clientWidth"
            assert image.evaluate(inside), "a thumbnail is wider than its card"
        assert decorates_a_link or len(image.get_attribute("alt")) > 40
    # without figures, whether they are files or stand in the page
    weight = sum(path.stat().st_size for path in visit.loaded if "_images" not in path.parts)
    drawn = page.locator("main svg").evaluate_all("all => all.map(one => one.outerHTML).join('')")
    assert weight - len(drawn) < 1_000_000, sorted(visit.loaded)
    # no preload: from a folder, scripts may not read style sheets, which no default rule needs
    violations = Axe().run(page, options={"resultTypes": ["violations"], "preload": False})
    assert violations.violations_count == 0, violations.generate_report()


def test_no_page_says_where_it_was_built():
    root = str(SITE.parents[2])
    files = [*SITE.rglob("*.html"), *SITE.rglob("*.js"), *SITE.glob("*.json")]
    assert [path.name for path in files if root in path.read_text("utf-8")] == []


def percent(value):
    return f"{value:.1%}"


def test_landing_page_shows_the_networks_scores(visit, experiments):
    text = visit("index.html").inner_text("main")
    for way in ("by_second", "by_recording", "by_moment"):
        accuracy = experiments[f"split_matters/gru_{way}"]["metrics"]["accuracy"]
        for value in accuracy.values():
            assert percent(value) in text


def test_lab_shows_what_the_record_says(visit, experiments):
    text = visit(FIRST_LAB).inner_text("main")
    metrics = experiments["many_to_one/gru_by_second"]["metrics"]
    low, high = metrics["accuracy"]["low"], metrics["accuracy"]["high"]
    assert f"{percent(metrics['accuracy']['value'])} ({percent(low)} to {percent(high)})" in text
    for accuracy in metrics["accuracy_per_class"].values():
        assert f"{accuracy['value'] * 100:.1f}" in text


def test_simulated_results_are_announced(visit):
    source = json.loads((SITE / "record.json").read_text())["data"]["source"]
    for name in ("index.html", FIRST_LAB, "chapters/seizure_recordings.html"):
        announced = visit(name).locator("main .admonition.simulated").is_visible()
        assert announced == (source == "simulated")


def test_figures_follow_the_theme(visit):
    """The ink of a figure is dark on a light page, and light on a dark one."""
    for theme, expected in {"light": (31, 35, 40), "dark": (206, 214, 221)}.items():
        page = visit("index.html", theme)
        page.locator("main img").first.scroll_into_view_if_needed()
        picture = Image.open(io.BytesIO(page.locator("main img").first.screenshot()))
        colours = {colour[:3] for _, colour in picture.getcolors(1_000_000)}
        assert expected in colours


@pytest.fixture
def search(visit):
    """Search for something; return the page with its results."""

    def search(query, theme="light", width=1400):
        page = visit("search.html", theme, width, query=f"?q={quote_plus(query)}")
        page.wait_for_selector("#search-results h2:text('Search Results')", timeout=10_000)
        return page

    return search


def found(page):
    links = page.locator("ul.search > li > a")
    return links.evaluate_all("links => links.map(link => link.getAttribute('href'))")


def test_search_shows_where_the_words_stand(search):
    page = search("leaky units")
    first = page.locator("ul.search > li").first
    words = first.locator(".context .highlighted").all_inner_texts()
    assert {word.lower() for word in words} == {"leaky", "unit"}
    assert len(first.locator(".context").inner_text()) < 300
    first.locator("a").click()
    page.wait_for_load_state()  # until then, its text may be there in part
    anchor = page.url.partition("#")[2]
    assert "leaky" in page.locator(f"[id='{anchor}']").inner_text().lower()


def test_search_lists_the_glossary_first_for_one_of_its_terms(search):
    assert "chapters/glossary.html#term-hidden-state" in found(search("hidden state"))[0]


def test_search_names_the_term_of_the_glossary_that_it_leads_to(search):
    page = search("hidden state")
    assert page.locator("ul.search > li > a").first.inner_text() == "Glossary > hidden state"


def test_search_lists_the_page_of_that_title_first(search):
    assert found(search("homework"))[0].split("?")[0].startswith("homework.html")


def test_search_finds_a_word_that_is_mistyped(search):
    page = search("vanshing")
    assert "“vanishing”" in page.locator(".search-note").inner_text()
    assert any("chapters/vanishing_gradients.html" in link for link in found(page)[:3])
    assert found(page) == found(search("vanishing"))
    assert len(set(found(page))) == len(found(page))
    assert search("vanishing").locator(".search-note").count() == 0


def test_search_finds_a_synonym(search):
    page = search("Data leakage")
    assert "“split by moment”" in page.locator(".search-note").inner_text()
    assert "chapters/glossary.html#term-split-by-moment" in found(page)[0]
    assert any("labs/3_seizures/split_matters.html" in link for link in found(page))
    empty = page.evaluate(
        "Object.values(SYNONYMS).filter("
        "word => Search._performSearch(...Search._parseQuery(word)).length === 0)"
    )
    assert empty == []


@pytest.mark.parametrize("query", ["gradient", "recall"])  # the second has a synonym
def test_search_lists_pages_of_the_package_last_unless_asked_for_one(search, query):
    links = found(search(query))
    of_package = [link.startswith("api") for link in links]
    assert True in of_package
    assert of_package == sorted(of_package)
    assert links[0].startswith("chapters/")
    assert found(search("lab_code.cells"))[0].startswith("api/lab_code.cells.html")


def test_search_says_when_there_is_nothing(search):
    page = search("xyzzyplugh")
    assert found(page) == []
    assert "did not match" in page.locator(".search-summary").inner_text()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_results_of_a_search_are_accessible(search, theme, width):
    page = search("vanshing gradient", theme, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    violations = Axe().run(page, options={"resultTypes": ["violations"], "preload": False})
    assert violations.violations_count == 0, violations.generate_report()


def test_what_a_search_shows_is_no_code():
    assert "import matplotlib" not in (SITE / "search_texts.js").read_text("utf-8")


def test_what_a_search_loads_is_small():
    files = ("searchindex.js", "search_texts.js")
    assert sum((SITE / name).stat().st_size for name in files) < 1_500_000


@pytest.mark.parametrize("width", WIDTHS)
def test_readers_see_where_they_are_and_what_comes_next(visit, width):
    page = visit(FIRST_LAB, width=width)
    assert page.locator(".bd-breadcrumbs").get_by_text("Seizures").is_visible()
    for direction in ("left-prev", "right-next"):
        assert page.locator(f".prev-next-area a.{direction}").is_visible()
    contents = page.locator(".page-toc a").first
    if width < 960:
        assert not contents.is_visible()
        page.locator(".secondary-toggle").click()
    assert contents.is_visible()


def test_paper_is_light_and_shows_everything(visit):
    page = visit(FIRST_LAB, "dark", width=700)
    page.evaluate(
        """() => {
            const folded = document.createElement("details");
            folded.innerHTML = "<summary>Answer</summary>It is so.";
            document.querySelector("article").append(folded);
            addEventListener("beforeprint", () => {
                window.paper = [document.documentElement.dataset.theme, folded.open];
            });
            addEventListener("afterprint", () => {
                window.screenAfter = [document.documentElement.dataset.theme, folded.open];
            });
        }"""
    )
    page.pdf()
    assert page.evaluate("window.paper") == ["light", True]
    assert page.evaluate("window.screenAfter") == ["dark", False]
    page.emulate_media(media="print")
    for part in ("header", "sidebar-primary", "sidebar-secondary", "footer"):
        for box in page.locator(f".bd-{part}").all():
            assert not box.is_visible()
    for name in (".copybtn", ".prev-next-footer", ".sphx-glr-footer"):
        assert page.locator(f"{name}:visible").count() == 0
    for code in page.locator("article pre").all():
        assert code.evaluate("pre => pre.scrollWidth <= pre.clientWidth")
    for picture in page.locator("article img").all():
        assert picture.evaluate("image => getComputedStyle(image).breakInside") == "avoid"
    # in a row of boxes, browsers would lose what comes after the first page
    boxes = page.locator("article").evaluate(
        "box => { const all = []; while ((box = box.parentElement)) all.push(box);"
        " return all.map((box) => getComputedStyle(box).display); }"
    )
    assert set(boxes) == {"block"}


def test_paper_has_only_the_solutions_that_are_unfolded(visit):
    page = visit("chapters/recurrence.html")
    solutions = page.locator("details.solution")
    solutions.nth(1).locator("summary").click()
    page.pdf()  # which tells the page that it will be printed, and afterwards that it was
    opened = solutions.evaluate_all("all => all.map((solution) => solution.open)")
    assert opened == [number == 1 for number in range(len(opened))]
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    seen = [solution.is_visible() for solution in solutions.all()]
    assert seen == opened
    assert len(seen) > 2


@pytest.mark.parametrize(
    ("name", "n_sliders"), [("recurrence", 1), ("vanishing_gradients", 1), ("gated_units", 3)]
)
def test_a_slider_is_worked_with_the_keyboard(visit, name, n_sliders):
    page = visit(f"chapters/{name}.html")
    assert page.locator("figure.slider").count() == n_sliders
    for figure in page.locator("figure.slider").all():
        work_with_the_keyboard(page, figure)


def work_with_the_keyboard(page, figure):
    slider, value = figure.locator("input"), figure.locator("output")

    def seen():
        return figure.evaluate(
            "figure => [...figure.querySelectorAll('svg [id^=slider]')]"
            ".filter(part => !part.classList.contains('hidden')).map(part => part.id)"
        )

    slider.focus()
    page.keyboard.press("Home")
    before, first = value.inner_text(), seen()
    page.keyboard.press("ArrowRight")
    assert value.inner_text() != before
    assert seen() != first
    spoken = slider.get_attribute("aria-valuetext")
    assert spoken.startswith(value.inner_text())
    assert figure.locator(".slider-says").inner_text() in spoken


def test_what_comes_later_is_pale(visit):
    page = visit("chapters/gated_units.html")
    for figure in page.locator("figure.slider").all()[1:]:
        slider, pale = figure.locator("input"), figure.locator("svg .pale")
        slider.focus()
        page.keyboard.press("Home")
        assert pale.count() > 20
        assert float(pale.first.evaluate("part => getComputedStyle(part).opacity")) < 0.5
        page.keyboard.press("End")
        assert pale.count() == 0


def test_a_slider_shows_everything_where_no_script_runs(chromium):
    context = chromium.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto((SITE / "chapters/gated_units.html").as_uri())
    assert page.locator("figure.slider").count() == 3
    for figure in page.locator("figure.slider").all():
        assert figure.locator("svg [id^=slider]").count() > 5
        assert figure.locator(".slider-control").is_hidden()
    context.close()


def test_a_solution_opens_with_the_keyboard(visit):
    page = visit("chapters/recurrence.html")
    solution = page.locator("details.solution").first
    assert solution.evaluate("details => details.open") is False
    solution.locator("summary").focus()
    page.keyboard.press("Enter")
    assert solution.evaluate("details => details.open") is True
