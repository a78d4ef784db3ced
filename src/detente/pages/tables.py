"""Tables in the browser: a page for the umpire, one for each seat, and the debrief."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from detente.errors import DetenteError
from detente.kernel.endings import Ending
from detente.pages import html, workspace
from detente.pages.guard import SeatLink, SeatLinks
from detente.pages.workspace import BackgroundJob, Listener, ServedRun
from detente.questions.wording import dated, short_date, titles
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

NAME = re.compile(r"table-[\w-]+")
"""The name of a table's file, without its ending: in the folder in which serve was started."""
MOST_OPEN = 8
"""Tables whose world is held in memory."""
DEBRIEFS: dict[tuple[Path, str], Debrief] = {}
"""The last ones that were worked out, by the file and the seal of its last line."""
MOST_MINUTES = 24 * 60
"""No decision is given more time [minutes]."""
LONGEST_INTENT = 500
"""More of what a player says is not kept [characters]."""
MOST_DIGITS = 7
"""No number of a choice has more."""
SOON = "3"
"""After so long the page of who waits is loaded again [s]."""


class DecisionTime(NamedTuple):
    """How long whoever is asked may think."""

    until: Annotated[str, "hours and minutes, by this machine's clock"]
    is_over: bool


@html.once_compiled
def tables(request: Request) -> Response:
    """List the tables of a run, and offer a new one."""
    run = workspace.run_of(request)
    return html.page(
        request,
        "tables.html",
        run=run,
        listed=list(_listed(run)),
        seats=seats_of(run.crisis),
        lengths=LENGTHS,
    )


def _files() -> dict[str, Path]:
    """Return what may be tables in the current folder, by name; an address is no path."""
    found = sorted(Path().glob("table-*.sqlite"))
    return {path.stem: path for path in found if NAME.fullmatch(path.stem) and path.is_file()}


def _listed(run: ServedRun) -> list[str]:
    """Return the names of the tables that lie in the current folder and are of a run."""
    found = []
    for name, path in _files().items():
        try:
            body = TableLog(path).lines()[0].body
        except DetenteError:
            continue
        if body.get("digest") == run.run.digest:
            found.append(name)
    return found


async def begin(request: Request) -> Response:
    """Set a table up, and lead to the umpire's page of it."""
    run, form = workspace.run_of(request), await request.form()
    length = str(form.get("length", "middle"))
    if length not in LENGTHS:
        raise HTTPException(400, "no such length")
    wanted = Wanted(tuple(map(str, form.getlist("seat"))), length)
    table = await run_in_threadpool(set_up, run.run, wanted)
    return html.see_other(f"{request.url.path}/{table.log.path.stem}")


@html.once_compiled
def umpire(request: Request) -> Response:
    """Show whose turn it is, where the seats are, and what the umpire may do."""
    return _umpire(request, _table(request))


def _umpire(request: Request, table: PlayTable, status: int = 200, **typed: Any) -> Response:
    """Show the umpire's page; `typed`: what the umpire has typed, and the fault in it."""
    position = _advanced(table)
    mine = [one for one in position.decisions if one.by == PERSON]
    links = [_link(request, key) for key in table.place.persons]
    return html.page(
        request,
        "table.html",
        status,
        address=request.url_for("umpire", **request.path_params).path,
        table=table,
        position=position,
        seats=table.ground.seats,
        links={link: _links(request).state(link) for link in links},
        given=dict(_unshown(request, links)),
        time=_time(table),
        last=mine[-1] if mine else None,
        policy=POLICY,
        acts=[(short_date(table.run.record, act.day), act) for act in table.ground.acts],
        goes_on=table.goes_on(position),
        **{"fault": None, "event": "", "settings": "", **typed},
        today=dated(table.run.record, position.question.day) if position.question else "",
        ended="" if position.question else _ended(table, position),
    )


@html.once_compiled
def seat(request: Request) -> Response:
    """Show what a seat sees, and what it is asked if it is its turn."""
    return _seat(request, _table(request))


def _seat(request: Request, table: PlayTable, status: int = 200, **given: Any) -> Response:
    position = _advanced(table)
    key = request.path_params["seat"]
    view, mine = table.view(key, position), [one for one in position.decisions if one.seat == key]
    before = sum(one.day < mine[-1].day for one in view.happened) if mine else 0
    known = SeatTurn(table, view, before)
    chosen = [one for one in mine if one.by == PERSON]
    shown = html.page(
        request,
        "seat.html",
        status,
        section=turn(known),
        earlier=earlier(known),
        about=tuple(about(table, key)),
        seen=view,
        stands=_stands(view, len(mine)),
        decided=len(mine),
        last=chosen[-1] if chosen else None,
        ended=None if view.question or view.waits else _ended(table, position),
        debrief=_link(request, key).debrief,
        time=_time(table),
        **{"fault": None, "intent": "", **given},
    )
    return _soon(shown) if view.waits and status == 200 else shown  # noqa: PLR2004


