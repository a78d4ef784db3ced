"""A report as one page or one slide: no scripts, no links to load, all text escaped."""

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
"""Content security policy of the page: only its own style and pictures."""
PRINTED, CUT = 20, 25
"""Rows that are printed of a table with more rows than `CUT`."""
PERCENT = re.compile(r"(?:^|(?<=\d)) (?=%)")
"""The space before a percent sign, after its number or after a strong one."""
KEYED = re.compile(r"(?P<title>.+) \((?P<key>\w+(?:\.\w+)+)\)")
"""A title followed by the path of a number in brackets."""
SIZE = re.compile(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"')


def to_html(page: "ReportPage") -> str:
    """Return a report as one page that works offline, in print and on a telephone."""
    return environment().get_template("page.html").render(page=page, policy=POLICY)


def to_single(section: Section) -> str:
    """Return a section as a complete page."""
    return environment().get_template("single.html").render(section=section, policy=POLICY)


def to_fragment(section: Section) -> str:
    """Return the brief parts of a section, without pictures, as HTML for another page."""
    return environment().get_template("section.html").render(section=section)


@cache
def environment() -> Environment:
    """Return the Jinja environment: text is escaped, unknown names are errors."""
    made = Environment(
        loader=PackageLoader("detente.views.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.globals["is_served"] = False  # pages fold commands, and label cells for small screens
    made.filters |= {
        "kind": kind,
        "picture": picture,
        "csv": csv_link,
        "cell": cell,
        "parted": parted,
        "pieces": pieces_of,
        "unbroken": unbroken,
        "shown": shown,
        "inside": inside,
        "printed": printed,
        "keyed": keyed,
    }
    return made


def _shown(value: Any) -> Any:
    """Remove control characters from every text that templates print."""
    if isinstance(value, Strong):
        text = escape(clean(value))
        return Markup(f"<strong>{text}</strong>")  # noqa: S704  our own tag, around escaped text
    is_text = isinstance(value, str) and not isinstance(value, Markup)
    return clean(value) if is_text else value


def unbroken(text: str) -> str:
    """Return a text in which no percent sign begins a line without its number."""
    # A strong text stays of its type, as the template has to know it.
    return text if isinstance(text, Strong) else PERCENT.sub("\N{NO-BREAK SPACE}", text)


def kind(block: object) -> str:
    """Return the name of the macro that writes a block."""
    return type(block).__name__.lower()


def inside(blocks: Sequence[Block]) -> list[str]:
    """Return a summary of folded blocks: titles of those that have one, then a count of notes."""
    titles = []
    for block in blocks:
        if isinstance(block, Table):
            titles.append(f"{block.caption}: {wording.count(len(block.rows), 'row')}")
        elif isinstance(block, Listing | Cards) and block.title:
            titles.append(block.title)
    notes = len(blocks) - len(titles)
    return titles + [wording.count(notes, "note")] * (notes > 0)


def shown(rows: Sequence[Sequence[object]]) -> list[Sequence[object]]:
    """Return the rows of a figure's table that a page shows: all, or evenly spaced ones."""
    if len(rows) <= MOST_ROWS:
        return list(rows)
    last = len(rows) - 1
    return [rows[place * last // (MOST_ROWS - 1)] for place in range(MOST_ROWS)]


def printed(rows: Sequence[Sequence[object]]) -> int:
    """Return how many rows of a table are printed; on screen all are shown."""
    return PRINTED if len(rows) > CUT else len(rows)


def keyed(text: str) -> tuple[str, str]:
    """Return the text of a cell in two parts: the title, and the path of a number after it."""
    found = KEYED.fullmatch(text)
    return (found["title"], found["key"]) if found else (text, "")


def picture(figure: Figure) -> dict[str, str]:
    """Return a figure as an inert data address, with its width and height."""
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
    """Return a table as a data address, from which it can be saved."""
    return _within("text/csv;charset=utf-8", block.csv())


def _within(kind_of_data: str, text: str) -> str:
    return f"data:{kind_of_data};base64,{base64.b64encode(text.encode()).decode()}"


SCALE = 1.2
"""Dots of the PNG for each unit; a slide has 1600 x 900 units."""
LINES = 3
"""Sentences of the brief on a slide."""
PLACE = (64.0, 250.0, 760.0, 570.0)
"""Rectangle of the picture: left, top, width, height [units]."""
TEXT_TOP, TEXT_HIGH, TEXT_WIDE = 200.0, 620.0, 656.0
"""Rectangle of the sentences: top, height, width [units]."""
SIZES = (30, 28, 26, 24, 22, 20, 18)
"""Font sizes of the sentences; the largest that fits is used [units]."""
TITLE, TITLE_WIDE = 46, 1472.0
"""Largest font size of the title, and its width [units]."""
NARROW, BOLD = 0.5, 0.56
"""Mean width of a plain and of a bold character, as multiples of the font size."""
LEADING = 1.32
"""Height of a line, as a multiple of the font size."""


class SlideLine(NamedTuple):
    """A line of text on a slide."""

    text: str
    y: float
    size: float
    colour: str
    is_bold: bool


def to_svg(page: "ReportPage") -> str:
    """Return the slide of a report as self-contained SVG."""
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
    """Return a figure with its title, and the shift and scale that fit it into its place."""
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
    """Return sentences broken into lines, in the largest font size that fits."""
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
