import html
import json
import re

import matplotlib.pyplot as plt
import pytest

from lab_code import figures
from lab_code.figures.slider import Slider


def draw(label="A line for each weight."):
    with plt.rc_context():
        figures.use_style()
        figure, axis = plt.subplots()
        lines = [axis.plot([0, slope])[0] for slope in range(3)]
        axis.set_title("title")
        figure.set_label(label)
        frames = [(f"{k}", f"The slope is {k}.", [line]) for k, line in enumerate(lines)]
        return Slider(figure, "weight", frames, start=1)


@pytest.fixture
def page():
    return draw()._repr_html_()


def data_of(page):
    return json.loads(html.unescape(re.search(r'data-frames="([^"]*)"', page)[1]))


def test_each_artist_can_be_found_in_the_page(page):
    data = data_of(page)
    assert data["values"] == ["0", "1", "2"]
    assert data["says"][2] == "The slope is 2."
    mark = re.search(r'<input id="([\w-]+)"', page)[1]
    for shown in data["shown"]:
        for number in shown:
            assert page.count(f'id="{mark}-{number}"') == 1
    assert len({number for shown in data["shown"] for number in shown}) == 3
    assert data["pale"] == []


def test_an_artist_of_several_frames_has_one_mark():
    figure, axis = plt.subplots()
    one, two = axis.plot([0, 1])[0], axis.plot([1, 0])[0]
    figure.set_label("Two lines.")
    slider = Slider(figure, "step", [("1", "One.", [one]), ("2", "Both.", [one, two])])
    first, second = slider.shown
    assert set(first) < set(second)


def test_what_is_pale_is_a_part():
    figure, axis = plt.subplots()
    one, two = axis.plot([0, 1])[0], axis.plot([1, 0])[0]
    figure.set_label("Two lines.")
    frames = [("1", "One.", [one]), ("2", "Both.", [one, two])]
    slider = Slider(figure, "step", frames, pale=[two])
    assert set(slider.shown[1]) - set(slider.shown[0]) == set(slider.pale)


def test_each_letter_is_found_where_it_is_used(page):
    used = set(re.findall(r'href="#([^"]*)"', page))
    assert len(used) > 5
    for name in used:
        assert page.count(f' id="{name}"') == 1


def test_the_page_says_what_the_figure_shows(page):
    assert 'role="img" aria-label="A line for each weight."' in page
    assert re.search(r'<label for="([\w-]+)">weight: ', page)[1] in page
    assert 'type="range" min="0" max="2" step="1" value="1"' in page


def test_ink_follows_the_page(page):
    assert figures.INK.lower() not in page
    assert "#ffffff" not in page
    assert "currentColor" in page


def test_two_sliders_have_no_mark_in_common(page):
    other = draw("Another figure.")._repr_html_()
    ours, theirs = (set(re.findall(r' id="(slider[^"]+)"', one)) for one in (page, other))
    assert ours
    assert not ours & theirs


def test_the_same_figure_gives_the_same_page(page):
    assert draw()._repr_html_() == page


def test_the_figure_is_not_shown_a_second_time(page):
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("frames", "start", "label"), [(1, 0, "x"), (2, 2, "x"), (2, -1, "x"), (2, 0, "")]
)
def test_what_makes_no_slider(frames, start, label):
    figure, axis = plt.subplots()
    figure.set_label(label)
    line = axis.plot([0, 1])
    with pytest.raises(ValueError, match=r"frames|label"):
        Slider(figure, "x", [("0", "", line)] * frames, start)
    plt.close(figure)
