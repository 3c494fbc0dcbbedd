"""The lab record: what ran, on which data, with what result.

A lab writes each of its experiments with `write`, and facts, other numbers that its sentences need,
with `note`; pages read both. Each is a JSON file in a folder. From these, `lab_code.record.book`
makes the ``record.json`` at the root of the site.
"""

from lab_code.record.entries import answers_of
from lab_code.record.store import note, read, read_all, read_facts, write

__all__ = ["answers_of", "note", "read", "read_all", "read_facts", "write"]
