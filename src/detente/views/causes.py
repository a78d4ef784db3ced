"""How the first shot came, what would have prevented war, and what war is attributed to."""

import math
from collections.abc import Iterator

from detente.ensemble.record import Record
from detente.ensemble.tally import SIDES
from detente.kernel.causes import Mechanism
from detente.kernel.endings import Event
from detente.questions import wording
from detente.questions.causes import FLOORS, KEYS, NEXT_TO_NOTHING, Causes, Story
from detente.questions.causes.credit import GROUPS
from detente.questions.summary import FirstShots
from detente.questions.wording import CAUSES, cells, cells_across, points
from detente.views import trace
from detente.views.blocks import (
    INTERVAL,
    READ_INTERVALS,
    WORLDS,
    Block,
    Command,
    Listing,
    Picture,
    Section,
    Sentence,
    Table,
    Words,
    columns,
    listed,
    says,
)

MOST_UNSETTLED = 0.01
"""With a larger share of unsettled decisions the shares are unreliable."""
MOST = 2
"""Upper limit on the ways of the first shot that the answer names."""
MOST_NAMED = 3
"""Upper limit on the mechanisms that the answer names."""
FIRST_SHOT = Event.FIRST_SHOT.name.lower()
KIND_NAMES = {
    Mechanism.TYPES: "private information (hidden resolve, optimism, own defences known better)",
    Mechanism.SHIFTING_POWER: "the commitment problem (shifting power, deals that break)",
}
"""Names of the kinds that have several mechanisms, by the first of these."""
READ = (
    READ_INTERVALS,
    "Avoided, added: the effect of taking out that mechanism alone. The floor is the effect of a "
    "trivial change (choices 2 % sharper); an effect near it means little.",
    "Attributed: the shares of all mechanisms add up to war. Mechanisms of one kind (private "
    "information, commitment) divide that kind's share. Other calibrations fit history equally "
    "well and attribute war to other causes: no single number here is a finding.",
    "Miscalculation: incidents misread, hidden resolve, optimism, own defences known better. "
    "Deliberate: one of the two sides strikes by choice, and would do so if first strikes, "
    "shifting power and broken deals were the only mechanisms.",
)


def section(found: Causes) -> Section:
    """Return the page on how the first shot came, what would have prevented war, and its causes."""
    record, folder = found.run.record, found.run.in_command
    total = record.settings.worlds_of(found.option)
    unsettled = says(
        "Of the decisions reached {} % are unsettled, too many to rely on these results.",
        points(found.unsettled, 2),
    )
    of_all = "" if found.worlds == total else f" of the run's {total}"
    return Section(
        key="causes",
        title="Why does war come?",
        about=(
            trace.subject(record),
            f"First shots: all wars of option {found.option}. The rest: {found.futures:,} "
            f"courses of events in {found.worlds}{of_all} sets of assumptions, played again with "
            "and without each of ten mechanisms, on the same draws and a coarse grid",
        ),
        answer=(*first(found.war_shots), *answer(found)),
        blocks=(*first_shots(found.war_shots, record), *blocks(found)),
        reading=(*READ, *((unsettled,) if found.unsettled > MOST_UNSETTLED else ())),
        next=(
            Command("why one course of events had war", f"detente causes {folder} --future W:I"),
            Command(
                "that course of events, day by day",
                f"detente trace {found.run.folder_in_command} --future W:I",
            ),
        ),
    )


def first(found: FirstShots | None) -> Iterator[Words]:
    """Yield sentences: how the first shot came, and how many choices were costly mistakes."""
    if found is None:
        yield "No war comes in this run."
        return
    ways = sorted(found.ways.items(), key=lambda one: -one[1].value)
    most = (
        says(f"{wording.FIRST_SHOTS[way]} ({{}} %)", wording.of_100(often.value))
        for way, often in ways[:MOST]
        if often.value
    )
    yield says("In this model wars begin most often as follows: {}.", listed(most, "; "))
    mistakes = found.mistakes
    if mistakes is None or not mistakes.value:
        return
    yield says(
        "Of the first shots that a side chose, {} % are misjudgements: it had a better choice.",
        wording.of_100(mistakes.value),
    )
    if found.less is not None and found.less.is_sure:
        yield says(
            "Half of these misjudgements cost the side at most {} % of its stakes.",
            wording.significant(100.0 * found.less.value, 2),
        )


