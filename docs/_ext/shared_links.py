"""A title, a description and a picture for a link to a page, as search engines and chats show it.

The description of a page is its first paragraph. The picture needs an absolute address, so it is
named only if the site's is known. sphinxext-opengraph would do most of it, but imports
matplotlib.pyplot in every build, and takes the box at a page's head for its first paragraph.
"""

import html
import textwrap

from _versions.released import version_address
from docutils import nodes

from _ext.shared_picture import ALT, NAME, SIZE

LENGTH = 200
"""Characters of a description: few places show more."""


def first_paragraph(doctree):
    """Return the text of the first paragraph that stands in no box, list or table."""
    for section in doctree.findall(nodes.section):
        for part in section.children:
            if isinstance(part, nodes.paragraph) and "reading-time" not in part["classes"]:
                words = (w for w in part.findall(nodes.Text) if not isinstance(w.parent, nodes.raw))
                return textwrap.shorten("".join(words), LENGTH, placeholder=" …")
    return None


def title_of(doctree):
    """Return the title of a page; a lab has a box with a title of its own before it."""
    section = doctree.next_node(nodes.section)
    return section and section.next_node(nodes.title).astext()


def tags_of(site, title, description, address, picture):
    """Return the HTML of the tags; what is None is left out."""
    properties = {
        "og:site_name": site,
        "og:type": "article",
        "og:title": title,
        "og:description": description,
        "og:url": address,
        "og:image": picture,
        "og:image:alt": picture and ALT,
        "og:image:width": picture and str(SIZE[0]),
        "og:image:height": picture and str(SIZE[1]),
    }
    names = {"description": description, "twitter:card": picture and "summary_large_image"}
    return "".join(
        f'\n<meta {kind}="{key}" content="{html.escape(text)}" />'
        for kind, tags in (("property", properties), ("name", names))
        for key, text in tags.items()
        if text
    )


def add_tags(app, page, template, context, doctree):
    if doctree is None:  # the index, the search
        return
    place = version_address(app.config.release)
    context["metatags"] += tags_of(
        site=app.config.project,
        title=title_of(doctree) or page,
        description=first_paragraph(doctree),
        address=context.get("pageurl"),
        picture=place and f"{place}{NAME}",
    )


def setup(app):
    app.connect("html-page-context", add_tags)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
