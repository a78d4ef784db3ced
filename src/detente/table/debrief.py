"""The debrief of a table, which compares it with alternatives, and the log as a file.

`detente play TABLE --debrief --json` prints one object, `detente/debrief/1`. By name:

- table, run, option; ended: whether it has ended; day: the last day.
- way: the features that are compared: ending, who used force first, whether talks ever failed
  (null if it goes on); share: futures of the run with the same way, with low and high, a 90 %
  interval over worlds and chance; same_ending: futures of the run with the same ending.
- decisions[]: seat, day, asked, says, intent, by (person, policy, forced, or held: the last answer
  still applies), chance: that its policy would do so on that day; common: the most likely move of
  its policy, and its chance; believed: public beliefs then, hard and tough; mediator: the draft
  that both sides would most likely have accepted (says, and chance: that both do by their policies
  and by beliefs in their types), null after force, where nothing can be offered, and where no
  person decided; choices[]: says, chance, is_chosen, and by outcome the share of branches with low
  and high, a 90 % sampling interval. Branches have the table's past, types and plan; from the
  decision on draws are new, and policies decide.
- parted: index of the first decision with a chance below .25, at which the table left the common
  path; null if there is none.
- hidden: types and plan; believed: public beliefs at the end.
- known: shares of outcomes in futures of the world with these types, hidden, and known to all from
  the start, each with low and high.
- taken_back: number of decisions taken back.
- others[]: other tables of the same crisis in the same folder that are over: table, run, seats,
  day, way, share and same_ending as above, decisions[] (seat, day, asked, says, by, chance),
  same_luck: whether the same future of the same world was played; parted: if so, the first decision
  in which the tables differ, here and there; null if there is none.

Columns of the log as a file: number, at, seat, kind, day, move, says, by, intent (of decisions),
body (the full line, as JSON) and seal.
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
"""Outcomes by which choices are compared."""
BRANCHES = 400
"""Branches of each choice."""
COMPARED = 2000
"""Futures that are played with types hidden, and with types known."""
MOST_BRANCHED = 40
"""Upper limit on the decisions whose choices are played in branches; only people's are."""
AFTER = {Asked.REPLY, Asked.JOIN, Asked.CLOSE, Asked.TERMS, Asked.BREAK, Asked.TAKING}
"""Questions after force, a deal or a taking, when mediators could not offer a draft."""


class DebriefChoice(NamedTuple):
    """A possible choice, and its consequences in branches."""

    says: str
    chance: Annotated[float, "chance that the policy makes it"]
    is_chosen: bool
    shares: Annotated[Mapping[str, Estimate], "of branches, with 90 % sampling intervals"]


class MediatedDraft(NamedTuple):
    """The draft that both sides would most likely have accepted from a mediator."""

    says: str
    chance: Annotated[float, "chance that both accept, by policies and public beliefs"]


class DebriefDecision(NamedTuple):
    """A decision of the table, and its alternatives."""

    taken: TakenDecision
    intent: str
    hard: Annotated[float, "public belief that the challenger is resolved [0-1]"]
    tough: Annotated[float, "public belief that the defender is resolved [0-1]"]
    choices: tuple[DebriefChoice, ...]
    mediator: Annotated[MediatedDraft | None, "None if there was no possible draft"]

    @property
    def chosen(self) -> DebriefChoice:
        """Return the choice that was made."""
        return next(one for one in self.choices if one.is_chosen)

    @property
    def common(self) -> DebriefChoice:
        """Return the most likely choice of its policy."""
        return max(self.choices, key=lambda one: one.chance)

    def content(self) -> dict[str, Any]:
        """Return the decision as JSON."""
        return {
            **self.taken._asdict(),
            "intent": self.intent,
            "common": {"says": self.common.says, "chance": self.common.chance},
            "believed": {"hard": self.hard, "tough": self.tough},
            "mediator": self.mediator,
            "choices": self.choices,
        }


class TypesKnown(NamedTuple):
    """Shares of an outcome with the table's types, hidden, and known from the start."""

    hidden: Estimate
    known: Estimate


@dataclass(frozen=True, repr=False)
class Debrief(notebook.Shown):
    """The decisions of a table, compared with alternatives."""

    table: PlayTable
    played: SeatedFuture
    path: TablePath
    decisions: tuple[DebriefDecision, ...]
    known: Annotated[Mapping[str, TypesKnown], "by outcome; empty if nothing was played"]
    taken_back: int
    others: Annotated[tuple[OtherTable, ...], "tables of the same crisis"]

    @property
    def standing(self) -> PublicStanding:
        """Return the public state of the future."""
        return standing(self.played)

    @property
    def came(self) -> str:
        """Return the outcome that is followed through the decisions: force if used, or a deal."""
        return "force" if self.path.way is not None and self.path.way.initiator >= 0 else DEAL

    def name_of(self, seat: str) -> str:
        """Return the name of an actor."""
        return self.table.seated.seats[seat].name

    def content(self) -> dict[str, Any]:
        """Return the JSON that `detente play TABLE --debrief --json` prints."""
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
    """Return the debrief of a table: compared with its run, its own branches and other tables.

    `branches`: number played of each choice; with 0 nothing is played, which is fast. Nothing is
    stored.

    Raises `DetenteError` if no decision was made yet, or the run cannot be read.
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
    """Yield each decision; branches are played for the first ones that people made."""
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
    """Return the draft that both sides would most likely accept at the last question, or None.

    A mediator knows public beliefs: the acceptance of a side is the mean over its types by the
    belief. There are drafts only before force; after talks have failed, only a standstill.
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
    """Return a function giving each type's chance of yes to a Question now, and the talks."""
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
    """Return the share of branches with an outcome, with its sampling interval.

    Raises `DetenteError` if it is a consequence (losses, takings, payments) and no outcome.
    """
    happened = outcome_of(outcome).happened(rows)
    if len(happened) == 0:
        return Estimate(0.0, 0.0, 1.0)
    share = float(happened.mean())
    low, high = interval(share, share * (1.0 - share) / len(happened), len(happened))
    return Estimate(share, low, high)


def _types_known(on: SeatedWorld, types: tuple[int, int]) -> dict[str, TypesKnown]:
    """Return shares of outcomes with the table's types, hidden and known to all."""
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
"""Columns of integers; the others are text."""
SCHEMA = pa.schema([(name, pa.int64() if name in WHOLE else pa.string()) for name in COLUMNS])


def export(table: PlayTable, path: Path, *, seat: str | None = None) -> int:
    """Write the log of a table to a file in the format of its ending; return the number of lines.

    `seat`: only what this seat may see; the full log by default.

    Raises `DetenteError` if the name has another ending, the file exists or cannot be written, or
    no person has that seat.
    """
    lines = table.log.lines()
    seen = lines if seat is None else log_seen_by(table.known(seat), lines)
    rows = []
    for line in seen:
        head = dict(zip(("number", "at", "seat", "kind"), line, strict=False))
        fields = {field: line.body.get(field) for field in FIELDS}
        body = json.dumps(dict(line.body), sort_keys=True, ensure_ascii=False)
        rows.append({**head, **fields, "body": body, "seal": line.seal})
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
    """Write a new file in the format of its ending.

    Raises `DetenteError` if the name has another ending, or the file exists or cannot be written.
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
