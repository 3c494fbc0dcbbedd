"""Why a build failed, in one line: the lab or page, the line in it, and the error.

Sphinx ends a failed build with versions, a traceback, and a request to report it. The first problem
goes into ``docs/_build/problem.txt``, whose line nox says last.
"""

import errno
import logging
import os
import re
from contextlib import suppress
from pathlib import Path

from _ext.undocumented.sphinx import is_suppressed, place_of
from lab_code.console import printable

MAX_LENGTH = 300
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FRAME = re.compile(r'File "([^"]+)", line (\d+)')
_CELL = re.compile(r"^-{18}\n(.*?)^-{18}$", re.MULTILINE | re.DOTALL)
_LINE_OF_CELL = re.compile(r"Cell\s+In\[\d+\], line (\d+)")
_ERROR = re.compile(r"^\s*((?:\w+\.)*\w*(?:Error|Exception|Warning|Interrupt|Exit)(?::.*)?)$", re.M)
_COLOURS = re.compile(r"\x1b\[[\d;]*m")
_LOG = re.compile(r"Notebook exception traceback saved in: (\S+)")


class FirstProblem(logging.Handler):
    """Write down the first warning or error of a build."""

    def __init__(self, app):
        super().__init__(logging.WARNING)
        self.app, self.path, self.page = app, Path(app.srcdir, "_build", "problem.txt"), None
        self.path.unlink(missing_ok=True)

    def emit(self, record):
        if is_suppressed(self.app, record):
            return
        text, place = _COLOURS.sub("", record.getMessage()), place_of(self.app, record)
        log = _LOG.search(text)
        if not self.path.exists():
            self.page = place
        elif not (log and place == self.page):  # what follows on the first one says more of it
            return
        if log and Path(log[1]).is_file():
            text = _COLOURS.sub("", Path(log[1]).read_text("utf-8"))
        self.write(in_one_line(text, place, Path(self.app.srcdir).parent))

    def write(self, line):
        with suppress(OSError):  # on a full disk
            self.path.parent.mkdir(exist_ok=True)
            self.path.write_text(line + "\n", "utf-8")

    def at_the_end(self, app, exception):
        logging.getLogger("sphinx").removeHandler(self)
        if no_room := why_not_written(exception):  # whatever else was said follows from it
            self.write(printable(f"{app.srcdir}: {no_room}", MAX_LENGTH))
        elif exception is not None and not self.path.exists():
            self.write(in_one_line(str(exception), None, Path(app.srcdir).parent))


def why_not_written(error):
    """Return in words that the disk has no room, or None if that is not why a build failed."""
    while error is not None:
        text = str(error)
        if any(os.strerror(code) in text for code in NO_ROOM) or "disk is full" in text:
            return "the disk has no room for what is built; make some, and build again"
        error = getattr(error, "orig_exc", None) or error.__cause__ or error.__context__
    return None


def in_one_line(text, place, root):
    """Return the place and the error of a message, which may hold a traceback.

    Parameters
    ----------
    text : str
        What a build says: a warning, or the traceback of a lab or page.
    place : str or None
        Where Sphinx thinks that it happened: ``path:line``, a path, or the name of a page.
    root : Path
        Of the book; places in it are named from there.
    """
    place = (place or "").strip(":").removeprefix(f"{root}/")
    lines = [line.strip() for line in text.splitlines()]
    error = " ".join(line for line in lines if line).removeprefix("WARNING: ")
    if "Traceback" in text and (errors := _ERROR.findall(text)):
        error = errors[-1]
        if (cell := _CELL.search(text)) and (line := _LINE_OF_CELL.search(text)):
            before = (root / place).read_text("utf-8").partition(cell[1].strip())[0]
            place += f":{before.count(chr(10)) + int(line[1])}"
        else:
            own = [frame for frame in _FRAME.findall(text) if frame[0].startswith(f"{root}/")]
            if own:
                place = ":".join(own[-1]).removeprefix(f"{root}/")
    return printable(f"{place}: {error}" if place else error, MAX_LENGTH)


def setup(app):
    app.setup_extension("_ext.fresh")  # another build in this folder has then ended
    first = FirstProblem(app)
    logging.getLogger("sphinx").addHandler(first)
    app.connect("build-finished", first.at_the_end, priority=0)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
