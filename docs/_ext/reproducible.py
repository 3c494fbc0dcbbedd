"""The files of a site depend on the book alone.

They do not depend on when it was built, nor on what the folder held before. Two cold builds differ
only in the times that they measured, and a build of what has changed gives the same as a cold one.
"""

import re
from pathlib import Path
from urllib.parse import unquote

from sphinx.util.index_entries import split_index_msg

from _ext.undocumented import myst_nb, sphinx, sphinx_gallery

NAMED = re.compile(r"_(?:images|downloads)/(?:[0-9a-f]{32}/)?([^\"'<>\s,]+)")


def offer_no_zip(app, docname, source):
    """Leave out a lab's link to a zip file: it holds times, and what the other two links have."""
    name = Path(docname).with_suffix(".zip").name
    source[0] = source[0].replace(sphinx_gallery.zip_link(name), "")


def copy_style(app):
    """Copy MyST-NB's style sheet before the pages that link it with its checksum."""
    if app.builder.format == "html":
        myst_nb.copy_style(app)


def complete_search(app):
    """Give the search the index entries of pages that are not written again.

    Sphinx forgets them: https://github.com/sphinx-doc/sphinx/issues/12599. It also keeps words that
    no page has any more; here they are removed.
    """
    entries, searched = {}, sphinx.pages_searched(app.builder.indexer)
    for page, of_page in sorted(app.env.domains.index_domain.entries.items()):
        if page in searched:
            terms = {
                (term, target or "", main)
                for kind, value, target, main, _ in of_page
                for term in split_index_msg(kind, value)
            }
            entries[page] = sorted(terms)
    sphinx.set_index_entries(app.builder.indexer, entries)
    return []


def remove_leftovers(app, written):
    """Remove pages that the book no longer has, and files that no page names."""
    out = app.outdir
    kept = {out / app.builder.get_outfilename(page) for page in app.env.found_docs | written}
    named = set()
    for page in out.rglob("*.html"):
        if page in kept:
            named |= set(NAMED.findall(unquote(page.read_text("utf-8"))))
        elif out / "_static" not in page.parents:
            page.unlink()
    for path in [*out.glob("_images/*"), *out.glob("_downloads/*/*")]:
        if path.name not in named:
            path.unlink()


def setup(app):
    written = set()  # in this process: pages of no document, such as the index

    def end(app, exception):
        if exception is None and app.builder.name == "html":
            remove_leftovers(app, written)

    app.connect("source-read", offer_no_zip)
    app.connect("builder-inited", copy_style)
    app.connect("html-collect-pages", complete_search)
    app.connect("html-page-context", lambda app, page, *others: written.add(page))
    app.connect("build-finished", end)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
