"""Show a part of another page: a figure, an equation, an exercise, a row of a table.

::

    ```{show} figure chapters/sequences: What a sequence is
    ```
    ```{show} exercise chapters/sequences: which-kind
    ```

After the colon stands a section, by its title or label; without one, it is the whole page. With
``:number:`` it is not the first figure there but another. Code with ``:from: def train`` begins at
the line that begins so; a figure with ``:tall:`` is as high as the slide, with the words beside it.

What is shown is copied when the page is written, so that words and figures stand in one place; a
page that shows parts of another is read again when that one is.
"""

import posixpath
import re
from typing import ClassVar
from urllib.parse import urlsplit

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from _ext.exercises import Exercise, Solution

log = logging.getLogger(__name__)
ARGUMENT = re.compile(r"(?P<kind>\w+) (?P<page>[\w/]+)(: (?P<place>.+))?", re.DOTALL)


class Shown(nodes.General, nodes.Element):
    """The place of what will be shown."""


def is_figure(node):
    """Whether a node is a figure of a chapter, or of a lab, or one with a slider."""
    if type(node).__name__ == "imgsgnode":
        return True
    if isinstance(node, nodes.image):
        return "mime_type" not in node.parent  # else it is part of an output
    if not isinstance(node, nodes.Element) or node.get("nb_element") != "mime_bundle":
        return False
    return node.next_node(nodes.image) is not None or "<figure" in node.astext()


def is_table(node):
    """Whether a node is a table of a page, or one that a cell of a chapter has made."""
    if isinstance(node, nodes.table):
        return True
    is_output = isinstance(node, nodes.Element) and node.get("nb_element") == "mime_bundle"
    return is_output and "<table" in node.astext()


def is_printed(node):
    """Whether a node is what code has printed."""
    known = {"stream", "sphx-glr-script-out"}
    return isinstance(node, nodes.literal_block) and not known.isdisjoint(node["classes"])


def is_code(node):
    return isinstance(node, nodes.literal_block) and (
        node.get("language") == "Python" or "cell_input" in node.parent.get("classes", ())
    )


KINDS = {
    "figure": is_figure,
    "printed": is_printed,
    "code": is_code,
    "equation": lambda node: isinstance(node, nodes.math_block),
    "table": is_table,
    "list": lambda node: isinstance(node, (nodes.bullet_list, nodes.enumerated_list)),
    "exercise": lambda node: isinstance(node, Exercise),
    "solution": lambda node: isinstance(node, Solution),
}


def same(title, other):
    return " ".join(title.split()).casefold() == " ".join(other.split()).casefold()


def place_in(doctree, place):
    """Return the part of a page with a label or, of a section, a title; None if there is none."""
    if place is None:
        return doctree
    for node in doctree.findall(nodes.Element):
        labels = (nodes.make_id(place), place)
        if isinstance(node, (nodes.section, Exercise, Solution)) and (
            not set(labels).isdisjoint(node["ids"])
            or (
                isinstance(node, nodes.section)
                and same(node.next_node(nodes.title).astext(), place)
            )
        ):
            return node
    return None


def find(doctree, kind, place=None, number=1):
    """Return the part of a page, or None if it has no such part."""
    within = place_in(doctree, place)
    found = [] if within is None else [node for node in within.findall() if KINDS[kind](node)]
    return found[number - 1] if len(found) >= number else None


def copied(node, page):
    """Return a copy that has no marks, since the page that it is from has them."""
    copy = nodes.container("", node.deepcopy(), shown_of=page, classes=["shown"])
    for part in copy.findall(nodes.Element):
        part["ids"], part["names"] = [], []
        if isinstance(part, nodes.math_block):
            part["number"] = None
        if isinstance(part, nodes.table):  # with its number goes its caption
            part[:] = [child for child in part if not isinstance(child, nodes.title)]
    return copy


def begin_at(copy, start):
    """Leave out the lines of code before the one with such a start; say whether there is one."""
    code = next(copy.findall(nodes.literal_block))
    lines = code.astext().splitlines()
    found = [place for place, line in enumerate(lines) if line.startswith(start)]
    if found:
        code.rawsource = "\n".join(lines[found[0] :])
        code.children = []
        code += nodes.Text(code.rawsource)
    return bool(found)


def inside(node, page):
    """Return a copy of what stands in a paragraph or title of a page."""
    return nodes.inline("", "", *(part.deepcopy() for part in node.children), shown_of=page)


class Show(SphinxDirective):
    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {
        "number": directives.positive_int,
        "from": directives.unchanged_required,
        "tall": directives.flag,
    }

    def run(self):
        match = ARGUMENT.fullmatch(self.arguments[0])
        if match is None or match["kind"] not in KINDS:
            raise self.error(f"write KIND PAGE: PLACE, where KIND is one of {', '.join(KINDS)}")
        note_shown(self.env, match["page"])
        node = Shown("", number=self.options.get("number", 1), **match.groupdict())
        node["from"], node["tall"] = self.options.get("from"), "tall" in self.options
        self.set_source_info(node)
        return [node]


def is_copy(node):
    return isinstance(node, nodes.Element) and "shown_of" in node


def note_shown(env, page):
    """Note that the page which is being read shows parts of another."""
    metadata = env.metadata[env.docname]
    metadata["shows"] = sorted({*metadata.get("shows", ()), page})


def read_again(app, env, docnames):
    """Have pages read again that show a part of one that is."""
    shown = {page: set(data["shows"]) for page, data in env.metadata.items() if "shows" in data}
    docnames += [
        page for page, of in shown.items() if page not in docnames and not of.isdisjoint(docnames)
    ]


class FillIn(SphinxPostTransform):
    default_priority = 2  # before MyST-NB chooses between the forms of an output

    def run(self):
        for node in list(self.document.findall(Shown)):
            doctree = self.env.get_doctree(node["page"])
            found = find(doctree, node["kind"], node["place"], node["number"])
            if found is None:
                say = "there is no %s number %d in %s: %s"
                args = (node["kind"], node["number"], node["page"], node["place"])
                log.warning(say, *args, location=node)
                node.parent.remove(node)
            else:
                copy = copied(found, node["page"])
                copy["classes"] += ["tall"] if node["tall"] else []
                if node["from"] and not begin_at(copy, node["from"]):
                    say = "no line of the code in %s: %s begins with %r"
                    args = (node["page"], node["place"], node["from"])
                    log.warning(say, *args, location=node)
                node.replace_self(copy)


def lead(app, doctree, docname):
    """Have the links in what is shown lead where they lead on their own page."""
    target = app.builder.get_target_uri
    for copy in list(doctree.findall(is_copy)):
        for link in copy.findall(nodes.reference):
            to = target(copy["shown_of"])
            if "refid" in link:
                to += f"#{link.attributes.pop('refid')}"
            elif urlsplit(link.get("refuri", "")).scheme:
                continue
            else:
                to = posixpath.normpath(posixpath.join(posixpath.dirname(to), link["refuri"]))
            link["refuri"] = relative_uri(target(docname), to)


def setup(app):
    app.setup_extension("_ext.exercises")
    app.add_directive("show", Show)
    app.add_post_transform(FillIn)
    app.connect("doctree-resolved", lead)  # when links are known
    app.connect("env-before-read-docs", read_again, priority=400)  # before they are put in order
    return {"parallel_read_safe": True, "parallel_write_safe": True}
