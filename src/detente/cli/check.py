"""`detente check`: every fault of a pack at once, with its place; or the pack written out whole."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import dataclasses
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError, PackFaults

if TYPE_CHECKING:
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


def check(
    pack: parameters.Pack,
    changes: parameters.Changes = None,
    effects: Effects = False,
    resolved: Resolved = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Find all faults of a pack at once.

    Each with its file, line and field, what was found and what is allowed. Status 1 if there are
    any. If there are none, --effects names the numbers on which nothing turns, which is no fault,
    and --resolved prints a pack that leaves nothing to defaults and the catalogue.
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
        tables = {"resolved": _tables(crisis)} if resolved else {}
        terminal.show_json({**_as_json(pack, (), idle), **tables})
    elif resolved:
        _show_resolved(crisis)
    else:
        _show_praise(pack, crisis, idle, quiet=quiet)
    return 0


def _tell_faults(pack: str, faults: "tuple[Fault, ...]", *, json: bool) -> None:
    if json:
        terminal.show_json(_as_json(pack, faults, None))
        return
    for fault in faults:
        terminal.say(str(fault))
    noun = "fault" if len(faults) == 1 else "faults"
    terminal.say(f"{pack}: {len(faults)} {noun}")
    file = Path(pack)
    if file.suffix == ".toml" and len(list(file.parent.glob("*.toml"))) > 1:
        folder = shlex.quote(pack.removesuffix(file.name).rstrip("/") or ".")
        terminal.say(f"Only this file was read. For all of its folder: detente check {folder}")


def _as_json(pack: str, faults: "tuple[Fault, ...]", idle: list[str] | None) -> dict[str, Any]:
    listed = [dataclasses.asdict(fault) for fault in faults]
    return {"schema": "detente/check/1", "pack": pack, "faults": listed, "without_effect": idle}


def _idle_numbers(crisis: "Crisis", *, quiet: bool) -> list[str]:
    from detente.ensemble.encode.reads import WORLDS, without_effect

    if not quiet:
        terminal.warn(f"trying {len(crisis.numbers)} numbers in up to {WORLDS} worlds")
    return list(without_effect(crisis))


def _tables(crisis: "Crisis") -> dict[str, Any]:
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
    if idle:
        terminal.say("Without effect, wherever they lie in their ranges:")
        for path in idle:
            terminal.say(path, indent=2)
    elif idle is not None:
        terminal.say("Every number has an effect.")
    if not quiet:
        terminal.say(f"Next: detente run {pack}")
