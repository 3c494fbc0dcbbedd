"""What a trained network says of a signal, piece by piece, and what is to be said against it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from lab_code.evaluation import Accuracy
from lab_code.models.cards import WARNING, WHAT_IT_HEARD
from lab_code.models.signals import Signal, resample
from lab_code.models.trained import NAMES, TrainedNetwork
from lab_code.recordings import SAMPLE_RANGE, SAMPLES_PER_SECOND, SECONDS_PER_RECORDING, DataError
from lab_code.sources import published

ABSURD = 10
"""How many times larger or smaller than all of the recordings a signal must be, for its unit to be
wrong beyond doubt."""


_TOLD = ("name", "trial", "split", "accuracy", "data", "version", "commit")
"""What the output for programs says of the network; the rest is in its file."""


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a network says of a signal.

    Parameters
    ----------
    trained : TrainedNetwork
    signal : Signal
        As it was read.
    ratio : Fraction
        By which it was resampled; 1 if it was not.
    resampled : Signal
        What the network was given.
    probabilities : ndarray of float, shape (piece, class)
        Of each second, or of each stretch as long as a recording: what the network reads at once.
    notes : list of str
        What is unusual about this signal.

    Examples
    --------
    >>> from pathlib import Path
    >>> from lab_code.models import predictions, signals, trained
    >>> from lab_code.sources import load
    >>> network = trained.load(Path("many_to_one--gru_by_moment.safetensors"))
    >>> samples = load("simulated").samples[0].astype(float)
    >>> signal = signals.Signal(samples, rate=173.61, unit="counts")
    >>> prediction = predictions.ask(network, signal)
    >>> len(prediction.said), prediction.probabilities.shape
    (23, (23, 5))
    >>> prediction.to_table().shape
    (23, 3)
    >>> prediction.warnings[0].split(".")[0]
    'This network is for teaching'
    """

    trained: TrainedNetwork
    signal: Signal
    ratio: Fraction
    resampled: Signal
    probabilities: np.ndarray
    notes: list[str]

    @property
    def starts(self) -> np.ndarray:
        """Ndarray of float, shape (piece,): when each begins, in seconds."""
        return np.arange(len(self.probabilities)) * self.length

    @property
    def length(self) -> float:
        """How long a piece is, in seconds: the network's "second" has 1.025."""
        return self.trained.n_samples / self.resampled.rate

    @property
    def said(self) -> list[str]:
        """The code of the class that it names for each piece."""
        return [self.trained.classes[place] for place in self.probabilities.argmax(axis=1)]

    @property
    def warnings(self) -> list[str]:
        """What a reader must know; never empty."""
        split, accuracy = self.trained.about["split"], Accuracy(**self.trained.about["accuracy"])
        score = f"Tested on the book's own recordings, split {split}, it was right on {accuracy}."
        simulated = self.trained.about["data"]["source"] == "simulated"
        fake = ["It was trained on simulated recordings: it says nothing about EEG."]
        return [WARNING, *(fake if simulated else []), WHAT_IT_HEARD, score, *self.notes]

    def to_table(self) -> pd.DataFrame:
        """Return one row a piece: when it begins, the class named, and its probability."""
        return pd.DataFrame(
            {
                "start (s)": [f"{start:.2f}" for start in self.starts],
                "class": [NAMES[code] for code in self.said],
                "probability": [f"{one:.2f}" for one in self.probabilities.max(axis=1)],
            },
            index=pd.RangeIndex(1, len(self.starts) + 1, name=self.trained.kind.piece),
        )

    def to_text(self) -> str:
        """Return all of it for a reader."""
        signal, ratio = self.signal, self.ratio
        how = f"{signal.seconds:.1f} s at {signal.rate:g} Hz, in {signal.unit}"
        if ratio != 1:
            how += f"; resampled by {ratio}, to {self.resampled.rate:.2f} Hz"
        about = f"{self.trained.about['name']} says of {signal.channel or 'the signal'} ({how}):"
        table = self.to_table().reset_index().to_string(index=False)
        return "\n".join([about, table, *(f"warning: {one}" for one in self.warnings)])

    def to_dict(self) -> dict:
        """Return all of it for a program, ready for JSON."""
        pieces = [
            {
                "start": round(float(start), 4),
                "class": code,
                "name": NAMES[code],
                "probabilities": dict(zip(self.trained.classes, row.tolist(), strict=True)),
            }
            for start, code, row in zip(self.starts, self.said, self.probabilities, strict=True)
        ]
        return {
            "warnings": self.warnings,
            "network": {key: self.trained.about[key] for key in _TOLD if key in self.trained.about},
            "signal": {
                "channel": self.signal.channel,
                "samples": len(self.signal.samples),
                "rate": self.signal.rate,
                "unit": self.signal.unit,
                "resampled_by": str(self.ratio),
                "resampled_rate": self.resampled.rate,
            },
            self.trained.kind.pieces: pieces,
        }


