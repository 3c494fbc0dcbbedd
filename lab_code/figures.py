"""The drawings that more than one page uses, and the colours that mean the same everywhere.

The label of a figure (``figure.set_label``) says in words what it shows. It is what a screen
reader reads in place of a lab's figure.
"""

from __future__ import annotations

from importlib.resources import as_file, files

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lab_code.answers import Answers
from lab_code.detection import Bedside, calibration_error, share_right
from lab_code.evaluation import Accuracy, Scores
from lab_code.protocol import BY_MOMENT, BY_RECORDING
from lab_code.recordings import Recordings

CLASS_COLOURS = {
    "seizure": "#D55E00",
    "epileptogenic zone": "#E69F00",
    "opposite hippocampus": "#009E73",
    "eyes closed": "#0072B2",
    "eyes open": "#56B4E9",
}
"""Safe for colour-blind readers: from the palette of Okabe and Ito (2008)."""

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
"""Text and axes, as in ``lab.mplstyle``; on the site it follows the theme."""

QUIET = "#8C8C8C"
TRAIN_COLOUR = QUIET
VALIDATION_COLOUR = "#0072B2"
MATRIX_COLOUR = "#0072B2"

DETECTOR_LOOKS = (
    {"color": INK, "ls": ":"},
    {"color": NETWORK_COLOURS["GRU"], "ls": "-"},
    {"color": QUIET, "ls": "--"},
)
"""How detectors are drawn, in their order."""


def use_style() -> None:
    """Give matplotlib the look of the book's figures."""
    with as_file(files("lab_code").joinpath("lab.mplstyle")) as style:
        plt.style.use(style)


def traces(recordings: Recordings, examples: dict[str, int], seconds: float = 5) -> Figure:
    """Draw the beginning of one recording of each class, below each other on one scale.

    Parameters
    ----------
    recordings : Recordings
    examples : dict of str to int
        The number of the recording to draw for each class name.
    seconds : float
        How much of each.
    """
    n = round(seconds * recordings.sampling_rate)
    time = np.arange(n) / recordings.sampling_rate
    rows = [recordings.samples[number, :n].astype(float) for number in examples.values()]
    height_of = np.array([np.ptp(row) for row in rows])
    gap = np.concatenate([[0.0], 1.1 * (height_of[:-1] + height_of[1:]) / 2])
    figure, axes = plt.subplots(figsize=(6, 4.2))
    ticks = -np.cumsum(gap)
    for name, row, middle in zip(examples, rows, ticks, strict=True):
        centred = row - (row.max() + row.min()) / 2
        axes.plot(time, centred + middle, color=CLASS_COLOURS[name], linewidth=1)
    axes.set_yticks(ticks, list(examples))
    axes.tick_params(left=False)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("seconds")
    axes.set_xlim(0, seconds)
    axes.plot([seconds * 1.01] * 2, [ticks[0], ticks[0] - 500], color=INK, clip_on=False)
    axes.text(seconds * 1.02, ticks[0] - 250, "500 counts", rotation=90, va="center")
    axes.set_title(f"{seconds} seconds of each class")
    swings = zip(examples, height_of, strict=True)
    said = ", ".join(f"{name} swings over {height:.0f} counts" for name, height in swings)
    figure.set_label(f"{seconds} seconds of EEG of each class, on one scale: {said}.")
    return figure


def learning_curve(history: pd.DataFrame) -> Figure:
    """Draw loss and accuracy over the epochs, for the training and the validation part.

    Parameters
    ----------
    history : DataFrame
        From `lab_code.training.fit`.
    """
    figure, axes = plt.subplots(2, 1, figsize=(5.5, 4.4), sharex=True)
    for axis, what in zip(axes, ["loss", "accuracy"], strict=True):
        axis.plot(history[f"train_{what}"], color=TRAIN_COLOUR, label="training")
        axis.plot(history[f"validation_{what}"], color=VALIDATION_COLOUR, label="validation")
        axis.set(title=what.capitalize())
    axes[1].set_xlabel("epoch")
    axes[0].axvline(history["validation_loss"].idxmin(), color=INK, lw=0.8, ls=":")
    axes[0].legend()
    axes[0].set_title("Loss; the dotted line marks the weights that were kept")
    first, last = history.iloc[0], history.iloc[-1]
    figure.set_label(
        f"Over {len(history)} epochs the training loss goes from {first.train_loss:.2f} to "
        f"{last.train_loss:.2f} and the validation loss from {first.validation_loss:.2f} to "
        f"{last.validation_loss:.2f}, lowest in epoch {history['validation_loss'].idxmin()}; the "
        f"training accuracy ends at {last.train_accuracy:.0%}, the validation accuracy at "
        f"{last.validation_accuracy:.0%}."
    )
    return figure


