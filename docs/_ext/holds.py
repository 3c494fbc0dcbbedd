"""Sentences that compare are checked against the record.

``{holds}`compare_cells/gru > compare_cells/lstm` `` after a sentence of a page, or ``:holds:`` in a
lab, is a claim: what must hold for the sentence to be true (`lab_code.record.claims` has the
language). On real recordings, a claim that does not hold stops the build, with a warning that names
the sentence; after one that holds, a reader sees a small mark with the numbers. On simulated
recordings nothing is checked or shown.
"""

import re
from typing import NamedTuple

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from _ext.lab_record import digest, everything
from lab_code import record
from lab_code.freshness import code_behind
from lab_code.record import claims

log = logging.getLogger(__name__)


class Holds(nodes.Inline, nodes.Element):
    """A claim, in the place of its mark."""


class Mark(nodes.Inline, nodes.Element):
    """A sign that a claim held, with what was measured."""


class HoldsRole(SphinxRole):
    def run(self):
        self.env.metadata[self.env.docname]["reads"] = "record"
        node = Holds(claim=self.text)
        self.set_source_info(node)
        return [node], []


def sentence_before(node):
    """Return the sentence that a claim follows."""
    block = node.parent
    while not isinstance(block, nodes.TextElement) or isinstance(block, nodes.Inline):
        block = block.parent
    text = ""
    for part in block.findall():
        if part is node:
            break
        if isinstance(part, nodes.Text):
            text += part.astext()
    sentences = re.split(r"(?<=[.!?:;])\s+(?=[A-Z“(\d])", " ".join(text.split()))
    return sentences[-1]


def collect(app, doctree):
    found = [(node["claim"], sentence_before(node), node.line) for node in doctree.findall(Holds)]
    app.env.all_claims[app.env.docname] = found


def forget(app, env, docname):
    env.all_claims.pop(docname, None)


def merge(app, env, docnames, other):
    env.all_claims |= {name: other.all_claims[name] for name in docnames}


def prepare(app):
    if not hasattr(app.env, "all_claims"):
        app.env.all_claims, app.env.checked, app.env.checked_on = {}, {}, ""


def is_real(app):
    return app.config.lab_data.get("source") != "simulated"


def check_all(app, env):
    """Check the claims of every page, even of those that have not changed.

    The same code gives the same result on the same record, so earlier checks need no repetition.
    """
    if not is_real(app):
        return
    state = digest() + code_behind.digest("from lab_code.record import claims")
    if env.checked_on != state:
        env.checked_on, env.checked = state, {}
    experiments, facts = everything(), record.read_facts()
    for docname, found in env.all_claims.items():
        for claim, sentence, line in found:
            if claim not in env.checked:
                env.checked[claim] = check(claim, experiments, facts)
            if complaint := env.checked[claim].complaint:
                place = (docname, line)
                log.warning("%s: “%s” %s", docname, sentence, complaint, location=place)


class Checked(NamedTuple):
    """The result of a check: the numbers that decide it, and a complaint to the writer, if any."""

    measured: str
    complaint: str = ""


def check(claim, experiments, facts):
    try:
        holds, measured = claims.check(claim, experiments, facts)
    except ValueError as error:
        return Checked("", f"cannot be checked: {error}")
    if holds:
        return Checked(measured)
    return Checked(
        measured,
        f"does not hold: {claim}, but measured: {measured}. Correct the sentence or its claim.",
    )


def show(app, doctree, docname):
    for node in list(doctree.findall(Holds)):
        mark = []
        if is_real(app) and not app.env.checked[node["claim"]].complaint:
            mark = [Mark(said=f"Checked in this build: {app.env.checked[node['claim']].measured}")]
        leave_no_space(node)
        node.replace_self(mark)


def leave_no_space(node):
    """Take away the space before a node, at which a line could break."""
    place = node.parent.index(node)
    before = node.parent[place - 1] if place else None
    if isinstance(before, nodes.Text):
        node.parent[place - 1] = nodes.Text(before.rstrip())


def visit_mark(translator, node):
    """Write the mark with its numbers, for a pointer and for a screen reader."""
    said = translator.attval(node["said"])
    translator.body.append(f'<span class="holds" role="img" title="{said}" aria-label="{said}">✓')


def depart_mark(translator, node):
    translator.body.append("</span>")


def setup(app):
    app.setup_extension("_ext.lab_record")  # which declares lab_data
    app.add_node(Mark, html=(visit_mark, depart_mark))
    app.add_role("holds", HoldsRole())
    app.connect("builder-inited", prepare)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("doctree-read", collect)
    app.connect("env-updated", check_all)  # before the environment is kept
    app.connect("doctree-resolved", show)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
