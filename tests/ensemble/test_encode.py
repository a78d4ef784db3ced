import shutil
from dataclasses import replace
from functools import cache
from itertools import chain
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from detente import DetenteError
from detente.ensemble.design import draw_worlds, quantile
from detente.ensemble.effects import ends
from detente.ensemble.encode import encode
from detente.ensemble.encode.agenda import Terms, race_between, settle, worth_of
from detente.ensemble.encode.posture import indicators_shift, plan_chances, sign_chances
from detente.ensemble.encode.talks import LEAST_DIFFERENCE, packages_of, read_agenda
from detente.ensemble.encode.world import encode_coarsely
from detente.kernel import defence
from detente.kernel.arithmetic import logit
from detente.kernel.limits import PARTIES
from detente.kernel.posture import DAYS, EVENTS, PLANS, sign_shift
from detente.kernel.talks import ChallengerMove, DefenderMove
from detente.kernel.world import ally_rate
from detente.pack import load
from detente.pack.actors import MOST_JOINERS
from detente.pack.military import (
    MOST_CLASSES,
    MOST_CLASSES_OF_A_SIDE,
    MOST_LAYERS,
    MOST_LAYERS_OF_A_SIDE,
)
from detente.pack.model import MOST_EVENTS
from tests.kernel.worlds import shipped

MINIMAL = Path(__file__).parents[1] / "cases" / "valid" / "minimal"
SHADOW = 84
"""Days solved past the horizon."""
LAYERS = "defences.iran.layers."
REPORTED = f"{LAYERS}reported_long_range"
LEARNS = {"lessons.defender_learns": 1.0, "lessons.challenger_learns": 1.0}
WORKING = ("present", "operational")
STATES = {
    "lessons": LEARNS,
    "moves": {"actors.us.motive": 1.0, "actors.iran.motive": 1.0},
    **{f"issues.{key}": {"talks.wide_agenda": 1.0} for key in shipped().model.issues},
    **{
        layer: {f"{layer}.{state}": 1.0 for state in WORKING}
        for layer in (REPORTED, f"{LAYERS}s300")
    },
}
"""What must be so for the numbers of a part to count."""
UNLEARNT = dict.fromkeys(LEARNS, 0.0)
LASTING = UNLEARNT | {
    "actors.us.breaking_rate": 0.0,
    "actors.iran.breaking_rate": 0.0,
    "actors.iran.concession_price": 1.0,
    "moves.tempo": 1.0,
}
"""Deals that are never broken and as dear as they weigh, trust as ever, the usual tempo."""
PRICED = "actors.iran.concession_price"
STRAIGHT = {
    f"issues.{key}.{side}_curvature": 0.0
    for key in shipped().model.issues
    for side in ("challenger", "defender")
}
"""Issues of which each part is worth as much as any other."""
ELSEWHERE = {"dispute.pace", "dispute.luck", "rival_venue.publicity", "posture.dependence"}
"""Numbers of disputes, which are settled here, and of signs written twice: there are none."""
PRICE = ".cost"
"""What `detente engage` counts and no record holds."""
SEEDS = st.integers(0, 2**32)
FEWER = settings(max_examples=40)
"""Where each example draws and encodes a world."""


@cache
def median():
    return {path: quantile(number, 0.5) for path, number in shipped().numbers.items()}


def encoded(changes=None, *, crisis=None, **settings):
    """Encode the median world of a crisis, some numbers changed."""
    return encode(crisis or shipped(), {**median(), **(changes or {})}, **settings)


def drawn(seed, crisis=None):
    """Return the numbers of a world drawn with a seed."""
    crisis = crisis or shipped()
    worlds = draw_worlds(crisis.numbers, crisis.correlations, worlds=1, seed=seed)
    return {path: float(value[0]) for path, value in worlds.items()}


def world_of(seed, changes, *, crisis=None):
    """Encode a world drawn with a seed, some numbers changed."""
    return encode(crisis or shipped(), drawn(seed, crisis) | changes)


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


UNKNOWN = [
    path
    for path, number in shipped().numbers.items()
    if not number.is_fixed and path not in ELSEWHERE and not path.endswith(PRICE)
]
FIXED = [path for path, number in shipped().numbers.items() if number.is_fixed]