def answer(found: Causes) -> Iterator[Words]:
    """Yield sentences: how often war comes, what prevents most of it, its attributed shares."""
    war = found.shares["war",]
    if war.value == 0.0:
        yield "No course of events that was played again has a war: nothing is to be explained."
        return
    yield says(
        "War comes in {} % (90 % interval {}) of {} courses of events played again.",
        *cells(war),
        wording.number(float(found.futures), 0),
    )
    prevented = tuple(without(found))
    yield from prevented
    if not prevented:
        yield "No single mechanism, if removed, clearly avoids more war than a trivial change does."
    due = found.of_each("causes")
    named = [key for key in found.surely_owed() if due[key].value > 0.0]
    order = sorted(named, key=lambda key: -due[key].value)[:MOST_NAMED]
    parts = tuple(says("{} ({})", CAUSES[key], points(due[key].value)) for key in order)
    if parts:
        yield says(
            "The largest parts of these {} points are due to {}. War comes in {} % even with "
            "every mechanism off.",
            points(war.value),
            listed(parts),
            points(found.shares["causes", "none"].value),
        )


def without(found: Causes) -> Iterator[Words]:
    """Yield a sentence on removing each mechanism with a clear effect, the largest effect first."""
    for key in _heaviest(found)[:MOST_NAMED]:
        yield says(
            f"Without {CAUSES[key]}, war is avoided in {{}} % and added in {{}} %.",
            *(points(found.shares[measure, key].value) for measure in FLOORS),
        )


def _heaviest(found: Causes) -> list[str]:
    """Return the mechanisms with a clear effect, ordered by the war that removal prevents."""
    return sorted(found.surely_counts(), key=lambda key: -found.shares["but_for", key].value)


def first_shots(found: FirstShots | None, record: Record) -> Iterator[Table]:
    """Yield the table of how the first shot came and from which side, if there was war."""
    if found is None:
        return
    rows = []
    for way, called in wording.FIRST_SHOTS.items():
        share, sides = found.ways[way], found.sides[way]
        if share.value:
            by = (wording.of_100(sides[side]) if sides[side] else "" for side in SIDES)
            rows.append((called, *wording.percents_across(share), *by))
    heads = ("%", INTERVAL, WORLDS, *(f"by {record.parties[side]}" for side in SIDES))
    yield Table(
        "first-shot",
        "How the first shot came, in % of all wars",
        columns("The first shot", numbers=heads),
        tuple(rows),
    )


