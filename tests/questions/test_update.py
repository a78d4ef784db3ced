"""What was seen after the as-of date: laws of weights, by hand, and what is refused."""

import functools
import math
from datetime import date

import numpy as np
import pytest
from scipy import stats

from detente import DetenteError, simulate, update
from detente.data import in_json
from detente.endings import Ending
from detente.ensemble import runners
from detente.ensemble.measures import OUTCOMES
from detente.ensemble.run import Run
from detente.ensemble.tally import CLASSES
from detente.estimate.intervals import QUANTILE, jackknife, student
from detente.kernel.endings import Violence
from detente.questions.reweighting import (
    FutureCounts,
    Weighted,
    chances_of,
    is_in_state,
)
from detente.questions.update import TooFewError
from tests.observations import PLANNED, own_sign, sign, state
from tests.standin import played

FIXED = {
    "signs.search_and_rescue.false_positive": 0.2,
    "signs.search_and_rescue.likelihood_ratio": 4.0,
    "posture.dependence": 0.0,
}
WARS = OUTCOMES["any_war"].comes


@pytest.fixture(autouse=True)
def planned(monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: PLANNED)


@pytest.fixture(scope="module")
def play(tmp_path_factory, crisis):
    """Play a run with some fields changed, each but once: an update here only reads it."""

    @functools.cache
    def run_of(worlds, futures, changes):
        folder = tmp_path_factory.mktemp("played") / "run"
        changed = crisis.with_changes(dict(changes))
        return played(changed, folder, PLANNED, worlds=worlds, futures=futures)

    def of(*, worlds=16, futures=6400, **changes):
        return run_of(worlds, futures, tuple(changes.items()))

    return of


def figures(found):
    return in_json({**found.outcomes, **found.plans})


def test_where_nothing_was_seen_nothing_changes(play):
    found = update(play())

    assert found.effective == pytest.approx((6400, 16))
    assert all(one.after.value == pytest.approx(one.before.value) for one in found.endings.values())
    assert all(one.shift.interval == pytest.approx((0.0,) * 3) for one in found.endings.values())
    assert not any(one.shift.is_clear for one in found.plans.values())
    assert found.notes == ()


def test_a_sign_as_likely_under_all_plans_changes_nothing(play, reported):
    changes = {**FIXED, "signs.search_and_rescue.likelihood_ratio": 1.0}
    found = update(play(**changes), reported(sign()))

    assert found.effective == pytest.approx((6400, 16))
    assert found.outcomes["any_war"].shift.interval == pytest.approx((0.0,) * 3)


def test_a_fact_that_all_futures_agree_with_changes_nothing(play, reported):
    run = play()
    state_of_none = "date = 2026-02-07\ntalks_failed = false"
    found = update(run, reported(state_of_none))

    assert figures(found) == figures(update(run))


def test_a_future_weighs_what_was_seen_under_its_plan_in_its_own_world(play, reported):
    run = play(**{"posture.dependence": 0.5})
    found = update(run, reported(sign(), state("ongoing", day="2026-06-01")))
    rows = np.concatenate(list(run.rows()))
    values = run.drawn
    ratio = values["signs.search_and_rescue.likelihood_ratio"][rows["world"]]
    alarm = values["signs.search_and_rescue.false_positive"][rows["world"]]
    # The pack has seen the same plans pointed to once by its own day, so that this counts half.
    weight = np.minimum(alarm * np.where(rows["plan"] >= 2, np.sqrt(ratio), 1.0), 0.99)
    weight *= is_in_state(rows, "ongoing", 115)
    wars = rows["violence"] >= Violence.WAR
    by_world = np.bincount(rows["world"], weight)

    assert found.outcomes["any_war"].after.value == pytest.approx(weight @ wars / weight.sum())
    assert found.effective.futures == pytest.approx(weight.sum() ** 2 / (weight @ weight))
    assert found.effective.worlds == pytest.approx(by_world.sum() ** 2 / (by_world @ by_world))


def test_a_sign_that_was_not_there_weighs_the_other_way(play, reported):
    run = play(**FIXED)
    seen, not_seen = (
        update(run, reported(sign(seen=is_seen))).outcomes["any_war"].shift
        for is_seen in (True, False)
    )

    assert seen.low > 0.0
    assert not_seen.high < 0.0


def test_the_order_of_observations_does_not_matter(play, reported):
    run = play()
    first, second = sign(), sign("tankers", day="2026-02-20", seen=False)
    there = update(run, reported(first, second))
    back = update(run, reported(second, first, name="back.toml"))

    assert figures(there) == figures(back)
    assert [one.observed.sign for one in there.observations.seen] == [
        "tankers",
        "search_and_rescue",
    ]


