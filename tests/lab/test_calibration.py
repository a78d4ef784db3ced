"""Calibration: a planted model is found again, and only what history tells is narrowed."""

import shutil

import numpy as np
import pytest

from detente.ensemble import runners
from detente.ensemble.design import draw_worlds
from detente.errors import DetenteError
from detente.lab.calibration import (
    Sizes,
    acceptance,
    calibrate,
    calibrated,
    moments,
    name_of,
    named,
    written_pack,
)
from detente.lab.calibration.acceptance import (
    PlayedDraws,
    accept,
    crosswise,
    fit,
    scores,
)
from detente.lab.calibration.moments import (
    ENDED_BY,
    VARIANTS,
    distance,
    mean_of,
    off,
    shares_asked,
    value_of,
)
from detente.lab.regression import features
from detente.lab.views import calibration
from detente.pack import load
from detente.pack.quantity import ACCEPTED, Quantity
from detente.pack.toml import parse, read_shipped
from detente.questions.past.definitions import BANDS, HISTORY, share_band
from tests.standin import KERNEL
from tests.views.reading import must_say

PRIORS = {
    "a.pace": Quantity("range", "rate", 0.01, 0.1, shape="lognormal"),
    "b.noise": Quantity("range", "positive", 5.0, 40.0, shape="uniform"),
    "c.idle": Quantity("range", "probability", 0.1, 0.8, shape="logitnormal"),
}
PLANTED = {
    "non_violent": {"war": 0.09, "serious": 0.24, "none": 0.49, "agreement": 0.33},
    "violent": {"war": 0.17, "serious": 0.58, "none": 0.0, "agreement": 0.35},
}
OTHERS = {
    "clashes": 0.2,
    "agreement_war": 0.05,
    "given_up_war": 0.07,
    "faded_war": 0.004,
    "chosen": 0.2,
    "mistakes": 0.04,
    "answered_full": 0.1,
    "mistaken_full": 0.02,
    "foreseen_war": 0.07,
}
"""What both starts have alike."""
LENGTHS = {
    "": (26, 65, 184),
    "none": (24, 40, 90),
    "clashes": (33, 76, 181),
    "war": (81, 202, 274),
}
"""Days in which a quarter, half and three quarters of crises end, by their violence."""
WORLDS = 4096
MOMENTS = moments()
VIOLENT_WAR = next(each for each in MOMENTS if each.key == "violent.war")


def share_at_history(variant, name):
    rates = PLANTED[VARIANTS[variant].start] | OTHERS
    level, ended, day = name.rpartition(ENDED_BY)
    if not ended:
        return rates[name]
    level = level.rstrip("_")
    days = (1.0, *LENGTHS[level], 365.0)
    share = np.interp(np.log(float(day)), np.log(days), (0.01, 0.25, 0.5, 0.75, 0.9))
    return float(share) * rates.get(level, 1.0)


def logistic(x):
    return 1.0 / (1.0 + np.exp(-x))


def true_shares(points):
    """Return what the planted model gives: history's moments where all scores are 0."""
    moved = 1.5 * points[:, 0] - 0.8 * points[:, 1] + 0.3 * points[:, 1] ** 2

    def share(base):
        return logistic(np.log(base / (1.0 - base)) + 0.5 * moved) if base else 0.0 * moved

    return {
        variant: {
            name: share(share_at_history(variant, name)) for name in shares_asked(variant, MOMENTS)
        }
        for variant in VARIANTS
    }


def played(drawn, seed=3):
    """Return shares by world that scatter about the truth, half as widely as shares can."""
    draw = np.random.default_rng(seed).binomial
    return {
        variant: PlayedDraws(drawn, {key: draw(4, share) / 4.0 for key, share in each.items()})
        for variant, each in true_shares(scores(PRIORS, drawn)).items()
    }


@pytest.fixture(scope="module")
def fitted():
    drawn = draw_worlds(PRIORS, (), worlds=WORLDS, seed=1)
    return accept(PRIORS, played(drawn), MOMENTS, rows=200, seed=1)


