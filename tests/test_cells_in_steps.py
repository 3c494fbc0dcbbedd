"""The drawings of an LSTM and a GRU in steps: what they say, and that nothing is in the way."""

import itertools
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from conftest import ROOT
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch
from matplotlib.text import Text
from torch import nn

from lab_code.figures import QUANTITY_COLOURS, cells_in_steps, data_flow

pytestmark = pytest.mark.usefixtures("style")

INWARDS = np.array([[1.5], [-1.5]])
DRAW = {"LSTM": cells_in_steps.lstm, "GRU": cells_in_steps.gru}


def example(kind, seed=0):
    torch.manual_seed(seed)
    return getattr(nn, kind)(1, 1, batch_first=True), torch.randn(4, 1)


@pytest.fixture(params=list(DRAW))
def kind(request):
    return request.param


@pytest.fixture
def slider(kind):
    return DRAW[kind](*example(kind))


def shown(slider, step, of):
    """Return what is shown at a step, of some kinds of artists."""
    artists = slider.figure.axes[0].get_children()
    marks = {f"{slider.mark}-{number}" for number in slider.shown[step]}
    return [one for one in artists if isinstance(one, of) and one.get_gid() in marks]


def words(slider, step=-1):
    """Return what is written at a step, and not pale, as TeX."""
    return [text.get_text().strip("$").replace("{-}", "-") for text in shown(slider, step, Text)]


def extent(artist):
    return artist.get_window_extent().transformed(artist.axes.transData.inverted())


def segments(slider):
    """Return the straight parts of the lines at the last step, shortened by a point at each end."""
    for line in shown(slider, -1, PathPatch):
        if line.get_zorder() == 0:
            continue  # a halo
        path = line.get_path()
        # by their corners, without the rounding
        corners = [path.vertices[0], *path.vertices[2:-1:3], path.vertices[-1]]
        for start, end in itertools.pairwise(np.array(corners)):
            along = (end - start) / np.linalg.norm(end - start)
            yield np.array([start + along, end - along])


def touch(one, other):
    """Return whether two boxes, (left and bottom, right and top), have a point in common."""
    return bool((np.maximum(one[0], other[0]) <= np.minimum(one[1], other[1])).all())


def around(segment, more=0.0):
    """Return the box around a segment."""
    return np.array([segment.min(axis=0) - more, segment.max(axis=0) + more])


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_numbers_are_those_of_torch(kind, seed):
    module, sequence = example(kind, seed)
    written = words(DRAW[kind](module, sequence))
    with torch.no_grad():
        _, before = module(sequence[None, :-1])
        _, after = module(sequence[None])
    states = (before, after) if kind == "GRU" else (*before, *after)
    for state in (*states, sequence[-1]):
        assert f"{state.item():.2f}" in written


def test_the_number_of_a_box_is_that_of_its_symbol(kind, slider):
    numbers = cells_in_steps.last_step(*example(kind))
    texts = shown(slider, -1, Text)
    for letter in {"LSTM": "fgiochx", "GRU": "rnzhx"}[kind]:
        (symbol,) = [text for text in texts if text.get_text() == f"${letter}_t$"]
        x, y = symbol.get_position()
        row = [text for text in texts if text.get_position()[1] == y]
        (beside,) = [text for text in row if 0 < text.get_position()[0] - x < data_flow.BOX[0]]
        assert beside.get_text() == f"${numbers[letter]:.2f}$"


def test_gates_are_filled_as_far_as_they_are_open(kind, slider):
    numbers = cells_in_steps.last_step(*example(kind))
    filled = [bar.get_width() / data_flow.BOX[0] for bar in shown(slider, -1, plt.Rectangle)]
    assert sorted(filled) == pytest.approx(
        sorted(numbers[g] for g in {"LSTM": "ifo", "GRU": "rz"}[kind])
    )


def test_equations_are_those_of_the_page(kind, slider):
    page = (ROOT / "docs/chapters/gated_units.md").read_text()
    section = re.search(rf"^## The {kind}\n(.*?)^## ", page, re.M | re.S)[1]
    beside = set(re.findall(r"^\| [\w ]+ \| \$([^$]+)\$ \| `", section, re.MULTILINE))
    assert len(beside) >= 4
    assert {text for text in words(slider) if "=" in text} == beside


def test_each_symbol_of_the_equations_has_a_box(kind, slider):
    text = " ".join(equation for _, _, equation in cells_in_steps.EQUATIONS[kind])
    symbols = set(re.findall(r"\b[a-z]_(?:t|\{t-1\})", text)) - {"b_t"}
    assert symbols <= set(words(slider))


def test_a_box_has_the_colour_of_its_quantity(kind, slider):
    edges = {to_rgb(box.get_edgecolor()) for box in shown(slider, -1, FancyBboxPatch)}
    for _, name, _ in cells_in_steps.EQUATIONS[kind]:
        assert to_rgb(QUANTITY_COLOURS[name]) in edges


