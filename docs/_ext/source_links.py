"""Links to the book's source, if ``LAB_REPOSITORY_URL`` is set.

Each page has one to edit it and one to report an error in it; the theme's own link would lead to
pages that the build makes from labs and modules. In a sentence, ``{source}`the source``` leads to
the source, and ``{source}`the README <README.md>``` to a file or folder of it. Without an address
there are only the words, so the sentence must make sense without a link.
"""

from pathlib import Path
from urllib.parse import urlencode

from _versions.released import VersionsError, repository_address
from docutils import nodes
from sphinx.errors import ConfigError, ExtensionError
from sphinx.util.docutils import ReferenceRole

ROOT = Path(__file__).parents[2]
BRANCH = "main"


class to_source(nodes.inline):
    """Words that lead to the source, if it is known where that is."""


class Source(ReferenceRole):
    """``{source}`words``` or ``{source}`words <path>```."""

    def run(self):
        path = self.target if self.has_explicit_title else ""
        if path and not (ROOT / path).exists():
            raise ExtensionError(f"{self.env.docname}: the source has no {path}")
        return [to_source("", self.title, path=path)], []


def address_of(path, repository):
    """Return where a file or folder of the source is found."""
    own = f"{repository}/-" if "gitlab" in repository else repository
    kind = "tree" if (ROOT / path).is_dir() else "blob"
    return f"{own}/{kind}/{BRANCH}/{path}" if path else repository


def resolve(app, doctree, page):
    repository = app.config.lab_repository
    for node in list(doctree.findall(to_source)):
        new = nodes.inline("", "", *node.children)
        if repository:
            address = address_of(node["path"], repository)
            new = nodes.reference("", "", *node.children, refuri=address, internal=False)
        node.replace_self(new)


def source_of(page, suffix):
    """Return the file, from the project's root, that a person edits to change a page."""
    first, _, rest = page.partition("/")
    if first == "labs":
        if Path(rest).name == "index":
            return Path("examples", rest).with_name("GALLERY_HEADER.rst").as_posix()
        return f"examples/{rest}.py"
    if first == "api" and rest:
        module = rest.replace(".", "/")
        package = f"{module}/__init__.py"
        return package if (ROOT / package).is_file() else f"{module}.py"
    return f"docs/{page}{suffix}"


def add_links(app, page, template, context, doctree):
    repository = app.config.lab_repository
    if not repository or doctree is None:
        return
    version = context["release"] + (f", {context['commit'][:7]}" if context.get("commit") else "")
    title = {"title": f"Error on page {page} ({version})"}
    own = repository
    if "gitlab" in repository:
        own, title = f"{repository}/-", {"issue[title]": title["title"]}
    suffix = context["page_source_suffix"]
    context["edit_link"] = f"{own}/edit/{BRANCH}/{source_of(page, suffix)}"
    context["report_link"] = f"{own}/issues/new?{urlencode(title)}"


def prepare(app, config):
    try:
        config.lab_repository = repository_address()
    except VersionsError as error:
        raise ConfigError(str(error)) from None


def setup(app):
    app.add_config_value("lab_repository", None, "html")
    app.connect("config-inited", prepare)
    app.add_role("source", Source())
    app.add_node(to_source)
    app.connect("doctree-resolved", resolve)
    app.connect("html-page-context", add_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
