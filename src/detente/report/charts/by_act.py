"""What is believed along one future, and the acts that moved it most."""

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import altair as alt

from detente.analysis import wording
from detente.analysis.trace import Trace
from detente.kernel.endings import Event
from detente.report.charts import house
from detente.report.charts.figure import Figure, Table, data

COLUMNS = ("day", "belief", "of 100", "after")
SIDES = ("hard", "tough")
"""What is believed of the challenger and of the defender, in the kernel's order."""
COLOURS = (house.MARK, house.INK)
DASHES = ([1, 0], [6, 3])
NAMED = 6
"""Acts that are numbered in the chart: those that moved a belief most."""
HEIGHT, LINE = 210, 19


class Move(NamedTuple):
    """A belief after an act."""

    day: int
    side: Annotated[int, "0 of the challenger, 1 of the defender"]
    value: Annotated[float, "probability [0-1]"]
    step: Annotated[float, "how far it moved; 0 for the first that is known"]
    after: Annotated[str, "the act, in words"]


def beliefs(trace: Trace) -> Figure | None:
    """Draw what both sides are believed to be, day by day along a future; None if nothing moved.

    Lines begin with the first act that moved them.
    """
    moves = _moves(trace)
    if not moves:
        return None
    parties = trace.run.record.parties
    names = [f"{parties[who]} is {what}" for who, what in zip(("challenger", "defender"), SIDES, strict=True)]
    day = trace.row["ending_day"]
    title = f"Beliefs moved {len(moves)} times until {wording.NAMES[trace.ending]}"
    biggest = sorted(sorted(moves, key=lambda one: -abs(one.step))[:NAMED])
    record = trace.run.record
    return Figure(
        key="beliefs",
        title=title,
        subtitle=f"Chance of 100 by public belief, future {trace.world}:{trace.future}, option "
        f"{trace.option}, in this model; as of {record.as_of}",
        description=f"{title}, on day {day}. " + " ".join(_end(trace, names)),
        notes=(
            "In this model, one future of many. Lines begin with the first act that moved them.",
            f"Numbered: the {len(biggest)} acts that moved a belief most; the table has all.",
        ),
        table=Table(
            COLUMNS,
            tuple((one.day, names[one.side], 100.0 * one.value, one.after) for one in moves),
        ),
        chart=alt.vconcat(
            _lines(moves, biggest, names, day), _acts(biggest), spacing=8
        ),
    )


def _end(trace: Trace, names: Sequence[str]) -> list[str]:
    last = (trace.row["belief_hard"], trace.row["belief_tough"])
    return [
        f"At the end it is believed that {name}: {wording.belief(value)}."
        for name, value in zip(names, last, strict=True)
    ]


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
    moves: Sequence[Move], biggest: Sequence[Move], names: Sequence[str], last: int
) -> alt.TopLevelMixin:
    points: list[dict[str, Any]] = [
        {"day": one.day, "share": 100.0 * one.value, "who": names[one.side]} for one in moves
    ]
    ends = {point["who"]: point["share"] for point in points}
    points += [{"day": last, "share": share, "who": who} for who, share in ends.items()]
    day = alt.X("day:Q", title="day", axis=alt.Axis(tickCount=6, tickMinStep=1)).scale(
        domain=[0, max(1, last)], nice=False
    )
    share = alt.Y("share:Q", title="of 100", axis=alt.Axis(values=[0, 25, 50, 75, 100])).scale(
        domain=[0, 100]
    )
    colour = alt.Color("who:N").scale(domain=list(names), range=list(COLOURS))
    legend = alt.Legend(title=None, orient="top", symbolType="stroke", labelLimit=200)
    dash = alt.StrokeDash("who:N").scale(domain=list(names), range=list(DASHES))
    size = {"width": house.WIDTH - 64, "height": HEIGHT}
    numbers = [
        {"day": one.day, "share": 100.0 * one.value, "who": names[one.side], "number": str(at)}
        for at, one in enumerate(biggest, 1)
    ]
    marks = alt.Chart(data(numbers)).encode(x=day, y=share)
    return alt.layer(
        alt.Chart(data(points), **size)
        .mark_line(interpolate="step-after", strokeWidth=2.5)
        .encode(x=day, y=share, color=colour.legend(legend), strokeDash=dash.legend(legend)),
        marks.mark_circle(size=260, opacity=1).encode(color=colour.legend(legend)),
        marks.mark_text(color=house.PAPER, fontSize=house.SMALL, fontWeight="bold").encode(text="number:N"),
    )


def _acts(biggest: Sequence[Move]) -> alt.TopLevelMixin:
    lines = [
        {"down": LINE * at + LINE / 2, "text": f"{at + 1}  day {one.day}: {one.after}"}
        for at, one in enumerate(biggest)
    ]
    return (
        alt.Chart(data(lines), width=house.WIDTH - 64, height=LINE * len(lines))
        .mark_text(align="left", fontSize=house.SMALL, limit=house.WIDTH - 20)
        .encode(x=alt.value(-40), y=alt.Y("down:Q", axis=None, scale=None), text="text:N")
    )
