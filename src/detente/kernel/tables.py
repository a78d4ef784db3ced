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
"""Size from which a table has its own memory mapping: 4 MiB, above all tables of the tiny grid.

The system allocates the pages of a mapping one by one on first use, at two microseconds each. That
is too slow for the small tables of a question that solves thousands of small games. Pages of 2 MiB
would take a third more time and memory, since they include places that are never reached.
"""


class Question(IntEnum):
    """The decisions of a game, each numbered from the first of its kind.

    To CHALLENGER and DEFENDER, the moves, add the regime; to the answers to offers the package; to
    the answers to a standstill the regime in which it is offered, which a refusal leaves unchanged;
    to REPLY the Onset of force; to TAKING 1 if talks have failed. A reply is that of the side
    against which force is begun, by force level, without a raise under way.
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
"""States of the talks at a taking: they continue, or have failed."""
QUESTIONS = Question.TAKING + TALKS_AT_TAKING
ANSWERS = Question.REPLY - Question.DEFENDER_ANSWER
"""Entries of the table of answers: questions with two answers, of which the first is stored."""


PRESS_COLUMNS = 7
"""Size of a stored Press: the chances of what follows if an ally presses for force."""
LAPSE_ANSWERS = 3
"""Choices of the challenger when its ultimatum lapses: strike, back down, begin a campaign."""
TAKING_ANSWERS = 3
"""The defender's answers to a taking: accept it, protest, reverse it by force."""
MOST_ANSWERS = max(REPLIES, LAPSE_ANSWERS, TAKING_ANSWERS)
"""Most answers to a question other than the sides' moves."""


class Policies(NamedTuple):
    """Solved policies and worths.

    The axes of beliefs are those about the defender (tough), then about the challenger (hard); that
    of types has the firm type first.
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
    """Chance of each choice of the challenger when its ultimatum lapses, float32.

    Shape (stages, postures, stances, points, points, 2, LAPSE_ANSWERS).
    """
    worth: Array
    """Worth before a move, float32 [value].

    Shape (stages, postures, stances, regimes, points, points, HOLDERS).
    """
    force: Array
    """Worth of force by its onset, float32 [value].

    That of the challenger's force includes the chance that its ally joins at once. Shape (stages,
    force levels, stances, ONSETS, points, points, HOLDERS).
    """
    joins: Array
    """Chance that the ally joins the challenger's strike and its campaign at once.

    At the beliefs of the as-of date. Shape (stages, force levels, stances, 2).
    """
    press: Array
    """The fields of a Press: the chances of what follows if the ally presses for force.

    Shape (stages, postures, stances, regimes, PRESS_COLUMNS).
    """
    follows: Array
    """Chance that the challenger joins its ally's force when it considers that.

    At the beliefs of the as-of date, by scale of the ally's force, reply, and scale of its own
    force. Shape (stages, force levels, steps, 2, REPLIES, 2).
    """
    replies: Array
    """Chance of each reply of the side against which force is begun, float32.

    Shape (stages, force levels, stances, ONSETS, points, points, 2, REPLIES).
    """
    failed: Array
    """Worth of failed talks at the start of each stage, and after the last [value].

    The state is that after force which leaves the dispute open: no vow, and no raise under way.
    Shape (stages + 1, force levels, steps, points, points, HOLDERS).
    """
    unsettled: Array
    """1 where the residual of the equation is above .02, uint8.

    Shape (stages, postures, stances, questions, points, points).
    """
    takings: Array
    """Chance of each answer of the defender's to a taking, float32.

    This and the next two tables have no stages in a game without takings. Shape (stages, postures,
    stances, TALKS_AT_TAKING, points, points, 2, TAKING_ANSWERS).
    """
    contested: Array
    """Worth of a dispute after a taking, at the start of each stage and after the last [value].

    Shape (stages + 1, postures, stances, TALKS_AT_TAKING, points, points, HOLDERS).
    """
    reversal: Array
    """Worth of the defender's force against a taking [value].

    Shape (stages, force levels, stances, points, points, HOLDERS).
    """


class Work(NamedTuple):
    """Worths and starting points of the backward recursion, by posture and stance first [value]."""

    next_stage: Array
    """Worth at the start of the next stage.

    Shape (postures, stances, regimes, points, points, HOLDERS).
    """
    continuation: Array
    """Worth at the start of the next stage, discounted to this stage and under its force ceiling.
    """
    now: Array
    """Worth in this stage; events of nature are mixed in last."""
    answered: Array
    """Worth once an offer or an ultimatum has been made, before its answer.

    Shape (postures, stances, answers, points, points, HOLDERS).
    """
    force: Array
    """Worth of force begun in this stage.

    Shape (force levels, stances, ONSETS, points, points, HOLDERS).
    """
    during_force: Array
    """Worth of force under each reply, while it lasts.

    Shape (force levels, steps, ONSETS, REPLIES, points, points, HOLDERS).
    """
    under_reply: Array
    """Worth of force under each reply, with its continuation, for force begun in this stage."""
    after_force: Array
    """Worth of the game after force of this stage, which has revealed the plan.

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
    """The expected results of force, by force level, programme step, onset and reply."""

    worth: Array
    """Worth of force while it lasts, by type of challenger and of defender, and holder.

    Holders are challenger, defender and ally; shape (LEVELS, LEVELS, ONSETS, REPLIES, 2, 2, 3).
    """
    continuation_discount: Array
    """Expected discount at the end of force, counted only if force leaves the dispute open.

    By plan, by view (challenger's, defender's) and by the programme's step after force; shape
    (LEVELS, LEVELS, ONSETS, REPLIES, plans, 2, LEVELS).
    """


