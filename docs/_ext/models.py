"""The trained networks that labs kept: their cards on a page, their files in the site's ``models``.

A page shows the card of one with ``{model-card}`` and the name of its experiment.
"""

from pathlib import Path

from sphinx.util.docutils import SphinxDirective

from lab_code import __version__
from lab_code.models import cards, files
from lab_code.record import provenance, read, read_all, store

FOLDER = "models"


def kept():
    """Return the files of networks in the record's folder, by the names of their experiments."""
    there = {one["name"]: store.path_of(one["name"]) for one in read_all()}
    there = {name: path.with_suffix(files.SUFFIX) for name, path in there.items()}
    return {name: path for name, path in there.items() if path.is_file()}


def card(name, path, commit=None):
    about, _ = files.read(path)
    return cards.card(read(name), about | {"version": __version__}, read_all(), commit)


class ModelCard(SphinxDirective):
    """The card of a network, and links to its files."""

    required_arguments = 1

    def run(self):
        self.env.metadata[self.env.docname]["reads"] = "record"
        (name,), known = self.arguments, kept()
        if name not in known:
            raise self.error(f"no lab kept the network of {name!r}; there are: {sorted(known)}")
        title, text = card(name, known[name]).split("\n", 1)
        file = f"{FOLDER}/{known[name].name}"
        links = ", ".join(
            f'<a href="{one}" download>{Path(one).name}</a>'
            for one in (file, str(Path(file).with_suffix(".md")))
        )
        text = f"{title}\n\n{links}\n{text}"
        nodes = self.parse_text_to_nodes(text, allow_section_headings=True)
        for node in nodes:
            node["classes"].append("record")  # numbers of the record stand in it
        return nodes


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
    app.connect("build-finished", offer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
