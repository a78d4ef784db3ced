"""Table play in the browser: a page for the umpire, one for each seat, and the debrief."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from detente.data import in_json
from detente.ensemble.runners import Listener
from detente.errors import DetenteError
from detente.questions.wording import dated, short_date
from detente.table.debrief import Debrief
from detente.table.debrief import debrief as look_back
from detente.table.log import MovedOnError, TableLog
from detente.table.paths import other_tables
from detente.table.questions import seats_of
from detente.table.sight import SeatView
from detente.table.table import (
    LENGTHS,
    PERSON,
    POLICY,
    STANDS_FOR,
    PlayTable,
    TablePosition,
    Wanted,
    due_at,
    now,
    open_table,
    set_up,
)
from detente.table.views.debrief import section
from detente.table.views.seats import SeatTurn, about, earlier, turn
from detente.text import show
from detente.views.register import Destination
from detente.views.served import (
    Elsewhere,
    FilledTemplate,
    GuestLink,
    Page,
    PageRefused,
    PageRequest,
    RoomPages,
)

NAME = re.compile(r"table-[\w-]+")
"""Names of tables' files without ending, in the folder in which serve was started."""
MOST_OPEN = 8
"""Upper limit on the tables whose world is in memory."""
DEBRIEFS: dict[tuple[Path, str], Debrief] = {}
"""The latest debriefs, by file and seal of its last line."""
MOST_MINUTES = 24 * 60
"""Upper limit on the time for a decision [minutes]."""
LONGEST_INTENT = 500
"""Longer intents are cut [characters]."""
MOST_DIGITS = 7
"""Upper limit on the digits of a choice."""
SOON = 3
"""Interval at which the page of a waiting seat is loaded again [s]."""


class DecisionTime(NamedTuple):
    """The time limit for the current decision."""

    until: Annotated[str, "hours and minutes, by this machine's clock"]
    is_over: bool


def tables(asked: PageRequest) -> FilledTemplate:
    """List the tables of a run in the current folder, with a form for a new one."""
    run, listed = asked.run, {}
    for name, path in _files().items():
        with suppress(DetenteError):
            begun = TableLog(path).lines()[0].body
            if begun.get("digest") == run.run.digest:
                alone = f"/seat/{begun['persons'][0]}" if len(begun["persons"]) == 1 else ""
                listed[name] = name + alone
    given = {"run": run, "listed": listed, "seats": seats_of(run.crisis)}
    return FilledTemplate("tables.html", {**given, "lengths": LENGTHS})


def _files() -> dict[str, Path]:
    """Return files that may be tables in the current folder, by name; others are not accessible."""
    found = sorted(Path().glob("table-*.sqlite"))
    return {path.stem: path for path in found if NAME.fullmatch(path.stem) and path.is_file()}


def begin(asked: PageRequest) -> Elsewhere:
    """Set up a table, and lead to the only seat, or to the umpire's page."""
    length = asked.form.text("length", "middle")
    if length not in LENGTHS:
        raise PageRefused(400, "no such length")
    table = set_up(asked.run.run, Wanted(asked.form.every("seat"), length))
    home = f"{asked.address}/{table.log.path.stem}"
    is_alone = not asked.form.text("umpire") and _is_alone(table)
    return Elsewhere(f"{home}/seat/{table.place.persons[0]}" if is_alone else home)


def _is_alone(table: PlayTable) -> bool:
    """Return whether only one person plays, without an umpire."""
    return len(table.place.persons) == 1


def umpire(asked: PageRequest, status: int = 200, **typed: Any) -> FilledTemplate:
    """Show the umpire's page: whose turn it is, links to seats, and the umpire's actions.

    `typed`: texts that the umpire typed, with the fault in them.
    """
    table = _table(asked)
    position = _advanced(table)
    by_people = [one for one in position.decisions if one.by == PERSON]
    links = {key: _link(asked, key) for key in table.place.persons}
    given = {
        "address": _home(asked),
        "table": table,
        "position": position,
        "seats": table.seated.seats,
        "links": {key: (link.address, asked.links.state(link)) for key, link in links.items()},
        "given": dict(_unshown(asked, links)),
        "time": _time(table),
        "last": by_people[-1] if by_people else None,
        "policy": POLICY,
        "acts": [(short_date(table.run.record, act.day), act) for act in table.seated.acts],
        "goes_on": table.goes_on(position),
        "fault": None,
        "event": "",
        "settings": "",
        "today": dated(table.run.record, position.question.day) if position.question else "",
        "ended": "" if position.question else table.ended(position),
    }
    return FilledTemplate("table.html", {**given, **typed}, status)


