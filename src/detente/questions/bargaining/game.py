"""One world of a crisis with its bargaining game solved: worths, choices, answers to force."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Annotated, NamedTuple, TypeAlias

import numpy as np

from detente.ensemble.encode.agenda import CrisisOnTerms, terms_after_race
from detente.ensemble.encode.world import encode_coarsely, encode_on_terms
from detente.ensemble.record import Grid
from detente.kernel import places
from detente.kernel.arithmetic import arrival, logit
from detente.kernel.beliefs import probability
from detente.kernel.layout import Array
from detente.kernel.menus import mover_probability
from detente.kernel.places import LEVELS, Place, force_of, posture_at, stance_at
from detente.kernel.solution import Solved, WarTable, solve, worlds_of
from detente.kernel.tables import Question
from detente.kernel.talks import PACKAGES, ChallengerMove, DefenderMove, Regime
from detente.kernel.theatre import Reply, answered_share
from detente.kernel.war import reply_weight
from detente.kernel.world import AFTER_TAKING, World, grid_of
from detente.pack import Crisis

Key: TypeAlias = tuple[str, ...]
Reading: TypeAlias = dict[Key, float]
"""The numbers of one world, by name in parts; a yes or no is a `bool`."""
Values: TypeAlias = Mapping[str, float]

CHALLENGER_TYPES = ("hard", "soft")
DEFENDER_TYPES = ("tough", "weak")
HOLDERS = (*CHALLENGER_TYPES, *DEFENDER_TYPES, "ally")
"""The types and the ally whose worths the tables have, in order."""
BY_CHALLENGER, TO_DEFENDER = 0, 1
"""Indices in the tables: force that the challenger begins, and its worth to the defender."""

DAYS = (0, 30, 90, 180, 300)
"""Days at which the moves are reported."""
WITHIN = 30
"""Number of days over which the chance of a move is reported."""
BELIEFS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Beliefs at which answers are reported."""
REGIMES = {"no_text": Regime.NO_TEXT, "text_ready": Regime.TEXT_READY}
ULTIMATUM = "ultimatum"
STANDSTILL = "standstill"
LEAST_SEEN = 0.0005
"""Smaller changes of a chance are ignored: half of the last digit that is printed."""


class Depth(NamedTuple):
    """The grid and the horizon with which the game is solved."""

    grid: Grid
    horizon: Annotated[int, "days that can be played [days]"]


class Game(NamedTuple):
    """One world with its settled agenda and venue, its record, and both sides' policies."""

    settled: CrisisOnTerms
    world: World
    solved: Solved
    depth: Depth


class Beliefs(NamedTuple):
    """The beliefs about both sides, in log-odds."""

    tough: float
    hard: float


class Mover(NamedTuple):
    """A side that moves, and its policy."""

    name: str
    types: tuple[str, str]
    moves: type[ChallengerMove] | type[DefenderMove]
    table: Annotated[Array, "as `Policies` keeps it"]
    pace: Annotated[float, "most moves [1/day]"]


def play_out(crisis: Crisis, values: Values, depth: Depth, *, with_exploitability: bool) -> Game:
    """Settle the agenda and venue of one world, and solve the game.

    The crisis is that of the as-of date, without the events of its calendar.
    """
    settled = terms_after_race(crisis, values, encode_coarsely)
    return solved_on(settled, depth, with_exploitability=with_exploitability)


def solved_on(
    settled: CrisisOnTerms,
    depth: Depth,
    *,
    war: WarTable | None = None,
    with_exploitability: bool = False,
) -> Game:
    """Solve the game with agenda and venue settled; war is computed unless `war` is given."""
    world = encode_on_terms(*settled, **depth._asdict())
    solved = solve(world, war=war, with_exploitability=with_exploitability)
    if world.talks.taking_holds == 1 and len(solved.later) >= AFTER_TAKING:
        world = worlds_of(world, solved.war.settled)[AFTER_TAKING]
        solved = replace(solved, policies=solved.later[AFTER_TAKING - 1])
    return Game(settled, world, solved, depth)


