"""Sphinx: how many warnings there were and where, and what the search index holds."""

import copy

from sphinx.util import logging

NAMES = {
    "sphinx.util.logging": ("WarningLogRecordTranslator", "is_suppressed_warning"),
    "sphinx.application:Sphinx": ("_warncount",),
    "sphinx.search:IndexBuilder": ("_mapping", "_title_mapping", "_titles", "_index_entries"),
}
"""Attributes of instances."""

IN_SEARCH_SCRIPT = (
    *("const Search = {", "  query: (", "  _parseQuery: (", "  _performSearch: ("),
    *("const _displayItem = (", "const _finishSearch = (", "  _index:", "splitQuery"),
)
"""What ``_static/search.js`` uses of Sphinx's script."""


def n_warnings(app):
    return app._warncount


def is_suppressed(app, record):
    """Return whether a warning is one of those that ``suppress_warnings`` names."""
    kinds = getattr(record, "type", None), getattr(record, "subtype", None)
    return logging.is_suppressed_warning(*kinds, app.config.suppress_warnings)


def place_of(app, record):
    """Return where a warning says that it happened: a path, perhaps with a line; or None."""
    record = copy.copy(record)
    logging.WarningLogRecordTranslator(app).filter(record)
    return record.location


def pages_searched(indexer):
    return set(indexer._titles)


def set_index_entries(indexer, entries):
    """Set the entries of all pages, and remove the words that no page has any more."""
    for words in (indexer._mapping, indexer._title_mapping):
        for word in [word for word, pages in words.items() if not pages]:
            del words[word]
    indexer._index_entries = entries
