"""The pages of a built site that make the book, in reading order."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from _ext import lab_order
from bs4 import BeautifulSoup, Tag

TO_LOOK_UP = ("chapters/results", "chapters/glossary", "chapters/notation", "references")
SLUG = re.compile(r"[^\w-]+")


class EditionError(Exception):
    """A message to the user in one line: what is wrong, and what to do."""


@dataclass
class Part:
    """A chapter, a lab, or another page of the book.

    Parameters
    ----------
    page : str
        Its page in the site, such as ``chapters/recurrence``.
    article : Tag
        What stands in it.
    depth : int
        1 for a lab, which follows a chapter, and 0 for the others.
    """

    page: str
    article: Tag
    depth: int = 0

    @property
    def slug(self) -> str:
        """What its marks begin with; the name of its file in the EPUB."""
        return SLUG.sub("-", self.page)

    @property
    def title(self) -> str:
        return self.article.find("h1").get_text().strip()

    def sections(self) -> list[tuple[str, str]]:
        """Return the mark and the title of each of its sections."""
        found = []
        for heading in self.article.find_all("h2"):
            if heading.parent.name == "section" and heading.parent.get("id"):
                found.append((heading.parent["id"], heading.get_text().strip()))
        return found


@dataclass
class Book:
    """What both editions are made from."""

    site: Path
    title: str
    parts: list[Part]
    version: str
    date: str
    commit: str | None
    simulated: bool
    address: str | None = None
    """Where this version of the site will be found, with a slash at its end, if that is known."""

    images: set[str] = field(default_factory=set)
    """Those that the parts show, by their paths in the site."""

    def mark(self, page: str, anchor: str = "") -> str:
        """Return the mark of a place; no other page has the same, and XML allows it."""
        slug = SLUG.sub("-", page)
        return f"{slug}.{SLUG.sub('-', anchor)}" if anchor else slug


def pages() -> list[tuple[str, int]]:
    """Return the pages of the book in reading order, and how deep each stands."""
    found = [("chapters/index", 0)]
    for chapter, labs in lab_order.path().items():
        found += [(f"chapters/{chapter}", 0), *((f"labs/{lab}", 1) for lab in labs)]
    return found + [(page, 0) for page in TO_LOOK_UP]


def read(site: Path, address: str | None = None) -> Book:
    """Read the pages of the book from a built site."""
    try:
        record = json.loads((site / "record.json").read_text("utf-8"))
        soups = {
            page: BeautifulSoup((site / f"{page}.html").read_text("utf-8"), "html.parser")
            for page, _ in pages()
        }
    except FileNotFoundError as error:
        raise EditionError(
            f"{error.filename} is missing. Build the site first: python -m nox -s docs"
        ) from None
    parts = [Part(page, soups[page].find("article"), depth) for page, depth in pages()]
    return Book(
        site,
        title=soups["chapters/index"].find("meta", property="og:site_name")["content"],
        parts=parts,
        version=record["version"],
        date=record["date"] or "1980-01-01",
        commit=record["commit"],
        simulated=record["data"]["source"] == "simulated",
        address=address,
    )


def place_of(page: str, href: str) -> tuple[str, str] | None:
    """Return to which file of the site a link of a page leads, and to which anchor in it.

    Return None where it leads elsewhere.
    """
    parts = urlsplit(href)
    if parts.scheme or parts.netloc:
        return None
    path = unquote(parts.path)
    file = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else ""
    return file or f"{page}.html", unquote(parts.fragment)
