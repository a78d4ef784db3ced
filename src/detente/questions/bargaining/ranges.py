"""The bargaining range, the terms of the talks, and the worth of mediators."""

from dataclasses import replace
from functools import partial
from typing import Annotated, NamedTuple

import numpy as np

from detente.ensemble.encode.agenda import (
    CrisisOnTerms,
    Terms,
    on_terms,
    race,
    venue_is_open,
    worth_of,
)
from detente.ensemble.encode.lessons import read_lessons
from detente.ensemble.encode.talks import (
    conceded_for,
    issues_on_table,
    packages_of,
    read_agenda,
    read_mediation,
    with_access,
)
from detente.ensemble.encode.world import encode_coarsely, encode_on_terms
from detente.kernel.beliefs import probability
from detente.kernel.crisis import begin_future, new_plays
from detente.kernel.draws import Draws
from detente.kernel.layout import Array
from detente.kernel.mediation import gains_from_truth
from detente.kernel.mediators import TOUGH, WEAK, Message, always_says, message_shift, truth_pays
from detente.kernel.talks import (
    concession_price,
    defender_worth,
    lasting_share,
    order_by_price,
    worth,
)
from detente.kernel.world import World
from detente.pack import Crisis
from detente.questions.bargaining.game import (
    CHALLENGER_TYPES,
    DEFENDER_TYPES,
    HOLDERS,
    Game,
    Reading,
    agenda_of,
    agendas,
    force_at_start,
    solved_on,
    worth_at_start,
    worth_of_failure,
    worth_of_force,
)

MESSAGES = {"if_tough": TOUGH, "if_weak": WEAK}
KNOTS = 257
"""Points on a curved frontier: straight lines between them err by at most 1e-4, except where the
first concessions are nearly free."""


class Frontier(NamedTuple):
    """The efficient deals of an agenda, at points between which worths are nearly linear."""

    challenger: Annotated[Array, "worth to the challenger, rising; shape (points,)"]
    defender: Annotated[Array, "worth to the defender, falling; shape (points,)"]


class Interval(NamedTuple):
    """The deals that both sides prefer to force, by their worth to the challenger."""

    exists: bool
    lowest: float
    highest: float


def read_ranges(game: Game) -> Reading:
    """Return, for each agenda, its packages and the deals that both sides prefer to force.

    The challenger's alternative is to strike with the force deployed at the start, the defender's
    to be struck. A deal is worth its own worth while it lasts, and that of failed talks once it
    breaks. For the agenda that is not the game's, everything else is as in the game.
    """
    reading: Reading = {}
    for agenda in agendas(game.settled.crisis):
        settled = on_terms(*game.settled, Terms(agenda == "wide", False))
        world = encode_on_terms(*settled, **game.depth._asdict())
        for key, value in _read_agenda(game, settled, world).items():
            reading["agendas", agenda, *key] = value
        reading["agendas", agenda, "played"] = agenda == agenda_of(game)
    return reading


def _read_agenda(game: Game, settled: CrisisOnTerms, world: World) -> Reading:
    """Return the packages of an agenda, and the deals that each pair of types prefers to force."""
    struck = worth_of_force(game, force_at_start(world))
    lasting = lasting_share(world.talks)
    # The worth of a deal that equals force, if what follows a broken deal is counted.
    equal = (struck - (1.0 - lasting) * worth_of_failure(game)) / lasting
    frontier, deals = frontier_of(settled, world), package_worths(world)
    issues = issues_on_table(*settled)
    moved = packages_of(read_agenda(*settled).issues, len(deals))
    reading: Reading = {}
    for package, (positions, deal) in enumerate(zip(moved, deals, strict=True)):
        name = "packages", str(package + 1)
        reading |= {
            (*name, "issues", key): float(x) for key, x in zip(issues, positions, strict=False)
        }
        reading[*name, "relief"] = 1.0 - float(positions[-1])
        reading[*name, "to_challenger"], reading[*name, "to_defender"] = deal
    for a, challenger in enumerate(CHALLENGER_TYPES):
        for b, defender in enumerate(DEFENDER_TYPES):
            pair = "pairs", challenger, defender
            force = float(equal[a]), float(equal[2 + b])
            found = interval_of(frontier, force)
            reading[*pair, "exists"] = found.exists
            if found.exists:
                reading[*pair, "lowest"] = found.lowest
                reading[*pair, "highest"] = found.highest
            for package, deal in enumerate(deals):
                is_inside = deal[0] >= force[0] and deal[1] >= force[1]
                reading[*pair, "inside", str(package + 1)] = is_inside
            reading[*pair, "force_to_challenger"] = float(struck[a])
            reading[*pair, "force_to_defender"] = float(struck[2 + b])
    return reading


def interval_of(frontier: Frontier, force: tuple[float, float]) -> Interval:
    """Return the deals on a frontier that are worth no less than force to either side.

    From the challenger's worth of force, or the deal that concedes least, to the point where the
    defender is indifferent to being struck, or the deal that concedes most.
    """
    lowest = max(force[0], float(frontier.challenger[0]))
    highest = float(np.interp(-force[1], -frontier.defender, frontier.challenger))
    exists = force[1] <= frontier.defender[0] and lowest <= highest
    return Interval(bool(exists), lowest, highest)


