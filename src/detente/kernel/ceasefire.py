"""How fighting stops: both would rather stop, a side is exhausted, or mediators find terms."""

from detente.kernel.air_defence import Chance, draw_block
from detente.kernel.arithmetic import arrival
from detente.kernel.draws import Purpose
from detente.kernel.endings import Ceasefire
from detente.kernel.expectations import would_both_stop
from detente.kernel.jit import jit
from detente.kernel.limits import LONGEST_WAR
from detente.kernel.strength import is_exhausted
from detente.kernel.theatre import CHALLENGER, DEFENDER, Conflict, is_restrained

TERMS_BLOCK = 2048
"""Address of the day's draw for terms, past those of both sides."""
LIMITED_LOSS = 0.1
"""Loss from which a strike is no longer limited (MODEL 3)."""


@jit
def least_days(conflict: Conflict) -> int:
    """Days that force lasts at least, unless a side is exhausted: a limited strike's are all."""
    theatre = conflict.theatre
    if is_restrained(conflict.situation):
        return int(theatre.limited_days)
    return int(theatre.campaign_days)


@jit
def is_one_exhausted(conflict: Conflict) -> bool:
    """Say whether a war answered in full has worn a side down so far that it must stop."""
    if is_restrained(conflict.situation):
        return False
    return is_exhausted(conflict, CHALLENGER) or is_exhausted(conflict, DEFENDER)


@jit
def certain_ceasefire(conflict: Conflict) -> int:
    """Return what stops the fighting today whatever is drawn, a Ceasefire; NONE if nothing does.

    A limited strike stops on its last day. A war stops when a side is exhausted; from the least
    days of a campaign on, on the first day on which both would rather stop.
    """
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
    """Chance that mediators find terms today, in a war that someone can stop."""
    if is_restrained(conflict.situation) or conflict.campaign.day < least_days(conflict):
        return 0.0
    return arrival(conflict.theatre.terms_rate, 1.0)


@jit
def stop_probability(conflict: Conflict) -> float:
    """Chance that fighting stops after today."""
    if certain_ceasefire(conflict) != Ceasefire.NONE:
        return 1.0
    return mediation_probability(conflict)


@jit
def is_limited(conflict: Conflict) -> bool:
    """Say whether force stayed a limited strike: no full answer, and losses below LIMITED_LOSS."""
    loss = conflict.campaign.loss
    is_small = max(loss[CHALLENGER], loss[DEFENDER]) < LIMITED_LOSS
    return is_restrained(conflict.situation) and is_small


@jit
def draw_ceasefire(conflict: Conflict, day: Chance) -> int:
    """Draw what stops the fighting after today, a Ceasefire; NONE if nothing does."""
    certain = certain_ceasefire(conflict)
    if certain != Ceasefire.NONE:
        return certain
    draws = draw_block(day, Purpose.WAR_DAY, TERMS_BLOCK)
    return Ceasefire.MEDIATED if draws[0] < mediation_probability(conflict) else Ceasefire.NONE
