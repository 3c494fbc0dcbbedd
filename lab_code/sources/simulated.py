"""Recordings simulated by a neural-mass model, for when the real ones are not available.

A cortical column is modelled by its pyramidal cells and three kinds of neighbour: excitatory,
slow inhibitory and fast inhibitory. Each synapse turns a firing rate into a membrane potential
(a second-order linear filter), each population a potential into a firing rate (a sigmoid), and
noise drives the whole. What the pyramidal cells receive is the EEG. The strengths of the three
synapses, and how fast they act, decide what it looks like; one setting stands for each class. As
among the real recordings, some are two electrodes of one moment: each hears a column of its own and
one that both share.

References
----------
Jansen and Rit (1995), Biological Cybernetics 73, 357-366, doi:10.1007/BF00199471.
Wendling, Bartolomei, Bellanger and Chauvel (2002), European Journal of Neuroscience 15,
1499-1508, doi:10.1046/j.1460-9568.2002.01985.x.
David and Friston (2003), NeuroImage 20, 1743-1755, doi:10.1016/j.neuroimage.2003.07.015 (slower
synapses give slower rhythms).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lab_code.recordings import LABELS, N_SAMPLES, NAMES, SAMPLE_RANGE, SAMPLING_RATE, Recordings


class Regime(NamedTuple):
    """How a class is simulated.

    Parameters
    ----------
    A, B, G : float
        Gain of the excitatory, slow inhibitory and fast inhibitory synapses, in millivolts.
    drive, noise : float
        Mean and standard deviation of the firing rate that comes from elsewhere, per second.
    tempo : float
        How fast the synapses act, relative to Wendling et al.; it stretches time.
    mean, std : float
        Of the finished samples, in counts: those of the class in the published recordings.
    """

    A: float
    B: float
    G: float
    drive: float
    noise: float
    tempo: float
    mean: float
    std: float


REGIMES = {
    5: Regime(5, 55, 20, 90, 60, tempo=0.8, mean=-6.26, std=48.34),  # background
    4: Regime(5, 10, 15, 90, 30, tempo=1.0, mean=-12.51, std=70.68),  # alpha-like rhythm
    3: Regime(5, 55, 20, 90, 60, tempo=0.4, mean=-8.88, std=59.39),  # slow interictal activity
    2: Regime(5, 48, 8, 90, 150, tempo=0.5, mean=-6.20, std=90.35),  # sporadic spikes
    1: Regime(5, 25, 15, 90, 30, tempo=1.0, mean=-4.75, std=341.16),  # sustained discharge
}

JITTER = 0.04
"""Relative standard deviation of the gains from one recording to the next."""

TEMPO_JITTER = 0.15
"""Relative standard deviation of the tempo from one recording to the next."""

AMPLITUDE_JITTER = 0.25
"""Standard deviation of the logarithm of the amplitude from one recording to the next."""

TWINS = {5: 30, 4: 30, 3: 30, 2: 30, 1: 15}
"""Pairs of recordings of each class that are two electrodes of one moment."""

TWINS_OF_TWO_CLASSES = 10
"""Pairs of which one is of class 2 and the other of class 3, at the same moment."""

IN_COMMON = (0.8, 0.98)
"""Weight of the common column in such a recording, from the farthest to the nearest electrode."""

MAX_SHIFT = 3
"""The most samples by which one electrode hears it later than the other."""

STEPS_PER_SAMPLE = 8
"""Integration steps of 0.72 ms; the fastest synapse has a time constant of 2 ms."""

WARM_UP = 2.0
"""Seconds that are simulated first and thrown away."""

# Rate constants of the synapses (1/s), numbers of synapses between the populations, and the
# sigmoid's parameters, as in Wendling et al. (2002), table 1.
_a, _b, _g = 100.0, 50.0, 500.0
_C1, _C2, _C3, _C4, _C5, _C6, _C7 = 135 * np.array([1, 0.8, 0.25, 0.25, 0.3, 0.1, 0.8])
_v0, _e0, _r = 6.0, 2.5, 0.56


def simulate(seed: int = 0) -> Recordings:
    """Simulate 500 recordings of the shape, rate and integer range of the published ones.

    Parameters
    ----------
    seed : int
        The same seed gives the same recordings on one machine. Another machine may round
        differently, and as the model is chaotic, its recordings then differ.

    Returns
    -------
    Recordings
        Of shape (500, 4097), with ``source="simulated"``.
    """
    rng = np.random.default_rng(seed)
    labels = np.array(LABELS)
    regime = Regime(*np.array([REGIMES[label] for label in labels]).T)
    potential = _column(regime, rng)

    potential -= potential.mean(axis=1, keepdims=True)
    for one, other in _twins(labels, rng):
        near, shift = rng.uniform(*IN_COMMON), rng.integers(MAX_SHIFT + 1)
        common = np.roll(potential[one], shift) / potential[one].std()
        own = potential[other] / potential[other].std()
        potential[other] = near * common + np.sqrt(1 - near**2) * own
        potential[other] *= potential[one].std()
    potential *= np.exp(AMPLITUDE_JITTER * rng.standard_normal((len(NAMES), 1)))
    for label, (*_, mean, std) in REGIMES.items():
        rows = labels == label
        potential[rows] *= std / potential[rows].std()
        potential[rows] += mean
    samples = np.clip(np.rint(potential), *SAMPLE_RANGE).astype(np.int16)
    return Recordings(samples, labels, NAMES, source="simulated")


def _twins(labels: np.ndarray, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Draw pairs of recordings; none is in two pairs."""
    free = {label: list(rng.permutation(np.flatnonzero(labels == label))) for label in TWINS}
    pairs = [(2, 3)] * TWINS_OF_TWO_CLASSES
    pairs += [(label, label) for label, n in TWINS.items() for _ in range(n)]
    return [(free[one].pop(), free[other].pop()) for one, other in pairs]


