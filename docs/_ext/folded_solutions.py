"""Solutions of exercises fold away.

sphinx-exercise leaves that to a script of another extension. Here a solution is a ``<details>``
of HTML: it works without a script, with the keyboard, and can be printed.
"""

from sphinx.locale import _
from sphinx_exercise.nodes import solution_node, solution_title


def visit_solution(self, node):
    title = next((child for child in node if isinstance(child, solution_title)), None)
    summary = title.astext() if title is not None else _("Solution")
    if title is not None:
        node.remove(title)
    self.body.append(self.starttag(node, "details", CLASS="solution"))
    self.body.append(f"<summary>{self.encode(summary)}</summary>\n")


def depart_solution(self, node):
    self.body.append("</details>\n")


def setup(app):
    app.setup_extension("sphinx_exercise")
    app.add_node(solution_node, html=(visit_solution, depart_solution), override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
