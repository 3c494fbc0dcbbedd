"""Pieces of recordings with a past and a future, and simple forecasts of the one from the other.

What is said is compared with the recording sample by sample, so a forecast of the right rhythm at
the wrong phase counts as wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from lab_code.evaluation import Difference, difference
from lab_code.recordings import SAMPLING_RATE, Recordings

PAIRS = {
    "at_once": ("teacher forcing", "the mean", 0.0, 0.024),
    "later": ("teacher forcing", "the mean", 0.1, None),
    "linear_later": ("autoregression", "the mean", 0.1, None),
    "to_linear": ("teacher forcing", "autoregression", 0.0, None),
    "scheduled": ("scheduled sampling", "teacher forcing", 0.0, None),
}
"""What is compared with what, between which two horizons, in seconds."""


def stretches(
    recordings: Recordings,
    rows: np.ndarray,
    past: int,
    ahead: int,
    samples_per_step: int,
    rng: np.random.Generator,
) -> torch.Tensor:
    """Cut a stretch at a random place out of each recording, in units of its own past.

    Parameters
    ----------
    recordings : Recordings
    rows : ndarray of int, shape (batch,)
        The recordings to cut from; one may stand there several times.
    past, ahead : int
        Steps before the moment of the forecast, and after it.
    samples_per_step : int
    rng : Generator
        Decides where a stretch begins.

    Returns
    -------
    Tensor of float32, shape (batch, past + ahead, samples_per_step)
        The past has the mean 0 and the standard deviation 1; the future is scaled by what the past
        is like, so that nothing is told of it.

    Raises
    ------
    ValueError
        If recordings are shorter than a stretch.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.tasks.forecasts import stretches
    >>> from lab_code.sources import load
    >>> cut = stretches(load("simulated"), np.array([0, 0, 7]), 60, 20, 4, np.random.default_rng(0))
    >>> cut.shape
    torch.Size([3, 80, 4])
    >>> cut[:, :60].std(dim=(1, 2), correction=0).round(decimals=3).tolist()
    [1.0, 1.0, 1.0]
    """
    n_samples, time = (past + ahead) * samples_per_step, recordings.samples.shape[1]
    if n_samples > time:
        raise ValueError(f"a stretch of {n_samples} samples is longer than a recording, {time}")
    begin = rng.integers(time - n_samples + 1, size=len(rows))[:, None]
    cut = recordings.samples[rows[:, None], begin + np.arange(n_samples)].astype(float)
    known = cut[:, : past * samples_per_step]
    scale = known.std(axis=1, keepdims=True)
    cut = (cut - known.mean(axis=1, keepdims=True)) / np.where(scale > 0, scale, 1)
    return torch.from_numpy(cut).float().reshape(len(rows), past + ahead, samples_per_step)


@dataclass(frozen=True, eq=False)
class Autoregression:
    """Say the next sample as a weighted sum of the last ones, and go on with what was said.

    Parameters
    ----------
    weights : Tensor of float64, shape (order,)
        Of the oldest sample first.

    Examples
    --------
    >>> import torch
    >>> from lab_code.tasks.forecasts import Autoregression
    >>> wave = torch.sin(torch.arange(200) / 4)[None]
    >>> model = Autoregression.fit(wave[:, :150], order=2)  # what a sine needs
    >>> said = model(wave[:, :150], 50)
    >>> bool((said - wave[:, 150:]).abs().max() < 1e-3)
    True
    """

    weights: torch.Tensor

    @classmethod
    def fit(cls, samples: torch.Tensor, order: int, every: int = 1) -> Autoregression:
        """Find the weights by least squares.

        Parameters
        ----------
        samples : Tensor, shape (batch, time)
        order : int
            How many samples back it looks.
        every : int
            Of neighbouring windows, which tell much the same, take one in so many.
        """
        windows = samples.double().unfold(1, order + 1, every).flatten(0, 1)
        found = torch.linalg.lstsq(windows[:, :-1], windows[:, -1:])
        return cls(found.solution[:, 0])

    def __call__(self, past: torch.Tensor, ahead: int) -> torch.Tensor:
        """Return the next samples (batch, ahead) after past (batch, time)."""
        order = len(self.weights)
        said = list(past[:, -order:].double().unbind(1))
        for _ in range(ahead):
            said.append(torch.stack(said[-order:], dim=1) @ self.weights)
        return torch.stack(said[order:], dim=1).to(past.dtype)


def same_again(past: torch.Tensor, ahead: int, shortest: int = 8) -> torch.Tensor:
    """Repeat the last period: the lag by which the past, if moved, fits its own end best.

    Parameters
    ----------
    past : Tensor, shape (batch, time)
        More than twice as long as `ahead`.
    ahead : int
        How many samples to say. The end that has to fit, and the longest period, are as long.
    shortest : int
        The shortest period, in samples.

    Returns
    -------
    Tensor, shape (batch, ahead)

    Examples
    --------
    >>> import torch
    >>> from lab_code.tasks.forecasts import same_again
    >>> past = torch.arange(60) % 10
    >>> same_again(past[None], 12)
    tensor([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]])
    """
    end = past[:, -ahead:].float()
    lags = range(shortest, ahead + 1)
    moved = torch.stack([past[:, -ahead - lag : -lag] for lag in lags], dim=1)
    lag = shortest + ((moved - end[:, None]) ** 2).sum(dim=2).argmin(dim=1, keepdim=True)
    return past.gather(1, past.shape[1] - lag + torch.arange(ahead) % lag)


def simple_forecasts(
    to_learn: torch.Tensor, past: torch.Tensor, ahead: int, order: int = 40
) -> dict[str, torch.Tensor]:
    """Forecast without a network, in four ways.

    Parameters
    ----------
    to_learn : Tensor, shape (batch, time)
        What the autoregression is fitted to.
    past : Tensor, shape (stretch, time)
        In units of its own, as from `stretches`: its mean is 0.
    ahead : int
        How many samples to say.
    order : int
        How many samples back the autoregression looks.

    Returns
    -------
    dict of str to Tensor, shape (stretch, ahead)

    Examples
    --------
    >>> import torch
    >>> from lab_code.tasks.forecasts import simple_forecasts
    >>> waves = torch.sin(torch.arange(176) / 3 + torch.arange(8)[:, None])
    >>> for name, said in simple_forecasts(waves, waves, 88, order=2).items():
    ...     print(f"{name}: {tuple(said.shape)}")
    autoregression: (8, 88)
    the same again: (8, 88)
    last value: (8, 88)
    the mean: (8, 88)
    """
    linear = Autoregression.fit(to_learn, order, every=7)
    return {
        "autoregression": linear(past, ahead),
        "the same again": same_again(past, ahead),
        "last value": past[:, -1:].expand(-1, ahead),
        "the mean": torch.zeros(len(past), ahead),
    }


@dataclass(frozen=True, eq=False)
class Forecasts:
    """What was forecast for some stretches, and what came.

    Parameters
    ----------
    moment : ndarray of int, shape (stretch,)
        The moment at which each was recorded.
    past, future : Tensor, shape (stretch, time)
    said : dict of str to Tensor, shape (stretch, time)
        What each forecast said of the future.

    Examples
    --------
    >>> import numpy as np
    >>> import torch
    >>> from lab_code.tasks.forecasts import Forecasts
    >>> past, future = torch.randn(40, 176), torch.randn(40, 88)
    >>> said = {"the mean": torch.zeros(40, 88), "a guess": torch.randn(40, 88)}
    >>> forecasts = Forecasts(np.arange(40), past, future, said)
    >>> both = Forecasts.join([forecasts, forecasts])
    >>> {name: len(error) for name, error in both.error_by_horizon().items()}
    {'the mean': 88, 'a guess': 88}
    >>> bool(both.minus("a guess", "the mean").low > 0)  # wrong by about 2, not 1
    True
    """

    moment: np.ndarray
    past: torch.Tensor
    future: torch.Tensor
    said: dict[str, torch.Tensor]

    @classmethod
    def join(cls, folds: Sequence[Forecasts]) -> Forecasts:
        """Put the forecasts of several folds together."""
        return cls(
            np.concatenate([fold.moment for fold in folds]),
            torch.cat([fold.past for fold in folds]),
            torch.cat([fold.future for fold in folds]),
            {name: torch.cat([fold.said[name] for fold in folds]) for name in folds[0].said},
        )

    def error_by_horizon(self) -> dict[str, np.ndarray]:
        """Return the mean squared error of each forecast at each sample, (time,)."""
        return {name: self._errors(name).mean(axis=0) for name in self.said}

    def facts(self) -> dict[str, float | dict[str, float]]:
        """Return what the record keeps: the error of each forecast, and the differences `PAIRS`.

        Raises
        ------
        KeyError
            If one of the forecasts in `PAIRS` is missing.
        """
        errors = self.error_by_horizon().items()
        means = {name.replace(" ", "_"): float(error.mean()) for name, error in errors}
        return means | {name: vars(self.minus(*pair)) for name, pair in PAIRS.items()}

    def minus(
        self, first: str, second: str, begin: float = 0.0, end: float | None = None
    ) -> Difference:
        """Return how much larger the error of one forecast is than that of another.

        Parameters
        ----------
        first, second : str
            Names of forecasts.
        begin, end : float
            Seconds ahead between which errors are averaged; by default all.

        Returns
        -------
        Difference
            In mean squared error; compared stretch by stretch, moments drawn. Its interval ends at
            -1 and 1.
        """
        ahead = np.arange(1, self.future.shape[1] + 1) / SAMPLING_RATE
        of = (ahead > begin) & (ahead <= (np.inf if end is None else end))
        errors = [self._errors(name)[:, of].mean(axis=1) for name in (first, second)]
        return difference(*errors, np.ones(len(self.moment), dtype=int), self.moment)

    def _errors(self, name: str) -> np.ndarray:
        return ((self.said[name] - self.future) ** 2).numpy()
