"""Drawings of how networks learn, and of how right they are."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lab_code.answers import Answers
from lab_code.evaluation import Accuracy, Scores
from lab_code.figures import (
    CLASS_COLOURS,
    INK,
    MATRIX_COLOUR,
    NETWORK_COLOURS,
    QUIET,
    TRAIN_COLOUR,
    VALIDATION_COLOUR,
)
from lab_code.protocol import BY_MOMENT, BY_RECORDING


def learning_curve(history: pd.DataFrame) -> Figure:
    """Draw loss and accuracy over the epochs, for the training and the validation part.

    Parameters
    ----------
    history : DataFrame
        From `lab_code.training.fit`.

    Examples
    --------
    >>> from textwrap import fill
    >>> import pandas as pd
    >>> from lab_code.figures.scores import learning_curve
    >>> losses = {"train_loss": [1.5, 0.9, 0.5], "validation_loss": [1.4, 1.0, 1.1]}
    >>> shares = {"train_accuracy": [0.3, 0.6, 0.8], "validation_accuracy": [0.4, 0.6, 0.6]}
    >>> figure = learning_curve(pd.DataFrame(losses | shares, index=[1, 2, 3]))
    >>> print(fill(figure.get_label(), 80))
    Over 3 epochs the training loss goes from 1.50 to 0.50 and the validation loss
    from 1.40 to 1.10, lowest in epoch 2; the training accuracy ends at 80%, the
    validation accuracy at 60%.
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

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.evaluation import score
    >>> from lab_code.figures.scores import confusion_matrix
    >>> labels = np.repeat([1, 2, 3, 4, 5], 4)
    >>> scores = score(labels, np.roll(labels, 1), moment=np.arange(20))
    >>> figure = confusion_matrix(scores, "One of four is wrong")
    >>> figure.axes[0].texts[0].get_text()  # seizures called seizures
    '75%'
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

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.evaluation import score
    >>> from lab_code.figures.scores import accuracies
    >>> labels = np.repeat([1, 2, 3, 4, 5], 4)
    >>> found = {"mine": score(labels, np.roll(labels, 1), moment=np.arange(20))}
    >>> figure = accuracies(found, reported={"theirs": {"seizure": 0.95, "all": 0.685}})
    >>> [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    ['mine', 'theirs']
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


def differences(answers: dict[str, Answers], reference: str) -> Figure:
    """Draw by how much several networks are ahead of one, with intervals.

    Parameters
    ----------
    answers : dict of str to Answers
        What to call each network, as in `NETWORK_COLOURS`, and what it said of the same items.
    reference : str
        The one.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.answers import Answers
    >>> from lab_code.figures.scores import differences
    >>> from lab_code.sources import load
    >>> recordings, every = load("simulated"), np.arange(500)
    >>> said = {"GRU": recordings.labels, "simple RNN": np.roll(recordings.labels, 10)}
    >>> said = {name: Answers.of(recordings, every, labels) for name, labels in said.items()}
    >>> figure = differences(said, reference="simple RNN")
    >>> [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    ['GRU']
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

    Examples
    --------
    >>> from lab_code.evaluation import Accuracy
    >>> from lab_code.figures.scores import accuracy_by_way
    >>> from lab_code.protocol import BY_MOMENT, BY_RECORDING
    >>> found = {BY_RECORDING: Accuracy(0.9, 0.85, 0.95), BY_MOMENT: Accuracy(0.7, 0.6, 0.8)}
    >>> print(accuracy_by_way({"GRU": found}).get_label())
    Accuracy of recorded runs. GRU by recording 90.0%, by moment 70.0%.
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
