"""One step of an LSTM or a GRU, drawn equation by equation, with its numbers.

Columns are, from the left, what is given, gates and candidate, operations, and what comes out.
The input and the hidden state meet in one line, the bus, that runs beside the gates.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lab_code import cells
from lab_code.figures.data_flow import BOX, SIGN, DataFlow, number
from lab_code.figures.slider import Slider

WIDTH = 348.0
GIVEN, BUS, GATES, SIGNS, OUT = 43.0, 98.0, 153.0, 229.0, 305.0
ROW, NARROW, LINE, EDGE = 44.0, 38.0, 24.0, 19.0
"""From row to row of boxes; where an operation stands between; from equation to equation; from the
edge to the middle of a box. All in points, as the columns above."""

SIDE, TOP = BOX[0] / 2, BOX[1] / 2

EQUATIONS = {
    "LSTM": (
        (1, "forget gate", r"f_t = \sigma(U_f x_t + W_f h_{t-1} + b_f)"),
        (2, "input gate", r"i_t = \sigma(U_i x_t + W_i h_{t-1} + b_i)"),
        (2, "candidate", r"g_t = \tanh(U_g x_t + W_g h_{t-1} + b_g)"),
        (3, "cell state", r"c_t = f_t \odot c_{t-1} + i_t \odot g_t"),
        (4, "output gate", r"o_t = \sigma(U_o x_t + W_o h_{t-1} + b_o)"),
        (5, "hidden state", r"h_t = o_t \odot \tanh(c_t)"),
    ),
    "GRU": (
        (1, "reset gate", r"r_t = \sigma(U_r x_t + W_r h_{t-1} + b_r)"),
        (2, "candidate", r"n_t = \tanh(U_n x_t + b_n + r_t \odot (W_n h_{t-1} + b_m))"),
        (3, "update gate", r"z_t = \sigma(U_z x_t + W_z h_{t-1} + b_z)"),
        (4, "hidden state", r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}"),
    ),
}
"""For each cell its equations: at which step of the drawing, of which quantity, in TeX."""

DRAWN = {
    "LSTM": (
        "One step of an LSTM with one unit, and its equations below. The input x and the old "
        "hidden state h go into three gates, drawn as boxes that are filled as far as they are "
        "open, and into the candidate. Along the top the old cell state is multiplied by the "
        "forget gate; the candidate times the input gate is added, and gives the new cell state. "
        "Its tanh times the output gate is the new hidden state."
    ),
    "GRU": (
        "One step of a GRU with one unit, and its equations below. The input x and the old hidden "
        "state h go into two gates, drawn as boxes that are filled as far as they are open. The "
        "reset gate multiplies what the candidate gets of the old state. Along the top the old "
        "state is multiplied by the update gate z; the candidate times 1 − z is added, and gives "
        "the new hidden state."
    ),
}


def lstm(module: nn.LSTM, sequence: Tensor) -> Slider:
    """Draw the last step of an LSTM along a sequence.

    Parameters
    ----------
    module : LSTM
        With one input and one unit.
    sequence : Tensor, shape (step, 1)
        Two steps or more.

    Raises
    ------
    ValueError
        If the LSTM has more inputs or units, or the sequence is shorter.

    Examples
    --------
    >>> import torch
    >>> from lab_code.figures.cells_in_steps import lstm
    >>> slider = lstm(torch.nn.LSTM(1, 1), torch.tensor([[0.5], [1.0]]))
    >>> slider.values[:3]
    ['what is given', 'forget gate', 'input gate and candidate']
    """
    v = last_step(module, sequence)
    flow, low = _start("LSTM", 5 * ROW)
    rows = [low + ROW * row for row in (5, 4, 3, 2, 1, 0)]
    _lstm_boxes(flow, v, *rows)
    _lstm_operations(flow, v, *rows)
    _lstm_lines(flow, *rows)
    return _finish(flow, "LSTM", _lstm_says(module, v))


def gru(module: nn.GRU, sequence: Tensor) -> Slider:
    """Draw the last step of a GRU along a sequence.

    Parameters
    ----------
    module : GRU
        With one input and one unit.
    sequence : Tensor, shape (step, 1)
        Two steps or more.

    Raises
    ------
    ValueError
        If the GRU has more inputs or units, or the sequence is shorter.

    Examples
    --------
    >>> import torch
    >>> from lab_code.figures.cells_in_steps import gru
    >>> slider = gru(torch.nn.GRU(1, 1), torch.tensor([[0.5], [1.0]]))
    >>> slider.values
    ['what is given', 'reset gate', 'candidate', 'update gate', 'hidden state']
    """
    v = last_step(module, sequence)
    flow, low = _start("GRU", 2 * NARROW + 2 * ROW)
    share, r = low + NARROW, low + 2 * NARROW
    rows = (r + 2 * ROW, r + ROW, r, share, low)
    _gru_boxes(flow, v, *rows)
    _gru_operations(flow, v, *rows)
    _gru_lines(flow, *rows)
    return _finish(flow, "GRU", _gru_says(module, v))


def last_step(module: nn.LSTM | nn.GRU, sequence: Tensor) -> dict[str, float]:
    """Return all numbers of the last step along a sequence.

    Parameters
    ----------
    module : LSTM or GRU
        With one input and one unit.
    sequence : Tensor, shape (step, 1)

    Returns
    -------
    dict of str to float
        The input ``"x"``, states, gates and candidate by their letters, and the states of the step
        before: ``"h_before"``, ``"c_before"``.

    Raises
    ------
    ValueError
        If there are more inputs or units than one, or fewer steps than two.

    Examples
    --------
    >>> import torch
    >>> from lab_code.figures.cells_in_steps import last_step
    >>> gru = torch.nn.GRU(1, 1)
    >>> v = last_step(gru, torch.tensor([[0.5], [1.0]]))
    >>> sorted(v)
    ['h', 'h_before', 'n', 'r', 'x', 'z']
    >>> abs(v["h"] - ((1 - v["z"]) * v["n"] + v["z"] * v["h_before"])) < 1e-6
    True
    """
    if (module.input_size, module.hidden_size) != (1, 1) or len(sequence) < 2:
        raise ValueError("draws one input, one unit, and the last of two steps or more")
    letters = {"hidden": "h", "cell": "c", "input": "i", "forget": "f", "output": "o"}
    letters |= {"reset": "r", "update": "z", "candidate": "g" if module.mode == "LSTM" else "n"}
    with torch.no_grad():
        kept = cells.unroll(module, sequence[None])
    numbers = {letters[name]: steps[0, -1].item() for name, steps in kept.items()}
    before = {f"{letters[name]}_before": kept[name][0, -2].item() for name in kept}
    states = {name: before[name] for name in ("h_before", "c_before") if name in before}
    return numbers | states | {"x": sequence[-1].item()}


def _start(kind: str, height: float) -> tuple[DataFlow, float]:
    """Return an empty drawing, with room for its rows and equations, and its lowest row."""
    low = LINE * len(EQUATIONS[kind]) + 18 + EDGE
    return DataFlow(WIDTH, low + height + EDGE, EQUATIONS[kind][-1][0] + 1), low


def _finish(flow: DataFlow, kind: str, says: dict[str, str]) -> Slider:
    """Return the drawing with its equations, its words and a slider, which stands at the end."""
    for line, (step, name, text) in enumerate(reversed(EQUATIONS[kind])):
        flow.equation(step, (10, LINE / 2 + 8 + LINE * line), text, name)
    flow.figure.set_label(f"{DRAWN[kind]} In numbers: {' '.join(says.values())}")
    frames = [(*said, shown) for said, shown in zip(says.items(), flow.shown, strict=True)]
    return Slider(flow.figure, "step", frames, len(frames) - 1, flow.pale)


def _lstm_says(module: nn.LSTM, v: dict[str, float]) -> dict[str, str]:
    """Return what each step is called, and what is said there."""
    i, f, g, o, c, h = (number(v[letter]) for letter in "ifgoch")
    x, c_before, h_before = (number(v[name]) for name in ("x", "c_before", "h_before"))
    into_i, into_f, into_g, into_o = (_sum(module, gate, v) for gate in range(4))
    return {
        "what is given": f"The input x = {x} and, from the step before, h = {h_before} and "
        f"c = {c_before}.",
        "forget gate": f"f = σ({into_f}) = {f}. So much of the old c stays.",
        "input gate and candidate": f"i = σ({into_i}) = {i} and g = tanh({into_g}) = {g}. So much "
        "of what could be written comes in.",
        "cell state": f"c = {f} · {c_before} + {i} · {g} = {c}: what is kept, and what is new.",
        "output gate": f"o = σ({into_o}) = {o}. So much of the memory is shown.",
        "hidden state": f"h = {o} · tanh({c}) = {h}. The next step starts from h and c.",
    }


def _gru_says(module: nn.GRU, v: dict[str, float]) -> dict[str, str]:
    """Return what each step is called, and what is said there."""
    r, z, n, h, x, h_before = (number(v[name]) for name in ("r", "z", "n", "h", "x", "h_before"))
    into_r, into_z = (_sum(module, gate, v) for gate in range(2))
    into_n = _candidate_sum(module, v)
    return {
        "what is given": f"The input x = {x} and, from the step before, h = {h_before}.",
        "reset gate": f"r = σ({into_r}) = {r}. So much of the old h gets to the candidate.",
        "candidate": f"n = tanh({into_n}) = {n}. It could replace the old h.",
        "update gate": f"z = σ({into_z}) = {z}. So much of the old h stays.",
        "hidden state": f"h = {number(1 - v['z'])} · {n} + {z} · {h_before} = {h}. The next step "
        "starts here.",
    }


def _sum(module: nn.RNNBase, gate: int, v: dict[str, float]) -> str:
    """Return what goes into a gate, in numbers."""
    w = cells.weights_of(module)
    bias = number((w.b_x[gate] + w.b_h[gate]).item())
    terms = (_product(w.W_x[gate], v["x"]), _product(w.W_h[gate], v["h_before"]), bias)
    return " + ".join(terms).replace("+ −", "− ")


def _candidate_sum(module: nn.GRU, v: dict[str, float]) -> str:
    """Return what goes into the candidate of a GRU, in numbers."""
    w = cells.weights_of(module)
    given = f"{_product(w.W_x[2], v['x'])} + {number(w.b_x[2].item())}"
    share = f"{_product(w.W_h[2], v['h_before'])} + {number(w.b_h[2].item())}"
    return f"{given} + {number(v['r'])} · ({share})".replace("+ −", "− ")


def _product(weight: Tensor, value: float) -> str:
    return f"{number(weight.item())} · " + (number(value) if value >= 0 else f"({number(value)})")


def _lstm_boxes(flow, v, c, f, i, g, o, h):
    flow.quantity(0, (GIVEN, c), "c_{t-1}", v["c_before"], "cell state")
    flow.quantity(0, (GIVEN, (i + g) / 2), "x_t", v["x"], "input")
    flow.quantity(0, (GIVEN, h), "h_{t-1}", v["h_before"], "hidden state")
    flow.quantity(1, (GATES, f), "f_t", v["f"], "forget gate")
    flow.quantity(2, (GATES, i), "i_t", v["i"], "input gate")
    flow.quantity(2, (GATES, g), "g_t", v["g"], "candidate")
    flow.quantity(3, (OUT, c), "c_t", v["c"], "cell state")
    flow.quantity(4, (GATES, o), "o_t", v["o"], "output gate")
    flow.quantity(5, (OUT, h), "h_t", v["h"], "hidden state")


def _lstm_operations(flow, v, c, f, i, g, o, h):
    flow.operation(3, (GATES, c))
    flow.operation(3, (SIGNS, i))
    flow.operation(3, (SIGNS, c), "+")
    flow.operation(5, (OUT, i), r"\tanh")
    flow.operation(5, (OUT, o))
    flow.number(3, ((GATES + SIGNS) / 2, c + 11), v["f"] * v["c_before"])
    flow.number(3, (SIGNS + 20, f), v["i"] * v["g"])
    flow.number(5, (OUT + 20, g), torch.tensor(v["c"]).tanh().item())


def _lstm_lines(flow, c, f, i, g, o, h):
    x = (i + g) / 2
    flow.line(0, "input", (GIVEN + SIDE, x), (BUS, x), arrow=False)
    flow.line(0, "hidden state", (GIVEN + SIDE, h), (BUS, h), (BUS, o), arrow=False)
    flow.line(0, "", (BUS, o), (BUS, i), arrow=False)
    flow.line(1, "", (BUS, i), (BUS, f), (GATES - SIDE, f))
    for step, gate in ((2, i), (2, g), (4, o)):
        flow.line(step, "", (BUS, gate), (GATES - SIDE, gate))
    flow.line(3, "cell state", (GIVEN + SIDE, c), (GATES - SIGN, c))
    flow.line(3, "forget gate", (GATES, f + TOP), (GATES, c - SIGN))
    flow.line(3, "cell state", (GATES + SIGN, c), (SIGNS - SIGN, c))
    flow.line(3, "input gate", (GATES + SIDE, i), (SIGNS - SIGN, i))
    flow.line(3, "candidate", (GATES + SIDE, g), (SIGNS, g), (SIGNS, i - SIGN))
    flow.line(3, "candidate", (SIGNS, i + SIGN), (SIGNS, c - SIGN))
    flow.line(3, "cell state", (SIGNS + SIGN, c), (OUT - SIDE, c))
    flow.line(5, "cell state", (OUT, c - TOP), (OUT, i + SIGN))
    flow.line(5, "cell state", (OUT, i - SIGN), (OUT, o + SIGN))
    flow.line(5, "output gate", (GATES + SIDE, o), (OUT - SIGN, o))
    flow.line(5, "hidden state", (OUT, o - SIGN), (OUT, h + TOP))


def _gru_boxes(flow, v, h, z, r, share, n):
    flow.quantity(0, (GIVEN, h), "h_{t-1}", v["h_before"], "hidden state")
    flow.quantity(0, (GIVEN, n), "x_t", v["x"], "input")
    flow.quantity(1, (GATES, r), "r_t", v["r"], "reset gate")
    flow.quantity(2, (GATES, n), "n_t", v["n"], "candidate")
    flow.quantity(3, (GATES, z), "z_t", v["z"], "update gate")
    flow.quantity(4, (OUT, n), "h_t", v["h"], "hidden state")


def _gru_operations(flow, v, h, z, r, share, n):
    flow.operation(2, (GIVEN, share), "W_n")
    flow.operation(2, (GATES, share))
    flow.operation(4, (GATES, h))
    flow.operation(4, (SIGNS, z), "1 -")
    flow.operation(4, (SIGNS, r))
    flow.operation(4, (OUT, r), "+")
    flow.number(4, ((GATES + SIGNS) / 2, h + 11), v["z"] * v["h_before"])
    flow.number(4, (SIGNS + 20, (z + r) / 2), 1 - v["z"])
    flow.number(4, ((SIGNS + OUT) / 2, r - 12), (1 - v["z"]) * v["n"])


def _gru_lines(flow, h, z, r, share, n):
    bus = (z + r) / 2
    flow.line(0, "hidden state", (GIVEN, h - TOP), (GIVEN, bus), arrow=False)
    flow.line(0, "hidden state", (GIVEN, bus), (BUS, bus), arrow=False)
    flow.line(0, "input", (GIVEN + SIDE, n), (BUS, n), arrow=False)
    # The one crossing that cannot be avoided: the line of the input leaves a gap.
    flow.line(0, "input", (BUS, n), (BUS, share - 5), arrow=False)
    flow.line(0, "input", (BUS, share + 5), (BUS, r), arrow=False)
    flow.line(0, "", (BUS, r), (BUS, bus), arrow=False)
    flow.line(1, "", (BUS, r), (GATES - SIDE, r))
    flow.line(2, "input", (BUS, n), (GATES - SIDE, n))
    flow.line(2, "hidden state", (GIVEN, bus), (GIVEN, share + SIGN))
    flow.line(2, "hidden state", (GIVEN + 2 * SIGN, share), (GATES - SIGN, share))
    flow.line(2, "reset gate", (GATES, r - TOP), (GATES, share + SIGN))
    flow.line(2, "hidden state", (GATES, share - SIGN), (GATES, n + TOP))
    flow.line(3, "", (BUS, bus), (BUS, z), (GATES - SIDE, z))
    flow.line(4, "hidden state", (GIVEN + SIDE, h), (GATES - SIGN, h))
    flow.line(4, "update gate", (GATES, z + TOP), (GATES, h - SIGN))
    flow.line(4, "hidden state", (GATES + SIGN, h), (OUT, h), (OUT, r + SIGN))
    flow.line(4, "update gate", (GATES + SIDE, z), (SIGNS - 2 * SIGN, z))
    flow.line(4, "update gate", (SIGNS, z - SIGN), (SIGNS, r + SIGN))
    flow.line(4, "candidate", (GATES + SIDE, n), (SIGNS, n), (SIGNS, r - SIGN))
    flow.line(4, "candidate", (SIGNS + SIGN, r), (OUT - SIGN, r))
    flow.line(4, "hidden state", (OUT, r - SIGN), (OUT, n + TOP))
