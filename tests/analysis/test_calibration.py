"""Calibration: a planted model is found again, and only what history tells is narrowed."""

import numpy as np
import pytest

from detente.analysis.calibration import (
    Sizes,
    acceptance,
    calibrate,
    calibrated,
    name_of,
    requirements,
)
from detente.analysis.calibration.acceptance import (
    MARGIN,
    accept,
    are_met,
    error,
    features,
    fit,
    foretell,
    is_met,
    scores,
    value_of,
)
from detente.ensemble.design import draw_worlds
from detente.errors import DetenteError
from detente.pack import load
from detente.pack.quantity import ACCEPTED, Quantity
from detente.pack.toml import parse
from detente.views import history
from tests.views.reading import must_say

PRIORS = {
    "a.pace": Quantity("range", "rate", 0.01, 0.1, shape="lognormal"),
    "b.noise": Quantity("range", "positive", 5.0, 40.0, shape="uniform"),
    "c.idle": Quantity("range", "probability", 0.1, 0.8, shape="logitnormal"),
}
HISTORY = {
    "non_violent": {"war": 0.09, "serious": 0.24, "none": 0.49, "agreement": 0.33},
    "violent": {"war": 0.17, "serious": 0.58, "none": 0.0, "agreement": 0.35},
}
LENGTHS = {1: 0.01, 25: 0.25, 62: 0.5, 180: 0.75, 365: 0.9}
"""Share of crises that have ended by a day, of which others are interpolated."""
WORLDS = 4096


ENDED = sorted(
    {each.share for each in requirements() if each.share.startswith(acceptance.ENDED_BY)}
)


def share_ended(name):
    day = float(name.removeprefix(acceptance.ENDED_BY))
    return float(np.interp(np.log(day), np.log(list(LENGTHS)), list(LENGTHS.values())))


def logistic(x):
    return 1.0 / (1.0 + np.exp(-x))


def true_shares(points):
    """Return what the planted model gives: history's rates where all scores are 0."""
    moved = 1.5 * points[:, 0] - 0.8 * points[:, 1] + 0.3 * points[:, 1] ** 2

    def share(base, slope=1.0):
        return logistic(np.log(base / (1.0 - base)) + slope * moved) if base else 0.0 * moved

    ended = {name: share(share_ended(name)) for name in ENDED}
    return {
        start: {**{rate: share(base, 0.5) for rate, base in rates.items()}, **ended}
        for start, rates in HISTORY.items()
    }


def played(points, seed=3):
    """Return shares by world that scatter about the truth, half as widely as shares can."""
    draw = np.random.default_rng(seed).binomial
    return {
        start: {key: draw(4, share) / 4.0 for key, share in each.items()}
        for start, each in true_shares(points).items()
    }


@pytest.fixture(scope="module")
def fitted():
    drawn = draw_worlds(PRIORS, (), worlds=WORLDS, seed=1)
    return accept(PRIORS, played(scores(PRIORS, drawn)), drawn, rows=200, seed=1)


def test_a_planted_share_is_foretold():
    generator = np.random.default_rng(1)
    points, others = generator.normal(size=(2, 4000, 3))
    truth = true_shares(others)["violent"]["serious"]
    happened = generator.uniform(size=4000) < true_shares(points)["violent"]["serious"]

    assert np.abs(foretell(fit(points, happened.astype(float)), others) - truth).mean() < 0.02


def test_shares_without_scatter_are_foretold_almost_exactly():
    generator = np.random.default_rng(1)
    points, others = generator.normal(size=(2, 20_000, 3))
    known = fit(points, true_shares(points)["non_violent"]["none"])

    gap = foretell(known, others) - true_shares(others)["non_violent"]["none"]
    assert np.abs(gap).max() < 0.02


def test_the_error_told_falls_as_more_is_played():
    points = np.random.default_rng(2).normal(size=(4000, 3))
    happened = played(points)["violent"]["serious"]

    assert error(points, happened) < 0.7 * error(points[:200], happened[:200])


def test_a_share_that_never_happens_is_foretold_as_that():
    points = np.random.default_rng(2).normal(size=(200, 2))

    assert foretell(fit(points, np.zeros(200)), points).max() < 0.01


def test_features_are_a_constant_coordinates_squares_and_products():
    row = features(np.array([[2.0, 3.0]]))

    assert row.tolist() == [[1.0, 2.0, 3.0, 4.0, 6.0, 9.0]]


def test_scores_of_a_prior_have_mean_0_and_deviation_1():
    drawn = draw_worlds(PRIORS, (), worlds=4096, seed=1)
    points = scores(PRIORS, drawn)

    np.testing.assert_allclose(points.mean(axis=0), 0.0, atol=0.01)
    np.testing.assert_allclose(points.std(axis=0), 1.0, atol=0.02)


def test_the_planted_model_meets_every_condition_at_history():
    assert are_met(true_shares(np.zeros((1, 3)))).all()


