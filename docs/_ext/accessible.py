"""What axe finds in pages that others' tools write.

Each change is made in the finished HTML, where their settings have no say in it.
"""

import re
from html import escape, unescape


def mend(body: str) -> str:
    """Return a page's content, mended."""
    # pandas: a corner without a name is no header
    body = re.sub(r"<th\b([^>]*)>(?:\s|&nbsp;)*</th>", r"<td\1></td>", body)
    # docutils: the items of a list of references, in a role that is out of use
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')
    # sphinx-gallery: under this name the theme lets the keyboard scroll a wide table
    return body.replace(
        'class="output_subarea ', 'class="output_subarea pst-scrollable-table-container '
    )


def name_toggles(navigation: str) -> str:
    """Return the theme's side bar with a name for each button that shows what is below a page."""

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
