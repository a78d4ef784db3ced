"""The effect of a change on a run: a value, another range, or several values one after the other.

`detente whatif --json` prints one object, `detente/whatif/1`. By name:

- run, worlds, futures (of each world), grid: in how many worlds of the run the change was played,
  and how fine the grid of beliefs was; digest (of the run).
- changes[]: field, says (what it is), unit, was (what the run has: a text), values (what it is set
  to, one after the other: a value, or low and high of a range).
- points[]: one for each value, or each pair of values: values by field; endings.KEY and
  outcomes.KEY: before (share in the run), share (with the change, 90 % interval low, high), shift
  (share less before, before it is kept within 0 and 1; 90 % interval shift_low, shift_high),
  chance_low, chance_high (90 % sampling interval of the shift, worlds held fixed). All other
  intervals are over worlds and chance: what another seed would give.
  consequences.KEY, where the pack has troops, a taking or a blockade and no force of the challenger
  is changed: before and after (in what was played, without and with the change).
- notes; path, if it is asked why (`detente.questions.path`).

The worlds are solved on a coarse grid with the change and without it. The error of the grid cancels
in the shift, and the share is that of the run plus the shift.
"""

import math
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np

from detente import notebook
from detente.data import fields_of, in_json
from detente.ensemble.foundation import plain
from detente.ensemble.intervention import AS_IT_IS, Intervention, NewRange
from detente.ensemble.measures import (
    KNOWN,
    OUTCOMES,
    SHOWN_CONSEQUENCES,
    Measure,
    endings_apart,
    outcome_of,
)
from detente.ensemble.record import Grid
from detente.ensemble.run import Run
from detente.ensemble.runners import Listener, WholeWork
from detente.ensemble.study import (
    CLASSES,
    FUTURES,
    PairedAnswer,
    PlayedWorld,
    Readout,
    Study,
)
from detente.ensemble.tally import classes
from detente.ensemble.weighing import Weighing, mean_of
from detente.errors import DetenteError
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import reach_over_worlds, without_each
from detente.estimate.paired import shift_of
from detente.kernel.endings import FUTURE
from detente.pack import Change, Crisis, parse_setting
from detente.pack.guard import OF_FORCE, is_initiators_force
from detente.pack.model import is_change
from detente.pack.options import as_written, parse_finite, targets
from detente.pack.places import INSTEAD, REFUSED, description_at, divides_attack, words_at
from detente.questions.path import Path, path_of
from detente.questions.wording import first_worlds, quantity
from detente.text import between, brief, did_you_mean, show

SHOWN = ("any_war", "deal")
"""Outcomes that are shown by default."""
MOST_SWEPT = 2
"""Maximum number of fields with several values; more do not fit into a table."""
MOST_POINTS = 100
FEW_WORLDS = 8
"""With fewer worlds the interval is wide for any change."""

Set: TypeAlias = Change | NewRange
Asked: TypeAlias = Set | tuple[float, float] | list[float] | list[str] | np.ndarray
"""A value, the two ends of a range, or a list of values."""


class ChangedField(NamedTuple):
    """A field that is changed, its value in the run, and its new values."""

    field: str
    says: Annotated[str, "description"]
    unit: str
    was: str
    values: tuple[Set, ...]

    def as_json(self) -> dict[str, Any]:
        """Return its fields in the object of `detente whatif --json`."""
        return {**self._asdict(), "values": [as_plain(value) for value in self.values]}


class MovedShare(NamedTuple):
    """The share of an outcome with a change, and its shift."""

    before: Annotated[float, "in the run"]
    after: Annotated[Estimate, "with the change"]
    shift: Estimate

    @property
    def is_cut(self) -> bool:
        """Return whether the shifted share would be below 0 or above 1, and is cut off there."""
        return not 0.0 <= self.before + self.shift.value <= 1.0

    def as_json(self) -> dict[str, float]:
        """Return its fields in the object of `detente whatif --json`."""
        shift = in_json(self.shift)
        moved = {"shift": shift.pop("shift")}
        moved |= {f"shift_{end}": shift.pop(end) for end in ("low", "high")}
        return {"before": self.before, **in_json(self.after), **moved, **shift}