def confusion_matrix(scores: Scores, title: str) -> Figure:
    """Draw how many items of each true class were given each class, in percent of the row.

    Parameters
    ----------
    scores : Scores
    title : str
    """
    counts = scores.confusion.to_numpy()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = scores.confusion.index
    figure, axes = plt.subplots(figsize=(5.2, 4.2))
    for row, column in np.ndindex(shares.shape):
        share = shares[row, column]
        # a see-through colour, so that the text on it stays readable on light and on dark pages
        axes.add_patch(
            Rectangle(
                (column - 0.5, row - 0.5), 1, 1, color=MATRIX_COLOUR, alpha=0.65 * share, lw=0
            )
        )
        axes.text(column, row, f"{share:.0%}", ha="center", va="center")
    ticks = range(len(names))
    axes.set(
        xlim=(-0.5, len(names) - 0.5),
        ylim=(len(names) - 0.5, -0.5),
        xlabel="predicted",
        ylabel="true",
        title=title,
        aspect="equal",
    )
    axes.set_xticks(ticks, names, rotation=30, ha="right")
    axes.set_yticks(ticks, names)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    rows = [
        f"{name}: "
        + ", ".join(f"{shares[i, j]:.0%} {names[j]}" for j in np.argsort(-shares[i])[:2])
        for i, name in enumerate(names)
    ]
    figure.set_label(
        f"{title}. For each true class, what it is most often called: {'; '.join(rows)}."
    )
    return figure


def accuracies(results: dict[str, Scores], reported: dict[str, dict[str, float]]) -> Figure:
    """Draw the accuracy of each class with its interval, for several results.

    Parameters
    ----------
    results : dict of str to Scores
        What to call each result, and the result; at most four.
    reported : dict of str to dict
        Accuracies from elsewhere, without intervals: what to call them, and for each class
        name (or ``"all"``) a share from 0 to 1.
    """
    rows = [*CLASS_COLOURS, "all"]
    measured = {label: {**s.per_class, "all": s.accuracy} for label, s in results.items()}
    figure, axes = plt.subplots(figsize=(6, 3.8))
    offsets = np.linspace(-0.15, 0.15, len(results)) if len(results) > 1 else [0.0]
    markers = "osv^"[: len(results)]
    for offset, marker, (label, accuracies) in zip(offsets, markers, measured.items(), strict=True):
        for name, accuracy in accuracies.items():
            row = rows.index(name) + offset
            style = {"color": CLASS_COLOURS.get(name, INK), "solid_capstyle": "butt"}
            axes.plot([accuracy.low, accuracy.high], [row, row], **style)
            axes.plot(accuracy.value, row, marker, **style)
        axes.plot([], [], marker, color=QUIET, label=label)
    for label, values in reported.items():
        places = [(value, rows.index(name)) for name, value in values.items()]
        axes.plot(*zip(*places, strict=True), "D", mfc="none", color=QUIET, label=label)
    axes.set_yticks(range(len(rows)), rows)
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel="accuracy on the test part", title="Accuracy of each class")
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.legend(loc="lower left")
    values = {label: {n: a.value for n, a in of.items()} for label, of in measured.items()}
    said = [
        f"{label}: {', '.join(f'{name} {value:.0%}' for name, value in of.items())}."
        for label, of in (values | reported).items()
    ]
    figure.set_label(f"Accuracy of each class. {' '.join(said)}")
    return figure


