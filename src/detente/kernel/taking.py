"""Taking a share of an issue without shots: its worth, and the answers to it."""

from detente.kernel.aftermath import read_worth
from detente.kernel.arithmetic import decay
from detente.kernel.beliefs import corners, point
from detente.kernel.decision import TakingAnswer
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.menus import continuing_entry, worth_of_fading
from detente.kernel.nodes import HOLDERS, Entry, Payoffs, add_move, begin_menu
from detente.kernel.places import (
    LEVELS,
    STANCES,
    Place,
    Standing,
    force_of,
    has_vowed,
    step_of,
    under_ceiling,
)
from detente.kernel.posture import ceiling_after
from detente.kernel.question import solve_question, store_result
from detente.kernel.tables import TALKS_AT_TAKING, Question, SolverWorkspace, postures_of
from detente.kernel.talks import (
    ChallengerMove,
    Negotiation,
    Regime,
    concession_price,
    subtract_share,
)
from detente.kernel.theatre import Onset
from detente.kernel.world import AFTER_TAKING


@jit
def change_after_taking(worlds: Array) -> None:
    """Change the only world of an array to the state after a taking (MODEL 5.13).

    The worth of the taken share is counted in full when it is taken. So deals, concessions and the
    demand are worth only what they add to it. The costs of the dispute to the challenger and its
    ally fall with the part of the demand that is met; the defender's stays.
    """
    talks = worlds[0].talks
    met = met_by_taking(talks)
    subtract_share(talks.challenger_deal, 1.0, talks.challenger_deal_taken)
    subtract_share(talks.defender_concession, 1.0, talks.defender_concession_taken)
    subtract_share(talks.ally_deal, 1.0, talks.ally_deal_taken)
    talks.challenger_demand -= talks.challenger_taken
    talks.defender_demand -= talks.defender_taken
    talks.ally_demand -= talks.ally_taken
    talks.challenger_standoff *= 1.0 - met
    talks.ally_standoff *= 1.0 - met
    talks.challenger_rate[ChallengerMove.TAKE] = 0.0


@jit
def met_by_taking(talks: Negotiation) -> float:
    """Return the share of the demand's worth to the challenger that a taking meets [0-1]."""
    if talks.challenger_demand <= 0.0:
        return 0.0
    return min(talks.challenger_taken / talks.challenger_demand, 1.0)


@jit
def worth_of_accepted_taking(talks: Negotiation, place: Place) -> Payoffs:
    """Return the worth of a taking that the defender accepts by backing down [value].

    The challenger keeps what it took, and the rest of its demand is worth as much as in a dispute
    that fades. The defender's loss counts at the price of a concession, and it pays the cost of
    backing down.
    """
    left = 1.0 - met_by_taking(talks)
    end = worth_of_fading(talks, step_of(place.stance))
    challenger = talks.challenger_taken + left * end.hard
    price = concession_price(talks, force_of(place.posture), has_vowed(place.stance))
    defender = -price * talks.defender_taken - talks.yield_cost
    ally = talks.ally_taken + left * end.ally
    return Payoffs(challenger, challenger, defender, defender, ally)


@jit
def solve_takings(workspace: SolverWorkspace, place: Place) -> None:
    """Solve the answers to a taking, during talks and after failed talks, and store its worth."""
    node, grid, talks = workspace.node, workspace.grid, workspace.world.talks
    for talks_failed in range(TALKS_AT_TAKING):
        block = workspace.work.taken[place.posture, place.stance, talks_failed]
        # The mover is the defender, whose firm type is holder 2. `add_move` copies the worths of
        # `block`, so that one block can be used for all answers.
        begin_menu(node, 2)
        accept = Entry(TakingAnswer.ACCEPTS, 1.0, 0.0, 1.0, worth_of_accepted_taking(talks, place))
        add_move(node, grid, accept, block)
        value_contested(workspace, place, talks_failed, block)
        add_move(node, grid, continuing_entry(TakingAnswer.PROTESTS, 1.0, 0.0), block)
        value_reversal(workspace, place, block)
        reverse = continuing_entry(TakingAnswer.REVERSES, talks.reversal_readiness, 0.0)
        add_move(node, grid, reverse, block)
        table = workspace.policies.takings[place.stage, place.posture, place.stance, talks_failed]
        solve_question(workspace, place, Question.TAKING + talks_failed, table)
        store_result(node, grid, block)


