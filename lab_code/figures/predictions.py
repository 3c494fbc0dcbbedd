"""The drawing of what a network says of a signal."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lab_code.figures import CLASS_COLOURS, INK, use_style
from lab_code.files import write_whole
from lab_code.models.predictions import Prediction
from lab_code.models.trained import NAMES
from lab_code.recordings import DataError


def save(prediction: Prediction, path: Path) -> None:
    """Draw what a network says of a signal into a file, whose name says its format.

    Raises
    ------
    DataError
        If matplotlib does not know the format, or the file cannot be written.

    Examples
    --------
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from lab_code.figures.predictions import save
    >>> from lab_code.models import predictions, signals, trained
    >>> network = trained.load(Path("many_to_one--gru_by_moment.safetensors"))
    >>> noise = 50 * np.random.default_rng(0).normal(size=2560)
    >>> prediction = predictions.ask(network, signals.Signal(noise, rate=256, unit="uV"))
    >>> save(prediction, Path("noise.svg"))
    >>> Path("noise.svg").is_file()
    True
    """
    with plt.rc_context():
        use_style()
        figure = by_second(prediction)
        kind, known = path.suffix[1:].lower(), figure.canvas.get_supported_filetypes()
        if kind not in known:
            raise DataError(f"{path}: a figure's name must end in one of {', '.join(known)}")
        date = {"metadata": {"Date": None}} if kind == "svg" else {}
        try:
            with write_whole(path) as file:
                figure.savefig(file, format=kind, **date)
        except OSError as error:
            raise DataError(f"cannot write {path}: {error.strerror or error}") from None
        finally:
            plt.close(figure)


def by_second(prediction: Prediction) -> Figure:
    """Draw a signal, and below it the probability of each class in each second, or stretch.

    Parameters
    ----------
    prediction : Prediction

    Examples
    --------
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from lab_code.figures.predictions import by_second
    >>> from lab_code.models import predictions, signals, trained
    >>> network = trained.load(Path("many_to_one--gru_by_moment.safetensors"))
    >>> noise = 50 * np.random.default_rng(0).normal(size=2560)
    >>> prediction = predictions.ask(network, signals.Signal(noise, rate=256, unit="uV"))
    >>> figure = by_second(prediction)
    >>> [axis.get_ylabel() for axis in figure.axes]
    ['µV', 'probability']
    """
    figure, (above, below) = plt.subplots(2, 1, figsize=(7, 4.4), sharex=True)
    signal, kind = prediction.resampled, prediction.trained.kind
    time = np.arange(len(signal.samples)) / signal.rate
    above.plot(time, signal.samples, color=INK, linewidth=0.6)
    above.set(ylabel="µV", title=f"What the network says of each {kind.piece}, for teaching only")
    edges = np.append(prediction.starts, prediction.starts[-1] + prediction.length)
    bottom = np.zeros(len(prediction.starts))
    for code, share in zip(prediction.trained.classes, prediction.probabilities.T, strict=True):
        style = {"color": CLASS_COLOURS[NAMES[code]], "label": NAMES[code], "linewidth": 0}
        below.stairs(bottom + share, edges, baseline=bottom, fill=True, **style)
        bottom = bottom + share
    below.set(xlabel="seconds", ylabel="probability", ylim=(0, 1), xlim=(0, time[-1]))
    figure.legend(*below.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    counts = {NAMES[code]: prediction.said.count(code) for code in prediction.trained.classes}
    said = ", ".join(f"{name} in {count}" for name, count in counts.items() if count)
    figure.set_label(
        f"A signal of {len(prediction.starts)} {kind.pieces}, and below it the probabilities of "
        f"five classes in each. The class named is {said}."
    )
    return figure