def joined_sequence(detectors: dict[str, Bedside], sampling_rate: float) -> Figure:
    """Draw a joined recording of two seizures, and below it what detectors say at each step.

    Parameters
    ----------
    detectors : dict of str to Bedside
        What to call each detector, and what it said; as many as `DETECTOR_LOOKS`.
    sampling_rate : float
        Samples a second.
    """
    joined = next(iter(detectors.values())).test
    row = int(np.argmax((np.diff(joined.states) == 1).sum(axis=1) == 2))
    colour = CLASS_COLOURS["seizure"]
    signal, states = joined.samples[row], joined.states[row]
    time = np.arange(len(signal)) / sampling_rate
    in_seizure = np.repeat(states == 1, joined.samples_per_step)
    figure, axes = plt.subplots(2, 1, figsize=(6, 4.2), sharex=True)
    axes[0].plot(time, np.where(in_seizure, np.nan, signal), color=QUIET, lw=0.8)
    axes[0].plot(time, np.where(in_seizure, signal, np.nan), color=colour, lw=0.8)
    axes[0].set(ylabel="counts", title="Joined recordings; seizures in colour")
    axes[1].fill_between(time, in_seizure, color=colour, alpha=0.2, lw=0)
    heard = np.arange(1, len(states) + 1) * joined.samples_per_step / sampling_rate
    right = {}
    for look, (name, of) in zip(DETECTOR_LOOKS, detectors.items(), strict=False):
        axes[1].plot(heard, of.probability[row], label=name, **look)
        right[name] = ((of.probability[row] > 0.5) == states).mean()
    axes[1].set(xlabel="seconds", title="Probability of a seizure, at every step")
    figure.legend(loc="outside lower center", ncols=len(detectors))
    shares = ", ".join(f"{name} {share:.0%}" for name, share in right.items())
    n_seizures = int((np.diff(states, prepend=0) == 1).sum())
    figure.set_label(
        f"A joined recording of {time[-1]:.0f} seconds; it has {n_seizures} seizures. Share of "
        f"the steps at which each detector is right: {shares}."
    )
    return figure


def alarms(detectors: dict[str, Bedside], allowed: float) -> Figure:
    """Draw the share of seizures that are announced against the false alarms an hour.

    Parameters
    ----------
    detectors : dict of str to Bedside
        What to call each detector, and what it was worth; as many as `DETECTOR_LOOKS`.
    allowed : float
        The false alarms an hour that thresholds were set for beforehand.
    """
    figure, axis = plt.subplots(figsize=(6, 3.8))
    axis.axvline(allowed, color=INK, lw=0.8, ls=":")
    sizes = (13, 8, 8)  # marks that may lie over each other
    for look, size, (name, of) in zip(DETECTOR_LOOKS, sizes, detectors.items(), strict=False):
        points = of.curve.sort_values("false_per_hour")
        best = points["sensitivity"].cummax()
        axis.step(points["false_per_hour"], best, where="post", label=name, **look)
        found = of.beforehand
        mark = {"mfc": "none", "mew": 2, "ms": size, "color": look["color"]}
        axis.plot(found.false_per_hour, found.sensitivity, "o", **mark)
    axis.set(
        xscale="log",
        xlim=(1, 200),
        ylim=(0, 1),
        xlabel="false alarms an hour",
        title="Seizures that are announced",
    )
    axis.yaxis.set_major_formatter("{x:.0%}")
    axis.xaxis.set_major_formatter("{x:.0f}")
    axis.legend(loc="lower right")
    said = "; ".join(
        f"{name} {of.beforehand.sensitivity:.0%} with {of.beforehand.false_per_hour:.0f} an hour"
        for name, of in detectors.items()
    )
    figure.set_label(
        f"Share of seizures announced against false alarms an hour. With thresholds set "
        f"beforehand for {allowed:.0f} an hour: {said}."
    )
    return figure


