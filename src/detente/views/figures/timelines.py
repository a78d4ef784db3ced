"""What has a day: beliefs along one future with the acts that moved them, signs and forces."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, NamedTuple

import altair as alt

from detente.ensemble.tally import SIDES
from detente.kernel.endings import Event
from detente.pack import Crisis
from detente.pack.events import window_of
from detente.questions import wording
from detente.questions.trace import Happening, Trace
from detente.text import clean, headed
from detente.views.figures import style
from detente.views.figures.figure import (
    Drawn,
    Figure,
    Numbers,
    by_date,
    data,
    in_words,
    moment,
    under,
)
from detente.views.figures.futures import apart
from detente.views.figures.intervals import cleared, line_of, words

BELIEFS = ("date", "belief", "of 100", "after")
HELD = "no act that day: holding out tells too"
"""What a belief moved with, where its side had an occasion to act and did not."""
BY_CHALLENGER = frozenset({"drops", "lowers", "raises", "backs_down", "shows_plan", "sign"})
BY_DEFENDER = frozenset({"yields", "vows", "advances", "refuses", "speaks"})
BY_EITHER = frozenset(
    {"offers", "accepts", "rejects", "ultimatum", "walks_out", "strikes", "first_shot"}
)
"""Acts that move the belief in the resolve of one side, or in that of the side that does them."""
DASHES = ([1, 0], [6, 3])
NAMED = 6
"""Acts that are numbered in the chart: those that moved a belief most."""
HEIGHT, LINE = 210, 19
NEAR, LEAST = 0.05, 9.0
"""Numbers nearer in time than this part of it stand so far apart at least [points of the axis]."""
HIGH = 40
"""Height of a row [pixels]."""
NAME, MARK = 11, 27
AFTER = 30
"""Days drawn after the last date at least [days]."""
DATES = ("what", "kind", "from", "until")
KINDS = {
    "sign": "circle",
    "force deployed": "triangle-up",
    "force due": "triangle-up",
    "event": "diamond",
}


COLOURS = (style.MARK, style.INK)


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
    as_of = date.fromisoformat(trace.run.record.as_of)
    times = "once" if len(moves) == 1 else f"{len(moves)} times"
    title = f"Beliefs moved {times} until {wording.titles(trace.run.record)[trace.ending]}"
    biggest = sorted(sorted(moves, key=lambda one: -abs(one.step))[:NAMED])
    return Figure(
        key="beliefs",
        title=title,
        subtitle=f"Chance of 100 by public belief, future {trace.world}:{trace.future}, in this "
        f"model; {under(trace.run, trace.option)}; as of {as_of}".replace("; ;", ";"),
        description=f"{title}, on {in_words(as_of, day)}. " + _told(ends),
        notes=(
            "In this model, one future of many. A line begins with what first moved it. Numbered: "
            "what moved a belief most; the table has all.",
        ),
        table=Numbers(
            BELIEFS,
            tuple(
                (in_words(as_of, one.day), names[one.side], 100.0 * one.value, one.after)
                for one in moves
            ),
        ),
        chart=alt.vconcat(
            _lines(moves, biggest, ends, (as_of, day)), _acts(biggest, as_of), spacing=8
        ),
    )


def _ends(trace: Trace) -> dict[str, float]:
    """Return what is believed at the end, by what is believed, in the kernel's order."""
    names = {side: clean(trace.run.record.parties[side]) for side in SIDES}
    if len(set(names.values())) < len(SIDES):  # both are called the same
        names = {side: f"{name}, the {side}," for side, name in names.items()}
    beliefs = (trace.row["belief_hard"], trace.row["belief_tough"])
    return {
        f"{name} is resolved": belief for name, belief in zip(names.values(), beliefs, strict=True)
    }


def _told(ends: Mapping[str, float]) -> str:
    return " ".join(
        f"At the end it is believed that {name}: {wording.belief(value)}."
        for name, value in ends.items()
    )


def _moves(trace: Trace) -> list[Move]:
    """Return each move of a belief with its act, which the kernel notes right before it."""
    before: dict[int, float] = {}
    moves: list[Move] = []
    last: Happening | None = None
    for one in trace.happenings:
        if one.kind != Event.BELIEFS.name.lower():
            last = one
            continue
        step = one.value - before.get(one.first, one.value)
        act = last.text if last is not None and _tells(last, one) else HELD
        moves.append(Move(one.day, one.first, one.value, step, act))
        before[one.first] = one.value
    return moves


def _tells(act: Happening, belief: Happening) -> bool:
    """Say whether what was noted before a belief is what moved it: an act of that day and side."""
    if act.day != belief.day:
        return False
    is_own = {
        "concedes": True,
        "answers": act.first != belief.first,
        **dict.fromkeys(BY_CHALLENGER, belief.first == 0),
        **dict.fromkeys(BY_DEFENDER, belief.first == 1),
        **dict.fromkeys(BY_EITHER, act.first == belief.first),
    }
    return is_own.get(act.kind, False)


