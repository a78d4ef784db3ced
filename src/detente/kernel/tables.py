"""Where policies and values are kept: by stage, force, programme step, question and beliefs."""

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from detente.kernel.beliefs import Grid
from detente.kernel.layout import Array
from detente.kernel.nodes import MOVES, Node
from detente.kernel.talks import CHALLENGER_MOVES, DEFENDER_MOVES, Regime
from detente.kernel.world import World

LEVELS = 3
"""Force levels F and programme steps N, each 0 to 2 (MODEL 5.1)."""
REGIMES = len(Regime)


class Question(IntEnum):
    """What is decided; the first two go by regime, the answers by package.

    The defender's answer past the last package is to an ultimatum.
    """

    CHALLENGER = 0
    DEFENDER = 4
    DEFENDER_ANSWER = 8
    ULTIMATUM_ANSWER = 13
    CHALLENGER_ANSWER = 14
    LAPSE = 19


QUESTIONS = 20
ANSWERS = QUESTIONS - int(Question.DEFENDER_ANSWER)
"""Questions with two answers, the first of which is kept."""


class Place(NamedTuple):
    """A stage, a force level and a programme step."""

    stage: int
    force: int
    step: int


class Policies(NamedTuple):
    """Solved policies. Beliefs go by defender tough, then challenger hard; types firm, then not."""

    challenger: Array
    """Chance of each move, shape (stages, F, N, regimes, points, points, 2, moves), float32."""
    defender: Array
    """The same for the defender."""
    answers: Array
    """Chance of the first answer, shape (stages, F, N, answers, points, points, 2, 1), float32."""
    worth: Array
    """Worth before a move, shape (stages, F, N, regimes, points, points, 4), float32."""
    force: Array
    """Worth of force begun by challenger, defender or ally, shape (F, N, 3, points, points, 4)."""
    unsettled: Array
    """1 where the residual is above .02, shape (stages, F, N, questions, points, points), uint8."""


class Work(NamedTuple):
    """Values and warm starts of the recursion, by F and N first."""

    later: Array
    """Worth at the start of the next stage, shape (F, N, regimes, points, points, 4)."""
    ahead: Array
    """The same, discounted to this stage and under its force ceiling."""
    now: Array
    """Worth in this stage, before nature."""
    answered: Array
    """Worth once a question is put, shape (F, N, answers, points, points, 4)."""
    force: Array
    """The policies' worth of force, the same array."""
    start: Array
    """Last stage's solution of each node, shape (F, N, questions, points, points)."""
    posteriors: Array
    """Last stage's posteriors by move, shape (F, N, questions, points, points, MOVES)."""


class Desk(NamedTuple):
    """What the recursion works with."""

    world: World
    policies: Policies
    work: Work
    node: Node
    grid: Grid


def new_policies(stages: int, points: int) -> Policies:
    """Return zeroed policy tables."""
    place = (stages, LEVELS, LEVELS)
    beliefs = (points, points)
    return Policies(
        challenger=np.zeros((*place, REGIMES, *beliefs, 2, CHALLENGER_MOVES), np.float32),
        defender=np.zeros((*place, REGIMES, *beliefs, 2, DEFENDER_MOVES), np.float32),
        answers=np.zeros((*place, ANSWERS, *beliefs, 2, 1), np.float32),
        worth=np.zeros((*place, REGIMES, *beliefs, 4), np.float32),
        force=np.zeros((LEVELS, LEVELS, 3, *beliefs, 4)),
        unsettled=np.zeros((*place, QUESTIONS, *beliefs), np.uint8),
    )


def new_work(policies: Policies) -> Work:
    """Return zeroed values and starts for these policies."""
    points = policies.worth.shape[4]
    beliefs = (points, points)
    levels = (LEVELS, LEVELS)
    values = (*levels, REGIMES, *beliefs, 4)
    return Work(
        later=np.zeros(values),
        ahead=np.zeros(values),
        now=np.zeros(values),
        answered=np.zeros((*levels, ANSWERS, *beliefs, 4)),
        force=policies.force,
        start=np.zeros((*levels, QUESTIONS, *beliefs)),
        posteriors=np.zeros((*levels, QUESTIONS, *beliefs, MOVES)),
    )
