"""What several tests need: recordings to read, and an environment of their own."""

import json
import os
import shutil
import sys
import zipfile
from pathlib import Path

# Before anything that computes is imported: tests run side by side, and each has one core.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from filelock import FileLock

matplotlib.use("agg")

from lab_code import figures
from lab_code.recordings import NAMES, Recordings
from lab_code.sources import bonn, download, load, published

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "docs"))
REAL_DATA = os.environ.get("LAB_DATA")
SCHEMA = json.loads((ROOT / "docs" / "record.schema.json").read_text("utf-8"))
"""Of the record that a build writes."""


def pytest_runtest_setup():
    """Let no book see the file types of another: Sphinx adds them to its own defaults."""
    if config := sys.modules.get("sphinx.config"):
        suffixes = config.Config.config_values["source_suffix"].default
        suffixes.clear()
        suffixes[".rst"] = "restructuredtext"


def pytest_runtest_teardown():
    """Leave no figure open: the first lab that a test builds would take it for its own."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@pytest.fixture
def count(request):
    """Count what is done to the book: ``count("kills", "data")``. The sums are told at the end."""

    def add(what, where="", n=1):
        request.node.user_properties.append(("hostile", [what, where, n]))

    return add


def pytest_terminal_summary(terminalreporter):
    """Say how much was done to the book, as it was counted; pytest's workers pass it on."""
    sums = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "call":
                for name, value in report.user_properties:
                    if name == "hostile":
                        what, where, n = value
                        of = sums.setdefault(what, {})
                        of[where] = of.get(where, 0) + n
    for what, of in sums.items():
        each = ", ".join(f"{n:,} {where}" for where, n in sorted(of.items()) if where)
        terminalreporter.write_line(f"{what}: {sum(of.values()):,}" + f" ({each})" * bool(each))


@pytest.fixture(autouse=True)
def own_environment(tmp_path, monkeypatch):
    """No test sees the user's recordings or cache, leaves something there, or uses the network."""
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "cache"))
    for name in ("LAB_DATA", "LAB_SOURCE", "LAB_RECORD"):
        monkeypatch.delenv(name, raising=False)
    nowhere = download.Place("nowhere", {"http://127.0.0.1:9/bonn-eeg.zip": None})
    monkeypatch.setattr(download, "PLACES", (nowhere,))


@pytest.fixture(scope="session")
def simulated_once(tmp_path_factory) -> Path:
    """A cache that holds the simulated recordings, and what is known of their moments.

    All of pytest's workers share it, and whichever needs it first fills it.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # that of all workers
    with pytest.MonkeyPatch.context() as patch, FileLock(folder / "simulated.lock"):
        patch.setenv("LAB_CACHE", str(folder / "simulated"))
        assert len(load("simulated").moment) == 500
    return folder / "simulated"


@pytest.fixture(scope="session")
def simulation(simulated_once) -> Recordings:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAB_CACHE", str(simulated_once))
        recordings = load("simulated")
        assert len(recordings.moment) == 500  # found once, and known from here on
    return recordings


@pytest.fixture
def use_simulation(simulated_once, tmp_path, monkeypatch):
    """What the test runs takes the simulated recordings, without simulating them again."""
    monkeypatch.setenv("LAB_SOURCE", "simulated")
    monkeypatch.setenv("LAB_CACHE", str(simulated_once))
    monkeypatch.setenv("LAB_RECORD", str(tmp_path / "record"))


@pytest.fixture
def stand_in(simulation, monkeypatch) -> Recordings:
    """Simulated recordings that the checks take for the published ones."""
    recordings = Recordings(simulation.samples, simulation.labels, NAMES, source="bonn")
    fingerprints = {
        published.fingerprint(samples): name
        for name, samples in zip(NAMES, recordings.samples, strict=True)
    }
    monkeypatch.setattr(published, "DIGEST", recordings.digest)
    monkeypatch.setattr(published, "SECONDS_DIGEST", recordings.seconds_digest)
    monkeypatch.setattr(published, "fingerprints", lambda: fingerprints)
    return recordings


@pytest.fixture(scope="session")
def text_files(simulation) -> dict[str, bytes]:
    """The 500 files as published: one integer a line, ended by CR LF."""
    return {
        # the files of set N have their ending in capitals
        f"{name}.TXT" if name[0] == "N" else f"{name}.txt": "".join(
            f"{value}\r\n" for value in samples
        ).encode()
        for name, samples in zip(NAMES, simulation.samples.tolist(), strict=True)
    }


@pytest.fixture
def real_recordings() -> Recordings:
    """The real recordings, where whoever runs the tests has them."""
    if not REAL_DATA:
        pytest.skip("the real recordings are not here: set LAB_DATA")
    return bonn.read(Path(ROOT, REAL_DATA))


@pytest.fixture
def style():
    """The look of the book's figures; those that a test draws are closed after it."""
    with plt.rc_context():
        figures.use_style()
        yield
    plt.close("all")


def write_folders(folder: Path, files: dict[str, bytes]) -> Path:
    """Write text files into one folder a set, A_Z to E_S."""
    for name, content in files.items():
        place = folder / {"Z": "A_Z", "O": "B_O", "N": "C_N", "F": "D_F", "S": "E_S"}[name[0]]
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return folder


def write_flat(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def write_one_zip(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / "bonn-eeg.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as z:
        for name, content in files.items():
            z.writestr(f"set {name[0]}/{name}", content)
    return folder


def write_five_zips(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for letter in "ZONFS":
        with zipfile.ZipFile(folder / f"{letter}.zip", "w", zipfile.ZIP_DEFLATED) as z:
            for name, content in files.items():
                if name.startswith(letter):
                    z.writestr(name, content)
    return folder


def write_uci(folder: Path, recordings: Recordings, seed: int = 0):
    """Write the UCI table with rows shuffled and recordings numbered at random; return it too."""
    rng = np.random.default_rng(seed)
    numbers = rng.permutation(1000)[: len(recordings)] + 1
    seconds = recordings.seconds()
    table = recordings.to_table()
    table.index = [
        f"X{chunk}.V1.{numbers[recording]}"
        for chunk, recording in zip(seconds.chunk, seconds.recording, strict=True)
    ]
    table = table.sample(frac=1, random_state=seed)
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / "seizures.csv")
    return table


LAYOUTS = {
    "one zip": write_one_zip,
    "five zips": write_five_zips,
    "folders": write_folders,
    "flat": write_flat,
}


# A book that builds in seconds


@pytest.fixture(scope="module")
def built_once(tmp_path_factory):
    """A small book after its first build, a copy of it, and what has run."""
    from small_book import Book  # which imports Sphinx: most tests need neither

    book = Book(tmp_path_factory.mktemp("fresh") / "book")
    book.start()
    with pytest.MonkeyPatch.context() as patch:
        book.take_part(patch)
        ran = book()
    kept = book.root.with_name("kept")
    shutil.copytree(book.root, kept)
    return book, kept, ran


@pytest.fixture
def book(built_once, monkeypatch):
    """The small book as it was after its first build, at the same place, which Sphinx remembers."""
    book, kept, _ = built_once
    shutil.rmtree(book.root)
    shutil.copytree(kept, book.root)
    book.take_part(monkeypatch)
    return book
