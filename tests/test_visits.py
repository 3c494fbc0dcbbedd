"""Simulated patients whose best answers are known, and the networks that read them."""

import itertools

import numpy as np
import pytest
import torch
from scipy.linalg import expm

from lab_code.evaluation import interval
from lab_code.figures import visits as draw
from lab_code.tasks import visits
from lab_code.tasks.readers import best_possible, in_pairs, learn
from lab_code.tasks.visits import (
    CHANCE,
    DIAGNOSIS,
    DRUG,
    FIRST,
    GAP,
    N_CODES,
    PACE,
    Patients,
    moves,
)


@pytest.fixture(scope="module")
def patients():
    return Patients.draw(3000, seed=0)


def with_codes(*visits_of_one):
    """One patient: of each visit, the codes."""
    codes = torch.zeros(1, len(visits_of_one), N_CODES)
    for visit, given in enumerate(visits_of_one):
        codes[0, visit, list(given)] = 1
    n = torch.tensor([len(visits_of_one)])
    return Patients(codes, torch.ones(1, len(visits_of_one)), n, torch.zeros(1, 1).long())


def test_moves_are_the_exponential_of_the_rates():
    rates = np.array([[-PACE[0], PACE[0], 0], [0, -PACE[1], PACE[1]], [0, 0, 0]])
    months = np.array([0.1, 3.0, 40.0])
    np.testing.assert_allclose(moves(months), [expm(rates * one) for one in months], atol=1e-12)


def test_patients_are_as_the_rules_say(patients):
    stages, lengths = patients.stages.numpy(), patients.lengths.numpy()
    real = np.arange(20) < lengths[:, None]
    assert (real == (stages >= 0)).all()
    assert (patients.codes.numpy()[~real] == 0).all()
    assert (patients.gaps.numpy()[~real] == 0).all()
    both = real[:, 1:]
    assert (np.diff(stages)[both] >= 0).all()  # never back
    for stage in range(3):
        of = patients.codes.numpy()[stages == stage].mean(axis=0)
        np.testing.assert_allclose(of, CHANCE[stage], atol=0.03)
        after = patients.gaps.numpy()[:, 1:][both & (stages[:, :-1] == stage)]
        assert after.mean() == pytest.approx(GAP[stage], rel=0.05)
    np.testing.assert_allclose(np.bincount(stages[:, 0]) / len(patients), FIRST, atol=0.03)


def test_the_filter_is_bayes_rule_over_all_paths():
    """Summed over all paths that the stages may have taken."""
    patients = Patients.draw(3, seed=4, shortest=4, longest=4)
    for one, found in enumerate(patients.filtered()):
        codes, gaps = patients.codes[one].numpy(), patients.gaps[one].numpy().astype(float)
        for visit in range(4):
            weights = np.zeros(3)
            for way in itertools.product(range(3), repeat=visit + 1):
                chance = FIRST[way[0]]
                for t, stage in enumerate(way):
                    if t:
                        before = way[t - 1]
                        chance *= np.exp(-gaps[t] / GAP[before]) / GAP[before]
                        chance *= moves(gaps[t])[before, stage]
                    chance *= np.where(codes[t] > 0, CHANCE[stage], 1 - CHANCE[stage]).prod()
                weights[way[-1]] += chance
            np.testing.assert_allclose(found[visit], weights / weights.sum(), rtol=1e-6)


def test_the_filter_says_as_often_as_it_is_true(patients):
    known, stages = patients.filtered(), patients.stages.numpy()
    for stage in range(3):
        for low in (0.1, 0.4, 0.7):
            of = (stages >= 0) & (known[:, :, stage] > low) & (known[:, :, stage] < low + 0.2)
            true = (stages[of] == stage).mean()
            assert known[of][:, stage].mean() == pytest.approx(true, abs=2 / np.sqrt(of.sum()))


def test_in_the_world_of_order_only_a_later_drug_helps():
    none, drug = with_codes([], [], []), with_codes([DRUG], [], [])
    before, same = with_codes([DRUG], [DIAGNOSIS], []), with_codes([], [DIAGNOSIS, DRUG], [])
    after = with_codes([], [DIAGNOSIS], [DRUG])
    risk = {name: one.risk("order")[0] for name, one in locals().items()}
    assert risk["none"] == risk["drug"] == risk["after"]
    assert risk["before"] == risk["same"] > 3 * risk["after"]
    assert len({one.risk("counts")[0] for one in (none, before, same, after)}) == 1
    with pytest.raises(ValueError, match="the worlds are counts, order, not 'weather'"):
        none.risk("weather")


