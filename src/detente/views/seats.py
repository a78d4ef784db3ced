"""A table: what a seat sees and may do, and the debrief of what the table did."""

import shlex
from collections.abc import Iterator, Sequence
from typing import Annotated, NamedTuple

from detente.analysis.seats.debrief import (
    OUTCOMES,
    BranchShare,
    Debrief,
    DebriefChoice,
    DebriefDecision,
)
from detente.analysis.seats.questions import SeatQuestion
from detente.analysis.seats.sight import SeatView
from detente.analysis.seats.table import FORCED, PERSON, PlayTable
from detente.analysis.trace import Happening
from detente.analysis.wording import (
    NAMES,
    PLANS,
    belief,
    capitalised,
    count,
    dated,
    of_100,
    points,
    short_date,
    span,
    titles,
)
from detente.ensemble.record import Record
from detente.ensemble.tally import INITIATORS
from detente.views.blocks import (
    INTERVAL,
    Block,
    Column,
    Command,
    Listing,
    Method,
    Section,
    Sentence,
    Table,
    Words,
    number_columns,
    says,
)
from detente.views.trace import DAILY, TYPES, subject

HEADS = {"force": "Force", "any_war": "War", "deal_ever": "Deal"}
"""What stands above the shares of outcomes."""
THEIRS = {"your ": "its ", "you sent": "it sent", "you have": "it has"}
LEAST = 0.1
"""A chance below half of it is not written in numbers [percent]."""


class SeatTurn(NamedTuple):
    """What a seat is shown when it is its turn, or when all is over."""

    table: PlayTable
    view: SeatView
    since: Annotated[int, "how much of what happened it has been shown before"]


def turn(shown: SeatTurn) -> Section:
    """Return what a seat sees: what has happened since, where things stand, what it is asked."""
    table, view, _ = shown
    record, name = table.run.record, table.ground.seats[view.seat].name
    question = view.question
    return Section(
        key="turn",
        title=f"{name}, {dated(record, view.standing.day)}",
        answer=(),
        blocks=(
            *_news(record, view.happened[shown.since :]),
            Sentence((_standing(shown),)),
            *([] if question is None else [_choices(question)]),
        ),
    )


def _news(record: Record, happened: Sequence[Happening]) -> Iterator[Block]:
    told = [one for one in happened if one.kind not in DAILY]
    fought = len({one.day for one in happened if one.kind in DAILY})
    items = tuple(
        says("{}: {}", short_date(record, one.day), capitalised(one.text)) for one in told
    )
    if fought:
        items = (*items, (f"Days on which you fought or lost something: {fought}.",))
    if items:
        yield Listing("What has happened", items)


def _standing(shown: SeatTurn) -> str:
    table, view, _ = shown
    at, parties = view.standing, table.run.record.parties
    challenger, defender = parties["challenger"], parties["defender"]
    more = ", and more is on its way" if at.is_under_way else ""
    vow = f" {defender} has vowed to answer force with force." if at.has_vowed else ""
    return (
        f"{capitalised(at.talks)}. {challenger} has deployed force at level {at.force} of 2{more}; "
        f"the programme of {defender} stands at step {at.step} of 2.{vow} It is believed that "
        f"{challenger} is resolved: {belief(at.hard)}; {defender}: {belief(at.tough)}."
        f"{_own(view)}"
    )


def _own(view: SeatView) -> str:
    if view.own is None:
        return ""
    plan = "" if view.own.plan is None else f" What you have in mind: {PLANS[view.own.plan]}."
    return f" You are {TYPES[0 if view.own.is_firm else 1]}; nobody else knows.{plan}"


def _choices(question: SeatQuestion) -> Table:
    rows = tuple((str(place), one.says) for place, one in enumerate(question.choices, 1))
    columns = (Column("No.", is_number=True), Column("You may"))
    return Table("choices", question.says, columns, rows)


def section(found: Debrief) -> Section:
    """Return the debrief of a table: its path among all, its decisions, what was hidden."""
    table = found.table
    record = table.run.record
    return Section(
        key="debrief",
        title="What did this table do, and what else could have come?",
        about=(subject(record), f"Played by: {_players(table)}"),
        answer=tuple(_answer(found)),
        blocks=(
            _taken(found),
            *_others(found),
            _hidden(found),
            _known(found),
            *_intents(found),
        ),
        method=Method(
            (
                "Other choices are followed in branches that have the past of the table, its types "
                "and its plan; luck is other from the decision on, and policies decide for all.",
            ),
            ("What people know of history, of each other and of the world outside the pack.",),
            ("Another world of the run: what is not known is held as it is in this one.",),
        ),
        reading=tuple(_reading()),
        next=(
            Command("play on, or look again", f"detente play {shlex.quote(str(table.log.path))}"),
        ),
    )


def _players(table: PlayTable) -> str:
    return ", ".join(table.ground.seats[key].name for key in table.place.persons)


def _others(found: Debrief) -> Iterator[Block]:
    for place, one in enumerate(found.decisions, 1):
        if any(choice.shares for choice in one.choices):
            yield _other(found, place, one)


