"""The trained networks that labs kept: their cards on a page, their files in the site's ``models``.

A page shows the card of one with ``{model-card}`` and the name of its experiment.
"""

import hashlib
import re
from pathlib import Path

from sphinx.util.docutils import SphinxDirective

from lab_code import __version__
from lab_code.freshness import code_behind
from lab_code.models import cards, files
from lab_code.record import provenance, read, read_all, store

FOLDER = "models"
HEADING = re.compile("^(#+ )", re.MULTILINE)


def kept():
    """Return the files of networks in the record's folder, by the names of their experiments."""
    there = {one["name"]: store.path_of(one["name"]) for one in read_all()}
    there = {name: path.with_suffix(files.SUFFIX) for name, path in there.items()}
    return {name: path for name, path in there.items() if path.is_file()}


def digest():
    """Return what a page with cards, or with a network in it, depends on besides the record."""
    code = code_behind.digest("from lab_code.models import cards, inline, unheard").encode()
    networks = b"".join(path.read_bytes() for path in kept().values())
    return hashlib.sha256(code + networks).hexdigest()


def outdated(app, env, added, changed, removed):
    """Have pages with cards read again when a network or the code of the cards has changed."""
    now = digest()
    return [page for page, data in env.metadata.items() if data.get("cards", now) != now]


def card(name, path, commit=None):
    about, _ = files.read(path)
    return cards.card(read(name), about | {"version": __version__}, read_all(), commit)


class ModelCard(SphinxDirective):
    """The card of a network, and links to its files."""

    required_arguments = 1

    def run(self):
        self.env.metadata[self.env.docname] |= {"reads": "record", "cards": digest()}
        (name,), known = self.arguments, kept()
        if name not in known:
            raise self.error(f"no lab kept the network of {name!r}; there are: {sorted(known)}")
        title, text = HEADING.sub(r"#\1", card(name, known[name])).split("\n", 1)
        file = Path(FOLDER, known[name].name)
        links = " or ".join(
            f'<a href="{one.as_posix()}" download>{what}</a>'
            for what, one in {"the network": file, "this card": file.with_suffix(".md")}.items()
        )
        about, _ = files.read(known[name])  # the record has the score of all trainings together
        score = f"{about['accuracy']['value']:.1%}"
        text = f"{title}\n\nDownload {links}. It was right on {score} of its test part.\n{text}"
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def offer(app, exception):
    """Put the networks and their cards into the site, with the book's version and commit."""
    if exception is not None or app.builder.format != "html":
        return
    out, known = Path(app.outdir) / FOLDER, kept()
    commit = provenance.commit(app.srcdir)
    for name, path in known.items():
        about, weights = files.read(path)
        about |= {"version": __version__, "commit": commit}
        files.write(out / path.name, about, weights)
        (out / path.with_suffix(".md").name).write_text(card(name, path, commit), "utf-8")
    for old in out.glob("*"):
        if old.stem not in {path.stem for path in known.values()}:
            old.unlink()


def setup(app):
    app.setup_extension("_ext.lab_record")  # which reads pages that show the record last
    app.add_directive("model-card", ModelCard)
    app.connect("env-get-outdated", outdated)
    app.connect("build-finished", offer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
