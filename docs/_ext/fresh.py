"""Never stale, never two at once, never half.

What sphinx-gallery and jupyter-cache keep depends on the script or page alone. Before a build,
this forgets all of it if anything else has changed that a result can depend on: the package, the
recordings, the installed versions, the machine, or the way the book is built. A second build in
the same folder waits for the first. And after a build that was killed, or ended with a warning,
every page is written anew.
"""

import hashlib
import json
import shutil
from pathlib import Path

from filelock import FileLock, Timeout
from sphinx.util import logging
from sphinx_gallery.utils import get_md5sum

import lab_code
from lab_code import record

log = logging.getLogger(__name__)
DOCS = Path(__file__).parents[1]
EXAMPLES = DOCS.parent / "examples"
BUILD = DOCS / "_build"
KEPT = (DOCS / "labs", DOCS / "api", BUILD / "jupyter_cache", BUILD / "record")


def fingerprint(data: dict) -> str:
    """Return a digest of all that a result depends on beside its own script or page."""
    digest = hashlib.sha256(json.dumps([data, record.environment()]).encode())
    package = Path(lab_code.__file__).parent
    kinds = {".py", ".csv", ".json", ".mplstyle"}
    files = [path for path in package.rglob("*") if path.suffix in kinds]
    how = [DOCS / "conf.py", *DOCS.glob("_ext/*.py"), DOCS.parent / "requirements.lock"]
    for path in sorted([*files, *how]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def forget_stale(app, config):
    stamp = BUILD / "fingerprint"
    config.fingerprint = fingerprint(config.lab_data)  # another one: every page is read anew
    if stamp.is_file() and stamp.read_text() == config.fingerprint:
        return
    # The old stamp goes first: a build killed between these lines starts anew next time.
    stamp.unlink(missing_ok=True)
    for folder in KEPT:
        shutil.rmtree(folder, ignore_errors=True)
    stamp.write_text(config.fingerprint)


def all_labs_have_run():
    """Whether sphinx-gallery's mark of each lab is that of the lab's text."""
    for lab in EXAMPLES.rglob("*.py"):
        mark = DOCS / "labs" / lab.relative_to(EXAMPLES).with_name(f"{lab.name}.md5")
        if not mark.is_file() or mark.read_text() != get_md5sum(lab, "t"):
            return False
    return True


def start_no_workers(app):
    """Spare the processes that sphinx-gallery starts before it sees that no lab has to run."""
    if "sphinx_gallery_conf" in app.config and all_labs_have_run():
        app.config.sphinx_gallery_conf["parallel"] = False


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


def begin(app, config):
    """Mark the build as unfinished; after an unfinished one, forget what Sphinx remembers."""
    mark = Path(app.doctreedir) / "unfinished"
    if mark.exists():
        (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()


def end(app, exception):
    # Sphinx tells a warning once, when it reads the page: the next build would call it good.
    if exception is None and app._warncount == 0:
        (Path(app.doctreedir) / "unfinished").unlink(missing_ok=True)


def setup(app):
    app.setup_extension("lab_record")  # which declares lab_data
    app.add_config_value("fingerprint", "", "env")
    take_turns(app)
    app.connect("config-inited", begin, priority=50)
    app.connect("config-inited", forget_stale, priority=100)
    app.connect("builder-inited", start_no_workers, priority=100)  # before sphinx-gallery
    app.connect("build-finished", end, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
