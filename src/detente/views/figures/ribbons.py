"""How futures go on after their first turn: deals that break, force that recurs, what is left."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Annotated, Any, NamedTuple, TypeAlias

import altair as alt
import numpy as np

from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.store import Rows
from detente.kernel.endings import Settlement
from detente.questions import wording
from detente.views.figures import style
from detente.views.figures.figure import Drawn, Figure, Numbers, data, size_of

LEAST = 0.5
"""A ribbon of fewer futures of 100 is left out."""
HEIGHT, GAP = 270.0, 15.0
"""Height of a hundred futures, and between two places of a column [pixels]."""
TOP = 24.0
"""Height of the heads [pixels]."""
COLUMNS = (0.0, 138.0, 318.0)
"""Where the bars of each column begin [pixels]."""
BAR = 8.0
"""Width of a bar [pixels]."""
WORDS = 108.0
"""Room for words behind the last column [pixels]."""
NUMBERED = 4.0
"""A ribbon of fewer futures of 100 is too thin for its number."""
HALO = 4.0
"""Width of the paper about words, so that no ribbon runs through them [pixels]."""
BELOW = 15.0
"""How far a second line of words stands below the first [pixels]."""
BENDS = 9
"""Corners of one side of a ribbon."""
HEADS = ("First turn", "Then", "At the end")
NEITHER = "neither"
FIRST = {"deal": "a deal", "force": "force", "neither": NEITHER}
THEN = {
    "holds": "it holds",
    "breaks": "a deal breaks",
    "again": "force again",
    "once": "force once",
    "neither": "",
}
LAST = {
    "deal": "a deal",
    "yields": "a side yields",
    "fades": "dispute fades",
    "open": "talks go on",
    "failed": "talks failed",
}
"""What futures go through, in the order of each column from above."""
SETTLED = {
    "deal": (Settlement.COMPREHENSIVE_DEAL, Settlement.NARROW_DEAL),
    "yields": (Settlement.DEFENDER_YIELDS, Settlement.CHALLENGER_DROPS),
    "fades": (Settlement.FADES,),
    "open": (Settlement.CONTAINMENT,),
    "failed": (Settlement.TALKS_FAILED,),
}
COLOURS = {
    "deal": style.DEAL,
    "holds": style.DEAL,
    "breaks": style.COLOURS["talks_failed"],
    "force": style.FORCE,
    "again": style.COLOURS["war"],
    "once": style.FORCE,
    "neither": style.QUIET,
}
FLOW = ("first turn", "then", "at the end", "of 100 futures")


Way: TypeAlias = tuple[str, str, str]
"""A place of each column."""


class BarColumn(NamedTuple):
    """Bars under each other."""

    left: Annotated[float, "where they begin [pixels]"]
    tops: Annotated[Mapping[str, float], "by place [pixels]"]
    sizes: Annotated[Mapping[str, float], "by place [futures of 100]"]


class Ribbon(NamedTuple):
    """Futures that go from a place of one column to one of the next."""

    start: str
    end: str
    size: Annotated[float, "futures of 100"]
    left: Annotated[float, "its upper end at the left [pixels]"]
    right: Annotated[float, "its upper end at the right [pixels]"]


def flow(run: Run, *, option: str = BASE) -> Figure | None:
    """Draw what futures go through: their first turn, whether that lasts, and what is left.

    None where no future sees a deal or force.

    Raises
    ------
    DetenteError
        If the run has no such option, or a file of it is missing or was changed.
    """
    ways = _counted(run, option)
    if not any(first != "neither" for first, *_ in ways):
        return None
    breaks, forced = _sum(ways, 1, "breaks"), _sum(ways, 0, "force")
    title = f"A deal breaks in {_count(breaks)}, force comes first in {_count(forced)}"
    unforced = 100.0 * float(run.tally(option).happened("deal").mean())
    unforced /= run.record.settings.futures_of_a_world
    return Figure(
        key="flow",
        title=title,
        subtitle=f"Futures of 100 by what comes first and what is left, in this model; "
        f"{size_of(run, option)}",
        description=f"{title}. {_told(ways)}",
        notes=(
            "In this model. Numbers: futures of 100. A deal at the end: "
            f"{_count(unforced)} without use of force, the others after it.",
            "Ribbons below half a future are left out; the table has them, and the numbers of "
            "thin ones.",
        ),
        table=Numbers(FLOW, tuple(_row(way, size) for way, size in ways.items())),
        chart=_drawn(ways, f"{_count(unforced)} without force"),
    )


def _count(size: float) -> str:
    return wording.of_100(size / 100.0).replace(" ", "")


def _sum(ways: Mapping[Way, float], at: int, name: str) -> float:
    """Return how many of 100 futures go through a place of a column."""
    return sum(size for way, size in ways.items() if way[at] == name)


def _told(ways: Mapping[Way, float]) -> str:
    """Return the places of each column, and the ribbons that are drawn, in words."""
    columns = (FIRST, THEN, LAST)
    places = " ".join(
        f"{head}: "
        + ", ".join(
            f"{words or NEITHER} {_count(_sum(ways, at, name))}"
            for name, words in columns[at].items()
        )
        + "."
        for at, head in enumerate(HEADS)
    )
    ribbons = "; ".join(
        f"{columns[at][start] or NEITHER} to {columns[at + 1][end] or NEITHER} {_figure(size)}"
        for at in (0, 1)
        for (start, end), size in _steps(ways, at).items()
        if size >= LEAST
    )
    return f"{places} Ribbons: {ribbons}."


def _figure(size: float) -> str:
    return str(wording.number(size, min(1, wording.places(size))))


def _steps(ways: Mapping[Way, float], at: int) -> dict[tuple[str, str], float]:
    """Return how many of 100 futures go from each place of a column to each of the next."""
    sizes: dict[tuple[str, str], float] = {}
    for way, size in ways.items():
        step = way[at], way[at + 1]
        sizes[step] = sizes.get(step, 0.0) + size
    return sizes


def _row(way: Way, size: float) -> tuple[str | float, ...]:
    first, then, last = way
    return FIRST[first], THEN[then] or NEITHER, LAST[last], size


def _counted(run: Run, option: str) -> dict[Way, float]:
    """Return how many of 100 futures go each way, in the order of the columns."""
    sizes = np.zeros((len(FIRST), len(THEN), len(LAST)), np.int64)
    for rows in run.rows(option):
        np.add.at(sizes, _places(rows), 1)
    ways = [(a, b, c) for a in FIRST for b in THEN for c in LAST]
    shares = (100.0 * sizes.ravel() / sizes.sum()).tolist()
    return {way: size for way, size in zip(ways, shares, strict=True) if size > 0.0}


def _places(rows: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where each future lies in each column.

    A deal comes first if it was made before the first use of force, and one that stands at the end
    if no force was used.
    """
    forced, is_broken = rows["first_force_day"] >= 0, rows["broken_deal_day"] >= 0
    is_before = rows["broken_deal_day"] <= rows["first_force_day"]
    ends_in_deal = np.isin(rows["settlement"], SETTLED["deal"])
    is_deal = np.where(is_broken, ~forced | is_before, ends_in_deal & ~forced)
    first = np.select([is_deal, forced], [0, 1], 2)
    then = np.select([is_broken, is_deal, forced & (rows["rounds"] > 1), forced], [1, 0, 2, 3], 4)
    lasts = [np.isin(rows["settlement"], members) for members in SETTLED.values()]
    return first, then, np.argmax(lasts, axis=0)


