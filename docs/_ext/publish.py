"""The site is always that of the last build that went well.

Sphinx writes page after page: after a build that failed or was killed, some are new, and one may
show an error. So a build writes elsewhere, and what it has written becomes the site at its end.
"""

import shutil
from pathlib import Path

from _ext.undocumented.sphinx import n_warnings


def content(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def restore(app, config):
    """Put back the site that a build moved aside, and was killed before it moved in the new one."""
    site = Path(app.srcdir, config.published)
    old = site.with_name("site.old")
    if old.is_dir() and not site.exists():
        old.rename(site)


def publish(app, exception):
    built, site = Path(app.outdir), Path(app.srcdir, app.config.published)
    if exception is not None or n_warnings(app) or app.builder.name != "html" or built == site:
        return
    new, old = site.with_name("site.new"), site.with_name("site.old")
    for left in (new, old):  # by a build that was killed
        shutil.rmtree(left, ignore_errors=True)
    if site.is_dir() and content(site) == content(built):
        return
    shutil.copytree(built, new)
    if site.exists():
        site.rename(old)
    new.rename(site)
    shutil.rmtree(old, ignore_errors=True)


def setup(app):
    app.add_config_value("published", "_build/html", "", str)
    app.connect("config-inited", restore)
    # after everything has been written, and before another build may begin
    app.connect("build-finished", publish, priority=998)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
