"""What a change does to endings and shares."""

import textwrap
from collections.abc import Mapping
from typing import Any

import altair as alt

from detente.ensemble.foundation import read_base_again
from detente.ensemble.tally import ENDINGS
from detente.estimate.paired import POINT
from detente.questions import wording
from detente.questions.drivers.inputs import titled
from detente.questions.whatif import ChangedField, MovedShare, WhatIf, WhatIfPoint, in_short
from detente.text import headed
from detente.views.figures import intervals, style
from detente.views.figures.figure import Drawn, Figure, Numbers, data, size_of
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
