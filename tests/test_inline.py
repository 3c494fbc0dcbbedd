"""What a page holds of a trained network."""

import base64
import json

import numpy as np
import pytest

from lab_code.models.inline import inline
from lab_code.networks import RecurrentClassifier


def test_the_weights_come_back_as_they_were():
    how = {"input_size": 2, "hidden_size": 3, "n_classes": 4, "cell": "lstm"}
    network = RecurrentClassifier(**how)
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    read = json.loads(inline(how, weights))
    assert read["network"] == how
    assert read["weights"].keys() == weights.keys()
    for name, of in read["weights"].items():
        numbers = np.frombuffer(base64.b64decode(of["data"]), "<f4").reshape(of["shape"])
        np.testing.assert_array_equal(numbers, weights[name])


def test_rows_stand_one_after_the_other_however_they_lie_in_memory():
    of = json.loads(inline({}, {"w": np.arange(6.0).reshape(2, 3).T}))["weights"]["w"]
    assert of["shape"] == [3, 2]
    assert np.frombuffer(base64.b64decode(of["data"]), "<f4").tolist() == [0, 3, 1, 4, 2, 5]


def test_no_text_ends_the_script_that_it_stands_in():
    text = inline({}, {}, classes=["</script>"])
    assert "<" not in text
    assert json.loads(text)["classes"] == ["</script>"]


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="JSON compliant"):
        inline({}, {}, scaling=float("nan"))
