"""Thousands of damaged inputs, bad servers, and kills at random moments; all drawn from seeds.

A reader may refuse what is damaged, in one line that a terminal can show, or read it as if nothing
had happened; nothing else. After kills, a run that nobody disturbs gives what it always gives.
"""

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer

import edfio
import nbformat
import numpy as np
import pytest
from conftest import ROOT, write_flat, write_one_zip, write_uci
from damage import damage, draw
from test_comparison import record_of
from test_homework import solved
from test_whole import shown

from lab_code import record
from lab_code.__main__ import main
from lab_code.cross_validation import to_record, train_on
from lab_code.homework.marking import mark
from lab_code.homework.source import Source
from lab_code.models import predictions, signals, trained
from lab_code.protocol import BY_MOMENT, ONE_SECOND
from lab_code.recordings import DataError
from lab_code.sources import bonn, cache, download, load, uci
from lab_code.splits import Split, split_by_moment

sys.path.insert(0, str(ROOT / "docs" / "_versions"))
import released

NETWORK = {"input_size": 89, "hidden_size": 4, "n_classes": 5}
HOW = {"samples_per_step": 89, "network": NETWORK, "training": {"epochs": 1}}


def refused(read, *kinds):
    """Return what is read, or None if it is refused in one line that harms nobody."""
    try:
        return read()
    except kinds as error:
        text = str(error)
        assert text.isprintable(), repr(text)
        assert len(text) < 900
        return None


# Readers. Each gives a function that damages a file, by random numbers, and has it read.


@contextmanager
def recordings_in_text(folder, get):
    simulation, text_files = get("stand_in"), get("text_files")
    write_flat(folder, text_files)
    first = sorted(text_files)[:20]  # they are read in this order, and the reading ends at a fault

    def hurt(rng):
        path = folder / first[rng.integers(len(first))]
        way, content = damage(whole := path.read_bytes(), rng)
        path.write_bytes(content)
        try:
            found = refused(lambda: bonn.read(folder), DataError)
        finally:
            path.write_bytes(whole)
        assert found is None or found.digest == simulation.digest, way

    yield hurt


@contextmanager
def recordings_in_a_zip(folder, get):
    simulation = get("stand_in")
    path = write_one_zip(folder, get("text_files")) / "bonn-eeg.zip"
    whole = path.read_bytes()

    def hurt(rng):
        way, content = damage(whole, rng)
        path.write_bytes(content)
        found = refused(lambda: bonn.read(folder), DataError)
        assert found is None or found.digest == simulation.digest, way

    yield hurt


@contextmanager
def table(folder, get):
    simulation = get("stand_in")
    write_uci(folder, simulation)
    path = folder / "seizures.csv"
    whole = path.read_bytes()

    def hurt(rng):
        way, content = damage(whole, rng)
        path.write_bytes(content)
        found = refused(lambda: uci.read(path), DataError)
        assert found is None or found.digest == simulation.seconds_digest, way

    yield hurt


@contextmanager
def kept_recordings(folder, get):
    simulation = get("simulation")
    os.environ["LAB_CACHE"] = str(folder)  # own_environment puts it back
    cache.write("simulated", simulation)
    path = folder / "simulated.npz"
    whole = path.read_bytes()

    def hurt(rng):
        way, content = damage(whole, rng)
        path.write_bytes(content)
        found = cache.read("simulated", "simulated")
        assert found is None or found.digest == simulation.digest, way

    yield hurt


@contextmanager
def record_of_a_build(folder, get):
    path, other = folder / "record.json", folder / "other.json"
    content = record_of(get("simulation"))
    other.write_text(json.dumps(content))
    whole = json.dumps(content, indent=2).encode()

    def hurt(rng):
        path.write_bytes(damage(whole, rng)[1])
        commands = (["show"], ["compare", str(other)], ["show", "--json"])
        command = commands[rng.integers(len(commands))]
        assert main(["record", *command, str(path)]) in (0, 1)

    yield hurt


