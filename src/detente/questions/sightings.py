"""Observable events: the chance that each is seen by a day, and what follows if it is.

`detente update --next --by DATE --json` adds `sightings` to `detente/update/1`. By name:

- by: day and date. of: futures and worlds that were followed, and ongoing, those of the futures in
  which the dispute goes on by then without use of force. outcome: the one that ranks.
- events.KEY, the most informative about the outcome first: says; seen: share of all futures in
  which it is seen by then, before any use of force; bits: how informative it is on average about
  the outcome, where the dispute goes on; outcomes.NAME, for the outcome, any_war and deal: if_seen
  and if_not, its shares of the ongoing futures with the event and without, and shift, the
  difference, with low and high; stands_out: whether the difference is more than the largest of so
  many events would have by chance. Each share has low and high, a 90 % interval over worlds and
  chance, and spread_low and spread_high.
- rare: keys of the events that are seen in too few futures for an estimate.
"""

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np

from detente import notebook
from detente.data import fields_of
from detente.ensemble import folder as folders
from detente.ensemble.encode.supporters import third_parties
from detente.ensemble.intervention import AS_IT_IS, Intervention
from detente.ensemble.measures import OUTCOMES, outcome_of
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.runners import Listener
from detente.ensemble.study import PlayedWorld, Readout, Study
from detente.ensemble.tally import SIDES, classes
from detente.ensemble.weighing import Weighing, mean_of
from detente.errors import DetenteError
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import (
    estimate_ratio,
    estimate_share,
    fewest,
    longer,
    reach_over_worlds,
    without_each,
)
from detente.kernel.decision import TakingAnswer
from detente.kernel.endings import Event
from detente.kernel.mediators import SILENT, TOUGH, WEAK
from detente.kernel.ruling import Verdict
from detente.pack import Crisis
from detente.pack.toml import KeyPath, dotted
from detente.questions.conditions import MISTAKEN
from detente.questions.given import day_of
from detente.questions.reweighting import is_in_state
from detente.questions.watching import bits_of
from detente.text import did_you_mean

MOST_FOLLOWED = 50
"""Maximum number of futures of a world that are followed day by day, the first ones."""
SOON = 30
"""Default number of days within which events are counted [days]."""
FORCE = (Event.STRIKES, Event.ALLY_STRIKES, Event.ESCALATES, Event.FIRST_SHOT)
"""Uses of force; events after the first are not counted, since they give no warning of it."""
LEAST_SEEN, LEAST_WORLDS = 30, 4.0
"""Minimum of futures, and of effective worlds, with and without an event, for an estimate."""
STARTS: dict[str, KeyPath] = {
    "ultimatum": ("talks", "ultimatum_runs"),
    "mobilisation": ("posture", "raise_ordered"),
    "standstill": ("standstill", "holds"),
    "taking": ("taking", "holds"),
}
"""The numbers of a pack that begin it in a state that was observed."""
RUNNING_BITS = {state: 1 << place for place, state in enumerate(STARTS)}
"""Bits of the states that can hold on a day."""
OVER = (Event.YIELDS, Event.DROPS, Event.FADES)
"""Events that end a dispute."""
LAPSED = (Event.LAPSES, Event.WALKS_OUT)
"""Other events that end an ultimatum."""
SETTLED_FORCE = (Event.ARRIVES, Event.LOWERS, Event.POSTURE_CAPPED)
"""Events after which no force is on its way."""
NOT_SEEN = -1
SIGN = "sign."
"""Prefix of the keys of signs that come with force."""
DAY = np.dtype("<i2")
OtherWorlds: TypeAlias = Sequence[tuple[Intervention, range]]
"""Worlds beyond those of a run, and under what each of them are played."""


class Observable(NamedTuple):
    """An event of a trace that can be observed."""

    says: str
    event: Event
    first: Annotated[int | None, "index of the actor, if several can cause the event"] = None
    second: Annotated[int | None, "kind of the event; None for any"] = None


class SeenEvent(NamedTuple):
    """The chance that an event is seen, and the shares of outcomes with and without it."""

    says: str
    seen: Estimate
    bits: Annotated[float, "how informative it is about the outcome on average"]
    outcomes: Mapping[str, "Followed"]


