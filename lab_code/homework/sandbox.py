"""Run an answer in a process of its own, with limits, and ask its functions for results.

The judge stays outside. It sends arguments, gets back what the functions return, as text, arrays
and numbers, and decides here. ``docs/homework.md`` says what this protects against and what not.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lab_code.homework import child
from lab_code.homework.exercise import Wrong
from lab_code.homework.source import Source

MEMORY = {False: 1_000_000_000, True: 8_000_000_000}
"""Address space in bytes, without and with torch, which reserves much more than it uses."""

MOST_PRINTED = 1_000_000
"""Bytes that an answer may print in all."""

MOST_RETURNED = 50_000_000
"""Bytes that a function may return, as JSON."""

MOST_WRITTEN = 10_000_000
"""Bytes in a file that an answer writes."""

GRACE = 2.0
"""Seconds more until a process that does not answer is killed."""

KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH")
"""Environment variables that the answer may see."""


class Sandbox:
    """An answer that runs elsewhere.

    Parameters
    ----------
    source : Source
        Its code.
    seconds : float
        How long one request may take.
    torch : bool
        Whether it may import torch and this package.
    arguments : mapping of str to sequence of str
        The arguments that each function should take, to say which is missing.

    Attributes
    ----------
    unlimited : list of str
        Limits that this system does not have.
    """

    def __init__(
        self,
        source: Source,
        seconds: float = 10.0,
        torch: bool = False,
        arguments: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ):
        self.source, self.seconds, self.torch, self.arguments = source, seconds, torch, arguments
        self.process, self.unlimited = None, []

    def __enter__(self) -> Sandbox:
        self.folder = tempfile.TemporaryDirectory(prefix="homework-", ignore_cleanup_errors=True)
        return self

    def __exit__(self, *error) -> None:
        self._kill()
        self.folder.cleanup()

    def run(self) -> None:
        """Start the process and run the answer in it.

        Raises
        ------
        Wrong
            If that fails; the message names the line.
        """
        self._start()
        self._ask({"run": self.source.code}, "the file")

    def value(self, name: str) -> Any:
        """Return what a name of the answer stands for.

        Raises
        ------
        Wrong
            If there is no such name, or it has not been filled in.
        """
        found = self._ask({"get": name}, f"`{name}`")
        if found is Ellipsis:
            raise Wrong(f"`{name}` is still `...`")
        return found

    def call(self, name: str, *arguments: Any) -> Any:
        """Call a function of the answer.

        Raises
        ------
        Wrong
            If it is missing, raises an error, or takes too much time or memory.
        """
        return self._ask({"call": name, "arguments": child.pack(arguments)}, f"`{name}`")

    def _start(self) -> None:
        self._kill()
        folder = self.folder.name
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        # one thread each, or the threads' stacks alone would fill the memory
        small = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        # a GPU's address space alone would be more than the limit
        small["CUDA_VISIBLE_DEVICES"] = ""
        homes = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), folder)
        self.printed, self.late, self.too_long = 0, False, False
        self.process = subprocess.Popen(
            [sys.executable, "-I", child.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=environment | small | homes,
            start_new_session=True,
        )
        self.draining = threading.Thread(target=self._drain, args=(self.process,), daemon=True)
        self.draining.start()
        package = Path(child.__file__).parents[2]
        start = {
            "without": [] if self.torch else ["torch", "lab_code"],
            "path": [str(package)] if self.torch else [],
            "limits": {
                "memory": MEMORY[self.torch],
                "seconds": int(10 * self.seconds),
                "file_size": MOST_WRITTEN,
            },
        }
        reply = self._exchange(start, 60)  # the answer has not run yet, so this can be trusted
        self.unlimited = reply["value"] if reply else []

    def _ask(self, request: dict, what: str) -> Any:
        if self.process is None and "run" not in request:
            self.run()  # an earlier request killed it
        reply = self._exchange(request | {"seconds": self.seconds}, self.seconds + GRACE)
        if reply is None:
            raise Wrong(self._why_it_died(what))
        try:
            if "error" in reply:
                raise Wrong(self._explain(reply["error"], what))
            return child.unpack(reply["value"])
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
            self._kill()
            raise Wrong(
                f"what came back from {what} is no result: the answer wrote into the pipe "
                "that carries results"
            ) from None

    def _exchange(self, request: dict, seconds: float) -> dict | None:
        """Send a request and return the reply; None if there is none in time."""
        process, got = self.process, []
        line = json.dumps(request).encode() + b"\n"

        def talk():  # in a thread: what an enemy holds open may block for ever
            with contextlib.suppress(OSError, ValueError):
                process.stdin.write(line)
                process.stdin.flush()
                got.append(process.stdout.readline(MOST_RETURNED))
            if process.returncode is not None:  # given up, and nobody else will
                _close(process.stdin, process.stdout)

        self.talking = threading.Thread(target=talk, daemon=True)
        self.talking.start()
        self.talking.join(seconds)
        self.late = self.talking.is_alive()
        reply = got[0] if got else b""
        self.too_long = len(reply) == MOST_RETURNED
        if self.late or not reply.endswith(b"\n"):
            return None
        with contextlib.suppress(ValueError, RecursionError):
            return json.loads(reply)
        return {}

    def _why_it_died(self, what: str) -> str:
        process, late, too_long = self.process, self.late, self.too_long
        if not (late or too_long):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1)  # it has closed its end, and is about to go
        status = process.poll()
        self._kill()
        if self.printed > MOST_PRINTED:
            return f"{what} printed more than {MOST_PRINTED / 1e6:.0f} MB, and was stopped"
        if too_long:
            return f"{what} returned more than {MOST_RETURNED / 1e6:.0f} MB"
        if late:
            return f"{what} {self._endless()}"
        if status is not None and status < 0:
            name = signal.Signals(-status).name if -status in list(signal.Signals) else -status
            return f"{what} was ended by the system ({name}): too much memory or time, or a crash"
        return f"{what} ended the whole program (exit status {status}); let it return instead"

    def _endless(self, at: str = "") -> str:
        return f"gave no result within {self.seconds:g} seconds{at}: does a loop never end?"

    def _explain(self, error: dict, what: str) -> str:
        """Turn an error of the answer into a sentence; the text may come from an enemy."""
        kind, text = printable(error["type"], 60), printable(error["text"], 200)
        at = self.source.where(error["line"])
        if kind in ("SyntaxError", "IndentationError", "TabError"):
            return f"the file is no valid Python{at}: {text}"
        if kind == "NotImplementedError":
            return f"{what} has not been written yet{at}"
        if kind == "NoSuchName":
            return f"{what} is missing: the file defines no such name"
        if kind == "Unsendable" and text == "no function":
            return f"{what} is not a function"
        if kind == "Unsendable":
            return f"{what} is {text}; expected numbers or an array"
        if kind == "Overtime":
            return f"{what} {self._endless(at)}"
        if kind == "MemoryError" or "allocate memory" in text:
            return f"{what} needs more than {MEMORY[self.torch] / 1e9:.0f} GB of memory{at}"
        if kind == "SystemExit":
            return f"{what} calls exit{at}; let it return instead"
        if kind == "TypeError" and not at and (name := what.strip("`")) in self.arguments:
            return self._of_arguments(name, text)
        if "None in sys.modules" in text:
            return f"{what} imports {text.split()[2].rstrip(';')}{at}; use NumPy alone"
        return f"{what} raises {kind}{at}: {text}"

    def _of_arguments(self, name: str, text: str) -> str:
        """Say which arguments a function lacks, or has too many, that could not be called."""
        wanted = self.arguments[name]
        known = f"; it should be `{name}({', '.join(wanted)})`"
        if found := re.search(r"takes (?:from \d+ to )?(\d+) positional argument", text):
            lacks = " and ".join(f"`{one}`" for one in wanted[int(found[1]) :])
            return f"`{name}` does not take {lacks or 'what it is given'}{known}"
        return f"`{name}` cannot be called: {text}{known}"

    def _drain(self, process: subprocess.Popen) -> None:
        """Throw away what the answer prints, and stop it if that never ends."""
        with contextlib.suppress(OSError, ValueError), process.stderr:
            while block := process.stderr.read1(65536):
                self.printed += len(block)
                if self.printed > MOST_PRINTED:
                    process.kill()
                    break

    def _kill(self) -> None:
        """End the process and those that it has started."""
        process, self.process = self.process, None
        if process is None:
            return
        if hasattr(os, "killpg"):
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
        end_all_in(self.folder.name)
        for thread in (self.talking, self.draining):
            thread.join(1)  # longer only if a process that it started holds a pipe open
        if not self.talking.is_alive():
            _close(process.stdin, process.stdout)


def end_all_in(folder: str) -> None:
    """End the processes that have left the group of the one that started in a folder.

    They still work there, or have the environment that it was started with. Only Linux tells.
    """
    home = f"HOME={folder}".encode()
    for _ in range(10):  # what is about to start others is found in the next round
        found = False
        for process in Path("/proc").glob("[1-9]*"):
            with contextlib.suppress(OSError):
                cwd = os.readlink(process / "cwd")  # noqa: PTH115 - it may be a folder that is gone
                here = cwd == folder or cwd.startswith((f"{folder}/", f"{folder} ("))
                if here or home in (process / "environ").read_bytes().split(b"\0"):
                    os.kill(int(process.name), signal.SIGKILL)
                    found = True
        if not found:
            return


def _close(*pipes: Any) -> None:
    for pipe in pipes:
        with contextlib.suppress(OSError):
            pipe.close()


def printable(text: Any, most: int) -> str:
    """Return text that can do no harm on a terminal, on one line."""
    text = " ".join(str(text).split())
    text = "".join(c if c.isprintable() else "?" for c in text)
    return text if len(text) <= most else text[:most] + "…"
