"""Observations after a run's as-of date: their effect on its shares, what to watch for, a new pack.

`detente update --json` prints one object, `detente/update/1`. By name:

- run, option, outcome, worlds, futures (of the option), digest (of the run).
- observed.KEY: date, by, source and what was seen: sign and seen, event and seen, state, or
  talks_failed.
- effective: effective numbers of futures and worlds, `(sum w)^2 / sum w^2`.
- endings.KEY, outcomes.KEY, plans.KEY: before, the share in the run with its intervals; share, that
  of the weighted futures; low, high: 90 % interval over worlds and chance; chance_low, chance_high:
  sampling alone, worlds held fixed; shift: difference (share less before, on the same futures) with
  the same two intervals.
- within, with --within: days; first and last, the days after the as-of date between which outcomes
  count; outcomes.KEY as above: the share in which the outcome comes within these days.
- sheet[]: item, the key of an observation, or of a sign that nobody looked at; what (a sign, event
  or state, or talks_failed); points_to (of a sign, else null); status: seen, not_seen or
  not_looked_at; date, by and same_as, null where nobody looked; alone: by how much this observation
  alone shifts the share of the outcome; in_order: by how much more, after all before it. Both
  {difference, low, high}, null where nobody looked.
- moved.FIELD, assumptions that the observations shift by more than chance: title; place, mean of
  its ranks among all worlds, .5 before; before and after: median and low, high, 5th and 95th
  percentile over worlds. The strongest first.
- drawn, null unless worlds were drawn since few agreed: worlds; before, the effective numbers
  before; shifts.FIELD, by how many standard deviations of its score.
- next.KEY, a sign that was not observed, the most informative about the outcome first: points_to
  (plans, or one of force, answer, ally_force); seen: chance that it is seen with the next force
  that arrives; outcome, plan: how informative it is on average about the outcome and about the plan
  [bits]; outcome_part, plan_part: the same as a share of the entropy of each; if_seen, if_not:
  share of the outcome if it is seen and if it is not. Each {value, low, high}, a 90 % interval over
  worlds and chance.
- notes.
- sightings, with --by: events by a date (`detente.questions.sightings`).
"""

import math
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente import notebook
from detente.data import fields_of
from detente.disk import write_whole
from detente.ensemble.advice import command_to_grow
from detente.ensemble.design import whole_scrambles
from detente.ensemble.measures import ENDINGS, EVER, OUTCOMES, SETS, endings_apart, outcome_of
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.runners import Listener, WholeWork
from detente.errors import DetenteError, on_disk
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import OUTER, Effective
from detente.estimate.tilting import LEAST_EFFECTIVE as LEAST_WORLDS
from detente.estimate.tilting import weighted_quantiles
from detente.kernel.posture import PLANS
from detente.pack import Crisis
from detente.pack.military import ALLY_FORCE, ANSWER, FORCE
from detente.pack.observed import RUNNING, Observations, nothing_observed, read_observations
from detente.pack.toml import KeyPath, dotted
from detente.pack.writing import Sighting, later_files, write
from detente.questions.conditions import correlated_fields, read_numbers
from detente.questions.drivers.inputs import titled
from detente.questions.redrawing import Pool, ranks
from detente.questions.reweighting import (
    LEAST_FUTURES,
    TYPES,
    DaySpan,
    EventDays,
    Futures,
    Updated,
    Values,
    Weighted,
    by_type_alone,
    chances_by_type,
    chances_of,
    kinds_seen,
    likelihoods,
    read_futures,
    sign_chances_of,
    values_with,
)
from detente.questions.sightings import MOST_FOLLOWED, STARTS, event_days, states_by_day
from detente.questions.watching import Watched, watch
from detente.questions.wording import PLANS as IN_WORDS
from detente.questions.wording import series

