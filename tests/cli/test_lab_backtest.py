import json

import pytest

from tests.cli.asking import answering
from tests.questions.past import HEAD, WITH_INPUTS, judged_row, judged_rows, row, write_table

QUICK = ("--worlds", "2", "--futures", "8", "--threads", "1")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_table(tmp_path, *judged_rows(1990, 6), head=WITH_INPUTS)
    return tmp_path


answer = answering("lab", "backtest", "crises.csv")


def test_crises_of_later_years_alone_are_judged_by_what_ships(here, capsys):
    status, out, err = answer(capsys, *QUICK, "--json", "--markdown", "out.md")
    found = json.loads(out)

    assert (status, err) == (0, "")
    assert (found["schema"], found["crises"], found["from"]) == ("detente/backtest/1", 24, 1990)
    assert list(found["targets"]) == ["serious", "war"]
    assert list(found["targets"]["war"]) == ["model", "base", "trigger", "logistic", "unmapped"]
    assert set(found["targets"]["serious"]["model"]) == {"brier", "log", "slope", "auc"}
    assert (here / "backtest" / "record.toml").is_file()
    assert "| the model |" in (here / "out.md").read_text(encoding="utf-8")
    assert (here / "files" / "calibration_curve.svg").is_file()


def test_what_does_not_hold_is_said_before_what_does(capsys):
    status, out, _ = answer(capsys, *QUICK, "-q", "--all")
    held = [line for line in out.splitlines() if line.startswith(("Does not hold", "Holds"))]

    assert status == 0
    assert held[0].startswith("Does not hold: for serious clashes or war, a lower Brier score")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("--before", "1970"), "add --fit"),
        (("--fit", "--from", "1990"), "--fit judges no crises"),
        (("--fit", "--before", "1950"), "give 1963 or later"),
        (("--from", "1995", "--to", "1990"), "swap the two"),
        (("--from", "1950"), "were fitted to"),
        (("--from", "2001"), "0 crises from 2001 on"),
        (("--fit",), "0 crises of 1945 to 1962"),
        (("--mapping", "none.toml"), "give a mapping in TOML"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_to_do(capsys, arguments, found):
    status, out, err = answer(capsys, *arguments)

    assert (status, out) == (2, "")
    assert found in " ".join(err.split())


def test_a_wrong_cell_and_a_number_twice_are_reported_with_line_and_column(here, capsys):
    rows = (judged_row(1, 1990, nuclear_A="yes"), judged_row(2, 1990), judged_row(2, 1991))
    write_table(here, *rows, head=WITH_INPUTS)
    status, _, err = answer(capsys)

    assert status == 2
    assert 'crises.csv:2:1: nuclear_A: "yes"' in err
    assert 'crises.csv:4:1: crisno: "2"' in err


def test_a_table_without_the_inputs_is_refused_by_its_columns(here, capsys):
    write_table(here, row(), head=HEAD)
    status, _, err = answer(capsys)

    assert status == 2
    assert "prior_serious: no such column" in err
