"""The debrief of a table: what it did, what else could have come, and other tables."""

import shlex
from collections import Counter
from collections.abc import Iterator

from detente.ensemble.tally import INITIATORS
from detente.kernel.decision import Asked
from detente.questions.wording import (
    NAMES,
    PLANS,
    TO,
    belief,
    capitalised,
    cells,
    chance,
    count,
    dated,
    of_100,
    percent,
    points,
    short_date,
    titles,
)
from detente.table.debrief import OUTCOMES, Debrief, DebriefChoice, DebriefDecision
from detente.table.paths import OtherTable, TablePath, TakenDecision, WayTaken
from detente.table.questions import KINDS
from detente.table.table import FORCED, PERSON, PlayTable
from detente.views.blocks import (
    INTERVAL,
    Block,
    Column,
    Command,
    Listing,
    Method,
    Picture,
    Section,
    Sentence,
    Table,
    Words,
    listed,
    number_columns,
    says,
)
from detente.views.trace import TYPES, subject

METHOD = Method(
    "Other choices are followed in branches that have the past of the table, its types "
    "and its plan; luck is other from the decision on, and policies decide for all.",
    "What people know of history, of each other and of the world outside the pack.",
    "Another world of the run: what is not known is held as it is in this one.",
)
"""How it was got."""
HEADS = {"force": "Force", "any_war": "War", "deal_ever": "Deal"}
"""What stands above the shares of outcomes."""
THEIRS = {"your ": "its ", "you sent": "it sent", "you have": "it has"}
DECISIONS = "Decisions of the table, and how resolved each side was believed to be then"
LEAST = 0.1
"""A chance below half of it is not written in numbers [percent]."""


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
            *([Picture("decided", found)] if any(map(_is_followed, found.decisions)) else []),
            _taken(found),
            *_others(found),
            _hidden(found),
            _known(found),
            *_other_tables(found),
            *_intents(found),
        ),
        method=METHOD,
        reading=tuple(_reading()),
        next=(
            Command("play on, or look again", f"detente play {shlex.quote(str(table.log.path))}"),
        ),
    )


def _players(table: PlayTable) -> str:
    return ", ".join(table.seated.seats[key].name for key in table.place.persons)


def _others(found: Debrief) -> Iterator[Block]:
    for place, one in enumerate(found.decisions, 1):
        if _is_followed(one):
            yield _other(found, place, one)


def _is_followed(one: DebriefDecision) -> bool:
    return bool(one.chosen.shares)


def _answer(found: Debrief) -> Iterator[Words]:
    record, path = found.table.run.record, found.path
    if path.way is None or path.share is None or path.same_ending is None:
        yield says("The table goes on; it stands on {}.", dated(record, path.day))
    else:
        title = titles(record)[path.way.ending.name.lower()]
        yield says("It ended on {}: {}.", dated(record, path.day), title)
        yield says(
            "{} of 100 futures of the run ({}) went this way: {}. {} ended so ({}).",
            of_100(path.share.value),
            chance(path.share, joint=TO),
            _way(found, path.way),
            of_100(path.same_ending.value),
            chance(path.same_ending, joint=TO),
        )
    yield from _put_in(found)
    yield from _parting(found)
    yield _had_it_been_known(found)
    if found.others:
        same = sum(one.path.way == path.way for one in found.others)
        tables = count(len(found.others), "other table")
        yield says("Of {} of this crisis {} went this way too.", tables, str(same or "none"))


def _put_in(found: Debrief) -> Iterator[Words]:
    """Say what an umpire did, of which futures of the run know nothing."""
    record = found.table.run.record
    acts = [
        says("{} ({})", act.name, short_date(record, act.day)) for act in found.table.seated.acts
    ]
    if acts:
        yield says(
            "The umpire put in: {}. Futures of the run have none of it, with types known or not.",
            listed(tuple(acts)),
        )


