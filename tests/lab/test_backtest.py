import math
import shutil

import numpy as np
import pytest

from detente.ensemble import runners
from detente.ensemble.intervention import AS_IT_IS
from detente.ensemble.study import Study
from detente.errors import DetenteError
from detente.lab.backtest import backtest
from detente.lab.backtest.fitting import fit_mapping
from detente.lab.backtest.mapping import (
    EARLIEST,
    PERIOD,
    as_written,
    read_mapping,
    rows_of,
    shipped,
)
from detente.lab.backtest.plays import PlaySettings, base_pack, intervention
from detente.lab.backtest.scoring import curve_of, judged, rank_share, slope_of, squares, surprises
from detente.lab.regression import best_ridge, logistic
from detente.pack.quantity import accepted
from detente.pack.toml import read_shipped
from detente.pack.writing import lines_of
from detente.questions.past import Selection, TableFaults, base_rates, read_crises
from detente.questions.past.record import record_shipped
from detente.questions.past.reference import READ
from detente.questions.past.table import OF_BACKTEST
from tests.questions.past import HEAD, WITH_INPUTS, judged_row, judged_rows, row, write_table
from tests.standin import KERNEL

FEW = {"worlds": 2, "futures": 8}
BANDS_OF = read_shipped("history.toml")["provenance"]


def read_rows(folder, *rows):
    return read_crises(write_table(folder, *rows, head=WITH_INPUTS), OF_BACKTEST)


def attributes_in(folder, **cells):
    table = read_rows(folder, judged_row(1, 1950, **cells))
    return dict(zip(READ, rows_of(table.crises, 1900, 2000).attributes[0].tolist(), strict=True))


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    rows = (*judged_rows(1950, 13), *judged_rows(1970, 6))
    return read_rows(tmp_path_factory.mktemp("history"), *rows)


