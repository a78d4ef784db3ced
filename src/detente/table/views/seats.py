"""The view of a seat at a table, and its choices."""

from collections.abc import Iterator, Sequence
from typing import Annotated, NamedTuple

from detente.ensemble.record import Record
from detente.kernel.decision import Asked
from detente.kernel.world import epochs_of
from detente.pack.events import window_of
from detente.pack.model import DatedEvent, Ruling
from detente.pack.resolve import has_programme
from detente.questions.names import percent
from detente.questions.trace import Happening
from detente.questions.wording import PLANS, belief, dated, in_full, series, short_date
from detente.table.questions import CHALLENGER, DEFENDER
from detente.table.sight import SeatView
from detente.table.table import PlayTable
from detente.text import between, capitalised, in_sentence
from detente.views.blocks import Block, Column, Listing, Section, Sentence, Table, Words, says
from detente.views.trace import DAILY, subject

OWN_TYPES = {True: "resolved (war hurts you less)", False: "unresolved (war hurts you more)"}
"""Words for a side's own type, by whether it is resolved."""
MAY_BRING_WAR = {Asked.MOVE, Asked.LAPSE, Asked.REPLY, Asked.TAKING}
"""Questions to a principal that an answer with force may follow."""


class SeatTurn(NamedTuple):
    """What a seat may see at a turn, or at the end."""

    table: PlayTable
    view: SeatView
    since: Annotated[int, "number of events that it was shown before"]
    decided: Annotated[int, "number of its person's decisions"] = 0


def turn(shown: SeatTurn) -> Section:
    """Return the page of a seat: new events, the state of the crisis, the question."""
    table, view = shown.table, shown.view
    record, name = table.run.record, table.seated.seats[view.seat].name
    at, called = view.standing, record.called
    challenger, defender = called["challenger"], called["defender"]
    is_over = view.question is None and not view.waits
    more = ", and more is on its way" if at.is_under_way else ""
    # After the end the state of the talks is the page's title.
    stands = "" if is_over else f"{capitalised(at.talks)}. "
    stands += f"{capitalised(challenger)} has deployed force at level {at.force} of 2{more}."
    if has_programme(table.run.crisis.model):
        stands += f" The programme of {defender} stands at step {at.step} of 2."
    if at.is_imposed:
        stands += f" {capitalised(table.seated.names.measure)} stands."
    takings = [one for one in view.happened if one.kind in {"takes", "restores"}]
    if takings and takings[-1].kind == "takes":
        held = f"{percent(takings[-1].value)} of {table.seated.names.taken}"
        stands += f" {capitalised(challenger)} holds {held}, "
        stands += "and keeps it even if it withdraws its demand."
    if at.has_vowed:
        stands += f" {capitalised(defender)} has vowed to answer force with force."
    stands += (
        f" It is believed that {challenger} is resolved: {belief(at.hard)}; {defender}: "
        f"{belief(at.tough)}."
    )
    if view.own is not None:
        stands += f" You are {OWN_TYPES[view.own.is_firm]}; nobody else knows."
        if view.own.plan is not None:
            stands += f" What you have in mind: {PLANS[view.own.plan]}."
    blocks: list[Block] = [*_news(record, view.happened[shown.since :]), Sentence(stands)]
    if view.question is not None:
        blocks += [Sentence(one) for one in (*_foreseen(shown), *_troops(shown))]
        rows = enumerate((one.says for one in view.question.choices), 1)
        columns = (Column("No.", is_number=True), Column("You may"))
        choices = tuple((str(place), says) for place, says in rows)
        blocks.append(Table("choices", view.question.says, columns, choices))
    title = f"{name}, {'as of ' if view.waits else ''}{dated(record, at.day)}"
    if view.question is not None:
        title += f": decision {shown.decided + 1}"
    elif is_over:
        title = f"{capitalised(at.talks)}. {dated(record, at.day)}"
    return Section(
        key="turn",
        title=title,
        answer=(),
        blocks=tuple(blocks),
    )


