import json

import numpy as np
import pytest

from detente import load, simulate
from detente.endings import Ending
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import QUANTILE, estimate_share
from detente.kernel.endings import FUTURE, FirstShot, Violence
from detente.pack import files
from detente.questions.past.definitions import BANDS, STARTS, Band, hazard_interval
from detente.questions.past.played import (
    Played,
    PlayedFigure,
    against_history,
    compared,
    count,
    count_rows,
    mixed,
    quantile,
    start_of,
)
from tests.border import BORDER

SMALL = {"futures": 320, "worlds": 8, "threads": 1}
LEVELS = (0.25, 0.5, 0.75)
BAND = Band("made up", 0.2, 0.1, 0.3, "share", "nobody")


@pytest.fixture(scope="session")
def packs(tmp_path_factory):
    """Return a small pack of each start, by start."""
    texts = files.read(BORDER).files
    crises = {}
    for start in ("non_violent", "violent"):
        folder = tmp_path_factory.mktemp(start)
        for name, text in texts.items():
            word = f'reference = "{start}"\n'.encode() if name == "crisis.toml" else b""
            (folder / name).write_bytes(word + text)
        crises[start] = load(folder)
    return crises


@pytest.fixture
def runs(packs, tmp_path):
    """Return a run of each start; the violent one with another seed."""
    return [
        simulate(packs[start], **SMALL, seed=seed, out=tmp_path / f"run-{start}")
        for seed, start in enumerate(packs)
    ]


def played(days, *, start="non_violent", horizon=400, worlds=4, **happened):
    """Return a run that was counted, from the days on which its futures ended."""
    by_world = np.array(days).reshape(worlds, -1)
    ended = np.stack([np.bincount(row, minlength=horizon + 1) for row in by_world])
    none = np.zeros(worlds, np.int64)
    counts = dict.fromkeys(("war", "serious", "none", "agreement"), none)
    return Played(start, by_world.shape[1], counts | happened, ended)


def days_of_worlds(seed):
    """Return days at which crises of 32 worlds end, whose rates are drawn of a gamma law."""
    generator = np.random.Generator(np.random.Philox(seed))
    rates = generator.gamma(3.0, 1.0 / 270.0, (32, 1))
    return np.minimum(generator.exponential(1.0 / rates, (32, 25)), 400).astype(int)


def drawn_days(seed, count, scale=90.0):
    generator = np.random.Generator(np.random.Philox(seed))
    return np.minimum(generator.exponential(scale, count).astype(int), 400)


def test_a_run_is_counted_on_historys_scale(runs):
    rows = np.concatenate(list(runs[0].rows()))
    counted = count(runs[0], "non_violent")
    totals = {rate: int(futures.sum()) for rate, futures in counted.happened.items()}
    reported = {
        "war": int((rows["violence"] >= Violence.WAR).sum()),
        "serious": int((rows["violence"] >= Violence.LIMITED_STRIKE).sum()),
        "none": int((rows["violence"] == Violence.NONE).sum()),
        "agreement": int((rows["settlement"] <= Ending.NARROW_DEAL).sum()),
    }

    assert totals.items() >= reported.items()
    assert 0 < totals["war"] < totals["serious"] < 320
    assert counted.ended.sum(axis=1).tolist() == [40] * 8
    assert counted.horizon == 365


def test_shares_and_intervals_are_those_of_the_runs_own_outcomes(runs):
    counted = count(runs[0], "non_violent")
    figures = against_history(runs[0]).figures

    for rate in ("war", "serious", "none", "agreement"):
        own = estimate_share(counted.happened[rate], 40)
        figure = figures[f"non_violent.{rate}"]
        assert figure[:3] == pytest.approx(own.interval, abs=1e-15)
        assert figure.band is BANDS[f"non_violent.{rate}"]


def futures(*reported):
    """Return rows of one world from (violence, settlement, ending_day)."""
    rows = np.zeros(len(reported), FUTURE)
    rows["violence"], rows["settlement"], rows["ending_day"] = zip(*reported, strict=True)
    return rows


AFTERMATHS = futures(
    (Violence.WAR, Ending.NARROW_DEAL, 200),
    (Violence.REGIONAL_WAR, Ending.DEFENDER_YIELDS, 90),
    (Violence.WAR, Ending.CHALLENGER_DROPS, 120),
    (Violence.WAR, Ending.FADES, 50),
    (Violence.LIMITED_STRIKE, Ending.NARROW_DEAL, 70),
    (Violence.NONE, Ending.NARROW_DEAL, 30),
    (Violence.CLASH, Ending.CONTAINMENT, 365),
    (Violence.WAR, Ending.TALKS_FAILED, 365),
)


def test_what_stands_at_the_end_is_counted_after_force_as_without_it():
    counted = count_rows([AFTERMATHS], "non_violent", 1, 365)
    totals = {key: int(counts[0]) for key, counts in counted.happened.items()}

    assert totals["agreement"] == 3
    assert totals["war"] == 5
    assert totals["clashes"] == 1
    assert (totals["agreement_war"], totals["given_up_war"], totals["faded_war"]) == (1, 2, 1)


