"""What a table did, compared with what else could have come: the debrief, and the log as a file.

`detente play TABLE --debrief --json` prints one object, `detente/debrief/1`. By name:

- table, run, option; ended: whether it has, and how: ending, day, title.
- way: what is compared: ending, who used force first, whether talks ever failed; share: of all
  futures of the run, those that went the same way, with low and high, a 90 % interval over worlds
  and chance; ending: the same of those that ended so.
- decisions[]: seat, day, asked, says, intent, by (person, policy or forced), chance: that its
  policy would do so on that day; common: what it would do most likely, and how likely; believed:
  the public beliefs then, hard and tough; choices[]: says, chance, is_chosen, and by outcome the
  share of branches with low and high, a 90 % sampling interval. Branches have the past of the
  table, its types and plan; luck is other from the decision on, and policies decide.
- parted: number of the decision from which on the table left the common path, the first with a
  chance below .25; null if none did.
- hidden: types and plan as they were; believed: public beliefs at the end.
- known: shares of outcomes in futures of the world with types as they were, hidden and known to
  all from the start, each with low and high.
- taken_back: how many decisions were.
- others[]: other tables of the same crisis that lie in the same folder and are over: table, run,
  seats, day, way, share and same_ending as above, decisions[] (seat, day, asked, says, by, chance),
  same_luck: whether the same future of the same world was played; parted: of those the first
  decision in which the tables differ, here and there; null if none does.

Columns of the log as a file: number, at, seat, kind, day, move, says, by, intent (of decisions),
body (all that the line holds, as JSON) and seal.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from detente import notebook
from detente.ensemble.measures import outcome_of
from detente.ensemble.store import write_aside
from detente.errors import DetenteError
from detente.estimate.intervals import interval
from detente.kernel.beliefs import probability
from detente.kernel.causes import EVERYTHING, Mechanism, only, world_with
from detente.kernel.decision import Asked
from detente.kernel.seated import SeatedFuture
from detente.table.log import UNDO, LogLine
from detente.table.paths import OtherTable, TablePath, other_tables, path_of, raw_at
from detente.table.questions import RawQuestion, in_words
from detente.table.sight import PublicStanding, log_seen_by
from detente.table.table import PERSON, Decision, PlayTable, standing, types_of
from detente.text import guard

DEAL = "deal_ever"
OUTCOMES = ("force", "any_war", DEAL)
"""What choices are told apart by."""
BRANCHES = 400
"""Branches of each choice."""
COMPARED = 2000
"""Futures that are played with types known and hidden."""
MOST_BRANCHED = 40
"""Decisions whose other choices are followed, the ones of people first."""


class BranchShare(NamedTuple):
    """The share of branches in which something happens, with its 90 % sampling interval."""

    share: float
    low: float
    high: float


class DebriefChoice(NamedTuple):
    """One thing that could have been done, and what came of it in branches."""

    says: str
    chance: Annotated[float, "that the policy does it"]
    is_chosen: bool
    shares: Mapping[str, BranchShare]

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        shares = {key: one._asdict() for key, one in self.shares.items()}
        return {**self._asdict(), "shares": shares}


class DebriefDecision(NamedTuple):
    """One decision of the table, and what else could have been done."""

    decision: Decision
    asked: Asked
    day: int
    hard: Annotated[float, "public belief that the challenger is resolved [0-1]"]
    tough: Annotated[float, "public belief that the defender is resolved [0-1]"]
    choices: tuple[DebriefChoice, ...]

    @property
    def chosen(self) -> DebriefChoice:
        """Return what was done."""
        return next(one for one in self.choices if one.is_chosen)

    @property
    def common(self) -> DebriefChoice:
        """Return what its policy would do most likely."""
        return max(self.choices, key=lambda one: one.chance)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "seat": self.decision.seat,
            "day": self.day,
            "asked": self.asked.name.lower(),
            "says": self.chosen.says,
            "intent": self.decision.intent,
            "by": self.decision.by,
            "chance": self.chosen.chance,
            "common": {"says": self.common.says, "chance": self.common.chance},
            "believed": {"hard": self.hard, "tough": self.tough},
            "choices": [one.as_json() for one in self.choices],
        }


class TypesKnown(NamedTuple):
    """Shares of an outcome with types as they were, hidden and known from the start."""

    hidden: BranchShare
    known: BranchShare


@dataclass(frozen=True, repr=False)
class Debrief(notebook.Shown):
    """What a table did, and what else could have come."""

    table: PlayTable
    played: SeatedFuture
    path: TablePath
    decisions: tuple[DebriefDecision, ...]
    known: Mapping[str, TypesKnown]
    taken_back: int
    others: Annotated[tuple[OtherTable, ...], "tables of the same crisis"]

    @property
    def standing(self) -> PublicStanding:
        """Return where the future stands."""
        return standing(self.played)

    @property
    def came(self) -> str:
        """Return the outcome by which the way to the end is followed: force if used, or a deal."""
        return "force" if self.path.way is not None and self.path.way.initiator >= 0 else DEAL

    def name_of(self, seat: str) -> str:
        """Return what an actor is called."""
        return self.table.ground.seats[seat].name

    def content(self) -> dict[str, Any]:
        """Return what `detente play TABLE --debrief --json` prints."""
        at, path = self.standing, self.path
        return {
            "schema": "detente/debrief/1",
            "table": str(self.table.log.path),
            "run": str(self.table.run.folder),
            "option": self.table.place.option,
            "ended": path.way is not None,
            "day": at.day,
            "way": path.way and path.way.as_json(),
            "share": path.share and path.share.as_json(),
            "same_ending": path.same_ending and path.same_ending.as_json(),
            "decisions": [one.as_json() for one in self.decisions],
            "parted": path.parted,
            "hidden": dict(zip(("hard", "tough", "plan"), self._hidden(), strict=True)),
            "believed": {"hard": at.hard, "tough": at.tough},
            "known": {
                key: {"hidden": one.hidden._asdict(), "known": one.known._asdict()}
                for key, one in self.known.items()
            },
            "taken_back": self.taken_back,
            "others": [one.as_json() for one in self.others],
        }

    def _hidden(self) -> tuple[bool, bool, int]:
        """Return whether both sides were resolved, and the challenger's plan in the end."""
        challenger, defender = types_of(self.played)
        return challenger == 0, defender == 0, int(self.played.state.plan)