def moved(path, crisis=None):
    """Return the fields of the record that differ between the ends of a number."""
    state = STATES.get(path.rpartition(".")[0], {})
    low, high = ends(shipped().numbers[path])
    return differing(encoded(state | {path: low}), encoded(state | {path: high}, crisis=crisis))


def test_a_number_moved_across_its_range_changes_the_record():
    assert [path for path in UNKNOWN if not moved(path)] == []


def test_a_fixed_number_set_to_another_value_changes_the_record():
    others = {path: ends(shipped().numbers[path])[1] for path in FIXED}
    changed = {path: shipped().with_changes({path: other}) for path, other in others.items()}

    assert others == {path: crisis.numbers[path].low for path, crisis in changed.items()}
    assert [path for path, crisis in changed.items() if not moved(path, crisis)] == []


@cache
def disputed(*, agenda=False, venue=False):
    return load("oman-2026", changes={"dispute.agenda": agenda, "dispute.venue": venue})


def test_chance_settles_whose_agenda_it_is_where_either_side_might_concede():
    wide, narrow = (
        encoded({"dispute.luck": draws}, crisis=disputed(agenda=True)) for draws in (0.999, 0.001)
    )

    assert wide.talks.challenger_demand > narrow.talks.challenger_demand
    for is_wide, settled in enumerate((narrow, wide)):
        apart = differing(settled, encoded({"talks.wide_agenda": float(is_wide)}))
        assert {path.partition(".")[0] for path in apart} == {"dispute"}
        assert list(settled.dispute.conceder) == [is_wide, 0]
        assert settled.dispute.matters == 1
        assert (settled.dispute.rate[0] > 0.0).all()


def test_a_rival_venue_counts_where_it_was_conceded():
    lost = {"dispute.luck": 0.999, "rival_venue.publicity": 0.9}
    won = lost | {"dispute.luck": 0.001}
    shown = [encoded(changes, crisis=disputed(venue=True)).talks for changes in (lost, won)]

    assert shown[0].publicity > shown[1].publicity
    assert shown[1].publicity == encoded().talks.publicity


def test_who_receives_the_talks_keeps_a_share_of_them_quiet():
    reported = {"venue.publicity": 0.8, "actors.oman.discretion": 0.25}
    quiet, loud = encoded(reported), encoded(reported | {"actors.oman.discretion": 0.0})

    assert quiet.talks.publicity == pytest.approx(0.75 * loud.talks.publicity)


def test_those_that_concede_sooner_settle_a_dispute_sooner():
    terms = Terms(True, False), Terms(False, False)
    games = [
        settle(disputed(agenda=True), median(), encode_coarsely, worth_of, one) for one in terms
    ]
    delays = [
        race_between({**median(), "dispute.pace": pace}, *games).mean_delay for pace in (0.05, 0.2)
    ]

    assert delays[0] > delays[1]


def test_the_same_numbers_give_the_same_record():
    assert differing(encoded(), encoded()) == []


@FEWER
@given(SEEDS, st.sampled_from([0.0, 1.0]))
def test_packages_go_from_soft_to_hard(seed, is_wide):
    talks = world_of(seed, {"talks.wide_agenda": is_wide}).talks
    to_challenger = talks.challenger_deal[: talks.packages]
    to_defender = (talks.defender_gain - talks.defender_concession)[: talks.packages]

    assert np.all(np.diff(to_challenger) > 0.0)
    assert np.all(np.diff(to_defender) < 0.0)


@cache
def with_packages(count):
    return shipped().with_changes({"talks.packages": count})


@FEWER
@given(SEEDS, st.sampled_from([0.0, 1.0]), st.integers(2, 5))
def test_only_packages_that_stand_apart_for_both_sides_are_listed(seed, is_wide, count):
    crisis = with_packages(count)
    talks = world_of(seed, {"talks.wide_agenda": is_wide}, crisis=crisis).talks
    to_defender = talks.defender_gain - talks.defender_concession

    assert 1 <= talks.packages <= count
    assert np.all(np.diff(talks.challenger_deal[: talks.packages]) >= LEAST_DIFFERENCE)
    assert np.all(np.diff(to_defender[: talks.packages]) <= -LEAST_DIFFERENCE)