def test_a_strike_by_choice_worth_less_than_holding_is_a_mistake():
    rows = np.zeros(6, FUTURE)
    rows["first_shot"] = [
        FirstShot.CHOSEN_FORCE,
        FirstShot.MISTAKE,
        FirstShot.LAPSED,
        FirstShot.LAPSED,
        FirstShot.ALLY,
        FirstShot.NONE,
    ]
    rows["first_shot_gap"] = [0.1, -0.1, -0.2, 0.0, -0.3, 0.0]
    counted = count_rows([rows], "non_violent", 1, 365).happened

    assert counted["chosen"].tolist() == [3]
    assert counted["mistakes"].tolist() == [2]


def test_after_a_violent_start_there_is_no_peace_by_definition(runs):
    figure = against_history(runs[1]).figures["violent.none"]

    assert figure == PlayedFigure(0.0, 0.0, 0.0, None)
    assert figure.is_inside is None


def test_all_crises_mix_the_two_starts_as_history_did(runs):
    parts = [count(runs[0], "non_violent"), count(runs[1], "violent")]
    crises = sum(STARTS.values())
    figures = compared("all", [(STARTS[x.start] / crises, x) for x in parts]).figures
    wars = [part.happened["war"].sum() / 320 for part in parts]
    calm = parts[0].happened["none"].sum() / 320

    assert figures["all.war"].value == pytest.approx(141 / 266 * wars[0] + 125 / 266 * wars[1])
    assert figures["all.none"].value == pytest.approx(141 / 266 * calm)
    assert {key: figure.band for key, figure in figures.items()} == {
        key: BANDS[key] for key in figures
    }


def test_a_mixture_is_exact_on_an_example_worked_by_hand():
    one = Estimate(0.2, 0.17, 0.24, 0.0, 1.0, 0.19, 0.21)
    other = Estimate(0.6, 0.52, 0.66, 0.0, 1.0, 0.59, 0.61)
    figure = mixed([(0.75, one), (0.25, other)], BAND)

    assert figure.value == pytest.approx(0.3)
    assert figure.low == pytest.approx(0.3 - np.sqrt(0.0225**2 + 0.02**2))
    assert figure.high == pytest.approx(0.3 + np.sqrt(0.03**2 + 0.015**2))


def test_the_intervals_of_mixtures_hold_the_truth_nine_times_in_ten():
    generator = np.random.Generator(np.random.Philox(8))
    chances, weights = (0.08, 0.4), (141 / 266, 125 / 266)
    truth = sum(weight * chance for weight, chance in zip(weights, chances, strict=True))
    held = 0
    for _ in range(2000):
        worlds = [generator.beta(8.0 * chance, 8.0 * (1.0 - chance), 32) for chance in chances]
        shares = [estimate_share(generator.binomial(50, one), 50) for one in worlds]
        figure = mixed(list(zip(weights, shares, strict=True)))
        held += figure.low <= truth <= figure.high

    assert 0.87 < held / 2000 < 0.93


@pytest.mark.parametrize("level", LEVELS)
def test_a_quartile_is_numpys(level):
    days = drawn_days(3, 400)
    figure = quantile([(1.0, played(days))], level)

    assert figure.value == np.quantile(days, level, method="inverted_cdf")
    assert figure.low <= figure.value <= figure.high


@pytest.mark.parametrize("level", LEVELS)
def test_a_quartile_of_a_mixture_is_numpys_of_weighted_days(level):
    one, other = drawn_days(4, 400), drawn_days(5, 120, scale=40.0)
    figure = quantile([(0.53, played(one)), (0.47, played(other, start="violent"))], level)
    weights = np.repeat([0.53 / 400, 0.47 / 120], [400, 120])
    both = np.concatenate([one, other])

    assert figure.value == np.quantile(both, level, weights=weights, method="inverted_cdf")


def test_the_intervals_of_quartiles_hold_the_truth_nine_times_in_ten():
    truth = np.floor(270.0 * ((1.0 - np.array(LEVELS)) ** (-1.0 / 3.0) - 1.0))
    held = np.zeros(3)
    for seed in range(1000):
        part = (1.0, played(days_of_worlds(100 + seed), worlds=32))
        figures = np.array([quantile([part], level)[:3] for level in LEVELS])
        held += (figures[:, 1] <= truth) & (truth <= figures[:, 2])

    assert (held / 1000 > 0.88).all()
    assert (held / 1000 < 0.96).all()  # days are whole, so that an interval holds a little more


def test_crises_open_at_the_horizon_last_at_least_that_long():
    days = [10, 20, 30, 100] * 4
    band = Band("made up", 184.0, 130.0, 230.0, "days", "nobody")
    long = quantile([(1.0, played(days, horizon=100))], 0.9, band)
    beyond = band._replace(high=90.0)

    assert (long.value, long.is_at_horizon, long.is_inside) == (100, True, None)
    assert long._replace(band=beyond).is_inside is False
    assert quantile([(1.0, played(days, horizon=100))], 0.5, band).is_at_horizon is False


