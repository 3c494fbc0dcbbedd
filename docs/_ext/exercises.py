"""Exercises, numbered within their chapter, and solutions that fold away.

::

    ```{exercise} By hand
    :label: by-hand

    What are the three states?
    ```

    ```{solution} by-hand
    ```

    What follows an empty ``solution`` belongs to it, up to the next exercise or solution, or the
    end of the section; code cells there are executed. A solution without cells may also be written
    in the directive itself.

From any page, ``{ref}`by-hand` `` links to the exercise, and ``{ref}`by-hand-solution` `` opens the
solution. A solution is a ``<details>`` of HTML: it works without a script, and with the keyboard,
and comes onto paper if it is unfolded. ``solutions`` in ``conf.py`` says whether they are
``"folded"``, ``"shown"`` or, for an edition to set as homework, left out: ``"none"``.
"""

from itertools import takewhile
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.errors import ConfigError
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

log = logging.getLogger(__name__)


class Exercise(nodes.Admonition, nodes.Element):
    """A task with a title, a number and perhaps a label."""


class Solution(nodes.General, nodes.Element):
    """What a reader may unfold."""


WAYS = ("folded", "shown", "none")
"""What can be done with solutions."""


class ExerciseDirective(SphinxDirective):
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = {"label": directives.unchanged_required}

    def run(self):
        number = str(self.env.new_serialno("exercise") + 1)
        if chapter := self.config.exercise_chapters.get(self.env.docname):
            number = f"{chapter}.{number}"
        name, messages = self.parse_inline(": ".join([f"Exercise {number}", *self.arguments]))
        title = nodes.title("", "", *name)
        content = self.parse_content_to_nodes()
        exercise = Exercise("", title, *content, classes=["exercise"], number=number)
        self.set_source_info(exercise)
        if "label" in self.options:
            self.options["name"] = self.options["label"]
            self.add_name(exercise)
        return [exercise, *messages]


class SolutionDirective(SphinxDirective):
    required_arguments = 1
    has_content = True

    def run(self):
        label = nodes.fully_normalize_name(self.arguments[0])
        solution = Solution("", *self.parse_content_to_nodes(), of=label, title="Solution")
        self.set_source_info(solution)
        self.options["name"] = f"{label}-solution"
        self.add_name(solution)
        return [solution]


def take_what_follows(solution):
    parent = solution.parent
    rest = parent.children[parent.index(solution) + 1 :]
    ends = (Exercise, Solution, nodes.section)
    for node in list(takewhile(lambda node: not isinstance(node, ends), rest)):
        parent.remove(node)
        solution.append(node)


def link_to(node, text):
    link = nodes.reference("", text, refid=node["ids"][0], internal=True)
    return nodes.paragraph("", "", link)


class Pair(SphinxTransform):
    """Fill each solution, and join it to its exercise."""

    default_priority = 400  # after targets have their places, before Sphinx notes the labels

    def apply(self):
        for solution in list(self.document.findall(Solution)):
            if not solution.children:
                take_what_follows(solution)
            if not solution.children:
                log.warning("the solution of %r is empty", solution["of"], location=solution)
            exercise = self.document.ids.get(self.document.nameids.get(solution["of"]))
            if not isinstance(exercise, Exercise):
                say = "there is a solution of %r, but no exercise on this page has that label"
                log.warning(say, solution["of"], location=solution)
                continue
            solution["title"] = f"Solution to exercise {exercise['number']}"
            apart = exercise.next_node(descend=False, siblings=True) is not solution
            if apart and self.config.solutions != "none":
                exercise.append(link_to(solution, "Solution"))
                solution.append(link_to(exercise, f"Exercise {exercise['number']}"))


def visit_exercise(self, node):
    self.visit_admonition(node)


def depart_exercise(self, node):
    self.depart_admonition(node)


def visit_solution(self, node):
    shown = " open" if self.config.solutions == "shown" else ""
    self.body.append(f'<details class="solution"{shown}>\n')
    self.body.append(f"<summary>{self.encode(node['title'])}</summary>\n")
    self.body.append(self.starttag(node, "div"))  # inside: a link to it unfolds the solution


def depart_solution(self, node):
    self.body.append("</div>\n</details>\n")


def check_way(app, config):
    if config.solutions not in WAYS:
        raise ConfigError(f"solutions cannot be {config.solutions!r}. Use {', '.join(WAYS)}.")


def leave_out(app, doctree, docname):
    if app.config.solutions == "none":
        for solution in list(doctree.findall(Solution)):
            solution.parent.remove(solution)


def setup(app):
    app.add_config_value("solutions", "folded", "env")
    app.add_config_value("exercise_chapters", {}, "env")  # the number of a page's chapter
    # "enumerable", so that Sphinx takes their titles for the text of links; of no kind, so that it
    # does not number them
    for node, title, html in (
        (Exercise, lambda node: node[0].astext(), (visit_exercise, depart_exercise)),
        (Solution, lambda node: node["title"], (visit_solution, depart_solution)),
    ):
        app.add_enumerable_node(node, "", title, html=html)
    app.add_directive("exercise", ExerciseDirective)
    app.add_directive("solution", SolutionDirective)
    app.add_transform(Pair)
    app.connect("config-inited", check_way)
    app.connect("doctree-resolved", leave_out, priority=950)  # after notebooks have been made
    return {"parallel_read_safe": True, "parallel_write_safe": True}
