"""Live parts: figures that compute in the page, with the engine of ``_static/engine.js``.

::

    ```{live} back_on_paper Back-propagation on paper
    What stands here is seen where no script runs, and on paper.
    ```

The script is ``_static/live/NAME.js``; it and what it needs are added to pages that have the part,
and to no other. With ``:network:`` and the name of an experiment, the weights of the network that a
lab kept stand in the page; with ``:seconds:`` and a number, so do as many seconds of each class
that this network never heard. ``:start:`` is a word for the script. Parts take their colours from
``lab_code.figures``.
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
from lab_code.protocol import CODES
from lab_code.sources import load

READS = ("n_samples", "samples_per_step", "sampling_rate", "scaling", "deviations")
TOLD = ("name", "classes", *READS)
"""What a page is told of a network, besides its weights."""

NAME_OF = {code: name for name, code in CODES.items()}
SCRIPTS = ("engine.js", "live/parts.js")
"""What every part needs, in this order."""

ASK = ("live/ask.js", "live/second.js")
OWN = ("numbers_of", "from_file", "bend", "raster", "inside")
HELPERS = {
    "beat_the_network": ASK,
    "watch_it_vanish": ("live/linear_algebra.js", "live/raster.js", "live/waves.js"),
    "your_own_signal": (*ASK, *(f"live/{name}.js" for name in OWN)),
}
"""What some parts need besides: pages stay small."""


class Live(nodes.General, nodes.Element):
    """A part that computes; its children stand in for it where it cannot."""


class LiveDirective(SphinxDirective):
    required_arguments = 2
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = {
        "network": directives.unchanged_required,
        "seconds": directives.positive_int,
        "start": directives.unchanged_required,
    }

    def run(self):
        name, title = self.arguments
        if not (self.env.srcdir / "_static" / "live" / f"{name}.js").is_file():
            raise self.error(f"there is no live part {name!r} in _static/live")
        self.assert_has_content()
        part = Live("", *self.parse_content_to_nodes(), name=name, title=title, network="")
        part["start"] = self.options.get("start", "")
        self.set_source_info(part)
        if "network" in self.options:
            part["network"] = self.network(self.options["network"])
        elif "seconds" in self.options:
            raise self.error("seconds that no network has heard? Name it with :network:")
        return [part]

    def network(self, name):
        """Return a network; `_ext.models` has the page read again if it changes."""
        self.env.metadata[self.env.docname] |= {"reads": "record", "cards": models.digest()}
        known = models.kept()
        if name not in known:
            raise self.error(f"no lab kept the network of {name!r}; there are: {sorted(known)}")
        about, weights = files.read(known[name])
        told = {key: about[key] for key in TOLD}
        told["class_names"] = [NAME_OF[code] for code in about["classes"]]
        if "seconds" in self.options:
            told["seconds"] = self.seconds(about)
        return inline(about["network"]["parameters"], weights, **told)

    def seconds(self, about):
        """Return seconds that the network never heard; a page with them has results."""
        from lab_code.models import unheard  # with scikit-learn: only if needed

        try:
            return unheard.for_page(about, load(), self.options["seconds"])
        except ValueError as error:
            raise self.error(f"no seconds for {about['name']}: {error}") from None


def colours():
    """Return the colours of quantities, of networks and of classes."""
    from lab_code import figures  # with matplotlib: only if needed

    return figures.QUANTITY_COLOURS | figures.NETWORK_COLOURS | figures.CLASS_COLOURS


def visit(self, node):
    start = f'data-start="{escape(node["start"])}" ' if node["start"] else ""
    self.body.append(
        f'<figure class="live" data-live="{escape(node["name"])}" {start}'
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
        needed = [one for name in names for one in (*HELPERS.get(name, ()), f"live/{name}.js")]
        for name in dict.fromkeys((*SCRIPTS, *needed)):
            app.add_js_file(name, defer="defer")


def setup(app):
    plain = (only_children, only_children)
    app.add_node(Live, html=(visit, depart), latex=plain, text=plain)
    app.add_directive("live", LiveDirective)
    app.connect("html-page-context", add_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
