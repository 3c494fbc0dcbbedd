"""Never stale, never two at once.

What sphinx-gallery and jupyter-cache keep depends on the script or page alone. Before a build,
this forgets all of it if anything else has changed that a result can depend on: the package,
the recordings, the locked dependencies, Python, or the way the book is built. And it makes a
second build in the same folder wait for the first.
"""

import hashlib
import platform
import shutil
from pathlib import Path

from filelock import FileLock, Timeout
from sphinx.util import logging

import lab_code

log = logging.getLogger(__name__)
DOCS = Path(__file__).parents[1]
BUILD = DOCS / "_build"
KEPT = (DOCS / "labs", DOCS / "api", BUILD / "jupyter_cache", BUILD / "record")


def fingerprint(data_digest: str) -> str:
    """Return a digest of all that a result depends on beside its own script or page."""
    digest = hashlib.sha256(f"{data_digest} {platform.python_version()}".encode())
    package = Path(lab_code.__file__).parent
    files = [path for path in package.rglob("*") if path.suffix in {".py", ".csv", ".mplstyle"}]
    how = [DOCS / "conf.py", *DOCS.glob("_ext/*.py"), DOCS.parent / "requirements.lock"]
    for path in sorted([*files, *how]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def forget_stale(app, config):
    stamp = BUILD / "fingerprint"
    config.fingerprint = fingerprint(config.data_digest)  # another one: every page is read anew
    if stamp.is_file() and stamp.read_text() == config.fingerprint:
        return
    # The old stamp goes first: a build killed between these lines starts anew next time.
    stamp.unlink(missing_ok=True)
    for folder in KEPT:
        shutil.rmtree(folder, ignore_errors=True)
    stamp.write_text(config.fingerprint)


def take_turns(app):
    """Hold a lock until the build has ended, or the program."""
    BUILD.mkdir(exist_ok=True)
    lock = FileLock(BUILD / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        log.info("waiting for another build in this folder to end")
        lock.acquire()
    app.connect("build-finished", lambda app, exception: lock.release(), priority=1000)


def setup(app):
    take_turns(app)
    app.add_config_value("data_digest", "", "")
    app.add_config_value("fingerprint", "", "env")
    app.connect("config-inited", forget_stale, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