def _foreseen(shown: SeatTurn) -> Iterator[str]:
    """Yield what both sides know to come: the ruling, and the events that a pack says they foresee.

    What has a window comes on a day within it that no seat knows.
    """
    table, view = shown.table, shown.view
    model, today = table.seated.crisis.model, table.run.record.date_of(view.standing.day)
    coming: list[DatedEvent | Ruling] = [one for one in model.events.values() if one.foreseen]
    coming += model.rulings.values()
    happened = " ".join(one.text for one in view.happened)
    for one in sorted(coming, key=window_of):
        first, last = window_of(one)
        if last >= today and one.name.casefold() not in happened.casefold():
            yield f"Both sides foresee, {between(in_full(first), in_full(last))}: {one.name}."


def _troops(shown: SeatTurn) -> Iterator[str]:
    """Yield when a principal's troops fight: no decision moves them before there is war."""
    table, view = shown.table, shown.view
    question, seat = view.question, table.seated.seats[view.seat]
    sides = [side for side in (CHALLENGER, DEFENDER) if side in seat.numbers]
    land = [one.name for one in table.seated.crisis.model.issues.values() if one.land]
    if not land or not sides or question is None or question.asked not in MAY_BRING_WAR:
        return
    views = (one for chapter in table.seated.chapters for one in epochs_of(chapter.world).views)
    worlds = (world for view in views for world in view.worlds)
    begun = [world for world in worlds if world.calendar.begins <= question.day]
    troops = begun[-1].war.theatre.land
    yield (
        f"{land[0]}: troops fight for this land in a war only. On its first day "
        f"{percent(troops.ready[sides[0]])} of yours are at the front, and the others arrive over "
        f"{troops.days_to_move[sides[0]]:.0f} days. They attack if you begin the war or answer in "
        "full, once they are strong enough."
    )


def earlier(shown: SeatTurn) -> tuple[Block, ...]:
    """Return the events that a seat was shown before."""
    return tuple(_news(shown.table.run.record, shown.view.happened[: shown.since]))


def about(table: PlayTable, seat: str) -> Iterator[str]:
    """Yield paragraphs that explain the table to a new player of an actor."""
    parties, seats = table.run.record.called, table.seated.seats
    challenger, defender = parties["challenger"], parties["defender"]
    persons = table.place.persons
    people = [in_sentence(seats[key].name) for key in persons if key != seat]
    others = [f"People decide for {series(people)} too"] if people else []
    if len(persons) < len(seats):
        others.append("all other actors follow the policies that the model finds for them")
    yield (
        f"{subject(table.run.record)}. You decide for {in_sentence(seats[seat].name)}. "
        f"{capitalised(series([*others, 'the rest is luck']))}."
    )
    step = (
        "take a step of its programme (0 to 2), " if has_programme(table.run.crisis.model) else ""
    )
    yield (
        f"{capitalised(challenger)} demands something of {defender}. It may deploy force (level 0 "
        "to 2), offer draft deals, set an ultimatum or strike. "
        f"{capitalised(defender)} may accept or refuse, {step}vow to answer force, or back down. "
        "Others are asked when it concerns them."
    )
    yield (
        "A side is resolved if war hurts it less. Each side knows this only of itself; the "
        "others judge it by what it does and by what it fails to do."
    )
    back = "Whoever holds the seminar can take it back until another seat has decided."
    if not people:
        back = "You can take it back."
    yield (
        f"Choose one thing and press Decide: it is kept at once. {back} When the crisis is over, a "
        "debrief shows what others choose in your place, what was hidden and what your other "
        "choices would have led to."
    )


def _news(record: Record, happened: Sequence[Happening]) -> Iterator[Block]:
    items: list[Words] = [
        says("{}: {}", short_date(record, one.day), capitalised(one.text))
        for one in happened
        if one.kind not in DAILY
    ]
    fought = len({one.day for one in happened if one.kind in DAILY})
    if fought:
        items.append(f"Days on which you fought or lost something: {fought}.")
    if items:
        yield Listing("What has happened", tuple(items))
