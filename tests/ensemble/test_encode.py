from datetime import timedelta
from functools import cache
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from detente import DetenteError
from detente.ensemble.design import draw_worlds, quantile
from detente.ensemble.encode import encode
from detente.ensemble.encode.reads import ends
from detente.kernel import cascade, defence
from detente.kernel.arithmetic import logit
from detente.kernel.posture import DAYS, PLANS, sign_shift
from detente.kernel.talks import ChallengerMove, DefenderMove
from detente.pack import load
from detente.pack.military import MOST_CLASSES, MOST_LAYERS
from detente.pack.politics import MOST_JOINERS

SHADOW = 84
"""Days solved past the horizon."""
REPORTED = "defences.iran.layers.reported_long_range"
STATES = {REPORTED: {f"{REPORTED}.present": 1.0}}
"""What must be so for the numbers of a part to count."""
LASTING = {"actors.us.breaking_rate": 0.0, "actors.iran.breaking_rate": 0.0, "moves.tempo": 1.0}
"""Deals that are never broken, and a quarrel of the usual tempo: stakes are as written."""
SEEDS = st.integers(0, 2**32)


@cache
def shipped():
    return load("oman-2026")


@cache
def median():
    return {path: quantile(number, 0.5) for path, number in shipped().numbers.items()}


def encoded(changes=None, *, crisis=None, **settings):
    """Encode the median world of a crisis, some numbers changed."""
    return encode(crisis or shipped(), {**median(), **(changes or {})}, **settings)


def world_of(seed, changes=None):
    """Encode a world drawn with a seed, some numbers changed."""
    drawn = draw_worlds(shipped().numbers, shipped().correlations, worlds=1, seed=seed)
    return encode(shipped(), {path: float(value[0]) for path, value in drawn.items()} | changes)


def differing(one, other, place=""):
    """Return the fields in which two records differ, by dotted name; padding does not count."""
    if one.dtype.names is None:
        return [place] if one.tobytes() != other.tobytes() else []
    parts = ((f"{place}.{name}".lstrip("."), name) for name in one.dtype.names)
    return list(
        chain.from_iterable(
            differing(np.asarray(one[name]), np.asarray(other[name]), path) for path, name in parts
        )
    )


UNKNOWN = [path for path, number in shipped().numbers.items() if not number.is_fixed]
FIXED = [path for path, number in shipped().numbers.items() if number.is_fixed]


@pytest.mark.parametrize("path", UNKNOWN)
def test_a_number_moved_across_its_range_changes_the_record(path):
    state = STATES.get(path.rpartition(".")[0], {})
    low, high = ends(shipped().numbers[path])

    assert low < high
    assert differing(encoded(state | {path: low}), encoded(state | {path: high}))


@pytest.mark.parametrize("path", FIXED)
def test_a_fixed_number_set_to_another_value_changes_the_record(path):
    state = STATES.get(path.rpartition(".")[0], {})
    value, other = ends(shipped().numbers[path])
    changed = shipped().with_changes({path: other})

    assert changed.numbers[path].low == other
    assert differing(encoded(state | {path: value}), encoded(state | {path: other}, crisis=changed))


def test_the_same_numbers_give_the_same_record():
    assert differing(encoded(), encoded()) == []


@given(SEEDS, st.sampled_from([0.0, 1.0]))
def test_packages_go_from_soft_to_hard(seed, is_wide):
    talks = world_of(seed, {"talks.wide_agenda": is_wide}).talks
    to_challenger = talks.challenger_deal[: talks.packages]
    to_defender = (talks.defender_gain - talks.defender_concession)[: talks.packages]

    assert np.all(np.diff(to_challenger) > 0.0)
    assert np.all(np.diff(to_defender) < 0.0)


@given(SEEDS, st.sampled_from([0.0, 1.0]), st.integers(0, 2))
def test_no_other_deal_is_better_for_one_side_and_no_worse_for_the_other(seed, is_wide, package):
    talks = world_of(seed, LASTING | {"talks.wide_agenda": is_wide}).talks
    weights, prices = agenda(seed, is_wide)
    best = linprog(
        prices, A_ub=[-weights], b_ub=[-talks.challenger_deal[package]], bounds=(0.0, 1.0)
    )

    assert talks.defender_gain[package] - talks.defender_concession[package] == pytest.approx(
        -best.fun, abs=1e-9
    )


