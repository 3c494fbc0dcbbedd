import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from lab_code import figures
from lab_code.evaluation import score
from lab_code.figures.scores import accuracies, confusion_matrix, learning_curve
from lab_code.figures.signals import traces
from lab_code.recordings import CLASSES


@pytest.fixture(autouse=True)
def style():
    with plt.rc_context():
        figures.use_style()
        yield
    plt.close("all")


@pytest.fixture
def scores():
    labels = np.repeat([1, 2, 3, 4, 5], 4)
    predicted = labels.copy()
    predicted[[4, 5, 6]] = (
        3  # three of four of the epileptogenic zone are called opposite hippocampus
    )
    return score(labels, predicted, np.arange(20))


def test_each_class_has_a_colour_of_its_own():
    assert set(figures.CLASS_COLOURS) == set(CLASSES.values())
    assert len(set(map(to_rgb, figures.CLASS_COLOURS.values()))) == len(CLASSES)


def test_ink_is_that_of_the_style():
    assert to_rgb(plt.rcParams["text.color"]) == to_rgb(figures.INK)
    assert to_rgb(plt.rcParams["axes.edgecolor"]) == to_rgb(figures.INK)


def test_traces_are_the_recordings(simulation):
    figure = traces(simulation, {"seizure": 400, "eyes open": 3}, seconds=2)
    lines = figure.axes[0].lines[:2]
    for line, number in zip(lines, (400, 3), strict=True):
        drawn = line.get_ydata()
        expected = simulation.samples[number, : len(drawn)]
        assert len(drawn) == round(2 * 173.61)
        assert np.allclose(drawn - drawn[0], expected - expected[0])
    assert lines[0].get_ydata().min() > lines[1].get_ydata().max()  # they do not overlap
    assert "2 seconds" in figure.axes[0].get_title(loc="left")
    assert (
        f"seizure swings over {np.ptp(simulation.samples[400, :347])} counts" in figure.get_label()
    )


def test_learning_curve_marks_the_best_epoch():
    history = pd.DataFrame(
        {
            "train_loss": [1.5, 0.9, 0.6],
            "train_accuracy": [0.3, 0.6, 0.8],
            "validation_loss": [1.4, 0.8, 0.9],
            "validation_accuracy": [0.3, 0.7, 0.65],
        },
        index=pd.Index([1, 2, 3], name="epoch"),
    )
    figure = learning_curve(history)
    train, validation, mark = figure.axes[0].lines
    assert train.get_ydata().tolist() == [1.5, 0.9, 0.6]
    assert validation.get_ydata().tolist() == [1.4, 0.8, 0.9]
    assert set(mark.get_xdata()) == {2}
    assert "lowest in epoch 2" in figure.get_label()
    assert "validation accuracy at 65%" in figure.get_label()


def test_confusion_matrix_reads_by_rows(scores):
    figure = confusion_matrix(scores, "Title")
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts[:10] == ["100%", "0%", "0%", "0%", "0%", "0%", "25%", "75%", "0%", "0%"]
    assert (
        "epileptogenic zone: 75% opposite hippocampus, 25% epileptogenic zone" in figure.get_label()
    )


def test_accuracies_show_value_and_interval(scores):
    figure = accuracies({"ours": scores}, {"theirs": {"seizure": 0.5, "all": 0.4}})
    interval, value = figure.axes[0].lines[2:4]  # after those of the first class
    zone = scores.per_class["epileptogenic zone"]
    assert interval.get_xdata().tolist() == [zone.low, zone.high]
    assert value.get_xdata().tolist() == [0.25]
    assert "ours: seizure 100%, epileptogenic zone 25%" in figure.get_label()
    assert "theirs: seizure 50%, all 40%" in figure.get_label()


def test_too_many_results_are_not_dropped(scores):
    with pytest.raises(ValueError, match="zip"):
        accuracies(dict.fromkeys("abcde", scores), {})
