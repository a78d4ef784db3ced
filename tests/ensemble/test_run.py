import hashlib
import sys

import numpy as np
import polars as pl
import pytest

from detente import DetenteError, Run, simulate, summarise
from detente.endings import Ending
from detente.ensemble import store
from detente.ensemble.measures import ENDINGS, EVER, OUTCOMES, SETS
from detente.ensemble.tally import violations

SMALL = {"futures": 300, "worlds": 7, "threads": 1, "chunk": 100}


@pytest.fixture
def run(tmp_path, crisis):
    return simulate(crisis, **SMALL, options=["hotline"], out=tmp_path / "run")


def test_the_table_holds_every_future_of_every_option(run):
    assert run.table.num_rows == 2 * 7 * 43
    assert run.table.column_names[:3] == ["option", "world", "future"]


def test_frames_and_arrow_hold_what_the_table_holds(run):
    assert run.to_pandas(raw=True).shape == run.to_pandas().shape == run.table.shape
    assert run.to_polars(raw=True).equals(pl.from_arrow(run.table))
    assert run.to_arrow(raw=True).equals(run.table)


def test_the_digest_is_that_of_rows_sorted_by_option_world_and_future(run):
    whole = hashlib.sha256()
    whole.update(store.row_bytes("base", np.concatenate(list(run.rows("base")))))
    whole.update(store.row_bytes("hotline", np.concatenate(list(run.rows("hotline")))))

    assert run.digest == whole.hexdigest()


def test_each_option_has_its_own_digest(run):
    own = hashlib.sha256(store.row_bytes("base", np.concatenate(list(run.rows("base")))))

    assert run.record.options["base"].digest == own.hexdigest()


def test_the_corridor_starts_open_and_its_shares_add_up(run):
    corridor = np.array(run.corridor)

    assert np.allclose(corridor[:, 1:4].sum(axis=1), 1.0)
    assert np.all(np.diff(corridor[:, 1]) <= 1e-12)
    assert len(corridor) == 366


def test_deal_and_force_at_the_horizon_are_those_of_the_endings(run):
    shares = summarise(run).base.endings
    last = run.corridor[-1]

    assert last[2] == pytest.approx(
        shares["comprehensive_deal"].value + shares["narrow_deal"].value
    )
    assert last[3] == pytest.approx(
        shares["limited_strike"].value + shares["war"].value + shares["regional_war"].value
    )


def test_all_endings_are_reported_and_add_up(run):
    shares = summarise(run).base.endings

    assert len(shares) == len(Ending)
    assert sum(share.value for share in shares.values()) == pytest.approx(1.0)


def test_one_future_is_found_by_its_address(run):
    row = run.row(5, 42)

    assert (row["world"], row["future"]) == (5, 42)


@pytest.mark.parametrize(("world", "future"), [(7, 0), (0, 43), (-1, 0), (0, -1)])
def test_a_future_that_is_not_there_is_refused(run, world, future):
    with pytest.raises(DetenteError, match="no course of events"):
        run.row(world, future)


def test_an_option_that_was_not_played_is_refused(run):
    with pytest.raises(DetenteError, match="no option 'peace'"):
        list(run.rows("peace"))


def test_a_missing_part_is_an_error_with_its_name(run):
    (run.folder / "futures" / "base" / "000002-000000000.parquet").unlink()

    with pytest.raises(DetenteError, match=r"base/000002-000000000\.parquet"):
        Run.open(run.folder).tally()


def test_a_notebook_shows_the_endings_with_intervals(run):
    page = run._repr_html_()

    assert "regional war" in page
    assert "90 % interval" in page
    assert "in this model" in page


def test_no_future_breaks_a_law(run):
    assert run.outcome.violations == 0


@pytest.mark.parametrize(
    "column", ["ending", "initiator", "first_force_day", "trigger", "ceasefire"]
)
def test_a_future_that_breaks_a_law_is_counted(run, column):
    rows = next(run.rows()).copy()
    rows[column] = -1

    assert violations(rows) > 0


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(DetenteError, match="no run lies here"):
        Run.open(tmp_path)


def test_the_newest_run_is_opened_unless_another_is_named(tmp_path, crisis, monkeypatch):
    monkeypatch.chdir(tmp_path)
    simulate(crisis, **SMALL)
    last = simulate(crisis, **SMALL, seed=2)

    assert Run.open().digest == last.digest


def test_without_runs_there_is_no_newest(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(DetenteError, match="no run lies there yet"):
        Run.open()


def test_the_worlds_are_a_row_each_with_every_number_as_it_was_drawn(run):
    numbers = run.drawn
    table = run.worlds

    assert table.column_names == ["world", *numbers]
    assert table["world"].to_pylist() == [*range(run.record.settings.worlds)]
    assert np.array_equal(table["talks.fade_rate"].to_numpy(), numbers["talks.fade_rate"])


def test_the_shares_of_experiments_are_those_of_the_tally(run):
    table, outcomes = run.experiments()
    tallies = [run.tally(option) for option in run.options]
    counts = np.concatenate([OUTCOMES["war"].counted(one.classes) for one in tallies])
    endings = [outcomes[ending.name.lower()] for ending in Ending]

    assert table.num_rows == len(counts)
    assert list(outcomes) == [*ENDINGS, *SETS, *EVER]
    assert outcomes["war"] == pytest.approx(counts / run.record.settings.futures_of_a_world)
    assert sum(endings) == pytest.approx(np.ones(len(counts)))
    assert outcomes["any_war"] == pytest.approx(outcomes["war"] + outcomes["regional_war"])
    assert table["talks.fade_rate"].to_pylist() == run.worlds["talks.fade_rate"].to_pylist() * 2


def test_a_dataset_has_each_future_at_its_address(run):
    dataset = run.to_xarray()
    there = dataset.sel(option="hotline", world=5, future=42)
    row = run.row(5, 42, "hotline")
    drawn = run.worlds["talks.fade_rate"].to_pylist()

    assert dict(dataset.sizes) == {"option": 2, "world": 7, "future": 43}
    assert {name: there[name].item() for name in ("ending", "ending_day")} == {
        name: row[name].item() for name in ("ending", "ending_day")
    }
    assert dataset["talks.fade_rate"].to_numpy().tolist() == drawn
    assert "day" in dataset["ending_day"].attrs["description"]


@pytest.mark.parametrize("extra", ["pandas", "polars", "xarray"])
def test_an_extra_that_is_missing_is_named_with_what_installs_it(run, monkeypatch, extra):
    monkeypatch.setitem(sys.modules, extra, None)

    with pytest.raises(DetenteError, match=f"needs the extra `{extra}`") as reported:
        getattr(run, f"to_{extra}")()

    assert reported.value.hint == f"install it: pip install 'detente[{extra}]'"


def test_worlds_that_were_changed_are_refused(run):
    path = run.folder / "worlds.parquet"
    path.write_bytes(path.read_bytes()[:-9])

    with pytest.raises(DetenteError, match="table of the assumptions cannot be used"):
        run.worlds  # noqa: B018  it is read when asked for
