"""The policy of each page: what it may load and run."""

import base64
import hashlib
import re

import pytest
from _versions.policy import Inline, policy_of, with_policy
from conftest import ROOT
from sphinx.cmd.build import main

CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "docs")!r})
extensions = ["_ext.policy", "_ext.previews", "_ext.mathml", "myst_parser"]
html_math_renderer = "mathml"
html_static_path = [{str(ROOT / "docs" / "_static" / "previews.js")!r}]
html_theme = "basic"
templates_path = ["_templates"]
suppress_warnings = ["toc.not_included"]
"""
PAGE = """{% extends "!page.html" %}
{% block body %}<article class="bd-article">{{ super() }}</article>{% endblock %}
"""
KNOWN = {"'self'", "file:", "data:", "'none'", "'unsafe-hashes'"}
RAW = "```{raw} html\n%s\n```\n"
COLUMNS = "(sum)=\n```{math}\n:label: sum\n\na &= b \\\\\n&= c\n```\n"


@pytest.fixture
def build(tmp_path, capsys):
    """Build a book of some pages; return the folder of its HTML, or what it was refused for."""

    def build(**pages):
        (tmp_path / "_templates").mkdir(exist_ok=True)
        (tmp_path / "_templates" / "page.html").write_text(PAGE)
        (tmp_path / "conf.py").write_text(CONF)
        for name, text in pages.items():
            (tmp_path / f"{name}.md").write_text(text)
        out = tmp_path / "out"
        status = main(["-W", "--keep-going", "-q", "-b", "html", str(tmp_path), str(out)])
        return out if status == 0 else capsys.readouterr().err

    return build


def policy(html):
    """Return the directives of a page's only policy, which stands before all that it holds for."""
    (content,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="(.*?)">', html)
    before = html.split(content)[0]
    assert "<script" not in before
    assert "<link" not in before
    assert "<style" not in before
    assert len(before.encode()) < 900  # the encoding is named in the first 1024 bytes
    return {part.split()[0]: part.split()[1:] for part in content.split("; ")}


def hash_of(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_each_page_has_a_policy(build):
    out = build(index="# Book\n", other="# Other\n")
    pages = list(out.glob("*.html"))
    assert {"index.html", "other.html", "search.html", "genindex.html"} <= {p.name for p in pages}
    for page in pages:
        found = policy(page.read_text())
        assert found["default-src"] == ["'none'"]
        assert found["base-uri"] == ["'none'"]
        for source in {source for sources in found.values() for source in sources}:
            assert source in KNOWN or source.startswith("'sha256-")


def test_scripts_of_a_page_are_known_by_their_hash(build):
    code = '\n  say("é < ü && 1 > 0");\n'
    out = build(index="# Book\n\n" + RAW % f"<script>{code}</script>", other="# Other\n")
    assert hash_of(code) in policy((out / "index.html").read_text())["script-src"]
    assert hash_of(code) not in policy((out / "other.html").read_text())["script-src"]


def test_a_page_that_is_written_again_has_the_policy_of_what_it_has_now(build):
    build(index="# Book\n\n" + RAW % "<script>one()</script>")
    out = build(index="# Book\n\n" + RAW % "<script>two()</script>")
    sources = policy((out / "index.html").read_text())["script-src"]
    assert hash_of("two()") in sources
    assert hash_of("one()") not in sources


def test_styles_of_a_page_are_known_by_their_hash(build):
    css, attribute = "p { color: red }", 'content: "a"'
    raw = f"<style>{css}</style>\n<p style='content: &quot;a&quot;'>Word.</p>"
    out = build(index="# Book\n\n" + RAW % raw, other="# Other\n")
    found = policy((out / "index.html").read_text())
    assert hash_of(css) in found["style-src"]
    assert found["style-src-attr"][0] == "'unsafe-hashes'"
    assert hash_of(attribute) in found["style-src-attr"]
    other = policy((out / "other.html").read_text())
    assert hash_of(css) not in other["style-src"]
    assert hash_of(attribute) not in other["style-src-attr"]


def test_styles_of_a_preview_are_in_the_policy_of_its_page(build):
    out = build(index=f"# Book\n\n{COLUMNS}", other="# Other\n\nSee {eq}`sum`.\n")
    page = (out / "other.html").read_text()
    before, preview = page.split("<template data-for=")
    styles = set(re.findall(' style="(.*?)"', preview)) - set(re.findall(' style="(.*?)"', before))
    assert len(styles) > 1
    assert {hash_of(style) for style in styles} <= set(policy(page)["style-src-attr"])


@pytest.mark.parametrize(
    "tag",
    [
        '<button onclick="go()">',
        "<img src='_static/a.png' ONERROR=go()>",
        "<svg onload='go()'></svg>",
        '<a href=" JavaScript:go()">',
        "<template><p onmouseover='go()'></p></template>",
    ],
)
def test_a_script_in_an_attribute_is_refused(build, tag):
    said = build(index="# Book\n\n" + RAW % tag)
    assert isinstance(said, str)
    assert "index" in said
    assert "forbids a script in an attribute" in said
    assert "go()" in said


def test_a_page_without_styles_in_attributes_allows_none():
    assert policy(with_policy("<head></head><p>Words."))["style-src-attr"] == ["'none'"]


def test_what_only_looks_like_a_script_is_none():
    page = (
        '<head></head><script src="a.js"></script><script type="application/json">{}'
        "</script><p data-onclick='x'>on click=1 &lt;a onclick=x></p><!-- <a onclick=x> -->"
    )
    inline = Inline(page)
    assert (inline.scripts, inline.styles, inline.forbidden) == ([], [], [])
    assert "sha256" not in policy_of(inline)


def test_a_policy_replaces_the_earlier_one():
    first = with_policy('<head>\n<meta charset="utf-8" />\n<script>a()</script></head>')
    assert policy(first)
    assert with_policy(first) == first
    second = with_policy(first.replace("a()", "b()"))
    assert hash_of("b()") in policy(second)["script-src"]
    assert hash_of("a()") not in policy(second)["script-src"]


def test_breaks_count_as_browsers_read_them():
    sources = with_policy("<head></head><script>a()\r\nb()\r</script>")
    assert hash_of("a()\nb()\n") in policy(sources)["script-src"]


def test_a_page_without_a_head_is_refused():
    with pytest.raises(ValueError, match="without <head>"):
        with_policy("<p>Words.</p>")
