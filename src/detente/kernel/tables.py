"""Tables of policies and values, by stage, posture, stance, question and beliefs."""

import math
import mmap
from enum import IntEnum
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.kernel.beliefs import Grid
from detente.kernel.jit import jit, written_out
from detente.kernel.layout import Array
from detente.kernel.nodes import HOLDERS, MOVES, Node
from detente.kernel.places import (
    LEVELS,
    POSTURES,
    RAISING,
    STANCES,
    imposed_at,
    posture_at,
    stance_at,
    step_of,
)
from detente.kernel.posture import PLANS, ceiling_after
from detente.kernel.talks import (
    CHALLENGER_MOVES,
    DEFENDER_MOVES,
    DefenderMove,
    Negotiation,
    Regime,
)
from detente.kernel.theatre import ONSETS, REPLIES
from detente.kernel.world import World

REGIMES = len(Regime)

LEAST_OWN = 1 << 22
"""From how many bytes on a table has memory of its own: 4 MiB, above all tables of the tiny grid.

The system hands out its pages one by one, two microseconds each, which a question that solves a
small game thousands of times would wait for each time. Pages of 2 MiB take a third longer to run
and a third more memory, as they hold places that are never reached.
"""


class Question(IntEnum):
    """The decision. The first two go by regime and the answers by package.

    The first two go by regime and the answers by package. The defender's answer past the last
    package is to an ultimatum. Answers to a standstill go by the regime in which it is offered, as
    a refusal leaves that as it was. A reply is that of the side that force was begun against, by
    force level, with no raise under way. Answers to a taking go by whether talks have failed.
    """

    CHALLENGER = 0
    DEFENDER = 5
    DEFENDER_ANSWER = 10
    ULTIMATUM_ANSWER = 15
    DEFENDER_STANDSTILL = 16
    CHALLENGER_ANSWER = 20
    CHALLENGER_STANDSTILL = 25
    LAPSE = 29
    REPLY = 30
    TAKING = REPLY + ONSETS


TALKS_AT_TAKING = 2
"""Ways in which a taking meets the talks: they go on, or have failed."""
QUESTIONS = Question.TAKING + TALKS_AT_TAKING
ANSWERS = Question.REPLY - Question.DEFENDER_ANSWER
"""Questions with two answers, of which the first is stored."""


PRESS_COLUMNS = 7
"""Numbers that say what comes of it if an ally presses."""
LAPSE_ANSWERS = 3
"""What the challenger may do when its ultimatum lapses: strike, back down, begin a campaign."""
TAKING_ANSWERS = 3
"""What the defender may do about a taking: accept it, protest, reverse it by force."""
MOST_ANSWERS = max(REPLIES, LAPSE_ANSWERS, TAKING_ANSWERS)
"""Most answers to a question that is none of the two sides' moves."""


