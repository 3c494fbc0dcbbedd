"""What of a written page can be shown in a preview, and where its links lead.

A preview is a few lines of HTML without links, ids and buttons, so that it can stand in any page.
"""

import posixpath
import re
from copy import copy
from urllib.parse import unquote

from bs4 import BeautifulSoup

ROOT = "{root}"
"""Stands in a preview for the way to the site's root, which differs from page to page."""

ARTICLE = re.compile(r'<article class="bd-article".*</article>', re.DOTALL)
LONG, SHORT = 400, 100
"""Characters after which a preview of an exercise ends, and one of a section."""

NOT_READ = re.compile(r"<(pre|svg)\b.*?</\1>", re.DOTALL)
"""Most of many pages, and no part of a preview."""

N_ROWS = 3
"""Rows that a preview of a table has."""

NOT_SHOWN = ".headerlink, .holds, button, input, script, style, template"
TITLES = {"dt", "h1", "h2", "h3", "h4", "h5", "h6"}
DROPPED = re.compile("id|class|title|role|srcset|tabindex|border|(aria|data)-.*")
"""Attributes that belong to the page; those of equations stay."""


def read(text: str, page: str) -> dict:
    """Return the previews that a page offers, by id, and the links that may have one.

    Parameters
    ----------
    text : str
        The HTML of the page.
    page : str
        Its path from the site's root.
    """
    found = ARTICLE.search(text)
    if not found:
        return {"offers": {}, "links": []}
    article = BeautifulSoup(NOT_READ.sub("", found[0]), "html.parser")
    offers = {}
    for element in article.select("[id]"):
        shown = preview_of(element)
        if shown:
            offers[element["id"]] = compact(shown, page)
    return {"offers": offers, "links": links_of(article, page)}


def links_of(article, page):
    """Return each link as it is written, with the page and the id that it leads to."""
    links = {}
    for link in article.select("a.reference.internal[href*='#']"):
        path, _, name = link["href"].partition("#")
        around = link.find_parent(class_=["toctree-wrapper", "contents"])
        inside = link.find_parent(id=unquote(name)) if not path else None
        if "://" not in path and not around and (inside is None or inside.name == "section"):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
            links[link["href"]] = [target if path else page, unquote(name)]
    return sorted([href, *where] for href, where in links.items())


def preview_of(element):
    """Return the parts of a page that tell what is at an element; none if it is no such place."""
    classes = element.get("class", [])
    if element.name == "span" and not element.get_text(strip=True):  # a label stands before it
        after = element.find_next_sibling()
        if after is None or after.name in ("h1", "h2", "h3", "h4"):
            after = element.parent
        return preview_of(after) if after.name != "span" else []
    if element.name == "dt":
        return of_term(element)
    if "citation" in classes:
        return element.find_all("p", recursive=False)
    if element.name == "div" and "math" in classes:
        return element.find_all("math", recursive=False)
    if element.name == "figure" and "slider" not in classes:
        return of_figure(element)
    if element.name == "table":
        return [first_rows(element)]
    if "exercise" in classes:
        return beginning(element, LONG)
    if element.name == "section":
        return beginning(element, SHORT)
    return []


def of_term(term):
    """Return a term of the glossary, and what it means; a signature of the package is no term."""
    if not term.find_parent("dl", class_="glossary"):
        return []
    means = term.find_next_sibling("dd")
    return [term, *means.find_all(True, recursive=False)] if means else []


def of_figure(figure):
    """Return a picture and its caption, or a caption and the table below it.

    Of a picture that is drawn in the page, as those with sliders are, the caption has to do.
    """
    caption = copy(figure.find("figcaption"))
    for part in caption.find_all(True, recursive=False) if caption else []:
        if part.name != "p":
            part.decompose()
    table = figure.find("table")
    shown = [caption, first_rows(table)] if table else [figure.find("img"), caption]
    return [part for part in shown if part]


def first_rows(table):
    """Return a table without the rows that a small preview has no room for."""
    table = copy(table)
    body = table.find("tbody") or table
    for row in body.find_all("tr", recursive=False)[N_ROWS:]:
        row.decompose()
    return table


def beginning(element, enough):
    """Return the title of a part of the page, and what follows it until there is enough."""
    parts, length = [], 0
    for part in element.find_all(True, recursive=False):
        if part.name in ("section", "details", "dl") or length > enough:
            break
        if part.name in ("div", "aside", "figure", "table") and "math" not in part.get("class", []):
            if len(parts) > 1:
                break
            continue  # a box at a section's head
        if part.name == "span" or "reading-time" in part.get("class", []):
            continue
        length += len(part.get_text()) if parts else 0
        parts.append(part)
    return parts if len(parts) > 1 else []


def compact(parts, page):
    """Return parts of a page as HTML that fits in any page."""
    return "".join(str(cleaned(copy(part), page)) for part in parts)


def cleaned(part, page):
    is_title = part.name in TITLES or "admonition-title" in part.get("class", [])
    for unwanted in part.select(NOT_SHOWN):
        unwanted.decompose()
    for wrapped in part.select("a, span"):
        wrapped.unwrap()
    for element in [part, *part.find_all(True)]:
        if "src" in element.attrs:
            path = posixpath.join(posixpath.dirname(page), element["src"])
            element["src"] = f"{ROOT}{posixpath.normpath(path)}"
        for key in filter(DROPPED.fullmatch, list(element.attrs)):
            del element[key]
        if element.name == "img":
            element["alt"] = ""  # the caption is read, and the link leads to the whole
    if is_title:
        part.name, part["class"] = "p", "preview-title"
    elif part.name == "figcaption":  # which stands in figures alone
        part.name = "div"
    return part
