"""How to cite the book, and links to its source: what pages say, on a book of one page."""

import html
import re
import tomllib
from urllib.parse import unquote_plus

import pytest
import yaml
from _ext import citation, source_links
from _versions import released
from conftest import ROOT
from sphinx.cmd.build import main

import lab_code

TOLD = yaml.safe_load((ROOT / "CITATION.cff").read_text())
COMMIT = "0123456789abcdef"
MADE = "2026-11-27T18:05:00+00:00"
CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "docs")!r})
extensions = ["_ext.citation", "_ext.source_links", "myst_parser"]
html_theme = "pydata_sphinx_theme"
templates_path = [{str(ROOT / "docs" / "_templates")!r}]
html_theme_options = {{
    "secondary_sidebar_items": ["source-links"],
    "footer_start": ["licence"],
}}
"""
PAGE = "# Title\n\n```{how-to-cite}\n```\n"


@pytest.fixture
def page(tmp_path, monkeypatch):
    for name in ("LAB_SITE_URL", "LAB_REPOSITORY_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "index.md").write_text(PAGE)

    def page(release="9.0.0.dev0", commit=COMMIT, date=MADE):
        context = {"commit": commit, "date": date}
        (tmp_path / "conf.py").write_text(f"{CONF}release = {release!r}\nhtml_context = {context}")
        assert main(["-Wqb", "html", str(tmp_path), str(tmp_path / "out")]) == 0
        return (tmp_path / "out" / "index.html").read_text()

    return page


def entry(page):
    found = re.search(r'<div class="highlight-bibtex.*?<pre>(.*?)</pre>', page, re.DOTALL)[1]
    return html.unescape(re.sub("<[^>]+>", "", found))


def sentence(page):
    found = re.search(r"<blockquote>(.*?)</blockquote>", page, re.DOTALL)[1]
    return html.unescape(re.sub("<[^>]+>", "", found)).strip()


def test_a_version_between_releases_is_cited_with_its_commit(page):
    built = page()
    assert sentence(built) == (
        f"{TOLD['authors'][0]['name']}. {TOLD['title']}. "
        "Version 9.0.0.dev0 (2026-11-27), commit 0123456."
    )
    fields = dict(re.findall(r"^  (\w+) = \{(.*)\},$", entry(built), re.MULTILINE))
    assert fields == {
        "author": "{" + TOLD["authors"][0]["name"] + "}",
        "title": TOLD["title"],
        "year": "2026",
        "note": "Version 9.0.0.dev0 (2026-11-27), commit 0123456",
    }


def test_a_release_is_cited_as_the_file_for_programs_says(page, monkeypatch):
    monkeypatch.setenv("LAB_SITE_URL", "http://localhost:8000/book")
    built = page(release=TOLD["version"])
    note = f"Version {TOLD['version']} ({TOLD['date-released']})"
    assert f"  note = {{{note}}},\n" in entry(built)
    assert f"  year = {{{TOLD['date-released'][:4]}}},\n" in entry(built)
    assert f"http://localhost:8000/book/{TOLD['version']}/" in entry(built)
    assert f"{note}." in sentence(built)


def test_what_is_not_known_is_left_out(page):
    built = page(commit=None, date=None)
    assert sentence(built).endswith("Version 9.0.0.dev0.")
    assert "year" not in entry(built)
    assert "url" not in entry(built)


def test_a_page_follows_the_commit_though_its_text_is_the_same(page):
    page()
    assert "commit fedcba9" in entry(page(commit="fedcba9876"))


def test_a_page_follows_the_file_for_programs(page, tmp_path, monkeypatch):
    page()
    changed = tmp_path / "changed.cff"
    changed.write_text((ROOT / "CITATION.cff").read_text().replace("Recurrent", "Other"))
    monkeypatch.setattr(citation, "FILE", changed)
    assert "title = {Other networks" in entry(page())


def test_bibtex_can_be_read(page):
    from pybtex.database import parse_string

    (read,) = parse_string(entry(page()), "bibtex").entries.values()
    assert str(read.persons["author"][0]) == TOLD["authors"][0]["name"].join("{}")
    assert read.fields["title"] == TOLD["title"]


def test_the_file_for_programs_names_the_last_release_or_this_one():
    listed = {one["version"]: one["date"] for one in released.read_list(ROOT)[:1]}
    of_this = TOLD["version"] == lab_code.__version__
    assert of_this or listed[TOLD["version"]] == TOLD["date-released"]


def test_the_licence_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert TOLD["license"] == project["license"] == "BSD-3-Clause"
    assert (ROOT / "LICENSE").read_text().startswith("BSD 3-Clause License\n")
    assert TOLD["authors"][0]["name"].lower() == project["authors"][0]["name"].lower()


def test_the_recordings_are_cited_as_in_the_references():
    from pybtex.database import parse_file

    (told,) = TOLD["references"]
    listed = parse_file(ROOT / "docs" / "references.bib").entries["andrzejak2001"]
    for key in ("title", "journal", "volume", "year", "doi"):
        assert str(told[key]) == listed.fields[key]
    assert told["start"] == listed.fields["pages"]
    names = [f"{one['family-names']}, {one['given-names']}" for one in told["authors"]]
    assert names == [str(person) for person in listed.persons["author"]]


def test_the_foot_names_the_licence(page):
    foot = page().split('class="licence"')[1]
    assert '<a href="references.html#licence">BSD-3-Clause</a>' in foot


def test_the_foot_of_the_references_leads_to_the_licence_on_the_same_page(page, tmp_path):
    (tmp_path / "references.md").write_text("---\norphan: true\n---\n\n# References\n")
    page()
    foot = (tmp_path / "out" / "references.html").read_text().split('class="licence"')[1]
    assert '<a href="#licence">BSD-3-Clause</a>' in foot


# Links to the source


def links(page):
    found = re.search(r'<div class="source-links">(.*?)</div>', page, re.DOTALL)
    return [html.unescape(link) for link in re.findall('href="(.*?)"', found[1])] if found else []


def test_without_an_address_no_page_links_the_source(page):
    assert links(page()) == []


def test_a_page_can_be_edited_and_an_error_reported(page, monkeypatch):
    monkeypatch.setenv("LAB_REPOSITORY_URL", "https://forge.localhost/owner/name/")
    edit, report = links(page())
    assert edit == "https://forge.localhost/owner/name/edit/main/docs/index.md"
    address, title = report.split("?title=")
    assert address == "https://forge.localhost/owner/name/issues/new"
    assert unquote_plus(title) == "Error on page index (9.0.0.dev0, 0123456)"
    monkeypatch.setenv("LAB_REPOSITORY_URL", "https://gitlab.localhost/owner/name")
    edit, report = links(page())  # the pages are the same, and are written again
    assert edit == "https://gitlab.localhost/owner/name/-/edit/main/docs/index.md"
    assert report.startswith("https://gitlab.localhost/owner/name/-/issues/new?issue%5Btitle%5D=")


def test_a_wrong_address_stops_the_build(page, monkeypatch, capsys):
    monkeypatch.setenv("LAB_REPOSITORY_URL", "git@forge:owner/name")
    with pytest.raises(AssertionError):
        page()
    assert "LAB_REPOSITORY_URL is 'git@forge:owner/name'" in capsys.readouterr().err


SENTENCE = (
    "# A page\n\n"
    "With {source}`the source`, {source}`the README <README.md>`, {source}`all <tests>`.\n"
)


def test_words_lead_to_the_source_if_it_has_an_address(page, tmp_path, monkeypatch):
    (tmp_path / "index.md").write_text(SENTENCE)
    said = re.search(r"<p>With (.*?)</p>", page())[1]
    assert said == "<span>the source</span>, <span>the README</span>, <span>all</span>."
    monkeypatch.setenv("LAB_REPOSITORY_URL", "https://forge.localhost/owner/name/")
    root = 'href="https://forge.localhost/owner/name'
    text = page()  # the page is the same, and is written again
    assert f'{root}">the source</a>' in text
    assert f'{root}/blob/main/README.md">the README</a>' in text
    assert f'{root}/tree/main/tests">all</a>' in text
    monkeypatch.setenv("LAB_REPOSITORY_URL", "https://gitlab.localhost/owner/name")
    assert 'gitlab.localhost/owner/name/-/blob/main/README.md"' in page()


def test_a_file_that_the_source_has_not_stops_the_build(page, tmp_path, capsys):
    (tmp_path / "index.md").write_text("# A page\n\n{source}`the plan <PLAN.md>`\n")
    with pytest.raises(AssertionError):
        page()
    assert "the source has no PLAN.md" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("page", "suffix", "source"),
    [
        ("index", ".md", "docs/index.md"),
        ("api", ".md", "docs/api.md"),
        ("chapters/recurrence", ".md", "docs/chapters/recurrence.md"),
        ("labs/index", ".rst", "examples/GALLERY_HEADER.rst"),
        ("labs/3_seizures/index", ".rst", "examples/3_seizures/GALLERY_HEADER.rst"),
        ("labs/3_seizures/many_to_one", ".rst", "examples/3_seizures/many_to_one.py"),
        ("api/lab_code.record.book", ".rst", "lab_code/record/book.py"),
        ("api/lab_code.record", ".rst", "lab_code/record/__init__.py"),
    ],
)
def test_each_kind_of_page_has_a_source(page, suffix, source):
    assert source_links.source_of(page, suffix) == source
    assert (ROOT / source).is_file()


def test_the_licence_and_the_links_stand_in_the_book_itself():
    conf = (ROOT / "docs" / "conf.py").read_text()
    assert '"licence"' in conf
    assert '"source-links"' in conf
    assert "```{how-to-cite}" in (ROOT / "docs" / "references.md").read_text()
