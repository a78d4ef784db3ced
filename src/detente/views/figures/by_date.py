"""What has a date: signs that were seen, forces that come and go, the day of which it is told."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, NamedTuple

import altair as alt

from detente.pack import Crisis
from detente.views.figures import style
from detente.views.figures.figure import Drawn, Figure, Numbers, data
from detente.views.figures.rows import cleared, line_of, words

HIGH = 40
"""Height of a row [pixels]."""
NAME, MARK = 11, 27
AFTER = 30
"""Days drawn after the last date at least [days]."""
COLUMNS = ("what", "kind", "from", "until")
KINDS = {"sign": "circle", "force in view": "triangle-up", "force that comes": "triangle-up"}


class Dated(NamedTuple):
    """Something that has a day, or lasts."""

    what: str
    kind: Annotated[str, "one of KINDS"]
    first: date
    last: date | None
    lasts: bool


def calendar(crisis: Crisis) -> Figure | None:
    """Draw the days of signs and forces about the as-of date; None if the pack dates nothing."""
    dated = sorted(_dated(crisis), key=lambda one: (one.first, one.what))
    if not dated:
        return None
    signs = sum(one.kind == "sign" for one in dated)
    title = f"{signs} dated signs and {len(dated) - signs} forces"
    return Figure(
        key="calendar",
        title=title,
        subtitle=f"Days before and after the as-of date, by the pack; as of {crisis.as_of}",
        description=f"{title}. " + " ".join(f"{one.what}: {_span(one)}." for one in dated),
        notes=(
            "Dots: signs that were seen. Triangles: forces, from the day they are there; hollow: "
            "not in view at the start. A line without an end: no day of leaving is known.",
        ),
        table=Numbers(
            COLUMNS,
            tuple((one.what, one.kind, str(one.first), str(one.last or "")) for one in dated),
        ),
        chart=_drawn(dated, crisis.as_of),
    )


def _dated(crisis: Crisis) -> Iterator[Dated]:
    for key, sign in crisis.model.indicators.items():
        yield Dated(key.replace("_", " "), "sign", sign.date, None, lasts=False)
    for key, force in crisis.model.forces.items():
        kind = "force in view" if force.deployed else "force that comes"
        yield Dated(key.replace("_", " "), kind, force.arrives, force.leaves, lasts=True)


def _span(one: Dated) -> str:
    if not one.lasts:
        return str(one.first)
    return f"{one.first} to {one.last}" if one.last else f"from {one.first}"


def _drawn(dated: list[Dated], as_of: date) -> Drawn:
    left, right = _ends(dated, as_of)
    scale = alt.Scale(domain=[left, right], nice=False)
    axis = alt.Axis(title=f"days before and after {as_of}", orient="top", tickCount=6)
    day = alt.X("day:Q", scale=scale, axis=axis)
    mark = alt.Y("mark:Q", axis=None, scale=None)
    colour = alt.Color("colour:N", scale=None)
    shape = alt.Shape("kind:N", legend=None).scale(domain=list(KINDS), range=list(KINDS.values()))
    rows = [_placed(one, HIGH * at, as_of, right) for at, one in enumerate(dated)]
    chart = alt.Chart(data(rows), width=style.WIDTH - 20, height=HIGH * len(rows))
    return alt.layer(
        alt.Chart(data([{"day": 0}])).mark_rule(color=style.QUIET).encode(x=day),
        cleared(chart),
        chart.transform_filter(alt.FieldValidPredicate(field="until", valid=True))
        .mark_rule(strokeWidth=4, opacity=0.3)
        .encode(x=day, x2="until:Q", y=mark, color=colour),
        chart.mark_point(size=90, opacity=1, strokeWidth=2).encode(
            x=day, y=mark, shape=shape, stroke=colour, fill=alt.Fill("fill:N", scale=None)
        ),
        *words(chart),
    )


def _ends(dated: list[Dated], as_of: date) -> tuple[int, int]:
    """Return the first and last day drawn, with room about all dates."""
    days = [(day - as_of).days for one in dated for day in (one.first, one.last) if day]
    first, last = min(0, *days), max(0, *days)
    right = last + max(AFTER, (last - first) // 8)
    return first - max(2, (right - first) // 40), right


def _placed(one: Dated, top: int, as_of: date, right: int) -> dict[str, Any]:
    until = ((one.last - as_of).days if one.last else right) if one.lasts else None
    return {
        "day": (one.first - as_of).days,
        "until": until,
        "kind": one.kind,
        "mark": top + MARK,
        "colour": style.MARK if one.kind == "sign" else style.INK,
        "fill": _fill(one),
        **line_of(one.what, _span(one), top + NAME),
    }


def _fill(one: Dated) -> str:
    if one.kind == "sign":
        return style.MARK
    return style.INK if one.kind == "force in view" else style.PAPER
