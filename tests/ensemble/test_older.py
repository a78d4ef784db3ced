"""A run of the version before is read with the columns of today, and played again."""

import numpy as np
import pytest

from detente import Run, replay, simulate
from detente.errors import DetenteError
from detente.kernel.endings import Violence
from tests.sealing import edit, make_older

SMALL = {"futures": 120, "worlds": 4, "threads": 1}


@pytest.fixture
def now(tmp_path, crisis):
    return simulate(crisis, **SMALL, out=tmp_path / "now")


def test_a_run_without_the_days_of_wars_has_those_of_its_first_force_and_plays_again(now):
    rows = np.concatenate(list(make_older(now).rows()))
    wars = rows[rows["violence"] >= Violence.WAR]

    assert Run.open(now.folder).digest == now.digest
    assert len(wars) > 0
    assert (wars["war_day"] == wars["first_force_day"]).all()
    assert (rows["war_day"][rows["violence"] < Violence.WAR] == -1).all()
    assert replay(Run.open(now.folder)).is_same
    assert replay(Run.open(now.folder), future=(0, 0)).is_same


def test_a_run_that_is_older_still_is_refused_with_what_plays_its_pack(now):
    edit(now.folder, schema="detente/record/1")

    with pytest.raises(DetenteError, match="another version of detente") as refused:
        Run.open(now.folder)

    assert "detente run RUN/pack" in refused.value.hint
