import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from lab_code import figures
from lab_code.evaluation import score
from lab_code.figures import first_look, gates, gradients, memory, processes, truncation
from lab_code.figures.scores import accuracies, confusion_matrix, learning_curve
from lab_code.figures.signals import steps, traces
from lab_code.recordings import CLASSES

pytestmark = pytest.mark.usefixtures("style")
SEIZURE, ZONE, HIPPOCAMPUS, _, OPEN = CLASSES.values()


@pytest.fixture
def scores():
    labels = np.repeat([1, 2, 3, 4, 5], 4)
    predicted = labels.copy()
    predicted[[4, 5, 6]] = 3  # three of four of the second class are taken for the third
    return score(labels, predicted, np.arange(20))


def test_each_class_has_a_colour_of_its_own():
    assert set(figures.CLASS_COLOURS) == set(CLASSES.values())
    assert len(set(map(to_rgb, figures.CLASS_COLOURS.values()))) == len(CLASSES)


def test_ink_is_that_of_the_style():
    assert to_rgb(plt.rcParams["text.color"]) == to_rgb(figures.INK)
    assert to_rgb(plt.rcParams["axes.edgecolor"]) == to_rgb(figures.INK)


def test_traces_are_the_recordings(simulation):
    figure = traces(simulation, {SEIZURE: 400, OPEN: 3}, seconds=2)
    lines = figure.axes[0].lines[:2]
    for line, number in zip(lines, (400, 3), strict=True):
        drawn = line.get_ydata()
        expected = simulation.samples[number, : len(drawn)]
        assert len(drawn) == round(2 * 173.61)
        assert np.allclose(drawn - drawn[0], expected - expected[0])
    assert lines[0].get_ydata().min() > lines[1].get_ydata().max()  # they do not overlap
    assert "2 seconds" in figure.axes[0].get_title(loc="left")
    assert (
        f"{SEIZURE} swings over {np.ptp(simulation.samples[400, :347])} counts"
        in figure.get_label()
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
    assert f"{ZONE}: 75% {HIPPOCAMPUS}, 25% {ZONE}" in figure.get_label()


def test_accuracies_show_value_and_interval(scores):
    figure = accuracies({"ours": scores}, {"theirs": {SEIZURE: 0.5, "all": 0.4}})
    interval, value = figure.axes[0].lines[2:4]  # after those of the first class
    zone = scores.per_class[ZONE]
    assert interval.get_xdata().tolist() == [zone.low, zone.high]
    assert value.get_xdata().tolist() == [0.25]
    assert f"ours: {SEIZURE} 100%, {ZONE} 25%" in figure.get_label()
    assert f"theirs: {SEIZURE} 50%, all 40%" in figure.get_label()


def test_too_many_results_are_not_dropped(scores):
    with pytest.raises(ValueError, match="zip"):
        accuracies(dict.fromkeys("abcde", scores), {})


def test_steps_are_columns():
    second = np.arange(12.0)
    figure = steps([second.reshape(12, 1), second.reshape(4, 3)])
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["12 steps of 1", "4 steps of 3"]
    drawn = figure.axes[1].images[0].get_array()
    assert drawn[:, 1].tolist() == [3, 4, 5]
    assert "12 steps of 1, into 4 steps of 3" in figure.get_label()


def test_some_of_each_class_are_its_recordings(simulation):
    figure = first_look.some_of_each(simulation, [0, 3], seconds=1)
    of_seizures = simulation.samples[simulation.labels == 1][:, : round(173.61)]
    assert figure.axes[1].lines[0].get_ydata().tolist() == of_seizures[3].tolist()
    swings = np.ptp(of_seizures[[0, 3]], axis=1)
    assert f"{SEIZURE} by {swings[0]:.0f}, {swings[1]:.0f};" in figure.get_label()
    assert len({axis.get_ylim() for axis in figure.axes}) == 1


def test_each_class_can_have_a_scale_of_its_own(simulation):
    figure = first_look.some_of_each(simulation, [0, 3], seconds=1, own_scale=True)
    limits = [axis.get_ylim() for axis in figure.axes]
    assert limits[::2] == limits[1::2]  # the recordings of a class are drawn alike
    assert len(set(limits)) == len(CLASSES)
    assert "scale of its own" in figure.get_label()


def test_spectrograms_tell_where_most_power_lies():
    power = np.full((4, 6), 0.1)
    power[1, :4] = power[2, 4:] = power[3] = 5  # 10 Hz, then 20; and 40, which is not drawn
    power = {"falls": power[[0, 2, 1, 3]], "rises": power}
    figure = first_look.spectrograms(np.arange(6), np.array([0, 10, 20, 40]), power)
    drawn = figure.axes[1].collections[0].get_array()
    assert drawn.shape == (3, 6)
    assert drawn[2, 5] == drawn.max() > drawn[1, 5]
    assert "falls: 20.0, then 20.0, then 10.0 Hz; rises: 10.0, then 10.0" in figure.get_label()


def test_size_and_speed_has_a_dot_for_each_recording():
    table = pd.DataFrame({"class": [SEIZURE] * 3 + [OPEN], "size": [300, 200, 400, 30]})
    figure = first_look.size_and_speed(table.assign(speed=[5.0, 6, 7, 8]))
    dots = figure.axes[0].lines[0]
    assert dots.get_color() == figures.SEIZURE_COLOUR
    assert dots.get_ydata().tolist() == [300, 200, 400]
    assert np.allclose(dots.get_xdata(), [5, 6, 7], atol=0.15)
    assert f"{SEIZURE} 220 to 380 counts, 5.2 to 6.8 Hz" in figure.get_label()


def test_what_truncation_loses():
    shares = np.geomspace(1, 1e-3, 40)
    figure = gradients.lost_by_truncation({"before": shares, "after": shares**2}, highest=20)
    before, after = figure.axes[0].lines
    assert before.get_ydata().tolist() == shares[:20].tolist()
    assert after.get_label() == "after training"
    assert f"before training {shares[2]:.1%} at k = 2" in figure.get_label()


def test_norms_have_one_line_for_each_radius():
    lags = np.arange(61)
    curves = {name: {r: r**lags for r in (0.5, 1.5)} for name in ("a", "b", "c", "d")}
    curves["c"][1.5] = 2.0**lags
    figure = gradients.norms_by_radius(curves)
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["a", "b", "c", "d"]
    assert figure.axes[2].lines[1].get_ydata().tolist() == curves["c"][1.5].tolist()
    assert f"c: {0.5**50:.0e} at radius 0.5, {2.0**50:.0e} at radius 1.5" in figure.get_label()


def test_before_and_after_training():
    before, after = np.array([1, 0.1, 0.01]), np.array([1, 0.5, 0.2])
    figure = gradients.before_and_after({"GRU": (before, after), "LSTM": (after, after)})
    dotted, line = figure.axes[0].lines[:2]
    assert dotted.get_ydata().tolist() == before.tolist()
    assert line.get_color() == figures.NETWORK_COLOURS["GRU"]
    assert "2 steps back: GRU 1e-02 before, 2e-01 after" in figure.get_label()


def test_clipping_shows_lengths_above_losses():
    figure = gradients.clipping(
        {"as it is": [1, 300], "clipped": [1, 2]}, {"as it is": [1.6, 1.8], "clipped": [1.6, 1.2]}
    )
    above, below = figure.axes
    assert above.lines[0].get_ydata().tolist() == [1, 300]
    assert below.lines[1].get_ydata().tolist() == [1.6, 1.2]
    assert below.lines[2].get_ydata()[0] == pytest.approx(np.log(5))
    assert "as it is: longest gradient 3e+02, mean loss of the last 50 steps 1.70" in (
        figure.get_label()
    )


def test_first_input_is_shaded_relative_to_the_most():
    figure = memory.first_input({"LSTM": np.array([2, 1, 0.1]), "GRU": np.array([1, 0.5, 0.001])})
    nodes = figure.axes[0].collections[0]
    assert nodes.get_array().tolist() == [1, 0.5, 0.05]
    assert "LSTM until step 3, GRU until step 2" in figure.get_label()


def test_errors_by_length_end_in_percent_of_guessing():
    errors = np.array([0.2, 0.1, 0.1, 0.1])
    curves = {10: {"LSTM": errors / 2, "GRU": errors}, 30: {"LSTM": errors, "GRU": errors}}
    figure = memory.errors_by_length(curves, guessing=0.2, n_batches=90)
    line, _, guessing = figure.axes[0].lines
    assert line.get_xdata().tolist() == [0, 30, 60, 90]
    assert line.get_ydata().tolist() == (errors / 2).tolist()
    assert set(guessing.get_ydata()) == {0.2}
    assert "10 steps: LSTM 25%, GRU 50%; 30 steps: LSTM 50%" in figure.get_label()


def test_gates_while_a_number_is_stored_and_recalled():
    opened = np.linspace(0, 1, 24).reshape(6, 4)  # (step, unit)
    by_cell = {cell: dict.fromkeys(names, opened) for cell, names in gates.GATES.items()}
    by_cell["LSTM"]["forget"] = 1 - opened
    counts = {"LSTM": np.array([0, 4, 4, 3, 3, 3]), "GRU": np.array([0, 4, 4, 2, 2, 2])}
    figure = gates.store_and_recall(by_cell, counts, store=1, recall=4)
    forget = next(a for a in figure.axes if a.get_title(loc="left") == "LSTM: forget gate")
    assert np.allclose(forget.images[0].get_array(), 1 - opened.T)
    assert "LSTM: 75%, GRU: 50%" in figure.get_label()


def test_gates_over_a_second_begin_with_the_unit_most_open():
    gate = np.array([[0.2, 0.9, 0.4], [0.2, 0.7, 0.4]])  # (step, unit)
    figure = gates.over_a_second(np.arange(9), {"GRU: update gate": gate})
    signal, opened = figure.axes[:2]
    assert signal.lines[0].get_xdata().tolist() == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75]
    assert np.allclose(opened.images[0].get_array(), [[0.9, 0.7], [0.4, 0.4], [0.2, 0.2]])
    assert opened.images[0].get_extent() == [0, 2, 0, 3]
    assert "0.80 open in the unit most open, 0.20 in the one most shut" in figure.get_label()


