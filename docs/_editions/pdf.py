"""The book as PDF, printed by Chromium from one page that has all of it.

It is printed twice: where a chapter begins is known only then, and browsers cannot yet write the
number of a page into the contents by themselves.
"""

from __future__ import annotations

import os
import re
import shutil
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from _editions import binding
from _editions.book import Book, EditionError, Part

NAMES = ("chromium", "chromium-browser", "google-chrome")
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="style.css"><link rel="stylesheet" href="paper.css">
<style>{heads}</style></head>
<body>{body}</body></html>
"""
OBJECT = re.compile(rb"^(\d+) 0 obj\n(<<.*?)^endobj", re.MULTILINE | re.DOTALL)
PLACE = re.compile(rb"/([\w.#-]+) \[(\d+) 0 R /XYZ")


def write(book: Book, target: Path) -> None:
    """Write the book."""
    from playwright.sync_api import sync_playwright  # late: tests look at the page without it

    path = os.environ.get("LAB_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise EditionError(
            "no Chromium here to print the PDF: apt-get install chromium, or set LAB_CHROMIUM to "
            "its path"
        )
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        for name, content in binding.files(book).items():
            file = Path(folder, name)
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
        shutil.copy(binding.HERE / "paper.css", folder)
        page = Path(folder, "book.html")
        browser = playwright.chromium.launch(executable_path=path)
        tab = browser.new_page(color_scheme="light", offline=True, java_script_enabled=False)

        how = {"prefer_css_page_size": True, "print_background": True}
        how |= {"outline": True, "tagged": True}

        def print_it(numbers: dict[str, int]) -> bytes:
            page.write_text(one_page(book, numbers), "utf-8")
            tab.goto(page.as_uri())
            return tab.pdf(**how)

        numbers = page_numbers(print_it({}))
        if missing := [part.slug for part in book.parts if part.slug not in numbers]:
            raise EditionError(f"the PDF does not say on which page {', '.join(missing)} begins")
        printed = print_it(numbers)
        browser.close()
    target.write_bytes(with_date(printed, book.date))


def one_page(book: Book, numbers: dict[str, int]) -> str:
    """Return the whole book as one page, with the numbers of its pages in the contents."""

    def link(mark: str, title: str) -> str:
        number = numbers.get(mark, "000")
        return f'<a href="#{mark}"><span>{escape(title)}</span><span>{number}</span></a>'

    contents = binding.contents(book, link)
    parts = "".join(f'<div class="part {part.slug}">{part.article}</div>' for part in book.parts)
    return PAGE.format(
        title=escape(book.title),
        heads="".join(map(head, book.parts)),
        body=f"{binding.title_page(book)}<nav><h1>Contents</h1>{contents}</nav>{parts}",
    )


def head(part: Part) -> str:
    """Return the rule that writes a part's title at the head of its pages."""
    title = re.sub(r'["\\<\n]', "", part.title)
    rule = f'@page {part.slug} {{@top-right {{content: "{title}"}}}}'
    return f"{rule} .{part.slug} {{page: {part.slug}}}\n"


def page_numbers(pdf: bytes) -> dict[str, int]:
    """Return on which page each place stands that a link leads to."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    root = next(body for body in objects.values() if b"/Type /Catalog" in body)

    def pages(number: int) -> list[int]:
        kids = re.search(rb"/Kids \[([^]]*)\]", objects[number])
        if kids is None:
            return [number]
        below = re.findall(rb"(\d+) 0 R", kids[1])
        return [page for kid in below for page in pages(int(kid))]

    order = pages(int(re.search(rb"/Pages (\d+) 0 R", root)[1]))
    place = {page: number for number, page in enumerate(order, 1)}
    found = {}
    for body in objects.values():
        for name, page in PLACE.findall(body):
            name = re.sub(r"#([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), name.decode())
            found[name] = place[int(page)]
    return found


def with_date(pdf: bytes, date: str) -> bytes:
    """Return the same file with the date of the book in place of that of its printing."""
    digits = re.sub(r"\D", "", date)[:14].ljust(14, "0").encode()
    return re.sub(rb"(?<=Date \(D:)\d{14}", digits, pdf)
