"""What the talks are about and where, as the pack says it or as a race of concessions gives it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple, TypeAlias

import numpy as np

from detente.kernel import agenda
from detente.kernel.agenda import Stake, TermsDispute, concession_rate, first_to_concede, mean_delay
from detente.kernel.beliefs import probability
from detente.kernel.layout import Array
from detente.kernel.solution import WarTable, cached_war, solve
from detente.kernel.talks import challenger_flow
from detente.kernel.theatre import CHALLENGER, DEFENDER
from detente.kernel.world import World
from detente.pack.crisis import Crisis

AGENDA = "talks.wide_agenda"
CONCEDER_DRAW = "dispute.luck"
PACE = "dispute.pace"
PUBLICITY = "publicity"
MATTERS = {"agenda": agenda.AGENDA, "venue": agenda.VENUE}
"""What may be in dispute, in the order in which it is settled."""

Values: TypeAlias = Mapping[str, float]
Encode: TypeAlias = Callable[[Crisis, Values], World]
Weigh: TypeAlias = Callable[[World], Sequence[float]]
"""Returns the worth of a settled world at its start: challenger's types, defender's [value]."""


class Terms(NamedTuple):
    """What the talks are about and where they are held."""

    is_wide: bool
    is_at_rival_venue: bool


class Race(NamedTuple):
    """A dispute about the talks: who concedes, and when."""

    rate: Array
    """Rate at which each side concedes, by side, then firm type and other [1/day], shape (2, 2)."""
    types: Array
    """Chance of each pair of types as it begins, challenger's then defender's, shape (2, 2)."""

    @property
    def challenger_concedes(self) -> float:
        """Return the chance that the challenger concedes first, the mean over both sides' types."""
        return float((self.types * self._challenger_first()).sum())

    @property
    def mean_delay(self) -> float:
        """Return the mean time until either concedes, the mean over both sides' types [days]."""
        delays = [[mean_delay(a, b) for b in self.rate[1]] for a in self.rate[0]]
        return float((self.types * np.array(delays)).sum())

    def types_behind(self, is_by_challenger: bool) -> Array:
        """Return the chance of each pair of types once one side has conceded (Bayes)."""
        first = self._challenger_first()
        weights = self.types * (first if is_by_challenger else 1.0 - first)
        return np.asarray(weights / weights.sum())

    def _challenger_first(self) -> Array:
        return np.array([[first_to_concede(a, b) for b in self.rate[1]] for a in self.rate[0]])


class Concession(NamedTuple):
    """How a matter in dispute comes out in a world."""

    matter: str
    """The matter: agenda or venue."""
    race: Race
    is_by_challenger: bool
    """Whether the challenger concedes it, and not the defender."""


class Settled(NamedTuple):
    """A crisis and the numbers of a world, with nothing about the talks left in dispute."""

    crisis: Crisis
    values: Values


def is_settled(crisis: Crisis) -> bool:
    """Say whether the pack leaves neither agenda nor venue in dispute."""
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
        # The rival venue takes the place of the other under its name, since the encoder reads one
        # venue.
        numbers[f"venue.{PUBLICITY}"] = values[f"rival_venue.{PUBLICITY}"]
        model = model.model_copy(update={"venue": model.rival_venue})
    return Settled(replace(crisis, model=model.model_copy(update={"dispute": None})), numbers)


def settle(crisis: Crisis, values: Values, encode: Encode) -> Settled:
    """Return a world on the terms that come of what is in dispute about its talks.

    `encode` encodes a settled world; a coarse grid will do.
    """
    return settled_by(crisis, values, race(crisis, values, encode))


def settled_by(crisis: Crisis, values: Values, concessions: Sequence[Concession]) -> Settled:
    """Return a world on the terms that concessions leave."""
    terms = Terms(values[AGENDA] > 0, False)
    for concession in concessions:
        terms = terms_wanted(crisis, terms, concession.matter)[int(concession.is_by_challenger)]
    return on_terms(crisis, values, terms) if concessions else Settled(crisis, values)


