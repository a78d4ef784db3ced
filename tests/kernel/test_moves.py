import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.endings import Ending
from detente.kernel.beliefs import BOUNDLESS, after_act
from detente.kernel.draws import Draws
from detente.kernel.endings import Event
from detente.kernel.layout import new_record
from detente.kernel.moves import (
    FOREVER,
    NO_MOVE_CLOSED,
    Scales,
    conclude,
    days_until,
    enter_deal,
    make_choice,
    offer_to_challenger,
    offer_to_defender,
    set_ultimatum,
    write_challenger_move,
)
from detente.kernel.places import posture_at
from detente.kernel.play import (
    Trajectory,
    fail_talks,
    learn_of_challenger,
    learn_of_defender,
    write_event,
)
from detente.kernel.talks import ChallengerMove, Regime
from detente.kernel.world import LINES, Daily, State
from tests.kernel.worlds import quiet_play, random_worlds

pytestmark = pytest.mark.plain

HOLD, RAISE, STRIKE = 2, 3, 4
NO_CAMPAIGN = -1
weights = st.lists(st.floats(0.01, 1.0), min_size=10, max_size=10)
scales = st.builds(
    Scales,
    st.just(HOLD),
    st.floats(0.05, 1.0),
    st.just(STRIKE),
    st.just(NO_CAMPAIGN),
    st.floats(0.3, 3.0),
    st.sampled_from([NO_MOVE_CLOSED, RAISE]),
)
AS_SOLVED = Scales(HOLD, 1.0, STRIKE, NO_CAMPAIGN, 1.0, NO_MOVE_CLOSED)
"""A day as long as a stage, on which nothing gives a justification."""
draws = st.floats(0.0, 0.999999)


def row_of(values):
    row = np.array(values).reshape(2, 5)
    return (row / row.sum(axis=1, keepdims=True)).astype(np.float32)


def daily(row, scale):
    row = row.astype(float)
    factors = scale.factor * np.ones(5)
    factors[HOLD] = 1.0
    factors[STRIKE] *= scale.justification_factor
    moved = 1.0 - row[:, HOLD] + (scale.justification_factor - 1.0) * row[:, STRIKE]
    chances = row * factors / (row[:, HOLD] + scale.factor * moved)[:, None]
    closed = np.arange(5) == scale.closed
    chances[:, HOLD] += chances[:, closed].sum(axis=1)
    return np.where(closed, 0.0, chances)


@given(weights, scales, st.sampled_from([0, 1]))
def test_moves_are_made_as_often_as_the_rescaled_policy_says(values, scale, own):
    row = row_of(values)
    grid = (np.arange(2000) + 0.5) / 2000
    moves = [make_choice(row, scale, own, draw).move for draw in grid]
    seen = np.bincount(moves, minlength=5) / 2000

    np.testing.assert_allclose(seen, daily(row, scale)[own], atol=1.1e-3)


@given(weights, scales, draws, st.sampled_from([0, 1]))
def test_bayes_gets_how_likely_the_move_was_for_either_type(values, scale, draw, own):
    row = row_of(values)
    choice = make_choice(row, scale, own, draw)

    np.testing.assert_allclose(
        [choice.if_firm, choice.if_not], daily(row, scale)[:, choice.move], rtol=1e-12
    )


@given(weights, scales, draws, draws)
def test_a_higher_draw_never_makes_a_more_peaceful_move(values, scale, one, other):
    row = row_of(values)
    low, high = sorted([one, other])

    assert make_choice(row, scale, 0, low).move <= make_choice(row, scale, 0, high).move


@given(weights)
def test_a_draw_beyond_the_sum_of_rounded_chances_is_the_last_move(values):
    row = (0.999 * row_of(values)).astype(np.float32)

    assert make_choice(row, AS_SOLVED, 0, 0.9999).move == STRIKE


@given(weights, draws)
def test_a_move_with_no_chance_is_never_made(values, draw):
    row = row_of(values)
    row[:, 4] = 0.0

    assert make_choice(row, AS_SOLVED, 0, draw).move != 4


@given(weights, scales, st.floats(1.0, 2.0), st.sampled_from([0, 1]))
def test_a_justification_makes_a_strike_likelier_and_all_else_rarer(values, scale, more, own):
    row = row_of(values)
    calm, stirred = (
        daily(row, scale)[own],
        daily(row, scale._replace(justification_factor=more * scale.justification_factor))[own],
    )

    assert stirred[STRIKE] >= calm[STRIKE] - 1e-12
    assert (stirred[:STRIKE] <= calm[:STRIKE] + 1e-12).all()


@pytest.mark.parametrize("own", [0, 1])
def test_a_side_that_would_strike_for_a_justification_alone_holds_without_one(own):
    bent_on_it = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]], np.float32)
    choice = make_choice(
        bent_on_it, Scales(0, 0.1, 2, NO_CAMPAIGN, 1e-19, NO_MOVE_CLOSED), own, 0.5
    )

    assert choice == (0, 1.0, 1.0)


def test_an_act_that_one_type_would_never_do_reports_the_other_beyond_doubt():
    apart = np.array([[0.0, 0.0, 1.0], [0.5, 0.5, 0.0]], np.float32)
    choice = make_choice(apart, Scales(0, 0.1, 2, NO_CAMPAIGN, 1.0, NO_MOVE_CLOSED), 0, 0.5)
    learnt = after_act(0.0, choice.if_firm, choice.if_not)

    assert choice.move == 2
    assert np.isfinite(learnt)
    assert learnt > 100.0


