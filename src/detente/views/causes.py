"""How the first shot came, what would have prevented war, and what each cause is due."""

import math
import shlex
from collections.abc import Iterator, Sequence

from detente.ensemble.record import Record
from detente.ensemble.tally import SIDES
from detente.estimate.estimate import Estimate
from detente.kernel.causes import Mechanism
from detente.kernel.endings import Event, FirstShot
from detente.questions import wording
from detente.questions.causes import FLOORS, KEYS, NEXT_TO_NOTHING, Causes, Story
from detente.questions.causes.credit import GROUPS
from detente.questions.summary import FirstShots
from detente.questions.wording import CAUSES, Value, points, span
from detente.views import trace
from detente.views.blocks import (
    INTERVAL,
    READ_INTERVALS,
    WORLDS,
    Block,
    Column,
    Command,
    Listing,
    Picture,
    Section,
    Sentence,
    Table,
    Words,
    listed,
    number_columns,
    says,
)

MOST_UNSETTLED = 0.01
"""With a larger share of unsettled decisions shares are not to be relied on."""
MOST = 2
"""Ways in which the first shot came that the answer names."""
MOST_NAMED = 3
"""Mechanisms that it names."""
KINDS = {
    "miscalculation": "miscalculation",
    "deliberate": "deliberate",
    "spoiler": "third parties",
}
"""Kinds of war, which need not add up."""
TO = " to "
FIRST_SHOT = Event.FIRST_SHOT.name.lower()


def section(found: Causes) -> Section:
    """Return how the first shot came, what would have prevented war, and what it is owed to."""
    record, folder = found.run.record, shlex.quote(str(found.run.folder))
    there = record.settings.worlds_of(found.option)
    of_all = "" if found.worlds == there else f" of the run's {there}"
    return Section(
        key="causes",
        title="Why does war come?",
        about=(
            trace.subject(record),
            f"first shots: all wars of the run, option {found.option}; the rest: "
            f"{found.futures:,} futures in {found.worlds}{of_all} worlds, played again with and "
            "without ten mechanisms, on the same draws and a coarse grid",
        ),
        answer=(*first(found.war_shots), *answer(found)),
        blocks=(*first_shots(found.war_shots, record), *blocks(found)),
        reading=tuple(_reading(found)),
        next=(
            Command("why one future had war", f"detente causes {folder} --future W:I"),
            Command("that future, day by day", f"detente trace {folder} --future W:I"),
        ),
    )


def first(found: FirstShots | None) -> Iterator[Words]:
    """Say how the first shot of wars came, if there was war."""
    if found is None:
        yield ("No war comes in any of these futures.",)
        return
    ways = sorted(found.ways.items(), key=lambda one: -one[1].value)
    most = tuple(
        says(
            f"{wording.FIRST_SHOTS[way]}, in {{}} ({{}})",
            wording.of_100(often.value, in_words=True),
            wording.chance(often),
        )
        for way, often in ways[:MOST]
        if often.value
    )
    yield says(
        "In this model, how the first shot came, of 100 wars, regional or not (90 % interval): {}.",
        listed(most, "; "),
    )
    yield from _mistaken(found)


def _mistaken(found: FirstShots) -> Iterator[Words]:
    """Say how many chosen first shots of wars are mistakes, and how dear."""
    if found.mistakes is None or not found.mistakes.value:
        return
    yield says(
        "Of 100 first shots of wars that a side chose, {} ({}) are mistakes: worth less to that "
        "side than its best other choice.",
        wording.of_100(found.mistakes.value),
        wording.chance(found.mistakes),
    )
    if found.less is not None and found.less.is_sure:
        yield says(
            "In half of these they are worth less by at most {} of all that is at issue for it.",
            wording.significant(found.less.value, 2),
        )


def answer(found: Causes) -> Iterator[Words]:
    """Say how often war comes, what prevents most of it, and to what most of it is owed."""
    war = found.shares["war",]
    if war.value == 0.0:
        yield ("There is no war in the futures that were played again: nothing to explain.",)
        return
    prevented = tuple(without(found))
    yield says(
        "In the {} futures that were played again war comes in {} of 100 (90 % interval {}); {}.",
        wording.number(float(found.futures), 0),
        points(war.value),
        span(war.low, war.high),
        listed(prevented, "; ")
        if prevented
        else ("no mechanism taken away alone surely prevents more than nearly nothing does",),
    )
    yield from _owed(found)


def without(found: Causes) -> Iterator[Words]:
    """Yield what comes of taking away each mechanism that surely counts, the heaviest first."""
    clear = sorted(found.surely_counts(), key=lambda key: -found.shares["but_for", key].value)
    for key in clear[:MOST_NAMED]:
        yield _prevented(found, key)


def _prevented(found: Causes, key: str) -> Words:
    prevents, creates = (found.shares[measure, key] for measure in FLOORS)
    return says(
        f"without {CAUSES[key]} {{}} of these do not come and {{}} others do",
        _with_interval(prevents),
        _with_interval(creates),
    )