def _parting(found: Debrief) -> Iterator[Words]:
    """Yield where the table left the common path, what was common, and what either led to."""
    if found.path.parted is None:
        yield "It never left the common path: each decision was one its policy often takes."
        return
    one = found.decisions[found.path.parted]
    yield says(
        "It left the common path on {}. {} decided: {}. Its policy does so {} times in 100; most "
        "likely ({} %) it would {}.",
        dated(found.table.run.record, one.taken.day),
        found.name_of(one.taken.seat),
        _theirs(one.chosen.says),
        _chance(one.chosen.chance),
        points(one.common.chance, 0),
        _theirs(one.common.says),
    )
    if _is_followed(one):
        key = found.came
        yield says(
            "{} comes in {} of 100 branches after what it did, and in {} after that.",
            capitalised(NAMES[key]),
            of_100(one.chosen.shares[key].value),
            of_100(one.common.shares[key].value),
        )


def _had_it_been_known(found: Debrief) -> Words:
    """Return what would have been different with the types known, as far as it is clear."""
    moved = [
        says(
            "{} in {} of 100 futures rather than {}",
            NAMES[key],
            of_100(one.known.value),
            of_100(one.hidden.value),
        )
        for key, one in found.known.items()
        if one.known.low > one.hidden.high or one.known.high < one.hidden.low
    ]
    return says(
        "Had both sides known from the start what the other was: {}.",
        listed(tuple(moved)) if moved else "no clear difference",
    )


def _way(found: Debrief, way: WayTaken) -> str:
    parties = found.table.run.record.parties
    force = (
        "nobody used force"
        if way.initiator < 0
        else f"{parties[INITIATORS[way.initiator]]} used force first"
    )
    talks = "talks failed on the way" if way.talks_failed else "talks never failed"
    return f"this ending, {force}, {talks}"


