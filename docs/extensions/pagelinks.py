"""A page named by its path, such as `docs/model.md`, becomes a link to it."""

import re

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

PATH = re.compile(r"docs/(?P<page>[\w/-]+)\.md")


class PageLinks(SphinxTransform):
    """Wrap each path of a page in a reference."""

    default_priority = 400

    def apply(self) -> None:
        """Find the paths that stand as code in a page, and let each lead to its page."""
        for literal in list(self.document.findall(nodes.literal)):
            found = PATH.fullmatch(literal.astext())
            if found and found["page"] in self.env.found_docs:
                where = {"refdoc": self.env.docname, "refdomain": "std", "reftype": "doc"}
                link = pending_xref("", reftarget=f"/{found['page']}", refexplicit=True, **where)
                literal.replace_self(link)
                link += literal


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the transform."""
    app.add_transform(PageLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
