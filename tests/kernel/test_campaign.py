import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.kernel.arithmetic import binomial
from detente.kernel.campaign import (
    alertness,
    at_side,
    begins_direct_action,
    launched_own,
    mean_at_most,
    opening_factor,
    play_direct_action,
    raid,
    raid_in_turn,
    raid_point,
)
from detente.kernel.draws import Chance, Draws
from detente.kernel.posture import DIRECT_ACTION, PLANS
from detente.kernel.strength import aircraft_loss, broken_share, programme_broken
from detente.kernel.theatre import (
    CHALLENGER,
    DEFENDER,
    IN_AIRCRAFT,
    ONSETS,
    Onset,
    Reply,
    Situation,
)
from tests.kernel.duels import EFFORT, EXPECTED, STRIKE, conflict_of, drawn, fought, new_war

situations = st.builds(
    Situation,
    force=st.integers(0, 2),
    step=st.integers(0, 2),
    onset=st.integers(0, ONSETS - 1),
    plan=st.integers(0, len(PLANS) - 1),
    reply=st.integers(0, 2),
)


@given(situations, st.one_of(st.none(), st.integers(0, 20)))
def test_stocks_only_fall_and_are_never_owed(situation, future):
    campaign = fought(situation, future=future).campaign

    assert np.all(campaign.stock >= 0.0)
    assert np.all(campaign.stock <= campaign.first_stock)


@given(situations, st.one_of(st.none(), st.integers(0, 20)))
def test_every_battery_works_or_is_under_repair(situation, future):
    conflict = fought(situation, future=future)
    stand = conflict.campaign.defender_status

    assert stand.batteries[:2] + stand.damaged[:2] == pytest.approx([3.0, 8.0])
    assert stand.batteries.min() >= 0.0
    assert stand.damaged.min() >= 0.0


@given(situations, st.one_of(st.none(), st.integers(0, 20)))
def test_losses_and_damage_are_shares(situation, future):
    campaign = fought(situation, future=future).campaign

    assert 0.0 <= campaign.damage < 1.0
    assert campaign.loss.min() >= 0.0
    # All that returns is worth half a unit, and the rest at most one.
    assert campaign.loss.max() <= 1.5


@given(situations, st.integers(0, 20))
def test_a_drawn_war_counts_in_whole_things(situation, future):
    campaign = fought(situation, future=future).campaign

    assert campaign.stock.tolist() == np.floor(campaign.stock).tolist()
    assert campaign.defender_status.batteries.tolist() == pytest.approx(
        np.floor(campaign.defender_status.batteries)
    )


@given(situations, st.integers(0, 20))
def test_the_same_draws_fights_the_same_war(situation, future):
    one, other = fought(situation, future=future), fought(situation, future=future)

    assert one.campaign.tobytes() == other.campaign.tobytes()


@given(situations)
def test_each_day_of_war_adds_to_losses(situation):
    short, long = fought(situation, days=3).campaign, fought(situation, days=4).campaign

    assert np.all(long.loss >= short.loss - 1e-12)
    assert long.damage >= short.damage


def test_what_does_not_return_is_spent_as_it_is_launched():
    conflict = fought(STRIKE, future=3, days=1)
    campaign = conflict.campaign
    spent = campaign.first_stock[CHALLENGER, 0] - campaign.stock[CHALLENGER, 0]

    assert spent > 0.0
    assert spent <= campaign.launched[CHALLENGER]


def test_only_aircraft_shot_down_are_missing():
    conflict = conflict_of(new_war(), STRIKE)
    raid(conflict, CHALLENGER, 1.0, EXPECTED)
    campaign = conflict.campaign
    killed = campaign.raid.reliable[1] - campaign.raid.weapons[1]

    assert killed > 0.0
    assert campaign.stock[CHALLENGER, 1] == pytest.approx(
        campaign.first_stock[CHALLENGER, 1] - killed
    )


def test_aircraft_are_lost_by_the_side_whose_they_were():
    conflict = conflict_of(new_war(), STRIKE)
    first = conflict.campaign.first_stock[CHALLENGER, 1]
    conflict.campaign.shot_down[CHALLENGER, 1] = first

    assert aircraft_loss(conflict, CHALLENGER) == conflict.theatre.challenger_arsenal.value[1] > 0.0
    assert aircraft_loss(conflict, DEFENDER) == 0.0


