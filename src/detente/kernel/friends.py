"""What others than the principals decide in a future: hosts, friends, and an ally for itself."""

from typing import TypeAlias

from detente.kernel.arithmetic import log
from detente.kernel.beliefs import probability, widen
from detente.kernel.decision import ALLY_SEAT, PARTY_SEATS, Asked, Docket
from detente.kernel.draws import Purpose, uniforms
from detente.kernel.endings import Event, Trigger
from detente.kernel.first_shot import name_ally
from detente.kernel.hazards import Restraint, public_gain, weigh_strike
from detente.kernel.jit import jit
from detente.kernel.limits import PARTIES
from detente.kernel.nodes import ALLY as ALLY_HOLDS
from detente.kernel.partners import CONSENT, FORCE, rate_of_consent, rate_of_force, stands_threat
from detente.kernel.places import force_of, step_of
from detente.kernel.play import Cell, Life, Play, begin_force, choose_cell, note, stage_today
from detente.kernel.seats import NOTHING, Query, agrees, ask_of_two, has_seat

Draws: TypeAlias = tuple[float, float, float, float]
"""Four uniforms at one address."""


@jit
def ask_partners(life: Life, docket: Docket) -> None:
    """Let hosts reconsider their consent, and friends what they have sent (MODEL 2.4)."""
    state = life.state
    partners = life.world.partners
    is_threatened = stands_threat(state.stance, state.regime)
    force = force_of(state.posture)
    for place in range(partners.deciders):
        party = partners.decider[place]
        consent = rate_of_consent(partners, state.stances, party, is_threatened)
        if consent > 0.0 and changes_mind(life, docket, (CONSENT, party), consent):
            is_withheld = state.stances.has_turned[CONSENT, party] == 1
            note(life, Event.WITHDRAWS if is_withheld else Event.CONSENTS, party, 0, 0.0)
            state.stage = -1
        sends = rate_of_force(partners, state.stances, party, force)
        if sends > 0.0 and changes_mind(life, docket, (FORCE, party), sends):
            tell_friend(life, party)


@jit
def changes_mind(life: Life, docket: Docket, what: tuple[int, int], rate: float) -> bool:
    """Let a third party change its mind today at a rate, or not; say whether it does.

    Its patience has the mean 1 [days x rate], and a day takes as much of it as the rate is. A
    person in its seat is asked when it is used up. `what`: which decision of which party.
    """
    stances = life.state.stances
    decision, party = what
    if stances.patience[decision, party] == 0.0:
        block = PARTIES * decision + party
        draw = uniforms(life.luck, life.state.day, Purpose.PARTNER, block)[0]
        stances.patience[decision, party] = -log(draw)
    stances.patience[decision, party] -= rate
    if stances.patience[decision, party] > 0.0:
        return False
    stances.patience[decision, party] = 0.0
    asked = Asked.CONSENT if decision == CONSENT else Asked.SUPPORT
    has_turned = stances.has_turned[decision, party]
    if not agrees(life.state, docket, PARTY_SEATS + party, asked, has_turned):
        return False
    stances.has_turned[decision, party] = 1 - stances.has_turned[decision, party]
    return True


@jit
def tell_friend(life: Life, party: int) -> None:
    """Write what share of its force a friend has there, now that it has changed its mind."""
    if life.state.stances.has_turned[FORCE, party] == 1:
        note(life, Event.SENDS, party, 0, 1.0)
    else:
        presence = life.world.war.theatre.third_parties.presence[party]
        note(life, Event.CALLS_BACK, party, 0, presence)


@jit
def has_ally_in_doubt(life: Life) -> bool:
    """Say whether the ally weighs a strike today."""
    state = life.state
    draw = uniforms(life.luck, state.day, Purpose.ALLY, 0)[0]
    return draw < life.daily.ally_weighs[step_of(state.stance)]


@jit
def weigh_ally(play: Play) -> None:
    """Let the ally weigh a strike on its own values, and the challenger restrain it."""
    life = play.life
    state = life.state
    draws = uniforms(life.luck, state.day, Purpose.ALLY, 0)
    cells = uniforms(life.luck, state.day, Purpose.ALLY, 1)
    cell = choose_cell(play, cells[0], cells[1])
    harm = -public_gain(
        gain_over_waiting(play, cell, 2, 0),
        gain_over_waiting(play, cell, 2, 1),
        probability(state.hard),
    )
    restraint = weigh_strike(life.world.talks, gain_over_waiting(play, cell, 2, ALLY_HOLDS), harm)
    wants, holds = wants_strike(play, restraint, draws), False
    if wants:
        holds = holds_back(play, restraint, draws)
    if state.has_ended == 1 or not wants:
        return
    if holds:
        note(life, Event.RESTRAINED, 0, 2, restraint.attempts)
    else:
        note(life, Event.ALLY_STRIKES, 2, 0, 0.0)
        name_ally(play)
        begin_force(play, 2, Trigger.ALLY)


@jit
def wants_strike(play: Play, restraint: Restraint, draws: Draws) -> bool:
    """Say whether the ally is for a strike, held back from it or not."""
    docket = play.rules.docket
    success = play.life.world.talks.restraint_success
    chances = (restraint.strikes + restraint.attempts * success, draws[1])
    if has_seat(docket.table, ALLY_SEAT):
        query = Query(Asked.STRIKE, NOTHING, 1)
        return ask_of_two(play.life.state, docket, ALLY_SEAT, query, chances)
    return chances[1] < chances[0]


@jit
def holds_back(play: Play, restraint: Restraint, draws: Draws) -> bool:
    """Say whether the challenger holds an ally back that is for a strike.

    Of the draws by which it strikes or is held back the last are those for which the challenger
    tries; where people decide otherwise than these draws would have it, others are taken.
    """
    docket = play.rules.docket
    success = play.life.world.talks.restraint_success
    wants = restraint.strikes + restraint.attempts * success
    if not has_seat(docket.table, 0) and draws[1] < wants:
        return draws[1] >= restraint.strikes
    share = restraint.attempts / wants if wants > 0.0 else 0.0
    draw = (wants - draws[1]) / wants if draws[1] < wants else draws[2]
    tries = draw < share
    if has_seat(docket.table, 0):
        query = Query(Asked.RESTRAIN, NOTHING, 0)
        tries = ask_of_two(play.life.state, docket, 0, query, (share, draw))
    if draws[1] < wants and draw < share:
        return tries and draws[1] >= restraint.strikes
    return tries and draws[3] < success


@jit
def gain_over_waiting(play: Play, cell: Cell, who: int, holder: int) -> float:
    """Return what force begun today by one of the three would bring a holder over waiting."""
    state = play.life.state
    stage = stage_today(play.life)
    waits = play.policies.worth[stage, state.posture, state.stance, state.regime]
    force = play.policies.force[stage, force_of(state.posture), state.stance, who]
    worth = widen(waits[cell.tough, cell.hard, holder])
    return widen(force[cell.tough, cell.hard, holder]) - worth