def ask(trained: TrainedNetwork, signal: Signal) -> Prediction:
    """Ask a network about each whole second of a signal, or each stretch that it reads at once.

    Parameters
    ----------
    trained : TrainedNetwork
    signal : Signal
        Is resampled to the network's rate.

    Raises
    ------
    DataError
        If it is shorter than one piece, or so large or small that its unit must be wrong.

    Examples
    --------
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from lab_code.models import predictions, signals, trained
    >>> network = trained.load(Path("many_to_one--gru_by_moment.safetensors"))
    >>> rng = np.random.default_rng(0)
    >>> signal = signals.Signal(50 * rng.normal(size=2560), rate=256, unit="uV")  # ten seconds
    >>> prediction = predictions.ask(network, signal)
    >>> [start.round(2).item() for start in prediction.starts[:3]]
    [0.0, 1.03, 2.05]
    >>> prediction.probabilities.sum(axis=1).round(3).tolist()[:3]
    [1.0, 1.0, 1.0]
    """
    resampled, ratio = resample(signal, trained.sampling_rate)
    n = len(resampled.samples) // trained.n_samples
    if n == 0:
        raise DataError(
            f"the signal is {signal.seconds:.2f} s long; the network needs "
            f"{trained.n_samples / trained.sampling_rate:.3f} s at least"
        )
    pieces = resampled.samples[: n * trained.n_samples].reshape(n, trained.n_samples)
    notes = _unusual(trained, signal, pieces)
    return Prediction(trained, signal, ratio, resampled, trained.ask(pieces), notes)


def _unusual(trained: TrainedNetwork, signal: Signal, pieces: np.ndarray) -> list[str]:
    """Compare a signal with what the network was trained on."""
    lowest, highest = trained.about["deviations"]
    kind, deviations, notes = trained.kind, pieces.std(axis=1), []
    middle = float(np.median(deviations))
    if not lowest / ABSURD <= middle <= highest * ABSURD:
        raise DataError(
            f"in {signal.unit}, a {kind.piece} of this signal has a standard deviation of "
            f"{middle:.3g} µV; those of the recordings have {lowest:.0f} to {highest:.0f}: is the "
            f"unit right?"
        )
    outside = int(((deviations < lowest) | (deviations > highest)).sum())
    if outside:
        notes.append(
            f"{outside} of {len(pieces)} {kind.pieces} are smaller or larger than any that it was "
            f"trained on ({lowest:.0f} to {highest:.0f} µV, standard deviation)."
        )
    offset = float(np.median(pieces))
    if abs(offset) > highest:
        notes.append(f"The signal lies {offset:.0f} µV from zero: subtract its mean first.")
    if signal.rate < 0.99 * trained.sampling_rate:
        notes.append(
            f"At {signal.rate:g} Hz the signal has nothing above {signal.rate / 2:.0f} Hz; the "
            f"recordings reach {trained.sampling_rate / 2:.0f} Hz."
        )
    name = _recording(signal)
    if name and trained.about["data"]["source"] != "simulated":
        notes.append(f"This is recording {name} of the book, " + _heard(trained, name))
    return notes


def _heard(trained: TrainedNetwork, name: str) -> str:
    if name in trained.about["not_trained_on"]:
        return "which was neither in the training part nor in the validation part."
    return "which was in the training or the validation part: a right answer here says little."


def _recording(signal: Signal) -> str | None:
    """Return the name of the book's recording that a signal is, or None."""
    whole = signal.samples.round()
    if len(whole) < SECONDS_PER_RECORDING * SAMPLES_PER_SECOND or (whole != signal.samples).any():
        return None
    if whole.min() < SAMPLE_RANGE[0] or whole.max() > SAMPLE_RANGE[1]:
        return None
    return published.fingerprints().get(published.fingerprint(whole))
