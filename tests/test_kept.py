import jsonschema
from conftest import SCHEMA

from lab_code import record
from lab_code.long import kept
from lab_code.protocol import BY_MOMENT, BY_RECORDING, WHOLE_RECORDING


def test_what_is_kept_fits_the_schema():
    schema = {"type": "array", "items": {"$ref": "#/$defs/experiment"}, "$defs": SCHEMA["$defs"]}
    jsonschema.validate(kept.read_all(), schema)


def test_recorded_answers_are_those_that_are_kept(monkeypatch):
    runs = kept.read_all()
    monkeypatch.setattr(kept, "read_all", lambda: runs[::-1])
    found = kept.answers(WHOLE_RECORDING, "single", ["minirocket", "cnn", "recurrent"])
    assert list(found) == ["minirocket", "recurrent"]  # no convolutions were recorded
    assert list(found["recurrent"]) == [BY_RECORDING, BY_MOMENT]  # as in WAYS; no control
    assert list(found["minirocket"]) == [BY_RECORDING, BY_MOMENT]
    name = "the_best_network/whole_by_moment_recurrent_single"
    expected = record.answers_of(next(run for run in runs if run["name"] == name))
    assert (found["recurrent"][BY_MOMENT].predicted == expected.predicted).all()
