"""Commands that write a crisis down: new, check, explain, list."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import dataclasses
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError, PackFaults

if TYPE_CHECKING:
    from detente.ensemble.record import Record
    from detente.errors import Fault
    from detente.pack import Crisis

Effects: TypeAlias = Annotated[
    bool,
    typer.Option("--effects", help="List numbers that change nothing; takes some seconds."),
]
Resolved: TypeAlias = Annotated[
    bool,
    typer.Option("--resolved", help="Print the pack with every number in it, defaults included."),
]


def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Small letters, digits and -, as in border-2031.")
    ],
    start: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="PACK", help="Copy a pack that ships, or one at a path, renamed."
        ),
    ] = None,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Write a commented pack to start from.

    It goes into the folder ./NAME/ and passes `detente check`.
    """
    from detente import pack

    folder = pack.new(name, folder=Path(), start=start)
    what = ("find its faults", "play it", "edit it on pages, read articles into it, play it")
    commands = tuple(f"detente {verb} ./{name}" for verb in ("check", "run", "serve"))
    if json:
        files = sorted(path.name for path in folder.iterdir())
        content = {"schema": "detente/new/1", "folder": str(folder), "files": files}
        terminal.show_json({**content, "next": list(commands)})
        return 0
    held = f"what {start} says, under its new name" if start else "a commented pack"
    terminal.say(f"./{name}/ holds {held}; change what differs in your crisis.")
    if not quiet:
        terminal.say("Next:")
        rows = [("", *row) for row in zip(commands, what, strict=True)]
        if start:
            rows.append(
                ("", shlex.join(["detente", "diff", start, f"./{name}"]), "what you changed")
            )
        terminal.show_table(rows, has_head=False)
    return 0


def list_all(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="List the runs in it and in folders within it."),
    ] = None,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """List the packs that ship, the runs in ./runs and elsewhere.

    Of runs made with -o the newest 200 are found again, by a list in your own state folder.
    """
    packs = _packs()
    runs = _runs(folder)
    if json:
        listed = [one for here in runs.values() for one in here]
        terminal.show_json({"schema": "detente/list/1", "packs": packs, "runs": listed})
        return 0
    if folder is None:
        terminal.say("Packs that ship", style="bold")
        terminal.show_table([(one["name"], one["title"]) for one in packs], has_head=False)
    for where, here in runs.items():
        _show_runs(where, here, is_below=folder is None)
    if not any(runs.values()) and not quiet:
        terminal.say()
        terminal.say(f"No runs here yet. Play one: detente run {packs[0]['name']}")
    return 0


def _runs(folder: Path | None) -> dict[str, list[dict[str, Any]]]:
    """Return the runs, the newest first, by where they lie."""
    from detente.ensemble.folder import below, in_order, known, remembered

    if folder is not None:
        return {f"below {folder}": [_describe(run) for run in reversed(below(folder))]}
    here = known()
    paths = {run.resolve() for run in here}
    others = in_order(run for run in remembered() if run not in paths)
    placed = {"in ./runs": here, "elsewhere": others}
    return {where: [_describe(run) for run in reversed(runs)] for where, runs in placed.items()}


def _show_runs(where: str, runs: list[dict[str, Any]], *, is_below: bool) -> None:
    if not runs:
        return
    if is_below:
        terminal.say()
    terminal.say(f"Runs {where}, the newest first", style="bold")
    rows = [(one["run"], f"{one['futures']:,} futures", one["state"]) for one in runs]
    terminal.show_table(rows, right=" r", has_head=False)


def _packs() -> list[dict[str, Any]]:
    from detente import pack

    return [
        {"name": crisis.name, "title": crisis.title, "as_of": crisis.as_of.isoformat()}
        for crisis in map(pack.load, pack.shipped())
    ]


def _describe(folder: Path) -> dict[str, Any]:
    from detente.ensemble.folder import read_growing
    from detente.ensemble.record import read

    try:
        record = read(folder)
        growing = read_growing(folder, record)
    except DetenteError as fault:
        return {"run": str(folder), "pack": "", "futures": 0, "state": f"damaged: {fault.what}"}
    return {
        "run": str(folder),
        "pack": record.name,
        "futures": record.settings.played_in_all,
        "state": _state_of_run(record, growing),
    }


def _state_of_run(record: "Record", growing: "Record | None") -> str:
    if record.outcome is None:
        return "unfinished"
    if growing is None:
        return "finished"
    futures = growing.settings.played_in_all
    return f"finished; not yet extended to {futures:,} futures"


