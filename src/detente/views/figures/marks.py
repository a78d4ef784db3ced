"""Elements of charts: marks, axes, lines with bands, numbered lists.

A row of data is a mark; its columns set its look and are named after channels of Vega-Lite.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, TypeAlias

import altair as alt

from detente.questions import wording
from detente.text import clean
from detente.views.figures import style

Drawn: TypeAlias = alt.Chart | alt.LayerChart | alt.FacetChart | alt.VConcatChart | alt.HConcatChart
Mark: TypeAlias = dict[str, Any]
"""A mark by columns: position, look, text."""
COLUMNS: Mapping[str, Any] = {
    "x": alt.X("x:Q", axis=None, scale=None),
    "y": alt.Y("y:Q", axis=None, scale=None),
    "x2": alt.X2("x2"),
    "y2": alt.Y2("y2"),
    "text": alt.Text("text:N"),
    "detail": alt.Detail("detail:N"),
    "shape": alt.Shape("shape:N", scale=None),
    "color": alt.Color("color:N", scale=None),
    "fill": alt.Fill("fill:N", scale=None),
    "stroke": alt.Stroke("stroke:N", scale=None),
    "strokeDash": alt.StrokeDash("strokeDash:N", scale=None),
}
"""Default encoding of columns: pixels from the upper left, and colours."""
LINE = 19
"""Height of a line of a list [pixels]."""


def marks(
    kind: Any,
    rows: Iterable[Mark],
    *,
    extent: tuple[float, float] | None = None,
    **drawn: Any,
) -> alt.Chart:
    """Draw a mark of a kind for each row.

    `extent` is the width and height of the picture [pixels]. Further arguments are axes that
    replace pixels (`x=by_date(...)`), or looks shared by all marks (`size=20`).
    """
    rows = list(rows)
    channels = {name: COLUMNS[name] for name in (rows[0] if rows else ()) if name in COLUMNS}
    channels |= {name: one for name, one in drawn.items() if isinstance(one, alt.SchemaBase)}
    looks = {name: one for name, one in drawn.items() if name not in channels}
    chart = alt.Chart(data(rows), mark=alt.MarkDef(type=kind, **looks)).encode(**channels)
    return chart if extent is None else chart.properties(width=extent[0], height=extent[1])


def data(rows: Iterable[Mark]) -> alt.InlineData:
    """Return rows as inline data of a chart, with text cleaned."""
    cleaned = [
        {key: clean(value) if isinstance(value, str) else value for key, value in row.items()}
        for row in rows
    ]
    return alt.InlineData(values=cleaned)


def point_look(colour: str, *, is_filled: bool, shape: str = "circle") -> Mark:
    """Return the look of a point, filled or hollow."""
    return {"shape": shape, "stroke": colour, "fill": colour if is_filled else style.PAPER}


def lines(
    rows: Sequence[Mark],
    *,
    x: alt.X,
    y: alt.Y,
    extent: tuple[float, float],
    band: float = 0.3,
    point: bool = False,
    **looks: Any,
) -> list[alt.Chart]:
    """Draw lines through `x` and `y`, and bands from `low` to `high` with opacity `band`.

    With `point` each row is also a dot on its line.
    """
    below = [{**row, "y": row["low"], "y2": row["high"]} for row in rows]
    return [
        marks("area", below, extent=extent, x=x, y=y, opacity=band, **looks),
        marks("line", rows, x=x, y=y, point=point, **looks),
    ]


def of_100(
    title: str | None = None, ticks: Sequence[int] = (0, 25, 50, 75, 100), **axis: Any
) -> alt.Y:
    """Return a vertical axis in percent of futures."""
    shown = alt.Axis(values=list(ticks), title=title, **axis)
    return alt.Y("y:Q", axis=shown, scale=alt.Scale(domain=[0, 100]))


def panel(drawn: Drawn, title: str) -> Drawn:
    """Return a picture with its own title, as one of several."""
    return drawn.properties(title=alt.TitleParams(clean(title), fontSize=style.TEXT))


def moment(as_of: date, day: int) -> int:
    """Return a day of play as a time of the date axis [ms since 1970, UTC]."""
    midnight = datetime.combine(as_of + timedelta(days=day), time(), UTC)
    return 1000 * int(midnight.timestamp())


def in_words(as_of: date, day: int) -> str:
    """Return the date of a day of play, such as 1 April 2026."""
    return wording.in_full(as_of + timedelta(days=day))


def by_date(as_of: date, days: tuple[int, int], **axis: Any) -> alt.X:
    """Return a date axis from one day of play to another, with the years in its title."""
    scale = alt.Scale(type="utc", domain=[moment(as_of, day) for day in days], nice=False)
    years = sorted({(as_of + timedelta(days=day)).year for day in days})
    shown = alt.Axis(format="%-d %b", title=" to ".join(map(str, years)), **axis)
    return alt.X("x:T", scale=scale, axis=shown)


def numbered(texts: Sequence[str], width: float) -> alt.Chart:
    """Draw texts as a numbered list that starts left of the axis of the chart above it."""
    rows = [
        {"y": LINE * at + LINE / 2, "text": f"{at + 1}. {text}"} for at, text in enumerate(texts)
    ]
    return marks(
        "text",
        rows,
        extent=(width, LINE * len(rows)),
        x=-40,
        align="left",
        fontSize=style.SMALL,
        limit=style.WIDTH - 20,
    )


def apart(places: Sequence[float], least: float) -> list[float]:
    """Return positions moved as little as needed to be `least` apart, between 0 and 100."""
    order = sorted(range(len(places)), key=lambda at: places[at])
    moved = [max(0.0, place) for place in places]
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + least)
    most = 100.0
    for at in reversed(order):
        moved[at] = min(moved[at], most)
        most = moved[at] - least
    return moved
