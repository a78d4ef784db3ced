"""What is believed along one future, and the acts that moved it most."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import altair as alt

from detente.analysis import wording
from detente.analysis.trace import Trace
from detente.kernel.endings import Event
from detente.text import clean
from detente.views.figures import style
from detente.views.figures.by_day import apart
from detente.views.figures.figure import Drawn, Figure, Numbers, data

COLUMNS = ("day", "belief", "of 100", "after")
COLOURS = (style.MARK, style.INK)
DASHES = ([1, 0], [6, 3])
NAMED = 6
"""Acts that are numbered in the chart: those that moved a belief most."""
HEIGHT, LINE = 210, 19
NEAR, LEAST = 0.05, 9.0
"""Numbers nearer in time than this part of it stand so far apart at least [points of the axis]."""


class Move(NamedTuple):
    """A belief after an act."""

    day: int
    side: Annotated[int, "0 of the challenger, 1 of the defender"]
    value: Annotated[float, "probability [0-1]"]
    step: Annotated[float, "how far it moved; 0 for the first that is known"]
    after: Annotated[str, "the act, in words"]


def beliefs(trace: Trace) -> Figure | None:
    """Draw what both sides are believed to be, day by day along a future; None if nothing moved.

    A line begins with the first act that moved it, as what came before is not in the trace.
    """
    moves = _moves(trace)
    if not moves:
        return None
    ends = _ends(trace)
    names, day = list(ends), trace.row["ending_day"]
    times = "once" if len(moves) == 1 else f"{len(moves)} times"
    title = f"Beliefs moved {times} until {wording.NAMES[trace.ending]}"
    biggest = sorted(sorted(moves, key=lambda one: -abs(one.step))[:NAMED])
    return Figure(
        key="beliefs",
        title=title,
        subtitle=f"Chance of 100 by public belief, future {trace.world}:{trace.future}, option "
        f"{trace.option}, in this model; as of {trace.run.record.as_of}",
        description=f"{title}, on day {day}. " + _told(ends),
        notes=(
            "In this model, one future of many. A line begins with the first act that moved it, "
            "and lies flat where none did.",
            "Numbered: acts that moved a belief most; the table has all.",
        ),
        table=Numbers(
            COLUMNS,
            tuple((one.day, names[one.side], 100.0 * one.value, one.after) for one in moves),
        ),
        chart=alt.vconcat(_lines(moves, biggest, ends, day), _acts(biggest), spacing=8),
    )


def _ends(trace: Trace) -> dict[str, float]:
    """Return what is believed at the end, by what is believed, in the kernel's order."""
    parties = trace.run.record.parties
    return {
        clean(f"{parties['challenger']} is hard"): trace.row["belief_hard"],
        clean(f"{parties['defender']} is tough"): trace.row["belief_tough"],
    }


def _told(ends: Mapping[str, float]) -> str:
    return " ".join(
        f"At the end it is believed that {name}: {wording.belief(value)}."
        for name, value in ends.items()
    )


def _moves(trace: Trace) -> list[Move]:
    before: dict[int, float] = {}
    moves, act = [], ""
    for one in trace.happenings:
        if one.kind != Event.BELIEFS.name.lower():
            act = one.text
            continue
        step = one.value - before.get(one.first, one.value)
        moves.append(Move(one.day, one.first, one.value, step, act))
        before[one.first] = one.value
    return moves


def _lines(
    moves: Sequence[Move], biggest: Sequence[Move], ends: Mapping[str, float], last: int
) -> Drawn:
    names = list(ends)
    day = alt.X("day:Q", title="day", axis=alt.Axis(tickCount=6, tickMinStep=1)).scale(
        domain=[0, max(1, last)], nice=False
    )
    share = alt.Y("share:Q", title="of 100", axis=alt.Axis(values=[0, 25, 50, 75, 100])).scale(
        domain=[0, 100]
    )
    legend = alt.Legend(
        title=None, orient="top", symbolType="stroke", labelLimit=220, symbolSize=400
    )
    colour = alt.Color("who:N", legend=legend).scale(domain=names, range=list(COLOURS))
    dash = alt.StrokeDash("who:N", legend=legend).scale(domain=names, range=list(DASHES))
    size = {"width": style.WIDTH - 64, "height": HEIGHT}
    lines = alt.Chart(data(_points(moves, ends, last))).properties(**size).encode(x=day, y=share)
    marks = alt.Chart(data(_numbers(biggest, names, last))).encode(x=day, y=share)
    return alt.layer(
        lines.mark_line(interpolate="step-after", strokeWidth=2.5).encode(
            color=colour, strokeDash=dash
        ),
        marks.mark_circle(size=260, opacity=1).encode(color=colour),
        marks.mark_text(color=style.PAPER, fontSize=style.SMALL, fontWeight="bold").encode(
            text="number:N"
        ),
    )


def _points(moves: Sequence[Move], ends: Mapping[str, float], last: int) -> list[dict[str, Any]]:
    """Return the corners of the lines; one that nothing moved goes from end to end."""
    names = list(ends)
    still = [who for side, who in enumerate(names) if side not in {one.side for one in moves}]
    return [
        *({"day": 0, "share": 100.0 * ends[who], "who": who} for who in still),
        *(_point(one, names) for one in moves),
        *({"day": last, "share": 100.0 * end, "who": who} for who, end in ends.items()),
    ]


def _numbers(biggest: Sequence[Move], names: Sequence[str], last: int) -> list[dict[str, Any]]:
    """Return where numbers stand: on their moves, those that would overlap above each other."""
    points = [
        {**_point(one, names), "number": str(number)} for number, one in enumerate(biggest, 1)
    ]
    cells = [round(one.day / max(1.0, NEAR * last)) for one in biggest]
    for cell in set(cells):
        own = [point for point, other in zip(points, cells, strict=True) if other == cell]
        for point, share in zip(own, apart([one["share"] for one in own], LEAST), strict=True):
            point["share"] = share
    return points


def _point(one: Move, names: Sequence[str]) -> dict[str, Any]:
    return {"day": one.day, "share": 100.0 * one.value, "who": names[one.side]}


def _acts(biggest: Sequence[Move]) -> Drawn:
    lines = [
        {"down": LINE * at + LINE / 2, "text": f"{at + 1}. Day {one.day}: {one.after}"}
        for at, one in enumerate(biggest)
    ]
    chart: alt.Chart = (
        alt.Chart(data(lines), width=style.WIDTH - 64, height=LINE * len(lines))
        .mark_text(align="left", fontSize=style.SMALL, limit=style.WIDTH - 20)
        .encode(x=alt.value(-40), y=alt.Y("down:Q", axis=None, scale=None), text="text:N")
    )
    return chart
