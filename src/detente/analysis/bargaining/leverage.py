"""Whether more force in view makes the defender readier to agree: leverage, or provocation."""

import numpy as np

from detente.analysis.bargaining.game import (
    BY_CHALLENGER,
    TO_DEFENDER,
    Game,
    Reading,
    at_beliefs,
    place_on,
    prior,
    prior_chances,
)
from detente.kernel.places import LEVELS, posture_at, stance_at

LEAST_SEEN = 0.0005
"""Changes of a chance below this are not told as one: half of the last digit that is printed."""


def read_leverage(game: Game) -> Reading:
    """Return whether more force in view makes the defender readier to accept each package.

    `margin` is the one-stage limit of MODEL 5.2: by how much one more level of force lowers what
    the defender expects of being struck, less what it adds to the price of the package. Above 0
    force is leverage, below it is provocation. `accepted` is the answer of the game as solved: the
    chance of acceptance on the first day at the beliefs of the start, by force level in view. The
    two may differ: a defender that refuses is not struck at once, and not surely.
    """
    reading: Reading = {}
    talks = game.world.talks
    for step in range(LEVELS - 1):
        name = f"{step}_to_{step + 1}"
        fall = struck_worth(game, step) - struck_worth(game, step + 1)
        reading["leverage", "fall", name] = fall
        for package in range(int(talks.packages)):
            dearer = talks.capitulation * talks.publicity * talks.defender_concession[package]
            margin = float(fall - dearer)
            reading["leverage", "margin", str(package + 1), name] = margin
            reading["leverage", "is_leverage", str(package + 1), name] = margin > 0.0
    reading |= _read_acceptance(game)
    return reading | _read_agreement(reading)


def struck_worth(game: Game, force: int) -> float:
    """Return what being struck is worth to the defender at a force level, the public mean."""
    hard, tough = prior_chances(game.world)
    stance = stance_at(0, int(game.world.talks.has_vowed))
    worth = game.solved.war.worth[force, stance, BY_CHALLENGER, :, :, TO_DEFENDER]
    return float(np.array([hard, 1.0 - hard]) @ worth @ np.array([tough, 1.0 - tough]))


def _read_acceptance(game: Game) -> Reading:
    """Return the chance that each package is accepted, by force level up to the day's ceiling."""
    reading: Reading = {}
    ceiling = int(game.world.calendar.ceiling[place_on(game.world, 0).stage])
    for package in range(int(game.world.talks.packages)):
        accepted = [accepted_at(game, package, force) for force in range(ceiling + 1)]
        for force, chance in enumerate(accepted):
            reading["leverage", "accepted", str(package + 1), str(force)] = chance
        for force in range(ceiling):
            step = str(package + 1), f"{force}_to_{force + 1}"
            reading["leverage", "is_readier", *step] = accepted[force + 1] > accepted[force]
    return reading


def _read_agreement(reading: Reading) -> Reading:
    """Return whether acceptance moves as the margin has it, where it moves at all."""
    agreement: Reading = {}
    for key, is_readier in reading.items():
        if key[1] == "is_readier":
            _, _, package, step = key
            low, high = (reading["leverage", "accepted", package, step[place]] for place in (0, -1))
            if abs(high - low) >= LEAST_SEEN:
                is_leverage = reading["leverage", "is_leverage", package, step]
                agreement["leverage", "agrees", package, step] = is_readier == is_leverage
    return agreement


def accepted_at(game: Game, package: int, force: int) -> float:
    """Return the chance that a package is accepted on the first day, with so much force in view."""
    start = place_on(game.world, 0)
    table = game.solved.policies.answers[start.stage, posture_at(force), start.stance]
    answers = at_beliefs(game.world, table[package, :, :, :, 0], prior(game.world))
    _, tough = prior_chances(game.world)
    return tough * float(answers[0]) + (1.0 - tough) * float(answers[1])