def _ended(table: PlayTable, position: TablePosition) -> str:
    """Return how a table has ended, in words."""
    ending = Ending(int(position.played.row["ending"]))
    return titles(table.run.record)[ending.name.lower()]


async def decide(request: Request) -> Response:
    """Take a seat's decision; what it typed stays on the page if something came first."""
    table, form = await run_in_threadpool(_table, request), await request.form()
    return await run_in_threadpool(_take, request, table, form)


def _take(request: Request, table: PlayTable, form: FormData) -> Response:
    key, intent = request.path_params["seat"], str(form.get("intent", ""))[:LONGEST_INTENT]
    try:
        _decide(table, key, form, intent)
    except MovedOnError:
        # How long the log is, which the fault says, is not for a seat to know.
        fault = DetenteError("the table has moved on", hint="look at it, then decide")
        return _seat(request, table, 409, fault=fault, intent=intent)
    except DetenteError as fault:
        # Neither is whose turn it is instead.
        is_asked = table.view(key).question is not None
        said = fault if is_asked else DetenteError("it is not your turn")
        return _seat(request, table, 400, fault=said, intent=intent)
    return html.see_other(request.url.path)


def _decide(table: PlayTable, key: str, form: FormData, intent: str) -> None:
    """Take the decision that a seat's page sends, if what it showed still stands."""
    move, position = str(form.get("move", "")), table.position()
    if not move.isdecimal() or len(move) > MOST_DIGITS:
        raise DetenteError("nothing was chosen", hint="choose one, then decide")
    view = table.view(key, position)
    if view.question is not None and form.get("stands") != _stands(view, _decided(position, key)):
        raise MovedOnError("the page is of before")
    table.decide(key, int(move), intent=intent, after=position.after)


def _decided(position: TablePosition, key: str) -> int:
    """Return how many decisions of a seat stand."""
    return sum(one.seat == key for one in position.decisions)


def _stands(view: SeatView, decided: int) -> str:
    """Return a digest of what a seat sees, by which its page knows whether the table moved on.

    Nothing else goes into it: how often others have decided since is not for a seat to know.
    """
    seen = json.dumps([decided, view.as_json()], sort_keys=True)
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


async def undo(request: Request) -> Response:
    """Take the last decision back, for the umpire."""
    table, form = await run_in_threadpool(_table, request), await request.form()
    await run_in_threadpool(table.undo, str(form.get("seat", "")))
    return html.see_other(request.url.path.rpartition("/")[0])


async def hand(request: Request) -> Response:
    """Hand a seat over; what its link opened ends, unless its policy goes on for it."""
    table, form = await run_in_threadpool(_table, request), await request.form()
    key = str(form.get("seat", ""))
    if to := str(form.get("to", "")).strip()[:LONGEST_INTENT]:
        await run_in_threadpool(table.hand_over, key, to)
        if to != POLICY:
            _links(request).end(_link(request, key))
    return html.see_other(request.url.path.rpartition("/")[0])


async def give_time(request: Request) -> Response:
    """Give each decision some minutes, for the umpire; none for as long as it takes."""
    table, form = await run_in_threadpool(_table, request), await request.form()
    said = str(form.get("minutes", "")).strip() or "0"
    if not said.isdecimal() or int(said[:9]) > MOST_MINUTES:
        raise HTTPException(400, f"minutes are a whole number up to {MOST_MINUTES}")
    await run_in_threadpool(table.give_time, int(said))
    return html.see_other(request.url.path.rpartition("/")[0])


async def put_in(request: Request) -> Response:
    """Let an event happen now, for the umpire; what was typed stays on the page with its fault."""
    table, form = await run_in_threadpool(_table, request), await request.form()
    name = " ".join(str(form.get("name", "")).split())[:LONGEST_INTENT]
    written = str(form.get("settings", ""))
    settings = [line.strip() for line in written.splitlines() if line.strip()]

    def do() -> None:
        table.put_in(name, settings)

    return await run_in_threadpool(_tried, request, table, do, event=name, settings=written)


async def extend(request: Request) -> Response:
    """Let the table go on for more days, for the umpire."""
    table, form = await run_in_threadpool(_table, request), await request.form()
    days = str(form.get("days", "")).strip()

    def do() -> None:
        if not days.isdecimal():
            raise DetenteError("no number of days", hint="give how many more, such as 30")
        table.extend(int(days[:9]))

    return await run_in_threadpool(_tried, request, table, do)


