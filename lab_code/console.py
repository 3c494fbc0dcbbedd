"""What commands print: nothing that a terminal obeys, and no traceback if nobody can read it.

Text of a file may come from a stranger: a name in it could clear the terminal, set its title, or
turn the order of letters around. It needs nothing but Python.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from typing import TextIO

OBEYED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Categories of Unicode: what terminals obey instead of showing it, or cannot show."""


FAULT = 3
"""Exit status after a fault of this package; 1 is bad data or a check that failed, 2 bad usage."""


class CannotPrint(Exception):
    """What should take the output does not; the cause says why."""


def printable(text: object, longest: int | None = None) -> str:
    r"""Return text on one line, with what a terminal would obey written out.

    Parameters
    ----------
    text : object
    longest : int, optional
        How many characters it may have; what is too long loses its end.

    Examples
    --------
    >>> from lab_code.console import printable
    >>> print(printable("a\tlab\x1b[2J"))
    a\tlab\u001b[2J
    >>> printable("what is said at length", longest=12)
    'what is sai…'
    """
    line = _written_out(str(text)).replace("\n", r"\n").replace("\t", r"\t")
    return line if longest is None or len(line) <= longest else f"{line[: longest - 1]}…"


def _written_out(text: str) -> str:
    """Write out what a terminal would obey, as JSON does, so that JSON stays JSON."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        json.dumps(c)[1:-1] if c not in "\n\t" and unicodedata.category(c) in OBEYED else c
        for c in text
    )


class Output:
    """A stream for text, in which everything is written out that a terminal would obey.

    Parameters
    ----------
    stream : file object
    """

    def __init__(self, stream: TextIO):
        self._stream = stream

    def write(self, text: str) -> int:
        """Write text, as others would; the stream gets what a terminal shows."""
        with _as_cannot_print():
            self._stream.write(_written_out(text))
        return len(text)

    def flush(self) -> None:
        """Send what was written on its way."""
        with _as_cannot_print():
            self._stream.flush()

    def __getattr__(self, name: str):
        return getattr(self._stream, name)


@contextmanager
def _as_cannot_print() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: it is closed
        raise CannotPrint from error


def say_error(error: object) -> None:
    """Say on one line what is wrong, where errors are said.

    Parameters
    ----------
    error : object
        An error, or text.
    """
    with suppress(OSError, ValueError):  # if nobody listens
        print(f"error: {printable(error)}", file=sys.stderr, flush=True)


def run(command: Callable[[], int]) -> int:
    """Run a command whose output may come from strangers, or go nowhere.

    Parameters
    ----------
    command : callable
        Returns an exit status.

    Returns
    -------
    int
        The exit status: that of the command; that of a program whose reader has gone, like
        ``head``, or that was interrupted; 1 if the output cannot be written, as on a full disk,
        which is said; or `FAULT`, after a traceback, if the command has a fault.
    """
    if sys.stdout is None:  # the shell has closed it
        return command()
    # a folder's name may have characters that the terminal cannot show
    sys.stdout.reconfigure(errors="backslashreplace")
    try:
        with redirect_stdout(Output(sys.stdout)):
            try:
                return command()
            finally:
                sys.stdout.flush()
    except CannotPrint as failed:
        _forget_output()
        if isinstance(failed.__cause__, BrokenPipeError):
            return 128 + getattr(signal, "SIGPIPE", 13)
        say_error(f"the output cannot be written: {failed.__cause__}")
        return 1
    except OSError as error:  # no file of that name, no right to it, no room for it
        say_error(error)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Exception:
        traceback.print_exc()
        say_error("this is a fault of the book, and no fault of yours. Report it with these lines")
        return FAULT


def _forget_output() -> None:
    """Send what is still to be printed nowhere, or Python would fail on it when it ends."""
    with suppress(OSError, ValueError):  # if no file stands behind it
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
