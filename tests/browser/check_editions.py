"""The EPUB in a real Chromium, if it has been made: ``python -m nox -s editions``."""

from pathlib import Path
from zipfile import ZipFile

import pytest

EDITIONS = Path(__file__).parents[2] / "docs" / "_build" / "editions"
EPUB, PDF = EDITIONS / "lab_book.epub", EDITIONS / "lab_book.pdf"

if not EPUB.is_file():
    pytest.skip("make it first: python -m nox -s editions", allow_module_level=True)

PAGES = sorted(name for name in ZipFile(EPUB).namelist() if name.endswith(".xhtml"))


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("epub")
    ZipFile(EPUB).extractall(folder)
    return folder


@pytest.fixture(scope="module")
def tab(chromium):
    size = {"width": 480, "height": 800}
    context = chromium.new_context(viewport=size, java_script_enabled=True, offline=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_fault(tab, unpacked, name):
    faults = []

    def note(request):
        if not request.url.startswith("file:"):
            faults.append(request.url)

    tab.on("request", note)
    tab.on("requestfailed", lambda request: faults.append(f"{request.url} failed"))
    tab.goto((unpacked / name).as_uri())
    assert tab.locator("parsererror").count() == 0
    assert tab.locator("h1").count() == 1
    for image in tab.locator("img").all():
        assert image.evaluate("image => image.naturalWidth") > 0
        assert len(image.get_attribute("alt")) > 40
    assert tab.locator("input, button, script, details").count() == 0
    assert faults == []


@pytest.mark.parametrize("width", [380, 600])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_a_narrow_reader(tab, unpacked, name, width):
    tab.set_viewport_size({"width": width, "height": 800})
    tab.goto((unpacked / name).as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    wide = tab.evaluate(
        """() => [...document.querySelectorAll("img, svg, pre, table")]
            .filter(box => box.getBoundingClientRect().right > innerWidth + 1)
            .map(box => box.outerHTML.slice(0, 80))"""
    )
    assert wide == []
    broken = tab.evaluate(
        """() => [...document.querySelectorAll(".value, .interval")]
            .filter(one => one.getClientRects().length > 1).map(one => one.textContent)"""
    )
    assert broken == []


def test_pdf_has_every_page_of_the_epub_in_its_outline():
    assert PDF.read_bytes().count(b"/Type /Page\n") > len(PAGES)
    assert b"/Outlines" in PDF.read_bytes()
