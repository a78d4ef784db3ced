"""Analysts' forms: key assumptions, indicators, evidence matrix, premortem, cone of courses."""

import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from detente.questions.sightings import SOON
from detente.questions.summary import Summary
from detente.questions.tradecraft.assumptions import KeyAssumption, KeyAssumptions
from detente.questions.tradecraft.cone import Cone
from detente.questions.tradecraft.indicators import Indicators
from detente.questions.tradecraft.matrix import UNFOLLOWED, EvidenceMatrix, EvidenceRow
from detente.questions.tradecraft.premortem import BranchPoint, Premortem, WayToWar, premortem
from detente.questions.wording import (
    cells,
    count,
    dated,
    does,
    in_short,
    points,
    share,
    short_date,
    significant,
    span,
    titles,
)
from detente.text import between, capitalised, first_of
from detente.views import endings, evidence, trace
from detente.views.blocks import (
    INTERVAL,
    Block,
    Card,
    Cards,
    Column,
    Command,
    Listing,
    Section,
    Sentence,
    Table,
    Words,
    columns,
    listed,
    number_columns,
    plain,
    says,
)
from detente.views.figures.bars import SHOTS
from detente.views.record import method
from detente.views.watching import POINTED_TO, SIGN_STATUS

FEW = 6
"""Upper limit on the pieces of evidence that a sentence names."""
MOST_SAID = 2
"""Upper limit on the events of a day that are shown."""
MOST_TURNS = 5
"""Upper limit on the turning points of a way to war, those at which its chance changed most."""
FOUNDATIONS = {"words": "a reason in words", "size assumed": "claims, but the size is assumed"}
"""Words for a basis without a grade; `evidence.ORIGINS` has the others."""


def assumptions(found: KeyAssumptions) -> Section:
    """Return the page on assumptions with weak evidence that move an outcome far."""
    run, called = found.run, titles(found.run.record)
    answer: tuple[Words, ...] = (
        "No assumption clearly moves an outcome in the questions asked so far.",
    )
    if found.assumptions:
        answer = (
            "In this model these assumptions should be checked first, as they move much on weak "
            "ground:",
            *(_checked(one, called) for one in found.assumptions[:3]),
        )
        if found.tied:
            others = count(found.tied, "other")
            answer += (f"The order is not certain: {others} may weigh as much as the first.",)
    heads = [head for outcome in found.outcomes for head in (called[outcome], INTERVAL)]
    rows = []
    for one in found.assumptions:
        shifts = (one.moves.get(outcome) for outcome in found.outcomes)
        moved = [cell for shift in shifts for cell in cells(shift, signed=True)]
        where = f"{one.title} ({one.key})"
        rows.append((where, *moved, _foundation(one), points(one.weight)))
    table = Table(
        "key-assumptions",
        "Change in outcomes from an assumption's low to its high end, in points (blank: "
        "no clear change)",
        (
            Column("Assumption"),
            *number_columns(*heads),
            Column("Rests on"),
            *number_columns("weight"),
        ),
        tuple(rows),
    )
    unsure = (
        "This run cannot tell whether these matter: " + "; ".join(found.open) + "."
        if found.open
        else ""
    )
    return Section(
        key="assumptions-ranked",
        title="Which assumptions matter most on the weakest ground?",
        about=(trace.subject(run.record),),
        answer=(*(f"Note: {note}." for note in found.notes), *answer),
        blocks=(*((table,) if rows else ()), *((Sentence(unsure),) if unsure else ())),
        reading=(
            "Weight: the larger shift in points, times how weak the ground is. A claim counts as "
            "much as its grade says, from 1/6 (A1) to 1 (F6); where claims give the direction and "
            "not the size, half of the way from there to 1; known systems and past crises 1/2; "
            "a reason in words or a general default 1.",
            "A number goes from its 10th to its 90th percentile. The numbers of a claim go "
            "together, each in the direction that raises the outcome.",
        ),
        next=(
            *(
                Command(
                    f"what moves {called[outcome]}",
                    f"detente drivers {run.in_command} --outcome {outcome}",
                )
                for outcome in found.lacks
            ),
            Command("what claims move", f"detente evidence {run.folder_in_command}"),
        ),
    )


def _foundation(one: KeyAssumption) -> str:
    named = {**FOUNDATIONS, **evidence.ORIGINS}
    return named.get(one.rests_on, f"a claim graded {one.rests_on}")


