"""States of the game, and the state after each move; the solver and the simulation share them."""

from typing import Annotated, NamedTuple

from detente.kernel.jit import jit
from detente.kernel.talks import ChallengerMove, DefenderMove, Negotiation, Regime

LEVELS = 3
"""Force levels F and programme steps N, each 0 to 2 (MODEL 5.1).

Three is the least number with a level between none and all: an ultimatum needs some of the force, a
campaign all of it. The number of places, and the time to solve, grow with the square of LEVELS.
"""
RAISING = 2 * LEVELS - 1
"""Postures without a blockade: the force levels, and one between each two for a raise under way."""
POSTURES = RAISING + LEVELS
"""All postures: those without a blockade, then the force levels during one (MODEL 2.5)."""
STANCES = 2 * LEVELS
"""Stances: the programme steps without a public vow of the defender, then those with one."""


class Place(NamedTuple):
    """A stage, a posture and a stance."""

    stage: int
    posture: Annotated[
        int,
        "twice the force level, and one more while a raise is under way; while a blockade stands,"
        " RAISING and the force level",
    ]
    stance: Annotated[int, "the programme step, and LEVELS more once the defender has vowed"]


class Standing(NamedTuple):
    """The state that moves change: posture, stance and regime."""

    posture: Annotated[int, "as a Place has it"]
    stance: Annotated[int, "as a Place has it"]
    regime: Annotated[int, "where the talks stand, a Regime"]


@jit
def force_of(posture: int) -> int:
    """Return the deployed force level F; a raise under way does not count."""
    return posture - RAISING if is_imposed(posture) else posture // 2


@jit
def posture_at(force: int) -> int:
    """Return the posture of a force level without a raise under way and without a blockade."""
    return 2 * force


@jit
def imposed_at(force: int) -> int:
    """Return the posture of a force level during a blockade, when no raise is under way."""
    return RAISING + force


@jit
def is_imposed(posture: int) -> bool:
    """Return whether a blockade, or another such measure, is in force."""
    return posture >= RAISING


@jit
def is_under_way(posture: int) -> bool:
    """Say whether a raise has been ordered and has not arrived."""
    # Only without a blockade does an odd posture mean a raise under way.
    return posture < RAISING and posture % 2 == 1


@jit
def may_raise(posture: int, regime: int, ceiling: int) -> bool:
    """Say whether the challenger may order more force.

    More must be available, and no other raise under way. A standstill and a blockade forbid raises.
    """
    is_free = not is_imposed(posture) and not is_under_way(posture)
    return is_free and force_of(posture) < ceiling and regime != Regime.STANDSTILL


@jit
def may_lower(talks: Negotiation, posture: int, regime: int) -> bool:
    """Say whether the challenger may withdraw force that is deployed or under way.

    It keeps the force that a running ultimatum or a blockade needs.
    """
    if is_imposed(posture) and force_of(posture) <= talks.blockade_force:
        return False
    # In these postures no force is deployed or under way.
    if posture in (0, RAISING):
        return False
    return regime != Regime.ULTIMATUM or may_threaten(lowered(posture))


@jit
def may_impose(talks: Negotiation, posture: int, regime: int) -> bool:
    """Say whether the challenger may impose a blockade.

    It needs enough deployed force and no raise under way. A standstill forbids it.
    """
    if talks.has_blockade == 0 or is_imposed(posture) or is_under_way(posture):
        return False
    if regime == Regime.STANDSTILL:
        return False
    return force_of(posture) >= talks.blockade_force


@jit
def may_threaten(posture: int) -> bool:
    """Say whether force is deployed, which an ultimatum needs (MODEL 4.5)."""
    return force_of(posture) > 0


@jit
def may_campaign(posture: int) -> bool:
    """Say whether enough force is deployed for a campaign: all of it (MODEL 5.9)."""
    return force_of(posture) == LEVELS - 1


@jit
def raised(posture: int) -> int:
    """Return the posture after a raise is ordered, or after a raise under way has arrived."""
    # Force levels and raises under way alternate, so that either change is one step up.
    return posture + 1


@jit
def lowered(posture: int) -> int:
    """Return the posture after the challenger cancels a raise under way, or withdraws a level."""
    # Force levels are one posture apart during a blockade, and two otherwise, with a raise between.
    return posture - 1 if is_under_way(posture) or is_imposed(posture) else posture - 2


@jit
def step_of(stance: int) -> int:
    """Return the programme step N."""
    return stance % LEVELS


@jit
def has_vowed(stance: int) -> bool:
    """Say whether the defender has vowed in public to answer force in full."""
    return stance >= LEVELS


@jit
def advanced(stance: int) -> int:
    """Return the stance after a step of the programme; there is none after the last."""
    return stance if step_of(stance) == LEVELS - 1 else stance + 1


@jit
def stance_at(step: int, vow: int) -> int:
    """Return the stance of a programme step; `vow` is 1 if the defender has vowed, else 0."""
    return step + LEVELS * vow


@jit
def vowed(stance: int) -> int:
    """Return the stance after a public vow."""
    return stance + LEVELS


