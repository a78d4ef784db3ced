"""A number of a pack explained: its meaning, its implications, its basis, and where it acts."""

import shlex
from collections.abc import Iterator

from detente.ensemble.effects import WITHOUT_FORESIGHT
from detente.evidence.ledger import SIZE_ASSUMED
from detente.pack import shipped
from detente.pack.quantity import unit_in_words
from detente.questions.explaining import Explanation, known_misses, median
from detente.questions.wording import quantity, significant
from detente.views import trace
from detente.views.blocks import Block, Column, Command, Listing, Section, Sentence, Table, Words
from detente.views.evidence import ORIGINS

PARTS = {
    "beliefs": "what each side is believed to be at the start",
    "talks": "the bargaining: rates, packages, and what each side stands to gain or to lose",
    "incidents": "the contact zones: incidents, and what becomes of them",
    "dispute": "the dispute about the talks themselves, their agenda or their venue",
    "mediators": "what mediators know and say, and whether they are believed",
    "calendar": "the calendar: days, stages, force that can be deployed, and signs that come with "
    "it",
    "partners": "what third parties decide: whether bases may be used, and what is sent",
    "war": "force on both sides: what it would bring and what it costs",
    "aftermath": "how the dispute goes on after force",
}
"""Words for the parts of the model that a number changes."""
FIGURES = 4
"""Significant figures of a value."""
MOST_PACKS = 2
"""Upper limit on the packs that are named as having the same number."""


def section(found: Explanation) -> Section:
    """Return the page on the meaning and the value of a number."""
    pack, number = shlex.quote(found.crisis.text.name), found.number
    # An example value for a run: the upper end, or the median.
    other = _figure(median(number) if number.kind == "gamma" else number.high)
    if number.kind == "chance":
        other = "1"
    return Section(
        key="explain",
        title=f"What does {found.field} mean?",
        about=(trace.subject(found.crisis),),
        answer=tuple(_answer(found)),
        blocks=tuple(_blocks(found)),
        next=(
            Command("every number with what it rests on", f"detente evidence {pack}"),
            Command(
                "play with another value",
                f"detente run {pack} --set {found.field}={other}",
            ),
        ),
    )


def _answer(found: Explanation) -> Iterator[Words]:
    meaning = found.meaning
    unit = f" [{unit_in_words(meaning.unit)}]" if meaning.unit else ""
    yield f"Meaning: {meaning.says}{unit}. Allowed: {meaning.limits.words}."
    known, words = found.number, quantity(found.number)
    if known.kind == "range" and known.shape != "uniform":
        words += (
            f" in 9 of 10 sets of assumptions, and below {_figure(median(known))} in half of them"
        )
    elif known.kind == "range":
        words = f"anything of {words} alike"
    elif known.is_fixed:
        words += " under all assumptions"
    yield f"In this pack: {words}."
    yield from known_misses(found.crisis, found.field)
    if not found.acts:
        yield (
            "The model does not use it in this crisis: no course of events would change with its "
            "value."
        )


def _figure(value: float) -> str:
    return significant(value, FIGURES)


def _blocks(found: Explanation) -> Iterator[Block]:
    if found.implied:
        yield Table(
            "explain-implies",
            "The same in plain terms",
            (Column("At"), Column("Value", is_number=True), Column("In words")),
            tuple((one.at, _figure(one.value), one.says) for one in found.implied),
        )
    if found.anchors:
        # One row for each value in other packs, with all packs that have it.
        alike: dict[tuple[str, str, str], list[str]] = {}
        for anchor in found.anchors:
            value = anchor.field, quantity(anchor.number), _figure(median(anchor.number))
            alike.setdefault(value, []).append(anchor.of)
        rows = []
        for value, names in alike.items():
            where, packs = ", ".join(names), [name for name in names if name in shipped()]
            if len(packs) > MOST_PACKS:
                others = [name for name in names if name not in packs]
                where = ", ".join([*others, f"{len(packs)} other packs that ship"])
            rows.append((where, *value))
        yield Table(
            "explain-anchors",
            "The same elsewhere",
            (Column("In"), Column("Field"), Column("Value"), Column("Median", is_number=True)),
            tuple(rows),
        )
    yield Listing("Grounds of the number", tuple(_rests(found)))
    if found.acts:
        yield Listing("Where it acts in this model", tuple((PARTS[part],) for part in found.acts))
        yield Sentence((_order(found),))


def _rests(found: Explanation) -> Iterator[Words]:
    row = found.row
    for key, claim in found.claims.items():
        role = "gives the figure" if key in row.gives else "gives the direction, not the size"
        yield (
            f"Claim {key} (graded {claim.grade}, {claim.kind}; {claim.by}, {claim.date}) {role}: "
            f"{claim.says}"
        )
    for origin in row.because:
        if origin in ORIGINS:
            yield f"It rests on {ORIGINS[origin]}; the pack does not give it."
    if row.grade == SIZE_ASSUMED:
        yield "Its size is assumed: no claim gives it."
    if row.assumed:
        yield f"Assumed: {row.assumed}"


def _order(found: Explanation) -> str:
    if "war" in found.acts:
        return (
            "It changes the results of force. Both sides choose with these results in mind, and "
            "each course of events follows from their choices."
        )
    if set(found.acts) <= set(WITHOUT_FORESIGHT):
        return (
            "For any given belief, both sides choose as they would with another value. Within a "
            "course of events it moves what they believe."
        )
    if found.acts == ("partners",):
        return (
            "Both sides choose without regard to it; it enters the decisions of third parties "
            "within a course of events."
        )
    if found.acts == ("dispute",):
        return "It affects who concedes in that dispute, and so on which terms the talks are held."
    return (
        "It does not change the results of force. It enters both sides' choices, from which each "
        "course of events follows."
    )