def agendas(crisis: Crisis) -> tuple[str, ...]:
    """Return the agendas that a crisis can have: the wide one only if it has further issues."""
    has_more = any(not issue.narrow for issue in crisis.model.issues.values())
    return ("narrow", "wide") if has_more else ("narrow",)


def agenda_of(game: Game) -> str:
    """Return the agenda of the talks."""
    is_wide = game.settled.values["talks.wide_agenda"] > 0
    return agendas(game.settled.crisis)[-1] if is_wide else "narrow"


def prior(world: World) -> Beliefs:
    """Return the beliefs at the start."""
    return Beliefs(float(world.talks.tough_log_odds), float(world.talks.hard_log_odds))


def prior_chances(world: World) -> tuple[float, float]:
    """Return the chances at the start that the challenger, and the defender, is resolved."""
    beliefs = prior(world)
    return probability(beliefs.hard), probability(beliefs.tough)


def place_on(world: World, day: int) -> Place:
    """Return the state of the game on a day if nothing changed but forces that had to leave."""
    stage = int(world.calendar.stage_of_day[day])
    here = places.at_start(int(world.calendar.force_at_start), world.talks)
    ceiling = int(world.calendar.ceiling[stage])
    return Place(
        stage, places.posture_under_ceiling(world.talks, here.posture, ceiling), here.stance
    )


def at_beliefs(world: World, block: Array, beliefs: Beliefs) -> Array:
    """Return a table's values at a pair of beliefs, interpolated as play does it.

    `block` is by belief that the defender is resolved, then that the challenger is.
    """
    grid, shares = grid_of(world), []
    for log_odds in beliefs:
        # The share of each grid point, linear between two, clamped at the ends.
        place = np.clip((log_odds - grid.origin) / grid.step, 0.0, grid.points - 1.0)
        shares.append(np.maximum(0.0, 1.0 - np.abs(np.arange(grid.points) - place)))
    return np.asarray(np.einsum("t,h,th...->...", *shares, block.astype(np.float64)))


def at_start(world: World, block: Array) -> Array:
    """Return a table's values at the beliefs of the start."""
    return at_beliefs(world, block, prior(world))


def force_at_start(world: World) -> int:
    """Return the challenger's level of deployed force on the first day."""
    return force_of(place_on(world, 0).posture)


def worth_at_start(game: Game) -> Array:
    """Return the worth of the crisis to each holder at its start, shape (holders,).

    The ally's is that just before the first move, the earliest that the solver has.
    """
    place = place_on(game.world, 0)
    regime = places.at_start(force_of(place.posture), game.world.talks).regime
    block = game.solved.policies.worth[place.stage, place.posture, place.stance, regime]
    before_move = at_start(game.world, block)
    return np.array([*game.solved.worth, before_move[HOLDERS.index("ally")]])


def movers(game: Game) -> tuple[Mover, Mover]:
    """Return both principals as movers."""
    policies, talks = game.solved.policies, game.world.talks
    return (
        Mover(
            "challenger",
            CHALLENGER_TYPES,
            ChallengerMove,
            policies.challenger,
            float(talks.challenger_pace),
        ),
        Mover(
            "defender", DEFENDER_TYPES, DefenderMove, policies.defender, float(talks.defender_pace)
        ),
    )


def read_moves(game: Game) -> Reading:
    """Return each side's chance of each move within 30 days, by regime, day and type.

    The chance is the policy's on that day, repeated, at the beliefs, force and stance of the start;
    it does not include what happens before the day. A move that is not available has chance 0.
    """
    reading: Reading = {}
    for mover in movers(game):
        for regime, number in REGIMES.items():
            for day in (day for day in DAYS if day < game.depth.horizon):
                chances = within(daily_chances(game, mover, int(number), day))
                for move, name in move_names(mover, int(game.world.talks.packages)).items():
                    for own, kind in enumerate(mover.types):
                        key = "moves", mover.name, regime, str(day), name, kind
                        reading[key] = float(chances[own, move])
    return reading


