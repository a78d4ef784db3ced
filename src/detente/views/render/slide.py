"""A report as one slide, 16 by 9: the picture, the answer in three lines, where it is from."""

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import vl_convert as vlc
from markupsafe import Markup

from detente.views.blocks import plain
from detente.views.figures import Figure, style
from detente.views.render.html import environment, size_of

if TYPE_CHECKING:
    from detente.views.brief import Lead
    from detente.views.page import Page

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


def to_svg(page: "Page") -> str:
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


def to_png(page: "Page") -> bytes:
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
