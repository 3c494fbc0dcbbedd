import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from lab_code import detection, splits
from lab_code.detection import alarms, calibration
from lab_code.detection.joined import join

CUT = {"shape": (30, 64), "samples_per_step": 22}
RATE = 173.61 / 22


def row(text, on="#"):
    return np.array([[letter == on for letter in text]])


@pytest.fixture(scope="module")
def joined(simulation):
    split = splits.split_by_moment(simulation)
    return join(simulation, split.test, seed=3, **CUT), split, simulation


def test_joined_recordings_are_pieces_of_their_recordings(joined):
    of, split, recordings = joined
    assert of.samples.shape == (30, 64 * 22)
    assert of.samples_per_step == 22
    assert np.isin(of.recording, split.test).all()
    assert np.array_equal(of.moment, recordings.moment[of.recording])
    assert np.array_equal(of.states == 1, recordings.labels[of.recording] == 1)
    assert np.isin(recordings.labels[of.recording], [1, 2, 3]).all()
    for samples, recording in zip(of.samples, of.recording, strict=True):
        whole = recordings.samples[recording[0]].tobytes()
        assert samples[: 11 * 22].tobytes() in whole  # 1.5 seconds at the least


def pieces(joined):
    """The steps at which pieces end, one string per sequence."""
    return [np.flatnonzero(np.diff(recording)).tobytes() for recording in joined.recording]


def test_joined_recordings_begin_between_seizures_and_change(joined):
    of, *_ = joined
    assert not of.states[:, 0].any()
    assert 0.1 < of.states.mean() < 0.5
    joins = np.diff(of.recording, axis=1) != 0
    lengths = np.concatenate([np.diff(np.flatnonzero(row)) for row in joins])
    assert lengths.min() >= int(1.5 * RATE)
    same_state = np.diff(of.states, axis=1)[joins] == 0
    assert 0.3 < same_state.mean() < 0.8  # a join by itself gives nothing away


def test_the_same_seed_gives_the_same_course_of_states(joined):
    of, split, recordings = joined
    again = join(recordings, split.test, seed=3, **CUT)
    assert np.array_equal(of.samples, again.samples)
    of_training = join(recordings, split.train, seed=3, **CUT)
    assert np.array_equal(of.states, of_training.states)


def test_no_part_has_the_timeline_of_another(simulation):
    """Test sequences must not change their state at the same steps as training sequences."""
    how = {"n_steps": 192, "samples_per_step": 22}
    timelines = []
    for fold, split in enumerate(list(splits.folds_by_moment(simulation))[:2]):
        parts = detection.join_parts(simulation, split, (40, 40, 40), seed=fold, **how)
        assert list(parts) == ["train", "validation", "test"]
        for name, part in parts.items():
            assert np.isin(part.recording, getattr(split, name)).all()
            timelines += pieces(part)
    assert len(set(timelines)) > 0.95 * len(timelines)


def test_stacked_sequences_are_answered_step_by_step(joined):
    of, *_ = joined
    two = detection.Joined.stack([of, of])  # noqa: PD013 - no table of pandas
    answers = two.answers(two.states == 1, n_trials=2)
    assert len(answers) == 2 * 30 * 64
    assert answers.right.all()
    assert answers.n_trials == 2
    assert len(np.unique(answers.item)) == len(answers)
    assert np.array_equal(answers.moment[: of.moment.size], of.moment.ravel())


def test_the_deviation_tells_what_is_large_and_knows_no_future(joined, simulation):
    of, split, recordings = joined
    train = join(recordings, split.train, seed=0, **CUT)
    validation = join(recordings, split.validation, seed=1, **CUT)
    large = detection.DeviationThreshold(train, validation)
    probability = large(of)
    assert probability.shape == of.states.shape
    assert ((probability > 0.5) == of.states).mean() > 0.8
    changed = of.samples.copy()
    changed[:, 40 * 22 :] = 0
    until = large(detection.Joined(changed, of.states, of.recording, of.moment))
    assert np.array_equal(until[:, :40], probability[:, :40])


def test_an_alarm_waits():
    said = np.array([[0.9, 0.9, 0.2, 0.7, 0.8, 0.6, 0.9]])
    sure = alarms.lasting(said, steps_per_second=6)  # three steps are half a second
    assert np.array_equal(sure[0], [-np.inf, -np.inf, 0.2, 0.2, 0.2, 0.6, 0.6])
    assert np.array_equal(alarms.lasting(said, 1), said)