def blocks(found: Causes) -> Iterator[Block]:
    """Yield what would have prevented war, and what it is attributed to, as figure and table."""
    clear, shares = _heaviest(found), found.shares
    if clear:
        pairs = {CAUSES[key]: (shares["but_for", key], shares["created", key]) for key in clear}
        pairs["nearly nothing (the floor)"] = (
            shares["placebo", "prevented"],
            shares["placebo", "created"],
        )
        alone = ("avoided by no single one", *cells(shares["overdetermined",]), "", "")
        yield Table(
            "causes-removals",
            "War avoided and war added by the removal of one mechanism, in %",
            columns("Without", numbers=("avoided", INTERVAL, "added", INTERVAL)),
            (*((name, *cells(one), *cells(two)) for name, (one, two) in pairs.items()), alone),
        )
    unclear = [key for key in KEYS.values() if key not in clear]
    if unclear:
        # Worlds at which each effect, if it is as estimated, would be clear of the floor.
        floor, needed = shares["placebo", "prevented"], []
        for one in (shares["but_for", key] for key in unclear):
            apart = one.value - floor.value
            if apart >= NEXT_TO_NOTHING:
                half = one.value - one.low + floor.high - floor.value
                needed.append(math.ceil(found.worlds * max(2.0, (half / apart) ** 2)))
        more = (
            f" About {min(needed):,} sets of assumptions would show it for the first."
            if needed
            else ""
        )
        words = (
            f"For {len(unclear)} of {len(KEYS)} mechanisms we cannot tell from this run whether "
            f"they matter: {wording.series([CAUSES[key] for key in unclear])}.{more}"
        )
        yield Sentence(words)
    if shares["war",].value > 0.0:
        yield Picture("causes", found)
        due, surely = found.of_each("causes"), found.surely_owed()
        order = sorted(surely, key=lambda key: -due[key].value)
        rows: list[tuple[str, ...]] = [(CAUSES[key], *cells_across(due[key])) for key in order]
        others = [due[key].value for key in due if key not in surely]
        if others:
            named = f"the other {len(others)}, each tiny or not distinguishable from zero"
            rows.append((named, points(sum(others)), "", ""))
        totals = {"war with every one of these off": found.shares["causes", "none"]}
        totals["war"] = found.shares["war",]
        kinds = {name: found.shares[key,] for key, name in wording.WAR_KINDS.items()}
        totals |= {f"kind: {name}": kind for name, kind in kinds.items() if kind.low > 0.0}
        yield Table(
            "causes-and-kinds",
            "War attributed to each mechanism (Owen's value), in %; below 0: it avoids more war "
            "than it adds",
            columns("Mechanism", numbers=("%", INTERVAL, WORLDS)),
            (*rows, *((name, *cells_across(share)) for name, share in totals.items())),
        )
    yield Listing(
        "The mechanisms that are switched off",
        tuple(f"{CAUSES[key]}: {meaning}" for key, meaning in wording.CAUSE_MEANINGS.items()),
        level="full",
    )


def story(found: Story) -> Section:
    """Return the page on one future: why it had war or none, and how it ends otherwise."""
    played, record = trace.section(found.trace), found.trace.run.record
    called, shares = wording.titles(record), found.shares
    first_shot = tuple(
        f"{wording.dated(record, one.day)}, {one.text}."
        for one in found.trace.happenings
        if one.kind == FIRST_SHOT
    )
    instead = Table(
        "cause-without",
        "Without each mechanism, everything else as it was and on the same draws",
        columns("Without", "Ends as", numbers=("on day", "share of this war")),
        tuple(
            (CAUSES[key], called[one.ending], str(one.day), str(shares[key]))
            for key, one in found.instead.items()
        ),
    )
    anyway, war = int(found.is_there_anyway), int(found.is_war)
    return Section(
        key="cause",
        title=played.title,
        about=played.about,
        answer=(*first_shot, *reasons(found), *played.answer),
        blocks=(instead, *played.blocks),
        reading=(
            "Share: the part of this war attributed to the mechanism (Owen's value). These shares "
            f"and war with every mechanism off ({anyway}) add up to {war}.",
        ),
    )


def reasons(found: Story) -> Iterator[str]:
    """Yield sentences on the removals that would have prevented the war, or brought one."""
    removals = found.prevented_by
    if not found.is_war:
        yield "This course of events has no war."
        if found.created_by:
            ways = wording.series([CAUSES[key] for key in found.created_by], "or")
            yield f"In this model the removal of {ways} would have brought one."
        else:
            yield "No removal of a single mechanism would have brought one."
        return
    if not removals:
        yield "In this model this war comes even with all ten mechanisms removed."
        return
    if len(removals[0]) == 1:
        ways = wording.series([CAUSES[one] for (one,) in removals], "or")
        yield f"In this model the removal of {ways} would have prevented this war."
    else:
        # A kind of mechanisms that is removed entirely is named once.
        sets = [[group for group in GROUPS if KEYS[group[0]] in keys] for keys in removals]
        called = {group: KIND_NAMES.get(group[0]) or CAUSES[KEYS[group[0]]] for group in GROUPS}
        ways = "; or ".join(wording.series([called[group] for group in one]) for one in sets)
        yield "Removing a single mechanism does not prevent this war: it has several causes."
        yield f"In this model it takes the removal of {ways}."
    if found.is_deliberate:
        yield "It is a deliberate war: first strikes and commitment problems alone bring it too."