@pytest.mark.parametrize("seen", [True, False], ids=["seen", "not seen"])
def test_a_second_sign_of_the_same_plans_says_less_the_more_it_depends_on_the_first(
    play, reported, seen
):
    twice = reported(sign(seen=seen), sign(day="2026-03-02", seen=seen))
    shifts = [
        abs(
            update(play(**{**FIXED, "posture.dependence": dependence}), twice)
            .outcomes["any_war"]
            .shift.value
        )
        for dependence in (0.0, 0.5, 0.9)
    ]

    assert shifts == sorted(shifts, reverse=True)
    assert shifts[0] > 1.5 * shifts[2]


def test_each_sign_seen_takes_from_the_next_of_the_same_plans_what_the_packs_own_takes(
    play, reported
):
    run = play(**{**FIXED, "posture.dependence": 0.5})
    found = update(run, reported(sign(), sign(day="2026-03-02")))
    rows = np.concatenate(list(run.rows()))
    # The pack has seen these plans pointed to once: a half is left of the first, then a quarter.
    ratio = np.where(rows["plan"] >= 2, 4.0, 1.0)
    weight = np.minimum(0.2 * ratio**0.5, 0.99) * np.minimum(0.2 * ratio**0.25, 0.99)
    wars = rows["violence"] >= Violence.WAR

    assert found.outcomes["any_war"].after.value == pytest.approx(weight @ wars / weight.sum())


def test_signs_that_depend_wholly_on_an_earlier_one_say_nothing(play, reported):
    run = play(**{**FIXED, "posture.dependence": 1.0})
    found = update(run, reported(sign()))

    assert found.outcomes["any_war"].shift.value == pytest.approx(0.0)


def test_a_sign_of_the_file_is_drawn_over_worlds_as_that_of_the_pack_is(play, reported, crisis):
    run = play()
    pack_sign = crisis.model.signs["tankers"]
    low, high = pack_sign.likelihood_ratio.range
    other, end = pack_sign.false_positive.range
    same = (
        '[signs.tankers]\npoints_to = ["stand_off", "sustained"]\n'
        f'likelihood_ratio = {{ range = [{low}, {high}], assumed = "invented" }}\n'
        f'false_positive = {{ range = [{other}, {end}], assumed = "invented" }}\n'
    )

    assert figures(update(run, reported(sign("tankers"), signs=same))) == figures(
        update(run, reported(sign("tankers"), name="pack.toml"))
    )


def test_another_view_of_a_sign_takes_the_place_of_the_packs(play, reported):
    run = play(**FIXED)
    view = own_sign("search_and_rescue", "value = 1.0001")
    found = update(run, reported(sign(), signs=view))

    assert found.outcomes["any_war"].shift.interval == pytest.approx((0.0,) * 3, abs=1e-4)


def test_a_sign_of_the_files_own_weighs_like_any(play, reported):
    run = play()
    own = own_sign("hospitals", "range = [3, 6]")
    found = update(run, reported(sign("hospitals"), signs=own))

    assert found.outcomes["any_war"].shift.low > 0.0
    assert found.plans["direct_action"].shift.low > 0.0
    assert set(found.next) == {"search_and_rescue", "tankers"}


OF_FORCE = own_sign("will", "value = 3", points_to='["force"]')


def test_a_sign_of_force_weighs_worlds_and_types_by_the_motive_of_the_challenger(play, reported):
    run = play(**{"moves.public_motive": 0.5})
    found = update(run, reported(sign("will"), signs=OF_FORCE)).outcomes["any_war"]
    rows = np.concatenate(list(run.rows()))
    motive = run.drawn["actors.us.motive"][rows["world"]]
    # Means of a normal law above and below its 60th percentile.
    own = np.array([0.9659, -0.6439])[rows["challenger_type"]]
    leanings = (1.0 + np.sqrt(0.5) * (motive + own)) / 2.0
    weight = np.minimum(0.2 * 3.0**leanings, 0.99)
    wars = rows["violence"] >= Violence.WAR

    assert found.after.value == pytest.approx(weight @ wars / weight.sum(), rel=1e-4)
    assert found.shift.low > 0.0