@FEWER
@given(SEEDS, st.sampled_from([0.0, 1.0]), st.integers(0, 2), st.floats(0.2, 2.0))
def test_no_other_deal_is_better_for_one_side_and_no_worse_for_the_other(
    seed, is_wide, package, price
):
    changes = LASTING | STRAIGHT | {PRICED: price, "talks.wide_agenda": is_wide}
    talks = world_of(seed, changes).talks
    weights, prices = agenda(seed, is_wide, price)
    best = linprog(
        prices, A_ub=[-weights], b_ub=[-talks.challenger_deal[package]], bounds=(0.0, 1.0)
    )

    assert to_defender(talks, package) == pytest.approx(-best.fun, abs=1e-9)


@FEWER
@given(
    *(SEEDS, st.sampled_from([0.0, 1.0]), st.integers(0, 2), st.floats(0.2, 2.0)),
    *(st.floats(0.0, 1.0), st.floats(0.0, 1.0)),
)
def test_no_other_deal_is_better_where_issues_bend(seed, is_wide, package, price, gain, cost):
    bends = {f"issues.{key}.challenger_curvature": gain for key in shipped().model.issues}
    bends |= {f"issues.{key}.defender_curvature": cost for key in shipped().model.issues}
    changes = LASTING | bends | {PRICED: price, "talks.wide_agenda": is_wide}
    talks = world_of(seed, changes).talks
    powers = (1.0 / (1.0 + gain), 1.0 + cost)
    best = best_bent(agenda(seed, is_wide, price), powers, talks.challenger_deal[package])

    assert to_defender(talks, package) == pytest.approx(best, abs=3e-5)


def to_defender(talks, package):
    """Return what a package is worth to the defender."""
    return talks.defender_gain[package] - talks.defender_concession[package]


def best_bent(agenda, powers, deal):
    """Return the most that a deal worth `deal` to the challenger can leave the defender.

    A linear program over where each issue stands, its gain and its cost, bounded by tangents.
    """
    weights, prices = agenda
    count = len(weights)
    rows, limits = [np.repeat([0.0, -1.0, 0.0], count)], [-deal]
    for place in range(count):
        gain, cost = powers if place < count - 1 else (1.0, 1.0)
        for at in np.linspace(0.0, 1.0, 401)[1:] ** 2:
            bound(rows, limits, (place, count + place), (weights[place], gain, at))
            bound(rows, limits, (place, 2 * count + place), (-prices[place], cost, at))
    free = [(0.0, 1.0)] * count + [(None, None)] * 2 * count
    aim = np.repeat([0.0, 0.0, 1.0], count)
    return -linprog(aim, A_ub=np.array(rows), b_ub=limits, bounds=free).fun


def bound(rows, limits, columns, curve):
    """Hold what an issue brings under the tangent at `at` of `scale x^power`; a cost is below 0."""
    scale, power, at = curve
    sign = 1.0 if columns[1] < 2 * len(rows[0]) // 3 else -1.0
    row = np.zeros(len(rows[0]))
    row[columns[0]] = -scale * power * at ** (power - 1.0)
    row[columns[1]] = sign
    rows.append(row)
    limits.append(scale * (1.0 - power) * at**power)


def agenda(seed, is_wide, price):
    """Return what each issue and relief is worth to the challenger, and its price to the other."""
    values = drawn(seed)
    issues = shipped().model.issues
    on_table = [is_wide > 0.0 or issue.narrow for issue in issues.values()]
    demanded, conceded = (
        np.array([values[f"issues.{key}.{side}_weight"] for key in issues])
        for side in ("challenger", "defender")
    )
    cost, gain = (values[f"relief.{key}"] for key in ("challenger_cost", "defender_gain"))
    weights = np.append((demanded / demanded.sum())[on_table], -cost)
    return weights, np.append(price * (conceded / conceded.sum())[on_table], -gain)


@FEWER
@given(SEEDS)
def test_all_that_is_in_dispute_is_worth_1_to_either_side(seed):
    settled = {f"issues.{key}.settled_by_war": 1.0 for key in shipped().model.issues}
    world = world_of(seed, LASTING | settled | {"talks.wide_agenda": 1.0})

    assert world.talks.challenger_demand == pytest.approx(1.0)
    assert world.talks.defender_demand == pytest.approx(1.0)
    assert world.war.challenger_stake == pytest.approx(1.0)
    assert world.war.defender_stake == pytest.approx(1.0)


