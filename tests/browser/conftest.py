import os
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

SITE = Path(__file__).parents[2] / "docs" / "_build" / "html"


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright  # not there where other tests run

    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("LAB_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.fail("no Chromium here: apt-get install chromium, or set LAB_CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


def path_of(url):
    return Path(unquote(urlsplit(url).path))


@pytest.fixture
def visit(chromium):
    """Open a page; fail on any error in the console and any request that leaves the folder."""
    faults = []
    contexts = []

    def visit(name, theme="light", width=1400, query="", **device):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, offline=True, **device
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: m.type == "error" and faults.append(f"{name}: {m.text}"))
        page.on("pageerror", lambda error: faults.append(f"{name}: {error}"))
        page.on("requestfailed", lambda r: faults.append(f"{name}: {r.url} failed"))
        page.on(
            "request",
            lambda r: r.url.startswith(("file:", "data:")) or faults.append(f"{name}: {r.url}"),
        )
        page.on(
            "requestfinished",
            lambda r: r.url.startswith("file:") and visit.loaded.add(path_of(r.url)),
        )
        visit.loaded = set()
        page.goto((SITE / name).as_uri() + query)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert faults == []