def _taken(found: Debrief) -> Table:
    record = found.table.run.record
    rows = tuple(
        (
            short_date(record, one.taken.day),
            found.name_of(one.taken.seat),
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
    return Table("table-decisions", DECISIONS, columns, rows)


def _by(one: DebriefDecision) -> str:
    if one.taken.by == PERSON:
        return ""
    return " (nothing else to do)" if one.taken.by == FORCED else " (by its policy)"


def _other(found: Debrief, place: int, one: DebriefDecision) -> Table:
    record = found.table.run.record
    name = found.name_of(one.taken.seat)
    heads = [head for key in OUTCOMES for head in (f"{HEADS[key]}, %", INTERVAL)]
    return Table(
        f"table-choices-{place}",
        f"{short_date(record, one.taken.day)}, {name}: what each choice leads to",
        (Column("Choice"), *number_columns("Chance, %", *heads)),
        tuple(_choice_row(choice) for choice in one.choices),
        level="brief" if place - 1 == found.path.parted else "full",
    )


def _choice_row(choice: DebriefChoice) -> tuple[str, ...]:
    shares = [cell for key in OUTCOMES for cell in cells(choice.shares[key])]
    mark = " (chosen)" if choice.is_chosen else ""
    return (capitalised(_theirs(choice.says)) + mark, _chance(choice.chance), *shares)


def _theirs(says: str) -> str:
    """Return what a seat was asked to do as it is said of it: its force in place of your force."""
    for own, other in THEIRS.items():
        says = says.replace(own, other)
    return says


def _chance(chance: float) -> str:
    """Return a chance in percent; what could happen is never written as 0."""
    return f"< {LEAST}" if 0.0 < 100.0 * chance < LEAST / 2.0 else points(chance)


def _hidden(found: Debrief) -> Listing:
    state, parties, at = found.played.state, found.table.run.record.parties, found.standing
    items = (
        _truth(parties["challenger"], TYPES[int(state.challenger_type)], at.hard),
        _truth(parties["defender"], TYPES[int(state.defender_type)], at.tough),
        f"{parties['challenger']} had in mind in the end: {PLANS[int(state.plan)]}.",
    )
    return Listing("What was so, and what was believed of it at the end", items)


def _truth(name: str, kind: str, believed: float) -> Words:
    return f"{name} was {kind}. The others believed it to be resolved: {belief(believed)}."


def _known(found: Debrief) -> Table:
    rows = tuple(
        (capitalised(NAMES[key]), *cells(one.hidden), *cells(one.known))
        for key, one in found.known.items()
    )
    heads = ("Hidden, %", INTERVAL, "Known, %", INTERVAL)
    caption = "With both sides as they were: what is hidden, and had it been known from the start"
    return Table("table-known", caption, (Column("Outcome"), *number_columns(*heads)), rows)


def _other_tables(found: Debrief) -> Iterator[Block]:
    """Yield how other tables of the same crisis went, where they parted, and who decided what."""
    if not found.others:
        return
    paths = (found.path, *(one.path for one in found.others))
    draws = ("", *("the same" if one.has_same_draws else "another" for one in found.others))
    columns = (Column("Table"), *map(Column, ("People for", "Luck", "Ended", "Force first")))
    rows = tuple(_path_row(found, *one) for one in zip(paths, draws, strict=True))
    columns = (*columns, *number_columns("This way, %", INTERVAL))
    yield Table("table-others", "This table and others of this crisis", columns, rows)
    items = tuple(_parted(found, one) for one in found.others)
    yield Listing("Where they left the common path, and parted from this table", items)
    yield _kinds(found, paths)


def _path_row(found: Debrief, path: TablePath, draws: str) -> tuple[str, ...]:
    record, parties = found.table.run.record, found.table.run.record.parties
    ended, force, share = "goes on", "", ("", "")
    if path.way is not None and path.share is not None:
        ended = f"{titles(record)[path.way.ending.name.lower()]}, {short_date(record, path.day)}"
        share = percent(path.share), chance(path.share, joint=TO)
        force = "nobody" if path.way.initiator < 0 else parties[INITIATORS[path.way.initiator]]
    people = ", ".join(map(found.name_of, path.persons))
    name = f"{path.file.stem} (this one)" if path is found.path else path.file.stem
    return (name, people, draws, ended, force, *share)


def _parted(found: Debrief, other: OtherTable) -> Words:
    """Return where another table left the common path, and where it parted from this one."""
    path, rare = other.path, other.path.parted
    left = "never left the common path"
    if rare is not None:
        left = f"left the common path with {_did(found, path.decisions[rare])}"
    if not other.has_same_draws:
        parted = "its luck was another from the start"
    elif other.parted is None:
        parted = "its people decided the same as here"
    else:
        here, there = other.parted
        parted = f"it parted from this table with {_did(found, there)} in place of "
        parted += _did(found, here)
    return f"{path.file.stem} {left}; {parted}."


def _did(found: Debrief, one: TakenDecision | None) -> str:
    if one is None:
        return "no further decision"
    day = short_date(found.table.run.record, one.day)
    return f"“{_theirs(one.says)}” ({found.name_of(one.seat)}, {day}, {_chance(one.chance)} %)"


def _kinds(found: Debrief, paths: tuple[TablePath, ...]) -> Table:
    """Return what people decided at the same kind of question, table by table."""
    decided: dict[tuple[str, Asked], dict[str, Counter[str]]] = {}
    for path in paths:
        for one in path.decisions:
            if one.by == PERSON:
                tables = decided.setdefault((one.seat, one.asked), {})
                tables.setdefault(path.file.stem, Counter())[_theirs(one.says)] += 1
    rows = tuple(
        (found.name_of(seat), KINDS[asked].about, name, _counted(counts))
        for (seat, asked), tables in decided.items()
        for name, counts in tables.items()
    )
    columns = tuple(map(Column, ("Who", "Asked", "Table", "Decided")))
    return Table("table-kinds", "The same kind of question", columns, rows, level="full")


def _counted(counts: Counter[str]) -> str:
    return "; ".join(
        says if many == 1 else f"{says} ({many} times)" for says, many in counts.most_common()
    )


def _intents(found: Debrief) -> Iterator[Block]:
    record = found.table.run.record
    items = tuple(
        says(
            "{}, {}: {}",
            short_date(record, one.taken.day),
            found.name_of(one.taken.seat),
            one.intent,
        )
        for one in found.decisions
        if one.intent
    )
    if items:
        yield Listing("What people said they wanted", items)
    if found.taken_back:
        yield Sentence(f"Taken back: {count(found.taken_back, 'decision')}.")


def _reading() -> Iterator[Words]:
    yield (
        "Chance: how likely the solved policy of that side, of its type and on that day, makes the "
        "decision. Below the names: how resolved each side was believed to be then. Deal: one made "
        "at any time, also after force."
    )
    yield (
        "Intervals of branches: 90 %, sampling alone, in this one world; the share of futures that "
        "went this way is over all worlds of the run."
    )
    yield (
        "A decision that the policy never takes is read by the others as the model reads any act "
        "that it takes to be all but impossible: beliefs move by no more than one act may move "
        "them, and no type is ruled out."
    )
