"""All versions of the book in a real Chromium: served below a path, and from a plain folder.

Run by ``python -m nox -s browser`` if ``python -m nox -s site`` has made ``site/``.
``LAB_SITE`` names another folder to look at.
"""

import json
import os
import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

SITE = Path(os.environ.get("LAB_SITE") or Path(__file__).parents[2] / "site").absolute()
SINGLE = SITE.parent / "docs" / "_build" / "html"
MENU = ".navbar-header-items .version-switcher__button"
ENTRIES = ".navbar-header-items .version-switcher__menu"
BANNER = "#bd-header-version-warning"

pytestmark = pytest.mark.skipif(
    not SITE.exists(), reason=f"{SITE} is not there: python -m nox -s site makes it"
)
LISTED = json.loads((SITE / "switcher.json").read_text()) if SITE.exists() else []
VERSIONS = [entry["version"] for entry in LISTED]
NEWEST = next((entry["version"] for entry in LISTED if entry.get("preferred")), None)
OLD = [version for version in VERSIONS if version not in ("dev", NEWEST)]


def pages(version):
    folder = SITE / version
    paths = (path.relative_to(folder) for path in folder.rglob("*.html"))
    return {path.as_posix() for path in paths if path.parts[0] != "_static"}


def deepest(names):
    """A page in a folder of its own, where relative addresses are hardest."""
    return max(sorted(names), key=lambda name: name.count("/"))


@pytest.fixture(scope="session", params=["served", "folder"])
def start(request, tmp_path_factory):
    """The address of site/: on a server, below a path and not at its root; and as a folder."""
    if request.param == "folder":
        yield SITE.as_uri()
        return
    root = tmp_path_factory.mktemp("server")
    (root / "some").mkdir()
    (root / "some" / "book").symlink_to(SITE)
    (root / "favicon.ico").touch()  # browsers ask the server for it, not the book

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=root)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/some/book"
        server.shutdown()
        thread.join()


@pytest.fixture
def visit(chromium):
    """Open an address; fail on any error in the console and any request that fails."""
    faults = []
    contexts = []

    def visit(address, theme="light", width=1400):
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: m.type == "error" and faults.append(f"{page.url}: {m.text}"))
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        # leaving a page may abort a request of it
        page.on(
            "requestfailed",
            lambda r: r.failure == "net::ERR_ABORTED" or faults.append(f"{r.url} {r.failure}"),
        )
        page.goto(address)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert faults == []


def needs(condition, what):
    if not condition:
        pytest.skip(f"{SITE} has no {what}")


def inspect(page):
    # without "preload", for which axe asks for files that a folder does not give
    violations = Axe().run(page, options={"preload": False})
    assert violations.violations_count == 0, violations.generate_report()


def test_menu_lists_all_versions(visit, start):
    for version in VERSIONS:
        page = visit(f"{start}/{version}/{deepest(pages(version))}")
        expect(page.locator(MENU)).to_have_text(f"Version: {version}")
        page.click(MENU)
        names = [*(entry["name"] for entry in LISTED), "All versions"]
        assert page.locator(f"{ENTRIES} a").all_inner_texts() == names
        page.click(f"{ENTRIES} >> text=All versions")
        page.wait_for_url(f"{start}/versions.html")


def test_menu_leads_to_the_same_page_of_another_version(visit, start):
    needs(len(VERSIONS) > 1, "two versions")
    for here in VERSIONS:
        for there in VERSIONS:
            name = deepest(pages(here) & pages(there))
            page = visit(f"{start}/{here}/{name}?highlight=x#top")
            page.click(MENU)
            page.click(f"{ENTRIES} a[data-version='{there}']")
            page.wait_for_url(f"{start}/{there}/{name}")
            expect(page.locator(MENU)).to_have_text(f"Version: {there}")


def test_menu_leads_to_the_start_of_a_version_without_the_page(visit, start):
    pairs = [(a, b) for a in VERSIONS for b in VERSIONS if pages(a) - pages(b)]
    needs(pairs, "page that another version lacks")
    here, there = pairs[0]
    page = visit(f"{start}/{here}/{deepest(pages(here) - pages(there))}")
    page.click(MENU)
    page.click(f"{ENTRIES} a[data-version='{there}']")
    page.wait_for_url(f"{start}/{there}/index.html")


