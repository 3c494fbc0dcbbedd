"""The card of a trained network, from the record: for what it is good, and for what it is not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab_code import record
from lab_code.answers import Answers
from lab_code.evaluation import Accuracy
from lab_code.protocol import BY_MOMENT, BY_RECORDING, BY_SECOND, CODES, name_of, way_of
from lab_code.recordings import CLASSES

FIRST_PAGE = "split_matters/gru_by_moment"
"""The experiment whose score stands on the first page of the book."""

WARNING = (
    "This network is for teaching. It must not be used for diagnosis, for monitoring, or for any "
    "decision about a person."
)

WHAT_IT_HEARD = (
    "It learnt from short segments, chosen by eye, of five volunteers and five patients, and was "
    "not tested on other people, electrodes or amplifiers. Whatever it is given, it names one of "
    "five classes. Its probabilities were not calibrated."
)

SIMULATED = (
    "This network was trained on **simulated** recordings, because the real ones were not there "
    "when the book was built. Its scores say nothing about EEG."
)


def _what_it_reads(about: dict) -> str:
    """Say what a network reads, and in which steps (its kind in `kinds` needs torch)."""
    samples = f"{about['n_samples']} samples at {about['sampling_rate']} Hz"
    if about["network"]["kind"] == "RecurrentClassifier":
        each = about["samples_per_step"]
        return f"one second of one channel of EEG, {samples}, {each} at each step"
    seconds = about["n_samples"] / about["sampling_rate"]
    bands = about["network"]["parameters"]["n_bands"]
    return (
        f"{seconds:.1f} s of one channel of EEG, {samples}, as a spectrum: its steps are {bands} "
        f"bands of frequency, from low to high"
    )


def card(
    entry: dict, about: dict, experiments: Sequence[dict] = (), commit: str | None = None
) -> str:
    """Describe a network for those who may use it, in Markdown.

    Parameters
    ----------
    entry : dict
        Of the record.
    about : dict
        What the network's file says.
    experiments : sequence of dict
        Of the record; the same network under other splits is found among them.
    commit : str, optional
        Of the book's source.

    Returns
    -------
    str

    Examples
    --------
    >>> from pathlib import Path
    >>> from lab_code import record
    >>> from lab_code.models.cards import card
    >>> from lab_code.models.trained import load
    >>> network = load(Path("many_to_one--gru_by_moment.safetensors"))
    >>> text = card(record.read(network.about["name"]), network.about)
    >>> print(text.splitlines()[0])
    # GRU, one second, five classes
    >>> [line for line in text.splitlines() if line.startswith("## ")][-2:]
    ['## What it must not be used for', '## Licence']
    """
    answers, how = record.answers_of(entry), entry["parameters"]
    number, way = about["trial"], way_of(entry["split"])
    own = answers.of_trial(number)
    n_recordings = len(np.unique(own.recording))
    of = "" if len(own) == n_recordings else f"{len(own):,} seconds of "
    tested = (
        f"{of}{n_recordings} recordings, {len(np.unique(own.moment))} moments{_KNOWN.get(way, '')}"
    )
    rows = [f"| {name} | {accuracy} |" for name, accuracy in _scores(entry, own).items()]
    others = [
        f"- split {one['split']}: {Accuracy(**one['metrics']['accuracy'])}"
        for one in experiments
        if one["name"] != entry["name"] and _alike(one) == _alike(entry)
    ]
    made = f"version {about['version']} of the book" if "version" in about else "the book"
    versions = ", ".join(f"{name} {about['versions'][name]}" for name in ("python", "torch"))
    parts = [
        f"# {name_of(entry['method'], entry['variant'])}, {entry['task'].split(': ')[1]}",
        f"**{WARNING}**",
        *([SIMULATED] if entry["data"]["source"] == "simulated" else []),
        "## What it is",
        f"A network of {entry['n_parameters']:,} parameters that reads {_what_it_reads(about)}, "
        f"and names one of {len(CLASSES)} classes: {', '.join(CLASSES.values())}. "
        f"In the record it is `{entry['name']}`.",
        _list("Network", how["network"]),
        _list("Training", how["training"] | {"seed": about["seed"]}),
        f"Made by {made}{f', commit `{commit}`' if commit else ''}, with {versions}.",
        "## What it was trained on",
        f"{'The' if not of else 'Seconds of the'} 500 EEG recordings of Andrzejak et al. (2001), "
        "[doi:10.1103/PhysRevE.64.061907](https://doi.org/10.1103/PhysRevE.64.061907), of five "
        "healthy volunteers and five patients. Source here: "
        f"{entry['data']['source']}; SHA-256 of all samples: `{entry['data']['digest']}`. The "
        "names of the recordings that it was *not* trained on are in the file (`not_trained_on`).",
        "## How it scored",
        f"Split **{way}**: tested on {tested}. "
        "The share of right answers, with its 95% interval for other moments:",
        "\n".join(["| class | right |", "|---|---|", *rows]),
        *([_OTHERS, "\n".join(others)] if others and way == BY_MOMENT else []),
        *_beside(entry, answers, number, {one["name"]: one for one in experiments}),
        "## What it may be used for",
        "To teach and to learn: to see what a trained network is, to repeat its scores, and to "
        "find out where it fails.",
        "## What it must not be used for",
        "Diagnosis, monitoring, or any decision about a person. It is not a medical device.",
        "\n".join(_LIMITS),
        "## Licence",
        "The file is under the BSD 3-Clause license of the book. The recordings are not part of "
        'it, and their record carries two statements: Creative Commons Attribution 4.0, and "free '
        "of charge for research and education purposes only. Any commercial or military use is "
        'prohibited", with no warranty.',
    ]
    return "\n\n".join(parts) + "\n"


def _scores(entry: dict, own: Answers) -> dict[str, Accuracy]:
    """Return the accuracy of each class and of all, of the training that was kept."""
    if record.answers_of(entry).n_trials > 1:  # the entry has that of all together
        scores = own.scores()
        return {**scores.per_class, "all": scores.accuracy}
    metrics = entry["metrics"]
    rows = {name: metrics["accuracy_per_class"][CODES[name]] for name in CLASSES.values()}
    return {name: Accuracy(**of) for name, of in (rows | {"all": metrics["accuracy"]}).items()}


def _beside(entry: dict, answers: Answers, number: int, known: dict[str, dict]) -> list[str]:
    """Say why its score is not that of other trainings, nor that of the book's first page."""
    said = []
    if answers.n_trials > 1:
        said.append(
            f"It is number {number + 1} of {answers.n_trials} trainings. Each was tested on "
            f"moments of its own, and all together they scored "
            f"{Accuracy(**entry['metrics']['accuracy'])}; one by one {_each(answers)}. So few "
            f"moments are in one test part that the score of one training depends on which."
        )
    first = known.get(FIRST_PAGE)
    if first and entry["name"] != FIRST_PAGE:
        others, score = record.answers_of(first), Accuracy(**first["metrics"]["accuracy"])
        if first["task"] == entry["task"]:
            same = first["parameters"] == entry["parameters"]
            said.append(
                f"The first page of the book has another score, {score}: the mean of "
                f"{others.n_trials} trainings{'' if same else ' with other settings'}, each tested "
                f"on moments of its own, where this is one training, tested on some of them. One "
                f"by one those scored {_each(others)}."
            )
        else:
            said.append(
                f"The first page of the book has another score, {score}: that is for another task "
                f"(*{first['task'].split(': ')[1]}*), and the mean of {others.n_trials} trainings."
            )
    return said


