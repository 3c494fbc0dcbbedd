"""The released versions: their list, their commits, clean checkouts of these, and builds there."""

import argparse
import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
LIST = "docs/_versions/switcher.json"
FIELDS = {"name", "version", "url", "date", "commit"}
MAX_BYTES = 1_000_000


class VersionsError(Exception):
    """A message to the user in one line: what is wrong, and what to do."""


class NoHistory(VersionsError):
    """There is no git, or what was unpacked is not a clone."""


def number(version: str) -> tuple[int, ...]:
    """Return X.Y.Z as numbers, which can be compared."""
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", version):
        raise VersionsError(f"{version[:40]!r} is not a version. It must look like 1.2.0.")
    return tuple(map(int, version.split(".")))


def read_list(root: Path) -> list[dict]:
    """Read the released versions, newest first."""
    try:
        if (root / LIST).stat().st_size > MAX_BYTES:
            raise ValueError(f"it has more than {MAX_BYTES:,} bytes")
        versions = json.loads((root / LIST).read_text("utf-8"))
        if not isinstance(versions, list):
            raise ValueError("it must be a list")
        for entry in versions:
            if missing := FIELDS - entry.keys():
                raise ValueError(f"an entry has no {', '.join(sorted(missing))}")
            if not all(isinstance(entry[field], str) for field in FIELDS):
                raise ValueError(f"{', '.join(sorted(FIELDS))} of an entry must be texts")
            if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", entry["commit"]):
                raise ValueError("a commit must be a full hash: a branch would be another tomorrow")
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", entry["date"]):
                raise ValueError("a date must look like 2026-01-31")
        numbers = [number(entry["version"]) for entry in versions]
        if numbers != sorted(set(numbers), reverse=True):
            raise ValueError("the newest version must come first, and each only once")
        if any(entry["url"] != f"{entry['version']}/" for entry in versions):
            raise ValueError("the url of a version must be its number and a slash")
        if any(bool(entry.get("preferred")) != (entry is versions[0]) for entry in versions):
            raise ValueError("the newest version, and no other, must be preferred")
    except (OSError, ValueError, AttributeError, TypeError, RecursionError, VersionsError) as error:
        reason = " ".join(str(error).split())[:150]
        raise VersionsError(
            f"{LIST} is damaged: {reason}. Restore it from git: git checkout {LIST}"
        ) from None
    return versions


def site_address() -> str | None:
    """Return LAB_SITE_URL without a slash at its end, or None if it is not set."""
    return _address("LAB_SITE_URL", "where the site will be found, like http://localhost:8000/book")


def version_address(version: str) -> str | None:
    """Return where the pages of a version will be found, with a slash at its end, or None."""
    site = site_address()
    return site and f"{site}/{'dev' if 'dev' in version else version}/"


def repository_address() -> str | None:
    """Return LAB_REPOSITORY_URL without a slash at its end, or None if it is not set."""
    where = "where the book's source is found, like https://github.com/owner/name"
    return _address("LAB_REPOSITORY_URL", where)


def _address(variable: str, what: str) -> str | None:
    address = os.environ.get(variable)
    if address is None:
        return None
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise VersionsError(f"{variable} is {address!r}. Set it to {what}, or unset it.")
    return address.rstrip("/")


def git(root: Path, *arguments: str) -> str:
    """Run git and return what it prints."""
    try:
        command = ["git", *arguments]
        env = os.environ | {"LC_ALL": "C"}  # what git says is looked at
        run = subprocess.run(command, cwd=root, capture_output=True, text=True, env=env)
    except FileNotFoundError:
        raise NoHistory("git is not installed. Install it: old versions come from it.") from None
    if "not a git repository" in run.stderr:
        raise NoHistory(f"{root} is no git clone. Clone the book: old versions come from git.")
    if run.returncode:
        raise VersionsError(f"{' '.join(command)} failed: {(run.stderr or run.stdout).strip()}")
    return run.stdout.strip()


def commit_in_clone(root: Path, name: str) -> str | None:
    """Return the full hash of a commit or tag, or None if the clone does not have it."""
    try:
        return git(
            root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"
        )
    except NoHistory:
        raise
    except VersionsError:
        return None


def commit_of(root: Path, entry: dict) -> str:
    """Return the commit of a released version: the list's, which its tag must not contradict."""
    version = entry["version"]
    listed = commit_in_clone(root, entry["commit"])
    tagged = commit_in_clone(root, f"refs/tags/v{version}")
    if listed and tagged and listed != tagged:
        raise VersionsError(
            f"version {version} is commit {listed} in {LIST} and {tagged} by the tag v{version}. "
            f"Correct the one that is wrong."
        )
    if not (listed or tagged):
        raise VersionsError(
            f"commit {entry['commit']} of version {version} is not in this clone. "
            f"Fetch it: git fetch --tags origin (in a shallow clone also --unshallow)."
        )
    return listed or tagged


@contextmanager
def workplace(root: Path):
    """Wait until no other release or site is being made; yield an empty folder for this one."""
    from filelock import FileLock, Timeout  # pages, which import this module, need no lock

    place = root / ".site"
    place.mkdir(exist_ok=True)
    lock = FileLock(place / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print("waiting for another release or site in this folder to end", flush=True)
        lock.acquire()
    work = place / "work"
    try:
        _remove(root, work)  # left by a run that was killed
        work.mkdir()
        yield work
    finally:
        _remove(root, work)
        lock.release()


def _remove(root: Path, work: Path) -> None:
    for folder in work.glob("*/.git"):
        git(root, "worktree", "remove", "--force", "--force", str(folder.parent))
    if work.exists():
        rmtree(work)


@contextmanager
def checkout(root: Path, commit: str, folder: Path):
    """Yield a folder with the files of a commit and nothing else."""
    # Forced, because git remembers a worktree whose creation was killed.
    git(root, "worktree", "add", "--force", "--force", "--detach", str(folder), commit)
    try:
        yield folder
    finally:
        git(root, "worktree", "remove", "--force", "--force", str(folder))


def environment(root: Path, **more: str) -> dict[str, str]:
    """Return this environment for a build in another folder: its paths are made absolute."""
    given = {name: os.environ.get(name) for name in ("LAB_DATA", "LAB_CACHE")}
    # one that is set but empty stays so, because the build reports that as an error
    folders = {name: str(Path(root, path).absolute()) for name, path in given.items() if path}
    return os.environ | folders | more


def parser(description: str) -> argparse.ArgumentParser:
    """Return a parser for the options that the noxfile gives to both commands."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--python", default=sys.executable, help="the Python that has nox")
    options.add_argument("--no-venv", action="store_true", help="as for nox")
    return options


def nox(options: argparse.Namespace, *sessions: str, folder: Path, env: dict) -> int:
    """Run sessions of a checkout's own noxfile there; return the exit status, 0 if all is well."""
    command = [options.python, "-m", "nox", *(["--no-venv"] * options.no_venv), "-s", *sessions]
    return subprocess.run(command, cwd=folder, env=env).returncode
