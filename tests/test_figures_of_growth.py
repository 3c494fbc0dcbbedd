"""Drawings of the cliff and of Lyapunov exponents."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb

from lab_code.figures import CLASS_COLOURS, NETWORK_COLOURS, cliff, lyapunov, use_style

W, B = torch.meshgrid(torch.linspace(0, 3, 31), torch.linspace(-1, 1, 21), indexing="ij")


def test_surface_has_one_shade_on_its_wall():
    loss = 2.0 * (B.abs() > 0.55)
    figure = cliff.surface(W, B, loss)
    faces = figure.axes[0].collections[0].get_facecolor()
    assert len(np.unique(faces, axis=0)) == 3  # low, high, and between
    assert figure.get_label() == "Loss over w from 0 to 3 and b from -1 to 1: from 0.00 to 2.00."


def test_two_sides_say_when_they_part():
    states = {"above": [0.0, 0.1, 0.9], "below": [0.0, 0.05, -0.8]}
    figure = cliff.two_sides([1.0, 2.0, 1.0], states)
    first, second = figure.axes[0].lines
    assert first.get_ydata().tolist() == states["above"]
    assert second.get_ydata().tolist() == states["below"]
    assert "from step 3 on; at the end above 0.90, below -0.80" in figure.get_label()
    assert "at no step" in cliff.two_sides([1.0], {"one": [0.2], "two": [0.2]}).get_label()


def test_descents_count_those_that_leave_the_picture():
    path = torch.tensor([[[1.0, 0.0], [2.0, 0.0]], [[1.0, 0.5], [2.0, 4.0]]])  # (step, path, 2)
    figure = cliff.descents(W, B, B**2, {"as it is": path, "clipped": path[:1].repeat(2, 1, 1)})
    left, right = figure.axes
    assert left.lines[2].get_ydata().tolist() == [0.0, 4.0]
    assert left.get_xlim() == right.get_xlim() == (0, 3)
    assert "as it is: longest step 4, 1 leave the picture" in figure.get_label()
    assert "clipped: longest step 0, 0 leave the picture" in figure.get_label()


def test_descents_may_be_none():
    nobody = torch.zeros(3, 0, 2)
    figure = cliff.descents(W, B, B**2, {"as it is": nobody, "clipped": nobody})
    assert "0 in each panel" in figure.get_label()


def measured(log_radius, top):
    return {"log radius": torch.tensor(log_radius), "seizure": torch.tensor([top, -2.0])}


FOUND = {
    "rnn": [{0: measured(-0.5, -0.6), 9: measured(0.3, -0.5)}] * 2,
    "gru": [{0: measured(-0.5, -0.4), 9: measured(b, -0.01)} for b in (0.6, 0.8)],
}


def test_over_training_has_the_largest_exponents_of_each_seed_and_their_mean():
    use_style()
    figure = lyapunov.over_training(FOUND)
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["simple RNN", "GRU"]
    _, mean, first, second, exponent, *_ = figure.axes[1].lines
    assert mean.get_ydata().tolist() == pytest.approx([-0.5, 0.7])
    assert first.get_ydata().tolist() == pytest.approx([-0.5, 0.6])
    assert second.get_ydata().tolist() == pytest.approx([-0.5, 0.8])
    assert exponent.get_ydata().tolist() == pytest.approx([-0.4, -0.01])
    assert to_rgb(exponent.get_color()) == to_rgb(CLASS_COLOURS["seizure"])
    assert "GRU: log radius -0.50 and 0.70, seizure -0.40 and -0.01" in figure.get_label()


def test_spectra_count_the_directions_that_are_kept():
    figure = lyapunov.spectra(FOUND, "seizure", n_steps=44)
    before, after, _ = figure.axes[1].lines
    assert before.get_ydata().tolist() == pytest.approx([-0.4, -2])
    assert after.get_ydata().tolist() == pytest.approx([-0.01, -2])
    assert to_rgb(after.get_color()) == to_rgb(NETWORK_COLOURS["GRU"])
    assert "simple RNN 0 of 2 before training, 0 after" in figure.get_label()
    assert "GRU 0 of 2 before training, 1 after" in figure.get_label()