def _with_interval(share: Estimate) -> Value:
    return wording.share(share.value, share.low, share.high)


def _owed(found: Causes) -> Iterator[Words]:
    """Say what wars are owed to, the most first, and how many come with every mechanism off."""
    due = found.of_each("causes")
    named = [key for key in found.surely_owed() if due[key].value > 0.0]
    order = sorted(named, key=lambda key: -due[key].value)[:MOST_NAMED]
    parts = tuple(says("{} {}", CAUSES[key], _with_interval(due[key])) for key in order)
    if parts:
        yield says(
            "Shared out so that all adds up, most of these are owed to {}; {} come with every "
            "mechanism off.",
            listed(parts),
            _with_interval(found.shares["causes", "none"]),
        )


def first_shots(found: FirstShots | None, record: Record) -> Iterator[Table]:
    """Yield how the first shot of wars came and whose it was, if there was war."""
    if found is not None:
        parties = record.parties
        yield Table(
            "first-shot",
            "How the first shot came, in % of futures with war, regional or not",
            (
                Column("The first shot"),
                *number_columns("%", INTERVAL, WORLDS, *(f"by {parties[side]}" for side in SIDES)),
            ),
            tuple(_came(found, way) for way in wording.FIRST_SHOTS if found.ways[way].value),
        )


def _came(found: FirstShots, way: FirstShot) -> tuple[str, ...]:
    share = found.ways[way]
    parts = (found.sides[way][side] for side in SIDES)
    return (
        wording.FIRST_SHOTS[way],
        wording.percent(share),
        wording.chance(share, joint=TO),
        wording.spread(share, joint=TO),
        *(wording.of_100(part) if part else "" for part in parts),
    )


def blocks(found: Causes) -> Iterator[Block]:
    """Yield what would have prevented war, then the picture and the table of what it is owed to."""
    if found.surely_counts():
        yield _removals(found)
    yield from _unclear(found)
    if found.shares["war",].value > 0.0:
        yield Picture("causes", found)
        yield _shares(found)
    yield Listing(
        "What is switched off",
        tuple((f"{CAUSES[key]}: {meaning}",) for key, meaning in wording.CAUSE_MEANINGS.items()),
        level="full",
    )


def _removals(found: Causes) -> Table:
    clear = sorted(found.surely_counts(), key=lambda key: -found.shares["but_for", key].value)
    pairs = {
        CAUSES[key]: (found.shares["but_for", key], found.shares["created", key]) for key in clear
    }
    pairs["nearly nothing (the floor)"] = (
        found.shares["placebo", "prevented"],
        found.shares["placebo", "created"],
    )
    rows = [(name, *_cells(one)[:2], *_cells(other)[:2]) for name, (one, other) in pairs.items()]
    alone = found.shares["overdetermined",]
    rows.append(("no single one prevents", *_cells(alone)[:2], "", ""))
    return Table(
        "causes-removals",
        "War that one removal prevents, and other war that it brings, in % of all futures",
        (Column("Without"), *number_columns("prevents", INTERVAL, "brings", INTERVAL)),
        tuple(rows),
    )


def _unclear(found: Causes) -> Iterator[Sentence]:
    """Yield how many mechanisms cannot be distinguished from the floor, and what could."""
    clear = found.surely_counts()
    names = [CAUSES[key] for key in KEYS.values() if key not in clear]
    if names:
        worlds = _worlds_needed(found, [key for key in KEYS.values() if key not in clear])
        more = f"; with about {worlds:,} worlds it could the first" if worlds else ""
        yield Sentence(
            (
                f"This run cannot distinguish {len(names)} of {len(KEYS)} mechanisms from nearly "
                f"nothing: {wording.series(names)}{more}.",
            )
        )


def _worlds_needed(found: Causes, keys: Sequence[str]) -> int | None:
    """Return about how many worlds set the first of some mechanisms apart; None if none would."""
    floor = found.shares["placebo", "prevented"]
    needed = []
    for key in keys:
        share = found.shares["but_for", key]
        apart = share.value - floor.value
        if apart >= NEXT_TO_NOTHING:
            half = share.value - share.low + floor.high - floor.value
            needed.append(math.ceil(found.worlds * max(2.0, (half / apart) ** 2)))
    return min(needed, default=None)


def _shares(found: Causes) -> Table:
    due, surely = found.of_each("causes"), found.surely_owed()
    order = sorted(surely, key=lambda key: -due[key].value)
    rows = [(CAUSES[key], *_cells(due[key])) for key in order]
    others = [due[key].value for key in due if key not in surely]
    if others:
        named = f"the other {len(others)}, each next to nothing or not for certain"
        rows.append((named, points(sum(others)), "", ""))
    totals = {"war with every one of these off": found.shares["causes", "none"]}
    totals["war"] = found.shares["war",]
    kinds = {name: found.shares[key,] for key, name in KINDS.items()}
    totals |= {f"kind: {name}": kind for name, kind in kinds.items() if kind.low > 0.0}
    return Table(
        "causes-and-kinds",
        "What war is owed to (Owen's value), in % of all futures; below 0: it keeps more war away",
        (Column("Mechanism"), *number_columns("%", INTERVAL, WORLDS)),
        (*rows, *((name, *_cells(share)) for name, share in totals.items())),
    )


