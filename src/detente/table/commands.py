"""The command that plays a crisis with people on its seats."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from detente.cli import parameters, terminal
from detente.cli.command import PLAY, ListedCommand
from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.table.debrief import Debrief
    from detente.table.questions import SeatQuestion
    from detente.table.table import PlayTable, TablePosition, Wanted

Length = Literal["short", "middle", "long"]
SQLITE = b"SQLite format 3\0"
"""First bytes of the file of a table."""
FUTURES, WORLDS = 3_200, 16
"""Size of the run that is played first if only a pack is given; the table is compared with it."""
QUIT, UNDO, REST, EXPLAIN = "quit", "undo", "rest", "?"
ENOUGH = 8
"""After this many decisions a player is reminded that they may stop."""
RESTS = "To see how it ends, answer rest: your side's policy plays on."
ASK = (
    "Answer with a number or the first words; ? explains, undo takes back, rest lets your policy "
    "play on, quit stops."
)
"""Prompt below the choices in a terminal."""
EXPLAINED = (
    "Answer with the number of a choice, or with words that only one of them holds, such as {!r}. "
    "After # you may say what you want with it; it is kept for the debrief. `undo` takes your last "
    "decision back, as long as nobody else has decided since. `rest` lets your side's policy play "
    "on to the end. `quit` stops: the table is kept. A seat that holds, or leaves things as they "
    "are, is asked again once something has happened, or after {:d} days. "
    "Only the debrief shows what others knew and planned, and the chances in the model."
)
INTENT = "#"
"""Separates a decision from the player's intent."""


def play(  # noqa: PLR0913, PLR0917  every setting
    place: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN|PACK|TABLE",
            help="A run (else the newest), a pack, or the file of a table.",
            autocompletion=parameters.offer_packs_or_runs,
        ),
    ] = None,
    seat: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ACTOR", help="The actor you play; the challenger unless given; repeatable."
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option("-o", "--out", metavar="TABLE", help="File of the new table."),
    ] = None,
    length: Annotated[
        Length, typer.Option(help="About how often you are asked: 4, 8 or 12 times.")
    ] = "middle",
    world: Annotated[
        int | None,
        typer.Option(help="Number of a set of assumptions.", min=0),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option("--luck", metavar="<int>", help="Number of the draws.", min=0),
    ] = None,
    option: parameters.Option = "base",
    hand: Annotated[
        str | None,
        typer.Option(
            metavar="ACTOR=NAME", help="Hand a seat over; under `policy` the program plays it."
        ),
    ] = None,
    event: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Let this happen now; with --set."),
    ] = None,
    change: parameters.Changes = None,
    extend: Annotated[
        int | None, typer.Option(metavar="DAYS", help="Let the table go on for more days.", min=1)
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(
            "-a", "--answer", metavar="ANSWER", help="Give this answer, then stop; repeatable."
        ),
    ] = None,
    debrief: Annotated[
        bool, typer.Option("--debrief", help="Compare the path with others.")
    ] = False,
    export: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Log as .csv, .json, .parquet; debrief as .html, .md.",
        ),
    ] = None,
) -> Any:
    """Play a crisis yourself.

    You decide for one actor, see what it sees, and answer by a number or the first words; your
    intent may follow after #. `?` explains, `undo` takes your last decision back, `rest` lets your
    side's policy play on, `quit` stops. To go on: detente play TABLE

    For an umpire: detente play TABLE --event "A tanker is hit" --set talks.text_rate=0.05
    """
    from detente.data import in_json
    from detente.questions.wording import dated
    from detente.table.debrief import export as write_log
    from detente.table.table import Wanted

    seats = tuple(seat or ())
    is_seen = export is not None and place is not None and _is_table(Path(place))
    table = _table(
        place,
        Wanted(() if is_seen else seats, length, world, draws, option),
        None if out is None else Path(out),
    )
    if hand is not None:
        key, is_pair, to = (piece.strip() for piece in hand.partition("="))
        if not is_pair or not to:
            hint = "for example --hand iran=policy"
            raise DetenteError(f"{hand!r} is not ACTOR=NAME", where="--hand", hint=hint)
        table.hand_over(key, to)
    if change and event is None:
        hint = 'name what happens: --event "A tanker is hit"'
        raise DetenteError("belongs to an event", where="--set", hint=hint)
    acts = [] if event is None else [table.put_in(event, change or ())]
    acts += [] if extend is None else [table.extend(extend)]
    for act in acts:
        terminal.warn(f"detente: from {dated(table.run.record, act.day)} on, {act.name}")
    if debrief:
        return _debrief(table, export)
    if export is not None:
        lines = write_log(table, Path(export), seat=seats[0] if is_seen and seats else None)
        terminal.say(f"{export} holds the {lines} lines of the table.")
        return None
    is_json = terminal.FORM.get().json
    talk = _Talk(iter(answer) if answer else None, shows=not is_json)
    if not is_json or not talk.is_watched:
        _play(table, talk)
    if is_json:
        position = table.advance()
        question, persons = position.question, table.place.persons
        content = {
            "schema": "detente/play/1",
            "table": str(table.log.path),
            "run": str(table.run.folder),
            "seats": list(persons),
            "lines": position.after,
            "decisions": len(position.decisions),
            "ended": question is None,
            **table.view(persons[0] if question is None else question.seat, position).content(),
        }
        terminal.show_json(in_json(content))
    return None


