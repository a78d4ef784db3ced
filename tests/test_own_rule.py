"""A decision rule of one's own: it decides as it says, on any number of threads."""

from pathlib import Path

import pandas as pd
import pytest

import detente
from detente import Asked, DefenderMove

PAGE = Path(__file__).parents[1] / "docs" / "examples.md"
SIZE = {"futures": 24, "worlds": 2, "grid": "tiny", "horizon": 60}
DEADLINE = 40
YIELD, HOLD = int(DefenderMove.YIELD), int(DefenderMove.HOLD)
MOVE = int(Asked.MOVE)


@detente.rule
def steadfast(sight, chances):
    """Hold until the deadline: yield to nothing, accept nothing, offer nothing."""
    if sight.day >= DEADLINE:
        return
    if sight.asked == MOVE:
        for concession in range(YIELD + 1):  # the offers, and then to yield
            chances[HOLD] += chances[concession]
            chances[concession] = 0.0
    else:
        chances[0] = 0.0  # the first answer is to accept, or to yield
        chances[1] = 1.0


@pytest.fixture(scope="module")
def crisis():
    return detente.load("oman-2026")


@pytest.fixture(scope="module")
def ruled(crisis, tmp_path_factory):
    """A run whose defender follows the rule."""
    folder = tmp_path_factory.mktemp("rule") / "ruled"
    return detente.simulate(crisis, **SIZE, rules={"defender": steadfast}, out=folder)


def test_the_defender_concedes_nothing_before_its_deadline(crisis, ruled, tmp_path):
    rows, start = ruled.to_pandas(), pd.Timestamp(crisis.as_of)
    deals = rows[rows["ending"].isin(["comprehensive_deal", "narrow_deal"])]
    days = (deals["ending_day"] - start).dt.days

    assert len(days) > 0
    assert (days >= DEADLINE).all()
    assert ruled.digest != detente.simulate(crisis, **SIZE, out=tmp_path / "usual").digest


def test_threads_share_a_rule(crisis, ruled, tmp_path):
    rules, sizes = {"defender": steadfast}, {**SIZE, "chunk": 5}
    one, two = (
        detente.simulate(crisis, **sizes, threads=n, rules=rules, out=tmp_path / str(n))
        for n in (1, 2)
    )

    assert one.digest == two.digest == ruled.digest


def test_the_page_names_all_that_a_rule_sees():
    fields = detente.Sight.__annotations__

    assert [field for field in fields if f"`{field}`" not in PAGE.read_text()] == []