class Policies(NamedTuple):
    """Solved policies and worths.

    Beliefs go by the defender's (tough), then the challenger's (hard); types go firm, then other.
    """

    challenger: Array
    """Chance of each move, float32.

    Shape (stages, postures, stances, regimes, points, points, 2, moves).
    """
    defender: Array
    """The same for the defender."""
    answers: Array
    """Chance of the first answer, float32.

    Shape (stages, postures, stances, answers, points, points, 2, 1).
    """
    lapses: Array
    """Chance of each answer of the challenger's to an ultimatum that lapses, float32.

    Shape (stages, postures, stances, points, points, 2, LAPSE_ANSWERS).
    """
    worth: Array
    """Worth before a move, float32 [value].

    Shape (stages, postures, stances, regimes, points, points, HOLDERS).
    """
    force: Array
    """Worth of force by its onset, float32 [value].

    The challenger's counts that its ally may join at once.

    Shape (stages, force levels, stances, ONSETS, points, points, HOLDERS).
    """
    joins: Array
    """Chance that the ally joins the challenger's strike, its campaign at once.

    On the beliefs of the as-of date. Shape (stages, force levels, stances, 2).
    """
    press: Array
    """What comes of it if the ally presses for force, the fields of a Press.

    Shape (stages, postures, stances, regimes, PRESS_COLUMNS).
    """
    follows: Array
    """Chance that the challenger joins its ally's force when it weighs that.

    On the same beliefs, by scale of that force, reply, and scale of its own force. Shape (stages,
    force levels, steps, 2, REPLIES, 2).
    """
    replies: Array
    """Chance of each reply of the side that force is begun against, float32.

    Shape (stages, force levels, stances, ONSETS, points, points, 2, REPLIES).
    """
    failed: Array
    """Worth of failed talks at the start of each stage, and past the last [value].

    Without a vow and with nothing under way: the continuation of force that leaves the dispute
    open. Shape (stages + 1, force levels, steps, points, points, HOLDERS).
    """
    unsettled: Array
    """1 where the residual of the equation is above .02, uint8.

    Shape (stages, postures, stances, questions, points, points).
    """
    takings: Array
    """Chance of each answer of the defender's to a taking, float32.

    Here and in the next two there are no stages where nothing can be taken. Shape (stages,
    postures, stances, TALKS_AT_TAKING, points, points, 2, TAKING_ANSWERS).
    """
    contested: Array
    """Worth at the start of each stage, and past the last, of a dispute after a taking [value].

    Shape (stages + 1, postures, stances, TALKS_AT_TAKING, points, points, HOLDERS).
    """
    reversal: Array
    """Worth of the defender's force against a taking [value].

    Shape (stages, force levels, stances, points, points, HOLDERS).
    """


class Work(NamedTuple):
    """Values and warm starts of the recursion, by posture and stance first [value]."""

    later: Array
    """Worth at the start of the next stage.

    Shape (postures, stances, regimes, points, points, HOLDERS).
    """
    ahead: Array
    """The same, discounted to this stage and under its force ceiling."""
    now: Array
    """Worth in this stage, before nature."""
    answered: Array
    """Worth once an offer or an ultimatum is made.

    Shape (postures, stances, answers, points, points, HOLDERS).
    """
    force: Array
    """Worth of force begun in this stage.

    Shape (force levels, stances, ONSETS, points, points, HOLDERS).
    """
    at_once: Array
    """Worth of force under each reply, while it lasts.

    Shape (force levels, steps, ONSETS, REPLIES, points, points, HOLDERS).
    """
    replied: Array
    """The same with its continuation, for force begun in this stage."""
    follows: Array
    """Worth of what follows force of this stage, once it has revealed the plan.

    Shape (2, force levels, steps, plans, points, points, HOLDERS): after a limited strike, after a
    war.
    """
    taken: Array
    """Worth of a taking in this stage.

    Shape (postures, stances, TALKS_AT_TAKING, points, points, HOLDERS).
    """
    start: Array
    """Last stage's solution of each node, shape (postures, stances, questions, nodes)."""
    posteriors: Array
    """Last stage's posteriors by move.

    Shape (postures, stances, questions, MOVES, nodes).
    """


class Prospects(NamedTuple):
    """What force would bring, by force level, programme step, its onset and the reply."""

    worth: Array
    """Worth of force while it lasts, by type of challenger and of defender, and holder.

    Holders are challenger, defender and ally; shape (LEVELS, LEVELS, ONSETS, REPLIES, 2, 2, 3).
    """
    goes_on: Array
    """Discount at the end of force that leaves the dispute open.

    By plan, by whose view (challenger, defender) and by the step that the programme is left at;
    shape (LEVELS, LEVELS, ONSETS, REPLIES, plans, 2, LEVELS).
    """


class Continuation(NamedTuple):
    """The game that follows a limited strike or a war, with its own grid of beliefs."""

    failed: Array
    """Its `Policies.failed`."""
    grid: Grid
    place: Array
    """Position of each of our stages' ends among the starts of its stages, shape (stages,)."""