def _table(place: str | None, wanted: "Wanted", path: Path | None) -> "PlayTable":
    """Return the table in a file, or a new one on a run; for a pack, a run is played first."""
    from detente.cli.progress import ProgressReport
    from detente.ensemble import folder as folders
    from detente.ensemble.run import Run
    from detente.ensemble.simulate import simulate
    from detente.pack import load, shipped
    from detente.table.table import Wanted, open_table, set_up

    if place is not None and _is_table(Path(place)):
        if (wanted, path) != (Wanted(), None):
            hint = "leave --seat, --out, --length, --world, --luck and --option out, or name a run"
            raise DetenteError("a table is set up once", where=place, hint=hint)
        _warn_of_compiling()
        return open_table(Path(place))
    is_pack = place is not None and (place in shipped() or (Path(place) / "crisis.toml").is_file())
    if place is None or not is_pack or folders.is_run(Path(place)):
        run = Run.open(place)
    else:
        with ProgressReport() as report:
            run = simulate(load(place), futures=FUTURES, worlds=WORLDS, progress=report)
    _warn_of_compiling()
    table = set_up(run, wanted, path)
    if not terminal.FORM.get().quiet:
        terminal.warn(f"detente: a new table, {table.log.path}")
    return table


def _warn_of_compiling() -> None:
    """Print a warning that the first start takes longer, if so."""
    from detente.cli.progress import COMPILING
    from detente.kernel.jit import is_warm

    if terminal.FORM.get().shows_progress and not is_warm("seated"):
        terminal.warn(COMPILING)


