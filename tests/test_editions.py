"""The EPUB and the PDF, made from a small site."""

import base64
import html
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from zipfile import ZIP_STORED, ZipFile

import matplotlib.pyplot as plt
import pytest
from _editions import binding, book, epub, pdf, tables
from _editions.frames import places
from _ext.questions import hashed
from _ext.themed_figures import STYLE
from bs4 import BeautifulSoup

from lab_code.figures.slider import Slider

PAGES = [("chapters/index", 0), ("chapters/one", 0), ("labs/1_first/a_lab", 1), ("references", 0)]
SITE_PAGE = """<!DOCTYPE html><html><head><meta property="og:site_name" content="A & B"/></head>
<body><nav>menu</nav><article class="bd-article"><section id="{id}"><h1>{title}<a class="headerlink"
href="#{id}">#</a></h1>{body}</section></article></body></html>"""
CHAPTER = """
<p>See <a href="../labs/1_first/a_lab.html#more">the lab</a>, <a href="../api/x.html#f">f</a>,
<a href="https://doi.org/1">a paper</a> &amp; <a href="#gone">what is folded</a>.<br></p>
<section id="first"><h2>First</h2>
<div class="exercise admonition" id="why">
<p class="admonition-title">Exercise 1: Why?</p><p>Why?</p></div>
<details class="solution"><summary>Solution to exercise 1</summary><div id="why-solution">
<p>Because.</p></div></details>
<details class="hide above-input"><summary>Show code</summary>
<pre>secret = 1</pre><span id="gone"></span></details>
<details class="sd-dropdown"><summary>The answer</summary><p>It is B.</p></details>
<p><img src="../_images/a.svg" alt="A line." width="3"></p>
<span class="math"><math><mfrac displaystyle="true"><mi>a</mi><mi>b</mi></mfrac></math></span>
<table class="dataframe" border="1">
<tr><th>what</th><th>score</th></tr><tr><td>words</td><td>1.5</td></tr></table>
{slider}
<figure class="live" data-live="x"><script type="application/json">1</script>
<div class="live-instead"><p>On paper.</p></div></figure>
<span class="readable-figure" style="--readable: 300px"><img src="../_images/a.svg" alt="B."></span>
{question}
<button>press</button><noscript><p>Without a script.</p></noscript><div hidden><p>dead</p></div>
</section>"""


def ask():
    data = {"kind": "choice", "salt": "which", "right": [hashed("which:2")]}
    data = html.escape(json.dumps(data))
    told = base64.b64encode(json.dumps({"right": "<p>It is the second.</p>"}).encode()).decode()
    return (
        f'<div class="question admonition" id="which" data-question="{data}">'
        '<p class="admonition-title">Which?</p><ol class="question-items" type="a"><li>one</li>'
        f'<li>two</li></ol><div class="question-answer" data-told="{told}" hidden></div></div>'
    )


def draw():
    figure, axis = plt.subplots()
    lines = [axis.plot([0, slope])[0] for slope in range(8)]
    figure.set_label("Lines that differ in their slope.")
    frames = [(f"{k}.", f"Slope {k}.", [line]) for k, line in enumerate(lines)]
    return Slider(figure, "slope", frames, start=3)._repr_html_()


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setattr(book, "pages", lambda: PAGES)
    bodies = {
        "chapters/one": CHAPTER.format(slider=draw(), question=ask()),
        "labs/1_first/a_lab": '<section id="more"><h2>More</h2></section>',
    }
    for name, _ in PAGES:
        file = tmp_path / f"{name}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        title = name.rpartition("/")[2].capitalize()
        page = SITE_PAGE.format(id="top", title=title, body=bodies.get(name, ""))
        file.write_text(page)
    (tmp_path / "_images").mkdir()
    svg = f'<!DOCTYPE svg PUBLIC "x" "y"><svg xmlns="http://www.w3.org/2000/svg">{STYLE}'
    (tmp_path / "_images/a.svg").write_text(svg + '<path id="DejaVuSans-20"/></svg>')
    (tmp_path / "_static/fonts").mkdir(parents=True)
    (tmp_path / "_static/fonts/mathematics.woff").write_bytes(b"font")
    (tmp_path / "_static/pygments.css").write_text(
        'html[data-theme="light"] .highlight .k { color: #111 }\n'
        'html[data-theme="dark"] .highlight .k { color: #eee }\n'
    )
    record = {"version": "1.0", "date": "2026-01-02T03:04:05+00:00", "commit": None}
    record["data"] = {"source": "bonn"}
    (tmp_path / "record.json").write_text(json.dumps(record))
    return tmp_path


