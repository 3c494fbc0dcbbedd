"""How long builds of the book take, and how busy they keep the processor.

It builds the last commit in a fresh clone: cold; with nothing changed; with one sentence more, when
every page is written again, as each says that there are changes since the commit; and with another.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from lab_code.freshness.environment import environment

ROOT = Path(__file__).parents[2]


def seconds_of_processor():
    """Return what all child processes that have ended took of the processor, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def build(book):
    """Build a book; return the seconds that it took, and the share of all cores it kept busy."""
    start, before = time.perf_counter(), seconds_of_processor()
    subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "-n", "docs", "docs/_build/html"],
        cwd=book,
        env=os.environ | {"PYTHONPATH": str(book)},  # its own package, not that of this checkout
        check=True,
    )
    seconds = time.perf_counter() - start
    busy = (seconds_of_processor() - before) / (seconds * os.cpu_count())
    return {"seconds": round(seconds, 1), "processor busy (%)": round(100 * busy)}


with tempfile.TemporaryDirectory() as folder:
    book = Path(folder, "book")
    subprocess.run(["git", "clone", "--quiet", ROOT, book], check=True)
    rows = {"cold": build(book), "unchanged": build(book)}
    page = book / "docs" / "chapters" / "recurrence.md"
    for what in ("first sentence after a commit", "one sentence"):
        page.write_text(page.read_text("utf-8") + f"\nThis is the {what}.\n", "utf-8")
        rows[what] = build(book)

print("machine:", {key: value for key, value in environment().items() if key != "packages"})
print(pd.DataFrame(rows).T)
