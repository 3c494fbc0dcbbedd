"""The UCI table "Epileptic Seizure Recognition": 11,500 seconds of the recordings, shuffled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from lab_code.files import open_regular
from lab_code.recordings import (
    CLASSES,
    LABELS,
    NAMES,
    SAMPLE_RANGE,
    SAMPLES_PER_SECOND,
    SECONDS_PER_RECORDING,
    DataError,
    Recordings,
)
from lab_code.sources import published

MAX_ROWS = 2 * len(NAMES) * SECONDS_PER_RECORDING
"""The most rows that are read: twice as many as the table has."""

MAX_LINE = 10_000
"""The most bytes of a line; the table's have about a thousand."""

MAX_BYTES = 30_000_000
"""The most bytes of the file; the table has eight million."""

ADVICE = "Replace the table with the published one."

COLUMNS = [f"X{i}" for i in range(1, SAMPLES_PER_SECOND + 1)]


def tables_in(folder: Path) -> list[Path]:
    """Return the ``.csv`` files in a folder."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() == ".csv" and not path.name.startswith(".")
    )


def read(path: Path) -> Recordings:
    """Read the table, with its rows in any order, and put the recordings together again.

    The ids say which rows come from one recording, and in which order. They do not give the
    recording's published name; this is found by its content.

    Parameters
    ----------
    path : Path
        A CSV file with a column of ids like ``X21.V1.791``, ``X1`` … ``X178`` and ``y``.

    Returns
    -------
    Recordings
        Of shape (500, 4094): the table does not hold a recording's last three samples.

    Raises
    ------
    DataError
        If a column, a row or a value is wrong, or the content is not the published one.
    """
    table = _read_csv(path)
    ids = _ids(table, path)
    samples, labels = _values(table, path)
    _check_chunks(ids, path)

    order = np.lexsort((ids["chunk"], ids["recording"]))
    samples = samples[order].reshape(len(NAMES), -1)
    labels = labels[order].reshape(len(NAMES), SECONDS_PER_RECORDING)
    numbers = ids["recording"].to_numpy()[order][::SECONDS_PER_RECORDING]
    _check_labels(labels, numbers, path)
    return published.check(_named(samples, labels[:, 0], numbers, path), str(path))


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        with open_regular(path, MAX_BYTES) as file:
            for number in range(1, MAX_ROWS + 2):  # pandas takes minutes for a line of megabytes
                if len(file.readline(MAX_LINE + 1)) > MAX_LINE:
                    raise ValueError(f"line {number} has more than {MAX_LINE:,} bytes")
            file.seek(0)
            table = pd.read_csv(file, low_memory=False, skip_blank_lines=False, nrows=MAX_ROWS)
    except OSError as error:
        raise DataError(
            f"{path}: cannot be read ({error.strerror or error}). Check it and its permissions."
        ) from None
    except (ValueError, OverflowError) as error:  # pandas' own errors are ValueErrors
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(
            f"{path}: not a table of comma-separated values ({reason}). {ADVICE}"
        ) from None
    missing = [column for column in [*COLUMNS, "y"] if column not in table.columns]
    if missing:
        raise DataError(
            f"{path}: column {missing[0]!r} is missing"
            + (f" (and {len(missing) - 1} more)" if len(missing) > 1 else "")
            + f". The UCI table has a column of ids, X1 to X178, and y. {ADVICE}"
        )
    others = [column for column in table.columns if column not in {*COLUMNS, "y"}]
    if len(others) != 1:
        raise DataError(
            f"{path}: {len(others)} columns besides X1 to X178 and y, but there must be one, "
            f"with ids like X21.V1.791. Without them the seconds of one recording cannot be "
            f"told from another's. {ADVICE}"
        )
    return table.rename(columns={others[0]: "id"})


def _row(index: int) -> str:
    """Name a row as a text editor counts: the header is line 1."""
    return f"line {index + 2}"


def _ids(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    ids = table["id"].astype("string").str.extract(r"^X(\d{1,2})\.V\d{1,9}\.(\d{1,9})$")
    bad = ids.isna().any(axis=1).to_numpy()
    if bad.any():
        first = int(bad.argmax())
        raise DataError(
            f"{path}, {_row(first)}: the id '{_shown(table['id'].iloc[first])}' does not look "
            f"like X21.V1.791 (second 21 of recording 791). {ADVICE}"
        )
    return ids.astype(int).set_axis(["chunk", "recording"], axis=1)


def _to_number(column: pd.Series) -> pd.Series:
    """Return a column as numbers, with NaN where there is none."""
    if column.dtype.kind in "OUTS":  # of mixed type; an integer of any length may be among them
        column = column.where(column.astype("string").str.len() < 30)
    return pd.to_numeric(column, errors="coerce")


def _shown(value: object) -> str:
    """Return the beginning of a value, as the message shows it."""
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _values(table: pd.DataFrame, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return samples (row, 178) as int16 and labels (row,), both checked."""
    values = table[[*COLUMNS, "y"]]
    numbers = values.apply(_to_number).to_numpy(dtype=float)

    def refuse(wrong: np.ndarray, what: str) -> None:
        if wrong.any():
            row, column = (int(i) for i in np.argwhere(wrong)[0])
            raise DataError(
                f"{path}, {_row(row)}, column {values.columns[column]}: "
                f"{what.format(_shown(values.iloc[row, column]))}. {ADVICE}"
            )

    refuse(values.isna().to_numpy(), "no value")
    refuse(~np.isfinite(numbers) | (numbers != np.rint(numbers)), "{} is not an integer")
    samples, labels = numbers[:, :-1], numbers[:, -1:]
    low, high = SAMPLE_RANGE
    refuse(
        (samples < low) | (samples > high),
        f"{{}} is outside the converter's 12 bits ({low} to {high})",
    )
    is_label = np.isin(labels, list(CLASSES))
    refuse(np.hstack([np.zeros_like(samples, dtype=bool), ~is_label]), "{} is not a class (1 to 5)")
    return samples.astype(np.int16), labels[:, 0].astype(int)