def seat(asked: PageRequest, status: int = 200, **typed: Any) -> FilledTemplate:
    """Show what a seat may see, and its question if it is its turn."""
    table, key = _table(asked), asked.parts["seat"]
    position = _advanced(table)
    view, chosen = table.view(key, position), position.decided(key)
    before = sum(one.day < chosen[-1].day for one in view.happened) if chosen else 0
    known = SeatTurn(table, view, before, len(chosen))
    given = {
        "section": turn(known),
        "earlier": earlier(known),
        "about": tuple(about(table, key)),
        "seen": view,
        "stands": _stands(view, position),
        "decided": len(chosen),
        "home": _home(asked) if asked.guest is None else None,
        "is_alone": asked.guest is None and _is_alone(table),
        "policy": POLICY,
        "stands_for": STANDS_FOR,
        "enough": LENGTHS["middle"],
        "goes_on": table.goes_on(position),
        "last": chosen[-1] if chosen else None,
        "debrief": f"{_home(asked)}/debrief",
        "time": _time(table),
        "fault": None,
        "intent": "",
    }
    is_to_go_on = view.waits and status == 200  # noqa: PLR2004
    return FilledTemplate("seat.html", {**given, **typed}, status, SOON if is_to_go_on else None)


def decide(asked: PageRequest) -> FilledTemplate | Elsewhere:
    """Make a seat's decision; if the table has moved on, keep the typed text on the page."""
    table, key, form = _table(asked), asked.parts["seat"], asked.form
    move, intent = form.text("move"), form.text("intent")[:LONGEST_INTENT]
    position = table.position()
    view = table.view(key, position)
    try:
        if not move.isdecimal() or len(move) > MOST_DIGITS:
            raise DetenteError("nothing was chosen", hint="choose one, then decide")
        if view.question is not None and form.text("stands") != _stands(view, position):
            raise MovedOnError("the page is out of date")
        table.decide(key, int(move), intent=intent, after=position.after)
    except MovedOnError:
        # The fault names the length of the log, which a seat may not know.
        fault = DetenteError("the table has moved on", hint="look at it, then decide")
        return seat(asked, 409, fault=fault, intent=intent)
    except DetenteError as fault:
        # The fault may name whose turn it is, which a seat may not know either.
        is_asked = table.view(key).question is not None
        said = fault if is_asked else DetenteError("it is not your turn")
        return seat(asked, 400, fault=said, intent=intent)
    return Elsewhere(asked.address)


def _stands(view: SeatView, position: TablePosition) -> str:
    """Return a checksum of what a seat sees, which tells whether its page is out of date.

    It includes how often the seat has decided, but not how often others have, which is hidden from
    it.
    """
    decided = sum(one.seat == view.seat for one in position.decisions)
    seen = json.dumps([decided, in_json(view.content())], sort_keys=True)
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


ACTS = ("undo", "policy", "hand", "time", "event", "extend")
"""Actions of an umpire, the last part of their addresses."""


def act(asked: PageRequest) -> FilledTemplate | Elsewhere:
    """Do an action of the umpire and lead back to the page, or show the fault there."""
    table, form = _table(asked), asked.form
    key = form.text("seat")
    try:
        match asked.address.rpartition("/")[2]:
            case "undo":
                table.undo(key)
            case "policy":
                table.let_policy(key)
            case "hand":
                if to := form.text("to").strip()[:LONGEST_INTENT]:
                    table.hand_over(key, to)
                    if to != POLICY:  # the earlier holder loses access
                        asked.links.end(_link(asked, key))
            case "time":
                said = form.text("minutes").strip() or "0"  # empty means no limit
                if not said.isdecimal() or int(said[:9]) > MOST_MINUTES:
                    raise DetenteError(f"minutes: use a whole number up to {MOST_MINUTES}")
                table.give_time(int(said))
            case "event":
                name = " ".join(form.text("name").split())[:LONGEST_INTENT]
                lines = map(str.strip, form.text("settings").splitlines())
                table.put_in(name, list(filter(None, lines)))
            case "extend":
                days = form.text("days").strip()
                if not days.isdecimal():
                    raise DetenteError(
                        "days: use a whole number", hint="give how many more, such as 30"
                    )
                table.extend(int(days[:9]))
    except DetenteError as fault:
        return umpire(
            asked, 400, fault=fault, event=form.text("name"), settings=form.text("settings")
        )
    alone = asked.form.text("from")  # a person without an umpire returns to the seat
    return Elsewhere(f"{asked.above}/seat/{alone}" if alone in table.place.persons else asked.above)