def check(
    pack: parameters.Pack,
    changes: parameters.Changes = None,
    effects: Effects = False,
    resolved: Resolved = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Find all faults of a pack at once.

    Prints each with its file, line and field, what was found and what is allowed. The status is 1
    if there are any. If there are none, --effects names the numbers that change nothing, which is
    no fault, and --resolved prints a pack that leaves nothing to defaults and the catalogue.
    """
    from detente.cli.parameters import read_changes
    from detente.pack import load

    if effects and resolved and not json:
        hint = "ask for one of the two, or add --json"
        raise DetenteError("--effects and --resolved cannot be printed as one", hint=hint)
    try:
        crisis = load(pack, changes=read_changes(changes))
    except PackFaults as error:
        _tell_faults(pack, error.faults, json=json)
        return 1
    idle = _idle_numbers(crisis, quiet=quiet or json) if effects else None
    if json:
        tables = {"resolved": _other_tables(crisis)} if resolved else {}
        checked = _checked_as_json(pack, (), idle, crisis.notes)
        terminal.show_json({**checked, "digest": crisis.digest, **tables})
    elif resolved:
        _show_resolved(crisis)
    else:
        _show_praise(pack, crisis, idle, quiet=quiet)
    return 0


def _tell_faults(pack: str, faults: "tuple[Fault, ...]", *, json: bool) -> None:
    if json:
        terminal.show_json(_checked_as_json(pack, faults, None))
        return
    for fault in faults:
        terminal.say(str(fault))
    noun = "fault" if len(faults) == 1 else "faults"
    terminal.say(f"{pack}: {len(faults)} {noun}")
    file = Path(pack)
    if file.suffix == ".toml" and len(list(file.parent.glob("*.toml"))) > 1:
        folder = shlex.quote(pack.removesuffix(file.name).rstrip("/") or ".")
        terminal.say(f"Only this file was read. For all of its folder: detente check {folder}")


def _checked_as_json(
    pack: str,
    faults: "tuple[Fault, ...]",
    idle: list[str] | None,
    notes: tuple[str, ...] = (),
) -> dict[str, Any]:
    listed = [dataclasses.asdict(fault) for fault in faults]
    found = {"faults": listed, "notes": list(notes), "without_effect": idle}
    return {"schema": "detente/check/1", "pack": pack, **found, "digest": None}


def _idle_numbers(crisis: "Crisis", *, quiet: bool) -> list[str]:
    from detente.cli.progress import Teller
    from detente.ensemble.effects import WORLDS, without_effect

    if not quiet:
        terminal.warn(f"trying {len(crisis.numbers)} numbers in up to {WORLDS} worlds")
    with Teller(quiet=quiet, doing="trying", unit="numbers") as teller:
        return list(without_effect(crisis, progress=teller))


def _other_tables(crisis: "Crisis") -> dict[str, Any]:
    """Return the resolved pack with its days as texts, which JSON has no other word for."""
    from detente.pack.writing import as_json, resolved

    tables: dict[str, Any] = as_json(resolved(crisis))
    return tables


def _show_resolved(crisis: "Crisis") -> None:
    from detente.pack.writing import resolved_text

    for line in resolved_text(crisis).splitlines():
        terminal.show(line)


def _show_praise(pack: str, crisis: "Crisis", idle: list[str] | None, *, quiet: bool) -> None:
    if not quiet:
        terminal.say(
            f"{pack}: no faults; {len(crisis.numbers)} numbers with all defaults, "
            f"{len(crisis.claims)} claims, {len(crisis.options)} options"
        )
        for line in _calendar_of(crisis):
            terminal.say(line, indent=2)
    for note in () if quiet else crisis.notes:
        terminal.say(f"Note: {note}.")
    if idle:
        terminal.say("Without effect, wherever they lie in their ranges:")
        for path in idle:
            terminal.say(path, indent=2)
    elif idle is not None:
        terminal.say("Every number has an effect.")
    if not quiet:
        terminal.say(f"Next: detente run {pack}")


def _calendar_of(crisis: "Crisis") -> Iterator[str]:
    """Yield each event of a crisis: when it happens, who knows of it, and what it changes."""
    from detente.pack.events import window_of

    for event in crisis.events.values():
        first, last = window_of(event)
        day = f"{first}" if first == last else f"{first} to {last}"
        known = "foreseen by both sides" if event.foreseen else "foreseen by nobody"
        changes = ", ".join(f"{name} = {value}" for name, value in event.change.items())
        yield f"{day}: {event.name} ({known}): {changes}"


def explain(
    pack: parameters.Pack,
    field: Annotated[
        str,
        typer.Argument(
            metavar="FIELD",
            help="A number by its dotted path, such as talks.fade_rate.",
            autocompletion=parameters.offer_numbers,
        ),
    ],
    changes: parameters.Changes = None,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Say what a number of a pack means and what its value implies.

    Its unit and limits, what its value comes to in words, what the same number is elsewhere, the
    claims that it rests on, and which parts of the model it changes. Nothing is played.
    """
    from detente.pack import load
    from detente.questions.explaining import explain as look_up

    crisis = load(pack, changes=parameters.read_changes(changes))
    terminal.show_result(look_up(crisis, field), json=json, quiet=quiet)
    return 0
