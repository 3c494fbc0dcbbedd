"""How to cite the version that a reader has, and its licence: all of it from ``CITATION.cff``.

``{how-to-cite}`` in a page becomes a sentence, and the same for BibTeX.
"""

from pathlib import Path

import yaml
from _versions.released import VersionsError, repository_address, site_address, version_address
from docutils import nodes
from sphinx.errors import ConfigError
from sphinx.util.docutils import SphinxDirective

FILE = Path(__file__).parents[2] / "CITATION.cff"


def cited(version, commit, made):
    """Return what a citation says: author, title, year, version, address.

    A released version has the day of its release; any other that of its commit.
    """
    told = yaml.safe_load(FILE.read_text("utf-8"))
    released = told["version"] == version
    day = told["date-released"] if released else (made or "")[:10]
    return {
        "author": " and ".join(one["name"] for one in told["authors"]),
        "title": told["title"],
        "year": day[:4],
        "version": f"Version {version}"
        + (f" ({day})" if day else "")
        + (f", commit {commit[:7]}" if commit and not released else ""),
        "address": version_address(version) or repository_address(),
    }


def to_bibtex(of):
    """Return a citation as an entry that BibTeX and biblatex both know."""
    fields = {
        "author": f"{{{of['author']}}}",  # a name in braces is not taken apart
        "title": of["title"],
        "year": of["year"],
        "note": of["version"],
        "url": of["address"],
    }
    lines = [f"  {key} = {{{value}}}," for key, value in fields.items() if value]
    return "\n".join(["@misc{recurrent_lab_book,", *lines, "}"])


def to_nodes(of):
    sentence = nodes.paragraph()
    sentence += [
        nodes.Text(f"{of['author']}. "),
        nodes.emphasis("", of["title"]),
        nodes.Text(f". {of['version']}."),
    ]
    if of["address"]:
        sentence += [
            nodes.Text(" "),
            nodes.reference("", of["address"], refuri=of["address"], internal=False),
        ]
    entry = to_bibtex(of)
    return [nodes.block_quote("", sentence), nodes.literal_block(entry, entry, language="bibtex")]


class Place(nodes.General, nodes.Element):
    """Where the citation will stand: it changes with the commit, and the page does not."""


class HowToCite(SphinxDirective):
    def run(self):
        return [Place()]


def fill_in(app, doctree, docname):
    for place in list(doctree.findall(Place)):
        context = app.config.html_context
        place.replace_self(to_nodes(cited(app.config.release, context["commit"], context["date"])))


def prepare(app, config):
    try:
        told = FILE.read_text("utf-8")
        config.html_context["licence"] = yaml.safe_load(told)["license"]
        config.citation = [told, site_address() or "", repository_address() or ""]
    except VersionsError as error:
        raise ConfigError(str(error)) from None


def setup(app):
    app.add_config_value("citation", [], "html")  # pages are written again when it changes
    app.add_node(Place)
    app.add_directive("how-to-cite", HowToCite)
    app.connect("config-inited", prepare)
    app.connect("doctree-resolved", fill_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
