"""Tables on paper: words on the left and numbers on the right, short ones on one page."""

from __future__ import annotations

import re

from bs4 import Tag

SHORT = 16
"""Lines or rows that no end of a page should cut."""

ONE_LINE = 24
"""Letters of a number with its interval, which should not be broken into lines."""

NUMBER = re.compile(r"^[+\-−–]?\d")


def mark_short(article: Tag) -> None:
    """Mark code and tables that no end of a page should cut."""
    for code in article.find_all("pre"):
        if code.get_text().strip().count("\n") < SHORT:
            code["class"] = "short"
    for table in article.find_all("table"):
        if len(table.find_all("tr")) <= SHORT:
            table["class"] = [*table.get("class", []), "short"]


def align(table: Tag) -> None:
    """Mark the cells of columns of words, and the numbers that stay on one line."""
    rows = [row.find_all(["th", "td"]) for row in table.find_all("tr")]
    for column in range(max(map(len, rows), default=0)):
        cells = [row[column] for row in rows if column < len(row)]
        below = [cell.get_text().strip() for cell in cells[1:]]
        words = [text for text in below if text and not NUMBER.match(text)]
        for cell in cells:
            text = cell.get_text().strip()
            if len(words) > len(below) / 2:
                cell["class"] = [*cell.get("class", []), "words"]
            elif NUMBER.match(text) and len(text) <= ONE_LINE:
                cell["class"] = [*cell.get("class", []), "number"]


def arrange(article: Tag) -> None:
    """Arrange all tables of a page."""
    mark_short(article)
    for table in article.select("table.dataframe"):
        align(table)
