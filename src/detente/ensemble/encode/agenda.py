"""Agenda and venue of the talks: as the pack states them, or settled by a race of concessions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
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
"""Matters that may be in dispute, by name, in the order in which they are settled."""
CHALLENGER_TYPES, DEFENDER_TYPES = (0, 1), (2, 3)
"""Indices of each side's types, resolved first, in the worths of a `Weigh`."""

Values: TypeAlias = Mapping[str, float]
Encode: TypeAlias = Callable[[Crisis, Values], World]
Weigh: TypeAlias = Callable[[World], Sequence[float]]
"""Returns the worth of a settled world to each type: the challenger's, then the defender's
[value]."""


class Terms(NamedTuple):
    """The agenda and the venue of the talks."""

    is_wide: bool
    is_at_rival_venue: bool


class WorldOnTerms(NamedTuple):
    """A world with agenda and venue settled."""

    world: World
    worth: Sequence[float]
    """Worth to the challenger's types, then the defender's [value]."""


class Race(NamedTuple):
    """A dispute about agenda or venue: who concedes, and when."""

    rate: Array
    """Rate at which each side concedes, by side and type, resolved first [1/day], shape (2, 2)."""
    types: Array
    """Chance of each pair of types at the start, challenger's then defender's, shape (2, 2)."""

    @property
    def challenger_concedes(self) -> float:
        """Return the chance that the challenger concedes first, averaged over both sides' types."""
        return float((self.types * self._challenger_first()).sum())

    @property
    def mean_delay(self) -> float:
        """Return the mean time until a side concedes, averaged over both sides' types [days]."""
        challenger, defender = self.rate
        delays = [[mean_delay(own, other) for other in defender] for own in challenger]
        return float((self.types * np.array(delays)).sum())

    def types_behind(self, is_by_challenger: bool) -> Array:
        """Return the chance of each pair of types given who conceded (Bayes), shape (2, 2)."""
        first = self._challenger_first()
        weights = self.types * (first if is_by_challenger else 1.0 - first)
        return np.asarray(weights / weights.sum())

    def _challenger_first(self) -> Array:
        """Return the chance that the challenger concedes first, by both types, shape (2, 2)."""
        challenger, defender = self.rate
        return np.array(
            [[first_to_concede(own, other) for other in defender] for own in challenger]
        )


class Concession(NamedTuple):
    """The outcome of one dispute about agenda or venue in a world."""

    matter: str
    """The matter: agenda or venue."""
    race: Race
    is_by_challenger: bool
    """Whether the challenger concedes; otherwise the defender does."""


class CrisisOnTerms(NamedTuple):
    """A crisis and the numbers of a world with agenda and venue settled."""

    crisis: Crisis
    values: Values


def has_agreed_terms(crisis: Crisis) -> bool:
    """Return whether the pack leaves neither agenda nor venue in dispute."""
    return not agenda_is_open(crisis) and not venue_is_open(crisis)


def agenda_is_open(crisis: Crisis) -> bool:
    """Return whether the agenda is in dispute."""
    return crisis.model.dispute is not None and crisis.model.dispute.agenda


def venue_is_open(crisis: Crisis) -> bool:
    """Return whether a rival venue is in dispute."""
    dispute, rival = crisis.model.dispute, crisis.model.rival_venue
    return dispute is not None and dispute.venue and rival is not None


def on_terms(crisis: Crisis, values: Values, terms: Terms) -> CrisisOnTerms:
    """Return the world with agenda and venue as `terms` says, and no dispute about them."""
    numbers = {**values, AGENDA: float(terms.is_wide)}
    model = crisis.model
    if terms.is_at_rival_venue and model.rival_venue is not None:
        # The encoder reads one venue, so the rival venue replaces it under the same name.
        numbers[f"venue.{PUBLICITY}"] = values[f"rival_venue.{PUBLICITY}"]
        model = model.model_copy(update={"venue": model.rival_venue})
    return CrisisOnTerms(replace(crisis, model=model.model_copy(update={"dispute": None})), numbers)


def terms_after_race(crisis: Crisis, values: Values, encode: Encode) -> CrisisOnTerms:
    """Return the world with agenda and venue settled by the race of concessions.

    `encode` encodes a settled world; a coarse grid is enough.
    """
    return terms_after_concessions(crisis, values, race(crisis, values, encode))


def terms_after_concessions(
    crisis: Crisis, values: Values, concessions: Sequence[Concession]
) -> CrisisOnTerms:
    """Return the world with the agenda and the venue that result from the concessions."""
    terms = Terms(values[AGENDA] > 0, False)
    for concession in concessions:
        terms = terms_wanted(crisis, terms, concession.matter)[int(concession.is_by_challenger)]
    return on_terms(crisis, values, terms) if concessions else CrisisOnTerms(crisis, values)