def _checked(one: KeyAssumption, called: Mapping[str, str]) -> Words:
    outcome = max(one.moves, key=lambda name: abs(one.moves[name].value))
    return says(
        "{}: it moves {} by {} points and rests on {}.",
        capitalised(one.title),
        called[outcome],
        points(abs(one.moves[outcome].value)),
        _foundation(one),
    )


def shown_indicators(found: Indicators) -> Section:
    """Return the page on indicators: seen, not seen, and not looked at."""
    run, called = found.run, titles(found.run.record)[found.outcome]
    counts = ", ".join(f"{len(found.of(key))} {says_so}" for key, says_so in SIGN_STATUS.items())
    rows = [
        (
            one.what.replace("_", " "),
            "seen before the as-of date" if one.before else SIGN_STATUS[one.status],
            "" if one.date is None else one.date.isoformat(),
            one.by or "",
            ", ".join(POINTED_TO[kind] for kind in one.points_to or ()),
            *cells(one.shift, signed=True),
            "" if one.if_seen is None else share(*one.if_seen.interval),
            "" if one.if_not is None else share(*one.if_not.interval),
        )
        for one in found.indicators
    ]
    heads = (
        *columns("Indicator", "Found", "Day", "By", "Points to"),
        *number_columns(f"shifts {called}", INTERVAL, f"{called} if seen, %", "if not, %"),
    )
    used = [place for place in range(len(heads)) if any(row[place] for row in rows)]
    table = Table(
        "indicators",
        f"Indicators, and the change in {called} with each, in points",
        tuple(heads[place] for place in used),
        tuple(tuple(row[place] for place in used) for row in rows),
    )
    sheet = f"detente update {run.in_command} --sheet FILE"
    seen = f"detente show {run.in_command} --view indicators --observed FILE"
    return Section(
        key="indicators",
        title="Which indicators were seen, and which did nobody look for?",
        about=(trace.subject(run.record),),
        answer=(f"Indicators: {counts}.", *(f"Note: {note}." for note in found.notes)),
        blocks=(table,) if rows else (),
        reading=(
            "A sign that was not seen is evidence; a sign that nobody checked is not. Signs from "
            "before the as-of date are part of the model's start and shift nothing here.",
        ),
        next=(Command("a sheet to fill in", sheet), Command("once it is filled in", seen)),
    )


def evidence_matrix(found: EvidenceMatrix) -> Section:
    """Return the page on evidence by hypothesis, evidence that distinguishes nothing first."""
    run = found.run
    letters = dict(zip(found.hypotheses, string.ascii_uppercase, strict=False))
    by_worth: dict[str, list[EvidenceRow]] = {"yes": [], "no": [], "unclear": []}
    for one in found.evidence.values():
        by_worth[one.informs].append(one)
    telling = by_worth["yes"]
    shown = tuple(
        (
            _piece(one),
            points(one.seen, 0),
            *(
                significant(ratio.value, 2) if ratio.is_clear else ""
                for ratio in one.ratios.values()
            ),
        )
        for one in telling
    )
    pairs = tuple(
        (
            _piece(one),
            f"{letters[key]}: {found.hypotheses[key].title}",
            significant(ratio.value, 2),
            between(significant(ratio.low, 2), significant(ratio.high, 2)),
        )
        for one in telling
        for key, ratio in one.ratios.items()
        if ratio.is_clear
    )
    held = tuple(
        says("{}: {} (in {} %)", letters[key], one.title, in_short(one.share))
        for key, one in found.hypotheses.items()
    )
    caption = "How many times likelier a hypothesis makes each piece of evidence"
    numbers = number_columns("times as likely", INTERVAL)
    tables = (
        Table(
            "matrix",
            f"{caption} (blank: no clear difference)",
            columns("Evidence", numbers=("seen, %", *letters.values())),
            shown,
        ),
        Table(
            "matrix-ratios",
            f"{caption}: all ratios that are clear",
            (Column("Evidence"), Column("Hypothesis"), *numbers),
            pairs,
            level="full",
        ),
    )
    by = run.record.date_of(min(SOON, run.record.settings.horizon))
    follow = f"detente update {run.in_command} --next --by {by}"
    return Section(
        key="matrix",
        title="Which evidence tells hypotheses apart?",
        about=(trace.subject(run.record), endings.size(run.record)),
        answer=(
            *(f"Note: {note}." for note in found.notes),
            *_worthless(by_worth, len(found.evidence)),
            *(_most_telling(found, one) for one in telling[:2]),
        ),
        blocks=(Listing("Hypotheses", held), *(tables if telling else ())),
        reading=(
            "Above 1 evidence speaks for a hypothesis, below 1 against it; 2 doubles its odds. "
            "Several pieces may show the same thing, so that their ratios cannot be multiplied. A "
            "ratio is clear if it is further from 1 than the largest of so many is by chance.",
            "For an event, only courses of events count in which the dispute is open on that day "
            "and no force has been used. An event need not cause what follows it.",
        ),
        next=(Command("events too", follow),) if UNFOLLOWED in found.notes else (),
    )