def test_a_shared_training_and_a_grid():
    losses = pd.DataFrame({"one process": [1.5, 0.5], "two processes": [1.5, 0.501]}, index=[1, 2])
    figure = processes.shared_training(losses)
    assert figure.axes[0].lines[1].get_ydata().tolist() == [1.5, 0.501]
    assert "at most 1e-03 apart, while they go from 1.50 to 0.50" in figure.get_label()
    trials = pd.DataFrame(
        [(16, 0.01, 0.5), (16, 0.1, 0.6), (64, 0.01, 0.8), (64, 0.1, 0.7)],
        columns=["units", "learning rate", "accuracy"],
    )
    figure = processes.grid(trials)
    assert figure.axes[0].lines[1].get_ydata().tolist() == [0.8, 0.7]
    assert "50% to 80%; best with 64 units and a learning rate of 0.01" in figure.get_label()


def test_what_was_recalled_stands_by_the_steps_back():
    figure = truncation.recalled({"10": {1: 0.5, 44: 0.9}, "0 to 10": {1: 1, 44: 0.8}})
    above, below = (axis.lines[-1] for axis in figure.axes)
    assert list(above.get_ydata()) == [0.5, 0.9]
    assert list(below.get_ydata()) == [1, 0.8]
    assert [label.get_text() for label in figure.axes[1].get_xticklabels()] == ["1", "44"]
    assert "of 10 steps: 50% at 1, 90% at 44; of 0 to 10 steps: 100%" in figure.get_label()


def test_cost_of_a_gradient_stands_by_its_way():
    by_size = {8: {"numbers": (1, 2), "products": (3, 4)}}
    by_size[16] = {"numbers": (5, 6), "products": (7, 8000)}
    figure = truncation.cost(by_size)
    drawn = [[list(line.get_ydata()) for line in axis.lines] for axis in figure.axes]
    assert drawn == [[[1, 5], [2, 6]], [[3, 7], [4, 8000]]]
    assert "multiplications, back through time 7, real-time recurrent learning 8,000" in (
        figure.get_label()
    )
