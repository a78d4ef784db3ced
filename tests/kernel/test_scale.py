"""Force has a scale: when a campaign may be begun, how long it lasts, and who joins whom."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.ceasefire import least_days_of
from detente.kernel.consult import draw_by_answers
from detente.kernel.day import answer_to_lapse
from detente.kernel.decision import Lapse, draw_from
from detente.kernel.hazards import PressWorth, press_chances
from detente.kernel.menus import challenger_menu, lapse_menu
from detente.kernel.moments import felt_share
from detente.kernel.nodes import begin_menu
from detente.kernel.places import Place, posture_at
from detente.kernel.solution import new_workspaces
from detente.kernel.talks import ChallengerMove, Regime
from detente.kernel.theatre import (
    Onset,
    Reply,
    has_plan,
    is_onset_possible,
    is_war,
    return_fire,
    scale_of,
)
from tests.kernel.duels import STRIKE, conflict_of, new_war
from tests.kernel.worlds import plain_world, war_table

pytestmark = pytest.mark.plain

READINESS = 0.7
worths = st.floats(-1.0, 1.0)
CAMPAIGNS = [onset for onset in Onset if scale_of(onset) == 1]


def workspace_with_campaigns():
    world = plain_world()
    rate = world.talks.challenger_rate
    rate[ChallengerMove.CAMPAIGN] = READINESS * rate[ChallengerMove.STRIKE]
    return new_workspaces(world, war_table())[0]


def moves_at(force, menu):
    """Return the weight of each move that a menu lists at a force level."""
    workspace = workspace_with_campaigns()
    node, place = workspace.node, Place(0, posture_at(force), 0)
    begin_menu(node, 0)
    menu(workspace, place)
    listed = int(node.moves)
    return dict(zip(node.move[:listed].tolist(), node.weight[:listed].tolist(), strict=True))


def moves_of_a_day(workspace, place):
    talks, spot = workspace.world.talks, (place, Regime.NO_TEXT, 2, 1.0)
    challenger_menu(workspace.node, workspace.grid, talks, workspace.work, spot)


def moves_at_a_lapse(workspace, place):
    talks = workspace.world.talks
    lapse_menu(workspace.node, workspace.grid, talks, workspace.work, place)


@pytest.mark.parametrize(
    ("menu", "strike", "campaign"),
    [
        (moves_of_a_day, ChallengerMove.STRIKE, ChallengerMove.CAMPAIGN),
        (moves_at_a_lapse, Lapse.STRIKES, Lapse.CAMPAIGN),
    ],
)
def test_a_campaign_needs_all_force_and_comes_to_mind_as_readily_as_the_pack_says(
    menu, strike, campaign
):
    few, all_there = moves_at(1, menu), moves_at(2, menu)

    assert strike in few
    assert campaign not in few
    assert all_there[campaign] == pytest.approx(READINESS * all_there[strike])


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 0.999))
def test_rules_and_people_draw_the_same_answer_to_a_lapse_as_the_policy(force, share, draw):
    strikes, campaigns = 0.99 * force * share, 0.99 * force * (1.0 - share)
    chances = np.array([strikes, 1.0 - strikes - campaigns, campaigns], np.float32)
    given_on = chances.astype(float)

    assert draw_from(given_on, draw_by_answers(given_on, draw)) == answer_to_lapse(chances, draw)


@pytest.mark.parametrize("onset", CAMPAIGNS)
def test_a_campaign_is_war_whatever_the_answer_and_is_fired_back_at(onset):
    theatre = new_war().theatre
    fire = [return_fire(theatre, onset, answer) for answer in Reply]

    assert all(is_war(onset, answer) for answer in Reply)
    assert fire == [theatre.absorbed_fire, theatre.token_fire, 1.0]


def test_a_strike_lasts_as_it_is_answered_and_a_campaign_as_it_was_planned():
    theatre = new_war().theatre
    theatre.limited_days, theatre.raised_days, theatre.campaign_days = 4.0, 7.0, 30.0
    strike = [least_days_of(theatre, Onset.STRIKE, answer) for answer in Reply]
    campaign = [least_days_of(theatre, Onset.CAMPAIGN, answer) for answer in Reply]

    assert strike == [4, 4, 7]
    assert campaign == [30, 30, 30]


def test_each_plan_goes_with_one_scale_of_force():
    for plan, answer in np.ndindex(4, 3):
        strike = STRIKE._replace(plan=plan, reply=answer)

        assert has_plan(strike) == (plan < 2)
        assert has_plan(strike._replace(onset=Onset.CAMPAIGN)) == (plan >= 2)


def test_joint_force_needs_an_ally_and_its_own_force_means_of_its_own():
    theatre = new_war().theatre
    alone, joint = (Onset.BY_ALLY, Onset.ALLY_CAMPAIGN), (Onset.JOINT_STRIKE, Onset.JOINT_CAMPAIGN)
    without = [is_onset_possible(theatre, 2, onset) for onset in alone]
    theatre.challenger_arsenal.is_held_back = 1.0
    armed = [is_onset_possible(theatre, 0, onset) for onset in alone + joint]
    theatre.third_parties.is_ally[:] = 0.0

    assert not any(without)
    assert all(armed)
    assert not any(is_onset_possible(theatre, 2, onset) for onset in alone + joint)


def test_a_few_hits_are_felt_and_many_hardly_more():
    conflict = conflict_of(new_war(), STRIKE)
    felt = [felt_share(conflict, landed) for landed in (0.0, 20.0, 40.0, 1e4)]

    assert felt == pytest.approx([0.0, 1.0 - np.exp(-1.0), 1.0 - np.exp(-2.0), 1.0])


def pressed(ally, challenger, *, has_means=True, has_force=True, **talks):
    record = plain_world(precision=10.0, **talks).talks
    return press_chances(record, (has_means, has_force), PressWorth(*ally), PressWorth(*challenger))


def test_where_all_is_worth_the_same_each_answer_is_as_likely_and_the_ally_tosses_a_coin():
    found = pressed([0.1] * 5, [0.2] * 5)

    assert found[:6] == pytest.approx([0.5, 0.25, 0.25, 0.25, 0.25, 0.5])


def test_an_answer_is_likelier_by_what_it_is_worth_and_restraint_by_how_often_it_works():
    # The challenger loses 0.2 by force of its ally's alone and gains 0.1 by a strike of both.
    answers = pressed(
        [0.0] * 5, [0.0, -0.2, -0.2, 0.1, -9.0], restraint_success=0.5, restraint_cost=0.03
    )

    assert np.log(answers.with_strike / answers.aside) == pytest.approx(10.0 * 0.3)
    assert np.log(answers.restrains / answers.aside) == pytest.approx(10.0 * (0.1 - 0.03))
    assert answers.with_campaign == pytest.approx(0.0)


def test_an_ally_goes_ahead_by_what_it_expects_of_the_answers():
    # It gains by a strike of both, and nothing else changes anything for it.
    found = pressed([0.0, 0.0, 0.0, 0.4, 0.0], [0.0] * 5)

    assert np.log(found.goes_ahead / (1.0 - found.goes_ahead)) == pytest.approx(10.0 * 0.25 * 0.4)


@given(st.tuples(*[worths] * 5), st.tuples(*[worths] * 5))
def test_an_ally_without_means_is_joined_or_left_alone_and_never_held_back(ally, challenger):
    found = pressed(ally, challenger, has_means=False)
    without_force = pressed(ally, challenger, has_means=False, has_force=False)

    assert found.may_go_alone == found.restrains == 0.0
    assert found.with_strike + found.with_campaign + found.aside == pytest.approx(1.0)
    assert without_force.with_campaign == 0.0
