"""Which recordings a run uses, and what it says of them."""

import gzip
import json
import os
import re
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, SCHEMA, write_five_zips, write_one_zip, write_uci

from lab_code.__main__ import main
from lab_code.files import write_whole
from lab_code.recordings import DataError, Recordings
from lab_code.sources import SOURCES, bonn, cache, download, load, simulated


@pytest.fixture(autouse=True)
def simulated_in_no_time(simulation, monkeypatch):
    """What is asked here is when recordings are simulated, not how."""
    monkeypatch.setattr(simulated, "simulate", lambda: simulation)


# The order of sources


def test_without_anything_the_recordings_are_simulated(caplog):
    with caplog.at_level("INFO", logger="lab_code"):
        recordings = load()
    assert recordings.source == "simulated"
    assert not recordings.is_real
    assert len(recordings) == 500
    assert "simulated, because LAB_DATA is not set" in caplog.text
    assert "nowhere" in caplog.text


def test_what_is_chosen_is_said_on_stderr():
    run = subprocess.run(
        [sys.executable, "-m", "lab_code", "data"],
        env={"LAB_SOURCE": "simulated", "PATH": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "recordings: simulated, as asked for" in run.stderr
    assert "recordings:" not in run.stdout


def test_data_folder_comes_first(stand_in, text_files, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("LAB_DATA", str(write_one_zip(tmp_path / "data", text_files)))
    with caplog.at_level("INFO", logger="lab_code"):
        assert load().source == "bonn"
    assert f"bonn, from {tmp_path / 'data'} (LAB_DATA is set)" in caplog.text


def test_then_the_cache(stand_in, text_files, tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_DATA", str(write_one_zip(tmp_path / "data", text_files)))
    first = load()
    monkeypatch.delenv("LAB_DATA")
    second = load()
    assert second.source == "bonn"
    assert "cache" in second.origin
    assert second.digest == first.digest


def test_from_the_cache_in_half_a_second(stand_in, text_files, tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_DATA", str(write_one_zip(tmp_path / "data", text_files)))
    load()
    monkeypatch.delenv("LAB_DATA")
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        load()
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.5


def test_recordings_are_preferred_to_the_table(stand_in, text_files, tmp_path, monkeypatch):
    write_uci(write_one_zip(tmp_path / "data", text_files), stand_in)
    monkeypatch.setenv("LAB_DATA", str(tmp_path / "data"))
    assert load().source == "bonn"
    assert load("uci").source == "uci"
    monkeypatch.setenv("LAB_SOURCE", "uci")
    assert load().source == "uci"
    assert load("bonn").source == "bonn"


@pytest.mark.parametrize("source", ["auto", "bonn", "uci"])
@pytest.mark.parametrize("content", [None, "notes.txt"])
def test_an_empty_folder_is_an_error(source, content, tmp_path, monkeypatch):
    if content:
        (tmp_path / content).write_text("x")
    monkeypatch.setenv("LAB_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"holds no recordings\. Put there"):
        load(source)


@pytest.mark.parametrize(("value", "words"), [("", "set but empty"), ("/no/such", "not a folder")])
def test_a_folder_that_is_missing_is_an_error(value, words, monkeypatch):
    monkeypatch.setenv("LAB_DATA", value)
    with pytest.raises(DataError, match=words):
        load()


def test_the_schema_of_the_record_knows_every_source():
    known = SCHEMA["$defs"]["data"]["properties"]["source"]["enum"]
    assert sorted(["auto", *known]) == sorted(SOURCES)


def test_a_named_source_is_used_or_fails(stand_in, tmp_path, monkeypatch):
    with pytest.raises(DataError, match="could not be downloaded"):
        load("bonn")
    with pytest.raises(DataError, match="source 'uci' is never downloaded"):
        load("uci")
    with pytest.raises(DataError, match="no source 'bon'"):
        load("bon")
    write_uci(tmp_path / "data", stand_in)
    monkeypatch.setenv("LAB_DATA", str(tmp_path / "data"))
    with pytest.raises(DataError, match="holds no recordings"):
        load("bonn")
    assert load("simulated").source == "simulated"


# The cache


def test_simulated_recordings_are_made_once(monkeypatch):
    first = load("simulated")
    monkeypatch.setattr(simulated, "simulate", lambda: pytest.fail("made again"))
    assert load("simulated").digest == first.digest


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: content[:2000] + bytes(500) + content[2500:],
    ],
)
def test_a_damaged_cache_is_not_used(damage, caplog):
    first = load("simulated")
    (path,) = cache.cache_folder().glob("*.npz")
    path.write_bytes(damage(path.read_bytes()))
    assert load("simulated").digest == first.digest
    assert "ignoring the damaged" in caplog.text
    assert cache.read(path.stem, "simulated").digest == first.digest  # it was mended


def test_a_cache_of_other_content_is_not_used(simulation, stand_in, monkeypatch):
    """What is cached as published is checked against the published digest again."""
    monkeypatch.setattr("lab_code.sources.published.DIGEST", "0" * 64)
    cache.write("bonn", stand_in)
    assert load().source == "simulated"


def test_a_cache_of_another_shape_is_not_used(stand_in, caplog):
    cut = Recordings(stand_in.samples[::-1, :4094], stand_in.labels, stand_in.names, "bonn")
    cache.write("bonn", cut)
    assert load().source == "simulated"
    assert "4094 samples" in caplog.text


@pytest.mark.parametrize("damage", ["text", "pipe", "bomb", "huge"])
def test_a_damaged_cache_disturbs_nobody(
    stand_in, text_files, tmp_path, monkeypatch, caplog, damage
):
    kept = cache.cache_folder() / "bonn.npz"
    kept.parent.mkdir()
    if damage == "text":
        kept.write_bytes(b"damaged")
    elif damage == "pipe":
        os.mkfifo(kept)
    elif damage == "bomb":
        np.savez_compressed(kept, samples=np.zeros((500, 100_000), dtype=np.int16))
    else:
        kept.write_bytes(bytes(cache.MAX_BYTES + 1))
    with monkeypatch.context() as patch:  # whoever has the recordings does not need it
        patch.setenv("LAB_DATA", str(write_one_zip(tmp_path / "data", text_files)))
        patch.setattr(cache, "read", None)
        assert load().digest == stand_in.digest
    caplog.clear()
    monkeypatch.setattr(download, "PLACES", ())
    if damage == "pipe":  # which is no file, so the recordings were kept in its place
        assert load().digest == stand_in.digest
    else:
        assert load().source == "simulated"
        assert f"ignoring the damaged {kept}" in caplog.text


def test_what_killed_programs_left_goes_after_an_hour(tmp_path):
    old, new, other = (tmp_path / f".{name}.tmp" for name in ("file.0a", "file.1b", "else.2c"))
    for path in (old, new, other):
        path.touch()
    for path in (old, other):
        os.utime(path, (0, 0))
    with write_whole(tmp_path / "file") as file:
        file.write(b"whole")
    assert {path.name for path in tmp_path.iterdir()} == {"file", new.name, other.name}


def test_two_writers_at_once_do_not_mix(tmp_path):
    path = tmp_path / "file"
    with write_whole(path) as first, write_whole(path) as second:
        first.write(b"whole")
        second.write(b"part")
    assert path.read_bytes() in (b"whole", b"part")
    assert list(tmp_path.iterdir()) == [path]


def test_home_in_the_name_of_the_cache(monkeypatch):
    monkeypatch.setenv("LAB_CACHE", "~/book")
    assert cache.cache_folder() == Path.home() / "book"


def test_a_killed_write_leaves_nothing(simulation, monkeypatch):
    def killed(file, **arrays):
        file.write(b"half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(cache.np, "savez_compressed", killed)
    with pytest.raises(KeyboardInterrupt):
        cache.write("bonn", simulation)
    assert list(cache.cache_folder().iterdir()) == []


def test_a_cache_that_cannot_be_written_does_no_harm(tmp_path, monkeypatch, caplog):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "file"))
    assert load("simulated").source == "simulated"
    assert "could not be kept in the cache" in caplog.text


# The download


@pytest.fixture
def server(tmp_path):
    """A web server on this machine; gives its folder and address."""
    folder = tmp_path / "web"
    folder.mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{http.server_port}"
        http.shutdown()


def test_the_first_place_that_has_all_recordings_is_used(
    stand_in, text_files, server, monkeypatch, caplog
):
    folder, address = server
    write_five_zips(folder / "whole", text_files)
    write_one_zip(folder / "cut", text_files)
    cut = folder / "cut" / "bonn-eeg.zip"
    cut.write_bytes(cut.read_bytes()[:1000])
    other = {**text_files, "Z001.txt": text_files["Z002.txt"]}
    write_one_zip(folder / "other", other)
    places = (
        download.Place("missing", {f"{address}/none.zip": None}),
        download.Place("cut", {f"{address}/cut/bonn-eeg.zip": None}),
        download.Place("hash", {f"{address}/other/bonn-eeg.zip": "0" * 64}),
        download.Place("other", {f"{address}/other/bonn-eeg.zip": None}),
        download.Place("whole", {f"{address}/whole/{letter}.zip": None for letter in "ZONFS"}),
        download.Place("late", {f"{address}/late.zip": None}),
    )
    monkeypatch.setattr(download, "PLACES", places)
    with caplog.at_level("INFO", logger="lab_code"):
        recordings = load()
    assert recordings.digest == stand_in.digest
    assert recordings.origin == "downloaded from whole"
    assert "404" in caplog.text
    assert "cut short" in caplog.text
    assert "hash" in caplog.text
    assert "Z001" in caplog.text
    assert "asking late" not in caplog.text
    assert caplog.text.count("research and education") == 1

    monkeypatch.setattr(download, "PLACES", ())
    assert "cache" in load().origin


def test_nothing_of_a_failed_download_is_kept(text_files, server, monkeypatch):
    folder, address = server
    write_one_zip(folder, text_files)  # whole, but not the published content
    place = download.Place("other", {f"{address}/bonn-eeg.zip": None})
    monkeypatch.setattr(download, "PLACES", (place,))
    with pytest.raises(DataError, match="could not be downloaded"):
        load("bonn")
    assert not list(cache.cache_folder().glob("**/*"))


def test_a_silent_server_is_given_up(monkeypatch):
    """An address that never answers must not hold a build up."""
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.setattr(download, "READ_TIMEOUT", 0.2)
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/x.zip"
        monkeypatch.setattr(download, "PLACES", (download.Place("silent", {address: None}),))
        start = time.perf_counter()
        with pytest.raises(DataError, match=r"silent: .*timed out"):
            load("bonn")
        assert time.perf_counter() - start < 5


def drip(handler):
    """A byte each fifth of a second, which no limit on the wait for a byte stops."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b"P")
        time.sleep(0.2)


def drip_headers(handler):
    for letter in "HTTP/1.1 200 OK\r\nX-Long: " + "x" * 200:
        handler.wfile.write(letter.encode())
        time.sleep(0.2)


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(bytes(65536))


def bomb(handler):
    """A hundred megabytes, packed into half of one."""
    packed = gzip.compress(bytes(10**8), compresslevel=1)
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.send_header("Content-Length", str(len(packed)))
    handler.end_headers()
    handler.wfile.write(packed)


def endless_redirects(handler):
    handler.send_response(302)
    handler.send_header("Location", "/again.zip")
    handler.end_headers()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (drip, r"not whole after \d+ s"),
        (drip_headers, r"not whole after \d+ s"),
        (endless, "more than 10 MB"),
        (bomb, "more than 10 MB"),
        (endless_redirects, "redirects"),
    ],
)
def test_a_bad_server_is_left_and_the_next_place_is_asked(
    answer, reason, stand_in, text_files, server, monkeypatch, caplog
):
    class Bad(BaseHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

        def do_GET(self):
            with suppress(OSError):
                answer(self)

    folder, address = server
    write_one_zip(folder, text_files)
    with ThreadingHTTPServer(("127.0.0.1", 0), Bad) as http:
        http.daemon_threads = True
        threading.Thread(target=http.serve_forever, daemon=True).start()
        bad = f"http://127.0.0.1:{http.server_port}/x.zip"
        places = (
            download.Place("bad", {bad: None}),
            download.Place("good", {f"{address}/bonn-eeg.zip": None}),
        )
        monkeypatch.setattr(download, "PLACES", places)
        monkeypatch.setattr(download, "DEADLINE", 12 if "whole" in reason else 60)
        with caplog.at_level("INFO", logger="lab_code"):
            recordings = load("bonn")
        http.shutdown()
    assert re.search(f"bad: .*{reason}", caplog.text)
    assert recordings.digest == stand_in.digest


def test_places_in_the_promised_order():
    # the fixture has replaced download.PLACES: read them from the source
    places = {}
    exec(compile((ROOT / "lab_code/sources/download.py").read_text(), "download", "exec"), places)
    official, repository, mirror = places["PLACES"]
    assert list(official.zips) == [f"doi:10.34810/data490/{letter}.zip" for letter in "ZONFS"]
    assert len(repository.zips) == 5
    assert list(mirror.zips.values()) == [
        "f4c2dc52fd5320d4404fcbc6ecb9db69a4a7e408df4e3d5456530343dbcb75ad"
    ]
    assert places["CONNECT_TIMEOUT"] <= 10


# The command


def test_command_for_machines(stand_in, text_files, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LAB_DATA", str(write_one_zip(tmp_path / "data", text_files)))
    assert main(["data", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["source"] == "bonn"
    assert report["digest"] == stand_in.digest
    assert report["recordings"] == 500
    assert str(tmp_path / "data") in report["origin"]


def test_command_for_people(capsys):
    assert main(["data"]) == 0
    assert "500 recordings" not in capsys.readouterr().err


def test_command_fails_on_damaged_recordings(text_files, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LAB_DATA", str(write_one_zip(tmp_path / "data", text_files)))
    assert main(["data", "--json"]) == 1  # whole, but not the published content
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert "Traceback" not in captured.err


def test_real_recordings_from_a_zip_with_a_damaged_one(real_recordings, tmp_path):
    files = {
        f"{name}.txt": b"".join(b"%d\r\n" % value for value in samples)
        for name, samples in zip(
            real_recordings.names, real_recordings.samples.tolist(), strict=True
        )
    }
    write_one_zip(tmp_path, files | {"N017.txt": files["N018.txt"]})
    with pytest.raises(DataError, match="these recordings differ: N017"):
        bonn.read(tmp_path)
    assert zipfile.is_zipfile(tmp_path / "bonn-eeg.zip")


def test_a_folder_that_cannot_be_read_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_DATA", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may read everything
    with pytest.raises(DataError, match=r"cannot be read\. Change its permissions"):
        load()


def test_what_fetches_and_ends_without_a_reason_is_told(tmp_path, monkeypatch):
    dies = tmp_path / "fetch.py"
    dies.write_text("import os\nos._exit(7)\n")
    monkeypatch.setattr(download.fetch, "__file__", str(dies))
    with pytest.raises(DataError, match="nowhere: it ended with status 7"):
        load("bonn")