def test_a_sign_of_the_defender_weighs_futures_by_its_type_and_one_of_the_ally_worlds(
    play, reported
):
    run = play()
    rows = np.concatenate(list(run.rows()))
    wars = rows["violence"] >= Violence.WAR
    leanings = {
        "answer": 1.0 - rows["defender_type"],
        "ally_force": (1.0 + run.drawn["actors.israel.motive"][rows["world"]]) / 2.0,
    }
    for kind, leaning in leanings.items():
        text = own_sign("will", "value = 3", points_to=f'["{kind}"]')
        found = update(run, reported(sign("will"), signs=text, name=f"{kind}.toml"))
        weight = np.minimum(0.2 * 3.0**leaning, 0.99)
        after = found.outcomes["any_war"].after.value

        assert after == pytest.approx(weight @ wars / weight.sum(), rel=1e-4)


@pytest.mark.parametrize(("motive", "chance"), [(-1.0, 0.2), (0.0, 0.2 * 3**0.5), (1.0, 0.6)])
def test_a_sign_of_force_is_a_false_alarm_below_and_its_ratio_likelier_above(
    crisis, motive, chance
):
    paths = ("moves.public_motive", "actors.us.motive")
    numbers = (1.0, motive, 0.2, 3.0, 0.0)
    own = ("signs.will.false_positive", "signs.will.likelihood_ratio", "posture.dependence")
    values = dict(zip((*paths, *own), np.array(numbers)[:, None], strict=True))
    will = crisis.model.signs["tankers"].model_copy(update={"points_to": ("force",)})
    chances = chances_of(crisis, "will", will, (), values)

    assert chances == pytest.approx(np.full((1, 4, 4), chance))


def test_two_signs_of_one_report_count_once(play, reported):
    run = play(**FIXED)
    once = update(run, reported(sign()))
    same = own_sign("hospitals", "value = 9") + own_sign("will", "value = 9", points_to='["force"]')
    twice = reported(
        sign(),
        sign("hospitals") + '\nsame_as = "seen_0"',
        sign("will", day="2026-03-02") + '\nsame_as = "seen_0"',
        signs=same,
        name="twice.toml",
    )
    found = update(run, twice)

    assert figures(found) == figures(once)
    assert [one.same_as for one in found.sheet[:3]] == [None, "seen_0", "seen_0"]
    assert [one.in_order.value for one in found.sheet[1:3]] == [0.0, 0.0]


def test_the_sheet_says_what_each_observation_moved_and_where_nobody_looked(play, reported):
    run = play(**FIXED)
    failed = "date = 2026-03-01\ntalks_failed = true"
    path = reported(
        sign(), failed, sign("hospitals", seen=False), signs=own_sign("hospitals", "value = 4")
    )
    found = update(run, path)
    alone = {
        place: update(run, reported(one, signs=signs, name=f"{place}.toml"))
        .outcomes["any_war"]
        .shift
        for place, one, signs in (
            (0, sign(), ""),
            (1, failed, ""),
            (2, sign("hospitals", seen=False), own_sign("hospitals", "value = 4")),
        )
    }
    rows = {one.item: one for one in found.sheet}

    assert [one.status for one in found.sheet] == ["seen", "seen", "not_seen", "not_looked_at"]
    assert rows["tankers"].alone is None
    assert {place: rows[f"seen_{place}"].alone.value for place in alone} == pytest.approx(
        {place: shift.value for place, shift in alone.items()}
    )
    assert sum(rows[f"seen_{place}"].in_order.value for place in alone) == pytest.approx(
        found.outcomes["any_war"].shift.value
    )


def test_outcomes_within_some_days_are_those_that_come_between_the_last_sight_and_then(
    play, reported
):
    run = play()
    found = update(run, reported(state("ongoing")), within=30)
    rows = np.concatenate(list(run.rows()))
    agrees = is_in_state(rows, "ongoing", 23)
    day = rows["first_force_day"][agrees]

    assert (found.within.first, found.within.last) == (23, 53)
    assert found.within.outcomes["force"].after.value == pytest.approx(
        ((day > 23) & (day <= 53)).mean()
    )


@pytest.mark.parametrize("days", [0, 343])
def test_days_beyond_the_horizon_are_refused(play, reported, days):
    with pytest.raises(
        DetenteError, match=f"it is {days}; use a whole number of days from 1 to 342"
    ):
        update(play(), reported(state("ongoing")), within=days)


def test_weights_are_known_up_to_a_factor():
    counted, likelihoods = made_up(np.random.default_rng(3), 0.5)
    one = Weighted(counted, likelihoods)
    other = Weighted(counted, 7.3 * likelihoods)

    assert one.effective == pytest.approx(other.effective)
    assert one.updated(WARS).after.interval == pytest.approx(other.updated(WARS).after.interval)
    assert one.updated(WARS).shift.interval == pytest.approx(other.updated(WARS).shift.interval)