REPORTED = {
    ChallengerMove.HOLD: None,
    ChallengerMove.DROP: Event.DROPS,
    ChallengerMove.LOWER: Event.LOWERS,
    ChallengerMove.RAISE: Event.RAISES,
    ChallengerMove.ULTIMATUM: Event.ULTIMATUM,
    ChallengerMove.WALK_OUT: Event.WALKS_OUT,
    ChallengerMove.STRIKE: Event.STRIKES,
}


def new_future():
    world = next(random_worlds(1, grid="tiny", horizon=40))
    return Trajectory(world, Draws(1, 0, 0, 0, 0), new_record(Daily), new_record(State))


@pytest.mark.parametrize("move", REPORTED)
def test_a_move_of_the_challenger_is_reported_as_what_it_is(move):
    trajectory = new_future()
    trajectory.state.posture = posture_at(1)
    write_challenger_move(trajectory, int(move))
    reported = trajectory.state.lines[: int(trajectory.state.lines_written), 1].tolist()

    assert reported == ([] if REPORTED[move] is None else [REPORTED[move]])


def test_a_trace_that_is_full_keeps_what_it_has():
    trajectory = new_future()
    for day in range(LINES + 3):
        trajectory.state.day = day
        write_event(trajectory, Event.STRIKES, 0, 0, 0.0)

    assert int(trajectory.state.lines_written) == LINES
    assert trajectory.state.lines[:, 0].tolist() == list(range(LINES))


def test_what_never_happens_is_never_due():
    assert days_until(0.0, 0.5) == FOREVER
    assert days_until(1e-300, 0.5) == FOREVER
    assert days_until(0.1, np.exp(-1.25)) == 13


def test_a_text_that_is_rejected_is_off_the_table():
    play = quiet_play()
    trajectory = play.trajectory
    trajectory.state.regime = Regime.TEXT_READY
    conclude(trajectory, play.rules.decision, (1, 1), 1)

    assert (trajectory.state.regime, trajectory.state.has_ended) == (Regime.NO_TEXT, 0)


@pytest.mark.parametrize(("offer", "side"), [(offer_to_challenger, 0), (offer_to_defender, 1)])
def test_who_accepts_an_offer_is_reported_as_who_ratifies_it(offer, side):
    play = quiet_play()
    play.policies.answers[..., 0] = play.trajectory.world.talks.ratify_probability = 1.0
    offer(play, 0)
    lines = play.trajectory.state.lines[: int(play.trajectory.state.lines_written)].tolist()

    assert [line[2] for line in lines if line[1] == Event.RATIFIED] == [side]


@pytest.mark.parametrize(
    ("yields", "regime", "has_ended"), [(0.0, Regime.ULTIMATUM, 0), (1.0, Regime.NO_TEXT, 1)]
)
def test_an_ultimatum_runs_if_it_is_refused_and_ends_the_dispute_if_it_is_met(
    yields, regime, has_ended
):
    play = quiet_play()
    play.policies.answers[..., 0] = yields
    play.trajectory.state.regime = Regime.NO_TEXT
    set_ultimatum(play)

    assert (play.trajectory.state.regime, play.trajectory.state.has_ended) == (regime, has_ended)


@pytest.mark.parametrize("ratio", [0.25, 4.0])
def test_an_act_likelier_of_the_firm_type_speaks_for_it_and_of_its_own_side_alone(ratio):
    trajectory = new_future()
    trajectory.daily.most_shift = BOUNDLESS
    learn_of_challenger(trajectory, 0.2 * ratio, 0.2)

    assert (trajectory.state.hard, trajectory.state.tough) == (pytest.approx(np.log(ratio)), 0.0)

    trajectory = new_future()
    trajectory.daily.most_shift = BOUNDLESS
    learn_of_defender(trajectory, 0.2 * ratio, 0.2)

    assert (trajectory.state.hard, trajectory.state.tough) == (0.0, pytest.approx(np.log(ratio)))


def test_talks_have_failed_since_the_first_day_on_which_they_did():
    state = new_future().state
    state.failed_day = -1
    for state.day in (0, 5):
        fail_talks(state)

    assert (state.failed_day, state.regime) == (0, Regime.FAILED)


@pytest.mark.parametrize("is_comprehensive", [0, 1])
def test_a_deal_that_is_not_broken_ends_the_dispute(is_comprehensive):
    play = quiet_play()
    trajectory = play.trajectory
    trajectory.world.talks.breaking_rate[:] = 0.0
    trajectory.world.talks.is_comprehensive[1] = is_comprehensive
    enter_deal(trajectory, play.rules.decision, 1)
    kind = Ending.COMPREHENSIVE_DEAL if is_comprehensive else Ending.NARROW_DEAL

    assert (trajectory.state.settlement, trajectory.state.package, trajectory.state.has_ended) == (
        kind,
        1,
        1,
    )


@pytest.mark.parametrize("side", [0, 1])
def test_a_deal_that_is_broken_leaves_talks_failed_and_only_the_first_is_remembered(side):
    play = quiet_play()
    trajectory, state = play.trajectory, play.trajectory.state
    state.broken_day = state.failed_day = -1
    trajectory.world.talks.breaking_rate[:] = [1.0 - side, side]
    state.day = 3
    enter_deal(trajectory, play.rules.decision, 1)
    broken = int(state.day)

    assert broken > 3
    assert (state.broken_deal_day, state.broken_day, state.failed_day) == (3, broken, broken)
    assert (state.regime, state.has_ended) == (Regime.FAILED, 0)
    assert state.lines[0, 1:3].tolist() == [Event.BREAKS, side]

    enter_deal(trajectory, play.rules.decision, 1)

    assert state.day > broken
    assert (state.broken_deal_day, state.broken_day, state.failed_day) == (3, broken, broken)
