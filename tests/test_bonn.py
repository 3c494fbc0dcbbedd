import os
import struct
import zipfile

import numpy as np
import pytest
from conftest import LAYOUTS, write_five_zips, write_flat, write_folders, write_one_zip

from lab_code.recordings import DataError
from lab_code.sources import bonn, cache, load, published


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same(layout, stand_in, text_files, tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_DATA", str(LAYOUTS[layout](tmp_path / "data", text_files)))
    recordings = load()
    assert recordings.source == "bonn"
    assert recordings.digest == stand_in.digest
    assert recordings.names == stand_in.names
    assert (recordings.labels == stand_in.labels).all()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_real_recordings_in_every_layout(layout, real_recordings, tmp_path):
    files = {
        f"{name}.txt": b"".join(b"%d\r\n" % value for value in samples)
        for name, samples in zip(
            real_recordings.names, real_recordings.samples.tolist(), strict=True
        )
    }
    again = bonn.read(LAYOUTS[layout](tmp_path / "data", files))
    assert (again.samples == real_recordings.samples).all()
    assert again.digest == published.DIGEST


def test_other_files_do_no_harm(stand_in, text_files, tmp_path):
    folder = write_folders(tmp_path / "data", text_files)
    (folder / "README.md").write_text("terms")
    (folder / "A_Z" / "._Z001.txt").write_bytes(b"\0")
    (folder / "E_S" / "notes.txt").write_text("x")
    assert bonn.read(folder).digest == stand_in.digest


def test_a_missing_last_line_end_is_no_fault(stand_in, text_files, tmp_path):
    files = text_files | {"S100.txt": text_files["S100.txt"].rstrip()}
    assert bonn.read(write_one_zip(tmp_path, files)).digest == stand_in.digest


# Bad input. Each entry breaks good files and says what the message has to name.


def edit(name, change):
    """Return a fault: one file changed by a function of its lines."""

    def fault(folder, files):
        lines = files[name].split(b"\r\n")[:-1]
        return write_folders(folder, files | {name: b"\r\n".join([*change(lines), b""])})

    return fault


def without(*names):
    return lambda folder, files: write_folders(
        folder, {name: content for name, content in files.items() if name not in names}
    )


def without_set(folder, files):
    return write_folders(folder, {n: c for n, c in files.items() if n[0] != "N"})


def without_zip(folder, files):
    write_five_zips(folder, files)
    (folder / "O.zip").unlink()
    return folder


def twice(folder, files):
    write_folders(folder, files)
    (folder / "E_S" / "z007.TXT").write_bytes(files["Z007.txt"])
    return folder


def empty_file(folder, files):
    return write_folders(folder, files | {"F001.txt": b""})


def cut_short(folder, files):
    path = write_one_zip(folder, files) / "bonn-eeg.zip"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return folder


def cut_inside(folder, files):
    """A whole directory, but a member's bytes are damaged."""
    path = write_one_zip(folder, files) / "bonn-eeg.zip"
    data = bytearray(path.read_bytes())
    data[5000:5400] = bytes(400)
    path.write_bytes(data)
    return folder


def other_header(folder, files):
    """A member whose name is said to have 65,535 letters, which Python shows all."""
    path = write_one_zip(folder, files) / "bonn-eeg.zip"
    data = bytearray(path.read_bytes())
    data[26:28] = b"\xff\xff"
    path.write_bytes(data)
    return folder


def no_zip(folder, files):
    folder.mkdir()
    (folder / "bonn-eeg.zip").write_text("<html>404 Not Found</html>")
    return folder


def member(name):
    def fault(folder, files):
        write_one_zip(folder, files)
        with zipfile.ZipFile(folder / "bonn-eeg.zip", "a") as archive:
            archive.writestr(name, b"1\r\n")
        return folder

    return fault


def bomb(folder, files):
    write_one_zip(folder, files)
    with zipfile.ZipFile(folder / "bonn-eeg.zip", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.bin", bytes(101_000_000))
    return folder


def packed(method):
    """Packed in a way that has no limit while it is unpacked."""

    def fault(folder, files):
        write_one_zip(folder, files)
        with zipfile.ZipFile(folder / "bonn-eeg.zip", "a", method) as archive:
            archive.writestr("notes.bin", bytes(1000))
        return folder

    return fault


def link_to_nowhere(folder, files):
    """The zip is a link that leads nowhere; the table beside it must not be taken instead."""
    folder.mkdir()
    (folder / "bonn-eeg.zip").symlink_to(folder / "gone.zip")
    (folder / "table.csv").write_text("a,b\n1,2\n")
    return folder


def pipe(folder, files):
    write_folders(folder, {n: c for n, c in files.items() if n != "Z001.txt"})
    os.mkfifo(folder / "A_Z" / "Z001.txt")
    return folder


def padded(folder, files):
    """Lines with so many blanks that they would take up gigabytes side by side."""
    return write_folders(folder, {n: c.replace(b"\r", b" " * 70_000, 1) for n, c in files.items()})


def line_break_in_a_name(folder, files):
    return write_folders(folder / "two\nlines", files | {"F001.txt": b""})


def lying_bomb(folder, files):
    """Declares 4 GB in the directory although there is next to nothing."""
    path = write_one_zip(folder, files) / "bonn-eeg.zip"
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", 4_000_000_000)
    path.write_bytes(data)
    return folder


def other_content(folder, files):
    """One value is wrong; everything else is right."""
    text = files["S059.txt"]
    first = int(text.split()[0])
    return write_one_zip(folder, files | {"S059.txt": text.replace(b"%d" % first, b"7", 1)})


def other_end(folder, files):
    """A difference in the samples that belong to no second."""
    lines = files["O042.txt"].split(b"\r\n")[:-1]
    lines[-1] = b"3" if lines[-1] != b"3" else b"4"
    return write_one_zip(folder, files | {"O042.txt": b"\r\n".join([*lines, b""])})


def crowd(folder, files):
    folder.mkdir()
    with zipfile.ZipFile(folder / "bonn-eeg.zip", "w") as archive:
        for number in range(3000):
            archive.writestr(f"{number}", b"")
    return folder


def huge_zip(folder, files):
    folder.mkdir()
    with (folder / "bonn-eeg.zip").open("wb") as file:
        file.truncate(bonn.MAX_ZIP + 1)
    return folder


FAULTS = {
    "set missing": (without_set, ["100 of the 500", "set N", "Add"]),
    "zip of a set missing": (without_zip, ["O.zip missing", "add"]),
    "recording missing": (without("F007.txt"), ["1 of the 500", "F007", "Add"]),
    "recording twice": (twice, ["Z007", "twice", "z007.TXT", "Remove"]),
    "4096 lines": (edit("S003.txt", lambda lines: lines[:-1]), ["S003.txt", "4096 lines", "4097"]),
    "4098 lines": (edit("S003.txt", lambda lines: [*lines, b"1"]), ["S003.txt", "4098 lines"]),
    "huge file": (
        edit("S003.txt", lambda lines: lines * 20),
        ["S003.txt", "more than 100,000 bytes", "Replace"],
    ),
    "blank line": (edit("Z001.txt", lambda lines: [b"", *lines[1:]]), ["Z001.txt, line 1", "''"]),
    "not an integer": (
        edit("N002.TXT", lambda lines: [*lines[:9], b"1.5", *lines[10:]]),
        ["N002.TXT, line 10", "'1.5' is not an integer", "Replace"],
    ),
    "underscore": (
        edit("Z002.txt", lambda lines: [b"1_0", *lines[1:]]),
        ["Z002.txt, line 1", "'1_0' is not an integer"],
    ),
    "no text": (edit("Z002.txt", lambda lines: [b"\xff\x00", *lines[1:]]), ["Z002.txt, line 1"]),
    "huge number": (
        edit("Z002.txt", lambda lines: [b"9" * 5000, *lines[1:]]),
        ["Z002.txt, line 1"],
    ),
    "outside 12 bits": (
        edit("O100.txt", lambda lines: [*lines[:-1], b"2048"]),
        ["O100.txt, line 4097", "2048 is outside", "12 bits"],
    ),
    "below 12 bits": (
        edit("O100.txt", lambda lines: [b"-2049", *lines[1:]]),
        ["O100.txt, line 1", "-2049 is outside"],
    ),
    "empty file": (empty_file, ["F001.txt", "empty", "Replace"]),
    "zip cut short": (cut_short, ["bonn-eeg.zip", "cut short", "replace"]),
    "another header": (other_header, ["bonn-eeg.zip", "not a complete zip", "replace"]),
    "zip damaged inside": (cut_inside, ["bonn-eeg.zip", "not a complete zip", "replace"]),
    "no zip": (no_zip, ["bonn-eeg.zip", "not a complete zip", "replace"]),
    "absolute member": (member("/etc/Z001.txt"), ["bonn-eeg.zip", "'/etc/Z001.txt'", "outside"]),
    "member above": (member("A/../../Z001.txt"), ["bonn-eeg.zip", "'A/../../Z001.txt'", "outside"]),
    "member above, Windows": (member("..\\Z001.txt"), ["bonn-eeg.zip", "outside the archive"]),
    "bomb": (bomb, ["bonn-eeg.zip", "declares 1", "100 MB"]),
    "bomb that lies": (lying_bomb, ["bonn-eeg.zip", "declares 4,0", "100 MB"]),
    "crowd": (crowd, ["bonn-eeg.zip", "3,000 members", "replace it"]),
    "long name": (member("x/" * 30_000 + "../Z001.txt"), ["…", "/../Z001.txt'", "outside"]),
    "huge zip": (huge_zip, ["bonn-eeg.zip", "larger than 10 MB"]),
    "bzip2": (
        packed(zipfile.ZIP_BZIP2),
        ["bonn-eeg.zip", "'notes.bin'", "compressed in an unknown way"],
    ),
    "lzma": (
        packed(zipfile.ZIP_LZMA),
        ["bonn-eeg.zip", "'notes.bin'", "compressed in an unknown way"],
    ),
    "link to nowhere": (link_to_nowhere, ["bonn-eeg.zip", "cannot be read", "Check"]),
    "pipe": (pipe, ["Z001.txt", "not a regular file", "Check"]),
    "padded": (padded, ["Z001.txt, line 1", "not an integer"]),
    "line break in a name": (line_break_in_a_name, ["two\\nlines", "F001.txt", "empty"]),
    "other content": (other_content, ["bonn-eeg.zip", "not the content", "S059", "Replace"]),
    "other last sample": (other_end, ["bonn-eeg.zip", "last three samples", "Replace"]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_bad_input_gets_one_clear_error(name, stand_in, text_files, tmp_path, monkeypatch):
    fault, expected = FAULTS[name]
    monkeypatch.setenv("LAB_DATA", str(fault(tmp_path / "data", text_files)))
    with pytest.raises(DataError) as caught:
        load()
    message = str(caught.value)
    for words in [str(tmp_path), *expected]:
        assert words in message
    assert len(message.replace(str(tmp_path), "")) < 300
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert not list(cache.cache_folder().glob("*"))


def test_names_with_backslashes_and_folders_of_a_files_name(stand_in, text_files, tmp_path):
    with zipfile.ZipFile(tmp_path / "bonn-eeg.zip", "w") as archive:
        archive.writestr("A/Z001.txt/", b"")
        for name, content in text_files.items():
            member = zipfile.ZipInfo("place")
            member.filename = f"sets\\{name[0]}\\{name}"
            archive.writestr(member, content)
    assert bonn.read(tmp_path).digest == stand_in.digest


def test_links_to_folders_are_followed_and_circles_are_not(stand_in, text_files, tmp_path):
    write_folders(tmp_path / "elsewhere", text_files)
    data = tmp_path / "data"
    data.mkdir()
    for folder in (tmp_path / "elsewhere").iterdir():
        (data / folder.name).symlink_to(folder)
    (tmp_path / "elsewhere" / "A_Z" / "back").symlink_to(data)
    assert bonn.read(data).digest == stand_in.digest


def test_unpacked_beside_one_of_the_zips(stand_in, text_files, tmp_path):
    write_folders(tmp_path, text_files)
    (tmp_path / "Z.zip").write_bytes(b"kept")
    assert bonn.read(tmp_path).digest == stand_in.digest


def test_a_zip_of_another_name_is_pointed_to(text_files, tmp_path, monkeypatch):
    write_one_zip(tmp_path, text_files)
    (tmp_path / "bonn-eeg.zip").rename(tmp_path / "Bonn EEG dataset.zip")
    monkeypatch.setenv("LAB_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"If Bonn EEG dataset\.zip has all five sets, name it"):
        load()


def test_a_pile_of_other_files_is_no_layout(tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    assert not bonn.is_in(tmp_path)


def test_only_a_few_folders_deep(stand_in, text_files, tmp_path):
    deep = tmp_path / "a" / "b"
    assert bonn.read(write_folders(deep, text_files).parents[1]).digest == stand_in.digest
    assert not bonn.is_in(write_flat(tmp_path / "1/2/3/4/5", {"Z001.txt": b"1"}).parents[4] / "1")


def test_fingerprints_are_those_of_the_recordings(real_recordings):
    known = published.fingerprints()
    assert len(known) == 500
    for name, samples in zip(real_recordings.names, real_recordings.samples, strict=True):
        assert known[published.fingerprint(samples)] == name
    changed = real_recordings.samples[0].copy()
    changed[4093] += 1
    assert published.fingerprint(changed) not in known


def test_numbers_are_read_as_they_stand(stand_in, text_files, tmp_path):
    recordings = bonn.read(write_flat(tmp_path, text_files))
    expected = np.array(text_files["F050.txt"].split(), dtype=int)
    assert (recordings.samples[recordings.names.index("F050")] == expected).all()