def move_names(mover: Mover, packages: int) -> dict[int, str]:
    """Return the moves by number: an offer of each package, then the others except holding."""
    offers = {package: f"offer_{package + 1}" for package in range(packages)}
    others = {
        int(move): move.name.lower()
        for move in mover.moves
        if move >= PACKAGES and move.name != "HOLD"
    }
    return offers | others


def daily_chances(game: Game, mover: Mover, regime: int, day: int) -> Array:
    """Return the chance of each move on one day by type, shape (2, moves).

    The policy of a stage is rescaled to a day as in play (MODEL 5.3), with the mean justification
    of a strike: in play there are more strikes in unrest and fewer without.
    """
    world = game.world
    place = place_on(world, day)
    days = float(world.calendar.stage_days[place.stage])
    total = float(world.talks.challenger_pace + world.talks.defender_pace)
    block = mover.table[place.stage, place.posture, place.stance, regime].astype(np.float64)
    block *= arrival(total, days) / (days * arrival(total, 1.0))
    hold = int(mover.moves["HOLD"])
    block[..., hold] *= days * arrival(total, 1.0) / arrival(total, days)
    block /= block.sum(axis=-1, keepdims=True)
    has_move = mover_probability(mover.pace, total, 1.0)
    return has_move * at_start(world, block)


def within(chances: Array, days: int = WITHIN) -> Array:
    """Return the chance of at least one move in `days` days, given the daily chances."""
    return np.asarray(-np.expm1(days * np.log1p(-chances)))


def read_answers(game: Game) -> Reading:
    """Return the chances that offers are accepted on the first day, by belief.

    The defender's are by the belief that the challenger is resolved, the challenger's by the belief
    that the defender is; the other belief is that of the start.
    """
    reading: Reading = {}
    start = prior(game.world)
    packages = range(int(game.world.talks.packages))
    to_challenger = {Question.CHALLENGER_ANSWER + package: str(package + 1) for package in packages}
    if game.world.talks.standstill_days > 0.0:
        to_challenger[Question.CHALLENGER_STANDSTILL + Regime.NO_TEXT] = STANDSTILL
    asked = (
        ("defender", DEFENDER_TYPES, defender_questions(game), "hard"),
        ("challenger", CHALLENGER_TYPES, to_challenger, "tough"),
    )
    for side, kinds, questions, about in asked:
        for belief in BELIEFS:
            beliefs = start._replace(**{about: float(logit(belief))})
            for question, name in questions.items():
                chances = acceptance(game, question, beliefs)
                for kind, chance in zip(kinds, chances, strict=True):
                    reading["answers", side, name, kind, str(belief)] = chance
    return reading


def defender_questions(game: Game) -> dict[int, str]:
    """Return what the defender can be asked: each package, or to back down before force."""
    packages = range(int(game.world.talks.packages))
    questions = {Question.DEFENDER_ANSWER + package: str(package + 1) for package in packages}
    if force_at_start(game.world) > 0:
        questions[Question.ULTIMATUM_ANSWER] = ULTIMATUM
    if game.world.talks.standstill_days > 0.0:
        questions[Question.DEFENDER_STANDSTILL + Regime.NO_TEXT] = STANDSTILL
    return questions


def acceptance(game: Game, question: int, beliefs: Beliefs) -> tuple[float, float]:
    """Return the chance that each type of the side asked accepts on the first day."""
    place = place_on(game.world, 0)
    table = game.solved.policies.answers[place.stage, place.posture, place.stance]
    block = table[question - Question.DEFENDER_ANSWER, :, :, :, 0]
    firm, other = at_beliefs(game.world, block, beliefs).tolist()
    return firm, other


