"""The file of a trained network: its weights, and what is needed to use them.

The format is safetensors: a header in JSON, and then numbers. To read it runs no code, as to read a
pickle would.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from lab_code.files import open_regular, write_whole
from lab_code.recordings import DataError

SUFFIX = ".safetensors"

KEY = "lab_book"
"""What the header calls the description. It is one text: safetensors writes several in any order,
and the same network would make other files."""


def write(path: Path, about: dict, weights: dict[str, np.ndarray]) -> None:
    """Write a network; the file appears whole or not at all, and is the same for the same content.

    Parameters
    ----------
    path : Path
    about : dict
        What is needed to use the weights; it must fit into JSON.
    weights : dict of str to ndarray

    Examples
    --------
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from lab_code.models import files
    >>> files.write(Path("tiny.safetensors"), {"name": "tiny"}, {"W": np.eye(2, dtype=np.float32)})
    >>> about, weights = files.read(Path("tiny.safetensors"))
    >>> about
    {'name': 'tiny'}
    >>> weights["W"].shape
    (2, 2)
    """
    text = json.dumps(about, sort_keys=True, allow_nan=False)
    with write_whole(path) as file:
        file.write(safetensors.numpy.save(weights, metadata={KEY: text}))


def read(path: Path) -> tuple[dict, dict[str, np.ndarray]]:
    """Read what `write` wrote.

    Returns
    -------
    about : dict
    weights : dict of str to ndarray

    Raises
    ------
    DataError
        If the file is missing or damaged, or is not of this book.

    Examples
    --------
    >>> from pathlib import Path
    >>> from lab_code.models import files
    >>> about, weights = files.read(Path("many_to_one--gru_by_moment.safetensors"))
    >>> about["network"]["kind"]
    'RecurrentClassifier'
    >>> sorted(weights)[:2]
    ['classify.bias', 'classify.weight']
    """
    try:
        with open_regular(path) as file:
            content = file.read()
        weights = safetensors.numpy.load(content)  # checks the whole header
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from None
    except (SafetensorError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise DataError(
            f"{path} is not a safetensors file, or is damaged ({_short(error)}); download it again"
        ) from None
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    try:
        about = json.loads(header["__metadata__"][KEY])
        return dict(about.items()), weights
    except (KeyError, ValueError, AttributeError, RecursionError):
        raise DataError(
            f"{path} is a safetensors file, but does not say that it is a network of this book"
        ) from None


def _short(error: Exception) -> str:
    return str(error)[:100]