def _check_chunks(ids: pd.DataFrame, path: Path) -> None:
    counts = ids.groupby(["recording", "chunk"]).size()
    if (counts > 1).any():
        recording, chunk = counts[counts > 1].index[0]
        raise DataError(
            f"{path}: second {chunk} of recording {recording} is there twice. Remove the extra row."
        )
    for recording, chunks in ids.groupby("recording")["chunk"]:
        missing = sorted(set(range(1, SECONDS_PER_RECORDING + 1)) - set(chunks))
        if missing:
            raise DataError(
                f"{path}: second {missing[0]} of recording {recording} is missing "
                f"(no id X{missing[0]}.V….{recording}). Add the row, or replace the table."
            )
        if len(chunks) != SECONDS_PER_RECORDING:
            raise DataError(
                f"{path}: recording {recording} has a second {chunks.max()}, but there are "
                f"only {SECONDS_PER_RECORDING}. {ADVICE}"
            )
    n = ids["recording"].nunique()
    if n != len(NAMES):
        raise DataError(f"{path}: {n} recordings, but the UCI table has {len(NAMES)}. {ADVICE}")


def _check_labels(labels: np.ndarray, numbers: np.ndarray, path: Path) -> None:
    mixed = (labels != labels[:, :1]).any(axis=1)
    if mixed.any():
        first = int(mixed.argmax())
        raise DataError(
            f"{path}: recording {numbers[first]} has seconds of classes "
            f"{sorted(set(labels[first].tolist()))}, but a recording belongs to one class. "
            f"{ADVICE}"
        )


def _named(samples: np.ndarray, labels: np.ndarray, numbers: np.ndarray, path: Path) -> Recordings:
    """Give the recordings their published names, in published order."""
    known = published.fingerprints()
    names = [known.get(published.fingerprint(row)) for row in samples]
    unknown = [number for name, number in zip(names, numbers, strict=True) if name is None]
    if unknown:
        raise DataError(
            f"{path}: the content is not that of the published recordings, first in recording "
            f"{unknown[0]} (ids X….V….{unknown[0]}; {len(unknown)} in all). {ADVICE}"
        )
    place = {name: i for i, name in enumerate(names)}
    if len(place) < len(NAMES):
        raise DataError(f"{path}: a recording is there twice, under two numbers. {ADVICE}")
    order = [place[name] for name in NAMES]
    for name, label, expected in zip(NAMES, labels[order], LABELS, strict=True):
        if label != expected:
            raise DataError(
                f"{path}: recording {numbers[place[name]]} is labelled {label} "
                f"({CLASSES[label]}), but it is {name}, {CLASSES[expected]}. {ADVICE}"
            )
    return Recordings(samples[order], labels[order], NAMES, source="uci")
