"""What a table did, compared with what else could have come: the debrief, and the log as a file.

`detente play TABLE --debrief --json` prints one object, `detente/debrief/1`. By name:

- table, run, option; ended: whether it has, and how: ending, day, title.
- way: what is compared: ending, who used force first, whether talks ever failed; share: of all
  futures of the run, those that went the same way, with low and high, a 90 % interval over worlds
  and chance; ending: the same of those that ended so.
- decisions[]: seat, day, asked, says, intent, by (person, policy, forced, or held: standing by the
  last answer), chance: that its policy would do so on that day; common: what it would do most
  likely, and how likely; believed: the public beliefs then, hard and tough; mediator: what both
  sides would most likely have accepted then (says, and chance: that both do by their policies and
  what was believed of them), null after force, where nothing can be offered, and where no person
  decided; choices[]: says, chance, is_chosen, and by outcome the share of branches with low and
  high, a 90 % sampling interval. Branches have the past of the table, its types and plan; draws are
  other from the decision on, and policies decide.
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
from detente.disk import write_whole
from detente.ensemble.measures import outcome_of
from detente.errors import DetenteError
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import interval
from detente.kernel.beliefs import probability
from detente.kernel.causes import EVERYTHING, Mechanism, only, world_with
from detente.kernel.decision import Asked
from detente.kernel.seated import SeatedFuture
from detente.kernel.tables import Question
from detente.kernel.talks import Negotiation, Regime, may_offer_standstill
from detente.questions.bargaining.game import Beliefs, at_beliefs
from detente.table.log import UNDO
from detente.table.paths import OtherTable, TablePath, TakenDecision, other_tables, path_of
from detente.table.sight import PublicStanding, log_seen_by, standing, types_of
from detente.table.table import PERSON, PlayTable, TablePosition
from detente.table.worlds import SeatedWorld
from detente.views.spreadsheet import to_csv

DEAL = "deal_ever"
OUTCOMES = ("force", "any_war", DEAL)
"""What choices are compared by."""
BRANCHES = 400
"""Branches of each choice."""
COMPARED = 2000
"""Futures that are played with types known and hidden."""
MOST_BRANCHED = 40
"""Decisions whose other choices are followed, the ones of people first."""
AFTER = {Asked.REPLY, Asked.JOIN, Asked.CLOSE, Asked.TERMS, Asked.BREAK, Asked.TAKING}
"""What is asked once force is used, a deal made or something taken: no draft could be tried."""


class DebriefChoice(NamedTuple):
    """One thing that could have been done, and what came of it in branches."""

    says: str
    chance: Annotated[float, "that the policy does it"]
    is_chosen: bool
    shares: Annotated[Mapping[str, Estimate], "of branches, with 90 % sampling intervals"]


class MediatedDraft(NamedTuple):
    """What a mediator would have tried: what both sides would most likely have accepted."""

    says: str
    chance: Annotated[float, "that both accept, by their policies and what was believed of them"]


class DebriefDecision(NamedTuple):
    """One decision of the table, and what else could have been done."""

    taken: TakenDecision
    intent: str
    hard: Annotated[float, "public belief that the challenger is resolved [0-1]"]
    tough: Annotated[float, "public belief that the defender is resolved [0-1]"]
    choices: tuple[DebriefChoice, ...]
    mediator: Annotated[MediatedDraft | None, "None where none could try anything"]

    @property
    def chosen(self) -> DebriefChoice:
        """Return what was done."""
        return next(one for one in self.choices if one.is_chosen)

    @property
    def common(self) -> DebriefChoice:
        """Return what its policy would do most likely."""
        return max(self.choices, key=lambda one: one.chance)

    def content(self) -> dict[str, Any]:
        """Return it as the JSON of a debrief has it."""
        return {
            **self.taken._asdict(),
            "intent": self.intent,
            "common": {"says": self.common.says, "chance": self.common.chance},
            "believed": {"hard": self.hard, "tough": self.tough},
            "mediator": self.mediator,
            "choices": self.choices,
        }


class TypesKnown(NamedTuple):
    """Shares of an outcome with types as they were, hidden and known from the start."""

    hidden: Estimate
    known: Estimate


@dataclass(frozen=True, repr=False)
class Debrief(notebook.Shown):
    """What a table did, and what else could have come."""

    table: PlayTable
    played: SeatedFuture
    path: TablePath
    decisions: tuple[DebriefDecision, ...]
    known: Annotated[Mapping[str, TypesKnown], "by outcome; empty if nothing was played again"]
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
        return self.table.seated.seats[seat].name

    def content(self) -> dict[str, Any]:
        """Return what `detente play TABLE --debrief --json` prints."""
        at, path = self.standing, self.path
        challenger, defender = types_of(self.played)
        return {
            "schema": "detente/debrief/1",
            "table": str(self.table.log.path),
            "run": str(self.table.run.folder),
            "option": self.table.place.option,
            "ended": path.way is not None,
            "day": at.day,
            "way": path.way,
            "share": path.share,
            "same_ending": path.same_ending,
            "decisions": [one.content() for one in self.decisions],
            "parted": path.parted,
            "hidden": {
                "hard": challenger == 0,
                "tough": defender == 0,
                "plan": int(self.played.state.plan),
            },
            "believed": {"hard": at.hard, "tough": at.tough},
            "known": self.known,
            "taken_back": self.taken_back,
            "others": [one.content() for one in self.others],
        }


def debrief(table: PlayTable, *, branches: int = BRANCHES) -> Debrief:
    """Return what a table did, compared with its run, its own branches and other tables.

    `branches`: how many are played of each choice; with 0 nothing is played again, so that what
    takes no time is there at once. Nothing is stored.

    Raises
    ------
    DetenteError
        If nothing was decided yet, or the run cannot be read.
    """
    position = table.position()
    if not position.decisions:
        hint = f"decide something first: {table.log.command}"
        raise DetenteError("nothing was decided yet", where=str(table.log.path), hint=hint)
    played, path = position.played, path_of(table)
    return Debrief(
        table,
        played,
        path,
        tuple(_decisions(table, position, path, branches)),
        _types_known(table.seated, types_of(played)) if branches else {},
        sum(line.kind == UNDO for line in table.log.lines()),
        other_tables(path),
    )


def _decisions(
    table: PlayTable, position: TablePosition, path: TablePath, branches: int
) -> Iterator[DebriefDecision]:
    """Yield each decision; choices are followed of the first that people took."""
    asked, seated = position.played.table, table.seated
    moves = [int(move) for move in asked.moves[: len(path.decisions)]]
    persons = [place for place, one in enumerate(path.decisions) if one.by == PERSON]
    followed = persons[:MOST_BRANCHED]
    both = zip(path.decisions, position.decisions, strict=True)
    for place, (taken, decision) in enumerate(both):
        choices = []
        for choice in seated.question(position.played, place).choices:
            shares = {}
            if branches and place in followed:
                script = [*moves[:place], choice.move]
                rows = seated.branch(table.place, script, taken.day, branches)
                shares = {key: branch_share(rows, key) for key in OUTCOMES}
            chance = float(asked.chances[place, choice.move])
            is_chosen = choice.move == moves[place]
            choices.append(DebriefChoice(choice.says, chance, is_chosen, shares))
        hard, tough = (float(probability(float(odds[place]))) for odds in (asked.hard, asked.tough))
        mediator = None
        if place in persons:
            at = seated.play(table.place.future, table.place.persons, moves[:place])
            mediator = mediated(seated, at)
        yield DebriefDecision(taken, decision.intent, hard, tough, tuple(choices), mediator)


def mediated(on: SeatedWorld, played: SeatedFuture) -> MediatedDraft | None:
    """Return what both sides would most likely accept where a future waits; None where nothing.

    A mediator knows what everybody believes: each side's acceptance is the mean over its types by
    that belief. Only before force; once talks have failed a standstill alone.
    """
    table, at = played.table, int(played.table.asked) - 1
    has_fought = 0 <= int(played.state.first_force_day) < int(table.days[at])
    regime = Regime(int(table.regime))
    if has_fought or Asked(int(table.kinds[at])) in AFTER or regime is Regime.STANDSTILL:
        return None
    accepts, talks = answers_at(on, played)
    tough, hard = (float(probability(float(odds[at]))) for odds in (table.tough, table.hard))
    offers: dict[str, tuple[int, int]] = {}
    if regime is not Regime.FAILED:
        packages = on.names.on(int(table.days[at])).packages[: int(talks.packages)]
        for number, holds in enumerate(packages):
            both = Question.DEFENDER_ANSWER + number, Question.CHALLENGER_ANSWER + number
            offers[f"package {number + 1}: {holds}"] = both
    if may_offer_standstill(talks, regime):
        both = Question.DEFENDER_STANDSTILL + regime, Question.CHALLENGER_STANDSTILL + regime
        offers["a standstill"] = both
    drafts = []
    for says, (of_defender, of_challenger) in offers.items():
        defender = np.dot((tough, 1.0 - tough), accepts(of_defender))
        challenger = np.dot((hard, 1.0 - hard), accepts(of_challenger))
        drafts.append(MediatedDraft(says, float(defender * challenger)))
    return max(drafts, key=lambda one: one.chance, default=None)


def answers_at(
    on: SeatedWorld, played: SeatedFuture
) -> tuple[Callable[[int], np.ndarray], Negotiation]:
    """Return how likely each type says yes to a Question where a future waits, and the talks."""
    table, at = played.table, int(played.table.asked) - 1
    day = int(table.days[at])
    game = on.game(played, day)
    world = game.trajectory.world
    believed = Beliefs(float(table.tough[at]), float(table.hard[at]))
    stage = int(world.calendar.stage_of_day[day])
    answers = game.policies.answers[stage, int(table.posture), int(table.stance), ..., 0]
    return lambda asked: at_beliefs(
        world, answers[asked - Question.DEFENDER_ANSWER], believed
    ), world.talks


def branch_share(rows: np.ndarray, outcome: str) -> Estimate:
    """Return the share of branches that come to an outcome, with its sampling interval.

    Raises `DetenteError` if it is no outcome, as what is lost, taken or paid is none.
    """
    happened = outcome_of(outcome).happened(rows)
    if len(happened) == 0:
        return Estimate(0.0, 0.0, 1.0)
    share = float(happened.mean())
    low, high = interval(share, share * (1.0 - share) / len(happened), len(happened))
    return Estimate(share, low, high)


def _types_known(on: SeatedWorld, types: tuple[int, int]) -> dict[str, TypesKnown]:
    """Return shares of outcomes with the types as they were, hidden and known to all."""
    kernel, seed = on.stage.kernel, on.stage.settings.seed
    open_world = world_with(on.encoded, EVERYTHING & ~only(Mechanism.TYPES))
    asked = {"seed": seed, "number": on.world, "first": 0, "futures": COMPARED}
    hidden = kernel.play(on.encoded, on.solved, **asked)
    solved = kernel.solve(open_world, with_exploitability=False)
    known = kernel.play(open_world, solved, **asked)
    as_they_were = []
    for rows in (hidden, known):
        same = rows["challenger_type"] == types[0]
        as_they_were.append(rows[same & (rows["defender_type"] == types[1])])
    return {
        key: TypesKnown(*(branch_share(rows, key) for rows in as_they_were)) for key in OUTCOMES
    }


FIELDS = ("day", "move", "says", "by", "intent")
COLUMNS = ("number", "at", "seat", "kind", *FIELDS, "body", "seal")
WHOLE = ("number", "day", "move")
"""Columns of whole numbers; the others are text."""
SCHEMA = pa.schema([(name, pa.int64() if name in WHOLE else pa.string()) for name in COLUMNS])


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
    rows = []
    for line in seen:
        own = dict(zip(("number", "at", "seat", "kind"), line, strict=False))
        fields = {field: line.body.get(field) for field in FIELDS}
        body = json.dumps(dict(line.body), sort_keys=True, ensure_ascii=False)
        rows.append({**own, **fields, "body": body, "seal": line.seal})
    blank = [["" if one is None else one for one in row.values()] for row in rows]

    def as_parquet() -> bytes:
        held = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows, SCHEMA), held)
        return held.getvalue()

    writers = {
        ".csv": to_csv(COLUMNS, blank).encode,
        ".json": (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode,
        ".parquet": as_parquet,
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
        write_whole(path, writers[path.suffix]())
    except OSError as fault:
        hint = "name a file in a folder that can be written"
        raise DetenteError(fault.strerror or str(fault), where=str(path), hint=hint) from fault
