"""A notebook as a page: its words, its code, and what each cell showed when it was run."""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Notebook(SphinxDirective):
    """The cells of a notebook that lies beside the page."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the cells in their order."""
        path = Path(self.env.srcdir) / self.arguments[0]
        self.env.note_dependency(str(path))
        found = []
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                found += self.parse_text_to_nodes(source, allow_section_headings=True)
            else:
                found.append(nodes.literal_block(source, source, language="python"))
                found += [_shown(one["data"]) for one in cell["outputs"]]
        return found


def _shown(data: dict[str, Any]) -> nodes.Node:
    """Return what a cell showed, as HTML where it has it."""
    if "text/html" in data:
        table = f'<div class="table-wrapper">{"".join(data["text/html"])}</div>'
        return nodes.raw("", table, format="html")
    text = "".join(data["text/plain"])
    return nodes.literal_block(text, text, language="text")


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("notebook", Notebook)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
