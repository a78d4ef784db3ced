"""A table is set up: which future of which world, who decides in person, and for how long."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detente.analysis.seats.grounds import SeatedWorld, TableSetting, ground
from detente.analysis.seats.log import TableLog
from detente.analysis.seats.table import SCHEMA, PlayTable
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.errors import DetenteError
from detente.text import did_you_mean

LENGTHS = {"short": 4, "middle": 8, "long": 12}
"""About how many decisions a table asks for."""
SCANNED = 300
"""Futures of a world among which one of the length asked for is looked for."""


class Wanted(NamedTuple):
    """What a new table is to be; what is None may be any."""

    seats: tuple[str, ...] = ()
    length: str = "middle"
    world: int | None = None
    luck: int | None = None
    option: str = BASE


def set_up(run: Run, wanted: Wanted, path: Path | None = None) -> PlayTable:
    """Set a table up on a run: with the challenger unless others are named, in a new file.

    `path`: the file; one of its own in the current folder unless given.

    Raises
    ------
    DetenteError
        If an actor cannot sit, there is no such option or world, or something lies in the file.
    """
    luck = any_luck() if wanted.luck is None else wanted.luck
    worlds = run.record.settings.worlds_of(run.known(wanted.option))
    on = ground(run, wanted.option, luck % worlds if wanted.world is None else wanted.world)
    seats = wanted.seats or tuple(list(on.seats)[:1])
    persons = [key for key in seats if key in on.seats]
    future = suitable(on, persons, LENGTHS[wanted.length], luck)
    return begin(
        free(f"table-{run.record.name}-{seats[0]}") if path is None else path, on, future, seats
    )


def free(name: str) -> Path:
    """Return a file in the current folder that is not there yet."""
    number = 1
    while (path := Path(f"{name}-{number}.sqlite")).exists():
        number += 1
    return path


def begin(path: Path, on: SeatedWorld, future: int, persons: Sequence[str]) -> PlayTable:
    """Set a table up in a new file, on a future of a world, with people for some actors.

    Raises
    ------
    DetenteError
        If an actor cannot sit, there are none, or something lies in the file.
    """
    for key in persons:
        if key not in on.seats:
            hint = did_you_mean(key, on.seats) or f"these may: {', '.join(on.seats)}"
            raise DetenteError(f"{key!r} cannot sit at a table", where="--seat", hint=hint)
    if not persons:
        raise DetenteError("nobody sits at the table", where="--seat", hint="name an actor")
    place = TableSetting(on.option, on.world, future, tuple(dict.fromkeys(persons)))
    body = {
        "schema": SCHEMA,
        "run": str(Path(on.run.folder).absolute()),
        "digest": on.run.digest,
        "model": on.run.record.model,
        **place._asdict(),
    }
    return PlayTable(TableLog.begin(path, body), on, place)


def questions_in(on: SeatedWorld, future: int, persons: Sequence[str]) -> int:
    """Return how many decisions people would take in a future, did they follow their policies."""
    played = on.play(future, persons, (), waits=False)
    asked = slice(0, int(played.state.decided))
    return int((played.table.legal[asked].sum(axis=1) > 1).sum())


def suitable(on: SeatedWorld, persons: Sequence[str], length: int, first: int) -> int:
    """Return the future, from `first` on, that asks people about as often as they want to play."""
    best, apart = first, np.inf
    for future in range(first, first + SCANNED):
        away = abs(questions_in(on, future, persons) - length)
        if away < apart:
            best, apart = future, away
        if away <= 1:
            break
    return best


def any_luck() -> int:
    """Return a number that nobody chose; what it leads to is written into the table's log."""
    return int.from_bytes(os.urandom(3), "big")
