"""A run as tables and arrays agrees with what it stores and counts."""

import sys

import numpy as np
import pytest

from detente import simulate
from detente.ensemble.worlds import read_worlds
from detente.errors import DetenteError


@pytest.fixture
def run(tmp_path, crisis):
    return simulate(
        crisis, futures=301, worlds=7, threads=1, options=["hotline"], out=tmp_path / "run"
    )


def test_the_worlds_are_a_row_each_with_every_number_as_it_was_drawn(run):
    numbers = read_worlds(run)
    table = run.worlds

    assert table.column_names == ["world", *numbers]
    assert table["world"].to_pylist() == [*range(run.record.settings.worlds)]
    assert np.array_equal(table["talks.fade_rate"].to_numpy(), numbers["talks.fade_rate"])


def test_the_shares_of_experiments_are_those_of_the_tally(run):
    table, outcomes = run.experiments()
    counts = np.concatenate([run.tally(option).endings for option in run.options])
    shares = counts / counts.sum(axis=1, keepdims=True)

    assert table.num_rows == len(counts)
    assert list(outcomes)[-4:] == ["deal", "settled", "force", "any_war"]
    assert np.transpose([*outcomes.values()][:8]) == pytest.approx(shares)
    assert outcomes["any_war"] == pytest.approx(shares[:, -2:].sum(axis=1))
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

    with pytest.raises(DetenteError, match=f"needs the extra `{extra}`") as told:
        getattr(run, f"to_{extra}")()

    assert told.value.hint == f"install it: pip install 'detente[{extra}]'"


def test_worlds_that_were_changed_are_refused(run):
    path = run.folder / "worlds.parquet"
    path.write_bytes(path.read_bytes()[:-9])

    with pytest.raises(DetenteError, match="table of the worlds cannot be used"):
        run.worlds  # noqa: B018  it is read when asked for