def _piece(one: EvidenceRow) -> str:
    return one.what + ("" if one.status == "open" else f" ({SIGN_STATUS[one.status]})")


def _worthless(by_worth: Mapping[str, list[EvidenceRow]], many: int) -> Iterator[Words]:
    """Yield sentences on evidence that distinguishes nothing, then on unclear evidence."""
    for worth, verb, rest in (("no", "favour", "no hypothesis"), ("unclear", "stay", "unclear")):
        names = [one.what for one in by_worth[worth]]
        if names:
            named = "; ".join(first_of(names, FEW))
            yield f"Of {many} pieces of evidence {does(len(names), verb)} {rest}: {named}."


def _most_telling(found: EvidenceMatrix, row: EvidenceRow) -> Words:
    clear = {key: one for key, one in row.ratios.items() if one.is_clear}
    key = max(clear, key=lambda name: max(clear[name].value, 1.0 / clear[name].value))
    return says(
        "In this model evidence “{}” is {} times as likely under hypothesis “{}” as without it.",
        row.what + (", not seen," if row.status == "not_seen" else ""),
        significant(clear[key].value, 2),
        found.hypotheses[key].title,
    )


def how_war_came(found: Premortem) -> Section:
    """Return the page on the most frequent ways to war, and until when each could be stopped."""
    run = found.run
    answer: tuple[Words, ...] = ("No course of events of this run comes to war.",)
    if found.ways:
        answer = (
            *(f"Note: {note}." for note in found.notes),
            says(
                "Suppose that war has come by the horizon, as it does in {} % in this model.",
                in_short(found.war.value),
            ),
            *(
                says("In {} % of wars {}. {}", in_short(one.share), _name(one), _last(one))
                for one in found.ways
            ),
        )
    cards = tuple(_way(found, one) for one in found.ways)
    shown = Cards(
        "The commonest ways, each by a typical course of events",
        "These are courses of events of this run, not forecasts. In brackets: the share of "
        "branches with the same past in which war comes, in %.",
        cards,
    )
    why = tuple(
        Command(
            "what would have prevented it", f"detente causes {run.in_command} --future {address}"
        )
        for address in (f"{one.trace.world}:{one.trace.future}" for one in found.ways[:1])
    )
    return Section(
        key="premortem",
        title="War came: how, and where could it last have been stopped?",
        about=(trace.subject(run.record), endings.size(run.record)),
        answer=answer,
        blocks=(shown,) if cards else (),
        reading=(
            "Branches have the same past up to the end of a day, and the same hidden types and "
            "plan; from then on the draws differ. Where a quarter of them or more avoid war, it "
            "could still have been stopped. The course of events is the one nearest to the "
            "medians of all wars that begin so; another of these wars may turn on another day. "
            "Its assumptions make war likelier than average from the first day.",
        ),
        next=why,
    )


def _name(one: WayToWar) -> str:
    return f"{one.trace.run.record.called[one.by]} {SHOTS[one.first_shot]}"


def _way(found: Premortem, one: WayToWar) -> Card:
    record = found.run.record
    lines: list[Words] = [
        says("{}: {} ({} %)", dated(record, point.day), _said(point), in_short(point.war.value))
        for point in _turns(one)
    ]
    title = plain(says("{}: {} % of wars", capitalised(_name(one)), in_short(one.share)))
    address = f"{one.trace.world}:{one.trace.future}"
    command = f"detente trace {found.run.folder_in_command} --future {address}"
    return Card(title, (*lines, trace.closing(one.trace)), command)


