"""Wide tables that become cards on a phone: one a row, with the column's heading before each value.

Here the tables are chosen that would be cut or crushed there, and each cell learns its heading;
``_static/narrow.css`` does the rest. Tables of short numbers stay as they are, and scroll.

In all tables a value and its interval, as in "85.3% (80.9 to 89.0)", stay whole, on a line each.
"""

import re

from bs4 import BeautifulSoup

TABLE = re.compile(r"<table\b(?:(?!<table\b).)*?</table>", re.DOTALL)
EQUATION = re.compile("<math.*?</math>", re.DOTALL)

SCORE = r"[+\-−]?\d[\d.]*%?"
INTERVAL = re.compile(
    rf"(?<=>)(?P<value>{SCORE}(?: points)?) (?P<interval>\({SCORE} to {SCORE}\))(?=<)"
)

ROOM = 328
"""Pixels for a table on a phone that is 360 wide."""

LETTER, PADDING = 7.5, 13
"""Pixels of a letter, and around a cell."""

NUMBER = 9
"""Characters that a number has at most."""

PROSE, FORMULA = 60, 12
"""Characters of a value that needs a line of its own, below its heading: text, and an equation."""


def text_of(cell):
    """Return the text of a cell; an equation is one word, which does not break."""
    html = EQUATION.sub(lambda found: re.sub("<[^>]*>", "", found[0]), str(cell))
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def rows_of(table):
    """Return the headings and the rows of a table, of cells; none if some span others."""
    head, body = table.find("thead"), table.find("tbody")
    if not head or not body or table.select("[rowspan], [colspan]"):
        return [], []
    headings, *more = [row.find_all(["th", "td"]) for row in head.find_all("tr")]
    rows = [row.find_all(["th", "td"]) for row in body.find_all("tr")]
    if more or {len(row) for row in rows} != {len(headings)}:
        return [], []
    return headings, rows


def is_grid(texts):
    """Say whether a table holds short numbers alone, which are read across and down."""
    return all(len(text) <= NUMBER for row in texts for text in row[1:])


def is_crushed(texts, breaks):
    """Say whether a table is wider than a phone, or has long texts in narrow columns."""
    longest = [
        max(len(word) for text in column for word in (text.split(" ") if breaks else [text]))
        for column in zip(*texts, strict=True)
    ]
    is_wide = sum(longest) * LETTER + len(longest) * PADDING > ROOM
    has_prose = any(sum(map(len, row)) > 2 * PROSE for row in texts)
    return is_wide or (len(longest) > 2 and has_prose)


def needs_a_line(cell):
    return len(text_of(cell)) > (FORMULA if cell.find("math") else PROSE)


def as_cards(html: str) -> str:
    """Return a table of HTML, prepared to be shown as cards if it needs that."""
    soup = BeautifulSoup(html, "html.parser")
    table = soup.table
    headings, rows = rows_of(table)
    texts = [[text_of(cell) for cell in row] for row in [headings, *rows]]
    breaks = "dataframe" not in table.get("class", [])  # lines do not, in tables of pandas
    if not rows or is_grid(texts) or not is_crushed(texts, breaks):
        return html
    prose = [any(map(needs_a_line, column)) for column in zip(*rows, strict=True)]
    table["class"] = [*table.get("class", []), "cards"]
    # as blocks, its parts are no table any more for a screen reader, unless they say so
    if not table.find("caption"):  # whose link axe takes for a row that is none
        table["role"] = "table"
    for part in table.find_all(["thead", "tbody"]):
        part["role"] = "rowgroup"
    for row in table.find_all("tr"):
        row["role"] = "row"
    for heading, text in zip(headings, texts[0], strict=True):
        heading["role"] = "columnheader" if text else "cell"  # an empty corner heads nothing
    for row in rows:
        row[0]["role"] = "rowheader" if row[0].name == "th" else "cell"
        for cell, heading, is_prose in list(zip(row, texts[0], prose, strict=True))[1:]:
            cell["role"], cell["data-label"] = "cell", heading
            if is_prose:
                cell["class"] = [*cell.get("class", []), "prose"]
            inside = soup.new_tag("div")
            for part in list(cell.contents):
                inside.append(part.extract())
            cell.append(inside)
    return str(table)


def with_whole_intervals(html: str) -> str:
    """Return a table of HTML in which a value and its interval are a part of their cell each."""
    parts = r'<span class="value">\g<value></span> <span class="interval">\g<interval></span>'
    return INTERVAL.sub(parts, html)


def prepared(table):
    return as_cards(with_whole_intervals(table[0]))


def prepare_tables(app, pagename, templatename, context, doctree):
    if app.builder.name == "html" and "body" in context and doctree is not None:
        context["body"] = TABLE.sub(prepared, context["body"])


def setup(app):
    app.connect("html-page-context", prepare_tables, priority=910)  # after _ext.accessible
    return {"parallel_read_safe": True, "parallel_write_safe": True}