@pytest.mark.parametrize("name", [name_of(each) for each in requirements()])
def test_each_condition_can_fail(name):
    group, share = name.split(".", 1)
    shares = true_shares(np.zeros((1, 3)))
    starts = shares if group == "all" else {group: shares[group]}
    low = min(each.low for each in requirements() if name_of(each) == name)
    for start in starts:
        shares[start][share] = np.array([1.0 if low == 0.0 else 0.0])

    assert not are_met(shares).any()


def test_a_share_has_to_lie_inside_its_band_by_the_margin_but_none_is_kept_from_0_or_1():
    each = requirements()[0]
    open_below = next(each for each in requirements() if each.low == 0.0)
    inside = each.low + MARGIN

    assert is_met(each, np.array([inside - 0.001, inside + 0.001])).tolist() == [False, True]
    assert is_met(open_below, np.array([0.0])).all()


def test_accepted_values_give_history_in_truth(fitted):
    shares = true_shares(scores(PRIORS, fitted.rows))
    inside = [
        (value >= each.low) & (value <= each.high)
        for each in requirements()
        for value in [value_of(each, shares)]
    ]

    assert np.all(inside, axis=0).mean() > 0.8
    assert 0.0 < fitted.rate < 0.5


def test_what_matters_is_narrowed_and_what_does_not_is_left(fitted):
    assert fitted.left_of("a.pace") < 0.75
    assert fitted.left_of("c.idle") > 0.85


def test_accepted_rows_keep_what_goes_together(fitted):
    points = scores(PRIORS, fitted.rows)

    assert np.corrcoef(points[:, 0], points[:, 1])[0, 1] > 0.5


def test_where_no_values_give_history_the_nearest_misses_are_told(monkeypatch):
    monkeypatch.setattr(acceptance, "MOST_BLOCKS", 2)
    drawn = draw_worlds(PRIORS, (), worlds=128, seed=1)
    shares = played(scores(PRIORS, drawn))
    shares["violent"]["war"] = np.ones(128)

    with pytest.raises(DetenteError, match=r"violent\.war"):
        accept(PRIORS, shares, drawn, rows=10, seed=1)


@pytest.fixture
def easy(monkeypatch):
    """Ask for nothing that the stand-in for the kernel cannot give."""
    few = [each for each in requirements() if each.share == "none"][:1]
    wide = tuple(each._replace(low=0.0, high=1.0) for each in few)
    monkeypatch.setattr(acceptance, "requirements", lambda: wide)


SMALL = Sizes(draws=64, futures=16, rows=20)


@pytest.mark.usefixtures("easy")
def test_a_calibration_says_what_it_must(tmp_path):
    found = calibrate(tmp_path, sizes=SMALL, threads=1)

    must_say(
        history.calibrated(found),
        "64 draws from the priors played for each start, 16 futures each",
        f"Written to {tmp_path / ACCEPTED}.",
        "non violent.none",
    )


@pytest.mark.usefixtures("easy")
def test_a_calibration_writes_a_set_that_can_ship(tmp_path):
    found = calibrate(tmp_path, sizes=SMALL, threads=1)
    table = parse((tmp_path / ACCEPTED).read_text())

    assert set(table["numbers"]) == set(calibrated())
    assert {len(column) for column in table["numbers"].values()} == {20}
    assert table["provenance"]["draws"] == 64
    assert table["provenance"]["accepted"] == found.fitted.accepted
    assert set(table["provenance"]["runs"]) == {"reference-nonviolent", "reference-violent"}


@pytest.mark.usefixtures("easy")
def test_a_calibration_given_again_goes_on_and_writes_the_same(tmp_path):
    calibrate(tmp_path, sizes=SMALL, threads=1)
    first = (tmp_path / ACCEPTED).read_bytes()
    (tmp_path / ACCEPTED).unlink()
    calibrate(tmp_path, sizes=SMALL, threads=1)

    assert (tmp_path / ACCEPTED).read_bytes() == first


@pytest.mark.usefixtures("easy")
def test_both_starts_are_played_with_the_same_values_in_each_world(tmp_path):
    runs = calibrate(tmp_path, sizes=SMALL, threads=1).runs
    worlds = [
        draw_worlds({path: pack.numbers[path] for path in calibrated()}, (), worlds=64, seed=1)
        for pack in map(pack_of, runs.values())
    ]

    assert all((worlds[0][path] == worlds[1][path]).all() for path in calibrated())


def pack_of(run):
    return load(run.folder / "pack")


@pytest.mark.usefixtures("easy")
def test_a_folder_that_holds_another_calibration_is_refused(tmp_path):
    calibrate(tmp_path, sizes=SMALL, threads=1)

    with pytest.raises(DetenteError, match="another calibration"):
        calibrate(tmp_path, sizes=Sizes(draws=128, futures=16, rows=20), threads=1)
    assert (tmp_path / ACCEPTED).exists()
