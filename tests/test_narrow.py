"""What makes the book fit a phone: widths of figures, tables as cards, thumbnails."""

import io
import re
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from _ext import readable_figures, table_cards, themed_figures, thumbnails
from bs4 import BeautifulSoup

from lab_code.figures import use_style
from lab_code.figures.slider import Slider


@pytest.fixture
def draw():
    """Draw a figure of 6 inches; return it as SVG."""

    def draw(size):
        with plt.rc_context():
            use_style()
            figure, axes = plt.subplots(figsize=(6, 3))
            figure.set_label("A line from the lower left to the upper right corner.")
            axes.plot([0, 1], [0, 1], label="line")
            axes.legend()
            axes.set_xlabel("$x_1$, steps", fontsize=size)
            draw.figure = figure
            file = io.StringIO()
            figure.savefig(file, format="svg")
            plt.close(figure)
        return file.getvalue()

    return draw


def test_a_figure_is_as_wide_as_its_smallest_letters_need(draw):
    # 6 inches are 576 pixels, and 10 points are 13.3: of 11 they need 475.2
    assert readable_figures.readable_width(draw(12)) == 476
    assert readable_figures.readable_width(draw(8)) == 594
    assert readable_figures.readable_width('<svg viewBox="0 0 10 10"></svg>') is None


def test_a_slider_has_a_box_around_its_picture_alone(draw):
    draw(10)
    (line,) = draw.figure.axes[0].lines
    html = Slider(draw.figure, "x", [("0", "None.", []), ("1", "One.", [line])])._repr_html_()
    boxed = readable_figures.in_boxes(html, {})
    box = BeautifulSoup(boxed, "html.parser").find(class_="readable-figure")
    assert "--readable: 476px" in box["style"]
    assert box.find("svg")
    assert not box.find("input")
    assert boxed.count("<div") == boxed.count("</div>") == html.count("<div") + 1


def test_a_figure_of_a_page_has_a_box_and_other_pictures_have_none(draw, tmp_path):
    path = tmp_path / "a.svg"
    path.write_text(draw(10))
    html = '<p><img alt="" src="../_images/a.svg"/> <img src="../_images/b.svg"/></p>'
    html += '<img alt="" src="../_images/a_thumb.svg"/>'
    boxed = readable_figures.in_boxes(html, {"a.svg": path, "a_thumb.svg": path})
    assert boxed.count("readable-figure") == 1
    assert re.search(
        r'<span class="readable-figure [^>]*><img alt="" src="[^"]*a.svg"/></span>', boxed
    )


def test_a_thumbnail_has_no_letters_and_what_is_drawn_fills_it(draw):
    figure = themed_figures.themed(draw(10))
    small = thumbnails.without_letters(figure)
    root = ElementTree.fromstring(small)
    ids = {part.get("id", "") for part in root.iter()}
    assert not any(name.startswith(("text_", "legend_")) for name in ids)
    assert "line2d_1" in ids
    assert " scale(0.1" not in small
    assert float(root.get("width").removesuffix("pt")) < 432
    assert root.get("viewBox").split()[2:] == [
        root.get(side).removesuffix("pt") for side in ("width", "height")
    ]
    assert "prefers-color-scheme" in small
    assert thumbnails.without_letters(small) == small


def test_a_surface_is_a_thumbnail_as_a_whole_without_letters(tmp_path):
    figure, axis = plt.subplots(subplot_kw={"projection": "3d"})
    axis.plot_surface(*np.meshgrid(range(3), range(3)), np.eye(3))
    axis.set(xlabel="w", zlabel="loss")
    figure.savefig(tmp_path / "surface.svg")
    drawn = (tmp_path / "surface.svg").read_text()
    small = thumbnails.without_letters(drawn)
    assert 'id="text_' in drawn
    assert 'id="text_' not in small
    boxes = (ElementTree.fromstring(one).get("viewBox") for one in (drawn, small))
    assert len(set(boxes)) == 1
    assert thumbnails.without_letters(small) == small


