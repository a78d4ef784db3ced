"""A list of estimates under each other: name, interval, range across worlds, number."""

import textwrap
from collections.abc import Sequence
from itertools import accumulate
from typing import Annotated, Any, NamedTuple

import altair as alt

from detente.views.figures import style
from detente.views.figures.figure import Drawn, data

HIGH = 42
"""Height of a row [pixels]: its name above, its marks beneath."""
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
    is_estimable: Annotated[bool, "whether the interval is narrow enough"] = True


def listed(rows: Sequence[IntervalRow], *, axis: str, domain: tuple[float, float]) -> Drawn:
    """Draw rows, the first on top: a band for its interval, dots for worlds, or hollow."""
    scale = alt.Scale(domain=list(domain), nice=False)
    shown = alt.Axis(title=axis, orient="top", tickCount=5, grid=True)
    across = alt.X("value:Q", scale=scale, axis=shown)
    names = [textwrap.wrap(row.name, LONGEST, max_lines=2, placeholder="…") for row in rows]
    heights = [HIGH + NEXT * (len(lines) - 1) for lines in names]
    tops = list(accumulate(heights, initial=0))[:-1]
    values = [_drawn(*one) for one in zip(rows, names, tops, strict=True)]
    chart = alt.Chart(data(values), width=style.WIDTH - 20, height=sum(heights))
    zero = alt.Chart(data([{"value": 0.0}])).mark_rule(color=style.QUIET).encode(x=across)
    return alt.layer(
        *([zero] if domain[0] <= 0.0 <= domain[1] else []),
        cleared(chart),
        _worlds(rows, values, across),
        _bands(chart, alt.X("low:Q", scale=scale, axis=shown)),
        _points(chart, across),
        *words(chart),
        _second_lines(values),
    )


def domain_of(rows: Sequence[IntervalRow], *, zero: bool = True) -> tuple[float, float]:
    """Return an axis that holds all marks of some rows, and 0 if it is asked for."""
    ends = [end for row in rows for end in (row.low, row.high, row.value, *row.worlds)]
    low, high = min(ends), max(ends)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    room = 0.03 * (high - low or 1.0)
    return low - (room if low < 0.0 or not zero else 0.0), high + room


def _drawn(row: IntervalRow, lines: Sequence[str], top: int) -> dict[str, Any]:
    lower = top + NEXT * (len(lines) - 1)
    line = line_of(lines[0], row.number, top + NAME)
    return {
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "band": lower + BAND,
        "dots": lower + DOTS,
        "colour": row.colour,
        "fill": row.colour if row.is_estimable else style.PAPER,
        "more": "".join(lines[1:]),
        **line,
        "lane_end": line["lane_end"] + NEXT * (len(lines) - 1),
    }


def line_of(name: str, number: str, middle: float) -> dict[str, Any]:
    """Return a line of words at a height, as `words` and `cleared` draw it."""
    return {
        "name": name,
        "number": number,
        "line": middle,
        "lane": middle - LANE,
        "lane_end": middle + LANE,
    }


def cleared(chart: alt.Chart) -> alt.Chart:
    """Return lanes of paper that keep words clear of the lines of the grid."""
    lane: alt.Chart = chart.mark_rect(color=style.PAPER, opacity=1).encode(
        x=alt.value(0),
        x2=alt.value(style.WIDTH - 20),
        y=_down("lane"),
        y2="lane_end:Q",
    )
    return lane


def _down(column: str) -> alt.Y:
    """Return a place on the page by pixels from the top."""
    return alt.Y(f"{column}:Q", axis=None, scale=None)


def _worlds(
    rows: Sequence[IntervalRow], values: Sequence[dict[str, Any]], across: alt.X
) -> alt.Chart:
    dots = [
        {"value": place, "down": value["dots"], "colour": row.colour}
        for row, value in zip(rows, values, strict=True)
        for place in row.worlds
    ]
    chart: alt.Chart = (
        alt.Chart(data(dots))
        .mark_circle(size=16, opacity=0.75)
        .encode(x=across, y=_down("down"), color=alt.Color("colour:N", scale=None))
    )
    return chart


def _second_lines(values: Sequence[dict[str, Any]]) -> alt.Chart:
    lines = [
        {"line": value["line"] + NEXT, "name": value["more"]} for value in values if value["more"]
    ]
    chart: alt.Chart = (
        alt.Chart(data(lines))
        .mark_text(align="left")
        .encode(x=alt.value(4), y=_down("line"), text="name:N")
    )
    return chart


def _bands(chart: alt.Chart, across: alt.X) -> alt.Chart:
    band: alt.Chart = chart.mark_rule(strokeWidth=8, opacity=0.45).encode(
        x=across, x2="high:Q", y=_down("band"), color=alt.Color("colour:N", scale=None)
    )
    return band


def _points(chart: alt.Chart, across: alt.X) -> alt.Chart:
    point: alt.Chart = chart.mark_point(size=52, opacity=1, strokeWidth=2).encode(
        x=across,
        y=_down("band"),
        fill=alt.Fill("fill:N", scale=None),
        stroke=alt.Stroke("colour:N", scale=None),
    )
    return point


def words(chart: alt.Chart) -> tuple[alt.Chart, alt.Chart]:
    """Return the names at the left and the numbers at the right."""
    width = style.WIDTH - 20
    name = chart.mark_text(align="left", limit=width - FOR_NUMBERS).encode(
        x=alt.value(4), y=_down("line"), text="name:N"
    )
    number = chart.mark_text(align="right", color=style.QUIET, fontSize=style.SMALL).encode(
        x=alt.value(width), y=_down("line"), text="number:N"
    )
    return name, number