MORE = 4
"""Factor on the futures of the run that is advised if no new run can begin."""
NEEDED = Effective(LEAST_FUTURES, LEAST_WORLDS)
"""The effective sizes that an answer needs."""
APPROXIMATION = (
    "a sign counts as evidence of the challenger's plan or motive; its effect on both sides, who "
    "have seen it too, is left out"
)
"""The note of every update with a sign: what re-weighting leaves out."""
MOST_WORLDS = 4096
"""Maximum number of worlds that can be drawn if few agree with the observations."""
MOST_MOVED = 8
"""Maximum number of shifted assumptions that are named."""
PLACES = (0.5, 0.05, 0.95)
"""Quantiles of a number over weighted worlds that are reported."""
FOLLOWED = (
    "a run keeps no events: shares before and after count the {futures} courses of events of "
    "each set of assumptions that were followed day by day"
)
"""The note of every update with an event: which futures the shares are of."""


class TooFewError(DetenteError):
    """Too few of a run's futures or worlds agree with the observations."""


class Within(NamedTuple):
    """The shares of outcomes within some days of the last observation."""

    days: int
    first: Annotated[int, "day after which they count"]
    last: Annotated[int, "day by which they count"]
    outcomes: Mapping[str, Updated]


class SheetRow(NamedTuple):
    """An indicator: whether it was seen, when and by whom, and its effect on the outcome."""

    item: Annotated[str, "key of the observation, or of the sign if nobody looked"]
    what: str
    points_to: tuple[str, ...] | None
    status: Annotated[str, "seen, not_seen or not_looked_at"]
    date: Any = None
    by: str | None = None
    same_as: str | None = None
    alone: Estimate | None = None
    in_order: Estimate | None = None


class Range(NamedTuple):
    """A number's distribution over weighted worlds."""

    median: float
    low: Annotated[float, "5th percentile"]
    high: Annotated[float, "95th percentile"]


class ShiftedAssumption(NamedTuple):
    """A number whose distribution the observations shift by more than chance."""

    title: str
    place: Annotated[float, "mean of its ranks among all worlds; .5 before"]
    before: Range
    after: Range


class Drawn(NamedTuple):
    """Worlds that were drawn because few of the run's agreed with the observations."""

    worlds: int
    before: Annotated[Effective, "futures and worlds of equal weight without them"]
    shifts: Annotated[Mapping[str, float], "of the last round, in standard deviations of scores"]


@dataclass(frozen=True, repr=False)
class Update(notebook.Shown):
    """A run's shares before and after the observations, and what to watch for next."""

    main_table = "outcomes"

    run: Run
    option: str
    outcome: str
    observations: Observations
    effective: Effective
    endings: dict[str, Updated]
    outcomes: dict[str, Updated]
    plans: dict[str, Updated]
    next: dict[str, Watched] = field(repr=False)
    """Signs that were not observed yet, the most informative about the outcome first."""
    followed: int | None = None
    """Futures of each world that were followed, if events were observed."""
    within: Within | None = None
    sheet: tuple[SheetRow, ...] = ()
    moved: Mapping[str, ShiftedAssumption] = field(default_factory=dict)
    drawn: Drawn | None = None

    @property
    def worlds(self) -> int:
        """Return the number of the run's worlds."""
        return self.run.record.settings.worlds_of(self.option)

    @property
    def futures(self) -> int:
        """Return the number of the run's futures that were weighted."""
        return self.worlds * (self.followed or self.run.record.settings.futures_of_a_world)

    @property
    def notes(self) -> tuple[str, ...]:
        """Return the notes on how this was computed."""
        has_signs = any(one.observed.sign is not None for one in self.observations.seen)
        events = () if self.followed is None else (FOLLOWED.format(futures=self.followed),)
        return ((APPROXIMATION,) if has_signs else ()) + events + self._how_drawn

    @property
    def _how_drawn(self) -> tuple[str, ...]:
        """Return the note on drawn worlds: which, and why; empty if none was drawn."""
        if self.drawn is None:
            return ()
        crisis, before = self.run.crises[self.option], self.drawn.before
        names = [titled(path, crisis) for path in self.drawn.shifts]
        where = "from the same ranges, as no assumption stood out"
        if names:
            where = f"where what was seen is likely, with other values of {series(names)}"
        return (
            f"after weighing, the {self.futures:,} courses of events under {self.worlds} sets of "
            f"assumptions were worth only {before.futures:,.0f} under {before.worlds:.1f}; "
            f"{self.drawn.worlds} more sets were drawn {where}, and are weighed so that shares "
            "keep to the pack's own ranges",
        )

    def content(self) -> dict[str, Any]:
        """Return the object that `detente update --json` prints."""
        return {
            "schema": "detente/update/1",
            "run": str(self.run.folder),
            **fields_of(self, "option outcome worlds futures"),
            "observed": {
                key: one.model_dump(exclude_none=True) for key, one in self.observations.seen
            },
            **fields_of(self, "effective endings outcomes plans"),
            **({} if self.within is None else {"within": self.within}),
            **fields_of(self, "sheet moved drawn next notes"),
            "digest": self.run.digest,
        }