def test_a_number_is_written_when_it_is_known(kind, slider):
    steps = range(len(slider.values))
    n_numbers = [sum(bool(re.fullmatch(r"-?\d\.\d\d", w)) for w in words(slider, k)) for k in steps]
    n_equations = [sum("=" in w for w in words(slider, k)) for k in steps]
    assert n_numbers[0] == (3 if kind == "LSTM" else 2)
    assert all(before < after for before, after in itertools.pairwise(n_numbers))
    assert n_equations[0] == 0
    assert all(before < after for before, after in itertools.pairwise(n_equations))
    assert slider.start == steps[-1]


def test_all_is_drawn_at_first_and_only_numbers_and_halos_are_hidden(kind, slider):
    everything = {number for shown_then in slider.shown for number in shown_then}
    hidden = {f"{slider.mark}-{number}" for number in everything - set(slider.pale)}
    artists = [one for one in slider.figure.axes[0].get_children() if one.get_gid() in hidden]
    for artist in artists:
        if isinstance(artist, Text):
            assert re.fullmatch(r"\$-?\d\.\d\d\$", artist.get_text())
        else:
            assert isinstance(artist, plt.Rectangle) or artist.get_zorder() == 0
    assert set(slider.pale) <= set(slider.shown[-1])


def test_nothing_leaves_the_frame(slider):
    axes = slider.figure.axes[0]
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    for step in range(len(slider.values)):
        for artist in shown(slider, step, (Text, PathPatch, FancyBboxPatch, Circle)):
            box = extent(artist)
            assert left <= box.x0 <= box.x1 <= right
            assert bottom <= box.y0 <= box.y1 <= top


def test_letters_are_large_enough_for_a_phone(slider):
    wide = slider.figure.get_figwidth() * 72
    for text in shown(slider, -1, Text):
        assert text.get_fontsize() * 312 / wide >= 11


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_text_touches_a_text_or_a_line(kind, seed):
    slider = DRAW[kind](*example(kind, seed))
    texts = [extent(text).get_points() for text in shown(slider, -1, Text)]
    for one, other in itertools.combinations(texts, 2):
        assert not touch(one, other)
    for text, segment in itertools.product(texts, segments(slider)):
        assert not touch(text, around(segment, more=1))


def test_boxes_and_operations_stand_apart(slider):
    bodies = [
        extent(body).get_points()
        for body in shown(slider, -1, (FancyBboxPatch, Circle))
        if body.get_linewidth() > 0 and body.get_edgecolor()[3] > 0  # no halo, no dot or mark
    ]
    assert len(bodies) > 10
    for one, other in itertools.combinations(bodies, 2):
        assert not touch(one, other)
    for body, segment in itertools.product(bodies, segments(slider)):
        assert not touch(body + INWARDS, around(segment))


def test_no_line_crosses_another(slider):
    lines = [around(segment) for segment in segments(slider)]
    level = [box for box in lines if box[0][1] == box[1][1]]
    upright = [box for box in lines if box[0][0] == box[1][0]]
    assert len(level) + len(upright) == len(lines)
    for (left, right), (bottom, top) in itertools.product(level, upright):
        across = left[0] + 2 < bottom[0] < right[0] - 2
        up = bottom[1] + 2 < left[1] < top[1] - 2
        assert not (across and up)


def test_the_label_and_the_sentences_say_what_is_shown(kind, slider):
    numbers = cells_in_steps.last_step(*example(kind))
    label = slider.figure.get_label()
    assert f"One step of {'an LSTM' if kind == 'LSTM' else 'a GRU'}" in label
    for sentence in slider.says:
        assert sentence in label
    for letter in {"LSTM": "fgioch", "GRU": "rnzh"}[kind]:
        assert data_flow.number(numbers[letter]) in label


def test_the_sum_of_a_gate_gives_the_gate(kind):
    module, sequence = example(kind)
    numbers = cells_in_steps.last_step(module, sequence)
    says = " ".join(DRAW[kind](module, sequence).says).replace("−", "-").replace("·", "*")
    found = re.findall(r"(\w) = (σ|tanh)\((.*?)\) = ", says)
    assert len(found) == (4 if kind == "LSTM" else 3)
    for letter, activation, inside in found:
        total = torch.tensor(eval(inside))
        value = total.tanh() if activation == "tanh" else total.sigmoid()
        assert value.item() == pytest.approx(numbers[letter], abs=0.01)


@pytest.mark.parametrize(("sizes", "n_steps"), [((2, 1), 3), ((1, 2), 3), ((1, 1), 1)])
def test_what_cannot_be_drawn(kind, sizes, n_steps):
    module = getattr(nn, kind)(*sizes, batch_first=True)
    with pytest.raises(ValueError, match="one unit"):
        DRAW[kind](module, torch.zeros(n_steps, sizes[0]))
