"""Say at the top of every page with results when they come from simulated recordings."""

from docutils import nodes

TITLE = "Simulated recordings"
TEXT = (
    "The real recordings were not available when this copy of the book was built. Every figure and "
    "every number on this page comes from simulated EEG, and sentences that describe "
    "the real recordings may not fit them."
)


def has_results(docname, doctree):
    """Whether a page shows something that was computed from recordings."""
    return docname.startswith("labs/") or any(
        {"cell_output", "record"} & set(node.get("classes", ())) or node.get("network")
        for node in doctree.findall(nodes.Element)
    )


def add_banner(app, doctree, docname):
    reads_record = app.env.metadata[docname].get("reads") == "record"
    shows_results = reads_record or has_results(docname, doctree)
    if app.config.lab_data["source"] != "simulated" or not shows_results:
        return
    banner = nodes.admonition(
        "",
        nodes.title("", TITLE),
        nodes.paragraph("", TEXT),
        classes=["warning", "simulated"],
    )
    sections = list(doctree.findall(nodes.section))
    place = sections[0] if sections else doctree
    titles = [i for i, child in enumerate(place.children) if isinstance(child, nodes.title)]
    place.insert(titles[0] + 1 if titles else 0, banner)


def setup(app):
    app.setup_extension("_ext.lab_record")  # which declares lab_data
    app.connect("doctree-resolved", add_banner)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