def _drawn(ways: Mapping[Way, float], unforced: str) -> Drawn:
    columns = [_column(ways, at) for at in range(len(COLUMNS))]
    first, second = (_ribbons(ways, columns[at : at + 2], at) for at in (0, 1))
    height = TOP + HEIGHT + GAP * (len(LAST) - 1)
    shapes = [*_corners(first, 0), *_corners(second, 1)]
    down = alt.Y("down:Q", axis=None, scale=None)
    ribbons = alt.Chart(data(shapes), width=COLUMNS[-1] + WORDS, height=height).mark_area(
        opacity=0.4, interpolate="monotone"
    )
    bars = alt.Chart(data([*_bars(columns)])).mark_rect(opacity=1)
    return alt.layer(
        ribbons.encode(
            x=_across(),
            y=down,
            y2="low:Q",
            detail="ribbon:N",
            color=alt.Color("colour:N", scale=None),
        ),
        bars.encode(
            x=_across(), x2="right:Q", y=down, y2="low:Q", color=alt.Color("colour:N", scale=None)
        ),
        *_words(columns, second),
        _beneath(columns[-1], unforced),
    )


def _across() -> alt.X:
    return alt.X("across:Q", axis=None, scale=None)


def _column(ways: Mapping[Way, float], at: int) -> BarColumn:
    """Return the bars of a column: each as high as it has futures, over the whole height."""
    names = list((FIRST, THEN, LAST)[at])
    sizes = [sum(size for way, size in ways.items() if way[at] == name) for name in names]
    gap = GAP * (len(LAST) - 1) / (len(names) - 1)
    before = accumulate(sizes[:-1], initial=0.0)
    tops = [TOP + _high(sum_before) + gap * place for place, sum_before in enumerate(before)]
    return BarColumn(
        COLUMNS[at], dict(zip(names, tops, strict=True)), dict(zip(names, sizes, strict=True))
    )


