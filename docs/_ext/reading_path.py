"""Show the path through the book: each chapter, how long it takes to read, and its labs."""

from sphinx.util.docutils import SphinxDirective

from _ext.lab_order import CHAPTERS, path


class ReadingPath(SphinxDirective):
    def run(self):
        lines = []
        for chapter, labs in path().items():
            self.env.note_dependency(str(CHAPTERS / f"{chapter}.md"))
            lines.append(f"1. {{doc}}`{chapter}` ({{minutes}}`{chapter}`)")
            lines += [f"   - {{doc}}`/labs/{lab}`" for lab in labs]
        return self.parse_text_to_nodes("\n".join(lines))


def setup(app):
    app.setup_extension("_ext.reading_time")  # which has the minutes
    app.add_directive("reading-path", ReadingPath)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
