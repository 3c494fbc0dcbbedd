"""Trained networks by their names: those of a build of the book here, or downloaded ones."""

from __future__ import annotations

from pathlib import Path

from lab_code.models.files import SUFFIX
from lab_code.recordings import DataError

DEFAULT = "many_to_one/gru_by_moment"
"""The network that is asked if none is chosen."""

FOLDERS = (Path("docs/_build/html/models"), Path())
"""Where networks are looked for: where a build puts them, and where one may have downloaded them
to."""


def names() -> list[str]:
    """Return the names of the networks that are here.

    Examples
    --------
    >>> from lab_code.models.offered import names
    >>> names()
    ['many_to_one/gru_by_moment']
    """
    found = {path.stem for folder in FOLDERS for path in folder.glob(f"*--*{SUFFIX}")}
    return sorted(stem.replace("--", "/") for stem in found)


def find(name: str = DEFAULT) -> Path:
    """Return the file of a network.

    Parameters
    ----------
    name : str
        Of its experiment, as in the record.

    Raises
    ------
    DataError
        If it is not here.

    Examples
    --------
    >>> from lab_code.models.offered import find, names
    >>> names()
    ['many_to_one/gru_by_moment']
    >>> find("many_to_one/gru_by_moment").name  # in this folder, from the page of networks
    'many_to_one--gru_by_moment.safetensors'
    """
    file = f"{name.replace('/', '--')}{SUFFIX}"
    for folder in FOLDERS:
        if Path(file).name == file and (folder / file).is_file():
            return folder / file
    here = f"here are: {', '.join(names())}" if names() else "there is none here"
    raise DataError(
        f"no network {name!r}; {here}. Download it from the book's page of trained networks, into "
        f"this folder, or name its file with --network; python -m nox -s docs trains it"
    )
