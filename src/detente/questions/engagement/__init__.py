"""Campaigns of force against layered defence alone: leakage and its causes, costs, recovery.

`detente engage --json` prints one object, `detente/engage/2`: `pack`, `name`, `title`, `as_of`,
`digest`, `changes`; the terms `force` (0 to 2), `plan`, `by` (who begins), `days` of raids and days
of `rest` after them; `worlds`, `futures` (campaigns, in all worlds), `seed`; `sides` and `sweep`,
null unless asked for.

A side is the one whose defence is raided: `challenger`, `defender`, or the one asked for. It has
`direction`, `raid` on the defender or `retaliation` on the challenger, whoever began; names:
`party`, `attacker`, `with_attacker`, those who fire with it if they join, and `hit_too`, those on
whom a part of what passes falls; `layers`, the outer first: {key, system, there, against,
has_price}, those of friends last, each with the key OWNER.KEY, as with classes of weapons, where
`against` has, for each kind of weapons that comes, {kind, fires, kill_low, kill_high, gives,
because, assumed}; `classes`, the attacker's weapons; `unproven`, numbers of the whole defence
without open values that no claim gives; `unpriced`, weapons whose price no claim gives; `figures`
and `days`.

A figure is {value, low, high, spread_low, spread_high, campaign_low, campaign_high, worlds}: the
mean over all campaigns, worlds weighing the same; its 90 % interval over worlds and chance; 5th and
95th percentile across the worlds' means, sampling noise removed; those of single campaigns, over
worlds and chance both; and how many worlds have it. A share of campaigns is {share, low, high,
spread_low, spread_high}. Figures that no campaign has are left out. By name, over the days of
raids:

- leakage: share of the weapons that worked and passed every layer; cause.{unseen, no_channel,
  no_round, missed}, which add up to it; class.KEY, that of one class of weapons.
- launched, reliable (weapons that worked), engagements (over all layers), leaked, shot_down.
- aircraft.{first, down, down_share}: of weapons that fly again, those in reach and those lost,
  those of friends who may join included.
- broken.{military, programme, economy} on the last evening; loss, where all of the military is 1,
  own aircraft included.
- shots; rounds.{first, left, left_share}, ready and in store.
- magazine.is_low: share of campaigns in which less than 10 % of the first rounds is left on some
  evening; magazine.days: the first such day where there is one.
- batteries.{first, last, lowest, alive}: alive is the share of the first on the last evening;
  batteries of a friend count from the day on which it joins.
- recovery.is_back: share of campaigns in which batteries and command are at 90 % of the first
  within the days of rest; recovery.days: after how many days, 0 if they never were below.
- cost.{rounds, shot_down, spent} in million dollars: rounds fired, weapons shot down, and all
  weapons that the attacker spent or lost; cost.{exchange, to_spent}: the first over the second and
  the third, of all campaigns together, with its range across worlds alone.

A day is {day, is_raid} and figures without single campaigns: launched, engagements, leakage and its
causes, shot_down, shots, cost_rounds and cost_shot_down of that day; loss and attacker_loss, of
both sides up to that evening; batteries, alive, rounds, reserve, left_share, command, sensors then.

A sweep is {field, says, unit, is_read, has_effect, points}; a point {value, sides}, and of each
side leakage, aircraft.down_share, loss, cost.exchange and leakage_change, by which leakage differs
from the first value's, campaign by campaign on the same draws.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple

from detente import notebook
from detente.data import fields_of
from detente.ensemble import foundation, runners
from detente.ensemble import record as records
from detente.ensemble.design import drawn_worlds
from detente.ensemble.encode.supporters import layers_of, weapons_of
from detente.ensemble.encode.war import kinds_against
from detente.ensemble.foundation import GENERAL
from detente.ensemble.runners import Clock, Listener
from detente.estimate.estimate import Estimate, nested
from detente.pack import Change, Crisis, Quantity
from detente.pack.sides import fighters
from detente.questions.engagement.campaigns import (
    CampaignMean,
    Day,
    Key,
    figures_of,
    is_known,
    over_days,
    over_worlds,
)
from detente.questions.engagement.fighting import (
    MOST_FUTURES,
    SIDES,
    Battles,
    Fought,
    RaidTerms,
    Sweep,
    check_sweep,
    check_terms,
    check_whole,
    check_word,
    fight_worlds,
    owners,
    parse_sweep,
)

__all__ = ["CampaignMean", "Defended", "Engagement", "RaidTerms", "Sweep", "engage", "parse_sweep"]

DIRECTIONS = {"defender": "raid", "challenger": "retaliation"}
"""The name of force against a side, whoever began."""
COMMON = ("tracking_probability", "poor_tracking")
"""Numbers of a whole defence for which there are no open values (MODEL 6.6)."""
WIDE = 0.3
"""A kill chance with a wider range counts as unproven, even if a claim gives it."""
AT_EACH_VALUE: tuple[Key, ...] = (
    ("leakage",),
    ("aircraft", "down_share"),
    ("loss",),
    ("cost", "exchange"),
)
"""Figures that a sweep reports at each value."""


class Shot(NamedTuple):
    """The effect of one shot of a layer at one kind of weapons."""

    kind: str
    fires: Annotated[float, "chance that the layer fires at them at all [0-1]"]
    kill_low: Annotated[float, "chance that one shot kills, lower end [0-1]"]
    kill_high: Annotated[float, "chance that one shot kills, upper end [0-1]"]
    gives: Annotated[tuple[str, ...], "claims that give this chance"]
    because: Annotated[tuple[str, ...], "claims that give it or bear on it"]
    assumed: Annotated[str | None, "the reason in words, if the chance is assumed"]

    @property
    def is_unproven(self) -> bool:
        """Return whether no claim gives its kill chance, or its range is wide."""
        return not self.gives or self.kill_high - self.kill_low > WIDE


class System(NamedTuple):
    """One layer of a defence, and the evidence for it."""

    key: str
    system: str
    there: Annotated[float, "chance that it is present and works [0-1]"]
    against: Annotated[tuple[Shot, ...], "by each kind of weapons that the attacker has"]
    has_price: Annotated[bool, "whether a claim gives the price of a round"]

    @property
    def is_unproven(self) -> bool:
        """Return whether a kill chance is unproven against any kind of weapons that it engages."""
        return any(shot.is_unproven for shot in self.against if shot.fires > 0.0)

    @property
    def is_reported(self) -> bool:
        """Return whether it is uncertain that it is present and works."""
        return self.there < 1.0


@dataclass(frozen=True)
class Defended:
    """What was fired at a side's defence, and what it and the attacker lost."""

    side: str
    party: str
    attacker: str
    with_attacker: Annotated[tuple[str, ...], "who fires with the attacker after joining"]
    hit_too: Annotated[tuple[str, ...], "who is hit by part of the leakage"]
    systems: tuple[System, ...] = field(repr=False)
    classes: tuple[str, ...]
    unproven: tuple[str, ...]
    unpriced: tuple[str, ...]
    figures: Mapping[Key, Estimate] = field(repr=False)
    days: tuple[Day, ...] = field(repr=False)

    @property
    def direction(self) -> str:
        """Return whether force against this side is a raid or retaliation."""
        return DIRECTIONS[self.side]

    def get(self, *key: str) -> float | None:
        """Return a figure, or the share of campaigns in which something holds; None if unknown."""
        figure = self.figures.get(key)
        return None if figure is None else figure.value

    def as_json(self) -> dict[str, Any]:
        """Return this side for JSON."""
        return {
            **fields_of(self, "direction party attacker with_attacker hit_too"),
            "layers": self.systems,
            **fields_of(self, "classes unproven unpriced"),
            "figures": nested(self.figures),
            "days": [{"day": day.day, "is_raid": day.is_raid, **day.figures} for day in self.days],
        }