def update(  # noqa: PLR0913  what is asked, each with its default
    run: Run,
    observed: Path | str | None = None,
    *,
    outcome: str = "any_war",
    option: str = BASE,
    within: int | None = None,
    more_worlds: int | None = None,
    threads: int | None = None,
    progress: Listener | None = None,
) -> Update:
    """Weight the futures of a run by what was observed after its as-of date.

    Parameters
    ----------
    run
        A finished run.
    observed
        A file of observations (`docs/update.md`); None if nothing was observed yet, to find only
        what to watch for.
    outcome
        The outcome or ending for which informative signs are wanted.
    option
        The option whose futures are weighted.
    within
        Days after the last observation, or after the as-of date, within which outcomes are counted
        as well.
    more_worlds
        Maximum number of worlds to draw and play if too few agree with the observations; by default
        the number that the option has.
    threads
        Worlds played or followed at a time; by default the number of processors.
    progress
        Called with the progress of that, in worlds.

    Raises
    ------
    DetenteError
        If there is no such outcome or option, the days go beyond the horizon, the file or a file of
        the run cannot be read, or the file has neither an observation nor a sign.
    Faults
        With every fault of the file.
    TooFewError
        If the weighted futures or worlds are too few for an estimate.
    """
    asked = outcome_of(outcome)
    crisis = run.crises[run.known(option)]
    observations = observations_of(run, crisis, observed)
    span = None if within is None else _span(run, observations, within)
    means: dict[str, Any] = {"threads": threads}
    own, pool = values_with(observations, run, option), _pool(run, option, more_worlds, means)
    if progress is not None:  # the total, if all are drawn
        means["progress"] = WholeWork(progress, pool.most * (1 + observations.needs_days))

    def weigh(pool: Pool) -> tuple[Futures, Values, Weighted]:
        """Weight the futures of the run's worlds and of those that were drawn."""
        events = _events_of(pool, observations, means)
        rows = [rows for one in pool.rounds for rows in one.rows]
        futures = read_futures(run, option, observations.seen, events, span=span, drawn=rows)
        values = pool.values(observations, own)
        weights = likelihoods(crisis, observations, values) * pool.density[:, None, None]
        return futures, values, Weighted(futures.counted(), weights)

    futures, values, weighted = weigh(pool)
    before = weighted.effective
    # Without an observation, or a future that agrees, nothing shows which worlds to draw.
    while observations.seen and before.futures and not pool.is_full:
        needed = _needed(weighted, before)
        shifts = pool.shifts(weighted.by_world) if needed else {}
        # Without a number to shift, or after a round, the number needed is known well enough.
        is_hopeless = (pool.rounds or not shifts) and needed > pool.most - pool.drawn
        if not needed or is_hopeless:
            break
        pool = pool.drawn_more(shifts)
        futures, values, weighted = weigh(pool)
    if needed := _needed(weighted, before):
        raise _too_few(pool, weighted, observations, needed)
    shares = {key: weighted.updated(OUTCOMES[key].comes) for key in (*ENDINGS, *SETS, *EVER)}
    plans = dict(zip(PLANS, np.eye(len(PLANS), dtype=bool), strict=True))
    # The signs that were not observed: what each points to, and the chance that it is seen.
    observed_signs = {one.observed.sign for one in observations.seen}
    kinds = kinds_seen(crisis, observations.signs, observations.seen)
    signs = {
        key: (sign.points_to, chances_of(crisis, key, sign, kinds, values))
        for key, sign in observations.signs.items()
        if key not in observed_signs
    }
    soon = None
    if span is not None and within is not None:
        comes = np.array([False, True])
        by_outcome = {
            key: Weighted(futures.counted(outcome=key), weighted.likelihoods).updated(comes)
            for key in futures.soon
        }
        soon = Within(within, span.after, span.last, by_outcome)
    density = pool.density[:, None, None]
    return Update(
        run=run,
        option=option,
        outcome=outcome,
        observations=observations,
        effective=weighted.effective,
        **endings_apart(shares),
        plans={key: weighted.updated(is_one[:, None]) for key, is_one in plans.items()},
        next=watch(weighted, signs, asked.comes),
        followed=futures.of_a_world if observations.needs_days else None,
        within=soon,
        sheet=tuple(_sheet(crisis, observations, futures, (values, density), asked.comes)),
        moved=_moved(run, crisis, values, weighted, density.ravel()) if observations.seen else {},
        drawn=Drawn(pool.drawn, before, pool.rounds[-1].shifts) if pool.rounds else None,
    )


