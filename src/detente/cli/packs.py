"""`detente new` and `detente list`: a pack to start from, the packs that ship, the runs here."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.ensemble.record import Record


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
    commands = (f"detente check ./{name}", f"detente run ./{name}")
    if json:
        files = sorted(path.name for path in folder.iterdir())
        content = {"schema": "detente/new/1", "folder": str(folder), "files": files}
        terminal.show_json({**content, "next": list(commands)})
        return 0
    held = f"what {start} says, under its new name" if start else "a commented pack"
    terminal.say(f"./{name}/ holds {held}; change what differs in your crisis.")
    if not quiet:
        terminal.say("Next:")
        rows = [("", commands[0], "find its faults"), ("", commands[1], "play it")]
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
        "futures": record.settings.played * len(record.settings.options),
        "state": _state(record, growing),
    }


def _state(record: "Record", growing: "Record | None") -> str:
    if record.outcome is None:
        return "unfinished"
    if growing is None:
        return "finished"
    futures = growing.settings.played * len(growing.settings.options)
    return f"finished; not yet extended to {futures:,} futures"
