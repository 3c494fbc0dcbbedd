"""Numbers on pages come from the record of the build.

``{record}`many_to_one/gru_by_second metrics.accuracy.value .1%` `` in a page becomes that number,
written in that format. At the end of the build, ``record.json`` is put at the site's root.
"""

import hashlib
import json
import re
import warnings
from functools import partial
from pathlib import Path

import jsonschema
from docutils import nodes
from sphinx.util.docutils import SphinxRole

from _ext.fresh import stale_pages
from lab_code import record
from lab_code.freshness import code_behind
from lab_code.long import kept
from lab_code.record import book, provenance, store

WRITES = re.compile(r"record\.(write|note)\(")
SCHEMA = Path(__file__).parents[1] / "record.schema.json"


def everything():
    return [*kept.read_all(), *record.read_all()]


class RecordRole(SphinxRole):
    """Look up a number: experiment, path in it, format."""

    def run(self):
        try:
            name, keys, format_spec = self.text.split(" ", 2)
            # this comes first: a number that is missing now may be there in the next build
            self.env.metadata[self.env.docname]["reads"] = "record"
            value = record.read(name, everything())
            for key in keys.split("."):
                value = value[key]
            text = format(value, format_spec)
        except (KeyError, ValueError, TypeError) as error:
            message = self.inliner.reporter.error(
                f"no number for record role {self.text!r}: {error}", line=self.lineno
            )
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        return [nodes.inline(text, text, classes=["record"])], []


def forget_lab(gallery_conf, fname, when):
    """Remove what a lab wrote when it last ran, just before it runs again; let it warn of nothing.

    sphinx-gallery's mark that the lab has run goes first: if this run is killed, the lab runs
    again the next time, even if its text is then the same as before.
    """
    if fname is not None and when == "before":
        for mark in Path(gallery_conf["src_dir"], "labs").rglob(f"{Path(fname).name}.md5"):
            mark.unlink()
        store.forget(Path(fname).stem)
        for kind in (UserWarning, RuntimeWarning, FutureWarning):  # which a reader would see
            warnings.simplefilter("error", kind)


def forget_removed_labs(app):
    """Remove what labs and pages wrote that no longer exist; never from another book's record."""
    if not store.folder().is_relative_to(app.srcdir.parent):
        return
    labs = {path.stem for path in (app.srcdir.parent / "examples").rglob("*.py")}
    labs |= {path.stem for path in [*app.srcdir.glob("*.md"), *app.srcdir.glob("chapters/*.md")]}
    # not what a script is just writing, whose name begins with a dot
    for lab in {path.name.split("--")[0] for path in store.folder().glob("[!.]*--*")} - labs:
        store.forget(lab)


def digest():
    return hashlib.sha256(json.dumps([*everything(), *record.read_facts()]).encode()).hexdigest()


def text_of(env, page):
    return Path(env.doc2path(page)).read_text("utf-8")


def outdated(app, env, added, changed, removed):
    """Have pages with numbers of the record read again when the record has changed, or will.

    A page whose code reads it says ``reads: record`` at its top.
    """
    run = added | changed | set(stale_pages(app, env, added, changed, removed))
    if getattr(env, "record_digest", "") == digest() and not any(
        WRITES.search(text_of(env, page)) for page in run
    ):
        return []
    return [page for page, data in env.metadata.items() if data.get("reads") == "record"]


def read_last(app, env, pages):
    """Put pages that show the whole record after those that write into it."""
    pages.sort(key=lambda page: "reads: record" in text_of(env, page))


def remember(app, env):
    env.record_digest = digest()


def code_of(app, name):
    """Return the digest of the lab or page that runs experiments, with all that it imports."""
    docs = app.srcdir
    (path,) = [*docs.parent.glob(f"examples/*/{name}.py"), *docs.glob(f"chapters/{name}.md")]
    return code_behind.digest(code_behind.code_of(path))


def write_record(app, exception):
    if exception is None and app.builder.format == "html":
        target = Path(app.outdir) / "record.json"
        book.gather(
            target,
            data=app.config.lab_data,
            commit=provenance.commit(app.srcdir),
            long_runs=kept.read_all(),
            code_of=partial(code_of, app),
            date=provenance.date(app.srcdir),
        )
        jsonschema.validate(json.loads(target.read_text()), json.loads(SCHEMA.read_text()))


def setup(app):
    app.add_config_value("lab_data", {}, "env")  # from `lab_code.record.describe`
    app.add_role("record", RecordRole())
    app.connect("builder-inited", forget_removed_labs, priority=100)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", read_last)
    app.connect("env-updated", remember)
    app.connect("build-finished", write_record)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
