"""What is seen after a run's as-of date: what it changes, what to watch for, and a new pack.

`detente update --json` prints one object, `detente/update/1`. By name:

- run, option, outcome, worlds, futures (of the option), digest (of the run).
- observed.KEY: date, by, source and what was seen: sign and seen, event and seen, state, or
  talks_failed.
- effective: futures and worlds of equal weight that would carry as much, `(sum w)^2 / sum w^2`.
- endings.KEY, outcomes.KEY, plans.KEY: before, the share in the run with its intervals; share, that
  of the weighted futures; low, high: 90 % interval over worlds and chance; chance_low,
  chance_high: sampling alone, worlds held fixed; shift: difference (share less before, on the
  same futures) with the same two intervals.
- next.KEY, a sign that was not observed, the most informative about the outcome first:
  points_to (plans, or force); seen: chance that it is seen with the next force that arrives;
  outcome, plan: how informative it is on average about the outcome and about the plan [bits];
  outcome_part, plan_part: the same as a part of all that is not known of each; if_seen, if_not:
  share of the outcome if it is seen and if it is not. Each {value, low, high}, a 90 % interval over
  worlds and chance.
- notes.
- sightings, with --by: events by a date (`detente.questions.sightings`).
"""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from detente import notebook
from detente.ensemble.advice import command_to_grow
from detente.ensemble.encode.posture import BY_TYPE
from detente.ensemble.measures import ENDINGS, EVER, OUTCOMES, SETS, endings_apart, outcome_of
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.simulate import Listener
from detente.errors import DetenteError
from detente.estimate.intervals import Effective
from detente.estimate.tilting import LEAST_EFFECTIVE as LEAST_WORLDS
from detente.kernel.posture import PLANS
from detente.pack import Crisis
from detente.pack.military import FORCE
from detente.pack.observed import Observations, nothing_observed, read_observations
from detente.pack.writing import Sighting, later_files, write
from detente.questions.reweighting import (
    DEPENDENCE,
    LEAST_FUTURES,
    Updated,
    Values,
    Weighted,
    chances_of,
    count_futures,
    kinds_seen,
    leanings_of,
    likelihoods,
    values_with,
)
from detente.questions.sightings import event_days
from detente.questions.watching import Watched, watch

MORE = 4
"""How many times as many futures are offered where no new run can begin."""
APPROXIMATION = (
    "a sign counts for what it says about the challenger's plan or motive; that both sides have "
    "seen it and act on it is left out"
)
"""What re-weighting leaves out, for every update with a sign."""
ENDS = (0.05, 0.95)
"""Percentiles over worlds that make a range of a ratio."""
FOLLOWED = (
    "a run keeps no events: shares before and after are of the {futures} futures of each world "
    "that were followed day by day"
)
"""Of which futures shares are, for every update with an event."""


class TooFewError(DetenteError):
    """A run of which too little agrees with what was seen."""


