"""Small previews of what a link leads to: a definition, a reference, an equation, a figure.

A browser may not fetch anything in a plain folder, so each page has at its end, unseen, what its
links need, each once. They are put in when all pages are written, from the written pages, which
works for each kind of page, and for a page that is not written again when what it refers to has
changed. ``_static/previews.js`` shows them. Without a script, a link is a link.
"""

import json
import re
import zlib
from html import escape
from pathlib import Path

from _versions.policy import with_policy

from _ext.previewed import ROOT, read

BEGIN, END = "<!-- previews -->", "<!-- end of previews -->"
WRITTEN = re.compile(f"\n{BEGIN}.*?{END}", re.DOTALL)
SCRIPT = "previews.js"


def stamp(path):
    """Return what tells that a file is another than before."""
    status = path.stat()
    return [status.st_mtime_ns, status.st_size]


def pages_of(out, names, kept):
    """Return what each page offers and links to; a page that is as before is not read again."""
    pages = {}
    for name in names:
        path = out / name
        now = stamp(path)
        if name in kept and kept[name]["stamp"] == now:
            pages[name] = kept[name]
        else:
            pages[name] = {"stamp": now, "written": None, **read(path.read_text("utf-8"), name)}
    return pages


def templates(name, pages, version):
    """Return what a page has at its end: the previews of its links, and the script."""
    root = "../" * name.count("/")
    lines = [
        f'<template data-for="{escape(href)}">{shown.replace(ROOT, root)}</template>'
        for href, target, place in pages[name]["links"]
        if (shown := pages.get(target, {"offers": {}})["offers"].get(place))
    ]
    if not lines:
        return ""
    script = f'<script defer src="{root}_static/{SCRIPT}?v={version}"></script>'
    return "\n".join(["", BEGIN, *lines, script, END])


def put_in(path, text):
    """Replace the previews of a page."""
    page = WRITTEN.sub("", path.read_text("utf-8"))
    before, body, after = page.rpartition("\n</body>" if "\n</body>" in page else "</body>")
    page = with_policy(f"{before}{text}{body}{after}")  # a preview may have styles
    path.write_text(page, "utf-8")


def write_previews(app, exception):
    if exception is not None or app.builder.name != "html":
        return
    out, memory = Path(app.outdir), Path(app.doctreedir) / "previews.json"
    try:
        kept = json.loads(memory.read_text("utf-8"))
    except (OSError, ValueError):
        kept = {}
    version = f"{zlib.crc32((out / '_static' / SCRIPT).read_bytes()):08x}"
    names = sorted(map(app.builder.get_target_uri, app.env.found_docs))
    pages = pages_of(out, names, kept)
    for name, page in pages.items():
        text = templates(name, pages, version)
        if page["written"] != text:
            put_in(out / name, text)
            page |= {"written": text, "stamp": stamp(out / name)}
    if pages != kept:
        memory.write_text(json.dumps(pages, ensure_ascii=False), "utf-8")


def setup(app):
    app.connect("build-finished", write_previews)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