def predicted(weights, points):
    return logistic(features(points) @ weights)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_packs_of_the_fit_are_those_that_ship(variant, tmp_path):
    played = read_shipped(ACCEPTED)["provenance"]["packs"]

    assert written_pack(tmp_path, variant, at_priors=True).digest == played[name_of(variant)]


def test_a_planted_share_is_found():
    generator = np.random.default_rng(1)
    points, others = generator.normal(size=(2, 4000, 3))
    truth = true_shares(others)["violent"]["serious"]
    happened = generator.uniform(size=4000) < true_shares(points)["violent"]["serious"]

    assert np.abs(predicted(fit(points, happened.astype(float)), others) - truth).mean() < 0.02


def test_shares_without_scatter_are_predicted_almost_exactly():
    generator = np.random.default_rng(1)
    points, others = generator.normal(size=(2, 20_000, 3))
    known = fit(points, true_shares(points)["non_violent"]["none"])

    gap = predicted(known, others) - true_shares(others)["non_violent"]["none"]
    assert np.abs(gap).max() < 0.02


def test_worlds_are_predicted_from_others_only():
    points = np.random.default_rng(2).normal(size=(400, 2))
    shares = np.where(np.arange(400) % 2 == 0, 0.0, 1.0)
    shares_of_others = crosswise(points, shares)

    assert shares_of_others[::2].min() > 0.99
    assert shares_of_others[1::2].max() < 0.01


def test_a_share_that_never_happens_is_predicted_as_that():
    points = np.random.default_rng(2).normal(size=(200, 2))

    assert predicted(fit(points, np.zeros(200)), points).max() < 0.01


def test_features_are_a_constant_coordinates_squares_and_products():
    row = features(np.array([[2.0, 3.0]]))

    assert row.tolist() == [[1.0, 2.0, 3.0, 4.0, 6.0, 9.0]]


def test_scores_of_a_prior_have_mean_0_and_deviation_1():
    drawn = draw_worlds(PRIORS, (), worlds=4096, seed=1)
    points = scores(PRIORS, drawn)

    np.testing.assert_allclose(points.mean(axis=0), 0.0, atol=0.01)
    np.testing.assert_allclose(points.std(axis=0), 1.0, atol=0.02)


def test_history_is_no_farther_from_itself_than_its_own_sample_leaves_open():
    assert distance(true_shares(np.zeros((1, 3))), MOMENTS) < acceptance.TOLERANCE


@pytest.mark.parametrize("moment", named(MOMENTS), ids=lambda moment: moment.key)
def test_each_named_moment_can_put_a_draw_off(moment):
    shares = true_shares(np.zeros((1, 3)))
    farthest = 0.0 if moment.high == 1.0 else 1.0
    for variant in moment.weights:
        shares[variant][moment.part] = farthest * shares[variant].get(moment.whole, np.ones(1))

    assert distance(shares, MOMENTS) > acceptance.TOLERANCE


def test_every_band_that_the_packs_can_say_is_a_moment_and_eighteen_are_named():
    keys = {moment.key for moment in MOMENTS}
    not_reported = {"all.unilateral_after_war", "all.imposed_after_war"}

    assert {key for key, band in BANDS.items() if band.crises} - keys == not_reported
    assert len(named(MOMENTS)) == 18


def test_a_moment_of_a_part_is_the_ratio_of_weighted_sums():
    moment = next(each for each in MOMENTS if each.key == "all.agreement_after_war")
    shares = {
        "non_violent": {"war": np.array([0.1]), "agreement_war": np.array([0.1])},
        "violent": {"war": np.array([0.4]), "agreement_war": np.array([0.0])},
    }

    assert mean_of(moment, shares) == pytest.approx(141 * 0.1 / (141 * 0.1 + 125 * 0.4))


