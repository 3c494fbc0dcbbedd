"""What has to run in a build runs ahead of everything else, on all cores, the longest first.

On their own, sphinx-gallery runs the labs section by section, and myst-nb the pages one by one.
Both keep what has run, and skip it when they come to it. So here labs and pages go into one queue
before either begins. What fails is left for them to run again and report.
"""

from pathlib import Path

import joblib
from jupyter_cache import get_cache
from sphinx.util import logging
from sphinx_gallery.gen_rst import generate_file_rst

from _ext.fresh import KERNEL, stale_labs, with_digest
from _ext.undocumented.myst_nb import execute, read_notebook

log = logging.getLogger(__name__)

LONGEST = (
    *("long_memory", "many_to_one", "what_gives_it_away", "split_matters"),
    *("how_much_memory_buys", "compare_cells", "more_than_one_machine", "training_in_practice"),
    *("a_patients_visits", "unequal_lengths"),
    *("uneven_time", "encoder_and_decoder", "recurrence_or_attention", "after_the_gates"),
    *("where_it_looks", "many_to_many", "vanishing_gradient", "the_best_network"),
    *("lyapunov_exponents", "how_far_back", "forecast", "what_the_state_remembers"),
    *("nothing_trained_but_the_end", "rare_and_unequal"),
)
"""Labs and pages in the order in which they start; the others follow. Only speed depends on it."""

WAITING = 1
"""Workers besides one for each core: a lab may wait for a network that another lab is training."""


def run_lab(lab, target, gallery_conf):
    """Run a lab and write its page; sphinx-gallery's mark says whether all went well."""
    generate_file_rst(lab.name, target, lab.parent, gallery_conf)


def pages(app):
    """Return the pages that have code, as notebooks, except those that run in every build."""
    extensions = app.config.myst_enable_extensions
    for name in sorted(app.project.discover(app.config.exclude_patterns)):
        path = Path(app.project.doc2path(name, absolute=True))
        if path.suffix == ".md" and KERNEL in (text := path.read_text("utf-8")):
            notebook = read_notebook(with_digest(app, name, text), extensions, path)
            if notebook.metadata.get("mystnb", {}).get("execution_mode") != "force":
                yield path, notebook


def is_kept(cache, notebook):
    try:
        cache.match_cache_notebook(notebook)
    except KeyError:
        return False
    return True


def run_ahead(app):
    cache = get_cache(app.config.nb_execution_cache_path)
    run, timeout = joblib.delayed(execute), app.config.nb_execution_timeout
    waiting = {
        path.stem: run(notebook, path, timeout)
        for path, notebook in pages(app)
        if not is_kept(cache, notebook)
    }
    for lab, mark in stale_labs(app):
        mark.parent.mkdir(parents=True, exist_ok=True)
        waiting[lab.stem] = joblib.delayed(run_lab)(
            lab, mark.parent, app.config.sphinx_gallery_conf
        )
    if not waiting:
        return
    log.info("running ahead: %s", ", ".join(waiting))
    order = {name: place for place, name in enumerate(LONGEST)}
    queue = sorted(waiting, key=lambda name: order.get(name, len(LONGEST)))
    n_jobs = min(len(queue), joblib.cpu_count() + WAITING)
    workers = joblib.Parallel(
        n_jobs, batch_size=1, pre_dispatch="n_jobs", return_as="generator_unordered"
    )
    for done in workers(waiting[name] for name in queue):
        if done is not None:  # kept at once: nothing is lost if the build is killed
            cache.cache_notebook_bundle(done, check_validity=False, overwrite=True)


def setup(app):
    app.setup_extension("_ext.fresh")
    # after what has to run again is known, and before sphinx-gallery
    app.connect("builder-inited", run_ahead, priority=200)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
