"""A notebook as a part of a page: its words, its code, and what each cell showed."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

TABLE = re.compile(r'<table(?: border="1" class="dataframe")?>')
"""A table of ours, or of a data frame."""


class Notebook(SphinxDirective):
    """The cells of a notebook that lies beside the page, its headings one level down."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the cells in their order."""
        path = Path(self.env.srcdir) / self.arguments[0]
        self.env.note_dependency(str(path))
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = "\n\n".join(map(_cell, cells))
        found: list[nodes.Node] = self.parse_text_to_nodes(text, allow_section_headings=True)
        return found


def _cell(cell: Mapping[str, Any]) -> str:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return re.sub(r"^#", "##", source, flags=re.M)
    return "\n\n".join([_block("python", source), *map(_shown, cell["outputs"])])


def _shown(output: Mapping[str, Any]) -> str:
    """Return what a cell showed, as HTML where it has it."""
    data = output["data"]
    if "text/html" not in data:
        return _block("text", "".join(data["text/plain"]))
    table = TABLE.sub('<table class="docutils">', "".join(data["text/html"]))
    return _block("{raw} html", f'<div class="table-wrapper">{table}</div>')


def _block(kind: str, content: str) -> str:
    return f"```{kind}\n{content}\n```"


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("notebook", Notebook)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
