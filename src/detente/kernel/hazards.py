"""What happens to both sides in a stage without a move of theirs: incidents, an ally, nature."""

from typing import Annotated, NamedTuple

from detente.kernel.arithmetic import arrival, logistic
from detente.kernel.incidents import (
    alarm_probability,
    escalation_probability,
    incident_rate,
    mean_reply,
)
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.menus import faded
from detente.kernel.nodes import ALLY_HOLDER, HOLDERS
from detente.kernel.places import (
    LEVELS,
    STANCES,
    Place,
    advanced,
    force_of,
    posture_at,
    raised,
    step_of,
    turned,
)
from detente.kernel.tables import REGIMES, Reachable, SolverWorkspace, is_reachable
from detente.kernel.talks import Negotiation, Regime, ally_flow, challenger_flow, over_stage
from detente.kernel.world import ally_rate


class Restraint(NamedTuple):
    """The chances when an ally considers a strike and the challenger may restrain it."""

    strikes: Annotated[float, "chance that the ally wants to strike, and does"]
    attempts: Annotated[float, "chance that the challenger has to hold it back"]


@jit
def public_gain(firm: float, other: float, is_firm: float) -> float:
    """Return the gain of force over waiting, the public mean over a side's two types [value]."""
    return is_firm * firm + (1.0 - is_firm) * other


@jit
def strike_chances(talks: Negotiation, gain: float, harm: float) -> Restraint:
    """Return the chances that an ally which considers a strike strikes, and is to be restrained.

    `gain` is what the strike would bring the ally over waiting. `harm` is what it would cost the
    challenger, the public mean over its types, so that restraint reveals no type. Both choose by
    logit (MODEL 4.3): the ally on its own values, the challenger on what restraint saves over its
    cost.
    """
    wants = logistic(talks.precision * gain)
    saves = talks.restraint_success * harm - talks.restraint_cost
    attempts = wants * logistic(talks.precision * saves)
    return Restraint(wants - attempts * talks.restraint_success, attempts)


@jit
def add_force(workspace: SolverWorkspace, place: Place, regime: int) -> None:
    """Add incidents on either side and the ally's strike to the worth at every belief."""
    incidents = workspace.world.incidents
    days = workspace.world.calendar.stage_days[place.stage]
    has_failed = regime == Regime.FAILED
    escalates = escalation_probability(incidents, has_failed)
    clashes = days * incident_rate(incidents, force_of(place.posture), has_failed)
    clashes *= 0.5 * alarm_probability(incidents) * escalates
    for tough in range(workspace.grid.points):
        for hard in range(workspace.grid.points):
            mix_force(workspace, place, regime, (tough, hard), (clashes, escalates))


@jit
def certain_at_most(chances: tuple[float, float, float]) -> tuple[float, float, float]:
    """Scale the chances of force in a stage, linear in its days, to a sum of at most 1."""
    scale = 1.0 / max(chances[0] + chances[1] + chances[2], 1.0)
    return (chances[0] * scale, chances[1] * scale, chances[2] * scale)


@jit
def mix_force(
    workspace: SolverWorkspace,
    place: Place,
    regime: int,
    beliefs: tuple[int, int],
    chances: tuple[float, float],
) -> None:
    """Mix the worth of force begun by each who may into the worth at one pair of beliefs.

    `chances` are that an alarm of one side would escalate in the stage if always answered, and that
    a reply escalates. MODEL 5.8.
    """
    talks = workspace.world.talks
    incidents = workspace.world.incidents
    now = workspace.work.now[place.posture, place.stance, regime, beliefs[0], beliefs[1]]
    force = workspace.work.force[force_of(place.posture), place.stance, :, beliefs[0], beliefs[1]]
    hard, tough = workspace.node.belief[beliefs[1]], workspace.node.belief[beliefs[0]]
    by_a = chances[1] * public_gain(force[0, 0] - now[0], force[0, 1] - now[1], hard)
    by_b = chances[1] * public_gain(force[1, 2] - now[2], force[1, 3] - now[3], tough)
    share_a = chances[0] * mean_reply(incidents, talks.precision, by_a)
    share_b = chances[0] * mean_reply(incidents, talks.precision, by_b)
    harm = -public_gain(force[2, 0] - now[0], force[2, 1] - now[1], hard)
    restraint = strike_chances(talks, force[2, ALLY_HOLDER] - now[ALLY_HOLDER], harm)
    weighed = workspace.world.calendar.stage_days[place.stage] * ally_rate(talks, place.stance)
    paid = weighed * restraint.attempts * talks.restraint_cost
    # Chances are linear in a stage's days; together they may pass 1 in a long one.
    shares = certain_at_most((share_a, share_b, weighed * restraint.strikes))
    for holder in range(HOLDERS):
        worth = now[holder]
        for who in range(3):
            now[holder] += shares[who] * (force[who, holder] - worth)
    now[0] -= paid
    now[1] -= paid


