"""sphinx-gallery: the link to a zip file, and the mark that a lab has run."""

from sphinx_gallery import gen_rst, utils

NAMES = {"sphinx_gallery.gen_rst": ("ZIP_DOWNLOAD",), "sphinx_gallery.utils": ("get_md5sum",)}


def zip_link(name):
    """Return the lines of a lab's page that link its zip file."""
    return gen_rst.ZIP_DOWNLOAD.format(name)


def mark_of(lab):
    """Return what the file ``LAB.py.md5`` says when the lab has run with this text."""
    return utils.get_md5sum(lab, "t")
