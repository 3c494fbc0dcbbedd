"""Where a result comes from: recordings and commit."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from lab_code.recordings import Recordings


def describe(recordings: Recordings) -> dict:
    """Return source and digest of recordings."""
    return {"source": recordings.source, "digest": recordings.digest}


def commit(folder: Path, but: Path | None = None) -> str | None:
    """Return the commit that a folder is at, or None outside a git clone.

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
        revision = subprocess.run([*git, "rev-parse", "HEAD"], **how).stdout.strip()
        status = ["status", "--porcelain", "--", ":/", *([f":!{but.name}"] if but else [])]
        changed = subprocess.run([*git, *status], **how).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
    return revision + ("-dirty" if changed else "")