class Continuation(NamedTuple):
    """The game that follows a limited strike or a war, with its own grid of beliefs."""

    failed: Array
    """Its `Policies.failed`."""
    grid: Grid
    stage_position: Array
    """Position of the end of each of our stages among the starts of its stages, shape (stages,).

    A fraction is a position between two starts.
    """


class TakenGame(NamedTuple):
    """The game that follows a taking, with its own grid of beliefs; no stages without takings."""

    contested: Array
    """Its `Policies.contested`."""
    reversal: Array
    """Its `Policies.reversal`."""
    grid: Grid
    stage_position: Array
    """Position of the end of each of our stages among the starts of its stages, shape (stages,)."""
    stage_index: Array
    """Index of its stage in which each of our stages ends, shape (stages,)."""


class SolverWorkspace(NamedTuple):
    """All inputs, outputs and memory of the backward recursion over one game."""

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
    """Return the places that can be reached in a stage.

    Force is limited by its ceiling. A raise above it may be under way if the next stage's ceiling
    is higher, since it is ordered before it can arrive.
    """
    calendar = workspace.world.calendar
    # Odd postures are between two force levels: the one after the ceiling's is a raise under way.
    postures = posture_at(calendar.ceiling[stage]) + 1
    if ceiling_after(calendar, stage) > calendar.ceiling[stage]:
        postures += 1
    talks = workspace.world.talks
    may_vow = talks.has_vowed == 1 or talks.defender_rate[DefenderMove.VOW] > 0.0
    # A vow or a step of an earlier epoch persists in this one (MODEL 5.10).
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
    """Return the number of postures of a game, with those of a blockade if it has one."""
    return POSTURES if talks.has_blockade == 1 else RAISING


def new_policies(
    stages: int, points: int, *, postures: int = POSTURES, may_take: bool = False
) -> Policies:
    """Return policy tables of zeros; `may_take` says whether a taking is possible.

    Each large table has its own memory mapping. Pages that are never written take no memory, and
    all of it returns to the system when the table is deleted.
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
        # One entry more than there are stages: the worth after the last.
        contested=_zeros(np.float64, of_taking + int(may_take), *taken, *beliefs, HOLDERS),
        reversal=_zeros(np.float64, of_taking, LEVELS, STANCES, *beliefs, HOLDERS),
    )


def _zeros(kind: type[np.generic], *shape: int) -> Array:
    """Return a table of zeros, with its own memory mapping if it is large."""
    cells = math.prod(shape)
    size = cells * np.dtype(kind).itemsize
    if size < LEAST_OWN:
        return np.zeros(shape, kind)
    # A page of a private mapping takes memory only once it is written; reading it takes none.
    own = mmap.mmap(-1, size, access=mmap.ACCESS_COPY)
    return np.frombuffer(own, kind, cells).reshape(shape)


def new_work(policies: Policies) -> Work:
    """Return work arrays of zeros for the recursion that fills these policies."""
    return work_in(policies, np.zeros(work_cells(policies)))


def work_cells(policies: Policies) -> int:
    """Return the total size of the work arrays for these policies [numbers]."""
    return sum(map(math.prod, _work_shapes(policies).values()))


def work_in(policies: Policies, memory: Array) -> Work:
    """Return the work arrays for these policies, as parts of `memory`.

    `memory` is flat and has at least `work_cells(policies)` numbers.
    """
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
        "next_stage": values,
        "continuation": values,
        "now": values,
        "answered": (*standing, ANSWERS, *beliefs, HOLDERS),
        "force": (LEVELS, STANCES, ONSETS, *beliefs, HOLDERS),
        "during_force": replied,
        "under_reply": replied,
        "after_force": (2, LEVELS, LEVELS, len(PLANS), *beliefs, HOLDERS),
        "taken": (*standing, TALKS_AT_TAKING, *beliefs, HOLDERS),
        "start": (*standing, QUESTIONS, nodes),
        "posteriors": (*standing, QUESTIONS, MOVES, nodes),
    }
