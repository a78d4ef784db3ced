"""What came after each decision of a table."""

from collections.abc import Iterator

from detente.questions import wording
from detente.table.debrief import Debrief, DebriefDecision
from detente.views.figures import intervals
from detente.views.figures.figure import Figure, Numbers, under
from detente.views.figures.intervals import IntervalRow

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
