"""Mends what axe, an accessibility checker, finds wrong in pages that other tools write.

Each change is made in the finished HTML, as their settings do not allow it.
"""

import re
from html import escape, unescape


def mend(body: str) -> str:
    """Return a page's content, mended."""
    # pandas: an empty corner is not a header
    body = re.sub(r"<th\b([^>]*)>(?:\s|&nbsp;)*</th>", r"<td\1></td>", body)
    # docutils: the items of a list of references have a role that is deprecated
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')
    # sphinx-gallery: under this name the theme lets the keyboard scroll a wide table
    return body.replace(
        'class="output_subarea ', 'class="output_subarea pst-scrollable-table-container '
    )


def name_toggles(navigation: str) -> str:
    """Return the theme's side bar with a name for each button that shows the pages below a page."""

    def name(match):
        title = unescape(re.sub("<[^>]+>", "", match["title"]))
        return f'{match[0]} aria-label="{escape(f"Pages of {title}")}"'

    return re.sub(r"<a [^>]*>(?P<title>(?:(?!</a>).)*)</a><details[^>]*><summary", name, navigation)


def make_accessible(app, pagename, templatename, context, doctree):
    if "body" in context:
        context["body"] = mend(context["body"])
    if "generate_toctree_html" in context:
        generate = context["generate_toctree_html"]

        def named(*kind, **settings):
            return name_toggles(str(generate(*kind, **settings)))

        context["generate_toctree_html"] = named


def setup(app):
    app.connect("html-page-context", make_accessible, priority=900)  # after the theme
    return {"parallel_read_safe": True, "parallel_write_safe": True}