@contextmanager
def list_of_versions(folder, get):
    path = folder / released.LIST
    path.parent.mkdir(parents=True)
    entries = [
        {"name": one, "version": one, "url": f"{one}/", "date": "2026-01-01", "commit": "a" * 40}
        for one in ("0.3.0", "0.2.0", "0.1.0")
    ]
    entries[0]["preferred"] = True
    whole = json.dumps(entries, indent=2).encode()

    def hurt(rng):
        path.write_bytes(damage(whole, rng)[1])
        for entry in refused(lambda: released.read_list(folder), released.VersionsError) or ():
            assert entry["url"] == f"{entry['version']}/"
            assert ".." not in entry["url"]

    yield hurt


@contextmanager
def homework(folder, get):
    script = solved("half_life", "ada").encode()
    cells = [nbformat.v4.new_code_cell(script.decode())]
    files = {
        "x.py": script,
        "x.ipynb": nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode(),
    }

    def hurt(rng):
        name = list(files)[rng.integers(2)]
        (folder / name).write_bytes(damage(files[name], rng)[1])
        # most is refused when it is read; of what is not, a tenth runs
        source = refused(lambda: Source.read(folder / name), ValueError)
        if source is None:
            return
        with suppress(ValueError):
            _ = source.mark
        if rng.random() < 0.1:
            report = mark(folder / name)
            assert report.points <= report.most <= 10
            assert all(line.isprintable() for line in report.to_text().splitlines())
            json.dumps(report.to_json())

    yield hurt


@contextmanager
def network(folder, get):
    path, whole = folder / "lab--gru.safetensors", get("whole_network")
    samples = get("simulation").seconds().samples[:2]

    def hurt(rng):
        path.write_bytes(damage(whole, rng)[1])
        found = refused(lambda: trained.load(path), DataError)
        if found is not None:
            assert np.isfinite(found.ask(samples)).all()

    yield hurt


@contextmanager
def signal_to_predict(folder, get):
    noise = np.random.default_rng(0).normal(0, 50, 1024).round(2)
    edfio.Edf([edfio.EdfSignal(noise, 256, label="a", physical_dimension="uV")]).write(
        folder / "x.edf"
    )
    (folder / "x.txt").write_text("".join(f"{one}\n" for one in noise))
    (folder / "x.csv").write_text("a,b\n" + "".join(f"{one},{-one}\n" for one in noise))
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    of_the_book = folder / "lab--gru.safetensors"
    of_the_book.write_bytes(get("whole_network"))
    asked = trained.load(of_the_book)

    def hurt(rng):
        name = list(files)[rng.integers(len(files))]
        path = folder / name
        path.write_bytes(damage(files[name], rng)[1])
        rate = None if name == "x.edf" else 256.0
        channel = "a" if name == "x.csv" else None
        unit = None if name == "x.edf" else "uV"
        read = partial(signals.read, path, rate, unit, channel)
        found = refused(lambda: predictions.ask(asked, read()), DataError)
        if found is not None:
            json.dumps(found.to_dict(), allow_nan=False)

    yield hurt


def train_and_keep(recordings):
    """Train a network for a moment, and keep it in the record; return its file."""
    seconds = recordings.seconds()
    full = split_by_moment(seconds)
    trial = train_on(seconds, Split(full.train[::50], full.validation[::50], full.test), **HOW)
    about = {**to_record([trial]), "seed": 0, "parameters": HOW}
    about |= {"task": ONE_SECOND, "split": BY_MOMENT, "recordings": recordings}
    record.write("lab/gru", method="gru", **about)
    return trained.keep("lab/gru", trial, recordings)