def _lines(
    moves: Sequence[Move],
    biggest: Sequence[Move],
    ends: Mapping[str, float],
    until: tuple[date, int],
) -> Drawn:
    names, (as_of, last) = list(ends), until
    day = by_date("date", as_of, (0, max(1, last)), tickCount=5)
    share = alt.Y("share:Q", title="of 100", axis=alt.Axis(values=[0, 25, 50, 75, 100])).scale(
        domain=[0, 100]
    )
    legend = alt.Legend(
        title=None, orient="top", symbolType="stroke", labelLimit=220, symbolSize=400
    )
    colour = alt.Color("who:N", legend=legend).scale(domain=names, range=list(COLOURS))
    dash = alt.StrokeDash("who:N", legend=legend).scale(domain=names, range=list(DASHES))
    size = {"width": style.WIDTH - 64, "height": HEIGHT}
    points, numbers = (
        [{**one, "date": moment(as_of, one["day"])} for one in some]
        for some in (_points(moves, ends, last), _numbers(biggest, names, last))
    )
    lines = alt.Chart(data(points)).properties(**size).encode(x=day, y=share)
    marks = alt.Chart(data(numbers)).encode(x=day, y=share)
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


def _acts(biggest: Sequence[Move], as_of: date) -> Drawn:
    lines = [
        {
            "down": LINE * at + LINE / 2,
            "text": f"{at + 1}. {in_words(as_of, one.day)}: {one.after}",
        }
        for at, one in enumerate(biggest)
    ]
    chart: alt.Chart = (
        alt.Chart(data(lines), width=style.WIDTH - 64, height=LINE * len(lines))
        .mark_text(align="left", fontSize=style.SMALL, limit=style.WIDTH - 20)
        .encode(x=alt.value(-40), y=alt.Y("down:Q", axis=None, scale=None), text="text:N")
    )
    return chart


class Dated(NamedTuple):
    """Something that has a day, or lasts."""

    what: str
    kind: Annotated[str, "one of KINDS"]
    first: date
    last: date | None
    lasts: bool


def calendar(crisis: Crisis) -> Figure | None:
    """Draw signs, forces and events about the as-of date; None if the pack dates nothing."""
    dated = sorted(_dated(crisis), key=lambda one: (one.first, one.what))
    if not dated:
        return None
    signs = sum(one.kind == "sign" for one in dated)
    events = len(crisis.events)
    title = f"{signs} dated signs and {len(dated) - signs - events} forces"
    title += f", {wording.count(events, 'event')}" if events else ""
    return Figure(
        key="calendar",
        title=title,
        subtitle=f"By the pack; the line is the as-of date, {in_words(crisis.as_of, 0)}",
        description=f"{title}. " + " ".join(f"{one.what}: {_span(one)}." for one in dated),
        notes=(
            "Dots: signs that were seen. Triangles: forces from the day they are there, hollow if "
            "not deployed at the start."
            + (" Diamonds: events, with their windows." if events else ""),
        ),
        table=Numbers(
            DATES,
            tuple((one.what, one.kind, str(one.first), str(one.last or "")) for one in dated),
        ),
        chart=_drawn(dated, crisis.as_of),
    )


def _dated(crisis: Crisis) -> Iterator[Dated]:
    for key, sign in crisis.model.indicators.items():
        yield Dated(headed(key.replace("_", " ")), "sign", sign.date, None, lasts=False)
    for key, force in crisis.model.forces.items():
        kind = "force deployed" if force.deployed else "force due"
        yield Dated(headed(force.called(key)), kind, force.arrives, force.leaves, lasts=True)
    for event in crisis.events.values():
        first, last = window_of(event)
        yield Dated(event.name, "event", first, last, lasts=first < last)


def _span(one: Dated) -> str:
    if not one.lasts:
        return str(one.first)
    return f"{one.first} to {one.last}" if one.last else f"from {one.first}"


def _drawn(dated: list[Dated], as_of: date) -> Drawn:
    left, right = _first_and_last(dated, as_of)
    day = by_date("date", as_of, (left, right), orient="top", tickCount=5)
    mark = alt.Y("mark:Q", axis=None, scale=None)
    colour = alt.Color("colour:N", scale=None)
    shape = alt.Shape("kind:N", legend=None).scale(domain=list(KINDS), range=list(KINDS.values()))
    rows = [_placed(one, HIGH * at, as_of, right) for at, one in enumerate(dated)]
    chart = alt.Chart(data(rows), width=style.WIDTH - 20, height=HIGH * len(rows))
    return alt.layer(
        alt.Chart(data([{"date": moment(as_of, 0)}])).mark_rule(color=style.QUIET).encode(x=day),
        cleared(chart),
        chart.transform_filter(alt.FieldValidPredicate(field="until", valid=True))
        .mark_rule(strokeWidth=4, opacity=0.3)
        .encode(x=day, x2="until", y=mark, color=colour),
        chart.mark_point(size=90, opacity=1, strokeWidth=2).encode(
            x=day, y=mark, shape=shape, stroke=colour, fill=alt.Fill("fill:N", scale=None)
        ),
        *words(chart),
    )


def _first_and_last(dated: list[Dated], as_of: date) -> tuple[int, int]:
    """Return the first and last day drawn, with room about all dates."""
    days = [(day - as_of).days for one in dated for day in (one.first, one.last) if day]
    first, last = min(0, *days), max(0, *days)
    right = last + max(AFTER, (last - first) // 8)
    return first - max(2, (right - first) // 40), right


def _placed(one: Dated, top: int, as_of: date, right: int) -> dict[str, Any]:
    until = ((one.last - as_of).days if one.last else right) if one.lasts else None
    return {
        "date": moment(one.first, 0),
        "until": None if until is None else moment(as_of, until),
        "kind": one.kind,
        "mark": top + MARK,
        "colour": style.MARK if one.kind == "sign" else style.INK,
        "fill": _fill(one),
        **line_of(one.what, _span(one), top + NAME),
    }


def _fill(one: Dated) -> str:
    if one.kind == "sign":
        return style.MARK
    return style.INK if one.kind == "force deployed" else style.PAPER