class Followed(NamedTuple):
    """The share of an outcome if an event is seen and if it is not."""

    if_seen: Estimate
    if_not: Estimate
    shift: Estimate
    stands_out: Annotated[bool, "whether it is larger than the largest of this many by chance"]

    def as_json(self) -> dict[str, Any]:
        """Return it for JSON."""
        shares = fields_of(self, "if_seen if_not")
        return {**shares, **self.shift.as_json(), "stands_out": self.stands_out}


@dataclass(frozen=True, repr=False)
class Sightings(notebook.Shown):
    """The events that may be seen by a day, the most informative about an outcome first."""

    main_table = "events"

    run: Run
    option: str
    outcome: str
    day: int
    followed: Annotated[int, "futures of each world that were followed"]
    ongoing: Annotated[int, "those in which the dispute goes on by the day"]
    events: Mapping[str, SeenEvent]
    rare: Annotated[Mapping[str, str], "sentences of the events that are seen too rarely, by key"]

    def content(self) -> dict[str, Any]:
        """Return the object `sightings` of `detente update --next --by DATE --json`."""
        worlds = self.run.record.settings.worlds_of(self.option)
        return {
            "by": {"day": self.day, "date": self.run.record.date_of(self.day)},
            "of": {"futures": worlds * self.followed, "worlds": worlds, "ongoing": self.ongoing},
            **fields_of(self, "outcome events"),
            "rare": list(self.rare),
        }


def sightings(
    run: Run,
    *,
    by: str | int | None = None,
    outcome: str = "any_war",
    option: str = BASE,
    threads: int | None = None,
    progress: Listener | None = None,
) -> Sightings:
    """Return the events that may be seen by a day, and how they are associated with outcomes.

    The first futures of each world are followed day by day; what happens in them is stored in the
    run's folder, a file for each world. An event counts if it happens by the day and before any use
    of force. Outcomes are counted only in futures in which the dispute goes on by the day, with and
    without the event (a landmark analysis), since less can be seen if force came first. An event
    need not cause what follows: it may only show in which kind of world the crisis is.

    Parameters
    ----------
    run
        A finished run.
    by
        A date, or days since the as-of date; by default day 30.
    outcome
        The outcome by which events are ranked: those that are most informative about it first.
    option
        The option whose futures are followed.
    threads
        Worlds followed at a time; by default the number of processors.
    progress
        Called with the progress, in worlds.

    Raises
    ------
    DetenteError
        If there is no such outcome or option, the day is not between the as-of date and the
        horizon, another version of the model made the run, or it is damaged.
    """
    outcome_of(outcome)
    settings = run.record.settings
    day = day_of(run, min(SOON, settings.horizon) if by is None else by)
    crisis = run.crises[run.known(option)]
    known = observables(crisis, run.record.called)
    days = _follow(run, option, known, threads=threads, progress=progress)
    parts = [(classes(rows), is_in_state(rows, "ongoing", day)) for rows in run.rows(option)]
    classed, goes_on = (
        np.concatenate(columns).reshape(len(days), -1)[:, :MOST_FOLLOWED]
        for columns in zip(*parts, strict=True)
    )
    asked = dict.fromkeys((outcome, "any_war", "deal"))
    comes = {name: OUTCOMES[name].happened(classed) for name in asked}
    is_seen = (days >= 0) & (days <= day)
    enough, weighing = {}, run.weighing_of(len(days))
    for place, key in enumerate(known):
        seen = is_seen[:, :, place]
        kinds = goes_on & seen, goes_on & ~seen
        sums = [kind.sum(axis=1) for kind in kinds]
        if all(one.sum() >= LEAST_SEEN and fewest(one) >= LEAST_WORLDS for one in sums):
            enough[key] = seen, kinds
    found = {}
    for key, (seen, kinds) in enough.items():
        cells = [
            [mean_of((kind & has).sum(axis=1), weighing) for kind in kinds]
            for has in (comes[outcome], ~comes[outcome])
        ]
        found[key] = SeenEvent(
            says=known[key].says,
            seen=estimate_share(seen.sum(axis=1), seen.shape[1], weighing),
            bits=float(bits_of(np.array(cells))),
            outcomes={
                name: _followed(kinds, one, len(enough), weighing) for name, one in comes.items()
            },
        )
    return Sightings(
        run=run,
        option=option,
        outcome=outcome,
        day=day,
        followed=days.shape[1],
        ongoing=int(goes_on.sum()),
        events=dict(sorted(found.items(), key=lambda one: -one[1].bits)),
        rare={key: one.says for key, one in known.items() if key not in found},
    )