def _answer(found: Debrief) -> Iterator[Words]:
    record = found.table.run.record
    if found.way is None or found.share is None or found.same_ending is None:
        yield says("The table goes on; it stands on {}.", dated(record, found.standing.day))
    else:
        title = titles(record)[found.way.ending.name.lower()]
        yield says("It ended on {}: {}.", dated(record, found.standing.day), title)
        yield says(
            "{} of 100 futures of the run went this way ({}), and {} ended so.",
            of_100(found.share.share),
            _way(found),
            of_100(found.same_ending.share),
        )
    parted = found.parted
    if parted is None:
        yield ("It never left the common path: each decision was one its policy often takes.",)
    else:
        one = found.decisions[parted]
        yield says(
            "It left the common path on {}. {} decided: {}. Its policy does so {} times in 100.",
            dated(record, one.day),
            found.table.ground.seats[one.decision.seat].name,
            _theirs(one.chosen.says),
            _chance(one.chosen.chance),
        )


def _way(found: Debrief) -> str:
    way, parties = found.way, found.table.run.record.parties
    if way is None:
        return ""
    force = (
        "nobody used force"
        if way.initiator < 0
        else f"{parties[INITIATORS[way.initiator]]} used force first"
    )
    talks = "talks failed on the way" if way.has_failed else "talks never failed"
    return f"this ending, {force}, {talks}"


def _taken(found: Debrief) -> Table:
    record, seats = found.table.run.record, found.table.ground.seats
    rows = tuple(
        (
            short_date(record, one.day),
            seats[one.decision.seat].name,
            _theirs(one.chosen.says) + _by(one),
            _chance(one.chosen.chance),
            f"{_theirs(one.common.says)}, {_chance(one.common.chance)} %",
            points(one.hard, 0),
            points(one.tough, 0),
        )
        for one in found.decisions
    )
    parties = found.table.run.record.parties
    principals = (parties["challenger"], parties["defender"])
    columns = (
        Column("Date"),
        Column("Who"),
        Column("Decided"),
        *number_columns("Chance, %"),
        Column("Most likely by its policy"),
        *number_columns(*(f"{name}, %" for name in principals)),
    )
    return Table("table-decisions", "Decisions of the table", columns, rows)


def _by(one: DebriefDecision) -> str:
    if one.decision.by == PERSON:
        return ""
    return " (nothing else to do)" if one.decision.by == FORCED else " (by its policy)"


def _other(found: Debrief, place: int, one: DebriefDecision) -> Table:
    record, seats = found.table.run.record, found.table.ground.seats
    name = seats[one.decision.seat].name
    heads = [head for key in OUTCOMES for head in (f"{HEADS[key]}, %", INTERVAL)]
    return Table(
        f"table-choices-{place}",
        f"{short_date(record, one.day)}, {name}: what each choice leads to",
        (Column("Choice"), *number_columns("Chance, %", *heads)),
        tuple(_choice_row(choice) for choice in one.choices),
        level="full",
    )


def _choice_row(choice: DebriefChoice) -> tuple[str, ...]:
    cells = [cell for key in OUTCOMES for cell in _share_cells(choice.shares[key])]
    mark = " (chosen)" if choice.is_chosen else ""
    return (capitalised(_theirs(choice.says)) + mark, _chance(choice.chance), *cells)


def _theirs(says: str) -> str:
    """Return what a seat was asked to do as it is said of it: its force in place of your force."""
    for own, other in THEIRS.items():
        says = says.replace(own, other)
    return says


def _chance(chance: float) -> str:
    """Return a chance in percent; what could happen is never written as 0."""
    return f"< {LEAST}" if 0.0 < 100.0 * chance < LEAST / 2.0 else points(chance)


def _share_cells(share: BranchShare) -> tuple[str, str]:
    return points(share.share), span(share.low, share.high)


def _hidden(found: Debrief) -> Listing:
    state, parties, at = found.played.state, found.table.run.record.parties, found.standing
    items = (
        _truth(parties["challenger"], TYPES[int(state.challenger_type)], at.hard),
        _truth(parties["defender"], TYPES[int(state.defender_type)], at.tough),
        (f"{parties['challenger']} had in mind in the end: {PLANS[int(state.plan)]}.",),
    )
    return Listing("What was so, and what was believed of it at the end", items)


def _truth(name: str, kind: str, believed: float) -> Words:
    return (f"{name} was {kind}; believed to be resolved: {belief(believed)}.",)


def _known(found: Debrief) -> Table:
    rows = tuple(
        (capitalised(NAMES[key]), *_share_cells(one.hidden), *_share_cells(one.known))
        for key, one in found.known.items()
    )
    heads = ("Hidden, %", INTERVAL, "Known, %", INTERVAL)
    caption = "With both sides as they were: what is hidden, and had it been known from the start"
    return Table("table-known", caption, (Column("Outcome"), *number_columns(*heads)), rows)


def _intents(found: Debrief) -> Iterator[Block]:
    record, seats = found.table.run.record, found.table.ground.seats
    items = tuple(
        says(
            "{}, {}: {}",
            short_date(record, one.day),
            seats[one.decision.seat].name,
            one.decision.intent,
        )
        for one in found.decisions
        if one.decision.intent
    )
    if items:
        yield Listing("What people said they wanted", items)
    if found.taken_back:
        yield Sentence((f"Taken back: {count(found.taken_back, 'decision')}.",))


def _reading() -> Iterator[Words]:
    yield (
        "Chance: how likely the solved policy of that side, of its type and on that day, makes the "
        "decision. Below the names: how resolved each side was believed to be then. Deal: one made "
        "at any time, also after force.",
    )
    yield (
        "Intervals of branches: 90 %, sampling alone, in this one world; the share of futures that "
        "went this way is over all worlds of the run.",
    )
    yield (
        "A decision that the policy never takes is read by the others as the model reads any act "
        "that it takes to be all but impossible: beliefs move by no more than one act may move "
        "them, and no type is ruled out.",
    )
