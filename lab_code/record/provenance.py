"""Where a result comes from: recordings and commit, and when that was made."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from lab_code.recordings import Recordings


def describe(recordings: Recordings) -> dict:
    """Return source and digest of recordings."""
    return {"source": recordings.source, "digest": recordings.digest}


def commit(folder: Path, but: Path | None = None) -> str | None:
    """Return the commit that a folder is at, or None outside a git clone.

    A folder that was unpacked in a clone of something else is outside: its files are not in git.

    Parameters
    ----------
    folder : Path
    but : Path, optional
        A file that may have changed.

    Returns
    -------
    str or None
        Ends in ``-dirty`` if files were changed since.
    """
    git = ["git", "-C", os.fspath(folder)]
    how = {"check": True, "capture_output": True, "text": True}
    try:
        if not subprocess.run([*git, "ls-files", "-z", "--", "."], **how).stdout:
            return None
        revision = subprocess.run([*git, "rev-parse", "HEAD"], **how).stdout.strip()
        status = ["status", "--porcelain", "--", ":/", *([f":!{but.name}"] if but else [])]
        changed = subprocess.run([*git, *status], **how).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
    return revision + ("-dirty" if changed else "")


def date(folder: Path) -> str | None:
    """Return when the commit that a folder is at was made, or None outside a git clone.

    A build bears this date and not its own, so that two builds of one commit agree.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    str or None
        Like ``2026-11-23T18:05:00+00:00``, in UTC.
    """
    if commit(folder) is None:
        return None
    command = ["git", "-C", os.fspath(folder), "show", "--no-show-signature", "--no-patch"]
    how = {"check": True, "capture_output": True, "text": True}
    try:
        told = subprocess.run([*command, "--format=%ct", "HEAD"], **how).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return datetime.fromtimestamp(int(told), UTC).isoformat()