def debrief(table: PlayTable, *, branches: int = BRANCHES) -> Debrief:
    """Return what a table did, compared with its run, its own branches and other tables.

    `branches`: how many are played of each choice. Nothing is stored.

    Raises
    ------
    DetenteError
        If nothing was decided yet, or the run cannot be read.
    """
    position = table.position()
    if not position.decisions:
        hint = f"decide something first: detente play {table.log.path}"
        raise DetenteError("nothing was decided yet", where=str(table.log.path), hint=hint)
    played, path = position.played, path_of(table)
    return Debrief(
        table,
        played,
        path,
        tuple(_decisions(table, played, position.decisions, branches)),
        _types_known(table, types_of(played)),
        sum(line.kind == UNDO for line in table.log.lines()),
        other_tables(path),
    )


def _decisions(
    table: PlayTable, played: SeatedFuture, decisions: tuple[Decision, ...], branches: int
) -> Iterator[DebriefDecision]:
    asked = played.table
    followed = {place for place, one in enumerate(decisions) if one.by == PERSON}
    for place, decision in enumerate(decisions):
        raw = raw_at(played, place)
        count = branches if place in sorted(followed)[:MOST_BRANCHED] else 0
        yield DebriefDecision(
            decision,
            raw.asked,
            raw.day,
            float(probability(float(asked.hard[place]))),
            float(probability(float(asked.tough[place]))),
            tuple(_choices(table, played, (place, raw), count)),
        )


def _choices(
    table: PlayTable, played: SeatedFuture, at: tuple[int, RawQuestion], branches: int
) -> Iterator[DebriefChoice]:
    place, raw = at
    question = in_words(raw, table.ground.seat_of(raw.seat), table.ground.names)
    before = [int(move) for move in played.table.moves[:place]]
    for choice in question.choices:
        shares = {}
        if branches:
            script = [*before, choice.move]
            rows = table.ground.branch(table.place, script, raw.day, branches)
            shares = {key: _branch_share(rows, key) for key in OUTCOMES}
        yield DebriefChoice(
            choice.says,
            float(played.table.chances[place, choice.move]),
            choice.move == int(played.table.moves[place]),
            shares,
        )