@given(situations, st.integers(0, 20))
def test_no_aircraft_is_won_or_lost_between_stock_and_losses(situation, future):
    war = new_war()
    war.theatre.challenger_arsenal.replenishment[1] = 0.7

    conflict = fought(situation, future=future, war=war)
    campaign = conflict.campaign
    missing = campaign.first_stock[0, 1] - campaign.stock[0, 1]

    assert missing + 4 <= campaign.shot_down[0, 1] <= missing + 5
    assert aircraft_loss(conflict, CHALLENGER) >= 0.0


@given(situations, st.one_of(st.none(), st.integers(0, 20)))
def test_a_war_goes_the_same_way_whatever_step_the_programme_has_made(situation, future):
    one, other = (fought(situation._replace(step=step), future=future).campaign for step in (0, 2))
    columns = [name for name in one.dtype.names if name != "damage"]

    assert [one[name].tobytes() for name in columns] == [other[name].tobytes() for name in columns]
    assert one.damage >= other.damage


@given(st.integers(0, 60), st.floats(0.0, 4.0), st.floats(0.001, 0.999))
def test_all_fly_as_often_as_the_whole_part_of_their_sorties_and_some_once_more(
    aircraft, sorties, uniform
):
    flown = launched_own(float(aircraft), sorties, 1e6, uniform, False)

    assert aircraft * np.floor(sorties) <= flown <= aircraft * np.ceil(sorties)
    assert launched_own(float(aircraft), sorties, 1e6, uniform, True) == aircraft * sorties


def fuller(days):
    """Return a strike, days old, whose first two days are three times as full."""
    conflict = conflict_of(new_war(), STRIKE._replace(reply=Reply.ABSORBS))
    conflict.theatre.opening, conflict.theatre.opening_days = 3.0, 2.0
    conflict.theatre.limited_sorties = 0.2
    conflict.campaign.day = days
    return conflict


def test_the_first_days_are_fuller_than_the_later_ones():
    assert [opening_factor(fuller(days), CHALLENGER, 0) for days in range(4)] == [
        3.0,
        3.0,
        1.0,
        1.0,
    ]


def test_a_limited_strike_flies_fewer_sorties_and_launches_as_many_missiles():
    missiles, aircraft = 0, 1
    limited, full = fuller(2), fuller(2)
    full = full._replace(situation=full.situation._replace(reply=Reply.FULL))

    assert (
        opening_factor(limited, CHALLENGER, missiles)
        == opening_factor(full, CHALLENGER, missiles)
        == 1.0
    )
    assert opening_factor(limited, CHALLENGER, aircraft) == pytest.approx(0.2)
    assert opening_factor(full, CHALLENGER, aircraft) == 1.0
    assert opening_factor(limited, DEFENDER, aircraft) == 1.0


def test_what_is_launched_and_lands_is_counted_in_weapons_and_what_is_lost_in_aircraft():
    war = new_war()
    war.theatre.challenger_arsenal.load[1] = 4.0
    conflict = conflict_of(war, STRIKE)
    raid(conflict, CHALLENGER, 1.0, EXPECTED)
    campaign = conflict.campaign
    sent, passed = campaign.raid.launched, campaign.raid.weapons

    assert campaign.launched[CHALLENGER] == pytest.approx(sent[0] + 4.0 * sent[1])
    assert campaign.landed[DEFENDER] == campaign.leaked[DEFENDER]
    assert campaign.landed[DEFENDER] == pytest.approx(passed[0] + 4.0 * passed[1])
    assert campaign.shot_down[CHALLENGER, 1] == campaign.raid.reliable[1] - passed[1]


def test_a_token_answer_is_a_small_one():
    full = fought(STRIKE, days=1).campaign.launched[DEFENDER]
    token = fought(STRIKE._replace(reply=Reply.TOKEN), days=1).campaign.launched[DEFENDER]

    assert token == pytest.approx(0.1 * full, rel=1e-9)


@pytest.mark.parametrize("who", [0, 1, 2])
def test_who_absorbs_a_strike_launches_nothing_and_nobody_joins(who):
    war = new_war()
    war.theatre.third_parties.join_probability[:] = 1.0

    campaign = fought(STRIKE._replace(onset=who, reply=Reply.ABSORBS), war=war).campaign
    struck = CHALLENGER if who == DEFENDER else DEFENDER

    assert campaign.launched[struck] == 0.0
    assert campaign.stock[struck].tolist() == campaign.first_stock[struck].tolist()
    assert campaign.loss[1 - struck] <= campaign.shot_down[1 - struck].sum()
    assert campaign.belligerents.has_joined[1:].sum() == 0.0