@jit
def first_regime(talks: Negotiation) -> int:
    """Return the regime of the talks on the as-of date.

    Talks begin without a draft deal, unless an ultimatum runs, a standstill holds or talks have
    failed.
    """
    if talks.ultimatum_runs == 1:
        return Regime.ULTIMATUM
    if talks.stands_still == 1 and talks.standstill_days > 0.0:
        return Regime.STANDSTILL
    return Regime.FAILED if talks.have_failed == 1 else Regime.NO_TEXT


@jit
def at_start(force: int, talks: Negotiation) -> Standing:
    """Return the state of a crisis on the as-of date, with a force level deployed.

    A raise that the pack reports as ordered is ignored if all force is deployed. An ultimatum or a
    blockade without the force that it needs is void.
    """
    posture = posture_at(force)
    if talks.raise_ordered == 1 and force < LEVELS - 1:
        posture = raised(posture)
    if talks.blockade_stands == 1:
        posture = imposed_at(force)
    here = Standing(posture, stance_at(0, talks.has_vowed), first_regime(talks))
    # A pack may state an ultimatum or a blockade without the force that it needs.
    return under_ceiling(talks, here, LEVELS - 1)


@jit
def after_challenger(here: Standing, move: int) -> Standing:
    """Return the state after a move of the challenger that neither ends the dispute nor is force.

    For an ultimatum that is the state once it is refused. An offer does not change the state; its
    answer does.
    """
    if move == ChallengerMove.LOWER:
        return Standing(lowered(here.posture), here.stance, here.regime)
    if move == ChallengerMove.RAISE:
        return Standing(raised(here.posture), here.stance, here.regime)
    if move == ChallengerMove.IMPOSE:
        return Standing(imposed_at(force_of(here.posture)), here.stance, here.regime)
    if move == ChallengerMove.LIFT:
        return Standing(posture_at(force_of(here.posture)), here.stance, here.regime)
    if move == ChallengerMove.ULTIMATUM:
        return Standing(here.posture, here.stance, Regime.ULTIMATUM)
    return after_failed_talks(here) if move == ChallengerMove.WALK_OUT else here


@jit
def after_defender(here: Standing, move: int) -> Standing:
    """Return the state after a move of the defender that neither ends the dispute nor is force."""
    if move == DefenderMove.VOW:
        return Standing(here.posture, vowed(here.stance), here.regime)
    if move == DefenderMove.ADVANCE:
        return Standing(here.posture, advanced(here.stance), here.regime)
    return after_failed_talks(here) if move == DefenderMove.WALK_OUT else here


@jit
def after_offer(here: Standing, is_accepted: bool) -> Standing:
    """Return the state after an offer that brings no lasting deal.

    After a rejection no draft deal is ready. A deal that is accepted but not ratified, or broken
    later, leads to failed talks.
    """
    return (
        after_failed_talks(here)
        if is_accepted
        else Standing(here.posture, here.stance, Regime.NO_TEXT)
    )


@jit
def after_standstill_offer(here: Standing, is_accepted: bool) -> Standing:
    """Return the state after the offer of a standstill; a refusal changes nothing."""
    return Standing(here.posture, here.stance, Regime.STANDSTILL) if is_accepted else here


@jit
def after_standstill(here: Standing, is_text_ready: bool) -> Standing:
    """Return the state after a standstill has expired, with a draft deal ready or not."""
    regime = Regime.TEXT_READY if is_text_ready else Regime.NO_TEXT
    return Standing(here.posture, here.stance, regime)


@jit
def after_failed_talks(here: Standing) -> Standing:
    """Return the state once talks have failed: by a walk-out, a lost deal or a lapsed ultimatum."""
    return Standing(here.posture, here.stance, Regime.FAILED)


@jit
def after_force(posture: int, step: int) -> Standing:
    """Return the state after force that leaves the dispute open: failed talks and no vow.

    A raise under way is cancelled, and a blockade ends. `step` is the programme's remaining step.
    """
    return Standing(posture_at(force_of(posture)), stance_at(step, 0), Regime.FAILED)


@jit
def posture_under_ceiling(talks: Negotiation, posture: int, ceiling: int) -> int:
    """Return the posture under a force ceiling; a blockade that needs more force ends."""
    if not is_imposed(posture):
        return min(posture, posture_at(ceiling))
    force = min(force_of(posture), ceiling)
    return imposed_at(force) if force >= talks.blockade_force else posture_at(force)


@jit
def under_ceiling(talks: Negotiation, here: Standing, ceiling: int) -> Standing:
    """Return the state under a force ceiling; an ultimatum without force ends in failed talks."""
    left = Standing(posture_under_ceiling(talks, here.posture, ceiling), here.stance, here.regime)
    is_void = here.regime == Regime.ULTIMATUM and not may_threaten(left.posture)
    return after_failed_talks(left) if is_void else left


@jit
def next_regime(regime: int) -> int:
    """Return the next regime if nobody moves: talks resume, or a draft deal becomes ready."""
    if regime == Regime.FAILED:
        return Regime.NO_TEXT
    return Regime.TEXT_READY if regime == Regime.NO_TEXT else regime
