import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch

from lab_code import figures
from lab_code.figures import diagrams


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield diagrams.canvas(axes, 4, 3)
    plt.close(figure)


def test_a_node_has_the_colour_of_its_quantity(axes):
    disc, text = diagrams.node(axes, (1, 1), "$h$", "hidden state")
    assert to_hex(disc.get_edgecolor()).upper() == figures.QUANTITY_COLOURS["hidden state"]
    assert text.get_text() == "$h$"


def test_an_unknown_quantity_is_an_error(axes):
    with pytest.raises(KeyError):
        diagrams.node(axes, (1, 1), "$q$", "question")


def test_an_arrow_goes_from_rim_to_rim(axes):
    (line,) = diagrams.arrow(axes, (1, 1), (3, 1))
    assert isinstance(line, FancyArrowPatch)
    (x0, y0), (x1, y1) = line._posA_posB
    assert (x0, y0, x1, y1) == pytest.approx((1 + diagrams.RADIUS, 1, 3 - diagrams.RADIUS, 1))


def test_a_name_stands_beside_its_arrow(axes):
    _, text = diagrams.arrow(axes, (1, 1), (1, 3), "$U$", beside=(0.5, 0))
    assert text.get_position() == (1.5, 2)


def test_colours_tell_all_things_apart():
    everything = [figures.CLASS_COLOURS, figures.NETWORK_COLOURS, figures.QUANTITY_COLOURS]
    colours = [colour for of in everything for colour in of.values()]
    grey = "#8C8C8C"  # what is given, and what stands beside
    meant = [colour for colour in colours if colour != grey]
    assert len(set(meant)) == len(meant)
