"""What the record says about one experiment."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lab_code.answers import Answers
from lab_code.protocol import CLASSES_OF, CODES, METHODS, TASKS, VARIANTS, way_of
from lab_code.record.provenance import describe
from lab_code.recordings import CLASSES, Recordings

_NAME = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)+")


def entry(
    name: str,
    *,
    method: str,
    variant: str = "",
    task: str,
    split: str,
    seed: int | Sequence[int],
    seconds: float,
    parameters: dict,
    n_parameters: int,
    answers: Answers,
    recordings: Recordings,
    **metrics: float | Sequence[float],
) -> dict:
    """Describe one experiment, in the layout of the record.

    Parameters
    ----------
    name : str
        The lab's file name without ``.py``, a slash, and what tells its experiments apart:
        ``many_to_one/gru_by_second``.
    method, variant : str
        What gave the answers: keys of `lab_code.protocol.METHODS` and `VARIANTS`.
    task : str
        What is predicted from what: one of `lab_code.protocol.TASKS`.
    split : str
        How the training and the test part were chosen: ``by moment``, ``5-fold by moment``; see
        `lab_code.protocol.way_of`.
    seed : int or sequence of int
        Several, if trials with several seeds were scored together.
    seconds : float
        Training time in seconds, of all trials together.
    parameters : dict
        Every setting of the network and of its training.
    n_parameters : int
        The number of parameters that were trained.
    answers : Answers
        What was said of each item of the test part.
    recordings : Recordings
    **metrics : float or sequence of float
        What else was measured on the test part.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If the name is not of that form, the protocol does not know the method, the variant, the
        task or the split, or a metric has the name of one that comes from the answers.
    """
    if not is_name(name):
        raise ValueError(f"an experiment's name is like many_to_one/gru_by_second, not {name!r}")
    for what, value, known in (
        ("method", method, METHODS),
        ("variant", variant, VARIANTS),
        ("task", task, TASKS),
    ):
        if value not in known:
            raise ValueError(
                f"{name}: lab_code.protocol has no {what} {value!r}; it has: "
                f"{', '.join(map(repr, known))}"
            )
    way_of(split)
    scores = answers.scores(CLASSES_OF.get(task, CLASSES))
    of_all_labs = {
        "accuracy": vars(scores.accuracy),
        "accuracy_per_class": {
            CODES[of]: vars(accuracy) for of, accuracy in scores.per_class.items()
        },
        "n_test": len(answers),
    }
    if twice := of_all_labs.keys() & metrics.keys():
        raise ValueError(f"{name}: {', '.join(twice)} comes from the answers; name yours otherwise")
    return {
        "name": name,
        "lab": name.split("/")[0],
        "method": method,
        "variant": variant,
        "task": task,
        "split": split,
        "seed": seed if isinstance(seed, int) else list(seed),
        "seconds": round(seconds, 1),
        "parameters": parameters,
        "n_parameters": n_parameters,
        "metrics": of_all_labs | metrics,
        "answers": answers.pack(),
        "data": describe(recordings),
    }


def is_name(text: str) -> bool:
    """Whether a text has the form of an experiment's name."""
    return bool(_NAME.fullmatch(text))


def answers_of(experiment: dict) -> Answers:
    """Return the answers that an entry of the record keeps.

    Raises
    ------
    ValueError
        If it keeps none, as releases before 0.2 did.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code import record
    >>> from lab_code.answers import Answers
    >>> from lab_code.sources import load
    >>> recordings = load("simulated")
    >>> answers = Answers.of(recordings, np.arange(500), predicted=np.ones(500))
    >>> entry = {"name": "my_lab/always_a_seizure", "answers": answers.pack()}
    >>> record.answers_of(entry)
    <500 answers, 20.0% right>
    """
    if "answers" not in experiment:
        raise ValueError(f"{experiment['name']} keeps no answers; releases before 0.2 kept none")
    return Answers.unpack(experiment["answers"])
