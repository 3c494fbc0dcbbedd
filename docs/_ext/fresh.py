"""Never stale, never two at once, never half.

By themselves, sphinx-gallery and jupyter-cache run a script or page again only if it has itself
changed. Here it also runs again if anything else that it depends on has changed, and not otherwise:
a module of ``lab_code`` that it imports, directly or not; the recordings that it reads; the
installed versions; or the machine. A second build in the same folder waits for the first. After a
build that was killed, or that ended with a warning, every page is written again.
"""

import hashlib
import json
import shutil
from pathlib import Path

from filelock import FileLock, Timeout
from sphinx.errors import ConfigError, ExtensionError
from sphinx.util import logging

from _ext.undocumented.sphinx import n_warnings
from _ext.undocumented.sphinx_gallery import mark_of
from lab_code.freshness import code_behind
from lab_code.freshness.environment import environment

log = logging.getLogger(__name__)
KERNEL = "kernelspec:\n  name: python3\n"


def surroundings(app, how_shown: str = "") -> str:
    """Return what all results depend on besides code and recordings, as text."""
    lock = (app.srcdir.parent / "requirements.lock").read_text()
    return json.dumps([environment(), lock, how_shown])


def digest_of(app, path, around):
    """Return the digest of all that a lab or page depends on."""
    try:
        code = code_behind.code_of(path)
        return code_behind.digest(code, json.dumps(app.config.lab_data), around)
    except (ValueError, SyntaxError) as error:
        raise ExtensionError(f"{path.relative_to(app.srcdir.parent)}: {error}") from None


def how_built(app, config):
    """Have Sphinx read every page again when the way of building the book has changed."""
    files = [app.srcdir / "conf.py", *sorted(app.srcdir.glob("_ext/**/*.py"))]
    text = surroundings(app) + "".join(path.read_text() for path in files)
    config.how_built = hashlib.sha256(text.encode()).hexdigest()


# Labs


def labs(app):
    """Return the script of each lab, and where sphinx-gallery marks that it has run."""
    examples = app.srcdir.parent / "examples"
    for lab in sorted(examples.rglob("*.py")):
        section = lab.relative_to(examples).parent
        yield lab, app.srcdir / "labs" / section / f"{lab.name}.md5"


def forget_stale_labs(app):
    """Have labs run again whose code, imports, recordings or surroundings have changed."""
    figures = Path(__file__).with_name("themed_figures.py").read_text()  # a lab keeps its figures
    around = surroundings(app, figures)
    stamps = app.srcdir / "_build" / "labs"
    stamps.mkdir(parents=True, exist_ok=True)
    for lab, mark in labs(app):
        now = digest_of(app, lab, around)
        stamp = stamps / lab.stem
        if not stamp.is_file() or stamp.read_text() != now:
            mark.unlink(missing_ok=True)  # first: if this build is killed, the lab still runs
            stamp.write_text(now)


def forget_removed(app):
    """Remove the pages of labs and sections that no longer exist, or are elsewhere now."""
    pages = {mark.parent / f"{lab.stem}.rst" for lab, mark in labs(app)}
    for folder in {page.parent for page in app.srcdir.glob("labs/*/*.rst")}:
        if folder not in {page.parent for page in pages}:
            shutil.rmtree(folder)
    for page in app.srcdir.glob("labs/*/*.rst"):
        if page not in pages and page.stem not in {"index", "sg_execution_times"}:
            for file in page.parent.glob(f"{page.stem}.*"):
                file.unlink()


def forget_removed_pages(app, env, added, changed, removed):
    """Remove from the site what it showed of pages that no longer exist; Sphinx leaves them."""
    for page in removed:
        for suffix in (app.builder.out_suffix, ".ipynb"):
            Path(app.outdir, f"{page}{suffix}").unlink(missing_ok=True)
    return []


def refuse_two_of_a_name(app, config):
    """A name is that of one lab or page: the record, and what has run, are kept by it."""
    root = app.srcdir.parent
    files = [*root.glob("examples/*/*.py"), *app.srcdir.glob("*.md"), *app.srcdir.glob("*/*.md")]
    by_name = {}
    for file in sorted(files):
        by_name.setdefault(file.stem, []).append(str(file.relative_to(root)))
    for name, places in by_name.items():
        if len(places) > 1 and name != "index":
            raise ConfigError(f"two are called {name}: {' and '.join(places)}. Rename one of them.")