def _is_table(path: Path) -> bool:
    """Return whether a file is a table; an empty file is a table whose creation was interrupted."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(SQLITE)) in {SQLITE, b""}


def _debrief(table: "PlayTable", name: str | None) -> "Debrief | None":
    """Return the debrief, or write it to a file; branches are played only if all is asked for."""
    from detente.table.debrief import BRANCHES, debrief, write_new

    form = terminal.FORM.get()
    is_whole = form.everything or form.json or name is not None
    found = debrief(table, branches=BRANCHES if is_whole else 0)
    if name is None:
        return found
    from detente.disk import write_whole
    from detente.table.views.debrief import section
    from detente.views.blocks import Table
    from detente.views.render import html, markdown
    from detente.views.report import files_of

    shown, path = section(found), Path(name)
    folder = path.with_name(f"{path.stem}-files")
    writers = {
        ".html": lambda: html.to_single(shown).encode(),
        ".md": lambda: markdown.to_single(shown, folder=folder.name).encode(),
    }
    write_new(path, writers)
    if path.suffix == ".md":  # Markdown links to files of figures and long tables
        tables = [block for block in shown.blocks if isinstance(block, Table)]
        figures = {figure.key: figure for figure in shown.figures}
        for place, content in files_of(tables, figures, folder, is_linked=True):
            write_whole(place, content)
    terminal.say(f"{name} holds the debrief.")
    return None


@dataclass(frozen=True)
class _Talk:
    """The source of answers, and whether questions are printed."""

    answers: "Iterator[str] | None"
    shows: bool

    @property
    def is_watched(self) -> bool:
        """Return whether a person types the answers."""
        return self.answers is None and terminal.is_terminal(sys.stdin)

    def say(self, text: str) -> None:
        """Print a line, if questions are printed."""
        if self.shows:
            terminal.say(text)

    def read(self) -> str:
        """Return the next answer, or quit at the end of input."""
        if self.answers is not None:
            return next(self.answers, QUIT)
        if self.is_watched:
            sys.stdout.write("> ")
            sys.stdout.flush()
        return sys.stdin.readline() or QUIT


def _play(table: "PlayTable", talk: _Talk) -> None:
    """Ask for decisions until the future has ended or the player stops."""
    shown: dict[str, int] = {}
    again = table.log.command
    try:
        while (position := table.advance()).question is not None:
            if talk.shows:
                _show(table, position, shown)
                if len(position.decided(position.question.seat)) >= ENOUGH:
                    talk.say(f"You have decided {ENOUGH} times or more. {RESTS}")
                if talk.is_watched:
                    terminal.say(ASK, style="dim")
            if not _take(table, position, position.question, talk):
                talk.say(f"Kept. Go on: {again}")
                return
    except KeyboardInterrupt as stop:
        stop.add_note(f"what was decided is kept; go on: {again}")
        raise
    if talk.shows:
        _show(table, position, shown)
        terminal.say()
        if table.goes_on(position):
            terminal.say(f"Go on for 30 more days: {again} --extend 30")
        terminal.say(f"What else could have come: {again} --debrief")


def _show(table: "PlayTable", position: "TablePosition", shown: dict[str, int]) -> None:
    """Print new events to the seat that is asked, or to all seats at the end."""
    from detente.table.views.seats import SeatTurn, turn

    question = position.question
    for seat in table.place.persons if question is None else (question.seat,):
        view, decided = table.view(seat, position), len(position.decided(seat))
        turned = turn(SeatTurn(table, view, shown.get(seat, 0), decided))
        terminal.show_sections(turned, everything=True)
        shown[seat] = len(view.happened)


def _take(
    table: "PlayTable", position: "TablePosition", question: "SeatQuestion", talk: _Talk
) -> bool:
    """Read answers until one is a decision or takes one back; return False to stop."""
    from detente.table.questions import chosen
    from detente.table.table import POLICY, STANDS_FOR

    while True:
        answer, _, intent = (piece.strip() for piece in talk.read().partition(INTENT))
        if answer.lower() in {QUIT, "q", "exit"}:
            return False
        try:
            if answer == EXPLAIN:
                if talk.shows:
                    _show(table, position, {})
                talk.say(EXPLAINED.format(question.choices[0].says.split()[0], STANDS_FOR))
            elif answer.lower() == UNDO:
                talk.say(f"Taken back: {table.undo(question.seat).says}.")
                return True
            elif answer.lower() == REST:
                table.hand_over(question.seat, POLICY)
                talk.say("Your side's policy plays on.")
                return True
            elif answer:
                choice = chosen(question, answer)
                table.decide(question.seat, choice.move, intent=intent)
                talk.say(f"You decide: {choice.says}.")
                talk.say("")
                return True
        except DetenteError as fault:
            talk.say(f"{fault.what}{f'; {fault.hint}' if fault.hint else ''}.")


COMMANDS = (ListedCommand("play", play, PLAY, "play oman-2026 --seat iran", "run"),)