@pytest.fixture
def whole(site):
    whole = book.read(site)
    binding.prepare(whole)
    return whole


@pytest.fixture
def chapter(whole):
    return whole.parts[1].article


def test_nothing_is_left_that_needs_a_screen(chapter):
    dead = "button, input, script, [hidden], .headerlink, details, [data-frames], [data-question]"
    assert chapter.select(dead) == []
    text = chapter.get_text()
    assert "secret" not in text
    assert "dead" not in text
    assert "Without a script." in text
    assert "It is B." in text
    assert "On paper." in text


def test_solutions_stand_at_the_end_of_the_chapter(chapter):
    last = chapter.find_all("section")[-1]
    assert "Because." in last.get_text()
    assert last.find_parent("section")["id"] == "chapters-one.all-solutions"
    link = chapter.select_one(".exercise a")
    assert link["href"] == f"#{last['id']}"
    assert list(chapter.find_all(string=re.compile("Because"))) == ["Because."]


def test_answers_to_questions_stand_there_too(chapter):
    solutions = chapter.find(id="chapters-one.all-solutions")
    assert "Which?(b)It is the second." in solutions.get_text()
    assert "second" not in chapter.select_one(".question").get_text()


def test_a_site_without_solutions_gives_a_book_without(site):
    page = site / "chapters/one.html"
    text = re.sub('<details class="solution".*?</details>', "", page.read_text(), flags=re.DOTALL)
    page.write_text(re.sub('data-told="[^"]*"', 'data-told="e30="', text))  # nothing is told
    whole = book.read(site)
    binding.prepare(whole)
    text = whole.parts[1].article.get_text()
    assert "olution" not in text
    assert "second" not in text
    assert "Which?" in text


def test_links_lead_into_the_book_or_to_the_site_or_are_words(site):
    whole = book.read(site, address="http://localhost/book/")
    binding.prepare(whole)
    links = {a.get_text(): a["href"] for a in whole.parts[1].article.find_all("a")}
    assert links["the lab"] == "#labs-1_first-a_lab.more"
    assert links["f"] == "http://localhost/book/api/x.html#f"
    assert links["a paper"] == "https://doi.org/1"
    assert links["what is folded"] == "#chapters-one"
    whole = book.read(site)
    binding.prepare(whole)
    assert "f" not in [a.get_text() for a in whole.parts[1].article.find_all("a")]


def test_a_slider_becomes_frames_that_show_what_it_shows(chapter):
    frames = chapter.select("figure.frames .frame")
    assert len(frames) == 6
    words = [frame.find("p").get_text() for frame in frames]
    assert words[0] == "slope: 0. Slope 0."
    assert "slope: 3. Slope 3." in words  # where the slider starts
    assert words[-1] == "slope: 7. Slope 7."
    assert "6 of the 8 places" in chapter.select_one("figcaption").get_text()
    for frame in frames:  # of eight lines, one
        assert len(frame.find_all(id=re.compile(r"slider-\w+-\d+$"))) == 1


@pytest.mark.parametrize("number", range(2, 20))
def test_frames_have_the_first_the_last_and_the_start(number):
    for start in range(number):
        shown = places(number, start)
        assert {0, start, number - 1} <= set(shown) <= set(range(number))
        assert len(shown) == min(number, 6)
        assert shown == sorted(set(shown))


def test_marks_are_unique_and_every_link_has_its_place(whole):
    page = BeautifulSoup(pdf.one_page(whole, {}), "html.parser")
    marks = Counter(tag["id"] for tag in page.find_all(id=True))
    assert marks.most_common(1)[0][1] == 1
    for link in page.find_all(href=re.compile("^#")):
        assert link["href"][1:] in marks
    used = re.findall(r"url\(#([^)]*)\)", str(page))
    assert used
    assert set(used) <= set(marks)


