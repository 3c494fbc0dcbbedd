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

from _ext.from_plan import FOLDER, Notes


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
    app.setup_extension("_ext.from_plan")
    app.add_node(Notes, html=(visit_notes, depart_notes))
    app.connect("html-page-context", write_deck, priority=100)  # before more is put into the body
    return {"parallel_read_safe": True, "parallel_write_safe": True}
