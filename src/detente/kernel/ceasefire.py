"""What both sides expect of a war's end, and how fighting stops."""

from detente.kernel.air_defence import Raid
from detente.kernel.arithmetic import arrival, logistic
from detente.kernel.draws import Chance, Purpose, draw_block
from detente.kernel.endings import Ceasefire
from detente.kernel.jit import jit
from detente.kernel.limits import LONGEST_WAR
from detente.kernel.strength import edge, is_exhausted, log_ratio
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
"""Rounding error in a sum of beliefs."""
MEMORY = 7.0
"""Days over which a day's recent cost is averaged [days].

A week, so that one cheap day ends no war. With half or twice as many no future of `oman-2026` or
`shatt-1980` differs.
"""
TERMS_BLOCK = 2048
"""Address of the day's draw for terms, after both sides' draws."""
LIMITED_LOSS = 0.1
"""Loss from which a strike is no longer limited (MODEL 3) [normalised].

A definition, which moves no decision. With half of it .6 more of 100 futures of `oman-2026` count
as war, and 9 more of `shatt-1980`; with twice as much none, and 4 fewer.
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
    """Return the share of working weapons that a defence has stopped; 0 if none came."""
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
def leaning(theatre: Theatre, side: int) -> float:
    """Return the log-odds that a side's optimism adds to its view that the challenger prevails."""
    sign = 1.0 if side == CHALLENGER else -1.0
    return sign * theatre.optimism_weight * theatre.optimism[side]


@jit
def unlearnt(theatre: Theatre, days: float) -> float:
    """Return the share of prior beliefs that is left after days of battle, `N / (N + t)`.

    `N` is the days of battle that its beliefs count as.
    """
    return theatre.belief_strength / (theatre.belief_strength + days)


@jit
def unknown(conflict: Conflict, side: int) -> float:
    """Return the net effect of the defences that a side does not know beforehand [log strength].

    Of its own it knows a share, of the other's nothing.
    """
    known = conflict.theatre.self_knowledge
    of_challenger = 1.0 - known if side == CHALLENGER else 1.0
    of_defender = 1.0 - known if side == DEFENDER else 1.0
    return of_defender * edge(conflict, DEFENDER) - of_challenger * edge(conflict, CHALLENGER)


@jit
def seen_odds(conflict: Conflict, side: int) -> float:
    """Return a side's present estimate, in log-odds, that the challenger prevails in the end.

    `m (ln(R_A / R_B) - u N / (N + t)) +- gamma b N / (N + t)`: what it did not know of the defences
    and its optimism both give way to what battle shows.
    """
    theatre = conflict.theatre
    left = unlearnt(theatre, float(conflict.campaign.day))
    hidden = theatre.strength_weight * unknown(conflict, side)
    return true_odds(conflict) + left * (leaning(theatre, side) - hidden)


@jit
def note_pace(conflict: Conflict, before: float) -> None:
    """Update the average of a day's recent cost, over a week or all days so far.

    `before` is both sides' losses before the last day. The average keeps one cheap day from ending
    a war.
    """
    campaign = conflict.campaign
    today = campaign.loss[CHALLENGER] + campaign.loss[DEFENDER] - before
    campaign.recent += (today - campaign.recent) / min(float(campaign.day), MEMORY)


@jit
def disagreement(conflict: Conflict) -> float:
    """Return by how much both sides' hopes of fighting on exceed what there is to gain [basket].

    It is the difference between both sides' chances that the challenger prevails, times the stakes
    of both; below 0 if the challenger thinks less of its chance than the defender does.
    """
    challenger = logistic(seen_odds(conflict, CHALLENGER))
    defender = logistic(seen_odds(conflict, DEFENDER))
    return (challenger - defender) * conflict.theatre.stakes


@jit
def cost_of_going_on(conflict: Conflict) -> float:
    """Return the cost to both of the days that they look ahead, at recent daily cost [basket].

    Losses count at one price: at its own price a side that losses hurt more would stop sooner, and
    so fight more.
    """
    theatre = conflict.theatre
    daily = theatre.loss_price * conflict.campaign.recent + 2.0 * theatre.fatigue_rate
    return theatre.foresight * daily


@jit
def would_both_stop(conflict: Conflict) -> bool:
    """Say whether there are terms that both prefer to fighting on.

    There are once their disagreement is no larger than what going on costs them together (Wagner
    2000; Smith & Stam 2004).
    """
    return disagreement(conflict) <= cost_of_going_on(conflict) + SLACK


@jit
def least_days(conflict: Conflict) -> int:
    """Return the least days of force if no side is exhausted; a limited strike has no more."""
    return least_days_of(conflict.theatre, conflict.situation.onset, conflict.situation.reply)


@jit
def least_days_of(theatre: Theatre, onset: int, reply: int) -> int:
    """Return the least days of force that is begun and answered in one way.

    A war that a full reply made of a strike has least days of its own, since nobody has committed
    to a campaign then.
    """
    if not is_war(onset, reply):
        return int(theatre.limited_days)
    return int(
        theatre.campaign_days if scale_of(onset) == ForceScale.CAMPAIGN else theatre.raised_days
    )


@jit
def is_one_exhausted(conflict: Conflict) -> bool:
    """Say whether a war answered in full has exhausted a side."""
    if is_restrained(conflict.situation):
        return False
    return is_exhausted(conflict, CHALLENGER) or is_exhausted(conflict, DEFENDER)


@jit
def certain_ceasefire(conflict: Conflict) -> int:
    """Return a Ceasefire that needs no draw and ends the fighting today, or NONE.

    A limited strike stops on its last day. A war stops when a side is exhausted, and from the least
    days of a campaign on when both would stop.
    """
    # First, since exhaustion stops a war on any day, also before its least days (MODEL 7).
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
    """Say whether force stayed a limited strike: no full reply, and losses below LIMITED_LOSS."""
    loss = conflict.campaign.loss
    is_small = max(loss[CHALLENGER], loss[DEFENDER]) < LIMITED_LOSS
    return is_restrained(conflict.situation) and is_small


@jit
def draw_ceasefire(conflict: Conflict, day: Chance) -> int:
    """Draw what stops the fighting after today, a Ceasefire; NONE if nothing does."""
    certain = certain_ceasefire(conflict)
    if certain != Ceasefire.NONE:
        return certain
    u = draw_block(day, Purpose.WAR_DAY, TERMS_BLOCK)
    return Ceasefire.MEDIATED if u[0] < mediation_probability(conflict) else Ceasefire.NONE