def _cells(share: Estimate) -> tuple[str, str, str]:
    """Return a share, its interval and its range across worlds, in percent."""
    return (
        points(share.value),
        span(share.low, share.high),
        span(share.spread_low, share.spread_high),
    )


def _reading(found: Causes) -> Iterator[Words]:
    yield READ_INTERVALS
    yield (
        "Prevents, brings: a removal alone, everything else as it is. The floor is what choices 2 "
        "% sharper change; a number that is not well above it says little.",
    )
    yield (
        "Owed: mechanisms of one kind (private information, commitment) share what the kind is "
        "due; over all mechanisms the shares add up to war. Equally good fits of history give "
        "other shares, so that no single number here is a finding.",
    )
    yield (
        "Miscalculation: incidents misread, hidden resolve, optimism, own defences known better. "
        "Deliberate: a principal's chosen strike brings war with first strike, shifting power and "
        "broken deals alone.",
    )
    if found.unsettled > MOST_UNSETTLED:
        yield says(
            "Over all that was played {} % of visited decisions are unsettled; too many to rely "
            "on.",
            points(found.unsettled, 2),
        )


def story(found: Story) -> Section:
    """Return one future, why it had war or had none, and how it ends without each mechanism."""
    played = trace.section(found.trace)
    anyway, war = int(found.is_there_anyway), int(found.is_war)
    return Section(
        key="cause",
        title=played.title,
        about=played.about,
        answer=(*_why(found), *played.answer),
        blocks=(_instead(found), *played.blocks),
        reading=(
            (
                "Share: what the mechanism is due of this war (Owen's value); together with war "
                f"that comes with every mechanism off ({anyway}) it adds up to {war}.",
            ),
        ),
    )


def _why(found: Story) -> Iterator[Words]:
    """Say how the first shot came, if there was one, then what would have made a difference."""
    for one in found.trace.happenings:
        if one.kind == FIRST_SHOT:
            yield (f"{wording.dated(found.trace.run.record, one.day)}, {one.text}.",)
    yield from ((line,) for line in reasons(found))


def _instead(found: Story) -> Table:
    attributed = found.shares
    return Table(
        "cause-without",
        "Without each mechanism, everything else as it was and on the same draws",
        (
            Column("Without"),
            Column("Ends as"),
            *number_columns("on day", "share of this war"),
        ),
        tuple(
            (
                CAUSES[key],
                wording.titles(found.trace.run.record)[one.ending],
                str(one.day),
                str(attributed[key]),
            )
            for key, one in found.instead.items()
        ),
    )


def reasons(found: Story) -> list[str]:
    """Say which removals would have prevented the war, or brought one."""
    if not found.is_war:
        return _of_peace(found)
    removals = found.prevented_by
    if not removals:
        return ["In this model this war comes whatever is removed, all ten mechanisms included."]
    if len(removals[0]) == 1:
        ways = _either([CAUSES[one] for (one,) in removals], "or")
        lines = [f"In this model the removal of {ways} would have prevented this war."]
    else:
        ways = "; or ".join(_either(kinds_of(one), "and") for one in removals)
        lines = [
            "No removal of a single mechanism prevents this war: it is overdetermined.",
            f"In this model it takes the removal of {ways}.",
        ]
    if found.is_deliberate:
        lines.append("A deliberate war: it comes with first strike and commitment alone as well.")
    return lines


def _of_peace(found: Story) -> list[str]:
    lines = ["This future has no war."]
    if found.created_by:
        ways = _either([CAUSES[key] for key in found.created_by], "or")
        lines.append(f"In this model the removal of {ways} would have brought one.")
    else:
        lines.append("No removal of a single mechanism would have brought one.")
    return lines


KIND_NAMES = {
    Mechanism.TYPES: "private information (hidden resolve, optimism, own defences known better)",
    Mechanism.SHIFTING_POWER: "the commitment problem (shifting power, deals that break)",
}
"""What kinds of several mechanisms are called, by their first."""


def kinds_of(keys: Sequence[str]) -> list[str]:
    """Return mechanisms in words, a kind that is there whole as one."""
    named = [group for group in GROUPS if KEYS[group[0]] in keys]
    return [KIND_NAMES.get(group[0]) or CAUSES[KEYS[group[0]]] for group in named]


def _either(names: Sequence[str], joint: str) -> str:
    """Return names in a row; there is at least one."""
    *before, last = names
    return f"{', '.join(before)} {joint} {last}" if before else last
