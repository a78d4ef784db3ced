"""One world of a crisis with its bargaining game solved, and how its tables are read."""

from collections.abc import Mapping
from typing import Annotated, NamedTuple, TypeAlias

import numpy as np

from detente.ensemble.encode.agenda import Settled, settle
from detente.ensemble.encode.world import encode_coarsely, encode_settled
from detente.ensemble.record import Grid
from detente.kernel.beliefs import probability
from detente.kernel.crisis import Solved, WarTable, grid_of, solve
from detente.kernel.layout import Array
from detente.kernel.menus import first_regime
from detente.kernel.places import Place, posture_at, stance_at
from detente.kernel.world import World
from detente.pack import Crisis

CHALLENGER_TYPES = ("hard", "soft")
DEFENDER_TYPES = ("tough", "weak")
HOLDERS = (*CHALLENGER_TYPES, *DEFENDER_TYPES, "ally")
"""Whose worth the tables hold, in their order."""
BY_CHALLENGER, TO_CHALLENGER, TO_DEFENDER = 0, 0, 1
"""Places in the war table: who begins, and to whom force is worth so much."""

Key: TypeAlias = tuple[str, ...]
Reading: TypeAlias = dict[Key, float]
"""What one world says, each number under its name in parts; a yes or no is a `bool`."""
Values: TypeAlias = Mapping[str, float]


class Depth(NamedTuple):
    """How finely and how far ahead the game is solved."""

    grid: Grid
    horizon: Annotated[int, "days that can be played [days]"]


class Game(NamedTuple):
    """One world: on which terms the talks are held, its record, and both sides' policies."""

    settled: Settled
    world: World
    solved: Solved
    depth: Depth


class Beliefs(NamedTuple):
    """What is held of both sides, in log-odds."""

    tough: float
    hard: float


def play_out(crisis: Crisis, values: Values, depth: Depth, *, with_exploitability: bool) -> Game:
    """Settle what is in dispute about the talks of one world, and solve the game on those terms."""
    settled = settle(crisis, values, encode_coarsely)
    world = encode_settled(*settled, **depth._asdict())
    return Game(settled, world, solve(world, with_exploitability=with_exploitability), depth)


def solved_on(settled: Settled, depth: Depth, war: WarTable) -> Game:
    """Solve a world whose war is known already."""
    world = encode_settled(*settled, **depth._asdict())
    return Game(settled, world, solve(world, war=war, with_exploitability=False), depth)


def agendas(crisis: Crisis) -> tuple[str, ...]:
    """Return the agendas that a crisis can have: the wide one only if it holds anything more."""
    has_more = any(not issue.narrow for issue in crisis.model.issues.values())
    return ("narrow", "wide") if has_more else ("narrow",)


def agenda_of(game: Game) -> str:
    """Return the agenda on which the talks are held."""
    is_wide = game.settled.values["talks.wide_agenda"] > 0
    return agendas(game.settled.crisis)[-1] if is_wide else "narrow"


def prior(world: World) -> Beliefs:
    """Return what is believed at the start."""
    return Beliefs(float(world.talks.tough_log_odds), float(world.talks.hard_log_odds))


def prior_chances(world: World) -> tuple[float, float]:
    """Return the chances at the start that the challenger is hard and the defender tough."""
    beliefs = prior(world)
    return probability(beliefs.hard), probability(beliefs.tough)


def place_on(world: World, day: int) -> Place:
    """Return where a crisis stands on a day that has not moved but for forces that had to leave."""
    stage = int(world.calendar.stage_of_day[day])
    force = min(int(world.calendar.force_at_start), int(world.calendar.ceiling[stage]))
    return Place(stage, posture_at(force), stance_at(0, int(world.talks.has_vowed)))


def at_beliefs(world: World, block: Array, beliefs: Beliefs) -> Array:
    """Return what a table holds at a pair of beliefs, as play mixes the policies of near cells.

    `block`: by belief that the defender is tough, then that the challenger is hard.
    """
    tough, hard = (_nearness(world, log_odds) for log_odds in beliefs)
    return np.asarray(np.einsum("t,h,th...->...", tough, hard, block.astype(np.float64)))


def _nearness(world: World, log_odds: float) -> Array:
    """Return the share of each grid point in a belief, linear between two, clamped at the ends."""
    grid = grid_of(world)
    place = np.clip((log_odds - grid.origin) / grid.step, 0.0, grid.points - 1.0)
    return np.asarray(np.maximum(0.0, 1.0 - np.abs(np.arange(grid.points) - place)))


def worth_at_start(game: Game) -> Array:
    """Return what the crisis is worth to each holder at its start, shape (holders,).

    The ally's is that just before the first move: the solver keeps no earlier one.
    """
    place = place_on(game.world, 0)
    regime = first_regime(game.world.talks)
    block = game.solved.policies.worth[place.stage, place.posture, place.stance, regime]
    before_move = at_beliefs(game.world, block, prior(game.world))
    return np.array([*game.solved.worth, before_move[HOLDERS.index("ally")]])
