import json
import shutil
from types import SimpleNamespace

import numpy as np
import pytest

from detente import DetenteError, Run, course, simulate, summarise
from detente.ensemble.measures import ENDINGS
from detente.evidence.ledger import LedgerRow
from detente.questions.course import is_credible
from tests.standin import played

SIZE = {"futures": 640, "worlds": 32}
SMALL = SIZE | {"threads": 1}


@pytest.fixture(scope="module")
def run(tmp_path_factory, crisis):
    return played(crisis, tmp_path_factory.mktemp("read") / "run", **SIZE, options=["hotline"])


def without_force(kernel):
    """Return a kernel in whose futures nobody uses force."""

    def encode(_crisis, _values, *, grid, horizon):
        assert grid == "normal"
        return SimpleNamespace(calm=-0.3, horizon=horizon)

    return kernel._replace(encode=encode)


def test_by_the_horizon_every_future_has_ended_and_as_the_summary_counts(run):
    found = course(run)
    counted = [share.value for share in summarise(run).base.endings.values()]

    assert [found.by_day(key)[-1] for key in ENDINGS] == pytest.approx(counted)
    assert sum(counted) == pytest.approx(1.0)


def test_shares_by_day_never_fall(run):
    found = course(run, option="hotline")

    shares = np.array([found.by_day(key) for key in found.ways])

    assert shares.shape == (len(found.ways), 366)
    assert np.all(np.diff(shares, axis=1) >= 0.0)


def test_the_share_by_the_horizon_has_the_intervals_of_the_summary(run):
    found = course(run)
    last = found.shares_by("any_war", found.reported_days)[-1]

    assert last.day == 365
    assert last.share == summarise(run).base.outcomes["any_war"]


def test_an_outcome_by_a_day_is_the_sum_of_its_endings(run):
    found = course(run)
    wars = found.by_day("war")[90] + found.by_day("regional_war")[90]

    assert found.shares_by("any_war", [90])[0].share.value == pytest.approx(wars)


def test_war_counts_from_its_own_day_and_force_from_the_first_strike(run):
    found, rows = course(run), np.concatenate(list(run.rows()))
    wars, forced = rows["war_day"][rows["war_day"] >= 0], rows["first_force_day"]

    assert (rows["first_force_day"] < rows["war_day"]).any()
    assert found.by_day("any_war")[90] == pytest.approx((wars <= 90).sum() / len(rows))
    assert found.by_day("force")[90] == pytest.approx(((forced >= 0) & (forced <= 90)).mean())
    assert found.until["any_war"].half.value == np.sort(wars)[(len(wars) - 1) // 2]


def test_each_outcome_that_occurs_has_its_days_and_counts_its_futures(run):
    found = course(run)
    wars = round(summarise(run).base.outcomes["any_war"].value * 640)

    assert found.until["any_war"].cases == wars > 0
    assert found.losses["challenger"]["all"].cases == wars
    assert found.fighting["any_war"].cases == wars


def test_a_run_without_force_has_no_wars_to_report(tmp_path, crisis, monkeypatch, kernel):
    monkeypatch.setattr("detente.ensemble.runners.kernel", lambda: without_force(kernel))
    found = course(simulate(crisis, **SMALL, out=tmp_path / "calm"))

    assert found.until["any_war"] is None
    assert set(found.fighting.values()) == {None}
    assert {one for kinds in found.losses.values() for one in kinds.values()} == {None}
    assert found.cost_to_others is None


@pytest.mark.parametrize("size", [(8, 1), (1, 8), (1, 1)])
def test_the_smallest_runs_have_a_course(tmp_path, crisis, size):
    worlds, each = size
    run = simulate(crisis, futures=worlds * each, worlds=worlds, threads=1, out=tmp_path / "small")
    found = course(run)

    assert sum(found.by_day(key)[-1] for key in ENDINGS) == pytest.approx(1.0)
    assert json.loads(json.dumps(found.as_json())) == found.as_json()


def test_a_short_horizon_is_the_last_day_that_is_reported(tmp_path, crisis):
    run = simulate(crisis, **SMALL, horizon=45, out=tmp_path / "short")

    assert course(run).reported_days == (7, 30, 45)


def test_the_json_has_the_keys_that_are_promised(run):
    content = course(run).as_json()

    assert set(content) == {
        "option",
        "days",
        "by_day",
        "endings",
        "until",
        "fighting",
        "losses",
        "destroyed",
        "cost_to_others",
        "support",
    }
    assert len(content["by_day"]["war"]) == len(content["days"]) == 366
    assert set(content["endings"]["deal"][0]) == {
        "day",
        "share",
        "low",
        "high",
        "spread_low",
        "spread_high",
        "chance_low",
        "chance_high",
    }
    assert set(content["losses"]["defender"]) == {"all", "forces", "aircraft", "economy"}
    assert content["until"]["war"]["half"]["low"] <= content["until"]["war"]["half"]["value"]


def test_no_course_of_an_option_that_was_not_played(run):
    with pytest.raises(DetenteError, match="no option 'x'"):
        course(run, option="x")


def test_a_run_whose_pack_was_changed_has_a_course_without_what_it_rests_on(run, tmp_path):
    run = Run.open(shutil.copytree(run.folder, tmp_path / "copy"))
    pack = run.folder / "pack" / "crisis.toml"
    assert course(run).support.numbers > course(run).support.credible > 0

    pack.write_text(pack.read_text() + "\n# changed\n")

    assert course(run).support is None


@pytest.mark.parametrize(
    ("because", "grade", "expected"),
    [
        (("x",), "B2", True),
        (("x",), "C2", True),
        (("x",), "C3", False),
        (("x",), "D1", False),
        (("x",), "size assumed", False),
        (("calibrated",), "", True),
        (("default",), "", False),
    ],
)
def test_a_number_is_credible_by_its_best_claim_or_by_past_crises(because, grade, expected):
    assert is_credible(LedgerRow("field", because, (), grade, "")) is expected
