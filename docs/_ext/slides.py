"""Slides: each page in ``docs/slides`` is a deck, in which each section is a slide.

A deck says little itself. Besides ``{show}`` (`_ext.shown`) it has, from the plan of its lesson in
``docs/teach.md``:

- ``{plan} 2``: the second row of the plan, as notes for the teacher;
- ``{ask} 3``: the third question, as a slide, and the answer to expect on the next one; the wrong
  answer, and what is behind it, are notes;
- ``{trouble} 1``: what goes wrong, as notes;
- ``{goals}`` and ``{homework}``: what a student can do afterwards, and what is left for home.

``{task} chapters/sequences: which-kind`` is an exercise of a chapter, with its solution on the next
slide. Without a script, and on a phone, a deck is a page to scroll.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from _ext import shown

log = logging.getLogger(__name__)
FOLDER = "slides/"
PLAN = "teach"


class Notes(nodes.General, nodes.Element):
    """What is for the teacher."""


class FromPlan(nodes.General, nodes.Element):
    """The place of a row, or of a list, of the plan of a lesson."""


class Task(nodes.General, nodes.Element):
    """The place of an exercise."""


class PlanDirective(SphinxDirective):
    """``{plan}``, ``{ask}`` and ``{trouble}`` with a number, ``{goals}`` and ``{homework}``."""

    optional_arguments = 1

    def run(self):
        shown.note_shown(self.env, PLAN)
        number = int(self.arguments[0]) if self.arguments else 1
        node = FromPlan(kind=self.name, number=number)
        self.set_source_info(node)
        return [node]


class TaskDirective(SphinxDirective):
    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        page, label = self.arguments[0].split(": ")
        shown.note_shown(self.env, page)
        node = Task(page=page, label=label)
        self.set_source_info(node)
        return [node]


# Filling in


def is_place(node):
    return isinstance(node, (FromPlan, Task))


def row_of(lesson, columns, number):
    """Return the cells of a row in the first table of a lesson that has such columns."""
    for table in lesson.findall(nodes.table):
        head, *rows = table.findall(nodes.row)
        if head.astext().split("\n\n")[0] == columns and len(rows) >= number:
            return [entry.children for entry in rows[number - 1].children]
    return None


def slide(name, title, *content):
    """Return a slide; its title is words, or nodes."""
    heading = nodes.title("", "", *([nodes.Text(title)] if isinstance(title, str) else title))
    return nodes.section("", heading, *content, ids=[name])


def labelled(label, *content):
    """Return content whose first paragraph begins with a label."""
    first, *others = (node.deepcopy() for node in content)
    first.insert(0, nodes.strong("", f"{label} "))
    return [first, *others]


def copies(content, page=PLAN):
    return [shown.copied(node, page) for node in content]


class FillIn(SphinxPostTransform):
    default_priority = 1  # before what is shown is filled in

    def run(self):
        if not self.env.docname.startswith(FOLDER):
            return
        self.last = {}  # of the slides that follow another
        for node in list(self.document.findall(is_place)):
            self.fill(node)
        for section in self.document.findall(nodes.section):
            section["classes"].append("slide")
            notes = [node for node in section if isinstance(node, Notes)]
            for node in notes[1:]:
                section.remove(node)
                notes[0].extend(node.children)

    def fill(self, node):
        if isinstance(node, Task):
            self.fill_task(node)
            return
        lesson = "lesson-" + self.env.docname.rpartition("_")[2]
        plan = shown.place_in(self.env.get_doctree(PLAN), lesson)
        if not (plan and getattr(self, f"fill_{node['kind']}")(node, plan, node["number"])):
            say = "the plan of %s has no %s number %d"
            log.warning(say, lesson, node["kind"], node["number"], location=node)

    def fill_plan(self, node, plan, number):
        if row := row_of(plan, "minutes", number):
            minutes, what, where = row
            told = labelled(f"{minutes[0].astext()} minutes.", *what)
            node.replace_self(Notes("", *copies([*told, *labelled("Where:", *where)])))
        return row

    def fill_ask(self, node, plan, number):
        if row := row_of(plan, "question", number):
            question, answer, wrong = row
            asked = slide(f"question-{number}", [shown.inside(question[0], PLAN)])
            asked["classes"].append("question")
            again = nodes.container("", *copies(question), classes=["asked"])
            notes = Notes("", *copies(labelled("A wrong answer:", *wrong)))
            told = slide(f"answer-{number}", "An answer to expect", again, *copies(answer), notes)
            self.insert_after(node, asked, told)
        return row

    def fill_trouble(self, node, plan, number):
        part = shown.place_in(plan, "What goes wrong")
        items = shown.find(part, "list").children
        if number > len(items):
            return False
        node.replace_self(Notes("", *copies(items[number - 1].children)))
        return True

    def fill_goals(self, node, plan, number):
        goals = shown.find(plan, "list")
        node.replace_self(shown.copied(goals, PLAN))
        return goals

    def fill_homework(self, node, plan, number):
        tasks = shown.find(plan, "list", "Homework")
        node.replace_self(shown.copied(tasks, PLAN))
        return tasks

    def fill_task(self, node):
        doctree = self.env.get_doctree(node["page"])
        exercise = shown.find(doctree, "exercise", node["label"])
        solution = shown.find(doctree, "solution", f"{node['label']}-solution")
        if exercise is None or solution is None:
            log.warning("%s has no exercise %s", node["page"], node["label"], location=node)
            return
        title, *words = exercise.children
        page, label = node["page"], node["label"]
        slides = [slide(label, [shown.inside(title, page)], *copies(without_link(words), page))]
        if self.config.solutions != "none":
            told = copies(without_link(solution.children), page)
            slides.append(slide(f"{label}-solution", solution["title"], *told))
        self.insert_after(node, *slides)

    def insert_after(self, node, *slides):
        """Put slides in the place of a node: after the slide in which it stands."""
        before = node.parent
        deck, last = before.parent, self.last.get(id(before), before)
        place = deck.index(last) + 1
        deck[place:place] = slides
        self.last[id(before)] = slides[-1]
        before.remove(node)


def without_link(content):
    """Leave out the link between an exercise and its solution: they follow each other."""
    last = content[-1]
    is_link = isinstance(last, nodes.paragraph) and len(last) == 1
    is_link = is_link and isinstance(last[0], nodes.reference) and "refid" in last[0]
    return content[:-1] if is_link else content


# Writing


def visit_notes(self, node):
    self.body.append('<details class="notes"><summary>For the teacher</summary>\n')


def depart_notes(self, node):
    self.body.append("</details>\n")


def in_slides(body):
    """Return the body of a page with its slides beside each other: none stands in the first."""
    first, *others = re.split(r'(?=<section class="[^"]*\bslide\b)', body.strip())[1:]
    return f"{first}</section>\n{''.join(others).removesuffix('</section>')}"


def write_deck(app, page, template, context, doctree):
    if not page.startswith(FOLDER) or doctree is None:
        return None
    app.add_css_file("slides.css")
    app.add_js_file("slides.js", defer="defer")
    context["body"] = in_slides(context["body"])
    return "deck.html"


def setup(app):
    app.setup_extension("_ext.shown")
    app.add_node(Notes, html=(visit_notes, depart_notes))
    for name in ("plan", "ask", "trouble", "goals", "homework"):
        app.add_directive(name, PlanDirective)
    app.add_directive("task", TaskDirective)
    app.add_post_transform(FillIn)
    app.connect("html-page-context", write_deck, priority=950)  # after what mends the body
    return {"parallel_read_safe": True, "parallel_write_safe": True}
