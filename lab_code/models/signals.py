"""Signals from files: text, CSV or EDF, with their rate and unit; at the rate of the recordings."""

from __future__ import annotations

import csv
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import edfio
import numpy as np
from scipy.signal import resample_poly

from lab_code.files import open_regular
from lab_code.recordings import DataError

UNITS = {"uV": 1.0, "mV": 1e3, "V": 1e6, "counts": 1.0}
"""Microvolts in one of each unit. ``counts`` are those of the book's recordings: their unit was not
published, and about 1 µV fits the publication's figures."""

RATES = (20.0, 50_000.0)
"""The lowest and the highest rate of a signal, in hertz."""

LARGEST_FILE = 30_000_000
"""Bytes of text that are read; each number in it takes many more of memory."""

LARGEST = 1e9
"""No sample is further from zero, in microvolts: a thousand volts."""

LARGEST_DENOMINATOR = 1000
"""Of the fraction that stands for the ratio of two rates; it is then right to 1 part in 1000, and
mostly to far less."""


@dataclass(frozen=True, eq=False)
class Signal:
    """One channel.

    Parameters
    ----------
    samples : ndarray of float, shape (time,)
        In microvolts.
    rate : float
        Samples per second, in hertz.
    unit : str
        The unit in the file: a key of `UNITS`.
    channel : str
        Its name in the file; empty in a text file.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.models.signals import Signal
    >>> signal = Signal(np.zeros(2560), rate=256, unit="uV", channel="Fz")
    >>> signal.seconds
    10.0
    """

    samples: np.ndarray
    rate: float
    unit: str
    channel: str = ""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.rate


def read(
    path: Path, rate: float | None = None, unit: str | None = None, channel: str | None = None
) -> Signal:
    r"""Read one channel of a file: EDF, CSV or TSV by its name, else text with one number a line.

    Parameters
    ----------
    path : Path
    rate : float, optional
        In hertz. An EDF file says it; for the others it is needed.
    unit : str, optional
        A key of `UNITS`. Mostly an EDF file says it; for the others it is needed.
    channel : str, optional
        The name of a signal or column, or its number from 1. Needed if there are several.

    Raises
    ------
    DataError
        If the file is not of that form, holds what is not a finite number, or does not change; if
        rate, unit or channel are missing, unknown, or not those of the file; if it is larger than
        any signal, or than can be read.

    Examples
    --------
    >>> from pathlib import Path
    >>> from lab_code.models.signals import read
    >>> table = Path("signal.csv")
    >>> _ = table.write_text("Fz,Cz\n1.5,-2\n0.5,3\n")
    >>> signal = read(table, rate=256, unit="mV", channel="Cz")
    >>> signal.samples  # in microvolts
    array([-2000.,  3000.])
    """
    kind = path.suffix.lower()
    try:
        if kind == ".edf":
            signal = _read_edf(path, rate, unit, channel)
        else:
            table = kind in (".csv", ".tsv")
            signal = _read_text(path, rate, unit, channel, _columns if table else _lines)
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from None
    if not RATES[0] <= signal.rate <= RATES[1]:  # also if it is not a number
        raise DataError(
            f"the rate must be from {RATES[0]:.0f} to {RATES[1]:.0f} Hz, not {signal.rate:g}"
        )
    if not np.all(np.abs(signal.samples) <= LARGEST):
        raise DataError(
            f"{path}: a sample is larger than {LARGEST / 1e6:,.0f} V: is its unit {signal.unit}?"
        )
    if not len(signal.samples):
        raise DataError(f"{path} has no samples")
    if np.ptp(signal.samples) == 0:
        raise DataError(f"{path}: all {len(signal.samples)} samples are the same")
    return signal


def resample(signal: Signal, rate: float) -> tuple[Signal, Fraction]:
    """Bring a signal to another rate, with a filter against what the new rate cannot show.

    Parameters
    ----------
    signal : Signal
    rate : float
        The rate wanted, in hertz.

    Returns
    -------
    signal : Signal
        Its rate is the old one times the fraction, which may miss `rate` by a little.
    ratio : Fraction
        New samples by old ones; 1 if nothing was done.

    Examples
    --------
    >>> import numpy as np
    >>> from lab_code.models.signals import Signal, resample
    >>> signal = Signal(np.random.default_rng(0).normal(size=1000), rate=200, unit="uV")
    >>> slower, ratio = resample(signal, rate=100)
    >>> ratio
    Fraction(1, 2)
    >>> len(slower.samples), slower.rate
    (500, 100.0)
    """
    ratio = Fraction(rate / signal.rate).limit_denominator(LARGEST_DENOMINATOR)
    if ratio == 1:
        return signal, ratio
    samples = resample_poly(signal.samples, ratio.numerator, ratio.denominator, padtype="mean")
    return replace(signal, samples=samples, rate=signal.rate * float(ratio)), ratio