def cards(html):
    table = BeautifulSoup(table_cards.as_cards(html), "html.parser").table
    return table if "cards" in table.get("class", []) else None


WIDE = pd.DataFrame(
    {
        "method": ["recurrent network", '<a href="x">GRU</a>'],
        "accuracy of all": ["88.7% (84.6% to 91.9%)"] * 2,
        "minus this, by moment": ["", "+2.1 points (+0.0 to +4.2)"],
    }
).to_html(escape=False, index=False)


def test_a_wide_table_gives_each_value_its_heading():
    table = cards(WIDE)
    rows = table.select("tbody tr")
    assert [cell["data-label"] for cell in rows[1].select("[data-label]")] == [
        "accuracy of all",
        "minus this, by moment",
    ]
    assert rows[1].td.a["href"] == "x"
    assert [cell.get_text() for cell in rows[0].find_all("td")] == [
        "recurrent network",
        "88.7% (84.6% to 91.9%)",
        "",
    ]
    # blocks are no table for a screen reader unless they say so
    assert table["role"] == "table"
    assert {row["role"] for row in table.find_all("tr")} == {"row"}
    assert {cell["role"] for cell in table.find_all(["td", "th"])} == {"cell", "columnheader"}


def test_an_empty_corner_heads_nothing():
    first = cards(WIDE).find(["td", "th"]).get_text()
    corner = cards(WIDE.replace(f">{first}<", "><", 1)).find(["td", "th"])
    assert (corner.get_text(), corner["role"]) == ("", "cell")


def test_a_table_with_a_caption_has_no_role_that_its_link_would_break():
    captioned = WIDE.replace("<thead>", '<caption>Text.<a href="#">#</a></caption><thead>')
    assert "role" not in cards(captioned).attrs


def test_long_texts_and_equations_stand_below_their_heading():
    prose = "It says a good deal, over more than sixty characters in a single cell."
    html = (
        "<table><thead><tr><th>a</th><th>b</th><th>c</th><th>d</th></tr></thead><tbody><tr>"
        f"<td>x</td><td><p>{prose}</p></td><td>short, but beside something long as it is</td>"
        "<td><math><mi>abcdef</mi><mo>=</mo><mi>ghijklm</mi></math></td></tr></tbody></table>"
    )
    below = ["prose" in cell.get("class", []) for cell in cards(html).select("[data-label]")]
    assert below == [True, False, True]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"class": ["seizure"], "right": ["98.1%"]}),
        pd.DataFrame([range(1000, 1012)], index=["a row of short numbers"]),
        pd.DataFrame({("wide", "first"): ["word " * 30], ("wide", "second"): ["word " * 30]}),
    ],
    ids=["small", "numbers", "spans"],
)
def test_other_tables_stay_as_they_are(frame):
    assert table_cards.as_cards(frame.to_html()) == frame.to_html()


@pytest.mark.parametrize(
    ("value", "interval"),
    [
        ("85.3%", "(80.9 to 89.0)"),
        ("95.1%", "(90.0% to 97.5%)"),
        ("+2.8 points", "(-0.9 to +6.5)"),
    ],
)
def test_a_value_and_its_interval_are_a_part_of_their_cell_each(value, interval):
    html = f"<table><tr><td>{value} {interval}</td></tr></table>"
    cells = BeautifulSoup(table_cards.with_whole_intervals(html), "html.parser").find_all("td")
    assert [part.get_text() for part in cells[0].find_all("span")] == [value, interval]
    assert cells[0].get_text() == f"{value} {interval}"


def test_other_parentheses_are_as_they_are():
    texts = ("Lab (14 minutes to read)", "1 (2 to be sure)", "from 1 (2 to 3)")
    html = f"<table><tr><td>{'</td><td>'.join(texts)}</td></tr></table>"
    assert table_cards.with_whole_intervals(html) == html
