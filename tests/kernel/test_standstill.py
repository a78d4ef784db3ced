"""A standstill: who may offer it, what it is worth, what it forbids, and how it ends."""

import math

import numpy as np
import pytest

from detente.endings import Ending
from detente.kernel.arithmetic import arrival
from detente.kernel.day import has_incident, play_nature
from detente.kernel.decision import Asked
from detente.kernel.endings import Event
from detente.kernel.hazards import mix_regimes
from detente.kernel.legality import challenger_may, defender_may
from detente.kernel.menus import STANDSTILL_DEFENDER
from detente.kernel.moves import offer_standstill
from detente.kernel.places import Place, at_start
from detente.kernel.play import begin_force
from detente.kernel.policy import solve_answers, solve_moves
from detente.kernel.solution import new_workspaces
from detente.kernel.tables import Question, reachable_places
from detente.kernel.talks import ChallengerMove, DefenderMove, Regime
from detente.kernel.theatre import Onset, Reply
from tests.kernel.worlds import cut_short, plain_world, quiet_play, war_table

pytestmark = pytest.mark.plain

HERE = Place(0, 0, 0)
ANY = Regime.NO_TEXT, Regime.TEXT_READY, Regime.FAILED
WORTH = {Regime.NO_TEXT: 0.1, Regime.TEXT_READY: 0.2, Regime.FAILED: -0.1, Regime.STANDSTILL: 0.15}
"""What each regime is worth ahead to everybody."""
PRECISION, BREACH = 8.0, 0.05
STRUCK = 0.2
"""Worth of force to everybody."""


def still(play, *, talks_after=0.0, ends=0.0, calm=0.5):
    """Let a standstill be possible in a future in play."""
    talks = play.trajectory.world.talks
    talks.standstill_days, talks.standstill_talks, talks.standstill_calm = 30.0, talks_after, calm
    play.trajectory.daily.standstill_end_probability = ends
    return play


@pytest.fixture(scope="module")
def workspace():
    """Return a workspace whose regimes are worth WORTH and in which a stage's force is STRUCK."""
    world = cut_short(plain_world(precision=PRECISION, horizon=20), 20)
    talks = world.talks
    talks.standstill_days, talks.standstill_talks, talks.breach_cost = 40.0, 0.25, BREACH
    talks.challenger_rate[:] = talks.defender_rate[:] = 0.0
    talks.challenger_rate[ChallengerMove.STANDSTILL] = 0.02
    talks.challenger_rate[ChallengerMove.STRIKE] = 0.01
    (workspace,) = new_workspaces(world, war_table())
    for regime, worth in WORTH.items():
        workspace.work.continuation[:, :, regime] = worth
    workspace.work.force[:] = STRUCK
    solve_answers(workspace, HERE)
    return workspace


@pytest.mark.parametrize("regime", ANY)
def test_an_offer_is_accepted_by_what_a_standstill_is_worth_beyond_what_it_leaves(
    workspace, regime
):
    better = WORTH[Regime.STANDSTILL] - WORTH[regime]
    accepts = 1.0 / (1.0 + math.exp(-PRECISION * better))
    for first in (Question.DEFENDER_STANDSTILL, Question.CHALLENGER_STANDSTILL):
        answer = first + regime - Question.DEFENDER_ANSWER

        chances = workspace.policies.answers[0, 0, 0, answer]
        np.testing.assert_allclose(chances, accepts, rtol=1e-6)
        worth = workspace.work.answered[0, 0, answer]
        np.testing.assert_allclose(worth, WORTH[regime] + accepts * better, rtol=1e-9)


@pytest.mark.parametrize("regime", [Regime.NO_TEXT, Regime.STANDSTILL])
def test_breaking_a_standstill_costs_who_orders_force(workspace, regime):
    solve_moves(workspace, HERE, regime)
    talks = workspace.world.talks
    pace = talks.challenger_pace + talks.defender_pace
    unit = 20.0 / (arrival(pace, 20.0) * talks.challenger_pace / pace)
    paid = BREACH if regime == Regime.STANDSTILL else 0.0
    pulls = {
        ChallengerMove.HOLD: math.exp(PRECISION * WORTH[regime]),
        ChallengerMove.STRIKE: 0.01 * unit * math.exp(PRECISION * (STRUCK - paid)),
    }
    if regime == Regime.NO_TEXT:
        offered = workspace.work.answered[0, 0, STANDSTILL_DEFENDER + regime, 0, 0, 0]
        pulls[ChallengerMove.STANDSTILL] = 0.02 * unit * math.exp(PRECISION * offered)
    total = sum(pulls.values())

    chances = workspace.policies.challenger[0, 0, 0, regime]
    for move, pull in pulls.items():
        # A justification at its mean makes a strike no dearer and no cheaper here.
        np.testing.assert_allclose(chances[..., move], pull / total, rtol=1e-5)
    np.testing.assert_allclose(chances.sum(axis=-1), 1.0, rtol=1e-6)


