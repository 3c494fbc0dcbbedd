"""What the book needs of its dependencies that they do not document, one module for each.

``NAMES`` of a module lists what it uses; `tests/test_undocumented.py` says which of them a newer
version no longer has.
"""
