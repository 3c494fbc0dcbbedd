"""The book as EPUB 3: a zip file of pages in XHTML, which knows equations and drawings."""

from __future__ import annotations

import re
import uuid
from html import escape
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from _editions import binding
from _editions.book import Book

DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can have: the same in every build
TYPES = {
    **{"xhtml": "application/xhtml+xml", "css": "text/css", "woff": "font/woff"},
    **{"svg": "image/svg+xml", "png": "image/png"},
}
PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" 
lang="en" xml:lang="en">
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>
<body>{body}</body>
</html>
"""
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles>
<rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{identifier}</dc:identifier>
<dc:title>{title}</dc:title>
<dc:language>en</dc:language>
<dc:creator>The lab book’s authors</dc:creator>
<dc:rights>BSD 3-Clause</dc:rights>
<dc:date>{date}</dc:date>
<meta property="dcterms:modified">{modified}</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityHazard">none</meta>
</metadata>
<manifest>
{manifest}
</manifest>
<spine>
{spine}
</spine>
</package>
"""


def write(book: Book, target: Path) -> None:
    """Write the book; the same book gives the same file."""
    pages = {"title.xhtml": (book.title, binding.title_page(book))}
    contents = binding.contents(book, lambda mark, title: link(book, mark, title))
    nav = f'<nav epub:type="toc" role="doc-toc"><h1>Contents</h1>{contents}</nav>'
    pages["contents.xhtml"] = ("Contents", nav)
    for part in book.parts:
        pages[f"{part.slug}.xhtml"] = (part.title, lead_to_files(book, str(part.article)))
    written = {
        name: PAGE.format(title=escape(title), body=body).encode()
        for name, (title, body) in pages.items()
    }
    items = written | binding.files(book)
    moment = book.date[:19] + "Z" if "T" in book.date else f"{book.date[:10]}T00:00:00Z"
    package = PACKAGE.format(
        identifier=uuid.uuid5(uuid.NAMESPACE_OID, f"{book.title} {book.version}"),
        title=escape(book.title),
        date=book.date[:10],
        modified=moment,
        manifest="\n".join(item(name, content) for name, content in items.items()),
        spine="\n".join(f'<itemref idref="{mark(name)}"/>' for name in pages),
    )
    inside = {"META-INF/container.xml": CONTAINER.encode(), "book/package.opf": package.encode()}
    inside |= {f"book/{name}": content for name, content in items.items()}
    with ZipFile(target, "w") as packed:
        packed.writestr(entry("mimetype"), b"application/epub+zip", ZIP_STORED)  # the first
        for name, content in inside.items():
            packed.writestr(entry(name), content, ZIP_DEFLATED)


def entry(name: str) -> ZipInfo:
    info = ZipInfo(name, DATE)
    info.external_attr = 0o644 << 16  # who may read it
    return info


def mark(name: str) -> str:
    """Return a file's mark in the list of files."""
    return "file-" + re.sub(r"[^\w-]", "-", name)


def item(name: str, content: bytes) -> str:
    """Return a file's line in the list of files."""
    kinds = []
    if name == "contents.xhtml":
        kinds.append("nav")
    if name.endswith(".xhtml"):
        kinds += [kind for kind, tag in (("mathml", b"<math"), ("svg", b"<svg")) if tag in content]
    properties = f' properties="{" ".join(kinds)}"' if kinds else ""
    type_of = TYPES[name.rpartition(".")[2]]
    return f'<item id="{mark(name)}" href="{name}" media-type="{type_of}"{properties}/>'


def file_of(place: str) -> str:
    """Return where a mark stands: each begins with that of its page."""
    page, point, _ = place.partition(".")
    return f"{page}.xhtml#{place}" if point else f"{page}.xhtml"


def link(book: Book, place: str, title: str) -> str:
    return f'<a href="{file_of(place)}">{escape(title)}</a>'


def lead_to_files(book: Book, page: str) -> str:
    """Have the links of a page lead to the files of the EPUB."""
    return re.sub(r'(<a [^>]*?href=")#([^"]*)"', lambda m: f'{m[1]}{file_of(m[2])}"', page)