# The counts are those of the package timescoring 0.0.7 (EventScoring of masks at 10 Hz, no
# tolerance, no least overlap, nothing merged, nothing split): seizures detected, false alarms.
SCORED = [
    ("..####....####..", "................", (0, 0)),
    ("..####....####..", "..##............", (1, 0)),
    ("..####....####..", "...##.......####", (2, 0)),
    ("..####....####..", "......##........", (0, 1)),
    ("..####....####..", "...#.#..#...#.#.", (2, 2)),
    ("..####....####..", "..####....####..", (2, 0)),
    ("####........####", "##............##", (2, 0)),
    ("................", "..##...##.......", (0, 2)),
]

# Here an alarm sounds already when a seizure begins. timescoring, which asks whether they overlap,
# counts the first pair; what is counted here is the second.
EARLY = [
    ("..####....####..", ".###............", (1, 0), (0, 1)),
    ("..####....####..", "...#########....", (2, 0), (1, 0)),
    ("..####....####..", "################", (2, 0), (0, 1)),
    ("..####....####..", ".##.#...........", (1, 0), (1, 1)),
]


@pytest.mark.parametrize(("states", "alarm", "expected"), SCORED)
def test_alarms_are_counted_as_timescoring_counts_them(states, alarm, expected):
    found = alarms.judge(row(alarm), row(states), 10)
    assert (found.announced.sum(), found.n_false) == expected


@pytest.mark.parametrize(("states", "alarm", "overlapping", "expected"), EARLY)
def test_an_alarm_that_sounds_already_announces_nothing(states, alarm, overlapping, expected):
    found = alarms.judge(row(alarm), row(states), 10)
    assert (found.announced.sum(), found.n_false) == expected != overlapping


def test_delays_and_rates():
    states = np.vstack([row("..####....####.."), row(".......#########")])
    alarm = np.vstack([row("....##.........#"), row(".......#........")])
    found = alarms.judge(alarm, states, steps_per_second=2)
    assert found.sequence.tolist() == [0, 0, 1]
    assert found.onset.tolist() == [2, 10, 7]
    assert np.array_equal(found.delay, [1.5, np.nan, 0.5], equal_nan=True)
    assert found.sensitivity == pytest.approx(2 / 3)
    assert found.hours == pytest.approx(15 / 2 / 3600)
    assert found.false_per_hour == pytest.approx(1 / found.hours)


def test_sequences_are_judged_by_themselves():
    states, alarm = row("....####|####....", "#"), row("......##|##......", "#")
    both = (states[:, [*range(8), *range(9, 17)]], alarm[:, [*range(8), *range(9, 17)]])
    apart = [part.reshape(2, 8) for part in both]
    assert len(alarms.judge(both[1], both[0], 10).onset) == 1
    found = alarms.judge(apart[1], apart[0], 10)
    assert found.announced.tolist() == [True, True]


def test_a_sweep_finds_the_threshold_for_a_rate():
    rng = np.random.default_rng(0)
    states = (rng.random((50, 60)) < 0.1).cumsum(axis=1) % 2
    sure = 0.6 * states + 0.4 * rng.random(states.shape)
    points = alarms.sweep(sure, states, steps_per_second=10)
    assert points["threshold"].is_monotonic_increasing
    best = alarms.threshold_for(points, 0)
    found = alarms.judge(sure > best, states, 10)
    assert found.n_false == 0
    assert found.sensitivity == 1  # all seizures are above all that is between them
    blind = alarms.sweep(rng.random(states.shape), states, steps_per_second=10)
    rate_of = blind.set_index("threshold")["false_per_hour"]
    allowed = rate_of.quantile([0.2, 0.5, 0.9]).tolist()
    rates = [rate_of[alarms.threshold_for(blind, rate)] for rate in allowed]
    assert rates == sorted(rates)
    assert (np.array(rates) <= allowed).all()


def test_the_share_of_right_alarms_is_bayes():
    # 9 of 10 seizures announced, one false alarm a day, one seizure in ten days
    assert detection.share_right(0.9, 1 / 24, 0.1) == pytest.approx(0.09 / 1.09)
    assert detection.share_right(1.0, 0.0, 0.01) == 1
    shares = detection.share_right(0.9, 1.0, np.array([0.1, 1, 10]))
    assert (np.diff(shares) > 0).all()