def _each(answers: Answers) -> str:
    return ", ".join(f"{share:.1%}" for share in answers.of_each_trial())


_KNOWN = {
    BY_MOMENT: ", none of which it had heard at any electrode",
    BY_RECORDING: "; of many of them it had heard another electrode",
    BY_SECOND: "; it had heard other seconds of nearly all of these recordings",
}

_OTHERS = (
    "This is the score to quote. The same settings under another split gave what follows; there, "
    "the network had heard parts of what it was tested on, which says little about new recordings:"
)

_LIMITS = (
    "- **No new people.** Which recording is whose was never published, so nobody can say how "
    "often it is right about a person whom it has never met. Moments are found from the samples, "
    "and not all that belongs together is found: even a split by moment may flatter.",
    "- **No detector.** Its recordings were chosen by eye, without artefacts. A monitor at the "
    "bedside sees all the rest, and nearly all of the time no seizure.",
    "- **Electrodes, not only brains.** Two classes were recorded on the scalp and three inside "
    "the skull; part of what it tells apart is that.",
    "- **Amplitude.** All signals are scaled by the same numbers, so their size counts. The unit "
    "of the recordings was not published; about 1 µV a count fits the publication's figures.",
    "- **Filters.** The publication speaks of a filter from 0.53 to 40 Hz, the download page of "
    "unfiltered files. Signals of another amplifier differ in what was filtered.",
    "- **Probabilities.** They were not calibrated: do not read 0.9 as nine times in ten.",
)


def _alike(entry: dict) -> tuple:
    return tuple(entry[key] for key in ("lab", "method", "variant", "task", "parameters"))


def _list(what: str, settings: dict) -> str:
    return f"{what}: " + ", ".join(f"{key} {value}" for key, value in settings.items()) + "."