def made_up(rng, agrees):
    chances = rng.dirichlet(np.ones(8 * CLASSES), 16)
    counts = rng.multinomial(400, chances).reshape(16, 2, 4, CLASSES)
    likelihoods = rng.uniform(0.1, 1.0, (16, 2, 4))
    return FutureCounts(400, counts, rng.binomial(counts, agrees)), likelihoods


def quarter_at_war():
    """Count futures of which those of one plan are at war, and those of another never are."""
    counts = np.zeros((16, 2, 4, CLASSES), np.int64)
    counts[:, 0, 0, 0], counts[:, 0, 3, OUTCOMES["war"].members[0]] = 75, 25
    return counts


def test_effective_sizes_are_those_of_theory():
    ratio, share = 4.0, 0.25
    counts = quarter_at_war()
    alike = Weighted(FutureCounts(100, counts, counts), np.tile([1.0, 1.0, 1.0, ratio], (16, 2, 1)))
    loud = np.repeat([1.0, 3.0], 8)[:, None, None] * np.ones((16, 2, 4))
    unlike = Weighted(FutureCounts(100, counts, counts), loud)
    mean, square = 1.0 + share * (ratio - 1.0), 1.0 + share * (ratio**2 - 1.0)

    assert alike.effective == pytest.approx((1600 * mean**2 / square, 16))
    assert unlike.effective == pytest.approx((1600 * 2.0**2 / 5.0, 16 * 2.0**2 / 5.0))


def test_where_every_world_is_alike_the_share_is_that_of_bayes():
    counts = quarter_at_war()
    found = Weighted(FutureCounts(100, counts, counts), np.tile([1.0, 1.0, 1.0, 4.0], (16, 2, 1)))
    war = found.updated(WARS)

    assert war.after.value == pytest.approx(0.25 * 4 / (0.25 * 4 + 0.75))
    assert war.after.low < war.after.value < war.after.high
    assert war.shift.chance_low < war.shift.value < war.shift.chance_high


def test_intervals_hold_what_they_are_around_and_are_no_narrower_than_chance():
    found = Weighted(*made_up(np.random.default_rng(5), 0.5)).updated(WARS)

    assert found.after.low <= found.after.chance_low <= found.after.value
    assert found.shift.low <= found.shift.value <= found.shift.high


def test_chance_alone_is_that_of_independent_futures_where_weights_are_equal(play):
    one = update(play()).outcomes["any_war"]

    before = one.before.chance_low, one.before.chance_high

    assert (one.after.chance_low, one.after.chance_high) == pytest.approx(before, abs=1e-9)


def test_one_future_a_world_has_all_that_differs_called_chance(play):
    after = update(play(worlds=288, futures=288)).outcomes["any_war"].after
    drawn_alone = 2.0 * QUANTILE * math.sqrt(after.value * (1.0 - after.value) / 288.0)

    assert after.chance_high - after.chance_low == pytest.approx(drawn_alone, rel=0.05)


def test_signs_that_are_all_but_impossible_still_leave_weights(play, reported):
    own = "".join(own_sign(f"sign_{place}", "value = 2", false_positive=1e-9) for place in range(3))
    found = update(play(), reported(*(sign(f"sign_{place}") for place in range(3)), signs=own))

    assert found.plans["direct_action"].shift.low > 0.0


def test_the_jackknife_of_a_mean_is_its_variance():
    drawn = np.random.default_rng(2).normal(size=40)
    without = (drawn.sum() - drawn) / 39
    wider = (student(39.0) / stats.norm.ppf(0.95)) ** 2

    assert jackknife(without, 40.0) == pytest.approx(drawn.var(ddof=1) / 40 * wider)


@pytest.mark.parametrize("freedom", [7.0, 12.5, 63.0, 1000.0])
def test_quantiles_of_students_law_are_those_of_another_implementation(freedom):
    assert student(freedom) == pytest.approx(stats.t.ppf(0.95, freedom), rel=2e-4)


@pytest.mark.parametrize("day", [0, 1, 30, 180, 365])
def test_states_are_those_of_the_corridor(play, day):
    run = play()
    rows = np.concatenate(list(run.rows()))
    shares = [is_in_state(rows, name, day).mean() for name in ("open", "deal", "force")]

    assert shares == pytest.approx(run.corridor[day][1:4])


