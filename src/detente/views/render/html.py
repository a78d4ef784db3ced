"""A report as one page: no script, nothing to fetch, every text escaped."""

import base64
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from detente.analysis import wording
from detente.text import clean
from detente.views.blocks import MOST_ROWS, Block, Cards, Listing, Section, Table, cell, parted
from detente.views.figures import Figure

if TYPE_CHECKING:
    from detente.views.page import Page

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
"""What a browser may do with the page: show it, with its own style and its own pictures."""
PRINTED, CUT = 20, 25
"""Rows of a table that are printed if it has more than so many."""
KEYED = re.compile(r"(?P<title>.+) \((?P<key>\w+(?:\.\w+)+)\)")
"""A title with the key of a number after it."""
SIZE = re.compile(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"')


def to_html(page: "Page") -> str:
    """Return a report as one page that works offline, in print and on a telephone."""
    return environment().get_template("page.html").render(page=page, policy=POLICY)


def to_single(section: Section) -> str:
    """Return all of a section as a page of its own."""
    return environment().get_template("single.html").render(section=section, policy=POLICY)


def to_fragment(section: Section) -> str:
    """Return what is brief of a section, but its pictures, as HTML within another page."""
    return environment().get_template("section.html").render(section=section)


@cache
def environment() -> Environment:
    """Return what templates are written with: every text escaped, every name known."""
    made = Environment(
        loader=PackageLoader("detente.views.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters |= {
        "kind": kind,
        "picture": picture,
        "csv": csv_link,
        "cell": cell,
        "parted": parted,
        "shown": shown,
        "inside": inside,
        "printed": printed,
        "keyed": keyed,
    }
    return made


def _shown(value: Any) -> Any:
    """Strip what steers a screen from every text that the templates print."""
    is_text = isinstance(value, str) and not isinstance(value, Markup)
    return clean(value) if is_text else value


def kind(block: object) -> str:
    """Return the name of the macro that writes a block."""
    return type(block).__name__.lower()


def inside(blocks: Sequence[Block]) -> list[str]:
    """Return what a fold holds, a line each: what has a title by it, then how much else."""
    titles = [title for title in map(_title, blocks) if title]
    notes = len(blocks) - len(titles)
    return titles + [wording.count(notes, "note")] * (notes > 0)


def _title(block: Block) -> str:
    if isinstance(block, Table):
        return f"{block.caption}: {wording.count(len(block.rows), 'row')}"
    return block.title if isinstance(block, Listing | Cards) else ""


def shown(rows: Sequence[Sequence[object]]) -> list[Sequence[object]]:
    """Return the rows of a figure that the page shows: all, or as many evenly spaced ones."""
    if len(rows) <= MOST_ROWS:
        return list(rows)
    last = len(rows) - 1
    return [rows[place * last // (MOST_ROWS - 1)] for place in range(MOST_ROWS)]


def printed(rows: Sequence[Sequence[object]]) -> int:
    """Return how many rows of a table are printed; a page on a screen has all."""
    return PRINTED if len(rows) > CUT else len(rows)


def keyed(text: str) -> tuple[str, str]:
    """Return what stands in a cell, and apart from it the key of a number that ends it."""
    found = KEYED.fullmatch(text)
    return (found["title"], found["key"]) if found else (text, "")


def picture(figure: Figure) -> dict[str, str]:
    """Return a figure as a picture within the page, in which nothing can run, and its size."""
    svg = figure.svg()
    width, height = (f"{side:.0f}" for side in size_of(svg))
    return {"src": _within("image/svg+xml", svg), "width": width, "height": height}


def size_of(svg: str) -> tuple[float, float]:
    """Return width and height of a drawn figure [pixels]."""
    size = SIZE.match(svg)
    if size is None:
        raise ValueError("a figure was drawn without a size")
    return float(size[1]), float(size[2])


def csv_link(block: Table | Figure) -> str:
    """Return a table as an address that holds it, to be saved and never fetched."""
    return _within("text/csv;charset=utf-8", block.csv())


def _within(kind_of_data: str, text: str) -> str:
    return f"data:{kind_of_data};base64,{base64.b64encode(text.encode()).decode()}"