def _pool(run: Run, option: str, more: int | None, means: Mapping[str, Any]) -> Pool:
    played = run.record.settings.worlds_of(option)
    if more is not None and not 0 <= more <= MOST_WORLDS:
        what = f"it is {more}; use a whole number from 0, for none, to {MOST_WORLDS:,}"
        hint = f"without the flag: as many as the run has, {played}"
        raise DetenteError(what, where="--more-worlds", hint=hint)
    if more and run.weighing is not None:
        what = f"{run.weighing.name} has no weights for assumptions that the run did not play"
        raise DetenteError(what, where="--more-worlds", hint="ask without it, or unweighed")
    return Pool(run, option, played if more is None else more, means)


def _span(run: Run, observations: Observations, within: int) -> DaySpan:
    """Return the days in which outcomes count, from the last observation or the as-of date."""
    record, seen = run.record, observations.seen
    first = (seen[-1].observed.date - record.start).days if seen else -1
    left = record.settings.horizon - max(first, 0)
    if not 1 <= within <= left:
        start = record.date_of(max(first, 0))
        what = f"it is {within}; use a whole number of days from 1 to {left}, counted from {start}"
        hint = "the run ends there; play a new run with a longer --horizon"
        raise DetenteError(what, where="--within", hint=hint)
    return DaySpan(first, max(first, 0) + within)


def _needed(weighted: Weighted, before: Effective) -> int:
    """Return how many more worlds would be enough, 0 if there are enough.

    It assumes that each brings as much as those that were drawn, or as the run's own. `before` has
    the effective sizes of the run's own worlds.
    """
    counted, worlds = weighted.counted, []
    for size, first, least in zip(weighted.effective, before, NEEDED, strict=True):
        gained, by = (size - first, counted.drawn) if counted.drawn else (first, counted.own)
        # Sums of equal weights may differ from a whole number by a rounding error.
        lacks = max(0.0, least - round(size, 6))
        worlds.append(math.ceil(lacks * by / gained) if gained > 0.0 else MOST_WORLDS * (lacks > 0))
    return max(worlds)


def _events_of(
    pool: Pool, observations: Observations, means: Mapping[str, Any]
) -> EventDays | None:
    """Return the days of observed events and states in all worlds; None if none was observed."""
    if not observations.needs_days:
        return None
    seen = [one for one in observations.seen if one.observed.event is not None]
    events = {str(one.observed.event): f"{observations.name}, observed.{one.key}" for one in seen}
    asked = pool.run, pool.option
    more = [(one.under, one.indices) for one in pool.rounds]
    days, running = dict[str, np.ndarray](), dict[str, np.ndarray]()
    if events:
        days = event_days(*asked, events, more, **means)
    if any(one.observed.state in RUNNING for one in observations.seen):
        running = states_by_day(*asked, more, **means)
    followed = min(MOST_FOLLOWED, pool.run.record.settings.futures_of_a_world)
    return EventDays(followed, days, running)