class TakenGame(NamedTuple):
    """The game that follows a taking, with its own grid of beliefs; no stages if there is none."""

    contested: Array
    """Its `Policies.contested`."""
    reversal: Array
    """Its `Policies.reversal`."""
    grid: Grid
    place: Array
    """Position of each of our stages' ends among the starts of its stages, shape (stages,)."""
    within: Array
    """Which of its stages holds each of ours, shape (stages,)."""


class SolverWorkspace(NamedTuple):
    """What the recursion of one game works with."""

    world: World
    policies: Policies
    work: Work
    node: Node
    grid: Grid
    prospects: Prospects
    continuations: tuple[Continuation, Continuation]
    taken: TakenGame


@written_out
def workspace_from(arrays: Any) -> SolverWorkspace:
    """Return a workspace of records from arrays of one record each (`layout.as_arrays`)."""
    return SolverWorkspace(
        arrays.world[0],
        arrays.policies,
        arrays.work,
        arrays.node[0],
        arrays.grid,
        arrays.prospects,
        arrays.continuations,
        arrays.taken,
    )


class Reachable(NamedTuple):
    """Which places can be reached in a stage; the others are not solved."""

    postures: Annotated[int, "postures from 0, up to a raise ordered for the next stage's ceiling"]
    first_stance: Annotated[int, "the lowest stance: a vow is never taken back"]
    last_stance: Annotated[int, "the highest stance: where nobody vows there is no vow"]
    last_step: Annotated[int, "the highest programme step: where nothing grows, none is made"]
    first_imposed: Annotated[int, "the lowest posture of a blockade, which may need force"]
    last_imposed: Annotated[int, "the highest; below the first where there is none"]


@jit
def reachable_places(workspace: SolverWorkspace, stage: int) -> Reachable:
    """Return which places are reachable in a stage.

    Force goes up to its ceiling, and one raise further if the next stage's ceiling is higher, since
    such a raise is ordered before it can arrive.
    """
    calendar = workspace.world.calendar
    # Odd postures lie between two force levels, so that one past the ceiling's is a raise under
    # way.
    postures = posture_at(calendar.ceiling[stage]) + 1
    if ceiling_after(calendar, stage) > calendar.ceiling[stage]:
        postures += 1
    talks = workspace.world.talks
    may_vow = talks.has_vowed == 1 or talks.defender_rate[DefenderMove.VOW] > 0.0
    # A vow or a step of an epoch before is still there in this one (5.10).
    may_vow = may_vow or calendar.may_have_vowed == 1
    may_grow = talks.growth_rate > 0.0 or talks.defender_rate[DefenderMove.ADVANCE] > 0.0
    may_grow = may_grow or calendar.may_have_grown == 1
    return Reachable(
        postures,
        stance_at(0, talks.has_vowed),
        STANCES - 1 if may_vow else LEVELS - 1,
        LEVELS - 1 if may_grow else 0,
        imposed_at(talks.blockade_force),
        imposed_at(calendar.ceiling[stage]) if talks.has_blockade == 1 else RAISING - 1,
    )


@jit
def is_reachable(reach: Reachable, posture: int, stance: int) -> bool:
    """Say whether a posture and a stance can be reached."""
    is_vow_open = reach.first_stance <= stance <= reach.last_stance
    may_stand = reach.first_imposed <= posture <= reach.last_imposed
    may_be = posture < reach.postures or may_stand
    return may_be and is_vow_open and step_of(stance) <= reach.last_step


@jit
def postures_of(talks: Negotiation) -> int:
    """Return the number of postures of a game; those of a blockade count only if there is one."""
    return POSTURES if talks.has_blockade == 1 else RAISING


