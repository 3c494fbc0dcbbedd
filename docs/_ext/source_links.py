"""Links to edit a page and to report an error in it, if ``LAB_REPOSITORY_URL`` is set.

The theme's own link would lead to pages that the build makes from labs and modules.
"""

from pathlib import Path
from urllib.parse import urlencode

from _versions.released import VersionsError, repository_address
from sphinx.errors import ConfigError

ROOT = Path(__file__).parents[2]
BRANCH = "main"


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
    app.connect("html-page-context", add_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
