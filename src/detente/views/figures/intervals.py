"""A list of estimates: name, interval, range across worlds, number."""

import textwrap
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import altair as alt

from detente.questions import wording
from detente.text import capitalised
from detente.views.figures import style
from detente.views.figures.figure import Figure, hundredths
from detente.views.figures.marks import Drawn, marks, point_look

WIDTH = style.WIDTH - 20
HIGH = 42
"""Height of a row: its name, and its marks below [pixels]."""
NAME, BAND, DOTS = 11, 26, 36
"""Positions below the top of a row [pixels]."""
LANE = 8.5
"""Half the height of a line of text [pixels]."""
LONGEST = 42
"""A longer name is continued on a second line [characters]."""
NEXT = 15
"""Height of a second line of a name [pixels]."""
FOR_NUMBERS = 158
"""Width reserved for the number at the right end [pixels]."""


class IntervalRow(NamedTuple):
    """An estimate with its interval and worlds, in units of the axis."""

    name: str
    value: float
    low: Annotated[float, "90 % interval"]
    high: Annotated[float, "90 % interval"]
    worlds: Annotated[tuple[float, ...], "worlds: each, quantiles, or both ends"]
    number: Annotated[str, "label at the right end"]
    colour: str = style.MARK
    is_clear: Annotated[bool, "whether its dot is filled"] = True
    shape: str = "circle"


def row_of(
    name: str,
    share: tuple[float, float, float],
    number: str | None = None,
    *,
    worlds: Sequence[float] = (),
    colour: str = style.MARK,
    is_clear: bool = True,
) -> IntervalRow:
    """Return the row of a share, or of a difference of shares, with its interval, in percent.

    Its label is `number`, or by default the estimate with its interval.
    """
    said = wording.share(*share) if number is None else number
    value, low, high = hundredths(*share)
    return IntervalRow(name, value, low, high, hundredths(*worlds), said, colour, is_clear)


def figure(
    rows: Sequence[IntervalRow],
    *,
    title: str,
    axis: str,
    domain: tuple[float, float] | None = None,
    opening: str = "",
    **others: Any,
) -> Figure:
    """Return a figure of rows; its description has the title, `opening`, and each row.

    `others` are further fields of a figure: key, subtitle, notes and table.
    """
    said = " ".join(f"{capitalised(row.name)}: {row.number}." for row in rows)
    drawn = chart(rows, across(axis, domain or domain_of(rows)))
    return Figure(title=title, description=f"{title}. {opening}{said}", chart=drawn, **others)


def across(axis: str, domain: tuple[float, float]) -> alt.X:
    """Return a horizontal axis above the rows."""
    return alt.X(
        "x:Q",
        scale=alt.Scale(domain=list(domain), nice=False),
        axis=alt.Axis(title=axis, orient="top", tickCount=5),
    )


def domain_of(rows: Sequence[IntervalRow]) -> tuple[float, float]:
    """Return the ends of an axis that includes all marks of some rows, and 0."""
    ends = [end for row in rows for end in (row.low, row.high, row.value, *row.worlds)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = 0.03 * (high - low or 1.0)
    return low - (room if low < 0.0 else 0.0), high + room


def chart(
    rows: Sequence[IntervalRow], x: alt.X, *, line: float = 0.0, size: int = 52, band: int = 8
) -> Drawn:
    """Draw rows from the top: a band for the interval, a filled or hollow dot, dots for worlds.

    A vertical line marks the value `line`. `size` is the area of a dot, `band` the height of a band
    [pixels].
    """
    names, more, numbers = [], [], []
    lanes, bands, points, worlds = [], [], [], []
    top = 0
    for row in rows:
        first, *second = textwrap.wrap(row.name, LONGEST, max_lines=2, placeholder="…")
        y = top + NAME
        names.append({"y": y, "text": first})
        numbers.append({"y": y, "text": row.number})
        more += [{"y": y + NEXT, "text": text} for text in second]
        lanes.append({"y": y - LANE, "y2": y + LANE + NEXT * len(second)})
        top += NEXT * len(second)
        level, look = {"y": top + BAND}, {"color": row.colour}
        bands.append({"x": row.low, "x2": row.high, **level, **look})
        shown = point_look(row.colour, is_filled=row.is_clear, shape=row.shape)
        points.append({"x": row.value, **level, **shown})
        worlds += [{"x": place, "y": top + DOTS, **look} for place in row.worlds]
        top += HIGH
    return alt.layer(
        marks("rule", [{"x": line}], x=x, color=style.QUIET),
        # A background keeps labels legible over grid lines.
        marks("rect", lanes, extent=(WIDTH, top), x=0, x2=WIDTH, color=style.PAPER),
        marks("circle", worlds, x=x, size=16, opacity=0.75),
        marks("rule", bands, x=x, strokeWidth=band, opacity=0.45),
        marks("point", points, x=x, size=size, strokeWidth=2),
        marks("text", names, x=4, align="left", limit=WIDTH - FOR_NUMBERS),
        marks("text", more, x=4, align="left"),
        marks("text", numbers, x=WIDTH, align="right", **style.NOTE),
    )