@pytest.fixture(scope="module")
def fitted(history, tmp_path_factory):
    settings = PlaySettings(tmp_path_factory.mktemp("fit"), **FEW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        return fit_mapping(history, as_written(), settings)


@pytest.fixture
def settings(tmp_path):
    return PlaySettings(tmp_path / "kept", **FEW)


def test_a_row_reports_what_is_known_of_the_challenger_as_side_b(tmp_path):
    found = attributes_in(tmp_path)

    assert found == {
        **dict.fromkeys(READ, 0.0),
        "border": 1.0,
        "challenger_great_power": 1.0,
        "challenger_nuclear": 1.0,
        "challenger_pact": 1.0,
        "strength": 2.0,
        "crises_before": 4.0,
    }


def test_strength_is_cut_at_three_doublings_and_a_blank_moves_nothing(tmp_path):
    assert attributes_in(tmp_path, cinc_A="0.5", cinc_B="0.001")["strength"] == -3.0
    blank = rows_of(read_rows(tmp_path, judged_row(1, 1950, cinc_A="")).crises, 1900, 2000)
    mean = shipped().known.starts["non_violent"].means
    as_mean = np.array(
        [
            [
                mean["strength"] if name == "strength" else x
                for name, x in zip(READ, blank.attributes[0], strict=True)
            ]
        ]
    )

    assert blank.blanks == 1
    assert shipped().moves(blank) == pytest.approx(
        shipped().moves(blank._replace(attributes=as_mean))
    )


def test_a_missing_column_of_the_inputs_is_named(tmp_path):
    with pytest.raises(TableFaults) as error:
        read_crises(write_table(tmp_path, row(), head=HEAD), OF_BACKTEST)

    assert [fault.field for fault in error.value.faults] == list(OF_BACKTEST[6:])


def test_the_lever_moves_the_fields_it_names_and_no_other(tmp_path):
    lever, base = as_written().lever, base_pack(tmp_path, "violent")
    moved = intervention(base, lever, 0.5).settings
    motive = "actors.alpha.motive"

    assert set(moved) == set(lever.fields)
    assert intervention(base, lever, 0.0) == AS_IT_IS
    assert base.numbers["moves.drop"].values == accepted(PERIOD).columns["moves.drop"]
    assert moved[motive].low == base.numbers[motive].low + 0.5


def test_the_lever_stands_where_the_pack_gives_its_own_log_odds_moved_by_the_attributes(history):
    mapping = shipped()
    rows = rows_of(history.crises, 1900, 2000)
    played = {start: one.played for start, one in mapping.known.starts.items()}
    place = mapping.lever.positions

    for start, mask in rows.starts.items():
        shares = np.interp(mapping.positions(rows)[mask], place, played[start])
        level = played[start][place.index(0.0)]
        moved = np.log(shares / (1 - shares)) - np.log(level / (1 - level))
        assert moved == pytest.approx(mapping.moves(rows)[mask], abs=0.05)


def test_what_later_crises_came_to_changes_nothing_that_is_fitted(tmp_path, fitted):
    rows = (*judged_rows(1950, 13), *judged_rows(1970, 6, later="Full-scale war"))
    other = read_rows(tmp_path, *rows)
    kept = shutil.copytree(fitted.file.parent, tmp_path / "kept")
    again = fit_mapping(other, as_written(), PlaySettings(kept, **FEW))
    one, two = (
        each.mapping.known.model_copy(update={"provenance": {}}) for each in (fitted, again)
    )

    assert other.sha256 != fitted.table.sha256
    assert one == two
    assert history_before(other) == history_before(fitted.table)


def history_before(table):
    """Return all that the accepted set is fitted to of a table, but for the table's digest."""
    last = shipped().years.before - 1
    return base_rates(table, Selection(last=last)).history._replace(sha256="")


def test_rates_are_those_of_the_rows_and_the_regression_moves_them(fitted):
    known = fitted.mapping.known
    rows = rows_of(fitted.table.crises, 1950, 1962)
    baselines = fitted.mapping.baselines(rows, "serious")

    assert known.base["serious"] == pytest.approx(rows.happened("serious").mean(), abs=1e-5)
    assert set(baselines["trigger"]) == {one.rates["serious"] for one in known.starts.values()}
    assert squares(baselines["logistic"], rows.happened("serious")).mean() < (
        squares(baselines["trigger"], rows.happened("serious")).mean()
    )


@pytest.mark.parametrize("unknown", [0.0, 0.3])
def test_planted_weights_are_found_within_each_group(unknown):
    draws = np.random.Generator(np.random.Philox(3))
    size = 8000
    values = np.column_stack([draws.integers(0, 2, size), draws.normal(0.0, 2.0, size)])
    group = draws.integers(0, 2, size)
    planted = np.array([[0.8, -0.3], [-0.4, 0.2]])
    level = np.array([-1.0, 0.4])[group]
    happened = draws.random(size) < logistic(level + (values * planted[group]).sum(axis=1))
    values = np.where(draws.random(values.shape) < unknown, np.nan, values)
    found, scores = best_ridge(values, group, happened)

    assert found.weights == pytest.approx(planted, abs=0.2)
    assert scores.ridge < scores.groups


def test_attributes_that_say_nothing_are_pulled_to_nothing():
    draws = np.random.Generator(np.random.Philox(5))
    group = draws.integers(0, 2, 200)
    found, scores = best_ridge(draws.normal(size=(200, 12)), group, draws.random(200) < 0.3)

    assert found.penalty >= 100.0
    assert abs(found.weights).max() < 0.2
    assert scores.ridge < scores.groups + 0.01


def test_scores_are_as_by_hand():
    forecasts, happened = np.array([0.8, 0.4, 0.3, 0.1]), np.array([True, False, True, False])

    assert squares(forecasts, happened) == pytest.approx([0.04, 0.16, 0.49, 0.01])
    assert surprises(forecasts, happened)[0] == pytest.approx(-math.log(0.8))
    assert rank_share(forecasts, happened) == 0.75
    assert rank_share(np.full(4, 0.3), happened) == 0.5
    assert rank_share(forecasts[:3], np.array([True, False, False])) is None


def test_a_calibrated_forecast_has_slope_1_and_a_bold_one_less():
    odds = np.repeat(np.linspace(-2.0, 2.0, 9), 1000)
    share = 1.0 / (1.0 + np.exp(-odds))
    happened = np.tile(np.arange(1000) + 0.5, 9) / 1000.0 < share
    bold = 1.0 / (1.0 + np.exp(-2.0 * odds))

    assert slope_of(share, happened) == pytest.approx(1.0, abs=0.01)
    assert slope_of(bold, happened) == pytest.approx(0.5, abs=0.01)
    assert slope_of(np.full(9000, 0.3), happened) is None


def test_a_curve_counts_every_crisis_once():
    points = list(curve_of(np.linspace(0.1, 0.9, 23), np.arange(23) % 2 == 0))

    assert sum(point.crises for point in points) == 23
    assert sum(point.happened for point in points) == 12


def test_of_a_forecast_and_itself_the_difference_is_nothing():
    share, happened = np.linspace(0.1, 0.9, 20), np.arange(20) % 3 == 0
    everywhere = {"violent": np.full(20, True)}
    found = judged({"model": share, "other": share}, happened, everywhere, 1)

    assert found.differences["other"]["brier"].interval == (0.0, 0.0, 0.0)


def test_a_back_test_given_again_reads_what_was_played(history, settings):
    mapping = shipped()
    found = backtest(history, mapping, settings)
    played = {path: path.stat().st_mtime_ns for path in settings.folder.rglob("*.classes")}
    again = backtest(history, mapping, settings)

    assert again.as_json() == found.as_json()
    assert len(played) == found.combinations
    assert played == {path: path.stat().st_mtime_ns for path in settings.folder.rglob("*.classes")}
    assert found.combinations == 6
    assert found.file.is_file()


def test_a_back_test_that_is_stopped_says_to_give_the_same_command_again(
    history, settings, monkeypatch
):
    def stop(*_args, **_settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(Study, "play", stop)

    with pytest.raises(KeyboardInterrupt) as error:
        backtest(history, shipped(), settings)

    (note,) = error.value.__notes__
    assert note.startswith("go on with the same command")


def test_plays_of_another_size_are_refused(history, settings):
    backtest(history, shipped(), settings)
    other = PlaySettings(settings.folder, worlds=3, futures=8)

    with pytest.raises(DetenteError, match="holds another back-test"):
        backtest(history, shipped(), other)


def test_rows_that_were_fitted_to_are_not_judged(history, settings):
    with pytest.raises(DetenteError, match="were fitted to"):
        backtest(history, shipped(), settings, (1955, None))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"years": {"before": 1950}}, "years.before"),
        ({"lever": {"positions": (1.0, 0.0, 2.0)}}, "positions must rise"),
        ({"lever": {"fields": ("aims.challenger.military",)}}, "divide an attack"),
    ],
)
def test_what_a_mapping_must_not_say_is_reported_with_its_place(tmp_path, change, found):
    tree = as_written().model_dump(exclude={"fitted"})
    for table, below in change.items():
        tree[table].update(below)
    path = tmp_path / "mapping.toml"
    path.write_text("\n".join(lines_of(tree)), encoding="utf-8")

    with pytest.raises(DetenteError) as error:
        read_mapping(path)

    assert found in error.value.what


def test_what_a_fit_writes_is_read_as_it_was_found(fitted):
    assert read_mapping(fitted.file) == fitted.mapping


def test_the_record_that_ships_is_of_crises_after_those_fitted_to():
    reported = record_shipped()

    assert shipped().years.before == reported.before <= reported.first <= reported.last
    assert accepted(PERIOD).provenance["history"]["last"] < EARLIEST <= reported.before
    assert (
        shipped().known.provenance["sha256"] == read_shipped("history.toml")["provenance"]["sha256"]
    )
