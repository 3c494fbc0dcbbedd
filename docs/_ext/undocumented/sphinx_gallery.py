"""sphinx-gallery: the link to a zip file, the mark that a lab has run, and a lab's code."""

from sphinx_gallery import gen_rst, utils
from sphinx_gallery._doctree_links import code_links_block

NAMES = {
    "sphinx_gallery.gen_rst": ("ZIP_DOWNLOAD",),
    "sphinx_gallery.utils": ("get_md5sum",),
    "sphinx_gallery._doctree_links": ("code_links_block",),
}

CodeWithLinks = code_links_block
"""What takes the place of code when names in it have become links."""


def zip_link(name):
    """Return the lines of a lab's page that link its zip file."""
    return gen_rst.ZIP_DOWNLOAD.format(name)


def mark_of(lab):
    """Return what the file ``LAB.py.md5`` says when the lab has run with this text."""
    return utils.get_md5sum(lab, "t")
