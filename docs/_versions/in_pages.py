"""What a page says of its version: at its foot, in a canonical link, and in the menu of versions.

Pages are the same in a single build and in ``site/``. There ``_static/site.js``, otherwise empty,
loads the list of versions, which fills the menu.
"""

import html
from pathlib import Path

from sphinx.errors import ConfigError

from _versions.released import ROOT, VersionsError, read_list, site_address

HERE = Path(__file__).parent


def prepare(app, config):
    config.templates_path.append(str(HERE / "templates"))
    config.html_static_path.append(str(HERE / "static"))
    try:
        address = site_address()
        if address:
            in_stable = read_list(ROOT) or "dev" not in config.release
            config.html_baseurl = f"{address}/{'stable' if in_stable else 'dev'}/"
    except VersionsError as error:
        raise ConfigError(str(error)) from None


def link_feed(app, page, template, context, doctree):
    if app.config.html_baseurl and (address := site_address()):
        context["metatags"] = context.get("metatags", "") + (  # the search page has none yet
            '\n<link rel="alternate" type="application/atom+xml" title="Versions of the book"'
            f' href="{html.escape(address)}/feed.xml" />'
        )


def setup(app):
    app.connect("config-inited", prepare, priority=100)
    app.connect("html-page-context", link_feed)
    app.add_js_file("site.js", defer="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
