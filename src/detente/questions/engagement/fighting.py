"""The terms of an engagement, and the campaigns that are computed for it in many worlds."""

from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple, cast

import numpy as np

from detente.ensemble.encode.supporters import layers_of, weapons_of
from detente.ensemble.encode.war import encode_war
from detente.ensemble.runners import Clock, each_world
from detente.errors import DetenteError
from detente.kernel.defence import CLASSES, LAYERS
from detente.kernel.draws import Draws
from detente.kernel.layout import new_record
from detente.kernel.limits import LONGEST_WAR
from detente.kernel.logbook import Span, fight_campaigns
from detente.kernel.posture import PLANS
from detente.kernel.theatre import (
    Campaign,
    Conflict,
    Reply,
    Situation,
    Theatre,
    Warfare,
    arsenal_of,
    begin_first_morning,
    status_of,
)
from detente.pack import Crisis
from detente.pack.number import NumberRow
from detente.pack.options import parse_finite, targets
from detente.pack.places import INSTEAD, REFUSED, divides_attack
from detente.questions.engagement.campaigns import (
    Array,
    DaySums,
    Outcomes,
    Struck,
    add_up,
    read_campaigns,
    read_days,
)
from detente.text import did_you_mean, nearest, show

BEGINNERS = ("challenger", "defender", "ally")
"""The actors that can begin, in the kernel's order."""
SIDES = BEGINNERS[:2]
HIGHEST_FORCE = 2
LONGEST_REST = 90
"""Maximum number of days without raids; few repairs take longer."""
MOST_FUTURES = 200_000

FEWEST, MOST = 2, 41
"""Minimum and maximum number of values of a sweep."""
FORM = "write FIELD=lo:hi:n, such as --sweep defences.iran.integration=0:1:5"
PARTS = 3
WHERE = "--sweep"


class RaidTerms(NamedTuple):
    """The terms of a campaign."""

    force: Annotated[int, "force that the challenger has deployed [0-2]"]
    plan: Annotated[str, "the challenger's plan, one of PLANS"]
    by: Annotated[str, "who begins"]
    days: Annotated[int, "days of raids [days]"]
    rest: Annotated[int, "days without raids after them [days]"]

    @property
    def span(self) -> Span:
        """Return the days for the kernel."""
        return Span(0, self.days, self.rest)

    @property
    def situation(self) -> Situation:
        """Return the kernel's situation: raids in full on both sides, no programme step made."""
        who = BEGINNERS.index(self.by)
        return Situation(self.force, 0, who, PLANS.index(self.plan), reply=Reply.FULL)


def check_terms(crisis: Crisis, terms: RaidTerms) -> None:
    """Raise `DetenteError` for terms that are not allowed."""
    check_whole("force", terms.force, 0, HIGHEST_FORCE)
    check_whole("days", terms.days, 1, LONGEST_WAR)
    check_whole("rest", terms.rest, 0, LONGEST_REST)
    check_word("plan", terms.plan, PLANS)
    check_word("by", terms.by, BEGINNERS)
    if terms.by == "ally" and not crisis.all_of_role("ally"):
        what = "by is ally, and nobody in this crisis is one; use challenger or defender"
        raise DetenteError(what, where="by")


def check_whole(name: str, value: int, least: int, most: int) -> None:
    """Raise `DetenteError` for a whole number that is out of its bounds."""
    if not least <= value <= most:
        what = f"{name} is {value}; use a whole number from {least} to {most}"
        raise DetenteError(what, where=name)


def check_word(name: str, word: str, allowed: tuple[str, ...]) -> None:
    """Raise `DetenteError` for a word that is not allowed."""
    if word not in allowed:
        what = f"{name} is {word!r}; use {' or '.join(allowed)}"
        raise DetenteError(what, where=name, hint=did_you_mean(word, allowed))


class Sweep(NamedTuple):
    """A number of the crisis, and the values that it takes one after the other."""

    field: str
    low: float
    high: float
    steps: int

    @property
    def values(self) -> tuple[float, ...]:
        """Return the values at equal steps, both ends included."""
        width = self.high - self.low
        return tuple(self.low + width * step / (self.steps - 1) for step in range(self.steps))


def parse_sweep(text: str) -> Sweep:
    """Return the sweep in a text such as `FIELD=0:1:5`.

    Raises `DetenteError` for any other text.
    """
    field, equals, span = text.partition("=")
    parts = span.split(":")
    if not equals or not field.strip() or len(parts) != PARTS:
        raise DetenteError(f"{show(text)} is not a sweep", where=WHERE, hint=FORM)
    low, high = (parse_finite(part, where=WHERE, hint=FORM) for part in parts[:2])
    try:
        steps = int(parts[2])
    except ValueError:
        what = f"{show(parts[2].strip())} is no number of values; use a whole number"
        raise DetenteError(f"{what} from {FEWEST} to {MOST}", where=WHERE, hint=FORM) from None
    return Sweep(field.strip(), low, high, steps)