def test_packages_of_issues_that_bend_move_them_together():
    bends = {f"issues.{key}.defender_curvature": 1.0 for key in shipped().model.issues}
    values = median() | {"talks.wide_agenda": 1.0}
    straight, bent = (
        packages_of(read_agenda(shipped(), values | more).issues, 3)[1] for more in ({}, bends)
    )

    assert min(straight[:-1]) == 0.0
    assert min(bent[:-1]) > 0.25


def test_a_vital_issue_is_moved_later_and_at_a_price_in_its_givers_survival():
    key = next(iter(shipped().model.issues))
    priced = {f"issues.{key}.vital_price": 1.0}
    values = median() | {"talks.wide_agenda": 1.0}
    free, dear = (read_agenda(shipped(), values | more).issues for more in ({}, priced))
    positions = [packages_of(issues, 3)[1] for issues in (free, dear)]

    assert dear.conceded[0] == free.conceded[0] + 1.0
    assert (dear.conceded[1:] == free.conceded[1:]).all()
    assert positions[1][0] < positions[0][0]


def test_a_narrow_agenda_holds_less_and_no_deal_on_it_is_comprehensive():
    narrow = encoded(LASTING | {"talks.wide_agenda": 0.0}).talks
    wide = encoded(LASTING | {"talks.wide_agenda": 1.0}).talks

    assert narrow.challenger_demand < wide.challenger_demand
    assert not narrow.is_comprehensive.any()
    assert wide.is_comprehensive[wide.packages - 1] == 1


def test_each_mediator_that_guarantees_a_deal_makes_it_likelier_to_hold():
    path = "actors.{}.guarantee"
    rates = [
        encoded({path.format("egypt"): egypt, path.format("qatar"): qatar}).talks.breaking_rate
        for egypt, qatar in ((0.0, 0.0), (0.4, 0.0), (0.4, 0.5))
    ]

    assert rates[0].min() > 0.0
    np.testing.assert_allclose(rates[1], 0.6 * rates[0])
    np.testing.assert_allclose(rates[2], 0.3 * rates[0])


def test_a_package_is_worth_as_much_however_soon_it_may_be_broken():
    broken = {"actors.iran.breaking_rate": 0.001, "actors.us.breaking_rate": 0.001}
    lasting = encoded(LASTING).talks
    fragile = encoded(LASTING | broken).talks

    np.testing.assert_array_equal(fragile.challenger_deal, lasting.challenger_deal)
    np.testing.assert_array_equal(fragile.defender_gain, lasting.defender_gain)


@pytest.mark.parametrize("grid", ["tiny", "coarse", "normal", "fine"])
@pytest.mark.parametrize("horizon", [1, 30, 360, 365, 730])
def test_stages_cover_the_horizon_and_the_days_that_cast_their_shadow(grid, horizon):
    calendar = encoded(grid=grid, horizon=horizon).calendar
    lengths = calendar.stage_days[: calendar.stages]

    assert lengths.min() >= 1
    assert lengths.sum() == horizon + SHADOW
    assert not calendar.stage_days[calendar.stages :].any()


@pytest.mark.parametrize("grid", ["tiny", "coarse", "normal", "fine"])
@pytest.mark.parametrize("horizon", [1, 30, 360, 365, 730])
def test_each_day_lies_in_its_stage_and_all_later_ones_in_the_last(grid, horizon):
    calendar = encoded(grid=grid, horizon=horizon).calendar
    lengths = calendar.stage_days[: calendar.stages].astype(int)
    expected = np.full(DAYS, calendar.stages - 1)
    expected[: horizon + SHADOW] = np.repeat(np.arange(calendar.stages), lengths)

    np.testing.assert_array_equal(calendar.stage_of_day, expected)