def new_policies(
    stages: int, points: int, *, postures: int = POSTURES, may_take: bool = False
) -> Policies:
    """Return policy tables of zeros; `may_take`: whether something can be taken without shots.

    Each large one lies in memory that the system hands out for it alone: pages that no rule writes
    take none, and all of it goes back to the system with the table.
    """
    place = (stages, postures, STANCES)
    beliefs = (points, points)
    begun = (LEVELS, STANCES, ONSETS)
    of_taking = stages if may_take else 0
    taken = (postures, STANCES, TALKS_AT_TAKING)
    return Policies(
        challenger=_zeros(np.float32, *place, REGIMES, *beliefs, 2, CHALLENGER_MOVES),
        defender=_zeros(np.float32, *place, REGIMES, *beliefs, 2, DEFENDER_MOVES),
        answers=_zeros(np.float32, *place, ANSWERS, *beliefs, 2, 1),
        lapses=_zeros(np.float32, *place, *beliefs, 2, LAPSE_ANSWERS),
        worth=_zeros(np.float32, *place, REGIMES, *beliefs, HOLDERS),
        force=_zeros(np.float32, stages, *begun, *beliefs, HOLDERS),
        joins=_zeros(np.float64, stages, LEVELS, STANCES, 2),
        press=_zeros(np.float64, *place, REGIMES, PRESS_COLUMNS),
        follows=_zeros(np.float64, stages, LEVELS, LEVELS, 2, REPLIES, 2),
        replies=_zeros(np.float32, stages, *begun, *beliefs, 2, REPLIES),
        failed=_zeros(np.float64, stages + 1, LEVELS, LEVELS, *beliefs, HOLDERS),
        unsettled=_zeros(np.uint8, *place, QUESTIONS, *beliefs),
        takings=_zeros(np.float32, of_taking, *taken, *beliefs, 2, TAKING_ANSWERS),
        # One more than there are stages: the last is past the end.
        contested=_zeros(np.float64, of_taking + int(may_take), *taken, *beliefs, HOLDERS),
        reversal=_zeros(np.float64, of_taking, LEVELS, STANCES, *beliefs, HOLDERS),
    )


def _zeros(kind: type[np.generic], *shape: int) -> Array:
    """Return a table of zeros, in memory of its own if it is large."""
    cells = math.prod(shape)
    size = cells * np.dtype(kind).itemsize
    if size < LEAST_OWN:
        return np.zeros(shape, kind)
    # In memory that is not shared a page takes space once it is written; to read it takes none.
    own = mmap.mmap(-1, size, access=mmap.ACCESS_COPY)
    return np.frombuffer(own, kind, cells).reshape(shape)


def new_work(policies: Policies) -> Work:
    """Return values and starts of zeros for these policies."""
    return work_in(policies, np.zeros(work_cells(policies)))


def work_cells(policies: Policies) -> int:
    """Return the size of all work arrays for these policies."""
    return sum(map(math.prod, _work_shapes(policies).values()))


def work_in(policies: Policies, memory: Array) -> Work:
    """Return the work arrays for these policies in memory for as many numbers, or more."""
    tables, end = {}, 0
    for name, shape in _work_shapes(policies).items():
        begin, end = end, end + math.prod(shape)
        tables[name] = memory[begin:end].reshape(shape)
    return Work(**tables)


def _work_shapes(policies: Policies) -> dict[str, tuple[int, ...]]:
    postures, points = policies.worth.shape[1], policies.worth.shape[4]
    beliefs = (points, points)
    nodes = points * points
    standing = (postures, STANCES)
    values = (*standing, REGIMES, *beliefs, HOLDERS)
    replied = (LEVELS, LEVELS, ONSETS, REPLIES, *beliefs, HOLDERS)
    return {
        "later": values,
        "ahead": values,
        "now": values,
        "answered": (*standing, ANSWERS, *beliefs, HOLDERS),
        "force": (LEVELS, STANCES, ONSETS, *beliefs, HOLDERS),
        "at_once": replied,
        "replied": replied,
        "follows": (2, LEVELS, LEVELS, len(PLANS), *beliefs, HOLDERS),
        "taken": (*standing, TALKS_AT_TAKING, *beliefs, HOLDERS),
        "start": (*standing, QUESTIONS, nodes),
        "posteriors": (*standing, QUESTIONS, MOVES, nodes),
    }