def test_a_standstill_whose_time_is_over_leads_to_a_draft_or_to_none(workspace):
    now, ends = workspace.work.now[0, 0], arrival(1.0 / 40.0, 20.0)
    for regime, worth in WORTH.items():
        now[regime] = worth
    mix_regimes(workspace, 0, reachable_places(workspace, 0))
    after = 0.25 * WORTH[Regime.TEXT_READY] + 0.75 * WORTH[Regime.NO_TEXT]

    expected = (1.0 - ends) * WORTH[Regime.STANDSTILL] + ends * after
    np.testing.assert_allclose(now[Regime.STANDSTILL], expected, rtol=1e-12)


@pytest.mark.parametrize(("side", "accepts"), [(0, 1.0), (1, 1.0), (0, 0.0), (1, 0.0)])
@pytest.mark.parametrize("regime", ANY)
def test_a_refusal_leaves_the_talks_as_they_were_and_assent_needs_no_ratification(
    side, accepts, regime
):
    play = still(quiet_play())
    state = play.trajectory.state
    state.regime = regime
    play.policies.answers[:] = accepts
    offer_standstill(play, side)

    assert state.regime == (Regime.STANDSTILL if accepts else regime)
    assert (state.has_ended, state.settlement) == (0, Ending.CONTAINMENT)
    event = Event.AGREES_STANDSTILL if accepts else Event.REFUSES_STANDSTILL
    assert [event, 1 - side] in state.lines[: int(state.lines_written), 1:3].tolist()


def test_while_it_holds_neither_side_takes_a_step_short_of_force():
    play = still(quiet_play())
    trajectory, state = play.trajectory, play.trajectory.state
    state.regime, state.posture = Regime.STANDSTILL, 2
    talks = trajectory.world.talks
    talks.challenger_rate[:] = talks.defender_rate[:] = 1.0
    trajectory.world.calendar.ceiling[:] = 2
    may = {move.name for move in ChallengerMove if challenger_may(trajectory, move)}
    other = {move.name for move in DefenderMove if defender_may(trajectory, move)}

    steps = {"RAISE", "ULTIMATUM", "WALK_OUT", "STANDSTILL", "OFFER"}
    assert not may & steps
    assert {"DROP", "LOWER", "HOLD", "STRIKE"} <= may
    assert other == {"YIELD", "HOLD", "STRIKE"}


@pytest.mark.parametrize(
    ("talks_after", "regime"), [(0.0, Regime.NO_TEXT), (1.0, Regime.TEXT_READY)]
)
def test_it_ends_by_its_clock_and_may_lead_to_a_draft(talks_after, regime):
    play = still(quiet_play(), talks_after=talks_after, ends=1.0)
    play.trajectory.state.regime = Regime.STANDSTILL
    play_nature(play.trajectory, play.rules.decision)

    assert play.trajectory.state.regime == regime


def test_incidents_are_drawn_by_their_own_chance_while_it_holds():
    play = still(quiet_play())
    play.trajectory.daily.incident_probability[:, 2] = 1.0

    assert not has_incident(play.trajectory)
    play.trajectory.state.regime = Regime.STANDSTILL
    assert has_incident(play.trajectory)


def test_force_breaks_it_and_says_so():
    play = still(quiet_play())
    state = play.trajectory.state
    state.regime = Regime.STANDSTILL
    play.policies.replies[..., Reply.ABSORBS] = 1.0
    begin_force(play, Onset.BY_DEFENDER, 1)

    assert state.regime == Regime.FAILED
    written = state.lines[: int(state.lines_written), 1]
    assert (written == Event.BREAKS_STANDSTILL).sum() == 1


def test_one_may_hold_from_the_start_where_there_can_be_one():
    world = plain_world(horizon=20)
    world.talks.stands_still = 1

    assert at_start(0, world.talks).regime == Regime.NO_TEXT
    world.talks.standstill_days = 30.0
    assert at_start(0, world.talks).regime == Regime.STANDSTILL


@pytest.mark.parametrize("side", [0, 1])
def test_a_person_may_refuse_what_its_policy_would_accept(side):
    play = still(quiet_play())
    play.policies.answers[:] = 1.0
    decision = play.rules.decision
    decision.is_asked[1 - side] = decision.table.is_seated[1 - side] = 1
    decision.table.script[0], decision.table.written = 1, 1
    offer_standstill(play, side)

    assert play.trajectory.state.regime == Regime.NO_TEXT
    asked = decision.table.seats[0], decision.table.kinds[0], decision.table.moves[0]
    assert asked == (1 - side, Asked.STANDSTILL, 1)
