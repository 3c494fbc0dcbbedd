"""New elements of a page."""

from __future__ import annotations

from bs4 import Tag


def element(name: str, *content: str | Tag, **attributes: str) -> Tag:
    """Return an element with text and elements in it."""
    tag = Tag(name=name, attrs=attributes)
    tag.extend(content)
    return tag
