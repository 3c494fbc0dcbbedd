"""What a page says, in the Markdown of Jupyter: for the text cells of its notebook.

By now, roles are words and links, records are numbers, and claims are checked. A node that is not
known here gets a warning, so that nothing is lost in silence.
"""

import re
from textwrap import indent
from urllib.parse import urljoin

from docutils import nodes
from sphinx.util import logging

from _ext.exercises import Exercise, Solution
from _ext.questions import Item, Question

log = logging.getLogger(__name__)

LEFT_OUT = {"comment", "imgsgnode", "index", "Mark", "Said", "target"}
"""What only a page needs, or the notebook shows when it has run."""

CLASSES_LEFT_OUT = {
    *("reading-time", "sphx-glr-timing", "sphx-glr-script-out"),
    *("sphx-glr-download-link-note", "sphx-glr-footer"),
}
OUTPUT = '<div class="output_subarea'
"""So begins what sphinx-gallery shows of a table."""

RAW_ROLE = re.compile(r"(\{[a-z:]+\}|:[a-z:]+:)`")


def language(node):
    return node.get("language") or node.get("lang")  # the second where names in code are links


def is_code(node):
    """Whether a node is a code cell of a chapter, or a block of a lab's script."""
    return node.get("nb_element") == "cell_code" or language(node) == "Python"


def quote(text):
    return indent(text, "> ", lambda line: True)


class Markdown:
    """Write a page's nodes.

    Parameters
    ----------
    address : str
        Of the page, to which its links are relative. Without one, links within the book are words.
    with_solutions : bool
        Whether solutions follow their exercises.
    numbers : dict[str, tuple of int]
        The number of each figure, table and equation of the page, as (6, 2), by its id.
    """

    def __init__(self, address, with_solutions=True, numbers=None):
        self.address, self.with_solutions = address, with_solutions
        self.numbers = numbers or {}

    def parts(self, node, depth=0):
        """Yield what stands one below the other: text, or a node that holds code."""
        for child in node.children:
            if isinstance(child, Solution) and not self.with_solutions:
                continue
            if isinstance(child, Solution):
                yield f"{'#' * (depth + 2)} {child['title']}"
            if isinstance(child, nodes.section | Exercise | Question | Solution):
                yield from self.parts(child, depth + 1)
            elif isinstance(child, nodes.title):
                yield f"{'#' * depth} {self.inside(child)}"
            elif isinstance(child, nodes.Element) and is_code(child):
                yield child
            elif text := self.write(child):
                if RAW_ROLE.search(text):
                    log.warning("a role stands in a notebook as it is: %s", text, location=child)
                yield text

    def write(self, node):
        name = type(node).__name__
        classes = node["classes"] if isinstance(node, nodes.Element) else ()
        if name in LEFT_OUT or not CLASSES_LEFT_OUT.isdisjoint(classes):
            return ""
        if not hasattr(self, f"of_{name}"):
            say = "a notebook cannot show %r: teach _ext/in_markdown.py how"
            log.warning(say, name, location=node)
            return ""
        return getattr(self, f"of_{name}")(node)

    def inside(self, node):
        text = ""
        for part in map(self.write, node.children):
            if part.startswith((".", ",", ";", ":", " ")):  # after a claim, which is left out
                text = text.rstrip()
            text += part
        return text

    def blocks(self, node):
        return "\n\n".join(filter(None, map(self.write, node.children)))

    # Within a paragraph

    def of_Text(self, node):
        return re.sub(r"[\\`*_\[\]<|$]", r"\\\g<0>", " ".join(re.split(r"\s*\n\s*", str(node))))

    def of_emphasis(self, node):
        return f"*{self.inside(node)}*"

    def of_strong(self, node):
        return f"**{self.inside(node)}**"

    def of_literal(self, node):
        return f"`{node.astext()}`"

    def of_math(self, node):
        return f"${node.astext().strip()}$"

    def of_reference(self, node):
        words = self.inside(node)
        link = urljoin(self.address, node.get("refuri") or f"#{node.get('refid')}")
        return f"[{words}]({link})" if link.startswith("http") else words

    of_number_reference = of_reference
    of_inline = inside

    # Below each other

    def of_paragraph(self, node):
        return re.sub(r"^(\d+)?([#+>.)-])(?=\s|$)", r"\1\\\2", self.inside(node))

    def of_bullet_list(self, node, marks=None):
        marks = marks or ["- "] * len(node)
        items = [
            mark + indent(said, " " * len(mark)).lstrip()
            for mark, item in zip(marks, node, strict=True)
            if (said := self.blocks(item))  # of several figures of a lab, nothing is left
        ]
        return "\n".join(items)

    def of_enumerated_list(self, node):
        first = node.get("start", 1)
        return self.of_bullet_list(node, [f"{first + i}. " for i in range(len(node))])

    def of_Items(self, node):
        return "\n".join(f"- {self.inside(item)}" for item in node.findall(Item))

    def of_definition_list(self, node):
        return "\n".join(f"- **{self.inside(term)}**: {self.blocks(said)}" for term, said in node)

    def of_admonition(self, node):
        title, *rest = node.children
        return quote(f"**{self.inside(title)}**\n\n" + "\n\n".join(map(self.write, rest)))

    def of_literal_block(self, node):
        return f"```{language(node)}\n{node.astext().rstrip()}\n```"

    of_code_links_block = of_literal_block

    def of_math_block(self, node):
        tex = node.astext().strip()
        if ("&" in tex or r"\\" in tex) and r"\begin" not in tex:
            tex = f"\\begin{{aligned}}\n{tex}\n\\end{{aligned}}"
        tag = f"\n\\tag{{{self.number_of(node)}}}" if node.get("number") else ""
        return f"$$\n{tex}{tag}\n$$"

    def number_of(self, node):
        """Return what Sphinx writes: without numbers of chapters, only equations have one."""
        number = next((self.numbers[name] for name in node["ids"] if name in self.numbers), None)
        return ".".join(map(str, number)) if number else str(node.get("number", ""))

    def of_caption(self, node):
        kind = "Figure" if type(node.parent) is nodes.figure else "Table"
        return f"**{f'{kind} {self.number_of(node.parent)}'.strip()}.** {self.inside(node)}"

    of_CaptionOfTable = of_caption
    of_figure = blocks

    def of_table(self, node):
        titles = [child for child in node if isinstance(child, nodes.title)]
        rows = [[self.blocks(cell) for cell in row] for row in node.findall(nodes.row)]
        rows.insert(1, ["---"] * len(rows[0]))
        table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        return "\n\n".join([*map(self.of_caption, titles), table])

    def of_image(self, node):
        page = f"[the page]({self.address})" if self.address else "the page"
        return f"*A figure that {page} shows: {self.of_Text(node.get('alt', ''))}*"

    def of_Live(self, node):
        page = f"[the page]({self.address})" if self.address else "the page"
        return f"*{self.of_Text(node['title'])}: {page} computes it live.*"

    def of_raw(self, node):
        if not node.astext().startswith(OUTPUT):
            log.warning("a notebook cannot show raw %s", node["format"], location=node)
        return ""