def agenda(seed, is_wide):
    """Return what each issue and relief is worth to the challenger, and its price to the other."""
    drawn = draw_worlds(shipped().numbers, shipped().correlations, worlds=1, seed=seed)
    issues = shipped().model.issues
    on_table = [is_wide > 0.0 or issue.narrow for issue in issues.values()]
    demanded, conceded = (
        np.array([float(drawn[f"issues.{key}.{side}_weight"][0]) for key in issues])
        for side in ("challenger", "defender")
    )
    cost, gain = (float(drawn[f"relief.{key}"][0]) for key in ("challenger_cost", "defender_gain"))
    weights = np.append((demanded / demanded.sum())[on_table], -cost)
    return weights, np.append((conceded / conceded.sum())[on_table], -gain)


@given(SEEDS)
def test_all_that_is_in_dispute_is_worth_1_to_either_side(seed):
    settled = {f"issues.{key}.settled_by_war": 1.0 for key in shipped().model.issues}
    world = world_of(seed, LASTING | settled | {"talks.wide_agenda": 1.0})

    assert world.talks.challenger_demand == pytest.approx(1.0)
    assert world.talks.defender_demand == pytest.approx(1.0)
    assert world.war.challenger_stake == pytest.approx(1.0)
    assert world.war.defender_stake == pytest.approx(1.0)


def test_a_narrow_agenda_holds_less_and_no_deal_on_it_is_comprehensive():
    narrow = encoded(LASTING | {"talks.wide_agenda": 0.0}).talks
    wide = encoded(LASTING | {"talks.wide_agenda": 1.0}).talks

    assert narrow.challenger_demand < wide.challenger_demand
    assert not narrow.is_comprehensive.any()
    assert wide.is_comprehensive[wide.packages - 1] == 1


def test_a_deal_that_may_be_broken_is_worth_less():
    broken = {"actors.iran.breaking_rate": 0.001, "actors.us.breaking_rate": 0.001}
    lasting = encoded(LASTING).talks
    fragile = encoded(LASTING | broken).talks

    assert np.all(fragile.challenger_deal[:3] < lasting.challenger_deal[:3])
    assert np.all(fragile.defender_gain[:3] < lasting.defender_gain[:3])
    assert np.all(fragile.defender_concession == lasting.defender_concession)


@pytest.mark.parametrize("grid", ["tiny", "normal", "fine"])
@pytest.mark.parametrize("horizon", [1, 30, 360, 365, 730])
def test_stages_cover_the_horizon_and_the_days_that_cast_their_shadow(grid, horizon):
    calendar = encoded(grid=grid, horizon=horizon).calendar
    lengths = calendar.stage_days[: calendar.stages]

    assert lengths.min() >= 1
    assert lengths.sum() == horizon + SHADOW
    assert not calendar.stage_days[calendar.stages :].any()


@pytest.mark.parametrize("grid", ["tiny", "normal", "fine"])
@pytest.mark.parametrize("horizon", [1, 30, 360, 365, 730])
def test_each_day_lies_in_its_stage_and_all_later_ones_in_the_last(grid, horizon):
    calendar = encoded(grid=grid, horizon=horizon).calendar
    lengths = calendar.stage_days[: calendar.stages].astype(int)
    expected = np.full(DAYS, calendar.stages - 1)
    expected[: horizon + SHADOW] = np.repeat(np.arange(calendar.stages), lengths)

    np.testing.assert_array_equal(calendar.stage_of_day, expected)