def _time(table: PlayTable) -> DecisionTime | None:
    """Return the time limit in this machine's local time; None for no limit."""
    due = due_at(table.log.lines())
    if due is None:
        return None
    return DecisionTime(f"{due.astimezone():%H:%M}", now() >= due)


def link(asked: PageRequest) -> Elsewhere:
    """Give seats new links, each of which opens once; their earlier links end."""
    table = _table(asked)
    for key in asked.form.every("seat"):
        asked.links.give(_link(asked, table.known(key).key))
    return Elsewhere(asked.address)


def _unshown(asked: PageRequest, links: Mapping[str, GuestLink]) -> Iterator[tuple[str, str]]:
    """Yield addresses of new links that were not shown before; each is shown once."""
    for key, link in links.items():
        if token := asked.links.show(link):
            yield key, f"{asked.server}seat?token={token}"


def _home(asked: PageRequest) -> str:
    """Return the address of a table's page for the umpire."""
    return f"/run/{asked.parts['run']}/tables/{asked.parts['table']}"


def _link(asked: PageRequest, seat: str) -> GuestLink:
    """Return the link for a seat's page, with access to the debrief.

    The page of the debrief refuses guests until the table is over.
    """
    home = _home(asked)
    return GuestLink(f"{asked.parts['table']}/{seat}", f"{home}/seat/{seat}", (f"{home}/debrief",))


def debrief(asked: PageRequest) -> FilledTemplate | Elsewhere:
    """Show the debrief: without branches at once, with branches after a job has played them."""
    table = _table(asked)
    if asked.guest is not None and table.position().question is not None:
        raise PageRefused(403, "the debrief comes when the crisis is over")
    stands_at, is_whole = (table.log.path, table.log.lines()[-1].seal), "whole" in asked.query
    if is_whole and stands_at not in DEBRIEFS:

        def do(_progress: Listener) -> None:
            DEBRIEFS[stands_at] = look_back(table)
            while len(DEBRIEFS) > MOST_OPEN:
                DEBRIEFS.pop(next(iter(DEBRIEFS)))

        title, full_address = f"Debrief of {table.log.path.stem}", f"{asked.address}?whole"
        followed_at = asked.served.begin(title, do, shown_at=full_address)
        is_seat = asked.guest is not None
        waiting = FilledTemplate("wait.html", {}, again_after=SOON)
        return waiting if is_seat else Elsewhere(followed_at)
    found = DEBRIEFS[stands_at] if is_whole else look_back(table, branches=0)
    given = {
        "section": section(replace(found, others=other_tables(found.path))),
        "is_whole": is_whole,
    }
    return FilledTemplate("debrief.html", given)


def _table(asked: PageRequest) -> PlayTable:
    """Return the table of a page; its world is cached."""
    name, run = asked.parts["table"], asked.run
    path = _files().get(name)
    table = None if path is None else _opened(path.absolute(), TableLog(path).lines()[0].seal)
    if table is None or table.run.digest != run.run.digest:
        hint = "use one of those that Play lists"
        raise DetenteError("no table of this run is called that", where=show(name), hint=hint)
    return table


@lru_cache(maxsize=MOST_OPEN)
def _opened(path: Path, _seal: str) -> PlayTable:
    return open_table(path)


def _advanced(table: PlayTable) -> TablePosition:
    """Return the position of a table after forced moves; another page may advance it meanwhile."""
    try:
        return table.advance()
    except MovedOnError:
        return table.position()


HOME = "/run/{run}/tables"
TABLE = f"{HOME}/{{table}}"
SEAT = f"{TABLE}/seat/{{seat}}"
PAGES = RoomPages(
    (
        Page(HOME, tables, needs_model=True),
        Page(HOME, begin, "POST"),
        Page(TABLE, umpire, needs_model=True),
        Page(TABLE, link, "POST"),
        Page(f"{TABLE}/debrief", debrief, needs_model=True),
        Page(SEAT, seat, needs_model=True),
        Page(SEAT, decide, "POST"),
        *(Page(f"{TABLE}/{name}", act, "POST") for name in ACTS),
    ),
    Path(__file__).parent / "templates",
    (Destination("Play", "Play", "tables"),),
)
