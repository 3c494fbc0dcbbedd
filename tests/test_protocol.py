"""One name, one place: what the protocol names is written nowhere else."""

import re

import numpy as np
import pytest
from conftest import ROOT

from lab_code import protocol, splits
from lab_code.recordings import CLASSES, SETS

SOURCES = [
    *(path for path in ROOT.glob("lab_code/**/*.py") if path.stem != "protocol"),
    *ROOT.glob("examples/*/*.py"),
    *(path for path in ROOT.glob("docs/**/*.md") if "_build" not in path.parts),
]


@pytest.mark.parametrize(
    "split", ["by second", "by moment", "5-fold by moment", "3-fold by second"]
)
def test_splits_have_a_way(split):
    assert protocol.way_of(split) == split.split("-fold ")[-1]


def test_the_control_is_a_way_too():
    assert protocol.way_of(protocol.in_folds(protocol.CONTROL)) == protocol.CONTROL


@pytest.mark.parametrize("split", ["", "by heart", "fold by moment", "5-fold", "5-fold by moment!"])
def test_what_is_no_split_is_refused(split):
    with pytest.raises(ValueError, match="there is no split"):
        protocol.way_of(split)


def test_each_class_of_each_task_has_a_code_of_its_own():
    for task in protocol.TASKS:
        names = protocol.CLASSES_OF.get(task, CLASSES).values()
        codes = [protocol.CODES[name] for name in names]
        assert len(set(codes)) == len(codes)
    assert {protocol.CODES[CLASSES[label]]: label for label in CLASSES} == SETS


def test_folds_are_five(simulation):
    for way in protocol.WAYS:
        items = simulation.seconds() if way == protocol.BY_SECOND else simulation
        assert len(splits.five_folds(items, way)) == protocol.N_FOLDS


def test_names_are_composed_in_one_place():
    assert protocol.name_of("gru") == "GRU"
    assert protocol.name_of("minirocket", "averaged") == "MiniRocket, three trainings, averaged"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_tasks_and_published_scores_are_typed_nowhere_else(path):
    text = path.read_text("utf-8")
    assert not [task for task in protocol.TASKS if task in text]
    for one in protocol.PUBLISHED:
        assert not re.search(rf"{re.escape(f'{100 * one.accuracy:.4g}')} ?%", text), one


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        (protocol.ONE_SECOND, [1, 2, 3, 4, 5]),
        (protocol.WHOLE_RECORDING, [1, 2, 3, 4, 5]),
        (protocol.ONE_SECOND_SEIZURE, [1, 2, 2, 2, 2]),
        (protocol.ELECTRODE, [1, 1, 1, 2, 2]),
        (protocol.EYES, [0, 0, 0, 4, 5]),
        (protocol.PLACE, [0, 2, 3, 0, 0]),
        (protocol.RECORDING_SEIZURE, [1, 2, 2, 0, 0]),
    ],
)
def test_what_a_task_asks(task, expected):
    found = protocol.targets_of(task, np.array([1, 2, 3, 4, 5]))
    assert found.tolist() == expected
    assert set(expected) - {0} <= set(protocol.CLASSES_OF.get(task, CLASSES))


def test_no_other_task_has_one_class_an_item():
    for task in (protocol.STATES, "another"):
        with pytest.raises(ValueError, match="there is no task"):
            protocol.targets_of(task, np.array([1]))
