"""What an outcome depends on: parts of its variance, influential numbers, boxes of assumptions."""

from collections.abc import Iterator, Mapping

from detente.ensemble.advice import command_to_grow
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.study import FUTURES
from detente.pack.quantity import unit_in_words
from detente.questions import wording
from detente.questions.discovery import UNTRIED, Assumption, Discovery
from detente.questions.drivers import Drivers
from detente.questions.drivers.inputs import group_titled, titled
from detente.questions.drivers.swings import ends_of
from detente.questions.engagement import Engagement
from detente.questions.summary import share_in
from detente.questions.wording import cells, count, of_100, points, significant, span, titles
from detente.text import capitalised
from detente.views.blocks import (
    INTERVAL,
    Block,
    Card,
    Cards,
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
from detente.views.record import method
from detente.views.trace import subject

NAMED = 3
"""Upper limit on the numbers that the answer names."""
MOST_GROUPS = 5
"""Upper limit on the groups that are named among those that may matter."""
PARTS = {
    "world": "uncertain inputs, which differ between sets of assumptions",
    "types": "resolve of the two sides",
    "nature": "outside events: signs, reports, mediators, ratified and broken deals",
    "incidents": "incidents",
    "war": "chance in battle",
    "acts": "choice and timing of acts",
}
"""Names of the parts of the variance between futures."""
UNASKED = "The drivers have not been computed for this run."
READ_BOXES = (
    "Density: how likely the outcome is where the rules hold. Coverage: of all courses of events "
    "with the outcome, the share that lies there. Both are measured in new sets of assumptions, "
    "which the search did not see. Quasi-p: the chance that sets of assumptions drawn at random do "
    "as well without this rule. Above .05 a rule is dropped. Rules show correlation, not cause: an "
    "assumption may be in a rule only because it goes with another that matters."
)
"""How to read a box."""
READ = (
    "Points: the change of the share, in percentage points, if a number goes from its 10th to its "
    "90th percentile (a yes or no: from no to yes) and all else stays. Sets of assumptions that "
    "agree: those in which it changes in that direction, sampling noise removed.",
    "Total effect: the part of the variance across assumptions that remains if all else is known. "
    "It counts interactions, so total effects do not add up to 100. A group has the numbers of one "
    "table of the pack, or numbers that are correlated.",
    "Intervals come from sets of assumptions that did not choose the numbers. A number that is "
    "known well moves little, however much it matters. The parts of an attack (stocks, decoys, "
    "targets, timing and form of raids) count in the group of their table and are not ranked "
    "singly.",
)
"""How to read the numbers."""


def turning(
    run: Run, found: Mapping[str, Drivers], likely: Mapping[str, Discovery], force: Engagement
) -> Section:
    """Return the page on what outcomes depend on, when they are likely, and what decides war."""
    return Section(
        key="turning",
        title="What does it turn on?",
        answer=tuple(words for one in found.values() for words in _answer(one)) or (UNASKED,),
        blocks=(
            *(
                Command(
                    f"The drivers of {titles(run.record)[outcome]} take a minute or two; ask for "
                    "them, then write the report again, or add --complete:",
                    f"detente drivers {run.in_command} --outcome {outcome}",
                )
                for outcome in likely
                if outcome not in found
            ),
            *(block for one in found.values() for block in _blocks(one)),
            *(block for one in likely.values() for block in _boxes(one)),
            Picture("leakage", force),
        ),
        reading=(*READ, READ_BOXES),
        method=method(
            run,
            how=(
                "Single numbers, and groups of them, are moved in the run's sets of assumptions, "
                "on the same draws."
            ),
            left_out=(
                "Numbers that are the same in all sets of assumptions, however much they matter."
            ),
            would_change="Ranges in the pack: an input with a narrow range moves an outcome "
            "little. More sets of assumptions narrow the intervals.",
        ),
    )


def section(found: Drivers) -> Section:
    """Return the page on what an outcome depends on: parts of its variance, numbers."""
    total = found.run.record.settings.worlds_of(found.option)
    return Section(
        key="drivers",
        title=f"What does {titles(found.run.record)[found.outcome]} turn on?",
        about=(
            subject(found.run.record),
            f"{found.worlds} of {count(total, 'set')} of assumptions x {FUTURES} "
            f"courses of events, option {found.option}, each change on the same draws",
        ),
        answer=tuple(_answer(found)),
        blocks=tuple(_blocks(found)),
        reading=READ,
        next=tuple(_next(found)),
    )


def _answer(found: Drivers) -> Iterator[Words]:
    called = titles(found.run.record)[found.outcome]
    share = share_in(found.run, found.option, found.outcome)
    yield says(
        f"In this model {called} comes in {{}} % (90 % interval {{}}; {{}} across assumptions).",
        of_100(share.value),
        wording.chance(share),
        wording.spread(share),
    )
    moved = tuple(
        says("{} ({} points, {})", titled(path, found.crisis), *cells(one.swing, signed=True))
        for path, one in list(found.numbers.items())[:NAMED]
    )
    if moved:
        yield says("The inputs that move it most (90 % interval): {}.", listed(moved, "; "))
    numbers, below, small = found.unlisted
    if numbers:
        more = "other " if found.numbers else ""
        yield says(
            f"No {more}input tested moves {called} by more than {{}} points. Of these {numbers}, "
            "{} move it by less than half a point.",
            points(below),
            f"{small}",
        )
    if found.open.numbers:
        named = "; ".join(titled(path, found.crisis) for path in found.open.numbers)
        verb = "moves" if len(found.open.numbers) == 1 else "move"
        yield (
            f"We cannot tell from this run whether {len(found.open.numbers)} of the "
            f"{found.open.measured} inputs tested {verb} {called}: {named}. If the effect of the "
            f"first is as large as it seems, {found.open.worlds:,} sets of assumptions would show "
            "it."
        )


def _blocks(found: Drivers) -> Iterator[Block]:
    called, crisis = titles(found.run.record)[found.outcome], found.crisis
    yield from (Sentence(f"Note: {note}.") for note in found.notes)
    if found.variance is not None:
        yield Table(
            f"variance-{found.outcome}",
            f"Sources of the variance in {called}, in %",
            columns("Part", numbers=("%", INTERVAL)),
            tuple((PARTS[key], *cells(one, 0)) for key, one in found.variance.parts.items()),
            level="full",
        )
    if found.numbers:
        yield Picture("drivers", found)
        heads = (
            "points",
            INTERVAL,
            "sets of assumptions that agree, %",
            "total effect, %",
            INTERVAL,
        )
        yield Table(
            f"numbers-{found.outcome}",
            f"Change in {called} from an input's 10th to its 90th percentile, in points",
            columns("Number", numbers=heads),
            tuple(
                (
                    f"{titled(path, crisis)} ({path})",
                    *cells(swing, signed=True),
                    points(swing.agree, 0),
                    # A total effect is left blank if its interval includes 0.
                    *cells(total if total.low > 0.0 else None, 0),
                )
                for path, (swing, total) in found.numbers.items()
            ),
        )
    if found.groups:
        ordered = sorted(found.groups.items(), key=lambda pair: -pair[1].value)
        yield Table(
            f"groups-{found.outcome}",
            f"Groups of numbers: total effect, in % of the variance of {called} across assumptions",
            columns("Group", numbers=("%", INTERVAL)),
            tuple((group_titled(name, crisis), *cells(one, 0)) for name, one in ordered),
        )
    if found.open.groups:
        groups = [group_titled(name, crisis) for name in found.open.groups]
        rest = len(groups) - MOST_GROUPS
        named = [*groups[:MOST_GROUPS], f"{rest} more"] if rest > 1 else groups
        words = (
            f"Of these {'other ' if found.groups else ''}groups we cannot tell from this run "
            f"whether they matter (the largest change first): {'; '.join(named)}."
        )
        yield Sentence(words)


def _next(found: Drivers) -> Iterator[Command]:
    folder, outcome = found.run.in_command, found.outcome
    for path in list(found.numbers)[:1]:
        low, high = ends_of(found.crisis.numbers[path])
        line = f"detente whatif {folder} {path}={low:.3g}:{high:.3g}:5"
        yield Command("the effect of the first, value by value", line)
    yield Command("under which assumptions", f"detente discover {folder} --outcome {outcome}")
    total = found.run.record.settings.worlds_of(found.option)
    if found.worlds < total:
        option = "" if found.option == BASE else f" --option {found.option}"
        line = f"detente drivers {folder} --outcome {outcome}{option} --worlds {total}"
        yield Command("sharper, from all sets of assumptions", line)


def boxes(found: Discovery) -> Section:
    """Return the page on the few assumptions under which an outcome is likely."""
    record = found.run.record
    called = titles(record)[found.outcome]
    settings, folder = record.settings, found.run.in_command
    worlds = settings.worlds_of(found.option)
    again = command_to_grow(found.run.folder, record, worlds=4 * worlds, option=found.option)
    return Section(
        key="boxes",
        title=f"When is {called} likely?",
        about=(
            subject(record),
            f"{worlds:,} sets of assumptions x {settings.futures_of_a_world:,} courses of events, "
            f"option {found.option}",
        ),
        answer=(
            says(
                f"In this model {called} comes in {{}} % over all sets of assumptions (90 % "
                "interval {}).",
                of_100(found.share),
                wording.chance(share_in(found.run, found.option, found.outcome)),
            ),
        ),
        blocks=tuple(_boxes(found)),
        reading=(READ_BOXES,),
        next=(
            Command("what it turns on", f"detente drivers {folder} --outcome {found.outcome}"),
            *(() if found.enough else (Command("more assumptions", again),)),
        ),
    )


def _boxes(found: Discovery) -> Iterator[Block]:
    run = found.run
    title = f"When {titles(run.record)[found.outcome]} is likely"
    total = run.record.settings.worlds_of(found.option)
    cards = []
    for place, box in enumerate(found.boxes, 1):
        trial = box.trial
        outside = ", in sets of assumptions outside the boxes before it" if place > 1 else ""
        condition = "all of these hold" if len(box.rules) > 1 else "this holds"
        likelier = says(
            "There it comes in {} % (density, 90 % interval {}), elsewhere in {} %. The box has "
            "{} % of all courses of events with it (coverage). These figures come from "
            f"{trial.worlds} new sets of assumptions, in the box and outside.",
            of_100(trial.density.value),
            span(trial.density.low, trial.density.high, 0),
            of_100(trial.outside),
            of_100(trial.coverage),
        )
        origin = says(
            f"The box holds {box.worlds} of the run's {total} sets of assumptions. With outcomes "
            "assigned at random, a search finds as good a box in {} % of cases.",
            significant(100.0 * box.chance, 1),
        )
        lines = (*map(_rule, box.rules), likelier, origin)
        cards.append(Card(f"Box {place}{outside}: if {condition}", lines))
    if cards:
        yield Cards(
            title,
            says(
                "In each box the outcome is likelier than over all sets of assumptions ({} %).",
                of_100(found.share),
            ),
            tuple(cards),
        )
    if found.notes:
        heading = "How it was tried" if cards else title
        yield Listing(heading, tuple(f"{capitalised(note)}." for note in found.notes))
    if UNTRIED in found.notes:
        line = f"detente discover {run.in_command} --outcome {found.outcome}"
        yield Command("to try it on new sets of assumptions", line)


def _rule(rule: Assumption) -> Words:
    """Return a rule of a box in the pack's words and units, with its coverage and quasi-p."""
    unit = f" {unit_in_words(rule.unit)}" if rule.unit else ""
    if rule.is_switch:
        where: Words = "yes" if rule.low is not None else "no"
    elif rule.low is None:
        where = ("below ", significant(rule.high or 0.0), unit)
    elif rule.high is None:
        where = ("above ", significant(rule.low), unit)
    else:
        where = says("from {} to {}{}", significant(rule.low), significant(rule.high), unit)
    return says(
        "{}: {}; holds in {} % of assumptions, quasi-p {}",
        f"{rule.meaning} ({rule.field})" if rule.meaning else rule.field,
        where,
        of_100(rule.worlds),
        significant(rule.quasi_p, 1),
    )