@dataclass(frozen=True, repr=False)
class Update(notebook.Shown):
    """A run's shares before and after what was seen, and what to watch for next, in this model."""

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
    """How many futures of each world were followed, where events were observed."""

    @property
    def worlds(self) -> int:
        """Return how many worlds the weighted futures are of."""
        return self.run.record.settings.worlds_of(self.option)

    @property
    def futures(self) -> int:
        """Return how many futures were weighed."""
        return self.worlds * (self.followed or self.run.record.settings.futures_of_a_world)

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what a reader should know of how this was computed."""
        has_signs = any(one.observed.sign is not None for one in self.observations.seen)
        events = () if self.followed is None else (FOLLOWED.format(futures=self.followed),)
        return ((APPROXIMATION,) if has_signs else ()) + events

    def content(self) -> dict[str, Any]:
        """Return what `detente update --json` prints."""
        return {
            "schema": "detente/update/1",
            "run": str(self.run.folder),
            "option": self.option,
            "outcome": self.outcome,
            "worlds": self.worlds,
            "futures": self.futures,
            "observed": {
                key: one.model_dump(exclude_none=True) for key, one in self.observations.seen
            },
            "effective": self.effective,
            "endings": self.endings,
            "outcomes": self.outcomes,
            "plans": self.plans,
            "next": self.next,
            "notes": list(self.notes),
            "digest": self.run.digest,
        }


def update(
    run: Run,
    observed: Path | str | None = None,
    *,
    outcome: str = "any_war",
    option: str = BASE,
    threads: int | None = None,
    progress: Listener | None = None,
) -> Update:
    """Weigh the futures of a run by what was seen after its as-of date.

    Parameters
    ----------
    run
        A finished run.
    observed
        A file of observations (`docs/update.md`); None if nothing was seen yet, so that only what
        to watch for is found.
    outcome
        The outcome or ending about which signs are to be informative.
    option
        The option whose futures are weighted.
    threads
        Worlds followed at a time, where events were observed; as many as there are processors
        unless given.
    progress
        Called now and then with how far that has come, in worlds.

    Raises
    ------
    DetenteError
        If there is no such outcome or option, the file or a file of the run cannot be read, or the
        file has neither an observation nor a sign.
    ObservationFaults
        With every fault of the file.
    TooFewError
        If too few futures or worlds carry the weight for an estimate.
    """
    asked = outcome_of(outcome)
    crisis = run.crises[run.known(option)]
    observations = observations_of(run, crisis, observed)
    values = values_with(observations, run, option)
    observed_events = {
        one.observed.event: f"{observations.name}, observed.{one.key}"
        for one in observations.seen
        if one.observed.event is not None
    }
    events = (
        event_days(run, option, observed_events, threads, progress) if observed_events else None
    )
    counted = count_futures(run, option, observations.seen, events)
    weighted = Weighted(counted, likelihoods(crisis, observations, values))
    found = weighted.effective
    # Sums of equal weights may miss the whole number that they stand for by a rounding error.
    if found.futures < LEAST_FUTURES or round(found.worlds, 6) < LEAST_WORLDS:
        raise _too_few(run, option, weighted, observations)
    shares = {key: weighted.updated(OUTCOMES[key].comes) for key in (*ENDINGS, *SETS, *EVER)}
    plans = dict(zip(PLANS, np.eye(len(PLANS), dtype=bool), strict=True))
    # Of the signs that were not observed, what each points to and how likely it is seen.
    observed_signs = {one.observed.sign for one in observations.seen}
    before = kinds_seen(crisis, observations.signs, observations.seen)
    leanings = leanings_of(crisis, values)
    signs = {
        key: (sign.points_to, chances_of(key, sign, before, values, leanings))
        for key, sign in observations.signs.items()
        if key not in observed_signs
    }
    return Update(
        run=run,
        option=option,
        outcome=outcome,
        observations=observations,
        effective=found,
        **endings_apart(shares),
        plans={key: weighted.updated(is_one[:, None]) for key, is_one in plans.items()},
        next=watch(weighted, signs, asked.comes),
        followed=None if events is None else events.futures,
    )


def observations_of(run: Run, crisis: Crisis, observed: Path | str | None) -> Observations:
    """Return what a file says was seen, or that nothing was if there is no file.

    Raises
    ------
    DetenteError
        If the file cannot be read, or says nothing.
    ObservationFaults
        With every fault of the file.
    """
    if observed is None:
        return nothing_observed(crisis)
    found = read_observations(Path(observed), crisis, horizon=run.record.settings.horizon)
    if not found.seen and not found.numbers:
        hint = "add [observed.KEY] with date, by, source and what was seen: docs/update.md"
        raise DetenteError("it has no observation", where=found.name, hint=hint)
    return found


def _too_few(run: Run, option: str, weighted: Weighted, observations: Observations) -> TooFewError:
    """Return that shares would rest on too few futures, and the commands for an answer."""
    found, counted = weighted.effective, weighted.counted
    weighed = f"{counted.worlds * counted.futures:,} futures in {counted.worlds} worlds"
    if not observations.seen:
        what = f"{weighed} are too few"
    elif found.futures == 0.0:
        facts = [one.key for one in observations.seen if one.observed.sign is None]
        what = f"no future of the run agrees with {' and '.join(facts)}"
    else:
        what = (
            f"of {weighed}, what was seen leaves as much as {found.futures:,.0f} futures in "
            f"{found.worlds:.1f} worlds"
        )
    what += f"; {LEAST_FUTURES} futures in {LEAST_WORLDS:g} worlds are needed"
    if observations.is_start:
        last = observations.seen[-1].observed.date
        place = shlex.quote(f"./{run.record.name}-{last}")
        folder, file = run.in_command, shlex.quote(observations.name)
        hint = (
            f"play a new run from {last}: detente update {folder} --observed {file} --as-pack "
            f"{place}, then detente run {place}"
        )
    else:
        settings = run.record.settings
        worlds, futures = max(128, settings.worlds), max(51_200, MORE * settings.futures)
        sizes: dict[str, Any] = {"worlds": worlds, "futures": futures, "option": option}
        hint = f"add to them: {command_to_grow(run.folder, run.record, **sizes)}"
    return TooFewError(what, where=str(run.folder), hint=hint)


class NewPack(NamedTuple):
    """A pack that was written, the command that plays it, and what its author has to check."""

    folder: Path
    command: str
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what `detente update --as-pack --json` prints."""
        return {
            "schema": "detente/update-pack/1",
            "folder": str(self.folder),
            "next": [self.command],
            "notes": list(self.notes),
        }


