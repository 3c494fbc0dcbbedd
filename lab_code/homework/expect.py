"""What checks have in common: compare arrays, and say in words how they differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lab_code.homework.exercise import Wrong

TOLERANCE = 1e-5
"""Relative to the largest number: float32 is enough."""

CHANCE = 0.12
"""How far the width of a bootstrap interval may be off, relative to that by linearisation."""


def array(value: Any, shape: tuple[int | None, ...], what: str, finite: bool = True) -> np.ndarray:
    """Return what an answer gave as an array of float64, if it has the right shape.

    Parameters
    ----------
    value : object
    shape : tuple of int or None
        None stands for any length.
    what : str
        What to call it, as in ``"`gru_step`"``.
    finite : bool
        Whether infinity is wrong.

    Raises
    ------
    Wrong
        If it is missing, not numbers, of another shape, or not finite.
    """
    if value is None:
        raise Wrong(f"{what} is None: is a `return` missing?")
    try:
        found = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise Wrong(f"{what} should be numbers of shape {_words(shape)}") from None
    fits = found.ndim == len(shape) and all(
        wanted in (None, length) for wanted, length in zip(shape, found.shape, strict=True)
    )
    if not fits:
        transposed = found.ndim == 2 and found.shape[::-1] == shape
        raise Wrong(
            f"{what} has the shape {found.shape}, not {_words(shape)}"
            + (": rows and columns are swapped" if transposed else "")
        )
    if np.isnan(found).any():
        raise Wrong(f"{what} contains NaN, which comes from 0 / 0 or from infinity - infinity")
    if finite and np.isinf(found).any():
        raise Wrong(f"{what} contains infinity: a division by zero, or an overflow in `exp`?")
    return found


def same(
    value: Any, right: Any, what: str, mistakes: Mapping[str, Any] | None = None
) -> np.ndarray:
    """Compare what an answer gave with the right result, which is not told.

    Parameters
    ----------
    value : object
    right : array_like
    what : str
        What to call it.
    mistakes : mapping of str to array_like, optional
        What comes out if one makes a common mistake, and how to say so.

    Raises
    ------
    Wrong
        If they differ.
    """
    right = np.asarray(right, dtype=float)
    found = array(value, right.shape, what)
    if _close(found, right):
        return found
    for words, wrong in (mistakes or {}).items():
        if _close(found, np.asarray(wrong, dtype=float)):
            raise Wrong(f"{what} is what comes out if {words}")
    place = np.unravel_index(np.abs(found - right).argmax(), right.shape)
    at = f" at {tuple(map(int, place))}" if place else ""
    raise Wrong(f"{what} is {found[place]:.6g}{at}, which is not right")


def numbers_of_items(value: Any, n: int, what: str) -> np.ndarray:
    """Return what an answer gave as numbers of items, each at most once.

    Parameters
    ----------
    value : object
    n : int
        How many items there are; their numbers are 0 to n - 1.
    what : str
        What to call it.

    Returns
    -------
    ndarray of int64, shape (item,)

    Raises
    ------
    Wrong
        If it is empty, a mask, out of range, or has an item twice.
    """
    found = array(value, (None,), what)
    if len(found) == 0:
        raise Wrong(f"{what} is empty")
    if len(found) == n and np.isin(found, (0, 1)).all() and n > 2:
        raise Wrong(f"{what} looks like a mask; give the numbers of the items, as from `np.where`")
    if (found % 1 != 0).any() or found.min() < 0 or found.max() >= n:
        raise Wrong(f"{what} should be whole numbers from 0 to {n - 1}")
    if len(np.unique(found)) < len(found):
        raise Wrong(f"{what} contains an item twice")
    return found.astype(int)


def width(found: float, right: float, what: str, mistakes: Mapping[str, float]) -> None:
    """Compare the width of an interval with the right one, with some allowance for chance.

    Parameters
    ----------
    found, right : float
    what : str
    mistakes : mapping of str to float
        How wide it is if one makes a common mistake, and how to say so.

    Raises
    ------
    Wrong
        If it is too wide or too narrow.
    """
    if abs(found / right - 1) < CHANCE:
        return
    for words, wrong in mistakes.items():
        if abs(found / wrong - 1) < CHANCE:
            raise Wrong(f"{what} is {found:.3f} wide, which is what comes out if {words}")
    raise Wrong(f"{what} is {found:.3f} wide, which is too {'wide' if found > right else 'narrow'}")


def standard_error(values: np.ndarray, moment: np.ndarray) -> float:
    """Return how uncertain the mean of some values is if whole moments are drawn.

    By linearisation (Cochran 1977, *Sampling Techniques*, chapter 6), without resampling.

    Parameters
    ----------
    values : ndarray, shape (item,)
    moment : ndarray of int, shape (item,)

    Returns
    -------
    float
        The standard error of the mean.
    """
    apart = np.bincount(np.unique(moment, return_inverse=True)[1], values - values.mean())
    return float(np.sqrt((apart**2).sum()) / len(values))


def _close(found: np.ndarray, right: np.ndarray) -> bool:
    if found.shape != right.shape:
        return False
    return bool(np.abs(found - right).max(initial=0) <= TOLERANCE * max(np.abs(right).max(), 1e-3))


def _words(shape: tuple[int | None, ...]) -> str:
    lengths = ["any" if length is None else str(length) for length in shape]
    return f"({', '.join(lengths)}{',' if len(shape) == 1 else ''})" if shape else "() (one number)"
