"""Make of a page what needs no screen: no controls, nothing folded, links within the book."""

from __future__ import annotations

import re

from bs4 import Tag

from _editions import book as book_of
from _editions import tables
from _editions.book import Book, Part
from _editions.frames import show_frames

DEAD = (
    *("script", "style", "button", "input", "select", "textarea", "nav", "iframe", "canvas"),
    *("[hidden]", ".headerlink", ".copybtn", ".reading-time", ".toctree-wrapper"),
    *(".sphx-glr-footer", ".sphx-glr-download-link-note", ".sphx-glr-timing"),
    *(".sphx-glr-signature", "p.sphx-glr-script-out", "details.hide"),
)
"""What only a screen needs. Code that pages fold away draws their figures; it is in the notebooks,
of which the title page tells."""

CAMEL = {
    name.lower(): name
    for name in (
        *("viewBox", "clipPath", "clipPathUnits", "preserveAspectRatio", "linearGradient"),
        *("radialGradient", "gradientUnits", "gradientTransform", "patternUnits", "textPath"),
        *("patternTransform", "patternContentUnits", "spreadMethod", "markerWidth", "refX", "refY"),
        *("markerHeight", "markerUnits", "textLength", "lengthAdjust", "pathLength"),
    )
}
"""Names in pictures that have capitals, which Python's parser of HTML makes small."""

OUTDATED = ("border", "align", "valign")
"""Attributes that today's HTML has no more."""

OF_STYLE = ("displaystyle", "scriptlevel")
"""What each part of an equation may have in browsers, and only ``mstyle`` in an EPUB."""


def put_on_paper(part: Part, book: Book) -> None:
    """Change a part in place."""
    article = part.article
    for script_free in article.find_all("noscript"):
        script_free.unwrap()
    for figure in article.select("figure[data-frames]"):
        show_frames(figure)
    for dead in article.select(", ".join(DEAD)):
        dead.decompose()
    move_solutions(part)
    unfold(article)
    name_places(part, book)
    for image in article.find_all("img"):
        show_image(image, part, book)
    tables.arrange(article)
    write_for_xml(article)


def move_solutions(part: Part) -> None:
    """Put the solutions at the end of the chapter, and link each from its exercise."""
    solutions = part.article.select("details.solution")
    if not solutions:
        return
    new = Tag(name="section", attrs={"id": "all-solutions", "class": "solutions"})
    new.append(element("h2", "Solutions"))
    for solution in solutions:
        title = solution.find("summary").extract().get_text().strip()
        inside = solution.find("div")
        inside.name = "section"
        inside.insert(0, element("h3", title))
        number = title.rpartition(" ")[2]
        for exercise in part.article.select("div.exercise"):
            name = exercise.find(class_="admonition-title").get_text()
            linked = exercise.find("a", href=f"#{inside.get('id')}")
            if re.match(rf"Exercise {number}\b", name) and not linked:
                link = element("a", "Solution", href=f"#{inside['id']}", **{"class": "to-solution"})
                exercise.append(element("p", link))
        new.append(inside.extract())
        solution.decompose()
    part.article.find("h1").parent.append(new)


def unfold(article: Tag) -> None:
    for details in article.find_all("details"):
        details.name = "div"
        details.attrs = {"class": "unfolded"}
        if summary := details.find("summary"):
            summary.name = "p"
            summary.attrs = {"class": "unfolded-title"}


def name_places(part: Part, book: Book) -> None:
    """Give every place a mark that no other page has, and have links lead to them."""
    article = part.article
    for place in article.find_all(id=True):
        place["id"] = book.mark(part.page, place["id"])
    for using in article.find_all(lambda tag: tag.find_parent("svg") is not None):
        for key, value in using.attrs.items():
            if isinstance(value, str):
                value = re.sub(
                    r"url\(#([^)]*)\)", lambda m: f"url(#{book.mark(part.page, m[1])})", value
                )
                if key in ("href", "xlink:href") and value.startswith("#"):
                    value = "#" + book.mark(part.page, value[1:])
                using[key] = value
    for owner in article.find_all(["label", "output"]):
        owner.name = "span"
        owner.attrs.pop("for", None)
    for key in ("aria-labelledby", "aria-describedby", "aria-controls"):
        for owner in article.find_all(attrs={key: True}):
            owner[key] = book.mark(part.page, owner[key])
    article["id"] = part.slug
    for link in article.find_all("a"):
        lead(link, part, book)


def lead(link: Tag, part: Part, book: Book) -> None:
    """Have a link lead to its place in the book, or to the site, or be words."""
    link.attrs.pop("download", None)
    link.attrs.pop("title", None)
    if "href" not in link.attrs:
        return
    to = book_of.place_of(part.page, link["href"])
    if to is None:
        return
    file, anchor = to
    page = file.removesuffix(".html")
    if page in {one.page for one in book.parts}:
        link["href"] = "#" + book.mark(page, anchor)
    elif book.address:
        link["href"] = book.address + file + (f"#{anchor}" if anchor else "")
        link["class"] = "external"
    else:
        link.name = "span"
        link.attrs = {}


def mend_links(book: Book) -> None:
    """Have a link whose place is not in the book, such as folded code, lead to its page."""
    places = {tag["id"] for part in book.parts for tag in part.article.find_all(id=True)}
    places |= {part.slug for part in book.parts}
    for part in book.parts:
        for link in part.article.find_all("a", href=re.compile("^#")):
            if link["href"][1:] not in places:
                link["href"] = link["href"].partition(".")[0]


def show_image(image: Tag, part: Part, book: Book) -> None:
    file, _ = book_of.place_of(part.page, image["src"])
    book.images.add(file)
    image["src"] = "images/" + file.rpartition("/")[2]
    image.attrs = {key: image[key] for key in ("src", "alt") if key in image.attrs}
    link = image.parent
    if link.name == "a":
        link.unwrap()


def write_for_xml(article: Tag) -> None:
    """Write as XML demands what HTML forgives."""
    for math in article.find_all("math"):
        math["xmlns"] = "http://www.w3.org/1998/Math/MathML"
        for styled in math.find_all(is_styled):
            style = {key: styled.attrs.pop(key) for key in OF_STYLE if key in styled.attrs}
            styled.wrap(element("mstyle", **style))
    for svg in article.find_all("svg"):
        svg["xmlns"] = "http://www.w3.org/2000/svg"
        for inside in [svg, *svg.find_all(True)]:
            inside.name = CAMEL.get(inside.name, inside.name)
            if inside.name == "path":  # a space among letters that are drawn has no outline
                inside.attrs.setdefault("d", "M0 0")
            inside.attrs = {CAMEL.get(key, key): value for key, value in inside.attrs.items()}
    for tag in article.find_all(True):
        if tag.find_parent(["svg", "math"]) is None:
            for key in OUTDATED:
                tag.attrs.pop(key, None)


def is_styled(tag: Tag) -> bool:
    """Whether a part of an equation has a style of its own."""
    return tag.name not in ("math", "mstyle") and not set(OF_STYLE).isdisjoint(tag.attrs)


def element(name: str, *content: str | Tag, **attributes: str) -> Tag:
    tag = Tag(name=name, attrs=attributes)
    for part in content:
        tag.append(part)
    return tag