class MovedConsequence(NamedTuple):
    """What is taken, held or paid without a change and with it, as a mean over what was played."""

    measure: Measure
    before: float
    after: float


class WhatIfPoint(NamedTuple):
    """The shares of all outcomes at one value of each changed field, and consequences."""

    values: Mapping[str, Set]
    shares: Mapping[str, MovedShare]
    consequences: tuple[MovedConsequence, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return its fields in the object of `detente whatif --json`."""
        content: dict[str, Any] = {
            "values": {field: as_plain(value) for field, value in self.values.items()},
            **endings_apart(self.shares),
        }
        if self.consequences:
            content["consequences"] = {
                one.measure.name: {"before": one.before, "after": one.after}
                for one in self.consequences
            }
        return content


@dataclass(frozen=True, repr=False)
class WhatIf(notebook.Shown):
    """The effect of a change on a run."""

    main_table = "points.outcomes"

    run: Run
    changes: tuple[ChangedField, ...]
    points: tuple[WhatIfPoint, ...]
    outcomes: tuple[str, ...]
    worlds: int
    futures: Annotated[int, "of each world"]
    grid: Grid
    path: Annotated[Path | None, "why the change has its effect, if asked"] = None

    @property
    def swept(self) -> tuple[ChangedField, ...]:
        """Return the fields with several values."""
        return tuple(change for change in self.changes if len(change.values) > 1)

    def label_of(self, point: WhatIfPoint) -> str:
        """Return a label of a point: the values that differ between points."""
        fields = [one.field for one in self.swept] or list(point.values)
        return ", ".join(in_short(point.values[field]) for field in fields)

    @property
    def notes(self) -> tuple[str, ...]:
        """Return the notes on how it was played."""
        notes = []
        if self.worlds < FEW_WORLDS:
            notes.append(
                f"{first_worlds(self.worlds, self.worlds)}: so few that intervals are wide"
            )
        if any(share.is_cut for point in self.points for share in point.shares.values()):
            notes.append(
                "a share with the change is the share in the run plus the difference, kept "
                "between 0 and 100 %; here it had to be cut, so that the three do not add up"
            )
        return tuple(notes)

    def content(self) -> dict[str, Any]:
        """Return the object that `detente whatif --json` prints."""
        return {
            "schema": "detente/whatif/1",
            "run": str(self.run.folder),
            **fields_of(self, "worlds futures grid"),
            **fields_of(self, "changes points notes"),
            **({} if self.path is None else {"path": self.path}),
            "digest": self.run.digest,
        }


def whatif(  # noqa: PLR0913  what is changed, and how it is played, each with its default
    run: Run,
    changes: Mapping[str, Asked],
    *,
    outcomes: Sequence[str] = SHOWN,
    worlds: int | None = None,
    futures: int = FUTURES,
    grid: Grid = "tiny",
    why: bool = False,
    threads: int | None = None,
    progress: Listener | None = None,
) -> WhatIf:
    """Return the effect of a change on a run, on the run's own worlds and draws.

    Parameters
    ----------
    run
        A finished run.
    changes
        By field: a value; a pair of numbers, the new range, in which each world keeps its quantile;
        or a list of numbers, which it takes one after the other. Two fields with lists give a point
        for each pair.
    outcomes
        Outcomes that are shown; `points` has all.
    worlds
        Worlds of the run that are played, from the first; by default 64, or all if there are fewer.
    futures
        Futures of each world.
    grid
        The grid of beliefs, with and without the change.
    why
        Whether to explain the effect: what force and talks are then worth to each side, and what
        differs first in futures that end otherwise. Each field must have one value.
    threads
        Worlds played at a time; by default the number of processors.
    progress
        Called with the progress, in worlds.

    Raises
    ------
    DetenteError
        If there is no such outcome or field, a value is not allowed, a field divides an attack, a
        range of the challenger's force is asked for anything but war, force and deals, too much is
        asked at once, another version of the model made the run, or it is damaged.
    """
    for outcome in outcomes:
        outcome_of(outcome)
    question = ask(run, changes, worlds=worlds, futures=futures, grid=grid)
    _refuse_force(question, outcomes)
    swept = [field for field in question.fields if len(field.values) > 1]
    if why and swept:
        what = f"has {len(swept[0].values)} values; --why explains a change to one value"
        raise DetenteError(what, where=swept[0].field, hint="give it one value")
    if progress is not None:  # the explanation reads each world once
        progress = WholeWork(progress, question.worlds * (len(question.plays) + why))
    study = replace(question.study, threads=threads, progress=progress)
    study.play(question.plays, question.worlds)
    path = path_of(study, question.interventions[0], question.worlds) if why else None
    return replace(question.read(question.worlds), outcomes=tuple(outcomes), path=path)


class WhatIfQuestion(NamedTuple):
    """What is to be played of a run, and for which points."""

    study: Study
    worlds: int
    fields: tuple[ChangedField, ...]
    values: Annotated[tuple[Mapping[str, Set], ...], "by field, for each point"]

    @property
    def interventions(self) -> tuple[Intervention, ...]:
        """Return the intervention of each point."""
        return tuple(Intervention(values) for values in self.values)

    @property
    def plays(self) -> tuple[Intervention, ...]:
        """Return all interventions that are played: none, and that of each point."""
        return (AS_IT_IS, *self.interventions)

    @property
    def missing(self) -> int:
        """Return the number of worlds that are left to be played."""
        return self.study.missing(self.plays, self.worlds)

    def read(self, worlds: int) -> WhatIf:
        """Return the answer from the first worlds, which were played."""
        study = self.study
        points = tuple(
            WhatIfPoint(values, shares_of(study.read(one, worlds)), self._consequences(one, worlds))
            for values, one in zip(self.values, self.interventions, strict=True)
        )
        size = worlds, study.futures, study.grid
        return WhatIf(study.run, self.fields, points, SHOWN, *size)

    def _consequences(self, under: Intervention, worlds: int) -> tuple[MovedConsequence, ...]:
        """Return consequences, unless force of the challenger is changed: nothing ranks by them."""
        study = self.study
        crisis, weighing = study.baseline.crisis, study.run.weighing_of(worlds)
        if len(self.values) > 1 or any(
            is_initiators_force(one.field, crisis.model, crisis.numbers) for one in self.fields
        ):
            return ()
        return tuple(
            MovedConsequence(
                one,
                *(one.read(study.rows(each, worlds)).over(weighing) for each in (AS_IT_IS, under)),
            )
            for one in consequences_of(crisis)
        )


def consequences_of(crisis: Crisis | None) -> tuple[Measure, ...]:
    """Return the consequences that a pack can have: of a blockade, a taking or a war for land."""
    if crisis is None:
        return ()
    return tuple(
        one
        for table, measures in SHOWN_CONSEQUENCES.items()
        if getattr(crisis.model, table) is not None
        for one in measures
    )


COLUMNS = ("blockade_days", "taken_day", "taken", "front")
ROW = np.dtype([("class", np.int8), *((name, FUTURE[name]) for name in COLUMNS)])
"""The class of a future, and what is shown of its consequences."""


def row_of(world: PlayedWorld) -> np.ndarray:
    """Return the class and consequences of each future of a world."""
    futures = world.played()
    rows = np.empty(futures.shape, ROW)
    rows["class"] = classes(futures)
    for name in COLUMNS:
        rows[name] = futures[name]
    return rows


def study_of(run: Run, **settings: Any) -> Study:
    """Return the study for a run's questions; it stores consequences if the pack can have some."""
    has_some = bool(consequences_of(run.crisis_if_kept))
    reading = Readout("consequences", ROW, row_of) if has_some else CLASSES
    return Study(run, reading=reading, **settings)


def ask(
    run: Run,
    changes: Mapping[str, Asked],
    *,
    worlds: int | None = None,
    futures: int = FUTURES,
    grid: Grid = "tiny",
    study: Study | None = None,
) -> WhatIfQuestion:
    """Check what `whatif` would play, and return it without playing.

    If `study` is given, its worlds are used, which were read for an earlier question.
    """
    where = str(run.folder)
    if not changes:
        hint = "name a field and a value: actors.us.war_cost=0.3"
        raise DetenteError("nothing is to be changed", where=where, hint=hint)
    asked = {field: settings_of(values) for field, values in changes.items()}
    swept = [field for field, values in asked.items() if len(values) > 1]
    points = math.prod(map(len, asked.values()))
    if len(swept) > MOST_SWEPT:
        what = f"{', '.join(swept)} have several values each; use {MOST_SWEPT} such fields at most"
        raise DetenteError(what, where=where, hint="give each of the others one value")
    if not 1 <= points <= MOST_POINTS:
        what = f"{points} points are asked for; use 1 to {MOST_POINTS}"
        raise DetenteError(what, where=where, hint="give fewer values: FIELD=LOW:HIGH:5")
    written = (shlex.quote(f"{field}={spelled(values)}") for field, values in asked.items())
    if study is None:
        study = study_of(
            run, futures=futures, grid=grid, command=" ".join(["whatif RUN", *written])
        )
    count = study.count(worlds)
    fields = tuple(_described(study.baseline.crisis, *one) for one in asked.items())
    combined = (dict(zip(asked, values, strict=True)) for values in product(*asked.values()))
    return WhatIfQuestion(study, count, fields, tuple(combined))


def shares_of(answer: PairedAnswer) -> dict[str, MovedShare]:
    """Return the share of each outcome with a change, and its shift."""
    tally, found = answer.run.tally(answer.option), {}
    for outcome in KNOWN:
        happened = OUTCOMES[outcome].counted(tally.classes)
        stored = happened / answer.run.record.settings.futures_of_a_world
        before, after = map(OUTCOMES[outcome].happened, (answer.before, answer.after))
        of_all, of_played = map(answer.run.weighing_of, (len(stored), answer.worlds))
        shift = shift_of(before, after, of_played)
        share = float(mean_of(stored, of_all))
        # The share is kept within 0 and 1; its interval is centred on the share before that.
        centre = share + shift.value
        bounded = min(max(centre, 0.0), 1.0)
        reach = max(
            _reach(
                stored, (after.sum(axis=1) - before.sum(axis=1)) / answer.futures, of_all, of_played
            ),
            shift.chance_high - shift.value,
            shift.value - shift.chance_low,
        )
        low = max(0.0, min(centre - reach, bounded))
        high = min(1.0, max(centre + reach, bounded))
        found[outcome] = MovedShare(share, Estimate(bounded, low, high), shift)
    return found


def _reach(
    stored: np.ndarray,
    differences: np.ndarray,
    of_all: Weighing | None,
    of_played: Weighing | None,
) -> float:
    """Return half the width of the interval of a shifted share.

    The share is the mean over all stored worlds, and its shift that over the worlds played, which
    are in the same scrambles: each scramble is left out of both. Scrambles without a played world
    keep the whole shift.
    """
    left_out = without_each(stored, np.ones(len(stored)), of_all)
    moved = without_each(differences, np.ones(len(differences)), of_played)
    shift = float(mean_of(differences, of_played))
    left_out += shift
    left_out[: len(moved)] += moved - shift
    return reach_over_worlds(left_out, len(differences))


SETTING = re.compile(r"[a-z_]\w*(?:\.\w+)*\s*=")
"""The beginning of a change; anything else names a run."""
FORM = "write FIELD=VALUE, FIELD=LOW:HIGH for a range, or FIELD=LOW:HIGH:N for N values"
LEAST_STEPS, MOST_STEPS = 2, 50
DIGITS = 12
"""Significant digits of a sweep's values, so that a third of the way from 0.1 to 0.4 is 0.2."""


def read_changes(texts: Sequence[str]) -> dict[str, Asked]:
    """Return the changes by field, from FIELD=VALUE, FIELD=LOW:HIGH and FIELD=LOW:HIGH:N.

    Raises `DetenteError` if a text is not a change, or a field is given twice.
    """
    changes: dict[str, Asked] = {}
    for text in texts:
        field, equals, written = (part.strip() for part in text.partition("="))
        if not equals or not SETTING.match(text):
            raise DetenteError(f"{show(text)} is not a change", where="whatif", hint=FORM)
        if field in changes:
            raise DetenteError("given twice", where=field, hint="give each field once")
        changes[field] = _read(text, written)
    return changes


def _read(text: str, written: str) -> Asked:
    parts = written.split(":")
    if len(parts) == 1 or '"' in written:
        return parse_setting(text)[1]
    low, high = (parse_finite(part, where="whatif", hint=FORM) for part in parts[:2])
    rest = ":".join(parts[2:]).strip()
    if not rest:
        return low, high
    steps = int(rest) if rest.isdecimal() else 0
    if not LEAST_STEPS <= steps <= MOST_STEPS or low == high:
        what = f"{show(written)} is no sweep: N is from {LEAST_STEPS} to {MOST_STEPS}, LOW not HIGH"
        raise DetenteError(what, where=text.partition("=")[0], hint=FORM)
    values = (low + (high - low) * step / (steps - 1) for step in range(steps))
    return [float(f"{value:.{DIGITS}g}") for value in values]


def settings_of(asked: Asked) -> tuple[Set, ...]:
    """Return the values to which a field is set, one after the other."""
    if not isinstance(asked, (list, tuple, np.ndarray)):
        return (asked,)
    if any(isinstance(one, str) for one in asked):
        return (tuple(map(str, asked)),)
    if isinstance(asked, tuple):
        low, high = asked
        return (NewRange(float(low), float(high)),)
    return tuple(map(float, asked))


def spelled(values: Sequence[Set]) -> str:
    """Return values as a command writes them: `0.2`, `0.1:0.3` or `0:1:5`."""
    first, *_, last = (*values, values[-1])
    if len(values) > 1:
        return f"{first:g}:{last:g}:{len(values)}"
    return f"{first.low:g}:{first.high:g}" if isinstance(first, NewRange) else as_written(first)


def in_short(value: Set) -> str:
    """Return a value in few digits."""
    if isinstance(value, NewRange):
        return between(f"{value.low:.4g}", f"{value.high:.4g}")
    if isinstance(value, tuple):
        return brief(", ".join(map(str, value)))
    return f"{value:.4g}" if isinstance(value, float) else brief(as_written(value))


def as_plain(value: Set) -> Any:
    """Return a value for JSON."""
    return list(value) if isinstance(value, NewRange) else plain(value)


def _refuse_force(question: WhatIfQuestion, outcomes: Iterable[str]) -> None:
    """Refuse a range of the challenger's force for outcomes other than war, force and deals.

    Raises `DetenteError`: how much force makes the other give way is not sought.
    """
    crisis = question.study.baseline.crisis
    for name, _, _, _, values in question.fields:
        alone = len(values) == 1 and not isinstance(values[0], NewRange)
        if alone or not is_initiators_force(name, crisis.model, crisis.numbers):
            continue
        for outcome in outcomes:
            if outcome not in OF_FORCE:
                what = f"{outcome} is not asked of a range of the challenger's force"
                raise DetenteError(what, where=name, hint=f"allowed: {', '.join(OF_FORCE)}")


def _described(crisis: Crisis, field: str, values: tuple[Set, ...]) -> ChangedField:
    """Return a changed field with its description and its value in the run."""
    if divides_attack(field):
        raise DetenteError(f"not changed; use {REFUSED}", where=field, hint=INSTEAD)
    known = targets(crisis.model)
    if field in known.others:
        path = known.others[field]
        was: Any = crisis.model
        for part in path:
            was = was[part] if isinstance(was, Mapping) else getattr(was, str(part))
        says = description_at(path) or words_at(path)
        stands = in_short(was) if is_change(was) else "not given"
        return ChangedField(field, says, "", stands, values)
    if field not in known.numbers:
        hint = did_you_mean(field, (*known.numbers, *known.others))
        hint = hint or "name a number as actors.us.war_cost"
        raise DetenteError("the pack has no such field", where=field, hint=hint)
    measure, number = known.numbers[field][1], crisis.numbers[field]
    for value in values:
        if isinstance(value, (int, float)) and not measure.limits.holds(float(value)):
            hint = f"{measure.says}: the run has {quantity(number)}"
            raise DetenteError(f"{value:g}; use {measure.limits.words}", where=field, hint=hint)
    return ChangedField(field, measure.says, number.unit, quantity(number), values)
