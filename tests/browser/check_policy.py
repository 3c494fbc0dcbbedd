"""What pages may load and run, in a real Chromium: from their folder, and from a server.

Run by ``python -m nox -s browser`` after ``python -m nox -s docs``.
"""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import SITE

PAGES = sorted(
    str(path.relative_to(SITE)) for path in SITE.rglob("*.html") if "_static" not in path.parts
)
OF_EACH_FOLDER = {name.rpartition("/")[0]: name for name in PAGES}.values()
"""One page of each folder."""

LISTEN = """
    window.refused = [];
    document.addEventListener("securitypolicyviolation", (event) => {
        refused.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`);
    });
"""


class Noting(SimpleHTTPRequestHandler):
    """Notes what it is asked for."""

    def log_message(self, *arguments):
        self.server.asked.append(self.path)


def serve(folder):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Noting, directory=folder))
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="module", params=["folder", "served"])
def start(request):
    """The address of the site."""
    if request.param == "folder":
        yield SITE.as_uri()
        return
    server = serve(SITE)
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """Another site, which has a script and a picture."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "script.js").write_text("window.ran = true")
    (folder / "picture.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9"/>')
    server = serve(folder)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(chromium):
    context = chromium.new_context()
    page = context.new_page()
    page.add_init_script(LISTEN)
    yield page
    context.close()


def test_each_page_has_a_policy_and_keeps_it(page, start):
    faults = []
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    for name in PAGES if start.startswith("file:") else [*OF_EACH_FOLDER, "search.html"]:
        page.goto(f"{start}/{name}")
        policy = page.locator("head > meta[http-equiv=Content-Security-Policy]")
        assert policy.count() == 1, name
        assert "unsafe-inline" not in policy.get_attribute("content")
        faults += [f"{name}: {one}" for one in page.evaluate("refused")]
        assert page.locator("link[rel=stylesheet]").first.evaluate("link => !!link.sheet")
        assert page.evaluate("getComputedStyle(document.body).margin") == "0px"
    assert faults == []


def test_a_page_is_worked_as_before(page, start):
    """What a reader does: search, turn to dark, save one's progress, move a slider."""
    page.goto(f"{start}/chapters/gated_units.html")
    page.locator("figure.slider input").first.focus()
    page.keyboard.press("ArrowRight")
    page.locator("button.theme-switch-button:visible").first.click()
    page.goto(f"{start}/search.html")
    page.locator("main input[name=q]").fill("hidden state")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results h2:text('Search Results')", timeout=10_000)
    assert page.locator("ul.search > li").count() > 3
    assert page.evaluate("refused") == []
    page.goto(f"{start}/progress.html")
    with page.expect_download() as saved:
        page.click("#progress-export")
    assert saved.value.suggested_filename == "lab_book_progress.json"
    assert page.evaluate("refused") == []


@pytest.mark.parametrize(
    ("what", "directive"),
    [
        ("add('script', {textContent: 'window.ran = true'})", "script-src-elem"),
        ("add('script', {src: at + '/script.js'})", "script-src-elem"),
        ("add('p').setAttribute('onclick', 'window.ran = true')", "script-src-attr"),
        ("open('javascript:window.ran = true', '_self')", "script-src-elem"),
        ("add('img', {src: at + '/picture.svg'})", "img-src"),
        ("fetch(at + '/picture.svg').then(() => window.ran = true, () => {})", "connect-src"),
        ("add('iframe', {src: at + '/picture.svg'})", "frame-src"),
        ("add('base', {href: at})", "base-uri"),
        ("add('p').innerHTML = '<b style=\"color: red\">'", "style-src-attr"),
        ("add('style', {textContent: 'p { color: red }'})", "style-src-elem"),
        ("add('form', {action: at}).submit()", "form-action"),
        ("try { new Worker(URL.createObjectURL(new Blob(['1']))) } catch {}", "worker-src"),
    ],
)
def test_what_gets_into_a_page_does_nothing(page, start, elsewhere, what, directive):
    page.goto(f"{start}/chapters/gated_units.html")
    page.evaluate(
        f"""(at) => {{
            const add = (tag, has) => {{
                const made = Object.assign(document.createElement(tag), has);
                document.body.append(made);
                return made;
            }};
            {what};
        }}""",
        f"http://127.0.0.1:{elsewhere.server_port}",
    )
    page.wait_for_function("() => refused.length > 0", timeout=5000)
    assert page.evaluate("refused.map(one => one.split(':')[0])")[0] == directive
    assert page.evaluate("window.ran") is None
    assert elsewhere.asked == []


def test_a_served_page_reads_no_local_file(page, start, tmp_path):
    """That ``file:`` stands in the policy allows nothing there."""
    if start.startswith("file:"):
        pytest.skip("a page of a folder")
    (tmp_path / "script.js").write_text("window.ran = true")
    page.goto(f"{start}/index.html")
    for tag in ("script", "img"):
        failed = page.evaluate(
            """([tag, src]) => new Promise((tell) => {
                const made = Object.assign(document.createElement(tag), {src});
                made.onerror = () => tell(true);
                made.onload = () => tell(false);
                document.body.append(made);
            })""",
            [tag, (tmp_path / "script.js").as_uri()],
        )
        assert failed
    assert page.evaluate("window.ran") is None
