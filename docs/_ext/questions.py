"""Questions that answer: a reader's answer is checked in the page, and a wrong one gets a reason.

::

    ```{question} Half of it
    :label: half-of-it
    :number: gated_units/questions half
    :tolerance: 0.5
    :unit: steps
    :hint: Which power of 0.95 is one half?

    The forget gate stands at 0.95. After how many steps is half left?

    +++
    The logarithm of one half, divided by that of 0.95.
    ```

The right answer is a fact that code of the book has noted (``record.note``), so it is computed in
the build. Below ``+++`` stands what a reader is told who has found it. The kinds of question:

- ``number``, with ``tolerance`` and perhaps ``unit``;
- ``choice``: the fact is the place of the right one, counted from 1, in the list at the end of the
  text; below each item stands the reason why it is right or wrong;
- ``order``: the fact has a number for each item of the list, which belongs in ascending order;
- ``expression``: the fact has values at some points, by names such as ``"f=0.5 k=3"``;
- ``place``: the fact has the right ``x``, and where the axis lies (`lab_code.figures.place`) in the
  figure whose name is in ``figure``; with ``tolerance``.

The page holds digests of right answers, and what is said about answers in base64: enough for
readers who do not look for them. An edition without solutions holds neither.
"""

import base64
import json
import re
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from lab_code import record

log = logging.getLogger(__name__)

KINDS = ("number", "choice", "order", "expression", "place")
FINE = 5
"""A tolerance has this many places of the grid on which a number is compared; the page is told."""


class Question(nodes.Admonition, nodes.Element):
    """A question with a title, its text and perhaps items, and what is said about answers."""


class Items(nodes.General, nodes.Element):
    """What a reader chooses from, or puts in order."""


class Item(nodes.General, nodes.Element):
    """One of them."""


class Said(nodes.General, nodes.Element):
    """What a reader is told: about an item, by its place; as a hint; or of the right answer."""


class QuestionDirective(SphinxDirective):
    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = {
        "label": directives.unchanged_required,
        **dict.fromkeys(KINDS, directives.unchanged_required),
        "tolerance": float,
        **dict.fromkeys(("unit", "hint", "figure"), directives.unchanged_required),
    }

    def run(self):
        kinds = [kind for kind in KINDS if kind in self.options]
        if len(kinds) != 1 or "label" not in self.options:
            raise self.error(f"a question has a label, and one of: {', '.join(KINDS)}")
        (kind,) = kinds
        if kind in ("number", "place") and not self.options.get("tolerance", 0) > 0:
            raise self.error(f"a question for a {kind} has a tolerance above zero")
        self.env.metadata[self.env.docname]["reads"] = "record"
        lines = list(self.content)
        end = lines.index("+++") if "+++" in lines else len(lines)
        title, messages = self.parse_inline(self.arguments[0])
        question = Question("", nodes.title("", "", *title), kind=kind, fact=self.options[kind])
        question["classes"].append("question")
        for name in ("tolerance", "unit", "figure"):
            question[name] = self.options.get(name)
        question += self.parse_text_to_nodes("\n".join(lines[:end]))
        if kind in ("choice", "order"):
            question += self.items(question)
        if "hint" in self.options:
            question += Said("", *self.parse_text_to_nodes(self.options["hint"]), to="hint")
        if end < len(lines):
            said = self.parse_text_to_nodes("\n".join(lines[end + 1 :]))
            question += Said("", *said, to="right")
        self.set_source_info(question)
        self.options["name"] = self.options["label"]
        self.add_name(question)
        return [question, *messages]

    def items(self, question):
        """Take the list at the end of the text apart: its items, and what is said about each."""
        if not isinstance(question[-1], nodes.bullet_list) or len(question[-1]) < 2:
            raise self.error("the text of this question ends with a list of two items or more")
        bullets = question[-1]
        question.remove(bullets)
        items, said = Items(kind=question["kind"]), []
        for place, (first, *reason) in enumerate(bullets, 1):
            items += Item("", *first.children, place=place)
            if reason:
                said.append(Said("", *reason, to=str(place)))
        if question["kind"] == "choice" and len(said) < len(bullets):
            raise self.error("say below each choice why it is right or wrong")
        return [items, *said]


def hashed(text: str) -> str:
    """Return a digest of a short text in ASCII; ``questions.js`` has the same.

    It need not withstand an attack.
    """
    one, two = 0xDEADBEEF, 0x41C6CE57
    for letter in text.encode("ascii"):
        one = (one ^ letter) * 2654435761 & 0xFFFFFFFF
        two = (two ^ letter) * 1597334677 & 0xFFFFFFFF
    one = ((one ^ one >> 16) * 2246822507 ^ (two ^ two >> 13) * 3266489909) & 0xFFFFFFFF
    two = ((two ^ two >> 16) * 2246822507 ^ (one ^ one >> 13) * 3266489909) & 0xFFFFFFFF
    return f"{two:08x}{one:08x}"


