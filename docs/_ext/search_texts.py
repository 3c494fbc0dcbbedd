"""The text of each page, for what the search shows of it: ``search_texts.js`` at the site's root.

Sphinx's own excerpts are fetched from the pages, which browsers forbid in a plain folder.
``_static/search.js`` uses these instead. Pages that are not written again keep their text, as in
Sphinx's index.
"""

import json
import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

from _ext.exercises import Solution
from _ext.undocumented.sphinx_gallery import CodeWithLinks

NAME = "search_texts.js"
BEGIN, END = "const SEARCH_TEXTS = ", ";\n"
LEFT_OUT = (
    CodeWithLinks,
    Solution,
    nodes.Invisible,
    nodes.doctest_block,
    nodes.literal_block,
    nodes.raw,
    nodes.title,
    addnodes.desc_signature,
)
CLASSES_LEFT_OUT = {"cell_output", "need", "reading-time"}
CLASSES_LEFT_OUT |= {f"sphx-glr-{what}" for what in ("download-link-note", "footer", "timing")}


def anchor_of(node):
    """Return the anchor of a part that a search may lead to, if it is one."""
    if isinstance(node, nodes.section):
        named = node
    elif isinstance(node, (nodes.definition_list_item, addnodes.desc)):
        named = node.children[0]  # the term, or the signature
    else:
        return None
    return named["ids"][0] if named["ids"] else None


def parts(doctree):
    """Return the parts of a page: the anchor of each, and its text without code and solutions.

    A term of the glossary has its name in third place.
    """
    texts, terms = {}, {}

    def walk(node, anchor):
        if isinstance(node, nodes.Text):
            texts[anchor] = texts.get(anchor, "") + node
            return
        if isinstance(node, LEFT_OUT) or CLASSES_LEFT_OUT & set(node.get("classes", ())):
            return
        if isinstance(node, nodes.math_block):
            node = nodes.paragraph("", "…")
        if isinstance(node, nodes.math):  # in a line of text: without the signs of TeX
            node = nodes.inline("", re.sub(r"[\\{}]", "", re.sub(r"(?<=\w)\\", " ", node.astext())))
        anchor = anchor_of(node) or anchor
        if isinstance(node, nodes.definition_list_item):
            terms[anchor] = node.children[0].astext()
        for child in node.children:
            walk(child, anchor)
        if isinstance(node, nodes.TextElement) and not isinstance(node, nodes.Inline):
            texts[anchor] = texts.get(anchor, "") + " "  # the end of a paragraph

    walk(doctree, "")
    found = ((anchor, tidy(text)) for anchor, text in texts.items())
    named = {anchor: [term] for anchor, term in terms.items() if anchor.startswith("term-")}
    return [[anchor, text, *named.get(anchor, [])] for anchor, text in found if text]


def tidy(text):
    """Return text with single spaces, and none before a full stop, where a mark stood."""
    return re.sub(r" (?=[.,;:](?: |$))", "", " ".join(text.split()))


def read(path):
    """Return the texts of the build before this one."""
    try:
        return json.loads(path.read_text("utf-8").removeprefix(BEGIN).removesuffix(END))
    except (OSError, ValueError):
        return {}


def setup(app):
    resolved = {}  # in this process

    def remember(app, doctree, page):
        resolved[page] = parts(doctree)

    def write(app, exception):
        if exception is not None or app.builder.name != "html":
            return
        path = Path(app.outdir) / NAME
        before = read(path)
        for page in app.env.found_docs - before.keys() - resolved.keys():
            # this calls `remember`
            app.env.get_and_resolve_doctree(page, app.builder, tags=app.tags)
        texts = {page: (before | resolved)[page] for page in sorted(app.env.found_docs)}
        content = BEGIN + json.dumps(texts, ensure_ascii=False, separators=(",", ":")) + END
        if not path.is_file() or path.read_text("utf-8") != content:
            path.write_text(content, "utf-8")

    app.connect("doctree-resolved", remember, priority=900)  # when nothing more is filled in
    app.connect("build-finished", write)
    return {"env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
