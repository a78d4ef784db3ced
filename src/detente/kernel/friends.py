"""Decisions of hosts, friends and an ally in a future."""

from typing import TypeAlias

from detente.kernel.arithmetic import log
from detente.kernel.beliefs import to_float64
from detente.kernel.decision import ALLY_SEAT, PARTY_SEATS, Asked, DecisionRecord
from detente.kernel.draws import Purpose, uniforms
from detente.kernel.endings import Event, Trigger
from detente.kernel.first_shot import classify_ally
from detente.kernel.hazards import Press, stored_press
from detente.kernel.jit import jit
from detente.kernel.limits import PARTIES
from detente.kernel.partners import CONSENT, FORCE, rate_of_consent, rate_of_force
from detente.kernel.places import force_of, has_vowed, step_of
from detente.kernel.play import (
    Cell,
    Play,
    Trajectory,
    begin_force,
    stage_today,
    write_event,
)
from detente.kernel.seats import NO_SUBJECT, Query, agrees, chooses_first, has_seat
from detente.kernel.talks import Regime
from detente.kernel.theatre import TOGETHER, Onset, scale_of, who_begins

Uniforms: TypeAlias = tuple[float, float, float, float]
"""Four uniforms at one address."""


@jit
def play_partner_decisions(trajectory: Trajectory, decision: DecisionRecord) -> None:
    """Let hosts reconsider their consent, and friends their deployments (MODEL 2.4)."""
    state = trajectory.state
    partners = trajectory.world.partners
    # There is a threat while an ultimatum runs, and once the defender has vowed.
    is_threatened = state.regime == Regime.ULTIMATUM or has_vowed(state.stance)
    force = force_of(state.posture)
    for index in range(partners.deciders):
        party = partners.decider[index]
        consent = rate_of_consent(partners, state.partner_decisions, party, is_threatened)
        if consent > 0.0 and changes_mind(trajectory, decision, (CONSENT, party), consent):
            is_withheld = state.partner_decisions.is_reversed[CONSENT, party] == 1
            write_event(
                trajectory, Event.WITHDRAWS if is_withheld else Event.CONSENTS, party, 0, 0.0
            )
            state.stage = -1  # the ceiling has changed with the consent: it is applied again today
        sends = rate_of_force(partners, state.partner_decisions, party, force)
        if sends > 0.0 and changes_mind(trajectory, decision, (FORCE, party), sends):
            write_friend_deployment(trajectory, party)


@jit
def changes_mind(
    trajectory: Trajectory, decision: DecisionRecord, what: tuple[int, int], rate: float
) -> bool:
    """Return whether a third party changes its mind today, at a rate [1/day].

    The remaining hazard is exponential with mean 1, and each day reduces it by the rate. At 0 the
    party changes its mind, or a person in its seat is asked. `what` is the decision (CONSENT or
    FORCE) and the party.
    """
    decisions = trajectory.state.partner_decisions
    kind, party = what
    if decisions.remaining_hazard[kind, party] == 0.0:
        # The rate changes from day to day: a cumulative hazard is drawn once and then used up.
        block = PARTIES * kind + party
        draw = uniforms(trajectory.draws, trajectory.state.day, Purpose.PARTNER, block)[0]
        decisions.remaining_hazard[kind, party] = -log(draw)
    decisions.remaining_hazard[kind, party] -= rate
    if decisions.remaining_hazard[kind, party] > 0.0:
        return False
    decisions.remaining_hazard[kind, party] = 0.0
    asked = Asked.CONSENT if kind == CONSENT else Asked.SUPPORT
    is_reversed = decisions.is_reversed[kind, party]
    if not agrees(trajectory.state, decision, PARTY_SEATS + party, asked, is_reversed):
        return False
    decisions.is_reversed[kind, party] = 1 - decisions.is_reversed[kind, party]
    return True