@jit
def add_nature(workspace: SolverWorkspace, stage: int, reachable: Reachable) -> None:
    """Add what nature does in a stage: arrivals, the programme, the talks; then fading and flows.

    Each chance mixes the worth of what it leads to into the worth so far. That worth is always the
    one before the same chance was mixed into it: at most one event of a kind in a stage.
    """
    mix_arrival(workspace, stage)
    mix_growth(workspace, stage, reachable)
    mix_regimes(workspace, stage, reachable)
    for posture in range(reachable.postures):
        for stance in range(STANCES):
            if not is_reachable(reachable, stance):
                continue
            mix_fading(workspace, Place(stage, posture, stance))


@jit
def mix_arrival(workspace: SolverWorkspace, stage: int) -> None:
    """Mix in the arrival of a raise under way, if the stage's ceiling allows it."""
    highest = posture_at(workspace.world.calendar.ceiling[stage])
    arrives = arrival(
        1.0 / workspace.world.talks.raise_days, workspace.world.calendar.stage_days[stage]
    )
    for posture in range(1, highest, 2):
        now = workspace.work.now[posture].reshape(-1)
        blend(now, workspace.work.now[raised(posture)].reshape(-1), arrives)


@jit
def mix_growth(workspace: SolverWorkspace, stage: int, reachable: Reachable) -> None:
    """Mix in a step of the programme."""
    grows = arrival(workspace.world.talks.growth_rate, workspace.world.calendar.stage_days[stage])
    for posture in range(reachable.postures):
        for stance in range(STANCES):
            if not is_reachable(reachable, stance):
                continue
            if step_of(stance) < LEVELS - 1:
                now = workspace.work.now[posture]
                blend(now[stance].reshape(-1), now[advanced(stance)].reshape(-1), grows)


@jit
def mix_regimes(workspace: SolverWorkspace, stage: int, reachable: Reachable) -> None:
    """Mix in that failed talks resume, and that a draft deal becomes ready."""
    days = workspace.world.calendar.stage_days[stage]
    resumes = arrival(workspace.world.talks.exit_rate, days)
    readies = arrival(workspace.world.talks.text_rate, days)
    for posture in range(reachable.postures):
        for stance in range(STANCES):
            if not is_reachable(reachable, stance):
                continue
            now = workspace.work.now[posture, stance]
            mix_regime(now, Regime.FAILED, resumes)
            mix_regime(now, Regime.NO_TEXT, readies)


@jit
def mix_regime(now: Array, regime: int, chance: float) -> None:
    """Mix in the regime that follows one without a move; `now` is worth by regime first."""
    blend(now[regime].reshape(-1), now[turned(regime)].reshape(-1), chance)


@jit
def blend(worth: Array, other: Array, chance: float) -> None:
    """Mix another block of worths into one, with a chance; both flat, shape (cells,)."""
    for cell in range(worth.shape[0]):
        worth[cell] = mixed(worth[cell], other[cell], chance)


@jit
def mixed(stays: float, changes: float, chance: float) -> float:
    """Return the mean of two worths, the second with a chance."""
    return (1.0 - chance) * stays + chance * changes


@jit
def mix_fading(workspace: SolverWorkspace, place: Place) -> None:
    """Mix in that the dispute fades, and take off what the stage costs each side."""
    talks = workspace.world.talks
    days = workspace.world.calendar.stage_days[place.stage]
    step = step_of(place.stance)
    fades = arrival(talks.fade_rate, days)
    worth = faded(talks, step)
    paid = over_stage(talks.discount_rate, days)
    of_challenger = paid * challenger_flow(talks, force_of(place.posture), step)
    of_defender = paid * talks.defender_standoff
    of_ally = paid * ally_flow(talks, step)
    costs = (of_challenger, of_challenger, of_defender, of_defender, of_ally)
    for regime in range(REGIMES):
        now = workspace.work.now[place.posture, place.stance, regime]
        later = workspace.work.later[place.posture, place.stance, regime]
        for tough in range(workspace.grid.points):
            for hard in range(workspace.grid.points):
                for holder in range(HOLDERS):
                    stays = mixed(now[tough, hard, holder], worth[holder], fades)
                    later[tough, hard, holder] = stays - costs[holder]
