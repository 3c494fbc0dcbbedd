"""What both editions show besides the parts: title page, contents, style and pictures."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from _ext.themed_figures import STYLE

from _editions.book import Book, Part
from _editions.paper import mend_links, put_on_paper

HERE = Path(__file__).parent
LIGHT = "<style>:root{color:#1f2328}</style>"
LETTERLESS = re.compile(r"<path((?:(?! d=)[^>])*)/>")
"""A space among letters that are drawn; the format wants it to have an outline."""

SIMULATED = (
    "The real recordings were not available when this copy was made: all results in it come from "
    "simulated EEG."
)


def prepare(book: Book) -> None:
    """Put all parts on paper."""
    for part in book.parts:
        put_on_paper(part, book)
    mend_links(book)


def title_page(book: Book) -> str:
    """Return the title page, as XHTML."""
    of = [f"Version {book.version}", book.date[:10]]
    if book.commit:
        commit, *dirty = book.commit.split("-")
        of.append("-".join([f"commit {commit[:12]}", *dirty]))
    lines = [
        f"<h1>{escape(book.title)}</h1>",
        '<p class="subtitle">A lab book</p>',
        f"<p>{escape(', '.join(of))}</p>",
        f'<p class="warning">{SIMULATED}</p>' if book.simulated else "",
        '<p class="about">Every figure was computed and nearly every network trained when the '
        "book was built. A mark, ✓, follows sentences that were checked on what was measured. "
        "The site of the book has more: sliders and other figures that can be worked, the code "
        "that draws the figures, notebooks, and the pages of the package.</p>",
        '<p class="about">Text and code are under the BSD 3-Clause licence, the font of equations '
        "is under the SIL Open Font License; the recordings have terms of their own.</p>",
    ]
    return '<section class="title-page">' + "".join(lines) + "</section>"


def contents(book: Book, link) -> str:
    """Return the contents as nested lists, in XHTML; `link` makes an entry of mark and title."""

    def entry(part: Part, labs: list[Part]) -> str:
        below = [f"<li>{link(mark, title)}</li>" for mark, title in part.sections()]
        for lab in labs:
            below.append(f'<li class="lab">{link(lab.slug, lab.title)}</li>')
        inside = f"<ol>{''.join(below)}</ol>" if below and not part.page.endswith("/index") else ""
        return f"<li>{link(part.slug, part.title)}{inside}</li>"

    entries, parts = [], book.parts
    for place, part in enumerate(parts):
        if part.depth == 0:
            labs = []
            for after in parts[place + 1 :]:
                if after.depth == 0:
                    break
                labs.append(after)
            entries.append(entry(part, labs))
    return f"<ol>{''.join(entries)}</ol>"


def files(book: Book) -> dict[str, bytes]:
    """Return style, font and pictures, in light, by the names that parts have for them."""
    found = {"style.css": style(book).encode()}
    found["mathematics.woff"] = (book.site / "_static/fonts/mathematics.woff").read_bytes()
    for image in sorted(book.images):
        content = (book.site / image).read_bytes()
        if image.endswith(".svg"):
            svg = content.decode().replace(STYLE, LIGHT)
            svg = re.sub(r"<!DOCTYPE.*?>\s*", "", svg, flags=re.DOTALL)
            content = LETTERLESS.sub(r'<path d="M0 0"\1/>', svg).encode()
        found[f"images/{image.rpartition('/')[2]}"] = content
    return found


def style(book: Book) -> str:
    """Return the style, with the site's light colours of code."""
    start = 'html[data-theme="light"] '
    lines = (book.site / "_static/pygments.css").read_text("utf-8").splitlines()
    code = [line.removeprefix(start) for line in lines if line.startswith(f"{start}.highlight .")]
    return (HERE / "style.css").read_text("utf-8") + "\n".join(code) + "\n"
