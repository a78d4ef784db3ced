"""What a change does to a run: one point in full, several as a course or a grid of shares."""

import shlex
from collections.abc import Iterator
from dataclasses import replace

from detente.analysis.whatif import MovedShare, Set, WhatIf, WhatIfPoint, in_short, spelled
from detente.analysis.wording import number, of_100, points, span, titles
from detente.ensemble.tally import ENDINGS, EVER, OUTCOMES
from detente.text import headed
from detente.views.blocks import (
    Bar,
    Bars,
    Block,
    Column,
    Command,
    Picture,
    Section,
    Sentence,
    Table,
    Words,
    number_columns,
    says,
)
from detente.views.trace import subject

INTERVAL = "90 % interval"
PARTS = (("█", "at least"), ("▒", "90 % interval"))
LONGEST_BAR = 40
"""Of a chart [characters]."""


def section(found: WhatIf) -> Section:
    """Return what a change does to a run."""
    return Section(
        key="whatif",
        title=f"What if {_asked(found)}?",
        about=(subject(found.run.record), _played(found)),
        answer=tuple(words for key in found.outcomes for words in _answer(found, key)),
        blocks=tuple(_blocks(found)),
        reading=tuple(_reading(found)),
        next=tuple(_next(found)),
    )


def _asked(found: WhatIf) -> str:
    return " and ".join(f"{one.field} is {_worded(one.values)}" for one in found.changes)


def _worded(values: tuple[Set, ...]) -> str:
    first, last = in_short(values[0]), in_short(values[-1])
    return first if len(values) == 1 else f"{first} to {last}, {len(values)} values"


def _played(found: WhatIf) -> str:
    return (
        f"{found.worlds} of its {found.run.record.settings.worlds} worlds x {found.futures} "
        f"futures, with the change and without it on the same draws, grid {found.grid}"
    )


def _answer(found: WhatIf, outcome: str) -> Iterator[Words]:
    called = titles(found.run.record)[outcome]
    first, last = (point.shares[outcome] for point in (found.points[0], found.points[-1]))
    if len(found.points) == 1:
        yield says(
            f"In this model {{}} of 100 futures end in {called} with this change and {{}} without: "
            "{} points (90 % interval {}){}.",
            of_100(first.share),
            of_100(first.before),
            points(first.shift, signed=True),
            span(first.shift_low, first.shift_high),
            "" if first.is_clear else ", which cannot be distinguished from none",
        )
        return
    yield says(
        f"In this model {{}} of 100 futures end in {called} as the run has it; {{}} at "
        f"{found.label_of(found.points[0])}, {{}} at {found.label_of(found.points[-1])}.",
        of_100(first.before),
        of_100(first.share),
        of_100(last.share),
    )


def _blocks(found: WhatIf) -> Iterator[Block]:
    yield from (Sentence((f"Note: {note}.",)) for note in found.notes)
    if len(found.points) == 1:
        yield Picture("whatif", found, _before_and_after(found))
        yield _shares(found, found.points[0])
    for outcome in found.outcomes if len(found.points) > 1 else ():
        yield Picture("whatif", replace(found, outcomes=(outcome,)), _bars(found, outcome))
        yield _course(found, outcome)
    yield _changed(found)


def _shares(found: WhatIf, point: WhatIfPoint) -> Table:
    called = titles(found.run.record)
    return Table(
        "whatif",
        "Outcomes, then endings, in % of all futures in this model",
        (
            Column("Outcome or ending"),
            *number_columns("in the run", "with the change", INTERVAL, "differs", INTERVAL),
        ),
        tuple(
            (called[key], points(point.shares[key].before), *_cells(point.shares[key]))
            for key in (*OUTCOMES, *EVER, *ENDINGS)
        ),
    )


def _cells(one: MovedShare) -> tuple[str, ...]:
    return (
        points(one.share),
        span(one.low, one.high),
        points(one.shift, signed=True),
        span(one.shift_low, one.shift_high),
    )


def _course(found: WhatIf, outcome: str) -> Table:
    fields = [one.field for one in found.swept]
    return Table(
        f"whatif-{outcome}",
        f"{headed(titles(found.run.record)[outcome])}, in % of all futures",
        (*map(Column, fields), *number_columns("with it", INTERVAL, "differs", INTERVAL)),
        tuple(
            (
                *(in_short(point.values[field]) for field in fields),
                *_cells(point.shares[outcome]),
            )
            for point in found.points
        ),
    )


def _bars(found: WhatIf, outcome: str) -> Bars:
    """Return a bar for each point: to the low end of its interval, then to the high end."""
    shares = [(found.label_of(point), point.shares[outcome]) for point in found.points]
    most = max(one.high for _, one in shares) or 1.0
    rows = tuple(
        Bar(label, (one.low / most, (one.high - one.low) / most), (points(one.share),))
        for label, one in shares
    )
    caption = f"{headed(titles(found.run.record)[outcome])}, in % of all futures"
    heads = (", ".join(one.field for one in found.swept), "%")
    return Bars(caption, PARTS, heads, rows, LONGEST_BAR)


def _before_and_after(found: WhatIf) -> Bars:
    """Return two bars for each outcome: as the run has it, and with the change."""
    called, shares = titles(found.run.record), found.points[0].shares
    most = max(max(shares[key].before, shares[key].high) for key in found.outcomes) or 1.0
    rows = []
    for key in found.outcomes:
        one = shares[key]
        rows.append(Bar(f"{called[key]}, in the run", (one.before / most,), (points(one.before),)))
        parts = (one.low / most, (one.high - one.low) / most)
        rows.append(Bar("with the change", parts, (points(one.share),)))
    return Bars("In % of all futures", PARTS, ("", "%"), tuple(rows), LONGEST_BAR)


def _changed(found: WhatIf) -> Table:
    return Table(
        "whatif-changes",
        "What is changed",
        tuple(map(Column, ("Field", "What it is", "In the run", "With the change"))),
        tuple((one.field, one.says, one.was, _worded(one.values)) for one in found.changes),
        level="full",
    )


def _reading(found: WhatIf) -> Iterator[Words]:
    yield (
        "Intervals: 90 %, over worlds and chance, what another seed would give. A difference is "
        "paired: the same worlds and the same draws with the change and without it. What a coarse "
        "grid errs by cancels in it.",
    )
    if any(isinstance(value, tuple) for one in found.changes for value in one.values):
        yield ("A range that is moved or narrowed keeps each world's quantile in it.",)


def _next(found: WhatIf) -> Iterator[Command]:
    settings, folder = found.run.record.settings, shlex.quote(str(found.run.folder))
    asked = " ".join(shlex.quote(f"{one.field}={spelled(one.values)}") for one in found.changes)
    more = min(settings.worlds, 4 * found.worlds)
    if more > found.worlds:
        line = f"detente whatif {folder} {asked} --worlds {number(more, 0)}"
        yield Command("narrower intervals, from more worlds", line)
    yield Command("what else it turns on", f"detente drivers {folder}")