def check_sweep(crisis: Crisis, sweep: Sweep) -> NumberRow:
    """Return the row of the swept number.

    Raises `DetenteError` if the number cannot be swept, or not with these values.
    """
    field, known = sweep.field, targets(crisis.model)
    if field in known.others:
        hint = "name a number, such as defences.iran.integration; --set changes the others"
        raise DetenteError(f"{field} is not a number", where=WHERE, hint=hint)
    if field not in known.numbers:
        near = nearest(field, known.numbers)
        hint = f"did you mean {near}?" if near else "name a number as defences.iran.integration"
        what = f"unknown field {show(field)}; use a number of the pack"
        raise DetenteError(what, where=WHERE, hint=hint)
    if divides_attack(field):
        raise DetenteError(f"{field} is not swept; use {REFUSED}", where=WHERE, hint=INSTEAD)
    if field in crisis.changes:
        hint = f"leave out --set {field} or --sweep"
        raise DetenteError(f"{field} is given another value already", where=WHERE, hint=hint)
    if not FEWEST <= sweep.steps <= MOST:
        what = f"{sweep.steps} values; use a whole number from {FEWEST} to {MOST}"
        raise DetenteError(what, where=WHERE, hint=FORM)
    if not sweep.low < sweep.high:
        what = f"from {sweep.low:g} to {sweep.high:g}; use a lower end, then a higher one"
        hint = f"write {field}={sweep.high:g}:{sweep.low:g}:{sweep.steps}"
        if sweep.low == sweep.high:
            hint = f"for one value use --set {field}={sweep.low:g}"
        raise DetenteError(what, where=WHERE, hint=hint)
    row = known.numbers[field][1]
    for value in sweep.values:
        if not row.limits.holds(value):
            what = f"{field} would be {value:g}; use {row.limits.words}"
            raise DetenteError(what, where=WHERE, hint="write a sweep within these limits")
    return row


Values = Mapping[str, float]
CHUNK = 256
"""Campaigns that are computed before their days are summed, about 20 MB of rows."""


class Battles(NamedTuple):
    """What is computed in each world, and how many campaigns."""

    crisis: Crisis
    terms: RaidTerms
    seed: int
    campaigns: Annotated[int, "campaigns of each world"]


class Arena(NamedTuple):
    """The forces of one world's campaigns and their prices; side 0 is the challenger."""

    theatre: Theatre
    weapons: Annotated[Array, "price of a weapon of each side and class [million dollars]"]
    rounds: Annotated[Array, "price of a round of each side and layer [million dollars]"]

    @property
    def content(self) -> bytes:
        """Return all that affects the results, as bytes."""
        parts = (np.asarray(self.theatre), self.weapons, self.rounds)
        return b"".join(part.tobytes() for part in parts)


class Fought(NamedTuple):
    """The results of the campaigns of one world, by the side struck."""

    arena: Arena
    outcomes: tuple[Outcomes, Outcomes]
    days: tuple[DaySums, DaySums]


def fight_worlds(
    battles: Battles, worlds: Sequence[dict[str, float]], threads: int, clock: Clock
) -> list[Fought]:
    """Compute the campaigns of worlds on threads; the results do not depend on their number."""

    def fight(number: int) -> Fought:
        return fight_world(battles, number, worlds[number])

    return each_world(fight, len(worlds), threads, clock, count=battles.campaigns)


def fight_world(battles: Battles, number: int, values: dict[str, float]) -> Fought:
    """Compute the campaigns of one world."""
    crisis, terms = battles.crisis, battles.terms
    arena = set_up(crisis, values)
    campaign = cast("Campaign", new_record(Campaign))
    begin_first_morning(Conflict(arena.theatre, campaign, terms.situation))
    sides = []
    for side in range(len(SIDES)):
        stand, arsenal = status_of(campaign, side), arsenal_of(arena.theatre, 1 - side)
        classes = tuple(held.name for held in weapons_of(crisis, SIDES[1 - side]))
        many = len(classes)
        sides.append(
            Struck(
                side,
                classes,
                prices=arena.weapons[1 - side, :many],
                round_prices=arena.rounds[side],
                batteries=float(np.sum(stand.batteries)),
                rounds=float(np.sum(stand.rounds) + np.sum(stand.reserve)),
                stock=np.array(campaign.first_stock[1 - side, :many]),
                returns=np.array(arsenal.returns[:many]) > 0.0,
            )
        )
    parts: list[list[Outcomes]] = [[] for _ in sides]
    days: list[DaySums] = []
    for start in range(0, battles.campaigns, CHUNK):
        logs = fight_campaigns(
            arena.theatre,
            terms.situation,
            Draws(battles.seed, number, start, 0, 0),
            terms.span,
            min(CHUNK, battles.campaigns - start),
        )
        for part, struck in zip(parts, sides, strict=True):
            part.append(read_campaigns(logs, struck, terms.days))
        more = [read_days(logs, struck) for struck in sides]
        days = list(map(add_up, days, more)) if days else more
    challenger, defender = (
        {key: np.concatenate([one[key] for one in part]) for key in part[0]} for part in parts
    )
    return Fought(arena, (challenger, defender), (days[0], days[1]))


def owners(crisis: Crisis) -> tuple[str, str]:
    """Return the keys of challenger and defender, in the order of the kernel's sides."""
    return crisis.of_role("challenger"), crisis.of_role("defender")


def set_up(crisis: Crisis, values: Values) -> Arena:
    """Return the forces of one world; nothing else of the crisis is read."""
    war = cast("Warfare", new_record(Warfare))
    encode_war(crisis, values, war)
    weapons, rounds = np.zeros((2, CLASSES)), np.zeros((2, LAYERS))
    for side, name in enumerate(SIDES):
        for place, held in enumerate(weapons_of(crisis, name)):
            weapons[side, place] = values[f"arsenals.{held.owner}.{held.key}.cost"]
        for place, held in enumerate(layers_of(crisis, name)):
            rounds[side, place] = values[f"defences.{held.owner}.layers.{held.key}.cost"]
    return Arena(war.theatre, weapons, rounds)
