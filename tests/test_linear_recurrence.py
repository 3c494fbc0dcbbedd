"""Linear recurrences: the scan is the loop, a step is the layer, and so are the equations."""

import re

import pytest
import torch
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from lab_code.linear_recurrence import DiagonalRecurrence, MinGRU, in_loop, in_parallel

CHAPTER = (ROOT / "docs/chapters/after_the_gates.md").read_text()
SOURCE = (ROOT / "lab_code/linear_recurrence.py").read_text()
LAYERS = [MinGRU, DiagonalRecurrence]


@settings(max_examples=40, deadline=None)
@given(
    batch=st.integers(1, 3),
    steps=st.integers(1, 70),
    units=st.integers(1, 4),
    seed=st.integers(0, 99),
)
def test_the_scan_is_the_loop(batch, steps, units, seed):
    torch.manual_seed(seed)
    keep, add = torch.randn(2, batch, steps, units, dtype=torch.float64).clamp(-1, 1)
    torch.testing.assert_close(in_parallel(keep, add), in_loop(keep, add), rtol=0, atol=1e-11)


@pytest.mark.parametrize("kind", LAYERS)
def test_the_scan_of_a_whole_recording_is_the_loop_and_so_is_its_gradient(kind):
    torch.manual_seed(0)
    layer = kind(2, 5)
    x = torch.randn(2, 4097, 2)
    found = []
    for scan in (in_parallel, in_loop):
        layer.zero_grad()
        states = layer(x, scan=scan)
        states.square().mean().backward()
        found.append([states, *(p.grad.clone() for p in layer.parameters())])
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("kind", LAYERS)
def test_step_by_step_is_all_at_once(kind):
    torch.manual_seed(0)
    layer = kind(3, 4).double()
    x = torch.randn(2, 30, 3, dtype=torch.float64)
    first = torch.float64 if kind is MinGRU else torch.complex128
    h, states = torch.zeros(2, 4, dtype=first), []
    for x_t in x.unbind(dim=1):
        h = layer.step(x_t, h)
        states.append(h if kind is MinGRU else torch.view_as_real(h).flatten(1))
    torch.testing.assert_close(torch.stack(states, dim=1), layer(x), rtol=0, atol=1e-12)


def test_a_state_depends_on_nothing_later():
    torch.manual_seed(0)
    x = torch.randn(1, 20, 2, requires_grad=True)
    for kind in LAYERS:
        [gradient] = torch.autograd.grad(kind(2, 3)(x)[:, 9].sum(), x)
        assert (gradient[:, 10:] == 0).all()
        assert (gradient[:, :10] != 0).all()


def test_factors_stay_below_one():
    layer = DiagonalRecurrence(1, 64, shortest=0.9, longest=0.99)
    size = layer.factor().abs()
    assert size.min() > 0.89
    assert size.max() < 0.991
    with torch.no_grad():
        layer.decay.fill_(-5.0)  # wherever training takes it
    assert (layer.factor().abs() < 1).all()


def test_inputs_without_a_pattern_give_each_unit_the_same_size():
    torch.manual_seed(0)
    layer = DiagonalRecurrence(1, 4, shortest=0.5, longest=0.99)
    with torch.no_grad():
        layer.read.weight.fill_(1.0)
    late = layer(torch.randn(400, 600, 1))[:, -1].unflatten(1, (-1, 2)).square().sum(dim=2)
    torch.testing.assert_close(late.mean(dim=0), torch.full((4,), 2.0), rtol=0.3, atol=0)


# The equations of the page, evaluated as they stand

PYTHON = [
    (r"\\lvert\\kappa\\rvert\^2", "kappa.abs() ** 2"),
    (r"\\sqrt\{([^}]*)\}", r"(\1).sqrt()"),
    (r"\\mathrm\{i\}\\,\\omega", "1j * omega"),
    (r"\\(kappa|mu)", r"\1"),
    (r"\\sigma", "torch.sigmoid"),
    (r"\\exp", "torch.exp"),
    (r"\\odot", "*"),
    (r"_\{t-1\}", "_before"),
    (r"(U(?:_\w)?) x_t", r"\1 @ x_t"),
]


def table(name):
    """Return the equations of a table as Python, and the code beside them."""
    text = re.search(rf":name: {name}\n(.*?)^:::", CHAPTER, re.M | re.S)[1]
    rows = re.findall(r"^\| [\w ]+ \| \$([^$]+)\$ \| `([^`]+)` \|$", text, re.MULTILINE)
    lines = [equation for equation, _ in rows]
    for pattern, replacement in PYTHON:
        lines = [re.sub(pattern, replacement, line) for line in lines]
    return lines, [code for _, code in rows]


def run(lines, weights, x, h):
    """Go through a sequence with the equations; return the states."""
    states = []
    for x_t in x:
        place = weights | {"torch": torch, "x_t": x_t, "h_before": h}
        for line in lines:
            exec(line, place)
        h = place["h_t"]
        states.append(h)
    return torch.stack(states)


def test_equations_of_the_page_are_the_min_gru():
    torch.manual_seed(0)
    layer = MinGRU(3, 5).double()
    weights = {"U_z": layer.update.weight, "b_z": layer.update.bias}
    weights |= {"U_n": layer.candidate.weight, "b_n": layer.candidate.bias}
    x = torch.randn(12, 3, dtype=torch.float64)
    lines, _ = table("table-mingru")
    assert len(lines) == 3
    ours = run(lines, weights, x, torch.zeros(5, dtype=torch.float64))
    torch.testing.assert_close(ours, layer(x[None])[0], rtol=0, atol=1e-12)


def test_equations_of_the_page_are_the_diagonal_recurrence():
    torch.manual_seed(0)
    layer = DiagonalRecurrence(3, 5).double()
    U = torch.view_as_complex(layer.read.weight.unflatten(0, (-1, 2)).transpose(1, 2).contiguous())
    x = torch.randn(12, 3, dtype=torch.complex128).real + 0j
    lines, _ = table("table-diagonal")
    assert len(lines) == 2
    weights = {"U": U, "mu": layer.decay, "omega": layer.turn}
    ours = run(lines, weights, x, torch.zeros(5, dtype=torch.complex128))
    states = torch.view_as_complex(layer(x.real[None])[0].unflatten(1, (-1, 2)))
    torch.testing.assert_close(ours, states, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["table-mingru", "table-diagonal"])
def test_code_beside_the_equations_is_that_of_the_module(name):
    _, code = table(name)
    assert [line for line in code if f"        {line}\n" not in SOURCE] == []
