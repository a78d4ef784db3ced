"""A run of the older model, with eight endings, is read as it is and not played again."""

import numpy as np
import pytest

from detente import DetenteError, Run, replay, simulate, summarise, trace
from detente.ensemble import store
from detente.ensemble.versions import OLDER_KEYS
from detente.kernel.endings import Violence
from detente.questions.since import since
from tests.sealing import make_older

SMALL = {"futures": 120, "worlds": 4, "threads": 1}
GATHERED = ("defender_yields", "challenger_drops", "fades")


@pytest.fixture
def now(tmp_path, crisis):
    return simulate(crisis, **SMALL, out=tmp_path / "now")


@pytest.fixture
def older(tmp_path, crisis):
    return make_older(simulate(crisis, **SMALL, out=tmp_path / "older"))


def test_an_older_run_has_one_ending_for_three_and_all_others_as_they_were(older, now):
    before, after = summarise(older).base.endings, summarise(now).base.endings
    gathered = sum(after[key].value for key in GATHERED)

    assert tuple(before) == OLDER_KEYS
    assert before["tacit"].value == pytest.approx(gathered)
    assert before["war"] == after["war"]
    assert before["talks_failed"] == after["talks_failed"]
    assert older.damaged() == []


def test_an_older_runs_futures_are_called_by_its_own_endings(older):
    named = older.to_pandas()["ending"]
    shares = summarise(older).base.endings

    assert (named == "tacit").mean() == pytest.approx(shares["tacit"].value)
    assert set(named) <= set(OLDER_KEYS)


def test_a_run_without_the_days_of_wars_has_those_of_its_first_force_and_plays_again(now):
    rows = np.concatenate(list(make_older(now, store.BEFORE).rows()))
    wars = rows[rows["violence"] >= Violence.WAR]

    assert Run.open(now.folder).digest == now.digest
    assert len(wars) > 0
    assert (wars["war_day"] == wars["first_force_day"]).all()
    assert (rows["war_day"][rows["violence"] < Violence.WAR] == -1).all()
    assert replay(Run.open(now.folder)).is_same
    assert replay(Run.open(now.folder), future=(0, 0)).is_same


def test_an_older_runs_axes_have_its_own_settlements_and_add_up(older):
    axes = summarise(older).base.axes

    assert list(axes["none"]) == list(OLDER_KEYS[:5])
    assert sum(one.value for row in axes.values() for one in row.values()) == pytest.approx(1.0)


def test_an_older_run_and_one_of_today_are_compared_by_what_the_older_tells_apart(older, now):
    moved = since(now, older).moved

    assert set(OLDER_KEYS) <= set(moved)
    assert not set(GATHERED) & set(moved)
    assert all(one.difference.value == 0.0 for one in moved.values())


@pytest.mark.parametrize("again", [replay, lambda run: trace(run, future="0:1")])
def test_what_would_play_an_older_run_again_is_refused_with_the_command_that_plays_it_anew(
    older, again
):
    with pytest.raises(DetenteError, match="another version of the model") as told:
        again(older)

    assert "play it again: detente run" in told.value.hint
