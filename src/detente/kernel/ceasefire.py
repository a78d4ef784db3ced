"""Both sides' estimates of who prevails, and the rules by which fighting stops."""

from detente.kernel.air_defence import Raid
from detente.kernel.arithmetic import arrival, logistic
from detente.kernel.draws import Chance, Purpose, draw_block
from detente.kernel.endings import Ceasefire
from detente.kernel.jit import jit
from detente.kernel.limits import LONGEST_WAR
from detente.kernel.strength import excess_leakage, is_exhausted, log_ratio
from detente.kernel.theatre import (
    CHALLENGER,
    DEFENDER,
    Conflict,
    ForceScale,
    Theatre,
    is_restrained,
    is_war,
    scale_of,
)

SLACK = 1e-9
"""Allowance for rounding error when both sides' hopes are compared with costs [basket]."""
LOSS_AVERAGING_DAYS = 7.0
"""Days over which a day's recent cost is averaged [days].

A week, so that one day with few losses ends no war. With half or twice as many no future of
`oman-2026` or `shatt-1980` differs.
"""
TERMS_BLOCK = 2048
"""Address of the day's draw for mediators' terms, after both sides' draws."""
LIMITED_LOSS = 0.1
"""Loss at which a strike is no longer limited (MODEL 3) [normalised].

This is a definition and changes no decision. With half of it .6 more of 100 futures of `oman-2026`
count as war, and 9 more of `shatt-1980`; with twice as much none, and 4 fewer.
"""


@jit
def arrived(raid: Raid) -> float:
    """Return the weapons of a raid that worked."""
    total = 0.0
    for threat in range(raid.classes):
        total += raid.reliable[threat]
    return total


@jit
def kill_share(raid: Raid) -> float:
    """Return the share of working weapons that a defence has stopped; 0 without weapons."""
    total = arrived(raid)
    leaked = 0.0
    for threat in range(raid.classes):
        leaked += raid.weapons[threat]
    return 1.0 - leaked / total if total > 0.0 else 0.0


@jit
def true_odds(conflict: Conflict) -> float:
    """Return the log-odds that the challenger prevails, `m ln(R_A / R_B)`."""
    return conflict.theatre.strength_weight * log_ratio(conflict)


@jit
def optimism_shift(theatre: Theatre, side: int) -> float:
    """Return what a side's optimism adds to its log-odds that the challenger prevails."""
    sign = 1.0 if side == CHALLENGER else -1.0
    return sign * theatre.optimism_weight * theatre.optimism[side]


@jit
def prior_weight(theatre: Theatre, days: float) -> float:
    """Return the weight of prior beliefs after `t` days of battle, `N / (N + t)`.

    `N` is the weight of prior beliefs in days of battle.
    """
    return theatre.belief_strength / (theatre.belief_strength + days)


@jit
def unknown_defence_effect(conflict: Conflict, side: int) -> float:
    """Return the part of the defences' net effect that a side does not know [log strength].

    Before the war it knows a share of its own defence's effect, and nothing of the other's.
    """
    known = conflict.theatre.self_knowledge
    of_challenger = 1.0 - known if side == CHALLENGER else 1.0
    of_defender = 1.0 - known if side == DEFENDER else 1.0
    return of_defender * excess_leakage(conflict, DEFENDER) - of_challenger * excess_leakage(
        conflict, CHALLENGER
    )


@jit
def estimated_odds(conflict: Conflict, side: int) -> float:
    """Return a side's present estimate, in log-odds, that the challenger prevails in the end.

    `m (ln(R_A / R_B) - u N / (N + t)) +- gamma b N / (N + t)`: battle reduces both its ignorance
    of the defences and its optimism.
    """
    theatre = conflict.theatre
    left = prior_weight(theatre, float(conflict.campaign.day))
    hidden = theatre.strength_weight * unknown_defence_effect(conflict, side)
    return true_odds(conflict) + left * (optimism_shift(theatre, side) - hidden)


@jit
def update_recent_losses(conflict: Conflict, before: float) -> None:
    """Update the average of recent daily losses, over a week or all days so far.

    `before` is both sides' losses before the last day. With an average one day with few losses does
    not end a war.
    """
    campaign = conflict.campaign
    today = campaign.loss[CHALLENGER] + campaign.loss[DEFENDER] - before
    campaign.recent += (today - campaign.recent) / min(float(campaign.day), LOSS_AVERAGING_DAYS)


