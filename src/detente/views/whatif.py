"""The effect of a change on a run: one point in detail, several as a line or a grid of shares."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from detente.ensemble.measures import KNOWN
from detente.estimate.estimate import Estimate
from detente.questions.explaining import known_misses
from detente.questions.path import WORTHS, Path
from detente.questions.whatif import MovedShare, Set, WhatIf, in_short, spelled
from detente.questions.wording import cells, number, points, titles
from detente.text import capitalised
from detente.views.blocks import (
    INTERVAL,
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
    columns,
    number_columns,
    says,
)
from detente.views.trace import subject

PARTS = (("█", "at least"), ("▒", "90 % interval"))
LONGEST_BAR = 40
"""Length of the longest bar of a chart [characters]."""
MOST_SHOWN = 8
"""Upper limit on the first differences that are listed."""
NOTHING = "nothing that day"


def section(found: WhatIf) -> Section:
    """Return the page on the effect of a change."""
    asked = " and ".join(f"{one.field} is {_worded(one.values)}" for one in found.changes)
    total = found.run.record.settings.worlds
    return Section(
        key="whatif",
        title=f"What if {asked}?",
        about=(
            subject(found.run.record),
            f"{found.worlds} of the run's {total} sets of assumptions x {found.futures} courses of "
            f"events, with the change and without it on the same draws, grid {found.grid}",
        ),
        answer=(
            *(_answer(found, key, is_first=not place) for place, key in enumerate(found.outcomes)),
            *(() if found.path is None else _why(found, found.path)),
            *dict.fromkeys(
                miss for one in found.changes for miss in known_misses(found.run.crisis, one.field)
            ),
        ),
        blocks=tuple(_blocks(found)),
        reading=tuple(_reading(found)),
        next=tuple(_next(found)),
    )


def _worded(values: tuple[Set, ...]) -> str:
    first, last = in_short(values[0]), in_short(values[-1])
    return first if len(values) == 1 else f"{first} to {last}, {len(values)} values"


def _answer(found: WhatIf, outcome: str, *, is_first: bool) -> Words:
    called = titles(found.run.record)[outcome]
    opening = "In this model " if is_first else ""
    first, last = (point.shares[outcome] for point in (found.points[0], found.points[-1]))
    if len(found.points) == 1:
        by = ": {} points (90 % interval {}){}."
        if first.is_cut:  # before, after and shift would not add up
            size = "more" if first.shift.value < 0.0 else "less"
            by = (
                f". In what was played to answer this, {called} is {size} frequent than in the "
                "run: there the change moves it by {} points (90 % interval {}){}."
            )
        return says(
            f"{opening}{{}} % end in {called} with this change and {{}} % without{by}",
            points(first.after.value),
            points(first.before),
            *cells(first.shift, signed=True),
            "" if first.shift.is_clear else ", which cannot be distinguished from none",
        )
    return says(
        f"{opening}{{}} % end in {called} as the run has it; {{}} % at "
        f"{found.label_of(found.points[0])}, {{}} % at {found.label_of(found.points[-1])}.",
        points(first.before),
        points(first.after.value),
        points(last.after.value),
    )


def _why(found: WhatIf, path: Path) -> Iterator[Words]:
    """Yield sentences on the change in the worth of force and talks, and on first differences."""
    most = max(
        (one for one in path.worths if one.shift.is_clear),
        key=lambda one: abs(one.shift.value),
        default=None,
    )
    parties = found.run.record.called
    if most is None:
        yield "Why: no expectation of either side on the first day clearly changes."
    else:
        yield says(
            f"Why: the largest change is in what {parties[most.side]} expects of "
            f"{_prospects(parties)[most.of]}: by {{}} % of its stakes (90 % interval {{}}).",
            *cells(most.shift, signed=True),
        )
    if not path.otherwise:
        yield f"None of {path.of:,} courses of events ends otherwise."
        return
    first = path.first[0]
    yield (
        f"{path.otherwise:,} of {path.of:,} courses of events end otherwise. The commonest first "
        f"difference ({first.futures} of {path.followed} followed): {first.changed or NOTHING}, "
        f"instead of {first.unchanged or NOTHING} in the run."
    )


def _prospects(parties: Mapping[str, str]) -> dict[str, str]:
    """Return the names of the prospects that have a worth for a side."""
    strike = f"a strike by {parties['challenger']} at once"
    return dict(zip(WORTHS, ("the crisis as a whole", strike, "failed talks"), strict=True))


def _blocks(found: WhatIf) -> Iterator[Block]:
    called, swept = titles(found.run.record), [one.field for one in found.swept]
    yield from (Sentence(f"Note: {note}.") for note in found.notes)
    if len(found.points) == 1:
        shares = found.points[0].shares
        rows = list[tuple[str, Estimate | float]]()
        for key in found.outcomes:
            one = shares[key]
            rows += [(f"{called[key]}, in the run", one.before), ("with the change", one.after)]
        yield Picture("whatif", found, _bars("In %", ("", "%"), rows))
        if found.path is not None:
            yield from _path(found, found.path)
        if found.points[0].consequences:
            yield Table(
                "whatif-consequences",
                "Consequences in what was played, in % (days: on average); nothing ranks by them",
                columns("Consequence", numbers=("without the change", "with it")),
                tuple(
                    (
                        capitalised(one.measure.title.format(**found.run.record.called)),
                        *(
                            number(one.measure.scale * each, 0 if one.measure.scale == 1.0 else 1)
                            for each in (one.before, one.after)
                        ),
                    )
                    for one in found.points[0].consequences
                ),
            )
        heads = ("in the run", "with the change", INTERVAL, "differs", INTERVAL)
        yield Table(
            "whatif",
            "Outcomes, then endings, in % in this model",
            columns("Outcome or ending", numbers=heads),
            tuple((called[key], points(shares[key].before), *_cells(shares[key])) for key in KNOWN),
        )
    for outcome in found.outcomes if len(found.points) > 1 else ():
        caption = f"{capitalised(called[outcome])}, in %"
        shown = [(point, point.shares[outcome]) for point in found.points]
        bars = _bars(
            caption,
            (", ".join(swept), "%"),
            [(found.label_of(point), one.after) for point, one in shown],
        )
        yield Picture("whatif", replace(found, outcomes=(outcome,)), bars)
        yield Table(
            f"whatif-{outcome}",
            caption,
            (*map(Column, swept), *number_columns("with it", INTERVAL, "differs", INTERVAL)),
            tuple(
                (*(in_short(point.values[field]) for field in swept), *_cells(one))
                for point, one in shown
            ),
        )
    yield Table(
        "whatif-changes",
        "What is changed",
        tuple(map(Column, ("Field", "What it is", "In the run", "With the change"))),
        tuple((one.field, one.says, one.was, _worded(one.values)) for one in found.changes),
        level="full",
    )


def _path(found: WhatIf, path: Path) -> Iterator[Table]:
    parties = found.run.record.called
    heads = ("in the run", "with the change", "differs", INTERVAL)
    yield Table(
        "whatif-worths",
        "Value of each prospect on the first day, in % of the side's stakes",
        columns("Side", "What", numbers=heads),
        tuple(
            (
                capitalised(parties[one.side]),
                _prospects(parties)[one.of],
                points(one.before),
                points(one.after),
                *cells(one.shift, 2, signed=True),
            )
            for one in path.worths
        ),
    )
    if path.first:
        yield Table(
            "whatif-first",
            f"First differences in {path.followed} courses of events that end differently",
            columns("With the change", "In the run", numbers=("futures",)),
            tuple(
                (one.changed or NOTHING, one.unchanged or NOTHING, f"{one.futures}")
                for one in path.first[:MOST_SHOWN]
            ),
        )


def _cells(one: MovedShare) -> tuple[str, ...]:
    return (*cells(one.after), *cells(one.shift, signed=True))


def _bars(
    caption: str, heads: tuple[str, str], rows: Sequence[tuple[str, Estimate | float]]
) -> Bars:
    """Return bars of shares; a bar has a second part for the interval of an estimate."""
    ends = [(one.low, one.high) if isinstance(one, Estimate) else (one,) for _, one in rows]
    most = max(map(max, ends)) or 1.0
    bars = []
    for (label, one), reach in zip(rows, ends, strict=True):
        value = one.value if isinstance(one, Estimate) else one
        parts = (reach[0] / most, *((end - reach[0]) / most for end in reach[1:]))
        bars.append(Bar(label, parts, (points(value),)))
    return Bars(caption, PARTS, heads, tuple(bars), LONGEST_BAR)


def _reading(found: WhatIf) -> Iterator[Words]:
    yield (
        "Intervals: 90 %, uncertainty from the assumptions drawn and from chance. A difference is "
        "paired: the same sets of assumptions and the same draws with the change and without "
        "it, so that errors of a coarse grid cancel."
    )
    if found.path is not None:
        yield (
            "Worth: the mean over sets of assumptions and over resolved and unresolved sides; a "
            "strike includes its aftermath. Later choices depend on these worths and on beliefs. "
            "First difference: on the first day on which a course of events differs, even if "
            "nothing follows from it."
        )
    if any(isinstance(value, tuple) for one in found.changes for value in one.values):
        yield "If a range is moved or narrowed, each set of assumptions keeps its quantile."


def _next(found: WhatIf) -> Iterator[Command]:
    settings, folder = found.run.record.settings, found.run.in_command
    asked = " ".join(shlex.quote(f"{one.field}={spelled(one.values)}") for one in found.changes)
    more = min(settings.worlds, 4 * found.worlds)
    if found.path is None and not found.swept:
        yield Command(
            "why: which worths move, whose acts", f"detente whatif {folder} {asked} --why"
        )
    if more > found.worlds:
        line = f"detente whatif {folder} {asked} --worlds {number(more, 0)}"
        yield Command("narrower intervals, from more assumptions", line)
    yield Command("what else it turns on", f"detente drivers {folder}")
