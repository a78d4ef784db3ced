"""The effect of a change on endings and shares."""

import textwrap
from collections.abc import Iterator, Sequence

import altair as alt

from detente.ensemble.measures import ENDINGS
from detente.estimate.paired import POINT
from detente.questions import wording
from detente.questions.drivers.inputs import titled
from detente.questions.whatif import MovedShare, Set, WhatIf, in_short
from detente.text import capitalised
from detente.views.figures import intervals, style
from detente.views.figures.figure import Figure, Numbers, cells, hundredths, size_of
from detente.views.figures.intervals import row_of
from detente.views.figures.marks import Drawn, Mark, lines, marks

HEIGHT = 220
CELL = 34
"""Height of a row of a grid of points [pixels]."""
LONGEST_AXIS = 50.0
"""The least upper end of an axis of shares [%]."""
LINE = 36
"""Upper limit on a line of an axis title [characters]."""
SWEPT = ("%", "low", "high", "differs", "low of that", "high of that")


def whatif(found: WhatIf) -> Figure:
    """Draw the change of each ending; for several points, the share of the first outcome at each.

    Bands are 90 % intervals over worlds and chance.
    """
    if len(found.points) > 1:
        outcome = found.outcomes[0]
        called = capitalised(wording.titles(found.run.record)[outcome])
        shares = [point.shares[outcome] for point in found.points]
        values = [
            [in_short(point.values[swept.field]) for swept in found.swept] for point in found.points
        ]
        crisis = found.run.crisis
        names = [titled(one.field, crisis) for one in found.swept]
        axes = [
            textwrap.wrap(f"{name}, {one.unit}" if one.unit else name, LINE)
            for name, one in zip(names, found.swept, strict=True)
        ]
        after = [one.after.value for one in shares]
        title = f"{called}: {wording.span(min(after), max(after))} %"
        first, last = (wording.share(*one.after.interval) for one in (shares[0], shares[-1]))
        return Figure(
            key=f"whatif_{outcome}",
            title=title,
            subtitle=f"{called}, in %, in this model; {size_of(found.run)}",
            description=f"{title}. Over {' and '.join(names)} the share goes from {first} to "
            f"{last} %.",
            notes=("In this model. " + _played(found),),
            table=Numbers(
                (*names, *SWEPT),
                tuple(
                    (*where, *hundredths(*one.after.interval, *one.shift.interval))
                    for where, one in zip(values, shares, strict=True)
                ),
            ),
            chart=_line(found.swept[0].values, shares, axes[0])
            if len(names) == 1
            else _grid(values, after, axes),
        )
    rows = [
        row_of(capitalised(name), one.shift.interval, colour=colour, is_clear=is_clear)
        for name, one, colour, is_clear in _endings(found)
    ]
    return intervals.figure(
        rows,
        key="whatif",
        title=f"{sum(row.is_clear for row in rows)} of {len(ENDINGS)} endings clearly move",
        subtitle=f"Change of each ending, in %, in this model; {size_of(found.run)}",
        notes=(
            "In this model. Hollow ring: not clear, as it is below one point, or its interval "
            "holds 0. " + _played(found),
        ),
        table=_moved(found),
        axis="percentage points",
    )


def moved_endings(found: WhatIf) -> Figure:
    """Draw the share of each ending with a change, with its share in the run as a small dot.

    Most changes have the same axis, so that their pictures can be compared.
    """
    rows = [
        row_of(
            capitalised(name),
            one.after.interval,
            f"{wording.share(*one.after.interval)}, {wording.points(one.shift.value, signed=True)}",
            worlds=(one.before,),
            colour=colour,
            is_clear=is_clear,
        )
        for name, one, colour, is_clear in _endings(found)
    ]
    war = wording.points(found.points[0].shares["any_war"].after.value)
    return intervals.figure(
        rows,
        key="moved_endings",
        title=f"With the change, war comes in {war} %",
        subtitle=f"Endings with the change, in %, in this model; {size_of(found.run)}",
        notes=("In this model. Small dot: in the run. " + _played(found),),
        table=_moved(found),
        axis="%",
        domain=(0.0, max(LONGEST_AXIS, *(max(row.high, *row.worlds) for row in rows))),
    )


def _endings(found: WhatIf) -> Iterator[tuple[str, MovedShare, str, bool]]:
    """Yield each ending's name, its share, its colour, and whether its change is clear."""
    called = wording.titles(found.run.record)
    for key in ENDINGS:
        one = found.points[0].shares[key]
        is_clear = one.shift.is_clear and abs(one.shift.value) >= POINT
        yield called[key], one, style.COLOURS[key], is_clear


def _moved(found: WhatIf) -> Numbers:
    return Numbers.of(
        {
            "ending": name,
            "in the run": 100.0 * one.before,
            "with the change": 100.0 * one.after.value,
            **cells(("differs", "low", "high"), one.shift.interval),
        }
        for name, one, *_ in _endings(found)
    )


def _played(found: WhatIf) -> str:
    return (
        f"Played with the change and without it on the same draws of {found.worlds} sets of "
        f"assumptions x {found.futures} courses of events. Bands: 90 % intervals over assumptions "
        "and chance."
    )


def _line(values: Sequence[Set], shares: Sequence[MovedShare], axis: list[str]) -> Drawn:
    rows: list[Mark] = [
        {"x": value, **cells(("y", "low", "high"), one.after.interval)}
        for value, one in zip(values, shares, strict=True)
    ]
    across = alt.X("x:Q", scale=alt.Scale(zero=False, nice=False), title=axis)
    up = alt.Y("y:Q", title="%")
    extent = (style.WIDTH - 60, HEIGHT)
    before = {"y": 100.0 * shares[0].before}
    band, line = lines(
        rows, x=across, y=up, extent=extent, color=style.MARK, strokeWidth=2.5, point=True
    )
    stored = marks("rule", [before], y=up, color=style.QUIET, strokeDash=style.DASHES["force"])
    return alt.layer(band, stored, line)


def _grid(values: Sequence[Sequence[str]], shares: list[float], axes: list[list[str]]) -> Drawn:
    rows = [
        {"down": down, "across": across, "said": str(wording.points(share)), "share": share}
        for (down, across), share in zip(values, shares, strict=True)
    ]
    flat = alt.Axis(grid=False, labelAngle=0)
    places: Mark = {
        "x": alt.X("across:N", sort=None, axis=flat, title=axes[1]),
        "y": alt.Y("down:N", sort=None, axis=flat, title=axes[0]),
    }
    shade = alt.Color("share:Q", legend=None, scale=alt.Scale(range=[style.PAPER, style.FAINT]))
    extent = (style.WIDTH - 100, CELL * len({row["down"] for row in rows}))
    return alt.layer(
        marks("rect", rows, extent=extent, color=shade, **places),
        marks("text", rows, text=alt.Text("said:N"), **places),
    )