@jit
def value_contested(
    workspace: SolverWorkspace, place: Place, talks_failed: int, block: Array
) -> None:
    """Fill the worth of a taking under protest: the taken share, and the dispute that continues.

    The game after a taking has longer stages, so its worth is interpolated between two of them.
    """
    talks, taken = workspace.world.talks, workspace.taken
    calendar = workspace.world.calendar
    regime = Regime.FAILED if talks_failed == 1 else Regime.NO_TEXT
    here = Standing(place.posture, place.stance, regime)
    there = under_ceiling(talks, here, ceiling_after(calendar, place.stage))
    position = taken.stage_position[place.stage]
    at = min(int(position), taken.contested.shape[0] - 2)
    later = position - at
    before = taken.contested[at, there.posture, there.stance, talks_failed]
    after = taken.contested[at + 1, there.posture, there.stance, talks_failed]
    # The worth of the other game is read at the end of this stage.
    discount = decay(talks.discount_rate, calendar.stage_days[place.stage])
    for tough in range(workspace.grid.points):
        for hard in range(workspace.grid.points):
            beliefs = (
                corners(taken.grid, point(workspace.grid, tough)),
                corners(taken.grid, point(workspace.grid, hard)),
            )
            cell = block[tough, hard]
            read_worth(before, discount * (1.0 - later), beliefs, cell, 0.0)
            read_worth(after, discount * later, beliefs, cell, 1.0)
            add_taken(talks, cell, talks.protest_cost)


@jit
def value_reversal(workspace: SolverWorkspace, place: Place, block: Array) -> None:
    """Fill the worth of a taking that the defender sets out to reverse by force in this stage."""
    taken = workspace.taken
    force = force_of(place.posture)
    worth = taken.reversal[taken.stage_index[place.stage], force, place.stance]
    for tough in range(workspace.grid.points):
        for hard in range(workspace.grid.points):
            beliefs = (
                corners(taken.grid, point(workspace.grid, tough)),
                corners(taken.grid, point(workspace.grid, hard)),
            )
            cell = block[tough, hard]
            # Force begins on the next day and is not discounted.
            read_worth(worth, 1.0, beliefs, cell, 0.0)
            add_taken(workspace.world.talks, cell, 0.0)


@jit
def add_taken(talks: Negotiation, cell: Array, cost: float) -> None:
    """Add the worth of the taken share at one pair of beliefs; `cost` is the challenger's."""
    for own in range(2):
        cell[own] += talks.challenger_taken - cost
        cell[2 + own] -= talks.defender_taken
    cell[4] += talks.ally_taken


@jit
def store_contested(workspace: SolverWorkspace, stage: int) -> None:
    """Store the worth of a dispute after a taking, at the start of a stage.

    The game before the taking reads it. Force above the stage's ceiling is withdrawn as the stage
    begins.
    """
    if workspace.world.level != AFTER_TAKING:
        return
    calendar, talks = workspace.world.calendar, workspace.world.talks
    ceiling = calendar.ceiling[min(stage, calendar.stages - 1)]
    for posture in range(postures_of(talks)):
        for stance in range(STANCES):
            for talks_failed in range(TALKS_AT_TAKING):
                regime = Regime.FAILED if talks_failed == 1 else Regime.NO_TEXT
                there = under_ceiling(talks, Standing(posture, stance, regime), ceiling)
                worth = workspace.work.next_stage[there.posture, there.stance, there.regime]
                kept = workspace.policies.contested[stage, posture, stance, talks_failed]
                copy_worth(worth, kept)


@jit
def store_reversal(workspace: SolverWorkspace, stage: int) -> None:
    """Store the worth of the defender's force after a taking; the game before it reads it."""
    if workspace.world.level != AFTER_TAKING:
        return
    ceiling = workspace.world.calendar.ceiling[stage]
    for force in range(LEVELS):
        for stance in range(STANCES):
            worth = workspace.work.force[min(force, ceiling), stance, Onset.BY_DEFENDER]
            copy_worth(worth, workspace.policies.reversal[stage, force, stance])


@jit
def copy_worth(worth: Array, kept: Array) -> None:
    """Copy worths at all beliefs; both arrays have shape (points, points, HOLDERS)."""
    for tough in range(worth.shape[0]):
        for hard in range(worth.shape[1]):
            for holder in range(HOLDERS):
                kept[tough, hard, holder] = worth[tough, hard, holder]
