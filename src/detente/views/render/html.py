"""A report as one page or as one slide: no script, nothing to fetch, every text escaped."""

import base64
import re
import textwrap
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import vl_convert as vlc
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from detente.questions import wording
from detente.text import clean
from detente.views.blocks import (
    MOST_ROWS,
    Block,
    Cards,
    Listing,
    Section,
    Strong,
    Table,
    cell,
    parted,
    pieces_of,
    plain,
)
from detente.views.figures import Figure, style

if TYPE_CHECKING:
    from detente.views.brief import Lead
    from detente.views.page import ReportPage


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


def to_html(page: "ReportPage") -> str:
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
    made.globals["is_served"] = False  # a page folds commands, and names cells for small screens
    made.filters |= {
        "kind": kind,
        "picture": picture,
        "csv": csv_link,
        "cell": cell,
        "parted": parted,
        "pieces": pieces_of,
        "shown": shown,
        "inside": inside,
        "printed": printed,
        "keyed": keyed,
    }
    return made


def _shown(value: Any) -> Any:
    """Strip what steers a screen from every text that the templates print."""
    if isinstance(value, Strong):
        text = escape(clean(value))
        return Markup(f"<strong>{text}</strong>")  # noqa: S704  our own tag, around escaped text
    is_text = isinstance(value, str) and not isinstance(value, Markup)
    return clean(value) if is_text else value


def kind(block: object) -> str:
    """Return the name of the macro that writes a block."""
    return type(block).__name__.lower()


def inside(blocks: Sequence[Block]) -> list[str]:
    """Return what a fold holds, a line each: what has a title by it, then how much else."""
    titles = []
    for block in blocks:
        if isinstance(block, Table):
            titles.append(f"{block.caption}: {wording.count(len(block.rows), 'row')}")
        elif isinstance(block, Listing | Cards) and block.title:
            titles.append(block.title)
    notes = len(blocks) - len(titles)
    return titles + [wording.count(notes, "note")] * (notes > 0)


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


SCALE = 1.2
"""Dots of the PNG for each unit, of which a slide has 1600 x 900."""
LINES = 3
"""Sentences of the brief that a slide has."""
PLACE = (64.0, 250.0, 760.0, 570.0)
"""Where the picture goes: left, top, width, height [units]."""
TEXT_TOP, TEXT_HIGH, TEXT_WIDE = 200.0, 620.0, 656.0
"""Where the sentences go, and how much room they have [units]."""
SIZES = (30, 28, 26, 24, 22, 20, 18)
"""Sizes of type, the largest that fits is taken [units]."""
TITLE, TITLE_WIDE = 46, 1472.0
"""Largest type of the title, and how much room it has [units]."""
NARROW, BOLD = 0.5, 0.56
"""Mean width of a character, and of a bold one, in sizes of type."""
LEADING = 1.32
"""Height of a line, in sizes of type."""


class SlideLine(NamedTuple):
    """A line of words on a slide."""

    text: str
    y: float
    size: float
    colour: str
    is_bold: bool


def to_svg(page: "ReportPage") -> str:
    """Return the slide of a report as SVG that stands alone."""
    figure = page.brief.picture.figure
    return (
        environment()
        .get_template("slide.svg")
        .render(
            title=page.title,
            title_size=min(TITLE, round(TITLE_WIDE / (BOLD * max(1, len(page.title))))),
            under=f"In this model, as of {page.as_of}. {page.size}.",
            picture=None if figure is None else _placed(figure),
            lines=_fitted(page.brief.leads[:LINES]),
            source=page.source,
            mark=page.mark,
            paper=style.PAPER,
            ink=style.INK,
            quiet=style.QUIET,
        )
    )


def to_png(page: "ReportPage") -> bytes:
    """Return the slide of a report as PNG."""
    png: bytes = vlc.svg_to_png(to_svg(page), scale=SCALE)
    return png


def _placed(figure: Figure) -> dict[str, Any]:
    """Return a figure, its title, and how it is moved and scaled into its place."""
    svg, (left, top, width, height) = figure.svg(), PLACE
    wide, high = size_of(svg)
    scale = min(width / wide, height / high)
    return {
        "title": figure.title,
        "svg": Markup(svg),  # noqa: S704  drawn by us, its texts escaped
        "left": left,
        "top": top,
        "scale": f"{scale:.4f}",
    }


def _fitted(leads: "tuple[Lead, ...]") -> list[SlideLine]:
    """Return sentences in lines, of the largest type for which there is room."""
    for size in SIZES:
        lines = list(_lines(leads, size))
        if lines[-1].y <= TEXT_TOP + TEXT_HIGH:
            break
    return lines


def _lines(leads: "tuple[Lead, ...]", size: int) -> Iterator[SlideLine]:
    down = TEXT_TOP
    for lead in leads:
        down += LEADING * size
        yield SlideLine(lead.title, down, 0.8 * size, style.MARK, is_bold=True)
        for text in textwrap.wrap(plain(lead.words), int(TEXT_WIDE / (NARROW * size))):
            down += LEADING * size
            yield SlideLine(text, down, size, style.INK, is_bold=False)
        down += 0.6 * size
