"""Places to download the published recordings from, tried one after the other."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import NamedTuple

import pooch

from lab_code.recordings import DataError, Recordings
from lab_code.sources import bonn

log = logging.getLogger(__name__)
pooch.get_logger().setLevel("WARNING")

CONNECT_TIMEOUT = 3
"""Seconds to wait for one address; a host has two or three, so 10 s in all at worst."""

READ_TIMEOUT = 30
"""Seconds without a byte after which a download is abandoned."""

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
    reasons = []
    for place in PLACES:
        log.info("recordings: asking %s", place.name)
        try:
            with tempfile.TemporaryDirectory(prefix="recordings-") as folder:
                zips = [
                    _retrieve(url, sha256, Path(folder), f"{number}.zip")
                    for number, (url, sha256) in enumerate(place.zips.items(), start=1)
                ]
                return bonn.read_zips(zips), place.name
        except Exception as error:  # whatever a web server answers, the next place may be better
            reasons.append(f"{place.name}: {_short(error)}")
            log.info("recordings: %s", reasons[-1])
    raise DataError(
        "the recordings could not be downloaded ("
        + "; ".join(reasons)
        + "). Set LAB_DATA to a folder that holds them, or connect to the network."
    )


def _retrieve(url: str, sha256: str | None, folder: Path, name: str) -> Path:
    downloader = pooch.DOIDownloader if url.startswith("doi:") else pooch.HTTPDownloader
    timeout = (CONNECT_TIMEOUT, READ_TIMEOUT)
    return Path(
        pooch.retrieve(
            url,
            known_hash=sha256,
            fname=name,
            path=folder,
            downloader=downloader(progressbar=True, timeout=timeout),
        )
    )


def _short(error: Exception) -> str:
    """Return the innermost reason in one line: requests wraps it several times."""
    while error.args and isinstance(error.args[0], Exception):
        error = error.args[0]
    reason = getattr(error, "reason", None) or error
    return " ".join(str(reason).split())[:200] or type(error).__name__