@jit
def disagreement(conflict: Conflict) -> float:
    """Return by how much both sides' expected gains together exceed the stakes [basket].

    It is the challenger's estimate that it prevails less the defender's estimate of the same, times
    the stakes; below 0 if the challenger's estimate is the lower one.
    """
    challenger = logistic(estimated_odds(conflict, CHALLENGER))
    defender = logistic(estimated_odds(conflict, DEFENDER))
    return (challenger - defender) * conflict.theatre.stakes


@jit
def cost_of_fighting_on(conflict: Conflict) -> float:
    """Return the cost to both of fighting on for the days of foresight, at recent losses [basket].

    Losses count at one price for both. If each had its own, a side that losses hurt more would stop
    wars sooner, and so use force more often.
    """
    theatre = conflict.theatre
    daily = theatre.loss_price * conflict.campaign.recent + 2.0 * theatre.fatigue_rate
    return theatre.foresight * daily


@jit
def would_both_stop(conflict: Conflict) -> bool:
    """Say whether there are terms that both sides prefer to fighting on.

    There are if their disagreement is at most their joint cost of fighting on (Wagner 2000; Smith &
    Stam 2004).
    """
    return disagreement(conflict) <= cost_of_fighting_on(conflict) + SLACK


@jit
def least_days(conflict: Conflict) -> int:
    """Return the least days of force unless a side is exhausted; a limited strike lasts as long."""
    return least_days_of(conflict.theatre, conflict.situation.onset, conflict.situation.reply)


@jit
def least_days_of(theatre: Theatre, onset: int, reply: int) -> int:
    """Return the least days of force for an onset and reply [days].

    A strike that a full reply turns into a war has least days of its own, since nobody has
    committed to a campaign.
    """
    if not is_war(onset, reply):
        return int(theatre.limited_days)
    return int(
        theatre.campaign_days if scale_of(onset) == ForceScale.CAMPAIGN else theatre.raised_days
    )


@jit
def is_one_exhausted(conflict: Conflict) -> bool:
    """Say whether a war has exhausted a side."""
    if is_restrained(conflict.situation):
        return False
    return is_exhausted(conflict, CHALLENGER) or is_exhausted(conflict, DEFENDER)


@jit
def certain_ceasefire(conflict: Conflict) -> int:
    """Return the Ceasefire that ends the fighting today without a draw, or NONE.

    A limited strike stops on its last day. A war stops when a side is exhausted and, once its least
    days are over, when both would stop.
    """
    # Exhaustion comes first: it stops a war on any day, even before its least days (MODEL 7).
    if is_one_exhausted(conflict):
        return Ceasefire.SPENT
    if conflict.campaign.day < least_days(conflict):
        return Ceasefire.NONE
    if is_restrained(conflict.situation):
        return Ceasefire.LIMITED
    if would_both_stop(conflict):
        return Ceasefire.LEARNT
    return Ceasefire.RAN_OUT if conflict.campaign.day >= LONGEST_WAR else Ceasefire.NONE


@jit
def mediation_probability(conflict: Conflict) -> float:
    """Return the chance that mediators find terms today."""
    if is_restrained(conflict.situation) or conflict.campaign.day < least_days(conflict):
        return 0.0
    return arrival(conflict.theatre.terms_rate, 1.0)


@jit
def stop_probability(conflict: Conflict) -> float:
    """Return the chance that fighting stops after today."""
    if certain_ceasefire(conflict) != Ceasefire.NONE:
        return 1.0
    return mediation_probability(conflict)


@jit
def is_limited(conflict: Conflict) -> bool:
    """Say whether force stayed a limited strike: no war, and losses below LIMITED_LOSS."""
    loss = conflict.campaign.loss
    is_small = max(loss[CHALLENGER], loss[DEFENDER]) < LIMITED_LOSS
    return is_restrained(conflict.situation) and is_small


@jit
def draw_ceasefire(conflict: Conflict, day: Chance) -> int:
    """Draw the Ceasefire that stops the fighting after today; NONE if it goes on."""
    certain = certain_ceasefire(conflict)
    if certain != Ceasefire.NONE:
        return certain
    u = draw_block(day, Purpose.WAR_DAY, TERMS_BLOCK)
    return Ceasefire.MEDIATED if u[0] < mediation_probability(conflict) else Ceasefire.NONE