def _turns(one: WayToWar) -> Iterator[BranchPoint]:
    """Yield the points at which the chance of war changed most, and those named in sentences."""
    shares = [point.war.value for point in one.points]
    changes = [abs(after - before) for before, after in pairwise(shares)]
    order = sorted(range(1, len(shares)), key=lambda place: -changes[place - 1])
    kept = {0, *order[:MOST_TURNS], one.last, one.turn, len(shares) - 1}
    yield from (point for place, point in enumerate(one.points) if place in kept)


def _said(point: BranchPoint) -> str:
    more = ["…"] if len(point.says) > MOST_SAID else []
    return "; ".join([*point.says[:MOST_SAID], *more]) or "nothing happens"


def _last(one: WayToWar) -> Words:
    """Return sentences on the last day on which a war could be stopped, and on its main cause."""
    record = one.trace.run.record
    if not one.points:
        return ""
    if one.last is None:
        return "In a typical one at least three branches in four lead to war from the first day on."
    last = one.points[one.last]
    until = says(
        "A typical one could be stopped until {}: of the branches from then on {} % avoid war.",
        dated(record, last.day),
        in_short(1.0 - last.war.value),
    )
    if one.turn is None:
        return until
    before, after = one.points[one.turn - 1], one.points[one.turn]
    return says(
        "{} War became likelier most on {}: from {} to {} %.",
        until,
        short_date(record, after.day),
        in_short(before.war.value),
        in_short(after.war.value),
    )


def named_courses(found: Cone) -> Section:
    """Return the page on the few typical courses of a crisis, with shares that add up to 100 %."""
    run = found.run
    first, *others = found.courses
    return Section(
        key="cone",
        title="Which few courses may the crisis take?",
        about=(trace.subject(run.record), endings.size(run.record)),
        answer=(
            says(
                "In this model the most frequent course is {}: {} %. The others: {}.",
                first.title,
                f"{first.percent}",
                listed(tuple(f"{one.title} {one.percent} %" for one in others), "; "),
            ),
        ),
        blocks=(
            Table(
                "cone",
                "Courses, in %, rounded so that they add up to 100",
                (
                    Column("Course"),
                    *number_columns("%", INTERVAL, "across assumptions"),
                    Column("A typical course of events"),
                ),
                tuple(
                    (
                        capitalised(one.title),
                        f"{one.percent}",
                        span(one.share.low, one.share.high, 0),
                        span(*one.share.spread, 0),
                        "" if one.future is None else "{}:{}".format(*one.future),
                    )
                    for one in found.courses
                ),
            ),
        ),
        next=tuple(
            Command(
                one.title,
                f"detente trace {run.folder_in_command} --future {one.future[0]}:{one.future[1]}",
            )
            for one in found.courses[:2]
            if one.future is not None
        ),
    )


def in_report(
    ranked: KeyAssumptions,
    signs: Indicators,
    apart: EvidenceMatrix,
    summary: Summary,
    storylines: Iterable[trace.Storyline],
    courses: Cone,
) -> Section:
    """Return all of these forms as one section of a report, details folded."""
    run = summary.run
    followed = [one.trace for one in storylines if one.trace.row["war_day"] >= 0]
    first = assumptions(ranked)
    if ranked.assumptions:  # the table has what the other sentences say
        first = replace(first, answer=first.answer[-1:] if ranked.tied else ())
    sections = [
        first,
        shown_indicators(signs),
        evidence_matrix(apart),
        how_war_came(premortem(run, summary, most=1, followed=followed)),
    ]
    cone = named_courses(courses)
    blocks: list[Block] = [*cone.blocks]
    for one in sections:
        blocks.append(Listing(one.title, one.answer))
        # The report has courses of events, and signs that may still be seen, elsewhere.
        blocks += [
            replace(block, is_apart=one.key == "indicators") if isinstance(block, Table) else block
            for block in one.blocks
            if not isinstance(block, Cards) and block.level != "full"
        ]
    return Section(
        key="tradecraft",
        title="What would an analyst check?",
        answer=cone.answer,
        blocks=tuple(replace(block, level="full") for block in blocks),
        reading=(f"detente show {run.in_command} --view NAME explains each of these tables.",),
        method=method(
            run,
            how="Other answers of this report in the forms that analysts use: key assumptions, "
            "indicators, hypotheses against evidence, a premortem, a cone of courses.",
            left_out="Hypotheses and evidence that nobody wrote into the pack.",
            would_change="Better evidence for the assumptions at the top, and what is seen later.",
        ),
    )
