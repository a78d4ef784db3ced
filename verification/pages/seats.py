"""Checks that a seat at a table sees only its own, and that a killed table loses no decision.

`python -m verification.pages.seats [--tables N] [--kills N]` plays tables with random decisions on
small runs of three packs, one of them with events of a calendar. What a seat may not see is listed
here a second time, independently of the program. At every position of every table the hidden
numbers are replaced, hidden events are removed, and the other side's type and plan are reversed:
each seat's view must stay identical, also after a decision was taken back. The same holds for its
view of the log if what others wrote in it is removed or replaced. The export for a seat must
contain no words of others, which are marked.

If all seats follow their policies' draws, a future must have the same bits as without people.
Futures that continue with other draws from one of their decisions, as branches of a debrief do,
must have each ending as often as the futures themselves, within four standard errors. Then servers
are killed at random moments while seats decide on their pages; each decision that a server had
acknowledged must be in the log.
"""

import argparse
import itertools
import multiprocessing
import os
import re
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import numpy as np
import uvicorn

from detente import load, simulate
from detente.data import in_json
from detente.ensemble.measures import outcome_of
from detente.ensemble.runners import NUMBERED
from detente.errors import DetenteError
from detente.kernel.decision import ALLY_SEAT
from detente.kernel.endings import Event
from detente.kernel.seated import BranchStart, SeatedFuture, Seating, play_branches
from detente.pages.app import build
from detente.pages.workspace import Workspace
from detente.table.debrief import OUTCOMES, export
from detente.table.log import HANDED, TABLE, LogLine
from detente.table.questions import Seat, SeatQuestion
from detente.table.sight import log_seen_by
from detente.table.table import PlayTable, TablePosition, begin
from detente.table.worlds import SeatedWorld, seat_world

PACKS = ("reference-violent", "oman-2026", "taiwan-1996")
SIZE: dict[str, Any] = {"worlds": 2, "futures": 20, "grid": "tiny", "threads": 1}
MARK = "MARKED"
"""Begins every word of intent, with whose it is."""
MOST_DECISIONS = 25
UNDONE = 0.1
"""Chance that a decision is taken back."""
LATEST = 6
"""Branches begin at one of the first decisions."""
LEAST_PAIRS = 60
"""Futures of each pack that branches are compared with, at least."""
MOST_APART = 4.0
"""Branches may differ from futures by so many standard errors."""
LONGEST_UPTIME = 0.5
PATIENCE = 60.0
"""A server is killed within so long of its first page [s]; how long one may take to answer."""
HIDDEN_NUMBERS = {
    Event.INCIDENT: ("second",),
    Event.ANSWERS: ("value",),
    Event.REPLY: ("second", "value"),
    Event.ESCALATES: ("second", "value"),
    Event.SPEAKS: ("value",),
    Event.RESTRAINED: ("second", "value"),
}
"""What no seat sees of an event: causes, chances, why a word is not believed."""
HIDDEN_FROM: dict[Event, Callable[[Seat, np.void], bool]] = {
    Event.FIRST_SHOT: lambda _seat, _line: True,
    Event.RESTRAINED: lambda seat, _: not {0, ALLY_SEAT} & set(seat.numbers),
    Event.RAIDS: lambda seat, line: int(line["first"]) not in seat.numbers,
    Event.LOSES: lambda seat, line: int(line["first"]) not in seat.numbers,
}
"""Events that a seat does not see: worths, disputes between others, what others launch and lose."""


class Tried(NamedTuple):
    """What was looked at, and what was wrong."""

    views: int
    wrong: list[str]


def tainted(seat: Seat, played: SeatedFuture, rng: np.random.Generator) -> SeatedFuture:
    """Return a future in which all that a seat may not see is something else."""
    kept = [line for line in played.lines if not _is_hidden(seat, line)]
    lines = np.array(kept, played.lines.dtype).view(np.recarray)
    for event, fields in HIDDEN_NUMBERS.items():
        for field in fields:
            lines[field][lines["kind"] == event] = rng.integers(2, 99)
    state = np.array([played.state]).view(np.recarray)[0]
    if 0 not in seat.numbers:
        state.challenger_type, state.plan = 1 - int(state.challenger_type), rng.integers(4)
    if 1 not in seat.numbers:
        state.defender_type = 1 - int(state.defender_type)
    table = np.array([played.table]).view(np.recarray)[0]
    at = int(table.asked) - 1
    if played.is_waiting and int(table.seats[at]) not in seat.numbers:
        table.days[at] += rng.integers(1, 99)
        table.hard[at], table.tough[at] = rng.normal(size=2)
    return played._replace(lines=lines, state=state, table=table)


def _is_hidden(seat: Seat, line: np.void) -> bool:
    event = Event(int(line["kind"]))
    return event in HIDDEN_FROM and HIDDEN_FROM[event](seat, line)


def look(table: PlayTable, position: TablePosition, rng: np.random.Generator) -> Tried:
    """Compare what each seat sees with what it sees once the hidden is something else."""
    wrong = []
    for key in table.place.persons:
        other = position._replace(played=tainted(table.seated.seats[key], position.played, rng))
        here, there = table.view(key, position), table.view(key, other)
        if here != there or in_json(here.content()) != in_json(there.content()):
            wrong.append(f"{table.log.path}: {key} sees what is hidden, line {position.after}")
    return Tried(len(table.place.persons), wrong)