def event_days(
    run: Run,
    option: str,
    events: Mapping[str, str],
    more: OtherWorlds = (),
    **means: Any,
) -> dict[str, np.ndarray]:
    """Return the first day of each event in the followed futures, shape (worlds, futures).

    `events` has for each event the place where it was observed, for an error. `more` names
    worlds that follow those of the run. `means` are a study's threads and progress.

    Raises `DetenteError` if there is no such event, or as `sightings` does.
    """
    crisis = run.crises[run.known(option)]
    known = observables(crisis, run.record.called)
    for event, where in events.items():
        if event not in known or event.startswith(SIGN):
            sign = (
                "write sign = and seen = for a sign that comes with force" if SIGN in event else ""
            )
            hint = sign or did_you_mean(event, known) or f"events: {', '.join(known)}"
            raise DetenteError(f"there is no event {event!r}", where=where, hint=hint)
    days = _follow(run, option, known, more, **means)
    places = {event: list(known).index(event) for event in events}
    return {key: days[:, :, place] for key, place in places.items()}


def states_by_day(
    run: Run, option: str, more: OtherWorlds = (), **means: Any
) -> dict[str, np.ndarray]:
    """Return by state whether it holds at the end of each day in the followed futures.

    Shape (worlds, futures, days); other arguments are those of `event_days`.

    Raises `DetenteError` as `sightings` does.
    """
    horizon = run.record.settings.horizon

    def follow(world: PlayedWorld) -> np.ndarray:
        numbers = world.stage.numbers(option, world.stretch.world)
        holds = {state: numbers.get(dotted(path), 0.0) > 0.0 for state, path in STARTS.items()}
        first = sum(bit for state, bit in RUNNING_BITS.items() if holds[state])
        return np.array([running_on(one, first, horizon) for one in _traces(world)], np.uint8)

    reading = Readout("running", np.dtype(np.uint8), follow, shape=(horizon + 1,))
    found = _kept(run, option, reading, "update RUN --observed FILE", more, **means)
    return {state: found & bit > 0 for state, bit in RUNNING_BITS.items()}


def running_on(lines: np.ndarray, first: int, horizon: int) -> np.ndarray:
    """Return the bits of the states that hold at the end of each day of a trace.

    `first` has the bits of the states at the start. None hold once force is used.
    """
    ultimatum, mobilisation, standstill, taking = RUNNING_BITS.values()
    found = np.zeros(horizon + 1, np.uint8)
    bits = first
    found[:] = bits
    for line in lines:
        event = Event(int(line["kind"]))
        if event in FORCE or event in OVER:
            bits = 0
        elif event is Event.REFUSES:
            bits |= ultimatum
        elif event is Event.RAISES:
            bits |= mobilisation
        elif event in LAPSED or (event is Event.POSTURE_CAPPED and line["second"] == 0):
            bits &= ~ultimatum
        if event in SETTLED_FORCE:
            bits &= ~mobilisation
        if event is Event.MEETS_TAKING:
            bits = 0 if line["second"] == TakingAnswer.ACCEPTS else bits | taking
        if event is Event.AGREES_STANDSTILL:
            bits |= standstill
        elif event is Event.STANDSTILL_ENDS:
            bits &= ~standstill
        found[int(line["day"]) :] = bits
        if event in FORCE:
            break
    return found


