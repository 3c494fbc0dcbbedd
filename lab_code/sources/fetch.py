"""Fetch zip files from the web, in a process of its own, which `download` starts and can end.

A server can answer a byte at a time, or for ever, or with a few bytes that unpack to gigabytes. So
this process may write, and hold, only so much. If it fails, the file ``reason`` says why.
"""

import errno
import json
import sys
from pathlib import Path


def limit(max_bytes: int, memory: int) -> None:
    """Bound each file written, and the memory; where a system knows no limits, do nothing."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_FSIZE, max_bytes), (resource.RLIMIT_AS, memory)):
        _, hard = resource.getrlimit(kind)
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (soft, hard))


def fetch(zips: dict[str, str | None], folder: str, timeout: tuple[float, float]) -> None:
    """Write ``1.zip``, ``2.zip``, … into a folder.

    Parameters
    ----------
    zips : dict of str to (str or None)
        The address of each zip file, and its sha256 if that is known.
    folder : str
    timeout : (float, float)
        Seconds to wait for a connection, and for a byte.
    """
    import pooch

    pooch.get_logger().setLevel("WARNING")
    for number, (url, sha256) in enumerate(zips.items(), start=1):
        downloader = pooch.DOIDownloader if url.startswith("doi:") else pooch.HTTPDownloader
        pooch.retrieve(
            url,
            known_hash=sha256,
            fname=f"{number}.zip",
            path=folder,
            downloader=downloader(progressbar=True, timeout=tuple(timeout)),
        )


def reason_of(error: BaseException) -> str:
    """Return the innermost reason in one line: requests wraps it several times."""
    while error.args and isinstance(error.args[0], Exception):
        error = error.args[0]
    reason = getattr(error, "reason", None) or error
    return " ".join(str(reason).split())[:200] or type(error).__name__


if __name__ == "__main__":
    request = json.loads(sys.argv[1])
    limit(request["max_bytes"], request["memory"])
    try:
        fetch(request["zips"], request["folder"], request["timeout"])
    except Exception as error:  # whatever a web server answers, the next place may be better
        too_large = getattr(error, "errno", None) == errno.EFBIG
        reason = f"more than {request['max_bytes'] / 1e6:.0f} MB" if too_large else reason_of(error)
        Path(request["folder"], "reason").write_text(reason, "utf-8")
        sys.exit(1)
