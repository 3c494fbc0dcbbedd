"""Sphinx: how many warnings there were, and what the search index holds."""

NAMES = {
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


def pages_searched(indexer):
    return set(indexer._titles)


def set_index_entries(indexer, entries):
    """Set the entries of all pages, and remove the words that no page has any more."""
    for words in (indexer._mapping, indexer._title_mapping):
        for word in [word for word, pages in words.items() if not pages]:
            del words[word]
    indexer._index_entries = entries
