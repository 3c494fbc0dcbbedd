"""The process in which an answer runs, and how it talks to the one that judges.

It is started as a script, by itself, and imports the standard library and NumPy alone. Requests
come on stdin, replies go out on stdout, each as one line of JSON; what the answer prints goes
to stderr. The answer could write replies too: it gains nothing, since a reply is only what a
function returned, and the judge knows better.
"""

from __future__ import annotations

import base64
import builtins
import contextlib
import json
import os
import re
import signal
import sys
import traceback

import numpy as np

ANSWER = "<answer>"
"""The file name of the answer's code in tracebacks."""


MOST_STARTED = 64
"""Processes and threads that an answer may have at a time."""


class Overtime(BaseException):
    """The time of a request is up. It is no `Exception`, so that few answers catch it."""


class NoSuchName(Exception):
    """The answer does not define what is asked for."""


class Unsendable(TypeError):
    """A value of a kind that cannot be sent."""


def pack(value):
    """Return a value as JSON can have it: numbers, text, lists, and arrays or tensors of numbers.

    Raises
    ------
    Unsendable
        If it is, or holds, anything else.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [pack(one) for one in value]
    if hasattr(value, "detach"):  # a tensor
        value = value.detach().cpu().numpy()
    if isinstance(value, np.ndarray | np.generic):
        value = np.asarray(value)
        if value.dtype.kind in "biuf":
            data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
            return {"data": data, "dtype": value.dtype.str, "shape": list(value.shape)}
        raise Unsendable(f"an array of {value.dtype}")
    if value is Ellipsis:
        return {"blank": True}
    raise Unsendable(f"a value of type {type(value).__name__}")


def unpack(value):
    """Return the value that `pack` made JSON of; it may come from an enemy.

    Raises
    ------
    ValueError, TypeError, KeyError
        If it is no such value.
    """
    if isinstance(value, list):
        return [unpack(one) for one in value]
    if isinstance(value, dict):
        if value.get("blank"):
            return Ellipsis
        if not re.fullmatch(r"[<|][biuf][1248]", value["dtype"]):
            raise ValueError("no array of numbers")
        data = base64.b64decode(value["data"])
        # writable and aligned, whatever the bytes
        return np.frombuffer(data, value["dtype"]).reshape(value["shape"]).copy()
    return value


def limit(memory: int, seconds: int, file_size: int) -> list[str]:
    """Limit this process; return which limits this system does not have.

    Parameters
    ----------
    memory, file_size : int
        In bytes.
    seconds : int
        Of the processor, in all.
    """
    try:
        import resource
    except ImportError:  # Windows
        return ["memory", "processor time", "size of files"]
    with contextlib.suppress(AttributeError, OSError, ValueError):
        # root may start as many as it likes; and only Linux tells how many there are
        most = _n_tasks(os.getuid()) + MOST_STARTED
        resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
    missing = []
    for words, name, most in (
        ("memory", "RLIMIT_AS", memory),
        ("processor time", "RLIMIT_CPU", seconds),
        ("size of files", "RLIMIT_FSIZE", file_size),
        ("core dumps", "RLIMIT_CORE", 0),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, OSError, ValueError):  # macOS refuses some
            missing.append(words)
    return missing


def _n_tasks(user: int) -> int:
    """Return how many processes and threads a user has, as the limit counts them."""
    found = 0
    for process in os.listdir("/proc"):  # noqa: PTH208 - names are all that is asked for
        with contextlib.suppress(OSError):
            if process.isdigit() and os.stat(f"/proc/{process}").st_uid == user:  # noqa: PTH116
                found += len(os.listdir(f"/proc/{process}/task"))  # noqa: PTH208
    return found


def _overtime(*_):
    raise Overtime


def _clock(seconds: float) -> None:
    if hasattr(signal, "setitimer"):  # else the judge alone keeps the time
        signal.setitimer(signal.ITIMER_REAL, seconds)


class Served:
    """The names that the answer defines, and what can be asked of them."""

    def __init__(self):
        self.names = {"__name__": "answer", "__builtins__": builtins}

    def reply(self, request: dict) -> str:
        """Do what a request asks for; return the value, or what went wrong, as JSON."""
        try:
            _clock(request["seconds"])
            try:
                return json.dumps({"value": pack(self._do(request))})
            finally:
                _clock(0)
        except BaseException as error:  # exit and Ctrl-C too
            return json.dumps({"error": _describe(error)})

    def _do(self, request):
        if "run" in request:
            exec(compile(request["run"], ANSWER, "exec"), self.names)  # noqa: S102 - its purpose
            return None
        name = request.get("get") or request["call"]
        if name not in self.names:
            raise NoSuchName(name)
        value = self.names[name]
        if "get" in request:
            return value
        if not callable(value):
            raise Unsendable("no function")
        return value(*unpack(request["arguments"]))


def _describe(error: BaseException) -> dict:
    """Say what an error is, and at which line of the answer it happened."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == ANSWER]
    line = frames[-1].lineno if frames else None
    text = str(error)
    if isinstance(error, SyntaxError) and error.filename == ANSWER:
        line, text = error.lineno, error.msg
    return {"type": type(error).__name__, "text": text[:500], "line": line}


def main() -> None:
    """Serve requests until there are no more."""
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the answer prints
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    start = json.loads(requests.readline())
    for name in start["without"]:
        sys.modules[name] = None  # an import raises ModuleNotFoundError
    sys.path += start["path"]
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - for `input`
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, _overtime)
    served, reply = Served(), json.dumps({"value": limit(**start["limits"])})
    while True:
        replies.write(reply + "\n")
        replies.flush()
        line = requests.readline()
        if not line:
            break
        reply = served.reply(json.loads(line))
    os._exit(0)  # whatever the answer has registered to run at the end does not


if __name__ == "__main__":
    main()