def frontier_of(settled: CrisisOnTerms, world: World) -> Frontier:
    """Return the efficient frontier of a world's agenda, with the force that is deployed.

    The cheapest concessions for the defender, for each unit that the challenger gains, come first
    (Sebenius 1983). Withheld relief is one of them. The prices include the defender's trust in the
    challenger's promises and the cost of conceding in public. Curved issues have `KNOTS` points.
    """
    written = read_agenda(*settled).issues
    trust = read_lessons(*settled).challenger_trust
    force = force_at_start(world)
    price = concession_price(world.talks, force, world.talks.has_vowed == 1)
    issues = written._replace(
        conceded=np.append(price * written.conceded[:-1], trust * written.conceded[-1])
    )
    order = np.zeros(len(issues.demanded), np.int64)
    order_by_price(issues.demanded, issues.conceded, order)
    # From no concession to the whole demand.
    gained = np.append(0.0, np.cumsum(issues.demanded[order]))
    if (issues.gain_exponent == issues.cost_exponent).all():
        lost = np.append(0.0, np.cumsum(issues.conceded[order]))
    else:
        gained = np.linspace(0.0, gained[-1], KNOTS)
        moved = (conceded_for(issues, gain) for gain in gained)
        lost = np.array([worth(issues.conceded, issues.cost_exponent, z) for z in moved])
    start = trust * written.conceded[-1] + read_mediation(*settled).leverage
    return Frontier(gained - written.demanded[-1], start - lost)


def package_worths(world: World) -> list[tuple[float, float]]:
    """Return the worth of each package to challenger and defender, with the deployed force."""
    talks = world.talks
    force = force_at_start(world)
    return [
        (
            float(talks.challenger_deal[package]),
            float(defender_worth(talks, package, force, talks.has_vowed == 1)),
        )
        for package in range(int(talks.packages))
    ]


def read_terms(crisis: Crisis, values: dict[str, float], game: Game) -> Reading:
    """Return how agenda and venue are settled, and the worth of the agenda.

    `wide_less_narrow` is how much more the talks are worth to a side on the wide agenda, all else
    equal, for which it would hold out (MODEL 5.6). The races are those of the encoding.
    """
    reading: Reading = {}
    if len(agendas(crisis)) > 1:
        is_wide = agenda_of(game) == "wide"
        turned = on_terms(*game.settled, Terms(not is_wide, False))
        other = solved_on(turned, game.depth, war=game.solved.war)
        wide, narrow = (game, other) if is_wide else (other, game)
        gains = (worth_at_start(wide) - worth_at_start(narrow)).tolist()
        for holder, gain in zip(HOLDERS, gains, strict=True):
            reading["terms", "wide_less_narrow", holder] = gain
    weigh = partial(worth_of, war=game.solved.war)
    for name, held, _ in race(crisis, values, encode_coarsely, weigh):
        reading["terms", name, "challenger_concedes"] = held.challenger_concedes
        reading["terms", name, "mean_delay"] = held.mean_delay
    if venue_is_open(crisis):
        is_rival = game.settled.crisis.model.venue == crisis.model.rival_venue
        reading["terms", "venue", "is_rival"] = is_rival
    return reading


def read_mediators(game: Game) -> Reading:
    """Return each mediator's value: what its access adds to the crisis's worth at its start.

    The game is solved again without it. That counts its help with draft deals and offers,
    discretion, and leverage. The effect of its one message on the first day, at the beliefs of the
    start, is reported separately: whether it would be believed, and the belief about the defender
    after it. `always_tough`, `always_weak`: whether it would say so whatever it knows, if it were
    believed.
    """
    reading: Reading = {}
    with_all, mediators = worth_at_start(game), game.world.mediators
    crisis = game.settled.crisis
    for key in with_access(crisis):
        alone = solved_on(without(game.settled, key), game.depth, war=game.solved.war)
        values = (with_all - worth_at_start(alone)).tolist()
        for holder, value in zip(HOLDERS, values, strict=True):
            reading["mediators", key, "worth", holder] = value
        number = crisis.all_of_role("mediator").index(key)
        play, *_ = new_plays(game.world, game.solved, Draws(0, 0, 0, 0, 0))
        begin_future(play.trajectory)
        gains = gains_from_truth(play, number)
        reading["mediators", key, "report_rate"] = float(mediators.report_rate[number])
        reading["mediators", key, "bias"] = float(mediators.bias[number])
        reading["mediators", key, "is_believed"] = bool(truth_pays(gains))
        reading["mediators", key, "always_tough"] = always_says(gains) == TOUGH
        reading["mediators", key, "always_weak"] = always_says(gains) == WEAK
        for name, says in MESSAGES.items():
            shift = message_shift(mediators, play.trajectory.state.messages, Message(number, says))
            belief = probability(float(play.trajectory.state.tough + shift))
            reading["mediators", key, name] = belief
    return reading


def without(settled: CrisisOnTerms, key: str) -> CrisisOnTerms:
    """Return a world in which one mediator has no access to both sides."""
    crisis = settled.crisis
    others = tuple(other for other in with_access(crisis) if other != key)
    venue = crisis.model.venue.model_copy(update={"access": others})
    model = crisis.model.model_copy(update={"venue": venue})
    return settled._replace(crisis=replace(crisis, model=model))