def test_the_risk_from_counts_is_the_mean_over_all_orders():
    """Of a patient with five visits, two diagnoses and two drugs."""
    risks = []
    for ill in itertools.combinations(range(5), 2):
        for drug in itertools.combinations(range(5), 2):
            given = [[DIAGNOSIS] * (t in ill) + [DRUG] * (t in drug) for t in range(5)]
            one = with_codes(*given)
            risks.append(one.risk("order")[0])
    assert len(set(np.round(risks, 9))) == 2
    assert one.risk_from_counts("order")[0] == pytest.approx(np.mean(risks))
    assert one.risk_from_counts("counts")[0] == one.risk("counts")[0]


def test_pairs_are_in_order():
    pairs = with_codes([3], [4, 5], [3]).with_pairs()[0, N_CODES:].reshape(N_CODES, N_CODES)
    assert {tuple(map(int, one)) for one in np.argwhere(pairs)} == {
        (3, 4),
        (3, 5),
        (4, 3),
        (5, 3),
        (3, 3),
    }


def test_some_patients_need_no_more_steps_than_their_longest(patients):
    rows = torch.nonzero(patients.lengths == 6)[:5, 0]
    few = patients[rows]
    assert few.codes.shape == (5, 6, N_CODES)
    assert (few.stages >= 0).all()


class Last(torch.nn.Linear):
    """Says the stage, and who falls ill, from the codes of each visit by itself."""

    def forward(self, patients):
        return super().forward(patients.codes).transpose(1, 2)


def test_learning_leaves_out_what_is_behind_the_last_visit(patients):
    torch.manual_seed(0)
    network = learn(Last(N_CODES, 3), patients, steps=100)
    with torch.no_grad():
        likely = network(patients).softmax(1).transpose(1, 2).numpy()
    assert 0.6 < patients.right(likely) < patients.right(patients.filtered())


def test_learning_keeps_the_best_and_stops(patients, monkeypatch):
    """With a rate so high that it gets worse, the first weights that were asked are kept."""
    asked = []

    class Counting(torch.nn.Linear):
        def forward(self, patients):
            if len(patients) == 600:
                asked.append(self.weight.detach().clone())
            return super().forward(patients.codes.sum(dim=1)) * 30

    torch.manual_seed(0)
    ill = np.random.default_rng(0).random(3000) < 0.5  # nothing can be learnt
    network = learn(Counting(N_CODES, 2), patients, ill, steps=1000)
    best = [torch.equal(one, network.weight) for one in asked].index(True)
    assert best + 6 == len(asked) - 1  # 150 steps later it ended


def test_intervals_hold_the_true_mean_as_often_as_they_say():
    drawn = np.random.default_rng(0).normal(3, 1, (2000, 5))
    held = [one.low < 3 < one.high for one in map(interval, drawn)]
    assert 0.935 < np.mean(held) < 0.965


def test_comparisons_are_by_world_and_number_of_patients():
    rows = [
        {"patients": n, "GRU": 0.7 + seed, "counts": 0.6 + seed, "counts and pairs": 0.8 + seed}
        for n in (250, 1000)
        for seed in (0.0, 0.1)
    ]
    facts = in_pairs({"order": rows}, {"order": (0.9, 0.7)})
    assert list(facts) == ["order_250", "order_1000"]
    assert facts["order_250"]["over_counts"] == pytest.approx(
        {"value": 0.1, "low": 0.1, "high": 0.1}
    )
    assert facts["order_250"]["over_pairs"]["value"] == pytest.approx(-0.1)
    assert facts["order_250"]["below_best"]["value"] == pytest.approx(0.15)
    assert facts["order_250"]["over_best_from_counts"]["value"] == pytest.approx(0.05)


def test_no_one_does_better_than_the_true_risk(patients):
    ill = {world: patients.outcome(world, seed=3) for world in visits.WORLDS}
    best = best_possible(patients, ill)
    assert best["counts"][0] == best["counts"][1]
    assert best["order"][0] > best["order"][1] + 0.03


def test_the_drawings_say_that_nobody_is_real(patients):
    rows = [{"patients": n, "GRU": 0.7, "counts": 0.6, "counts and pairs": 0.6} for n in (9, 9)]
    figures = [
        draw.one_patient(patients, 0),
        draw.learning_curves({"order": rows}, {"order": (0.9, 0.8)}),
        draw.told_stages(patients, 0, {"exact": patients.filtered()}),
    ]
    for figure in figures:
        assert "simulated" in figure.get_label().lower()
        titles = [one.get_title(at) for one in figure.axes for at in ("left", "center")]
        titles.append(figure.get_suptitle())
        assert any("simulated" in one.lower() for one in titles)
