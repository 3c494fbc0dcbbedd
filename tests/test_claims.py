"""Sentences are checked against the record; test_site builds a page that claims too much."""

import numpy as np
import pytest

from lab_code.answers import Answers
from lab_code.protocol import BY_MOMENT, ONE_SECOND, STATES
from lab_code.record import claims, entries


@pytest.fixture(scope="module")
def experiments(simulation):
    rng = np.random.default_rng(0)
    chance, other_chance = rng.random((2, 2, 500))

    def entry(name, right, chance=chance):
        labels = simulation.labels
        runs = [
            Answers.of(simulation, np.arange(500), np.where(of < right, labels, labels % 5 + 1))
            for of in chance
        ]
        return entries.entry(
            f"lab/{name}",
            method="gru",
            task=ONE_SECOND,
            split=BY_MOMENT,
            seed=[0, 1],
            seconds=1,
            parameters={},
            n_parameters=1,
            answers=Answers.join(runs),
            recordings=simulation,
            delay=2.5,
            each=[1.0, 3.0],
        )

    found = [entry("good", 0.9), entry("fair", 0.8), entry("fair_too", 0.8, other_chance)]
    none = np.arange(500)
    right_of_seizures = np.where(simulation.labels == 1, 1, simulation.labels % 5 + 1)
    one = Answers.of(simulation, none, right_of_seizures)
    states = found[0] | {"name": "lab/states", "task": STATES}
    halves = [
        Answers.of(simulation, half, simulation.labels[half]) for half in (none[:9], none[9:])
    ]
    folds = found[0] | {"name": "lab/folds", "answers": Answers.join(halves).pack()}
    return [*found, found[0] | {"name": "lab/seizures", "answers": one.pack()}, states, folds]


FACTS = [{"name": "lab/size", "lab": "lab", "values": {"mean": 3.0, "of": {"eyes open": 48.0}}}]


@pytest.mark.parametrize(
    "claim",
    [
        "lab/good > lab/fair",
        "lab/fair < lab/good",
        "lab/fair ~ lab/fair_too",
        "lab/good > lab/fair by 0.05",
        "lab/good > lab/fair in each trial",
        "lab/good > lab/fair by 0.05 in each trial",
        "lab/seizures S > lab/good S",
        "lab/good F > lab/seizures F",
        "lab/good > 0.85",
        "lab/good accuracy > lab/fair accuracy",
        "lab/good accuracy_per_class.S > 0.8",
        "lab/good delay > 2",
        "lab/good each.1 > lab/good each.0",
        "lab/size of.eyes open > 10 * lab/size mean",
        "lab/size of.eyes open > lab/size mean by 40",
        "lab/size mean < 4, lab/good > lab/fair",
        "lab/size   mean\n<  4",
    ],
)
def test_what_holds(claim, experiments):
    checked = claims.check(claim, experiments, FACTS)
    assert checked.holds
    assert any(character.isdigit() for character in checked.measured)


@pytest.mark.parametrize(
    "claim",
    [
        "lab/fair > lab/good",
        "lab/good ~ lab/fair",
        "lab/fair > lab/fair_too by 0.05",
        "lab/good > lab/fair by 0.2",
        "lab/fair > lab/good in each trial",
        "lab/good < 0.85",
        "lab/good delay > 2.5",
        "lab/size mean < 4, lab/good < lab/fair",
        "lab/size of.eyes open > 17 * lab/size mean",
    ],
)
def test_what_does_not(claim, experiments):
    assert not claims.check(claim, experiments, FACTS).holds


@pytest.mark.parametrize(
    ("claim", "complaint"),
    [
        ("", "a claim must look like"),
        ("lab/good is best", "a claim must look like"),
        ("lab/good > lab/none", "has no 'lab/none'"),
        ("lab/good nothing > 1", "no number 'nothing'"),
        ("lab/size of > 1", "no number 'of'"),
        ("lab/size > 1", "no number ''"),
        ("lab/good ~ 0.9", "two experiments"),
        ("lab/good ~ lab/fair by 0.1", "~ takes neither"),
        ("lab/good ~ lab/fair in each trial", "~ takes neither"),
        ("lab/states S > lab/good S", "has other classes"),
        ("lab/good delay > 1 in each trial", "two experiments"),
        ("lab/good > lab/good delay", "two of one kind"),
        ("lab/good > lab/seizures in each trial", "2 and 1 trials"),
        ("lab/folds > lab/good in each trial", "different test parts"),
        ("mean * lab/good > 1", "only a number"),
        ("__import__('os') > 1", "has no"),
    ],
)
def test_what_is_no_claim(claim, complaint, experiments):
    with pytest.raises(ValueError, match=complaint):
        claims.check(claim, experiments, FACTS)


def test_a_name_given_twice_is_refused(experiments):
    fact = FACTS[0] | {"name": "lab/good"}
    with pytest.raises(ValueError, match="'lab/good' twice"):
        claims.check("lab/good > lab/fair", experiments, [*FACTS, fact])
