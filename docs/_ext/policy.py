"""Each page says what it may load and run (``_versions.policy``), when it is written.

Templates are the last to put scripts into a page, so this stands around them. A handler in an
attribute, such as ``onclick``, is refused; a script of ``_static`` can add it.
"""

from _versions.policy import Inline, with_policy
from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.util import logging

log = logging.getLogger(__name__)


class Templates(BuiltinTemplateLoader):
    """Sphinx's templates, whose pages have a policy."""

    def render(self, template, context):
        page = super().render(template, context)
        if not page.lstrip().lower().startswith("<!doctype html>"):  # part of one
            return page
        inline = Inline(page)
        for tag in inline.forbidden:
            say = "the page's policy forbids a script in an attribute: %s"
            log.warning(say, tag, location=context.get("pagename"))
        return with_policy(page, inline)


def use_templates(app, config):
    config.template_bridge = f"{__name__}.{Templates.__name__}"


def setup(app):
    app.connect("config-inited", use_templates)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
