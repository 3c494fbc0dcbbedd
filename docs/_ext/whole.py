"""What a build finds of the one before is whole, or is made again.

A build leaves files that the next one builds on: the record, trained networks, executed pages, what
Sphinx remembers. At its end it lists their digests. The next build names each file that is missing,
or that somebody or something has changed, drops it, and has its maker run again: a lab or page
runs, or all pages are read again. A build that was killed left no list; then files of the record
that cannot be read are dropped.
"""

import hashlib
import json
import os
import shutil
from contextlib import suppress
from pathlib import Path

from sphinx.util import logging

from _ext.fresh import read_stamp
from lab_code.files import write_json
from lab_code.record import store

log = logging.getLogger(__name__)

NAMED = 5
"""As many damaged files are named; of a folder that was deleted, the others are counted."""


def list_of(app):
    return Path(app.srcdir, "_build", "left.json")


def folders(app):
    """Return where files are that the next build builds on."""
    built, trained = Path(app.srcdir, "_build"), os.environ.get("LAB_TRAINED")
    found = [built / name for name in ("labs", "pages", "jupyter_cache", "jupyter_execute")]
    found += [Path(app.srcdir, "labs"), store.folder(), app.doctreedir, app.outdir]
    return [Path(folder) for folder in [*found, *([trained] if trained else [])]]


def digests(app):
    """Return the digest of each file that the next build builds on.

    Files are named from the project's root: of a project that was copied, those of the copy count.
    """
    root = Path(app.srcdir).parent
    found = {}
    for path in (path for folder in folders(app) for path in folder.rglob("*")):
        if path.suffix not in {".lock", ".tmp"} and path.is_file():
            with suppress(FileNotFoundError):  # a script that writes the record takes one away
                found[os.path.relpath(path, root)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def list_files(app, exception):
    write_json(list_of(app), digests(app))


def check_files(app, config):
    """Drop what is not as the last build left it, and have it made again."""
    try:
        left = json.loads(list_of(app).read_text("utf-8"))
        list_of(app).unlink()  # while this build is at work, nothing is known
        found, root = digests(app), Path(app.srcdir).parent
        changed = (name for name, digest in left.items() if found.get(name) != digest)
        paths = [Path(os.path.normpath(root / name)) for name in changed]
        damaged = [path for path in paths if any(map(path.is_relative_to, folders(app)))]
    except FileNotFoundError:
        files = [*store.folder().glob("*--*.json"), *store.folder().glob(f"*--*{store.FACTS}")]
        damaged = [path for path in files if not store.is_whole(path)]
    except (OSError, ValueError, AttributeError):
        log.info("%s is damaged: everything runs again", list_of(app))
        shutil.rmtree(app.srcdir / "_build" / "labs", ignore_errors=True)
        damaged = [app.srcdir / "_build" / "pages" / "all", Path(app.doctreedir) / "all"]
    for path in damaged[:NAMED]:
        log.info("%s is not as the last build left it: it is made again", path)
    if len(damaged) > NAMED:
        log.info("and %d more files", len(damaged) - NAMED)
    for path in damaged:
        drop(app, path)


def drop(app, path):
    """Remove a damaged file, and what says that it need not be made."""
    built = app.srcdir / "_build"
    if path.is_dir():  # in the place of a file
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    if path.is_relative_to(store.folder()):
        name = path.name.split("--")[0]
        (built / "labs" / name).unlink(missing_ok=True)
        for stamp in built.glob(f"pages/*{name}"):
            stamp.write_text(f"{read_stamp(stamp)[0]} none")
    elif path.is_relative_to(app.srcdir / "labs"):
        for stamp in built.glob("labs/*"):
            if stamp.name in path.name:
                stamp.unlink()
    elif path.is_relative_to(built / "pages") or path.is_relative_to(built / "jupyter_cache"):
        # together: a stamp counts the versions of a page that the cache has
        shutil.rmtree(built / "pages", ignore_errors=True)
        shutil.rmtree(built / "jupyter_cache", ignore_errors=True)
    else:
        (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)


def setup(app):
    app.setup_extension("_ext.fresh")  # which takes the lock
    # before Sphinx loads what it remembers; after everything else has been written
    app.connect("config-inited", check_files, priority=60)
    app.connect("build-finished", list_files, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