def _follow(
    run: Run,
    option: str,
    known: Mapping[str, Observable],
    more: OtherWorlds = (),
    **means: Any,
) -> np.ndarray:
    """Return the first day of each event before any use of force, -1 if it does not happen.

    Shape (worlds, futures, events), over the futures that are followed.
    """
    events = tuple(known.values())
    what = hashlib.sha256(repr([(key, *one[1:]) for key, one in known.items()]).encode())

    def follow(world: PlayedWorld) -> np.ndarray:
        return np.array([days_seen(lines, events) for lines in _traces(world)], DAY)

    shape, about = (len(known),), what.hexdigest()
    reading = Readout("days", np.dtype(DAY), follow, shape=shape, about=about)
    return _kept(run, option, reading, "update RUN --next --by DATE", more, **means)


def _traces(world: PlayedWorld) -> Iterator[np.ndarray]:
    """Yield the trace of each future of a world."""
    encoded, solved = world.solved()
    number, _, futures = world.stretch
    return (world.stage.followed(encoded, solved, number, future) for future in range(futures))


def _kept(
    run: Run, option: str, reading: Readout, command: str, more: OtherWorlds, **means: Any
) -> np.ndarray:
    """Return what is kept of the followed futures of all worlds; missing ones are followed first.

    `means` are a study's threads and progress.
    """
    settings, found = run.record.settings, []
    for under, worlds in ((AS_IT_IS, range(settings.worlds_of(option))), *more):
        study = Study(
            run,
            option,
            min(MOST_FOLLOWED, settings.futures_of_a_world),
            settings.grid,
            command,
            reading._replace(worlds=1, folder=folders.EVENTS),
            new_worlds=max(0, worlds.stop - settings.worlds),
            **means,
        )
        study.play([under], worlds)
        found.append(study.rows(under, worlds))
    return np.concatenate(found)


OF_ALL = {
    "raises": Observable("{challenger} orders more force", Event.RAISES),
    "arrives": Observable("force that {challenger} ordered arrives", Event.ARRIVES),
    "lowers": Observable("{challenger} lowers its force", Event.LOWERS),
    "ultimatum": Observable("{challenger} sets an ultimatum", Event.ULTIMATUM),
    "refuses": Observable("{defender} refuses an ultimatum", Event.REFUSES),
    "backs_down": Observable("{challenger} does not act on its ultimatum", Event.BACKS_DOWN),
    "vows": Observable("{defender} vows to answer force", Event.VOWS),
    "advances": Observable("{defender} advances its programme", Event.ADVANCES),
    "unrest": Observable("unrest begins within {defender}", Event.UNREST),
    "restrained": Observable("{ally} is held back from a strike", Event.RESTRAINED),
    "accident": Observable("an accident at the contact zone", Event.INCIDENT, second=0),
    "hostile_act": Observable("a hostile act at the contact zone", Event.INCIDENT, second=1),
    "clash": Observable("an incident becomes a clash", Event.REPLY),
    "text_ready": Observable("a draft deal is ready", Event.TEXT_READY),
    "not_ratified": Observable("a deal is not ratified", Event.NOT_RATIFIED),
    "talks_resume": Observable("talks resume after their failure", Event.TALKS_RESUME),
    "standstill": Observable("the two sides agree to a standstill", Event.AGREES_STANDSTILL),
}
"""Events that can be seen in any crisis."""
OF_SIDES = {
    "walks_out": Observable("{name} walks out of the talks", Event.WALKS_OUT),
    "offers": Observable("{name} offers a package", Event.OFFERS),
    "rejects": Observable("{name} rejects a package", Event.REJECTS),
    "concedes": Observable("{name} concedes agenda or venue", Event.CONCEDES),
    "breaks": Observable("{name} breaks a deal", Event.BREAKS),
}
OF_MEDIATORS = {
    "says_resolved": Observable(
        "{name} says that {defender} is resolved", Event.SPEAKS, second=TOUGH
    ),
    "says_unresolved": Observable(
        "{name} says that {defender} is not resolved", Event.SPEAKS, second=WEAK
    ),
    "not_believed": Observable("{name} speaks, not believed", Event.SPEAKS, second=SILENT),
}
OF_HOSTS = {
    "withdraws": Observable("{name} withdraws its consent to forces on its soil", Event.WITHDRAWS),
    "consents": Observable("{name} lets forces on its soil be used again", Event.CONSENTS),
}
OF_FRIENDS = {
    "sends": Observable("{name} sends more of its force", Event.SENDS),
    "calls_back": Observable("{name} calls force back", Event.CALLS_BACK),
}
"""Events that can be seen of each side, mediator, host and third party."""


