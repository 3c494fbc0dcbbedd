"""Lyapunov exponents, against systems whose exponents are known."""

import math

import pytest
import torch

from lab_code.gradients import state_jacobians
from lab_code.lyapunov import along, exponents, growth
from lab_code.networks import CELLS


def test_of_a_linear_map_are_the_logarithms_of_its_eigenvalues():
    torch.manual_seed(0)
    sizes = torch.tensor([1.2, 0.9, 0.5, 0.1]).double()
    basis = torch.randn(4, 4).double()  # far from orthogonal, so norms say something else
    W = basis @ sizes.diag() @ torch.linalg.inv(basis)
    found = exponents(W.repeat(600, 1, 1), skip=300)
    assert found.tolist() == pytest.approx(sizes.log().tolist(), abs=1e-9)


def test_of_a_rotation_is_its_stretch():
    turn = torch.tensor([[math.cos(1), -math.sin(1)], [math.sin(1), math.cos(1)]]).double()
    found = exponents(0.8 * turn.repeat(100, 1, 1))
    assert found.tolist() == pytest.approx([math.log(0.8)] * 2)


def test_of_one_unit_is_the_logarithm_of_weight_times_slope():
    w, h, jacobians = 1.5, 0.3, []
    for _ in range(500):
        h = math.tanh(w * h)
        jacobians.append(w * (1 - h * h))
    rests = exponents(torch.tensor(jacobians).double()[:, None, None], skip=400).item()
    assert rests == pytest.approx(math.log(w * (1 - h * h)))  # where h stays
    assert rests < 0 < math.log(w)


def test_of_the_henon_map():
    """Largest 0.419 (Wolf et al. 1985 and others); the sum is log 0.3 at each of its points."""
    x, y, jacobians = 0.1, 0.1, []
    for _ in range(20_000):
        jacobians.append([[-2.8 * x, 1.0], [0.3, 0.0]])
        x, y = 1 - 1.4 * x * x + y, 0.3 * x
    found = exponents(torch.tensor(jacobians).double(), skip=100)
    assert found[0].item() == pytest.approx(0.419, abs=0.01)
    assert found.sum().item() == pytest.approx(math.log(0.3))


@pytest.mark.parametrize("name", CELLS)
def test_their_sum_is_the_growth_of_volume_in_each_cell(name):
    torch.manual_seed(1)
    recurrent = CELLS[name](2, 5, batch_first=True).double()
    sequences = torch.randn(2, 200, 2).double()
    found = along(recurrent, sequences, skip=20)
    assert found.shape == (10 if name == "lstm" else 5,)
    volumes = [torch.linalg.slogdet(state_jacobians(recurrent, one))[1] for one in sequences]
    assert found.sum().item() == pytest.approx(torch.stack(volumes)[:, 20:].mean().item())


def test_many_at_once_are_each_by_itself():
    jacobians = torch.randn(50, 3, 4, 4).double()
    together = exponents(jacobians, skip=5)
    for number in range(3):
        torch.testing.assert_close(together[number], exponents(jacobians[:, number], skip=5))
    assert (together.diff(dim=1) <= 0).all()


def test_steps_before_do_not_count():
    jacobians = torch.cat([100 * torch.eye(2).repeat(10, 1, 1), torch.eye(2).repeat(5, 1, 1)])
    assert exponents(jacobians.double(), skip=10).tolist() == [0, 0]
    assert exponents(jacobians.double())[0].item() == pytest.approx(math.log(100) * 10 / 15)


def test_what_is_forgotten_at_once_has_minus_infinity():
    forgets = torch.tensor([[0.5, 0.0], [0.0, 0.0]]).double().repeat(4, 1, 1)
    assert growth(forgets)[-1].tolist() == [pytest.approx(math.log(0.5)), -math.inf]


@pytest.mark.parametrize("skip", [-1, 4, 5])
def test_some_step_has_to_count(skip):
    with pytest.raises(ValueError, match="skip must be from 0 to 3"):
        exponents(torch.eye(2).double().repeat(4, 1, 1), skip=skip)
