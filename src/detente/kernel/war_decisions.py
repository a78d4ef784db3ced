"""Decisions of people during a war: it stops at an open question and is fought again.

A war cannot wait for an answer. It ends for now on the day of an open question, and once there is
an answer the whole war is fought again with the same draws.
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
"""Marks a party that was asked to join since it was hit."""


@jit
def begin_decisions(decisions: WarDecisions, table: SeatScript, days: int) -> None:
    """Reset the decisions of a war that begins; people may be asked on its first `days` days."""
    decisions.days = 0
    decisions.answered = 0
    for seat in range(SEATS):
        decisions.is_seated[seat] = table.is_seated[seat]
        if table.is_seated[seat] == 1:
            decisions.days = days


@jit
def restart_decisions(decisions: WarDecisions) -> None:
    """Reset the count of questions before a war is fought again with the answers so far."""
    decisions.posed = 0
    decisions.is_waiting = 0
    # This lets a person be asked about terms on the first day on which there are some.
    decisions.refused_on = -ASK_AGAIN_AFTER
    for party in range(PARTIES + 1):
        decisions.asked_to_join[party] = 0


@jit
def war_draws_today(campaign: Campaign, draws: Draws) -> Draws:
    """Return today's draws in a war."""
    decisions = campaign.decisions
    if decisions.offset == 0 or campaign.day < decisions.offset_from:
        return draws
    # A branch at a table fights its first days with its own draws, and the rest with those of
    # another future.
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
    """Return whether a seat gives the first of two answers: by its person, or else by its policy.

    `chances` are the policy's chance of the first answer, and whether its draw gives that answer.
    If the person has not answered yet, the war stops after this day.
    """
    decisions = campaign.decisions
    chance, would = chances
    # Questions arise in the same order each time the war is fought: a count identifies them.
    at = decisions.posed
    # After the first open question policies decide for the rest of the day, since the war is fought
    # again with the answer anyway.
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

    A party is asked on the first day, on the first day after a hit, and when its draw joins.
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
        joins = decide_party(
            campaign, PARTIES, CHALLENGER, (belligerents.challenger_join_probability, would)
        )
        belligerents.has_challenger = 1.0 if joins else 0.0


@jit
def decide_party(campaign: Campaign, party: int, side: int, chances: tuple[float, bool]) -> bool:
    """Say whether a third party joins a side today; index PARTIES stands for the challenger."""
    chance, would = chances
    seat = CHALLENGER if party == PARTIES else PARTY_SEATS + party
    if not is_decided_in_person(campaign, seat):
        return would
    was_hit = party < PARTIES and campaign.belligerents.was_hit[party] > 0.0
    news = UP_TO_DATE if was_hit else 1
    is_new = campaign.decisions.asked_to_join[party] < news
    if not is_new and not would:
        # A person who stayed out is asked again only after news, or when the draw would have the
        # party join.
        return False
    campaign.decisions.asked_to_join[party] = news
    about = side + (2 if was_hit else 0)
    return decide(campaign, seat, Asked.JOIN, about, (chance if is_new else 1.0, would))


@jit
def decide_closing(conflict: Conflict) -> None:
    """Let a person in the defender's seat decide whether the chokepoint is closed today.

    The question is asked on the first day, and on a day on which the draw closes it.
    """
    campaign = conflict.campaign
    if not is_decided_in_person(campaign, DEFENDER) or campaign.passage.closed_days > 0.0:
        return
    chance = closing_probability(conflict.theatre.chokepoint)
    would = campaign.passage.closed > 0.0
    if would or (campaign.day == 0 and chance > 0.0):
        # On a later day the question is asked only if the policy closes it: its chance is then 1.
        by_draw = chance if campaign.day == 0 else 1.0
        closes = decide(campaign, DEFENDER, Asked.CLOSE, -1, (by_draw, would))
        campaign.passage.closed = 1.0 if closes else 0.0


@jit
def decide_terms(conflict: Conflict, ceasefire: int) -> int:
    """Return the Ceasefire after both sides were asked about terms.

    Nobody is asked about an end without terms. A side that refuses terms which both policies accept
    is asked again after a week, or when mediators find terms.
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
    # After a refusal the war continues, at most to the longest duration.
    return int(Ceasefire.RAN_OUT if campaign.day >= LONGEST_WAR else Ceasefire.NONE)


@jit
def takes_terms(campaign: Campaign, seat: int, is_mediated: bool) -> bool:
    """Say whether a side accepts terms; its policy always does."""
    if not is_decided_in_person(campaign, seat):
        return True
    return decide(campaign, seat, Asked.TERMS, 1 if is_mediated else 0, (1.0, True))