@jit
def write_friend_deployment(trajectory: Trajectory, party: int) -> None:
    """Append to the trace that a friend has changed its mind, and the share of force it deploys."""
    if trajectory.state.partner_decisions.is_reversed[FORCE, party] == 1:
        write_event(trajectory, Event.SENDS, party, 0, 1.0)
    else:
        presence = trajectory.world.war.theatre.third_parties.presence[party]
        write_event(trajectory, Event.CALLS_BACK, party, 0, presence)


@jit
def considers_strike(trajectory: Trajectory) -> bool:
    """Say whether the ally considers force today."""
    state = trajectory.state
    draw = uniforms(trajectory.draws, state.day, Purpose.ALLY, 0)[0]
    weighs = trajectory.daily.ally_pressure_probability[
        force_of(state.posture), step_of(state.stance)
    ]
    return draw < weighs


@jit
def play_ally_pressure(play: Play) -> None:
    """Let the ally press for force: the challenger joins, restrains it or stands aside (MODEL 4.3).

    A person in the ally's seat decides whether it goes ahead, one in the challenger's whether it
    tries to restrain the ally.
    """
    trajectory = play.trajectory
    state = trajectory.state
    u = uniforms(trajectory.draws, state.day, Purpose.ALLY, 1)
    stage = stage_today(trajectory)
    table = play.policies.press[stage, state.posture, state.stance]
    press = stored_press(table[state.regime])
    if not goes_ahead(play, press, u[0]):
        return
    onset = onset_under_press(play, press, u)
    if state.has_ended == 1 or onset < 0:
        return
    write_event(trajectory, Event.ALLY_STRIKES, ALLY_SEAT, scale_of(onset), press.goes_ahead)
    if who_begins(onset) == TOGETHER:
        write_event(trajectory, Event.STRIKES, 0, scale_of(onset), 0.0)
    classify_ally(play)
    begin_force(play, onset, Trigger.ALLY)


@jit
def goes_ahead(play: Play, press: Press, draw: float) -> bool:
    """Return whether a pressing ally goes ahead, by its chance or as a person decides."""
    decision = play.rules.decision
    if has_seat(decision.table, ALLY_SEAT):
        query = Query(Asked.STRIKE, NO_SUBJECT, 1)
        state = play.trajectory.state
        return chooses_first(state, decision, ALLY_SEAT, query, (press.goes_ahead, draw))
    return draw < press.goes_ahead


@jit
def onset_under_press(play: Play, press: Press, u: Uniforms) -> int:
    """Return the onset of force after the ally goes ahead, or -1 if no force is used."""
    trajectory = play.trajectory
    # One draw decides, in this order: joins in a strike, in a campaign, stands aside, restrains.
    joins = press.with_strike + press.with_campaign
    draw = u[1]
    decision = play.rules.decision
    restrains = draw >= joins + press.aside
    if has_seat(decision.table, 0):
        query = Query(Asked.RESTRAIN, NO_SUBJECT, 0)
        chances = (press.restrains, 0.0 if restrains else 1.0)
        restrains = chooses_first(trajectory.state, decision, 0, query, chances)
    if restrains and u[2] < trajectory.world.talks.restraint_success:
        write_event(trajectory, Event.RESTRAINED, 0, 2, press.restrains)
        return -1
    if draw < press.with_strike and not restrains:
        return Onset.JOINT_STRIKE
    if draw < joins and not restrains:
        return Onset.JOINT_CAMPAIGN
    # An ally without means of its own never begins alone (MODEL 4.3).
    if press.may_go_alone < 1.0:
        return -1
    return Onset.ALLY_CAMPAIGN if u[3] < press.campaigns else Onset.BY_ALLY


@jit
def gain_over_waiting(play: Play, cell: Cell, who: int, holder: int) -> float:
    """Return a holder's gain over waiting if force begins today [value].

    `who` begins it by a strike: challenger 0, defender 1.
    """
    state = play.trajectory.state
    stage = stage_today(play.trajectory)
    waits = play.policies.worth[stage, state.posture, state.stance, state.regime]
    force = play.policies.force[stage, force_of(state.posture), state.stance, who]
    worth = to_float64(waits[cell.tough, cell.hard, holder])
    return to_float64(force[cell.tough, cell.hard, holder]) - worth
