"""What war is owed to: attributed shares, what each removal prevents, one future's own causes."""

import shlex
from collections.abc import Iterator, Sequence

from detente.analysis import wording
from detente.analysis.causes import Causes, Story
from detente.analysis.causes.attribution import KEYS
from detente.analysis.wording import CAUSES, points, span
from detente.ensemble.shares import Share
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
    Table,
    Words,
    listed,
    number_columns,
    says,
)

MOST_UNSETTLED = 0.01
"""With a larger share of unsettled decisions shares are not to be relied on."""
VERDICTS = {
    "more": "Miscalculation brings more war than deliberate action and third parties together, in "
    "95 of 100 worlds.",
    "less": "Miscalculation brings less war than deliberate action and third parties together, in "
    "95 of 100 worlds.",
    "cannot_tell": "Whether miscalculation brings more war than deliberate action and third "
    "parties together depends on the world.",
}
KINDS = {
    "miscalculation": "miscalculation",
    "deliberate": "deliberate",
    "spoiler": "third parties",
    "excess": "the first less the others",
}
"""Kinds of war, which need not add up."""
FLOORS = {
    "third_party_resolved": "third parties, foreseen",
    "placebo": "nearly nothing (the floor)",
}
"""Removals other than those of single mechanisms."""


def section(found: Causes) -> Section:
    """Return what war is owed to, by playing each future again without each mechanism."""
    record, folder = found.run.record, shlex.quote(str(found.run.folder))
    there = record.settings.worlds_of(found.option)
    of_all = "" if found.worlds == there else f" of the run's {there}"
    return Section(
        key="causes",
        title="What is war owed to?",
        about=(
            trace.subject(record),
            f"{found.futures:,} futures in {found.worlds}{of_all} worlds, option {found.option}, "
            "each played again with every subset of six mechanisms, on the same draws",
        ),
        answer=tuple(answer(found)),
        blocks=tuple(blocks(found)),
        reading=tuple(_reading(found)),
        next=(
            Command("why one future had war", f"detente causes {folder} --future W:I"),
            Command("that future, day by day", f"detente trace {folder} --future W:I"),
        ),
    )


def answer(found: Causes) -> Iterator[Words]:
    """Say how often war comes and to which mechanisms most of it is attributed."""
    war = found.shares["war",]
    if war.share == 0.0:
        yield ("There is no war in these futures, so that there is nothing to explain.",)
        return
    due = _attributed(found)
    order = sorted(due, key=lambda key: -due[key].share)
    parts = tuple(
        says("{} {}", CAUSES[key], points(due[key].share / war.share, 0)) for key in order
    )
    yield says(
        "In this model war comes in {} of 100 futures ({} across worlds). Of 100 wars the "
        "attributed shares are: {}.",
        points(war.share),
        span(war.spread_low, war.spread_high),
        listed(parts),
    )
    yield (VERDICTS[found.verdict],)


def blocks(found: Causes) -> Iterator[Block]:
    """Yield the picture and the tables of attributed shares."""
    yield Picture("causes", found)
    yield _shares(found)
    yield _removals(found)
    yield Listing(
        "What is switched off",
        tuple((f"{CAUSES[key]}: {meaning}",) for key, meaning in wording.CAUSE_MEANINGS.items()),
        level="full",
    )


def _attributed(found: Causes) -> dict[str, Share]:
    return {**found.of_each("causes"), "none": found.shares["causes", "none"]}


def _shares(found: Causes) -> Table:
    named = {CAUSES[key]: share for key, share in found.of_each("causes").items()}
    named["war with every one of these off"] = found.shares["causes", "none"]
    named["war"] = found.shares["war",]
    named |= {f"kind: {name}": found.shares[key,] for key, name in KINDS.items()}
    return Table(
        "causes-and-kinds",
        "Attributed shares of war (Shapley), in % of all futures",
        (Column("Mechanism"), *number_columns("%", INTERVAL, WORLDS)),
        tuple((name, *_cells(share)) for name, share in named.items()),
    )


def _removals(found: Causes) -> Table:
    but_for, created = found.of_each("but_for"), found.of_each("created")
    pairs = {CAUSES[key]: (but_for[key], created[key]) for key in KEYS.values()}
    for key, name in FLOORS.items():
        pairs[name] = found.shares[key, "prevented"], found.shares[key, "created"]
    rows = [(name, *_ends(one), *_ends(other)) for name, (one, other) in pairs.items()]
    rows.append(("no single one prevents", *_ends(found.shares["overdetermined",]), "", ""))
    return Table(
        "causes-removals",
        "War that one removal prevents, and that it creates, in % of all futures",
        (
            Column("Without"),
            *number_columns("prevents", "across worlds", "creates", "across worlds"),
        ),
        tuple(rows),
        level="full",
    )


def _cells(share: Share) -> tuple[str, str, str]:
    """Return a share, its interval and its range across worlds, in percent."""
    return points(share.share), span(share.low, share.high), _ends(share)[1]


def _ends(share: Share) -> tuple[str, str]:
    return points(share.share), span(share.spread_low, share.spread_high)


def _reading(found: Causes) -> Iterator[Words]:
    yield READ_INTERVALS
    yield (
        "Attributed share: the Shapley value; below 0, a mechanism prevents more war than it "
        "brings. Wars that a removal creates are counted separately. The floor is what choices 2 % "
        "sharper change; a number that is not well above it says little. Worlds differ more than "
        "sampling does, and equally good fits of history give other shares, so that no single "
        "number here is a finding.",
    )
    yield (
        "Miscalculation: incidents misread, private information and optimism. Deliberate: a "
        "principal's chosen strike brings war with first strike and commitment alone.",
    )
    warning = "; too many to rely on" if found.unsettled > MOST_UNSETTLED else ""
    yield says(
        f"Over all subsets {{}} % of visited decisions are unsettled{warning}. Digest "
        f"{found.digest[:12]}.",
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
        answer=played.answer,
        blocks=(
            *played.blocks,
            Listing("Why", tuple((line,) for line in reasons(found))),
            _instead(found),
        ),
        reading=(
            (
                "Attributed share: the Shapley value; together with war that comes with every "
                f"mechanism off ({anyway}) it adds up to {war}.",
            ),
        ),
    )


def _instead(found: Story) -> Table:
    attributed = found.shapley
    return Table(
        "cause-without",
        "Without each mechanism, everything else as it was and on the same draws",
        (
            Column("Without"),
            Column("Ends as"),
            *number_columns("on day", "attributed share of this war"),
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
        return ["In this model this war comes whatever is removed, all six mechanisms included."]
    if len(removals[0]) == 1:
        ways = _named([one for (one,) in removals], "or")
        lines = [f"In this model the removal of {ways} would have prevented this war."]
    else:
        ways = "; or ".join(_named(one, "and") for one in removals)
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
        ways = _named(found.created_by, "or")
        lines.append(f"In this model the removal of {ways} would have brought one.")
    else:
        lines.append("No removal of a single mechanism would have brought one.")
    return lines


def _named(keys: Sequence[str], joint: str) -> str:
    """Return mechanisms in words; there is at least one."""
    *before, last = (CAUSES[key] for key in keys)
    return f"{', '.join(before)} {joint} {last}" if before else last
