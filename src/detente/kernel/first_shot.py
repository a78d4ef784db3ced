"""How the first use of force came about: who chose it, its worth, whether a deal was possible."""

from detente.kernel.arithmetic import log
from detente.kernel.beliefs import RAREST, to_float64
from detente.kernel.decision import Lapse, TakingAnswer
from detente.kernel.endings import FirstShot
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.menus import campaign_weight, strike_factor, weight_unit
from detente.kernel.places import Place, force_of
from detente.kernel.play import Cell, Play, stage_today, worth_of_deal
from detente.kernel.talks import (
    PACKAGES,
    ChallengerMove,
    DefenderMove,
    Negotiation,
    mean_justification_factor,
    rate_of_offer,
)

BELOW_ANY_WORTH = -1e300
"""A number below the worth of any move."""


@jit
def classify_choice(play: Play, side: int, cell: Cell, row: Array, strike: int) -> None:
    """Classify a first use of force that a side chose by its move `strike`.

    `row` has the chance of each move for the firm type and the other, shape (2, moves), float32.
    """
    state = play.trajectory.state
    if state.rounds > 0:
        return
    own = state.challenger_type if side == 0 else state.defender_type
    state.first_shot_gap = gap_of_strike(play, side, row[own], strike)
    classify_worth(play, side, cell)


@jit
def classify_worth(play: Play, side: int, cell: Cell) -> None:
    """Classify a first use of force that a side chose, from the gap of worth in the state."""
    state = play.trajectory.state
    if state.first_shot_gap < 0.0:
        state.first_shot = FirstShot.MISTAKE
    elif has_acceptable_deal(play, side, cell):
        state.first_shot = FirstShot.CHOSEN_OVER_TEXT
    else:
        state.first_shot = FirstShot.CHOSEN_FORCE


@jit
def gap_of_reversal(talks: Negotiation, chances: Array) -> float:
    """Return the worth of reversing a taking less that of the better other answer [value].

    `chances` are the policy's by TakingAnswer, float32, shape (TAKING_ANSWERS,).
    """
    # Both have weight 1 (MODEL 5.13), so that their chances compare directly.
    best = max(
        to_float64(chances[TakingAnswer.ACCEPTS]), to_float64(chances[TakingAnswer.PROTESTS])
    )
    chance = to_float64(chances[TakingAnswer.REVERSES]) / talks.reversal_readiness
    return log(max(chance, RAREST) / max(best, RAREST)) / talks.precision


@jit
def lapse_chance(chances: Array, answer: int) -> float:
    """Return the chance of an answer to a lapse; backing down has 1 less the chances of force.

    `chances` are by Lapse, float32.
    """
    if answer != Lapse.BACKS_DOWN:
        return to_float64(chances[answer])
    return 1.0 - to_float64(chances[Lapse.STRIKES]) - to_float64(chances[Lapse.CAMPAIGN])


@jit
def classify_lapse(play: Play, chances: Array, answer: int) -> None:
    """Classify a first use of force after a lapsed ultimatum.

    `chances` are the policy's by Lapse, float32. The log-odds of force over backing down, less the
    log of its weight, are the precision times the difference of worth.
    """
    state = play.trajectory.state
    if state.rounds == 0:
        talks = play.trajectory.world.talks
        chance, backs_down = lapse_chance(chances, answer), lapse_chance(chances, Lapse.BACKS_DOWN)
        # A strike and backing down have weight 1.
        if answer == Lapse.CAMPAIGN:
            chance /= campaign_weight(talks)
        odds = log(max(chance, RAREST) / max(backs_down, RAREST))
        state.first_shot_gap = odds / talks.precision
        state.first_shot = FirstShot.LAPSED


@jit
def classify_reply(play: Play, is_hostile: bool) -> None:
    """Classify a first use of force that grew from a reply at a contact zone."""
    if play.trajectory.state.rounds == 0:
        play.trajectory.state.first_shot = FirstShot.HOSTILE if is_hostile else FirstShot.MISREAD


@jit
def classify_ally(play: Play) -> None:
    """Classify a first use of force that the ally pressed for."""
    if play.trajectory.state.rounds == 0:
        play.trajectory.state.first_shot = FirstShot.ALLY


@jit
def gap_of_strike(play: Play, side: int, chances: Array, strike: int) -> float:
    """Return the worth of striking less that of the best other move, from the policy [value].

    A move's chance is its weight times `e^(lambda worth)`, over a sum common to all moves (MODEL
    5.3). Force at the other scale is no alternative to force.
    """
    best = log(RAREST)  # a chance in 32 bits may be 0, even that of holding
    struck = BELOW_ANY_WORTH
    for move in range(chances.shape[0]):
        weight = weight_today(play, side, move)
        if weight <= 0.0 or chances[move] <= 0.0:
            continue
        worth = log(to_float64(chances[move]) / weight)
        if move == strike:
            struck = worth
        elif side != 0 or move < ChallengerMove.STRIKE:
            best = max(best, worth)
    return (
        (struck - best) / play.trajectory.world.talks.precision if struck > BELOW_ANY_WORTH else 0.0
    )


@jit
def weight_today(play: Play, side: int, move: int) -> float:
    """Return the weight of a move in the solved game's menu of today's stage."""
    trajectory = play.trajectory
    talks = trajectory.world.talks
    pace = talks.challenger_pace if side == 0 else talks.defender_pace
    days = trajectory.world.calendar.stage_days[stage_today(trajectory)]
    if move == (ChallengerMove.HOLD if side == 0 else DefenderMove.HOLD):
        return 1.0
    if move < PACKAGES:
        weight = rate_of_offer(talks, side, move)
    else:
        weight = talks.challenger_rate[move] if side == 0 else talks.defender_rate[move]
    if move >= (ChallengerMove.STRIKE if side == 0 else DefenderMove.STRIKE):
        weight *= strike_factor(talks, trajectory.state.regime)
        # The policy was solved for mean unrest, whether or not there is some today (MODEL 5.8).
        weight *= mean_justification_factor(talks) if side == 0 else 1.0
    return weight * weight_unit(pace, talks.challenger_pace + talks.defender_pace, days)


@jit
def has_acceptable_deal(play: Play, side: int, cell: Cell) -> bool:
    """Say whether some package is worth more than this side's force to both sides' true types."""
    state = play.trajectory.state
    place = Place(stage_today(play.trajectory), state.posture, state.stance)
    force = play.policies.force[place.stage, force_of(place.posture), place.stance, side]
    challenger, defender = state.challenger_type, 2 + state.defender_type
    for package in range(play.trajectory.world.talks.packages):
        of_challenger = worth_of_deal(play, place, cell, challenger, package)
        of_defender = worth_of_deal(play, place, cell, defender, package)
        is_open = of_challenger > to_float64(force[cell.tough, cell.hard, challenger])
        if is_open and of_defender > to_float64(force[cell.tough, cell.hard, defender]):
            return True
    return False
