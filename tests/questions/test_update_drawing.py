"""Worlds drawn where what was seen is likely: shares stay those of the pack's own ranges."""

import pytest

from detente import simulate, update
from detente.ensemble import runners
from detente.questions.update import TooFewError
from verification.evidence.redrawing import MOTIVE, SEEN, SIZE, kernel, truth


@pytest.fixture(autouse=True)
def by_motive(monkeypatch):
    monkeypatch.setattr(runners, "kernel", kernel)


@pytest.fixture
def run(tmp_path, crisis):
    (tmp_path / "seen.toml").write_text(SEEN)
    return simulate(crisis, **SIZE, seed=2, out=tmp_path / "run")


def test_worlds_drawn_where_a_fact_is_likely_give_the_share_of_all_the_ranges(run, tmp_path):
    with pytest.raises(TooFewError, match="271 under 8 sets are needed"):
        update(run, tmp_path / "seen.toml", more_worlds=0)
    found = update(run, tmp_path / "seen.toml")
    deal, motive = found.outcomes["deal"], found.moved[MOTIVE]

    assert found.drawn.before.futures < 271 <= found.effective.futures
    assert found.drawn.shifts[MOTIVE] > 0.5
    assert deal.after.low <= truth() <= deal.after.high
    assert deal.after.value == pytest.approx(truth(), abs=0.06)
    assert deal.before == update(run, more_worlds=0).outcomes["deal"].before
    # The numbers before are the pack's own, not those that were drawn.
    assert motive.before.median == pytest.approx(0.0, abs=0.15)
    assert motive.after.low > motive.before.median
    assert "more sets were drawn where what was seen is likely" in found.notes[-1]


def test_what_was_drawn_is_kept_and_not_played_again(run, tmp_path, monkeypatch):
    first = update(run, tmp_path / "seen.toml")
    monkeypatch.setattr(runners, "kernel", lambda: kernel()._replace(play=None))
    again = update(run, tmp_path / "seen.toml")

    assert again.outcomes == first.outcomes
