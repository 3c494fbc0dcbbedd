"""Simulated patients: visits with codes at irregular times, a hidden stage, and a known answer.

Nothing here was measured on anyone, and no number in it is meant to be that of a disease. It is
made so that the best possible answer can be computed, and a network be held against it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import comb, expit

STAGES = ("none", "early", "late")
"""The stages of the disease. It never goes back."""

N_CODES = 30
"""The codes of a visit, numbered from 0: diagnoses and drugs."""

DIAGNOSIS, DRUG = 0, 1
"""The two codes whose order matters in the world of that name."""

WORLDS = ("counts", "order")
"""What decides who falls ill: how often there was each code; or also which was there first."""

FIRST = np.array([0.7, 0.2, 0.1])
"""How likely each stage is at the first visit."""

PACE = np.array([0.02, 0.08])
"""Transitions a month, from no disease to the early stage and from there to the late one."""

GAP = np.array([5.0, 2.5, 1.2])
"""Months from one visit to the next on average, by the stage at the first of the two."""


def _of_codes() -> tuple[np.ndarray, np.ndarray]:
    """Return how likely each code is in each stage, (stage, code), and its weight, (code,)."""
    rng = np.random.default_rng(5)
    usual = rng.uniform(-3.2, -1.5, N_CODES)
    shift = np.where(np.arange(N_CODES) % 3 == 2, rng.normal(0, 0.8, N_CODES), 0)
    chance = expit(usual + np.arange(len(STAGES))[:, None] * shift)
    weight = np.where(np.arange(N_CODES) % 2 == 0, rng.normal(0, 0.6, N_CODES), 0)
    chance[:, [DIAGNOSIS, DRUG]], weight[[DIAGNOSIS, DRUG]] = 0.12, 0
    return chance, weight


CHANCE, WEIGHT = _of_codes()


def moves(months: np.ndarray) -> np.ndarray:
    """Return how likely each stage follows each after a time.

    Parameters
    ----------
    months : ndarray, any shape

    Returns
    -------
    ndarray, shape (..., stage, stage)
        From the first of the two stages to the second: the exponential of the rates times the
        months, written out.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.tasks.visits import moves
    >>> moves(np.array(0.0)).round(2)  # no time: no change
    array([[1., 0., 0.],
           [0., 1., 0.],
           [0., 0., 1.]])
    >>> moves(np.array(1200.0)).round(2)[0]  # and after a hundred years, the last
    array([0., 0., 1.])
    """
    months, (a, b) = np.asarray(months, dtype=float), PACE
    matrix = np.zeros((*months.shape, 3, 3))
    matrix[..., 0, 0], matrix[..., 1, 1] = np.exp(-a * months), np.exp(-b * months)
    matrix[..., 0, 1] = a / (b - a) * (np.exp(-a * months) - np.exp(-b * months))
    matrix[..., 2] = 1 - matrix.sum(axis=-1)  # what is left over has come to the last stage
    return matrix


@dataclass(frozen=True, eq=False)
class Patients:
    """Simulated patients with their visits; what lies behind the last visit of each is zero.

    Parameters
    ----------
    codes : Tensor of float32, shape (patient, visit, code)
        1 where a code was given.
    gaps : Tensor of float32, shape (patient, visit)
        Months since the visit before; 0 at the first.
    lengths : Tensor of int64, shape (patient,)
        Visits of each patient.
    stages : Tensor of int64, shape (patient, visit)
        The hidden stage at each visit, a place in `STAGES`; -100 behind the last visit, which
        torch's cross-entropy leaves out.

    Examples
    --------
    >>> from lab_code.tasks.visits import Patients
    >>> patients = Patients.draw(100, seed=0)
    >>> patients.codes.shape
    torch.Size([100, 20, 30])
    >>> patients.counts().shape  # how often each patient had each code
    (100, 30)
    >>> patients.risk("order").shape  # given all visits, and given no more than the counts
    (100,)
    >>> patients.risk_from_counts("order").shape
    (100,)
    >>> patients.filtered().sum(axis=2)[0, 0].round(6)  # a probability for each stage
    np.float64(1.0)
    """

    codes: torch.Tensor
    gaps: torch.Tensor
    lengths: torch.Tensor
    stages: torch.Tensor

    @classmethod
    def draw(cls, n: int, seed: int, shortest: int = 4, longest: int = 20) -> Patients:
        """Draw patients, each with `shortest` to `longest` visits.

        Parameters
        ----------
        n : int
        seed : int
        shortest, longest : int
        """
        rng = np.random.default_rng(seed)
        lengths = rng.integers(shortest, longest + 1, n)
        codes = np.zeros((n, longest, N_CODES), dtype=np.float32)
        gaps = np.zeros((n, longest), dtype=np.float32)
        stages = np.full((n, longest), -100)
        stage = rng.choice(len(STAGES), n, p=FIRST)
        for t in range(longest):
            if t:
                gap = rng.exponential(GAP[stage])
                likely = moves(gap)[np.arange(n), stage]
                stage = (rng.random(n)[:, None] > likely.cumsum(axis=1)).sum(axis=1).clip(max=2)
                gaps[:, t] = gap
            codes[:, t], stages[:, t] = rng.random((n, N_CODES)) < CHANCE[stage], stage
        over = np.arange(longest) >= lengths[:, None]
        codes[over], gaps[over], stages[over] = 0, 0, -100
        return cls(*map(torch.from_numpy, (codes, gaps, lengths, stages)))

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, rows: torch.Tensor | slice) -> Patients:
        """Keep some patients, and no more steps than they need."""
        longest = int(self.lengths[rows].max())
        codes, gaps, stages = (
            one[rows][:, :longest] for one in (self.codes, self.gaps, self.stages)
        )
        return Patients(codes, gaps, self.lengths[rows], stages)

    def counts(self) -> np.ndarray:
        """Return at how many visits each patient had each code, (patient, code)."""
        return self.codes.sum(dim=1).numpy()

    def with_pairs(self) -> np.ndarray:
        """Return the same, and which codes were followed by which.

        Returns
        -------
        ndarray of float32, shape (patient, code + code x code)
            Of a pair of codes, 1 where the second was given at a visit after one with the first.
        """
        ever = self.codes.cummax(dim=1).values[:, :-1]
        pairs = torch.einsum("pta,ptb->pab", ever, self.codes[:, 1:]) > 0
        return np.hstack([self.counts(), pairs.flatten(1).float().numpy()])

    def risk(self, world: str) -> np.ndarray:
        """Return how likely each patient falls ill soon, (patient,), given all visits: exactly.

        Parameters
        ----------
        world : {"counts", "order"}
            In both, some codes change the logit of the risk at each visit. In the world of order
            the diagnosis adds to it, and the drug takes that away again, but only if it was given
            at a later visit.
        """
        had, treated = self._pair()
        return self._risk(world, had * (1 - treated))

    def risk_from_counts(self, world: str) -> np.ndarray:
        """Return the same given no more than counts and number of visits, (patient,): exactly.

        Neither of the two codes of the pair depends on the stage or on the other; so given how
        often there was each, all places among the visits are equally likely.

        Parameters
        ----------
        world : {"counts", "order"}
        """
        if world == "counts":
            return self.risk(world)
        visits, (given, drugs) = self.lengths.numpy(), self.counts()[:, [DIAGNOSIS, DRUG]].T
        too_early = np.zeros(len(self))  # no drug behind the first diagnosis
        for first in range(1, visits.max() + 1):
            at_first = comb(visits - first, given - 1) / comb(visits, given)
            too_early += at_first * comb(first, drugs) / comb(visits, drugs) * (given > 0)
        risks = [self._risk(world, np.full(len(self), harm)) for harm in (0.0, 1.0)]
        return risks[0] * (1 - too_early) + risks[1] * too_early

    def _pair(self) -> np.ndarray:
        """Return who had the diagnosis, and who the drug at a later visit, (2, patient)."""
        codes = self.codes.numpy()
        ever = np.maximum.accumulate(codes[:, :, DIAGNOSIS], axis=1)
        return np.stack([ever[:, -1], (ever[:, :-1] * codes[:, 1:, DRUG]).max(axis=1)])

    def _risk(self, world: str, harm: np.ndarray) -> np.ndarray:
        """Return the risk of those who have, or do not have, an untreated diagnosis."""
        if world not in WORLDS:
            raise ValueError(f"the worlds are {', '.join(WORLDS)}, not {world!r}")
        usual = self.lengths.numpy()[:, None] * CHANCE.mean(axis=0)
        logit = (self.counts() - usual) @ WEIGHT
        return expit(logit - 1 if world == "counts" else 0.6 * logit - 2 + 4 * harm)

    def outcome(self, world: str, seed: int) -> np.ndarray:
        """Draw who falls ill, (patient,), by the risk."""
        return np.random.default_rng(seed).random(len(self)) < self.risk(world)

    def filtered(self) -> np.ndarray:
        """Return how likely each stage is at each visit, given the visits up to it: exactly.

        This is the forward algorithm of a hidden Markov model. No causal answer can be right more
        often than its most likely stage.

        Returns
        -------
        ndarray, shape (patient, visit, stage)
        """
        codes, gaps = (one.numpy().astype(float) for one in (self.codes, self.gaps))
        seen = codes @ np.log(CHANCE).T + (1 - codes) @ np.log1p(-CHANCE).T
        likely = np.exp(seen - seen.max(axis=2, keepdims=True))  # (patient, visit, stage)
        known = np.empty_like(likely)
        now = np.broadcast_to(FIRST, likely[:, 0].shape)
        for t in range(likely.shape[1]):
            if t:  # a short time speaks for a late stage, and then the stage may change
                waited = now * np.exp(-gaps[:, t, None] / GAP) / GAP
                now = np.einsum("ps,psr->pr", waited, moves(gaps[:, t]))
            now = now * likely[:, t]
            now = now / now.sum(axis=1, keepdims=True)
            known[:, t] = now
        return known

    def right(self, likely: np.ndarray) -> float:
        """Return at which share of all visits the stage that is said to be most likely is true.

        Parameters
        ----------
        likely : ndarray, shape (patient, visit, stage)
        """
        stages = self.stages.numpy()
        return float((likely.argmax(axis=2) == stages)[stages >= 0].mean())
