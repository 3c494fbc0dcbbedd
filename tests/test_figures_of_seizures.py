"""What the drawings of the labs on seizures show, and what their labels say."""

import numpy as np
import pandas as pd
import pytest
import torch

from lab_code.answers import Answers
from lab_code.figures import conditions, influence, signals, spectra
from lab_code.protocol import BY_MOMENT, BY_RECORDING

pytestmark = pytest.mark.usefixtures("style")


@pytest.fixture(scope="module")
def answers(simulation):
    """Some that are right, of 60 % and of 90 % of all recordings, in five trainings each."""
    rng = np.random.default_rng(0)

    def made(share):
        wrong = simulation.labels % 5 + 1
        said = np.where(rng.random(500) < share, simulation.labels, wrong)
        parts = np.arange(500).reshape(100, 5).T
        return Answers.join([Answers.of(simulation, part, said[part]) for part in parts])

    return {share: made(share) for share in (0.6, 0.9)}


def title_of(axis):
    return axis.get_title(loc="left")


def test_the_two_most_alike_are_drawn(simulation):
    similar = np.zeros((500, 500))
    similar[7, 9] = similar[9, 7] = 0.987
    figure = signals.most_alike(simulation, similar)
    for line, number in zip(figure.axes[0].lines, (7, 9), strict=True):
        assert (line.get_ydata() == simulation.samples[number, :500]).all()
        assert line.get_label() == simulation.names[number]
    assert "0.987" in title_of(figure.axes[0])


def test_histograms_count_every_recording():
    rng = np.random.default_rng(0)
    similar, backwards = rng.uniform(0, 0.9, (30, 30)), rng.uniform(0, 0.4, (30, 30))
    figure = signals.highest_correlations(similar, backwards, 0.5)
    heights = [bar.get_height() for bar in figure.axes[0].patches]
    assert sum(heights) == 2 * 30
    assert figure.axes[0].lines[0].get_xdata()[0] == 0.5
    assert f"none is above {backwards.max():.2f}" in figure.get_label()


def test_spectra_are_medians_of_their_class():
    power = (np.arange(1.0, 61) ** 3).reshape(20, 3)
    labels = np.repeat([1, 2, 3, 4, 5], 4)
    figure = spectra.spectra_by_class(np.array([0.0, 40, 80]), power, labels, np.array([23.6, 50]))
    *classes, first, second = figure.axes[0].lines
    assert classes[1].get_ydata().tolist() == np.median(power[4:8], axis=0).tolist()
    assert [line.get_xdata()[0] for line in (first, second)] == [23.6, 50]
    assert "23.60, 50.00 hertz" in figure.get_label()


def test_bands_are_those_of_the_first_of_each_class():
    bands = torch.randn(10, 7, 24)
    figure = spectra.bands_by_class(bands, np.repeat([5, 4, 3, 2, 1], 2))
    seizure = figure.axes[0].lines[0]
    assert np.allclose(seizure.get_ydata(), np.median(bands[8], axis=0))
    assert "24 bands" in figure.get_label()


def test_the_largest_step_of_each_network_is_named():
    influences = {"GRU": torch.arange(44.0), "GRU, mean and maximum": torch.arange(44.0).flip(0)}
    figure = influence.steps_of_one(torch.randn(44, 4), influences)
    bars = [bar.get_height() for bar in figure.axes[0].patches]
    assert np.argmax(bars) == 43
    assert max(bars) == pytest.approx(np.ptp(figure.axes[0].lines[0].get_ydata()), rel=1e-5)
    assert "GRU 0.99 s, GRU, mean and maximum 0.00 s" in figure.get_label()


def test_shares_of_the_last_tenth_are_said():
    share = torch.zeros(44)
    share[[0, 41]] = torch.tensor([0.25, 0.75])
    figure = influence.share_by_step({"LSTM": share, "GRU, mean and maximum": share}, 4)
    solid, dotted, even = figure.axes[0].lines
    assert (solid.get_linestyle(), dotted.get_linestyle()) == ("-", ":")
    assert solid.get_xdata()[1] == pytest.approx(5.5 / 173.61)
    assert even.get_ydata()[0] == pytest.approx(1 / 44)
    assert "LSTM: 75%" in figure.get_label()


def test_answers_that_change_are_drawn_by_shift():
    changed = {"GRU": {0: 0.0, 16: 0.12}, "feed-forward": {0: 0.0, 16: 0.34}}
    figure = influence.changed_when_moved(changed)
    line = figure.axes[0].lines[1]
    assert line.get_xdata().tolist() == [0, 16]
    assert line.get_ydata().tolist() == [0.0, 0.34]
    assert "GRU 12%, feed-forward 34%" in figure.get_label()


def test_features_are_drawn_by_what_is_lost():
    figure = influence.lost_when_shuffled(pd.Series({"alpha": 0.01, "amplitude": 0.2}))
    assert [bar.get_width() for bar in figure.axes[0].patches] == [1, 20]
    assert "alpha 1, amplitude 20" in figure.get_label()


def test_each_split_has_its_classes_folds_and_interval(answers):
    ways = {"by recording": answers[0.9], "by moment": answers[0.6]}
    figure = conditions.by_split(ways)
    *_, folds, interval, both = figure.axes[0].lines
    assert folds.get_ydata() == pytest.approx(answers[0.6].of_each_trial())
    accuracy = answers[0.6].scores().accuracy
    assert list(interval.get_ydata()) == [accuracy.low, accuracy.high]
    assert both.get_ydata()[1] == accuracy.value
    assert f"by moment {accuracy}" in figure.get_label()


def test_accuracy_by_likeness_is_that_of_the_groups(answers):
    likeness = np.linspace(0, 1, 500)
    group = np.digitize(likeness, [0.5])
    said = {BY_RECORDING: answers[0.9], BY_MOMENT: answers[0.6]}
    figure = conditions.by_likeness(likeness, group, said)
    first, second = figure.axes[0].lines
    assert first.get_xdata() == pytest.approx([0.25, 0.75], abs=0.01)
    below = answers[0.6].about(group == 0)
    assert second.get_ydata()[0] == pytest.approx(below.right.mean())
    ahead = first.get_ydata() - second.get_ydata()
    assert f"ahead by {100 * ahead[0]:.0f}, {100 * ahead[1]:.0f} points" in figure.get_label()


def test_each_question_has_its_chance_and_its_variants(answers):
    said = {"": answers[0.9], "amplitude": answers[0.6]}
    figure = conditions.by_question({"classes": said, "places": said})
    chance, values = figure.axes[1].lines
    assert chance.get_xdata()[0] == pytest.approx(0.2)
    assert values.get_xdata() == pytest.approx([one.right.mean() for one in said.values()])
    names = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert names == ["all bands", "amplitude alone"]


def test_what_memory_adds_is_the_difference(answers):
    figure = conditions.after_each_second([answers[0.9]] * 3, [answers[0.6]] * 3)
    above, below = figure.axes
    assert above.lines[0].get_ydata() == pytest.approx([100 * answers[0.9].right.mean()] * 3)
    added = answers[0.9].minus(answers[0.6])
    assert below.lines[1].get_ydata() == pytest.approx([100 * added.value] * 3)
    assert f"{added} after 3" in figure.get_label()