@given(st.integers(1, 200), st.floats(0.02, 0.3), st.floats(0.0, 40.0))
def test_the_mean_of_a_capped_count_is_that_of_drawn_ones(stock, chance, most):
    variance = stock * chance * (1.0 - chance)
    counts = [binomial(float(stock), chance, (place + 0.5) / 512) for place in range(512)]
    capped = np.minimum(counts, most).mean()

    mean = mean_at_most(stock * chance, variance, most)

    # A normal number stands for a count: off by a tenth of a weapon where there are few.
    assert mean == pytest.approx(capped, abs=0.1)
    assert 0.0 <= mean <= min(stock * chance, most)


def test_a_raids_part_of_the_shock_goes_with_neither_sides_war_part():
    conflict = conflict_of(new_war(), STRIKE)
    parts = []
    for signs in ((1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)):
        conflict.campaign.shock[:] = signs
        for day in range(2):
            conflict.campaign.day = day
            parts.append((*signs, raid_point(conflict, EXPECTED)))
    of_day = np.array(parts).reshape(4, 2, 3)

    for day in range(2):
        np.testing.assert_allclose(np.cov(of_day[:, day].T, bias=True), np.eye(3), atol=1e-15)
    assert of_day[..., 2].sum(axis=1).tolist() == [0.0] * 4


@pytest.mark.parametrize(
    ("force", "who", "left"),
    [(0, 0, (1.0, 0.8)), (0, 1, (0.8, 1.0)), (0, 2, (1.0, 0.8)), (1, 0, (1.0, 1.0))],
)
def test_surprise_takes_coverage_from_the_struck_side_with_no_force_in_view(force, who, left):
    conflict = conflict_of(new_war(), Situation(force, 0, who, 2, Reply.FULL))

    assert (alertness(conflict, CHALLENGER), alertness(conflict, DEFENDER)) == left


@pytest.mark.parametrize("who", [CHALLENGER, DEFENDER])
def test_a_raid_harms_only_the_side_that_it_falls_on(who):
    conflict = conflict_of(new_war(), Situation(2, 0, who, 2, Reply.FULL))
    raid_in_turn(conflict, 0, EXPECTED)

    assert conflict.campaign.damage_taken[1 - who].sum() > 0.0
    assert conflict.campaign.damage_taken[who].sum() == 0.0

    raid_in_turn(conflict, 1, EXPECTED)

    assert conflict.campaign.damage_taken[who].sum() > 0.0


def test_surprise_lasts_a_day():
    conflict = fought(STRIKE._replace(force=0), days=1)

    assert alertness(conflict, DEFENDER) == 1.0


@given(st.floats(0.0, 5000.0), st.floats(0.0, 5000.0))
def test_blows_break_less_and_less(blows, more):
    once, twice = broken_share(blows, 300.0), broken_share(blows + more, 300.0)

    assert 0.0 <= once <= twice <= 1.0


def test_a_hardened_programme_is_damaged_less():
    conflict = fought(STRIKE._replace(step=1))
    broken = [programme_broken(conflict, DEFENDER, step) for step in range(3)]

    assert broken[2] < broken[1] < broken[0]
    assert conflict.campaign.damage == broken[1]


def test_a_side_that_is_broken_launches_less():
    war = new_war()
    whole = conflict_of(war, STRIKE)
    raid(whole, CHALLENGER, 1.0, EXPECTED)
    launched = float(whole.campaign.launched[CHALLENGER])
    broken = conflict_of(war, STRIKE)
    broken.campaign.damage_taken[CHALLENGER] = 1500.0
    raid(broken, CHALLENGER, 1.0, EXPECTED)

    assert broken.campaign.launched[CHALLENGER] == pytest.approx(launched * np.exp(-1.0))


def test_no_one_joins_a_limited_strike():
    conflict = fought(STRIKE._replace(reply=Reply.TOKEN), days=4)

    assert conflict.campaign.belligerents.has_joined.sum() == 0.0


