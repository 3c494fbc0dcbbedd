"""Pieces with a past and a future, and forecasts without a network."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from lab_code.tasks.forecasts import PAIRS, Autoregression, Forecasts, same_again, stretches

ROWS = np.array([3, 3, 450])


def test_the_scale_of_a_stretch_is_that_of_its_past(simulation):
    whole = stretches(simulation, ROWS, 40, 20, 4, np.random.default_rng(0))
    past = whole[:, :40]
    assert torch.allclose(past.mean(dim=(1, 2)), torch.zeros(3), atol=1e-5)
    assert torch.allclose(past.std(dim=(1, 2), correction=0), torch.ones(3), atol=1e-5)
    louder = simulation.samples.copy()
    begin = np.random.default_rng(0).integers(4097 - 240 + 1, size=3)
    for row, at in zip(ROWS, begin, strict=True):
        louder[row, at + 160 : at + 240] //= 2
    other = replace(simulation, samples=louder)
    again = stretches(other, ROWS[1:], 40, 20, 4, _starting_with(begin[1:]))
    assert torch.equal(again[1, :40], past[2])  # what comes later tells nothing
    assert not torch.equal(again[1, 40:], whole[2, 40:])


def _starting_with(begin):
    class Fixed:
        def integers(self, high, size):
            assert size == len(begin)
            return begin

    return Fixed()


def test_a_stretch_has_to_fit_into_a_recording(simulation):
    with pytest.raises(ValueError, match="4400 samples is longer than a recording"):
        stretches(simulation, ROWS, 1000, 100, 4, np.random.default_rng(0))


def test_a_constant_past_is_not_divided_by_zero(simulation):
    samples = simulation.samples.copy()
    samples[3] = 7
    flat = replace(simulation, samples=samples)
    assert (stretches(flat, ROWS, 40, 20, 4, np.random.default_rng(0))[:2] == 0).all()


def test_an_autoregression_feeds_on_what_it_said():
    model = Autoregression(torch.tensor([0.0, 0.5], dtype=torch.float64))
    assert model(torch.tensor([[3.0, 8.0]]), 3).tolist() == [[4.0, 2.0, 1.0]]
    older = Autoregression(torch.tensor([1.0, 0.0], dtype=torch.float64))
    assert older(torch.tensor([[3.0, 8.0]]), 3).tolist() == [[3.0, 8.0, 3.0]]


def test_the_weights_of_an_autoregression_are_found_again():
    weights, samples = [-0.6, 1.2], [0.0, 1.0]
    noise = np.random.default_rng(0).normal(size=4000)
    for one in noise:
        samples.append(weights[0] * samples[-2] + weights[1] * samples[-1] + one)
    found = Autoregression.fit(torch.tensor(samples)[None], order=2).weights
    assert np.allclose(found, weights, atol=0.05)


def test_the_last_period_is_repeated_and_not_an_older_one():
    past = torch.cat([torch.arange(100) % 7, torch.arange(80) % 9])[None]
    assert same_again(past, 40).tolist() == [[(80 + k) % 9 for k in range(40)]]


def test_errors_are_compared_between_two_horizons():
    future = torch.zeros(40, 88)
    late = future.clone()
    late[:, 44:] = 1
    said = {"teacher forcing": late, "scheduled sampling": late}
    said |= dict.fromkeys(("the mean", "autoregression"), future)
    forecasts = Forecasts(np.arange(40), future, future, said)
    assert forecasts.minus("teacher forcing", "the mean", end=0.25).value == 0
    assert forecasts.minus("teacher forcing", "the mean", begin=0.26).value == 1
    facts = forecasts.facts()
    assert facts["teacher_forcing"] == 0.5
    assert facts["at_once"]["value"] == 0
    assert facts["to_linear"]["value"] == 0.5
    assert set(facts) == {name.replace(" ", "_") for name in said} | set(PAIRS)


def test_joined_forecasts_keep_their_moments():
    one = Forecasts(np.arange(3), torch.zeros(3, 4), torch.ones(3, 4), {"it": torch.ones(3, 4)})
    joined = Forecasts.join([one, replace(one, moment=np.arange(3, 6))])
    assert joined.moment.tolist() == [0, 1, 2, 3, 4, 5]
    assert joined.error_by_horizon()["it"].tolist() == [0, 0, 0, 0]
