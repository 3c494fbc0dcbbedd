"""``feed.xml``: an entry for each released version, with what the changelog says of it (Atom)."""

import html
import re
from pathlib import Path
from xml.etree import ElementTree

TITLE = "Recurrent networks for healthcare"


def write_feed(target: Path, released: list[dict], changelog: Path, address: str) -> None:
    """Write the feed.

    Parameters
    ----------
    target : Path
        The file to write.
    released : list of dict
        From `read_list`, newest first.
    changelog : Path
    address : str
        Of the site.
    """
    text = changelog.read_text("utf-8")
    feed = ElementTree.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    add = ElementTree.SubElement
    add(feed, "title").text = TITLE
    add(feed, "id").text = f"{address}/"
    add(feed, "link", rel="self", href=f"{address}/feed.xml")
    add(add(feed, "author"), "name").text = "The lab book's authors"
    # Atom asks for a date, and a site without a release has none
    add(feed, "updated").text = moment(released[0]["date"] if released else "1970-01-01")
    for version in released:
        entry = add(feed, "entry")
        add(entry, "title").text = f"Version {version['name']}"
        add(entry, "id").text = f"{address}/{version['url']}"
        add(entry, "link", href=f"{address}/{version['url']}index.html")
        add(entry, "updated").text = moment(version["date"])
        add(entry, "content", type="html").text = to_html(changes_of(text, version["version"]))
    ElementTree.indent(feed)
    ElementTree.ElementTree(feed).write(target, encoding="utf-8", xml_declaration=True)


def moment(date: str) -> str:
    return f"{date}T00:00:00Z"


def changes_of(changelog: str, version: str) -> list[str]:
    """Return what the changelog says of a version, point by point."""
    section = re.compile(rf"^## {re.escape(version)} [^\n]*\n(.*?)(?=^## |\Z)", re.M | re.S)
    found = section.search(changelog)
    points = re.split(r"^- ", found[1], flags=re.M)[1:] if found else []
    return [" ".join(point.split()) for point in points]


def to_html(points: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{html.escape(point)}</li>" for point in points) + "</ul>"