def write_pack(run: Run, observed: Path | str, folder: Path | str) -> NewPack:
    """Write the pack of a run as of the day of the last observation, with its signs as indicators.

    Raises
    ------
    DetenteError
        If the file of observations cannot be used, a run cannot begin in what was seen, the folder
        is there already or cannot be written.
    PackFaults
        If the pack does not hold together on that day.
    """
    crisis = run.crises[BASE]
    observations = observations_of(run, crisis, observed)
    if not observations.seen:
        hint = "add [observed.KEY] with date, by, source and what was seen: docs/update.md"
        raise DetenteError("nothing was seen", where=observations.name, hint=hint)
    for key, one in observations.ended:
        raise DetenteError(
            f"observed.{key} has the crisis in {one.state}, in which no run begins",
            where=observations.name,
            hint="what follows a deal or the first use of force is not in this model",
        )
    seen = [one for _, one in observations.seen]
    as_of, place = seen[-1].date, Path(folder)
    sightings = dict(_sightings(observations, values_with(observations, run, BASE)))
    write(place, later_files(crisis, as_of, sightings, name=str(place)))

    # What may have changed by the later day and is in no observation.
    notes = []
    came = [
        key
        for key, force in crisis.model.forces.items()
        if not force.deployed and crisis.as_of < force.arrives <= as_of
    ]
    if came:
        notes.append(f"set deployed = true where they did arrive: forces {', '.join(came)}")
    events = [one.key for one in observations.seen if one.observed.event is not None]
    if events:
        notes.append(f"the pack does not hold the events observed: {', '.join(events)}")
    notes.append(
        "all else is as of the earlier day: check the programme's step, vows, trust and beliefs"
    )

    changes: dict[str, Any] = dict(run.record.settings.changes)
    failed = [one.talks_failed for one in seen if one.talks_failed is not None]
    if failed:
        changes["talks.have_failed"] = int(failed[-1])
    path = str(place)
    words = ["detente", "run", path if "/" in path else f"./{path}"]
    for key, value in changes.items():
        written = str(value).lower() if isinstance(value, bool) else str(value)
        words += ["--set", f"{key}={written}"]
    return NewPack(place, shlex.join(words), tuple(notes))


def _sightings(observations: Observations, values: Values) -> Iterator[tuple[str, Sighting]]:
    for key, observed in observations.seen:
        if observed.sign is None:
            continue
        sign = observations.signs[observed.sign]
        # A pack's indicator tells of types and plans, whatever the world.
        leanings = np.tile(BY_TYPE, (len(values[DEPENDENCE]), 1))
        chances = chances_of(observed.sign, sign, (), values, leanings)
        likely = chances if observed.seen else 1.0 - chances
        # How much likelier it is with what it points to than without, by worlds. A file that points
        # to every plan is refused, so that there is one that it does not point to.
        if FORCE in sign.points_to:
            with_it, without = likely[:, 0, 0], likely[:, 1, 0]
        else:
            others = [plan for plan in PLANS if plan not in sign.points_to]
            under, elsewhere = (PLANS.index(plans[0]) for plans in (sign.points_to, others))
            with_it, without = likely[:, 0, under], likely[:, 0, elsewhere]
        low, high = np.quantile(with_it / without, ENDS)
        if round(low, 3) == round(high, 3) == 1.0:
            continue  # It says nothing, and a pack that held it would be refused.
        ratios = float(low), float(high)
        seen = "seen" if observed.seen else "looked for and not seen"
        reason = f"{observed.sign} was {seen}: {observed.by}, {observed.source}"
        yield key, Sighting(observed.date, sign.points_to, ratios, reason)