def trust(detectors: dict[str, Bedside]) -> Figure:
    """Draw what share of alarms is right when seizures are rare, and whether probabilities hold.

    Parameters
    ----------
    detectors : dict of str to Bedside
        What to call each detector, and what it was worth; as many as `DETECTOR_LOOKS`.
    """
    figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.4))
    per_day = np.geomspace(0.03, 1000, 100)
    axes[1].plot([0, 1], [0, 1], color=INK, lw=0.8, ls=":")
    daily = {}
    for look, (name, of) in zip(DETECTOR_LOOKS, detectors.items(), strict=False):
        found = of.beforehand.sensitivity, of.beforehand.false_per_hour
        axes[0].plot(per_day, share_right(*found, per_day), **look)
        table = of.reliability
        axes[1].plot(table["said"], table["came"], marker="o", ms=4, label=name, **look)
        daily[name] = share_right(*found, 1)
    axes[0].set(xscale="log", yscale="log", xlabel="seizures a day", title="Alarms that are right")
    axes[0].yaxis.set_major_formatter(lambda share, _: f"{100 * share:g}%")
    axes[1].set(xlim=(0, 1), ylim=(0, 1), xlabel="probability said", title="How often it came true")
    axes[1].xaxis.set_major_formatter("{x:.0%}")
    axes[1].yaxis.set_major_formatter("{x:.0%}")
    figure.legend(loc="outside lower center", ncols=len(detectors))
    rare = ", ".join(f"{name} {share:.1%}" for name, share in daily.items())
    off = ", ".join(
        f"{name} {100 * calibration_error(of.reliability):.1f}" for name, of in detectors.items()
    )
    figure.set_label(
        f"Left, alarms that are right at one seizure a day: {rare}. Right, by how many points the "
        f"probabilities are off on average: {off}."
    )
    return figure


def differences(answers: dict[str, Answers], reference: str) -> Figure:
    """Draw by how much several networks are ahead of one, with intervals.

    Parameters
    ----------
    answers : dict of str to Answers
        What to call each network, as in `NETWORK_COLOURS`, and what it said of the same items.
    reference : str
        The one.
    """
    of_it = answers[reference]
    gaps = {name: of.minus(of_it) for name, of in answers.items() if name != reference}
    each = {
        name: np.subtract(answers[name].of_each_trial(), of_it.of_each_trial()) for name in gaps
    }
    figure, axis = plt.subplots(figsize=(6, 0.6 + 0.5 * len(gaps)))
    axis.axvline(0, color=INK, lw=0.8, ls=":")
    for row, (name, gap) in enumerate(gaps.items()):
        look = {"color": NETWORK_COLOURS[name], "ms": 8}
        axis.plot([100 * gap.low, 100 * gap.high], [row, row], **look)
        axis.plot(100 * gap.value, row, "o", **look)
        axis.plot(100 * each[name], np.full(len(each[name]), row - 0.3), "|", **look)
    axis.set_yticks(range(len(gaps)), gaps)
    axis.invert_yaxis()
    axis.set(xlabel="points of accuracy", title=f"Ahead of the {reference}, or behind it")
    said = "; ".join(f"{name} {gap}" for name, gap in gaps.items())
    figure.set_label(f"Accuracy minus that of the {reference}, with its interval: {said}.")
    return figure


def accuracy_by_way(accuracies: dict[str, dict[str, Accuracy]]) -> Figure:
    """Draw how accurate methods are on recordings and on moments that are new, with intervals.

    Parameters
    ----------
    accuracies : dict of str to dict of str to Accuracy
        What to call each method, and its accuracy for `BY_RECORDING`, `BY_MOMENT`, or both.
    """
    figure, axis = plt.subplots(figsize=(6, 1.2 + 0.45 * len(accuracies)))
    for way, shift, colour in ((BY_RECORDING, -0.13, QUIET), (BY_MOMENT, 0.13, INK)):
        measured = {r: of[way] for r, of in enumerate(accuracies.values()) if way in of}
        for row, accuracy in measured.items():
            axis.plot([accuracy.low, accuracy.high], [row + shift] * 2, color=colour)
        values = [accuracy.value for accuracy in measured.values()]
        rows = np.add(list(measured), shift)
        axis.plot(values, rows, "o", color=colour, label=f"split {way}")
    axis.set_yticks(range(len(accuracies)), accuracies)
    axis.invert_yaxis()
    axis.xaxis.set_major_formatter("{x:.0%}")
    axis.set(xlabel="accuracy, with its 95% interval", title="Whole recordings")
    figure.legend(loc="outside lower center", ncols=2)
    said = "; ".join(
        f"{name} {', '.join(f'{way} {accuracy.value:.1%}' for way, accuracy in of.items())}"
        for name, of in accuracies.items()
    )
    figure.set_label(f"Accuracy of recorded runs. {said}.")
    return figure