def worth_of(world: World, war: WarTable | None = None) -> Sequence[float]:
    """Return the worth of a settled world to the challenger's types, then the defender's."""
    return solve(world, war=war, with_exploitability=False).worth


def race(
    crisis: Crisis, values: Values, encode: Encode, weigh: Weigh | None = None
) -> tuple[Concession, ...]:
    """Return who concedes in each dispute about the talks of a world: agenda first, then venue.

    The game is solved on either side's terms, and each type compares what the two are worth to it
    (MODEL 5.6). Who conceded the agenda reveals something about the types that then dispute the
    venue. `encode` encodes a settled world; a coarse grid is enough. `weigh` is `worth_of` by
    default.
    """
    if has_agreed_terms(crisis):
        return ()
    terms, draw, types = Terms(values[AGENDA] > 0, False), values[CONCEDER_DRAW], None
    if weigh is None:
        # War is the same on all terms, so one war table serves every game solved here.
        weigh = partial(worth_of, war=cached_war(encode(*on_terms(crisis, values, terms))))
    # The venue is disputed on an agenda that was compared already: that game is solved once.
    game_on = cache(partial(settle, crisis, values, encode, weigh))
    concessions = []
    is_open = {"agenda": agenda_is_open(crisis), "venue": venue_is_open(crisis)}
    for matter in (one for one in MATTERS if is_open[one]):
        pair = terms_wanted(crisis, terms, matter)
        contest = race_between(values, *map(game_on, pair))
        # The side that conceded the agenda revealed something about its type, which both sides know
        # when they dispute the venue (5.6).
        contest = contest if types is None else contest._replace(types=types)
        chance = contest.challenger_concedes
        is_by_challenger = draw < chance
        concessions.append(Concession(matter, contest, is_by_challenger))
        terms, types = pair[int(is_by_challenger)], contest.types_behind(is_by_challenger)
        # What is left of the draw is a new uniform number, for the next dispute.
        if is_by_challenger:
            draw /= chance
        elif chance < 1.0:
            draw = (draw - chance) / (1.0 - chance)
    return tuple(concessions)


def encode_dispute(concessions: Sequence[Concession], dispute: TermsDispute) -> None:
    """Fill in who concedes in each dispute of a world, and at which rates."""
    dispute.matters = len(concessions)
    for index, (matter, contest, is_by_challenger) in enumerate(concessions):
        dispute.matter[index] = MATTERS[matter]
        dispute.conceder[index] = CHALLENGER if is_by_challenger else DEFENDER
        dispute.rate[index] = contest.rate


def terms_wanted(crisis: Crisis, terms: Terms, matter: str) -> tuple[Terms, Terms]:
    """Return the terms that the challenger wants in a matter, and the terms if it concedes."""
    if matter == "agenda":
        return Terms(True, False), Terms(False, False)
    rival = crisis.model.rival_venue
    wants_rival = rival is not None and rival.wanted_by == crisis.of_role("challenger")
    wanted, other = (
        terms._replace(is_at_rival_venue=one) for one in (wants_rival, not wants_rival)
    )
    return wanted, other


def terms_in_dispute(crisis: Crisis, values: Values) -> list[Terms]:
    """Return all terms to which the disputes can lead."""
    agendas = (False, True) if agenda_is_open(crisis) else (values[AGENDA] > 0,)
    sites = (False, True) if venue_is_open(crisis) else (False,)
    return [Terms(is_wide, is_rival) for is_wide in agendas for is_rival in sites]


def settle(
    crisis: Crisis, values: Values, encode: Encode, weigh: Weigh, terms: Terms
) -> WorldOnTerms:
    """Return the world on these terms, and what the talks are worth to both sides."""
    world = encode(*on_terms(crisis, values, terms))
    return WorldOnTerms(world, weigh(world))


def race_between(values: Values, first: WorldOnTerms, second: WorldOnTerms) -> Race:
    """Return the race in which the challenger wants the terms of `first`, the defender the other's.

    The sides compare what the settled talks will be worth.
    """
    talks, calendar = first.world.talks, first.world.calendar
    wanted, other = first.worth, second.worth
    pace, precision = values[PACE], values["moves.precision"]
    # A day of delay costs each side what a day of the crisis costs on the as-of date.
    cost = challenger_flow(talks, int(calendar.force_at_start), 0)
    rate = [
        [
            concession_rate(pace, precision, Stake(wanted[one], other[one], cost))
            for one in CHALLENGER_TYPES
        ],
        [
            concession_rate(
                pace, precision, Stake(other[one], wanted[one], talks.defender_standoff)
            )
            for one in DEFENDER_TYPES
        ],
    ]
    hard, tough = probability(talks.hard_log_odds), probability(talks.tough_log_odds)
    return Race(np.array(rate), np.outer([hard, 1.0 - hard], [tough, 1.0 - tough]))