def test_probabilities_that_come_true_are_reliable():
    rng = np.random.default_rng(0)
    said = rng.random((100, 500))
    came = (rng.random(said.shape) < said).astype(int)
    table = calibration.reliability(said, came)
    assert len(table) == 10
    assert table["n"].sum() == said.size
    assert (table["said"] - table["came"]).abs().max() < 0.03
    assert detection.calibration_error(table) < 0.01
    bold = calibration.reliability(np.where(said > 0.5, 1.0, 0.0), came)
    assert bold.index.tolist() == [0, 9]
    assert detection.calibration_error(bold) == pytest.approx(0.25, abs=0.01)
    assert isinstance(table, pd.DataFrame)


def test_a_bedside_scores_all_folds(simulation):
    how = {"n_steps": 64, "samples_per_step": 22}
    folds = list(splits.folds_by_moment(simulation))[:2]
    parts = [
        detection.join_parts(simulation, split, (20, 20, 20), seed=fold, **how)
        for fold, split in enumerate(folds)
    ]
    knowing = [{name: of.states * 0.8 + 0.1 for name, of in part.items()} for part in parts]
    late = [{name: np.roll(of, 2, axis=1) for name, of in fold.items()} for fold in knowing]
    best, worse = (detection.Bedside.of(said, parts, RATE, 30) for said in (knowing, late))
    metrics = best.metrics()
    assert metrics["right_at_first"] == 1
    assert metrics["sensitivity"] == metrics["sensitivity_hindsight"] == 1
    assert metrics["false_alarms_per_hour"] == metrics["missed"] == 0
    assert metrics["delay_median"] == pytest.approx(0.5, abs=0.03)
    assert metrics["calibration_error"] == pytest.approx(0.1)
    assert worse.metrics()["right_at_first"] == pytest.approx(0.5, abs=0.05)  # two of four steps
    assert worse.metrics()["delay_median"] == pytest.approx(0.5 + 2 / RATE, abs=0.03)
    gaps = best.minus(worse)
    assert gaps["steps"].low > 0
    assert gaps["at_first"].value == pytest.approx(0.5, abs=0.05)
    assert gaps["announced"].value == pytest.approx(0, abs=0.1)


class Loud(nn.Module):
    """Say a seizure where a step is large; nothing is learnt but how much to add."""

    def __init__(self, times):
        super().__init__()
        self.times, self.more = times, nn.Parameter(torch.zeros(1))

    def forward(self, sequences):
        large = self.times * sequences.abs().mean(dim=2) + self.more
        return torch.stack([-large, large], dim=2)


def test_detectors_are_trained_in_each_fold_and_compared(simulation):
    how = {"n_steps": 64, "samples_per_step": 22}
    folds = list(splits.folds_by_moment(simulation))[:2]
    parts = detection.join_folds(simulation, folds, (20, 10, 10), **how)
    again = detection.join_parts(simulation, folds[1], (20, 10, 10), seed=1, **how)
    assert np.array_equal(parts[1]["test"].samples, again["test"].samples)
    settings = {"epochs": 1, "batch_size": 10, "progress": False}
    said, kept = detection.train_detector(
        Loud, {"times": 0.0}, simulation, folds, parts, **settings
    )
    assert kept["n_parameters"] == 1
    assert kept["seconds"] > 0
    for fold, joined in zip(said, parts, strict=True):
        for name, probability in fold.items():
            assert probability.shape == joined[name].states.shape
            assert len(np.unique(probability)) == 1  # all that is added, after training
    assert said[0]["test"][0, 0] < 0.5  # most steps are between seizures
    large = detection.fit_thresholds(parts)
    by_hand = detection.DeviationThreshold(parts[1]["train"], parts[1]["validation"])
    assert np.array_equal(large[1]["test"], by_hand(parts[1]["test"]))
    beside = {"blind": said, "deviation": large}
    beside = {name: detection.Bedside.of(one, parts, RATE, 30) for name, one in beside.items()}
    (pair,) = detection.in_pairs(beside).items()
    assert pair[0] == "blind_minus_deviation"
    assert pair[1] == beside["blind"].minus(beside["deviation"])
    assert detection.to_table(beside).loc["deviation"].to_dict() == beside["deviation"].row()
    told = beside["blind"].to_record()
    assert told.pop("answers") is beside["blind"].answers
    assert told == beside["blind"].metrics()
