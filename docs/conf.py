"""How Sphinx builds the book."""

import os
import sys
from pathlib import Path

from sphinx.errors import ConfigError

HERE = Path(__file__).parent

# What pages and labs are told, which run elsewhere: in other folders, and in other processes.
os.environ |= {
    "LAB_RECORD": str(HERE / "_build" / "record"),
    "LAB_TRAINED": str(HERE / "_build" / "trained"),
    # what runs in a page may warn of nothing, as a lab
    "PYTHONWARNINGS": "error::UserWarning,error::RuntimeWarning,error::FutureWarning",
    "SOURCE_DATE_EPOCH": "0",  # matplotlib writes it into figures, which are named by their content
    "TQDM_DISABLE": "1",  # a progress bar would stand in the page; tqdm reads it when imported
}

import lab_code
from lab_code.record import provenance
from lab_code.recordings import DataError
from lab_code.sources import load

sys.path.append(str(HERE))  # for _ext and _versions
from _ext.lab_order import path

# The recordings are chosen once, here: the network is not asked again.
try:
    if os.environ.get("LAB_DATA"):  # a relative path starts at the project's root
        os.environ["LAB_DATA"] = str(HERE.parent / os.environ["LAB_DATA"])
    recordings = load()
except DataError as error:
    raise ConfigError(str(error)) from None
os.environ["LAB_SOURCE"] = recordings.source

project = "Recurrent networks for healthcare"
author = "the lab book's authors"
project_copyright = "the lab book's authors"
version = release = lab_code.__version__

extensions = [
    "_ext.accessible",
    "_ext.ahead",
    "_ext.captions",
    "_ext.citation",
    "_ext.exercises",
    "_ext.first_problem",
    "_ext.fresh",
    "_ext.holds",
    "_versions.in_pages",
    "_ext.lab_record",
    "_ext.lean_pages",
    "_ext.live",
    "_ext.mathml",
    "_ext.models",
    "_ext.module_pages",
    "_ext.notebooks",
    "_ext.plain_index",
    "_ext.policy",
    "_ext.publish",
    "_ext.previews",
    "_ext.questions",
    "_ext.readable_figures",
    "_ext.reading_path",
    "_ext.reading_time",
    "_ext.reproducible",
    "_ext.search_texts",
    "_ext.shared_links",
    "_ext.shared_picture",
    "_ext.simulated_banner",
    "_ext.slides",
    "_ext.source_links",
    "_ext.table_cards",
    "_ext.themed_figures",
    "_ext.thumbnails",
    "_ext.whole",
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "sphinxcontrib.bibtex",
]
exclude_patterns = ["_build", "_ext", "_templates", "_versions", "labs/**/*.ipynb"]
templates_path = ["_templates"]
default_role = "literal"
nitpicky = True

lab_data = provenance.describe(recordings)

# Numbers: of figures, tables, equations and exercises within their chapter
numfig = True
numfig_format = {"figure": "Figure %s", "table": "Table %s", "section": "Chapter %s"}
exercise_chapters = {f"chapters/{name}": number for number, name in enumerate(path(), 1)}

# Executed pages
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath", "smartquotes"]
nb_execution_mode = "cache"
nb_execution_cache_path = str(HERE / "_build" / "jupyter_cache")
nb_execution_show_tb = True
nb_execution_timeout = 300
nb_output_stderr = "remove"
nb_merge_streams = True

# Labs
sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "labs",
    "filename_pattern": r"\.py$",
    "image_scrapers": ("_ext.themed_figures.scrape",),
    "reset_modules": ("matplotlib", "_ext.lab_record.forget_lab"),
    "remove_config_comments": True,
    "show_signature": False,
    "within_subsection_order": "_ext.lab_order.InOrder",
    "download_all_examples": False,
    "write_computation_times": False,  # its page asks the web for a script
}
suppress_warnings = ["config.cache"]

# Notebooks of chapters and labs
solutions = os.environ.get("LAB_SOLUTIONS") or "folded"  # or "shown", or "none"

# API
autosummary_generate = False  # _ext.module_pages does it
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
copybutton_exclude = ".linenos, .gp, .go"  # of an example, what one types is copied

# References
bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "unsrt"

# The site
html_theme = "pydata_sphinx_theme"
html_title = project
html_favicon = "_static/favicon.svg"
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = [
    *("type.css", "lab_book.css", "slider.css", "questions.css"),
    *("narrow.css", "previews.css"),
]
html_js_files = [(name, {"defer": "defer"}) for name in ("print.js", "slider.js", "progress.js")]
html_show_search_summary = False  # browsers forbid it in a folder; _ext.search_texts has another
html_extra_path = ["record.schema.json"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "logo": {"text": project},
    "navbar_align": "left",
    "navbar_end": ["version-menu", "theme-switcher", "navbar-icon-links"],
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc", "source-links"],
    "footer_start": ["copyright", "licence"],
    "footer_center": ["book-version"],
    "footer_end": ["theme-version"],
}
html_context = {
    "default_mode": "auto",
    "commit": provenance.commit(HERE),
    "date": provenance.date(HERE),
}
html_sidebars = {"index": [], "run_it": []}  # they have nothing below them
