"""What both sides would rather have than force: packages, and the range of deals they lie in."""

from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.bargaining.game import (
    BY_CHALLENGER,
    CHALLENGER_TYPES,
    DEFENDER_TYPES,
    TO_CHALLENGER,
    TO_DEFENDER,
    Game,
    Reading,
    agenda_of,
    agendas,
    place_on,
)
from detente.ensemble.encode.agenda import Settled, Terms, on_terms
from detente.ensemble.encode.mediators import read_help
from detente.ensemble.encode.talks import durability_of, read_agenda
from detente.ensemble.encode.world import encode_settled
from detente.kernel.layout import Array
from detente.kernel.places import force_of
from detente.kernel.talks import (
    concede,
    concession_price,
    defender_worth,
    order_by_price,
)
from detente.kernel.world import World


class Frontier(NamedTuple):
    """The efficient deals of an agenda at its corners, between which all worths run straight."""

    challenger: Annotated[Array, "worth to the challenger, rising; shape (corners,)"]
    defender: Annotated[Array, "worth to the defender, falling; shape (corners,)"]


class Interval(NamedTuple):
    """Deals that both prefer to force, by what they are worth to the challenger."""

    exists: bool
    lowest: float
    highest: float


def read_ranges(game: Game) -> Reading:
    """Return, for each agenda, its packages and the deals that both sides prefer to force.

    The challenger's alternative is to strike with the force in view at the start; the defender's,
    to be struck so. On the agenda that is not the game's all else is as it is there.
    """
    reading: Reading = {}
    for agenda in agendas(game.settled.crisis):
        settled = on_terms(*game.settled, Terms(agenda == "wide", False))
        world = encode_settled(*settled, **game.depth._asdict())
        for key, value in _read_agenda(settled, world, game.solved.war.worth).items():
            reading["agendas", agenda, *key] = value
        reading["agendas", agenda, "played"] = agenda == agenda_of(game)
    return reading


def _read_agenda(settled: Settled, world: World, war: Array) -> Reading:
    place = place_on(world, 0)
    struck = war[force_of(place.posture), place.stance, BY_CHALLENGER]
    frontier = frontier_of(settled, world)
    reading = _read_packages(settled, world)
    for a, challenger in enumerate(CHALLENGER_TYPES):
        for b, defender in enumerate(DEFENDER_TYPES):
            force = float(struck[a, b, TO_CHALLENGER]), float(struck[a, b, TO_DEFENDER])
            pair = _read_pair(world, frontier, force)
            reading |= {("pairs", challenger, defender, *key): x for key, x in pair.items()}
    return reading


def _read_pair(world: World, frontier: Frontier, force: tuple[float, float]) -> Reading:
    """Return what is preferred to force by one type of each side."""
    interval = interval_of(frontier, force)
    reading: Reading = {
        ("exists",): interval.exists,
        ("force_to_challenger",): force[0],
        ("force_to_defender",): force[1],
    }
    if interval.exists:
        reading |= {("lowest",): interval.lowest, ("highest",): interval.highest}
    for package, worth in enumerate(package_worths(world)):
        is_inside = worth[0] >= force[0] and worth[1] >= force[1]
        reading["inside", str(package + 1)] = is_inside
    return reading


def interval_of(frontier: Frontier, force: tuple[float, float]) -> Interval:
    """Return the deals on a frontier that are worth no less than force to either side.

    From what force is worth to the challenger, or the softest deal, up to where the defender is
    indifferent to being struck, or the hardest.
    """
    lowest = max(force[0], float(frontier.challenger[0]))
    highest = float(np.interp(-force[1], -frontier.defender, frontier.challenger))
    exists = force[1] <= frontier.defender[0] and lowest <= highest
    return Interval(bool(exists), lowest, highest)


def frontier_of(settled: Settled, world: World) -> Frontier:
    """Return the efficient frontier of a world's agenda, with the force that is in view.

    Everything is conceded in the order of what it then costs the defender for each unit that the
    challenger gains, withheld relief among it, how long each side's word keeps and the price of
    conceding in public included (Sebenius 1983).
    """
    agenda = read_agenda(*settled)
    keeps = durability_of(*settled, world.talks)
    gains = np.append(keeps[1] * agenda.demanded[:-1], agenda.demanded[-1])
    losses = np.append(_price(world) * agenda.conceded[:-1], keeps[0] * agenda.conceded[-1])
    order = np.zeros(len(gains), np.int64)
    order_by_price(gains, losses, order)
    start = keeps[0] * agenda.conceded[-1] + read_help(*settled).leverage
    challenger = np.append(0.0, np.cumsum(gains[order])) - agenda.demanded[-1]
    defender = start - np.append(0.0, np.cumsum(losses[order]))
    return Frontier(challenger, defender)


def _price(world: World) -> float:
    force = force_of(place_on(world, 0).posture)
    return concession_price(world.talks, force, world.talks.has_vowed == 1)


def package_worths(world: World) -> list[tuple[float, float]]:
    """Return what each package is worth to challenger and defender, with the force in view."""
    talks = world.talks
    force = force_of(place_on(world, 0).posture)
    return [
        (
            float(talks.challenger_deal[package]),
            float(defender_worth(talks, package, force, talks.has_vowed == 1)),
        )
        for package in range(int(talks.packages))
    ]


def _read_packages(settled: Settled, world: World) -> Reading:
    """Return what each package moves, and its worth to both sides."""
    crisis, values = settled
    agenda = read_agenda(crisis, values)
    is_wide = values["talks.wide_agenda"] > 0
    issues = [key for key, issue in crisis.model.issues.items() if is_wide or issue.narrow]
    order = np.zeros(len(agenda.demanded), np.int64)
    order_by_price(agenda.demanded, agenda.conceded, order)
    spacing = float(agenda.demanded[:-1].sum()) / int(world.talks.packages)
    reading: Reading = {}
    for package, worth in enumerate(package_worths(world)):
        positions = np.zeros(len(agenda.demanded))
        gain = float(agenda.demanded[-1]) + (package + 0.5) * spacing
        concede(agenda.demanded, order, gain, positions)
        name = "packages", str(package + 1)
        reading |= {
            (*name, "issues", key): float(x) for key, x in zip(issues, positions, strict=False)
        }
        reading[*name, "relief"] = 1.0 - float(positions[-1])
        reading[*name, "to_challenger"], reading[*name, "to_defender"] = worth
    return reading
