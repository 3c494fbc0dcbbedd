"""A version never changes: the digests of its files are kept beside its folder.

Someone may edit a page of a built version, add one, or put another folder in its place. Each time
that the site is put together, every version is held against its list.
"""

import hashlib
import json
from pathlib import Path


def of(folder: Path) -> dict[str, str]:
    """Return the sha256 of each file in a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def list_of(site: Path, version: str) -> Path:
    return site / f"{version}.digests.json"


def write(site: Path, version: str) -> None:
    """Keep the digests of a version that has just been built."""
    text = json.dumps(of(site / version), indent=1) + "\n"
    list_of(site, version).write_text(text, "utf-8")


def change(site: Path, version: str) -> str | None:
    """Return what is wrong with a version that was built before, in words, or None."""
    folder = site / version
    if folder.is_symlink() or not folder.is_dir():
        return "it is no folder"
    try:
        then = dict(json.loads(list_of(site, version).read_text("utf-8")))
    except FileNotFoundError:
        return "nothing says what it was when it was built"
    except (OSError, ValueError, TypeError, RecursionError):
        return "the list of its digests is damaged"
    now = of(folder)
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            what = "is missing" if name not in now else "is new" if name not in then else "differs"
            return f"{name[:100]} {what}"
    return None
