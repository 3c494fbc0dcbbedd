"""Places to download the published recordings from, tried one after the other."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from lab_code.console import printable
from lab_code.recordings import DataError, Recordings
from lab_code.sources import bonn, fetch

log = logging.getLogger(__name__)

CONNECT_TIMEOUT = 3
"""Seconds to wait for one address; a host has two or three, so 10 s in all at worst."""

READ_TIMEOUT = 20
"""Seconds without a byte after which a download is abandoned."""

DEADLINE = 60
"""Seconds for all places together: a place may take its share of what is left."""

MAX_BYTES = 10_000_000
"""Bytes of a zip file; that of all recordings has three million."""

MEMORY = 1_000_000_000
"""Bytes of address space for what fetches."""

TERMS = """\
The recordings are those of Andrzejak et al. (2001), Phys. Rev. E, 64, 061907. Their terms:
Creative Commons Attribution 4.0, and "free of charge for research and education purposes only.
Any commercial or military use is prohibited"; no warranty."""


class Place(NamedTuple):
    """A place on the web: its name, and the address and sha256 (or None) of each zip file."""

    name: str
    zips: dict[str, str | None]


_BITSTREAMS = {
    "Z": "bb2c41b0-6c8b-4c9c-b7c0-62f4f87c9b48",
    "O": "ca3563e5-09bb-4373-84b3-c707e724432a",
    "N": "8b2c6173-2538-41ac-bff9-d569755ade66",
    "F": "91342498-960f-410f-9df8-42f3c4da2b45",
    "S": "500b0f1d-aa9b-49c2-abd8-0410acd4b86c",
}

PLACES = (
    Place(
        "the official record, doi:10.34810/data490",
        {f"doi:10.34810/data490/{letter}.zip": None for letter in _BITSTREAMS},
    ),
    Place(
        "the university's repository, hdl:10230/42894",
        {
            f"https://repositori.upf.edu/server/api/core/bitstreams/{uuid}/content": None
            for uuid in _BITSTREAMS.values()
        },
    ),
    Place(
        "a public mirror, github.com/RYH2077/EEG-Epilepsy-Datasets",
        {
            "https://raw.githubusercontent.com/RYH2077/EEG-Epilepsy-Datasets/"
            "185859ab48bc701c9a10f6bb2b5f76d8e28e4003/Bonn%20EEG%20dataset.zip": (
                "f4c2dc52fd5320d4404fcbc6ecb9db69a4a7e408df4e3d5456530343dbcb75ad"
            )
        },
    ),
)


def download() -> tuple[Recordings, str]:
    """Download the recordings from the first of `PLACES` that has all of them.

    Nothing is left on disk: what was downloaded is parsed and checked, or thrown away.

    Returns
    -------
    recordings : Recordings
    name : str
        Name of the place they came from.

    Raises
    ------
    DataError
        If no place has them; the message gives the reason for each.
    """
    log.info("recordings: downloading. %s", TERMS)
    reasons, end = [], time.monotonic() + DEADLINE
    for number, place in enumerate(PLACES):
        log.info("recordings: asking %s", place.name)
        seconds = max(end - time.monotonic(), 0) / (len(PLACES) - number)
        try:
            with tempfile.TemporaryDirectory(prefix="recordings-") as folder:
                return bonn.read_zips(_fetch(place, Path(folder), seconds)), place.name
        except (DataError, OSError) as error:
            reasons.append(printable(f"{place.name}: {error}", 200))
            log.info("recordings: %s", reasons[-1])
    raise DataError(
        "the recordings could not be downloaded ("
        + "; ".join(reasons)
        + "). Set LAB_DATA to a folder that holds them, or connect to the network."
    )


def _fetch(place: Place, folder: Path, seconds: float) -> list[Path]:
    """Fetch the zip files of a place into a folder; see `lab_code.sources.fetch`."""
    request = {
        "zips": place.zips,
        "folder": str(folder),
        "timeout": [CONNECT_TIMEOUT, READ_TIMEOUT],
        "max_bytes": MAX_BYTES,
        "memory": MEMORY,
    }
    command = [sys.executable, "-I", fetch.__file__, json.dumps(request)]
    try:
        # what it shows of its progress goes to the terminal
        done = subprocess.run(command, timeout=seconds, stdin=subprocess.DEVNULL, check=False)
    except subprocess.TimeoutExpired:
        raise DataError(f"not whole after {seconds:.0f} s") from None
    if done.returncode:
        reason = (folder / "reason").read_text("utf-8") if (folder / "reason").exists() else ""
        raise DataError(reason or f"it ended with status {done.returncode}")
    return [folder / f"{number}.zip" for number, _ in enumerate(place.zips, start=1)]
