"""Where all futures stand day by day, and where each world ends."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import altair as alt
import numpy as np

from detente.ensemble.run import Run
from detente.questions import wording
from detente.questions.summary import Summary
from detente.views.figures import style
from detente.views.figures.figure import (
    Cell,
    Drawn,
    Figure,
    Numbers,
    by_date,
    data,
    in_words,
    moment,
    size_of,
    summary_of,
)

HEIGHT = 250
NEAREST = 8.0
"""Labels at the ends of lines stand so far apart at least [points of the axis]."""
MOST_DAYS = 240
"""With a longer horizon not every day is drawn; the table has all."""
MOST_DOTS = 128
"""More worlds than this are shown by dots that stand for several."""
QUANTILES = (np.arange(20) + 0.5) / 20
"""Where worlds are drawn as 20 dots, each of 5 of 100."""
BESIDE = 2.2
"""Dots nearer than this stand side by side [points of the axis]."""
LINES = {
    "unresolved": style.OPEN,
    "settled": style.SETTLED,
    "deal": style.DEAL,
    "force": style.FORCE,
}


def corridor(found: Summary | Run) -> Figure:
    """Draw, day by day, how many of 100 futures are unresolved, settled, in a deal, under force.

    Bands are 90 % intervals over worlds and chance. Dots are worlds, where they end.
    """
    summary = summary_of(found)
    days, as_of = summary.base.corridor, date.fromisoformat(summary.run.record.as_of)
    rows = [
        {
            "line": line,
            "day": one.day,
            "date": moment(as_of, one.day),
            **_banded(getattr(one, line), band),
        }
        for line in LINES
        for one, band in zip(days, summary.base.bands[line], strict=True)
    ]
    worlds, each = _worlds(summary)
    deal, force = (wording.of_100(getattr(days[-1], key)) for key in ("deal", "force"))
    title = f"Of 100 futures, {_joined(deal)} hold a deal, {_joined(force)} see force"
    return Figure(
        key="corridor",
        title=title,
        subtitle=f"Futures of 100 by day, in this model; {size_of(summary.run)}",
        description=f"{title}. {_told(summary)}",
        notes=(
            "In this model. By a day a future is in one of four places: under force once any was "
            "used, in a deal while one is in force, settled if a side has backed down or the "
            "dispute has petered out without either, unresolved otherwise. Bands: 90 % intervals "
            "over worlds and chance.",
            f"Dots, {each}: where worlds stand on {in_words(as_of, days[-1].day)}; they differ in "
            "what is assumed.",
        ),
        table=_corridor_table(rows, as_of),
        chart=alt.hconcat(_shares(summary, rows), _swarms(worlds, each), spacing=6),
    )


def _banded(share: float, band: tuple[float, float]) -> dict[str, float]:
    return {"share": 100.0 * share, "low": 100.0 * band[0], "high": 100.0 * band[1]}


def _joined(count: str) -> str:
    return count.replace(" ", "")


def _told(summary: Summary) -> str:
    shares = summary.base.outcomes
    return " ".join(
        f"{wording.NAMES[key].capitalize()}: {wording.terms(*shares[key].interval)}, "
        f"{wording.percent(shares[key])} %, 90 % interval "
        f"{wording.chance(shares[key], joint=' to ')}, 5th to 95th percentile across worlds "
        f"{wording.spread(shares[key], joint=' to ')}."
        for key in ("deal", "force")
    )


def _corridor_table(rows: Sequence[dict[str, Any]], as_of: date) -> Numbers:
    """Return a row a day, so that a choice of rows keeps what belongs to one day together."""
    ends = ("of 100", "low", "high")
    columns = ("day", "date", *(f"{line}, {end}" for line in LINES for end in ends))
    by_day: dict[int, list[float]] = {}
    for one in rows:
        by_day.setdefault(one["day"], []).extend((one["share"], one["low"], one["high"]))
    cells: list[tuple[Cell, ...]] = [
        (day, str(as_of + timedelta(days=day)), *shares) for day, shares in by_day.items()
    ]
    return Numbers(columns, tuple(cells))


def _shares(summary: Summary, rows: list[dict[str, Any]]) -> Drawn:
    last = summary.base.corridor[-1]
    as_of = date.fromisoformat(summary.run.record.as_of)
    day = by_date("date", as_of, (0, max(1, last.day)), tickCount=4)
    share = _of_100().title("futures of 100")
    colour = alt.Color("line:N", legend=None).scale(domain=list(LINES), range=list(LINES.values()))
    dash = alt.StrokeDash("line:N", legend=None).scale(
        domain=list(LINES), range=[style.DASHES[line] for line in LINES]
    )
    step = -(-last.day // MOST_DAYS)
    drawn = [row for row in rows if row["day"] % step == 0 or row["day"] == last.day]
    base = alt.Chart(data(drawn), width=232, height=HEIGHT).encode(x=day)
    band = base.mark_area(opacity=0.3).encode(y=_of_100("low"), y2="high:Q", color=colour)
    line = base.mark_line(strokeWidth=2.5).encode(y=share, color=colour, strokeDash=dash)
    return alt.layer(band, line, _end_labels(last.day, rows))


def _end_labels(day: int, rows: Sequence[dict[str, Any]]) -> alt.Chart:
    ends = [row for row in rows if row["day"] == day]
    places = apart([row["share"] for row in ends], NEAREST)
    labels = [
        {
            "date": row["date"],
            "place": place,
            "line": row["line"],
            "text": f"{row['line']} {wording.of_100(row['share'] / 100.0)}",
        }
        for row, place in zip(ends, places, strict=True)
    ]
    chart: alt.Chart = (
        alt.Chart(data(labels))
        .mark_text(align="left", dx=6, fontWeight="bold")
        .encode(
            x="date:T",
            y=_of_100("place"),
            text="text:N",
            color=alt.Color("line:N", legend=None).scale(
                domain=list(LINES), range=list(LINES.values())
            ),
        )
    )
    return chart


def apart(places: Sequence[float], least: float) -> list[float]:
    """Return places moved as little as it takes to stand `least` apart, between 0 and 100."""
    order = sorted(range(len(places)), key=lambda at: places[at])
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + least)
    top = 100.0
    for at in reversed(order):
        moved[at] = min(moved[at], top)
        top = moved[at] - least
    return moved


def _worlds(summary: Summary) -> tuple[list[dict[str, Any]], str]:
    """Return a dot for each world and column, and what a dot stands for, in words."""
    tally = summary.run.tally()
    settings = summary.run.record.settings
    dots = []
    for column, key in enumerate(("deal", "force")):
        counts = tally.happened(key)
        shares = np.sort(100.0 * counts / settings.futures_of_a_world)
        dots += [{"line": key, **one} for one in swarm(_fewer(shares), 24.0 + 46.0 * column)]
    if settings.worlds <= MOST_DOTS:
        return dots, "one a world"
    return dots, f"{MOST_DOTS} of {settings.worlds} worlds"


def _fewer(ordered: np.ndarray) -> np.ndarray:
    if len(ordered) <= MOST_DOTS:
        return ordered
    picked: np.ndarray = ordered[
        ((np.arange(MOST_DOTS) + 0.5) / MOST_DOTS * len(ordered)).astype(int)
    ]
    return picked


def swarm(ordered: Iterable[float], middle: float) -> list[dict[str, float]]:
    """Return dots by height, those that would overlap side by side about the middle."""
    heights = np.asarray(list(ordered))
    cells = np.floor(heights / BESIDE).astype(int)
    dots = []
    for cell in np.unique(cells):
        inside = heights[cells == cell]
        step = min(5.0, 40.0 / len(inside))
        for at, height in enumerate(inside):
            offset = (at - (len(inside) - 1) / 2.0) * step
            dots.append({"across": middle + offset, "share": float(height)})
    return dots


def _swarms(dots: list[dict[str, Any]], each: str) -> Drawn:
    across = alt.X("across:Q", axis=None).scale(domain=[0, 94])
    colour = alt.Color("line:N", legend=None).scale(domain=list(LINES), range=list(LINES.values()))
    heads = [{"across": 24.0, "text": "deal"}, {"across": 70.0, "text": "force"}]
    return alt.layer(
        alt.Chart(data(dots), width=94, height=HEIGHT)
        .mark_circle(size=20, opacity=0.85)
        .encode(x=across, y=_of_100(axis=False), color=colour),
        alt.Chart(data([*heads]))
        .mark_text(baseline="bottom", color=style.QUIET, fontSize=style.SMALL)
        .encode(x=across, y=alt.value(-5), text="text:N"),
        alt.Chart(data([{"across": 47.0, "text": each}]))
        .mark_text(baseline="top", color=style.QUIET, fontSize=style.SMALL)
        .encode(x=across, y=alt.value(HEIGHT + 6), text="text:N"),
    )


def _of_100(column: str = "share", *, axis: bool = True) -> alt.Y:
    """Return the axis of futures of 100, the same in both parts."""
    shown = alt.Axis(values=[0, 25, 50, 75, 100], title=None, labels=axis)
    return alt.Y(f"{column}:Q", axis=shown).scale(domain=[0, 100])