def test_where_nothing_counts_a_moment_is_0():
    moment = next(each for each in MOMENTS if each.key == "mistakes")
    nothing = dict.fromkeys(("chosen", "mistakes"), np.zeros(2))

    assert value_of(moment, dict.fromkeys(moment.weights, nothing)).tolist() == [0.0, 0.0]


def test_within_bounds_alone_nothing_is_off_and_a_figure_is_off_by_its_standard_errors():
    bounded = next(each for each in MOMENTS if each.key == "mistakes")
    two_below = VIOLENT_WAR.value - 2.0 * VIOLENT_WAR.spread

    assert off(bounded, np.array([0.0, 0.3])).tolist() == [0.0, 0.0]
    assert off(bounded, np.array([0.3 + bounded.spread])) == pytest.approx(1.0)
    assert off(VIOLENT_WAR, np.array([two_below])) == pytest.approx(-2.0)


def test_accepted_values_give_history_in_truth(fitted):
    there = distance(true_shares(scores(PRIORS, fitted.rows)), MOMENTS)

    assert np.mean(there <= 1.2 * acceptance.TOLERANCE) > 0.9
    assert fitted.closest <= acceptance.TOLERANCE


def test_steps_turn_back_at_the_ends_of_the_priors():
    there = acceptance.reflected(np.array([-0.2, 0.4, 1.3, 2.1]))

    np.testing.assert_allclose(there, [0.2, 0.4, 0.7, 0.1])