@pytest.mark.parametrize(("grid", "step"), [("tiny", 45), ("coarse", 6), ("fine", 2)])
def test_a_finer_grid_has_shorter_stages_within_the_horizon(grid, step):
    assert encoded(grid=grid, horizon=360).calendar.stage_days[0] == step


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"grid": "rough"}, "there is no grid 'rough'; use tiny, coarse, normal, fine"),
        ({"horizon": 0}, "horizon is 0; use a whole number from 1 to 730"),
        ({"horizon": 731}, "horizon is 731; use a whole number from 1 to 730"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_what_is_allowed(settings, message):
    with pytest.raises(DetenteError, match=message):
        encoded(**settings)


SEEN = {
    "indicators.hospitals.likelihood_ratio": 3.0,
    "indicators.field_hospitals.likelihood_ratio": 3.0,
}
RATIOS = {
    "indicators.search_and_rescue.likelihood_ratio": 3.0,
    "indicators.ships_in_other_seas.likelihood_ratio": 1.0,
    "indicators.close_to_a_deal.likelihood_ratio": 1.2,
}


def test_signs_seen_so_far_shift_the_odds_of_a_hard_challenger_as_the_rule_of_the_kernel_says():
    rescue = [3.0 if plan in {"sustained", "direct_action"} else 1.0 for plan in PLANS]
    deal = [1.2 if plan == "display" else 1.0 for plan in PLANS]
    changes = RATIOS | UNLEARNT | {"actors.us.hard_probability": 0.4}
    plans = [plan_chances(median(), kind) for kind in ("hard", "soft")]
    shifts = [sign_shift(np.array([seen, seen]), *plans) for seen in (rescue, deal)]

    assert encoded(changes).talks.hard_log_odds == pytest.approx(logit(0.4) + sum(shifts))


def test_a_sign_of_force_shifts_the_odds_by_its_ratio_and_the_next_one_by_less():
    crisis = shipped()
    seen = crisis.model.indicators["close_to_a_deal"].model_copy(update={"points_to": ("force",)})
    once, twice = (
        replace(crisis, model=crisis.model.model_copy(update={"indicators": indicators}))
        for indicators in ({"one": seen}, {"one": seen, "two": seen})
    )
    values = {
        **median(),
        "indicators.one.likelihood_ratio": 3.0,
        "indicators.two.likelihood_ratio": 3.0,
        "posture.dependence": 0.5,
    }

    assert indicators_shift(once, values).challenger == pytest.approx(log(3.0))
    assert indicators_shift(twice, values).challenger == pytest.approx(1.5 * log(3.0))


def test_signs_of_the_defender_and_of_the_ally_report_these_alone():
    crisis = shipped()
    seen = crisis.model.indicators["close_to_a_deal"]
    of = {key: seen.model_copy(update={"points_to": (key,)}) for key in ("answer", "ally_force")}
    signs = {
        key: crisis.model.signs["tankers"].model_copy(update={"points_to": (key,)}) for key in of
    }
    model = crisis.model.model_copy(update={"indicators": of, "signs": signs})
    values = {
        **median(),
        "posture.dependence": 0.0,
        "actors.israel.motive": 0.3,
        **{f"indicators.{key}.likelihood_ratio": 4.0 for key in of},
        **{f"signs.{key}.likelihood_ratio": 9.0 for key in of},
        **{f"signs.{key}.false_positive": 0.01 for key in of},
    }
    without = replace(crisis, model=crisis.model.model_copy(update={"indicators": {}, "signs": {}}))
    before = encode(without, values)
    world = encode(replace(crisis, model=model), values)

    # What is seen of the ally adds log(4) / 2 = log 2 to its motive.
    assert world.talks.hard_log_odds == pytest.approx(float(before.talks.hard_log_odds))
    assert world.talks.tough_log_odds == pytest.approx(before.talks.tough_log_odds + log(4.0))
    assert world.war.ally_motive == pytest.approx(before.war.ally_motive * (0.3 + log(2.0)) / 0.3)
    assert world.calendar.sign_is_of_defender[:2].tolist() == [1.0, 0.0]
    assert world.calendar.sign_probability[0, 1] == pytest.approx(
        np.array([[0.09] * 4, [0.01] * 4])
    )
    assert world.calendar.sign_probability[1, 1] == pytest.approx(0.01 * 3.0 ** (1.3 + log(2.0)))


def test_an_ally_presses_oftener_the_more_a_last_round_counts():
    changes = {"actors.israel.strike_rate_after_round": 2.0, "lessons.weight": 0.25}
    changes |= {"actors.israel.strike_rate": 0.25, "actors.israel.strike_rate_per_step": 0.0}

    assert ally_rate(encoded(changes).talks, 0, 0) == pytest.approx(0.25 * 1.5)


def test_a_sign_of_force_is_seen_by_the_type_of_challenger_whatever_its_plan():
    chances = sign_chances(("force",), 0.2, 3.0)

    assert chances == pytest.approx(np.array([[0.6] * 4, [0.2] * 4]))
    assert sign_chances(("force",), 0.4, 3.0)[0] == pytest.approx(0.99)


def test_signs_that_fit_every_plan_equally_well_shift_nothing():
    changes = dict.fromkeys(RATIOS, 1.0) | UNLEARNT | {"actors.us.hard_probability": 0.4}
    world = encoded(changes)

    assert world.talks.hard_log_odds == pytest.approx(logit(0.4), abs=1e-12)


def test_a_second_sign_of_the_same_plans_counts_for_less_by_how_far_they_go_together(tmp_path):
    crisis = reported_twice(tmp_path)
    values = {path: quantile(number, 0.5) for path, number in crisis.numbers.items()}
    once, half, twice = (
        encode(crisis, values | SEEN | {"posture.dependence": dependence}).talks.hard_log_odds
        for dependence in (1.0, 0.5, 0.0)
    )

    assert once < half < twice
    assert half - once == pytest.approx(twice - half)


def reported_twice(folder):
    """Load the small crisis with its one sign written twice."""
    copy = Path(shutil.copytree(MINIMAL, folder / "minimal")) / "force.toml"
    text = copy.read_text()
    _, sign = text.split("[indicators.hospitals]")
    sign, _ = sign.split("[arsenals", maxsplit=1)
    copy.write_text(f"{text}\n[indicators.field_hospitals]{sign}")
    return load(copy.parent)


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


UNHELPED = {f"actors.{key}.formulation": 0.0 for key in ("qatar", "turkiye", "egypt")}


def test_offers_share_their_rate_over_the_packages():
    rates = UNHELPED | {"moves.tempo": 1.0, "moves.offer": 0.03}
    three, two = encoded(rates).talks, encoded(rates, crisis=with_packages(2)).talks

    assert three.challenger_rate[:5].tolist() == [0.01, 0.01, 0.01, 0.0, 0.0]
    assert two.defender_rate[:5].tolist() == [0.015, 0.015, 0.0, 0.0, 0.0]


def test_mediators_that_formulate_put_packages_on_the_table_more_often():
    helped = UNHELPED | {"actors.qatar.formulation": 0.25, "actors.egypt.formulation": 0.25}
    alone, together = encoded(UNHELPED).talks, encoded(helped).talks

    assert together.challenger_rate[:3] == pytest.approx(1.5 * alone.challenger_rate[:3])
    assert together.defender_rate[:3] == pytest.approx(1.5 * alone.defender_rate[:3])


def test_holding_has_no_rate_of_its_own_and_every_other_move_has():
    talks = encoded().talks
    # Moves beyond strikes have a rate where the pack has the act.
    lacking = [ChallengerMove[name] for name in ("STANDSTILL", "LIFT", "IMPOSE", "TAKE")]
    challenger = np.delete(talks.challenger_rate, [*range(3, 5), ChallengerMove.HOLD, *lacking])
    stand = [DefenderMove.HOLD, DefenderMove.STANDSTILL]
    defender = np.delete(talks.defender_rate, [*range(3, 5), *stand])

    assert talks.challenger_rate[ChallengerMove.HOLD] == 0.0
    assert talks.defender_rate[DefenderMove.HOLD] == 0.0
    assert np.all(challenger > 0.0)
    assert np.all(defender > 0.0)


def test_a_pack_may_hold_as_much_as_the_kernels_tables():
    assert MOST_JOINERS == PARTIES
    assert MOST_LAYERS <= MOST_LAYERS_OF_A_SIDE == defence.LAYERS
    assert MOST_CLASSES <= MOST_CLASSES_OF_A_SIDE == defence.CLASSES
    assert MOST_EVENTS < EVENTS


@pytest.mark.parametrize("side", ["challenger", "defender"])
def test_a_principal_that_cares_for_nothing_is_reported(side):
    nothing = {f"issues.{key}.{side}_weight": 0.0 for key in shipped().model.issues}

    with pytest.raises(DetenteError, match=f"every {side}_weight is 0"):
        encoded(nothing)


def test_an_ally_may_care_for_nothing():
    nothing = {f"issues.{key}.ally_weight": 0.0 for key in shipped().model.issues}

    assert float(encoded(nothing).talks.ally_demand) == 0.0