class Point(NamedTuple):
    """The figures at one value of a sweep, by the side that is struck."""

    value: float
    figures: Annotated[Mapping[str, Mapping[Key, Estimate]], "by side struck"]
    changes: Annotated[Mapping[str, Estimate], "leakage less that at the first value, paired"]


class Swept(NamedTuple):
    """A sweep and its results.

    `is_read`: it changes something that campaigns are computed from. `has_effect`: any figure at
    any value differs from the first in any bit.
    """

    sweep: Sweep
    domain: str
    unit: str
    says: str
    is_read: bool
    has_effect: bool
    points: tuple[Point, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the sweep for JSON."""
        points = []
        for point in self.points:
            sides = {side: nested(figures) for side, figures in point.figures.items()}
            for side, change in point.changes.items():
                sides[side]["leakage_change"] = change
            points.append({"value": point.value, "sides": sides})
        return {
            "field": self.sweep.field,
            **fields_of(self, "says unit is_read has_effect"),
            "points": points,
        }


@dataclass(frozen=True, repr=False)
class Engagement(notebook.Shown):
    """Campaigns of force against layered defence alone, over drawn worlds."""

    main_table = "sides.figures"

    crisis: Crisis
    terms: RaidTerms
    worlds: int
    campaigns: Annotated[int, "campaigns of each world"]
    seed: int
    sides: Mapping[str, Defended]
    swept: Swept | None

    @property
    def futures(self) -> int:
        """Return the number of campaigns in all worlds."""
        return self.worlds * self.campaigns

    def content(self) -> dict[str, Any]:
        """Return the object that `detente engage --json` prints."""
        crisis = self.crisis
        return {
            "schema": "detente/engage/2",
            **foundation.identity(crisis),
            "changes": {path: foundation.plain(value) for path, value in crisis.changes.items()},
            **self.terms._asdict(),
            **fields_of(self, "worlds futures seed sides"),
            "sweep": self.swept,
        }


def engage(  # noqa: PLR0913  every setting, each with its default
    crisis: Crisis,
    *,
    side: str | None = None,
    days: int = 10,
    rest: int = 30,
    force: int = 2,
    plan: str = "sustained",
    by: str = "challenger",
    futures: int = 4096,
    worlds: int = 64,
    seed: int = 1,
    threads: int | None = None,
    sweep: Sweep | None = None,
    changes: Mapping[str, Change] | None = None,
    progress: Listener | None = None,
) -> Engagement:
    """Fight campaigns of raids against both sides' defences, without the bargaining.

    Parameters
    ----------
    crisis
        The crisis, as `load` returns it.
    side
        The side whose defence is reported, challenger or defender; by default both.
    days
        Days of raids; neither side stops earlier, whatever the losses.
    rest
        Days without raids after them, in which both only repair and restock.
    force
        The challenger's deployed force at the start, 0 to 2; at 2 all its weapons are within reach.
    plan
        The challenger's plan, which sets how hard it raids.
    by
        Who begins: challenger, defender or ally.
    futures
        Campaigns; each of the worlds fights an equal number, rounded up.
    worlds
        Number of worlds, the same as those of a run with this seed.
    seed
        Any whole number from 0; the same seed gives the same result.
    threads
        Worlds computed at a time; by default the number of processors.
    sweep
        A number that takes several values, with the same draws.
    changes
        New values of single fields.
    progress
        Called with the progress, in campaigns.

    Raises
    ------
    DetenteError
        If a setting, a change or the sweep is not allowed.
    """
    if changes:
        crisis = crisis.with_changes(changes)
    if side is not None:
        check_word("side", side, SIDES)
    looked_at = SIDES if side is None else (side,)
    terms = RaidTerms(force, plan, by, days, rest)
    check_terms(crisis, terms)
    check_whole("futures", futures, 1, MOST_FUTURES)
    at_a_time = records.threads_of(threads)
    settings = records.settle(futures=futures, worlds=worlds, seed=seed, threads=at_a_time)
    if sweep is not None:
        check_sweep(crisis, sweep)
    battles = Battles(crisis, terms, seed, settings.futures_of_a_world)
    clock = Clock(settings.played * (1 if sweep is None else 1 + sweep.steps), progress)
    clock.report(0, is_compiling=not runners.kernel().is_warm("logbook"))
    fought = fight_worlds(battles, drawn_worlds(crisis, worlds, seed), settings.threads, clock)
    sides = {name: side_of(crisis, name, days, fought) for name in looked_at}
    swept = None
    if sweep is not None:
        swept = fight_sweep(battles, sweep, looked_at, (worlds, settings.threads, clock))
    return Engagement(crisis, terms, worlds, settings.futures_of_a_world, seed, sides, swept)


def side_of(crisis: Crisis, side: str, raids: int, fought: Sequence[Fought]) -> Defended:
    """Return the figures of one side's defence over the campaigns of all worlds."""
    place = SIDES.index(side)
    other = SIDES[1 - place]
    owner, attacker = owners(crisis)[place], owners(crisis)[1 - place]
    actors, arsenals = crisis.model.actors, crisis.model.arsenals
    exposed = {
        key: crisis.numbers.get(f"actors.{key}.exposure")
        for key in fighters(crisis.model, side)[1:]
    }
    return Defended(
        side,
        party=actors[owner].name,
        attacker=actors[attacker].name,
        with_attacker=tuple(
            actors[key].name
            for key in fighters(crisis.model, other)[1:]
            if arsenals.get(key) or "group" in actors[key].roles
        ),
        hit_too=tuple(actors[key].name for key, one in exposed.items() if one and one.high),
        systems=systems(crisis, side),
        classes=tuple(held.name for held in weapons_of(crisis, other)),
        unproven=without_claim(crisis, owner),
        unpriced=weapons_without_claim(crisis, other),
        figures=figures_of([each.outcomes[place] for each in fought]),
        days=over_days([each.days[place] for each in fought], raids),
    )


def systems(crisis: Crisis, side: str) -> tuple[System, ...]:
    """Return the layers of a defence: its principal's, the outer first, then third parties'."""
    kinds = tuple(dict.fromkeys(kinds_against(crisis, side)))
    return tuple(
        System(
            held.name,
            crisis.model.defences[held.owner].layers[held.key].system,
            _chance(crisis.numbers[f"{path}.present"])
            * _chance(crisis.numbers[f"{path}.operational"]),
            tuple(_shot(crisis, path, kind) for kind in kinds),
            bool(crisis.numbers[f"{path}.cost"].gives),
        )
        for held in layers_of(crisis, side)
        for path in [f"defences.{held.owner}.layers.{held.key}"]
    )


def without_claim(crisis: Crisis, owner: str) -> tuple[str, ...]:
    """Return the numbers of a whole defence in `COMMON` that no claim gives."""
    return tuple(
        path
        for path in (f"defences.{owner}.{name}" for name in COMMON)
        if not crisis.numbers[path].gives
    )


def weapons_without_claim(crisis: Crisis, side: str) -> tuple[str, ...]:
    """Return the classes of a side's weapons whose price no claim gives."""
    return tuple(
        held.name
        for held in weapons_of(crisis, side)
        if not crisis.numbers[f"arsenals.{held.owner}.{held.key}.cost"].gives
    )


def _shot(crisis: Crisis, path: str, kind: str) -> Shot:
    """Return the effect of a layer on a kind of weapons; by default that on all kinds."""
    fires = crisis.numbers.get(f"{path}.against.{kind}.engages")
    kill = crisis.numbers.get(f"{path}.against.{kind}.kill_probability")
    kill = kill or crisis.numbers[f"{path}.kill_probability"]
    chance = 1.0 if fires is None else _chance(fires)
    # The catalogue and defaults are no claims.
    claims = tuple(claim for claim in kill.because if claim not in GENERAL)
    return Shot(kind, chance, kill.low, kill.high, kill.gives, claims, kill.assumed)


def _chance(number: Quantity) -> float:
    """Return the chance that a switch is on."""
    return number.low if number.probability is None else number.probability


def fight_sweep(
    battles: Battles, sweep: Sweep, sides: Sequence[str], means: tuple[int, int, Clock]
) -> Swept:
    """Compute the campaigns again at each value of a sweep, without the days of rest."""
    measure = check_sweep(battles.crisis, sweep)
    crisis = battles.crisis.with_changes({sweep.field: sweep.low})
    battles = battles._replace(crisis=crisis, terms=battles.terms._replace(rest=0))
    count, threads, clock = means
    worlds = drawn_worlds(crisis, count, battles.seed)
    first: list[Fought] = []
    points, contents, marks = [], set(), set()
    for value in sweep.values:
        moved = [{**world, sweep.field: value} for world in worlds]
        fought = fight_worlds(battles, moved, threads, clock)
        first = first or fought
        figures, changes = {}, {}
        # A checksum of every number of every campaign.
        mark = hashlib.sha256()
        for side in sides:
            place = SIDES.index(side)
            before, after = ([each.outcomes[place] for each in one] for one in (first, fought))
            whole = figures_of(after)
            figures[side] = {key: whole[key] for key in AT_EACH_VALUE if key in whole}
            # The paired difference of leakage, campaign by campaign, unless nothing flies.
            key = AT_EACH_VALUE[0]
            pairs = [b[key] - a[key] for a, b in zip(before, after, strict=True)]
            if is_known(pairs):
                changes[side] = over_worlds(pairs)
            for outcomes in after:
                for key, values in outcomes.items():
                    mark.update(".".join(key).encode() + values.tobytes())
        points.append(Point(value, figures, changes))
        contents.add(b"".join(each.arena.content for each in fought))
        marks.add(mark.digest())
    return Swept(
        sweep,
        measure.domain,
        measure.unit,
        measure.says,
        is_read=len(contents) > 1,
        has_effect=len(marks) > 1,
        points=tuple(points),
    )
