"""Keep a trained network beside its entry in the record, and load it to ask it again."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from lab_code import record
from lab_code.freshness.environment import environment
from lab_code.models import files
from lab_code.models.kinds import KINDS, Kind
from lab_code.protocol import CODES, way_of
from lab_code.record import store
from lab_code.recordings import CLASSES, DataError, Recordings
from lab_code.sequences import BandScaling, Scaling
from lab_code.training import predict
from lab_code.trial import Trial

NAMES = {CODES[name]: name for name in CLASSES.values()}
"""The name of each class by its code, in the order of a network's outputs."""

FORMAT = 1


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A network that reads one second, or a whole recording, and what is needed to use it.

    Parameters
    ----------
    network : Module
    scaling : Scaling or BandScaling
        Of the part that it was trained on.
    about : dict
        What its file says of it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from lab_code.models.trained import load
    >>> from lab_code.sources import load as load_recordings
    >>> network = load(Path("many_to_one--gru_by_moment.safetensors"))  # from the page of networks
    >>> network.classes
    ['S', 'F', 'N', 'O', 'Z']
    >>> network.network.recurrent.mode
    'GRU'
    >>> seconds = load_recordings("simulated").seconds()
    >>> network.ask(seconds.samples[:3]).shape  # the probability of each class
    (3, 5)
    """

    network: nn.Module
    scaling: Scaling | BandScaling
    about: dict

    @property
    def kind(self) -> Kind:
        """Its kind, which says what it reads."""
        return KINDS[self.about["network"]["kind"]]

    @property
    def n_samples(self) -> int:
        """Samples that it reads at once: 178 in a second, 4097 in a whole recording."""
        return self.about["n_samples"]

    @property
    def sampling_rate(self) -> float:
        """Samples per second that the network was trained on, in hertz."""
        return self.about["sampling_rate"]

    @property
    def classes(self) -> list[str]:
        """The codes of the classes, in the order of the outputs."""
        return self.about["classes"]

    def ask(self, samples: np.ndarray) -> np.ndarray:
        """Return what the network says of each second, or of each recording.

        Parameters
        ----------
        samples : ndarray, shape (piece, n_samples)
            In counts of the recordings, at `sampling_rate`.

        Returns
        -------
        ndarray of float, shape (piece, class)
            Probabilities: the softmax of the class scores.
        """
        sequences = self.kind.steps(samples, self.scaling, self.about)
        return predict(self.network, sequences).double().softmax(dim=1).numpy()


def keep(name: str, trial: Trial, recordings: Recordings) -> Path:
    """Keep the network of a trial beside its entry in the record.

    Parameters
    ----------
    name : str
        Of an entry that was written before. Its ``parameters`` have ``network``, those of the
        network, ``training``, and for a network that reads seconds ``samples_per_step``.
    trial : Trial
        On recordings or their seconds: the only one of that entry, or one of several.
    recordings : Recordings
        Those that it was trained on, or that its seconds were cut from.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    KeyError
        If the record has no such entry.
    ValueError
        If the trial did not give answers of that entry.

    Examples
    --------
    >>> from lab_code import record
    >>> from lab_code.cross_validation import to_record, train_on
    >>> from lab_code.models.trained import keep
    >>> from lab_code.protocol import BY_MOMENT, ONE_SECOND
    >>> from lab_code.sources import load
    >>> from lab_code.splits import split_by_moment
    >>> recordings = load("simulated")
    >>> seconds = recordings.seconds()
    >>> network = {"input_size": 89, "hidden_size": 8, "n_classes": 5}
    >>> how = {"samples_per_step": 89, "network": network, "training": {"epochs": 1}}
    >>> trial = train_on(seconds, split_by_moment(seconds), **how)
    >>> about = {**to_record([trial]), "seed": 0, "parameters": how, "recordings": recordings}
    >>> entry = record.write("my_lab/gru", method="gru", task=ONE_SECOND, split=BY_MOMENT, **about)
    >>> keep("my_lab/gru", trial, recordings).name
    'my_lab--gru.safetensors'
    """
    entry = record.read(name)
    number = _number_of(trial, entry)
    how, around = entry["parameters"], environment()
    kind = KINDS[type(trial.network).__name__]
    items = kind.cut(recordings)
    tested, n = np.unique(trial.answers.recording, return_counts=True)
    whole, deviations = np.bincount(items.recording), items.samples.std(axis=1)
    about = {
        "format": FORMAT,
        "name": name,
        "trial": number,
        "network": {"kind": type(trial.network).__name__, "parameters": how["network"]},
        **kind.describe(how, trial.scaling),
        "n_samples": items.samples.shape[1],
        "sampling_rate": recordings.sampling_rate,
        "unit": "counts of the recordings' converter, about 1 µV each",
        "deviations": [float(deviations.min()), float(deviations.max())],
        "classes": list(NAMES),
        "training": how["training"],
        "seed": entry["seed"] if isinstance(entry["seed"], int) else entry["seed"][number],
        "split": way_of(entry["split"]),
        "accuracy": vars(trial.scores.accuracy),
        "data": entry["data"],
        "not_trained_on": [recordings.names[one] for one in tested[n == whole[tested]]],
        "versions": {"python": around["python"], **around["packages"]},
    }
    path = store.path_of(name).with_suffix(files.SUFFIX)
    weights = {key: value.numpy() for key, value in trial.network.state_dict().items()}
    files.write(path, about, weights)
    return path


def _number_of(trial: Trial, entry: dict) -> int:
    """Return which trial of an entry gave the same answers."""
    answers, said = record.answers_of(entry), trial.answers.pack()
    for number in range(answers.n_trials):
        if answers.of_trial(number).pack() == said:
            return number
    raise ValueError(f"{entry['name']}: the record has the answers of another network")


def load(path: Path) -> TrainedNetwork:
    """Load a network from its file.

    Raises
    ------
    DataError
        If the file is missing or damaged, or does not hold a network of this book.

    Examples
    --------
    >>> from pathlib import Path
    >>> from lab_code.models.trained import load
    >>> network = load(Path("many_to_one--gru_by_moment.safetensors"))  # from the page of networks
    >>> network.about["name"], network.about["split"]
    ('many_to_one/gru_by_moment', 'by moment')
    >>> sum(weights.numel() for weights in network.network.parameters()) > 0
    True
    """
    about, weights = files.read(path)
    try:
        return _built(about, weights)
    except KeyError as error:
        reason = f"it lacks {error.args[0]!r}"
    except (TypeError, ValueError, AttributeError) as error:
        reason = str(error).splitlines()[0][:200]
    raise DataError(f"{path} does not hold a network that this version can use: {reason}")


def _built(about: dict, weights: dict[str, np.ndarray]) -> TrainedNetwork:
    """Check what a file says of its network, and build it."""
    if about["format"] != FORMAT or about["network"]["kind"] not in KINDS:
        raise ValueError(
            f"it is of another format or kind; this version knows {', '.join(KINDS)}, {FORMAT}"
        )
    kind = KINDS[about["network"]["kind"]]
    scaling = kind.check(about)
    how, classes = about["network"]["parameters"], about["classes"]
    if len(classes) != how.get("n_classes", len(NAMES)) or {*classes} != {*NAMES}:
        raise ValueError(f"its classes {classes} are not those of this book")
    lowest, highest = about["deviations"]
    numbers = [about["sampling_rate"], lowest, highest]
    numbers += [about["accuracy"][key] for key in ("value", "low", "high")]
    if not all(math.isfinite(number) for number in numbers) or min(numbers[:2]) <= 0:
        raise ValueError("its rate, size or score is not a number in range")
    for text in (about["name"], about["split"], about["data"]["source"], *about["not_trained_on"]):
        if not isinstance(text, str):
            raise TypeError(f"{text!r} should be a text")
    with torch.device("meta"):  # no memory is taken before the shapes are known to fit
        wanted = kind.network(**how).state_dict()
    if {of: tuple(one.shape) for of, one in wanted.items()} != {
        of: one.shape for of, one in weights.items()
    }:
        raise ValueError("its weights do not have the shapes of its network")
    if not all(one.dtype == np.float32 and np.isfinite(one).all() for one in weights.values()):
        raise ValueError("its weights are not all finite numbers of 32 bits")
    with torch.random.fork_rng(devices=[]):  # the first weights, which these replace, are drawn
        network = kind.network(**how)
    network.load_state_dict({of: torch.from_numpy(one) for of, one in weights.items()})
    return TrainedNetwork(network.eval(), scaling, about)
