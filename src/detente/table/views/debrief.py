"""The page of the debrief: decisions of a table, alternatives, and other tables."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, product

from detente.ensemble.tally import INITIATORS
from detente.kernel.decision import Asked
from detente.questions.wording import (
    NAMES,
    PLANS,
    belief,
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
from detente.table.debrief import OUTCOMES, Debrief, DebriefDecision
from detente.table.paths import OtherTable, TakenDecision
from detente.table.questions import KINDS
from detente.table.table import FORCED, HELD, PERSON, POLICY
from detente.text import TO, capitalised, in_sentence
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
    columns,
    listed,
    number_columns,
    says,
)
from detente.views.trace import TYPES, subject

METHOD = Method(
    "Other choices are followed in branches with the table's past, its types and its plan; from "
    "the decision on the draws differ, and policies decide for all.",
    "The knowledge that people have of history, of each other and of the world outside the pack.",
    "Other sets of assumptions of the run: uncertain inputs keep the values of this one.",
)
"""Notes on method."""
READING = (
    "Chance: how likely the solved policy of that side, of its type and on that day, makes the "
    "decision. Below the names: how resolved each side was believed to be then. Deal: one made "
    "at any time, also after force.",
    "Intervals of branches: 90 %, sampling alone, under this one set of assumptions; the share of "
    "courses of events that went this way is over all sets of the run.",
    "If a decision is one that the policy never takes, the others treat it like any nearly "
    "impossible act: beliefs move by the most that one act may move them, and no type is ruled "
    "out.",
)
"""How to read the full debrief."""
READING_FIRST = (
    "Its policy: how often the solved policy of that side, of its type and on that day, makes each "
    "choice. A low share is not a mistake.",
    "A mediator knows what everybody believed then, and would try what both sides would most "
    "likely accept by their policies. After force the model has no draft.",
)
"""How to read the part that needs no branches."""
READING_OTHERS = (
    "Other tables: those of this crisis in the same folder; what their people chose, at any time, "
    "when asked the same kind of question.",
)
"""How to read the column on other tables."""
MOST_FIRST, MOST_OTHER = 12, 3
"""Upper limits on decisions, and on other choices of each, in the first table."""
HEADS = {"force": "Force", "any_war": "War", "deal_ever": "Deal"}
"""Headings of outcomes."""
DRAWS = {True: "the same", False: "another"}
"""Words for whether another table has the draws of this one."""
THEIRS = {"your ": "its ", "you sent": "it sent", "you have": "it has"}
PACKAGE = re.compile(r"(?P<offer>offer )?(?P<number>package \d+): (?P<holds>.+)")
"""The draft of a mediator, or the offer of one."""
LEAST = 0.1
"""Chances below half of this are written as "less than" [%]."""


def section(found: Debrief) -> Section:
    """Return the debrief of a table: its path, its decisions, what was hidden, other tables."""
    table = found.table
    state, parties, at = found.played.state, table.run.record.called, found.standing
    followed = [pair for pair in enumerate(found.decisions) if pair[1].chosen.shares]
    sides = {
        capitalised(parties["challenger"]): (TYPES[int(state.challenger_type)], at.hard),
        capitalised(parties["defender"]): (TYPES[int(state.defender_type)], at.tough),
    }
    hidden = [
        f"{name} was {kind}. The others believed it to be resolved: {belief(believed)}."
        for name, (kind, believed) in sides.items()
    ]
    command = f"{table.log.command} --debrief"
    hidden.append(
        f"{capitalised(parties['challenger'])} had in mind in the end: {PLANS[int(state.plan)]}."
    )
    rest: tuple[Block, ...] = ()
    if found.known:
        rest = (
            *([Picture("decided", found)] if followed else []),
            _taken(found),
            *(_other(found, place, one) for place, one in followed),
            Listing("The truth, and the beliefs about it at the end", tuple(hidden)),
            Table(
                "table-known",
                "Outcomes with types hidden, as here, and with types known from the start",
                columns("Outcome", numbers=("Hidden, %", INTERVAL, "Known, %", INTERVAL)),
                tuple(
                    (capitalised(NAMES[key]), *cells(one.hidden), *cells(one.known))
                    for key, one in found.known.items()
                ),
            ),
            *_other_tables(found),
            *_intents(found),
        )
    more = Command("what each choice would have led to, and what was hidden", f"{command} --all")
    return Section(
        key="debrief",
        title="What did this table do, and what else could have come?",
        about=(
            subject(table.run.record),
            f"Played by: {', '.join(map(found.name_of, table.place.persons))}",
        ),
        answer=tuple(_answer(found)),
        blocks=(*_first(found), *(replace(block, level="full") for block in rest)),
        method=METHOD if rest else None,
        reading=(READING if rest else READING_FIRST) + (READING_OTHERS if found.others else ()),
        next=(*(() if rest else (more,)), Command("play on, or look again", table.log.command)),
    )


def _first(found: Debrief) -> Iterator[Block]:
    """Yield the table of people's choices, their policies' choices, and drafts of a mediator."""
    human = [one for one in found.decisions if one.taken.by == PERSON]
    rare = sorted(human, key=lambda one: one.chosen.chance)[:MOST_FIRST]
    shown = [one for one in human if one in rare]
    several = len(found.table.place.persons) > 1
    rows = []
    for one in shown:
        others = [choice for choice in one.choices if not choice.is_chosen]
        others.sort(key=lambda choice: -choice.chance)
        often = [
            f"{_short(choice.says)} {_chance(choice.chance)}"
            for choice in others[:MOST_OTHER]
            if choice.chance >= LEAST / 100.0
        ]
        tried = "none"
        if one.mediator is not None:
            tried = f"{_short(one.mediator.says)}: {_chance(one.mediator.chance)}"
        rows.append(
            (
                *((found.name_of(one.taken.seat),) if several else ()),
                _short(one.chosen.says),
                _chance(one.chosen.chance),
                ", ".join(often),
                *((_chosen_elsewhere(found, one.taken),) if found.others else ()),
                tried,
            )
        )
    # Repeated decisions share one row.
    dated_rows, at = [], 0
    for row, alike in groupby(rows):
        times = len(list(alike))
        date = short_date(found.table.run.record, shown[at].taken.day)
        dated_rows.append((date if times == 1 else f"{date}, {times} times", *row))
        at += times
    caption = "What you chose, what its policy chooses there, and what a mediator would have tried"
    if len(shown) < len(human):
        caption += f": the {len(shown)} of {len(human)} decisions that policies take least often"
    heads = ("Date", *(("Who",) if several else ()), "You chose")
    yield Table(
        "table-first",
        caption,
        (
            *map(Column, heads),
            *number_columns("Its policy does so, %"),
            Column("It rather does, %"),
            *((Column("Other tables chose"),) if found.others else ()),
            Column("A mediator would try: both accept, %"),
        ),
        tuple(_with_packages_once(dated_rows, found.decisions)),
    )


def _with_packages_once(
    rows: Sequence[Sequence[str]], decisions: Sequence[DebriefDecision]
) -> Iterator[tuple[str, ...]]:
    """Yield rows in which a package has its words where it comes first, then only its number."""
    spoken = [
        *(choice.says for one in decisions for choice in one.choices),
        *(one.mediator.says for one in decisions if one.mediator is not None),
    ]
    packages = {
        f"“{package['holds']}”": package["number"]
        for package in map(PACKAGE.fullmatch, spoken)
        if package
    }
    seen = set[str]()
    for row in rows:
        cells = list(row)
        for place, words in product(range(len(cells)), packages):
            if words in cells[place]:
                number = packages[words]
                shown = number if words in seen else f"{number} {words}"
                cells[place] = cells[place].replace(words, shown)
                seen.add(words)
        yield tuple(cells)


def _chosen_elsewhere(found: Debrief, taken: TakenDecision) -> str:
    """Return what people at other tables chose when asked the same kind of question."""
    chosen = Counter[str]()
    for other in found.others:
        alike = {
            _short(one.says)
            for one in other.path.decisions
            if one.by == PERSON and (one.seat, one.asked) == (taken.seat, taken.asked)
        }
        chosen.update(sorted(alike))
    return ", ".join(f"{says} ({count(many, 'table')})" for says, many in chosen.most_common())


def _short(says: str) -> str:
    """Return a choice without its consequences; a package is named by its words."""
    if package := PACKAGE.fullmatch(says):
        return f"{package['offer'] or ''}“{package['holds']}”"
    return re.split("[:;,]", _theirs(says))[0]


def _answer(found: Debrief) -> Iterator[Words]:
    record, path = found.table.run.record, found.path
    if path.way is None or path.share is None or path.same_ending is None:
        yield says("The table goes on; it stands on {}.", dated(record, path.day))
    else:
        title = titles(record)[path.way.ending.name.lower()]
        yield says("It ended on {}: {}.", dated(record, path.day), title)
        force = "nobody used force"
        if path.way.initiator >= 0:
            force = f"{record.called[INITIATORS[path.way.initiator]]} used force first"
        talks = "talks failed on the way" if path.way.talks_failed else "talks never failed"
        yield says(
            "{} % of the run's courses of events ({}) went this way: {}. {} % ended so ({}).",
            of_100(path.share.value),
            chance(path.share, joint=TO),
            f"this ending, {force}, {talks}",
            of_100(path.same_ending.value),
            chance(path.same_ending, joint=TO),
        )
    acts = [
        says("{} ({})", act.name, short_date(record, act.day)) for act in found.table.seated.acts
    ]
    if acts:
        yield says(
            "The umpire put in: {}. The run itself has none of these events, with types known or "
            "not.",
            listed(tuple(acts)),
        )
    if path.parted is None:
        yield "It never left the common path: each decision was one its policy often takes."
    else:
        one = found.decisions[path.parted]
        yield says(
            "It left the common path on {}. {} decided: {}. Its policy does so in {} %; most "
            "likely ({} %) it would {}.",
            dated(record, one.taken.day),
            capitalised(in_sentence(found.name_of(one.taken.seat))),
            _theirs(one.chosen.says),
            _chance(one.chosen.chance),
            points(one.common.chance, 0),
            _theirs(one.common.says),
        )
        if one.chosen.shares:
            yield says(
                "{} comes in {} % of branches after its decision, in {} % after the likelier one.",
                capitalised(NAMES[found.came]),
                of_100(one.chosen.shares[found.came].value),
                of_100(one.common.shares[found.came].value),
            )
    # Outcomes that clearly differ if types are known.
    moved = [
        says(
            "{} in {} % rather than {} %",
            NAMES[key],
            of_100(one.known.value),
            of_100(one.hidden.value),
        )
        for key, one in found.known.items()
        if one.known.low > one.hidden.high or one.known.high < one.hidden.low
    ]
    if found.known:
        yield says(
            "Had both sides known from the start what the other was: {}.",
            listed(tuple(moved)) if moved else "no clear difference",
        )
    if found.others:
        same = sum(one.path.way == path.way for one in found.others)
        tables = count(len(found.others), "other table")
        yield says("Of {} of this crisis {} went this way too.", tables, str(same or "none"))


def _taken(found: Debrief) -> Table:
    record = found.table.run.record
    by = {PERSON: "", FORCED: " (nothing else to do)", POLICY: " (by its policy)", HELD: " (still)"}
    parties = (record.parties["challenger"], record.parties["defender"])
    return Table(
        "table-decisions",
        "Decisions of the table, and how resolved each side was believed to be then",
        (
            *map(Column, ("Date", "Who", "Decided")),
            *number_columns("Chance, %"),
            Column("Most likely by its policy"),
            *number_columns(*(f"{name}, %" for name in parties)),
        ),
        tuple(
            (
                short_date(record, one.taken.day),
                found.name_of(one.taken.seat),
                _theirs(one.chosen.says) + by[one.taken.by],
                _chance(one.chosen.chance),
                f"{_theirs(one.common.says)}, {_chance(one.common.chance)} %",
                points(one.hard, 0),
                points(one.tough, 0),
            )
            for one in found.decisions
        ),
    )


def _other(found: Debrief, place: int, one: DebriefDecision) -> Table:
    heads = [head for key in OUTCOMES for head in (f"{HEADS[key]}, %", INTERVAL)]
    day = short_date(found.table.run.record, one.taken.day)
    return Table(
        f"table-choices-{place + 1}",
        f"{day}, {found.name_of(one.taken.seat)}: what each choice leads to",
        columns("Choice", numbers=("Chance, %", *heads)),
        tuple(
            (
                capitalised(_theirs(choice.says)) + (" (chosen)" if choice.is_chosen else ""),
                _chance(choice.chance),
                *(cell for key in OUTCOMES for cell in cells(choice.shares[key])),
            )
            for choice in one.choices
        ),
    )


def _theirs(says: str) -> str:
    """Return a choice in the third person, with "its force" instead of "your force"."""
    for second_person, third_person in THEIRS.items():
        says = says.replace(second_person, third_person)
    return says


def _chance(chance: float) -> str:
    """Return a chance in percent; a positive chance is never written as 0."""
    return f"< {LEAST}" if 0.0 < 100.0 * chance < LEAST / 2.0 else points(chance)


def _other_tables(found: Debrief) -> Iterator[Block]:
    """Yield tables of how others of the same crisis went, diverged, and decided."""
    if not found.others:
        return
    record = found.table.run.record
    paths = [(found.path, ""), *((one.path, DRAWS[one.has_same_draws]) for one in found.others)]
    rows = []
    decided: dict[tuple[str, Asked], dict[str, Counter[str]]] = {}
    for path, draws in paths:
        ended, force, share = "goes on", "", ("", "")
        if path.way is not None and path.share is not None:
            title = titles(record)[path.way.ending.name.lower()]
            ended = f"{title}, {short_date(record, path.day)}"
            share = percent(path.share), chance(path.share, joint=TO)
            who = path.way.initiator
            force = "nobody" if who < 0 else record.parties[INITIATORS[who]]
        name = f"{path.file.stem} (this one)" if path is found.path else path.file.stem
        people = ", ".join(map(found.name_of, path.persons))
        rows.append((name, people, draws, ended, force, *share))
        for one in path.decisions:
            if one.by == PERSON:
                tables = decided.setdefault((one.seat, one.asked), {})
                tables.setdefault(path.file.stem, Counter())[_theirs(one.says)] += 1
    yield Table(
        "table-others",
        "This table and others of this crisis",
        (
            *map(Column, ("Table", "People for", "Luck", "Ended", "Force first")),
            *number_columns("This way, %", INTERVAL),
        ),
        tuple(rows),
    )
    items = tuple(_parted(found, one) for one in found.others)
    yield Listing("Where they left the common path, and parted from this table", items)
    yield Table(
        "table-kinds",
        "The same kind of question",
        tuple(map(Column, ("Who", "Asked", "Table", "Decided"))),
        tuple(
            (
                found.name_of(seat),
                KINDS[asked].about,
                name,
                "; ".join(
                    says if many == 1 else f"{says} ({many} times)"
                    for says, many in counts.most_common()
                ),
            )
            for (seat, asked), tables in decided.items()
            for name, counts in tables.items()
        ),
    )


def _parted(found: Debrief, other: OtherTable) -> Words:
    """Return a sentence on where another table left the common path and diverged from this one."""
    path, rare = other.path, other.path.parted
    left = "never left the common path"
    if rare is not None:
        left = f"left the common path with {_did(found, path.decisions[rare])}"
    if not other.has_same_draws:
        parted = "its draws differed from the start"
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