def _sheet(
    crisis: Crisis,
    observations: Observations,
    futures: Futures,
    worlds: tuple[Values, np.ndarray],
    happens: np.ndarray,
) -> Iterator[SheetRow]:
    """Yield each observation in order, with its effect on an outcome, then the other signs.

    `worlds` has their numbers and their densities, shape (worlds, 1, 1).
    """
    values, density = worlds
    alone = sign_chances_of(crisis, observations, values, alone=True)
    in_order = sign_chances_of(crisis, observations, values)
    everything = np.broadcast_to(density, (futures.worlds, TYPES, len(PLANS)))
    none = Weighted(futures.counted([]), everything)
    so_far = none
    for place, (key, one) in enumerate(observations.seen):
        by_itself = Weighted(futures.counted([place]), everything * alone.get(key, 1.0))
        after = Weighted(
            futures.counted(range(place + 1)), so_far.likelihoods * in_order.get(key, 1.0)
        )
        what = one.sign or one.event or one.state or "talks_failed"
        is_seen = one.talks_failed if one.talks_failed is not None else one.seen is not False
        yield SheetRow(
            key,
            what,
            observations.signs[one.sign].points_to if one.sign else None,
            "seen" if is_seen else "not_seen",
            one.date,
            one.by,
            one.same_as,
            by_itself.shift_from(none, happens),
            after.shift_from(so_far, happens),
        )
        so_far = after
    looked = {one.observed.sign for one in observations.seen}
    for key, sign in observations.signs.items():
        if key not in looked:
            yield SheetRow(key, key, sign.points_to, "not_looked_at")


def _moved(
    run: Run, crisis: Crisis, values: Values, weighted: Weighted, density: np.ndarray
) -> dict[str, ShiftedAssumption]:
    """Return the numbers whose distribution the weights shift by more than chance.

    They are those correlated with the ranks of the weights of the run's own worlds.
    """
    own, weights = weighted.counted.own, weighted.by_world
    numbers, _ = read_numbers(run, own)
    found = {}
    for place in correlated_fields(numbers, ranks((weights / density)[:own]))[:MOST_MOVED]:
        path = numbers.fields[place]
        drawn = np.sort(numbers.values[:, place])
        rank = np.searchsorted(drawn, values[path], "left") + np.searchsorted(
            drawn, values[path], "right"
        )
        places = rank / (2.0 * own)
        found[path] = ShiftedAssumption(
            titled(path, crisis),
            float(weights @ places / weights.sum()),
            Range(*weighted_quantiles(values[path], density, PLACES).tolist()),
            Range(*weighted_quantiles(values[path], weights, PLACES).tolist()),
        )
    return found


def observations_of(run: Run, crisis: Crisis, observed: Path | str | None) -> Observations:
    """Return the observations in a file, or none if there is no file.

    Raises `DetenteError` if the file cannot be read or has no content; `Faults` with every fault of
    the file.
    """
    if observed is None:
        return nothing_observed(crisis)
    found = read_observations(Path(observed), crisis, horizon=run.record.settings.horizon)
    if not found.seen and not found.numbers:
        hint = "add [observed.KEY] with date, by, source and what was seen: docs/update.md"
        raise DetenteError("it has no observation", where=found.name, hint=hint)
    return found


def _too_few(
    pool: Pool, weighted: Weighted, observations: Observations, needed: int
) -> TooFewError:
    """Return the error for too few weighted futures, with the commands that give an answer.

    `needed` is the number of worlds that would be enough.
    """
    run, found, counted = pool.run, weighted.effective, weighted.counted
    weighed = f"{counted.own * counted.futures:,} courses of events under {counted.own} sets"
    weighed += " of assumptions"
    if counted.drawn:
        weighed += f" and {counted.drawn} more that were drawn for what was seen"
    if not observations.seen:
        what = f"{weighed} are too few"
    elif found.futures == 0.0:
        facts = [one.key for one in observations.seen if one.observed.sign is None]
        what = f"no course of events of the run agrees with {' and '.join(facts)}"
    else:
        what = (
            f"weighed by what was seen, {weighed} are worth only {found.futures:,.0f} under "
            f"{found.worlds:.1f} sets"
        )
    what += f"; {LEAST_FUTURES} under {LEAST_WORLDS:g} sets are needed"
    if run.weighing is not None:
        what += f", and none are drawn, as {run.weighing.name} says nothing of new assumptions"
    if observations.is_start:
        last = observations.seen[-1].observed.date
        place = shlex.quote(f"./{run.record.name}-{last}")
        folder, file = run.in_command, shlex.quote(observations.name)
        hint = (
            f"play a new run from {last}: detente update {folder} --observed {file} --as-pack "
            f"{place}, then detente run {place}"
        )
        if pool.can_play and found.futures and counted.drawn + needed <= MOST_WORLDS:
            more = whole_scrambles(counted.drawn + needed)
            hint = f"draw about {more} more: --more-worlds {more}; or {hint}"
    else:
        settings = run.record.settings
        worlds, futures = max(128, settings.worlds), max(51_200, MORE * settings.futures)
        sizes: dict[str, Any] = {"worlds": worlds, "futures": futures, "option": pool.option}
        hint = f"add to them: {command_to_grow(run.folder, run.record, **sizes)}"
    return TooFewError(what, where=str(run.folder), hint=hint)