def read_leverage(game: Game) -> Reading:
    """Return whether more deployed force makes the defender readier to accept each package.

    `margin` is the one-stage limit of MODEL 5.2: by how much one more level of force lowers what
    the defender expects of being struck, less what it adds to the price of the package. Force is
    leverage if it is above 0, provocation if below. `accepted` is the answer of the solved game:
    the chance of acceptance on the first day at the beliefs of the start, by level of force. The
    two can differ, as a defender that refuses is not struck at once, and not with certainty.
    """
    reading: Reading = {}
    talks, start = game.world.talks, place_on(game.world, 0)
    for force in range(LEVELS - 1):
        step = f"{force}_to_{force + 1}"
        fall = struck_worth(game, force) - struck_worth(game, force + 1)
        reading["leverage", "fall", step] = fall
        for number in range(int(talks.packages)):
            dearer = talks.capitulation * talks.publicity * talks.defender_concession[number]
            margin = float(fall - dearer)
            reading["leverage", "margin", str(number + 1), step] = margin
            reading["leverage", "is_leverage", str(number + 1), step] = margin > 0.0
    _, tough = prior_chances(game.world)
    for number in range(int(talks.packages)):
        package, accepted = str(number + 1), []
        for force in range(int(game.world.calendar.ceiling[start.stage]) + 1):
            # The mean over the defender's types, with their chances at the start.
            table = game.solved.policies.answers[start.stage, posture_at(force), start.stance]
            answers = at_start(game.world, table[number, :, :, :, 0])
            chance = tough * float(answers[0]) + (1.0 - tough) * float(answers[1])
            accepted.append(chance)
            reading["leverage", "accepted", package, str(force)] = chance
        for force, (low, high) in enumerate(pairwise(accepted)):
            step = f"{force}_to_{force + 1}"
            reading["leverage", "is_readier", package, step] = high > low
            # Whether acceptance changes as the margin predicts, if it changes at all.
            if abs(high - low) >= LEAST_SEEN:
                is_leverage = reading["leverage", "is_leverage", package, step]
                reading["leverage", "agrees", package, step] = (high > low) == is_leverage
    return reading


def struck_worth(game: Game, force: int) -> float:
    """Return the worth of being struck to the defender at a force level, the public mean.

    It counts the fighting, with the reply that each of its types would then give, but not what
    follows, which does not depend on the force deployed now.
    """
    hard, tough = prior_chances(game.world)
    war = game.world.war
    worth = game.solved.war.worth[0, force, 0, BY_CHALLENGER, ..., TO_DEFENDER]
    by_type = np.array([hard, 1.0 - hard]) @ worth
    if game.world.talks.has_vowed == 1:
        left_undone = [1.0 - answered_share(war.theatre, int(reply)) for reply in Reply]
        by_type -= float(war.vow_price) * np.array(left_undone)[:, None]
    weights = np.array([reply_weight(war, int(reply)) for reply in Reply])[:, None]
    pull = weights * np.exp(float(game.world.talks.precision) * (by_type - by_type.max(axis=0)))
    of_types = (pull * by_type).sum(axis=0) / pull.sum(axis=0)
    return float(of_types @ np.array([tough, 1.0 - tough]))


def worth_of_force(game: Game, force: int) -> Array:
    """Return the worth of a strike by the challenger on the first day, shape (holders,).

    It is at a force level and at the beliefs of the start, and includes the reply and what follows.
    """
    stance = stance_at(0, int(game.world.talks.has_vowed))
    block = game.solved.policies.force[0, force, stance, BY_CHALLENGER]
    return at_start(game.world, block)


def worth_of_failure(game: Game) -> Array:
    """Return the worth of failed talks on the first day, shape (holders,)."""
    place = place_on(game.world, 0)
    block = game.solved.policies.worth[place.stage, place.posture, place.stance, Regime.FAILED]
    return at_start(game.world, block)
