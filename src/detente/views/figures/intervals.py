"""A list of estimates under each other: name, interval, range across worlds, number."""

import textwrap
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import altair as alt

from detente.questions import wording
from detente.text import headed
from detente.views.figures import style
from detente.views.figures.figure import Figure, hundredths
from detente.views.figures.marks import Drawn, Mark, marks

WIDTH = style.WIDTH - 20
HIGH = 42
"""Height of a row: its name above, its marks beneath [pixels]."""
NAME, BAND, DOTS = 11, 26, 36
"""How far below a row's top these stand [pixels]."""
LANE = 8.5
"""Half the height of a line of words [pixels]."""
LONGEST = 42
"""A longer name goes on in a second line [characters]."""
NEXT = 15
"""Height of a second line of a name [pixels]."""
FOR_NUMBERS = 158
"""What names leave free for the number at the right end [pixels]."""


class IntervalRow(NamedTuple):
    """An estimate with its interval and where worlds lie, on the axis' scale."""

    name: str
    value: float
    low: Annotated[float, "90 % interval"]
    high: Annotated[float, "90 % interval"]
    worlds: Annotated[tuple[float, ...], "where worlds lie: each, quantiles, or both ends"]
    number: Annotated[str, "the estimate in words, at the right end"]
    colour: str = style.MARK
    is_clear: Annotated[bool, "whether its dot is filled"] = True


def row_of(
    name: str,
    share: tuple[float, float, float],
    number: str | None = None,
    *,
    worlds: Sequence[float] = (),
    colour: str = style.MARK,
    is_clear: bool = True,
) -> IntervalRow:
    """Return the row of a share, or of a difference of shares, with its interval, of 100.

    At its right end it has its number with the interval, if none is given.
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
    """Return a figure of rows, described row by row after its title and `opening`.

    `others` are what else a figure has: key, subtitle, notes and table.
    """
    said = " ".join(f"{headed(row.name)}: {row.number}." for row in rows)
    return Figure(
        title=title,
        description=f"{title}. {opening}{said}",
        chart=chart(rows, axis=axis, domain=domain or domain_of(rows)),
        **others,
    )


def chart(rows: Sequence[IntervalRow], *, axis: str, domain: tuple[float, float]) -> Drawn:
    """Draw rows, the first on top: a band for its interval, dots for worlds, or hollow."""
    across = alt.X(
        "x:Q",
        scale=alt.Scale(domain=list(domain), nice=False),
        axis=alt.Axis(title=axis, orient="top", tickCount=5),
    )
    words: list[Mark] = []
    bands, points, worlds = [], [], []
    top = 0
    for row in rows:
        names = textwrap.wrap(row.name, LONGEST, max_lines=2, placeholder="…")
        words += lane(names, row.number, top + NAME)
        top += NEXT * (len(names) - 1)
        band, look = {"y": top + BAND}, {"color": row.colour}
        bands.append({"x": row.low, "x2": row.high, **band, **look})
        fill = row.colour if row.is_clear else style.PAPER
        points.append({"x": row.value, **band, "stroke": row.colour, "fill": fill})
        worlds += [{"x": place, "y": top + DOTS, **look} for place in row.worlds]
        top += HIGH
    zero = [{"x": 0.0}] if domain[0] <= 0.0 <= domain[1] else []
    return alt.layer(
        marks("rule", zero, x=across, color=style.QUIET),
        lanes(words, extent=(WIDTH, top)),
        marks("circle", worlds, x=across, size=16, opacity=0.75),
        marks("rule", bands, x=across, strokeWidth=8, opacity=0.45),
        marks("point", points, x=across, size=52, strokeWidth=2),
        *said(words),
    )


def domain_of(rows: Sequence[IntervalRow]) -> tuple[float, float]:
    """Return an axis that holds all marks of some rows, and 0."""
    ends = [end for row in rows for end in (row.low, row.high, row.value, *row.worlds)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = 0.03 * (high - low or 1.0)
    return low - (room if low < 0.0 else 0.0), high + room


def lane(names: Sequence[str], number: str, middle: float) -> list[Mark]:
    """Return a name in lines, the first at a height, with a number at its right end."""
    return [
        {"y": middle + NEXT * at, "text": name, "number": "" if at else number}
        for at, name in enumerate(names)
    ]


def lanes(words: Sequence[Mark], *, extent: tuple[float, float]) -> alt.Chart:
    """Draw lanes of paper that keep words clear of the lines of the grid."""
    rows = [{"y": one["y"] - LANE, "y2": one["y"] + LANE} for one in words]
    return marks("rect", rows, extent=extent, x=0, x2=WIDTH, color=style.PAPER)


def said(words: Sequence[Mark]) -> list[alt.Chart]:
    """Draw the names at the left and the numbers at the right."""
    first = [one for one in words if one["number"]]
    second = [one for one in words if not one["number"]]
    return [
        marks("text", first, x=4, align="left", limit=WIDTH - FOR_NUMBERS),
        marks("text", second, x=4, align="left"),
        marks("text", first, text=alt.Text("number:N"), x=WIDTH, align="right", **style.NOTE),
    ]