def test_menu_is_there_on_a_telephone(visit, start):
    page = visit(f"{start}/dev/index.html", width=360)
    page.click(".primary-toggle")
    page.click("#pst-primary-sidebar-modal .version-switcher__button")
    expect(page.locator("#pst-primary-sidebar-modal [data-version=dev]")).to_be_visible()


def test_old_pages_lead_to_the_newest(visit, start):
    needs(OLD, "old version")
    for version in OLD:
        name = deepest(pages(version) & pages(NEWEST))
        page = visit(f"{start}/{version}/{name}")
        expect(page.locator(BANNER)).to_contain_text(f"an old version, {version}")
        page.click(f"{BANNER} a")
        page.wait_for_url(f"{start}/stable/{name}")
        expect(page.locator(MENU)).to_have_text(f"Version: {NEWEST}")
        expect(page.locator(BANNER)).to_be_hidden()


def test_an_old_page_that_is_gone_says_so(visit, start):
    gone = [(version, name) for version in OLD for name in sorted(pages(version) - pages(NEWEST))]
    needs(gone, "page that is gone from the newest version")
    version, name = gone[0]
    page = visit(f"{start}/{version}/{name}")
    expect(page.locator(BANNER)).to_contain_text("no longer has this page")
    page.click(f"{BANNER} a")
    page.wait_for_url(f"{start}/stable/index.html")


def test_only_a_newer_release_makes_dev_tell_of_it(visit, start):
    page = visit(f"{start}/dev/index.html")
    expect(page.locator(MENU)).to_be_visible()
    if NEWEST:
        expect(page.locator(BANNER)).to_contain_text("in development")
    else:
        expect(page.locator(BANNER)).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_menu_and_banner_are_accessible(visit, start, theme):
    for version in VERSIONS:
        page = visit(f"{start}/{version}/index.html", theme)
        page.click(MENU)
        expect(page.locator(ENTRIES)).to_be_visible()
        inspect(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["versions.html", "changes.html", "404.html"])
def test_common_pages_are_accessible(visit, start, name, theme):
    for width in (360, 1400):
        page = visit(f"{start}/{name}", theme, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        inspect(page)


def test_list_of_versions_leads_to_each(visit, start):
    page = visit(f"{start}/versions.html")
    links = page.locator("main table a").evaluate_all("links => links.map((link) => link.href)")
    assert links == [f"{start}/{version}/index.html" for version in VERSIONS]
    for link in links:
        expect(visit(link).locator("h1").first).to_be_visible()
    dates = [entry.get("date", "") for entry in LISTED]
    assert page.locator("tbody td:last-child").all_inner_texts() == dates


def test_start_page_leads_to_the_newest(visit, start):
    page = visit(f"{start}/index.html")
    page.wait_for_url(f"{start}/{'stable' if NEWEST else 'dev'}/index.html")


def test_addresses_for_others_are_in_the_site():
    """The sitemap, the list and canonical links name the same site, and pages that it has."""
    root = LISTED[0]["url"].removesuffix(f"{LISTED[0]['version']}/")
    assert [entry["url"] for entry in LISTED] == [f"{root}{version}/" for version in VERSIONS]
    places = re.findall("<loc>(.*?)</loc>", (SITE / "sitemap.xml").read_text())
    assert places
    first = "stable" if NEWEST else "dev"
    for name in pages("dev"):
        text = (SITE / "dev" / name).read_text()
        (canonical,) = re.findall('rel="canonical" href="(.*?)"', text)
        assert canonical == f"{root}{first}/{name}"
    for place in places:
        assert place.startswith(f"{root}{first}/")
        assert (SITE / unquote(urlsplit(place.removeprefix(root)).path)).is_file()


@pytest.mark.skipif(not SINGLE.exists(), reason=f"{SINGLE} is not there")
def test_a_single_build_has_no_menu(visit):
    page = visit((SINGLE / "index.html").as_uri())
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator(MENU)).to_be_hidden()
    expect(page.locator(BANNER)).to_be_hidden()