@pytest.fixture(scope="module")
def whole_network(simulation, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAB_RECORD", str(tmp_path_factory.mktemp("record")))
        return train_and_keep(simulation).read_bytes()


READERS = {
    recordings_in_text: 600,
    recordings_in_a_zip: 600,
    table: 300,
    kept_recordings: 300,
    record_of_a_build: 1000,
    list_of_versions: 1000,
    homework: 800,
    network: 600,
    signal_to_predict: 1000,
}
"""How often each is hurt with ``nox -s trust``."""

PARTS = 4
QUICK = 200
"""A part of that is done with the other tests."""


@pytest.mark.parametrize(
    "part", ["quick", *(pytest.param(n, marks=pytest.mark.trust) for n in range(PARTS))]
)
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_damaged_inputs(reader, part, tmp_path, request, count, capsys, caplog):
    (tmp_path / "in").mkdir()
    share = QUICK if part == "quick" else PARTS
    with reader(tmp_path / "in", request.getfixturevalue) as hurt:
        for number in range(READERS[reader] // share):
            try:
                hurt(draw(reader.__name__, part, number))
            except BaseException as error:
                error.add_note(f"damage number {number} of part {part}")
                raise
            said = "".join(capsys.readouterr())
            assert all(line.isprintable() for line in said.splitlines()), number
            caplog.clear()
            count("damaged inputs", reader.__name__.replace("_", " "))


# Bad servers


def answer(handler, rng, whole):
    """Answer badly."""
    kind = rng.integers(11)
    if kind == 0:  # an error, with a page about it or without
        handler.send_response(int(rng.choice([400, 401, 403, 404, 410, 418, 429, 500, 502, 503])))
        handler.end_headers()
        handler.wfile.write(b"<html>\x1b[2J" * int(rng.integers(100)))
        return
    if kind == 1:  # nothing, or what is not HTTP
        handler.wfile.write(rng.bytes(int(rng.integers(2000))))
        return
    if kind == 2:  # in circles
        handler.send_response(int(rng.choice([301, 302, 307, 308])))
        handler.send_header(
            "Location", str(rng.choice(["/x.zip", "//", "file:///etc/passwd", "x:"]))
        )
        handler.end_headers()
        return
    if kind == 3:  # one letter after the other
        for letter in "HTTP/1.1 200 OK\r\nX-Long: " + "x" * 300:
            handler.wfile.write(letter.encode())
            time.sleep(0.1)
        return
    if kind == 4:  # headers without an end
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000)
        return
    handler.send_response(200)
    if kind == 5:  # fewer bytes than it says, or more
        handler.send_header("Content-Length", str(int(rng.choice([-1, 10**12, len(whole) // 2]))))
    if kind == 6:  # packed, and it is not; or a bomb
        handler.send_header("Content-Encoding", str(rng.choice(["gzip", "deflate", "br"])))
        whole = whole if rng.random() < 0.5 else gzip.compress(bytes(10**8), compresslevel=1)
    if kind == 7:
        handler.send_header("Transfer-Encoding", "chunked")
        whole = b"ffffffff\r\n" + whole
    handler.end_headers()
    if kind == 8:  # for ever
        while True:
            handler.wfile.write(bytes(65536))
    if kind == 9:  # a byte now and then
        for _ in range(200):
            handler.wfile.write(b"P")
            time.sleep(0.1)
    if kind == 10:
        whole = damage(whole, rng)[1]
    handler.wfile.write(whole)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.mark.trust
@pytest.mark.parametrize("number", range(40))
def test_bad_servers(number, stand_in, text_files, tmp_path, monkeypatch, count):
    """The next place is asked; and what is wrong in the first is told in one line."""
    whole = (write_one_zip(tmp_path / "web", text_files) / "bonn-eeg.zip").read_bytes()
    broken = whole[: len(whole) // 3]

    class Bad(BaseHTTPRequestHandler):
        log_message = Quiet.log_message

        def do_GET(self):
            with suppress(OSError):
                answer(self, draw("server", number), broken)

    good = partial(Quiet, directory=tmp_path / "web")
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), Bad) as bad,
        ThreadingHTTPServer(("127.0.0.1", 0), good) as http,
    ):
        bad.daemon_threads = True
        for server in (bad, http):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        first = download.Place("bad", {f"http://127.0.0.1:{bad.server_port}/x.zip": None})
        address = f"http://127.0.0.1:{http.server_port}/bonn-eeg.zip"
        monkeypatch.setattr(download, "DEADLINE", 5)
        monkeypatch.setattr(download, "PLACES", (first,))
        start = time.monotonic()
        assert refused(lambda: load("bonn"), DataError) is None
        assert time.monotonic() - start < 15
        monkeypatch.setattr(download, "DEADLINE", 60)
        monkeypatch.setattr(download, "PLACES", (download.Place("good", {address: None}),))
        assert load("bonn").digest == stand_in.digest
        for server in (bad, http):
            server.shutdown()
    count("bad servers")


# Kills


def killed_at_random(start, kills, *names):
    """Run a command undisturbed for its time; then kill it at moments of it; yield after each."""
    began = time.monotonic()
    assert start().wait() == 0
    lasts = time.monotonic() - began
    for number in range(kills):
        process = start()
        with suppress(subprocess.TimeoutExpired):
            process.wait(lasts * draw(*names, number).random())
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        yield number, process.wait() != 0


def kept_in(folder):
    """What is kept in a folder, without what kills leave and times."""
    found = {}
    for path in folder.rglob("*"):
        if path.suffix in (".json", ".facts"):
            found[path.name] = json.loads(path.read_text())
            found[path.name].pop("seconds", None)
        elif path.is_file() and path.suffix not in (".tmp", ".lock", ".pt"):
            found[path.name] = path.read_bytes()
    return found


def command(*arguments, **env):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "LAB_SOURCE": "simulated"} | env,
        start_new_session=True,
        **quiet,
    )


@pytest.mark.trust
def test_kills_while_recordings_are_made_and_kept(tmp_path, count):
    def start():  # each time in an empty cache, or in what a kill has left there
        return command("-m", "lab_code", "data", LAB_CACHE=str(tmp_path / "cache"))

    assert start().wait() == 0
    before = kept_in(tmp_path / "cache")
    assert before
    for number, died in killed_at_random(start, 25, "data"):
        left = kept_in(tmp_path / "cache")
        assert all(before[name] == left[name] for name in left)
        if number % 2:
            shutil.rmtree(tmp_path / "cache", ignore_errors=True)
        if died:
            count("kills", "data")
    assert start().wait() == 0
    assert kept_in(tmp_path / "cache") == before


LAB = """
import sys
sys.path.insert(0, "tests")
from lab_code import record
from lab_code.sources import load
from test_hostile import train_and_keep

record.note("lab/fact", a=1)
train_and_keep(load())
"""


@pytest.mark.trust
def test_kills_while_a_lab_runs(tmp_path, simulated_once, count):
    places = {"LAB_RECORD": str(tmp_path / "record"), "LAB_TRAINED": str(tmp_path / "trained")}
    docs = os.pathsep.join([str(ROOT), str(ROOT / "docs")])

    def start():
        shutil.rmtree(tmp_path / "trained", ignore_errors=True)
        return command("-c", LAB, LAB_CACHE=str(simulated_once), PYTHONPATH=docs, **places)

    assert start().wait() == 0
    before = kept_in(tmp_path / "record")
    assert len(before) == 3
    for number, died in killed_at_random(start, 25, "lab"):
        left = kept_in(tmp_path / "record")
        assert all(before[name] == left[name] for name in left)
        if number % 2:
            shutil.rmtree(tmp_path / "record", ignore_errors=True)
        if died:
            count("kills", "labs")
    assert start().wait() == 0
    assert kept_in(tmp_path / "record") == before


@pytest.mark.trust
@pytest.mark.parametrize("part", range(2))
def test_kills_while_the_book_is_built(book, part, count):
    """The site is always of one build: its pages bear the same number."""
    pages = {
        path: path.read_text() for path in (book.docs / "index.md", book.docs / "page_of_data.md")
    }
    told = iter(range(1000))

    def start():
        number = next(told)
        for path, text in pages.items():
            path.write_text(f"{text}\n\nSentence {number}.\n")
        (book.root / "requirements.lock").write_text(f"torch=={3 + number % 3}")
        return book.start_apart(start_new_session=True)

    for _, died in killed_at_random(start, 20, "docs", part):
        site = book.root / "site"
        site = site if site.is_dir() else book.root / "site.old"
        shows = [(site / path.with_suffix(".html").name).read_text() for path in pages]
        numbers = [text.partition("Sentence ")[2].split(".")[0] for text in shows]
        assert numbers[0] == numbers[1] != ""
        if died:
            count("kills", "docs")
    assert book.build()
    after = shown(book)
    for folder in ("out", "record", "site", "doctrees", "docs/_build", "docs/labs"):
        shutil.rmtree(book.root / folder)
    assert book.build()
    assert shown(book) == after
