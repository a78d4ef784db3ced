"""What both sides of a war expect of its end, and when both would rather stop."""

from detente.kernel.air_defence import Raid
from detente.kernel.arithmetic import logistic
from detente.kernel.jit import jit
from detente.kernel.strength import edge, log_ratio
from detente.kernel.theatre import CHALLENGER, DEFENDER, Conflict, Theatre

SLACK = 1e-9
"""Rounding error in a sum of beliefs."""
MEMORY = 7.0
"""Days over which what a day has cost lately is averaged [days]."""


@jit
def arrived(raid: Raid) -> float:
    """Weapons of a raid that worked."""
    total = 0.0
    for threat in range(raid.classes):
        total += raid.reliable[threat]
    return total


@jit
def kill_share(raid: Raid) -> float:
    """Share of the weapons that worked which a defence has stopped; 0 if none came."""
    total = arrived(raid)
    leaked = 0.0
    for threat in range(raid.classes):
        leaked += raid.weapons[threat]
    return 1.0 - leaked / total if total > 0.0 else 0.0


@jit
def true_odds(conflict: Conflict) -> float:
    """Log-odds that the challenger prevails, `m ln(R_A / R_B)`."""
    return conflict.theatre.strength_weight * log_ratio(conflict)


@jit
def leaning(theatre: Theatre, side: int) -> float:
    """Log-odds by which a side's optimism moves its view that the challenger prevails."""
    sign = 1.0 if side == CHALLENGER else -1.0
    return sign * theatre.optimism_weight * theatre.optimism[side]


@jit
def unlearnt(theatre: Theatre, days: float) -> float:
    """Share of what a side believed before a war that so many days of battle leave, `N / (N + t)`.

    `N` is the days of battle that its beliefs count as.
    """
    return theatre.belief_strength / (theatre.belief_strength + days)


@jit
def unknown(conflict: Conflict, side: int) -> float:
    """Sum up what sets both defences apart and a side does not know beforehand [log strength].

    Of its own it knows a share, of the other's nothing.
    """
    known = conflict.theatre.self_knowledge
    of_challenger = 1.0 - known if side == CHALLENGER else 1.0
    of_defender = 1.0 - known if side == DEFENDER else 1.0
    return of_defender * edge(conflict, DEFENDER) - of_challenger * edge(conflict, CHALLENGER)


@jit
def seen_odds(conflict: Conflict, side: int) -> float:
    """Log-odds, as a side sees them now, that the challenger prevails in the end.

    `m (ln(R_A / R_B) - u N / (N + t)) +- gamma b N / (N + t)`: what it did not know of the defences
    and its optimism both give way to what battle shows.
    """
    theatre = conflict.theatre
    left = unlearnt(theatre, float(conflict.campaign.day))
    hidden = theatre.strength_weight * unknown(conflict, side)
    return true_odds(conflict) + left * (leaning(theatre, side) - hidden)


@jit
def note_pace(conflict: Conflict, before: float) -> None:
    """Average what a day has cost both sides lately, over a week or all days so far.

    `before`: losses of both before the last day. One cheap day ends no war.
    """
    campaign = conflict.campaign
    today = campaign.loss[CHALLENGER] + campaign.loss[DEFENDER] - before
    campaign.recent += (today - campaign.recent) / min(float(campaign.day), MEMORY)


@jit
def disagreement(conflict: Conflict) -> float:
    """Sum up what both expect of fighting on beyond what there is to gain [basket].

    By how much likelier the challenger thinks it that it prevails than the defender does, times
    the stakes of both. Below 0 if each fears the other more than that one trusts itself.
    """
    challenger = logistic(seen_odds(conflict, CHALLENGER))
    defender = logistic(seen_odds(conflict, DEFENDER))
    return (challenger - defender) * conflict.theatre.stakes


@jit
def cost_of_going_on(conflict: Conflict) -> float:
    """Work out what the days that they look ahead cost both, at what a day costs of late [basket].

    Losses at a price common to both: at its own price a side that losses hurt more would stop
    sooner, and so fight more.
    """
    theatre = conflict.theatre
    daily = theatre.loss_price * conflict.campaign.recent + 2.0 * theatre.fatigue_rate
    return theatre.foresight * daily


@jit
def would_both_stop(conflict: Conflict) -> bool:
    """Say whether there are terms that both would rather have than fight on.

    There are once what they disagree about is no more than what going on costs them together
    (Wagner 2000; Smith & Stam 2004).
    """
    return disagreement(conflict) <= cost_of_going_on(conflict) + SLACK