@pytest.mark.parametrize("future", [None, 3])
def test_without_retaliation_nobody_joins_for_being_hit(future):
    """Who stands with the challenger is hit by the other side's answer alone."""
    war, free = new_war(), new_war()
    for each in (war, free):
        each.theatre.defender_arsenal.stock[:] = 0.0
    free.theatre.third_parties.exposure[:2] = 0.0
    unharmed = fought(STRIKE, war=war, future=future).campaign.belligerents
    beyond_reach = fought(STRIKE, war=free, future=future).campaign.belligerents

    assert unharmed.was_hit[:2].tolist() == [0.0, 0.0]
    assert unharmed.has_joined.tolist() == beyond_reach.has_joined.tolist()


def test_who_is_hit_by_the_answer_joins_sooner():
    war, far = new_war(), new_war()
    far.theatre.third_parties.exposure[:] = 0.0
    hit, spared = (fought(STRIKE, war=each).campaign.belligerents for each in (war, far))

    assert np.all(hit.was_hit[:3] > 0.0)
    assert np.all(hit.has_joined[:3] > spared.has_joined[:3])


def test_a_token_may_hit_a_host_that_does_not_join_for_it():
    conflict = fought(STRIKE._replace(reply=Reply.TOKEN), days=4)

    assert conflict.campaign.belligerents.was_hit[1] > 0.0
    assert conflict.campaign.belligerents.has_joined.sum() == 0.0


def test_the_two_sides_draw_at_different_addresses():
    day = Chance(False, Draws(1, 0, 0, 0, 0), 5, 0)

    assert at_side(day, CHALLENGER).base != at_side(day, DEFENDER).base


def test_a_bolder_plan_raids_harder_and_a_struck_side_is_as_it_was():
    wars = [fought(STRIKE._replace(plan=plan), days=1).campaign for plan in range(len(PLANS))]
    launched = np.array([campaign.launched for campaign in wars])

    np.testing.assert_allclose(launched[:, CHALLENGER] / launched[2, CHALLENGER], EFFORT)
    assert (np.diff([campaign.damage for campaign in wars]) > 0.0).all()


GOING_IN = STRIKE._replace(plan=DIRECT_ACTION)


def war_with_forces_that_may_go_in():
    war = new_war()
    theatre = war.theatre
    theatre.direct_action_success = 0.4
    theatre.direct_action_damage, theatre.direct_action_loss = 0.5, 0.1
    return war


def test_forces_that_go_in_do_in_the_mean_what_they_do_in_drawn_wars():
    def brought(chance):
        conflict = conflict_of(war_with_forces_that_may_go_in(), GOING_IN)
        play_direct_action(conflict, chance)
        return programme_broken(conflict, DEFENDER, 0), conflict.campaign.loss_in_direct_action

    parts = np.array([brought(drawn(future)) for future in range(400)])
    done, failed = (parts[:, 0] > 0.0), (parts[:, 1] > 0.0)

    assert brought(EXPECTED) == pytest.approx((0.4 * 0.5, 0.6 * 0.1))
    assert parts.mean(axis=0) == pytest.approx(brought(EXPECTED), abs=0.02)
    assert (done != failed).all()


@pytest.mark.parametrize("future", [None, 3])
def test_what_is_lost_going_in_is_aircraft_of_the_challenger(future):
    usual = fought(GOING_IN, future=future, days=1).campaign
    went_in = fought(GOING_IN, war=war_with_forces_that_may_go_in(), future=future, days=1).campaign
    more = went_in.lost - usual.lost

    assert more[CHALLENGER, IN_AIRCRAFT] == pytest.approx(went_in.loss_in_direct_action)
    assert more.sum() == pytest.approx(went_in.loss_in_direct_action)
    assert went_in.damage + went_in.loss_in_direct_action > usual.damage


@pytest.mark.parametrize(
    ("begun", "attacker", "day", "goes"),
    [
        (GOING_IN, CHALLENGER, 0, True),
        (GOING_IN, CHALLENGER, 1, False),
        (GOING_IN, DEFENDER, 0, False),
        (GOING_IN._replace(onset=Onset.BY_ALLY), CHALLENGER, 0, False),
        (STRIKE, CHALLENGER, 0, False),
    ],
)
def test_forces_go_in_on_the_first_day_of_force_that_the_challenger_begins(
    begun, attacker, day, goes
):
    conflict = conflict_of(war_with_forces_that_may_go_in(), begun)
    conflict.campaign.day = day

    assert begins_direct_action(conflict, attacker) == goes
    assert not begins_direct_action(conflict_of(new_war(), begun), attacker)
