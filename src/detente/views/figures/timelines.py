"""Charts over time: beliefs in one future with the acts that moved them; signs and forces."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, NamedTuple

import altair as alt

from detente.ensemble.tally import SIDES
from detente.kernel.endings import Event
from detente.pack import Crisis
from detente.pack.events import window_of
from detente.questions import wording
from detente.questions.trace import Happening, Trace
from detente.text import between, capitalised, clean
from detente.views.figures import style
from detente.views.figures.figure import Figure, Numbers, under_option
from detente.views.figures.intervals import IntervalRow, chart
from detente.views.figures.marks import (
    Drawn,
    Mark,
    apart,
    by_date,
    in_words,
    marks,
    moment,
    numbered,
    of_100,
)

HELD = "no act that day: holding out moves it too"
"""Words for a belief that moved because its side could have acted and did not."""
BY_CHALLENGER = frozenset({"drops", "lowers", "raises", "backs_down", "shows_plan", "sign"})
BY_DEFENDER = frozenset({"yields", "vows", "advances", "refuses", "speaks"})
BY_EITHER = frozenset(
    {"offers", "accepts", "rejects", "ultimatum", "walks_out", "strikes", "first_shot"}
)
"""Acts that move the belief in the resolve of the challenger, the defender, or whoever acts."""
DASHES = ([1, 0], [6, 3])
NAMED = 6
"""Upper limit on the numbered acts, those that moved a belief most."""
HEIGHT = 210
NEAR, LEAST = 0.05, 9.0
"""Numbers closer in time than this share of it are placed at least this far apart [points]."""
AFTER = 30
"""Least time drawn after the last date [days]."""
KINDS = {
    "sign": ("circle", style.MARK, True),
    "force deployed": ("triangle-up", style.INK, True),
    "force due": ("triangle-up", style.INK, False),
    "event": ("diamond", style.INK, False),
}
"""Shape and colour of each mark, and whether it is filled."""
COLOURS = (style.MARK, style.INK)


class Move(NamedTuple):
    """A belief after an act."""

    day: int
    side: Annotated[int, "0 of the challenger, 1 of the defender"]
    value: Annotated[float, "probability [0-1]"]
    step: Annotated[float, "change from the belief before; 0 for the first"]
    after: Annotated[str, "the act, in words"]


def beliefs(trace: Trace) -> Figure | None:
    """Draw beliefs in the resolve of both sides over one future; None if no belief moved.

    A line begins with the first act that moved it, as the trace has no earlier belief.
    """
    moves = _moves(trace)
    if not moves:
        return None
    parties = {side: clean(trace.run.record.called[side]) for side in SIDES}
    if len(set(parties.values())) < len(SIDES):  # both have the same name
        parties = {side: f"{name}, the {side}," for side, name in parties.items()}
    names = [f"{capitalised(name)} is resolved" for name in parties.values()]
    ends = dict(zip(names, (trace.row["belief_hard"], trace.row["belief_tough"]), strict=True))
    day = trace.row["ending_day"]
    as_of = trace.run.record.start
    times = "once" if len(moves) == 1 else f"{len(moves)} times"
    title = f"Beliefs moved {times} until {wording.titles(trace.run.record)[trace.ending]}"
    biggest = sorted(sorted(moves, key=lambda one: -abs(one.step))[:NAMED])
    acts = [f"{in_words(as_of, one.day)}: {one.after}" for one in biggest]
    return Figure(
        key="beliefs",
        title=title,
        subtitle=(
            f"Chance in % by public belief, course of events {trace.world}:{trace.future}, in this "
            f"model; {under_option(trace.run, trace.option)}; as of {as_of}"
        ).replace("; ;", ";"),
        description=f"{title}, on {in_words(as_of, day)}. "
        + " ".join(
            f"At the end it is believed that {name}: {wording.belief(value)}."
            for name, value in ends.items()
        ),
        notes=(
            "In this model, one of many courses of events. A line begins on the day on which the "
            "belief first changes. Numbers mark the largest changes; the table has all.",
        ),
        table=Numbers.of(
            {
                "date": in_words(as_of, one.day),
                "belief": names[one.side],
                "of 100": 100.0 * one.value,
                "after": one.after,
            }
            for one in moves
        ),
        chart=alt.vconcat(
            _course(moves, biggest, ends, (as_of, day)),
            numbered(acts, style.WIDTH - 64),
            spacing=8,
        ),
    )


def _moves(trace: Trace) -> list[Move]:
    """Return each move of a belief with its cause, the event recorded just before it."""
    before: dict[int, float] = {}
    moves: list[Move] = []
    last: Happening | None = None
    for one in trace.happenings:
        if one.kind != Event.BELIEFS.name.lower():
            last = one
            continue
        step = one.value - before.get(one.first, one.value)
        act = last.text if last is not None and _moves_it(last, one) else HELD
        moves.append(Move(one.day, one.first, one.value, step, act))
        before[one.first] = one.value
    return moves


def _moves_it(act: Happening, belief: Happening) -> bool:
    """Return whether an event moved a belief: it is on the same day and by the right side."""
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


def _course(
    moves: Sequence[Move],
    biggest: Sequence[Move],
    ends: Mapping[str, float],
    until: tuple[date, int],
) -> Drawn:
    """Draw the belief in each side as steps from its first move to the end, with acts numbered."""
    (as_of, last), names = until, list(ends)

    def place(day: int, value: float, who: str) -> dict[str, Any]:
        return {"x": moment(as_of, day), "y": 100.0 * value, "who": who}

    # A constant belief is drawn over the full width.
    unmoved = [who for side, who in enumerate(names) if side not in {one.side for one in moves}]
    corners = [
        *(place(0, ends[who], who) for who in unmoved),
        *(place(one.day, one.value, names[one.side]) for one in moves),
        *(place(last, end, who) for who, end in ends.items()),
    ]
    # Numbers are placed at their moves, stacked where they would overlap.
    numbers: list[dict[str, Any]] = [
        {**place(one.day, one.value, names[one.side]), "number": str(number)}
        for number, one in enumerate(biggest, 1)
    ]
    cells = [round(one.day / max(1.0, NEAR * last)) for one in biggest]
    for cell in set(cells):
        group = [point for point, other in zip(numbers, cells, strict=True) if other == cell]
        for point, share in zip(group, apart([one["y"] for one in group], LEAST), strict=True):
            point["y"] = share
    axes: Mark = {
        "x": by_date(as_of, (0, max(1, last)), tickCount=5),
        "y": of_100("of 100"),
    }
    legend = alt.Legend(
        title=None, orient="top", symbolType="stroke", labelLimit=220, symbolSize=400
    )
    colour = alt.Color("who:N", legend=legend, scale=alt.Scale(domain=names, range=list(COLOURS)))
    dash = alt.StrokeDash("who:N", legend=legend, scale=alt.Scale(domain=names, range=list(DASHES)))
    number = alt.Text("number:N")
    extent, steps = (style.WIDTH - 64, HEIGHT), {"interpolate": "step-after", "strokeWidth": 2.5}
    return alt.layer(
        marks("line", corners, extent=extent, color=colour, strokeDash=dash, **axes, **steps),
        marks("circle", numbers, color=colour, size=260, **axes),
        marks("text", numbers, text=number, color=style.PAPER, **style.NUMBER, **axes),
    )


class Dated(NamedTuple):
    """An item with a date or a period."""

    what: str
    kind: Annotated[str, "one of KINDS"]
    first: date
    last: date | None
    lasts: bool


def calendar(crisis: Crisis) -> Figure | None:
    """Draw signs, forces and events around the as-of date; None if the pack has no dates."""
    dated = sorted(_dated(crisis), key=lambda one: (one.first, one.what))
    if not dated:
        return None
    as_of = crisis.as_of
    days = [(day - as_of).days for one in dated for day in (one.first, one.last) if day]
    first, last = min(0, *days), max(0, *days)
    right = last + max(AFTER, (last - first) // 8)
    left = first - max(2, (right - first) // 40)
    rows = []
    for one in dated:
        shape, colour, is_filled = KINDS[one.kind]
        begins, until = moment(one.first, 0), one.first
        said = str(one.first)
        if one.lasts:
            until = one.last or as_of + timedelta(days=right)
            said = between(said, one.last) if one.last else f"from {one.first}"
        ends = moment(until, 0)
        rows.append(IntervalRow(one.what, begins, begins, ends, (), said, colour, is_filled, shape))
    signs, events = (sum(one.kind == kind for one in dated) for kind in ("sign", "event"))
    title = f"{signs} dated signs and {len(dated) - signs - events} forces"
    title += f", {wording.count(events, 'event')}" if events else ""
    return Figure(
        key="calendar",
        title=title,
        subtitle=f"By the pack; the line is the as-of date, {in_words(as_of, 0)}",
        description=f"{title}. " + " ".join(f"{row.name}: {row.number}." for row in rows),
        notes=(
            "Dots: signs that were seen. Triangles: forces from the day they are there, hollow if "
            "not deployed at the start."
            + (" Diamonds: events, with their windows." if events else ""),
        ),
        table=Numbers.of(
            {
                "what": one.what,
                "kind": one.kind,
                "from": str(one.first),
                "until": str(one.last or ""),
            }
            for one in dated
        ),
        chart=chart(
            rows,
            by_date(as_of, (left, right), orient="top", tickCount=5),
            line=moment(as_of, 0),
            size=90,
            band=4,
        ),
    )


def _dated(crisis: Crisis) -> Iterator[Dated]:
    for key, sign in crisis.model.indicators.items():
        yield Dated(capitalised(key.replace("_", " ")), "sign", sign.date, None, lasts=False)
    for key, force in crisis.model.forces.items():
        kind = "force deployed" if force.deployed else "force due"
        yield Dated(capitalised(force.called(key)), kind, force.arrives, force.leaves, lasts=True)
    for event in crisis.dated:
        first, last = window_of(event)
        yield Dated(event.name, "event", first, last, lasts=first < last)
