"""A trained network as text that a page can hold, for the engine that runs it there.

A page opened from a folder may not read other files, so the weights stand in the page: base64 of
numbers of 32 bits. ``docs/_static/engine.js`` makes a network of them (``RecurrentEngine.load``).
"""

from __future__ import annotations

import base64
import json

import numpy as np


def inline(how: dict, weights: dict[str, np.ndarray], **about) -> str:
    """Return a network as JSON.

    Parameters
    ----------
    how : dict
        Parameters of its `lab_code.networks.RecurrentClassifier`.
    weights : dict of str to ndarray
        By their names in torch, from its ``state_dict`` or from `lab_code.models.files.read`.
    **about
        What else the page has to know, such as its scaling and its classes.

    Returns
    -------
    str
        It can stand in a ``<script type="application/json">``: it has no ``<``.

    Examples
    --------
    >>> import json
    >>> import numpy as np
    >>> from lab_code.models.inline import inline
    >>> text = inline({"hidden_size": 1}, {"W": np.ones((2, 1))}, classes=["S", "Z"])
    >>> json.loads(text)["weights"]["W"]["shape"]
    [2, 1]
    """
    letters = {name: _letters(array) for name, array in weights.items()}
    text = json.dumps(
        {**about, "network": how, "weights": letters}, allow_nan=False, separators=(",", ":")
    )
    return text.replace("<", r"\u003c")


def _letters(array: np.ndarray) -> dict:
    numbers = np.ascontiguousarray(array, dtype="<f4")
    return {"shape": list(array.shape), "data": base64.b64encode(numbers.tobytes()).decode("ascii")}
