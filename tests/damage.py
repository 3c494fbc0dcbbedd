"""Damage to the bytes of a file, drawn from a seed: what a disk, a network or an enemy may do."""

import zlib

import numpy as np

ESCAPES = b"\x1b[2J\x1b]0;title\x07\r\x00\xe2\x80\xae"
NUMBERS = (
    b"9" * 400,
    b"-1",
    b"1e999",
    b"NaN",
    b"-Infinity",
    b"1_0",
    b"0x1",
    b"",
    b"0" * 30,
    b"1.5",
)
TEXTS = (b"[" * 5000, b'{"a":' * 5000, b'"', b"\n" * 2000, b"," * 2000, ESCAPES, b"../../", b"null")


def draw(*names) -> np.random.Generator:
    """Return the random numbers of a test, which are the same each time."""
    return np.random.default_rng(zlib.crc32(repr(names).encode()))


def _part(content, rng, most=400):
    """Return two places in the content, the first before the second."""
    start = int(rng.integers(len(content) + 1))
    return start, min(len(content), start + 1 + int(rng.integers(most)))


def _put(content, rng, make):
    start, end = _part(content, rng)
    return content[:start] + make(content[start:end]) + content[end:]


def _bits(content, rng, n):
    changed = bytearray(content)
    for place in rng.integers(len(changed), size=n) if changed else ():
        changed[place] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def _number(content, rng):
    """Replace the first number after a place."""
    start = int(rng.integers(len(content) + 1))
    while start < len(content) and not content[start : start + 1].isdigit():
        start += 1
    end = start
    while end < len(content) and content[end : end + 1].isdigit():
        end += 1
    return content[:start] + NUMBERS[rng.integers(len(NUMBERS))] + content[end:]


WAYS = {
    "emptied": lambda content, rng: b"",
    "cut off": lambda content, rng: content[: int(rng.integers(len(content) + 1))],
    "begun late": lambda content, rng: content[int(rng.integers(len(content) + 1)) :],
    "a bit": lambda content, rng: _bits(content, rng, 1),
    "bits": lambda content, rng: _bits(content, rng, int(rng.integers(2, 50))),
    "zeros": lambda content, rng: _put(content, rng, lambda part: bytes(len(part))),
    "ones": lambda content, rng: _put(content, rng, lambda part: b"\xff" * len(part)),
    "noise": lambda content, rng: _put(content, rng, lambda part: rng.bytes(len(part))),
    "all noise": lambda content, rng: rng.bytes(int(rng.integers(1, 5000))),
    "left out": lambda content, rng: _put(content, rng, lambda part: b""),
    "twice": lambda content, rng: _put(content, rng, lambda part: 2 * part),
    "turned round": lambda content, rng: _put(content, rng, lambda part: part[::-1]),
    "put in": lambda content, rng: _put(
        content, rng, lambda part: TEXTS[rng.integers(len(TEXTS))] + part
    ),
    "a number": _number,
    "a mark": lambda content, rng: b"\xef\xbb\xbf" + content,
    "other line ends": lambda content, rng: content.replace(b"\n", b"\r"),
    "other letters": lambda content, rng: content.decode("latin-1").encode("utf-16"),
    "more": lambda content, rng: content + rng.bytes(int(rng.integers(1, 5000))),
}


def damage(content: bytes, rng: np.random.Generator) -> tuple[str, bytes]:
    """Return what was done, and the damaged content; now and then two things are done."""
    names = []
    for _ in range(1 + (rng.random() < 0.2)):
        names.append(list(WAYS)[rng.integers(len(WAYS))])
        content = WAYS[names[-1]](content, rng)
    return ", ".join(names), content