def _column(regime: Regime, rng: np.random.Generator) -> np.ndarray:
    """Integrate the model's equations by Euler's method, for all recordings at once.

    Returns the potential of the pyramidal cells in millivolts, shape (recording, time).
    """
    n = len(regime.A)

    def vary(value, jitter):
        return value * np.exp(jitter * rng.standard_normal(n))

    A, B, G = (vary(gain, JITTER) for gain in (regime.A, regime.B, regime.G))
    dt = vary(regime.tempo, TEMPO_JITTER) / (SAMPLING_RATE * STEPS_PER_SAMPLE)
    rate = np.array([_a, _a, _b, _g, _b])[:, None]
    gain = np.stack([A, A, B, G, B]) * rate
    y = np.zeros((5, n))  # potentials after the five kinds of synapse
    dy = np.zeros((5, n))
    warm_up = int(WARM_UP * SAMPLING_RATE)
    potential = np.empty((N_SAMPLES, n))
    for t in range(-warm_up, N_SAMPLES):
        outside = regime.drive + regime.noise * rng.standard_normal((STEPS_PER_SAMPLE, n))
        for step in range(STEPS_PER_SAMPLE):
            pyramidal, excitatory, slow, fast = _firing_rate(
                np.stack([y[1] - y[2] - y[3], _C1 * y[0], _C3 * y[0], _C5 * y[0] - _C6 * y[4]])
            )
            arriving = np.stack(
                [pyramidal, outside[step] + _C2 * excitatory, _C4 * slow, _C7 * fast, slow]
            )
            ddy = gain * arriving - 2 * rate * dy - rate**2 * y
            y = y + dt * dy
            dy = dy + dt * ddy
        if t >= 0:
            potential[t] = y[1] - y[2] - y[3]
    return potential.T.copy()


def _firing_rate(potential: np.ndarray) -> np.ndarray:
    """Return the firing rate (1/s) of a population at a membrane potential (mV)."""
    return 2 * _e0 / (1 + np.exp(_r * (_v0 - potential)))
