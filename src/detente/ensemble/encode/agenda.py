"""What the talks are about and where: as the pack settles it, or as a race of concessions does."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from detente.kernel.agenda import Stake, concession_rate, first_to_concede, mean_delay
from detente.kernel.beliefs import probability
from detente.kernel.solution import Solved, WarTable, solve, work_out_war
from detente.kernel.talks import challenger_flow
from detente.kernel.world import World
from detente.pack.crisis import Crisis

AGENDA = "talks.wide_agenda"
LUCK = "dispute.luck"
PACE = "dispute.pace"
PUBLICITY = "publicity"

Values: TypeAlias = Mapping[str, float]
Encode: TypeAlias = Callable[[Crisis, Values], World]


class Terms(NamedTuple):
    """What the talks are about and where they are held."""

    is_wide: bool
    is_at_rival_venue: bool


class Worth(NamedTuple):
    """What talks on some terms are worth to each side at their start, the public mean."""

    challenger: float
    defender: float


class Race(NamedTuple):
    """A dispute about the talks: who concedes, and when."""

    challenger_concedes: float
    """Chance that the challenger concedes first."""
    mean_delay: float
    """Mean time until either concedes [days]."""


class Settled(NamedTuple):
    """A crisis and the numbers of a world, with nothing about the talks left in dispute."""

    crisis: Crisis
    values: Values


def is_settled(crisis: Crisis) -> bool:
    """Say whether the pack settles both the agenda and the venue."""
    return not agenda_is_open(crisis) and not venue_is_open(crisis)


def agenda_is_open(crisis: Crisis) -> bool:
    """Say whether the agenda is still in dispute."""
    return crisis.model.dispute is not None and crisis.model.dispute.agenda


def venue_is_open(crisis: Crisis) -> bool:
    """Say whether a rival venue is still in dispute."""
    dispute, rival = crisis.model.dispute, crisis.model.rival_venue
    return dispute is not None and dispute.venue and rival is not None


def on_terms(crisis: Crisis, values: Values, terms: Terms) -> Settled:
    """Return a world whose talks are held on the terms given."""
    numbers = {**values, AGENDA: float(terms.is_wide)}
    model = crisis.model
    if terms.is_at_rival_venue and model.rival_venue is not None:
        numbers[f"venue.{PUBLICITY}"] = values[f"rival_venue.{PUBLICITY}"]
        model = model.model_copy(update={"venue": model.rival_venue})
    return Settled(replace(crisis, model=model.model_copy(update={"dispute": None})), numbers)


def settle(crisis: Crisis, values: Values, encode: Encode) -> Settled:
    """Settle what is in dispute about the talks of a world, the agenda before the venue.

    Each side weighs what the talks would be worth to it on either terms, by solving the game on
    both (MODEL 5.6). `encode` encodes a settled world; a coarse grid will do.
    """
    terms = Terms(values[AGENDA] > 0, False)
    if is_settled(crisis):
        return Settled(crisis, values)
    war = work_out_war(encode(*on_terms(crisis, values, terms)))
    luck = values[LUCK]
    if agenda_is_open(crisis):
        narrow, wide = (Terms(is_wide, False) for is_wide in (False, True))
        race = race_between(crisis, values, (wide, narrow), encode, war)
        terms = narrow if luck < race.challenger_concedes else wide
        luck = left_over(luck, race.challenger_concedes)
    if venue_is_open(crisis):
        wanted, other = venues(crisis, terms)
        race = race_between(crisis, values, (wanted, other), encode, war)
        terms = other if luck < race.challenger_concedes else wanted
    return on_terms(crisis, values, terms)


def terms_in_dispute(crisis: Crisis, values: Values) -> list[Terms]:
    """Return all terms that may come of what is in dispute."""
    agendas = (False, True) if agenda_is_open(crisis) else (values[AGENDA] > 0,)
    sites = (False, True) if venue_is_open(crisis) else (False,)
    return [Terms(is_wide, is_rival) for is_wide in agendas for is_rival in sites]


def venues(crisis: Crisis, terms: Terms) -> tuple[Terms, Terms]:
    """Return the terms with the venue that the challenger wants, and with the other."""
    rival = crisis.model.rival_venue
    challenger_wants_rival = rival is not None and rival.wanted_by == crisis.of_role("challenger")
    wanted = terms._replace(is_at_rival_venue=challenger_wants_rival)
    return wanted, terms._replace(is_at_rival_venue=not challenger_wants_rival)


def left_over(luck: float, chance: float) -> float:
    """Return what one draw leaves for the next: uniform again, whichever side it fell on."""
    if luck < chance:
        return luck / chance
    return (luck - chance) / (1.0 - chance) if chance < 1.0 else luck


def race_between(
    crisis: Crisis,
    values: Values,
    terms: tuple[Terms, Terms],
    encode: Encode,
    war: WarTable | None = None,
) -> Race:
    """Return who concedes and when: the challenger wants the first of the terms, B the second."""
    worlds = [encode(*on_terms(crisis, values, wanted)) for wanted in terms]
    solved = [solve(world, war=war, with_exploitability=False) for world in worlds]
    own, others = (worth_of(*pair) for pair in zip(worlds, solved, strict=True))
    talks = worlds[0].talks
    pace, precision = values[PACE], values["moves.precision"]
    force = int(worlds[0].calendar.force_at_start)
    cost = challenger_flow(talks, force, 0)
    concedes = concession_rate(pace, precision, Stake(own.challenger, others.challenger, cost))
    stake = Stake(others.defender, own.defender, talks.defender_standoff)
    other = concession_rate(pace, precision, stake)
    return Race(first_to_concede(concedes, other), mean_delay(concedes, other))


def worth_of(world: World, solved: Solved) -> Worth:
    """Return what a world is worth to each side at its start, the public mean over its types."""
    hard, tough = probability(world.talks.hard_log_odds), probability(world.talks.tough_log_odds)
    return Worth(
        hard * solved.worth[0] + (1.0 - hard) * solved.worth[1],
        tough * solved.worth[2] + (1.0 - tough) * solved.worth[3],
    )
