"""What a change does to a run: one point in full, several as a course or a grid of shares."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace

from detente.ensemble.measures import KNOWN
from detente.questions.path import WORTHS, MovedWorth, Path
from detente.questions.whatif import MovedShare, Set, WhatIf, WhatIfPoint, in_short, spelled
from detente.questions.wording import number, points, span, titles
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
MOST_SHOWN = 8
"""First differences that are listed."""
NOTHING = "nothing that day"


def section(found: WhatIf) -> Section:
    """Return what a change does to a run."""
    return Section(
        key="whatif",
        title=f"What if {_asked(found)}?",
        about=(subject(found.run.record), _played(found)),
        answer=(
            *(words for key in found.outcomes for words in _answer(found, key)),
            *(() if found.path is None else _why(found, found.path)),
        ),
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
            points(first.after.value),
            points(first.before),
            points(first.shift.value, signed=True),
            span(first.shift.low, first.shift.high),
            "" if first.shift.is_clear else ", which cannot be distinguished from none",
        )
        return
    yield says(
        f"In this model {{}} of 100 futures end in {called} as the run has it; {{}} at "
        f"{found.label_of(found.points[0])}, {{}} at {found.label_of(found.points[-1])}.",
        points(first.before),
        points(first.after.value),
        points(last.after.value),
    )


def _blocks(found: WhatIf) -> Iterator[Block]:
    yield from (Sentence((f"Note: {note}.",)) for note in found.notes)
    if len(found.points) == 1:
        yield Picture("whatif", found, _before_and_after(found))
        if found.path is not None:
            yield from _path(found, found.path)
        yield _shares(found, found.points[0])
    for outcome in found.outcomes if len(found.points) > 1 else ():
        yield Picture("whatif", replace(found, outcomes=(outcome,)), _bars(found, outcome))
        yield _course(found, outcome)
    yield _changed(found)


def _why(found: WhatIf, path: Path) -> Iterator[Words]:
    """Say what the change makes force and talks worth, and what differs first."""
    clear = sorted(
        (one for one in path.worths if one.shift.is_clear), key=lambda one: -abs(one.shift.value)
    )
    parties = found.run.record.parties
    if clear:
        most = clear[0]
        yield says(
            f"Why: what moves most is the worth to {parties[most.side]} of "
            f"{_prospect(most, parties)}: {{}} % of all that is at issue for it (90 % interval "
            "{}).",
            points(most.shift.value, signed=True),
            span(most.shift.low, most.shift.high),
        )
    else:
        yield ("Why: it surely moves nothing that either side reckons with on the first day.",)
    if not path.otherwise:
        yield (f"None of {path.of:,} futures ends otherwise.",)
        return
    first = path.first[0]
    yield (
        f"{path.otherwise:,} of {path.of:,} futures end otherwise. What differs first in them, "
        f"most often ({first.futures} of {path.followed} followed): {first.changed or NOTHING}; in "
        f"the run: {first.unchanged or NOTHING}.",
    )


def _prospect(one: MovedWorth, parties: Mapping[str, str]) -> str:
    words = (
        "the crisis as a whole",
        f"a strike by {parties['challenger']} at once",
        "failed talks",
    )
    return dict(zip(WORTHS, words, strict=True))[one.of]


def _path(found: WhatIf, path: Path) -> Iterator[Table]:
    parties = found.run.record.parties
    heads = ("in the run", "with the change", "differs", INTERVAL)
    yield Table(
        "whatif-worths",
        "What it is worth on the first day, in % of all that is at issue for the side",
        (Column("Side"), Column("What"), *number_columns(*heads)),
        tuple(
            (
                parties[one.side],
                _prospect(one, parties),
                points(one.before),
                points(one.after),
                points(one.shift.value, 2, signed=True),
                span(one.shift.low, one.shift.high, 2),
            )
            for one in path.worths
        ),
    )
    if path.first:
        yield Table(
            "whatif-first",
            f"What differs first in {path.followed} futures that end otherwise",
            (Column("With the change"), Column("In the run"), *number_columns("futures")),
            tuple(
                (one.changed or NOTHING, one.unchanged or NOTHING, f"{one.futures}")
                for one in path.first[:MOST_SHOWN]
            ),
        )


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
            for key in KNOWN
        ),
    )


def _cells(one: MovedShare) -> tuple[str, ...]:
    return (
        points(one.after.value),
        span(one.after.low, one.after.high),
        points(one.shift.value, signed=True),
        span(one.shift.low, one.shift.high),
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
    most = max(one.after.high for _, one in shares) or 1.0
    rows = tuple(
        Bar(
            label,
            (one.after.low / most, (one.after.high - one.after.low) / most),
            (points(one.after.value),),
        )
        for label, one in shares
    )
    caption = f"{headed(titles(found.run.record)[outcome])}, in % of all futures"
    heads = (", ".join(one.field for one in found.swept), "%")
    return Bars(caption, PARTS, heads, rows, LONGEST_BAR)


def _before_and_after(found: WhatIf) -> Bars:
    """Return two bars for each outcome: as the run has it, and with the change."""
    called, shares = titles(found.run.record), found.points[0].shares
    most = max(max(shares[key].before, shares[key].after.high) for key in found.outcomes) or 1.0
    rows = []
    for key in found.outcomes:
        one = shares[key]
        rows.append(Bar(f"{called[key]}, in the run", (one.before / most,), (points(one.before),)))
        parts = (one.after.low / most, (one.after.high - one.after.low) / most)
        rows.append(Bar("with the change", parts, (points(one.after.value),)))
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
    if found.path is not None:
        yield (
            "Worth: the mean over worlds and over the types that a side may be of; a strike at "
            "once and what follows it. Later choices follow from such worths, and from what is "
            "believed. First: on the first day on which a future differs, whatever comes of it.",
        )
    if any(isinstance(value, tuple) for one in found.changes for value in one.values):
        yield ("A range that is moved or narrowed keeps each world's quantile in it.",)


def _next(found: WhatIf) -> Iterator[Command]:
    settings, folder = found.run.record.settings, shlex.quote(str(found.run.folder))
    asked = " ".join(shlex.quote(f"{one.field}={spelled(one.values)}") for one in found.changes)
    more = min(settings.worlds, 4 * found.worlds)
    if found.path is None and not found.swept:
        yield Command(
            "why: which worths move, whose acts", f"detente whatif {folder} {asked} --why"
        )
    if more > found.worlds:
        line = f"detente whatif {folder} {asked} --worlds {number(more, 0)}"
        yield Command("narrower intervals, from more worlds", line)
    yield Command("what else it turns on", f"detente drivers {folder}")