def test_a_deal_that_is_broken_is_in_force_until_then(play):
    rows = np.concatenate(list(play(futures=16).rows()))[:1]
    rows["ending"], rows["ending_day"], rows["first_force_day"] = Ending.WAR, 200, 190
    rows["broken_deal_day"], rows["broken_day"] = 20, 60
    days = (10, 20, 59, 60, 190)
    states = [
        next(name for name in ("force", "deal", "open") if is_in_state(rows, name, day)[0])
        for day in days
    ]

    assert states == ["open", "deal", "deal", "open", "force"]


def test_a_dispute_that_has_faded_is_open_but_does_not_go_on(play):
    rows = np.concatenate(list(play(futures=16).rows()))[:1]
    rows["ending"], rows["ending_day"], rows["first_force_day"] = Ending.FADES, 40, -1

    assert [bool(is_in_state(rows, "open", day)[0]) for day in (39, 40)] == [True, True]
    assert [bool(is_in_state(rows, "ongoing", day)[0]) for day in (39, 40)] == [True, False]


def test_facts_leave_the_futures_that_agree_with_them(play, reported):
    run = play()
    rows = np.concatenate(list(run.rows()))
    failed = "date = 2026-03-01\ntalks_failed = true"
    found = update(run, reported(failed, state("open")))
    agrees = is_in_state(rows, "open", 23) & (rows["failed_day"] == 10)

    assert found.effective.futures == pytest.approx(agrees.sum())
    assert found.outcomes["any_war"].after.value == pytest.approx(
        (rows["violence"][agrees] >= Violence.WAR).mean()
    )
    assert found.notes == ()


def test_what_leaves_too_little_is_refused_and_offered_as_a_new_run(play, reported):
    run = play(futures=3200)
    path = reported(state("ongoing", day="2027-01-31"))

    with pytest.raises(TooFewError, match="271 under 8 sets are needed") as refused:
        update(run, path)

    assert "are worth only" in refused.value.what
    assert f"--observed {path} --as-pack ./oman-2026-2027-01-31" in refused.value.hint
    assert refused.value.hint.endswith("then detente run ./oman-2026-2027-01-31")


def test_facts_that_contradict_each_other_leave_no_future(play, reported):
    path = reported(state("deal", day="2026-03-01"), state("ongoing", day="2026-03-01"))

    with pytest.raises(
        TooFewError, match="no course of events of the run agrees with seen_0 and"
    ) as refused:
        update(play(), path)

    assert "--futures 51200" in refused.value.hint
    assert "--as-pack" not in refused.value.hint


def test_a_run_of_few_worlds_says_nothing_even_before(play):
    with pytest.raises(
        TooFewError, match="3,200 courses of events under 2 sets of assumptions are too few"
    ) as refused:
        update(play(worlds=2, futures=3200))

    assert "detente run --resume" in refused.value.hint


def test_a_file_that_says_nothing_is_refused(play, reported):
    with pytest.raises(DetenteError, match="it has no observation"):
        update(play(), reported())


def test_options_have_their_own_futures(tmp_path, crisis, reported):
    run = simulate(crisis, worlds=16, futures=6400, options=["hotline"], out=tmp_path / "run")
    found = update(run, reported(sign()), option="hotline")

    assert found.option == "hotline"
    with pytest.raises(DetenteError, match="the run has no option 'hotlin'"):
        update(run, reported(sign()), option="hotlin")


def test_json_has_the_keys_that_it_says_and_no_number_that_is_none(play, reported):
    run = play()
    found = update(run, reported(sign(), state("open"))).as_json()
    war = found["outcomes"]["any_war"]

    assert found["schema"] == "detente/update/1"
    assert set(found["endings"]) == {ending.name.lower() for ending in Ending}
    ends = {"low", "high", "chance_low", "chance_high"}

    assert set(war) == {"before", "share", "shift"} | ends
    assert set(war["shift"]) == {"difference"} | ends
    assert found["observed"]["seen_0"] == {
        "date": "2026-03-01",
        "by": "an invented observer",
        "source": "an invented report",
        "sign": "search_and_rescue",
        "seen": True,
    }
    assert found["digest"] == run.digest
    assert all(math.isfinite(value) for value in war["shift"].values())


def test_the_run_stays_as_it_was(play, reported):
    run = play()
    update(run, reported(sign()))

    assert date.fromisoformat(run.record.as_of) == date(2026, 2, 6)
    assert sorted(path.name for path in run.folder.iterdir()) == [
        "futures",
        "pack",
        "record.json",
        "resolved.json",
        "worlds.parquet",
    ]
    assert Run.open(run.folder).digest == run.digest