class NewPack(NamedTuple):
    """A pack that was written, the command that plays it, and notes on what to check."""

    folder: Path
    command: str
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the object that `detente update --as-pack --json` prints."""
        return {
            "schema": "detente/update-pack/1",
            "folder": str(self.folder),
            "next": [self.command],
            "notes": list(self.notes),
        }


def write_pack(run: Run, observed: Path | str, folder: Path | str) -> NewPack:
    """Write a run's pack as of the last observation, with its observed signs as indicators.

    Raises `DetenteError` if the file of observations cannot be used, a run cannot begin in the
    observed state, or the folder exists or cannot be written; `PackFaults` if the pack is not valid
    on that day.
    """
    crisis = run.crises[BASE]
    observations = observations_of(run, crisis, observed)
    if not observations.seen:
        hint = "add [observed.KEY] with date, by, source and what was seen: docs/update.md"
        raise DetenteError("nothing was seen", where=observations.name, hint=hint)
    for key, one in observations.ended:
        raise DetenteError(
            f"observed.{key} says that the crisis is in {one.state}; no run begins there",
            where=observations.name,
            hint="what follows a deal or the first use of force is not in this model",
        )
    seen = [one for _, one in observations.seen]
    as_of, place = seen[-1].date, Path(folder)
    sightings = dict(_sightings(observations, values_with(observations, run, BASE)))
    # A state on the last day holds at the new start; an earlier one may be over.
    start: dict[KeyPath, str] = {}
    notes = []
    for key, one in observations.seen:
        field = STARTS.get(str(one.state), ())
        if field and one.date == as_of:
            start[field] = f"{one.state} on {one.date}: {one.by}, {one.source}"
        elif field:
            notes.append(f"observed.{key} is of {one.date}: set {dotted(field)} if it still holds")
    write(place, later_files(crisis, as_of, sightings, name=str(place), start=start))

    # Notes on what may have changed by the later day without an observation.
    came = [
        key
        for key, force in crisis.model.forces.items()
        if not force.deployed and crisis.as_of < force.arrives <= as_of
    ]
    if came:
        notes.append(
            f"forces {', '.join(came)} were to arrive by now: set deployed = true for "
            "those that did"
        )
    events = [one.key for one in observations.seen if one.observed.event is not None]
    if events:
        notes.append(f"the pack does not hold the events observed: {', '.join(events)}")
    notes.append(
        "everything else still stands as on the earlier day: check the programme's step, vows, "
        "trust and beliefs"
    )

    changes: dict[str, Any] = dict(run.record.settings.changes)
    failed = [one.talks_failed for one in seen if one.talks_failed is not None]
    if STARTS["ultimatum"] in start or STARTS["standstill"] in start:
        changes.pop("talks.have_failed", None)  # an ultimatum or a standstill replaces it
    elif failed:
        changes["talks.have_failed"] = int(failed[-1])
    path = str(place)
    words = ["detente", "run", path if "/" in path else f"./{path}"]
    for key, value in changes.items():
        written = str(value).lower() if isinstance(value, bool) else str(value)
        words += ["--set", f"{key}={written}"]
    return NewPack(place, shlex.join(words), tuple(notes))


class Sheet(NamedTuple):
    """A sheet of indicators that was written, to be filled in."""

    file: Path
    signs: tuple[str, ...]
    command: str

    def as_json(self) -> dict[str, Any]:
        """Return the object that `detente update --sheet --json` prints."""
        return {
            "schema": "detente/update-sheet/1",
            "file": str(self.file),
            "signs": list(self.signs),
            "next": [self.command],
        }


SHEET_HEAD = """\
# Sheet of indicators. Take the # off the lines of a sign once somebody has looked for it, and fill
# them in. A sign whose lines stay as they are was not looked at, which is no evidence.
"""
CALLED = {
    **dict(zip(PLANS, IN_WORDS, strict=True)),
    FORCE: "force",
    ANSWER: "a resolved defender",
    ALLY_FORCE: "force of the ally",
}
"""What signs can point to, in words."""
SHEET_SIGN = """
# {name}: points to {points_to}
# [observed.{key}]
# date =             # the day, from {first} to {last}
# by = ""            # who looked
# source = ""        # where that stands
# sign = "{key}"
# seen =             # true, or false if it was looked for and was not there
"""


def write_sheet(run: Run, file: Path | str, observed: Path | str | None = None) -> Sheet:
    """Write a file of observations with an empty entry for each sign.

    The observations of a given file come first, and their signs are left out.

    Raises `DetenteError` if the pack lists no signs, the file exists or cannot be written, or the
    file of observations cannot be used.
    """
    place, crisis = Path(file), run.crises[BASE]
    if not crisis.model.signs:
        hint = "add signs to its crisis.toml, each a table [signs.KEY], and play it again"
        raise DetenteError("the pack lists no signs to watch for", where=crisis.name, hint=hint)
    if place.exists():
        hint = "choose another name, or move the file away"
        raise DetenteError("already there", where=str(place), hint=hint)
    observations = observations_of(run, crisis, observed)
    looked = {one.observed.sign for one in observations.seen}
    signs = {key: sign for key, sign in observations.signs.items() if key not in looked}
    text = f'pack = "{crisis.name}"\n' if observed is None else Path(observed).read_text("utf-8")
    days = {"first": run.record.date_of(1), "last": run.record.date_of(run.record.settings.horizon)}
    for key, sign in signs.items():
        plans = series([CALLED[plan] for plan in sign.points_to], "or")
        text += SHEET_SIGN.format(name=key.replace("_", " "), key=key, points_to=plans, **days)
    with on_disk("cannot be written", where=place, hint="check space and access"):
        write_whole(place, f"{SHEET_HEAD}{text}".encode())
    command = f"detente update {run.in_command} --observed {shlex.quote(str(place))}"
    return Sheet(place, tuple(signs), command)


def _sightings(observations: Observations, values: Values) -> Iterator[tuple[str, Sighting]]:
    for key, observed in observations.seen:
        if observed.sign is None:
            continue
        sign = observations.signs[observed.sign]
        # A pack's indicator depends on types and plans, not on the world.
        chances = chances_by_type(observed.sign, sign, (), values, by_type_alone(values))
        likely = chances if observed.seen else 1.0 - chances
        # The likelihood ratio in each world: with what the sign points to and without. No sign
        # points to every plan, so there is always one without.
        if set(PLANS).isdisjoint(sign.points_to):
            with_it, without = likely[:, 0, 0], likely[:, 1, 0]
        else:
            others = [plan for plan in PLANS if plan not in sign.points_to]
            under, elsewhere = (PLANS.index(plans[0]) for plans in (sign.points_to, others))
            with_it, without = likely[:, 0, under], likely[:, 0, elsewhere]
        low, high = np.quantile(with_it / without, OUTER)
        if round(low, 3) == round(high, 3) == 1.0:
            continue  # It is not informative, and a pack with it would be refused.
        ratios = float(low), float(high)
        seen = "seen" if observed.seen else "looked for and not seen"
        reason = f"{observed.sign} was {seen}: {observed.by}, {observed.source}"
        yield key, Sighting(observed.date, sign.points_to, ratios, reason)
