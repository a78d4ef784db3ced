"""What a change does to endings and shares, and what came after each decision of a table."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import altair as alt

from detente.ensemble.foundation import read_base_again
from detente.ensemble.tally import ENDINGS
from detente.estimate.paired import POINT
from detente.questions import wording
from detente.questions.drivers.inputs import titled
from detente.questions.whatif import ChangedField, MovedShare, WhatIf, WhatIfPoint, in_short
from detente.table.debrief import Debrief, DebriefDecision
from detente.text import headed
from detente.views.figures import intervals, style
from detente.views.figures.figure import Drawn, Figure, Numbers, data, size_of, under
from detente.views.figures.intervals import IntervalRow

HEIGHT = 220
CELL = 34
"""Height of a row of a grid of points [pixels]."""
LONGEST_AXIS = 50.0
"""An axis of shares ends no sooner [of 100]."""
LINE = 36
"""What an axis is called goes on in another line behind so much [characters]."""
MOVED = ("ending", "in the run", "with the change", "differs", "low", "high")
SWEPT = ("%", "low", "high", "differs", "low of that", "high of that")


def whatif(found: WhatIf) -> Figure:
    """Draw how far each ending moves; of several points, the share of the first outcome at each.

    Bands are 90 % intervals over worlds and chance.
    """
    if len(found.points) == 1:
        return _endings(found)
    outcome = found.outcomes[0]
    called = wording.titles(found.run.record)[outcome]
    shares = [point.shares[outcome] for point in found.points]
    least, most = (wording.points(end) for end in _ends([one.after.value for one in shares]))
    title, names = f"{headed(called)}: {least} to {most} of 100", _names(found)
    return Figure(
        key=f"whatif_{outcome}",
        title=title,
        subtitle=f"{headed(called)}, futures of 100, in this model; {size_of(found.run)}",
        description=f"{title}. {_course(list(names.values()), shares)}",
        notes=("In this model. " + _played(found),),
        table=Numbers(
            (*names.values(), *SWEPT),
            tuple(_point_cells(found, point, outcome) for point in found.points),
        ),
        chart=(_line if len(found.swept) == 1 else _grid)(found, outcome, names),
    )


def _endings(found: WhatIf) -> Figure:
    called = wording.titles(found.run.record)
    shares = found.points[0].shares
    drawn = [_moved(called[key], shares[key], style.COLOURS[key]) for key in ENDINGS]
    clear = sum(_is_clear(shares[key]) for key in ENDINGS)
    title = f"{clear} of {len(ENDINGS)} endings clearly move"
    return Figure(
        key="whatif",
        title=title,
        subtitle=f"Change of each ending, futures of 100, in this model; {size_of(found.run)}",
        description=f"{title}. " + " ".join(f"{row.name}: {row.number}." for row in drawn),
        notes=(
            "In this model. Hollow ring: not clear, as it is below one point, or its interval "
            "holds 0. " + _played(found),
        ),
        table=Numbers(MOVED, tuple(_cells(called[key], shares[key]) for key in ENDINGS)),
        chart=intervals.listed(
            drawn, axis="more or fewer of 100 futures", domain=intervals.domain_of(drawn)
        ),
    )


def moved_endings(found: WhatIf) -> Figure:
    """Draw the share of each ending with a change, and where it is in the run.

    The axis is the same for most changes, so that pictures of several can be told apart.
    """
    called, shares = wording.titles(found.run.record), found.points[0].shares
    drawn = [_with_change(called[key], shares[key], style.COLOURS[key]) for key in ENDINGS]
    most = max(LONGEST_AXIS, *(end for row in drawn for end in (row.high, *row.worlds)))
    war = wording.points(shares["any_war"].after.value)
    title = f"With the change {war} of 100 end in war"
    return Figure(
        key="moved_endings",
        title=title,
        subtitle=f"Endings with the change, in % of futures, in this model; {size_of(found.run)}",
        description=f"{title}. " + " ".join(f"{row.name}: {row.number}." for row in drawn),
        notes=("In this model. Small dot: in the run. " + _played(found),),
        table=Numbers(MOVED, tuple(_cells(called[key], shares[key]) for key in ENDINGS)),
        chart=intervals.listed(drawn, axis="of 100 futures", domain=(0.0, most)),
    )


def _with_change(name: str, one: MovedShare, colour: str) -> IntervalRow:
    share, low, high = (100.0 * end for end in (one.after.value, one.after.low, one.after.high))
    words = wording.share(one.after.value, one.after.low, one.after.high)
    shift = wording.points(one.shift.value, signed=True)
    number = f"{words}, {shift}"
    before = (100.0 * one.before,)
    return IntervalRow(headed(name), share, low, high, before, number, colour, _is_clear(one))


def _played(found: WhatIf) -> str:
    return (
        f"Played with the change and without it on the same draws of {found.worlds} worlds x "
        f"{found.futures} futures. Bands: 90 % intervals over worlds and chance."
    )


def _moved(name: str, one: MovedShare, colour: str) -> IntervalRow:
    middle, low, high = (100.0 * end for end in (one.shift.value, one.shift.low, one.shift.high))
    number = wording.share(one.shift.value, one.shift.low, one.shift.high)
    return IntervalRow(
        headed(name), middle, low, high, (), number, colour, is_estimable=_is_clear(one)
    )


def _is_clear(one: MovedShare) -> bool:
    return one.shift.is_clear and abs(one.shift.value) >= POINT


def _cells(name: str, one: MovedShare) -> tuple[str | float, ...]:
    ends = (one.before, one.after.value, one.shift.value, one.shift.low, one.shift.high)
    return (name, *(100.0 * end for end in ends))


def _point_cells(found: WhatIf, point: WhatIfPoint, outcome: str) -> tuple[str | float, ...]:
    one = point.shares[outcome]
    ends = (
        one.after.value,
        one.after.low,
        one.after.high,
        one.shift.value,
        one.shift.low,
        one.shift.high,
    )
    values = (in_short(point.values[swept.field]) for swept in found.swept)
    return (*values, *(100.0 * end for end in ends))


def _ends(values: list[float]) -> tuple[float, float]:
    return min(values), max(values)


def _course(names: list[str], shares: list[MovedShare]) -> str:
    first, last = shares[0], shares[-1]
    fields = " and ".join(names)
    return (
        f"Over {fields} the share goes from {wording.share(*first.after.interval)} to "
        f"{wording.share(*last.after.interval)} of 100."
    )


def _line(found: WhatIf, outcome: str, names: Mapping[str, str]) -> Drawn:
    (swept,) = found.swept
    rows = [
        {"value": value, **_banded(point.shares[outcome])}
        for value, point in zip(swept.values, found.points, strict=True)
    ]
    across = alt.X("value:Q", scale=alt.Scale(zero=False, nice=False)).title(_axis(swept, names))
    base = alt.Chart(data(rows), width=style.WIDTH - 60, height=HEIGHT).encode(x=across)
    band = base.mark_area(opacity=0.3, color=style.MARK).encode(
        y=alt.Y("low:Q").title("futures of 100"), y2="high:Q"
    )
    line = base.mark_line(strokeWidth=2.5, color=style.MARK, point=True).encode(y="share:Q")
    before = alt.Chart(data([{"share": 100.0 * found.points[0].shares[outcome].before}]))
    stored = before.mark_rule(color=style.QUIET, strokeDash=style.DASHES["force"])
    return alt.layer(band, stored.encode(y="share:Q"), line)


def _grid(found: WhatIf, outcome: str, names: Mapping[str, str]) -> Drawn:
    down, across = found.swept
    rows = [
        {
            "down": in_short(point.values[down.field]),
            "across": in_short(point.values[across.field]),
            "text": str(wording.points(point.shares[outcome].after.value)),
            **_banded(point.shares[outcome]),
        }
        for point in found.points
    ]
    height, flat = CELL * len(down.values), alt.Axis(grid=False, labelAngle=0)
    base = alt.Chart(data(rows), width=style.WIDTH - 100, height=height).encode(
        x=alt.X("across:N", sort=None, axis=flat).title(_axis(across, names)),
        y=alt.Y("down:N", sort=None, axis=flat).title(_axis(down, names)),
    )
    shade = alt.Color("share:Q", legend=None).scale(range=[style.PAPER, style.FAINT])
    return alt.layer(base.mark_rect().encode(color=shade), base.mark_text().encode(text="text:N"))


def _names(found: WhatIf) -> dict[str, str]:
    """Return by field of whom each number is that has several values, and what it is."""
    crisis = read_base_again(found.run.folder, found.run.record)
    return {one.field: titled(one.field, crisis) for one in found.swept}


def _axis(one: ChangedField, names: Mapping[str, str]) -> list[str]:
    """Return what an axis is called, in lines that its picture has room for."""
    name = names[one.field]
    return textwrap.wrap(f"{name}, {one.unit}" if one.unit else name, LINE)


def _banded(one: MovedShare) -> dict[str, Any]:
    return {
        "share": 100.0 * one.after.value,
        "low": 100.0 * one.after.low,
        "high": 100.0 * one.after.high,
    }


COLUMNS = (
    *("date", "who", "choice", "chosen", "chance of its policy", "of 100 branches"),
    *("low", "high"),
)
MOST = 12
"""Decisions that are drawn, the first and the last; the table has all."""
LEFT = "changed nothing of it, or too many to draw"


def decided(found: Debrief) -> Figure | None:
    """Draw how often what came comes after each decision of people, other choices as dots.

    None if no decision was followed in branches, or none could change anything.
    """
    followed = [one for one in found.decisions if one.chosen.shares]
    still_open = [one for one in followed if _is_open(found, one)]
    if not still_open:
        return None
    record, name = found.table.run.record, wording.NAMES[found.came]
    title = f"{wording.capitalised(name)}: {_after(found, still_open[0], ' of 100 branches')}"
    title += f", {_after(found, still_open[-1])}" if len(still_open) > 1 else ""
    drawn = still_open if len(still_open) <= MOST else [*still_open[: MOST - 1], still_open[-1]]
    rows = [_row(found, one) for one in drawn]
    world = f"world {found.table.place.world}"
    subtitle = (under(found.table.run, found.table.place.option), f"{world}, as of {record.as_of}")
    return Figure(
        key="decided",
        title=title,
        subtitle=f"Branches of 100 with {name}, in this model; {'; '.join(filter(None, subtitle))}",
        description=f"{title}. " + " ".join(f"{row.name}: {row.number}." for row in rows),
        notes=(
            "In this model, one world. Bands: 90 % sampling intervals. Dots: what the other "
            "choices lead to. Policies decide after each.",
            *_left_out(len(followed) - len(drawn)),
        ),
        table=Numbers(COLUMNS, tuple(_decided_cells(found, followed))),
        chart=intervals.listed(rows, axis=f"branches of 100 with {name}", domain=(0.0, 100.0)),
    )


def _left_out(many: int) -> Iterator[str]:
    if many:
        yield f"Not drawn: {wording.count(many, 'decision')} that {LEFT}."


def _after(found: Debrief, one: DebriefDecision, of: str = "") -> str:
    share = wording.of_100(one.chosen.shares[found.came].share)
    return f"{share}{of} after {wording.short_date(found.table.run.record, one.day)}"


def _is_open(found: Debrief, one: DebriefDecision) -> bool:
    """Say whether what came was neither certain nor impossible whatever was decided."""
    shares = {choice.shares[found.came].share for choice in one.choices}
    return len(shares) > 1 or not shares <= {0.0, 1.0}


def _row(found: Debrief, one: DebriefDecision) -> IntervalRow:
    share = one.chosen.shares[found.came]
    day = wording.short_date(found.table.run.record, one.day)
    others = tuple(
        100.0 * choice.shares[found.came].share for choice in one.choices if not choice.is_chosen
    )
    return IntervalRow(
        f"{day}, {found.name_of(one.decision.seat)}: {one.chosen.says}",
        100.0 * share.share,
        100.0 * share.low,
        100.0 * share.high,
        others,
        wording.share(*share, decimals=0),
    )


def _decided_cells(
    found: Debrief, followed: list[DebriefDecision]
) -> Iterator[tuple[str | float, ...]]:
    for one in followed:
        day = wording.short_date(found.table.run.record, one.day)
        for choice in one.choices:
            share = tuple(100.0 * end for end in choice.shares[found.came])
            is_chosen = "yes" if choice.is_chosen else "no"
            chance = 100.0 * choice.chance
            yield (day, found.name_of(one.decision.seat), choice.says, is_chosen, chance, *share)
