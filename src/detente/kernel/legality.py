"""Moves that a person may choose: every move on the menu, however unlikely."""

from detente.kernel.jit import jit
from detente.kernel.menus import may_take, may_walk_out
from detente.kernel.places import (
    LEVELS,
    has_vowed,
    is_imposed,
    may_campaign,
    may_impose,
    may_lower,
    may_raise,
    may_threaten,
    step_of,
)
from detente.kernel.play import Play, Trajectory, stage_today
from detente.kernel.posture import ceiling_after
from detente.kernel.talks import (
    CHALLENGER_MOVES,
    DEFENDER_MOVES,
    PACKAGES,
    ChallengerMove,
    DefenderMove,
    Regime,
    may_offer_standstill,
    rate_of_offer,
)


@jit
def allow_moves(play: Play, side: int, closed: int) -> None:
    """Fill which moves a side may make today; `closed` is a move that it may not make.

    These are the moves of the solved game's menu. A person may make a move that the policy never
    makes: it shifts beliefs by no more than any act may, and rules out no type.
    """
    trajectory = play.trajectory
    is_legal = play.rules.decision.table.is_legal
    for move in range(CHALLENGER_MOVES if side == 0 else DEFENDER_MOVES):
        may = challenger_may(trajectory, move) if side == 0 else defender_may(trajectory, move)
        is_legal[move] = 1 if may and move != closed else 0


@jit
def may_offer(trajectory: Trajectory, side: int, package: int) -> bool:
    """Say whether a side may offer a package: a draft deal is ready and it is on the menu."""
    if trajectory.state.regime != Regime.TEXT_READY or package >= trajectory.world.talks.packages:
        return False
    return rate_of_offer(trajectory.world.talks, side, package) > 0.0


@jit
def challenger_may(  # noqa: PLR0911  one answer for each kind of move
    trajectory: Trajectory, move: int
) -> bool:
    """Say whether the challenger may make a move today."""
    state = trajectory.state
    if move < PACKAGES:
        return may_offer(trajectory, 0, move)
    if move == ChallengerMove.HOLD:
        return True
    if trajectory.world.talks.challenger_rate[move] <= 0.0:
        return False
    if move == ChallengerMove.STANDSTILL:
        return may_offer_standstill(trajectory.world.talks, state.regime)
    if move == ChallengerMove.TAKE:
        return may_take(trajectory.world.talks, state.regime)
    if move == ChallengerMove.WALK_OUT:
        return may_walk_out(state.regime)
    if move == ChallengerMove.LOWER:
        return may_lower(trajectory.world.talks, state.posture, state.regime)
    if move == ChallengerMove.RAISE:
        # A raise arrives later: as on the menu, the next stage's ceiling counts.
        ceiling = ceiling_after(trajectory.world.calendar, stage_today(trajectory))
        return may_raise(state.posture, state.regime, ceiling)
    if move == ChallengerMove.IMPOSE:
        return may_impose(trajectory.world.talks, state.posture, state.regime)
    if move == ChallengerMove.LIFT:
        return is_imposed(state.posture)
    if move == ChallengerMove.ULTIMATUM:
        return state.regime <= Regime.TEXT_READY and may_threaten(state.posture)
    return move != ChallengerMove.CAMPAIGN or may_campaign(state.posture)


@jit
def defender_may(  # noqa: PLR0911  one answer for each kind of move
    trajectory: Trajectory, move: int
) -> bool:
    """Say whether the defender may make a move today."""
    state = trajectory.state
    if move < PACKAGES:
        return may_offer(trajectory, 1, move)
    if move == DefenderMove.HOLD:
        return True
    if trajectory.world.talks.defender_rate[move] <= 0.0:
        return False
    if move == DefenderMove.STANDSTILL:
        return may_offer_standstill(trajectory.world.talks, state.regime)
    is_still = state.regime == Regime.STANDSTILL
    if move == DefenderMove.VOW:
        return not has_vowed(state.stance) and not is_still
    if move == DefenderMove.ADVANCE:
        return step_of(state.stance) < LEVELS - 1 and not is_still
    return move != DefenderMove.WALK_OUT or may_walk_out(state.regime)