def play(table: PlayTable, rng: np.random.Generator) -> Tried:
    """Play a table with random decisions, some taken back, and look at every position."""
    views = 0
    wrong: list[str] = []
    for _ in range(MOST_DECISIONS):
        position = table.advance()
        found = look(table, position, rng)
        views, wrong = views + found.views, wrong + found.wrong
        question = position.question
        if question is None:
            break
        table.decide(question.seat, any_move(question, rng), intent=f"{MARK}-{question.seat}")
        if rng.random() < UNDONE:
            table.undo(question.seat)
    for seat in table.place.persons:
        wrong += [*logged(table, seat), *exported(table, seat)]
    return Tried(views, wrong)


def any_move(question: SeatQuestion, rng: np.random.Generator) -> int:
    """Return a move that may be chosen, each as likely."""
    return question.choices[rng.integers(len(question.choices))].move


def logged(table: PlayTable, seat: str) -> Iterator[str]:
    """Yield what is wrong if a seat sees more of the log than is its own."""
    lines, own = table.log.lines(), table.known(seat)
    other = list(_tainted_log(seat, lines))
    if list(log_seen_by(own, lines)) != list(log_seen_by(own, other)):
        yield f"{table.log.path}: {seat} sees of the log what is hidden"


def _tainted_log(seat: str, lines: Sequence[LogLine]) -> Iterator[LogLine]:
    """Yield a log without what others wrote in it; what is left has other places and seals."""
    for line in lines:
        if line.kind == TABLE:
            elsewhere = dict.fromkeys(("run", "digest", "model", "world", "future"), MARK)
            yield line._replace(body={**line.body, **elsewhere}, seal=MARK)
        elif line.seat == seat or line.kind == HANDED:
            yield line._replace(number=line.number + 99, seal=MARK)


def exported(table: PlayTable, seat: str) -> Iterator[str]:
    """Yield what an export for a seat holds that is not its own."""
    path = table.log.path.with_name(f"{table.log.path.stem}-{seat}.json")
    export(table, path, seat=seat)
    text = path.read_text(encoding="utf-8")
    path.unlink()
    others = [f"{MARK}-{key}" for key in table.place.persons if key != seat]
    hidden = [*others, '"world"', '"future"', table.run.digest]
    yield from (
        f"{table.log.path}: the export of {seat} holds {one}" for one in hidden if one in text
    )


def reasons(folder: Path) -> list[SeatedWorld]:
    """Return worlds of small runs to play on."""
    runs = [simulate(load(pack), **SIZE, out=folder / pack) for pack in PACKS]
    return [seat_world(run, "base", world) for run in runs for world in range(SIZE["worlds"])]


def new_table(folder: Path, on: SeatedWorld, number: int) -> PlayTable:
    """Return a table with two people or more, on a future of its own."""
    rng = np.random.default_rng(number)
    keys = list(on.seats)
    persons = rng.permutation(keys)[: rng.integers(2, len(keys) + 1)].tolist()
    return begin(folder / f"table-{number}.sqlite", on, number, persons)


def taint(folder: Path, tables: int) -> bool:
    """Play so many tables; say whether no seat saw what is not its own."""
    places, views = reasons(folder), 0
    wrong: list[str] = []
    for number in range(tables):
        table = new_table(folder, places[number % len(places)], number)
        found = play(table, np.random.default_rng(number))
        views, wrong = views + found.views, wrong + found.wrong
        table.log.path.unlink()
    print(
        f"{tables:,} tables, {views:,} views: {len(wrong)} with something that is hidden",
        *wrong[:20],
    )
    return not wrong