def _high(size: float) -> float:
    return size * HEIGHT / 100.0


def _ribbons(ways: Mapping[Way, float], columns: Sequence[BarColumn], at: int) -> list[Ribbon]:
    """Return the ribbons between a column and the next, those of few futures left out."""
    sizes = _steps(ways, at)
    left, right = (dict(column.tops) for column in columns)
    from_above = sorted(
        sizes, key=lambda step: (columns[0].tops[step[0]], columns[1].tops[step[1]])
    )
    found = []
    for start, end in from_above:
        size = sizes[start, end]
        found.append(Ribbon(start, end, size, left[start], right[end]))
        left[start] += _high(size)
        right[end] += _high(size)
    return [ribbon for ribbon in found if ribbon.size >= LEAST]


def _corners(ribbons: Sequence[Ribbon], at: int) -> Iterator[dict[str, Any]]:
    """Yield the corners of ribbons, which leave and arrive level."""
    begin, end = COLUMNS[at] + BAR, COLUMNS[at + 1]
    for ribbon in ribbons:
        for step in np.linspace(0.0, 1.0, BENDS).tolist():
            bend = step * step * (3.0 - 2.0 * step)
            down = ribbon.left + bend * (ribbon.right - ribbon.left)
            yield {
                "ribbon": f"{at} {ribbon.start} {ribbon.end}",
                "across": begin + step * (end - begin),
                "down": down,
                "low": down + _high(ribbon.size),
                "colour": COLOURS[ribbon.start],
            }


def _bars(columns: Sequence[BarColumn]) -> Iterator[dict[str, Any]]:
    for column in columns:
        for name, top in column.tops.items():
            yield {
                "across": column.left,
                "right": column.left + BAR,
                "down": top,
                "low": top + _high(column.sizes[name]),
                "colour": COLOURS.get(name, style.QUIET),
            }


def _words(columns: Sequence[BarColumn], last: Sequence[Ribbon]) -> Iterator[alt.Chart]:
    """Yield the heads, the names at the bars, and the numbers at the ends of the last ribbons."""
    heads = [
        {"across": left, "down": 8.0, "text": head}
        for left, head in zip(COLUMNS, HEADS, strict=True)
    ]
    names = [
        one
        for column, called in zip(columns, (FIRST, THEN, LAST), strict=True)
        for one in _names(column, called)
    ]
    numbers = [
        {
            "across": COLUMNS[-1] - 3.0,
            "down": ribbon.right + _high(ribbon.size) / 2.0,
            "text": _figure(ribbon.size),
        }
        for ribbon in last
        if ribbon.size >= NUMBERED
    ]
    yield _text(heads, align="left", color=style.QUIET, fontSize=style.SMALL)
    for looks in ({"stroke": style.PAPER, "strokeWidth": HALO, "strokeJoin": "round"}, {}):
        yield _text(names, align="left", **looks)
        yield _text(numbers, align="right", fontSize=style.SMALL, **looks)


def _beneath(column: BarColumn, unforced: str) -> alt.Chart:
    """Return what stands beneath the name of deals at the end, if there are any."""
    lines = [
        {"across": one["across"], "down": one["down"] + BELOW, "text": unforced}
        for one in _names(column, {"deal": LAST["deal"]})
    ]
    return _text(lines, align="left", color=style.QUIET, fontSize=style.SMALL)


def _names(column: BarColumn, called: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for name, words in called.items():
        if words and column.sizes[name] >= LEAST:
            yield {
                "across": column.left + BAR + 4.0,
                "down": column.tops[name] + _high(column.sizes[name]) / 2.0,
                "text": f"{words} {_count(column.sizes[name])}",
            }


def _text(lines: list[dict[str, Any]], **looks: Any) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(data(lines))
        .mark_text(**looks)
        .encode(x=_across(), y=alt.Y("down:Q", axis=None, scale=None), text="text:N")
    )
    return chart
