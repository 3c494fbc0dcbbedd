"""Live parts: figures that compute in the page, with the engine of ``_static/engine.js``.

::

    ```{live} back_on_paper Back-propagation on paper
    What stands here is seen where no script runs, and on paper.
    ```

The script is ``_static/live/NAME.js``; it and what it needs are added to pages that have the part,
and to no other. With ``:network:`` and the name of an experiment, the weights of the network that a
lab kept stand in the page. Parts take their colours from ``lab_code.figures``.
"""

import json
from html import escape
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from _ext import models
from lab_code.models import files
from lab_code.models.inline import inline

SCRIPTS = ("engine.js", "live/parts.js")
"""What every part needs, in this order."""

MORE = {"watch_it_vanish": ("live/linear_algebra.js",)}
"""What one part needs besides: pages stay small."""


class Live(nodes.General, nodes.Element):
    """A part that computes; its children stand in for it where it cannot."""


class LiveDirective(SphinxDirective):
    required_arguments = 2
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = {"network": directives.unchanged_required}

    def run(self):
        name, title = self.arguments
        if not (self.env.srcdir / "_static" / "live" / f"{name}.js").is_file():
            raise self.error(f"there is no live part {name!r} in _static/live")
        self.assert_has_content()
        part = Live("", *self.parse_content_to_nodes(), name=name, title=title, network="")
        self.set_source_info(part)
        if "network" in self.options:
            part["network"] = self.network(self.options["network"])
        return [part]

    def network(self, name):
        """Return a network; `_ext.models` has the page read again if it changes."""
        self.env.metadata[self.env.docname] |= {"reads": "record", "cards": models.digest()}
        known = models.kept()
        if name not in known:
            raise self.error(f"no lab kept the network of {name!r}; there are: {sorted(known)}")
        about, weights = files.read(known[name])
        told = {key: about[key] for key in ("name", "samples_per_step", "scaling", "classes")}
        return inline(about["network"]["parameters"], weights, **told)


def colours():
    """Return the colours of quantities and of networks."""
    from lab_code.figures import (
        NETWORK_COLOURS,
        QUANTITY_COLOURS,
    )  # with matplotlib: only if needed

    return QUANTITY_COLOURS | NETWORK_COLOURS


def visit(self, node):
    self.body.append(
        f'<figure class="live" data-live="{escape(node["name"])}" '
        f'aria-label="{escape(node["title"])}" data-colours="{escape(json.dumps(colours()))}">\n'
    )
    if node["network"]:
        self.body.append(f'<script type="application/json">{node["network"]}</script>\n')
    self.body.append('<div class="live-instead">\n')


def depart(self, node):
    self.body.append("</div>\n</figure>\n")


def only_children(self, node):
    """Elsewhere than in HTML, what stands in for the part is all there is."""


def add_files(app, pagename, templatename, context, doctree):
    parts = list(doctree.findall(Live)) if doctree else []
    if parts:
        app.add_css_file("live/live.css")
        names = dict.fromkeys(part["name"] for part in parts)
        more = (script for name in names for script in MORE.get(name, ()))
        for name in (*SCRIPTS, *more, *(f"live/{name}.js" for name in names)):
            app.add_js_file(name, defer="defer")


def setup(app):
    plain = (only_children, only_children)
    app.add_node(Live, html=(visit, depart), latex=plain, text=plain)
    app.add_directive("live", LiveDirective)
    app.connect("html-page-context", add_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
