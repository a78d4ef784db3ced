"""Decisions of people during a war: it stops at the next one, and is fought again with it.

A war knows nothing of tables. Its draws are always the same, so that an open question ends the
fighting for now, and with the answer the whole war is fought once more.
"""

from detente.kernel.cascade import closing_probability, join_probability
from detente.kernel.decision import (
    ALLY_SEAT,
    MOST_DECISIONS,
    PARTY_SEATS,
    SEATS,
    Asked,
    SeatScript,
)
from detente.kernel.draws import Draws, other_draws
from detente.kernel.endings import Ceasefire
from detente.kernel.jit import jit
from detente.kernel.limits import LONGEST_WAR, PARTIES
from detente.kernel.theatre import CHALLENGER, DEFENDER, NOT_YET, Campaign, Conflict, WarDecisions

ASK_AGAIN_AFTER = 7
"""Days after which a side that prefers to fight on is asked about terms again [days]."""
UP_TO_DATE = 2
"""Marks a party that was asked to join after a hit."""


@jit
def begin_decisions(decisions: WarDecisions, table: SeatScript, days: int) -> None:
    """Reset the decisions of a war that begins and is followed for so many days."""
    decisions.days = 0
    decisions.answered = 0
    for seat in range(SEATS):
        decisions.is_seated[seat] = table.is_seated[seat]
        if table.is_seated[seat] == 1:
            decisions.days = days


@jit
def restart_decisions(decisions: WarDecisions) -> None:
    """Start to fight a war, with the answers given so far."""
    decisions.posed = 0
    decisions.is_waiting = 0
    # So that terms are put to a person on the first day on which there are some.
    decisions.refused_on = -ASK_AGAIN_AFTER
    for party in range(PARTIES + 1):
        decisions.asked_to_join[party] = 0


@jit
def war_draws_today(campaign: Campaign, draws: Draws) -> Draws:
    """Return the draws that hold today in a war."""
    decisions = campaign.decisions
    if decisions.offset == 0 or campaign.day < decisions.offset_from:
        return draws
    # A branch at a table fights the first days on its own draws and the rest on those of another
    # future.
    return other_draws(draws, decisions.offset)


@jit
def is_decided_in_person(campaign: Campaign, seat: int) -> bool:
    """Say whether a person decides for a seat today."""
    decisions = campaign.decisions
    return campaign.day < decisions.days and decisions.is_seated[seat] == 1


@jit
def decide(
    campaign: Campaign, seat: int, asked: int, about: int, chances: tuple[float, bool]
) -> bool:
    """Return whether a seat gives the first of two answers: a person's, or else its policy's.

    `chances` are the policy's chance of the first answer, and whether by its draw it gives it. If
    no person has answered yet, the war stops after this day.
    """
    decisions = campaign.decisions
    chance, would = chances
    # Questions come in the same order each time that the war is fought, so that a count finds them.
    at = decisions.posed
    # After the first open question policies decide to the end of the day: the war is fought again
    # with the answer anyway.
    if decisions.is_waiting == 1 or at >= MOST_DECISIONS:
        return would
    decisions.posed += 1
    if at < decisions.answered:
        return decisions.answers[at] == 1
    decisions.is_waiting = 1
    decisions.seat, decisions.asked, decisions.about = seat, asked, about
    decisions.chance, decisions.would, decisions.day = chance, 1 if would else 0, campaign.day
    return would


@jit
def decide_joining(conflict: Conflict, intensity: float) -> None:
    """Let people decide whether they join the fighting today.

    Each is asked on the first day, on the first day after a hit, and when by its draw it joins.
    """
    campaign = conflict.campaign
    if campaign.day >= campaign.decisions.days:
        return
    parties, belligerents = conflict.theatre.third_parties, campaign.belligerents
    for party in range(parties.count):
        chance = join_probability(parties, belligerents, party, intensity)
        if campaign.war_log.joined_on[party] == NOT_YET and parties.join_probability[party] > 0.0:
            side = int(parties.is_with_defender[party])
            would = belligerents.has_joined[party] > 0.0
            by_loyalty = chance * belligerents.is_loyal[party]
            joins = decide_party(campaign, party, side, (by_loyalty, would))
            belligerents.has_joined[party] = 1.0 if joins else 0.0
    if campaign.war_log.joined_on[PARTIES] == NOT_YET:
        would = belligerents.has_challenger > 0.0
        joins = decide_party(campaign, PARTIES, CHALLENGER, (belligerents.weighs, would))
        belligerents.has_challenger = 1.0 if joins else 0.0


@jit
def decide_party(campaign: Campaign, party: int, side: int, chances: tuple[float, bool]) -> bool:
    """Say whether a third party, or the challenger as the last of them, joins a side today."""
    chance, would = chances
    seat = CHALLENGER if party == PARTIES else PARTY_SEATS + party
    if not is_decided_in_person(campaign, seat):
        return would
    was_hit = party < PARTIES and campaign.belligerents.was_hit[party] > 0.0
    news = UP_TO_DATE if was_hit else 1
    is_new = campaign.decisions.asked_to_join[party] < news
    if not is_new and not would:
        # A person who stayed out is asked again only for news, or on the day on which the draw
        # would have it join.
        return False
    campaign.decisions.asked_to_join[party] = news
    about = side + (2 if was_hit else 0)
    return decide(campaign, seat, Asked.JOIN, about, (chance if is_new else 1.0, would))


@jit
def decide_closing(conflict: Conflict) -> None:
    """Let a person in the defender's seat decide whether the chokepoint is closed today.

    The question comes on the first day, and when by its draw the defender closes it.
    """
    campaign = conflict.campaign
    if not is_decided_in_person(campaign, DEFENDER) or campaign.passage.closed_days > 0.0:
        return
    chance = closing_probability(conflict.theatre.chokepoint)
    would = campaign.passage.closed > 0.0
    if would or (campaign.day == 0 and chance > 0.0):
        # On a later day the question comes because the policy closes it, so that its chance is 1.
        by_draw = chance if campaign.day == 0 else 1.0
        closes = decide(campaign, DEFENDER, Asked.CLOSE, -1, (by_draw, would))
        campaign.passage.closed = 1.0 if closes else 0.0


@jit
def decide_terms(conflict: Conflict, ceasefire: int) -> int:
    """Return the Ceasefire that follows when both sides are asked about terms.

    An end without terms asks nobody. Who refuses terms that both policies would take is asked again
    after a week, and when mediators find some.
    """
    campaign = conflict.campaign
    decisions = campaign.decisions
    is_mediated = ceasefire == Ceasefire.MEDIATED
    if campaign.day >= decisions.days or not (is_mediated or ceasefire == Ceasefire.LEARNT):
        return ceasefire
    if is_mediated or campaign.day >= decisions.refused_on + ASK_AGAIN_AFTER:
        fights = campaign.belligerents.has_challenger > 0.0
        first = CHALLENGER if fights else ALLY_SEAT
        if takes_terms(campaign, first, is_mediated) and takes_terms(
            campaign, DEFENDER, is_mediated
        ):
            return ceasefire
        decisions.refused_on = campaign.day
    # A refusal keeps the war going, but not past the longest one that is followed.
    return int(Ceasefire.RAN_OUT if campaign.day >= LONGEST_WAR else Ceasefire.NONE)


@jit
def takes_terms(campaign: Campaign, seat: int, is_mediated: bool) -> bool:
    """Say whether a side takes the terms at hand; its policy does."""
    if not is_decided_in_person(campaign, seat):
        return True
    return decide(campaign, seat, Asked.TERMS, 1 if is_mediated else 0, (1.0, True))
