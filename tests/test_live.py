"""Live parts in pages: what is written for them, and where."""

import html
import json
import re

import numpy as np
import pytest
from _ext import live, models, simulated_banner
from _ext.in_markdown import Markdown
from conftest import ROOT
from docutils.utils import new_document
from sphinx.cmd.build import main

from lab_code import figures
from lab_code.models import files, unheard
from lab_code.sources import load

PARTS = sorted(path.stem for path in (ROOT / "docs/_static/live").glob("*.js"))
HELPERS = {*live.SCRIPTS, *(one for needed in live.HELPERS.values() for one in needed)}
PARTS = [name for name in PARTS if f"live/{name}.js" not in HELPERS]
STATIC = ROOT / "docs/_static"

PART = """```{{live}} one One & only
:network: {network}

Instead, *words*.
```
"""


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Build a book of a page with a part, and one without; return a page."""
    about = {"network": {"kind": "RecurrentClassifier", "parameters": {"cell": "gru"}}}
    about |= {"name": "a/b", "samples_per_step": 8, "scaling": {"mean": 0}, "classes": ["Z"]}
    about |= {"n_samples": 178, "sampling_rate": 173.61, "deviations": [1, 2], "split": "by second"}
    files.write(tmp_path / "kept.safetensors", about, {"w": np.ones(2, np.float32)})
    monkeypatch.setattr(models, "kept", lambda: {"a/b": tmp_path / "kept.safetensors"})
    source = tmp_path / "source"
    (source / "_static/live").mkdir(parents=True)
    for name in (*live.SCRIPTS, "live/live.css", "live/one.js"):
        (source / "_static" / name).write_text("")
    (source / "conf.py").write_text(
        "extensions = ['myst_parser', '_ext.live']\nhtml_static_path = ['_static']\nlab_data = {}\n"
    )
    (source / "index.md").write_text("# Home\n\n```{toctree}\nwith\n```\n")

    def build(text, builder="html", status=0):
        (source / "with.md").write_text(f"# With\n\n{text}")
        out = tmp_path / builder
        assert main(["-q", "-W", "-E", "-b", builder, str(source), str(out)]) == status
        return lambda name: (out / name).read_text("utf-8")

    return build


def scripts(page):
    return re.findall(r'<script defer="defer" src="_static/([^"?]+)', page)


def test_a_page_with_a_part_has_its_scripts_and_no_other(book):
    page = book(PART.format(network="a/b"))
    assert scripts(page("with.html")) == [*live.SCRIPTS, "live/one.js"]
    assert "live/live.css" in page("with.html")
    assert "live/" not in page("index.html")
    assert "engine.js" not in page("index.html")


def test_linear_algebra_is_loaded_where_it_is_used():
    for name in PARTS:
        source = (STATIC / f"live/{name}.js").read_text()
        needs = "LinearAlgebra." in source
        assert ("live/linear_algebra.js" in live.HELPERS.get(name, ())) == needs


def test_it_holds_its_name_its_colours_and_what_stands_in_for_it(book):
    page = book(PART.format(network="a/b"))("with.html")
    figure = re.search(r'<figure class="live" data-live="one" aria-label="([^"]*)"', page)
    assert html.unescape(figure[1]) == "One & only"
    colours = json.loads(html.unescape(re.search(r'data-colours="([^"]*)"', page)[1]))
    assert colours == (figures.QUANTITY_COLOURS | figures.NETWORK_COLOURS | figures.CLASS_COLOURS)
    assert "Instead, <em>words</em>." in page
    assert " style=" not in figure[0]


def test_it_holds_the_network_that_a_lab_kept(book):
    page = book(PART.format(network="a/b"))("with.html")
    data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', page)[1])
    assert data["network"] == {"cell": "gru"}
    assert data["scaling"] == {"mean": 0}
    assert data["class_names"] == ["eyes open"]
    assert data["weights"]["w"]["shape"] == [2]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (PART.format(network="no/such"), "no lab kept the network of 'no/such'"),
        (PART.format(network="a/b\n:seconds: 2"), "it was split by second"),
        ("```{live} one One\n:seconds: 2\n\nWords.\n```\n", "Name it with :network:"),
        ("```{live} two Two\nWords.\n```\n", "there is no live part 'two'"),
        ("```{live} one One\n```\n", "Content block expected"),
    ],
)
def test_what_cannot_be_shown_stops_the_build(book, capsys, text, says):
    book(text, status=1)
    assert says in capsys.readouterr().err


def test_it_has_seconds_of_the_recordings_and_a_word_for_its_script(book, monkeypatch):
    asked = []

    def for_page(about, recordings, n):
        asked.append((about["name"], recordings.source, n))
        return {"samples": "AAAA"}

    monkeypatch.setattr(unheard, "for_page", for_page)
    monkeypatch.setattr(live, "load", lambda: load("simulated"))
    page = book(PART.format(network="a/b\n:seconds: 3\n:start: here & now"))("with.html")
    assert asked == [("a/b", "simulated", 3)]
    assert 'data-start="here &amp; now"' in page
    data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', page)[1])
    assert data["seconds"] == {"samples": "AAAA"}


@pytest.mark.parametrize("network", ["", "{}"])
def test_a_part_with_a_network_is_a_result(network):
    page = new_document("page")
    page += live.Live("", name="one", title="One", network=network)
    assert simulated_banner.has_results("page", page) == bool(network)


@pytest.mark.parametrize("name", live.HELPERS)
def test_what_some_parts_need_besides_is_there(name):
    for script in live.HELPERS[name]:
        assert (STATIC / script).is_file()


@pytest.mark.parametrize("builder", ["text", "latex"])
def test_elsewhere_than_in_html_stands_what_stands_in_for_it(book, builder):
    page = book(PART.format(network="a/b"), builder)
    text = page({"text": "with.txt", "latex": "projectnamenotset.tex"}[builder])
    assert "Instead," in text
    assert "words" in text


def test_a_notebook_says_what_the_page_computes():
    part = live.Live("", name="one", title="One [of many]", network="")
    said = Markdown("https://book.example/with.html").write(part)
    page = "[the page](https://book.example/with.html)"
    assert said == rf"*One \[of many\]: {page} computes it live.*"


@pytest.mark.parametrize("name", PARTS)
def test_each_part_is_in_a_page_with_what_it_teaches_and_a_question(name):
    pages = [*(ROOT / "docs/chapters").glob("*.md"), *(ROOT / "docs").glob("*.md")]
    texts = [path.read_text() for path in pages if path.stem != "index"]
    (text,) = (one for one in texts if f"{{live}} {name} " in one)
    after = text.split(f"{{live}} {name} ")[1].split("\n```\n")[1].split("\n## ")[0]
    assert "wo things to try" in after
    assert "question" in after
    assert "?" in after


def test_the_scripts_of_a_page_are_small_and_write_no_code_into_it():
    assert (STATIC / "engine.js").stat().st_size < 30_000
    for path in (STATIC / "engine.js", *(STATIC / "live").glob("*.js")):
        source = path.read_text()
        assert path.stat().st_size < 30_000
        for forbidden in ("innerHTML", "eval(", "new Function", "fetch(", "import ", "Worker("):
            assert forbidden not in source, path.name


def test_no_colour_is_typed():
    for path in (STATIC / "live").iterdir():
        assert re.findall(r"#[0-9a-fA-F]{6}\b|rgb\(|hsl\(", path.read_text()) == [], path.name
