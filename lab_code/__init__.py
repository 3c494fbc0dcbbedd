"""What the labs and pages of the lab book import."""

import logging

__version__ = "0.2.0.dev0"

# Messages go to stderr as it was when the package was imported. So a lab's output, which the book
# shows, stays free of them.
_log = logging.getLogger(__name__)
if not _log.handlers:
    _log.addHandler(logging.StreamHandler())
    _log.setLevel(logging.INFO)