@pytest.mark.parametrize(("grid", "step"), [("tiny", 45), ("normal", 8), ("fine", 4)])
def test_a_finer_grid_has_shorter_stages_within_the_horizon(grid, step):
    assert encoded(grid=grid, horizon=360).calendar.stage_days[0] == step


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"grid": "coarse"}, "there is no grid 'coarse'; use tiny, normal, fine"),
        ({"horizon": 0}, "a horizon of 0 days; use 1 to 730"),
        ({"horizon": 731}, "a horizon of 731 days; use 1 to 730"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_what_is_allowed(settings, message):
    with pytest.raises(DetenteError, match=message):
        encoded(**settings)


def calendar_with(**changes):
    """Return the calendar of the median world, some forces changed."""
    named = {f"forces.{path.replace('__', '.')}": change for path, change in changes.items()}
    return encoded(crisis=shipped().with_changes(named)).calendar


def day(number):
    return shipped().as_of + timedelta(number)


def test_the_ceiling_of_force_rises_once_a_force_has_arrived():
    calendar = calendar_with(gulf_aircraft__arrives=day(100))

    assert calendar.stage_of_day[100] == 12
    assert np.all(calendar.ceiling[:13] == 1)
    assert np.all(calendar.ceiling[13:] == 2)


def test_it_falls_on_the_day_on_which_a_force_has_left():
    calendar = calendar_with(carrier_group__leaves=day(80))

    assert calendar.stage_of_day[80] == 10
    assert np.all(calendar.ceiling[:10] == 2)
    assert np.all(calendar.ceiling[10:] == 1)


def test_more_force_than_the_highest_level_counts_as_the_highest():
    assert np.all(calendar_with(gulf_aircraft__level=2).ceiling == 2)


def test_only_deployed_forces_are_in_view_at_the_start():
    assert calendar_with().force_at_start == 1
    assert calendar_with(gulf_aircraft__deployed=True).force_at_start == 2
    assert calendar_with(carrier_group__deployed=False).force_at_start == 0


RATIOS = {
    "indicators.search_and_rescue.likelihood_ratio": 3.0,
    "indicators.close_to_a_deal.likelihood_ratio": 1.2,
}


def test_signs_seen_so_far_shift_the_odds_of_a_hard_challenger_as_the_rule_of_the_kernel_says():
    rescue = [3.0 if plan in {"sustained", "direct_action"} else 1.0 for plan in PLANS]
    deal = [1.2 if plan == "display" else 1.0 for plan in PLANS]
    shift = indicator_shift(np.array(rescue)) + indicator_shift(np.array(deal))
    world = encoded(RATIOS | {"actors.us.hard_probability": 0.4})

    assert world.talks.hard_log_odds == logit(0.4) + shift


def test_signs_that_fit_every_plan_equally_well_shift_nothing():
    world = encoded(dict.fromkeys(RATIOS, 1.0) | {"actors.us.hard_probability": 0.4})

    assert world.talks.hard_log_odds == pytest.approx(logit(0.4), abs=1e-12)


def test_no_sign_of_the_challengers_plans_shifts_the_odds_of_a_tough_defender():
    assert encoded(RATIOS | {"actors.iran.hard_probability": 0.7}).talks.tough_log_odds == logit(
        0.7
    )


def test_each_mediator_adds_its_rate_to_that_at_which_texts_become_ready():
    rates = {"actors.qatar.text_rate": 1.0, "actors.turkiye.text_rate": 2.0}
    rates |= {"actors.egypt.text_rate": 4.0, "talks.text_rate": 8.0, "moves.tempo": 1.0}

    assert encoded(rates).talks.text_rate == 15.0


def test_an_ally_brings_its_rate_of_strikes():
    rates = {"actors.israel.strike_rate": 0.25, "actors.israel.strike_rate_per_step": 0.5}
    talks = encoded(rates).talks

    assert (talks.ally_rate, talks.ally_rate_per_step) == (0.25, 0.5)


SCALED = ["talks.challenger_rate", "talks.defender_rate", "talks.text_rate", "talks.fade_rate"]


def test_tempo_scales_moves_texts_and_fading_and_nothing_else():
    slow, fast = encoded({"moves.tempo": 0.5}), encoded({"moves.tempo": 1.0})

    assert sorted(differing(slow, fast)) == sorted(SCALED)
    assert np.all(fast.talks.challenger_rate == 2.0 * slow.talks.challenger_rate)
    assert np.all(fast.talks.defender_rate == 2.0 * slow.talks.defender_rate)
    assert fast.talks.text_rate == 2.0 * slow.talks.text_rate
    assert fast.talks.fade_rate == 2.0 * slow.talks.fade_rate


def test_offers_share_their_rate_over_the_packages():
    rates = {"moves.tempo": 1.0, "moves.offer": 0.03}
    packages = shipped().with_changes({"talks.packages": 5})
    three, five = encoded(rates).talks, encoded(rates, crisis=packages).talks

    assert three.challenger_rate[:5].tolist() == [0.01, 0.01, 0.01, 0.0, 0.0]
    assert five.defender_rate[:5] == pytest.approx([0.006] * 5)


def test_holding_has_no_rate_of_its_own_and_every_other_move_has():
    talks = encoded().talks
    challenger = np.delete(talks.challenger_rate, [*range(3, 5), ChallengerMove.HOLD])
    defender = np.delete(talks.defender_rate, [*range(3, 5), DefenderMove.HOLD])

    assert talks.challenger_rate[ChallengerMove.HOLD] == 0.0
    assert talks.defender_rate[DefenderMove.HOLD] == 0.0
    assert np.all(challenger > 0.0)
    assert np.all(defender > 0.0)


def test_a_pack_may_hold_as_much_as_the_kernels_tables():
    assert MOST_JOINERS == cascade.PARTIES
    assert MOST_LAYERS == defence.LAYERS
    assert MOST_CLASSES == defence.CLASSES
