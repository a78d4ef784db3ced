import math
import shutil

import numpy as np
import pytest

from detente.ensemble import runners
from detente.ensemble.intervention import AS_IT_IS
from detente.ensemble.study import Study
from detente.errors import DetenteError
from detente.lab.backtest import (
    PlaySettings,
    as_written,
    backtest,
    fit_mapping,
    read_mapping,
    shipped,
)
from detente.lab.backtest import fitting as fits
from detente.lab.backtest.mapping import EARLIEST, INPUTS, PERIOD, rows_of
from detente.lab.backtest.plays import base_pack, intervention
from detente.lab.backtest.scoring import curve_of, judged, rank_share, slope_of, squares, surprises
from detente.pack.quantity import accepted
from detente.pack.toml import read_shipped
from detente.questions.past import Selection, TableFaults, base_rates, read_crises
from detente.questions.past.record import record_shipped
from detente.questions.past.table import OF_BACKTEST
from tests.questions.past import HEAD, WITH_INPUTS, judged_row, judged_rows, row, write_table
from tests.standin import KERNEL

FEW = {"worlds": 2, "futures": 8}
BANDS_OF = read_shipped("history.toml")["provenance"]


def read_rows(folder, *rows):
    return read_crises(write_table(folder, *rows, head=WITH_INPUTS), OF_BACKTEST)


def inputs_of(folder, **cells):
    table = read_rows(folder, judged_row(1, 1950, **cells))
    return dict(zip(INPUTS, rows_of(table.crises, 1900, 2000).inputs[0].tolist(), strict=True))


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


def test_a_row_tells_strength_in_doublings_and_who_has_what(tmp_path):
    found = inputs_of(tmp_path)

    assert found == {"strength": 2.0, "nuclear": 1.0, "rivals": 0.0, "neighbours": 1.0}


def test_strength_is_cut_at_three_doublings_and_a_blank_moves_nothing(tmp_path):
    assert inputs_of(tmp_path, cinc_A="0.5", cinc_B="0.001")["strength"] == -3.0
    assert inputs_of(tmp_path, cinc_A="")["strength"] == 0.0
    assert inputs_of(tmp_path, contiguous="NA")["neighbours"] == 0.0


def test_a_missing_column_of_the_inputs_is_named(tmp_path):
    with pytest.raises(TableFaults) as error:
        read_crises(write_table(tmp_path, row(), head=HEAD), OF_BACKTEST)

    assert [fault.field for fault in error.value.faults] == list(OF_BACKTEST[5:])


def test_a_lever_moves_the_fields_it_names_and_no_other(tmp_path):
    levers, base = as_written().levers, base_pack(tmp_path, "violent")
    moved = intervention(base, levers, (0.5, 1.0)).settings
    motive, loss = "actors.alpha.motive", "actors.beta.loss_weight_firm"

    assert set(moved) == {field for lever in levers.values() for field in lever.fields}
    assert intervention(base, levers, (0.0, 0.0)) == AS_IT_IS
    assert base.numbers["moves.drop"].values == accepted(PERIOD).columns["moves.drop"]
    assert moved[motive].low == base.numbers[motive].low + 0.5
    assert moved[loss].high == 2.0 * base.numbers[loss].high


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


def test_rates_without_a_model_are_those_of_the_rows(tmp_path):
    rows = rows_of(read_rows(tmp_path, *judged_rows(1950, 4)).crises, 1950, 1953)
    known = fits.baselines(rows, as_written())

    assert known.rates["serious"] == {"all": 0.3125, "non_violent": 0.0, "violent": 0.625}
    assert known.rates["war"]["all"] == 0.0625


def test_planted_elasticities_are_found():
    draws = np.random.Generator(np.random.Philox(3))
    size = 16000
    inputs = np.column_stack([draws.integers(-3, 4, size), *draws.integers(0, 2, (3, size))])
    is_violent = draws.random(size) < 0.5
    flat = fits.Surface(
        np.array([-0.5, 1.0, -0.4, 0.0, 0.0, 0.0]),
        np.array([-0.2, 0.3, -0.9, 0.0, 0.0, 0.0]),
        np.array([[-9.0, -9.0], [9.0, 9.0]]),
        0.0,
    )
    blank = fits.CrisisRows((), np.full(size, 1950), is_violent, inputs, np.zeros(size, int), 0)
    response = fits.response_of(blank, as_written(), (flat, flat))
    planted = np.array([0.3, -0.2, -0.4, 0.1, -0.15, 0.3, 0.5, 0.4, 0.0, 0.0])
    serious, war = fits.shares_at(blank, response, planted)
    luck = draws.random((2, size))
    came = (luck[0] < serious).astype(int) + (luck[0] < serious) * (luck[1] < war)
    found = fits.likeliest(blank._replace(violence=came), response)

    assert found == pytest.approx(planted, abs=0.15)


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
        ({"moves": [{"input": "luck"}]}, "moves.0.input"),
        ({"levers": {"motive": {"form": "twice"}}}, "levers.motive.form"),
        ({"levers": {"motive": {"fields": ["aims.challenger.military"]}}}, "divide an attack"),
    ],
)
def test_what_a_mapping_must_not_say_is_told_with_its_place(tmp_path, change, found):
    tree = as_written().model_dump(exclude={"fitted"}, mode="json")
    for table, below in change.items():
        for key in range(len(below)) if isinstance(below, list) else below:
            tree[table][key].update(below[key])
    path = tmp_path / "mapping.toml"
    path.write_text("\n".join(fits.lines_of(tupled(tree))), encoding="utf-8")

    with pytest.raises(DetenteError) as error:
        read_mapping(path)

    assert found in error.value.what


def tupled(value):
    if isinstance(value, dict):
        return {key: tupled(below) for key, below in value.items()}
    return tuple(map(tupled, value)) if isinstance(value, list) else value


def test_what_a_fit_writes_is_read_as_it_was_found(fitted):
    assert read_mapping(fitted.file) == fitted.mapping


def test_the_record_that_ships_is_of_crises_after_those_fitted_to():
    told = record_shipped()

    assert shipped().years.before == told.before <= told.first <= told.last
    assert accepted(PERIOD).provenance["history"]["last"] < EARLIEST <= told.before
    assert (
        shipped().known.provenance["sha256"] == read_shipped("history.toml")["provenance"]["sha256"]
    )
