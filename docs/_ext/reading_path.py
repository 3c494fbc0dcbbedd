"""Lead along the path through the book: a list of it all, and *previous* and *next* on each page.

By itself, Sphinx leads through all chapters, and then through all labs.
"""

import html
import json

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from _ext.lab_order import path


class ReadingPath(SphinxDirective):
    """Each chapter, how long it takes to read, and its labs."""

    def run(self):
        lines = []
        for chapter, labs in path().items():
            lines.append(f"1. {{doc}}`{chapter}` ({{minutes}}`{chapter}`)")
            lines += [f"   - {{doc}}`/labs/{lab}`" for lab in labs]
        return self.parse_text_to_nodes("\n".join(lines))


def pages():
    """Return all pages of the path, with the one before it and the one after it."""
    on_it = [
        page
        for chapter, labs in path().items()
        for page in (f"chapters/{chapter}", *(f"labs/{lab}" for lab in labs))
    ]
    return ["chapters/index", *on_it, "chapters/results"]


def note_path(app, config):
    """Have all pages written again when the path has changed."""
    config.reading_path = json.dumps(pages())


def note_title(app, doctree):
    for title in doctree.findall(nodes.title):
        app.env.metadata[app.env.docname]["title"] = title.astext()
        return


def lead(app, page, template, context, doctree):
    on_the_way = json.loads(app.config.reading_path)
    if page not in on_the_way:
        return
    here = on_the_way.index(page)
    for direction, place in {"prev": here - 1, "next": here + 1}.items():
        if 0 <= place < len(on_the_way):
            to = on_the_way[place]
            title = html.escape(app.env.metadata[to]["title"], quote=False)
            context[direction] = {"link": app.builder.get_relative_uri(page, to), "title": title}


def setup(app):
    app.setup_extension("_ext.reading_time")  # which has the minutes
    app.add_config_value("reading_path", "", "html")
    app.add_directive("reading-path", ReadingPath)
    app.connect("config-inited", note_path)
    app.connect("doctree-read", note_title)
    app.connect("html-page-context", lead)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