def _branch_share(rows: np.ndarray, outcome: str) -> BranchShare:
    happened = outcome_of(outcome).happened(rows)
    if len(happened) == 0:
        return BranchShare(0.0, 0.0, 1.0)
    share = float(happened.mean())
    low, high = interval(share, share * (1.0 - share) / len(happened), len(happened))
    return BranchShare(share, low, high)


def _types_known(table: PlayTable, types: tuple[int, int]) -> dict[str, TypesKnown]:
    """Return shares of outcomes with the types as they were, hidden and known to all."""
    on = table.ground
    world = on.encoded
    open_world = world_with(world, EVERYTHING & ~only(Mechanism.TYPES))
    kernel, seed = on.stage.kernel, on.stage.settings.seed
    found = []
    for one, solved in (
        (world, on.solved),
        (open_world, kernel.solve(open_world, with_exploitability=False)),
    ):
        asked = {"seed": seed, "number": on.world, "first": 0, "futures": COMPARED}
        rows = kernel.play(one, solved, **asked)
        same = rows["challenger_type"] == types[0]
        found.append(rows[same & (rows["defender_type"] == types[1])])
    hidden, known = found
    return {
        key: TypesKnown(_branch_share(hidden, key), _branch_share(known, key)) for key in OUTCOMES
    }


SCHEMA = pa.schema(
    [
        ("number", pa.int64()),
        ("at", pa.string()),
        ("seat", pa.string()),
        ("kind", pa.string()),
        ("day", pa.int64()),
        ("move", pa.int64()),
        ("says", pa.string()),
        ("by", pa.string()),
        ("intent", pa.string()),
        ("body", pa.string()),
        ("seal", pa.string()),
    ]
)
FIELDS = ("day", "move", "says", "by", "intent")


def export(table: PlayTable, path: Path, *, seat: str | None = None) -> int:
    """Write the log of a table into a file, by the ending of its name; return how many lines.

    `seat`: for this seat, as it sees the log; all of it unless given.

    Raises
    ------
    DetenteError
        If the name has another ending, the file is there or cannot be written, or no person has
        that seat.
    """
    lines = table.log.lines()
    seen = lines if seat is None else log_seen_by(table.known(seat), lines)
    rows = [_row(line) for line in seen]
    writers = {
        ".csv": lambda: _as_csv(rows),
        ".json": lambda: _as_json(rows),
        ".parquet": lambda: _as_parquet(rows),
    }
    write_new(path, writers)
    return len(rows)


def write_new(path: Path, writers: Mapping[str, Callable[[], bytes]]) -> None:
    """Write a new file in the form that the ending of its name asks for.

    Raises
    ------
    DetenteError
        If its name has another ending, or the file is there or cannot be written.
    """
    if path.suffix not in writers:
        hint = f"end its name in {', '.join(writers)}"
        what = f"{path.suffix or 'a name without an ending'} is no form of this"
        raise DetenteError(what, where=str(path), hint=hint)
    if path.exists():
        raise DetenteError("something lies there already", where=str(path), hint="name another")
    try:
        write_aside(path, writers[path.suffix]())
    except OSError as fault:
        hint = "name a file in a folder that can be written"
        raise DetenteError(fault.strerror or str(fault), where=str(path), hint=hint) from fault


def _row(line: LogLine) -> dict[str, Any]:
    body = dict(line.body)
    return {
        **dict(zip(("number", "at", "seat", "kind"), line, strict=False)),
        **{field: body.get(field) for field in FIELDS},
        "body": json.dumps(body, sort_keys=True, ensure_ascii=False),
        "seal": line.seal,
    }


def _as_csv(rows: list[dict[str, Any]]) -> bytes:
    held = io.StringIO()
    writer = csv.DictWriter(held, SCHEMA.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _guarded(value) for key, value in row.items()} for row in rows)
    return held.getvalue().encode()


def _guarded(value: Any) -> Any:
    """Return a cell that no spreadsheet computes: what a player wrote may look like a formula."""
    return guard(value) if isinstance(value, str) else value


def _as_json(rows: list[dict[str, Any]]) -> bytes:
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


def _as_parquet(rows: list[dict[str, Any]]) -> bytes:
    held = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), held)
    return held.getvalue()
