"""``llms.txt``: the book's pages as plain text, in reading order, for programs that read it.

Its layout is that of https://llmstxt.org. Titles and descriptions are those of the written pages,
which are not all written again in each build.
"""

import html
import re
from pathlib import Path

from _versions.released import version_address

from _ext import lab_order

NAME = "llms.txt"
TO_LOOK_UP = ("chapters/results", "chapters/glossary", "chapters/notation")
TO_USE = ("run_it", "teach", "homework", "models")
ABOUT = ("record", "references", "api", "contributing")
TAG = re.compile(r'<meta property="og:(title|description)" content="([^"]*)"')


def line(out, page, place, indent=""):
    told = dict(TAG.findall((out / f"{page}.html").read_text("utf-8")))
    told = {key: html.unescape(text) for key, text in told.items()}
    description = f": {told['description']}" if "description" in told else ""
    return f"{indent}- [{told['title']}]({place}{page}.html){description}"


def text_of(out, place):
    """Return the index of the pages in a folder, with links that start with `place`."""
    book = dict(TAG.findall((out / "index.html").read_text("utf-8")))
    lines = [f"# {html.unescape(book['title'])}", "", f"> {html.unescape(book['description'])}", ""]
    lines += ["## Chapters and their labs, in reading order", ""]
    for chapter, labs in lab_order.path().items():
        lines.append(line(out, f"chapters/{chapter}", place))
        lines += [line(out, f"labs/{lab}", place, indent="  ") for lab in labs]
    for title, pages in {
        "To look up": TO_LOOK_UP,
        "To use": TO_USE,
        "About the book": ABOUT,
    }.items():
        lines += ["", f"## {title}", "", *(line(out, page, place) for page in pages)]
    return "\n".join(lines) + "\n"


def write_index(app, exception):
    if exception is None and app.builder.name == "html":
        out = Path(app.outdir)
        text = text_of(out, version_address(app.config.release) or "")
        target = out / NAME
        if not target.is_file() or target.read_text("utf-8") != text:
            target.write_text(text, "utf-8")


def setup(app):
    app.setup_extension("_ext.shared_links")  # which writes titles and descriptions into pages
    app.connect("build-finished", write_index)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