def _read_text(path, rate, unit, channel, parse) -> Signal:
    with open_regular(path, LARGEST_FILE) as file:
        content = file.read()
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise DataError(f"{path} is not text; give an EDF file a name that ends in .edf") from None
    while lines and not lines[-1].strip():
        lines.pop()
    if rate is None:
        raise DataError(f"{path} does not say how many samples a second has: add --rate HERTZ")
    if unit is None:
        raise DataError(f"{path} does not say its unit: add --unit, one of {', '.join(UNITS)}")
    texts, first, name = parse(path, lines, channel)
    samples = np.array([_number(path, text, first + i) for i, text in enumerate(texts)])
    return Signal(_scaled(samples, unit), rate, unit, name)


def _lines(path: Path, lines: list[str], channel: str | None) -> tuple[list[str], int, str]:
    """Return the numbers of a text file as text, the number of their first line, and no name."""
    if channel is not None:
        raise DataError(f"{path} has one number a line, and no channel {channel!r}")
    return lines, 1, ""


def _columns(path: Path, lines: list[str], channel: str | None) -> tuple[list[str], int, str]:
    """Return one column of a table."""
    first = lines[0] if lines else ""
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise DataError(f"{path} is not a table: {error}") from None
    names = [name.strip() for name in rows[0]] if rows else []
    header = any(not _is_number(name) for name in names)
    if not header:
        names = [str(number) for number in range(1, len(names) + 1)]
    place = _place(path, names, channel)
    for number, row in enumerate(rows, 1):
        if len(row) != len(names):
            raise DataError(f"{path}: line {number} has {len(row)} columns, not {len(names)}")
    return [row[place] for row in rows[header:]], 1 + header, names[place]


def _read_edf(path: Path, rate, unit, channel) -> Signal:
    with open_regular(path):
        pass  # it is there, is a file and not huge
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # it warns of files that are cut off
            edf = edfio.read_edf(path, header_encoding="latin-1")
            whole = not edf.reserved.startswith("EDF+D") or edf.is_continuous
            labels = [signal.label.strip() for signal in edf.signals]
            place = _place(path, labels, channel)
            found = edf.signals[place]
            # asked for here: without them it would return samples in no unit, and not complain
            _ = found.physical_range, found.digital_range
            samples, read_rate = found.data.astype(float), float(found.sampling_frequency)
            read_unit = found.physical_dimension.strip()
    except (DataError, OSError):
        raise
    except Exception as error:  # what the library raises for a damaged file depends on the damage
        raise DataError(f"{path} is not an EDF file, or is damaged: {str(error)[:100]}") from None
    if not whole:
        raise DataError(f"{path} has gaps (EDF+D); cut it at its gaps first")
    if rate is not None and not math.isclose(rate, read_rate, rel_tol=1e-3):
        raise DataError(f"{path} says that its rate is {read_rate:g} Hz: leave --rate out")
    read_unit = {"µV": "uV", "μV": "uV"}.get(read_unit, read_unit)
    if unit is not None and read_unit in UNITS and unit != read_unit:
        raise DataError(f"{path} says that its unit is {read_unit}: leave --unit out")
    if unit is None and read_unit not in UNITS:
        raise DataError(
            f"{path}: {labels[place]!r} has the unit {read_unit!r}, which is not one of "
            f"{', '.join(UNITS)}; choose another --channel, or add --unit if you know better"
        )
    unit = unit or read_unit
    if not np.isfinite(samples).all():
        raise DataError(f"{path}: {labels[place]!r} holds what is not a finite number")
    return Signal(_scaled(samples, unit), read_rate, unit, labels[place])


def _place(path: Path, names: Sequence[str], channel: str | None) -> int:
    """Return the place of the channel asked for, by its name or its number from 1."""
    known = ", ".join(f"{number} {name}".strip() for number, name in enumerate(names[:30], 1))
    if channel is None and len(names) == 1:
        return 0
    if channel is None:
        raise DataError(f"{path} has {len(names)} channels: choose one with --channel ({known})")
    if names.count(channel) == 1:
        return names.index(channel)
    if channel.isdecimal() and 1 <= int(channel) <= len(names) and channel not in names:
        return int(channel) - 1
    times = f"{names.count(channel)} times " if channel in names else ""
    raise DataError(f"{path} has {times or 'no '}channel {channel!r}; it has: {known}")


def _number(path: Path, text: str, line: int) -> float:
    if not _is_number(text):
        raise DataError(f"{path}: line {line} is not a number: {text[:40]!r}")
    if not math.isfinite(number := float(text)):
        raise DataError(f"{path}: line {line} is not a finite number: {text.strip()[:40]}")
    return number


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text  # which Python allows in numbers, and nothing else does


def _scaled(samples: np.ndarray, unit: str) -> np.ndarray:
    """Return samples in microvolts."""
    if unit not in UNITS:
        raise DataError(f"there is no unit {unit!r}; there are: {', '.join(UNITS)}")
    with np.errstate(over="ignore"):  # what is too large is told after this
        return samples * UNITS[unit]
