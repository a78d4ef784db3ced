"""`detente check`: every fault of a pack at once, each with its place, and what has no effect."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import dataclasses
from typing import TYPE_CHECKING

from detente.cli import parameters, terminal

if TYPE_CHECKING:
    from detente.errors import Fault
    from detente.pack import Crisis


def check(
    pack: parameters.Pack,
    changes: parameters.Changes = None,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Find all faults of a pack at once.

    Each with its file, line and field, what was found and what is allowed. Status 1 if there are
    any. If there are none, numbers on which nothing turns are named, which is no fault.
    """
    from detente.cli.settings import read_changes
    from detente.pack import check as find_faults
    from detente.pack import load

    changed = read_changes(changes)
    faults = find_faults(pack, changes=changed)
    if json:
        idle = None if faults else _idle_numbers(load(pack, changes=changed))
        listed = [dataclasses.asdict(fault) for fault in faults]
        content = {"schema": "detente/check/1", "pack": pack, "faults": listed}
        terminal.show_json({**content, "without_effect": idle})
    elif faults:
        _show(pack, faults)
    elif not quiet:
        _show_praise(pack, load(pack, changes=changed))
    return 1 if faults else 0


def _idle_numbers(crisis: "Crisis") -> list[str]:
    from detente.ensemble.encode.reads import without_effect

    return list(without_effect(crisis))


def _show(pack: str, faults: "tuple[Fault, ...]") -> None:
    for fault in faults:
        terminal.say(str(fault))
    noun = "fault" if len(faults) == 1 else "faults"
    terminal.say(f"{pack}: {len(faults)} {noun}")


def _show_praise(pack: str, crisis: "Crisis") -> None:
    terminal.say(
        f"{pack}: no faults; {len(crisis.numbers)} numbers, {len(crisis.claims)} claims, "
        f"{len(crisis.options)} options"
    )
    idle = _idle_numbers(crisis)
    if idle:
        terminal.say("Without effect, wherever they lie in their ranges:")
        for path in idle:
            terminal.say(path, indent=2)
    terminal.say(f"Next: detente run {pack}")