def stale_labs(app):
    """Return the labs that have to run: sphinx-gallery's mark does not fit the lab's text."""
    return [
        (lab, mark)
        for lab, mark in labs(app)
        if not mark.is_file() or mark.read_text() != mark_of(lab)
    ]


# Pages


def prepare(app):
    if not hasattr(app.env, "code_of_pages"):
        app.env.code_of_pages = {}


def digest_of_page(app, docname):
    return digest_of(app, Path(app.env.doc2path(docname)), surroundings(app))


def read_stamp(stamp):
    """Return the number of a page's version, and its digest; of no version if there is no stamp."""
    match stamp.read_text().split() if stamp.is_file() else []:
        case [number, digest] if number.isdigit():
            return number, digest
    return "0", ""


def with_digest(app, docname, text):
    """Write what a page depends on into its kernel, where jupyter-cache looks for changes.

    The changes are counted, so that a page that is changed and then changed back is executed again:
    the version in between may have replaced what it wrote into the record.
    """
    now = digest_of_page(app, docname)
    stamp = app.srcdir / "_build" / "pages" / docname.replace("/", "--")
    stamp.parent.mkdir(parents=True, exist_ok=True)
    number, last = read_stamp(stamp)
    if last != now:
        number = str(int(number) + 1)
        stamp.write_text(f"{number} {now}")
    return text.replace(
        KERNEL, f"kernelspec: {{name: python3,\n  depends_on: {number}-{now}}}\n", 1
    )


def tell_the_cache(app, docname, source):
    """Let jupyter-cache, and the next build, know what a page depends on that is being read."""
    if KERNEL in source[0]:
        app.env.code_of_pages[docname] = digest_of_page(app, docname)
        source[0] = with_digest(app, docname, source[0])


def merge(app, env, docnames, other):
    """Take over what another process of a build with -j has read."""
    env.code_of_pages |= {
        name: digest for name, digest in other.code_of_pages.items() if name in docnames
    }


def stale_pages(app, env, added, changed, removed):
    """Return the pages whose code, imports, recordings or surroundings have changed."""
    return [
        page
        for page, digest in env.code_of_pages.items()
        if page in env.found_docs and digest_of_page(app, page) != digest
    ]


# One build at a time, and whole


def take_turns(app):
    """Hold a lock until the build, or the program, has ended."""
    folder = app.srcdir / "_build"
    lock = FileLock(folder / "lock")
    try:
        folder.mkdir(exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        log.info("waiting for another build in this folder to end")
        lock.acquire()
    except OSError as error:
        raise ConfigError(f"nothing can be built in {folder}: {error.strerror or error}") from None
    app.connect("build-finished", lambda app, exception: lock.release(), priority=1000)


def begin(app, config):
    """Mark the build as unfinished; after an unfinished one, forget what Sphinx remembers."""
    mark = Path(app.doctreedir) / "unfinished"
    if mark.exists():
        (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()


def end(app, exception):
    # Sphinx warns only when it reads the page: the next build would find nothing wrong.
    if exception is None and n_warnings(app) == 0:
        (Path(app.doctreedir) / "unfinished").unlink(missing_ok=True)


def setup(app):
    app.setup_extension("_ext.lab_record")  # which declares lab_data
    app.add_config_value("how_built", "", "env")
    take_turns(app)
    app.connect("config-inited", refuse_two_of_a_name, priority=40)
    app.connect("config-inited", begin, priority=50)
    app.connect("config-inited", how_built, priority=100)
    # before sphinx-gallery
    app.connect("builder-inited", forget_removed, priority=90)
    app.connect("builder-inited", forget_stale_labs, priority=95)
    app.connect("builder-inited", prepare, priority=80)
    app.connect("env-get-outdated", stale_pages)
    app.connect("env-get-outdated", forget_removed_pages)
    app.connect("source-read", tell_the_cache)
    app.connect("env-merge-info", merge)
    app.connect("build-finished", end, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