def follow(folder: Path, futures: int) -> bool:
    """Say whether seats that do as their policies draw change no bit of so many futures in all."""
    wrong, played, places = [], 0, reasons(folder)
    futures = -(-futures // len(places))
    for on in places:
        asked = {"seed": on.stage.settings.seed, "number": on.world, "first": 0}
        rows = on.stage.kernel.play(on.encoded, on.solved, futures=futures, **asked)
        for future in range(futures):
            found = on.play(future, tuple(on.seats), (), waits=False)
            played += 1
            if found.row.tobytes() != rows[future].tobytes():
                wrong.append(f"{on.run.folder}, future {on.world}:{future}")
    print(f"{played:,} futures with people on every seat: {len(wrong)} are other ones", *wrong[:20])
    return not wrong


def agree(folder: Path, futures: int) -> bool:
    """Say whether branches from random decisions end as futures do, so many futures in all.

    Luck after a decision has no memory of luck before, so a branch of each future is distributed as
    the future is.
    """
    places, rng, agrees = reasons(folder), np.random.default_rng(2), True
    many = max(LEAST_PAIRS, -(-futures // len(PACKS)))
    for on in places[:: SIZE["worlds"]]:
        pairs = [_pair(on, future, rng) for future in range(many)]
        found = np.array([pair for pair in pairs if pair is not None])
        differ = found[:, 0].astype(float) - found[:, 1]
        apart, noise = differ.mean(axis=0), differ.std(axis=0) / np.sqrt(len(found))
        agrees &= bool((np.abs(apart) <= MOST_APART * noise + 1e-12).all())
        reported = ", ".join(
            f"{key} {apart[at]:+.4f} ({noise[at]:.4f})" for at, key in enumerate(OUTCOMES)
        )
        print(f"{on.run.record.name}: {len(found):,} branches less futures: {reported}")
    return agrees


def _pair(on: SeatedWorld, future: int, rng: np.random.Generator) -> list[list[bool]] | None:
    """Return which outcomes a branch of a future has, and the future.

    None if it has fewer decisions than are drawn, which is drawn before anything of it is known.
    """
    played = on.play(future, tuple(on.seats), (), waits=False)
    at = int(rng.integers(LATEST))
    if at >= int(played.state.decisions_asked):
        return None
    script = [int(move) for move in played.table.moves[: at + 1]]
    seating = Seating(on.numbers_of(tuple(on.seats)), script)
    turn = BranchStart(on.draws(future), int(played.table.days[at]))
    branch = play_branches(on.chapters, seating, turn, np.array([NUMBERED + future]))
    rows = np.array([branch[0], played.row])
    return [[bool(one) for one in row] for row in zip(*_outcomes(rows), strict=True)]


def _outcomes(rows: np.ndarray) -> Iterator[np.ndarray]:
    for outcome in OUTCOMES:
        yield outcome_of(outcome).happened(rows)


def serve(run: Path, folder: Path, said: Connection) -> None:
    """Serve the tables in a folder, and say the address that opens them."""
    os.chdir(folder)
    with socket.create_server(("127.0.0.1", 0)) as ear:
        guard = build(Workspace(runs=[run]), ear.getsockname()[1])
        said.send(guard.address)
        uvicorn.Server(uvicorn.Config(guard, log_level="critical")).run(sockets=[ear])


def kill(folder: Path, kills: int) -> bool:
    """Kill so many servers in the midst of decisions; say whether none lost what it acknowledged.

    Each decision is made on the page of its seat and has words of its own, which must be in the log
    once the answer has come.
    """
    on, rng, said, lost = reasons(folder)[0], np.random.default_rng(1), 0, 0
    table, acknowledged = None, set[str]()
    for number in range(kills):
        if table is None or table.position().question is None:
            table, acknowledged = new_table(folder, on, 1_000_000 + number), set()
        found = list(_killed(table, number, rng.uniform(0.0, LONGEST_UPTIME)))
        acknowledged |= set(found)
        kept = {line.body.get("intent") for line in table.log.lines()}
        said, lost = len(found) + said, lost + len(acknowledged - kept)
    print(f"{kills:,} kills of a server, {said:,} decisions acknowledged: {lost} lost")
    return lost == 0


def _killed(table: PlayTable, number: int, seconds: float) -> Iterator[str]:
    """Yield the words of decisions that a server acknowledges before it is killed.

    It lives so long after the first page. It is a copy of this process, which has the model loaded:
    of a server that starts, nearly all of its life goes by before it decides.
    """
    reads, writes = multiprocessing.Pipe(duplex=False)
    copies = multiprocessing.get_context("fork")
    process = copies.Process(target=serve, args=(table.run.folder, table.log.path.parent, writes))
    process.start()
    writes.close()
    with reads, httpx2.Client(follow_redirects=True, timeout=PATIENCE) as browser:
        home = httpx2.URL(reads.recv())
        place = home.join(f"/run/{table.run.folder.name}/tables/{table.log.path.stem}")
        for page in (home, place):
            browser.get(page)
        end = threading.Timer(seconds, process.kill)
        end.start()
        try:
            yield from _decided(browser, str(place), table, number)
        except httpx2.TransportError:
            pass
        finally:
            end.cancel()
            process.kill()
            process.join()


def _decided(browser: httpx2.Client, place: str, table: PlayTable, number: int) -> Iterator[str]:
    """Decide on the pages of seats, and yield the words of each decision once it is answered."""
    origin = {"Origin": place.partition("/run/")[0]}
    for count in itertools.count():
        browser.get(place)
        asked = table.position().question
        if asked is None:
            return
        page = f"{place}/seat/{asked.seat}"
        found = dict(re.findall(r'name="(move|stands)" value="(\w+)"', browser.get(page).text))
        words = f"{number}-{count}"
        browser.post(page, data={**found, "intent": words}, headers=origin).raise_for_status()
        yield words


def main() -> int:
    """Run both checks at the sizes asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tables", type=int, default=60)
    parser.add_argument("--kills", type=int, default=8)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("taint", "follow", "agree", "kill"):
            (folder / part).mkdir()
        passed = [
            taint(folder / "taint", asked.tables),
            follow(folder / "follow", asked.tables),
            agree(folder / "agree", asked.tables),
            kill(folder / "kill", asked.kills),
        ]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DetenteError as fault:
        sys.exit(f"verification.pages.seats: {fault}")