def _tried(request: Request, table: PlayTable, do: Callable[[], None], **typed: str) -> Response:
    """Do what the umpire asks and lead back to its page, or show there why it cannot be."""
    try:
        do()
    except DetenteError as fault:
        return _umpire(request, table, 400, fault=fault, **typed)
    return html.see_other(request.url.path.rpartition("/")[0])


async def let_policy(request: Request) -> Response:
    """Let a seat's policy take the decision for which the seat has had its time."""
    table, form = await run_in_threadpool(_table, request), await request.form()
    await run_in_threadpool(table.let_policy, str(form.get("seat", "")))
    return html.see_other(request.url.path.rpartition("/")[0])


def _time(table: PlayTable) -> DecisionTime | None:
    """Return how long who is asked may think, by this machine's clock; None for no limit."""
    due = due_at(table.log.lines())
    if due is None:
        return None
    return DecisionTime(f"{due.astimezone():%H:%M}", now() >= due)


async def link(request: Request) -> Response:
    """Give seats links, each of which opens once; those that they had before end."""
    table, form = await run_in_threadpool(_table, request), await request.form()
    for key in form.getlist("seat"):
        _links(request).give(_link(request, table.known(str(key)).key))
    return html.see_other(request.url.path)


def _unshown(request: Request, links: Iterable[SeatLink]) -> Iterator[tuple[str, str]]:
    """Yield the addresses of links that were given and not shown yet: they are shown this once."""
    for link in links:
        if token := _links(request).show(link):
            yield link.seat, f"{request.base_url}seat?token={token}"


def _link(request: Request, seat: str) -> SeatLink:
    return SeatLink(request.path_params["table"], seat, request.path_params["run"])


def _links(request: Request) -> SeatLinks:
    links: SeatLinks = request.app.state.links
    return links


@html.once_compiled
def debrief(request: Request) -> Response:
    """Show what a table did, compared with all that could have come; work it out if need be."""
    table = _table(request)
    is_seat = "seat" in request.scope
    if is_seat and table.position().question is not None:
        raise HTTPException(403, "the debrief comes when the crisis is over")
    stands_at = table.log.path, table.log.lines()[-1].seal
    if stands_at not in DEBRIEFS:
        job = _working(request, table, stands_at)
        return _soon(html.page(request, "wait.html")) if is_seat else html.see_other(job.address)
    found = DEBRIEFS[stands_at]
    return html.page(
        request,
        "section_page.html",
        section=section(replace(found, others=other_tables(found.path))),
        is_whole="whole" in request.query_params,
        doing=None,
        run=workspace.run_of(request),
    )


def _soon(page: Response) -> Response:
    """Have a page loaded again by itself."""
    page.headers["refresh"] = SOON
    return page


def _working(request: Request, table: PlayTable, stands_at: tuple[Path, str]) -> BackgroundJob:
    """Begin to work a debrief out; return the job that does."""

    def do(_progress: Listener) -> None:
        DEBRIEFS[stands_at] = look_back(table)
        while len(DEBRIEFS) > MOST_OPEN:
            DEBRIEFS.pop(next(iter(DEBRIEFS)))

    title = f"Debrief of {table.log.path.stem}"
    jobs = workspace.of(request).jobs
    return jobs.start(title, do, shown_at=request.url.path)


def _table(request: Request) -> PlayTable:
    """Return the table that a page is about; its world is solved once."""
    name, run = request.path_params["table"], workspace.run_of(request)
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
    """Return where a table stands; another page may have moved it on at the same time."""
    try:
        return table.advance()
    except MovedOnError:
        return table.position()


ROUTES = [
    Route("/run/{run}/tables", tables),
    Route("/run/{run}/tables", begin, methods=["POST"]),
    Route("/run/{run}/tables/{table}", umpire),
    Route("/run/{run}/tables/{table}", link, methods=["POST"]),
    Route("/run/{run}/tables/{table}/debrief", debrief),
    Route("/run/{run}/tables/{table}/seat/{seat}", seat),
    Route("/run/{run}/tables/{table}/seat/{seat}", decide, methods=["POST"]),
    Route("/run/{run}/tables/{table}/undo", undo, methods=["POST"]),
    Route("/run/{run}/tables/{table}/hand", hand, methods=["POST"]),
    Route("/run/{run}/tables/{table}/time", give_time, methods=["POST"]),
    Route("/run/{run}/tables/{table}/policy", let_policy, methods=["POST"]),
    Route("/run/{run}/tables/{table}/event", put_in, methods=["POST"]),
    Route("/run/{run}/tables/{table}/extend", extend, methods=["POST"]),
]
