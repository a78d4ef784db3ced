"""`detente check`: every fault of a pack at once, each with its place."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

import dataclasses
from typing import TYPE_CHECKING

from detente.cli import parameters, terminal

if TYPE_CHECKING:
    from detente.errors import Fault


def check(
    pack: parameters.Pack,
    changes: parameters.Changes = None,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Find all faults of a pack at once.

    Each with its file, line and field, what was found and what is allowed. Status 1 if there are
    any.
    """
    from detente.cli.settings import read_changes
    from detente.pack import check as find_faults

    faults = find_faults(pack, changes=read_changes(changes))
    if json:
        listed = [dataclasses.asdict(fault) for fault in faults]
        terminal.show_json({"schema": "detente/check/1", "pack": pack, "faults": listed})
    elif faults:
        _show(pack, faults)
    elif not quiet:
        _show_praise(pack)
    return 1 if faults else 0


def _show(pack: str, faults: "tuple[Fault, ...]") -> None:
    for fault in faults:
        terminal.say(str(fault))
    noun = "fault" if len(faults) == 1 else "faults"
    terminal.say(f"{pack}: {len(faults)} {noun}")


def _show_praise(pack: str) -> None:
    from detente.pack import load

    crisis = load(pack)
    terminal.say(
        f"{pack}: no faults; {len(crisis.numbers)} numbers, {len(crisis.claims)} claims, "
        f"{len(crisis.options)} options"
    )
    terminal.say(f"Next: detente run {pack}")
