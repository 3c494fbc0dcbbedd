"""The look of the book's figures, and the colours that mean the same everywhere.

The drawings that more than one page uses are in the modules of this package. The label of a figure
(``figure.set_label``) says in words what it shows. It is what a screen reader reads in place of a
lab's figure.
"""

from __future__ import annotations

from importlib.resources import as_file, files

from matplotlib import rcParams, style

from lab_code.recordings import CLASSES

CLASS_COLOURS = dict(
    zip(CLASSES.values(), ["#D55E00", "#E69F00", "#009E73", "#0072B2", "#56B4E9"], strict=True)
)
"""Safe for colour-blind readers: from the palette of Okabe and Ito (2008)."""


SEIZURE_COLOUR = CLASS_COLOURS[CLASSES[1]]


NETWORK_COLOURS = {
    "simple RNN": "#CC6677",
    "LSTM": "#AA4499",
    "GRU": "#44AA99",
    "feed-forward": "#999933",
    "1-D CNN": "#8C8C8C",
}
"""Safe for colour-blind readers, and none of the classes': from Paul Tol's muted scheme."""


CELL_COLOUR = "#AA3377"


QUANTITY_COLOURS = {
    "input": "#4477AA",
    "hidden state": "#DDAA33",
    "cell state": CELL_COLOUR,
    "output": "#44BB99",
    "loss": "#BB5566",
    "target": "#8C8C8C",
    "input gate": "#228833",
    "forget gate": "#EE7733",
    "output gate": "#33BBEE",
    "reset gate": "#EE3377",
    "update gate": "#997700",
    "candidate": "#BBAACC",
}
"""What flows through a network: close to Paul Tol's schemes, and no class's or network's colour.

Each is drawn with its symbol or name beside it, so that nothing hangs on the colour alone.
"""


INK = "#262626"
"""Text and axes; on the site it follows the theme."""


QUIET = "#8C8C8C"


TRAIN_COLOUR = QUIET


VALIDATION_COLOUR = "#0072B2"


MATRIX_COLOUR = "#0072B2"


def use_style() -> None:
    """Give matplotlib the look of the book's figures.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from lab_code import figures
    >>> figures.use_style()
    >>> figure, axis = plt.subplots()
    >>> axis.spines["top"].get_visible()
    False
    """
    with as_file(files("lab_code.figures").joinpath("lab.mplstyle")) as path:
        style.use(path)
    axes = ("axes.edgecolor", "axes.labelcolor", "axes.titlecolor")
    for name in ("text.color", *axes, "xtick.color", "ytick.color"):
        rcParams[name] = INK