def test_where_nothing_is_asked_steps_keep_the_priors():
    rng = np.random.Generator(np.random.Philox(3))
    start = acceptance.Population(rng.uniform(size=(4000, 1)) ** 2, np.zeros(4000))
    for _ in range(60):
        start = acceptance.moved_within(start, 1.0, lambda places: np.zeros(len(places)), rng)

    np.testing.assert_allclose(
        np.quantile(start.places, [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.03
    )


def test_what_matters_is_narrowed_and_what_does_not_is_left(fitted):
    assert fitted.left_of("a.pace") < 0.75
    assert fitted.left_of("c.idle") > 0.85


def test_accepted_rows_keep_what_goes_together(fitted):
    points = scores(PRIORS, fitted.rows)

    assert np.corrcoef(points[:, 0], points[:, 1])[0, 1] > 0.5


@pytest.mark.usefixtures("quick")
def test_where_no_values_give_history_how_close_the_closest_are_is_said():
    drawn = draw_worlds(PRIORS, (), worlds=128, seed=1)
    found = played(drawn)
    found["violent"].shares["war"] = np.ones(128)
    closest = accept(PRIORS, found, MOMENTS, rows=10, seed=1)

    assert closest.closest > acceptance.TOLERANCE
    assert len(closest.rows["a.pace"]) == 10
    assert closest.closest > acceptance.TOLERANCE
    assert closest.rows["b.noise"].std() > 0.0


@pytest.mark.usefixtures("quick")
def test_a_fit_given_again_is_the_same_to_the_last_bit():
    drawn = draw_worlds(PRIORS, (), worlds=128, seed=1)
    one, other = (accept(PRIORS, played(drawn), MOMENTS, rows=10, seed=1) for _ in range(2))

    assert all((one.rows[path] == other.rows[path]).all() for path in PRIORS)
    assert (one.errors, one.means, one.before) == (other.errors, other.means, other.before)


def try_few(patch):
    """Try few draws against history: the stand-in for the kernel gives nothing like it."""
    patch.setattr(acceptance, "BLOCKS", 1)
    patch.setattr(acceptance, "BLOCK", 512)
    patch.setattr(acceptance, "MOST_ROUNDS", 3)


@pytest.fixture
def quick(monkeypatch):
    try_few(monkeypatch)


SMALL = Sizes(draws=64, futures=16, rows=20)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Return a calibration with the stand-in; what lies in its folder is for reading only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        try_few(patch)
        return calibrate(tmp_path_factory.mktemp("calibration"), sizes=SMALL, threads=1)


@pytest.fixture
def copied(done, tmp_path):
    """Return a copy of the calibration's folder."""
    return shutil.copytree(folder_of(done), tmp_path / "calibration")


def folder_of(done):
    return done.runs["violent"].folder.parent


def test_a_calibration_says_what_it_must(done):
    must_say(
        calibration.calibrated(done),
        "64 draws from the priors played for each start, 16 futures each",
        f"Written to {folder_of(done) / ACCEPTED}.",
        "no violence after a non-violent start *",
        "half of crises last at most 65 days",
    )


def test_a_calibration_writes_a_set_that_can_ship(done):
    table = parse((folder_of(done) / ACCEPTED).read_text())

    assert set(table["numbers"]) == set(calibrated())
    assert {len(column) for column in table["numbers"].values()} == {20}
    assert table["provenance"]["draws"] == 64
    assert table["provenance"]["accepted"] == done.fitted.accepted
    assert len(table["provenance"]["runs"]) == len(VARIANTS)
    assert set(table["provenance"]["left"]) == set(calibrated())


@pytest.mark.usefixtures("quick")
def test_a_calibration_given_again_goes_on_and_writes_the_same(copied):
    first = (copied / ACCEPTED).read_bytes()
    (copied / ACCEPTED).unlink()
    calibrate(copied, sizes=SMALL, threads=1)

    assert (copied / ACCEPTED).read_bytes() == first


def test_both_starts_are_played_with_the_same_values_in_each_world(done):
    worlds = [numbers_of(done.runs[start]) for start in ("non_violent", "violent")]

    assert all((worlds[0][path] == worlds[1][path]).all() for path in calibrated())


def numbers_of(run):
    numbers = load(run.folder / "pack").numbers
    return draw_worlds({path: numbers[path] for path in calibrated()}, (), worlds=64, seed=1)


def test_a_stronger_challenger_has_twice_the_means_in_the_same_worlds_and_nothing_else(tmp_path):
    base, strong = (
        written_pack(tmp_path, variant, at_priors=False)
        for variant in ("violent", "violent_stronger")
    )
    drawn = [draw_worlds(pack.numbers, (), worlds=8, seed=1) for pack in (base, strong)]
    differ = {path for path in drawn[0] if (drawn[0][path] != drawn[1][path]).any()}

    assert differ == {"arsenals.alpha.aircraft.stock", "defences.alpha.hardness"}
    for path in differ:
        np.testing.assert_allclose(drawn[1][path], 2.0 * drawn[0][path])


def of_other_years(**bands):
    return HISTORY._replace(bands={**HISTORY.bands, **bands}, first=1945, last=1962)


@pytest.mark.usefixtures("quick")
def test_for_other_crises_nothing_is_played_again_and_the_set_says_of_which_it_is(copied):
    played = {path: path.stat().st_mtime_ns for path in copied.rglob("*.parquet")}
    others = of_other_years(**{"violent.war": share_band("violent.war", 60, 125)})
    found = calibrate(copied, history=others, sizes=SMALL, threads=1)
    printed = parse((copied / ACCEPTED).read_text())["provenance"]["history"]

    assert played == {path: path.stat().st_mtime_ns for path in copied.rglob("*.parquet")}
    assert (printed["first"], printed["last"], printed["crises"]) == (1945, 1962, 266)
    assert found.fitted.asked[MOMENTS.index(VIOLENT_WAR)].value == 60 / 125


def test_crises_that_say_no_named_moment_are_refused(tmp_path):
    days = HISTORY.bands["all.half_if_war"]._replace(value=400.0)

    with pytest.raises(DetenteError, match="too few crises of 1945 to 1962 show all"):
        calibrate(tmp_path, history=of_other_years(**{"all.half_if_war": days}), sizes=SMALL)


@pytest.mark.usefixtures("quick")
def test_a_folder_that_holds_another_calibration_is_refused(copied):
    with pytest.raises(DetenteError, match="another calibration"):
        calibrate(copied, sizes=Sizes(draws=128, futures=16, rows=20), threads=1)
    assert (copied / ACCEPTED).exists()
