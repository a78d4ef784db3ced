"""What pictures are made of: marks a row, axes, lines with their bands, words in a list.

A row is a mark, and its columns say how it is drawn, by the names of Vega-Lite's channels.
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
"""A mark by its columns: where it stands, what it looks like, what it says."""
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
"""What a column means where nothing else is asked for: pixels from the upper left, colours."""
LINE = 19
"""Height of a line of a list [pixels]."""


def marks(
    kind: Any,
    rows: Iterable[Mark],
    *,
    extent: tuple[float, float] | None = None,
    **drawn: Any,
) -> alt.Chart:
    """Draw a mark of a kind for each row, by its columns.

    `extent` is the width and height of the picture [pixels]. What else is given is an axis that
    takes the place of pixels (`x=by_date(...)`), or a look that all marks have (`size=20`).
    """
    rows = list(rows)
    channels = {name: COLUMNS[name] for name in (rows[0] if rows else ()) if name in COLUMNS}
    channels |= {name: one for name, one in drawn.items() if isinstance(one, alt.SchemaBase)}
    looks = {name: one for name, one in drawn.items() if name not in channels}
    chart = alt.Chart(data(rows), mark=alt.MarkDef(type=kind, **looks)).encode(**channels)
    return chart if extent is None else chart.properties(width=extent[0], height=extent[1])


def data(rows: Iterable[Mark]) -> alt.InlineData:
    """Return rows as values that a chart holds itself, all of them, with text cleaned."""
    cleaned = [
        {key: clean(value) if isinstance(value, str) else value for key, value in row.items()}
        for row in rows
    ]
    return alt.InlineData(values=cleaned)


def point_look(colour: str, *, is_filled: bool, shape: str = "circle") -> Mark:
    """Return how a point looks: filled, or hollow."""
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
    """Draw lines through `x` and `y`, over the bands from `low` to `high` as dark as `band`.

    With `point` each row is a dot on its line.
    """
    below = [{**row, "y": row["low"], "y2": row["high"]} for row in rows]
    return [
        marks("area", below, extent=extent, x=x, y=y, opacity=band, **looks),
        marks("line", rows, x=x, y=y, point=point, **looks),
    ]


def of_100(
    title: str | None = None, ticks: Sequence[int] = (0, 25, 50, 75, 100), **axis: Any
) -> alt.Y:
    """Return an upright axis of futures of 100."""
    shown = alt.Axis(values=list(ticks), title=title, **axis)
    return alt.Y("y:Q", axis=shown, scale=alt.Scale(domain=[0, 100]))


def panel(drawn: Drawn, title: str) -> Drawn:
    """Return a picture that is one of several, beneath its own title."""
    return drawn.properties(title=alt.TitleParams(clean(title), fontSize=style.TEXT))


def moment(as_of: date, day: int) -> int:
    """Return a day of play as a chart's axis of dates takes it [ms since 1970, universal time]."""
    there = datetime.combine(as_of + timedelta(days=day), time(), UTC)
    return 1000 * int(there.timestamp())


def in_words(as_of: date, day: int) -> str:
    """Return the date of a day of play, such as 1 April 2026."""
    return wording.in_full(as_of + timedelta(days=day))


def by_date(as_of: date, days: tuple[int, int], **axis: Any) -> alt.X:
    """Return an axis of dates from one day of play to another, its years beneath."""
    scale = alt.Scale(type="utc", domain=[moment(as_of, day) for day in days], nice=False)
    years = sorted({(as_of + timedelta(days=day)).year for day in days})
    shown = alt.Axis(format="%-d %b", title=" to ".join(map(str, years)), **axis)
    return alt.X("x:T", scale=scale, axis=shown)


def numbered(texts: Sequence[str], width: float) -> alt.Chart:
    """Draw texts as a numbered list, which begins left of the axis of what stands above it."""
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


def apart(
    places: Sequence[float], least: float, low: float = 0.0, high: float = 100.0
) -> list[float]:
    """Return places moved as little as it takes to stand `least` apart, between two ends."""
    order = sorted(range(len(places)), key=lambda at: places[at])
    moved = [max(low, place) for place in places]
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + least)
    for at in reversed(order):
        moved[at] = min(moved[at], high)
        high = moved[at] - least
    return moved
