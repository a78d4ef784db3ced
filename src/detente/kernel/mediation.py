"""Mediators' messages: what each says about the defender, and whether it is believed."""

from typing import NamedTuple

from detente.kernel.beliefs import corner, probability, to_float64
from detente.kernel.decision import MEDIATOR_SEATS, Asked
from detente.kernel.draws import Purpose, uniforms
from detente.kernel.endings import Event
from detente.kernel.jit import jit
from detente.kernel.mediators import (
    SILENT,
    TOUGH,
    WEAK,
    Message,
    Outlook,
    always_says,
    gains_by_truth,
    may_speak,
    message_shift,
    record_message,
    signal,
    slope_in_belief,
    truth_pays,
)
from detente.kernel.play import Play, Trajectory, stage_today, write_belief, write_event
from detente.kernel.seats import Query, chooses_first, has_seat
from detente.kernel.talks import Regime


class Rise(NamedTuple):
    """A worth at a belief about the defender, and its rise with that belief [per log-odds]."""

    worth: float
    rise: float


@jit
def has_message(trajectory: Trajectory) -> bool:
    """Say whether a mediator speaks today; none does after failed talks."""
    if trajectory.state.regime == Regime.FAILED:
        return False
    speaking = 0
    for mediator in range(trajectory.world.mediators.count):
        if sends_message(trajectory, mediator):
            speaking += 1
    return speaking > 0


@jit
def sends_message(trajectory: Trajectory, mediator: int) -> bool:
    """Say whether a mediator has not sent its message yet and sends it today."""
    if not may_speak(trajectory.world.mediators, trajectory.state.messages, mediator):
        return False
    draw = uniforms(trajectory.draws, trajectory.state.day, Purpose.REPORT, mediator)[0]
    return draw < trajectory.daily.message_probability[mediator]


@jit
def play_mediation(play: Play) -> None:
    """Send the messages of all mediators who speak today."""
    for mediator in range(play.trajectory.world.mediators.count):
        if sends_message(play.trajectory, mediator):
            send_message(play, mediator)


@jit
def send_message(play: Play, mediator: int) -> None:
    """Send a mediator's message about the defender, and update beliefs if it is believed.

    Beliefs are updated by the mediator's signal. A person in the mediator's seat may choose another
    message, which only the trace shows.
    """
    trajectory = play.trajectory
    state = trajectory.state
    mediators = trajectory.world.mediators
    says = signal(mediators, trajectory.draws, mediator, state.defender_type)
    message = Message(mediator, says)
    gains = gains_from_truth(play, mediator)
    is_believed = truth_pays(gains)
    if is_believed:
        says = choose_message(play, mediator, says)
    write_event(
        trajectory,
        Event.SPEAKS,
        mediator,
        says if is_believed else SILENT,
        1.0 * always_says(gains),
    )
    if is_believed:
        before = probability(state.tough)
        state.tough += message_shift(mediators, state.messages, message)
        write_belief(trajectory, 1, before, probability(state.tough))
    record_message(state.messages, message, is_believed)


@jit
def choose_message(play: Play, mediator: int, says: int) -> int:
    """Return the message of a mediator that would be believed: its signal, or a person's choice."""
    decision = play.rules.decision
    if not has_seat(decision.table, MEDIATOR_SEATS + mediator):
        return says
    query = Query(Asked.MESSAGE, says, 0)
    # The policy is to report the signal: its chance is 0 or 1, so that any draw will do.
    chances = (1.0 if says == TOUGH else 0.0, 0.5)
    is_tough = chooses_first(
        play.trajectory.state, decision, MEDIATOR_SEATS + mediator, query, chances
    )
    return TOUGH if is_tough else WEAK


@jit
def gains_from_truth(play: Play, mediator: int) -> tuple[float, float]:
    """Return a mediator's gains from the truth today, for a resolved signal and for the other."""
    state = play.trajectory.state
    mediators = play.trajectory.world.mediators
    if_tough = state.tough + message_shift(mediators, state.messages, Message(mediator, TOUGH))
    if_weak = state.tough + message_shift(mediators, state.messages, Message(mediator, WEAK))
    return gains_by_truth(
        outlook_at(play, if_tough),
        outlook_at(play, if_weak),
        mediators.bias[mediator],
        probability(if_tough),
        probability(if_weak),
    )


@jit
def outlook_at(play: Play, tough: float) -> Outlook:
    """Return today's worth to both sides at a belief in a resolved defender [log-odds]."""
    hard = probability(play.trajectory.state.hard)
    of_hard = worth_along(play, tough, 0)
    of_soft = worth_along(play, tough, 1)
    worth = hard * of_hard.worth + (1.0 - hard) * of_soft.worth
    rise = hard * of_hard.rise + (1.0 - hard) * of_soft.rise
    slope = slope_in_belief(rise, probability(tough))
    return Outlook(
        worth, slope, worth_along(play, tough, 2).worth, worth_along(play, tough, 3).worth
    )


@jit
def worth_along(play: Play, tough: float, holder: int) -> Rise:
    """Return today's worth to a holder [value], and its rise with the log-odds `tough`."""
    state = play.trajectory.state
    grid = play.grid
    stage = stage_today(play.trajectory)
    block = play.policies.worth[stage, state.posture, state.stance, state.regime]
    # The belief about the challenger is interpolated first, which leaves the slope in the other.
    near = corner(grid, tough, 0)
    far = corner(grid, tough, 1)
    low = 0.0
    high = 0.0
    for side in range(2):
        hard = corner(grid, state.hard, side)
        low += hard[1] * to_float64(block[near[0], hard[0], holder])
        high += hard[1] * to_float64(block[far[0], hard[0], holder])
    return Rise(near[1] * low + far[1] * high, (high - low) / grid.step)
