import os

import numpy as np
import pandas as pd
import pytest
from conftest import write_uci

from lab_code.recordings import DataError
from lab_code.sources import cache, load, uci


@pytest.mark.parametrize("seed", [0, 1])
def test_shuffled_and_renumbered_it_is_the_same(stand_in, tmp_path, monkeypatch, seed):
    write_uci(tmp_path / "data", stand_in, seed)
    monkeypatch.setenv("LAB_DATA", str(tmp_path / "data"))
    recordings = load()
    assert recordings.source == "uci"
    assert not recordings.is_whole
    assert recordings.names == stand_in.names
    assert (recordings.samples == stand_in.samples[:, :4094]).all()
    assert (recordings.seconds().samples == stand_in.seconds().samples).all()
    assert (recordings.seconds().labels == stand_in.seconds().labels).all()
    assert recordings.digest == stand_in.seconds_digest


def test_real_table_is_the_same(real_recordings, tmp_path):
    write_uci(tmp_path, real_recordings, seed=5)
    recordings = uci.read(tmp_path / "seizures.csv")
    assert (recordings.samples == real_recordings.samples[:, :4094]).all()
    assert recordings.names == real_recordings.names


def change(row, column, value):
    def fault(table):
        table = table.astype(object) if isinstance(value, str) else table.astype(float)
        table.iloc[row, table.columns.get_loc(column)] = value
        return table

    return fault


def rename(row, new_id):
    return lambda table: table.set_axis(
        [new_id if i == row else old for i, old in enumerate(table.index)]
    )


def second_twice(table):
    """Chunk 4 of a recording takes the id of its chunk 5."""
    recording = table.index[0].split(".")[-1]
    ids = [f"X5.V1.{recording}" if old == f"X4.V1.{recording}" else old for old in table.index]
    return table.set_axis(ids)


def extra_second(table):
    extra = table.iloc[[0]].set_axis([f"X24.V1.{table.index[0].split('.')[-1]}"])
    return pd.concat([table, extra])


def two_classes(table):
    table = table.copy()
    table.iloc[0, -1] = table.iloc[0, -1] % 5 + 1
    return table


def other_class(table):
    """A whole recording under another label."""
    table = table.copy()
    number = table.index[0].split(".")[-1]
    rows = [i.split(".")[-1] == number for i in table.index]
    table.loc[rows, "y"] = table["y"].iloc[0] % 5 + 1
    return table


FAULTS = {
    "column missing": (lambda t: t.drop(columns="X77"), ["column 'X77' is missing"]),
    "label missing": (lambda t: t.drop(columns="y"), ["column 'y' is missing"]),
    "NaN": (change(3, "X12", np.nan), ["line 5", "column X12: no value"]),
    "no number": (change(3, "X12", "many"), ["line 5", "column X12: many is not an integer"]),
    "infinite": (change(3, "X12", np.inf), ["line 5", "column X12: inf is not an integer"]),
    "huge": (change(3, "X12", "-" + "9" * 400), ["line 5", "column X12: -9999", "not an integer"]),
    "fraction": (change(3, "X12", 1.5), ["line 5", "column X12: 1.5 is not an integer"]),
    "outside 12 bits": (change(0, "X1", 9999), ["line 2", "X1", "9999", "12 bits"]),
    "y of 6": (change(9, "y", 6), ["line 11", "column y", "6", "not a class"]),
    "y of 0": (change(9, "y", 0), ["line 11", "column y", "0", "not a class"]),
    "chunk missing": (
        lambda t: t.drop("X7.V1." + t.index[0].split(".")[-1]),
        ["second 7 of", "missing"],
    ),
    "chunk twice": (second_twice, ["second 5 of recording", "twice"]),
    "row twice": (lambda t: t.iloc[[*range(len(t)), 0]], ["second", "twice", "Remove"]),
    "chunk 24": (extra_second, ["has a second 24", "only 23"]),
    "id": (rename(2, "21-791"), ["line 4", "'21-791'", "X21.V1.791"]),
    "id missing": (rename(2, None), ["line 4", "X21.V1.791"]),
    "recording missing": (
        lambda t: t[t.index.str.split(".").str[-1] != t.index[0].split(".")[-1]],
        ["499 recordings", "500"],
    ),
    "two classes": (two_classes, ["seconds of classes", "one class"]),
    "other class": (other_class, ["is labelled", "but it is"]),
    "other content": (change(4, "X9", 1234), ["not that of the published recordings", "1 in all"]),
    "empty": (lambda t: t.iloc[:0], ["0 recordings"]),
}