def test_epub_is_well_formed_and_every_link_has_its_file(whole, tmp_path):
    target = tmp_path / "book.epub"
    epub.write(whole, target)
    with ZipFile(target) as packed:
        first, *others = packed.infolist()
        assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
        files = {info.filename: packed.read(info) for info in others}
    trees = {name: ET.fromstring(text) for name, text in files.items() if name.endswith(".xhtml")}
    marks = {name: {tag.get("id") for tag in tree.iter()} for name, tree in trees.items()}
    links = 0
    for name, tree in trees.items():
        for tag in tree.iter("{http://www.w3.org/1999/xhtml}a"):
            if not tag.get("href").startswith("http"):
                file, _, mark = tag.get("href").partition("#")
                assert f"book/{file}" in trees, name
                assert not mark or mark in marks[f"book/{file}"]
                links += 1
    assert links > 8
    package = ET.fromstring(files["book/package.opf"])
    listed = {tag.get("href") for tag in package.iter() if tag.get("href")}
    assert {f"book/{name}" for name in listed} == set(files) - {
        *("META-INF/container.xml", "book/package.opf")
    }
    assert "2026-01-02T03:04:05Z" in [tag.text for tag in package.iter()]
    chapter = files["book/chapters-one.xhtml"].decode()
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML">' in chapter
    assert '<mstyle displaystyle="true"><mfrac>' in chapter
    assert "viewBox=" in chapter
    assert "<clipPath" in chapter


def test_figures_are_light(whole):
    files = binding.files(whole)
    svg = files["images/a.svg"].decode()
    assert "prefers-color-scheme" not in svg
    assert "#1f2328" in svg
    style = files["style.css"].decode()
    assert "#111" in style
    assert "#eee" not in style


def test_the_same_book_gives_the_same_epub(site, tmp_path):
    written = []
    for name in ("one.epub", "two.epub"):
        whole = book.read(site)
        binding.prepare(whole)
        epub.write(whole, tmp_path / name)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]


def test_contents_have_chapters_with_their_sections_and_labs(whole):
    contents = binding.contents(whole, lambda mark, title: f"[{title}]({mark})")
    assert "[One](chapters-one)<ol><li>[First](chapters-one.first)</li>" in contents
    assert '<li class="lab">[A_lab](labs-1_first-a_lab)</li></ol></li>' in contents


def test_numbers_of_pages_stand_in_the_contents(whole):
    page = pdf.one_page(whole, {"chapters-one": 17})
    assert '<a href="#chapters-one"><span>One</span><span>17</span></a>' in page


PDF = b"""1 0 obj
<</Type /Catalog
/Pages 2 0 R
/Dests 7 0 R>>
endobj
2 0 obj
<</Type /Pages
/Kids [3 0 R 5 0 R]>>
endobj
3 0 obj
<</Type /Pages
/Kids [6 0 R 4 0 R]>>
endobj
4 0 obj
<</Type /Page>>
endobj
5 0 obj
<</Type /Page>>
endobj
6 0 obj
<</Type /Page>>
endobj
7 0 obj
<</first [6 0 R /XYZ 0 1 0]/two#2d [4 0 R /XYZ 0 1 0]
/last [5 0 R /XYZ 0 1 0]>>
endobj
"""


def test_a_printed_book_says_on_which_page_a_place_is():
    assert pdf.page_numbers(PDF) == {"first": 1, "two-": 2, "last": 3}


def test_a_pdf_bears_the_date_of_the_book():
    printed = b"/CreationDate (D:20300101000000+00'00')"
    assert pdf.with_date(printed, "2026-01-02T03:04:05") == printed.replace(
        b"20300101000000", b"20260102030405"
    )


def test_columns_of_words_stand_on_the_left(chapter):
    words, score, *_ = chapter.select("table td")
    assert words["class"] == ["words"]
    assert score["class"] == ["number"]
    assert "short" in chapter.find("table")["class"]
    long = BeautifulSoup("<pre>" + "x\n" * 40 + "</pre>", "html.parser")
    tables.mark_short(long)
    assert long.pre.get("class") is None


def test_a_site_that_is_not_built_is_reported(tmp_path):
    with pytest.raises(book.EditionError, match=r"record\.json is missing\. Build the site first"):
        book.read(tmp_path)


def test_the_book_has_every_chapter_and_lab():
    from _ext import lab_order

    named = [page for page, _ in book.pages()]
    for chapter, labs in lab_order.path().items():
        assert f"chapters/{chapter}" in named
        assert {f"labs/{lab}" for lab in labs} <= set(named)
    assert {"chapters/glossary", "chapters/notation", "chapters/results", "references"} <= set(
        named
    )
