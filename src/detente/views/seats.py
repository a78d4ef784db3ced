"""What a seat sees at a table, and what it may do."""

from collections.abc import Iterator, Sequence
from typing import Annotated, NamedTuple

from detente.analysis.seats.questions import SeatQuestion
from detente.analysis.seats.sight import SeatView
from detente.analysis.seats.table import PlayTable
from detente.analysis.trace import Happening
from detente.analysis.wording import PLANS, belief, capitalised, dated, short_date
from detente.ensemble.record import Record
from detente.views.blocks import Block, Column, Listing, Section, Sentence, Table, says
from detente.views.trace import DAILY, TYPES


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