def short(value: float) -> str:
    """Return a number in five digits, as JavaScript's ``toExponential(4)`` writes it."""
    mantissa, power = f"{value:.4e}".split("e")
    return f"{mantissa}e{int(power):+d}"


def answer(question, value) -> dict:
    """Return what the page needs to check an answer."""
    kind, salt = question["kind"], question["names"][0]
    if kind == "number":
        step = question["tolerance"] / FINE
        return {"step": step, "apart": FINE, "right": [hashed(f"{salt}:{round(value / step)}")]}
    if kind == "choice":
        return {"right": [hashed(f"{salt}:{int(value)}")]}
    if kind == "order":
        order = sorted(range(len(value)), key=list(value.values()).__getitem__)
        return {"right": [hashed(f"{salt}:{' '.join(str(one + 1) for one in order)}")]}
    if kind == "place":
        axis = {key: value[key] for key in ("from", "to", "left", "right")}
        step = question["tolerance"] / FINE
        right = [hashed(f"{salt}:{round(value['x'] / step)}")]
        return {"axis": axis, "step": step, "apart": FINE, "right": right}
    points = [
        {name: float(number) for name, number in re.findall(r"(\w+)=(\S+)", point)}
        for point in value
    ]
    right = [hashed(f"{salt}:{short(one)}") for one in value.values()]
    return {"points": points, "right": right}


def fact(question, facts):
    """Return a fact of the record by its name and key."""
    name, _, key = question["fact"].partition(" ")
    value = facts[name][key]
    n_items = sum(len(items) for items in question.findall(Items))
    if isinstance(value, dict) != (question["kind"] in ("order", "expression", "place")):
        raise ValueError(f"a question of this kind cannot have the answer {value!r}")
    if question["kind"] == "order" and len(value) != n_items:
        raise ValueError(f"there are {n_items} items, and {len(value)} numbers to order them by")
    if question["kind"] == "order" and [*value.values()] == sorted(value.values()):
        raise ValueError(
            "the items stand in the right order already, or their numbers in another than they"
        )
    if question["kind"] == "choice" and value not in range(1, n_items + 1):
        raise ValueError(f"there are {n_items} choices, and the right one is {value:g}")
    return value


def resolve(app, doctree, docname):
    """Look up the right answers; leave them out where solutions are left out."""
    facts = None
    for question in doctree.findall(Question):
        question["check"] = None
        if app.config.solutions == "none":
            for said in list(question.findall(Said)):
                said.parent.remove(said)
            continue
        facts = facts or {one["name"]: one["values"] for one in record.read_facts()}
        try:
            question["check"] = answer(question, fact(question, facts))
        except (KeyError, ValueError, TypeError) as error:
            say = "the question %r has no right answer: %s"
            log.warning(say, question["names"][0], error, location=question)


def add_script(app, page, template, context, doctree):
    if doctree is not None and next(doctree.findall(Question), None) is not None:
        app.add_js_file("questions.js", defer="defer")


def visit_question(self, node):
    data = {"kind": node["kind"], "salt": node["names"][0], "unit": node["unit"]}
    data |= node["check"] or {}
    if node["figure"]:
        data["figure"] = nodes.make_id(node["figure"])
    attributes = {"data-question": json.dumps(data, ensure_ascii=False)}
    node.told = {}
    self.body.append(self.starttag(node, "div", CLASS="admonition", **attributes))


def depart_question(self, node):
    told = base64.b64encode(json.dumps(node.told, ensure_ascii=False).encode()).decode()
    self.body.append(f'<div class="question-answer" data-told="{told}" hidden></div></div>\n')


def visit_items(self, node):
    self.body.append(
        f'<ol class="question-items" type="{"a" if node["kind"] == "choice" else "1"}">'
    )


def depart_items(self, node):
    self.body.append("</ol>\n")


def visit_item(self, node):
    self.body.append(f'<li data-place="{node["place"]}">')


def depart_item(self, node):
    self.body.append("</li>\n")


def visit_said(self, node):
    node.begin = len(self.body)


def depart_said(self, node):
    node.parent.told[node["to"]] = "".join(self.body[node.begin :]).strip()
    del self.body[node.begin :]


def setup(app):
    app.setup_extension("_ext.exercises")  # which says what is done with solutions
    app.add_enumerable_node(
        Question, "", lambda node: node[0].astext(), html=(visit_question, depart_question)
    )
    app.add_node(Items, html=(visit_items, depart_items))
    app.add_node(Item, html=(visit_item, depart_item))
    app.add_node(Said, html=(visit_said, depart_said))
    app.add_directive("question", QuestionDirective)
    app.connect("doctree-resolved", resolve)
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