@pytest.mark.parametrize(
    ("value", "is_inside"), [(0.1, True), (0.3, True), (0.0999, False), (0.3001, False)]
)
def test_a_figure_is_inside_where_it_lies_in_historys_interval(value, is_inside):
    assert PlayedFigure(value, 0.0, 1.0, BAND).is_inside is is_inside


def test_a_hazard_is_endings_over_the_days_that_crises_were_open():
    days = [10, 30, 70, 400] * 4
    first, second = compared("non_violent", [(1.0, played(days))]).hazards

    assert first[:3] == (0, 60, pytest.approx(2 / (10 + 30 + 60 + 60)))
    assert second[:3] == (60, 180, pytest.approx(1 / (10 + 120)))
    assert first.low < first.a_day < first.high


def test_where_few_end_the_interval_of_a_hazard_is_that_of_a_count():
    days = [20, *[400] * 999] * 4
    first = compared("non_violent", [(1.0, played(days, worlds=1))]).hazards[0]
    low, high = hazard_interval(4, 4 / first.a_day, QUANTILE)

    assert (first.low, first.high) == (pytest.approx(low, rel=0.01), pytest.approx(high, rel=0.01))


def test_worlds_that_differ_widen_the_interval_of_a_hazard():
    kinds = [[10, 10, 10, 10], [400, 400, 400, 400]], [[10, 10, 400, 400]] * 2
    apart, alike = (
        compared("non_violent", [(1.0, played(days * 50, worlds=100))]).hazards[0] for days in kinds
    )

    assert apart.a_day == alike.a_day
    assert apart.high - apart.low > 1.5 * (alike.high - alike.low)


def test_crises_that_all_end_on_a_day_count_as_one_ending():
    (first,) = compared("non_violent", [(1.0, played([10] * 8))]).hazards

    assert (first.low, first.high) == pytest.approx(hazard_interval(1, 10, QUANTILE))


def test_what_is_open_at_a_short_horizon_has_not_ended():
    (only,) = compared("non_violent", [(1.0, played([10, 50, 50, 50], horizon=50))]).hazards

    assert only.a_day == pytest.approx(1 / 160)


def test_a_hazard_of_a_mixture_weighs_endings_and_open_days():
    parts = [(0.5, played([10, 10, 400, 400])), (0.5, played([20] * 8, start="violent"))]
    first = compared("all", parts).hazards[0]

    assert first.a_day == pytest.approx((0.5 * 0.5 + 0.5) / (0.5 * 35.0 + 0.5 * 20.0))


@pytest.mark.parametrize(
    ("days", "falls"),
    [
        ([10, 20, 30, 40, 50, 50, 120, 170, 200, 250, 300, 350], True),
        ([50, 100, 120, 150, 170, 200, 210, 220, 230, 240, 250, 260], False),
    ],
)
def test_a_hazard_falls_where_crises_end_faster_at_first(days, falls):
    found = compared("non_violent", [(1.0, played(days))])

    assert found.hazard_falls is falls


def test_crises_that_all_end_at_once_have_no_hazard():
    assert compared("non_violent", [(1.0, played([0] * 8))]).hazards == ()


def test_a_short_run_does_not_say_whether_the_hazard_falls():
    found = compared("non_violent", [(1.0, played([10, 20, 30, 100] * 4, horizon=100))])

    assert found.hazard_falls is None


def test_only_a_run_of_a_reference_pack_stands_next_to_history(runs, tmp_path, crisis):
    other = simulate(crisis, **SMALL, out=tmp_path / "other")

    assert [start_of(run) for run in runs] == ["non_violent", "violent"]
    assert start_of(other) is None
    assert against_history(other) is None


def test_without_its_pack_as_it_was_a_run_stands_next_to_nothing(runs):
    one, other = (run.folder / "pack" for run in runs)
    (one / "crisis.toml").write_bytes((other / "crisis.toml").read_bytes())
    for file in other.iterdir():
        file.unlink()

    assert [against_history(run) for run in runs] == [None, None]


def test_the_json_has_every_figure_with_historys_next_to_it(runs):
    content = json.loads(json.dumps(against_history(runs[1]).as_json()))
    history = {"low", "high", "history", "history_low", "history_high", "inside"}
    shares = {"violent.war", "violent.serious", "violent.none", "violent.agreement"}
    lengths = {"violent.quarter", "violent.half", "violent.three_quarters"}

    assert set(content) == {*shares, *lengths, "hazards", "hazard_falls"}
    assert all(set(content[key]) == {"share", *history} for key in shares)
    assert all(set(content[key]) == {"days", *history} for key in lengths)
    assert content["violent.none"]["history"] is None
    assert content["violent.war"]["history"] == 21 / 125