def observables(crisis: Crisis, parties: Mapping[str, str]) -> dict[str, Observable]:
    """Return all events that can be seen in the futures of a crisis, by key."""
    found = {key: one._replace(says=one.says.format(**parties)) for key, one in OF_ALL.items()}

    def add(events: Mapping[str, Observable], actor: str, place: int, name: str) -> None:
        for key, event in events.items():
            says = event.says.format(name=name, **parties)
            found[f"{key}.{actor}"] = event._replace(says=says, first=place)

    actors = crisis.model.actors
    for place, role in enumerate(SIDES):
        add(OF_SIDES, role, place, parties[role])
    for place, key in enumerate(crisis.all_of_role("mediator")):
        add(OF_MEDIATORS, key, place, actors[key].called)
    for place, key in enumerate(third_parties(crisis)):
        for number, events in (("consent", OF_HOSTS), ("presence", OF_FRIENDS)):
            if f"actors.{key}.{number}" in crisis.numbers:
                add(events, key, place, actors[key].called)
    for place, key in enumerate(crisis.model.signs):
        says = f"the sign {key.replace('_', ' ')} is seen as force arrives"
        found[f"{SIGN}{key}"] = Observable(says, Event.SIGN, place, 1)
    for ruling in crisis.model.rulings.values():
        for role, verdict in (("challenger", Verdict.CHALLENGER), ("defender", Verdict.DEFENDER)):
            says = f"{ruling.name}: the ruling is for {parties[role]}"
            found[f"rules.{role}"] = Observable(says, Event.RULES, int(verdict))
    return found


def days_seen(lines: np.ndarray, known: Sequence[Observable]) -> list[int]:
    """Return the first day of each event in a trace before any use of force, or -1."""
    is_force = np.isin(lines["kind"], FORCE)
    before = lines[: int(is_force.argmax())] if is_force.any() else lines
    days = []
    for one in known:
        fits = before["kind"] == one.event
        for column, wanted in (("first", one.first), ("second", one.second)):
            if wanted is not None:
                fits &= before[column] == wanted
        days.append(int(before["day"][fits.argmax()]) if fits.any() else NOT_SEEN)
    return days


def _followed(
    kinds: Sequence[np.ndarray], comes: np.ndarray, many: int, weighing: Weighing | None
) -> Followed:
    """Return the share of an outcome with and without an event, and their difference.

    The interval is a jackknife over scrambles. That is too narrow if the outcome comes in none or
    all futures with, or without, the event; then the squared widths of both intervals are added. A
    difference stands out if the largest among `many` events without effect would be as large in at
    most 1 of 20 cases (Bonferroni).
    """
    parts = [((kind & comes).sum(axis=1), kind.sum(axis=1)) for kind in kinds]
    if_seen, if_not = (estimate_ratio(*part, comes.shape[1], weighing) for part in parts)
    shift = if_seen.value - if_not.value
    if {if_seen.value, if_not.value} & {0.0, 1.0}:
        down = math.hypot(if_seen.value - if_seen.low, if_not.high - if_not.value)
        up = math.hypot(if_seen.high - if_seen.value, if_not.value - if_not.low)
    else:
        left_out = without_each(*parts[0], weighing) - without_each(*parts[1], weighing)
        even = 1.0 if weighing is None else weighing.even
        effective = min(fewest(even * whole) for _, whole in parts)
        down = up = reach_over_worlds(left_out, effective)
    wider = longer(1.0 - MISTAKEN / many)
    stands_out = shift > wider * down or shift < -wider * up
    moved = Estimate(shift, shift - down, shift + up, kind="shift").within(-1.0, 1.0)
    return Followed(if_seen, if_not, moved, stands_out)