@pytest.fixture(scope="session")
def table(simulation, tmp_path_factory):
    return write_uci(tmp_path_factory.mktemp("uci"), simulation)


@pytest.mark.parametrize("name", FAULTS)
def test_bad_table_gets_one_clear_error(name, stand_in, table, tmp_path, monkeypatch):
    fault, expected = FAULTS[name]
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "table.csv"
    fault(table).to_csv(path)
    refused(path, expected, monkeypatch)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ["not a table"]),
        (b"\xff\xfe\x00\x01\x02", ["not a table"]),
        (b'"a,b\n1,2\n', ["not a table"]),
        (b"a,b\n1,2\n", ["column 'X1' is missing", "178 more"]),
        (b"a,b\n1,2,3\n1\n4,5,6,7,8\n", ["not a table"]),
        (b"PK\x03\x04" + bytes(100), ["X1"]),
        (b"a," * 1_000_000, ["line 1 has more than"]),
        (b"a,b\n1,2\n" + b"1," * 1_000_000, ["line 3 has more than"]),
        (b"a\n" + b"1\n" * 1_000_000, ["column 'X1' is missing"]),
    ],
)
def test_a_file_that_is_not_a_table(content, expected, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "table.csv"
    path.write_bytes(content)
    refused(path, expected, monkeypatch)


def test_column_twice(stand_in, table, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "table.csv"
    table.rename(columns={"X3": "X4"}).to_csv(path)
    refused(path, ["column 'X3' is missing"], monkeypatch)


def test_ids_missing(stand_in, table, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "table.csv"
    table.to_csv(path, index=False)
    refused(path, ["0 columns besides X1 to X178 and y", "ids like X21.V1.791"], monkeypatch)


def test_two_tables(stand_in, table, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    for name in ("one.csv", "two.csv"):
        table.to_csv(tmp_path / "data" / name)
    refused(tmp_path / "data", ["several tables", "one.csv, two.csv"], monkeypatch)


def test_lines_are_counted_as_in_an_editor(stand_in, table, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "table.csv"
    table.to_csv(path)
    path.write_text(path.read_text().replace("\n", "\n\n"))
    refused(path, ["line 2"], monkeypatch)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes in folders")
def test_a_pipe_is_not_waited_for(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    os.mkfifo(tmp_path / "data" / "table.csv")
    monkeypatch.setenv("LAB_DATA", str(tmp_path / "data"))
    with pytest.raises(DataError, match="not a regular file"):
        load()


def test_files_that_macs_leave_are_no_tables(stand_in, tmp_path, monkeypatch):
    write_uci(tmp_path / "data", stand_in)
    (tmp_path / "data" / "._seizures.csv").write_bytes(b"\0")
    monkeypatch.setenv("LAB_DATA", str(tmp_path / "data"))
    assert load().digest == stand_in.seconds_digest


def test_name_of_the_id_column_does_not_matter(stand_in, table, tmp_path):
    path = tmp_path / "table.CSV"
    table.rename_axis("Unnamed").to_csv(path)
    assert uci.tables_in(tmp_path) == [path]
    assert uci.read(path).digest == stand_in.seconds_digest


def refused(path, expected, monkeypatch):
    folder = path if path.is_dir() else path.parent
    monkeypatch.setenv("LAB_DATA", str(folder))
    with pytest.raises(DataError) as caught:
        load()
    for words in [str(path), *expected]:
        assert words in str(caught.value)
    assert any(advice in str(caught.value) for advice in ("Replace", "replace", "Remove", "Leave"))
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert not list(cache.cache_folder().glob("*"))


def test_a_recording_under_two_numbers(stand_in, table, tmp_path, monkeypatch):
    """Each number has its 23 seconds, and two of them have the same."""
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "table.csv"
    number = table.index.str.split(".").str[-1]
    first, second = number.unique()[:2]
    ids = {id.rpartition(".")[0]: id for id in table.index[number == first]}
    changed = table.copy()
    for id in table.index[number == second]:
        changed.loc[id] = table.loc[ids[id.rpartition(".")[0]]]
    changed.to_csv(path)
    refused(path, ["a recording is there twice, under two numbers"], monkeypatch)