def worth_of(world: World, war: WarTable | None = None) -> Sequence[float]:
    """Return the worth of a settled world at its start: challenger's types, then defender's."""
    return solve(world, war=war, with_exploitability=False).worth


def race(
    crisis: Crisis, values: Values, encode: Encode, weigh: Weigh | None = None
) -> tuple[Concession, ...]:
    """Return who concedes what is in dispute about the talks of a world, agenda before venue.

    Each type weighs what the talks would be worth to it on either terms, by solving the game on
    both (MODEL 5.6). Who has conceded the agenda reveals something of the types that dispute the
    venue. `encode` encodes a settled world; a coarse grid will do. `weigh` is `worth_of` unless
    given.
    """
    if is_settled(crisis):
        return ()
    terms, draw, types = Terms(values[AGENDA] > 0, False), values[CONCEDER_DRAW], None
    if weigh is None:
        # War is the same on all terms, so that one table of it serves every game solved here.
        weigh = partial(worth_of, war=cached_war(encode(*on_terms(crisis, values, terms))))
    concessions = []
    for matter in matters_in_dispute(crisis):
        pair = terms_wanted(crisis, terms, matter)
        held = race_between(crisis, values, pair, encode, weigh)
        # Whoever conceded the agenda has shown something of its type, which both know at the venue
        # (5.6).
        held = held if types is None else held._replace(types=types)
        chance = held.challenger_concedes
        is_by_challenger = draw < chance
        concessions.append(Concession(matter, held, is_by_challenger))
        terms, draw = pair[int(is_by_challenger)], left_over(draw, chance)
        types = held.types_behind(is_by_challenger)
    return tuple(concessions)


def encode_dispute(concessions: Sequence[Concession], dispute: TermsDispute) -> None:
    """Fill who concedes what about the talks in a world, and at which rates."""
    dispute.matters = len(concessions)
    for place, (matter, held, is_by_challenger) in enumerate(concessions):
        dispute.matter[place] = MATTERS[matter]
        dispute.conceder[place] = CHALLENGER if is_by_challenger else DEFENDER
        dispute.rate[place] = held.rate


def matters_in_dispute(crisis: Crisis) -> list[str]:
    """Return what is in dispute, in the order in which it is settled."""
    is_open = {"agenda": agenda_is_open(crisis), "venue": venue_is_open(crisis)}
    return [matter for matter in MATTERS if is_open[matter]]


def terms_wanted(crisis: Crisis, terms: Terms, matter: str) -> tuple[Terms, Terms]:
    """Return the terms that the challenger wants in a matter, and those if it concedes it."""
    if matter == "venue":
        return venues(crisis, terms)
    return Terms(True, False), Terms(False, False)


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


def left_over(draw: float, chance: float) -> float:
    """Return what one draw leaves for the next: uniform again, whichever side it fell on."""
    if draw < chance:
        return draw / chance
    return (draw - chance) / (1.0 - chance) if chance < 1.0 else draw


def race_between(
    crisis: Crisis,
    values: Values,
    terms: tuple[Terms, Terms],
    encode: Encode,
    weigh: Weigh = worth_of,
) -> Race:
    """Return who concedes and when: the challenger wants the first of the terms, B the second."""
    # Both games are solved as if nothing were in dispute: the race is over what the talks will be
    # worth.
    worlds = [encode(*on_terms(crisis, values, wanted)) for wanted in terms]
    wanted, other = map(weigh, worlds)
    talks = worlds[0].talks
    pace, precision = values[PACE], values["moves.precision"]
    # A day of delay costs each what a day of the dispute does on the as-of date.
    cost = challenger_flow(talks, int(worlds[0].calendar.force_at_start), 0)
    rate = [
        [concession_rate(pace, precision, Stake(wanted[k], other[k], cost)) for k in (0, 1)],
        [
            concession_rate(pace, precision, Stake(other[k], wanted[k], talks.defender_standoff))
            for k in (2, 3)
        ],
    ]
    hard, tough = probability(talks.hard_log_odds), probability(talks.tough_log_odds)
    return Race(np.array(rate), np.outer([hard, 1.0 - hard], [tough, 1.0 - tough]))
