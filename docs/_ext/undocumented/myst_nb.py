"""MyST-NB and jupyter-cache: read a page as a notebook, execute it, and copy the style sheet."""

from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors import utils
from myst_nb import sphinx_ext
from myst_nb.core import read
from myst_parser.config.main import MdParserConfig

NAMES = {
    "jupyter_cache.base": ("CacheBundleIn",),
    "jupyter_cache.executors.utils": ("single_nb_execution",),
    "myst_nb.core.read": ("read_myst_markdown_notebook",),
    "myst_nb.sphinx_ext": ("add_global_html_resources",),
    "myst_parser.config.main": ("MdParserConfig",),
}


def read_notebook(text, extensions, path):
    """Return a page of MyST Markdown as a notebook."""
    config = MdParserConfig(enable_extensions=extensions)
    return read.read_myst_markdown_notebook(text, config, path=path)


def execute(notebook, path, timeout):
    """Execute a page; return what jupyter-cache is to keep of it, or None if it failed."""
    done = utils.single_nb_execution(notebook, str(path.parent), timeout, allow_errors=False)
    if done.err is not None:
        return None
    return CacheBundleIn(notebook, str(path), data={"execution_seconds": done.time})


def copy_style(app):
    """Copy the style sheet, which MyST-NB otherwise does when the pages are written."""
    (app.outdir / "_static").mkdir(parents=True, exist_ok=True)
    sphinx_ext.add_global_html_resources(app, None)
