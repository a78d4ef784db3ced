"""Who offers what and when, and what is accepted, as the solved policies have it."""

from typing import Annotated, NamedTuple

import numpy as np

from detente.analysis.bargaining.game import (
    CHALLENGER_TYPES,
    DEFENDER_TYPES,
    Beliefs,
    Game,
    Reading,
    at_beliefs,
    place_on,
    prior,
)
from detente.kernel.arithmetic import arrival, logit
from detente.kernel.layout import Array
from detente.kernel.menus import mover_probability
from detente.kernel.places import force_of
from detente.kernel.tables import Question
from detente.kernel.talks import PACKAGES, ChallengerMove, DefenderMove, Regime

DAYS = (0, 30, 90, 180, 300)
"""Days on which the moves are read."""
WITHIN = 30
"""Over which the chance of a move is told [days]."""
BELIEFS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Beliefs at which answers are read."""
REGIMES = {"no_text": Regime.NO_TEXT, "text_ready": Regime.TEXT_READY}
ULTIMATUM = "ultimatum"


class Mover(NamedTuple):
    """A side that moves, and where its policy is kept."""

    name: str
    types: tuple[str, str]
    moves: type[ChallengerMove] | type[DefenderMove]
    table: Annotated[Array, "as `Policies` keeps it"]
    pace: Annotated[float, "most moves [1/day]"]


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

    As often as on that day, at the beliefs, force and stance of the start: what the policy says of
    a day, not what will have happened by then. What is not on the menu has no chance.
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
    """Return the moves by number: an offer of each package, then the others but to hold."""
    offers = {package: f"offer_{package + 1}" for package in range(packages)}
    others = {
        int(move): move.name.lower()
        for move in mover.moves
        if move >= PACKAGES and move.name != "HOLD"
    }
    return offers | others


def daily_chances(game: Game, mover: Mover, regime: int, day: int) -> Array:
    """Return the chance of each move on one day by type, shape (2, moves).

    The policy of a stage is rescaled to a day as play does it (MODEL 5.3), on a day that gives a
    strike its mean justification: play has more strikes in unrest and fewer in calm.
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
    return has_move * at_beliefs(world, block, prior(world))


def within(chances: Array, days: int = WITHIN) -> Array:
    """Return the chance of at least one move in so many days from that of a day."""
    return np.asarray(-np.expm1(days * np.log1p(-chances)))


def read_answers(game: Game) -> Reading:
    """Return the chances that offers are accepted on the first day, by what is believed.

    The defender's by the belief that the challenger is hard, and the challenger's by the belief
    that the defender is tough; what is believed of the one who answers is as at the start.
    """
    reading: Reading = {}
    start = prior(game.world)
    for belief in BELIEFS:
        log_odds = float(logit(belief))
        of_challenger = start._replace(hard=log_odds)
        for question, name in defender_questions(game).items():
            chances = acceptance(game, question, of_challenger)
            for kind, chance in zip(DEFENDER_TYPES, chances, strict=True):
                reading["answers", "defender", name, kind, str(belief)] = chance
        of_defender = start._replace(tough=log_odds)
        for package in range(int(game.world.talks.packages)):
            chances = acceptance(game, Question.CHALLENGER_ANSWER + package, of_defender)
            for kind, chance in zip(CHALLENGER_TYPES, chances, strict=True):
                key = "answers", "challenger", str(package + 1), kind, str(belief)
                reading[key] = chance
    return reading


def defender_questions(game: Game) -> dict[int, str]:
    """Return what the defender may be asked: each package, and to yield if force is in view."""
    packages = range(int(game.world.talks.packages))
    questions = {Question.DEFENDER_ANSWER + package: str(package + 1) for package in packages}
    if force_of(place_on(game.world, 0).posture) > 0:
        questions[int(Question.ULTIMATUM_ANSWER)] = ULTIMATUM
    return questions


def acceptance(game: Game, question: int, beliefs: Beliefs) -> tuple[float, float]:
    """Return the chance that each type of the side asked says yes on the first day."""
    place = place_on(game.world, 0)
    table = game.solved.policies.answers[place.stage, place.posture, place.stance]
    block = table[question - Question.DEFENDER_ANSWER, :, :, :, 0]
    firm, other = at_beliefs(game.world, block, beliefs).tolist()
    return firm, other
