"""The path of a table, and where tables of the same crisis diverged."""

from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.endings import Ending
from detente.ensemble.run import Run
from detente.errors import DetenteError
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import estimate_share
from detente.kernel.decision import Asked
from detente.table.log import TableLog
from detente.table.sight import standing
from detente.table.table import FORCED, PlayTable, open_table

UNCOMMON = 0.25
"""A decision that its policy makes with a lower chance leaves the common path."""
FILES = "*.sqlite"
"""Pattern of the names of other tables' files."""
MOST_OTHERS = 12
"""Upper limit on the other tables that are compared, the newest first."""


class WayTaken(NamedTuple):
    """The features of a future by which it is compared with others."""

    ending: Ending
    initiator: Annotated[int, "who used force first, -1 if nobody"]
    talks_failed: Annotated[bool, "whether talks ever failed"]


class TakenDecision(NamedTuple):
    """A decision of a table, and the chance that its policy gives it."""

    seat: str
    day: int
    asked: Asked
    says: str
    by: str
    chance: Annotated[float, "chance that its policy makes it on that day"]


class TablePath(NamedTuple):
    """The decisions of a table, and the share of its run's futures that went the same way."""

    file: Path
    run: str
    draws: Annotated[tuple[str, str, int, int], "checksum of the run, option, world and future"]
    persons: tuple[str, ...]
    day: int
    decisions: tuple[TakenDecision, ...]
    way: Annotated[WayTaken | None, "None if the table is unfinished"]
    share: Annotated[Estimate | None, "share of futures with the same way; None if unfinished"]
    same_ending: Estimate | None

    @property
    def parted(self) -> int | None:
        """Return the index of the first decision that leaves the common path, or None."""
        rare = (place for place, one in enumerate(self.decisions) if one.chance < UNCOMMON)
        return next(rare, None)


class PartedTables(NamedTuple):
    """The first decision in which two tables differ; None for a table that has no such decision."""

    here: TakenDecision | None
    there: TakenDecision | None


class OtherTable(NamedTuple):
    """Another table of the same crisis."""

    path: TablePath
    has_same_draws: Annotated[bool, "whether it plays the same future of the same world"]
    parted: Annotated[PartedTables | None, "None if draws or no decisions differ"]

    def content(self) -> dict[str, Any]:
        """Return the table as JSON."""
        path = self.path
        return {
            "table": str(path.file),
            "run": path.run,
            "same_luck": self.has_same_draws,
            "seats": path.persons,
            "day": path.day,
            "way": path.way,
            "share": path.share,
            "same_ending": path.same_ending,
            "decisions": path.decisions,
            "parted": self.parted,
        }


def path_of(table: PlayTable) -> TablePath:
    """Return the path of a table so far."""
    position, place = table.position(), table.place
    played, taken = position.played, []
    for at, decision in enumerate(position.decisions):
        question, move = table.seated.question(played, at), int(played.table.moves[at])
        said = next(one.says for one in question.choices if one.move == move)
        chance = float(played.table.chances[at, move])
        one = TakenDecision(question.seat, question.day, question.asked, said, decision.by, chance)
        taken.append(one)
    way, share, same_ending = None, None, None
    if not played.is_waiting:
        way = way_of(played.row)
        share, same_ending = _shares(table, way)
    return TablePath(
        table.log.path,
        str(table.run.folder),
        (table.run.digest, place.option, place.world, place.future),
        place.persons,
        standing(played).day,
        tuple(taken),
        way,
        share,
        same_ending,
    )


def other_tables(own: TablePath) -> tuple[OtherTable, ...]:
    """Return finished tables in the same folder that played the same crisis, newest first.

    They are on the same run, or on another run of the same pack by the same model. Files that
    cannot be opened are left out.
    """
    begun, own_file = TableLog(own.file).lines()[0].body, own.file.absolute()
    files = sorted(own_file.parent.glob(FILES), key=lambda one: -one.stat().st_mtime)
    alike: list[tuple[Path, str]] = []
    for path in files:
        try:
            lines = TableLog(path).lines()
            body = lines[0].body
            is_alike = begun["digest"] == body["digest"] or (
                begun["model"] == body["model"]
                and Run.open(begun["run"]).record.pack == Run.open(body["run"]).record.pack
            )
        except DetenteError:
            continue
        if path != own_file and is_alike:
            alike.append((path, lines[-1].seal))
    found = []
    for path, seal in sorted(alike[:MOST_OTHERS]):
        other = _path_at(path, seal)
        if other is not None:
            has_same_draws = own.draws == other.draws
            parted = _parted(own, other) if has_same_draws else None
            found.append(OtherTable(other, has_same_draws, parted))
    return tuple(found)


def way_of(row: Any) -> WayTaken:
    """Return the features of a future from its row."""
    return WayTaken(
        Ending(int(row["ending"])), int(row["initiator"]), bool(int(row["failed_day"]) >= 0)
    )


def _shares(table: PlayTable, way: WayTaken) -> tuple[Estimate, Estimate]:
    """Return the shares of the run's futures with the same features, and with the same ending."""
    run, option = table.run, table.place.option
    worlds = run.record.settings.worlds_of(option)
    same, ending = np.zeros(worlds, np.int64), np.zeros(worlds, np.int64)
    for rows in run.rows(option):
        is_ending = rows["ending"] == way.ending
        is_same = is_ending & (rows["initiator"] == way.initiator)
        is_same &= (rows["failed_day"] >= 0) == way.talks_failed
        np.add.at(same, rows["world"], is_same)
        np.add.at(ending, rows["world"], is_ending)
    futures = run.record.settings.futures_of_a_world
    return estimate_share(same, futures), estimate_share(ending, futures)


@lru_cache(maxsize=20 * MOST_OTHERS)
def _path_at(path: Path, _seal: str) -> TablePath | None:
    """Return the path of a finished table; None if it is unfinished or cannot be opened."""
    try:
        table = open_table(path)
        return None if table.position().played.is_waiting else path_of(table)
    except DetenteError:
        return None


def _parted(own: TablePath, other: TablePath) -> PartedTables | None:
    """Return the first different decision, for actors that people play at both tables."""
    both = set(own.persons) & set(other.persons)
    own_decisions, other_decisions = (
        [one for one in path.decisions if one.seat in both and one.by != FORCED]
        for path in (own, other)
    )
    for first, second in zip_longest(own_decisions, other_decisions):
        if first is None or second is None or first[:4] != second[:4]:
            return PartedTables(first, second)
    return None
