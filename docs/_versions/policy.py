"""What a page may load and run, said in the page itself: its Content-Security-Policy.

A page may use files of the site, and the scripts and styles that stood in it when it was written,
each known by its hash; nothing from elsewhere, and nothing that got into it in another way.

It needs nothing but Python, as the pages that all versions share are written where little is
installed.
"""

import base64
import hashlib
import re
from html.parser import HTMLParser

SITE = "'self' file:"
"""The site's own files. In a plain folder Firefox takes a form's target for ``'self'`` only with
``file:``; on a server that allows nothing, as browsers let no served page load local files."""

MARK = '<meta http-equiv="Content-Security-Policy"'
WRITTEN = re.compile(rf'\n{MARK} content="[^"]*" ?/?>')
PLACE = re.compile(r"<head>(\s*<meta charset=[^>]*>)?")
"""A policy holds for what comes after it, so it stands first."""

DATA = {"application/json", "application/ld+json"}
"""Types of ``<script>`` that browsers do not run."""

ADDRESSES = {"action", "formaction", "href", "src", "xlink:href"}


class Inline(HTMLParser):
    """What stands in a page: scripts, styles, and what a policy would forbid."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts, self.styles, self.attributes = [], [], []
        self.forbidden = []
        self._into = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if tag == "style" or (tag == "script" and is_run(named)):
            self._into = self.styles if tag == "style" else self.scripts
            self._into.append("")
        if named.get("style"):
            self.attributes.append(named["style"])
        for name, value in attributes:
            address = (value or "").strip().lower()
            is_script = name in ADDRESSES and address.startswith("javascript:")
            if is_script or re.fullmatch("on[a-z]+", name):
                self.forbidden.append(f'<{tag} {name}="{value}">')

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self._into = None

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self._into = None

    def handle_data(self, data):
        if self._into is not None:
            self._into[-1] += data


def is_run(script: dict[str, str | None]) -> bool:
    """Whether a ``<script>`` with such attributes has code in it that a browser runs."""
    return "src" not in script and script.get("type") not in DATA


def hashes(texts: list[str]) -> str:
    """Return what allows each of some texts, as sources of a policy."""
    lines = {re.sub("\r\n?", "\n", text) for text in texts}  # as browsers read them
    digests = (hashlib.sha256(text.encode()).digest() for text in lines)
    return "".join(sorted(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in digests))


def policy_of(inline: Inline) -> str:
    """Return the policy of a page in which this stands."""
    # Style attributes come from drawings (Matplotlib), tables (docutils, pandas) and equations with
    # several columns (math-core). None of these tools can do without.
    attributes = hashes(inline.attributes)
    parts = {
        "default-src": "'none'",
        "script-src": SITE + hashes(inline.scripts),
        "style-src": SITE + hashes(inline.styles),
        "style-src-attr": f"'unsafe-hashes'{attributes}" if attributes else "'none'",
        "img-src": f"{SITE} data:",  # the theme's style sheet has signs as data
        "font-src": SITE,
        "form-action": SITE,
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in parts.items())


def with_policy(page: str, inline: Inline | None = None) -> str:
    """Return a page with its policy, in place of an earlier one.

    Parameters
    ----------
    page : str
    inline : Inline, optional
        What stands in the page, if that is known already.

    Raises
    ------
    ValueError
        If the page has no head.
    """
    page = WRITTEN.sub("", page, count=1)
    tag = f'\n{MARK} content="{policy_of(inline or Inline(page))}">'
    page, found = PLACE.subn(lambda head: head[0] + tag, page, count=1)
    if not found:
        raise ValueError("a page without <head> can have no policy")
    return page
